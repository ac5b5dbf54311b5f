// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "content-hash.h"

#include <string.h>

// Bytes that are hashed apart from each other, so that threads can share work.
#define CHUNK (1 << 20)
#define N_LANES 8 // so that no multiplication waits for another
#define STRIDE (N_LANES * sizeof (guint64))
// Odd, with bits as if thrown: digits of pi.
#define FACTOR G_GUINT64_CONSTANT (0x243f6a8885a308d3)
#define OTHER_FACTOR G_GUINT64_CONSTANT (0x13198a2e03707345)

static guint64
mix (guint64 state, guint64 word, guint64 factor)
{
  state ^= word;
  return (state << 29 | state >> 35) * factor;
}

static SpadeContentHash
fold (const guint64 *words, gsize n, guint64 length)
{
  SpadeContentHash hash = { { length, ~length } };

  for (gsize i = 0; i < n; i++)
    {
      hash.words[0] = mix (hash.words[0], words[i], FACTOR);
      hash.words[1] = mix (hash.words[1], words[i], OTHER_FACTOR);
    }
  for (int i = 0; i < 2; i++)
    {
      hash.words[i] ^= hash.words[i] >> 32;
      hash.words[i] *= FACTOR;
      hash.words[i] ^= hash.words[i] >> 29;
    }
  return hash;
}

gsize
spade_content_hash_count (gsize n)
{
  return (n + CHUNK - 1) / CHUNK;
}

SpadeContentHash
spade_content_hash_chunk (const void *data, gsize n, gsize i)
{
  gsize       first = i * CHUNK;
  gsize       size = MIN (CHUNK, n - first);
  guint64     lanes[N_LANES] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  guint64     words[N_LANES] = { 0 };
  const char *p = (const char *) data + first;
  gsize       left = size;

  for (; left >= STRIDE; left -= STRIDE, p += STRIDE)
    {
      memcpy (words, p, STRIDE);
      for (int lane = 0; lane < N_LANES; lane++)
        lanes[lane] = mix (lanes[lane], words[lane], FACTOR);
    }
  memset (words, 0, sizeof words);
  memcpy (words, p, left);
  for (int lane = 0; lane < N_LANES; lane++)
    lanes[lane] = mix (lanes[lane], words[lane], FACTOR);
  return fold (lanes, N_LANES, size);
}

SpadeContentHash
spade_content_hash_join (const SpadeContentHash *chunks, gsize n)
{
  return fold (&chunks->words[0], 2 * n, n);
}

SpadeContentHash
spade_content_hash (const void *data, gsize n)
{
  gsize n_chunks = spade_content_hash_count (n);
  g_autofree SpadeContentHash *chunks = g_new (SpadeContentHash, n_chunks);

  for (gsize i = 0; i < n_chunks; i++)
    chunks[i] = spade_content_hash_chunk (data, n, i);
  return spade_content_hash_join (chunks, n_chunks);
}
