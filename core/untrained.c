// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Models of random weights, for tests and benchmarks. Each weight is scaled by
// the number of terms it is summed with, and each running variance is the one
// that follows, so that activations keep their size from block to block and
// the picture shows the classes instead of saturating.
// Numbers come from a counter and are uniform: the same on every machine.

#include "model-private.h"
#include "run-steps.h"
#include "safetensors.h"

#include <math.h>

// Variances aimed at. LEAKY is E[lrelu(x)^2] for a symmetric x of variance 1.
#define GAMMA_VAR 0.25
#define BETA_VAR 0.5
#define MODULATED_VAR (1 + GAMMA_VAR + BETA_VAR)
#define LEAKY ((1 + 0.2 * 0.2) / 2)
#define Z_VAR 0.25      // of what z adds to sums of the segmap
#define BRANCH_VAR 0.5  // of either side of a block's sum
#define PICTURE_STD 0.5 // before tanh

typedef struct
{
  GArray             *tensors; // SpadeTensor without data
  GArray             *spreads; // Spread, one per tensor
  GStringChunk       *names;
  gboolean            has_vae;
  guint64             seed;
  const SpadeMonitor *monitor; // or NULL
} Draft;

typedef struct
{
  double middle, std;
} Spread;

// The variance at the entry of each block; those not named have 1. Blocks
// that keep their channels add BRANCH_VAR to what they were given.
static const struct
{
  const char *prefix;
  double      var;
} entries[] = {
  { "head_0.", 1 },
  { "G_middle_0.", 1 + BRANCH_VAR },
  { "G_middle_1.", 1 + 2 * BRANCH_VAR },
  { "up_0.", 1 + 3 * BRANCH_VAR },
};

static double
get_entry_var (const char *name)
{
  if (strstr (name, ".norm_1.") != NULL)
    return 1; // between conv_0 and conv_1
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_has_prefix (name, entries[i].prefix))
      return entries[i].var;
  return 1;
}

// The std of a weight whose output is to have that variance, when n terms of
// that second moment are summed.
static double
get_std (double output_var, double n, double moment)
{
  return sqrt (output_var / (n * moment));
}

// name: a weight. n_in: input channels. area: of its kernel.
static double
get_weight_std (const Draft *draft, const char *name, double n_in, double area)
{
  double n = n_in * area;

  if (g_str_has_suffix (name, ".z_weight"))
    return get_std (Z_VAR, n, 1);
  // A one-hot input has one term per tap, whatever its channels.
  if (strcmp (name, "fc.weight") == 0)
    return draft->has_vae ? get_std (1, n, 1) : get_std (1, area, 1);
  if (strcmp (name, "head_0.weight") == 0)
    return get_std (1, area, 1);
  if (g_str_has_prefix (name, "cbn_") && strstr (name, ".fc.") != NULL)
    return get_std (GAMMA_VAR, n, 0.5); // after a ReLU
  if (strstr (name, ".mlp_shared.") != NULL)
    return get_std (1, area, 1);
  if (strstr (name, ".mlp_gamma.") != NULL)
    return get_std (GAMMA_VAR, n, 0.5); // after a ReLU
  if (strstr (name, ".mlp_beta.") != NULL)
    return get_std (BETA_VAR, n, 0.5);
  if (strstr (name, ".conv_0.") != NULL)
    return get_std (1, n, LEAKY * MODULATED_VAR);
  if (strstr (name, ".conv_1.") != NULL)
    return get_std (BRANCH_VAR, n, LEAKY * MODULATED_VAR);
  if (strstr (name, ".conv_s.") != NULL)
    return get_std (BRANCH_VAR, n, MODULATED_VAR);
  if (g_str_has_prefix (name, "conv_img"))
    return get_std (PICTURE_STD * PICTURE_STD, n, LEAKY);
  if (strcmp (name, "encoder.layer1.weight") == 0)
    return get_std (1, n, 0.25);
  if (strcmp (name, "encoder.fc_var.weight") == 0)
    return get_std (0.1, n, LEAKY); // log sigma^2 near 0
  return get_std (1, n, LEAKY);
}

