// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Our own kernels: one function each that queues it on a stream (as
// spade_gpu_stream() gives it); spade_gpu_check_launch() tells how it went.
// Pictures are H x W x C. dtype is that of the activations: f32, bf16 or f16.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

// What the noise of a run is (core/noise.h), in the GPU's memory, so that a
// recorded render knows another seed.
typedef struct
{
  uint64_t seed;
  int32_t  top, left; // of the picture's pixel that is ours at 0, 0
} SpadeNoise;

// The fused pass, SPADE and NORM: dst = act (n + n * gamma + beta), where n =
// (src + strength * noise - mean) / std. One read and one write of the picture.
typedef struct
{
  SpadeDType      dtype;
  const void     *src;      // dst's size, or half of it with upsample
  void           *dst;      // may be src where they have the same size
  int             height, width, channels; // of dst
  bool            upsample; // height and width even, and a table
  const float    *norm;     // [2, channels]: 1 / std, then mean
  const uint32_t *index;    // [height, width] rows of table
  const void     *table;    // [rows, pitch] gammas, then betas; or NULL: 0, 0
  int             pitch;    // of table, in elements
  float           slope;    // of negative results; 1 where there is no act
  const float      *strength; // [channels]; NULL where there is no noise
  const SpadeNoise *noise;
  int               plane;    // of the noise
} SpadeModulate;
void spade_kernel_modulate (void *stream, const SpadeModulate *args);

// norm [2, channels]: 1 / sqrt (var + eps) and mean of n pixels, in a fixed
// order. scratch has spade_kernel_statistics_scratch() bytes.
size_t spade_kernel_statistics_scratch (int64_t n, int channels);
void   spade_kernel_statistics (void *stream, SpadeDType dtype, const void *src,
                                int64_t n, int channels, float *norm,
                                void *scratch);

// Sums of table rows: mlp_shared at distinct patches, and the segmap's own
// convolution at pixels. dst [n, n_out].
typedef struct
{
  SpadeDType      dtype;      // of dst
  const uint16_t *symbols;    // [n, kernel^2], or with picture [height, width]
  bool            is_picture;
  int             height, width;
  int64_t         n;
  int             kernel;
  int             n_channels; // one-hot, edge included
  bool            has_edge;   // which is the last channel
  const float    *weight;     // [kernel^2, n_channels, n_out]
  const float    *bias;       // [n_out]
  const float    *z_sums;     // [kernel^2, n_out], added at taps inside; or NULL
  int             n_out;
  bool            is_shared;  // ReLU, and row 0 is zero; else:
  SpadeActivation activation;
  void           *dst;
} SpadeSumRows;
void spade_kernel_sum_rows (void *stream, const SpadeSumRows *args);

// dst [n, depth] = for each patch its k^2 rows of actv side by side, then
// zeros; zeros where the patch is beyond n_patches.
typedef struct
{
  size_t          element_size;
  const void     *actv;       // [n_shared, n_hidden]
  const uint32_t *patch_rows; // [n_patches, n_taps]
  int64_t         first, n, n_patches;
  int             n_taps, n_hidden, depth;
  void           *dst;
} SpadeGather;
void spade_kernel_gather (void *stream, const SpadeGather *args);

// Makes each of n numbers the sum of those before it. Behind them is more memory, of
// spade_kernel_sum_size() numbers in all.
#define SPADE_SUM_SPAN 32 // that a thread sums
int64_t spade_kernel_sum_size (int64_t n);
void    spade_kernel_sum_before (void *stream, uint32_t *numbers, int64_t n);

// The distinct windows of all levels of a map, numbered level by level in the
// order in which they appear first. Pixels of all levels count on, with a gap after
// each: a level's first one is a multiple of SPADE_NUMBER_SPAN, and so is n, whose
// last SPADE_NUMBER_SPAN are a gap.
#define SPADE_NUMBER_SPAN 32
typedef struct
{
  int         height, width;
  uint32_t    first;   // of its pixels
  const void *grid;    // [height, width] symbols, or numbers of their windows
  uint32_t   *numbers; // [height, width]
  void       *windows; // [distinct ones, kernel^2], of grid's type
} SpadeNumberLevel;

typedef struct
{
  SpadeNumberLevel levels[SPADE_MAX_LEVELS];
  int       n_levels;
  int64_t   n;         // below 2^31
  int       kernel;
  bool      is_shared; // windows of symbols: number 0 is the one beyond the border,
                       // and no pixel's; else windows of the numbers of these
  uint32_t  mask;      // the table's entries less 1: all bits of a number above n
  uint32_t *table;     // [mask + 1] zeros
  uint32_t *found;     // [n]
  uint32_t *sums;      // [spade_kernel_sum_size (n / SPADE_NUMBER_SPAN)]
  uint32_t *totals;    // [n_levels] distinct windows, is_shared or not
} SpadeNumbering;
// Makes found, sums and totals; then numbers and windows, for which there is room.
void spade_kernel_find_windows (void *stream, const SpadeNumbering *args);
void spade_kernel_number_windows (void *stream, const SpadeNumbering *args);

