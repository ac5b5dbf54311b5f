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
// Channels of the authors: 183 classes of COCO-Stuff, unlabeled, and edges.
#define WITH_EDGES 185
#define WITHOUT_EDGES 184

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
refuse_shape (const SpadeTorchTensor *tensor, GError **error)
{
  return spade_checkpoint_fail (error, "The checkpoint's \"%s\" does not have the "
                                "shape of imaginaire's, or no floating-point "
                                "numbers.", tensor->name);
}

static gboolean
check_vector (const SpadeTorchTensor *tensor, int64_t n, GError **error)
{
  return tensor == NULL
         || (tensor->n_dims == 1 && tensor->shape[0] == n
             && spade_torch_tensor_is_float (tensor))
         || refuse_shape (tensor, error);
}

// Gives what is the other of gamma and beta of a fold.
static gboolean
find_other (const SpadeCheckpoints *checkpoints,
            const char             *name,
            const char             *piece,
            const char             *by,
            SpadeCheckpointPart    *out_part,
            GError                **error)
{
  g_autofree char *theirs = spade_checkpoint_name_imaginaire (name);
  g_autoptr (GString) other = g_string_new (theirs);

  g_string_replace (other, piece, by, 1);
  return spade_checkpoint_find_part (checkpoints->generator, other->str, out_part)
         || spade_checkpoint_fail (error, "The checkpoint's \"%s\" is missing.",
                                   other->str);
}

static gboolean
complete_fold (const SpadeCheckpoints *checkpoints,
               const char             *name,
               SpadeCheckpointFold     fold,
               SpadeCheckpointSource  *source,
               GError                **error)
{
  const SpadeTorchTensor *gamma, *beta;

  source->fold = fold;
  source->a = find_affine (checkpoints, name, "weight");
  source->b = find_affine (checkpoints, name, "bias");
  if (fold == SPADE_FOLD_BETA)
    source->beta = source->part;
  if ((fold == SPADE_FOLD_BETA
       && !find_other (checkpoints, name, ".betas.", ".gammas.", &source->part,
                       error))
      || (fold == SPADE_FOLD_BOTH
          && !find_other (checkpoints, name, ".fc_gamma.", ".fc_beta.",
                          &source->beta, error)))
    return FALSE;
  gamma = source->part.orig;
  beta = source->beta.orig;
  if (gamma->n_dims == 0)
    return refuse_shape (gamma, error);
  if (beta != NULL
      && (!spade_torch_tensor_is_float (beta) || beta->n_dims != gamma->n_dims
          || memcmp (beta->shape, gamma->shape,
                     sizeof *gamma->shape * (gsize) gamma->n_dims) != 0))
    return refuse_shape (beta, error);
  return check_vector (source->a, gamma->shape[0], error)
         && check_vector (source->b, gamma->shape[0], error);
}

// A convolution of 5 x 5 that makes a picture, or its bias.
static gboolean
complete_picture (const SpadeCheckpoints *checkpoints,
                  SpadeCheckpointSource  *source,
                  GError                **error)
{
  const SpadeTorchTensor *orig = source->part.orig;

  source->factor = checkpoints->output_multiplier;
  source->is_doubling = TRUE;
  if (orig->n_dims > 0 && orig->shape[0] == 3
      && (orig->n_dims == 1
          || (orig->n_dims == 4 && orig->shape[1] > 0 && orig->shape[2] == 5
              && orig->shape[3] == 5)))
    return TRUE;
  return refuse_shape (orig, error);
}

