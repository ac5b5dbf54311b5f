// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Public checkpoints into models: the checkpoints of tests/data/golden, whose
// metadata says what they are, and the same with something changed.

#include "golden.h"
#include "model-private.h"
#include "scratch.h"
#include "torch-file.h"

#include <math.h>

static const char *const cases[] = {
  "normal-syncbatch",     "normal-batch-k5-edge", "normal-instance",
  "normal-other-size",    "normal-single-class",  "normal-plain-convs",
  "normal-nf4-views",     "normal-vae",           "normal-vae-oblong",
  "normal-vae-beyond",    "normal-vae-below",     "normal-vae-z256",
  "more-channels-last",   "more-vae-instance-k5", "most-nf3-views",
  "most-vae-bf16",        "coco-stuff-f16",
};

static char *
get_golden (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_test_build_filename (G_TEST_DIST, "data", "golden", file, NULL);
}

typedef struct
{
  SpadeSafetensors  *golden;
  char              *generator, *encoder, *out;
  SpadeImportOptions options;
} Fixture;

static Fixture
set_up (const char *name)
{
  Fixture          fixture = { 0 };
  g_autofree char *path = get_golden (name, ".safetensors");

  fixture.golden = spade_safetensors_open (path, NULL);
  g_assert_nonnull (fixture.golden);
  fixture.generator = get_golden (name, ".pth");
  fixture.encoder = get_golden (name, "-encoder.pth");
  fixture.out = scratch_path ("model.safetensors");
  fixture.options.generator_path = fixture.generator;
  if (strcmp (golden_tell (fixture.golden, "encoder"), "none") != 0)
    fixture.options.encoder_path = fixture.encoder;
  fixture.options.has_upsampling
      = strcmp (golden_tell (fixture.golden, "upsampling"), "more") == 0;
  fixture.options.upsampling = SPADE_UPSAMPLING_MORE;
  fixture.options.crop_size = golden_tell_number (fixture.golden, "crop_size");
  fixture.options.class_set = "";
  fixture.options.has_unlabeled
      = golden_tell_truth (fixture.golden, "unlabeled");
  fixture.options.has_edge = golden_tell_truth (fixture.golden, "edge");
  return fixture;
}

static void
tear_down (Fixture *fixture)
{
  spade_safetensors_free (fixture->golden);
  g_free (fixture->generator);
  g_free (fixture->encoder);
  g_free (fixture->out);
}

static SpadeModel *
import (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SpadeModel *model;

  spade_checkpoint_import (&fixture->options, fixture->out, NULL, &error);
  g_assert_no_error (error);
  model = spade_model_load (fixture->out, &error);
  g_assert_no_error (error);
  return model;
}

static void
check_config (const SpadeSafetensors *golden, const SpadeConfig *config)
{
  static const char *const words[] = { "normal", "more", "most" };
  const char *encoder = golden_tell (golden, "encoder");
  g_autofree char *base = g_strdup_printf ("%dx%d", config->base_height,
                                           config->base_width);

  g_assert_cmpstr (words[config->upsampling], ==,
                   golden_tell (golden, "upsampling"));
  g_assert_cmpint (config->nf, ==, golden_tell_number (golden, "nf"));
  g_assert_cmpint (config->nhidden, ==, golden_tell_number (golden, "nhidden"));
  g_assert_cmpint (config->kernel, ==, golden_tell_number (golden, "kernel"));
  g_assert_cmpint (config->z_dim, ==, golden_tell_number (golden, "z_dim"));
  g_assert_cmpint (config->n_classes, ==,
                   golden_tell_number (golden, "classes"));
  g_assert_cmpint (config->has_edge, ==, golden_tell_truth (golden, "edge"));
  g_assert_cmpint (config->has_unlabeled, ==,
                   golden_tell_truth (golden, "unlabeled"));
  g_assert_cmpint (config->crop_size, ==,
                   golden_tell_number (golden, "crop_size"));
  g_assert_cmpint (config->norm == SPADE_NORM_INSTANCE, ==,
                   strcmp (golden_tell (golden, "norm"), "instance") == 0);
  if (config->z_dim > 0)
    g_assert_cmpstr (base, ==, golden_tell (golden, "trained_base"));
  if (strcmp (encoder, "none") == 0)
    g_assert_cmpint (config->encoder_nf, ==, 0);
  else
    {
      g_assert_cmpint (config->encoder_nf, ==, config->nf);
      g_assert_cmpint (config->encoder_layers, ==,
                       config->crop_size >= 256 ? 6 : 5);
      g_assert_cmpint (config->encoder_size, ==,
                       4 << config->encoder_layers);
      g_assert_cmpint (config->encoder_norm == SPADE_NORM_INSTANCE, ==,
                       strcmp (encoder, "spectralinstance") == 0);
    }
}

