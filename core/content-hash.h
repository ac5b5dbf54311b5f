// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A fast hash of large memory, to tell one model from another and to find what
// a disk has lost. It is as fast as memory, and no defence against malice.

#pragma once

#include <glib.h>

// Bytes that are hashed apart from each other, so that threads can share work.
#define SPADE_CONTENT_CHUNK (1 << 20)

typedef struct
{
  guint64 words[2];
} SpadeContentHash;

// Hashes n bytes, at most a chunk.
SpadeContentHash spade_content_hash_chunk (const void *data, gsize n);
// Gives the hash of n chunks in their order.
SpadeContentHash spade_content_hash_join (const SpadeContentHash *chunks,
                                          gsize                   n);
// Does both on one thread.
SpadeContentHash spade_content_hash (const void *data, gsize n);
