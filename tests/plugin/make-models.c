// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// make-models FOLDER: the untrained models of the plug-in tests. plain has no
// VAE, vae has one and a style encoder, streets has the classes of Cityscapes,
// nameless has 6 classes without names and none for unlabeled.

#include <spade.h>

static gboolean
write_model (const char *folder,
             const char *name,
             int         z_dim,
             const char *class_set)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = g_strconcat (folder, "/", name, NULL);
  SpadeConfig        config = { 0 };

  config.class_set_name = class_set;
  config.n_classes = 6;
  if (*class_set != '\0')
    {
      config.class_set = spade_class_set_find (class_set, NULL);
      config.n_classes = config.class_set->n_classes;
      config.has_unlabeled = !spade_class_set_holds_unlabeled (config.class_set);
    }
  config.has_edge = TRUE;
  config.nf = 4;
  config.nhidden = 8;
  config.norm = SPADE_NORM_BATCH;
  config.kernel = 3;
  config.crop_size = 64;
  config.base_height = config.base_width = 2;
  config.z_dim = z_dim;
  if (z_dim > 0)
    {
      config.encoder_nf = 2;
      config.encoder_layers = 6;
      config.encoder_size = 64;
      config.encoder_norm = SPADE_NORM_NONE; // so that styles differ
    }
  if (spade_model_write_untrained (&config, 1, path, NULL, &error))
    return TRUE;
  g_printerr ("%s\n", error->message);
  return FALSE;
}

int
main (int    argc,
      char **argv)
{
  if (argc != 2)
    return 2;
  return write_model (argv[1], "plain.safetensors", 0, "coco-stuff") &&
         write_model (argv[1], "vae.safetensors", 16, "coco-stuff") &&
         write_model (argv[1], "streets.safetensors", 0, "cityscapes") &&
         write_model (argv[1], "nameless.safetensors", 0, "") ? 0 : 1;
}
