// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A public checkpoint into a model file: every tensor that the inferred config
// calls for is found and its shape checked, then all are read, folded and
// written one after another, so that only one is in memory at a time.

#include "checkpoint-private.h"
#include "include/spade-types.h"
#include "model-private.h"
#include "safetensors.h"

#include <math.h>

typedef struct
{
  SpadeCheckpoints    checkpoints;
  SpadeDType          dtype; // of weights
  GArray             *tensors; // SpadeTensor without data
  GArray             *sources; // SpadeCheckpointSource, one per tensor
  GHashTable         *used;    // SpadeTorchTensor, as a set
  GStringChunk       *names;
  const SpadeMonitor *monitor;
} Import;

static gboolean
has_shape (const SpadeTorchTensor *tensor, int n_dims, const int64_t *shape)
{
  return tensor->n_dims == n_dims
         && memcmp (tensor->shape, shape, (gsize) n_dims * sizeof *shape) == 0;
}

static char *
format_shape (int n_dims, const int64_t *shape)
{
  GString *text = g_string_new ("[");

  for (int i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "",
                            (gint64) shape[i]);
  return g_string_free (g_string_append_c (text, ']'), FALSE);
}

static gboolean
check_source (const SpadeCheckpointSource *source,
              const char                  *name,
              int                          n_dims,
              const int64_t               *shape,
              GError                     **error)
{
  int64_t n_rows = shape[0], n_columns = 1;

  for (int i = 1; i < n_dims; i++)
    n_columns *= shape[i];
  if (!has_shape (source->orig, n_dims, shape))
    {
      g_autofree char *is = format_shape (source->orig->n_dims,
                                          source->orig->shape);
      g_autofree char *should = format_shape (n_dims, shape);

      return spade_checkpoint_fail (error, "The checkpoint's \"%s\" is %s, "
                                    "but %s is expected; it is no SPADE "
                                    "generator that is known here.", name, is,
                                    should);
    }
  if (source->u != NULL
      && (!has_shape (source->u, 1, &n_rows)
          || !has_shape (source->v, 1, &n_columns)
          || !spade_torch_tensor_is_float (source->u)
          || !spade_torch_tensor_is_float (source->v)))
    return spade_checkpoint_fail (error, "The spectral norm of the "
                                  "checkpoint's \"%s\" does not fit it.",
                                  name);
  if (!spade_torch_tensor_is_float (source->orig))
    return spade_checkpoint_fail (error, "The checkpoint's \"%s\" does not "
                                  "hold floating-point numbers.", name);
  return TRUE;
}

static gboolean
add_tensor (const char    *name,
            int            n_dims,
            const int64_t *shape,
            gboolean       is_weight,
            gpointer       user_data,
            GError       **error)
{
  Import               *import = user_data;
  SpadeCheckpointSource source = { NULL, NULL, NULL };
  SpadeTensor           tensor = { 0 };

  if (!spade_checkpoint_find (&import->checkpoints, name, &source))
    return spade_checkpoint_fail (error, "The checkpoint's \"%s\" is missing; "
                                  "it is no SPADE generator that is known "
                                  "here.", name);
  if (!check_source (&source, name, n_dims, shape, error))
    return FALSE;
  tensor.name = g_string_chunk_insert (import->names, name);
  tensor.dtype = is_weight ? import->dtype : SPADE_DTYPE_F32;
  tensor.n_dims = n_dims;
  memcpy (tensor.shape, shape, (gsize) n_dims * sizeof *shape);
  g_array_append_val (import->tensors, tensor);
  g_array_append_val (import->sources, source);
  g_hash_table_add (import->used, (gpointer) source.orig);
  if (source.u != NULL)
    {
      g_hash_table_add (import->used, (gpointer) source.u);
      g_hash_table_add (import->used, (gpointer) source.v);
    }
  return TRUE;
}

