// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// 8 bytes of length, a JSON header padded to 8, the data in the order given.

#include "tensors-out.h"

#include <stdio.h>
#include <stdlib.h>

static size_t
get_size (const SpadeTensor *tensor)
{
  return (size_t) spade_tensor_n_elements (tensor)
         * (tensor->dtype == SPADE_DTYPE_F32 ? 4 : 2);
}

// Writes the header into text of that capacity; gives its length.
static size_t
make_header (char *text, size_t capacity, const SpadeTensor *tensors, int n)
{
  size_t at = 0, offset = 0;

#define PRINT(...) at += (size_t) snprintf (text + at, capacity - at, __VA_ARGS__)
  for (int i = 0; i < n; i++)
    {
      size_t size = get_size (&tensors[i]);

      PRINT ("%s\"%s\":{\"dtype\":\"%s\",\"shape\":[", i == 0 ? "{" : ",",
             tensors[i].name,
             tensors[i].dtype == SPADE_DTYPE_F32 ? "F32" : "U16");
      for (int d = 0; d < tensors[i].n_dims; d++)
        PRINT ("%s%lld", d == 0 ? "" : ",", (long long) tensors[i].shape[d]);
      PRINT ("],\"data_offsets\":[%zu,%zu]}", offset, offset + size);
      offset += size;
    }
  PRINT ("}");
  while (at % 8 != 0)
    PRINT (" ");
  return at;
}

bool
tensors_out (const char *path, const SpadeTensor *tensors, int n)
{
  size_t   capacity = (size_t) n * 320 + 64;
  char    *header = malloc (capacity);
  char     fresh[1100];
  FILE    *file;
  uint64_t length;
  bool     is_done;

  snprintf (fresh, sizeof fresh, "%s.new", path);
  file = fopen (fresh, "wb");
  is_done = header != NULL && file != NULL;
  if (is_done)
    {
      length = make_header (header, capacity, tensors, n);
      is_done = fwrite (&length, 8, 1, file) == 1
                && fwrite (header, 1, length, file) == length;
    }
  for (int i = 0; is_done && i < n; i++)
    is_done = fwrite (tensors[i].data, 1, get_size (&tensors[i]), file)
              == get_size (&tensors[i]);
  if (file != NULL)
    is_done = fclose (file) == 0 && is_done;
  is_done = is_done && rename (fresh, path) == 0;
  free (header);
  if (!is_done)
    fprintf (stderr, "%s cannot be written\n", path);
  return is_done;
}