static Spread
get_spread (const Draft   *draft,
            const char    *name,
            int            n_dims,
            const int64_t *shape,
            gboolean       is_weight)
{
  double var = get_entry_var (name);
  double area = n_dims == 4 ? (double) (shape[2] * shape[3]) : 1;

  if (g_str_has_suffix (name, ".running_mean"))
    return (Spread) { 0, 0.1 * sqrt (var) };
  if (g_str_has_suffix (name, ".running_var"))
    return (Spread) { var, 0.1 * var }; // uniform: never below 0.8 var
  if (g_str_has_suffix (name, ".noise"))
    return (Spread) { 0, 0.2 * sqrt (var) };
  if (!is_weight)
    return (Spread) { 0, 0.1 };
  return (Spread) { 0, get_weight_std (draft, name, (double) shape[1], area) };
}

static gboolean
add_tensor (const char    *name,
            int            n_dims,
            const int64_t *shape,
            gboolean       is_weight,
            gpointer       user_data,
            GError       **error)
{
  Draft      *draft = user_data;
  SpadeTensor tensor = { 0 };
  Spread      spread = get_spread (draft, name, n_dims, shape, is_weight);

  tensor.name = g_string_chunk_insert (draft->names, name);
  tensor.dtype = SPADE_DTYPE_F32;
  tensor.n_dims = n_dims;
  memcpy (tensor.shape, shape, (gsize) n_dims * sizeof *shape);
  g_array_append_val (draft->tensors, tensor);
  g_array_append_val (draft->spreads, spread);
  return TRUE;
}

// The finalizer of SplitMix64 (Steele et al. 2014): 64 bits from 64 bits.
static guint64
scramble (guint64 x)
{
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static gboolean
fill_tensor (const SpadeTensor *tensor,
             int                index,
             void              *out,
             gpointer           user_data,
             GError           **error)
{
  const Draft        *draft = user_data;
  const SpadeSpan     span = { draft->monitor, "model", 0, 1 };
  Spread       spread = g_array_index (draft->spreads, Spread, index);
  guint64      stream = scramble (draft->seed + scramble ((guint64) index + 1));
  int64_t      n = spade_tensor_n_elements (tensor);
  float       *values = out;

  if (!spade_span_report (&span, (double) index / draft->tensors->len, error))
    return FALSE;
  for (int64_t i = 0; i < n; i++)
    {
      guint64 bits = scramble (
          stream + (guint64) i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
      // -1...1; a uniform number of that width has variance 1/3.
      double  uniform = (double) (bits >> 40) * 0x1p-23 - 1;

      values[i] = (float) (spread.middle + spread.std * 1.7320508 * uniform);
    }
  return TRUE;
}

// Gives the JSON of the config that is written, and that it is one.
static char *
make_json (const SpadeConfig *config, GError **error)
{
  SpadeConfig      written = *config;
  SpadeConfig      parsed;
  GStringChunk    *strings = g_string_chunk_new (256);
  g_autofree char *json = NULL;
  gboolean         ok;

  written.name = "untrained";
  written.description = "Random weights, for tests and benchmarks.";
  written.licence = "CC0-1.0";
  written.is_untrained = TRUE;
  for (int i = 0; i < 256; i++)
    written.knows[i] = TRUE;
  json = spade_config_to_json (&written);
  ok = spade_config_parse (json, &parsed, strings, error);
  if (!ok)
    g_prefix_error (error, "No generator is like that: ");
  g_string_chunk_free (strings);
  return ok ? g_steal_pointer (&json) : NULL;
}

gboolean
spade_model_write_untrained (const SpadeConfig  *config,
                             guint64             seed,
                             const char         *path,
                             const SpadeMonitor *monitor,
                             GError            **error)
{
  g_autofree char *json = make_json (config, error);
  g_autoptr (GArray) tensors = NULL;
  g_autoptr (GArray) spreads = NULL;
  Draft    draft = { .seed = seed, .has_vae = spade_config_has_vae (config),
                     .monitor = monitor };
  gboolean ok;

  if (json == NULL)
    return FALSE;
  draft.tensors = tensors = g_array_new (FALSE, FALSE, sizeof (SpadeTensor));
  draft.spreads = spreads = g_array_new (FALSE, FALSE, sizeof (Spread));
  draft.names = g_string_chunk_new (4096);
  ok = spade_config_foreach_tensor (config, add_tensor, &draft, error)
       && spade_safetensors_write (
           path, (const SpadeTensor *) (gpointer) tensors->data,
           (int) tensors->len, "spade.config", json, fill_tensor, &draft,
           error);
  g_string_chunk_free (draft.names);
  return ok;
}
