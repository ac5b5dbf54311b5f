// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Which tensors a model of a config holds. The names are those of the public
// checkpoints, except that a spectrally normalised weight is stored as the
// plain .weight it stands for.
// Source: Park et al. 2019, appendix A; the shapes are OIHW. imaginaire's are called
// as alike as can be.

#include "model-private.h"

typedef struct
{
  const SpadeConfig *config;
  SpadeTensorVisit   visit;
  gpointer           user_data;
  GError           **error;
} Visitor;

int
spade_config_get_n_channels (const SpadeConfig *config)
{
  return spade_config_get_n_ids (config) + (config->has_edge ? 1 : 0);
}

gboolean
spade_config_has_vae (const SpadeConfig *config)
{
  return config->generator == SPADE_GENERATOR_SPADE && config->z_dim > 0
         && !config->has_z_in_map;
}

int
spade_config_get_n_doublings (const SpadeConfig *config)
{
  return (config->generator == SPADE_GENERATOR_IMAGINAIRE ? 4 : 5)
         + (int) config->upsampling;
}

static gboolean
visit_vector (const Visitor *visitor,
              const char    *prefix,
              const char    *leaf,
              int64_t        n)
{
  g_autofree char *name = g_strconcat (prefix, leaf, NULL);

  return visitor->visit (name, 1, &n, FALSE, visitor->user_data,
                         visitor->error);
}

static gboolean
visit_conv (const Visitor *visitor,
            const char    *prefix,
            int64_t        n_out,
            int64_t        n_in,
            int            kernel,
            gboolean       has_bias)
{
  g_autofree char *name = g_strconcat (prefix, ".weight", NULL);
  const int64_t    shape[4] = { n_out, n_in, kernel, kernel };

  return visitor->visit (name, 4, shape, TRUE, visitor->user_data,
                         visitor->error)
         && (!has_bias || visit_vector (visitor, prefix, ".bias", n_out));
}

// A convolution of the segmap, with what z adds to it where z is beside the map.
static gboolean
visit_map_conv (const Visitor *visitor,
                const char    *prefix,
                int64_t        n_out,
                int            kernel)
{
  const SpadeConfig *config = visitor->config;
  g_autofree char   *name = g_strconcat (prefix, ".z_weight", NULL);
  const int64_t      shape[4] = { n_out, config->z_dim, kernel, kernel };

  return visit_conv (visitor, prefix, n_out, spade_config_get_n_channels (config),
                     kernel, TRUE)
         && (!config->has_z_in_map
             || visitor->visit (name, 4, shape, TRUE, visitor->user_data,
                                visitor->error));
}

static gboolean
visit_linear (const Visitor *visitor,
              const char    *prefix,
              int64_t        n_out,
              int64_t        n_in)
{
  g_autofree char *name = g_strconcat (prefix, ".weight", NULL);
  const int64_t    shape[2] = { n_out, n_in };

  return visitor->visit (name, 2, shape, TRUE, visitor->user_data,
                         visitor->error)
         && visit_vector (visitor, prefix, ".bias", n_out);
}

// One SPADE layer: n channels modulated.
static gboolean
visit_norm (const Visitor *visitor, const char *block, const char *norm, int n)
{
  const SpadeConfig *config = visitor->config;
  int                k = config->kernel;
  g_autofree char   *prefix = g_strconcat (block, norm, NULL);
  g_autofree char   *shared = g_strconcat (prefix, ".mlp_shared.0", NULL);
  g_autofree char   *gamma = g_strconcat (prefix, ".mlp_gamma", NULL);
  g_autofree char   *beta = g_strconcat (prefix, ".mlp_beta", NULL);

  if (config->norm == SPADE_NORM_BATCH
      && (!visit_vector (visitor, prefix, ".param_free_norm.running_mean", n)
          || !visit_vector (visitor, prefix, ".param_free_norm.running_var",
                            n)))
    return FALSE;
  return visit_map_conv (visitor, shared, config->nhidden, k)
         && visit_conv (visitor, gamma, n, config->nhidden, k, TRUE)
         && visit_conv (visitor, beta, n, config->nhidden, k, TRUE)
         && (!config->has_noise
             || visit_vector (visitor, prefix, ".noise", n));
}

static gboolean
visit_block (const Visitor *visitor, const char *block, int n_in, int n_out)
{
  int              n_middle = MIN (n_in, n_out);
  gboolean         has_shortcut = n_in != n_out;
  g_autofree char *conv_0 = g_strconcat (block, ".conv_0", NULL);
  g_autofree char *conv_1 = g_strconcat (block, ".conv_1", NULL);
  g_autofree char *conv_s = g_strconcat (block, ".conv_s", NULL);

  return visit_conv (visitor, conv_0, n_middle, n_in, 3, TRUE)
         && visit_conv (visitor, conv_1, n_out, n_middle, 3, TRUE)
         && (!has_shortcut
             || visit_conv (visitor, conv_s, n_out, n_in, 1, FALSE))
         && visit_norm (visitor, block, ".norm_0", n_in)
         && visit_norm (visitor, block, ".norm_1", n_middle)
         && (!has_shortcut || visit_norm (visitor, block, ".norm_s", n_in));
}

static gboolean
visit_fc (const Visitor *visitor)
{
  const SpadeConfig *config = visitor->config;
  int64_t            n_out = 16 * (int64_t) config->nf + config->n_extra;

  if (!spade_config_has_vae (config))
    return visit_map_conv (visitor, "fc", n_out, 3);
  return visit_linear (visitor, "fc",
                       n_out * config->base_height * config->base_width,
                       config->z_dim);
}

