// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Generators of CLADE (Tan et al. 2021, arXiv 2012.04644): SPADE's, with a scale and a
// shift a class in place of the convolutions of the map. That is a SPADE layer of 1 x 1
// whose hidden channels are the map's own, gamma = scale - 1 and beta = shift. Where
// there are edges, each norm joins one more channel to its output, a e + b of the edge
// e at that pixel: here every picture between the blocks has such a channel, which
// nothing writes, and the norms give it gamma = -1 and beta = a e + b.
// Source: models/networks/normalization.py and architecture.py of
// github.com/tzt101/CLADE.

#include <string.h>

#include "checkpoint-private.h"

#define AFFINE ".class_specified_affine."
// With the joined channel; as many as Winograd takes at a time.
#define N_EXTRA 16

static const struct
{
  const char *ours, *theirs;
  SpadeCheckpointClade made;
} norms[] = {
  { ".mlp_shared.0.weight", AFFINE "weight", SPADE_CLADE_SHARED },
  { ".mlp_shared.0.bias", AFFINE "weight", SPADE_CLADE_SHARED },
  { ".mlp_gamma.weight", AFFINE "weight", SPADE_CLADE_GAMMA },
  { ".mlp_gamma.bias", AFFINE "weight", SPADE_CLADE_GAMMA },
  { ".mlp_beta.weight", AFFINE "bias", SPADE_CLADE_BETA },
  { ".mlp_beta.bias", AFFINE "bias", SPADE_CLADE_BETA },
};

char *
spade_checkpoint_name_clade (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (norms); i++)
    if (g_str_has_suffix (name, norms[i].ours))
      return g_strdup_printf (
          "%.*s%s", (int) (strlen (name) - strlen (norms[i].ours)), name,
          norms[i].theirs);
  return g_strdup (name);
}

// Gives a tensor of one number beside those of our norm of that name.
static const SpadeTorchTensor *
find_number (const SpadeCheckpoints *checkpoints,
             const char             *name,
             const char             *leaf,
             GError                **error)
{
  g_autofree char *theirs = g_strdup_printf (
      "%.*s.inst_conv.%s", (int) (strstr (name, ".mlp_") - name), name, leaf);
  const SpadeTorchTensor *tensor
      = spade_torch_file_get (checkpoints->generator, theirs);

  if (tensor != NULL && spade_torch_tensor_n_elements (tensor) == 1
      && spade_torch_tensor_is_float (tensor))
    return tensor;
  spade_checkpoint_fail (error, "The checkpoint's \"%s\" is missing, or not one "
                         "floating-point number.", theirs);
  return NULL;
}

// How much larger ours is than theirs.
static void
widen (const SpadeCheckpoints *checkpoints,
       const char             *name,
       SpadeCheckpointSource  *source)
{
  int n_extra = checkpoints->n_extra;

  if (n_extra == 0)
    return;
  source->clade = SPADE_CLADE_WIDE;
  if (g_str_has_prefix (name, "conv_img."))
    {
      source->more_inputs = g_str_has_suffix (name, ".weight") ? n_extra : 0;
      return;
    }
  source->more_outputs = n_extra;
  if (g_str_has_prefix (name, "fc."))
    source->more_outputs *= checkpoints->n_places;
  else if (strstr (name, ".conv_") != NULL && g_str_has_suffix (name, ".weight"))
    source->more_inputs = n_extra - 1; // theirs has the joined channel
}

gboolean
spade_checkpoint_complete_clade (const SpadeCheckpoints *checkpoints,
                                 const char             *name,
                                 SpadeCheckpointSource  *source,
                                 GError                **error)
{
  if (g_str_has_prefix (name, "encoder."))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (norms); i++)
    if (g_str_has_suffix (name, norms[i].ours))
      source->clade = norms[i].made;
  if (source->clade == SPADE_CLADE_NONE)
    widen (checkpoints, name, source);
  else
    source->more_outputs = checkpoints->n_extra;
  if (source->clade != SPADE_CLADE_BETA || checkpoints->n_extra == 0)
    return TRUE;
  source->a = find_number (checkpoints, name, "weight", error);
  if (source->a != NULL)
    source->b = find_number (checkpoints, name, "bias", error);
  return source->b != NULL;
}

