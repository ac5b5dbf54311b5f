// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The fused pass over a picture: norm, gather gamma and beta by neighbourhood,
// modulate, leaky ReLU; one read and one write. Free of oneDNN.
//
// table has a row of 2 * channels floats per neighbourhood: first the scales,
// then the shifts. A pixel p becomes act ((p * a + b) * scale + shift), and with
// noise n act (((p + strength * n) * a + b) * scale + shift).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  const void     *src;    // [height >> upsample, width >> upsample, channels]
  void           *dst;    // [height, width, channels]; may be src
  int             height, width, channels;
  bool            upsample; // src has half the size
  const uint32_t *index;  // [height, width] rows of table, or NULL: row 0
  const float    *table;  // NULL: scale 1 and shift 0
  const float    *a, *b;  // [channels], or both NULL: 1 and 0
  float           slope;  // of negative results; 1 where there is no activation
  const float    *strength; // [channels] of the noise, with a table; or NULL
  uint32_t        noise_key; // spade_noise_key()
  int             top, left; // place of dst in the plane of noise
  int             n_threads;
} SpadeModulation;

void spade_modulate_f32 (const SpadeModulation *pass);
void spade_modulate_bf16 (const SpadeModulation *pass);

// a = 1 / sqrt (var + eps), b = -mean * a of each channel of n pixels. The
// order of the sums does not depend on the number of threads.
void spade_modulate_statistics (const void *src, bool is_bf16, int height,
                                int width, int channels, float *a, float *b,
                                double *scratch, int n_threads);
