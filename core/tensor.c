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

// Without branches, for the vectoriser.
static inline float
widen_f16 (uint16_t bits)
{
  uint32_t sign = (uint32_t) (bits & 0x8000) << 16;
  uint32_t rest = (uint32_t) (bits & 0x7fff) << 13;
  uint32_t normal = rest + (112u << 23), wide;
  uint32_t is_small = -(uint32_t) (rest < 1u << 23);  // all bits or none
  uint32_t is_large = -(uint32_t) (rest >= 31u << 23); // infinite or NaN
  float    value, least = 0x1p-14f;

  normal += is_large & 112u << 23;
  // Zero or subnormal: (1 + fraction) * 2^-14 - 2^-14 is exact in a float.
  wide = rest + (113u << 23);
  memcpy (&value, &wide, sizeof value);
  value -= least;
  memcpy (&wide, &value, sizeof wide);
  wide = (wide & is_small) | (normal & ~is_small) | sign;
  memcpy (&value, &wide, sizeof value);
  return value;
}

float
spade_f16_to_f32 (uint16_t bits)
{
  return widen_f16 (bits);
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

size_t
spade_dtype_get_size (SpadeDType dtype)
{
  switch (dtype)
    {
    case SPADE_DTYPE_F32:
      return 4;
    case SPADE_DTYPE_BF16:
    case SPADE_DTYPE_F16:
    case SPADE_DTYPE_U16:
      return 2;
    case SPADE_DTYPE_U8:
      return 1;
    case SPADE_DTYPE_I64:
      return 8;
    }
  return 0;
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
  data += first * 2;
#define READ(widen)                                                           \
  for (int64_t i = 0; i < n; i++)                                             \
    {                                                                         \
      uint16_t bits;                                                          \
                                                                              \
      memcpy (&bits, data + i * 2, 2);                                        \
      out[i] = widen (bits);                                                  \
    }
  if (tensor->dtype == SPADE_DTYPE_BF16)
    READ (spade_bf16_to_f32)
  else
    READ (widen_f16)
#undef READ
}

void
spade_tensor_release (const SpadeTensor *tensor)
{
#ifdef __unix__
  size_t    element = spade_dtype_get_size (tensor->dtype);
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