// Whatever is in a checkpoint has a part in its picture, so a tensor that
// nobody asked for means another network than ours.
static gboolean
check_leftovers (const Import         *import,
                 const SpadeTorchFile *file,
                 GError              **error)
{
  int                     n = 0;
  const SpadeTorchTensor *tensors = spade_torch_file_list (file, &n);

  for (int i = 0; i < n; i++)
    {
      // Before 1.0 torch stored the normalised weight beside its parts.
      g_autofree char *orig = g_strconcat (tensors[i].name, "_orig", NULL);

      if (!g_hash_table_contains (import->used, &tensors[i])
          && !g_str_has_suffix (tensors[i].name, ".num_batches_tracked")
          && spade_torch_file_get (file, orig) == NULL)
        return spade_checkpoint_fail (error, "The checkpoint holds \"%s\", "
                                      "which no SPADE generator or style "
                                      "encoder known here has.",
                                      tensors[i].name);
    }
  return TRUE;
}

// sigma = u^T W v, W with one row per output channel.
static double
get_sigma (const SpadeCheckpointSource *source,
           const float                 *weight,
           int64_t                      n)
{
  int64_t           n_rows = source->orig->shape[0];
  int64_t           n_columns = n / n_rows;
  g_autofree float *u = g_new (float, (gsize) n_rows);
  g_autofree float *v = g_new (float, (gsize) n_columns);
  double            sigma = 0;

  spade_torch_tensor_read (source->u, u);
  spade_torch_tensor_read (source->v, v);
  for (int64_t row = 0; row < n_rows; row++)
    {
      double sum = 0;

      for (int64_t i = 0; i < n_columns; i++)
        sum += (double) weight[row * n_columns + i] * v[i];
      sigma += u[row] * sum;
    }
  return sigma;
}

static gboolean
read_source (const SpadeCheckpointSource *source,
             const char                  *name,
             float                       *out,
             GError                     **error)
{
  int64_t n = spade_torch_tensor_n_elements (source->orig);
  double  sigma = 1;

  spade_torch_tensor_read (source->orig, out);
  if (source->u != NULL)
    sigma = get_sigma (source, out, n);
  for (int64_t i = 0; i < n; i++)
    {
      out[i] = (float) (out[i] / sigma);
      if (!isfinite (out[i]))
        return spade_checkpoint_fail (error, "The checkpoint's \"%s\" holds "
                                      "numbers that are not finite.", name);
      if (out[i] < 0 && g_str_has_suffix (name, ".running_var"))
        return spade_checkpoint_fail (error, "The checkpoint's \"%s\" holds "
                                      "negative variances.", name);
    }
  return TRUE;
}

static gboolean
narrow (const SpadeTensor *tensor,
        const float       *values,
        uint16_t          *out,
        GError           **error)
{
  int64_t n = spade_tensor_n_elements (tensor);

  for (int64_t i = 0; i < n; i++)
    {
      if (tensor->dtype == SPADE_DTYPE_BF16)
        out[i] = spade_f32_to_bf16 (values[i]);
      else
        out[i] = spade_f32_to_f16 (values[i]);
      if (tensor->dtype == SPADE_DTYPE_F16 && (out[i] & 0x7c00) == 0x7c00)
        return spade_checkpoint_fail (error, "The checkpoint's \"%s\" holds "
                                      "numbers too large for f16; choose bf16 "
                                      "or f32.", tensor->name);
    }
  return TRUE;
}

static gboolean
fill_tensor (const SpadeTensor *tensor,
             int                index,
             void              *out,
             gpointer           user_data,
             GError           **error)
{
  Import             *import = user_data;
  const SpadeMonitor *monitor = import->monitor;
  g_autofree float   *values = NULL;
  const SpadeCheckpointSource *source;

  if (monitor != NULL && monitor->cancelled != NULL
      && g_atomic_int_get (monitor->cancelled))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED,
                   "The import was cancelled.");
      return FALSE;
    }
  if (monitor != NULL && monitor->progress != NULL)
    monitor->progress ((double) index / import->tensors->len, "import",
                       monitor->user_data);
  source = &g_array_index (import->sources, SpadeCheckpointSource, index);
  if (tensor->dtype == SPADE_DTYPE_F32)
    return read_source (source, tensor->name, out, error);
  values = g_try_new (float, (gsize) spade_tensor_n_elements (tensor));
  if (values == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory for the import.");
      return FALSE;
    }
  return read_source (source, tensor->name, values, error)
         && narrow (tensor, values, out, error);
}

