// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Our names of tensors against those of public checkpoints. A spectrally
// normalised weight is stored in three parts, which torch has named in two
// ways; layers of the style encoder lie one level deeper where a norm follows.

#include "checkpoint-private.h"
#include "include/spade-types.h"

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
find_parametrized (const SpadeTorchFile  *file,
                   const char            *name,
                   SpadeCheckpointSource *out_source)
{
  g_autofree char *prefix = NULL;

  if (!g_str_has_suffix (name, ".weight"))
    return FALSE;
  prefix = g_strdup_printf ("%.*s.parametrizations.weight.",
                            (int) (strlen (name) - strlen (".weight")), name);
  out_source->orig = get (file, prefix, "original");
  out_source->u = get (file, prefix, "0._u");
  out_source->v = get (file, prefix, "0._v");
  return out_source->orig != NULL && out_source->u != NULL
         && out_source->v != NULL;
}

static gboolean
find_in (const SpadeTorchFile  *file,
         const char            *name,
         SpadeCheckpointSource *out_source)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      gboolean is_spectral = forms[i].u != NULL;

      out_source->orig = get (file, name, forms[i].orig);
      out_source->u = is_spectral ? get (file, name, forms[i].u) : NULL;
      out_source->v = is_spectral ? get (file, name, forms[i].v) : NULL;
      if (out_source->orig != NULL
          && (!is_spectral
              || (out_source->u != NULL && out_source->v != NULL)))
        return TRUE;
    }
  return find_parametrized (file, name, out_source);
}

gboolean
spade_checkpoint_find (const SpadeCheckpoints *checkpoints,
                       const char             *name,
                       SpadeCheckpointSource  *out_source)
{
  g_autofree char *deeper = NULL;
  const char      *dot;

  if (!g_str_has_prefix (name, "encoder."))
    return find_in (checkpoints->generator, name, out_source);
  if (checkpoints->encoder == NULL)
    return FALSE;
  name += strlen ("encoder.");
  if (find_in (checkpoints->encoder, name, out_source))
    return TRUE;
  dot = strchr (name, '.');
  deeper = g_strdup_printf ("%.*s.0%s", (int) (dot - name), name, dot);
  return find_in (checkpoints->encoder, deeper, out_source);
}
