// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Every form of PNG that can hold a map, written here with libpng, 3 pixels
// wide and 2 high unless said otherwise.

#include <glib/gstdio.h>
#include <string.h>

#include "map-file.h"
#include "png-form.h"

#define TREE 168
#define SKY 156
#define UNLABELED 182

static const png_color tree_colour = { 0xa8, 0xc8, 0x32 };
static const png_color sky_colour = { 0x9c, 0xee, 0xdd };

static char *
temporary_path (void)
{
  char *path = NULL;
  int   fd = g_file_open_tmp ("spade-XXXXXX.png", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  return path;
}

static char *
write_form (const PngForm *form)
{
  char *path = temporary_path ();

  png_form_write (form, path);
  return path;
}

static SpadeConfig
coco_config (void)
{
  SpadeConfig config = { .class_set_name = "coco-stuff",
                         .class_set = spade_class_set_find ("coco-stuff",
                                                            NULL),
                         .n_classes = 182,
                         .has_unlabeled = TRUE };

  return config;
}

static void
assert_map_of (const SpadeConfig *config,
               const PngForm        *form,
               const char        *spec,
               const guint8      *ids)
{
  g_autofree char     *path = write_form (form);
  g_autoptr (GError)   error = NULL;
  g_autoptr (SpadeMap) map = map_file_load (path, config, spec, FALSE, &error);

  g_unlink (path);
  g_assert_no_error (error);
  g_assert_cmpint (map->height, ==, form->height);
  g_assert_cmpint (map->width, ==, form->width);
  g_assert_cmpmem (map->ids, (gsize) map->height * map->width, ids,
                   (gsize) form->height * form->width);
}

static void
assert_map (const PngForm   *form,
            const char   *spec,
            const guint8 *ids)
{
  SpadeConfig config = coco_config ();

  assert_map_of (&config, form, spec, ids);
}

static void
assert_refused (const SpadeConfig *config,
                const char        *path,
                const char        *spec,
                int                code,
                const char        *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (map_file_load (path, config, spec, FALSE, &error));
  g_assert_error (error, SPADE_ERROR, code);
  g_assert_nonnull (strstr (error->message, message));
}

static const guint8 indices[] = { 0, 1, 0, 1, 1, 0 };
static const guint8 trees_and_sky[] = { TREE, SKY, TREE, SKY, SKY, TREE };

static void
test_indexed (void)
{
  for (int bits = 1; bits <= 8; bits *= 2)
    for (int interlace = 0; interlace <= 1; interlace++)
      {
        PngForm form = { .type = PNG_COLOR_TYPE_PALETTE, .bits = bits,
                      .interlace = interlace, .height = 2, .width = 3,
                      .samples = indices,
                      .palette = { tree_colour, sky_colour },
                      .n_palette = 2 };

        assert_map (&form, "auto", trees_and_sky);
      }
}

static void
test_indexed_table (void)
{
  const guint8 ids[] = { 123, 0, 123, 0, 0, 123 };
  PngForm         form = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 8,
                        .height = 2, .width = 3, .samples = indices,
                        .palette = { tree_colour, sky_colour },
                        .n_palette = 2 };

  assert_map (&form, "0=grass;1=person", ids);
}

static void
test_indexed_transparent (void)
{
  const guint8 ids[] = { UNLABELED, SKY, UNLABELED, SKY, SKY, UNLABELED };
  // The transparent entry's colour is no class, and need not be.
  PngForm         form = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 2,
                        .height = 2, .width = 3, .samples = indices,
                        .palette = { { 1, 2, 3 }, sky_colour },
                        .n_palette = 2, .alpha = { 127, 128 },
                        .n_alpha = 2 };

  assert_map (&form, NULL, ids);
}

// Of a class set in which unlabeled is a class, not a channel after them.
static void
test_unlabeled_class (void)
{
  const guint8 ids[] = { 0, 23, 0, 23, 23, 0 };
  PngForm      form = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 2,
                        .height = 2, .width = 3, .samples = indices,
                        .palette = { { 1, 2, 3 }, { 70, 130, 180 } },
                        .n_palette = 2, .alpha = { 127, 128 }, .n_alpha = 2 };
  SpadeConfig  config = { .class_set_name = "cityscapes",
                          .class_set = spade_class_set_find ("cityscapes",
                                                             NULL),
                          .n_classes = 35 };

  assert_map_of (&config, &form, NULL, ids);
}

