// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Generators of imaginaire: names of layers within layers, norms with a scale and a
// shift of their own, which gamma and beta take over, and the style encoder in the same
// state dict. Source: imaginaire/generators/spade.py and imaginaire/layers/ of
// github.com/NVlabs/imaginaire.

#include <string.h>

#include "checkpoint-private.h"
#include "model-private.h"

#define ROOT "spade_generator."
#define ENCODER "style_encoder."

gboolean
spade_checkpoint_has_imaginaire (const SpadeTorchFile *file)
{
  int                     n;
  const SpadeTorchTensor *tensors = spade_torch_file_list (file, &n);

  for (int i = 0; i < n; i++)
    if (g_str_has_prefix (tensors[i].name, ROOT "conv_img256."))
      return TRUE;
  return FALSE;
}

// What ours end with, the leaf left out, and theirs; the first that fits.
static const struct
{
  const char *ours, *theirs;
} endings[] = {
  { ".norm_0.mlp_shared.0", ".conv_block_0.layers.norm.mlps.0.0.layers.conv" },
  { ".norm_1.mlp_shared.0", ".conv_block_1.layers.norm.mlps.0.0.layers.conv" },
  { ".norm_s.mlp_shared.0", ".conv_block_s.layers.norm.mlps.0.0.layers.conv" },
  { ".norm_0.mlp_gamma", ".conv_block_0.layers.norm.gammas.0.layers.conv" },
  { ".norm_1.mlp_gamma", ".conv_block_1.layers.norm.gammas.0.layers.conv" },
  { ".norm_s.mlp_gamma", ".conv_block_s.layers.norm.gammas.0.layers.conv" },
  { ".norm_0.mlp_beta", ".conv_block_0.layers.norm.betas.0.layers.conv" },
  { ".norm_1.mlp_beta", ".conv_block_1.layers.norm.betas.0.layers.conv" },
  { ".norm_s.mlp_beta", ".conv_block_s.layers.norm.betas.0.layers.conv" },
  { ".norm_0.param_free_norm", ".conv_block_0.layers.norm.norm" },
  { ".norm_1.param_free_norm", ".conv_block_1.layers.norm.norm" },
  { ".norm_s.param_free_norm", ".conv_block_s.layers.norm.norm" },
  { ".conv_0", ".conv_block_0.layers.conv" },
  { ".conv_1", ".conv_block_1.layers.conv" },
  { ".conv_s", ".conv_block_s.layers.conv" },
  { ".param_free_norm", ".layers.norm.norm" },
  { ".fc", ".layers.norm.fc_gamma.layers.conv" },
  { ".conv", ".layers.conv" },
  { "", ".layers.conv" },
};

char *
spade_checkpoint_name_imaginaire (const char *name)
{
  gboolean         is_encoder = g_str_has_prefix (name, "encoder.");
  const char      *own = is_encoder ? name + strlen ("encoder.") : name;
  const char      *leaf = strrchr (own, '.');
  g_autofree char *stem = g_strndup (own, (gsize) (leaf - own));
  guint            i = 0;

  while (!g_str_has_suffix (stem, endings[i].ours))
    i++;
  return g_strdup_printf ("%s%.*s%s%s", is_encoder ? ENCODER : ROOT,
                          (int) (strlen (stem) - strlen (endings[i].ours)), stem,
                          endings[i].theirs, leaf);
}

// Finds a tensor by our name, with one piece of theirs replaced.
static gboolean
find_like (const SpadeCheckpoints *checkpoints,
           const char             *name,
           const char             *piece,
           const char             *by,
           SpadeCheckpointPart    *out_part)
{
  g_autofree char *theirs = spade_checkpoint_name_imaginaire (name);
  g_autoptr (GString) other = g_string_new (theirs);

  return g_string_replace (other, piece, by, 1) == 1
         && spade_checkpoint_find_part (checkpoints->generator, other->str,
                                        out_part);
}

// Gives a norm's own scale or shift of a layer of ours, or NULL.
static const SpadeTorchTensor *
find_affine (const SpadeCheckpoints *checkpoints,
             const char             *name,
             const char             *leaf)
{
  const char      *layer = strstr (name, ".mlp_");
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  if (layer == NULL)
    layer = strstr (name, ".fc.");
  ours = g_strdup_printf ("%.*s.param_free_norm.%s", (int) (layer - name), name,
                          leaf);
  theirs = spade_checkpoint_name_imaginaire (ours);
  return spade_torch_file_get (checkpoints->generator, theirs);
}

