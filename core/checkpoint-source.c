// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Our names of tensors against those of public checkpoints. A spectrally
// normalised weight is stored in three parts, which torch has named in two
// ways; layers of the style encoder lie one level deeper where a norm follows.

#include "checkpoint-private.h"
#include "include/spade-types.h"
#include "tensor.h"

#include <math.h>

static const struct
{
  const char *orig, *u, *v;
} forms[] = {
  { "_orig", "_u", "_v" },
  { "", NULL, NULL },
};

static const SpadeTorchTensor *
get (const SpadeTorchFile *file, const char *prefix, const char *leaf)
{
  g_autofree char *name = g_strconcat (prefix, leaf, NULL);

  return spade_torch_file_get (file, name);
}

// As torch.nn.utils.parametrizations.spectral_norm names them:
// prefix.parametrizations.weight.original and .0._u, .0._v.
static gboolean
find_parametrized (const SpadeTorchFile *file,
                   const char           *name,
                   SpadeCheckpointPart  *out_part)
{
  g_autofree char *prefix = NULL;

  if (!g_str_has_suffix (name, ".weight"))
    return FALSE;
  prefix = g_strdup_printf ("%.*s.parametrizations.weight.",
                            (int) (strlen (name) - strlen (".weight")), name);
  out_part->orig = get (file, prefix, "original");
  out_part->u = get (file, prefix, "0._u");
  out_part->v = get (file, prefix, "0._v");
  return out_part->orig != NULL && out_part->u != NULL
         && out_part->v != NULL;
}

gboolean
spade_checkpoint_find_part (const SpadeTorchFile *file,
                            const char           *name,
                            SpadeCheckpointPart  *out_part)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      gboolean is_spectral = forms[i].u != NULL;

      out_part->orig = get (file, name, forms[i].orig);
      out_part->u = is_spectral ? get (file, name, forms[i].u) : NULL;
      out_part->v = is_spectral ? get (file, name, forms[i].v) : NULL;
      if (out_part->orig != NULL
          && (!is_spectral
              || (out_part->u != NULL && out_part->v != NULL)))
        return TRUE;
    }
  return find_parametrized (file, name, out_part);
}

// Gives the file of our tensor of that name, or NULL, and its name there.
// is_deeper: in the layer of an encoder that a norm follows.
static const SpadeTorchFile *
get_place (const SpadeCheckpoints *checkpoints,
           const char             *name,
           gboolean                is_deeper,
           char                  **out_name)
{
  const char *dot;

  if (checkpoints->kind == SPADE_IMPORT_IMAGINAIRE)
    {
      *out_name = spade_checkpoint_name_imaginaire (name);
      return checkpoints->generator;
    }
  if (!g_str_has_prefix (name, "encoder."))
    {
      *out_name = checkpoints->kind == SPADE_IMPORT_OASIS
                      ? spade_checkpoint_name_oasis (name)
                  : checkpoints->kind == SPADE_IMPORT_CLADE
                      ? spade_checkpoint_name_clade (name)
                      : g_strdup (name);
      return checkpoints->generator;
    }
  name += strlen ("encoder.");
  dot = strchr (name, '.');
  *out_name = is_deeper ? g_strdup_printf ("%.*s.0%s", (int) (dot - name),
                                           name, dot)
                        : g_strdup (name);
  return checkpoints->encoder;
}

gboolean
spade_checkpoint_find (const SpadeCheckpoints *checkpoints,
                       const char             *name,
                       SpadeCheckpointSource  *out_source)
{
  for (int is_deeper = 0; is_deeper <= 1; is_deeper++)
    {
      g_autofree char      *own = NULL;
      const SpadeTorchFile *file = get_place (checkpoints, name, is_deeper,
                                              &own);

      *out_source = (SpadeCheckpointSource) { 0 };
      if (file == NULL
          || !spade_checkpoint_find_part (file, own, &out_source->part))
        continue;
      return TRUE;
    }
  return FALSE;
}

const SpadeTorchTensor *
spade_checkpoint_find_tensor (const SpadeCheckpoints *checkpoints,
                              const char             *name,
                              int                     n_dims)
{
  SpadeCheckpointSource source;

  if (!spade_checkpoint_find (checkpoints, name, &source)
      || source.part.orig->n_dims != n_dims)
    return NULL;
  return source.part.orig;
}