// As in GIMP.
static void
test_empty (void)
{
  const guint8     clear[16] = { 0 };
  PngForm          form = { .type = PNG_COLOR_TYPE_RGB_ALPHA, .bits = 8,
                            .height = 2, .width = 2, .samples = clear };
  g_autofree char *path = write_form (&form);
  SpadeConfig      config = coco_config ();

  assert_refused (&config, path, "auto", SPADE_ERROR_MAP,
                  "is empty: all of it is transparent");
  g_unlink (path);
}

static void
test_indexed_stray (void)
{
  PngForm form = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 8, .height = 2,
                .width = 3, .samples = indices,
                .palette = { tree_colour, { 1, 2, 3 } }, .n_palette = 2 };
  g_autofree char *path = write_form (&form);
  SpadeConfig      config = coco_config ();

  assert_refused (&config, path, "auto", SPADE_ERROR_CLASSES,
                  "1 #010203 (3 pixels)");
  g_unlink (path);
}

static void
test_grey_labels (void)
{
  const guint8 labels[] = { 0, 105, 181, 182, 255, 168 };
  const guint8 ids[] = { 0, 105, 181, UNLABELED, UNLABELED, TREE };

  for (int interlace = 0; interlace <= 1; interlace++)
    {
      PngForm form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8, .height = 2,
                    .width = 3, .samples = labels, .interlace = interlace };

      assert_map (&form, "auto", ids);
      assert_map (&form, "index", ids);
    }
}

// A writer may pack a grey file of 0 and 255 into 1 bit, or one of 0, 85 and
// 170 into 2: the labels are what the values are in 8 bits.
static void
test_grey_packed (void)
{
  const guint8 bits1[] = { 0, 1, 0, 1, 1, 0 };
  const guint8 ids1[] = { 0, UNLABELED, 0, UNLABELED, UNLABELED, 0 };
  const guint8 bits2[] = { 0, 1, 2, 3, 0, 1 };
  const guint8 ids2[] = { 0, 85, 170, UNLABELED, 0, 85 };
  png_color_16 key = { .gray = 1 };
  const guint8 keyed[] = { 0, UNLABELED, 170, UNLABELED, 0, UNLABELED };
  PngForm form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 1, .height = 2,
                .width = 3, .samples = bits1 };

  assert_map (&form, "auto", ids1);
  form.bits = 2;
  form.samples = bits2;
  assert_map (&form, "auto", ids2);
  form.key = &key;
  assert_map (&form, "auto", keyed);
}

static void
test_grey_alpha (void)
{
  const guint8  pairs[] = { 3, 255, 4, 0, 5, 128, 6, 127, 200, 0, 9, 255 };
  const guint8  ids[] = { 3, UNLABELED, 5, UNLABELED, UNLABELED, 9 };
  const guint16 wide[] = { 3, 65535, 4, 0, 5, 32768,
                           6, 32767, 200, 0, 9, 65535 };
  PngForm form = { .type = PNG_COLOR_TYPE_GRAY_ALPHA, .bits = 8, .height = 2,
                .width = 3, .samples = pairs };

  assert_map (&form, "auto", ids);
  form.bits = 16;
  form.samples = wide;
  assert_map (&form, "auto", ids);
}

static void
test_grey_16 (void)
{
  const guint16    labels[] = { 0, 1, 2, 181, 255, 168 };
  const guint16    large[] = { 0, 1, 2, 181, 256, 168 };
  const guint8     ids[] = { 0, 1, 2, 181, UNLABELED, TREE };
  SpadeConfig      config = coco_config ();
  PngForm             form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 16,
                            .height = 2, .width = 3, .samples = labels };
  g_autofree char *path = NULL;

  assert_map (&form, "auto", ids);
  form.samples = large;
  path = write_form (&form);
  assert_refused (&config, path, "auto", SPADE_ERROR_MAP, "go up to 256");
  g_unlink (path);
}

static void
test_grey_stray (void)
{
  const guint8     labels[] = { 0, 1, 2, 183, 183, 200 };
  SpadeConfig      config = coco_config ();
  PngForm             form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8,
                            .height = 2, .width = 3, .samples = labels };
  g_autofree char *path = write_form (&form);

  assert_refused (&config, path, "auto", SPADE_ERROR_CLASSES,
                  "183 #b7b7b7 (2 pixels), 200 #c8c8c8 (1 pixel)");
  g_unlink (path);
}

