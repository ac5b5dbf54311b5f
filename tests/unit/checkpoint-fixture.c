// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See checkpoint-fixture.h.

#include "checkpoint-fixture.h"
#include "scratch.h"

char *
fixture_golden (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_test_build_filename (G_TEST_DIST, "data", "golden", file, NULL);
}

char *
fixture_checkpoint (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "checkpoints", name,
                                NULL);
}

Fixture
fixture_set_up (const char *name)
{
  Fixture          fixture = { 0 };
  g_autofree char *path = fixture_golden (name, ".safetensors");

  fixture.golden = spade_safetensors_open (path, NULL);
  g_assert_nonnull (fixture.golden);
  fixture.generator = fixture_golden (name, ".pth");
  fixture.encoder = fixture_golden (name, "-encoder.pth");
  fixture.out = scratch_path ("model.safetensors");
  fixture.options.generator_path = fixture.generator;
  if (strcmp (golden_tell (fixture.golden, "encoder"), "none") != 0
      && !golden_is_imaginaire (fixture.golden))
    fixture.options.encoder_path = fixture.encoder;
  fixture.options.has_upsampling
      = !golden_is_imaginaire (fixture.golden)
        && strcmp (golden_tell (fixture.golden, "upsampling"), "more") == 0;
  fixture.options.upsampling = SPADE_UPSAMPLING_MORE;
  fixture.options.crop_size = golden_tell_number (fixture.golden, "crop_size");
  // Beyond 3 the places of a VAE are not taken for what they are.
  if (g_ascii_strtod (golden_tell (fixture.golden, "aspect"), NULL) > 3)
    fixture.options.aspect
        = g_ascii_strtod (golden_tell (fixture.golden, "aspect"), NULL);
  // Where the authors' number of channels tells that there is one more.
  fixture.options.class_set
      = g_strcmp0 (spade_safetensors_get_metadata (fixture.golden, "case.n_unused"),
                   "1") == 0
            ? NULL
            : "";
  fixture.options.has_unlabeled
      = golden_tell_truth (fixture.golden, "unlabeled");
  fixture.options.has_edge = golden_tell_truth (fixture.golden, "edge");
  return fixture;
}

void
fixture_tear_down (Fixture *fixture)
{
  spade_safetensors_free (fixture->golden);
  g_free (fixture->generator);
  g_free (fixture->encoder);
  g_free (fixture->out);
}

SpadeModel *
fixture_import (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SpadeModel *model;

  spade_checkpoint_import (&fixture->options, fixture->out, NULL, &error);
  g_assert_no_error (error);
  model = spade_model_load (fixture->out, &error);
  g_assert_no_error (error);
  return model;
}

void
fixture_refuse (const Fixture *fixture, SpadeError code, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *out = scratch_path ("refused.safetensors");

  g_assert_false (spade_checkpoint_import (&fixture->options, out, NULL,
                                           &error));
  g_assert_error (error, SPADE_ERROR, (int) code);
  if (strstr (error->message, word) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, word);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}
