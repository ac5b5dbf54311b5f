// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What a checkpoint is taken for: its classes, its upsampling and its size, by
// what is in it, by what is said, and by what the authors' checkpoints are
// (data/cityscapes_dataset.py and data/ade20k_dataset.py of NVlabs/SPADE).

#include "checkpoint-fixture.h"
#include "scratch.h"
#include "shapes-file.h"

static void
test_class_sets (void)
{
  Fixture fixture = fixture_set_up ("coco-stuff-f16");
  SpadeModel *model;

  fixture.options.class_set = NULL; // 184 channels tell
  model = fixture_import (&fixture);
  g_assert_cmpstr (spade_model_get_config (model)->class_set_name, ==,
                   "coco-stuff");
  g_assert_nonnull (spade_model_get_config (model)->class_set);
  g_assert_true (spade_model_get_config (model)->has_edge);
  spade_model_unref (model);
  fixture.options.class_set = "no-such-set";
  fixture_refuse (&fixture, SPADE_ERROR_CLASSES, "no-such-set");
  fixture_tear_down (&fixture);

  fixture = fixture_set_up ("normal-syncbatch");
  fixture.options.class_set = "coco-stuff";
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, "5 channels");
  fixture.options.class_set = NULL;
  model = fixture_import (&fixture);
  g_assert_cmpstr (spade_model_get_config (model)->class_set_name, ==, "");
  spade_model_unref (model);
  fixture_tear_down (&fixture);
}

static void
test_options (void)
{
  Fixture fixture = fixture_set_up ("normal-syncbatch");

  fixture.options.has_upsampling = TRUE;
  fixture.options.upsampling = SPADE_UPSAMPLING_MOST;
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, "cannot be most");
  fixture.options.has_upsampling = FALSE;
  fixture.options.dtype = "f8";
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, "f32, bf16 or f16");
  fixture_tear_down (&fixture);

  fixture = fixture_set_up ("most-nf3-views");
  fixture.options.has_upsampling = TRUE;
  fixture.options.upsampling = SPADE_UPSAMPLING_NORMAL;
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, "must be most");
  fixture_tear_down (&fixture);

  fixture = fixture_set_up ("normal-vae-oblong"); // 2 x 5 places
  fixture.options.crop_size = 0;
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, "crop size");
  fixture.options.crop_size = 96;
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, "crop size");
  fixture.options.crop_size = 160;
  fixture.options.aspect = 1;
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, "crop size");
  fixture.options.aspect = 2; // 2.5 goes to 2
  spade_model_unref (fixture_import (&fixture));
  fixture.options.crop_size = 0;
  spade_model_unref (fixture_import (&fixture));
  fixture_tear_down (&fixture);

  fixture = fixture_set_up ("normal-vae-below"); // 8 x 8 places need no telling
  fixture.options.crop_size = 0;
  spade_model_unref (fixture_import (&fixture));
  fixture_tear_down (&fixture);
}

// What is said of a checkpoint, and what it must be taken for.
typedef struct
{
  const char        *known_as;
  const char        *class_set;
  int                n_classes;
  gboolean           has_unlabeled, has_edge;
  SpadeImportOptions said;
} ClassCase;