static void
test_goldens (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture = set_up (cases[i]);
      g_autoptr (SpadeModel) model = import (&fixture);

      g_test_message ("%s", cases[i]);
      check_config (fixture.golden, spade_model_get_config (model));
      g_assert_false (spade_model_get_config (model)->is_untrained);
      tear_down (&fixture);
    }
}

// Reads a tensor of a checkpoint. Free with g_free().
static float *
read_numbers (const SpadeTorchFile *file, const char *name, int64_t *out_n)
{
  const SpadeTorchTensor *tensor = spade_torch_file_get (file, name);
  float                  *numbers;

  g_assert_nonnull (tensor);
  *out_n = spade_torch_tensor_n_elements (tensor);
  numbers = g_new (float, *out_n);
  spade_torch_tensor_read (tensor, numbers);
  return numbers;
}

// Source: Miyato et al. 2018, algorithm 1: what is used is W / sigma (W),
// sigma (W) = u^T W v.
static void
test_spectral_norm (void)
{
  Fixture fixture = set_up ("normal-syncbatch");
  g_autoptr (SpadeModel) model = import (&fixture);
  g_autoptr (SpadeTorchFile) file = spade_torch_file_open (fixture.generator,
                                                           NULL, NULL, NULL);
  int64_t n, n_u, n_v;
  g_autofree float *orig = read_numbers (file, "up_1.conv_s.weight_orig", &n);
  g_autofree float *u = read_numbers (file, "up_1.conv_s.weight_u", &n_u);
  g_autofree float *v = read_numbers (file, "up_1.conv_s.weight_v", &n_v);
  g_autofree float *folded = g_new (float, n);
  double sigma = 0;

  g_assert_cmpint (n, ==, n_u * n_v);
  for (int64_t i = 0; i < n; i++)
    sigma += (double) u[i / n_v] * orig[i] * v[i % n_v];
  g_assert_true (fabs (sigma - 1) > 0.05); // else nothing would be tested
  spade_tensor_read (spade_model_get_tensor (model, "up_1.conv_s.weight"), 0,
                     n, folded);
  for (int64_t i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (folded[i], orig[i] / sigma,
                                    1e-6 * fabs (orig[i] / sigma));
  tear_down (&fixture);
}

// Newer PyTorch stores the same three parts under other names.
static void
test_parametrized (void)
{
  Fixture          fixture = set_up ("normal-vae");
  g_autofree char *encoder = g_test_build_filename (
      G_TEST_DIST, "data", "checkpoints", "parametrized-encoder.pth", NULL);
  g_autofree char *out = scratch_path ("parametrized.safetensors");
  g_autoptr (SpadeModel) model = import (&fixture);
  g_autoptr (SpadeModel) other = NULL;
  g_autoptr (GError) error = NULL;

  fixture.options.encoder_path = encoder;
  spade_checkpoint_import (&fixture.options, out, NULL, &error);
  g_assert_no_error (error);
  other = spade_model_load (out, &error);
  g_assert_no_error (error);
  for (int i = 1; i <= 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("encoder.layer%d.weight", i);
      const SpadeTensor *a = spade_model_get_tensor (model, name);
      const SpadeTensor *b = spade_model_get_tensor (other, name);
      gsize n = (gsize) spade_tensor_n_elements (a);

      g_assert_cmpmem (a->data, n * 4, b->data, n * 4);
    }
  tear_down (&fixture);
}

static void
test_dtypes (void)
{
  static const struct
  {
    const char *name;
    double      epsilon; // half a step, relative
  } dtypes[] = { { "bf16", 0x1p-8 }, { "f16", 0x1p-10 } };
  Fixture fixture = set_up ("normal-syncbatch");
  g_autoptr (SpadeModel) exact = import (&fixture);
  g_autofree char *out = scratch_path ("narrow.safetensors");
  float            wide[9], narrow[9];

  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    {
      g_autoptr (SpadeModel) model = NULL;

      fixture.options.dtype = dtypes[i].name;
      g_assert_true (spade_checkpoint_import (&fixture.options, out, NULL,
                                              NULL));
      model = spade_model_load (out, NULL);
      g_assert_cmpstr (spade_model_get_dtype (model), ==, dtypes[i].name);
      spade_tensor_read (
          spade_model_get_tensor (exact, "up_0.conv_0.weight"), 0, 9, wide);
      spade_tensor_read (
          spade_model_get_tensor (model, "up_0.conv_0.weight"), 0, 9, narrow);
      for (int j = 0; j < 9; j++)
        g_assert_cmpfloat_with_epsilon (wide[j], narrow[j],
                                        dtypes[i].epsilon * fabs (wide[j])
                                            + 1e-7);
    }
  tear_down (&fixture);
}

static void
refuse (const Fixture *fixture, SpadeError code, const char *word)
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

static void
test_class_sets (void)
{
  Fixture fixture = set_up ("coco-stuff-f16");
  SpadeModel *model;

  fixture.options.class_set = NULL; // 184 channels tell
  model = import (&fixture);
  g_assert_cmpstr (spade_model_get_config (model)->class_set_name, ==,
                   "coco-stuff");
  g_assert_nonnull (spade_model_get_config (model)->class_set);
  g_assert_true (spade_model_get_config (model)->has_edge);
  spade_model_unref (model);
  fixture.options.class_set = "no-such-set";
  refuse (&fixture, SPADE_ERROR_CLASSES, "no-such-set");
  tear_down (&fixture);

  fixture = set_up ("normal-syncbatch");
  fixture.options.class_set = "coco-stuff";
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, "5 channels");
  fixture.options.class_set = NULL;
  model = import (&fixture);
  g_assert_cmpstr (spade_model_get_config (model)->class_set_name, ==, "");
  spade_model_unref (model);
  tear_down (&fixture);
}

