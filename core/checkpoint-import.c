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

// Whether a source has the shape that is expected of what is made of it.
static gboolean
gives_shape (const SpadeCheckpointSource *source,
             int                          n_dims,
             const int64_t               *shape)
{
  SpadeTorchTensor made = *source->part.orig;

  if (source->clade != SPADE_CLADE_NONE)
    return spade_checkpoint_fits_clade (source, n_dims, shape);
  if (source->is_slice)
    made.shape[1] = source->n;
  if (source->fold == SPADE_FOLD_BOTH)
    made.shape[0] *= 2;
  if (source->is_doubling)
    made.shape[0] *= 4;
  if (source->is_doubling && made.n_dims == 4)
    made.shape[2] = made.shape[3] = 3;
  return has_shape (&made, n_dims, shape);
}

// Whether a part's u and v are as long as its spectral norm needs them.
static gboolean
fits_norm (const SpadeCheckpointPart *part)
{
  int64_t n_rows = part->orig->n_dims > 0 ? part->orig->shape[0] : 1;
  int64_t n_columns = spade_torch_tensor_n_elements (part->orig)
                      / MAX (n_rows, 1);

  return part->u == NULL
         || (has_shape (part->u, 1, &n_rows) && has_shape (part->v, 1, &n_columns)
             && spade_torch_tensor_is_float (part->u)
             && spade_torch_tensor_is_float (part->v));
}

// Says what shape a tensor has; ours may be of another than theirs should be.
static gboolean
refuse_shape (const SpadeCheckpointSource *source,
              const char                  *name,
              const char                  *described,
              int                          n_dims,
              const int64_t               *shape,
              GError                     **error)
{
  gboolean is_other = source->is_slice || source->is_doubling
                      || source->fold == SPADE_FOLD_BOTH
                      || source->clade != SPADE_CLADE_NONE;
  g_autofree char *is = format_shape (source->part.orig->n_dims,
                                      source->part.orig->shape);
  g_autofree char *should = format_shape (n_dims, shape);

  if (is_other)
    return spade_checkpoint_fail (error, "%s is %s, which does not fit the other "
                                  "tensors; it is no %s that is known here.",
                                  described, is, spade_checkpoint_name_kind (name));
  return spade_checkpoint_fail (error, "%s is %s, but %s is expected; it is no SPADE "
                                "%s that is known here.", described, is, should,
                                spade_checkpoint_name_kind (name));
}

static gboolean
check_source (const SpadeCheckpoints      *checkpoints,
              const SpadeCheckpointSource *source,
              const char                  *name,
              int                          n_dims,
              const int64_t               *shape,
              GError                     **error)
{
  g_autofree char *described = spade_checkpoint_describe (checkpoints, name);

  if (!gives_shape (source, n_dims, shape))
    return refuse_shape (source, name, described, n_dims, shape, error);
  if (!fits_norm (&source->part)
      || (source->beta.orig != NULL && !fits_norm (&source->beta)))
    return spade_checkpoint_fail (error, "%s has a spectral norm that does not "
                                  "fit it.", described);
  if (!spade_torch_tensor_is_float (source->part.orig))
    return spade_checkpoint_fail (error, "%s does not hold floating-point "
                                  "numbers.", described);
  return TRUE;
}

static void
note_used (Import *import, const SpadeCheckpointSource *source)
{
  const SpadeTorchTensor *const all[] = {
    source->part.orig, source->part.u, source->part.v, source->beta.orig,
    source->beta.u,    source->beta.v, source->a,      source->b,
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != NULL)
      g_hash_table_add (import->used, (gpointer) all[i]);
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
  SpadeCheckpointSource source = { 0 };
  SpadeTensor           tensor = { 0 };

  if (!spade_checkpoint_find (&import->checkpoints, name, &source))
    return spade_checkpoint_refuse_missing (&import->checkpoints, name, error);
  if (!spade_checkpoint_complete (&import->checkpoints, name, &source, error)
      || !check_source (&import->checkpoints, &source, name, n_dims, shape, error))
    return FALSE;
  tensor.name = g_string_chunk_insert (import->names, name);
  tensor.dtype = is_weight ? import->dtype : SPADE_DTYPE_F32;
  tensor.n_dims = n_dims;
  memcpy (tensor.shape, shape, (gsize) n_dims * sizeof *shape);
  g_array_append_val (import->tensors, tensor);
  g_array_append_val (import->sources, source);
  note_used (import, &source);
  return TRUE;
}

