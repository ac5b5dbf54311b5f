// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Memory for packed weights. Where the engine has a folder for them, it is a
// file there, mapped: the next process that wants the same weights in the same
// layout on the same kind of CPU finds them packed. A file has a checksum, and
// its name only when it is complete; so processes may share the folder, and
// what is broken is packed again.

#pragma once

#include "engine.h"

typedef struct
{
  void    *data;      // [size], aligned for any vector unit
  gsize    size;
  gboolean is_filled; // as found; never write to it then
  // Of packed.c:
  char    *map;       // or NULL: data is from malloc
  gsize    map_size;
  char    *part, *path; // names of the file while it is filled, and after
} SpadePacked;

// Opens memory for a tensor's weights; layout says in words all that decides what
// is in it besides the tensor, or is NULL where that is not known, and nothing
// is kept. FALSE with failure.
gboolean spade_packed_open (SpadePacked       *packed,
                            const SpadeEngine *engine,
                            const SpadeTensor *tensor,
                            const char        *layout,
                            gsize              size,
                            SpadeFailure      *failure);
// Keeps what the caller has filled; it must not change any more.
void spade_packed_seal (SpadePacked *packed, const SpadeEngine *engine);
// Lets go; a file that was not sealed, or could not get its name, goes, too. All zero
// is fine.
void spade_packed_close (SpadePacked *packed);

// Gives words for something packed, and how its memory is laid out; free with
// g_free(). NULL for a layout that oneDNN keeps to itself.
char *spade_packed_describe (const char              *what,
                             const_dnnl_memory_desc_t layout);
