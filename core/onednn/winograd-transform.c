// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Written for the vectoriser: LANES channels at a time, one function for each
// tile and dtype. Source of the matrices: Lavin and Gray 2015, "Fast algorithms
// for convolutional neural networks", section 4.

#include "winograd-transform.h"

#include <stdint.h>
#include <string.h>

#include "../tensor.h"
#include "bf16.h"
#include "clones.h"

#define LANES SPADE_WINOGRAD_LANES

static const float G2[4][3]
    = { { 1, 0, 0 }, { .5f, .5f, .5f }, { .5f, -.5f, .5f }, { 0, 0, 1 } };
static const float G4[6][3]
    = { { 1 / 4.f, 0, 0 },
        { -1 / 6.f, -1 / 6.f, -1 / 6.f },
        { -1 / 6.f, 1 / 6.f, -1 / 6.f },
        { 1 / 24.f, 1 / 12.f, 1 / 6.f },
        { 1 / 24.f, -1 / 12.f, 1 / 6.f },
        { 0, 0, 1 } };

// Kernels that are transformed at a time.
#define RUN 512

// Adds up three runs of m numbers, pitch apart.
static inline void
combine (const float *weights, const float *from, size_t pitch, size_t m,
         float *to)
{
  for (size_t i = 0; i < m; i++)
    to[i] = weights[0] * from[i] + weights[1] * from[pitch + i]
            + weights[2] * from[2 * pitch + i];
}

// Point (y, x) of a kernel g is row y and column x of G g G^T.
SPADE_VECTOR_CLONES (static void, transform_kernels,
                     (int n_points, const float (*g)[3], const float *kernels,
                      size_t n, int y, float *out, size_t m),
                     (n_points, g, kernels, n, y, out, m))
{
  float columns[3 * RUN];

  for (int x = 0; x < 3; x++)
    combine (g[y], kernels + (size_t) x * n, 3 * n, m, columns + x * RUN);
  for (int x = 0; x < n_points; x++)
    combine (g[x], columns, RUN, m, out + (size_t) x * n);
}

void
spade_winograd_transform_kernels (int tile, const float *kernels, size_t n,
                                  int y, float *out, int n_threads)
{
#pragma omp parallel for schedule(static) num_threads(n_threads)
  for (size_t i = 0; i < n; i += RUN)
    transform_kernels (tile + 2, tile == 2 ? G2 : G4, kernels + i, n, y,
                       out + i, n - i < RUN ? n - i : RUN);
}

// B^T of one line of tile + 2 vectors that lie step apart.
static inline void
transform_line (int tile, float (*l)[LANES], int step)
{
  for (int c = 0; c < LANES; c++)
    {
      float a = l[0][c], b = l[step][c], d = l[2 * step][c];
      float e = l[3 * step][c], f, g;

      if (tile == 2)
        {
          l[0][c] = a - d;
          l[step][c] = b + d;
          l[2 * step][c] = d - b;
          l[3 * step][c] = b - e;
          continue;
        }
      f = l[4 * step][c];
      g = l[5 * step][c];
      l[0][c] = 4 * a - 5 * d + f;
      l[step][c] = (e + f) - 4 * (b + d);
      l[2 * step][c] = 4 * (b - d) - e + f;
      l[3 * step][c] = 2 * (e - b) - d + f;
      l[4 * step][c] = 2 * (b - e) - d + f;
      l[5 * step][c] = 4 * b - 5 * e + g;
    }
}

// A^T of one line: tile + 2 vectors become tile.
static inline void
restore_line (int tile, float (*l)[LANES], int step)
{
  for (int c = 0; c < LANES; c++)
    {
      float a = l[0][c], b = l[step][c], d = l[2 * step][c];
      float e = l[3 * step][c], f, g;

      if (tile == 2)
        {
          l[0][c] = a + (b + d);
          l[step][c] = (b - d) - e;
          continue;
        }
      f = l[4 * step][c];
      g = l[5 * step][c];
      l[0][c] = a + (b + d) + (e + f);
      l[step][c] = (b - d) + 2 * (e - f);
      l[2 * step][c] = (b + d) + 4 * (e + f);
      l[3 * step][c] = (b - d) + 8 * (e - f) + g;
    }
}

