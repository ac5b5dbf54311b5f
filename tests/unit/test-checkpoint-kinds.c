// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the checkpoints of OASIS, CLADE and imaginaire are taken for, by what is in them and by
// what is said.

#include "checkpoint-fixture.h"
#include "scratch.h"
#include "shapes-file.h"

static SpadeImportReading
look (const char *path, SpadeImportOptions said)
{
  SpadeImportReading reading;
  g_autoptr (GError) error = NULL;

  said.generator_path = path;
  spade_checkpoint_look (&said, &reading, &error);
  g_assert_no_error (error);
  return reading;
}

// A generator of OASIS with so many channels, and what it must be taken for.
static void
test_oasis (void)
{
  static const struct
  {
    int                n_channels, z_dim;
    const char        *known_as, *class_set;
    int                n_classes;
    gboolean           has_unlabeled;
    int                crop_size;
    SpadeImportOptions said;
  } cases[] = {
    { 247, 64, "OASIS COCO-Stuff", "coco-stuff", 182, TRUE, 256, { 0 } },
    { 183, 0, "OASIS COCO-Stuff", "coco-stuff", 182, TRUE, 256, { 0 } },
    { 215, 64, "OASIS ADE20K", "ade20k", 151, FALSE, 256, { 0 } },
    { 151, 0, "OASIS ADE20K", "ade20k", 151, FALSE, 256, { 0 } },
    { 99, 64, "OASIS Cityscapes", "cityscapes", 35, FALSE, 512, { 0 } },
    { 35, 0, "OASIS Cityscapes", "cityscapes", 35, FALSE, 512, { 0 } },
    { 99, 64, NULL, "cityscapes", 35, FALSE, 1024, { .crop_size = 1024 } },
    { 71, 64, NULL, "", 7, FALSE, 256, { 0 } },
    { 71, 64, NULL, "", 6, TRUE, 256, { .has_unlabeled = TRUE } },
    { 64, 0, NULL, "", 64, FALSE, 256, { 0 } },
    { 247, 64, NULL, "", 183, FALSE, 256, { .class_set = "" } },
    { 183, 32, "OASIS ADE20K", "ade20k", 151, FALSE, 256,
      { .has_z_dim = TRUE, .z_dim = 32 } },
    { 71, 0, NULL, "", 71, FALSE, 256, { .has_z_dim = TRUE } },
    // Never the edges of COCO-Stuff.
    { 248, 64, NULL, "", 184, FALSE, 256, { 0 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char   *path = shapes_write_oasis ("oasis.pth",
                                                    cases[i].n_channels);
      SpadeImportReading reading;

      g_test_message ("case %u", i);
      reading = look (path, cases[i].said);
      g_assert_cmpint (reading.kind, ==, SPADE_IMPORT_OASIS);
      g_assert_cmpint (reading.z_dim, ==, cases[i].z_dim);
      g_assert_cmpstr (reading.known_as, ==, cases[i].known_as);
      g_assert_cmpstr (reading.class_set, ==, cases[i].class_set);
      g_assert_cmpint (reading.n_classes, ==, cases[i].n_classes);
      g_assert_cmpint (reading.has_unlabeled, ==, cases[i].has_unlabeled);
      g_assert_cmpint (reading.crop_size, ==, cases[i].crop_size);
    }
}

// Looks at a checkpoint whose path is taken over, and expects a message with piece.
static void
refuse (char *path, SpadeImportOptions said, const char *piece)
{
  g_autofree char   *owned = path;
  SpadeImportReading reading;
  g_autoptr (GError) error = NULL;

  said.generator_path = owned;
  g_assert_false (spade_checkpoint_look (&said, &reading, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CHECKPOINT);
  g_assert_nonnull (strstr (error->message, piece));
}

static void
refuse_oasis (SpadeImportOptions said, const char *piece)
{
  refuse (shapes_write_oasis ("oasis.pth", 70), said, piece);
}

static void
test_bad_oasis (void)
{
  g_autofree char *encoder = fixture_golden ("normal-vae", "-encoder.pth");

  refuse (shapes_write ("shapes.pth", 70, 0, FALSE, 3),
          (SpadeImportOptions) { .has_z_dim = TRUE }, "Only a checkpoint of OASIS");
  refuse_oasis ((SpadeImportOptions) { .has_z_dim = TRUE, .z_dim = 70 },
                "70 channels");
  refuse_oasis ((SpadeImportOptions) { .has_upsampling = TRUE,
                                       .upsampling = SPADE_UPSAMPLING_MOST },
                "must be normal");
  refuse_oasis ((SpadeImportOptions) { .encoder_path = encoder },
                "no VAE");
  refuse_oasis ((SpadeImportOptions) { .has_edge = TRUE }, "no edges");
  refuse_oasis ((SpadeImportOptions) { .output_multiplier = 2 },
                "Only a checkpoint of imaginaire");
}

// A generator of imaginaire with so many channels, and what it must be taken for.
static void
test_imaginaire (void)
{
  static const struct
  {
    int                n_channels;
    gboolean           is_512;
    const char        *known_as, *class_set;
    int                n_classes;
    gboolean           has_unlabeled, has_edge;
    int                crop_size;
    SpadeImportOptions said;
  } cases[] = {
    { 185, FALSE, "imaginaire COCO-Stuff", "coco-stuff", 182, TRUE, TRUE, 256,
      { 0 } },
    { 184, TRUE, "imaginaire LHQ", "coco-stuff", 182, TRUE, FALSE, 512, { 0 } },
    { 184, FALSE, NULL, "coco-stuff", 182, TRUE, FALSE, 256, { 0 } },
    { 184, TRUE, NULL, "coco-stuff", 182, FALSE, TRUE, 512, { .has_edge = TRUE } },
    { 184, TRUE, NULL, "coco-stuff", 182, TRUE, TRUE, 512,
      { .class_set = "coco-stuff", .has_edge = TRUE, .has_unlabeled = TRUE } },
    { 184, TRUE, NULL, "", 184, FALSE, FALSE, 1024,
      { .class_set = "", .crop_size = 1024 } },
    { 7, FALSE, NULL, "", 5, TRUE, TRUE, 256,
      { .has_edge = TRUE, .has_unlabeled = TRUE, .has_upsampling = TRUE } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char   *path = shapes_write_imaginaire (
          "imaginaire.pt", cases[i].n_channels, 0, cases[i].is_512);
      SpadeImportReading reading;

      g_test_message ("case %u", i);
      reading = look (path, cases[i].said);
      g_assert_cmpint (reading.kind, ==, SPADE_IMPORT_IMAGINAIRE);
      g_assert_cmpint (reading.z_dim, ==, 8);
      g_assert_cmpint (reading.n_channels, ==, cases[i].n_channels);
      g_assert_cmpfloat (reading.output_multiplier, ==,
                         cases[i].n_channels == 184 && cases[i].is_512 ? 0.5 : 1);
      g_assert_cmpstr (reading.known_as, ==, cases[i].known_as);
      g_assert_cmpstr (reading.class_set, ==, cases[i].class_set);
      g_assert_cmpint (reading.n_classes, ==, cases[i].n_classes);
      g_assert_cmpint (reading.has_unlabeled, ==, cases[i].has_unlabeled);
      g_assert_cmpint (reading.has_edge, ==, cases[i].has_edge);
      g_assert_cmpint (reading.crop_size, ==, cases[i].crop_size);
    }
}

static void
refuse_imaginaire (int n_positions, SpadeImportOptions said, const char *piece)
{
  refuse (shapes_write_imaginaire ("imaginaire.pt", 7, n_positions, FALSE), said,
          piece);
}

static void
test_bad_imaginaire (void)
{
  g_autofree char *encoder = fixture_golden ("normal-vae", "-encoder.pth");

  refuse_imaginaire (2, (SpadeImportOptions) { 0 }, "sees positions");
  refuse_imaginaire (0, (SpadeImportOptions) { .encoder_path = encoder },
                     "leave it out");
  refuse_imaginaire (0, (SpadeImportOptions) { .has_upsampling = TRUE,
                                               .upsampling = SPADE_UPSAMPLING_MORE },
                     "must be normal");
  refuse_imaginaire (0, (SpadeImportOptions) { .has_z_dim = TRUE },
                     "Only a checkpoint of OASIS");
  refuse_imaginaire (0, (SpadeImportOptions) { .aspect = 1e-300 },
                     "from 0.1 to 10");
}

// A generator of CLADE with so many classes, and edges or none.
static void
test_clade (void)
{
  static const struct
  {
    int                n;
    gboolean           has_edge;
    const char        *known_as, *class_set;
    int                n_classes;
    gboolean           has_unlabeled;
    SpadeUpsampling    upsampling;
    int                crop_size;
    SpadeImportOptions said;
  } cases[] = {
    { 183, TRUE, "CLADE COCO-Stuff", "coco-stuff", 182, TRUE, 0, 256, { 0 } },
    { 151, FALSE, "CLADE ADE20K", "ade20k", 151, FALSE, 0, 256, { 0 } },
    { 35, TRUE, "CLADE Cityscapes", "cityscapes", 35, FALSE, 1, 512, { 0 } },
    { 35, TRUE, "CLADE Cityscapes", "cityscapes", 35, FALSE, 1, 512,
      { .has_edge = TRUE } },
    // As many channels, but edges are none or one of them.
    { 36, FALSE, NULL, "", 36, FALSE, 0, 256, { 0 } },
    { 184, FALSE, NULL, "", 184, FALSE, 0, 256, { 0 } },
    { 150, TRUE, NULL, "", 150, FALSE, 0, 256, { 0 } },
    { 183, FALSE, NULL, "coco-stuff", 182, TRUE, 0, 256, { 0 } },
    { 182, TRUE, NULL, "coco-stuff", 182, FALSE, 0, 256, { 0 } },
    { 183, TRUE, NULL, "coco-stuff", 182, TRUE, 0, 512, { .crop_size = 512 } },
    { 7, TRUE, NULL, "", 6, TRUE, 1, 256,
      { .has_unlabeled = TRUE, .has_upsampling = TRUE, .upsampling = 1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char   *path = shapes_write_clade ("clade.pth", cases[i].n,
                                                    cases[i].has_edge, FALSE);
      SpadeImportReading reading;

      g_test_message ("case %u", i);
      reading = look (path, cases[i].said);
      g_assert_cmpint (reading.kind, ==, SPADE_IMPORT_CLADE);
      g_assert_cmpint (reading.n_channels, ==, cases[i].n + cases[i].has_edge);
      g_assert_cmpstr (reading.known_as, ==, cases[i].known_as);
      g_assert_cmpstr (reading.class_set, ==, cases[i].class_set);
      g_assert_cmpint (reading.n_classes, ==, cases[i].n_classes);
      g_assert_cmpint (reading.has_unlabeled, ==, cases[i].has_unlabeled);
      g_assert_cmpint (reading.has_edge, ==, cases[i].has_edge);
      g_assert_cmpint (reading.upsampling, ==, cases[i].upsampling);
      g_assert_cmpint (reading.crop_size, ==, cases[i].crop_size);
    }
}

static void
test_bad_clade (void)
{
  refuse (shapes_write_clade ("clade.pth", 151, FALSE, TRUE),
          (SpadeImportOptions) { 0 }, "is of CLADE-ICPE");
  refuse (shapes_write_clade ("clade.pth", 151, FALSE, FALSE),
          (SpadeImportOptions) { .has_edge = TRUE }, "see no edges");
  refuse (shapes_write_clade ("clade.pth", 151, FALSE, FALSE),
          (SpadeImportOptions) { .has_z_dim = TRUE }, "Only a checkpoint of OASIS");
  refuse (shapes_write_clade ("clade.pth", 257, FALSE, FALSE),
          (SpadeImportOptions) { 0 }, "has 257 classes");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint-kinds/tells-z-of-oasis-from-classes",
                   test_oasis);
  g_test_add_func ("/checkpoint-kinds/refuses-what-oasis-cannot-be",
                   test_bad_oasis);
  g_test_add_func ("/checkpoint-kinds/knows-imaginaires-generators",
                   test_imaginaire);
  g_test_add_func ("/checkpoint-kinds/refuses-what-imaginaire-cannot-be",
                   test_bad_imaginaire);
  g_test_add_func ("/checkpoint-kinds/tells-edges-of-clade-from-classes", test_clade);
  g_test_add_func ("/checkpoint-kinds/refuses-what-clade-cannot-be", test_bad_clade);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
