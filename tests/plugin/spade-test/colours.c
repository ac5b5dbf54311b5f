// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Images that are not sRGB: the numbers of a map are read as they are stored,
// and pictures are converted on their way in and out.

#include "spade-test.h"

#include <glib/gstdio.h>
#include <math.h>

#include "fit-picture.h"
#include "style-file.h"

// What rounding to 8 bits in another colour space and back may change.
#define ROUNDING 3

// Gives the largest difference of two layers, seen in sRGB; 256 where one is
// missing.
static int
largest_difference (const Result *a,
                    const Result *b)
{
  g_autoptr (GBytes) left = NULL;
  g_autoptr (GBytes) right = NULL;
  const guint8      *x, *y;
  gsize              n_left, n_right;
  int                largest = 0;

  if (a->message != NULL || b->message != NULL)
    return 256;
  left = read_rgba (GIMP_DRAWABLE (a->layer));
  right = read_rgba (GIMP_DRAWABLE (b->layer));
  x = g_bytes_get_data (left, &n_left);
  y = g_bytes_get_data (right, &n_right);
  if (n_left != n_right)
    return 256;
  for (gsize i = 0; i < n_left; i++)
    largest = MAX (largest, ABS (x[i] - y[i]));
  return largest;
}

static void
check_near (const Result *result,
            const Result *wanted,
            const char   *sentence)
{
  int difference = largest_difference (result, wanted);

  check (difference <= ROUNDING, sentence);
  if (difference > ROUNDING)
    g_print ("# difference %d, %s\n", difference,
             result->message != NULL ? result->message : "no message");
}

// The numbers stay; the colours that they mean become others.
static GimpImage *
assign (GimpImage        *image,
        GimpColorProfile *profile)
{
  gimp_image_set_color_profile (image, profile);
  g_object_unref (profile);
  return image;
}

// The map below its picture.
static Result
call_again (GimpImage *image)
{
  GimpDrawable *maps[2] = { second_layer (image), NULL };

  return call (image, maps, NULL);
}

static void
test_rgb_profile (const Result *wanted)
{
  GimpImage      *rgb = make_rgb (64, 64, NULL);
  GimpImage      *copy = make_rgb (64, 64, NULL);
  GimpImage      *indexed = make_rgb (64, 64, NULL);
  g_auto (Result) of_rgb = { 0 };
  g_auto (Result) of_copy = { 0 };
  g_auto (Result) of_indexed = { 0 };
  g_auto (Result) again = { 0 };

  assign (rgb, gimp_color_profile_new_rgb_adobe ());
  assign (copy, gimp_color_profile_new_rgb_adobe ());
  assign (indexed, gimp_color_profile_new_rgb_adobe ());
  gimp_image_convert_indexed (indexed, GIMP_CONVERT_DITHER_NONE,
                              GIMP_CONVERT_PALETTE_GENERATE, 16, FALSE, FALSE,
                              "");
  of_rgb = call_first (rgb, NULL);
  check_near (&of_rgb, wanted, "with a profile the numbers of a map are its "
              "classes, and its picture looks the same");
  of_copy = call_first (copy, "output", "new-image", NULL);
  check_near (&of_copy, wanted, "in a new image as well");
  of_indexed = call_first (indexed, NULL);
  check_near (&of_indexed, wanted, "and an indexed one");
  again = call_again (indexed);
  check_near (&again, wanted, "which stays the same map as it becomes RGB");
  gimp_image_delete (of_copy.image);
  gimp_image_delete (rgb);
  gimp_image_delete (copy);
  gimp_image_delete (indexed);
}

