// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writes the cases on which the CUDA backend is judged (write-cases OUT), those
// of the PyTorch goldens (write-cases --golden FOLDER OUT), a large generator's
// windows (write-cases --windows OUT), or those on which it is measured
// (write-cases --bench OUT). This end needs GLib and core; the one that reads
// them does not.

#include <glib/gstdio.h>
#include <math.h>

#include "case-windows.h"
#include "golden.h"
#include "neighbourhood-build.h"
#include "plan-build.h"
#include "pyramid.h"
#include "scratch.h"
#include "small-model.h"

static FILE    *out;
static gboolean is_bench;   // a smooth map
static gboolean is_large;   // nothing for plain loops
static gboolean is_noisy;   // the right half of the map
static gboolean is_golden;
static int      window_side; // of results, or 0
static guint64  noise_seed = G_GUINT64_CONSTANT (0x1d00000007);

// A map with large areas, thin lines and, without smooth, a patch of noise.
static SpadeMap *
make_map (const SpadeConfig *config, int height, int width, gboolean is_smooth)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  SpadeMap *map = spade_map_new (height, width, config->has_edge, NULL);
  int       n = spade_config_get_n_ids (config);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        int    i = y * width + x;
        double v = (double) y / height + 0.1 * sin (x * 14.0 / width)
                   + 0.03 * sin (x * 50.0 / width + y * 20.0 / height);

        map->ids[i] = (guint8) ((y / 9 + x / 17) % n);
        if (is_smooth)
          map->ids[i] = (guint8) ((int) (v * 9 + 2) * 19 % n);
        else if (x == y || x == 5)
          map->ids[i] = (guint8) (n - 1);
        else if ((y > height / 2 && y < height / 2 + 9 && x < 20)
                 || (is_noisy && x > width / 2))
          map->ids[i] = (guint8) g_rand_int_range (rand, 0, n);
        if (map->instances != NULL)
          map->instances[i] = (guint32) (x * 7 / width) * 1000 + map->ids[i];
      }
  return map;
}

#define STEP_TENSORS(step)                                                    \
  { &(step)->weight, &(step)->bias, &(step)->mean, &(step)->var,              \
    &(step)->shared_weight, &(step)->shared_bias, &(step)->gamma_weight,      \
    &(step)->gamma_bias, &(step)->beta_weight, &(step)->beta_bias,            \
    &(step)->noise, &(step)->z_weight }

// Makes the tensors of a plan's steps the case's own, in all and by address in
// seen.
static void
collect_plan (SpadePlan *plan, GHashTable *seen, GArray *all)
{
  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeTensor **at[] = STEP_TENSORS (&plan->steps[i]);

      for (gsize k = 0; k < G_N_ELEMENTS (at); k++)
        {
          if (*at[k] == NULL)
            continue;
          if (!g_hash_table_contains (seen, *at[k]))
            {
              g_hash_table_insert (seen, (gpointer) *at[k],
                                   GUINT_TO_POINTER (all->len));
              g_array_append_vals (all, *at[k], 1);
            }
          // As a number, until all is where it stays.
          *at[k] = GUINT_TO_POINTER (
              1 + GPOINTER_TO_UINT (g_hash_table_lookup (seen, *at[k])));
        }
    }
}

static void
resolve_plan (SpadePlan *plan, SpadeTensor *tensors)
{
  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeTensor **at[] = STEP_TENSORS (&plan->steps[i]);

      for (gsize k = 0; k < G_N_ELEMENTS (at); k++)
        if (*at[k] != NULL)
          *at[k] = tensors + (GPOINTER_TO_UINT (*at[k]) - 1);
    }
}

static void
collect (Case *self)
{
  GHashTable *seen = g_hash_table_new (NULL, NULL);
  GArray     *all = g_array_new (FALSE, FALSE, sizeof (SpadeTensor));

  collect_plan (&self->plan, seen, all);
  for (int i = 0; i < self->n_windows; i++)
    collect_plan (&self->windows[i].plan, seen, all);
  self->n_tensors = (int) all->len;
  self->tensors = (SpadeTensor *) (gpointer) g_array_free (all, FALSE);
  resolve_plan (&self->plan, self->tensors);
  for (int i = 0; i < self->n_windows; i++)
    resolve_plan (&self->windows[i].plan, self->tensors);
  g_hash_table_unref (seen);
}