gboolean
spade_checkpoint_complete (const SpadeCheckpoints *checkpoints,
                           const char             *name,
                           SpadeCheckpointSource  *source,
                           GError                **error)
{
  if (checkpoints->kind == SPADE_IMPORT_IMAGINAIRE)
    return spade_checkpoint_complete_imaginaire (checkpoints, name, source, error);
  if (checkpoints->kind == SPADE_IMPORT_CLADE)
    return spade_checkpoint_complete_clade (checkpoints, name, source, error);
  if (checkpoints->kind == SPADE_IMPORT_OASIS)
    spade_checkpoint_slice_oasis (checkpoints, name, source);
  return TRUE;
}

// Whether a part of a spectrally normalised weight of that name is there.
static gboolean
has_part (const SpadeTorchFile *file, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms) && forms[i].u != NULL; i++)
    if (get (file, name, forms[i].orig) != NULL
        || get (file, name, forms[i].u) != NULL
        || get (file, name, forms[i].v) != NULL)
      return TRUE;
  return FALSE;
}

char *
spade_checkpoint_describe (const SpadeCheckpoints *checkpoints,
                           const char             *name)
{
  gboolean              is_encoder = g_str_has_prefix (name, "encoder.layer");
  g_autofree char      *own = NULL;
  g_autofree char      *deeper = NULL;
  const SpadeTorchFile *file = get_place (checkpoints, name, FALSE, &own);

  if (is_encoder)
    {
      get_place (checkpoints, name, TRUE, &deeper);
      if (has_part (file, deeper)
          || spade_torch_file_get (file, deeper) != NULL)
        return g_strdup_printf ("The encoder's \"%s\"", deeper);
    }
  return g_strdup_printf ("The %s's \"%s\"", file == checkpoints->generator
                                                   ? "checkpoint" : "encoder",
                          own);
}

gboolean
spade_checkpoint_refuse_missing (const SpadeCheckpoints *checkpoints,
                                 const char             *name,
                                 GError                **error)
{
  g_autofree char *described = spade_checkpoint_describe (checkpoints, name);

  for (int is_deeper = 0; is_deeper <= 1; is_deeper++)
    {
      g_autofree char      *own = NULL;
      const SpadeTorchFile *file = get_place (checkpoints, name, is_deeper,
                                              &own);

      if (has_part (file, own))
        return spade_checkpoint_fail (error, "%s is incomplete: not all of "
                                      "weight_orig, weight_u and weight_v, its "
                                      "spectral norm, are there.", described);
    }
  return spade_checkpoint_fail (error, "%s is missing; it is no SPADE %s that "
                                "is known here.", described,
                                spade_checkpoint_name_kind (name));
}

const char *
spade_checkpoint_name_kind (const char *name)
{
  return g_str_has_prefix (name, "encoder.") ? "style encoder" : "generator";
}

// sigma = u^T W v, W with one row per output channel.
static double
get_sigma (const SpadeCheckpointPart *part, const float *weight, int64_t n)
{
  int64_t           n_rows = part->orig->shape[0];
  int64_t           n_columns = n / n_rows;
  g_autofree float *u = g_new (float, (gsize) n_rows);
  g_autofree float *v = g_new (float, (gsize) n_columns);
  double            sigma = 0;

  spade_torch_tensor_read (part->u, u);
  spade_torch_tensor_read (part->v, v);
  for (int64_t row = 0; row < n_rows; row++)
    {
      double sum = 0;

      for (int64_t i = 0; i < n_columns; i++)
        sum += (double) weight[row * n_columns + i] * v[i];
      sigma += u[row] * sum;
    }
  return sigma;
}

// Reads a part's numbers, sigma divided out.
static void
read_part (const SpadeCheckpointPart *part, float *out)
{
  int64_t n = spade_torch_tensor_n_elements (part->orig);
  double  sigma;

  spade_torch_tensor_read (part->orig, out);
  if (part->u == NULL)
    return;
  sigma = get_sigma (part, out, n);
  for (int64_t i = 0; i < n; i++)
    out[i] = (float) (out[i] / sigma);
}

// Takes ours out of all input channels of a convolution.
static void
slice (const SpadeCheckpointSource *source, const float *all, float *out)
{
  const int64_t *shape = source->part.orig->shape;
  gsize          area = (gsize) (shape[2] * shape[3]);

  for (int64_t o = 0; o < shape[0]; o++)
    for (int i = 0; i < source->n; i++, out += area)
      {
        int channel = source->first + (i + source->turn) % source->n
                      + (i >= source->gap_at ? source->gap : 0);

        memcpy (out, all + (gsize) (o * shape[1] + channel) * area,
                area * sizeof *out);
      }
}

