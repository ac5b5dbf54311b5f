// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The words of a model's card.

#include "model-texts.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "class-labels.h"

char *
spade_model_text_description (const SpadeModelCard *card)
{
  const SpadeConfig *config;

  if (card->model == NULL)
    return g_strdup (card->problem);
  config = spade_model_get_config (card->model);
  if (config->is_untrained)
    return g_strdup (_("This model is untrained: its pictures are noise."));
  if (*config->description != '\0')
    return g_strdup (config->description);
  return g_strdup (_("It has no description."));
}

// Gives the names of what the model has learnt.
static char *
list_known (const SpadeConfig *config)
{
  GString *names = g_string_new (NULL);

  for (int i = 0; i < config->n_classes; i++)
    {
      g_autofree char *label = NULL;

      if (!config->knows[i])
        continue;
      g_string_append (names, names->len > 0 ? ", " : "");
      label = spade_class_label_new (config->class_set, i);
      g_string_append (names, label);
    }
  return g_string_free (names, FALSE);
}

static char *
describe_classes (int         n,
                  const char *class_set)
{
  if (*class_set != '\0')
    return g_strdup_printf (_("All %d of %s"), n, class_set);
  return g_strdup_printf (
    ngettext ("%d, without a name", "%d, without names", (gulong) n), n);
}

char *
spade_model_text_classes (const SpadeModel *model)
{
  const SpadeConfig *config = spade_model_get_config (model);
  g_autofree char   *names = list_known (config);
  int                n_known = 0;

  for (int i = 0; i < config->n_classes; i++)
    n_known += config->knows[i] != FALSE;
  if (n_known < config->n_classes)
    // Translators: number of classes, the name of their set, names of classes
    return g_strdup_printf (_("%d of %s: %s"), n_known, config->class_set_name,
                            names);
  return describe_classes (n_known, config->class_set_name);
}

char *
spade_model_text_reading (const SpadeImportReading *reading)
{
  g_autofree char *classes = describe_classes (reading->n_classes,
                                               reading->class_set);
  g_autofree char *more = NULL;
  g_autofree char *all = NULL;

  if (reading->kind == SPADE_IMPORT_OASIS)
    // Translators: what follows the number of classes in a list
    more = g_strdup_printf (_("; z of length %d"), reading->z_dim);
  else if (reading->kind == SPADE_IMPORT_IMAGINAIRE)
    // Translators: likewise
    more = g_strdup_printf (_("; output multiplier %g"),
                            reading->output_multiplier);
  // Translators: likewise
  all = g_strconcat (classes, reading->has_unlabeled ? _("; unlabeled") : "",
                     // Translators: likewise
                     reading->has_edge ? _("; edges") : "",
                     more != NULL ? more : "", NULL);
  if (reading->known_as == NULL)
    return g_steal_pointer (&all);
  // Translators: what a file holds; the name of a data set
  return g_strdup_printf (_("%s (the authors' %s)"), all, reading->known_as);
}

char *
spade_model_text_size (const SpadeModel *model)
{
  return g_strdup_printf (_("Trained %d pixels wide; any multiple of %d works"),
                          spade_model_get_config (model)->crop_size,
                          spade_model_get_granularity (model));
}

char *
spade_model_text_style (const SpadeModel *model)
{
  const SpadeConfig *config = spade_model_get_config (model);

  if (config->encoder_nf > 0)
    return g_strdup (_("Style images and seeds (it has a style encoder)"));
  if (config->z_dim > 0 || config->has_noise)
    return g_strdup (_("Seeds (it has no style encoder)"));
  return g_strdup (_("None: one picture for each map"));
}

char *
spade_model_text_weights (const SpadeModelCard *card)
{
  GStatBuf         status;
  g_autofree char *size = NULL;

  size = g_format_size_full (g_stat (card->path, &status) == 0
                               ? (guint64) status.st_size : 0,
                             G_FORMAT_SIZE_IEC_UNITS);
  // Translators: millions of parameters, such as 10.3; f16; size of the file
  return g_strdup_printf (
    _("%.3g million parameters, %s, %s"),
    (double) spade_model_get_n_parameters (card->model) / 1e6,
    spade_model_get_dtype (card->model), size);
}

char *
spade_model_text_licence (const SpadeModel *model)
{
  const SpadeConfig *config = spade_model_get_config (model);

  if (*config->licence != '\0')
    return g_strdup (config->licence);
  return g_strdup (_("Not stated; ask where it is from"));
}
