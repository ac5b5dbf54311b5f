// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Public checkpoints into models: the checkpoints of tests/data/golden, whose
// metadata says what they are, and the same with something changed.

#include "checkpoint-fixture.h"
#include "scratch.h"
#include "torch-file.h"

#include <math.h>

static const char *const cases[] = {
  "normal-syncbatch",     "normal-batch-k5-edge", "normal-instance",
  "normal-other-size",    "normal-single-class",  "normal-plain-convs",
  "normal-nf4-views",     "normal-vae",           "normal-vae-oblong",
  "normal-vae-beyond",    "normal-vae-below",     "normal-vae-z256",
  "more-channels-last",   "more-vae-instance-k5", "most-nf3-views",
  "most-vae-bf16",        "coco-stuff-f16",       "oasis",
  "oasis-coco-stuff-f16", "oasis-instance-k5",    "clade",
  "clade-ade20k-f16",     "clade-instance",       "clade-vae-most",
  "imaginaire",           "imaginaire-lhq",       "imaginaire-most",
};

static void
check_config (const SpadeSafetensors *golden, const SpadeConfig *config)
{
  gboolean is_oasis
      = spade_safetensors_get_metadata (golden, "case.oasis") != NULL;
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
  g_assert_cmpint (config->has_single_middle, ==, is_oasis);
  g_assert_cmpint (config->generator == SPADE_GENERATOR_IMAGINAIRE, ==,
                   golden_is_imaginaire (golden));
  g_assert_cmpint (config->has_z_in_map, ==, is_oasis && config->z_dim > 0);
  if (config->z_dim > 0)
    g_assert_cmpstr (base, ==, golden_tell (golden, "trained_base"));
  if (strcmp (encoder, "none") == 0)
    g_assert_cmpint (config->encoder_nf, ==, 0);
  else
    {
      if (!golden_is_imaginaire (golden))
        g_assert_cmpint (config->encoder_nf, ==, config->nf);
      else if (golden_tell_number (golden, "encoder_nf") > 0)
        g_assert_cmpint (config->encoder_nf, ==,
                         golden_tell_number (golden, "encoder_nf"));
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
      Fixture fixture = fixture_set_up (cases[i]);
      g_autoptr (SpadeModel) model = fixture_import (&fixture);

      g_test_message ("%s", cases[i]);
      check_config (fixture.golden, spade_model_get_config (model));
      g_assert_false (spade_model_get_config (model)->is_untrained);
      fixture_tear_down (&fixture);
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
  Fixture fixture = fixture_set_up ("normal-syncbatch");
  g_autoptr (SpadeModel) model = fixture_import (&fixture);
  g_autoptr (SpadeTorchFile) file = spade_torch_file_open (fixture.generator, NULL, NULL);
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
  fixture_tear_down (&fixture);
}

// Imports the golden normal-vae with that encoder; its layers must be those of
// the golden's own but for rounding.
static void
check_encoder (const char *file, double epsilon)
{
  Fixture          fixture = fixture_set_up ("normal-vae");
  g_autofree char *encoder = fixture_checkpoint (file);
  g_autofree char *out = scratch_path ("other-form.safetensors");
  g_autoptr (SpadeModel) model = fixture_import (&fixture);
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
      const SpadeTensor *tensor = spade_model_get_tensor (model, name);
      int64_t n = spade_tensor_n_elements (tensor);
      g_autofree float *a = g_new (float, n);
      g_autofree float *b = g_new (float, n);

      spade_tensor_read (tensor, 0, n, a);
      spade_tensor_read (spade_model_get_tensor (other, name), 0, n, b);
      for (int64_t j = 0; j < n; j++)
        g_assert_cmpfloat (fabs (a[j] - b[j]), <=, epsilon * fabs (a[j]));
    }
  fixture_tear_down (&fixture);
}

// Newer PyTorch stores the same three parts under other names, and 0.4.1 one of
// them less but the weight itself, as float.
static void
test_other_forms (void)
{
  check_encoder ("parametrized-encoder.pth", 0);
  check_encoder ("older-encoder.pth", 0x1p-22);
}

static void
test_dtypes (void)
{
  static const struct
  {
    const char *name;
    double      epsilon; // half a step, relative
  } dtypes[] = { { "bf16", 0x1p-8 }, { "f16", 0x1p-10 } };
  Fixture fixture = fixture_set_up ("normal-syncbatch");
  g_autoptr (SpadeModel) exact = fixture_import (&fixture);
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
  fixture_tear_down (&fixture);
}

static void
test_mixed_up (void)
{
  Fixture vae = fixture_set_up ("normal-vae");
  Fixture plain = fixture_set_up ("normal-syncbatch");
  Fixture other = fixture_set_up ("normal-vae-z256");
  g_autofree char *fixture_path = g_test_build_filename (
      G_TEST_DIST, "data", "checkpoints", "legacy.pth", NULL);

  vae.options.generator_path = vae.encoder;
  fixture_refuse (&vae, SPADE_ERROR_CHECKPOINT, "holds a style encoder");
  vae.options.generator_path = vae.generator;
  vae.options.encoder_path = vae.generator;
  fixture_refuse (&vae, SPADE_ERROR_CHECKPOINT, "holds a generator");
  vae.options.encoder_path = other.encoder;
  fixture_refuse (&vae, SPADE_ERROR_CHECKPOINT, "do not belong together");
  vae.options.encoder_path = fixture_path;
  fixture_refuse (&vae, SPADE_ERROR_CHECKPOINT, "fc_mu.weight");
  plain.options.encoder_path = vae.encoder;
  fixture_refuse (&plain, SPADE_ERROR_CHECKPOINT, "no VAE");
  plain.options.encoder_path = NULL;
  plain.options.generator_path = fixture_path;
  fixture_refuse (&plain, SPADE_ERROR_CHECKPOINT, "conv_img.weight");
  plain.options.generator_path = "no-such-file.pth";
  fixture_refuse (&plain, SPADE_ERROR_FILE, "no-such-file.pth");
  fixture_tear_down (&vae);
  fixture_tear_down (&plain);
  fixture_tear_down (&other);
}

