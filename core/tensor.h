// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A weight as it lies in the model file: borrowed, read-only, still in its
// stored dtype. This header and plan.h, backend.h are free of GLib, because
// the CUDA module is built without it.

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  SPADE_DTYPE_F32,
  SPADE_DTYPE_BF16,
  SPADE_DTYPE_F16,
  SPADE_DTYPE_U8,
  SPADE_DTYPE_U16,
  SPADE_DTYPE_I64,
} SpadeDType;

#define SPADE_MAX_DIMS 4

typedef struct
{
  const char *name;                  // "up_3.norm_s.mlp_gamma.weight"
  const void *data;                  // row-major, aligned to its dtype or not
  SpadeDType  dtype;
  int         n_dims;                // 0...SPADE_MAX_DIMS
  int64_t     shape[SPADE_MAX_DIMS]; // as stored: OIHW for convolutions
} SpadeTensor;

static inline int64_t
spade_tensor_n_elements (const SpadeTensor *tensor)
{
  int64_t n = 1;

  for (int i = 0; i < tensor->n_dims; i++)
    n *= tensor->shape[i];
  return n;
}

// Gives the bytes of one element.
size_t spade_dtype_get_size (SpadeDType dtype);

// Converts n elements from element first on into floats. Only the float
// dtypes; defined in tensor.c.
void spade_tensor_read (const SpadeTensor *tensor,
                        int64_t            first,
                        int64_t            n,
                        float             *out);

// Gives the memory of a tensor that lies in a mapped file back to the system,
// which reads it again when it is asked for. Only for such tensors.
void spade_tensor_release (const SpadeTensor *tensor);

// Single numbers between float and its 16-bit forms; rounding to nearest even.
static inline float
spade_bf16_to_f32 (uint16_t bits)
{
  uint32_t wide = (uint32_t) bits << 16;
  float    value;

  memcpy (&value, &wide, sizeof value);
  return value;
}

static inline uint16_t
spade_f32_to_bf16 (float value)
{
  uint32_t bits;

  memcpy (&bits, &value, sizeof bits);
  if ((bits & 0x7fffffffu) > 0x7f800000u)
    return (uint16_t) ((bits >> 16) | 0x40);
  bits += 0x7fffu + ((bits >> 16) & 1);
  return (uint16_t) (bits >> 16);
}

float    spade_f16_to_f32 (uint16_t bits);
uint16_t spade_f32_to_f16 (float value);

#ifdef __cplusplus
}
#endif
