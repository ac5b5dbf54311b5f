// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The config of a public checkpoint, inferred from the names and shapes of its
// tensors; what they cannot tell comes from the options. Only the shapes read
// here are looked at; whether all the others agree is checked by the import.

#include "checkpoint-private.h"

#include <math.h>

// Gives the tensor when it has so many dimensions.
static const SpadeTorchTensor *
find (const SpadeCheckpoints *checkpoints, const char *name, int n_dims)
{
  SpadeCheckpointSource source;

  if (!spade_checkpoint_find (checkpoints, name, &source)
      || source.orig->n_dims != n_dims)
    return NULL;
  return source.orig;
}

static gboolean
has_prefix (const SpadeTorchFile *file, const char *prefix)
{
  int                     n;
  const SpadeTorchTensor *tensors = spade_torch_file_list (file, &n);

  for (int i = 0; i < n; i++)
    if (g_str_has_prefix (tensors[i].name, prefix))
      return TRUE;
  return FALSE;
}

// Says what was given where a generator or a style encoder was expected.
static gboolean
check_kind (const SpadeTorchFile *file, gboolean is_encoder, GError **error)
{
  const char *wanted = is_encoder ? "the style encoder (latest_net_E.pth)"
                                  : "the generator (latest_net_G.pth)";

  if (has_prefix (file, is_encoder ? "fc_mu." : "conv_img."))
    return TRUE;
  if (has_prefix (file, "discriminator_"))
    return spade_checkpoint_fail (error, "The checkpoint holds a "
                                  "discriminator; give %s.", wanted);
  if (!is_encoder && has_prefix (file, "fc_mu."))
    return spade_checkpoint_fail (error, "The checkpoint holds a style "
                                  "encoder; give %s, and this one as its "
                                  "encoder.", wanted);
  if (is_encoder && has_prefix (file, "conv_img."))
    return spade_checkpoint_fail (error, "The encoder's checkpoint holds a "
                                  "generator; give %s.", wanted);
  return spade_checkpoint_fail (error, "The checkpoint does not hold a SPADE "
                                "%s, because \"%s\" is missing; give %s.",
                                is_encoder ? "style encoder" : "generator",
                                is_encoder ? "fc_mu.weight"
                                           : "conv_img.weight", wanted);
}

static gboolean
infer_norm (const SpadeTorchFile *file, SpadeConfig *config, GError **error)
{
  static const char prefix[] = "head_0.norm_0.param_free_norm.";

  if (spade_torch_file_get (file, "head_0.norm_0.param_free_norm.weight"))
    return spade_checkpoint_fail (error, "The checkpoint's norms have weights "
                                  "of their own (affine), which is not "
                                  "supported.");
  config->norm = has_prefix (file, prefix) ? SPADE_NORM_BATCH
                                           : SPADE_NORM_INSTANCE;
  return TRUE;
}

static gboolean
infer_upsampling (const SpadeTorchFile     *file,
                  const SpadeImportOptions *options,
                  SpadeConfig              *config,
                  GError                  **error)
{
  gboolean has_up_4 = has_prefix (file, "up_4.");

  config->upsampling = options->has_upsampling ? options->upsampling
                       : has_up_4              ? SPADE_UPSAMPLING_MOST
                                               : SPADE_UPSAMPLING_NORMAL;
  if (has_up_4 != (config->upsampling == SPADE_UPSAMPLING_MOST))
    return spade_checkpoint_fail (
        error, has_up_4 ? "The checkpoint has the block up_4, so its "
                          "upsampling must be most."
                        : "The checkpoint has no block up_4, so its "
                          "upsampling cannot be most.");
  return TRUE;
}

static gboolean
infer_classes (const SpadeImportOptions *options,
               gint64                    n_channels,
               SpadeConfig              *config,
               GError                  **error)
{
  const char          *name = options->class_set;
  const SpadeClassSet *set = NULL;
  gint64               surplus;

  if (name == NULL || name[0] != '\0')
    {
      set = spade_class_set_find (name != NULL ? name : "coco-stuff", error);
      if (set == NULL)
        return FALSE;
      surplus = n_channels - set->n_classes;
      if (surplus >= 0 && surplus <= 2)
        {
          config->class_set_name = set->name;
          config->class_set = set;
          config->n_classes = set->n_classes;
          config->has_unlabeled = surplus >= 1;
          config->has_edge = surplus == 2;
          return TRUE;
        }
      if (name != NULL)
        return spade_checkpoint_fail (
            error, "The checkpoint has %" G_GINT64_FORMAT " channels, which "
            "cannot be the %d classes of \"%s\" (with unlabeled %d, with "
            "edges %d).", n_channels, set->n_classes, name,
            set->n_classes + 1, set->n_classes + 2);
    }
  config->class_set_name = "";
  config->has_unlabeled = options->has_unlabeled;
  config->has_edge = options->has_edge;
  n_channels -= (config->has_unlabeled ? 1 : 0) + (config->has_edge ? 1 : 0);
  if (n_channels < 1 || n_channels > (config->has_unlabeled ? 255 : 256))
    return spade_checkpoint_fail (error, "The checkpoint has %" G_GINT64_FORMAT
                                  " classes, but only 1 to 255 can be used.",
                                  n_channels);
  config->n_classes = (int) n_channels;
  return TRUE;
}

// The height that belongs to a width of fc's output; halves go to the even
// neighbour, as in the authors' Python.
static int
get_base_height (int width, double aspect)
{
  return (int) CLAMP (rint (width / aspect), 1, 65);
}

