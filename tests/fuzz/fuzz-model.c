// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Any bytes as a model file: the container, its config, its tensors.

#include "fuzz.h"
#include "model-private.h"
#include "safetensors.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *path;
  g_autoptr (SpadeSafetensors) file = NULL;
  g_autoptr (SpadeModel) model = NULL;
  const SpadeTensor *tensors;
  volatile uint8_t   sum = 0;
  int                n = 0;

  if (size > FUZZ_MAX_SIZE)
    return 0;
  path = fuzz_path (data, size);
  model = spade_model_load (path, NULL);
  file = spade_safetensors_open (path, NULL);
  tensors = file != NULL ? spade_safetensors_list (file, &n) : NULL;
  for (int i = 0; i < n; i++)
    {
      int64_t        n_bytes = spade_tensor_n_elements (&tensors[i])
                        * (int64_t) spade_dtype_get_size (tensors[i].dtype);
      const uint8_t *bytes = tensors[i].data;

      for (int64_t at = 0; at < n_bytes; at++)
        sum = (uint8_t) (sum + bytes[at]);
    }
  return 0;
}
