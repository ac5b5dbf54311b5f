// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Stored weights into floats. The 16-bit forms are converted by integer
// arithmetic, so that the result does not depend on the compiler or the CPU.

#include "tensor.h"

#ifdef __unix__
#include <sys/mman.h>
#include <unistd.h>
#endif

float
spade_f16_to_f32 (uint16_t bits)
{
  uint32_t sign = (uint32_t) (bits & 0x8000) << 16;
  uint32_t exponent = (bits >> 10) & 0x1f;
  uint32_t fraction = bits & 0x3ff;
  uint32_t wide;
  float    value;

  if (exponent == 0x1f)
    wide = sign | 0x7f800000u | fraction << 13;
  else if (exponent != 0)
    wide = sign | (exponent + 112) << 23 | fraction << 13;
  else
    {
      // Zero or subnormal: fraction * 2^-24 is exact in a float.
      value = (float) fraction * 0x1p-24f;
      memcpy (&wide, &value, sizeof wide);
      wide |= sign;
    }
  memcpy (&value, &wide, sizeof value);
  return value;
}

uint16_t
spade_f32_to_f16 (float value)
{
  uint32_t bits;

  memcpy (&bits, &value, sizeof bits);

  uint16_t sign = (uint16_t) ((bits >> 16) & 0x8000);
  uint32_t magnitude = bits & 0x7fffffffu;

  if (magnitude > 0x7f800000u)
    return sign | 0x7e00;
  if (magnitude >= 0x477ff000u) // rounds to 65536 or more
    return sign | 0x7c00;
  if (magnitude < 0x38800000u) // subnormal: count steps of 2^-24
    {
      float    rest;
      uint32_t rest_bits;

      memcpy (&rest, &magnitude, sizeof rest);
      rest += 0.5f; // the addition rounds to nearest even at 2^-24
      memcpy (&rest_bits, &rest, sizeof rest_bits);
      return sign | (uint16_t) (rest_bits - 0x3f000000u);
    }
  magnitude += 0xfffu + ((magnitude >> 13) & 1);
  return sign | (uint16_t) ((magnitude >> 13) - (112u << 10));
}

void
spade_tensor_read (const SpadeTensor *tensor,
                   int64_t            first,
                   int64_t            n,
                   float             *out)
{
  const char *data = tensor->data;

  if (tensor->dtype == SPADE_DTYPE_F32)
    {
      memcpy (out, data + first * 4, (size_t) n * 4);
      return;
    }
  for (int64_t i = 0; i < n; i++)
    {
      uint16_t bits;

      memcpy (&bits, data + (first + i) * 2, 2);
      out[i] = tensor->dtype == SPADE_DTYPE_BF16 ? spade_bf16_to_f32 (bits)
                                                 : spade_f16_to_f32 (bits);
    }
}

void
spade_tensor_release (const SpadeTensor *tensor)
{
#ifdef __unix__
  size_t    element = tensor->dtype == SPADE_DTYPE_F32 ? 4 : 2;
  uintptr_t page = (uintptr_t) sysconf (_SC_PAGESIZE);
  uintptr_t first = (uintptr_t) tensor->data;
  uintptr_t last
      = first + (uintptr_t) spade_tensor_n_elements (tensor) * element;

  // Whole pages only; the others hold a neighbour's numbers too.
  first = (first + page - 1) / page * page;
  last = last / page * page;
  if (first < last)
    madvise ((void *) first, last - first, MADV_DONTNEED);
#endif
}
