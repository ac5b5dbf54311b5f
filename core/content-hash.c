// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "content-hash.h"

#include <string.h>

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

SpadeContentHash
spade_content_hash_chunk (const void *data, gsize n)
{
  guint64     lanes[N_LANES] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  guint64     words[N_LANES] = { 0 };
  const char *p = data;
  gsize       left = n;

  for (; left >= STRIDE; left -= STRIDE, p += STRIDE)
    {
      memcpy (words, p, STRIDE);
      for (int i = 0; i < N_LANES; i++)
        lanes[i] = mix (lanes[i], words[i], FACTOR);
    }
  memset (words, 0, sizeof words);
  memcpy (words, p, left);
  for (int i = 0; i < N_LANES; i++)
    lanes[i] = mix (lanes[i], words[i], FACTOR);
  return fold (lanes, N_LANES, n);
}

SpadeContentHash
spade_content_hash_join (const SpadeContentHash *chunks, gsize n)
{
  return fold (&chunks->words[0], 2 * n, n);
}

SpadeContentHash
spade_content_hash (const void *data, gsize n)
{
  gsize n_chunks = (n + SPADE_CONTENT_CHUNK - 1) / SPADE_CONTENT_CHUNK;
  g_autofree SpadeContentHash *chunks = g_new (SpadeContentHash, n_chunks);

  for (gsize i = 0; i < n_chunks; i++)
    {
      gsize first = i * SPADE_CONTENT_CHUNK;

      chunks[i] = spade_content_hash_chunk ((const char *) data + first,
                                            MIN (SPADE_CONTENT_CHUNK,
                                                 n - first));
    }
  return spade_content_hash_join (chunks, n_chunks);
}
