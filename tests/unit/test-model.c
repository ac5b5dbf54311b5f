// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Models: the tensors that the config calls for, sizes, and the random models
// that the other tests are built on.

#include "model-private.h"
#include "safetensors.h"
#include "scratch.h"

#include <math.h>

static SpadeConfig
make_config (SpadeUpsampling upsampling, SpadeNorm norm, int z_dim)
{
  SpadeConfig config = { 0 };

  config.class_set_name = "";
  config.n_classes = 6;
  config.has_edge = TRUE;
  config.upsampling = upsampling;
  config.nf = 4;
  config.nhidden = 8;
  config.norm = norm;
  config.kernel = 3;
  config.z_dim = z_dim;
  config.base_height = config.base_width = 2;
  config.crop_size = 64;
  if (z_dim > 0)
    {
      config.encoder_nf = 2;
      config.encoder_layers = 6;
      config.encoder_size = 64;
      config.encoder_norm = SPADE_NORM_INSTANCE;
    }
  return config;
}

static void
test_variants (void)
{
  for (int i = 0; i < 12; i++)
    {
      SpadeConfig config = make_config (
          (SpadeUpsampling) (i % 3),
          i / 3 % 2 ? SPADE_NORM_INSTANCE : SPADE_NORM_BATCH, i < 6 ? 0 : 7);
      g_autofree char *path = scratch_path ("variant.safetensors");
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeModel) model = NULL;

      spade_model_write_untrained (&config, 1, path, NULL, &error);
      g_assert_no_error (error);
      model = spade_model_load (path, &error);
      g_assert_no_error (error);
      g_assert_true (spade_model_get_config (model)->is_untrained);
      g_assert_true (spade_model_get_config (model)->knows[5]);
      g_assert_cmpstr (spade_model_get_dtype (model), ==, "f32");
      g_assert_cmpint (spade_model_get_granularity (model), ==, 32 << i % 3);
      g_assert_cmpint (
          spade_model_get_tensor (model, "up_4.conv_s.weight") != NULL, ==,
          i % 3 == SPADE_UPSAMPLING_MOST);
      g_assert_cmpint (spade_model_get_tensor (model, "encoder.layer6.weight")
                           != NULL, ==, i >= 6);
      g_assert_null (spade_model_get_tensor (model, "encoder.layer1.bias"));
      g_assert_null (spade_model_get_tensor (model, "head_0.conv_s.weight"));
    }
}

static gboolean
count_elements (const char    *name,
                int            n_dims,
                const int64_t *shape,
                gboolean       is_weight,
                gpointer       user_data,
                GError       **error)
{
  SpadeTensor tensor = { .n_dims = n_dims };

  memcpy (tensor.shape, shape, (gsize) n_dims * sizeof *shape);
  *(gint64 *) user_data += spade_tensor_n_elements (&tensor);
  return TRUE;
}

// The authors' code counts 97.5 million parameters for COCO-Stuff.
static void
test_coco_stuff_count (void)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL, SPADE_NORM_BATCH,
                                    0);
  gint64 n = 0;

  config.n_classes = 182;
  config.has_unlabeled = TRUE;
  config.nf = 64;
  config.nhidden = 128;
  g_assert_true (spade_config_foreach_tensor (&config, count_elements, &n,
                                              NULL));
  g_assert_cmpint (n / 100000, ==, 975);
}

static void
test_seeds (void)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL,
                                    SPADE_NORM_BATCH, 0);
  char *contents[3];
  gsize sizes[3];

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *path = scratch_path ("seed.safetensors");

      g_assert_true (spade_model_write_untrained (&config, i < 2 ? 7 : 8, path,
                                                  NULL, NULL));
      g_assert_true (g_file_get_contents (path, &contents[i], &sizes[i],
                                          NULL));
    }
  g_assert_cmpmem (contents[0], sizes[0], contents[1], sizes[1]);
  g_assert_true (memcmp (contents[0], contents[2], sizes[2]) != 0);
  for (int i = 0; i < 3; i++)
    g_free (contents[i]);
}

