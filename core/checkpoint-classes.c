// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the channels of a checkpoint are: classes, perhaps one for unlabeled,
// perhaps the edges. Weights tell only how many there are together; COCO-Stuff's
// numbers and those of the authors' other checkpoints are known by heart.

#include <string.h>

#include "checkpoint-private.h"
#include "class-set.h"
#include "include/spade-class-table.h"

#define MAX_CLASSES 256

// By the options that their training had. Source: data/cityscapes_dataset.py and
// data/ade20k_dataset.py of github.com/NVlabs/SPADE and of
// github.com/tzt101/CLADE; dataloaders/ of github.com/boschresearch/OASIS.
static const SpadeKnownCheckpoint known[] = {
  { .name = "Cityscapes", .set = &spade_class_set_cityscapes, .n_known = 34,
    .has_edge = TRUE, .upsampling = SPADE_UPSAMPLING_MORE, .crop_size = 512,
    .aspect = 2 },
  { .name = "ADE20K", .set = &spade_class_set_ade20k, .n_known = 151,
    .upsampling = SPADE_UPSAMPLING_NORMAL, .crop_size = 256, .aspect = 1 },
  { .name = "OASIS Cityscapes", .kind = SPADE_IMPORT_OASIS,
    .set = &spade_class_set_cityscapes, .n_known = 34,
    .upsampling = SPADE_UPSAMPLING_NORMAL, .crop_size = 512, .aspect = 2 },
  { .name = "OASIS ADE20K", .kind = SPADE_IMPORT_OASIS, .set = &spade_class_set_ade20k,
    .n_known = 151, .upsampling = SPADE_UPSAMPLING_NORMAL, .crop_size = 256,
    .aspect = 1 },
  { .name = "OASIS COCO-Stuff", .kind = SPADE_IMPORT_OASIS,
    .set = &spade_class_set_coco_stuff, .n_known = 183, .has_unlabeled = TRUE,
    .upsampling = SPADE_UPSAMPLING_NORMAL, .crop_size = 256, .aspect = 1 },
  { .name = "CLADE Cityscapes", .kind = SPADE_IMPORT_CLADE,
    .set = &spade_class_set_cityscapes, .n_known = 34, .has_edge = TRUE,
    .upsampling = SPADE_UPSAMPLING_MORE, .crop_size = 512, .aspect = 2 },
  { .name = "CLADE ADE20K", .kind = SPADE_IMPORT_CLADE, .set = &spade_class_set_ade20k,
    .n_known = 151, .upsampling = SPADE_UPSAMPLING_NORMAL, .crop_size = 256,
    .aspect = 1 },
  { .name = "CLADE COCO-Stuff", .kind = SPADE_IMPORT_CLADE,
    .set = &spade_class_set_coco_stuff, .n_known = 183, .has_unlabeled = TRUE,
    .has_edge = TRUE, .upsampling = SPADE_UPSAMPLING_NORMAL, .crop_size = 256,
    .aspect = 1 },
};

gboolean
spade_import_kind_tells_edges (SpadeImportKind kind)
{
  return kind == SPADE_IMPORT_OASIS || kind == SPADE_IMPORT_CLADE;
}

static int
count_channels (const SpadeKnownCheckpoint *one)
{
  return one->set->n_classes + (one->has_unlabeled ? 1 : 0)
         + (one->has_edge ? 1 : 0);
}

gboolean
spade_checkpoint_is_known_oasis (gint64 n_channels)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].kind == SPADE_IMPORT_OASIS
        && count_channels (&known[i]) == n_channels)
      return TRUE;
  return FALSE;
}

static void
use_set (const SpadeClassSet      *set,
         const SpadeImportOptions *options,
         gint64                    surplus,
         SpadeConfig              *config)
{
  config->class_set_name = set->name;
  config->class_set = set;
  config->n_classes = set->n_classes;
  config->has_edge = surplus == 2 || (surplus == 1 && options->has_edge)
                     || (surplus == 1 && spade_class_set_holds_unlabeled (set));
  config->has_unlabeled = surplus - (config->has_edge ? 1 : 0) == 1;
}

