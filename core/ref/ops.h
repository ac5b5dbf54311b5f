// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The network operations as plain loops over float, the judge of every other
// backend: no dictionary, no fusion, no threads. All pictures are H x W x C.

#pragma once

#include "../backend.h"

// dst [Ho, Wo, O] = conv (src [H, W, I]) + bias, weight O x I x k x k, zero
// padding k / 2, Ho = ceil (H / stride). bias may be NULL.
void spade_ref_conv (const float *src, int height, int width, int n_in,
                     const float *weight, const float *bias, int n_out,
                     int kernel, int stride, float *dst);

// As spade_ref_conv() at stride 1 of the one-hot picture of symbols with n_in
// channels; an edge bit sets the last channel. more: NULL, or what each tap inside
// the picture adds, k * k rows of n_out numbers that are pitch apart.
void spade_ref_seg_conv (const uint16_t *symbols, int height, int width,
                         int n_in, const float *weight, const float *bias,
                         const float *more, int pitch, int n_out, int kernel,
                         float *dst);

// dst = src, nearest x2; src is [height, width, channels].
void spade_ref_upsample (const float *src, int height, int width, int channels,
                         float *dst);

// dst = src * scale + shift of each channel. scale_shift: [2, channels], or NULL: 1
// and 0.
void spade_ref_scale (const float *src, size_t n_pixels, int channels,
                      const float *scale_shift, float *dst);

// dst = src + add, both of half of to's size: each pixel of src has 2 x 2 of dst's, add
// is nearest, or NULL.
void spade_ref_shuffle (const float *src, const float *add, const SpadeValue *to,
                        float *dst);

// Where position i of n comes from among n_src: two neighbours and the share
// of the second, with half-pixel centres.
void spade_ref_find_source (int i, int n, int n_src, int *first, int *second,
                            float *share);

// A row of spade_ref_resize(): of two rows of the source, v of the second.
void spade_ref_blend_rows (const float *top, const float *bottom,
                           int src_width, float v, float *dst, int width,
                           int channels);

// dst = src at another size, bilinear with half-pixel centres and no
// antialiasing (align_corners = False).
void spade_ref_resize (const float *src, int src_height, int src_width,
                       float *dst, int height, int width, int channels);

// mean and 1 / sqrt (var + eps) per channel of n pixels.
void spade_ref_statistics (const float *src, size_t n, int channels,
                           float *mean, float *inv_std);

// dst = weight . src + bias, where rows of weight run through dst's and
// columns through src's numbers as C x H x W.
void spade_ref_linear (const float *src, const SpadeValue *from,
                       const float *weight, const float *bias, float *dst,
                       const SpadeValue *to);

// In place, n numbers.
void spade_ref_activate (float *x, size_t n, SpadeActivation activation);