static void
test_options (void)
{
  Fixture fixture = set_up ("normal-syncbatch");

  fixture.options.has_upsampling = TRUE;
  fixture.options.upsampling = SPADE_UPSAMPLING_MOST;
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, "cannot be most");
  fixture.options.has_upsampling = FALSE;
  fixture.options.dtype = "f8";
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, "f32, bf16 or f16");
  tear_down (&fixture);

  fixture = set_up ("most-nf3-views");
  fixture.options.has_upsampling = TRUE;
  fixture.options.upsampling = SPADE_UPSAMPLING_NORMAL;
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, "must be most");
  tear_down (&fixture);

  fixture = set_up ("normal-vae-oblong"); // 2 x 5 places
  fixture.options.crop_size = 0;
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, "crop size");
  fixture.options.crop_size = 128;
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, "crop size");
  fixture.options.crop_size = 160;
  fixture.options.aspect = 1;
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, "crop size");
  fixture.options.aspect = 2; // 2.5 goes to 2
  spade_model_unref (import (&fixture));
  fixture.options.crop_size = 0;
  spade_model_unref (import (&fixture));
  tear_down (&fixture);

  fixture = set_up ("normal-vae-below"); // 8 x 8 places need no telling
  fixture.options.crop_size = 0;
  spade_model_unref (import (&fixture));
  tear_down (&fixture);
}