// fc's output in a VAE: area places. crop_size tells their width; without it
// the aspect must.
static gboolean
infer_vae_base (const SpadeImportOptions *options,
                gint64                    area,
                SpadeConfig              *config,
                GError                  **error)
{
  int    n_doublings = 5 + (int) config->upsampling;
  double aspect = options->aspect > 0 ? options->aspect : 1;

  for (int width = 1; width <= 64; width++)
    {
      gint64 height = get_base_height (width, aspect);

      if (options->crop_size > 0 && width != options->crop_size >> n_doublings)
        continue;
      if (options->crop_size > 0 && !(options->aspect > 0))
        height = area / width;
      if (height < 1 || height > 64 || height * width != area)
        continue;
      config->base_width = width;
      config->base_height = (int) height;
      config->crop_size = options->crop_size > 0 ? options->crop_size
                                                 : width << n_doublings;
      return TRUE;
    }
  return spade_checkpoint_fail (
      error, "The checkpoint was trained at another size: its fc makes %"
      G_GINT64_FORMAT " places; say its crop size, upsampling and aspect.",
      area);
}

static gboolean
infer_base (const SpadeCheckpoints   *checkpoints,
            const SpadeImportOptions *options,
            SpadeConfig              *config,
            GError                  **error)
{
  const SpadeTorchTensor *fc = find (checkpoints, "fc.weight", 2);
  int                     n_doublings = 5 + (int) config->upsampling;
  double                  aspect = options->aspect > 0 ? options->aspect : 1;
  gint64                  n_head = 16 * (gint64) config->nf;

  if (fc != NULL)
    {
      if (fc->shape[1] < 1 || fc->shape[1] > 4096
          || fc->shape[0] % n_head != 0)
        return spade_checkpoint_fail (error, "The checkpoint's \"fc.weight\" "
                                      "does not have the shape of a SPADE "
                                      "generator's.");
      config->z_dim = (int) fc->shape[1];
      return infer_vae_base (options, fc->shape[0] / n_head, config, error);
    }
  config->crop_size = options->crop_size > 0 ? options->crop_size : 256;
  config->base_width = CLAMP (config->crop_size >> n_doublings, 1, 64);
  config->base_height = MIN (get_base_height (config->base_width, aspect), 64);
  return TRUE;
}

static gboolean
infer_encoder (const SpadeCheckpoints *checkpoints,
               SpadeConfig            *config,
               GError                **error)
{
  const SpadeTorchFile   *file = checkpoints->encoder;
  const SpadeTorchTensor *first, *mu;
  gint64                  n_flat, side = 0;

  if (!check_kind (file, TRUE, error))
    return FALSE;
  if (config->z_dim == 0)
    return spade_checkpoint_fail (error, "The generator has no VAE, so it "
                                  "takes no style encoder; import it alone.");
  first = find (checkpoints, "encoder.layer1.weight", 4);
  mu = find (checkpoints, "encoder.fc_mu.weight", 2);
  if (first == NULL || mu == NULL || first->shape[0] < 1
      || first->shape[0] > 1024)
    return spade_checkpoint_fail (error, "The encoder's checkpoint does not "
                                  "have the layers of a SPADE style encoder.");
  if (has_prefix (file, "layer1.1."))
    return spade_checkpoint_fail (error, "The encoder's norms have tensors of "
                                  "their own, which is not supported; it must "
                                  "be of the kind spectralinstance or "
                                  "spectral.");
  if (mu->shape[0] != config->z_dim)
    return spade_checkpoint_fail (error, "The encoder makes %" G_GINT64_FORMAT
                                  " numbers and the generator takes %d; they "
                                  "do not belong together.",
                                  (gint64) mu->shape[0], config->z_dim);
  config->encoder_nf = (int) first->shape[0];
  config->encoder_layers = has_prefix (file, "layer6.") ? 6 : 5;
  config->encoder_norm = has_prefix (file, "layer1.0.") ? SPADE_NORM_INSTANCE
                                                        : SPADE_NORM_NONE;
  n_flat = mu->shape[1] / (8 * (gint64) config->encoder_nf);
  while (side < 32 && side * side < n_flat)
    side++;
  if (side * side * 8 * config->encoder_nf != mu->shape[1])
    return spade_checkpoint_fail (error, "The encoder's \"fc_mu.weight\" does "
                                  "not have the shape of a SPADE style "
                                  "encoder's.");
  config->encoder_size = (int) side << config->encoder_layers;
  return TRUE;
}

gboolean
spade_checkpoint_infer (const SpadeCheckpoints   *checkpoints,
                        const SpadeImportOptions *options,
                        SpadeConfig              *out_config,
                        GError                  **error)
{
  const SpadeTorchTensor *shared, *head;

  memset (out_config, 0, sizeof *out_config);
  if (!check_kind (checkpoints->generator, FALSE, error))
    return FALSE;
  shared = find (checkpoints, "head_0.norm_0.mlp_shared.0.weight", 4);
  head = find (checkpoints, "head_0.conv_0.weight", 4);
  if (shared == NULL || head == NULL || head->shape[0] < 16
      || head->shape[0] > 16 * 1024 || shared->shape[0] > 1024
      || shared->shape[2] > 5)
    return spade_checkpoint_fail (error, "The checkpoint does not have the "
                                  "block head_0 of a SPADE generator.");
  out_config->name = out_config->description = out_config->licence = "";
  out_config->nf = (int) head->shape[0] / 16;
  out_config->nhidden = (int) shared->shape[0];
  out_config->kernel = (int) shared->shape[2];
  for (int i = 0; i < 256; i++)
    out_config->knows[i] = TRUE;
  return infer_norm (checkpoints->generator, out_config, error)
         && infer_upsampling (checkpoints->generator, options, out_config,
                              error)
         && infer_classes (options, shared->shape[1], out_config, error)
         && infer_base (checkpoints, options, out_config, error)
         && (checkpoints->encoder == NULL
             || infer_encoder (checkpoints, out_config, error));
}