// Gives the JSON of a config that a model can have.
static char *
make_json (const SpadeImportOptions *options,
           SpadeConfig              *config,
           GError                  **error)
{
  g_autofree char *name = g_filename_display_basename (
      options->generator_path);
  g_autofree char *json = NULL;
  g_autoptr (GError) fault = NULL;
  GStringChunk *strings = g_string_chunk_new (256);
  SpadeConfig   parsed;

  config->name = options->name != NULL ? options->name : name;
  config->description = options->description;
  json = spade_config_to_json (config);
  config->name = config->description = "";
  if (!spade_config_parse (json, &parsed, strings, &fault))
    {
      spade_checkpoint_fail (error, "The checkpoint is no generator that can "
                             "be used: %s.", fault->message);
      g_clear_pointer (&json, g_free);
    }
  g_string_chunk_free (strings);
  return g_steal_pointer (&json);
}

static gboolean
write_model (Import                   *import,
             const SpadeImportOptions *options,
             const char               *path,
             GError                  **error)
{
  SpadeConfig      config;
  g_autofree char *json = NULL;

  if (!spade_checkpoint_infer (&import->checkpoints, options, &config, error))
    return FALSE;
  json = make_json (options, &config, error);
  if (json == NULL
      || !spade_config_foreach_tensor (&config, add_tensor, import, error)
      || !check_leftovers (import, import->checkpoints.generator, error)
      || (import->checkpoints.encoder != NULL
          && !check_leftovers (import, import->checkpoints.encoder, error)))
    return FALSE;
  if (!spade_safetensors_write (
          path, (const SpadeTensor *) (gpointer) import->tensors->data,
          (int) import->tensors->len, "spade.config", json, fill_tensor,
          import, error))
    return FALSE;
  if (import->monitor != NULL && import->monitor->progress != NULL)
    import->monitor->progress (1, "import", import->monitor->user_data);
  return TRUE;
}

static gboolean
parse_dtype (const char *name, SpadeDType *out_dtype, GError **error)
{
  *out_dtype = SPADE_DTYPE_F32;
  if (g_strcmp0 (name, "bf16") == 0)
    *out_dtype = SPADE_DTYPE_BF16;
  else if (g_strcmp0 (name, "f16") == 0)
    *out_dtype = SPADE_DTYPE_F16;
  else if (name != NULL && strcmp (name, "f32") != 0)
    return spade_checkpoint_fail (error, "There is no dtype \"%s\"; choose "
                                  "f32, bf16 or f16.", name);
  return TRUE;
}

gboolean
spade_checkpoint_import (const SpadeImportOptions *options,
                         const char               *path,
                         const SpadeMonitor       *monitor,
                         GError                  **error)
{
  g_autoptr (SpadeTorchFile) generator = NULL;
  g_autoptr (SpadeTorchFile) encoder = NULL;
  Import   import = { .monitor = monitor };
  gboolean ok;

  if (!parse_dtype (options->dtype, &import.dtype, error))
    return FALSE;
  generator = spade_torch_file_open (options->generator_path,
                                     "conv_img.weight", "fc_mu.weight", error);
  if (generator == NULL)
    return FALSE;
  if (options->encoder_path != NULL)
    {
      encoder = spade_torch_file_open (options->encoder_path, "fc_mu.weight",
                                       "conv_img.weight", error);
      if (encoder == NULL)
        return FALSE;
    }
  import.checkpoints = (SpadeCheckpoints) { generator, encoder };
  import.tensors = g_array_new (FALSE, FALSE, sizeof (SpadeTensor));
  import.sources = g_array_new (FALSE, FALSE, sizeof (SpadeCheckpointSource));
  import.used = g_hash_table_new (NULL, NULL);
  import.names = g_string_chunk_new (4096);
  ok = write_model (&import, options, path, error);
  g_array_unref (import.tensors);
  g_array_unref (import.sources);
  g_hash_table_unref (import.used);
  g_string_chunk_free (import.names);
  return ok;
}