// A block between pictures of so many channels and the extra ones.
static gboolean
visit_spade_block (const Visitor *visitor, const char *block, int n_in, int n_out)
{
  int n_extra = visitor->config->n_extra;

  return visit_block (visitor, block, n_in + n_extra, n_out + n_extra);
}

static gboolean
visit_generator (const Visitor *visitor)
{
  int      nf = visitor->config->nf;
  int      n_last = visitor->config->n_extra;
  gboolean has_up_4 = visitor->config->upsampling == SPADE_UPSAMPLING_MOST;

  n_last += has_up_4 ? nf / 2 : nf;
  return visit_fc (visitor)
         && visit_spade_block (visitor, "head_0", 16 * nf, 16 * nf)
         && visit_spade_block (visitor, "G_middle_0", 16 * nf, 16 * nf)
         && (visitor->config->has_single_middle
             || visit_spade_block (visitor, "G_middle_1", 16 * nf, 16 * nf))
         && visit_spade_block (visitor, "up_0", 16 * nf, 8 * nf)
         && visit_spade_block (visitor, "up_1", 8 * nf, 4 * nf)
         && visit_spade_block (visitor, "up_2", 4 * nf, 2 * nf)
         && visit_spade_block (visitor, "up_3", 2 * nf, nf)
         && (!has_up_4 || visit_spade_block (visitor, "up_4", nf, nf / 2))
         && visit_conv (visitor, "conv_img", 3, n_last, 3, TRUE);
}

// A convolution whose norm z modulates: n_in channels modulated.
static gboolean
visit_styled (const Visitor *visitor, const char *name, int n_in, int n_out)
{
  g_autofree char *fc = g_strconcat (name, ".fc", NULL);
  g_autofree char *conv = g_strconcat (name, ".conv", NULL);

  return visit_vector (visitor, name, ".param_free_norm.running_mean", n_in)
         && visit_vector (visitor, name, ".param_free_norm.running_var", n_in)
         && visit_linear (visitor, fc, 2 * n_in, 2 * visitor->config->z_dim)
         && visit_conv (visitor, conv, n_out, n_in, 3, TRUE);
}

// Pictures and what they need; the convolutions make the channels of 2 x 2 pixels.
static gboolean
visit_finer (const Visitor *visitor)
{
  int nf = visitor->config->nf;
  int n = (int) visitor->config->upsampling;

  return visit_conv (visitor, "conv_img256", 12, 2 * nf, 3, TRUE)
         && (n < 1
             || (visit_block (visitor, "up_3a", 2 * nf, nf)
                 && visit_block (visitor, "up_3b", nf, nf)
                 && visit_conv (visitor, "conv_img512", 12, nf, 3, TRUE)))
         && (n < 2
             || (visit_block (visitor, "up_4a", nf, nf / 2)
                 && visit_block (visitor, "up_4b", nf / 2, nf / 2)
                 && visit_conv (visitor, "conv_img1024", 12, nf / 2, 3, TRUE)));
}

static gboolean
visit_imaginaire (const Visitor *visitor)
{
  int nf = visitor->config->nf;
  int z_dim = visitor->config->z_dim;

  return visit_linear (visitor, "fc_0", 2 * z_dim, z_dim)
         && visit_linear (visitor, "fc_1", 2 * z_dim, 2 * z_dim)
         && visit_conv (visitor, "head_0", 8 * nf,
                        spade_config_get_n_channels (visitor->config), 3, TRUE)
         && visit_styled (visitor, "cbn_head_0", 8 * nf, 16 * nf)
         && visit_block (visitor, "head_1", 16 * nf, 16 * nf)
         && visit_block (visitor, "head_2", 16 * nf, 16 * nf)
         && visit_block (visitor, "up_0a", 16 * nf, 8 * nf)
         && visit_styled (visitor, "cbn_up_0a", 8 * nf, 8 * nf)
         && visit_block (visitor, "up_0b", 8 * nf, 8 * nf)
         && visit_block (visitor, "up_1a", 8 * nf, 4 * nf)
         && visit_styled (visitor, "cbn_up_1a", 4 * nf, 4 * nf)
         && visit_block (visitor, "up_1b", 4 * nf, 4 * nf)
         && visit_block (visitor, "up_2a", 4 * nf, 4 * nf)
         && visit_styled (visitor, "cbn_up_2a", 4 * nf, 4 * nf)
         && visit_block (visitor, "up_2b", 4 * nf, 2 * nf)
         && visit_finer (visitor);
}

static gboolean
visit_encoder (const Visitor *visitor)
{
  const SpadeConfig *config = visitor->config;
  gboolean           has_bias = config->encoder_norm == SPADE_NORM_NONE;
  int                n_in = 3;
  int                side = config->encoder_size >> config->encoder_layers;
  int64_t            n_flat;

  for (int i = 0; i < config->encoder_layers; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("encoder.layer%d", i + 1);
      int              n_out = config->encoder_nf << MIN (i, 3);

      if (!visit_conv (visitor, prefix, n_out, n_in, 3, has_bias))
        return FALSE;
      n_in = n_out;
    }
  n_flat = (int64_t) n_in * side * side;
  return visit_linear (visitor, "encoder.fc_mu", config->z_dim, n_flat)
         && visit_linear (visitor, "encoder.fc_var", config->z_dim, n_flat);
}

gboolean
spade_config_foreach_tensor (const SpadeConfig *config,
                             SpadeTensorVisit   visit,
                             gpointer           user_data,
                             GError           **error)
{
  const Visitor visitor = { config, visit, user_data, error };

  return (config->generator == SPADE_GENERATOR_IMAGINAIRE
              ? visit_imaginaire (&visitor)
              : visit_generator (&visitor))
         && (config->encoder_nf == 0 || visit_encoder (&visitor));
}