static void
check_classes (int n_channels, const ClassCase *cases, guint n)
{
  g_autofree char *path = shapes_write ("shapes.pth", n_channels, 0, FALSE, 3);

  for (guint i = 0; i < n; i++)
    {
      SpadeImportOptions options = cases[i].said;
      SpadeImportReading reading;
      g_autoptr (GError) error = NULL;

      g_test_message ("%d channels, case %u", n_channels, i);
      options.generator_path = path;
      spade_checkpoint_look (&options, &reading, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (reading.known_as, ==, cases[i].known_as);
      g_assert_cmpstr (reading.class_set, ==, cases[i].class_set);
      g_assert_cmpint (reading.n_channels, ==, n_channels);
      g_assert_cmpint (reading.n_classes, ==, cases[i].n_classes);
      g_assert_cmpint (reading.has_unlabeled, ==, cases[i].has_unlabeled);
      g_assert_cmpint (reading.has_edge, ==, cases[i].has_edge);
    }
}

#define CHECK_CLASSES(n_channels, ...)                                        \
  check_classes (n_channels, (ClassCase[]) { __VA_ARGS__ },                   \
                 G_N_ELEMENTS (((ClassCase[]) { __VA_ARGS__ })))
#define SAID(...) { __VA_ARGS__ }

static void
test_one_channel_more (void)
{
  CHECK_CLASSES (
      183, { NULL, "coco-stuff", 182, TRUE, FALSE, SAID (.class_set = NULL) },
      { NULL, "coco-stuff", 182, FALSE, TRUE, SAID (.has_edge = TRUE) },
      { NULL, "coco-stuff", 182, FALSE, TRUE,
        SAID (.class_set = "coco-stuff", .has_edge = TRUE) },
      { NULL, "coco-stuff", 182, TRUE, FALSE, SAID (.has_unlabeled = TRUE) },
      { NULL, "", 181, TRUE, TRUE,
        SAID (.has_edge = TRUE, .has_unlabeled = TRUE) });
  CHECK_CLASSES (
      182, { NULL, "coco-stuff", 182, FALSE, FALSE, SAID (.class_set = NULL) },
      { NULL, "", 181, FALSE, TRUE, SAID (.has_edge = TRUE) });
  CHECK_CLASSES (
      184, { NULL, "coco-stuff", 182, TRUE, TRUE, SAID (.has_edge = TRUE) },
      { NULL, "", 184, FALSE, FALSE, SAID (.class_set = "") });
}

static void
test_known (void)
{
  CHECK_CLASSES (
      36,
      { "Cityscapes", "cityscapes", 35, FALSE, TRUE, SAID (.class_set = NULL) },
      { "Cityscapes", "cityscapes", 35, FALSE, TRUE, SAID (.has_edge = TRUE) },
      { "Cityscapes", "cityscapes", 35, FALSE, TRUE,
        SAID (.class_set = "cityscapes") },
      { NULL, "cityscapes", 35, FALSE, TRUE, SAID (.aspect = 0.5) },
      { NULL, "cityscapes", 35, FALSE, TRUE, SAID (.crop_size = 256) },
      { NULL, "", 35, TRUE, FALSE, SAID (.has_unlabeled = TRUE) },
      { NULL, "", 36, FALSE, FALSE, SAID (.class_set = "") },
      { NULL, "", 35, FALSE, TRUE, SAID (.class_set = "", .has_edge = TRUE) });
  CHECK_CLASSES (
      151, { "ADE20K", "ade20k", 151, FALSE, FALSE, SAID (.class_set = NULL) },
      { NULL, "", 150, TRUE, FALSE, SAID (.has_unlabeled = TRUE) },
      { NULL, "", 150, FALSE, TRUE, SAID (.has_edge = TRUE) },
      { NULL, "", 151, FALSE, FALSE, SAID (.class_set = "") });
  CHECK_CLASSES (
      152, { NULL, "ade20k", 151, FALSE, TRUE, SAID (.class_set = "ade20k") },
      { NULL, "", 152, FALSE, FALSE, SAID (.class_set = NULL) });
  CHECK_CLASSES (
      35, { NULL, "cityscapes", 35, FALSE, FALSE,
            SAID (.class_set = "cityscapes") });
  CHECK_CLASSES (
      5, { NULL, "", 5, FALSE, FALSE, SAID (.class_set = NULL) },
      { NULL, "", 4, FALSE, TRUE, SAID (.has_edge = TRUE) },
      { NULL, "", 4, TRUE, FALSE, SAID (.has_unlabeled = TRUE) });
}

// Classes of a palette, with unlabeled among them or not.
static void
test_palette (void)
{
  const char *with = "GIMP Palette\nName: x\n#\n0 0 0 unlabeled\n1 2 3 skin\n"
                     "4 5 6 hair\n";
  const char *without = "GIMP Palette\n1 2 3 skin\n4 5 6 hair\n";
  g_autofree char *face = scratch_write ("Face.gpl", with, strlen (with));
  g_autofree char *head = scratch_write ("head.gpl", without, strlen (without));
  g_autofree char *taken = scratch_write ("ade20k.gpl", with, strlen (with));
  g_autofree char *path = shapes_write ("shapes.pth", 4, 0, FALSE, 3);
  SpadeImportOptions options = { .generator_path = path, .class_set = taken };
  SpadeImportReading reading;
  g_autoptr (GError) error = NULL;

  CHECK_CLASSES (
      3, { NULL, "face", 3, FALSE, FALSE, SAID (.class_set = face) },
      { NULL, "head", 2, TRUE, FALSE, SAID (.class_set = head) },
      { NULL, "head", 2, FALSE, TRUE,
        SAID (.class_set = head, .has_edge = TRUE) });
  CHECK_CLASSES (
      4, { NULL, "face", 3, FALSE, TRUE, SAID (.class_set = face) },
      { NULL, "face", 3, TRUE, FALSE,
        SAID (.class_set = face, .has_unlabeled = TRUE) },
      { NULL, "head", 2, TRUE, TRUE, SAID (.class_set = head) });
  g_assert_false (spade_checkpoint_look (&options, &reading, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_nonnull (strstr (error->message, "cannot be called \"ade20k\""));
}

// How many places fc makes, what is said, and what size that is; width 0: none.
typedef struct
{
  int                n_places;
  SpadeImportOptions said;
  SpadeUpsampling    upsampling;
  int                width, height;
} SizeCase;

#define NORMAL SPADE_UPSAMPLING_NORMAL
#define MORE SPADE_UPSAMPLING_MORE
#define MOST SPADE_UPSAMPLING_MOST

static void
check_size (int n_channels, gboolean has_up_4, const SizeCase *this)
{
  g_autofree char   *path = shapes_write ("shapes.pth", n_channels,
                                          this->n_places, has_up_4, 3);
  SpadeImportOptions options = this->said;
  SpadeImportReading reading;
  g_autoptr (GError) error = NULL;

  options.generator_path = path;
  spade_checkpoint_look (&options, &reading, &error);
  if (this->width == 0)
    {
      g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CHECKPOINT);
      g_assert_nonnull (strstr (error->message,
                                "say its crop size, upsampling and aspect"));
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpint (reading.upsampling, ==, this->upsampling);
  g_assert_cmpint (reading.crop_size, ==, this->width);
  g_assert_cmpfloat_with_epsilon (reading.crop_size / reading.aspect,
                                  this->height, 1e-6);
  g_assert_cmpint (reading.has_vae, ==, this->n_places > 0);
}

// Places are pixels / 32 with normal, / 64 with more and / 128 with most.
static void
test_vae_sizes (void)
{
  static const SizeCase cases[] = {
    { 64, { .crop_size = 512 }, MORE, 512, 512 },
    { 64, { .crop_size = 512, .aspect = 1 }, MORE, 512, 512 },
    { 64, { .crop_size = 256 }, NORMAL, 256, 256 },
    { 64, { .class_set = NULL }, NORMAL, 256, 256 },
    { 64, { .has_upsampling = TRUE, .upsampling = MORE }, MORE, 512, 512 },
    // 32 x 2 and 16 x 4, 64 x 1 and 32 x 2: nothing that people train on.
    { 64, { .crop_size = 1024 }, NORMAL, 0, 0 },
    { 64, { .crop_size = 2048 }, NORMAL, 0, 0 },
    // ... unless they say so.
    { 64, { .crop_size = 512, .has_upsampling = TRUE }, NORMAL, 512, 128 },
    { 64, { .crop_size = 512, .aspect = 4 }, NORMAL, 512, 128 },
    { 32, { .crop_size = 512 }, MORE, 512, 256 },
    { 32, { .crop_size = 256 }, NORMAL, 256, 128 },
    { 32, { .aspect = 2 }, NORMAL, 256, 128 },
    { 32, { .class_set = NULL }, NORMAL, 0, 0 },
    // 16 x 8 and 8 x 16: the first.
    { 128, { .crop_size = 512 }, NORMAL, 512, 256 },
  };
  static const SizeCase most[] = {
    { 16, { .crop_size = 512 }, MOST, 512, 512 },
    { 16, { .class_set = NULL }, MOST, 512, 512 },
    { 16, { .crop_size = 2048 }, MOST, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_size (5, FALSE, &cases[i]);
  for (guint i = 0; i < G_N_ELEMENTS (most); i++)
    check_size (5, TRUE, &most[i]);
}

static void
test_known_sizes (void)
{
  static const SizeCase cases[] = {
    { 0, { .class_set = NULL }, MORE, 512, 256 },
    { 0, { .class_set = "" }, NORMAL, 256, 256 },
    { 0, { .crop_size = 1024 }, MORE, 1024, 512 },
    { 0, { .has_upsampling = TRUE, .aspect = 1 }, NORMAL, 512, 512 },
    { 32, { .class_set = NULL }, MORE, 512, 256 },
    { 64, { .class_set = NULL }, NORMAL, 256, 256 }, // another training's
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_size (36, FALSE, &cases[i]);
}

static void
test_kernels (void)
{
  static const int sides[] = { 2, 7 };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autofree char   *path = shapes_write ("shapes.pth", 5, 0, FALSE,
                                              sides[i]);
      g_autofree char   *kernels = g_strdup_printf ("use %d x %d kernels",
                                                    sides[i], sides[i]);
      SpadeImportOptions options = { .generator_path = path };
      SpadeImportReading reading;
      g_autoptr (GError) error = NULL;

      g_assert_false (spade_checkpoint_look (&options, &reading, &error));
      g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CHECKPOINT);
      g_assert_nonnull (strstr (error->message, kernels));
    }
}

// The golden's pictures are PyTorch's, so this is not its own judge.
static void
test_said_crop (void)
{
  Fixture fixture = fixture_set_up ("more-vae-instance-k5"); // 2 x 1 places
  SpadeModel *model;

  fixture.options.has_upsampling = FALSE;
  model = fixture_import (&fixture);
  g_assert_cmpint (spade_model_get_config (model)->upsampling, ==, MORE);
  g_assert_cmpint (spade_model_get_config (model)->base_width, ==, 2);
  spade_model_unref (model);
  fixture_tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint-reading/tells-class-sets-by-channels",
                   test_class_sets);
  g_test_add_func ("/checkpoint-reading/is-told-what-one-channel-more-is",
                   test_one_channel_more);
  g_test_add_func ("/checkpoint-reading/knows-the-authors-checkpoints",
                   test_known);
  g_test_add_func ("/checkpoint-reading/takes-the-classes-of-a-palette",
                   test_palette);
  g_test_add_func ("/checkpoint-reading/knows-their-size-unless-told",
                   test_known_sizes);
  g_test_add_func ("/checkpoint-reading/takes-a-vae-for-the-likely-size",
                   test_vae_sizes);
  g_test_add_func ("/checkpoint-reading/finds-more-by-the-crop-size",
                   test_said_crop);
  g_test_add_func ("/checkpoint-reading/says-which-kernels-cannot-be-used",
                   test_kernels);
  g_test_add_func ("/checkpoint-reading/refuses-options-that-do-not-fit",
                   test_options);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