// A damaged encoder is told by the names that are in its file.
static void
test_damaged_encoder (void)
{
  static const char *const words[][3] = {
    { "layer3.0.weight_v", "layer3.0.weight_x",
      "The encoder's \"layer3.0.weight\" is incomplete" },
    { "fc_var.bias", "fc_var.bios",
      "The encoder's \"fc_var.bias\" is missing; it is no SPADE style encoder" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      Fixture          fixture = fixture_set_up ("normal-vae");
      g_autofree char *contents = NULL;
      g_autofree char *path = NULL;
      gsize            size;

      g_assert_true (g_file_get_contents (fixture.encoder, &contents, &size,
                                          NULL));
      for (gsize at = 0; at + strlen (words[i][0]) <= size; at++)
        if (memcmp (contents + at, words[i][0], strlen (words[i][0])) == 0)
          memcpy (contents + at, words[i][1], strlen (words[i][1]));
      path = scratch_write ("encoder.pth", contents, size);
      fixture.options.encoder_path = path;
      fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, words[i][2]);
      fixture_tear_down (&fixture);
    }
}

// Writes a legacy stream with each occurrence of words[0] replaced by words[1]
// of the same length, then words[2] by words[3] and so on up to NULL, and asks
// for an error that says word.
static void
refuse_renamed_in (const char        *name,
                   const char *const *words,
                   const char        *word)
{
  Fixture          fixture = fixture_set_up (name);
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
  fixture_refuse (&fixture, SPADE_ERROR_CHECKPOINT, word);
  fixture_tear_down (&fixture);
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
                  "\"up_2.conv_0.weight\" is incomplete: not all of "
                  "weight_orig, weight_u and weight_v");
  refuse_renamed (RENAME ("up_2.conv_0.weight_v", "up_2.conv_0.weight_x"),
                  "\"up_2.conv_0.weight\" is incomplete");
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
                  "The checkpoint's \"up_1.conv_0.weight\" has a spectral norm "
                  "that does not fit it");
}

// A norm of CLADE's of which something is missing, or that is another's.
static void
test_damaged_clade (void)
{
  refuse_renamed_in ("clade", RENAME ("up_1.norm_0.inst_conv.bias",
                                      "up_1.norm_0.inst_conv.bios"),
                     "\"up_1.norm_0.inst_conv.bias\" is missing");
  refuse_renamed_in ("clade",
                     RENAME ("up_1.norm_0.class_specified_affine.bias",
                             "up_1.norm_0.class_specified_affine.bios"),
                     "\"up_1.norm_0.class_specified_affine.bias\" is missing");
  refuse_renamed_in ("clade", RENAME ("up_1.norm_0.class_", "up_#.norm_0.class_",
                                      "up_2.norm_0.class_", "up_1.norm_0.class_",
                                      "up_#.norm_0.class_", "up_2.norm_0.class_"),
                     "\"up_1.norm_0.class_specified_affine.weight\" is [6, 4], which "
                     "does not fit the other tensors");
  refuse_renamed_in ("clade", RENAME ("up_1.conv_0.bias", "up_#.conv_0.bias",
                                      "up_2.conv_0.bias", "up_1.conv_0.bias",
                                      "up_#.conv_0.bias", "up_2.conv_0.bias"),
                     "\"up_1.conv_0.bias\" is [2], which does not fit the other "
                     "tensors");
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
  Fixture fixture = fixture_set_up ("normal-syncbatch");
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
  fixture_tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint/infers-what-each-golden-is", test_goldens);
  g_test_add_func ("/checkpoint/folds-spectral-norm", test_spectral_norm);
  g_test_add_func ("/checkpoint/folds-spectral-norm-of-any-pytorch",
                   test_other_forms);
  g_test_add_func ("/checkpoint/narrows-weights-on-demand", test_dtypes);
  g_test_add_func ("/checkpoint/says-what-was-mixed-up", test_mixed_up);
  g_test_add_func ("/checkpoint/names-what-an-encoder-lacks",
                   test_damaged_encoder);
  g_test_add_func ("/checkpoint/refuses-other-networks", test_other_networks);
  g_test_add_func ("/checkpoint/refuses-shapes-that-do-not-fit", test_shapes);
  g_test_add_func ("/checkpoint/refuses-a-damaged-norm-of-clade",
                   test_damaged_clade);
  g_test_add_func ("/checkpoint/refuses-tensors-nobody-asked-for",
                   test_leftovers);
  g_test_add_func ("/checkpoint/reports-progress-and-stops-when-asked",
                   test_monitor);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