gboolean
spade_checkpoint_fits_clade (const SpadeCheckpointSource *source,
                             int                          n_dims,
                             const int64_t               *shape)
{
  const SpadeTorchTensor *orig = source->part.orig;
  int64_t n_hidden, wanted[4] = { 0, 0, 1, 1 };

  if (source->clade == SPADE_CLADE_WIDE)
    {
      if (orig->n_dims != n_dims || n_dims > 4)
        return FALSE;
      memcpy (wanted, orig->shape, (gsize) n_dims * sizeof *wanted);
      wanted[0] += source->more_outputs;
      wanted[1] += source->more_inputs;
      return memcmp (wanted, shape, (gsize) n_dims * sizeof *wanted) == 0;
    }
  if (orig->n_dims != 2)
    return FALSE;
  n_hidden = orig->shape[0] + (source->more_outputs > 0 ? 1 : 0);
  wanted[0] = source->clade == SPADE_CLADE_SHARED
                  ? n_hidden : orig->shape[1] + source->more_outputs;
  wanted[1] = n_hidden;
  return memcmp (wanted, shape, (gsize) n_dims * sizeof *wanted) == 0;
}

// Theirs with zeros beyond it, and variances of 1.
static void
copy_wide (const SpadeCheckpointSource *source,
           const SpadeTensor           *tensor,
           const float                 *all,
           float                       *out)
{
  const SpadeTorchTensor *orig = source->part.orig;
  int64_t n = spade_torch_tensor_n_elements (orig);
  int64_t n_ours = spade_tensor_n_elements (tensor);
  int64_t row = n / orig->shape[0], row_ours = n_ours / tensor->shape[0];

  for (int64_t o = 0; o < orig->shape[0]; o++)
    memcpy (out + o * row_ours, all + o * row, (gsize) row * sizeof *out);
  if (g_str_has_suffix (tensor->name, ".running_var"))
    for (int64_t i = n; i < n_ours; i++)
      out[i] = 1;
}

// A class's column of scales or shifts, and what becomes of the channels beyond them.
static void
turn (const SpadeCheckpointSource *source, const float *all, float *out)
{
  const int64_t *shape = source->part.orig->shape;
  int64_t n_classes = shape[0], n = shape[1];
  int64_t n_hidden = n_classes + (source->more_outputs > 0 ? 1 : 0);
  float   less = source->clade == SPADE_CLADE_GAMMA ? 1 : 0;

  for (int64_t c = 0; c < n; c++)
    for (int64_t i = 0; i < n_classes; i++)
      out[c * n_hidden + i] = all[i * n + c] - less;
  if (source->a != NULL)
    spade_torch_tensor_read (source->a, out + n * n_hidden + n_classes);
}

void
spade_checkpoint_make_clade (const SpadeCheckpointSource *source,
                             const SpadeTensor           *tensor,
                             const float                 *all,
                             float                       *out)
{
  int64_t n = source->part.orig->n_dims == 2 ? source->part.orig->shape[1] : 0;

  memset (out, 0, (gsize) spade_tensor_n_elements (tensor) * sizeof *out);
  if (source->clade == SPADE_CLADE_WIDE)
    copy_wide (source, tensor, all, out);
  else if (source->clade == SPADE_CLADE_SHARED)
    for (int64_t i = 0; tensor->n_dims > 1 && i < tensor->shape[0]; i++)
      out[i * (tensor->shape[1] + 1)] = 1;
  else if (tensor->n_dims > 1)
    turn (source, all, out);
  else if (source->clade == SPADE_CLADE_GAMMA)
    for (int64_t i = n; i < tensor->shape[0]; i++)
      out[i] = -1;
  else if (source->b != NULL)
    spade_torch_tensor_read (source->b, out + n);
}

gboolean
spade_checkpoint_infer_clade (SpadeCheckpoints       *checkpoints,
                              const SpadeTorchTensor *scales,
                              SpadeConfig            *config,
                              gint64                 *out_n_channels,
                              GError                **error)
{
  const SpadeTorchFile *file = checkpoints->generator;
  gboolean has_edge = spade_torch_file_has_prefix (file, "head_0.norm_0.inst_conv.");

  if (spade_torch_file_has_prefix (file, SPADE_CLADE_PREFIX "dist_conv_"))
    return spade_checkpoint_fail (error, "The checkpoint is of CLADE-ICPE, whose norms "
                                  "see the places within a class, which is not "
                                  "supported; give one of CLADE.");
  *out_n_channels = scales->shape[0] + (has_edge ? 1 : 0);
  config->nhidden = (int) *out_n_channels;
  config->kernel = 1;
  config->n_extra = checkpoints->n_extra = has_edge ? N_EXTRA : 0;
  return TRUE;
}