// Whether a tensor is one of the parts of a weight of which another form was
// used. Before 1.0 torch stored the normalised weight beside its parts, and in
// 0.4.1 one part less, so that the weight itself is used.
static gboolean
is_other_form (const Import         *import,
               const SpadeTorchFile *file,
               const char           *name)
{
  static const char *const suffixes[] = { "_orig", "_u", "_v" };
  g_autofree char         *orig = g_strconcat (name, "_orig", NULL);

  if (spade_torch_file_get (file, orig) != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *whole = NULL;

      if (!g_str_has_suffix (name, suffixes[i]))
        continue;
      whole = g_strndup (name, strlen (name) - strlen (suffixes[i]));
      return g_hash_table_contains (import->used,
                                    spade_torch_file_get (file, whole));
    }
  return FALSE;
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
    if (!g_hash_table_contains (import->used, &tensors[i])
        && !g_str_has_suffix (tensors[i].name, ".num_batches_tracked")
        && !is_other_form (import, file, tensors[i].name))
      return spade_checkpoint_fail (error, "The checkpoint holds \"%s\", which "
                                    "no SPADE generator or style encoder known "
                                    "here has.", tensors[i].name);
  return TRUE;
}

static gboolean
narrow (const Import      *import,
        const SpadeTensor *tensor,
        const float       *values,
        uint16_t          *out,
        GError           **error)
{
  g_autofree char *described = spade_checkpoint_describe (&import->checkpoints,
                                                          tensor->name);
  int64_t          n = spade_tensor_n_elements (tensor);

  for (int64_t i = 0; i < n; i++)
    {
      if (tensor->dtype == SPADE_DTYPE_BF16)
        out[i] = spade_f32_to_bf16 (values[i]);
      else
        out[i] = spade_f32_to_f16 (values[i]);
      if (tensor->dtype == SPADE_DTYPE_F16 && (out[i] & 0x7c00) == 0x7c00)
        return spade_checkpoint_fail (error, "%s holds numbers too large for "
                                      "f16; choose bf16 or f32.", described);
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
    return spade_checkpoint_read (&import->checkpoints, source, tensor, out,
                                  error);
  values = g_try_new (float, (gsize) spade_tensor_n_elements (tensor));
  if (values == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory for the import.");
      return FALSE;
    }
  return spade_checkpoint_read (&import->checkpoints, source, tensor, values,
                                error)
         && narrow (import, tensor, values, out, error);
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
  SpadeConfig        config;
  SpadeImportReading reading;
  g_autofree char   *json = NULL;

  if (!spade_checkpoint_infer (&import->checkpoints, options, &config,
                               &reading, error))
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

// Tensors that only such a network has. Of imaginaire's that is the average of its
// weights, which has no spectral norm, then what was trained.
#define GENERATOR_KEY "conv_img.weight"
#define IMAGINAIRE_KEY "spade_generator.conv_img256.layers.conv.weight"
#define ENCODER_KEY "fc_mu.weight"

static const char *const generator_keys[] = {
  GENERATOR_KEY, IMAGINAIRE_KEY, IMAGINAIRE_KEY "_orig", ENCODER_KEY, NULL
};
static const char *const encoder_keys[] = { ENCODER_KEY, GENERATOR_KEY, NULL };

typedef SpadeTorchFile *(*OpenFunc) (const char        *path,
                                     const char *const *keys,
                                     GError           **error);

static void
clear_checkpoints (SpadeCheckpoints *checkpoints)
{
  g_clear_pointer (&checkpoints->generator, spade_torch_file_free);
  g_clear_pointer (&checkpoints->encoder, spade_torch_file_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SpadeCheckpoints, clear_checkpoints)

static gboolean
open_checkpoints (const SpadeImportOptions *options,
                  OpenFunc                  open,
                  SpadeCheckpoints         *out,
                  GError                  **error)
{
  out->generator = open (options->generator_path, generator_keys, error);
  if (out->generator == NULL)
    return FALSE;
  if (options->encoder_path != NULL)
    out->encoder = open (options->encoder_path, encoder_keys, error);
  return options->encoder_path == NULL || out->encoder != NULL;
}

gboolean
spade_checkpoint_look (const SpadeImportOptions *options,
                       SpadeImportReading       *out_reading,
                       GError                  **error)
{
  g_auto (SpadeCheckpoints) checkpoints = { 0 };
  SpadeConfig config;

  *out_reading = (SpadeImportReading) { 0 };
  return open_checkpoints (options, spade_torch_file_look, &checkpoints, error)
         && spade_checkpoint_infer (&checkpoints, options, &config,
                                    out_reading, error);
}

gboolean
spade_checkpoint_import (const SpadeImportOptions *options,
                         const char               *path,
                         const SpadeMonitor       *monitor,
                         GError                  **error)
{
  g_auto (SpadeCheckpoints) checkpoints = { 0 };
  Import   import = { .monitor = monitor };
  gboolean ok;

  if (!parse_dtype (options->dtype, &import.dtype, error)
      || !open_checkpoints (options, spade_torch_file_open, &checkpoints,
                            error))
    return FALSE;
  import.checkpoints = checkpoints;
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