// Whether a set fits, with what was said of the other channels.
static gboolean
fits (const SpadeClassSet      *set,
      const SpadeImportOptions *options,
      SpadeImportKind           kind,
      gint64                    n_channels)
{
  gboolean can_have_unlabeled = !spade_class_set_holds_unlabeled (set);
  gboolean can_have_edge = options->has_edge || !spade_import_kind_tells_edges (kind);
  int      n_said = (options->has_edge ? 1 : 0) + (options->has_unlabeled ? 1 : 0);
  gint64   surplus = n_channels - set->n_classes;

  return (can_have_unlabeled || !options->has_unlabeled) && surplus >= n_said
         && surplus <= (can_have_unlabeled ? 1 : 0) + (can_have_edge ? 1 : 0);
}

static gboolean
refuse_set (const SpadeClassSet      *set,
            const SpadeImportOptions *options,
            gint64                    n_channels,
            GError                  **error)
{
  g_autofree char *others = NULL;

  if (spade_class_set_holds_unlabeled (set))
    others = g_strdup_printf ("unlabeled is one of them, with edges %d",
                              set->n_classes + 1);
  else
    others = g_strdup_printf ("with unlabeled %d, with edges %d",
                              set->n_classes + 1, set->n_classes + 2);
  return spade_checkpoint_fail (
      error, "The checkpoint has %" G_GINT64_FORMAT " channels, which cannot "
      "be the %d classes of \"%s\"%s%s (%s); name another class set, or none "
      "(\"\").", n_channels, set->n_classes, set->name,
      options->has_unlabeled ? ", unlabeled" : "",
      options->has_edge ? ", edges" : "", others);
}

// Gives the known checkpoint of so many channels, unless other things were said.
static const SpadeKnownCheckpoint *
find_known (const SpadeImportOptions *options, SpadeImportKind kind,
            gint64 n_channels)
{
  const char *name = options->class_set;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].kind == kind && count_channels (&known[i]) == n_channels
        && (known[i].has_edge || !options->has_edge)
        && (options->has_edge || !known[i].has_edge
            || !spade_import_kind_tells_edges (kind))
        && (known[i].has_unlabeled || !options->has_unlabeled)
        && (name == NULL || strcmp (name, known[i].set->name) == 0))
      return &known[i];
  return NULL;
}

static gboolean
use_numbers (const SpadeImportOptions *options,
             gint64                    n_channels,
             SpadeConfig              *config,
             GError                  **error)
{
  int n_others, most;

  config->class_set_name = "";
  config->has_unlabeled = options->has_unlabeled;
  config->has_edge = options->has_edge;
  n_others = (config->has_unlabeled ? 1 : 0) + (config->has_edge ? 1 : 0);
  n_channels -= n_others;
  most = MAX_CLASSES - (config->has_unlabeled ? 1 : 0);
  if (n_channels < 1 || n_channels > most)
    return spade_checkpoint_fail (error, "The checkpoint has %" G_GINT64_FORMAT
                                  " classes, but only 1 to %d can be used.",
                                  n_channels, most);
  config->n_classes = (int) n_channels;
  return TRUE;
}

gboolean
spade_checkpoint_infer_classes (const SpadeImportOptions    *options,
                                SpadeImportKind              kind,
                                gint64                       n_channels,
                                SpadeConfig                 *config,
                                const SpadeKnownCheckpoint **out_known,
                                GError                     **error)
{
  const char          *name = options->class_set;
  const SpadeClassSet *set = NULL;

  *out_known = find_known (options, kind, n_channels);
  if (*out_known != NULL)
    set = (*out_known)->set;
  else if (name == NULL)
    set = &spade_class_set_coco_stuff;
  else if (spade_class_spec_is_file (name))
    set = spade_class_set_load (name, options->has_unlabeled, error);
  else if (*name != '\0')
    set = spade_class_set_find (name, error);
  if (set != NULL && fits (set, options, kind, n_channels))
    {
      use_set (set, options, n_channels - set->n_classes, config);
      return TRUE;
    }
  if (name == NULL || *name == '\0')
    return use_numbers (options, n_channels, config, error);
  return set != NULL ? refuse_set (set, options, n_channels, error) : FALSE;
}