gboolean
spade_checkpoint_complete_imaginaire (const SpadeCheckpoints *checkpoints,
                                      const char             *name,
                                      SpadeCheckpointSource  *source,
                                      GError                **error)
{
  const SpadeTorchTensor *orig = source->part.orig;

  if (strstr (name, ".mlp_gamma.") != NULL)
    return complete_fold (checkpoints, name, SPADE_FOLD_GAMMA, source, error);
  if (strstr (name, ".mlp_beta.") != NULL)
    return complete_fold (checkpoints, name, SPADE_FOLD_BETA, source, error);
  if (g_str_has_prefix (name, "cbn_") && strstr (name, ".fc.") != NULL)
    return complete_fold (checkpoints, name, SPADE_FOLD_BOTH, source, error);
  if (g_str_has_prefix (name, "conv_img"))
    return complete_picture (checkpoints, source, error);
  if (checkpoints->n_unused > 0 && orig->n_dims == 4
      && orig->shape[1] <= SPADE_MOST_CHANNELS
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

static gboolean
has_picture (const SpadeCheckpoints *checkpoints, const char *name)
{
  return spade_checkpoint_find_tensor (checkpoints, name, 4) != NULL;
}

static gboolean
infer_shapes (const SpadeCheckpoints *checkpoints,
              SpadeConfig            *config,
              gint64                 *out_n_channels,
              GError                **error)
{
  const SpadeTorchTensor *head, *fc, *shared, *mean;

  head = spade_checkpoint_find_tensor (checkpoints, "head_0.weight", 4);
  fc = spade_checkpoint_find_tensor (checkpoints, "fc_0.weight", 2);
  shared = spade_checkpoint_find_tensor (
      checkpoints, "head_1.norm_0.mlp_shared.0.weight", 4);
  mean = spade_checkpoint_find_tensor (
      checkpoints, "head_1.norm_0.param_free_norm.running_mean", 1);
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
  if (shared->shape[1] > SPADE_MOST_CHANNELS)
    return spade_checkpoint_fail (error, "The checkpoint has %" G_GINT64_FORMAT
                                  " channels, which are too many.",
                                  (gint64) shared->shape[1]);
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
  config->upsampling = has_picture (checkpoints, "conv_img1024.weight")
                           ? SPADE_UPSAMPLING_MOST
                       : has_picture (checkpoints, "conv_img512.weight")
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
static gboolean
infer_encoder (const SpadeCheckpoints *checkpoints, SpadeConfig *config,
               GError **error)
{
  const SpadeTorchTensor *first;

  if (!spade_torch_file_has_prefix (checkpoints->generator, ENCODER))
    return TRUE;
  first = spade_checkpoint_find_tensor (checkpoints, "encoder.layer1.weight", 4);
  if (first == NULL || first->shape[0] < 1 || first->shape[0] > 1024)
    return spade_checkpoint_fail (error, "The checkpoint's style encoder has no "
                                  "first layer that can be used.");
  config->encoder_nf = (int) first->shape[0];
  config->encoder_layers = 6;
  config->encoder_size = 256;
  config->encoder_norm = SPADE_NORM_NONE;
  return TRUE;
}

static void
infer_size (const SpadeImportOptions *options,
            SpadeConfig              *config,
            SpadeImportReading       *reading)
{
  reading->aspect = options->aspect > 0 ? options->aspect : 1;
  spade_checkpoint_infer_size (options->crop_size > 0
                                   ? options->crop_size
                                   : 256 << config->upsampling,
                               reading->aspect, config);
  spade_checkpoint_tell_size (config, NULL, reading);
}

// Whether the channels are those of the authors, who count 183 classes of COCO-Stuff,
// the last of which no map has.
static gboolean
has_unused (const SpadeImportOptions *options, gint64 n_channels)
{
  gboolean is_full = options->has_edge && options->has_unlabeled;

  return (options->class_set == NULL
          || strcmp (options->class_set, "coco-stuff") == 0)
         && (n_channels == WITH_EDGES || (n_channels == WITHOUT_EDGES && !is_full));
}

// Source: configs/projects/spade/ there.
static void
infer_known (SpadeCheckpoints         *checkpoints,
             const SpadeImportOptions *options,
             gint64                    n_channels,
             const SpadeConfig        *config,
             SpadeImportReading       *reading)
{
  gboolean is_landscape = n_channels == WITHOUT_EDGES
                          && config->upsampling == SPADE_UPSAMPLING_MORE;

  if (checkpoints->n_unused > 0 && config->has_unlabeled)
    reading->known_as = config->has_edge ? "imaginaire COCO-Stuff"
                        : is_landscape   ? "imaginaire LHQ"
                                         : NULL;
  reading->output_multiplier = options->output_multiplier;
  if (options->output_multiplier == 0)
    reading->output_multiplier = is_landscape ? 0.5 : 1;
  checkpoints->output_multiplier = reading->output_multiplier;
}

gboolean
spade_checkpoint_infer_imaginaire (SpadeCheckpoints         *checkpoints,
                                   const SpadeImportOptions *options,
                                   SpadeConfig              *config,
                                   SpadeImportReading       *reading,
                                   GError                  **error)
{
  const SpadeKnownCheckpoint *ignored = NULL;
  gint64                      n_channels = 0;

  if (options->encoder_path != NULL)
    return spade_checkpoint_fail (error, "The style encoder is in the generator's "
                                  "checkpoint; leave it out.");
  if (!infer_shapes (checkpoints, config, &n_channels, error)
      || !check_upsampling (options, config, error))
    return FALSE;
  checkpoints->n_unused = has_unused (options, n_channels) ? 1 : 0;
  if (!spade_checkpoint_infer_classes (options, checkpoints->kind,
                                       n_channels - checkpoints->n_unused, config,
                                       &ignored, error)
      || !infer_encoder (checkpoints, config, error))
    return FALSE;
  checkpoints->n_classes = config->n_classes;
  infer_size (options, config, reading);
  infer_known (checkpoints, options, n_channels, config, reading);
  spade_checkpoint_tell_classes (config, (int) n_channels, reading);
  return TRUE;
}
