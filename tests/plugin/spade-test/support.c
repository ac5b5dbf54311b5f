// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the plug-in tests share; see spade-test.h.

#include "spade-test.h"

#include <string.h>

#include "parasite-text.h"

static int n_checks = 0;

void
check (gboolean    is_true,
       const char *sentence)
{
  g_print ("%sok %d - %s\n", is_true ? "" : "not ", ++n_checks, sentence);
}

void
check_contains (const char *text,
                const char *needle,
                const char *sentence)
{
  gboolean found = text != NULL && strstr (text, needle) != NULL;

  check (found, sentence);
  if (!found)
    g_print ("# wanted \"%s\" in \"%s\"\n", needle, text ? text : "(nothing)");
}

static void
fill_halves (GimpImage  *image,
             GimpLayer  *layer,
             const char *colours[2])
{
  static const char *standard[2] = { "#a8c832", "#9ceedd" };
  int width = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  int height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));

  if (colours == NULL)
    colours = standard;
  gimp_context_push ();
  gimp_context_set_antialias (FALSE);
  for (int i = 0; i < 2; i++)
    {
      GeglColor *colour = gegl_color_new (colours[i]);

      gimp_context_set_foreground (colour);
      gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE,
                                   i * width / 2, 0, width / 2, height);
      gimp_drawable_edit_fill (GIMP_DRAWABLE (layer), GIMP_FILL_FOREGROUND);
      g_object_unref (colour);
    }
  gimp_selection_none (image);
  gimp_context_pop ();
}

GimpImage *
make_rgb (int         width,
          int         height,
          const char *colours[2])
{
  GimpImage *image = gimp_image_new (width, height, GIMP_RGB);
  GimpLayer *layer = gimp_layer_new (image, "map", width, height,
                                     GIMP_RGB_IMAGE, 100,
                                     GIMP_LAYER_MODE_NORMAL);

  gimp_image_insert_layer (image, layer, NULL, 0);
  fill_halves (image, layer, colours);
  return image;
}

GimpImage *
make_indexed (int         width,
              int         height,
              const char *colours[2])
{
  GimpImage *image = make_rgb (width, height, colours);

  gimp_image_convert_indexed (image, GIMP_CONVERT_DITHER_NONE,
                              GIMP_CONVERT_PALETTE_GENERATE, 16, FALSE, FALSE,
                              "");
  return image;
}

GimpDrawable *
first_layer (GimpImage *image)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);

  return GIMP_DRAWABLE (layers[0]);
}

GimpDrawable *
second_layer (GimpImage *image)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);

  return GIMP_DRAWABLE (layers[1]);
}

int
count_layers (GimpImage *image)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);

  return (int) gimp_core_object_array_get_length ((GObject **) layers);
}

void
attach_record (GimpImage  *image,
               const char *text)
{
  GimpParasite *parasite;

  parasite = gimp_parasite_new ("gimp-spade-map", 0, (guint32) strlen (text),
                                text);
  gimp_image_attach_parasite (image, parasite);
  gimp_parasite_free (parasite);
}

char *
parasite_text (GimpImage *image)
{
  return spade_parasite_take_text (
    gimp_image_get_parasite (image, "gimp-spade-map"));
}

char *
model_path (const char *name)
{
  return g_build_filename (g_getenv ("SPADE_TEST_FOLDER"), name, NULL);
}

void
result_clear (Result *result)
{
  g_free (result->message);
}

static Result
call_valist (GimpImage     *image,
             GimpDrawable **drawables,
             const char    *first_name,
             va_list        args)
{
  GimpProcedure       *procedure;
  GimpProcedureConfig *config;
  GimpValueArray      *values;
  g_autofree char     *model = model_path ("plain.safetensors");
  Result               result = { 0 };

  procedure = gimp_pdb_lookup_procedure (gimp_get_pdb (),
                                         "plug-in-spade-synthesize");
  config = gimp_procedure_create_config (procedure);
  g_object_set (config, "run-mode", GIMP_RUN_NONINTERACTIVE, "image", image,
                "drawables", drawables, "model", model, "device", "ref", NULL);
  if (first_name != NULL)
    g_object_set_valist (G_OBJECT (config), first_name, args);
  values = gimp_procedure_run_config (procedure, config);
  if (GIMP_VALUES_GET_ENUM (values, 0) == GIMP_PDB_SUCCESS)
    {
      result.image = GIMP_VALUES_GET_IMAGE (values, 1);
      result.layer = GIMP_VALUES_GET_LAYER (values, 2);
    }
  else
    {
      result.message = g_strdup (gimp_pdb_get_last_error (gimp_get_pdb ()));
    }
  gimp_value_array_unref (values);
  g_object_unref (config);
  return result;
}