// Gives the numbers of z that a plan's steps see beside its input, or 0.
static int
count_z (const SpadePlan *plan)
{
  if (plan->style_weight[0] != NULL)
    return (int) plan->style_weight[0]->shape[1];
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].z_weight != NULL)
      return (int) plan->steps[i].z_weight->shape[1];
  return 0;
}

// Tells a plan of such a z, or of one that is drawn where it is NULL.
static void
set_latent (SpadePlan *plan, const SpadeTensor *z)
{
  float numbers[256];
  int   n = count_z (plan);

  if (n == 0)
    return;
  g_assert_cmpint (n, <=, G_N_ELEMENTS (numbers));
  if (z != NULL)
    spade_tensor_read (z, 0, n, numbers);
  else
    spade_latent_draw (3, numbers, n);
  spade_plan_set_latent (plan, numbers);
}

// Gives the pyramid of a map, with the neighbourhoods of all its levels.
static SpadePyramid *
make_pyramid (const SpadePlan *plan, const SpadeMap *map)
{
  SpadePyramid *pyramid = spade_pyramid_new (plan, map, TRUE);

  for (int i = 0; i < pyramid->n_levels; i++)
    {
      SpadeLevel *level = &pyramid->levels[i];

      if (level->neighbourhoods == NULL)
        level->neighbourhoods = spade_neighbourhoods_new (
            level->symbols, level->height, level->width, plan->kernel);
    }
  return pyramid;
}

// Writes the case of a plan, which it uses up. z: for a generator, or NULL for
// one drawn; expected: its picture by PyTorch, or NULL.
static void
write_case (const char *name, SpadePlan *plan, const SpadePyramid *pyramid,
            const SpadeTensor *z, const SpadeTensor *expected)
{
  Case self = { .plan = *plan, .noise_seed = noise_seed,
                .is_large = is_large };

  set_latent (plan, z);
  g_strlcpy (self.name, name, sizeof self.name);
  if (pyramid != NULL)
    memcpy (self.levels, pyramid->levels, sizeof self.levels);
  if (plan->input >= 0)
    {
      gsize n = case_value_n (&self, plan->input);

      self.input = g_new (float, n);
      if (z != NULL)
        spade_tensor_read (z, 0, (gint64) n, self.input);
      else if (plan->n_levels > 0)
        spade_latent_draw (3, self.input, (int) n);
      else
        for (gsize i = 0; i < n; i++)
          self.input[i] = sinf ((float) i * 0.01f)
                          * cosf ((float) (i / 768) * 0.1f);
    }
  if (expected != NULL)
    {
      gsize n = case_value_n (&self, plan->outputs[0]);

      g_assert_cmpint (spade_tensor_n_elements (expected), ==, n);
      self.expected = g_new (float, n);
      spade_tensor_read (expected, 0, (gint64) n, self.expected);
    }
  if (window_side > 0 && spade_plan_is_local (plan))
    case_windows_add (&self, pyramid, window_side);
  collect (&self);
  if (!case_write (out, &self, !is_golden))
    g_error ("the cases cannot be written");
  g_free (self.input);
  g_free (self.expected);
  g_free (self.tensors);
  case_windows_free (&self);
}

static void
write_generator (const char *name, const SpadeConfig *config, int height,
                 int width, gboolean is_one_class)
{
  g_autoptr (SpadeModel) model = small_model_new (config);
  g_autoptr (SpadePlan) plan = spade_plan_new_generator (model, height, width);
  g_autoptr (SpadeMap) map = make_map (config, height, width, is_bench);
  g_autoptr (SpadePyramid) pyramid = NULL;

  if (is_one_class)
    memset (map->ids, 1, (gsize) height * width);
  pyramid = make_pyramid (plan, map);
  write_case (name, plan, pyramid, NULL, NULL);
}

static void
write_encoder (const char *name, const SpadeConfig *config)
{
  g_autoptr (SpadeModel) model = small_model_new (config);
  g_autoptr (SpadePlan) plan = spade_plan_new_encoder (model);

  write_case (name, plan, NULL, NULL, NULL);
}