// conv_0 of up_0 sums 64 x 9 terms: its weights' variance is what keeps the
// sum's at 1, 1 / (576 * 0.52 * 1.75).
static void
test_untrained_scale (void)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL,
                                    SPADE_NORM_BATCH, 0);
  g_autofree char *path = scratch_path ("scale.safetensors");
  g_autoptr (SpadeModel) model = NULL;
  const SpadeTensor *tensor;
  g_autofree float  *values = NULL;
  double  sum = 0, squares = 0;
  int64_t n;

  g_assert_true (spade_model_write_untrained (&config, 3, path, NULL, NULL));
  model = spade_model_load (path, NULL);
  tensor = spade_model_get_tensor (model, "up_0.conv_0.weight");
  n = spade_tensor_n_elements (tensor);
  values = g_new (float, n);
  spade_tensor_read (tensor, 0, n, values);
  for (int64_t i = 0; i < n; i++)
    {
      sum += values[i];
      squares += values[i] * values[i];
    }
  g_assert_cmpfloat_with_epsilon (squares / n * 576 * 0.52 * 1.75, 1, 0.05);
  g_assert_cmpfloat_with_epsilon (sum / n, 0, 0.002);
  tensor = spade_model_get_tensor (
      model, "up_0.norm_0.param_free_norm.running_var");
  spade_tensor_read (tensor, 0, 64, values);
  for (int i = 0; i < 64; i++)
    g_assert_true (values[i] > 1.9 && values[i] < 3.1);
}

static void
test_impossible_untrained (void)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL,
                                    SPADE_NORM_BATCH, 0);
  g_autofree char *path = scratch_path ("none.safetensors");
  g_autoptr (GError) error = NULL;

  config.nf = 100000;
  g_assert_false (spade_model_write_untrained (&config, 1, path, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, "nf"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

// Writes the tensors of a good model of config with one changed and asks for an
// error that says word.
// A file may have more than the config calls for: a bias that no layer has,
// and at its end bytes, which stay in memory as long as it is mapped.
static void
test_more_tensors (void)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL,
                                    SPADE_NORM_BATCH, 8);
  g_autofree char   *path = scratch_path ("good.safetensors");
  g_autofree char   *more = scratch_path ("more.safetensors");
  const gint64       n_bytes = 1 << 20;
  g_autofree guint8 *bytes = g_malloc0 ((gsize) n_bytes);
  SpadeTensor extra[] = {
    { "encoder.layer1.bias", bytes, SPADE_DTYPE_F32, 1, { 0 } },
    { "up_0.conv_s.bias", bytes, SPADE_DTYPE_U8, 1, { 4 } },
    { "zzz", bytes, SPADE_DTYPE_U8, 1, { n_bytes } },
  };
  g_autoptr (SpadeSafetensors) file = NULL;
  g_autoptr (SpadeModel)  model = NULL;
  g_autofree SpadeTensor *tensors = NULL;
  const SpadeTensor      *list;
  int                     n;

  g_assert_true (spade_model_write_untrained (&config, 1, path, NULL, NULL));
  file = spade_safetensors_open (path, NULL);
  list = spade_safetensors_list (file, &n);
  tensors = g_new (SpadeTensor, n + 3);
  memcpy (tensors, list, (gsize) n * sizeof *list);
  memcpy (tensors + n, extra, sizeof extra);
  g_assert_true (spade_safetensors_write (
    more, tensors, n + 3, "spade.config",
    spade_safetensors_get_metadata (file, "spade.config"), NULL, NULL, NULL));
  model = spade_model_load (more, NULL);
  g_assert_nonnull (spade_model_get_tensor (model, "up_0.conv_s.weight"));
  for (gsize i = 0; i < G_N_ELEMENTS (extra); i++)
    g_assert_null (spade_model_get_tensor (model, extra[i].name));
}