// Gives a vector's numbers, or as many times value where it is NULL. Free with
// g_free().
static float *
read_vector (const SpadeTorchTensor *tensor, int64_t n, float value)
{
  float *out = g_new (float, n);

  for (int64_t i = 0; i < n; i++)
    out[i] = value;
  if (tensor != NULL)
    spade_torch_tensor_read (tensor, out);
  return out;
}

// Writes what becomes of gamma and beta in out, which has room for all that; all is
// gamma.
static void
fold (const SpadeCheckpointSource *source, float *all, float *out)
{
  const SpadeTorchTensor *gamma = source->part.orig;
  int64_t  n_rows = gamma->shape[0];
  int64_t  n = spade_torch_tensor_n_elements (gamma), row = n / n_rows;
  gboolean is_bias = gamma->n_dims == 1;
  g_autofree float *a = read_vector (source->a, n_rows, 1);
  g_autofree float *b = read_vector (source->b, n_rows, 0);

  if (source->fold != SPADE_FOLD_GAMMA)
    {
      float *beta = source->fold == SPADE_FOLD_BOTH ? out + n : out;

      read_part (&source->beta, beta);
      for (int64_t i = 0; i < n; i++)
        beta[i] += b[i / row] * (all[i] + (is_bias ? 1 : 0));
    }
  if (source->fold != SPADE_FOLD_BETA)
    for (int64_t i = 0; i < n; i++)
      out[i] = a[i / row] * all[i] + (is_bias ? a[i / row] - 1 : 0);
}

// A convolution of 5 x 5 of a picture that was doubled, nearest, sees 3 x 3 pixels of
// what it was before: for each of the four pixels that one becomes, some taps fall on
// the same one, and their weights add up.
static void
join_taps (const SpadeCheckpointSource *source, const float *all, float *out)
{
  const SpadeTorchTensor *orig = source->part.orig;
  int64_t n = spade_torch_tensor_n_elements (orig);
  int64_t n_pairs = n / 25; // of outputs and inputs

  if (orig->n_dims == 1)
    {
      for (int corner = 0; corner < 4; corner++)
        memcpy (out + corner * n, all, (gsize) n * sizeof *out);
      return;
    }
  memset (out, 0, (gsize) (4 * n_pairs * 9) * sizeof *out);
  for (int corner = 0; corner < 4; corner++)
    for (int64_t i = 0; i < n_pairs; i++)
      for (int tap = 0; tap < 25; tap++)
        {
          int y = (corner / 2 + tap / 5) / 2, x = (corner % 2 + tap % 5) / 2;

          out[(corner * n_pairs + i) * 9 + y * 3 + x] += all[i * 25 + tap];
        }
}

static gboolean
check_numbers (const SpadeCheckpoints *checkpoints,
               const char             *name,
               const float            *numbers,
               int64_t                 n,
               GError                **error)
{
  const char *fault = NULL;

  for (int64_t i = 0; i < n && fault == NULL; i++)
    if (!isfinite (numbers[i]))
      fault = "numbers that are not finite";
    else if (numbers[i] < 0 && g_str_has_suffix (name, ".running_var"))
      fault = "negative variances";
  if (fault != NULL)
    {
      g_autofree char *described = spade_checkpoint_describe (checkpoints, name);

      spade_checkpoint_fail (error, "%s holds %s.", described, fault);
    }
  return fault == NULL;
}

gboolean
spade_checkpoint_read (const SpadeCheckpoints      *checkpoints,
                       const SpadeCheckpointSource *source,
                       const SpadeTensor           *tensor,
                       float                       *out,
                       GError                     **error)
{
  int64_t           n = spade_tensor_n_elements (tensor);
  g_autofree float *all = NULL;

  if (source->is_slice || source->fold != SPADE_FOLD_NONE || source->is_doubling
      || source->clade != SPADE_CLADE_NONE)
    {
      all = g_try_new (float, spade_torch_tensor_n_elements (source->part.orig));
      if (all == NULL)
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                       "There is not enough memory for the import.");
          return FALSE;
        }
    }
  read_part (&source->part, all != NULL ? all : out);
  if (source->is_slice)
    slice (source, all, out);
  else if (source->is_doubling)
    join_taps (source, all, out);
  else if (source->clade != SPADE_CLADE_NONE)
    spade_checkpoint_make_clade (source, tensor, all, out);
  else if (all != NULL)
    fold (source, all, out);
  if (source->factor != 0)
    for (int64_t i = 0; i < n; i++)
      out[i] = (float) (out[i] * source->factor);
  return check_numbers (checkpoints, tensor->name, out, n, error);
}
