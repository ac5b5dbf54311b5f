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
  if (strcmp (golden_tell (fixture.golden, "encoder"), "none") != 0)
    fixture.options.encoder_path = fixture.encoder;
  fixture.options.has_upsampling
      = strcmp (golden_tell (fixture.golden, "upsampling"), "more") == 0;
  fixture.options.upsampling = SPADE_UPSAMPLING_MORE;
  fixture.options.crop_size = golden_tell_number (fixture.golden, "crop_size");
  // Beyond 3 the places of a VAE are not taken for what they are.
  if (g_ascii_strtod (golden_tell (fixture.golden, "aspect"), NULL) > 3)
    fixture.options.aspect
        = g_ascii_strtod (golden_tell (fixture.golden, "aspect"), NULL);
  fixture.options.class_set = "";
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

// A tensor of the one storage there is, which is as long as the largest.
static void
append_tensor (GString *pickle, const char *name, int n_dims, const int *shape)
{
  int stride = 1;

  g_string_append_printf (
      pickle, "V%s\nctorch._utils\n_rebuild_tensor_v2\n((Vstorage\n"
      "ctorch\nHalfStorage\nV0\nVcpu\nI1000000\nNtQI0\n(", name);
  for (int i = 0; i < n_dims; i++)
    g_string_append_printf (pickle, "I%d\n", shape[i]);
  g_string_append (pickle, "t(");
  for (int i = n_dims; i-- > 0;)
    stride *= shape[i];
  for (int i = 0; i < n_dims; i++)
    {
      stride /= shape[i];
      g_string_append_printf (pickle, "I%d\n", stride);
    }
  g_string_append (pickle, "tI00\n(dtR");
}

char *
fixture_write_shapes (int n_channels, int n_places, gboolean has_up_4)
{
  static const char head[] = "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50"
                             "\x19.\x80\2M\xe9\3.\x80\2}X\x0d\0\0\0little_endian"
                             "\x88s.\x80\2}(";
  static const char tail[] = "u.\x80\2](V0\ne.\x40\x42\x0f\0\0\0\0\0";
  GString          *file = g_string_new_len (head, sizeof head - 1);
  g_autofree char  *zeros = g_malloc0 (2000000);
  char             *path;

  append_tensor (file, "conv_img.weight", 4, (int[]) { 3, 1, 3, 3 });
  append_tensor (file, "head_0.conv_0.weight", 4, (int[]) { 16, 16, 3, 3 });
  append_tensor (file, "head_0.norm_0.mlp_shared.0.weight", 4,
                 (int[]) { 1, n_channels, 3, 3 });
  if (n_places > 0)
    append_tensor (file, "fc.weight", 2, (int[]) { 16 * n_places, 8 });
  if (has_up_4)
    append_tensor (file, "up_4.conv_0.bias", 1, (int[]) { 1 });
  g_string_append_len (file, tail, sizeof tail - 1);
  g_string_append_len (file, zeros, 2000000);
  path = scratch_write ("shapes.pth", file->str, file->len);
  g_string_free (file, TRUE);
  return path;
}