#define DEFINE(suffix, T, type, LOAD, STORE)                                  \
  SPADE_VECTOR_CLONES (static void, transform_##suffix,                       \
                       (const SpadeWinogradShape *self, const type *src,      \
                        int i, type *out, size_t point_pitch),                \
                       (self, src, i, out, point_pitch))                      \
  {                                                                           \
    int top = (self->first_y + i / self->n_squares_x) * T - 1;                \
    int left = (self->first_x + i % self->n_squares_x) * T - 1;               \
    int n_in = self->n_in;                                                    \
                                                                              \
    for (int c = 0; c < n_in; c += LANES)                                     \
      {                                                                       \
        float d[(T + 2) * (T + 2)][LANES];                                    \
                                                                              \
        for (int p = 0; p < (T + 2) * (T + 2); p++)                           \
          {                                                                   \
            int y = top + p / (T + 2), x = left + p % (T + 2);                \
            const type *from                                                  \
                = src + ((size_t) y * (size_t) self->width + (size_t) x)      \
                            * (size_t) n_in + c;                              \
                                                                              \
            if (y < 0 || y >= self->height || x < 0 || x >= self->width)      \
              memset (d[p], 0, sizeof d[p]);                                  \
            else                                                              \
              for (int lane = 0; lane < LANES; lane++)                        \
                d[p][lane] = LOAD (from[lane]);                               \
          }                                                                   \
        for (int x = 0; x < T + 2; x++)                                       \
          transform_line (T, d + x, T + 2);                                   \
        for (int y = 0; y < T + 2; y++)                                       \
          transform_line (T, d + y * (T + 2), 1);                             \
        for (int p = 0; p < (T + 2) * (T + 2); p++)                           \
          for (int lane = 0; lane < LANES; lane++)                            \
            out[p * point_pitch + (size_t) (c + lane)] = STORE (d[p][lane]);  \
      }                                                                       \
  }                                                                           \
                                                                              \
  SPADE_VECTOR_CLONES (static void, restore_##suffix,                         \
                       (const SpadeWinogradShape *self, const float *products, \
                        size_t point_pitch, int i, type *dst),                \
                       (self, products, point_pitch, i, dst))                 \
  {                                                                           \
    int   top = (self->first_y + i / self->n_squares_x) * T;                  \
    int   left = (self->first_x + i % self->n_squares_x) * T;                 \
    int   bottom = top + T < self->height ? top + T : self->height;           \
    int   right = left + T < self->width ? left + T : self->width;            \
    int   n_out = self->n_out;                                                \
    float slope = self->slope;                                                \
                                                                              \
    for (int c = 0; c < n_out; c += LANES)                                    \
      {                                                                       \
        float        m[(T + 2) * (T + 2)][LANES];                             \
        const float *bias = self->bias + c;                                   \
                                                                              \
        for (int p = 0; p < (T + 2) * (T + 2); p++)                           \
          memcpy (m[p], products + p * point_pitch + c, sizeof m[p]);         \
        for (int x = 0; x < T + 2; x++)                                       \
          restore_line (T, m + x, T + 2);                                     \
        for (int y = 0; y < T; y++)                                           \
          restore_line (T, m + y * (T + 2), 1);                               \
        for (int y = top; y < bottom; y++)                                    \
          for (int x = left; x < right; x++)                                  \
            {                                                                 \
              type  *to = dst + ((size_t) y * (size_t) self->width            \
                                 + (size_t) x) * (size_t) n_out + c;          \
              float *from = m[(y - top) * (T + 2) + x - left];                \
                                                                              \
              for (int lane = 0; lane < LANES; lane++)                        \
                from[lane] += bias[lane];                                     \
              if (self->has_add)                                              \
                for (int lane = 0; lane < LANES; lane++)                      \
                  from[lane] += LOAD (to[lane]);                              \
              for (int lane = 0; lane < LANES; lane++)                        \
                {                                                             \
                  float v = from[lane];                                       \
                                                                              \
                  to[lane] = STORE (v > 0 ? v : v * slope);                   \
                }                                                             \
            }                                                                 \
      }                                                                       \
  }

DEFINE (4_f32, 4, float, SAME, SAME)
DEFINE (2_f32, 2, float, SAME, SAME)
DEFINE (2_bf16, 2, uint16_t, load_bf16, store_bf16)

void
spade_winograd_transform_source (const SpadeWinogradShape *self,
                                 const void *src, int i, void *out,
                                 size_t point_pitch)
{
  if (self->is_bf16)
    transform_2_bf16 (self, src, i, out, point_pitch);
  else if (self->tile == 2)
    transform_2_f32 (self, src, i, out, point_pitch);
  else
    transform_4_f32 (self, src, i, out, point_pitch);
}

void
spade_winograd_restore (const SpadeWinogradShape *self, const float *products,
                        size_t point_pitch, int i, void *dst)
{
  if (self->is_bf16)
    restore_2_bf16 (self, products, point_pitch, i, dst);
  else if (self->tile == 2)
    restore_2_f32 (self, products, point_pitch, i, dst);
  else
    restore_4_f32 (self, products, point_pitch, i, dst);
}