static void
test_linear (const Result *wanted)
{
  GimpImage      *image = make_rgb (64, 64, NULL);
  GimpImage      *managed = make_rgb (64, 64, NULL);
  g_auto (Result) of_image = { 0 };
  g_auto (Result) of_managed = { 0 };

  gimp_image_convert_precision (image, GIMP_PRECISION_U16_LINEAR);
  assign (managed, gimp_color_profile_new_rgb_adobe ());
  gimp_image_convert_precision (managed, GIMP_PRECISION_FLOAT_LINEAR);
  of_image = call_first (image, "output", "new-image", NULL);
  check_near (&of_image, wanted, "a map of linear precision is the same map");
  check (gimp_image_get_precision (of_image.image) ==
         GIMP_PRECISION_U16_LINEAR, "and a new image has its precision");
  of_managed = call_first (managed, NULL);
  check_near (&of_managed, wanted, "with a profile, too");
  gimp_image_delete (of_image.image);
  gimp_image_delete (image);
  gimp_image_delete (managed);
}

// Values 168 and 156 are tree and sky-other.
static GimpImage *
make_plain_grey (void)
{
  const char *labels[2] = { "#a8a8a8", "#9c9c9c" };
  GimpImage  *image = make_rgb (64, 64, labels);

  gimp_image_convert_grayscale (image);
  return image;
}

static GimpImage *
make_grey (void)
{
  return assign (make_plain_grey (), gimp_color_profile_new_d50_gray_lab_trc ());
}

static void
test_grey_profile (const Result *wanted)
{
  GimpImage      *image = make_grey ();
  GimpImage      *other = make_grey ();
  g_auto (Result) first = call_first (image, NULL);
  g_auto (Result) again = call_again (image);
  g_auto (Result) copied = call_first (other, "output", "new-image", NULL);
  g_auto (Result) copied_again = call_again (copied.image);

  check_near (&first, wanted, "with a profile the values of a grey layer are "
              "classes");
  check_near (&again, wanted, "and stay so when their image becomes RGB");
  check_near (&copied, wanted, "a new image shows the same");
  check_near (&copied_again, wanted, "and holds the same map");
  gimp_image_delete (copied.image);
  gimp_image_delete (image);
  gimp_image_delete (other);
}

// GIMP kills who writes to locked pixels.
static void
test_locked_map (const Result *wanted)
{
  GimpImage      *image = make_grey ();
  GimpImage      *other = make_grey ();
  GimpLayer      *map = GIMP_LAYER (first_layer (image));
  GimpGroupLayer *group = gimp_group_layer_new (image, "group");
  GimpDrawable   *maps[2] = { GIMP_DRAWABLE (map), NULL };
  g_auto (Result) result = { 0 };
  g_auto (Result) again = { 0 };
  g_auto (Result) copied = { 0 };
  g_auto (Result) copied_again = { 0 };

  gimp_image_insert_layer (image, GIMP_LAYER (group), NULL, 0);
  gimp_image_reorder_item (image, GIMP_ITEM (map), GIMP_ITEM (group), 0);
  gimp_item_set_lock_content (GIMP_ITEM (map), TRUE);
  gimp_item_set_lock_content (GIMP_ITEM (group), TRUE);
  gimp_item_set_lock_content (GIMP_ITEM (first_layer (other)), TRUE);
  gimp_item_set_lock_position (GIMP_ITEM (first_layer (other)), TRUE);
  result = call (image, maps, NULL);
  check_near (&result, wanted, "a locked map in a locked group gets its picture");
  check (gimp_item_get_lock_content (GIMP_ITEM (map)) &&
         gimp_item_get_lock_content (GIMP_ITEM (group)), "and stays locked");
  again = call (image, maps, NULL);
  check_near (&again, wanted, "and the same map");
  copied = call_first (other, "output", "new-image", NULL);
  check_near (&copied, wanted, "a new image of a locked map shows the same");
  if (copied.message == NULL)
    copied_again = call_again (copied.image);
  check_near (&copied_again, wanted, "and holds the same map");
  if (copied.message == NULL)
    gimp_image_delete (copied.image);
  gimp_image_delete (image);
  gimp_image_delete (other);
}

// With the image's layer in a group that is the map.
static Result
call_group (GimpImage  *image,
            const char *device)
{
  GimpLayer      *map = GIMP_LAYER (first_layer (image));
  GimpGroupLayer *group = gimp_group_layer_new (image, "labels");
  GimpDrawable   *maps[2] = { GIMP_DRAWABLE (group), NULL };

  gimp_image_insert_layer (image, GIMP_LAYER (group), NULL, 0);
  gimp_image_reorder_item (image, GIMP_ITEM (map), GIMP_ITEM (group), 0);
  return call (image, maps, "device", device, NULL);
}

