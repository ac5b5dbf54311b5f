// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What moves numbers: to other sizes, other formats, other layouts.

#include "kernel.cuh"

template <typename U>
static __global__ void __launch_bounds__ (SPADE_THREADS)
upsample_kernel (const U *src, int height, int width, int n_units, U *dst)
{
  int64_t  number = thread_number ();
  uint32_t pixel = (uint32_t) (number / n_units);
  int      unit = (int) (number % n_units);

  if (pixel < (uint32_t) height * (uint32_t) width)
    dst[number] = src[(int64_t) spade_index_half (pixel, (uint32_t) width)
                          * n_units
                      + unit];
}

template <typename U>
static void
upsample (void *stream, const void *src, int height, int width, size_t size,
          void *dst)
{
  int  n_units = (int) (size / sizeof (U));
  auto kernel = upsample_kernel<U>;

  SPADE_LAUNCH (kernel, blocks_for ((int64_t) height * width * n_units),
                dim3 (SPADE_THREADS), stream, (const U *) src, height, width,
                n_units, (U *) dst);
}

void
spade_kernel_upsample (void *stream, size_t element_size, const void *src,
                       int height, int width, int channels, void *dst)
{
  size_t size = element_size * (size_t) channels;

  if (size % sizeof (uint4) == 0)
    upsample<uint4> (stream, src, 2 * height, 2 * width, size, dst);
  else
    upsample<uint16_t> (stream, src, 2 * height, 2 * width, size, dst);
}

template <typename T>
static __global__ void __launch_bounds__ (SPADE_THREADS)
resize_kernel (const typename T::Word *src, int src_height, int src_width,
               typename T::Word *dst, int height, int width, int channels)
{
  int64_t number = thread_number ();
  int64_t pixel = number / channels;
  int     c = (int) (number % channels);
  int     y = (int) (pixel / width), x = (int) (pixel % width);
  int     y0, y1, x0, x1;
  float   v, u;

  if (y >= height)
    return;
  spade_index_between (y, height, src_height, &y0, &y1, &v);
  spade_index_between (x, width, src_width, &x0, &x1, &u);

#define AT(y, x) T::load (src[((int64_t) (y) * src_width + (x)) * channels + c])
  float top = AT (y0, x0) * (1 - u) + AT (y0, x1) * u;
  float bottom = AT (y1, x0) * (1 - u) + AT (y1, x1) * u;
#undef AT

  dst[number] = T::store (top * (1 - v) + bottom * v);
}

template <typename T>
static void
resize (void *stream, const void *src, int src_height, int src_width, void *dst,
        int height, int width, int channels)
{
  auto kernel = resize_kernel<T>;

  SPADE_LAUNCH (kernel, blocks_for ((int64_t) height * width * channels),
                dim3 (SPADE_THREADS), stream, (const typename T::Word *) src,
                src_height, src_width, (typename T::Word *) dst, height, width,
                channels);
}

void
spade_kernel_resize (void *stream, SpadeDType dtype, const void *src,
                     int src_height, int src_width, void *dst, int height,
                     int width, int channels)
{
  BY_DTYPE (dtype, resize, stream, src, src_height, src_width, dst, height,
            width, channels);
}

template <typename T, typename D>
static __global__ void __launch_bounds__ (SPADE_THREADS)
convert_kernel (const typename T::Word *src, int64_t n, typename D::Word *dst)
{
  int64_t i = thread_number ();

  if (i < n)
    dst[i] = D::store (T::load (src[i]));
}

template <typename T>
static void
from_f32 (void *stream, const float *src, int64_t n, void *dst)
{
  auto kernel = convert_kernel<F32, T>;

  SPADE_LAUNCH (kernel, blocks_for (n), dim3 (SPADE_THREADS), stream, src, n,
                (typename T::Word *) dst);
}

template <typename T>
static void
to_f32 (void *stream, const void *src, int64_t n, float *dst)
{
  auto kernel = convert_kernel<T, F32>;

  SPADE_LAUNCH (kernel, blocks_for (n), dim3 (SPADE_THREADS), stream,
                (const typename T::Word *) src, n, dst);
}

void
spade_kernel_from_f32 (void *stream, SpadeDType dtype, const float *src,
                       int64_t n, void *dst)
{
  BY_DTYPE (dtype, from_f32, stream, src, n, dst);
}

void
spade_kernel_to_f32 (void *stream, SpadeDType dtype, const void *src, int64_t n,
                     float *dst)
{
  BY_DTYPE (dtype, to_f32, stream, src, n, dst);
}

static __device__ inline uint32_t
pack_byte (float x)
{
  float byte = multiply_rounded (x + 1, 127.5f) + 0.5f;

  return byte > 0 ? (uint32_t) (byte < 255 ? byte : 255) : 0;
}

// A thread packs four.
static __global__ void __launch_bounds__ (SPADE_THREADS)
pack_bytes_kernel (const float *src, int64_t n, uint8_t *dst)
{
  int64_t first = thread_number () * 4;

  if (first + 4 > n)
    for (int64_t i = first; i < n; i++)
      dst[i] = (uint8_t) pack_byte (src[i]);
  else
    {
      Pack<F32, 4> x = load_pack<F32, 4> (src, first);

      *(uint32_t *) (dst + first)
          = pack_byte (x.get (0)) | pack_byte (x.get (1)) << 8
            | pack_byte (x.get (2)) << 16 | pack_byte (x.get (3)) << 24;
    }
}

void
spade_kernel_pack_bytes (void *stream, const float *src, int64_t n,
                         uint8_t *dst)
{
  SPADE_LAUNCH (pack_bytes_kernel, blocks_for (spade_index_blocks (n, 4)),
                dim3 (SPADE_THREADS), stream, src, n, dst);
}

// A weight is packed once; which format it has in the file is asked per thread.
template <typename D>
static __global__ void __launch_bounds__ (SPADE_THREADS)
repack_kernel (SpadeRepack r)
{
  int64_t number = thread_number ();
  int64_t inner = r.dims[1] * r.dims[2] * r.dims[3];
  int64_t row = number / inner;
  int64_t at;
  float   value;

  if (row >= r.dims[0])
    return;
  at = spade_index_packed (number, r.dims, r.strides);
  if (r.src_dtype == SPADE_DTYPE_F32)
    value = ((const float *) r.src)[at];
  else if (r.src_dtype == SPADE_DTYPE_F16)
    value = F16::load (((const uint16_t *) r.src)[at]);
  else
    value = Bf16::load (((const uint16_t *) r.src)[at]);
  ((typename D::Word *) r.dst)[row * r.pitch + number % inner]
      = D::store (value);
}

template <typename D>
static void
repack (void *stream, const SpadeRepack &r)
{
  auto kernel = repack_kernel<D>;

  SPADE_LAUNCH (kernel,
                blocks_for (r.dims[0] * r.dims[1] * r.dims[2] * r.dims[3]),
                dim3 (SPADE_THREADS), stream, r);
}

void
spade_kernel_repack (void *stream, const SpadeRepack *args)
{
  BY_DTYPE (args->dst_dtype, repack, stream, *args);
}