static void
refuse_changed_of (const SpadeConfig *config,
                   const char        *config_json,
                   const char        *name,
                   SpadeTensor        change,
                   const char        *word)
{
  g_autofree char *path = scratch_path ("good.safetensors");
  g_autofree char *bad = scratch_path ("bad.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeSafetensors) file = NULL;
  g_autofree SpadeTensor *tensors = NULL;
  const SpadeTensor      *list;
  int n;

  g_assert_true (spade_model_write_untrained (config, 1, path, NULL, NULL));
  file = spade_safetensors_open (path, NULL);
  list = spade_safetensors_list (file, &n);
  tensors = g_memdup2 (list, (gsize) n * sizeof *list);
  for (int i = 0; i < n && name != NULL; i++)
    if (strcmp (tensors[i].name, name) == 0)
      {
        change.data = tensors[i].data;
        tensors[i] = change;
      }
  if (config_json == NULL)
    config_json = spade_safetensors_get_metadata (file, "spade.config");
  g_assert_true (spade_safetensors_write (bad, tensors, n,
                                          config_json[0] ? "spade.config"
                                                         : "other",
                                          config_json, NULL, NULL, NULL));
  g_assert_null (spade_model_load (bad, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MODEL);
  if (strstr (error->message, word) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, word);
}

static void
refuse_changed (const char *config_json,
                const char *name,
                SpadeTensor change,
                const char *word)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL,
                                    SPADE_NORM_BATCH, 0);

  refuse_changed_of (&config, config_json, name, change, word);
}

static void
test_bad_noise (void)
{
  static const char name[] = "up_3.norm_s.noise"; // of 8 channels
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL,
                                    SPADE_NORM_BATCH, 0);

  config.has_noise = TRUE;
  refuse_changed_of (&config, NULL, name,
                     (SpadeTensor) { "up_3.norm_s.nois", NULL,
                                     SPADE_DTYPE_F32, 1, { 8 } },
                     "\"up_3.norm_s.noise\" is missing");
  refuse_changed_of (&config, NULL, name,
                     (SpadeTensor) { name, NULL, SPADE_DTYPE_F32, 1, { 4 } },
                     "\"up_3.norm_s.noise\" does not have the shape");
  refuse_changed_of (&config, NULL, name,
                     (SpadeTensor) { name, NULL, SPADE_DTYPE_F32, 2, { 8, 1 } },
                     "shape");
  refuse_changed_of (&config, NULL, name,
                     (SpadeTensor) { name, NULL, SPADE_DTYPE_BF16, 1, { 8 } },
                     "must be F32");
}

static void
test_bad_tensors (void)
{
  SpadeConfig with_style = make_config (SPADE_UPSAMPLING_NORMAL,
                                        SPADE_NORM_BATCH, 5);
  g_autofree char *json = spade_config_to_json (&with_style);
  SpadeTensor none = { 0 };

  refuse_changed (NULL, "conv_img.bias",
                  (SpadeTensor) { "conv_img.b", NULL, SPADE_DTYPE_F32, 1,
                                  { 3 } }, "conv_img.bias\" is missing");
  refuse_changed (NULL, "conv_img.bias",
                  (SpadeTensor) { "conv_img.bias", NULL, SPADE_DTYPE_F32, 1,
                                  { 2 } }, "shape");
  refuse_changed (NULL, "conv_img.bias",
                  (SpadeTensor) { "conv_img.bias", NULL, SPADE_DTYPE_F32, 2,
                                  { 3, 1 } }, "shape");
  refuse_changed (NULL, "conv_img.bias",
                  (SpadeTensor) { "conv_img.bias", NULL, SPADE_DTYPE_F16, 1,
                                  { 3 } }, "must be F32");
  refuse_changed (NULL, "up_0.conv_0.weight",
                  (SpadeTensor) { "up_0.conv_0.weight", NULL,
                                  SPADE_DTYPE_BF16, 4, { 32, 64, 3, 3 } },
                  "dtype");
  refuse_changed (NULL, "up_0.conv_0.weight",
                  (SpadeTensor) { "up_0.conv_0.weight", NULL,
                                  SPADE_DTYPE_U16, 4, { 32, 64, 3, 3 } },
                  "must be");
  refuse_changed ("", NULL, none, "spade import");
  refuse_changed (json, NULL, none, "fc.weight");
  refuse_changed ("{}", NULL, none, "format");
}