Result
call (GimpImage     *image,
      GimpDrawable **drawables,
      const char    *first_name,
      ...)
{
  Result  result;
  va_list args;

  va_start (args, first_name);
  result = call_valist (image, drawables, first_name, args);
  va_end (args);
  return result;
}

Result
call_first (GimpImage  *image,
            const char *first_name,
            ...)
{
  GimpDrawable *drawables[2] = { first_layer (image), NULL };
  Result        result;
  va_list       args;

  va_start (args, first_name);
  result = call_valist (image, drawables, first_name, args);
  va_end (args);
  return result;
}

gboolean
is_same (const Result *a,
         const Result *b)
{
  g_autoptr (GBytes) left = NULL;
  g_autoptr (GBytes) right = NULL;

  if (a->message != NULL || b->message != NULL)
    return FALSE;
  left = read_rgba (GIMP_DRAWABLE (a->layer));
  right = read_rgba (GIMP_DRAWABLE (b->layer));
  return g_bytes_equal (left, right);
}

// Says which palette entry the left half is.
static int
left_index (GimpImage *image)
{
  GimpDrawable          *layer = first_layer (image);
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (layer);
  guint8                 pixel[2];

  gegl_buffer_get (buffer, GEGL_RECTANGLE (0, 0, 1, 1), 1.0,
                   gimp_drawable_get_format (layer), pixel,
                   GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  return pixel[0];
}

char *
halves_table (GimpImage  *image,
              const char *left,
              const char *right)
{
  int i = left_index (image);

  return g_strdup_printf ("%d=%s;%d=%s", i, left, 1 - i, right);
}

char *
map_palette (GimpImage  *image,
             const char *classes,
             gboolean    is_rewrite)
{
  GimpDrawable        *drawables[2] = { first_layer (image), NULL };
  GimpProcedure       *procedure;
  GimpProcedureConfig *config;
  GimpValueArray      *values;
  char                *message = NULL;

  procedure = gimp_pdb_lookup_procedure (gimp_get_pdb (),
                                         "plug-in-spade-map-palette");
  config = gimp_procedure_create_config (procedure);
  g_object_set (config, "run-mode", GIMP_RUN_NONINTERACTIVE, "image", image,
                "drawables", drawables, "classes", classes, "rewrite",
                is_rewrite, NULL);
  values = gimp_procedure_run_config (procedure, config);
  if (GIMP_VALUES_GET_ENUM (values, 0) != GIMP_PDB_SUCCESS)
    message = g_strdup (gimp_pdb_get_last_error (gimp_get_pdb ()));
  gimp_value_array_unref (values);
  g_object_unref (config);
  return message;
}

GBytes *
read_rgba (GimpDrawable *drawable)
{
  int         width = gimp_drawable_get_width (drawable);
  int         height = gimp_drawable_get_height (drawable);
  gsize       size = (gsize) width * (gsize) height * 4;
  guint8     *pixels = g_malloc (size);
  GeglBuffer *buffer = gimp_drawable_get_buffer (drawable);

  gegl_buffer_get (buffer, GEGL_RECTANGLE (0, 0, width, height), 1.0,
                   babl_format ("R'G'B'A u8"), pixels, GEGL_AUTO_ROWSTRIDE,
                   GEGL_ABYSS_NONE);
  g_object_unref (buffer);
  return g_bytes_new_take (pixels, size);
}

guint8
alpha_at (GimpDrawable *drawable,
          int           x,
          int           y)
{
  g_autoptr (GBytes) pixels = read_rgba (drawable);
  const guint8      *bytes = g_bytes_get_data (pixels, NULL);

  return bytes[4 * (y * gimp_drawable_get_width (drawable) + x) + 3];
}
