// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Generators of OASIS (Schoenfeld et al. 2021, arXiv 2012.04781): the blocks of SPADE
// without G_middle_1, under other names; z before the one-hot channels; the first
// of these is unlabeled. Source: models/generator.py, models/norms.py and
// dataloaders/ of github.com/boschresearch/OASIS.

#include <string.h>

#include "checkpoint-private.h"
#include "class-set.h"

// What training gives z where nothing else is said.
#define Z_DIM 64

static const struct
{
  const char *ours, *theirs;
} blocks[] = {
  { "head_0.", "body.0." }, { "G_middle_0.", "body.1." },
  { "up_0.", "body.2." },   { "up_1.", "body.3." },
  { "up_2.", "body.4." },   { "up_3.", "body.5." },
};

char *
spade_checkpoint_name_oasis (const char *name)
{
  g_autoptr (GString) theirs = g_string_new (name);

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    if (g_str_has_prefix (name, blocks[i].ours))
      {
        g_string_erase (theirs, 0, (gssize) strlen (blocks[i].ours));
        g_string_prepend (theirs, blocks[i].theirs);
      }
  g_string_replace (theirs, ".param_free_norm.", ".first_norm.", 1);
  g_string_replace (theirs, ".z_weight", ".weight", 1);
  return g_string_free (g_steal_pointer (&theirs), FALSE);
}

gboolean
spade_checkpoint_infer_oasis (SpadeCheckpoints         *checkpoints,
                              const SpadeImportOptions *options,
                              gint64                    n_inputs,
                              SpadeConfig              *config,
                              GError                  **error)
{
  int z_dim = n_inputs > Z_DIM ? Z_DIM : 0;

  if (options->has_edge)
    return spade_checkpoint_fail (error, "The checkpoint is of OASIS, which sees no "
                                  "edges.");
  if (options->has_upsampling && options->upsampling != SPADE_UPSAMPLING_NORMAL)
    return spade_checkpoint_fail (error, "The checkpoint is of OASIS, so its "
                                  "upsampling must be normal.");
  if (spade_checkpoint_is_known_oasis (n_inputs))
    z_dim = 0;
  if (options->has_z_dim)
    z_dim = options->z_dim;
  if (z_dim < 0 || z_dim >= n_inputs)
    return spade_checkpoint_fail (error, "The checkpoint has %" G_GINT64_FORMAT
                                  " channels, z among them, which cannot be %d "
                                  "of these.", n_inputs, z_dim);
  config->z_dim = z_dim;
  config->has_z_in_map = z_dim > 0;
  config->has_single_middle = TRUE;
  checkpoints->z_dim = z_dim;
  return TRUE;
}

void
spade_checkpoint_slice_oasis (const SpadeCheckpoints *checkpoints,
                              const char             *name,
                              SpadeCheckpointSource  *source)
{
  int64_t n_inputs = source->part.orig->shape[1];

  if (source->part.orig->n_dims != 4 || n_inputs > SPADE_MOST_CHANNELS
      || !(strstr (name, ".mlp_shared.") != NULL || g_str_has_prefix (name, "fc.")))
    return;
  source->is_slice = TRUE;
  source->n = checkpoints->z_dim;
  if (g_str_has_suffix (name, ".z_weight"))
    return;
  source->first = checkpoints->z_dim;
  source->n = (int) n_inputs - checkpoints->z_dim;
  source->turn = checkpoints->is_unlabeled_first ? 1 : 0;
}