static gboolean
fits_vector (const SpadeTorchTensor *tensor, int64_t n)
{
  return tensor == NULL
         || (tensor->n_dims == 1 && tensor->shape[0] == n
             && spade_torch_tensor_is_float (tensor));
}

static gboolean
complete_fold (const SpadeCheckpoints *checkpoints,
               const char             *name,
               SpadeCheckpointFold     fold,
               SpadeCheckpointSource  *source)
{
  const SpadeTorchTensor *gamma, *beta;

  source->fold = fold;
  source->a = find_affine (checkpoints, name, "weight");
  source->b = find_affine (checkpoints, name, "bias");
  if (fold == SPADE_FOLD_BETA)
    source->beta = source->part;
  if ((fold == SPADE_FOLD_BETA
       && !find_like (checkpoints, name, ".betas.", ".gammas.", &source->part))
      || (fold == SPADE_FOLD_BOTH
          && !find_like (checkpoints, name, ".fc_gamma.", ".fc_beta.",
                         &source->beta)))
    return FALSE;
  gamma = source->part.orig;
  beta = source->beta.orig;
  return gamma->n_dims > 0 && fits_vector (source->a, gamma->shape[0])
         && fits_vector (source->b, gamma->shape[0])
         && (beta == NULL
             || (spade_torch_tensor_is_float (beta)
                 && beta->n_dims == gamma->n_dims
                 && memcmp (beta->shape, gamma->shape,
                            sizeof *gamma->shape * (gsize) gamma->n_dims) == 0));
}

gboolean
spade_checkpoint_complete_imaginaire (const SpadeCheckpoints *checkpoints,
                                      const char             *name,
                                      SpadeCheckpointSource  *source)
{
  const SpadeTorchTensor *orig = source->part.orig;

  if (strstr (name, ".mlp_gamma.") != NULL)
    return complete_fold (checkpoints, name, SPADE_FOLD_GAMMA, source);
  if (strstr (name, ".mlp_beta.") != NULL)
    return complete_fold (checkpoints, name, SPADE_FOLD_BETA, source);
  if (g_str_has_prefix (name, "cbn_") && strstr (name, ".fc.") != NULL)
    return complete_fold (checkpoints, name, SPADE_FOLD_BOTH, source);
  if (g_str_has_prefix (name, "conv_img"))
    {
      source->factor = checkpoints->output_multiplier;
      source->is_doubling = TRUE;
      return orig->n_dims == 1
             || (orig->n_dims == 4 && orig->shape[2] == 5 && orig->shape[3] == 5);
    }
  if (checkpoints->n_unused > 0 && orig->n_dims == 4
      && (strstr (name, ".mlp_shared.") != NULL
          || g_str_has_prefix (name, "head_0.")))
    {
      source->is_slice = TRUE;
      source->n = (int) orig->shape[1] - checkpoints->n_unused;
      source->gap_at = checkpoints->n_classes;
      source->gap = checkpoints->n_unused;
    }
  return TRUE;
}

// Gives the tensor that ours is made of first, when it has so many dimensions.
static const SpadeTorchTensor *
find (const SpadeCheckpoints *checkpoints, const char *name, int n_dims)
{
  SpadeCheckpointSource source;

  return spade_checkpoint_find (checkpoints, name, &source)
                 && source.part.orig->n_dims == n_dims
             ? source.part.orig
             : NULL;
}

static gboolean
infer_shapes (const SpadeCheckpoints *checkpoints,
              SpadeConfig            *config,
              gint64                 *out_n_channels,
              GError                **error)
{
  const SpadeTorchTensor *head = find (checkpoints, "head_0.weight", 4);
  const SpadeTorchTensor *fc = find (checkpoints, "fc_0.weight", 2);
  const SpadeTorchTensor *shared
      = find (checkpoints, "head_1.norm_0.mlp_shared.0.weight", 4);
  const SpadeTorchTensor *mean
      = find (checkpoints, "head_1.norm_0.param_free_norm.running_mean", 1);

  if (head == NULL || shared == NULL || head->shape[0] < 8
      || head->shape[0] > 8 * 1024 || shared->shape[0] > 1024)
    return spade_checkpoint_fail (error, "The checkpoint does not have the first "
                                  "layers of imaginaire's SPADE generator.");
  if (fc == NULL || fc->shape[1] < 1 || fc->shape[1] > 4096)
    return spade_checkpoint_fail (error, "The checkpoint's generator takes no "
                                  "style, which is not supported of imaginaire.");
  if (mean == NULL)
    return spade_checkpoint_fail (error, "The checkpoint's norms have no running "
                                  "statistics, which is not supported of "
                                  "imaginaire.");
  if (head->shape[1] != shared->shape[1])
    return spade_checkpoint_fail (error, "The checkpoint's first layer sees "
                                  "positions (use_posenc_in_input_layer), which "
                                  "is not supported.");
  config->generator = SPADE_GENERATOR_IMAGINAIRE;
  config->nf = (int) head->shape[0] / 8;
  config->nhidden = (int) shared->shape[0];
  config->kernel = (int) shared->shape[2];
  config->z_dim = (int) fc->shape[1];
  config->norm = SPADE_NORM_BATCH;
  config->upsampling = find (checkpoints, "conv_img1024.weight", 4) != NULL
                           ? SPADE_UPSAMPLING_MOST
                       : find (checkpoints, "conv_img512.weight", 4) != NULL
                           ? SPADE_UPSAMPLING_MORE
                           : SPADE_UPSAMPLING_NORMAL;
  *out_n_channels = shared->shape[1];
  return TRUE;
}

