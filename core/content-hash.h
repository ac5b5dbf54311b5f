// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A fast hash of large memory, to tell one model from another and to find what
// a disk has lost. It is as fast as memory, and no defence against malice. It is
// made of chunks, so that threads can share the work.

#pragma once

#include <glib.h>

typedef struct
{
  guint64 words[2];
} SpadeContentHash;

// Gives the number of chunks of n bytes.
gsize spade_content_hash_count (gsize n);
// Hashes chunk number i of n bytes.
SpadeContentHash spade_content_hash_chunk (const void *data,
                                           gsize       n,
                                           gsize       i);
// Gives the hash of n chunks in their order.
SpadeContentHash spade_content_hash_join (const SpadeContentHash *chunks,
                                          gsize                   n);
// Does both on one thread.
SpadeContentHash spade_content_hash (const void *data, gsize n);
