// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Bad input: one clear sentence, and an image that is as it was.

#include "spade-test.h"

// An indexed image must be refused with needle, and stay clean.
static void
refuse (GimpImage  *image,
        Result      result,
        const char *needle,
        const char *sentence)
{
  check_contains (result.message, needle, sentence);
  if (gimp_image_get_base_type (image) != GIMP_INDEXED ||
      count_layers (image) != 1 || gimp_image_is_dirty (image))
    check (FALSE, "and the image is as it was");
  result_clear (&result);
}

static void
test_bad_arguments (void)
{
  GimpImage       *image = make_indexed (64, 64, NULL);
  g_autofree char *nameless = model_path ("nameless.safetensors");
  g_autofree char *waste = model_path ("gimprc");

  gimp_image_clean_all (image);
  refuse (image, call_first (image, "model", "/no/such/model", NULL),
          "/no/such/model", "a missing model file is named");
  refuse (image, call_first (image, "model", "atlantis", NULL),
          "There is no model \"atlantis\"", "and so is an unknown model");
  refuse (image, call_first (image, "model", waste, NULL), "gimprc",
          "a file that is no model is refused");
  refuse (image, call_first (image, "classes", "0=dragon", NULL), "dragon",
          "a class that does not exist is named");
  refuse (image, call_first (image, "device", "abacus", NULL), "abacus",
          "a device that does not exist is named");
  refuse (image, call_first (image, "classes", "0=;1=sky-other", NULL),
          "2048 pixels", "pixels without a class are counted");
  gimp_image_delete (image);
}

static void
test_default_model (void)
{
  GimpImage       *image = make_indexed (64, 64, NULL);

  // $SPADE_MODEL_PATH is a folder without models: see run.sh.
  gimp_image_clean_all (image);
  refuse (image, call_first (image, "model", "", NULL), "There is no model",
          "without any model the folder to put one in is named");
  gimp_image_delete (image);
}

static void
test_class_sets (void)
{
  GimpImage       *image = make_rgb (64, 64, NULL);
  g_autofree char *nameless = model_path ("nameless.safetensors");
  GimpDrawable    *maps[2] = { first_layer (image), NULL };
  GimpImage       *indexed = make_indexed (64, 64, NULL);
  g_auto (Result)  other = { 0 };
  g_auto (Result)  by_name = { 0 };
  g_auto (Result)  by_index = { 0 };
  const char      *text = "gimp-spade-map 1\nclass-set coco-stuff\n"
                          "colours a8c832 9ceedd\nclasses 0=tree\n";

  attach_record (image, text);
  other = call (image, maps, "model", nameless, NULL);
  check_contains (other.message, "class set \"coco-stuff\"",
                  "a model for another class set is refused");
  by_name = call (image, maps, "classes", "name", NULL);
  check_contains (by_name.message, "no names",
                  "an RGB layer's entries have no names to go by");
  by_index = call_first (indexed, "model", nameless, NULL);
  check (by_index.message == NULL,
         "classes without names are the palette's indices");
  gimp_image_delete (image);
  gimp_image_delete (indexed);
}

static void
test_soft_edges (void)
{
  GimpImage          *image = make_rgb (64, 64, NULL);
  GimpDrawable       *map = first_layer (image);
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (map);
  g_auto (Result)     result = { 0 };
  guint8              soft[300 * 3];

  for (int i = 0; i < 300; i++)
    {
      soft[3 * i] = (guint8) i;
      soft[3 * i + 1] = (guint8) (i / 2);
      soft[3 * i + 2] = 77;
    }
  gegl_buffer_set (buffer, GEGL_RECTANGLE (0, 0, 60, 5), 0,
                   babl_format ("R'G'B' u8"), soft, GEGL_AUTO_ROWSTRIDE);
  gegl_buffer_flush (buffer);
  result = call_first (image, NULL);
  check_contains (result.message, "Pencil",
                  "of soft edges it is said how to paint without them");
  gimp_image_delete (image);
}

static void
test_bad_layers (void)
{
  GimpImage      *image = make_indexed (64, 64, NULL);
  GimpImage      *two = make_rgb (64, 64, NULL);
  GimpLayer      *copy = gimp_layer_copy (GIMP_LAYER (first_layer (two)));
  GimpDrawable   *none[1] = { NULL };
  GimpDrawable   *both[3] = { NULL };
  g_auto (Result) of_two = { 0 };
  g_auto (Result) of_other = { 0 };

  gimp_image_clean_all (image);
  refuse (image, call (image, none, NULL), "exactly one layer",
          "0 drawables are refused");
  gimp_image_insert_layer (two, copy, NULL, 0);
  both[0] = first_layer (two);
  both[1] = GIMP_DRAWABLE (gimp_image_get_layer_by_name (two, "map"));
  of_two = call (two, both, NULL);
  check_contains (of_two.message, "and 2 are", "and so are 2");
  both[1] = NULL;
  of_other = call (image, both, NULL);
  check_contains (of_other.message, "of another image",
                  "a layer of another image is refused");

  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, 0, 0, 4, 4);
  gimp_layer_set_offsets (GIMP_LAYER (first_layer (image)), 32, 32);
  gimp_image_clean_all (image);
  refuse (image, call_first (image, NULL), "does not touch",
          "a selection beside the layer is refused");
  gimp_selection_none (image);
  gimp_layer_add_alpha (GIMP_LAYER (first_layer (image)));
  gimp_drawable_fill (first_layer (image), GIMP_FILL_TRANSPARENT);
  gimp_image_clean_all (image);
  refuse (image, call_first (image, NULL), "is empty",
          "an empty layer is refused");
  gimp_image_delete (image);
  gimp_image_delete (two);
}

void
test_errors (void)
{
  g_autofree GimpImage **left = NULL;

  test_bad_arguments ();
  test_default_model ();
  test_class_sets ();
  test_soft_edges ();
  test_bad_layers ();
  left = gimp_get_images ();
  check (gimp_core_object_array_get_length ((GObject **) left) == 0,
         "no image is left behind");
}