// The convolution that makes the picture, alone. Of its tensors only the moments
// are written.
static void
write_picture_conv (int n_in, int height, int width)
{
  g_autofree char *name = g_strdup_printf ("picture-of-%d", n_in);
  g_autofree float *weight = g_new0 (float, (gsize) (3 * 9 * n_in));
  float       bias[3] = { -0.1f, 0, 0.1f };
  SpadeTensor tensors[] = {
    { "conv_img.weight", weight, SPADE_DTYPE_F32, 4, { 3, n_in, 3, 3 } },
    { "conv_img.bias", bias, SPADE_DTYPE_F32, 1, { 3 } },
  };
  SpadePlan        outline = { .edge_channel = -1, .n_outputs = 1 };
  SpadePlanBuilder builder;
  SpadeStep       *step;
  g_autoptr (SpadePlan) plan = NULL;

  for (int i = 0; i < 3 * 9 * n_in; i++)
    weight[i] = i % 2 == 0 ? 0.1f : -0.1f;
  spade_plan_builder_init (&builder, NULL);
  outline.input = spade_plan_builder_value (&builder, height, width, n_in);
  outline.outputs[0] = spade_plan_builder_value (&builder, height, width, 3);
  step = spade_plan_builder_step (&builder, SPADE_STEP_CONV, "conv_img",
                                  outline.input, outline.outputs[0]);
  step->kernel = 3;
  step->weight = &tensors[0];
  step->bias = &tensors[1];
  step->activation = SPADE_ACTIVATION_TANH;
  plan = spade_plan_builder_finish (&builder, &outline);
  write_case (name, plan, NULL, NULL, NULL);
}

static const SpadeConfig base_config = {
  .class_set_name = "", .n_classes = 5, .nf = 2, .nhidden = 6,
  .norm = SPADE_NORM_BATCH, .kernel = 3, .crop_size = 64,
  .base_height = 2, .base_width = 2,
};

static void
write_tests (void)
{
  SpadeConfig config = base_config;

  config.nf = 1;
  config.nhidden = 2;
  config.z_dim = 4;
  config.norm = SPADE_NORM_INSTANCE;
  write_generator ("tiny", &config, 32, 64, FALSE);
  window_side = 12;
  config.norm = SPADE_NORM_BATCH;
  write_generator ("tiny-windows", &config, 32, 64, FALSE);
  window_side = 0;
  config = base_config;
  write_generator ("normal", &config, 64, 96, FALSE);
  write_generator ("normal-odd-base", &config, 32, 96, FALSE);
  write_generator ("normal-one-class", &config, 64, 64, TRUE);
  config.has_unlabeled = config.has_edge = TRUE;
  config.nf = 8;
  config.nhidden = 16;
  window_side = 12;
  write_generator ("normal-wide", &config, 64, 96, FALSE);
  config.nf = 4;
  config.kernel = 5;
  write_generator ("normal-k5", &config, 64, 96, FALSE);
  config.has_noise = TRUE;
  write_generator ("normal-k5-noise", &config, 64, 96, FALSE);
  window_side = 0;
  config.norm = SPADE_NORM_INSTANCE;
  // Not of a few pixels: noise over a std of nearly 0 tells nothing.
  write_generator ("normal-k5-instance-noise", &config, 96, 160, FALSE);
  config.has_noise = FALSE;
  write_generator ("normal-k5-instance", &config, 64, 96, FALSE);
  config = base_config;
  config.n_classes = 182;
  config.has_unlabeled = config.has_edge = TRUE;
  write_generator ("normal-182-classes", &config, 64, 64, FALSE);
  config = base_config;
  config.upsampling = SPADE_UPSAMPLING_MORE;
  write_generator ("more", &config, 64, 128, FALSE);
  config.upsampling = SPADE_UPSAMPLING_MOST;
  config.has_edge = TRUE;
  window_side = 12;
  write_generator ("most", &config, 128, 128, FALSE);
  window_side = 0;
  config = base_config;
  config.z_dim = 16;
  write_generator ("vae", &config, 64, 64, FALSE);
  write_generator ("vae-beyond", &config, 96, 64, FALSE);
  config.has_z_in_map = config.has_single_middle = TRUE;
  config.has_edge = TRUE; // of which OASIS knows nothing
  window_side = 12;
  write_generator ("oasis", &config, 64, 96, FALSE);
  window_side = 0;
  config.has_z_in_map = config.has_single_middle = FALSE;
  config.generator = SPADE_GENERATOR_IMAGINAIRE;
  config.kernel = 5;
  write_generator ("imaginaire", &config, 48, 64, FALSE);
  config.upsampling = SPADE_UPSAMPLING_MOST;
  config.kernel = 3;
  config.nf = 8;
  write_generator ("imaginaire-most", &config, 128, 64, FALSE);
  config = base_config;
  config.has_edge = TRUE;
  config.kernel = 1;
  config.n_extra = 8;
  window_side = 12;
  write_generator ("clade", &config, 64, 96, FALSE);
  window_side = 0;
  config = base_config;
  config.z_dim = 16;
  config.encoder_nf = 4;
  config.encoder_size = 256;
  config.encoder_layers = 6;
  config.encoder_norm = SPADE_NORM_INSTANCE;
  write_encoder ("encoder-instance", &config);
  config.encoder_layers = 5;
  config.encoder_norm = SPADE_NORM_NONE;
  write_encoder ("encoder-plain", &config);
  write_picture_conv (64, 21, 37); // no whole number of strips and rows
  write_picture_conv (40, 9, 16);
  write_picture_conv (24, 1, 5);
  write_picture_conv (20, 8, 8);   // not in eights
}

