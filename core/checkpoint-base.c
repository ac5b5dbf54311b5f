// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How often a generator doubles its picture, and the size that it was trained
// at. Only the block up_4 and, in a VAE, the number of places that fc makes are
// in the weights; the rest is said, known, or what is usual.

#include "checkpoint-private.h"
#include "model-private.h"

#include <math.h>

// Width / height of what people train on: beyond that a size is a mistake.
#define WIDEST 3.0

// A way to read the places that fc makes; width 0: none.
typedef struct
{
  SpadeUpsampling upsampling;
  int             width, height, crop_size;
  double          aspect;
} Reading;

// The height that belongs to a width of fc's output; halves go to the even
// neighbour, as in the authors' Python.
static int
get_base_height (int width, double aspect)
{
  return (int) CLAMP (rint (width / aspect), 1, 65);
}

static int
get_n_doublings (SpadeUpsampling upsampling)
{
  return 5 + (int) upsampling;
}

// The width is said, and perhaps the aspect.
static Reading
read_crop (const SpadeImportOptions *options,
           SpadeUpsampling           upsampling,
           gint64                    area)
{
  Reading reading = { .upsampling = upsampling,
                      .crop_size = options->crop_size,
                      .aspect = options->aspect };
  gint64  width = options->crop_size >> get_n_doublings (upsampling);
  gint64  height;

  if (width < 1 || width > 64)
    return reading;
  height = options->aspect > 0 ? get_base_height ((int) width, options->aspect)
                               : area / width;
  if (height < 1 || height > 64 || height * width != area)
    return reading;
  if (!(options->aspect > 0))
    reading.aspect = (double) width / (double) height;
  // Who says the upsampling as well knows the height.
  if (!(options->aspect > 0) && !options->has_upsampling
      && fabs (log (reading.aspect)) > log (WIDEST) + 1e-9)
    return reading;
  reading.width = (int) width;
  reading.height = (int) height;
  return reading;
}

// Only the aspect is said, or nothing.
static Reading
read_aspect (const SpadeImportOptions *options,
             SpadeUpsampling           upsampling,
             gint64                    area)
{
  Reading reading = { .upsampling = upsampling,
                      .aspect = options->aspect > 0 ? options->aspect : 1 };

  for (int width = 1; width <= 64; width++)
    {
      int height = get_base_height (width, reading.aspect);

      if (height > 64 || (gint64) height * width != area)
        continue;
      reading.width = width;
      reading.height = height;
      reading.crop_size = width << get_n_doublings (upsampling);
      break;
    }
  return reading;
}

// Gives the reading that is nearest to a square, the first of equals.
static Reading
read_places (const SpadeImportOptions *options, gboolean has_up_4, gint64 area)
{
  SpadeUpsampling first = has_up_4 ? SPADE_UPSAMPLING_MOST
                                   : SPADE_UPSAMPLING_NORMAL;
  SpadeUpsampling last = has_up_4 ? SPADE_UPSAMPLING_MOST
                                  : SPADE_UPSAMPLING_MORE;
  Reading         best = { 0 };

  if (options->has_upsampling)
    first = last = options->upsampling;
  for (; first <= last; first++)
    {
      Reading reading = options->crop_size > 0
                            ? read_crop (options, first, area)
                            : read_aspect (options, first, area);

      if (reading.width > 0
          && (best.width == 0
              || fabs (log (reading.aspect)) < fabs (log (best.aspect)) - 1e-9))
        best = reading;
    }
  return best;
}

// What was not said is as in the known checkpoint.
static SpadeImportOptions
complete (const SpadeImportOptions   *options,
          const SpadeKnownCheckpoint *known,
          gboolean                    has_up_4)
{
  SpadeImportOptions said = *options;

  if (known == NULL)
    return said;
  if (!said.has_upsampling && !has_up_4)
    {
      said.has_upsampling = TRUE;
      said.upsampling = known->upsampling;
    }
  if (said.crop_size == 0)
    said.crop_size = known->crop_size;
  if (!(said.aspect > 0))
    said.aspect = known->aspect;
  return said;
}

static gboolean
infer_vae (const SpadeImportOptions   *options,
           const SpadeKnownCheckpoint *known,
           gboolean                    has_up_4,
           gint64                      area,
           SpadeConfig                *config,
           double                     *out_aspect,
           GError                    **error)
{
  SpadeImportOptions said = complete (options, known, has_up_4);
  Reading            reading = read_places (&said, has_up_4, area);

  if (reading.width == 0) // the known one was trained otherwise
    reading = read_places (options, has_up_4, area);
  if (reading.width == 0)
    return spade_checkpoint_fail (
        error, "The checkpoint was trained at another size: its fc makes %"
        G_GINT64_FORMAT " places; say its crop size, upsampling and aspect.",
        area);
  config->upsampling = reading.upsampling;
  config->crop_size = reading.crop_size;
  config->base_width = reading.width;
  config->base_height = reading.height;
  *out_aspect = reading.aspect;
  return TRUE;
}

void
spade_checkpoint_infer_size (int crop_size, double aspect, SpadeConfig *config)
{
  config->crop_size = crop_size;
  config->base_width
      = CLAMP (crop_size >> spade_config_get_n_doublings (config), 1, 64);
  config->base_height = MIN (get_base_height (config->base_width, aspect), 64);
}

static void
infer_plain (const SpadeImportOptions *said,
             gboolean                  has_up_4,
             SpadeConfig              *config,
             double                   *out_aspect)
{
  config->upsampling = said->has_upsampling ? said->upsampling
                       : has_up_4           ? SPADE_UPSAMPLING_MOST
                                            : SPADE_UPSAMPLING_NORMAL;
  config->crop_size = said->crop_size > 0 ? said->crop_size : 256;
  *out_aspect = said->aspect > 0 ? said->aspect : 1;
  spade_checkpoint_infer_size (config->crop_size, *out_aspect, config);
}

static gboolean
check_upsampling (const SpadeImportOptions *options,
                  gboolean                  has_up_4,
                  GError                  **error)
{
  if (!options->has_upsampling
      || has_up_4 == (options->upsampling == SPADE_UPSAMPLING_MOST))
    return TRUE;
  return spade_checkpoint_fail (
      error, has_up_4 ? "The checkpoint has the block up_4, so its upsampling "
                        "must be most."
                      : "The checkpoint has no block up_4, so its upsampling "
                        "cannot be most.");
}

gboolean
spade_checkpoint_infer_base (const SpadeImportOptions   *options,
                             const SpadeKnownCheckpoint *known,
                             const SpadeTorchTensor     *fc,
                             gboolean                    has_up_4,
                             SpadeConfig                *config,
                             double                     *out_aspect,
                             GError                    **error)
{
  gint64             n_head = 16 * (gint64) config->nf;
  SpadeImportOptions said;

  if (!check_upsampling (options, has_up_4, error))
    return FALSE;
  if (fc != NULL)
    {
      if (fc->shape[1] < 1 || fc->shape[1] > 4096
          || fc->shape[0] % n_head != 0)
        return spade_checkpoint_fail (error, "The checkpoint's \"fc.weight\" "
                                      "does not have the shape of a SPADE "
                                      "generator's.");
      config->z_dim = (int) fc->shape[1];
      return infer_vae (options, known, has_up_4, fc->shape[0] / n_head,
                        config, out_aspect, error);
    }
  said = complete (options, known, has_up_4);
  infer_plain (&said, has_up_4, config, out_aspect);
  return TRUE;
}