static void
test_grey_group (const Result *wanted)
{
  GimpImage      *image = make_grey ();
  GimpImage      *plain = make_plain_grey ();
  g_auto (Result) refused = call_group (image, "cuda:99"); // none to render on
  g_auto (Result) result = call_group (plain, "cpu");

  check_contains (refused.message, "\"labels\" would not stay the same map",
                  "a grey group with a profile is refused before the render");
  check (gimp_image_get_base_type (image) == GIMP_GRAY &&
         count_layers (image) == 1, "and its image is as it was");
  check_near (&result, wanted, "without a profile it is a map");
  gimp_image_delete (image);
  gimp_image_delete (plain);
}

// A grey image of 16 bits whose halves have these values.
static GimpImage *
make_wide (guint16 left,
           guint16 right)
{
  GimpImage  *image;
  GimpLayer  *layer;
  GeglBuffer *buffer;
  guint16     values[64 * 64];

  for (int i = 0; i < 64 * 64; i++)
    values[i] = i % 64 < 32 ? left : right;
  image = gimp_image_new_with_precision (64, 64, GIMP_GRAY,
                                         GIMP_PRECISION_U16_NON_LINEAR);
  layer = gimp_layer_new (image, "map", 64, 64, GIMP_GRAY_IMAGE, 100,
                          GIMP_LAYER_MODE_NORMAL);
  gimp_image_insert_layer (image, layer, NULL, 0);
  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  gegl_buffer_set (buffer, NULL, 0,
                   gimp_drawable_get_format (GIMP_DRAWABLE (layer)), values,
                   GEGL_AUTO_ROWSTRIDE);
  g_object_unref (buffer);
  return image;
}

static void
test_wide_grey (const Result *wanted)
{
  GimpImage      *image = make_wide (168, 156);
  GimpImage      *stepped = make_wide (168 * 257, 156 * 257);
  GimpImage      *shades = make_wide (168, 10000);
  GimpImage      *wider = make_wide (168, 156);
  g_auto (Result) first = call_first (image, NULL);
  g_auto (Result) again = { 0 };
  g_auto (Result) of_stepped = { 0 };
  g_auto (Result) of_shades = { 0 };
  g_auto (Result) of_wider = { 0 };

  check_near (&first, wanted, "the values of 16 bits are classes");
  again = call_again (image);
  check_near (&again, wanted, "and stay so when their image becomes RGB");
  of_stepped = call_first (stepped, NULL);
  check_near (&of_stepped, wanted, "and so are 8 bits in 16");
  of_shades = call_first (shades, NULL);
  check_contains (of_shades.message, "\"map\" are no class ids",
                  "values that are neither are refused");
  gimp_image_convert_precision (wider, GIMP_PRECISION_FLOAT_LINEAR);
  of_wider = call_first (wider, NULL);
  check_near (&of_wider, wanted, "classes of 16 bits survive as floats");
  gimp_image_delete (image);
  gimp_image_delete (stepped);
  gimp_image_delete (shades);
  gimp_image_delete (wider);
}

// What GIMP makes of a map of 8 bits in other precisions is the same map.
static void
test_grey_precisions (const Result *wanted)
{
  static const GimpPrecision precisions[] = {
    GIMP_PRECISION_U16_LINEAR,  GIMP_PRECISION_U32_NON_LINEAR,
    GIMP_PRECISION_HALF_LINEAR, GIMP_PRECISION_FLOAT_LINEAR,
    GIMP_PRECISION_FLOAT_PERCEPTUAL,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (precisions); i++)
    {
      GimpImage       *image = make_grey ();
      g_autofree char *sentence = NULL;
      g_auto (Result)  result = { 0 };

      gimp_image_convert_precision (image, precisions[i]);
      sentence = g_strdup_printf ("a grey map of precision %d is the same map",
                                  precisions[i]);
      result = call_first (image, NULL);
      check_near (&result, wanted, sentence);
      gimp_image_delete (image);
    }
}

