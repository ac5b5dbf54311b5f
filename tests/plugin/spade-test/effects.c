// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The output "effect": what the map's layer gets.

#include "spade-test.h"

#include "../../../effect/effect.h"

// Gives the number of SPADE effects on a layer, and the arguments of the last.
static int
count_effects (GimpDrawable              *map,
               GimpDrawableFilterConfig **out_config)
{
  g_autofree GimpDrawableFilter **filters = gimp_drawable_get_filters (map);
  int                             n = 0;

  for (int i = 0; filters[i] != NULL; i++)
    {
      g_autofree char *name = gimp_drawable_filter_get_operation_name (filters[i]);

      if (g_strcmp0 (name, SPADE_EFFECT_OPERATION) != 0)
        continue;
      n++;
      *out_config = gimp_drawable_filter_get_config (filters[i]);
    }
  return n;
}

// Gives an argument of a layer's only effect, or NULL; free with g_free().
static char *
get_argument (GimpDrawable *map,
              const char   *name)
{
  GimpDrawableFilterConfig *config = NULL;
  char                     *found = NULL;

  if (count_effects (map, &config) == 1)
    g_object_get (config, name, &found, NULL);
  return found;
}

static gboolean
has_argument (GimpDrawable *map,
              const char   *name,
              const char   *value)
{
  g_autofree char *found = get_argument (map, name);

  if (g_strcmp0 (found, value) != 0)
    g_print ("# %s is %s\n", name, found);
  return g_strcmp0 (found, value) == 0;
}

static void
test_indexed (void)
{
  GimpImage       *image = make_indexed (64, 64, NULL);
  GimpDrawable    *map = first_layer (image);
  g_autofree char *model = model_path ("plain.safetensors");
  g_auto (Result)  first = { 0 };

  first = call_first (image, "output", "effect", "size", "map", NULL);
  check (first.message == NULL && first.layer == GIMP_LAYER (map) &&
           count_layers (image) == 1 &&
           gimp_image_get_base_type (image) == GIMP_INDEXED,
         "an effect adds no layer, and the image stays indexed");
  check (has_argument (map, "model", model), "the effect has the model");
  check (has_argument (map, "size", "layer"), "and the size");
  check (has_argument (map, "classes", ""), "standard colours need no table");
  gimp_image_delete (image);
}

// libgimp keeps the arguments that it has once seen, so they are looked at once.
static void
test_again (void)
{
  GimpImage                *image = make_indexed (64, 64, NULL);
  GimpDrawableFilterConfig *config = NULL;
  g_auto (Result)           first = { 0 }, again = { 0 };
  guint                     seed = 0;

  first = call_first (image, "output", "effect", "size", "map", NULL);
  again = call_first (image, "output", "effect", "seed", 7, NULL);
  check (has_argument (first_layer (image), "size", "native"),
         "a second call changes the same effect");
  if (count_effects (first_layer (image), &config) == 1)
    g_object_get (config, "seed", &seed, NULL);
  check (seed == 7, "with all its arguments");
  gimp_image_delete (image);
}

static void
test_colours_of_ones_own (void)
{
  const char     *colours[2] = { "#ff0000", "#0000ff" };
  GimpImage      *image = make_indexed (64, 64, colours);
  GimpImage      *rgb = make_rgb (64, 64, colours);
  g_auto (Result) result = { 0 }, of_rgb = { 0 };
  g_autofree char *table = halves_table (image, "tree", "sky-other");
  g_autofree char *classes = NULL;

  result = call_first (image, "output", "effect", "classes", table, NULL);
  classes = get_argument (first_layer (image), "classes");
  check_contains (classes, "#ff0000=tree", "an entry's class becomes that of its colour");
  check_contains (classes, "#0000ff=sky-other", "and so does the other's");
  of_rgb = call_first (rgb, "output", "effect", "classes",
                       "#ff0000=tree;#0000ff=sky-other", NULL);
  check (of_rgb.message == NULL, "a table by colour maps an RGB layer");
  gimp_image_delete (image);
  gimp_image_delete (rgb);
}

static void
test_style (void)
{
  GimpImage       *image = make_rgb (64, 64, NULL);
  g_autofree char *model = model_path ("vae.safetensors");
  g_autofree char *path = g_build_filename (g_getenv ("SPADE_STYLE_PATH"), "sunset.jpg",
                                            NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_auto (Result)  result = { 0 }, open = { 0 };

  result = call_first (image, "output", "effect", "model", model, "style", file, NULL);
  check (result.message == NULL && has_argument (first_layer (image), "style", "sunset"),
         "a style that ships goes by its name");
  open = call_first (image, "output", "effect", "model", model, "style-image", image,
                     NULL);
  check_contains (open.message, "from a file", "an open image cannot be its style");
  gimp_image_delete (image);
}

static void
test_refused (void)
{
  GimpImage      *image = make_rgb (64, 64, NULL);
  GimpImage      *grey = make_rgb (64, 64, NULL);
  GimpDrawableFilterConfig *config = NULL;
  g_auto (Result) sized = { 0 }, of_grey = { 0 }, instances = { 0 };

  sized = call_first (image, "output", "effect", "size", "128x128", NULL);
  check_contains (sized.message, "model's size", "it has no size of its own");
  instances = call_first (image, "output", "effect", "instances", first_layer (image),
                          NULL);
  check_contains (instances.message, "no instances", "and no instances");
  gimp_image_convert_grayscale (grey);
  of_grey = call_first (grey, "output", "effect", NULL);
  check_contains (of_grey.message, "in colors", "and no grey map");
  check (count_effects (first_layer (image), &config) == 0 &&
           count_effects (first_layer (grey), &config) == 0,
         "and the layers are as they were");
  gimp_image_delete (image);
  gimp_image_delete (grey);
}

void
test_effects (void)
{
  if (!gegl_has_operation (SPADE_EFFECT_OPERATION))
    return;
  test_indexed ();
  test_again ();
  test_colours_of_ones_own ();
  test_style ();
  test_refused ();
}
