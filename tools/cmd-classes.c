// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade classes: the class set as a table to read and to search.

#include <stdio.h>
#include <string.h>

#include "cli.h"

static gboolean
is_favourite (const SpadeClassSet *set,
              int                  id)
{
  return set->n_favourites > 0
         && memchr (set->favourites, id, set->n_favourites) != NULL;
}

// Says whether class id has word in its name, or is what word means.
static gboolean
matches (const SpadeClassSet *set,
         int                  id,
         const char          *word)
{
  g_autofree char *lower = word ? g_ascii_strdown (word, -1) : NULL;
  guint64          number;

  if (word == NULL || spade_class_set_lookup (set, word) == id
      || spade_class_set_lookup_synonym (set, word) == id)
    return TRUE;
  if (cli_parse_number (word, 255, &number))
    return number == (guint64) id || (number == 255 && id == set->unlabeled);
  return strstr (set->classes[id].name, lower) != NULL;
}

// knows: which class ids to print, or NULL for all.
static int
print_classes (const SpadeClassSet *set,
               const gboolean      *knows,
               const char          *word,
               gboolean             only_favourites)
{
  int n = 0;

  for (int i = 0; i < set->n_ids; i++)
    {
      const guint8 *rgb = set->classes[i].rgb;

      if ((knows != NULL && !knows[i]) || !matches (set, i, word)
          || (only_favourites && !is_favourite (set, i)))
        continue;
      printf ("%3d  #%02x%02x%02x  %s%s\n", i, rgb[0], rgb[1], rgb[2],
              set->classes[i].name, is_favourite (set, i) ? " *" : "");
      n++;
    }
  return n;
}

// Finds the classes of a model.
static const SpadeClassSet *
find_known (const SpadeModel  *model,
            const gboolean   **out_knows,
            GError           **error)
{
  const SpadeConfig *config = spade_model_get_config (model);

  *out_knows = config->knows;
  if (config->class_set == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                 "The classes of the model \"%s\" have no names; they are "
                 "numbers from 0 to %d.", spade_model_get_path (model),
                 config->n_classes - 1);
  return config->class_set;
}

static int
run (int    argc,
     char **argv)
{
  gboolean               favourites = FALSE;
  g_autofree char       *set_name = NULL, *model_name = NULL;
  g_autoptr (SpadeModel) model = NULL;
  g_autoptr (GError)     error = NULL;
  const SpadeClassSet   *set = NULL;
  const gboolean        *knows = NULL;
  const GOptionEntry     entries[] = {
    { "favourites", 0, 0, G_OPTION_ARG_NONE, &favourites,
      "Only what people paint with most", NULL },
    { "class-set", 0, 0, G_OPTION_ARG_STRING, &set_name,
      "The class set to list; coco-stuff where it is not given",
      "coco-stuff|ade20k|cityscapes" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &model_name,
      "The classes that a model knows", "MODEL" },
    { .long_name = NULL },
  };

  if (!cli_parse (&cmd_classes, entries, NULL, &argc, &argv))
    return CLI_BAD_USAGE;
  if (argc > 2)
    return cli_bad_usage (&cmd_classes, "One word at most can be searched "
                          "for");
  if (set_name != NULL && model_name != NULL)
    return cli_bad_usage (&cmd_classes, "--class-set and --model exclude each "
                          "other");
  if (model_name != NULL)
    model = cli_load_model (model_name, &error);
  else
    set = spade_class_set_find (set_name ? set_name : "coco-stuff", &error);
  if (model != NULL)
    set = find_known (model, &knows, &error);
  if (set == NULL)
    return cli_fail (error);
  if (print_classes (set, knows, argc > 1 ? argv[1] : NULL, favourites) > 0)
    return CLI_DONE;
  cli_note (favourites ? "No class of %s that people paint with most has \"%s\" "
                         "in its name."
                       : "No class of %s has \"%s\" in its name.",
            set->name, argc > 1 ? argv[1] : "");
  return CLI_FAILED;
}

const CliCommand cmd_classes = {
  .name = "classes",
  .arguments = "[WORD]",
  .summary = "Lists the classes of a class set, or those that match WORD.",
  .details = "Each line has the class id, the standard colour, and the name; * "
             "marks what people paint\nwith most: of coco-stuff the 18 labels "
             "of the GauGAN Beta, of ade20k what is\noutdoors, of cityscapes "
             "the labels that its benchmark evaluates.",
  .run = run,
};
