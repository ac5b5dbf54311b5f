// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Any bytes as the JSON of a config; what is accepted must be written as a
// config again and call for tensors whose sizes can be counted.

#include "fuzz.h"
#include "model-private.h"

static gboolean
count (const char    *name,
       int            n_dims,
       const int64_t *shape,
       gboolean       is_weight,
       gpointer       user_data,
       GError       **error)
{
  int64_t *total = user_data, n = 1;

  for (int i = 0; i < n_dims; i++)
    n *= shape[i];
  *total += n * 8;
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *json = g_strndup ((const char *) data, size);
  g_autofree char *again = NULL;
  GStringChunk    *strings = g_string_chunk_new (64);
  SpadeConfig      config;
  int64_t          total = 0;

  if (size <= FUZZ_MAX_SIZE
      && spade_config_parse (json, &config, strings, NULL))
    {
      spade_config_foreach_tensor (&config, count, &total, NULL);
      again = spade_config_to_json (&config);
      g_assert_true (spade_config_parse (again, &config, strings, NULL));
    }
  g_string_chunk_free (strings);
  return 0;
}