static void
test_rgb (void)
{
  const guint8 rgb[] = { 0xa8, 0xc8, 0x32, 0x9c, 0xee, 0xdd, 0,    0,    0,
                         0x9c, 0xee, 0xdd, 0xa8, 0xc8, 0x32, 0x9c, 0xee, 0xdd };
  const guint8 ids[] = { TREE, SKY, UNLABELED, SKY, TREE, SKY };
  guint16      wide[18];
  PngForm form = { .type = PNG_COLOR_TYPE_RGB, .bits = 8, .height = 2,
                .width = 3, .samples = rgb, .interlace = 1 };

  assert_map (&form, "auto", ids);
  for (int i = 0; i < 18; i++)
    wide[i] = (guint16) (rgb[i] * 257);
  form.bits = 16;
  form.samples = wide;
  assert_map (&form, "colour", ids);
}

static void
test_rgb_transparent (void)
{
  const guint8 rgba[] = { 0xa8, 0xc8, 0x32, 255, 1, 2, 3, 0,
                          0x9c, 0xee, 0xdd, 128, 0x9c, 0xee, 0xdd, 127 };
  const guint8 rgb[] = { 0xa8, 0xc8, 0x32, 1, 2, 3, 0x9c, 0xee, 0xdd, 1, 2, 3 };
  const guint8 ids[] = { TREE, UNLABELED, SKY, UNLABELED };
  png_color_16 key = { .red = 1, .green = 2, .blue = 3 };
  PngForm form = { .type = PNG_COLOR_TYPE_RGB_ALPHA, .bits = 8, .height = 2,
                .width = 2, .samples = rgba };

  assert_map (&form, "auto", ids);
  form.type = PNG_COLOR_TYPE_RGB;
  form.samples = rgb;
  form.key = &key;
  assert_map (&form, "auto", ids);
}

// Tree and sky of ADE20K; a table goes by the colours as they appear.
static void
test_rgb_foreign (void)
{
  const guint8 rgb[] = { 0x04, 0xc8, 0x03, 0x06, 0xe6, 0xe6 };
  const guint8 ids[] = { TREE, SKY };
  const guint8 of_table[] = { TREE, 154 };
  PngForm      form = { .type = PNG_COLOR_TYPE_RGB, .bits = 8, .height = 1,
                        .width = 2, .samples = rgb };

  assert_map (&form, "auto", ids);
  assert_map (&form, NULL, ids);
  assert_map (&form, "1=sea", of_table);
  assert_map (&form, "#06e6e6=sea", of_table);
}

// More colours than a palette has: those of a table by colour, and a standard one.
static void
test_rgb_by_colour (void)
{
  g_autoptr (GString) table = g_string_new (NULL);
  guint8              rgb[257 * 3] = { 0 }, ids[257];
  PngForm             form = { .type = PNG_COLOR_TYPE_RGB, .bits = 8, .height = 1,
                               .width = 257, .samples = rgb };
  g_autofree char    *path = NULL;
  SpadeConfig         config = coco_config ();

  for (int i = 0; i < 256; i++)
    {
      rgb[3 * i] = (guint8) i;
      rgb[3 * i + 1] = 7;
      ids[i] = i % 2 ? TREE : SKY;
      g_string_append_printf (table, "#%02x0700=%s;", i, i % 2 ? "tree" : "sky-other");
    }
  memcpy (rgb + 3 * 256, ((guint8[]) { 0xa8, 0xc8, 0x32 }), 3);
  ids[256] = TREE;
  assert_map (&form, table->str, ids);
  rgb[1] = 9;
  path = write_form (&form);
  assert_refused (&config, path, table->str, SPADE_ERROR_CLASSES, "#000900");
  g_unlink (path);
}

// Of what an RGB file lacks, and of the colours that the named label set lacks,
// nothing is guessed.
static void
test_rgb_refused (void)
{
  const guint8     rgb[] = { 0x9c, 0xee, 0xdd, 0x06, 0xe6, 0xe6 };
  SpadeConfig      config = coco_config ();
  PngForm          form = { .type = PNG_COLOR_TYPE_RGB, .bits = 8, .height = 1,
                            .width = 2, .samples = rgb };
  g_autofree char *path = write_form (&form);

  assert_refused (&config, path, "index", SPADE_ERROR_CLASSES, "an RGB");
  assert_refused (&config, path, "name", SPADE_ERROR_CLASSES, "an RGB");
  assert_refused (&config, path, "ade20k", SPADE_ERROR_CLASSES, "#9ceedd");
  g_unlink (path);
}

