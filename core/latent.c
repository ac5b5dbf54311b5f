// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// z ~ N(0, I) from a seed: Philox4x32-10 counters into Box-Muller pairs. Works
// in double and rounds once, so every machine gives the same floats.
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.

#include "include/spade-context.h"

#include <math.h>

static void
philox (guint32 counter, guint64 seed, guint32 out[4])
{
  guint32 key[2] = { (guint32) seed, (guint32) (seed >> 32) };
  guint32 c[4] = { counter, 0, 0, 0 };

  for (int round = 0; round < 10; round++)
    {
      guint64 a = (guint64) 0xd2511f53u * c[0];
      guint64 b = (guint64) 0xcd9e8d57u * c[2];
      guint32 next[4] = { (guint32) (b >> 32) ^ c[1] ^ key[0], (guint32) b,
                          (guint32) (a >> 32) ^ c[3] ^ key[1], (guint32) a };

      for (int i = 0; i < 4; i++)
        c[i] = next[i];
      key[0] += 0x9e3779b9u;
      key[1] += 0xbb67ae85u;
    }
  for (int i = 0; i < 4; i++)
    out[i] = c[i];
}

void
spade_latent_draw (guint64 seed, float *out_z, int n)
{
  for (int i = 0; i < n; i += 4)
    {
      guint32 bits[4];
      double  z[4];

      philox ((guint32) i / 4, seed, bits);
      for (int pair = 0; pair < 4; pair += 2)
        {
          // u in (0, 1], so that the logarithm is finite; v in [0, 1).
          double u = (bits[pair] + 1.0) * 0x1p-32;
          double v = bits[pair + 1] * 0x1p-32;
          double radius = sqrt (-2 * log (u));

          z[pair] = radius * cos (2 * G_PI * v);
          z[pair + 1] = radius * sin (2 * G_PI * v);
        }
      for (int k = 0; k < 4 && i + k < n; k++)
        out_z[i + k] = (float) z[k];
    }
}