static void
test_sizes (void)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_MORE, SPADE_NORM_BATCH,
                                    0);
  g_autofree char *path = scratch_path ("size.safetensors");
  g_autoptr (SpadeModel) model = NULL;
  g_autoptr (GError) error = NULL;
  static const int cases[][5] = {
    { SPADE_SIZE_NATIVE, 1000, 1000, 256, 256 },
    { SPADE_SIZE_NATIVE, 500, 1000, 192, 384 }, // 181 x 362
    { SPADE_SIZE_NATIVE, 1, 1, 256, 256 },
    { SPADE_SIZE_NATIVE, 1, 10000, 64, 25600 }, // 2.56 x 25600
    { SPADE_SIZE_AUTO, 192, 384, 192, 384 }, // larger than 256 x 256 by an eighth
    { SPADE_SIZE_AUTO, 100, 200, 192, 384 },
    { SPADE_SIZE_AUTO, 256, 320, 256, 256 }, // by a quarter: 229 x 286
    { SPADE_SIZE_AUTO, 256, 384, 256, 384 },
    { SPADE_SIZE_AUTO, 1000, 1000, 1024, 1024 },
    { SPADE_SIZE_AUTO, 3000, 6000, 704, 1472 }, // 724 x 1448
    { SPADE_SIZE_MAP, 500, 1000, 512, 1024 },
    { SPADE_SIZE_MAP, 1, 95, 64, 64 },
    { SPADE_SIZE_MAP, 262144, 262144, 262144, 262144 },
    { SPADE_SIZE_MAP, 0, -5, 64, 64 },
  };

  config.crop_size = 192;
  config.native_size = 256;
  g_assert_true (spade_model_write_untrained (&config, 1, path, NULL, NULL));
  model = spade_model_load (path, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int height, width;

      spade_model_fit_size (model, (SpadeSizeMode) cases[i][0], cases[i][1],
                            cases[i][2], &height, &width);
      g_assert_cmpint (height, ==, cases[i][3]);
      g_assert_cmpint (width, ==, cases[i][4]);
      g_assert_true (spade_model_check_size (model, height, width, NULL));
    }
  g_assert_false (spade_model_check_size (model, 100, 256, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_SIZE);
  g_assert_nonnull (strstr (error->message, "256 x 128"));
  g_assert_false (spade_model_check_size (model, 0, 256, NULL));
  g_assert_false (spade_model_check_size (model, 64, 262208, NULL));
}

// As Cityscapes: twice as wide as high, so 512x256 pixels suit it.
static void
test_oblong_size (void)
{
  SpadeConfig config = make_config (SPADE_UPSAMPLING_NORMAL, SPADE_NORM_BATCH,
                                    0);
  g_autofree char *path = scratch_path ("oblong.safetensors");
  g_autoptr (SpadeModel) model = NULL;
  int height, width;

  config.base_height = 8;
  config.base_width = 16;
  config.crop_size = 512;
  g_assert_true (spade_model_write_untrained (&config, 1, path, NULL, NULL));
  model = spade_model_load (path, NULL);
  g_assert_cmpint (spade_model_get_config (model)->native_size, ==, 362);
  spade_model_fit_size (model, SPADE_SIZE_NATIVE, 1024, 2048, &height, &width);
  g_assert_cmpint (height, ==, 256);
  g_assert_cmpint (width, ==, 512);
  spade_model_fit_size (model, SPADE_SIZE_NATIVE, 900, 900, &height, &width);
  g_assert_cmpint (height, ==, 352);
  g_assert_cmpint (width, ==, 352);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/passes-over-more-tensors", test_more_tensors);
  g_test_add_func ("/model/loads-every-variant", test_variants);
  g_test_add_func ("/model/counts-coco-stuff-as-the-authors-do",
                   test_coco_stuff_count);
  g_test_add_func ("/model/refuses-tensors-that-do-not-fit", test_bad_tensors);
  g_test_add_func ("/model/refuses-noise-that-does-not-fit", test_bad_noise);
  g_test_add_func ("/model/fits-sizes-to-its-granularity", test_sizes);
  g_test_add_func ("/model/suits-as-many-pixels-as-in-training",
                   test_oblong_size);
  g_test_add_func ("/untrained/depends-on-the-seed-alone", test_seeds);
  g_test_add_func ("/untrained/keeps-activations-at-their-size",
                   test_untrained_scale);
  g_test_add_func ("/untrained/refuses-what-no-generator-is",
                   test_impossible_untrained);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