static void
test_rgb_gpl (void)
{
  const guint8     rgb[] = { 1, 2, 3, 0x9c, 0xee, 0xdd };
  const guint8     ids[] = { TREE, SKY };
  PngForm             form = { .type = PNG_COLOR_TYPE_RGB, .bits = 8,
                            .height = 1, .width = 2, .samples = rgb };
  g_autofree char *png_path = temporary_path ();
  g_autofree char *path = g_strconcat (png_path, ".gpl", NULL);

  g_assert_true (g_file_set_contents (path, "GIMP Palette\n1 2 3 tree\n"
                                      "156 238 221 sky-other\n", -1, NULL));
  assert_map (&form, path, ids);
  g_unlink (path);
  g_unlink (png_path);
}

// The second of these pixels is between tree and sky, the last one transparent.
static void
test_soft_edge (void)
{
  const guint8 pixels[] = { 0xa8, 0xc8, 0x32, 255, 0xa2, 0xdb, 0x87, 255,
                            0x9c, 0xee, 0xdd, 255, 0xa2, 0xdb, 0x87, 0 };
  const guint8 ids[] = { TREE, TREE, SKY, UNLABELED };
  PngForm      form = { .type = PNG_COLOR_TYPE_RGBA, .bits = 8, .height = 1,
                        .width = 4, .samples = pixels };
  SpadeConfig          config = coco_config ();
  g_autofree char     *path = write_form (&form);
  g_autoptr (GError)   error = NULL;
  g_autoptr (SpadeMap) map = map_file_load (path, &config, "auto", TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (map->ids, 4, ids, 4);
  assert_refused (&config, path, "auto", SPADE_ERROR_CLASSES, "#a2db87");
  g_unlink (path);
}

static void
test_no_names (void)
{
  const guint8     labels[] = { 0, 4, 255, 1 };
  const guint8     ids[] = { 0, 4, 5, 1 };
  SpadeConfig      config = { .class_set_name = "", .n_classes = 5,
                              .has_unlabeled = TRUE };
  PngForm             form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8,
                            .height = 2, .width = 2, .samples = labels };

  assert_map_of (&config, &form, "auto", ids);
}

static void
test_no_unlabeled (void)
{
  const guint8     pairs[] = { 0, 255, 4, 0 };
  SpadeConfig      config = { .class_set_name = "", .n_classes = 5 };
  PngForm             form = { .type = PNG_COLOR_TYPE_GRAY_ALPHA, .bits = 8,
                            .height = 1, .width = 2, .samples = pairs };
  g_autofree char *path = write_form (&form);

  assert_refused (&config, path, "auto", SPADE_ERROR_MAP,
                  "1 pixels of the map");
  g_unlink (path);
}

static void
test_not_a_png (void)
{
  SpadeConfig      config = coco_config ();
  g_autofree char *path = temporary_path ();

  assert_refused (&config, path, "auto", SPADE_ERROR_FILE, "not a PNG file");
  g_assert_true (g_file_set_contents (path, "GIF89a, or so it says", -1,
                                      NULL));
  assert_refused (&config, path, "auto", SPADE_ERROR_FILE, "not a PNG file");
  g_unlink (path);
  assert_refused (&config, path, "auto", SPADE_ERROR_FILE, "cannot be opened");
  assert_refused (&config, g_get_tmp_dir (), "auto", SPADE_ERROR_FILE, "");
}

// A PNG cut after each of its bytes, and with each of its bytes changed, is
// read or refused, and never more than that; a cut one is always refused.
static void
test_damaged (void)
{
  PngForm form = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 8, .height = 2,
                .width = 3, .samples = indices, .interlace = 1,
                .palette = { tree_colour, sky_colour }, .n_palette = 2 };
  g_autofree char *path = write_form (&form);
  g_autofree char *bytes = NULL;
  SpadeConfig      config = coco_config ();
  gsize            size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize cut = 0; cut < size; cut++)
    {
      g_assert_true (g_file_set_contents_full (path, bytes, cut,
                                                 G_FILE_SET_CONTENTS_NONE,
                                                 0600, NULL));
      assert_refused (&config, path, "auto", SPADE_ERROR_FILE, path);
    }
  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GError)   error = NULL;
      g_autoptr (SpadeMap) map = NULL;

      bytes[i] ^= 0x55;
      g_assert_true (g_file_set_contents_full (path, bytes, size,
                                                 G_FILE_SET_CONTENTS_NONE,
                                                 0600, NULL));
      bytes[i] ^= 0x55;
      map = map_file_load (path, &config, "auto", FALSE, &error);
      g_assert_true ((map == NULL) == (error != NULL));
    }
  g_unlink (path);
}