// The layer's pixels, [height, width, 3] of R'G'B' in 0...1.
static float *
read_floats (const Result *result)
{
  GimpDrawable          *drawable = GIMP_DRAWABLE (result->layer);
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (drawable);
  gsize                  n = (gsize) gimp_drawable_get_width (drawable) *
                             (gsize) gimp_drawable_get_height (drawable);
  float                 *floats = g_new (float, n * 3);

  gegl_buffer_get (buffer, NULL, 1.0, babl_format ("R'G'B' float"), floats,
                   GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  return floats;
}

// Checks that a picture is one of 8 bits before it was rounded to these.
static void
check_fine (const Result *result,
            const Result *rounded,
            const char   *sentence)
{
  g_autofree float *fine = NULL;
  g_autofree float *coarse = NULL;
  int               n_between = 0;
  float             largest = 0;

  if (result->message != NULL || rounded->message != NULL)
    {
      check (FALSE, sentence);
      return;
    }
  fine = read_floats (result);
  coarse = read_floats (rounded);
  for (int i = 0; i < 64 * 64 * 3; i++)
    {
      float level = fine[i] * 255;

      n_between += fabsf (level - roundf (level)) > 0.1f;
      largest = MAX (largest, fabsf (level - coarse[i] * 255));
    }
  check (largest < 0.6f && n_between > 64 * 64, sentence);
  if (largest >= 0.6f || n_between <= 64 * 64)
    g_print ("# %g levels apart, %d between levels\n", largest, n_between);
}

// A picture that is made larger rings at its edges, but not beyond black and white.
static void
test_clipping (void)
{
  GimpImage                *image = make_rgb (200, 150, NULL);
  SpadeRequest              request = { .image = image,
                                        .drawable = first_layer (image) };
  g_autoptr (SpadePicture)  picture = spade_picture_new (64, 64, TRUE, NULL);
  g_autoptr (GeglBuffer)    fitted = NULL;
  g_autofree float         *floats = g_new (float, 200 * 150 * 3);
  float                     least = 0.5f, most = 0.5f;

  for (int i = 0; i < 64 * 64 * 3; i++)
    picture->floats[i] = i / 3 % 64 / 8 % 2;
  fitted = spade_picture_fit (picture, &request, NULL);
  gegl_buffer_get (fitted, NULL, 1.0, babl_format ("R'G'B' float"), floats,
                   GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  for (int i = 0; i < 200 * 150 * 3; i++)
    {
      least = MIN (least, floats[i]);
      most = MAX (most, floats[i]);
    }
  check (least == 0 && most == 1,
         "what is made larger stays between black and white");
  if (least != 0 || most != 1)
    g_print ("# %g to %g\n", least, most);
  gimp_image_delete (image);
}

// Images of more than 8 bits get a picture of more.
static void
test_precision (const Result *wanted)
{
  GimpImage      *image = make_rgb (64, 64, NULL);
  GimpImage      *linear = make_rgb (64, 64, NULL);
  GimpImage      *other = make_rgb (64, 64, NULL);
  g_auto (Result) of_image = { 0 };
  g_auto (Result) of_update = { 0 };
  g_auto (Result) of_linear = { 0 };
  g_auto (Result) of_other = { 0 };

  gimp_image_convert_precision (image, GIMP_PRECISION_U16_NON_LINEAR);
  of_image = call_first (image, NULL);
  check_fine (&of_image, wanted, "16 bits get a picture of 16 bits");
  gimp_drawable_fill (GIMP_DRAWABLE (of_image.layer), GIMP_FILL_WHITE);
  of_update = call_first (image, "output", "update", NULL);
  check_fine (&of_update, wanted, "and so does an update");
  check (of_update.layer == of_image.layer, "of the same layer");
  gimp_image_convert_precision (linear, GIMP_PRECISION_FLOAT_LINEAR);
  gimp_image_select_rectangle (linear, GIMP_CHANNEL_OP_REPLACE, 0, 0, 32, 64);
  of_linear = call_first (linear, NULL);
  check_fine (&of_linear, wanted, "and floats one of floats");
  check (of_linear.message == NULL &&
         alpha_at (GIMP_DRAWABLE (of_linear.layer), 31, 5) == 255 &&
         alpha_at (GIMP_DRAWABLE (of_linear.layer), 32, 5) == 0,
         "where the selection is");
  gimp_image_convert_precision (other, GIMP_PRECISION_HALF_NON_LINEAR);
  of_other = call_first (other, "output", "new-image", NULL);
  check_fine (&of_other, wanted, "and so does a new image");
  gimp_image_delete (of_other.image);
  gimp_image_delete (image);
  gimp_image_delete (linear);
  gimp_image_delete (other);
}

// Says whether a style is #8c603c on the left: what #806040 of
// Adobe RGB (1998) is in sRGB, by the primaries and curves of both standards.
static gboolean
is_style_converted (const SpadeStyleSource *style)
{
  static const int         wanted[3] = { 0x8c, 0x60, 0x3c };
  g_autoptr (SpadePicture) picture = spade_style_read (style, NULL);
  int                      largest = 0;

  if (picture == NULL)
    return FALSE;
  for (int c = 0; c < 3; c++)
    largest = MAX (largest, ABS (picture->rgb[c] - wanted[c]));
  if (largest > ROUNDING)
    g_print ("# %02x%02x%02x\n", picture->rgb[0], picture->rgb[1],
             picture->rgb[2]);
  return largest <= ROUNDING;
}

static void
test_style_profile (void)
{
  const char       *colours[2] = { "#806040", "#000000" };
  GimpImage        *image = make_rgb (40, 30, colours);
  g_autofree char  *path = model_path ("adobe.xcf");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  SpadeStyleSource  of_file = { .file = file };
  SpadeStyleSource  of_image = { .image = image };
  SpadeStyleSource  of_layer = { .layer = GIMP_LAYER (first_layer (image)) };

  assign (image, gimp_color_profile_new_rgb_adobe ());
  gimp_file_save (GIMP_RUN_NONINTERACTIVE, image, file, NULL);
  check (is_style_converted (&of_image), "a style image becomes sRGB");
  check (is_style_converted (&of_layer), "and so does a layer");
  check (is_style_converted (&of_file), "and a file with a profile");
  gimp_image_convert_precision (image, GIMP_PRECISION_FLOAT_LINEAR);
  check (is_style_converted (&of_layer) && is_style_converted (&of_image),
         "in linear precision, too");
  gimp_image_delete (image);
  g_remove (path);
}

// The standard colours are numbers, in every colour space.
static void
test_palette_profile (const Result *wanted)
{
  const char      *colours[2] = { "#ff0000", "#0000ff" };
  GimpImage       *image = make_rgb (64, 64, colours);
  g_autofree char *table = NULL;
  g_autofree char *message = NULL;
  g_auto (Result)  result = { 0 };

  assign (image, gimp_color_profile_new_rgb_adobe ());
  gimp_image_convert_indexed (image, GIMP_CONVERT_DITHER_NONE,
                              GIMP_CONVERT_PALETTE_GENERATE, 16, FALSE, FALSE,
                              "");
  table = halves_table (image, "tree", "sky-other");
  message = map_palette (image, table, TRUE);
  check (message == NULL, "a palette with a profile is rewritten");
  result = call_first (image, "classes", "colour", NULL);
  check_near (&result, wanted, "in colours that are read as the standard ones");
  gimp_image_delete (image);
}

void
test_colours (void)
{
  GimpImage      *plain = make_rgb (64, 64, NULL);
  g_auto (Result) wanted = call_first (plain, NULL);

  test_rgb_profile (&wanted);
  test_linear (&wanted);
  test_precision (&wanted);
  test_clipping ();
  test_grey_profile (&wanted);
  test_locked_map (&wanted);
  test_grey_group (&wanted);
  test_wide_grey (&wanted);
  test_grey_precisions (&wanted);
  test_style_profile ();
  test_palette_profile (&wanted);
  gimp_image_delete (plain);
}
