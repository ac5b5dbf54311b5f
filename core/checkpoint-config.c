// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The config of a public checkpoint, inferred from the names and shapes of its
// tensors; what they cannot tell comes from the options. Only the shapes read
// here are looked at; whether all the others agree is checked by the import.

#include "checkpoint-private.h"
#include "model-private.h"

#include <math.h>

// Says what was given where a generator or a style encoder was expected.
static gboolean
check_kind (const SpadeTorchFile *file, gboolean is_encoder, GError **error)
{
  const char *wanted = is_encoder ? "the style encoder (latest_net_E.pth)"
                                  : "the generator (latest_net_G.pth)";

  if (spade_torch_file_has_prefix (file, is_encoder ? "fc_mu." : "conv_img.")
      || (!is_encoder && spade_torch_file_has_prefix (file, SPADE_IMAGINAIRE_PREFIX)))
    return TRUE;
  if (spade_torch_file_has_prefix (file, "discriminator_"))
    return spade_checkpoint_fail (error, "The checkpoint holds a "
                                  "discriminator; give %s.", wanted);
  if (!is_encoder && spade_torch_file_has_prefix (file, "fc_mu."))
    return spade_checkpoint_fail (error, "The checkpoint holds a style "
                                  "encoder; give %s, and this one as its "
                                  "encoder.", wanted);
  if (is_encoder && spade_torch_file_has_prefix (file, "conv_img."))
    return spade_checkpoint_fail (error, "The encoder's checkpoint holds a "
                                  "generator; give %s.", wanted);
  return spade_checkpoint_fail (error, "The checkpoint does not hold a SPADE "
                                "%s, because \"%s\" is missing; give %s.",
                                is_encoder ? "style encoder" : "generator",
                                is_encoder ? "fc_mu.weight"
                                           : "conv_img.weight", wanted);
}