// More pixels than two levels of sums reach (cuda/kernels/sums.cu), half of them noise.
static void
write_numbers (void)
{
  SpadeConfig config = base_config;

  config.nf = 1;
  config.nhidden = 2;
  config.has_edge = TRUE;
  is_large = is_noisy = TRUE;
  write_generator ("numbers", &config, 256, 320, FALSE);
  is_large = is_noisy = FALSE;
}

static const SpadeConfig large_config = {
  .class_set_name = "", .n_classes = 182, .has_unlabeled = TRUE,
  .has_edge = TRUE, .nf = 64, .nhidden = 128, .norm = SPADE_NORM_BATCH,
  .kernel = 3, .crop_size = 256, .base_height = 8, .base_width = 8,
  .z_dim = 256,
};

static void
write_benches (void)
{
  write_generator ("coco-stuff-256", &large_config, 256, 256, FALSE);
  write_generator ("coco-stuff-512", &large_config, 512, 512, FALSE);
  write_generator ("coco-stuff-1024", &large_config, 1024, 1024, FALSE);
}

// Tiles and brush strokes of a large picture.
static void
write_windows (void)
{
  window_side = 192;
  write_generator ("coco-stuff-512-tiles", &large_config, 512, 512, FALSE);
  window_side = 40;
  write_generator ("coco-stuff-512-strokes", &large_config, 512, 512, FALSE);
}

// Writes the generator of every golden.
static void
write_goldens (const char *folder)
{
  g_auto (GStrv) names = golden_list (folder);

  for (int i = 0; names[i] != NULL; i++)
    {
      g_autoptr (Golden) golden = golden_open (folder, names[i]);
      g_autoptr (SpadeMap) map = golden_read_map (golden);
      g_autoptr (SpadePlan) plan = spade_plan_new_generator (
          golden->model, map->height, map->width);
      g_autoptr (SpadePyramid) pyramid = make_pyramid (plan, map);

      noise_seed = golden_get_noise_seed (golden);
      write_case (names[i], plan, pyramid,
                  spade_safetensors_get (golden->file, "z"),
                  golden_get_tensor (golden, "output"));
    }
}

int
main (int argc, char **argv)
{
  gboolean has_windows = argc == 3 && strcmp (argv[1], "--windows") == 0;

  is_golden = argc == 4 && strcmp (argv[1], "--golden") == 0;
  is_bench = has_windows || (argc == 3 && strcmp (argv[1], "--bench") == 0);
  is_large = is_bench;
  if (argc != 2 && !is_bench && !is_golden)
    {
      g_printerr ("usage: write-cases [--bench | --windows | --golden FOLDER] "
                  "OUT\n");
      return 2;
    }
  out = g_fopen (argv[argc - 1], "wb");
  if (out == NULL)
    g_error ("%s cannot be written", argv[argc - 1]);
  if (is_golden)
    write_goldens (argv[2]);
  else if (has_windows)
    write_windows ();
  else if (is_bench)
    write_benches ();
  else
    {
      write_tests ();
      write_numbers ();
    }
  scratch_remove ();
  return fclose (out) == 0 ? 0 : 1;
}