static void
test_mixed_up (void)
{
  Fixture vae = set_up ("normal-vae");
  Fixture plain = set_up ("normal-syncbatch");
  Fixture other = set_up ("normal-vae-z256");
  g_autofree char *fixture_path = g_test_build_filename (
      G_TEST_DIST, "data", "checkpoints", "legacy.pth", NULL);

  vae.options.generator_path = vae.encoder;
  refuse (&vae, SPADE_ERROR_CHECKPOINT, "holds a style encoder");
  vae.options.generator_path = vae.generator;
  vae.options.encoder_path = vae.generator;
  refuse (&vae, SPADE_ERROR_CHECKPOINT, "holds a generator");
  vae.options.encoder_path = other.encoder;
  refuse (&vae, SPADE_ERROR_CHECKPOINT, "do not belong together");
  vae.options.encoder_path = fixture_path;
  refuse (&vae, SPADE_ERROR_CHECKPOINT, "fc_mu.weight");
  plain.options.encoder_path = vae.encoder;
  refuse (&plain, SPADE_ERROR_CHECKPOINT, "no VAE");
  plain.options.encoder_path = NULL;
  plain.options.generator_path = fixture_path;
  refuse (&plain, SPADE_ERROR_CHECKPOINT, "conv_img.weight");
  plain.options.generator_path = "no-such-file.pth";
  refuse (&plain, SPADE_ERROR_FILE, "no-such-file.pth");
  tear_down (&vae);
  tear_down (&plain);
  tear_down (&other);
}

// Writes a legacy stream with each occurrence of words[0] replaced by words[1]
// of the same length, then words[2] by words[3] and so on up to NULL, and asks
// for an error that says word.
static void
refuse_renamed_in (const char        *name,
                   const char *const *words,
                   const char        *word)
{
  Fixture          fixture = set_up (name);
  g_autofree char *contents = NULL;
  g_autofree char *path = NULL;
  gsize            size;

  g_assert_true (g_file_get_contents (fixture.generator, &contents, &size,
                                      NULL));
  for (; words[0] != NULL; words += 2)
    {
      gsize length = strlen (words[0]);

      g_assert_cmpuint (length, ==, strlen (words[1]));
      for (gsize i = 0; i + length <= size; i++)
        if (memcmp (contents + i, words[0], length) == 0)
          memcpy (contents + i, words[1], length);
    }
  path = scratch_write ("renamed.pth", contents, size);
  fixture.options.generator_path = path;
  refuse (&fixture, SPADE_ERROR_CHECKPOINT, word);
  tear_down (&fixture);
}

static void
refuse_renamed (const char *const *words, const char *word)
{
  refuse_renamed_in ("normal-instance", words, word);
}

#define RENAME(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void
test_other_networks (void)
{
  refuse_renamed (RENAME ("up_2.norm_1.mlp_beta.bias",
                          "up_2.norm_1.mlp_beta.bios"),
                  "\"up_2.norm_1.mlp_beta.bias\" is missing");
  refuse_renamed (RENAME ("up_2.conv_0.weight_orig",
                          "up_2.conv_0.weight_xxxx"),
                  "\"up_2.conv_0.weight\" is missing");
  refuse_renamed (RENAME ("up_2.conv_0.weight_v", "up_2.conv_0.weight_x"),
                  "\"up_2.conv_0.weight\" is missing");
  refuse_renamed (RENAME ("up_2.conv_s.weight", "up_x.conv_s.weight"),
                  "\"up_2.conv_s.weight\" is missing");
  refuse_renamed (RENAME ("head_0.", "tail_0."), "head_0");
  refuse_renamed (RENAME ("conv_img.", "conv_end."), "conv_img.weight");
  refuse_renamed (RENAME ("conv_img.", "conv_end.", "G_middle_0.norm",
                          "discriminator_0"), "holds a discriminator");
}

