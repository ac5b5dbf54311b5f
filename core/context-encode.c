// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The context's style encoder, kept with its packed weights from its first use, and
// the styles that it sets.

#include <math.h>

#include "context-private.h"
#include "style-image.h"

void
spade_encoder_clear (SpadeEncoder *self)
{
  if (self->run != NULL)
    self->backend->run_free (self->run);
  if (self->engine != NULL)
    self->backend->engine_free (self->engine);
  spade_plan_free (self->plan);
  memset (self, 0, sizeof *self);
}

// Makes the style encoder ready on its own engine, always in f32: it is small,
// and z should not depend on the precision of the picture.
static gboolean
encoder_open (SpadeEncoder *self, SpadeContext *context,
              const SpadeDevice *device, SpadeFailure *failure)
{
  self->backend = device->backend;
  self->plan = spade_plan_new_encoder (context->model);
  self->engine = spade_context_make_engine (context, device, SPADE_DTYPE_F32,
                                            failure);
  if (self->engine != NULL)
    self->run = self->backend->run_new (self->engine, self->plan, failure);
  return self->run != NULL;
}

static gboolean
encoder_run (SpadeEncoder *self, const float *image, float *out_mu,
             float *out_logvar, GError **error)
{
  const SpadeBackend *backend = self->backend;
  const int          *outputs = self->plan->outputs;
  SpadeSpan           span = { NULL, "style", 0, 1 };
  SpadeFailure        failure;

  if (!backend->run_set_input (self->run, image, &failure))
    return spade_failure_raise (&failure, error);
  return spade_run_steps (backend, self->run, self->plan, &span, NULL, NULL,
                          error)
         && ((backend->run_get_value (self->run, outputs[0], out_mu, &failure)
              && backend->run_get_value (self->run, outputs[1], out_logvar,
                                         &failure))
             || spade_failure_raise (&failure, error));
}

// Encodes on a device, or on the one where the encoder is ready; one that fails
// is not kept.
static gboolean
encode_on (SpadeContext *self, const SpadeDevice *device, const float *image,
           float *out_mu, float *out_logvar, GError **error)
{
  SpadeEncoder *encoder = &self->encoder;
  SpadeFailure  failure;
  gboolean      is_done;

  if (encoder->run == NULL && !encoder_open (encoder, self, device, &failure))
    is_done = spade_failure_raise (&failure, error);
  else
    is_done = encoder_run (encoder, image, out_mu, out_logvar, error);
  if (!is_done)
    spade_encoder_clear (encoder);
  return is_done;
}

gboolean
spade_context_encode (SpadeContext *self, const SpadeStyleImage *style,
                      float *out_mu, float *out_logvar, GError **error)
{
  const SpadeConfig *config = spade_model_get_config (self->model);
  g_autofree float *image = NULL;
  g_autoptr (GError) gpu_error = NULL;
  SpadeDevice       cpu;

  if (config->encoder_nf == 0)
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                           "the model has no style encoder; leave the style "
                           "image out or choose another model");
      return FALSE;
    }
  if (style->height < 1 || style->width < 1)
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                           "the style image is empty; choose another");
      return FALSE;
    }
  image = g_try_new (float, (gsize) config->encoder_size * config->encoder_size
                              * 3);
  if (image == NULL
      || !spade_style_image_prepare (style, image, config->encoder_size))
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                           "not enough memory for the style image; choose a "
                           "smaller one");
      return FALSE;
    }
  if (!self->device.is_auto)
    return encode_on (self, &self->device, image, out_mu, out_logvar, error);
  // A GPU that has no room for this as well may still render.
  return encode_on (self, &self->device, image, out_mu, out_logvar, &gpu_error)
         || (spade_device_fall_back (&self->options, gpu_error->message, &cpu,
                                     error)
             && encode_on (self, &cpu, image, out_mu, out_logvar, error));
}

// Takes a share of another's numbers for as much of one's own.
static void
blend (float *own, const float *other, double share, int n)
{
  for (int i = 0; i < n; i++)
    own[i] = (float) ((1 - share) * own[i] + share * other[i]);
}

// Draws z around mu; z_dim floats each, z is written.
static void
draw_around (const float *mu, const float *logvar, double strength,
             guint64 seed, float *z, int n)
{
  spade_latent_draw (seed, z, n);
  for (int i = 0; i < n; i++)
    {
      float sigma = expf (0.5f * logvar[i]); // may be infinite

      z[i] = strength == 0 ? mu[i] : mu[i] + (float) strength * sigma * z[i];
    }
}

// Encodes a mixture of two images.
static gboolean
encode_both (SpadeContext *self, const SpadeStyleImage *style,
             const SpadeStyleImage *mix_style, double mix, float *out_mu,
             float *out_logvar, int n, GError **error)
{
  g_autofree float *mu = g_new (float, MAX (n, 1));
  g_autofree float *logvar = g_new (float, MAX (n, 1));

  if (!spade_context_encode (self, style, out_mu, out_logvar, error)
      || !spade_context_encode (self, mix_style, mu, logvar, error))
    return FALSE;
  blend (out_mu, mu, mix, n);
  blend (out_logvar, logvar, mix, n);
  return TRUE;
}

gboolean
spade_context_set_style (SpadeContext *self, const SpadeStyleImage *style,
                         const SpadeStyleImage *mix_style, double mix,
                         double strength, guint64 seed, GError **error)
{
  int n = spade_model_get_config (self->model)->z_dim;
  g_autofree float *mu = g_new (float, MAX (n, 1));
  g_autofree float *logvar = g_new (float, MAX (n, 1));
  g_autofree float *z = g_new (float, MAX (n, 1));
  gboolean is_mixed = mix_style != NULL && mix > 0 && mix < 1;

  if (mix_style != NULL && mix >= 1)
    style = mix_style;
  if (is_mixed
      ? !encode_both (self, style, mix_style, mix, mu, logvar, n, error)
      : !spade_context_encode (self, style, mu, logvar, error))
    return FALSE;
  draw_around (mu, logvar, strength, seed, z, n);
  spade_context_set_noise_seed (self, seed);
  return spade_context_set_latent (self, z, n, error);
}
