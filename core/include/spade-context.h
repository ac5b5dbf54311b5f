// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A context renders maps with a model on one device. It keeps packed weights
// and whatever a later render can use again. One thread at a time may use a
// context; different contexts are independent.

#pragma once

#include "spade-map.h"
#include "spade-model.h"

typedef enum
{
  SPADE_PRECISION_AUTO, // bf16 where the CPU multiplies it fast, f16 on a GPU,
                        // else f32; the CPU has no f16, "ref" f32 alone
  SPADE_PRECISION_F32,
  SPADE_PRECISION_BF16,
  SPADE_PRECISION_F16,
} SpadePrecision;

typedef struct
{
  const char    *device;    // "auto" or NULL, "cpu", "ref", "cuda" (the GPU
                            // with the most free memory), "cuda:N"
  SpadePrecision precision;
  int            n_threads; // CPU threads; 0: all cores
  guint64        memory;    // bytes that a render may take, weights and picture
                            // included: above them a picture is made in tiles;
                            // 0: most of what is free when a map is set.
                            // A GPU's own memory has that limit as well
  gboolean       for_edits; // keep what the next render of nearly the same map
                            // can use again; on a GPU only in tiles, since it
                            // renders a whole sooner than that is fetched
  const char    *cache;     // folder where packed weights are kept from one
                            // process to the next, so that its first picture
                            // comes sooner; NULL: nowhere
} SpadeContextOptions;

// Gives the folder of the user's cache for SpadeContextOptions.cache; free with
// g_free(). It need not be there, and may be removed at any time.
SPADE_API char *spade_cache_get_folder (void);

typedef struct _SpadeContext SpadeContext;

// Makes a context; takes a reference to model. options may be NULL. With the
// device "auto" a GPU that turns out to fail, or to have too little memory even
// for small tiles, is given up for the CPU, when a map is set or in a render;
// spade_context_get_device() then says why. With
// SPADE_TF32 in the environment, f32 on a GPU means TF32 products. Errors:
// SPADE_ERROR_BACKEND for a device or precision that is not there, with the
// reason; SPADE_ERROR_MEMORY.
SPADE_API SpadeContext *spade_context_new (SpadeModel                *model,
                                           const SpadeContextOptions *options,
                                           GError                   **error);
SPADE_API void          spade_context_free (SpadeContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeContext, spade_context_free)

// Gives what it runs on, for people: "cpu (oneDNN, bf16, 2 threads)".
SPADE_API const char *spade_context_get_device (const SpadeContext *context);

// Sets the map; its size is the render size (spade_model_check_size()). The
// map is copied. Where for_edits holds the next render computes only what depends
// on a pixel that differs from the last map's. Errors: SPADE_ERROR_SIZE;
// SPADE_ERROR_MAP for a class id that is no channel of the model;
// SPADE_ERROR_MEMORY, SPADE_ERROR_BACKEND.
SPADE_API gboolean spade_context_set_map (SpadeContext   *context,
                                          const SpadeMap *map,
                                          GError        **error);

// Says whether the maps that are set from here on are rendered mirrored, left for
// right, and their pictures mirrored back; FALSE at first. A model that has seen
// light from the left alone then gives it from the right.
SPADE_API void spade_context_set_mirrored (SpadeContext *context,
                                           gboolean      mirrored);

// Says whether maps that are set from here on and are larger than the model was trained
// for, a side by a quarter at least, are rendered from coarse to fine; FALSE at first.
// Such a picture is also rendered at half its size, this again at half, and so on down
// to the size that suits the model, and of each only what is finer than the smaller
// one is taken. So it has the light and the forms that the model does well, and is
// sharp. Its floats may be beyond -1...1 by a little. It takes about 1.4 times the time
// and 1.5 times the memory.
SPADE_API void spade_context_set_refined (SpadeContext *context,
                                          gboolean      refined);

