// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A model file with its config, checked against each other: afterwards every
// tensor that the config calls for is there, in its shape, and nobody needs
// to look again. Others that the file may have are not there for anybody.

#include "model-private.h"
#include "safetensors.h"

#include <math.h>

// The longest side that a map can have (spade-map.h); a multiple of 128.
#define MAX_SIDE 262144
// Of SPADE_SIZE_AUTO, in pixels that suit the model best.
#define AUTO_LARGE 1.25 // beyond it the map's own size
#define AUTO_MOST 16

struct _SpadeModel
{
  gatomicrefcount   ref_count;
  char             *path;
  SpadeSafetensors *file;
  GHashTable       *tensors; // name -> tensor, both the file's
  GStringChunk     *strings;
  SpadeConfig       config;
  SpadeDType        dtype;
  gint64            n_parameters;
};

static gboolean
is_float (SpadeDType dtype)
{
  return dtype == SPADE_DTYPE_F32 || dtype == SPADE_DTYPE_BF16
         || dtype == SPADE_DTYPE_F16;
}

static gboolean
check_tensor (const char    *name,
              int            n_dims,
              const int64_t *shape,
              gboolean       is_weight,
              gpointer       user_data,
              GError       **error)
{
  SpadeModel        *model = user_data;
  const SpadeTensor *tensor = spade_safetensors_get (model->file, name);
  const char        *fault = NULL;

  if (tensor == NULL)
    fault = "is missing";
  else if (tensor->n_dims != n_dims
           || memcmp (tensor->shape, shape, (gsize) n_dims * sizeof *shape))
    fault = "does not have the shape that the config asks for";
  else if (!is_weight && tensor->dtype != SPADE_DTYPE_F32)
    fault = "must be F32";
  else if (is_weight && !is_float (tensor->dtype))
    fault = "must be F32, BF16 or F16";
  else if (is_weight && model->n_parameters > 0
           && tensor->dtype != model->dtype)
    fault = "has another dtype than the weights before it";
  if (fault != NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MODEL,
                   "the tensor \"%s\" %s", name, fault);
      return FALSE;
    }
  if (is_weight)
    model->dtype = tensor->dtype; // the first tensor visited is a weight
  model->n_parameters += spade_tensor_n_elements (tensor);
  g_hash_table_insert (model->tensors, (gpointer) tensor->name,
                       (gpointer) tensor);
  return TRUE;
}

static gboolean
read_config (SpadeModel *model, GError **error)
{
  const char *json = spade_safetensors_get_metadata (model->file,
                                                     "spade.config");

  if (json == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MODEL,
                   "it has no \"spade.config\"; make one from a checkpoint "
                   "with \"spade import\"");
      return FALSE;
    }
  return spade_config_parse (json, &model->config, model->strings, error)
         && spade_config_foreach_tensor (&model->config, check_tensor, model,
                                         error);
}

SpadeModel *
spade_model_load (const char *path, GError **error)
{
  g_autoptr (SpadeModel) model = g_new0 (SpadeModel, 1);
  g_autoptr (GError) fault = NULL;

  g_atomic_ref_count_init (&model->ref_count);
  model->path = g_strdup (path);
  model->strings = g_string_chunk_new (256);
  model->tensors = g_hash_table_new (g_str_hash, g_str_equal);
  model->file = spade_safetensors_open (path, error);
  if (model->file == NULL)
    return NULL;
  if (!read_config (model, &fault))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MODEL,
                   "\"%s\" is not a model that can be used: %s.", path,
                   fault->message);
      return NULL;
    }
  return g_steal_pointer (&model);
}

SpadeModel *
spade_model_ref (SpadeModel *model)
{
  g_atomic_ref_count_inc (&model->ref_count);
  return model;
}

void
spade_model_unref (SpadeModel *model)
{
  if (model == NULL || !g_atomic_ref_count_dec (&model->ref_count))
    return;
  g_hash_table_unref (model->tensors);
  spade_safetensors_free (model->file);
  g_string_chunk_free (model->strings);
  g_free (model->path);
  g_free (model);
}

const SpadeConfig *
spade_model_get_config (const SpadeModel *model)
{
  return &model->config;
}

gint64
spade_model_get_n_parameters (const SpadeModel *model)
{
  return model->n_parameters;
}

const char *
spade_model_get_path (const SpadeModel *model)
{
  return model->path;
}

const char *
spade_model_get_dtype (const SpadeModel *model)
{
  if (model->dtype == SPADE_DTYPE_BF16)
    return "bf16";
  return model->dtype == SPADE_DTYPE_F16 ? "f16" : "f32";
}

const SpadeTensor *
spade_model_get_tensor (const SpadeModel *model, const char *name)
{
  return g_hash_table_lookup (model->tensors, name);
}

SpadeContentHash
spade_model_hash (const SpadeModel *model)
{
  int n;
  const SpadeTensor *tensors = spade_safetensors_list (model->file, &n);
  g_autofree SpadeContentHash *parts = g_new (SpadeContentHash, 2 * n);

  for (int i = 0; i < n; i++)
    {
      const SpadeTensor *t = &tensors[i];
      g_autofree char   *about
          = g_strdup_printf ("%s %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                             " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                             t->name, t->dtype, t->n_dims, t->shape[0],
                             t->shape[1], t->shape[2], t->shape[3]);

      parts[2 * i] = spade_content_hash (about, strlen (about));
      parts[2 * i + 1] = spade_content_hash (
          t->data, (gsize) spade_tensor_n_elements (t)
                       * spade_dtype_get_size (t->dtype));
      spade_tensor_release (t);
    }
  return spade_content_hash_join (parts, 2 * (gsize) n);
}

int
spade_model_get_granularity (const SpadeModel *model)
{
  return 1 << spade_config_get_n_doublings (&model->config);
}

static int
round_side (double side, int granularity)
{
  double n = round (side / granularity);

  return granularity * (int) CLAMP (n, 1, MAX_SIDE / granularity);
}

void
spade_model_fit_size (const SpadeModel *model,
                      SpadeSizeMode     mode,
                      int               height,
                      int               width,
                      int              *out_height,
                      int              *out_width)
{
  int    granularity = spade_model_get_granularity (model);
  double h = MAX (height, 1), w = MAX (width, 1);
  double scale = model->config.native_size / sqrt (h * w);

  if (mode == SPADE_SIZE_AUTO && 1 / (scale * scale) > AUTO_LARGE)
    scale = MIN (scale * sqrt (AUTO_MOST), 1);
  else if (mode == SPADE_SIZE_MAP)
    scale = 1;
  h *= scale;
  w *= scale;
  *out_height = round_side (h, granularity);
  *out_width = round_side (w, granularity);
}

gboolean
spade_model_check_size (const SpadeModel *model,
                        int               height,
                        int               width,
                        GError          **error)
{
  int nearest_height, nearest_width;

  spade_model_fit_size (model, SPADE_SIZE_MAP, height, width, &nearest_height,
                        &nearest_width);
  if (height == nearest_height && width == nearest_width)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_SIZE,
               "The model cannot render %d x %d pixels: use multiples of %d, "
               "the nearest being %d x %d.",
               width, height, spade_model_get_granularity (model),
               nearest_width, nearest_height);
  return FALSE;
}