static void
test_shapes (void)
{
  // Two blocks change places.
  refuse_renamed (RENAME ("up_1.norm_0.mlp_", "up_#.norm_0.mlp_",
                          "up_2.norm_0.mlp_", "up_1.norm_0.mlp_",
                          "up_#.norm_0.mlp_", "up_2.norm_0.mlp_"),
                  "\"up_1.norm_0.mlp_gamma.weight\" is [4, 2, 3, 3], but "
                  "[8, 2, 3, 3] is expected");
  refuse_renamed (RENAME ("up_1.conv_0.weight_u", "up_#.conv_0.weight_u",
                          "up_2.conv_0.weight_u", "up_1.conv_0.weight_u",
                          "up_#.conv_0.weight_u", "up_2.conv_0.weight_u"),
                  "spectral norm of the checkpoint's \"up_1.conv_0.weight\"");
}

// More than a generator has is another network, whose picture would be wrong.
static void
test_leftovers (void)
{
  refuse_renamed_in ("normal-batch-k5-edge",
                     RENAME ("up_2.norm_0.param_free_norm.num_batches_tracked",
                             "up_2.norm_0.param_free_norm.something_otherwise"),
                     "\"up_2.norm_0.param_free_norm.something_otherwise\", "
                     "which no SPADE generator");
}

static void
note_progress (double fraction, const char *phase, gpointer user_data)
{
  double *last = user_data;

  g_assert_cmpfloat (fraction, >=, *last);
  g_assert_cmpfloat (fraction, <=, 1);
  *last = fraction;
}

static void
cancel_midway (double fraction, const char *phase, gpointer user_data)
{
  if (fraction > 0.5)
    g_atomic_int_set ((gint *) user_data, 1);
}

static void
test_monitor (void)
{
  Fixture fixture = set_up ("normal-syncbatch");
  double       last = 0;
  gint         cancelled = 0;
  SpadeMonitor monitor = { note_progress, &last, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char   *out = scratch_path ("cancelled.safetensors");
  guint        n_files;

  g_assert_true (spade_checkpoint_import (&fixture.options, fixture.out,
                                          &monitor, NULL));
  g_assert_cmpfloat (last, ==, 1);

  n_files = scratch_count ();
  monitor = (SpadeMonitor) { cancel_midway, &cancelled, &cancelled };
  g_assert_false (spade_checkpoint_import (&fixture.options, out, &monitor,
                                           &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
  g_assert_cmpuint (scratch_count (), ==, n_files);
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint/infers-what-each-golden-is", test_goldens);
  g_test_add_func ("/checkpoint/folds-spectral-norm", test_spectral_norm);
  g_test_add_func ("/checkpoint/folds-spectral-norm-under-newer-names",
                   test_parametrized);
  g_test_add_func ("/checkpoint/narrows-weights-on-demand", test_dtypes);
  g_test_add_func ("/checkpoint/tells-class-sets-by-channels",
                   test_class_sets);
  g_test_add_func ("/checkpoint/refuses-options-that-do-not-fit",
                   test_options);
  g_test_add_func ("/checkpoint/says-what-was-mixed-up", test_mixed_up);
  g_test_add_func ("/checkpoint/refuses-other-networks", test_other_networks);
  g_test_add_func ("/checkpoint/refuses-shapes-that-do-not-fit", test_shapes);
  g_test_add_func ("/checkpoint/refuses-tensors-nobody-asked-for",
                   test_leftovers);
  g_test_add_func ("/checkpoint/reports-progress-and-stops-when-asked",
                   test_monitor);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
