// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Any bytes as a file of torch.save, in either form, and as a bare pickle.

#include "fuzz.h"
#include "torch-file.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (SpadeTorchFile) file = NULL;
  g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
  const SpadeTorchTensor    *tensors;
  int n = 0;

  if (size > FUZZ_MAX_SIZE)
    return 0;
  spade_unpickler_load (unpickler, data, size, NULL, NULL);
  file = spade_torch_file_open (fuzz_path (data, size),
                                (const char *[]) { "plain", "x", NULL }, NULL);
  tensors = file != NULL ? spade_torch_file_list (file, &n) : NULL;
  for (int i = 0; i < n; i++)
    if (spade_torch_tensor_is_float (&tensors[i]))
      {
        g_autofree float *numbers = g_new (
            float, spade_torch_tensor_n_elements (&tensors[i]));

        spade_torch_tensor_read (&tensors[i], numbers);
      }
  return 0;
}