// dst [n_out] = src [n_in] . weight [n_in, n_out] + bias. scratch has
// spade_kernel_linear_scratch() bytes.
typedef struct
{
  SpadeDType   dtype;     // of src and weight
  SpadeDType   dst_dtype; // that, or f32
  const void  *src, *weight;
  const float *bias;
  int64_t      n_in, n_out;
  void        *dst;
  void        *scratch;
} SpadeLinear;
size_t spade_kernel_linear_scratch (int64_t n_in, int64_t n_out);
void   spade_kernel_linear (void *stream, const SpadeLinear *args);

// A convolution by a plain kernel: for very few channels on one side, for f32
// results, and where the library has no engine.
typedef struct
{
  SpadeDType      dtype;     // of src and add
  SpadeDType      dst_dtype; // that, or f32 (then add is f32 too)
  const void     *src;       // [height, width, n_in]
  int             height, width, n_in, n_out, kernel, stride;
  const float    *weight;    // [kernel^2, n_in, n_out up to a multiple of 4]
  const float    *bias;      // [n_out] or NULL
  const void     *add;       // of dst's shape, may be dst; or NULL
  SpadeActivation activation;
  void           *dst;
} SpadeDirectConv;
void spade_kernel_direct_conv (void *stream, const SpadeDirectConv *args);

// A 3 x 3 convolution to at most 8 channels, of 16-bit numbers on tensor cores: dst
// = act (conv (src) + bias). n_in is a multiple of 8 and at most SPADE_NARROW_MOST.
// Asking whether there is one for a dtype needs the GPU that it is for.
#define SPADE_NARROW_MOST 64
typedef struct
{
  SpadeDType      dtype;  // of src and weight: f16 or bf16
  const void     *src;    // [height, width, n_in]
  int             height, width, n_in, n_out;
  const void     *weight; // [9, 8, n_in up to a multiple of 32], zeros beyond
  const float    *bias;   // [n_out] or NULL
  SpadeActivation activation;
  float          *dst;
} SpadeNarrowConv;
bool spade_kernel_has_narrow_conv (SpadeDType dtype);
void spade_kernel_narrow_conv (void *stream, const SpadeNarrowConv *args);

// What was not fused into a convolution: dst = act (src + bias + add).
typedef struct
{
  SpadeDType      dtype;
  const void     *src;
  const void     *bias; // [channels] or NULL
  const void     *add;  // may be dst; or NULL
  int64_t         n_pixels;
  int             channels;
  SpadeActivation activation;
  void           *dst;
} SpadeFinish;
void spade_kernel_finish (void *stream, const SpadeFinish *args);

// dst = act (src * scale + shift), of each channel.
typedef struct
{
  SpadeDType      dtype;
  const void     *src;
  void           *dst;         // may be src
  int64_t         n_pixels;
  int             channels;
  const float    *scale_shift; // [2, channels]; NULL: 1 and 0
  SpadeActivation activation;
} SpadeScale;
void spade_kernel_scale (void *stream, const SpadeScale *args);

// dst = act (src + add), both of half of dst's size: a pixel of src has the channels of
// 2 x 2 of dst's, add is nearest.
typedef struct
{
  SpadeDType      dtype;     // of src and add
  SpadeDType      dst_dtype; // that, or f32
  const void     *src, *add; // add: or NULL
  void           *dst;
  int             height, width, channels; // of dst
  SpadeActivation activation;
} SpadeShuffle;
void spade_kernel_shuffle (void *stream, const SpadeShuffle *args);

// dst [2 height, 2 width, channels] = src, nearest.
void spade_kernel_upsample (void *stream, size_t element_size, const void *src,
                            int height, int width, int channels, void *dst);
// dst = src at another size, bilinear.
void spade_kernel_resize (void *stream, SpadeDType dtype, const void *src,
                          int src_height, int src_width, void *dst, int height,
                          int width, int channels);

void spade_kernel_from_f32 (void *stream, SpadeDType dtype, const float *src,
                            int64_t n, void *dst);
void spade_kernel_to_f32 (void *stream, SpadeDType dtype, const void *src,
                          int64_t n, float *dst);

// dst, aligned to 4 bytes, = round ((src + 1) * 127.5) within 0 ... 255, 0 for NaN:
// spade_pack_rgb().
void spade_kernel_pack_bytes (void *stream, const float *src, int64_t n,
                              uint8_t *dst);

// A stored weight into the form that a step wants: element (i, j) of dst, with
// i below dims[0] and j running through the other dims, lies at i * pitch + j
// and comes from spade_index_packed() of src.
typedef struct
{
  SpadeDType  src_dtype, dst_dtype;
  const void *src;
  void       *dst;
  int64_t     dims[4], strides[4], pitch;
} SpadeRepack;
void spade_kernel_repack (void *stream, const SpadeRepack *args);

#ifdef __cplusplus
}
#endif