static void
assert_instances (const PngForm    *form,
                  const guint32 *instances)
{
  g_autofree char     *path = write_form (form);
  g_autoptr (SpadeMap) map = spade_map_new (2, 3, FALSE, NULL);
  g_autoptr (GError)   error = NULL;

  g_assert_true (map_file_load_instances (map, path, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (map->instances, 24, instances, 24);
  g_unlink (path);
}

static void
test_instances (void)
{
  const guint8  bytes[] = { 0, 1, 2, 3, 254, 255 };
  const guint32 numbers[] = { 0, 1, 2, 3, 254, 255 };
  const guint16 wide[] = { 0, 1, 2, 3, 30000, 65535 };
  const guint32 wide_numbers[] = { 0, 1, 2, 3, 30000, 65535 };
  const guint8  rgb[] = { 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 9, 9, 9 };
  const guint32 colours[] = { 1, 256, 65536, 1, 1, 0x090909 };
  const guint32 entries[] = { 0, 1, 0, 1, 1, 0 };
  PngForm form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8, .height = 2,
                .width = 3, .samples = bytes };

  assert_instances (&form, numbers);
  form.bits = 16;
  form.samples = wide;
  assert_instances (&form, wide_numbers);
  form.bits = 8;
  form.type = PNG_COLOR_TYPE_RGB;
  form.samples = rgb;
  assert_instances (&form, colours);
  form.type = PNG_COLOR_TYPE_PALETTE;
  form.samples = indices;
  form.palette[0] = form.palette[1] = tree_colour;
  form.n_palette = 2;
  assert_instances (&form, entries);
}

static void
test_instances_size (void)
{
  PngForm form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8, .height = 2,
                .width = 3, .samples = indices };
  g_autofree char     *path = write_form (&form);
  g_autoptr (SpadeMap) map = spade_map_new (3, 2, FALSE, NULL);
  g_autoptr (GError)   error = NULL;

  g_assert_false (map_file_load_instances (map, path, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MAP);
  g_assert_nonnull (strstr (error->message, "3 x 2"));
  g_assert_nonnull (strstr (error->message, "2 x 3"));
  g_unlink (path);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/map-file/indexed-goes-by-palette", test_indexed);
  g_test_add_func ("/map-file/indexed-goes-by-table", test_indexed_table);
  g_test_add_func ("/map-file/transparent-entries-are-unlabeled",
                   test_indexed_transparent);
  g_test_add_func ("/map-file/unlabeled-can-be-one-of-the-classes",
                   test_unlabeled_class);
  g_test_add_func ("/map-file/refuses-an-empty-map", test_empty);
  g_test_add_func ("/map-file/lists-entries-without-a-class",
                   test_indexed_stray);
  g_test_add_func ("/map-file/grey-values-are-labels", test_grey_labels);
  g_test_add_func ("/map-file/packed-grey-means-its-8-bit-value",
                   test_grey_packed);
  g_test_add_func ("/map-file/transparent-grey-is-unlabeled",
                   test_grey_alpha);
  g_test_add_func ("/map-file/16-bit-grey-must-hold-class-ids", test_grey_16);
  g_test_add_func ("/map-file/lists-values-without-a-class", test_grey_stray);
  g_test_add_func ("/map-file/rgb-goes-by-palette-colours", test_rgb);
  g_test_add_func ("/map-file/transparent-rgb-is-unlabeled",
                   test_rgb_transparent);
  g_test_add_func ("/map-file/rgb-can-be-in-another-palette",
                   test_rgb_foreign);
  g_test_add_func ("/map-file/rgb-can-go-by-a-table-of-colours",
                   test_rgb_by_colour);
  g_test_add_func ("/map-file/rgb-has-no-indices-and-no-names",
                   test_rgb_refused);
  g_test_add_func ("/map-file/snaps-soft-edges-when-asked-to", test_soft_edge);
  g_test_add_func ("/map-file/a-gimp-palette-maps-rgb", test_rgb_gpl);
  g_test_add_func ("/map-file/works-without-class-names", test_no_names);
  g_test_add_func ("/map-file/needs-unlabeled-for-transparency",
                   test_no_unlabeled);
  g_test_add_func ("/map-file/refuses-what-is-no-png", test_not_a_png);
  g_test_add_func ("/map-file/survives-damage-anywhere", test_damaged);
  g_test_add_func ("/map-file/instances-come-in-every-form", test_instances);
  g_test_add_func ("/map-file/instances-must-fit-the-map",
                   test_instances_size);
  return g_test_run ();
}
