// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Strided numbers of a checkpoint into contiguous floats.

#include "torch-file.h"

gboolean
spade_torch_tensor_is_float (const SpadeTorchTensor *tensor)
{
  return tensor->type == SPADE_STORAGE_F32 || tensor->type == SPADE_STORAGE_F16
         || tensor->type == SPADE_STORAGE_BF16
         || tensor->type == SPADE_STORAGE_F64;
}

int64_t
spade_torch_tensor_n_elements (const SpadeTorchTensor *tensor)
{
  int64_t n = 1;

  for (int i = 0; i < tensor->n_dims; i++)
    n *= tensor->shape[i];
  return n;
}

static float
read_number (SpadeStorageType type, const guint8 *data)
{
  uint16_t bits;
  double   wide;
  float    value;

  switch (type)
    {
    case SPADE_STORAGE_F64:
      memcpy (&wide, data, 8);
      return (float) wide;
    case SPADE_STORAGE_F16:
      memcpy (&bits, data, 2);
      return spade_f16_to_f32 (bits);
    case SPADE_STORAGE_BF16:
      memcpy (&bits, data, 2);
      return spade_bf16_to_f32 (bits);
    default:
      memcpy (&value, data, 4);
      return value;
    }
}

static gboolean
is_contiguous (const SpadeTorchTensor *tensor)
{
  int64_t stride = 1;

  for (int i = tensor->n_dims; i-- > 0;)
    {
      if (tensor->shape[i] != 1 && tensor->stride[i] != stride)
        return FALSE;
      stride *= tensor->shape[i];
    }
  return TRUE;
}

void
spade_torch_tensor_read (const SpadeTorchTensor *tensor, float *out)
{
  gsize   size = spade_storage_type_get_size (tensor->type);
  int64_t n = spade_torch_tensor_n_elements (tensor);
  int64_t at[SPADE_MAX_DIMS] = { 0 };

  if (tensor->type == SPADE_STORAGE_F32 && is_contiguous (tensor))
    {
      if (n > 0)
        memcpy (out, tensor->data, (gsize) n * 4);
      return;
    }
  for (int64_t i = 0; i < n; i++)
    {
      int64_t offset = 0;

      for (int d = 0; d < tensor->n_dims; d++)
        offset += at[d] * tensor->stride[d];
      out[i] = read_number (tensor->type, tensor->data + (gsize) offset * size);
      for (int d = tensor->n_dims - 1; d >= 0 && ++at[d] == tensor->shape[d];
           d--)
        at[d] = 0;
    }
}