// Sets z to z_dim floats, copied; for models without z n is ignored. The noise
// seed stays what it is.
// Errors: SPADE_ERROR_STYLE when n is not z_dim.
SPADE_API gboolean spade_context_set_latent (SpadeContext *context,
                                             const float  *z,
                                             int           n,
                                             GError      **error);

// Draws z ~ N(0, I) from seed (spade_latent_draw()), which becomes the noise seed
// as well.
SPADE_API void spade_context_set_seed (SpadeContext *context, guint64 seed);

// Sets the seed of the noise that models with noise add (docs/numerics.md), 0 at
// first; for callers with a z of their own. Other models ignore it.
SPADE_API void spade_context_set_noise_seed (SpadeContext *context,
                                             guint64       seed);

// A style image: [height, width, 3] sRGB bytes, stride bytes from row to row;
// borrowed.
typedef struct
{
  const guint8 *rgb;
  int           height, width;
  gsize         stride;
} SpadeStyleImage;

// Encodes a style image and sets z = mu + strength * sigma * eps (seed),
// sigma = exp (logvar / 2). With mix_style, which may be NULL, mu and logvar are
// (1 - mix) of the style's and mix of that other's, 0...1; the one that counts nothing
// is not looked at. strength 0 gives mu itself. seed becomes the noise seed, at
// strength 0 too. Errors as spade_context_encode().
// Source: Park et al. 2019, section 3, "multi-modal synthesis".
SPADE_API gboolean spade_context_set_style (SpadeContext          *context,
                                            const SpadeStyleImage *style,
                                            const SpadeStyleImage *mix_style,
                                            double                 mix,
                                            double                 strength,
                                            guint64                seed,
                                            GError               **error);

// Gives mu and logvar (z_dim floats each) of a style image.
// Errors: SPADE_ERROR_STYLE when the model has no style encoder or the image no
// pixels; SPADE_ERROR_MEMORY, SPADE_ERROR_BACKEND.
SPADE_API gboolean spade_context_encode (SpadeContext          *context,
                                         const SpadeStyleImage *style,
                                         float                 *out_mu,
                                         float                 *out_logvar,
                                         GError               **error);

// Renders: out_rgb is [height, width, 3] floats in -1...1 at the map's size,
// owned by the caller. Same map, z, noise seed, device and precision: same floats, on
// every run and thread count, in tiles or not, after an edit or anew; only with
// running statistics are there tiles and parts (docs/performance.md), and on a
// GPU tiles in 16 bits may differ by a little (docs/cuda.md). Blocks.
// Errors: SPADE_ERROR_CANCELLED, SPADE_ERROR_MEMORY, SPADE_ERROR_BACKEND,
// SPADE_ERROR_MAP when no map was set; out_rgb is then undefined.
SPADE_API gboolean spade_context_render (SpadeContext       *context,
                                         float              *out_rgb,
                                         const SpadeMonitor *monitor,
                                         GError            **error);

// Renders into [height, width, 3] sRGB bytes, those that spade_pack_rgb() makes of
// spade_context_render()'s floats; on a GPU they are made there.
SPADE_API gboolean spade_context_render_bytes (SpadeContext       *context,
                                               guint8             *out_rgb,
                                               const SpadeMonitor *monitor,
                                               GError            **error);

// Turns n floats in -1...1 into sRGB bytes: round ((x + 1) * 127.5), clamped.
SPADE_API void spade_pack_rgb (const float *x, gsize n, guint8 *out_bytes);

// Turns n floats in -1...1 into R'G'B' in 0...1 where they lie, clamped.
SPADE_API void spade_unit_rgb (float *x, gsize n);

// Draws n floats of N(0, 1) from seed: number i comes from counter i / 4 of
// Philox4x32-10 (Salmon et al. 2011) through Box-Muller; docs/numerics.md.
// The same on every device and machine.
SPADE_API void spade_latent_draw (guint64 seed, float *out_z, int n);

// Gives one line per device that could be asked for, each "name: state", the
// state "ready" with its name or the reason why not. Free with g_free().
SPADE_API char *spade_devices_describe (void);