static gboolean
check_upsampling (const SpadeImportOptions *options,
                  const SpadeConfig        *config,
                  GError                  **error)
{
  if (!options->has_upsampling || options->upsampling == config->upsampling)
    return TRUE;
  return spade_checkpoint_fail (
      error, "The checkpoint has %s, so its upsampling must be %s.",
      config->upsampling == SPADE_UPSAMPLING_NORMAL ? "no picture of 512 pixels"
      : config->upsampling == SPADE_UPSAMPLING_MORE ? "a picture of 512 pixels"
                                                    : "a picture of 1024 pixels",
      spade_upsampling_get_name (config->upsampling));
}

// The style encoder is as SPADE's of 256 pixels without a norm.
static void
infer_encoder (const SpadeCheckpoints *checkpoints, SpadeConfig *config)
{
  const SpadeTorchTensor *first = find (checkpoints, "encoder.layer1.weight", 4);

  if (first == NULL || first->shape[0] < 1 || first->shape[0] > 1024)
    return;
  config->encoder_nf = (int) first->shape[0];
  config->encoder_layers = 6;
  config->encoder_size = 256;
  config->encoder_norm = SPADE_NORM_NONE;
}

static void
infer_size (const SpadeImportOptions *options,
            SpadeConfig              *config,
            SpadeImportReading       *reading)
{
  int n = spade_config_get_n_doublings (config);

  config->crop_size = options->crop_size > 0 ? options->crop_size
                                             : 256 << config->upsampling;
  reading->aspect = options->aspect > 0 ? options->aspect : 1;
  config->base_width = CLAMP (config->crop_size >> n, 1, 64);
  config->base_height = CLAMP ((int) (config->base_width / reading->aspect + 0.5),
                               1, 64);
  reading->upsampling = config->upsampling;
  reading->crop_size = config->crop_size;
}

gboolean
spade_checkpoint_infer_imaginaire (SpadeCheckpoints         *checkpoints,
                                   const SpadeImportOptions *options,
                                   SpadeConfig              *config,
                                   SpadeImportReading       *reading,
                                   GError                  **error)
{
  const SpadeKnownCheckpoint *known = NULL;
  gint64                      n_channels = 0;

  checkpoints->kind = reading->kind = SPADE_IMPORT_IMAGINAIRE;
  if (options->encoder_path != NULL)
    return spade_checkpoint_fail (error, "The style encoder is in the generator's "
                                  "checkpoint; leave it out.");
  if (options->has_z_dim)
    return spade_checkpoint_fail (error, "Only a checkpoint of OASIS has a z whose "
                                  "size can be said.");
  if (!infer_shapes (checkpoints, config, &n_channels, error)
      || !check_upsampling (options, config, error)
      || !spade_checkpoint_infer_classes (options, checkpoints->kind, n_channels,
                                          config, &known, error))
    return FALSE;
  checkpoints->n_classes = config->n_classes;
  checkpoints->n_unused = known != NULL ? known->n_unused : 0;
  checkpoints->output_multiplier = options->output_multiplier;
  if (known != NULL && options->output_multiplier == 0)
    checkpoints->output_multiplier = known->output_multiplier;
  infer_encoder (checkpoints, config);
  infer_size (options, config, reading);
  reading->known_as = known != NULL ? known->name : NULL;
  reading->z_dim = config->z_dim;
  spade_checkpoint_tell_classes (config, reading);
  return TRUE;
}