static gboolean
infer_norm (const SpadeCheckpoints *checkpoints, SpadeConfig *config,
            GError **error)
{
  const char           *prefix = checkpoints->kind == SPADE_IMPORT_OASIS
                                     ? SPADE_OASIS_PREFIX "first_norm."
                                     : "head_0.norm_0.param_free_norm.";
  SpadeCheckpointSource ignored;

  if (spade_checkpoint_find (checkpoints, "head_0.norm_0.param_free_norm.weight",
                             &ignored))
    return spade_checkpoint_fail (error, "The checkpoint's norms have weights "
                                  "of their own (affine), which is not "
                                  "supported.");
  config->norm = spade_torch_file_has_prefix (checkpoints->generator, prefix)
                     ? SPADE_NORM_BATCH
                     : SPADE_NORM_INSTANCE;
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
  if (!spade_config_has_vae (config))
    return spade_checkpoint_fail (error, "The generator has no VAE, so it "
                                  "takes no style encoder; import it alone.");
  first = spade_checkpoint_find_tensor (checkpoints, "encoder.layer1.weight", 4);
  mu = spade_checkpoint_find_tensor (checkpoints, "encoder.fc_mu.weight", 2);
  if (first == NULL || mu == NULL || first->shape[0] < 1
      || first->shape[0] > 1024)
    return spade_checkpoint_fail (error, "The encoder's checkpoint does not "
                                  "have the layers of a SPADE style encoder.");
  if (spade_torch_file_has_prefix (file, "layer1.1."))
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
  config->encoder_layers = spade_torch_file_has_prefix (file, "layer6.") ? 6 : 5;
  config->encoder_norm = spade_torch_file_has_prefix (file, "layer1.0.")
                             ? SPADE_NORM_INSTANCE
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

void
spade_checkpoint_tell_classes (const SpadeConfig  *config,
                               int                 n_channels,
                               SpadeImportReading *out)
{
  out->class_set = config->class_set_name;
  out->n_channels = n_channels;
  out->n_classes = config->n_classes;
  out->has_unlabeled = config->has_unlabeled;
  out->has_edge = config->has_edge;
}

void
spade_checkpoint_tell_size (const SpadeConfig          *config,
                            const SpadeKnownCheckpoint *known,
                            SpadeImportReading         *out)
{
  if (known != NULL && !spade_config_has_vae (config)
      && config->upsampling == known->upsampling
      && config->crop_size == known->crop_size
      && fabs (out->aspect - known->aspect) < 1e-6)
    out->known_as = known->name;
  out->has_vae = spade_config_has_vae (config);
  out->z_dim = config->z_dim;
  out->upsampling = config->upsampling;
  out->crop_size = config->crop_size;
}

static gboolean
infer_blocks (SpadeCheckpoints *checkpoints,
              SpadeConfig      *config,
              gint64           *out_n_channels,
              GError          **error)
{
  const SpadeTorchTensor *shared, *head;

  shared = spade_checkpoint_find_tensor (
      checkpoints, "head_0.norm_0.mlp_shared.0.weight",
      checkpoints->kind == SPADE_IMPORT_CLADE ? 2 : 4); // then it is made of a norm's
  head = spade_checkpoint_find_tensor (checkpoints, "head_0.conv_0.weight", 4);
  if (shared == NULL || head == NULL || head->shape[0] < 16
      || head->shape[0] > 16 * 1024 || shared->shape[0] > 1024)
    return spade_checkpoint_fail (error, "The checkpoint does not have the "
                                  "block head_0 of a SPADE generator.");
  config->nf = (int) head->shape[0] / 16;
  if (checkpoints->kind == SPADE_IMPORT_CLADE)
    return spade_checkpoint_infer_clade (checkpoints, shared, config, out_n_channels,
                                         error);
  if (shared->shape[2] != 1 && shared->shape[2] != 3 && shared->shape[2] != 5)
    return spade_checkpoint_fail (
        error, "The checkpoint's SPADE layers use %" G_GINT64_FORMAT " x %"
        G_GINT64_FORMAT " kernels; only those of 1 x 1, 3 x 3 and 5 x 5 can be used.",
        (gint64) shared->shape[2], (gint64) shared->shape[3]);
  config->nhidden = (int) shared->shape[0];
  config->kernel = (int) shared->shape[2];
  *out_n_channels = shared->shape[1];
  return TRUE;
}

static SpadeImportKind
find_kind (const SpadeTorchFile *generator)
{
  if (spade_torch_file_has_prefix (generator, SPADE_IMAGINAIRE_PREFIX))
    return SPADE_IMPORT_IMAGINAIRE;
  if (spade_torch_file_has_prefix (generator, SPADE_CLADE_PREFIX))
    return SPADE_IMPORT_CLADE;
  return spade_torch_file_has_prefix (generator, SPADE_OASIS_PREFIX)
             ? SPADE_IMPORT_OASIS
             : SPADE_IMPORT_SPADE;
}

// What is said of the channels, and what the weights say of edges.
static gboolean
say_edges (const SpadeCheckpoints   *checkpoints,
           const SpadeImportOptions *options,
           SpadeImportOptions       *out_said,
           GError                  **error)
{
  *out_said = *options;
  if (checkpoints->kind != SPADE_IMPORT_CLADE)
    return TRUE;
  out_said->has_edge = checkpoints->n_extra > 0;
  return out_said->has_edge || !options->has_edge
         || spade_checkpoint_fail (error, "The checkpoint is of CLADE, and its norms "
                                   "see no edges.");
}

static gboolean
check_options (const SpadeImportOptions *options,
               SpadeImportKind           kind,
               GError                  **error)
{
  if (options->aspect != 0
      && !(options->aspect >= SPADE_MIN_ASPECT
           && options->aspect <= SPADE_MAX_ASPECT))
    return spade_checkpoint_fail (error, "The aspect ratio must be from 0.1 to "
                                  "10.");
  if (options->has_z_dim && kind != SPADE_IMPORT_OASIS)
    return spade_checkpoint_fail (error, "Only a checkpoint of OASIS has a z whose "
                                  "length can be said.");
  if (options->output_multiplier != 0 && kind != SPADE_IMPORT_IMAGINAIRE)
    return spade_checkpoint_fail (error, "Only a checkpoint of imaginaire has an "
                                  "output multiplier.");
  return TRUE;
}

gboolean
spade_checkpoint_infer (SpadeCheckpoints         *checkpoints,
                        const SpadeImportOptions *options,
                        SpadeConfig              *out_config,
                        SpadeImportReading       *out_reading,
                        GError                  **error)
{
  const SpadeTorchFile       *generator = checkpoints->generator;
  const SpadeKnownCheckpoint *known = NULL;
  const SpadeTorchTensor     *fc;
  SpadeImportOptions          said;
  gint64                      n_channels = 0;

  memset (out_config, 0, sizeof *out_config);
  memset (out_reading, 0, sizeof *out_reading);
  out_config->name = out_config->description = out_config->licence = "";
  for (int i = 0; i < 256; i++)
    out_config->knows[i] = TRUE;
  if (!check_kind (generator, FALSE, error))
    return FALSE;
  checkpoints->kind = out_reading->kind = find_kind (generator);
  if (!check_options (options, checkpoints->kind, error))
    return FALSE;
  if (checkpoints->kind == SPADE_IMPORT_IMAGINAIRE)
    return spade_checkpoint_infer_imaginaire (checkpoints, options, out_config,
                                              out_reading, error);
  if (!infer_blocks (checkpoints, out_config, &n_channels, error)
      || !infer_norm (checkpoints, out_config, error)
      || (checkpoints->kind == SPADE_IMPORT_OASIS
          && !spade_checkpoint_infer_oasis (checkpoints, options, n_channels,
                                            out_config, error))
      || !say_edges (checkpoints, options, &said, error)
      || !spade_checkpoint_infer_classes (
          &said, checkpoints->kind, n_channels - out_config->z_dim,
          out_config, &known, error))
    return FALSE;
  checkpoints->is_unlabeled_first = out_config->has_unlabeled;
  for (int i = known != NULL ? known->n_known : 256; i < 256; i++)
    out_config->knows[i] = FALSE;
  spade_checkpoint_tell_classes (out_config,
                                 spade_config_get_n_channels (out_config),
                                 out_reading);
  fc = spade_checkpoint_find_tensor (checkpoints, "fc.weight", 2);
  if (!spade_checkpoint_infer_base (
          options, known, fc, spade_torch_file_has_prefix (generator, "up_4."),
          out_config, &out_reading->aspect, error))
    return FALSE;
  checkpoints->n_places = fc != NULL ? out_config->base_height * out_config->base_width
                                     : 1;
  spade_checkpoint_tell_size (out_config, known, out_reading);
  return checkpoints->encoder == NULL
         || infer_encoder (checkpoints, out_config, error);
}
