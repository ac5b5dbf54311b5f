// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Every input is read and checked before the model is made ready, so that mistakes are
// told at once.

#include "synth-work.h"

#include <string.h>

#include "map-file.h"
#include "out-file.h"

void
synth_work_init (SynthWork *work)
{
  *work = (SynthWork) { .times = g_string_new (NULL),
                        .last_time = g_get_monotonic_time () };
}

void
synth_work_clear (SynthWork *work)
{
  spade_context_free (work->context);
  g_clear_pointer (&work->model, spade_model_unref);
  spade_map_free (work->map);
  picture_free (work->style);
  picture_free (work->mix_style);
  g_free (work->latent);
  g_free (work->replaced);
  if (work->times != NULL)
    g_string_free (work->times, TRUE);
}

void
synth_work_take_time (SynthWork *work, const char *word)
{
  gint64 now = g_get_monotonic_time ();

  g_string_append_printf (work->times, "%s%s %.3f s",
                          work->times->len > 0 ? ", " : "", word,
                          (now - work->last_time) * 1e-6);
  work->last_time = now;
}

gboolean
synth_work_load_model (SynthWork           *work,
                       const SynthOptions  *options,
                       GError             **error)
{
  work->model = cli_load_model (options->model, error);
  synth_work_take_time (work, "model");
  return work->model != NULL;
}

gboolean
synth_work_load_style (SynthWork           *work,
                       const SynthOptions  *options,
                       GError             **error)
{
  const SpadeConfig *config = spade_model_get_config (work->model);

  if (config->z_dim == 0 && (options->style || options->latent))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "The model \"%s\" has no VAE and takes no style; leave "
                   "--%s out.", spade_model_get_path (work->model),
                   options->style ? "style" : "latent");
      return FALSE;
    }
  if (options->has_variations && config->z_dim == 0 && !config->has_noise)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "The model \"%s\" makes one picture of a map; leave --variations "
                   "out.", spade_model_get_path (work->model));
      return FALSE;
    }
  if (options->latent != NULL && !config->has_noise
      && (options->has_seed || options->has_variations))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "With --latent the seed is that of the noise, and the model "
                   "\"%s\" has none; leave --%s out.",
                   spade_model_get_path (work->model),
                   options->has_variations ? "variations" : "seed");
      return FALSE;
    }
  if (options->mix_style != NULL
      && (work->mix_style = picture_load (options->mix_style, error)) == NULL)
    return FALSE;
  if (options->style != NULL)
    return (work->style = picture_load (options->style, error)) != NULL;
  if (options->latent != NULL)
    return (work->latent = floats_load (options->latent, config->z_dim,
                                        error)) != NULL;
  return TRUE;
}

static gboolean
choose_size (const SynthWork     *work,
             const SynthOptions  *options,
             int                 *out_height,
             int                 *out_width,
             GError             **error)
{
  if (options->size == SYNTH_SIZE_EXACT)
    {
      *out_height = options->height;
      *out_width = options->width;
      return spade_model_check_size (work->model, *out_height, *out_width,
                                     error);
    }
  spade_model_fit_size (work->model,
                        options->size == SYNTH_SIZE_MAP ? SPADE_SIZE_MAP
                                                        : SPADE_SIZE_NATIVE,
                        work->map_height, work->map_width, out_height,
                        out_width);
  return TRUE;
}

gboolean
synth_work_load_map (SynthWork           *work,
                     const SynthOptions  *options,
                     const char          *path,
                     const char          *instances,
                     GError             **error)
{
  const SpadeConfig   *config = spade_model_get_config (work->model);
  g_autoptr (SpadeMap) map = map_file_load (path, config, options->classes,
                                            options->snap, error);
  int                  height, width;

  g_clear_pointer (&work->map, spade_map_free);
  g_clear_pointer (&work->replaced, g_free);
  if (map == NULL
      || (instances != NULL && !map_file_load_instances (map, instances, error)))
    return FALSE;
  work->map_height = map->height;
  work->map_width = map->width;
  if (!choose_size (work, options, &height, &width, error))
    return FALSE;
  work->map = spade_map_resize (map, height, width, error);
  if (work->map != NULL && options->nearest)
    work->replaced = spade_map_use_nearest (work->map, config);
  if (work->map != NULL
      && !spade_map_roughen (work->map, config->class_set, options->outlines, error))
    return FALSE;
  synth_work_take_time (work, "map");
  return work->map != NULL;
}

static gboolean
set_z (SynthWork           *work,
       const SynthOptions  *options,
       guint64              seed,
       GError             **error)
{
  SpadeStyleImage style, mix_style;

  spade_context_set_noise_seed (work->context, seed);
  if (work->latent != NULL)
    return spade_context_set_latent (
      work->context, work->latent, spade_model_get_config (work->model)->z_dim,
      error);
  if (work->style == NULL)
    {
      spade_context_set_seed (work->context, seed);
      return TRUE;
    }
  style = picture_as_style (work->style);
  if (work->mix_style != NULL)
    mix_style = picture_as_style (work->mix_style);
  return spade_context_set_style (work->context, &style,
                                  work->mix_style ? &mix_style : NULL, options->mix,
                                  options->strength, seed, error);
}

static gboolean
make_context (SynthWork           *work,
              const SynthOptions  *options,
              GError             **error)
{
  work->context = spade_context_new (work->model, &options->context, error);
  if (work->context == NULL)
    return FALSE;
  spade_context_set_mirrored (work->context, options->mirror);
  spade_context_set_refined (work->context, options->refine);
  return TRUE;
}

gboolean
synth_work_make_ready (SynthWork           *work,
                       const SynthOptions  *options,
                       GError             **error)
{
  gboolean is_first = work->context == NULL;

  if ((is_first && !make_context (work, options, error))
      || !spade_context_set_map (work->context, work->map, error))
    return FALSE;
  // z stays from map to map.
  if (is_first && !set_z (work, options, options->seed, error))
    {
      g_clear_pointer (&work->context, spade_context_free);
      return FALSE;
    }
  synth_work_take_time (work, "ready");
  return TRUE;
}

void
synth_work_note_model (const SynthWork *work, const SynthOptions *options)
{
  const SpadeConfig *config = spade_model_get_config (work->model);

  if (config->is_untrained)
    cli_note ("The model \"%s\" is untrained: its weights are random, so the "
              "picture will mean nothing.",
              spade_model_get_path (work->model));
  if (config->z_dim == 0 && !config->has_noise && options->has_seed)
    cli_note ("The model has no VAE: every seed gives the same picture.");
  if (options->instances != NULL && !config->has_edge)
    cli_note ("The model does not see edges: the instances change nothing.");
}

// Which classes of the map the model has never seen, and which took their place.
void
synth_work_note_map (const SynthWork *work, const char *name)
{
  g_autofree char *unknown = NULL;
  g_autofree char *of = name != NULL ? g_strdup_printf ("%s: ", name) : g_strdup ("");

  unknown = spade_map_describe_unknown (work->map,
                                        spade_model_get_config (work->model));
  if (work->replaced != NULL)
    cli_note ("%sThe nearest classes that the model knows were used: %s.", of,
              work->replaced);
  if (unknown != NULL)
    cli_note ("%sThe model has not learnt %s; expect nonsense there.", of, unknown);
}

// Renders into one of the two, [map->height, map->width, 3]; the other is NULL.
static gboolean
render (SynthWork           *work,
        const SynthOptions  *options,
        float               *rgb,
        guint8              *bytes,
        GError             **error)
{
  const SpadeMonitor *monitor = cli_monitor_begin ();

  if (rgb != NULL
      ? !spade_context_render (work->context, rgb, monitor, error)
      : !spade_context_render_bytes (work->context, bytes, monitor, error))
    return FALSE;
  synth_work_take_time (work, "render");
  if (options->verbose)
    {
      cli_monitor_end ();
      cli_note ("%d x %d on %s", work->map->width, work->map->height,
                spade_context_get_device (work->context));
    }
  return TRUE;
}

static gboolean
save (const SynthWork     *work,
      const SynthOptions  *options,
      const Picture       *picture,
      const char          *output,
      GError             **error)
{
  g_autoptr (Picture) scaled = NULL;

  if (options->size != SYNTH_SIZE_MAP
      || (picture->height == work->map_height
          && picture->width == work->map_width))
    return picture_save (picture, output, error);
  scaled = picture_scale (picture, work->map_height, work->map_width, error);
  return scaled != NULL && picture_save (scaled, output, error);
}

// Gives the name of a seed's picture: before the ending its number is put. Free with
// g_free().
static char *
name_variation (const char *output,
                guint64     seed)
{
  const char *dot = strrchr (output, '.');

  return g_strdup_printf ("%.*s-%" G_GUINT64_FORMAT "%s", (int) (dot - output), output,
                          seed, dot);
}

gboolean
synth_work_check_output (const SynthOptions  *options,
                         const char          *output,
                         const char *const   *inputs,
                         int                  n_inputs,
                         GError             **error)
{
  if (!options->has_variations)
    return out_file_check (output, inputs, n_inputs, error);
  for (guint i = 0; i < options->n_variations; i++)
    {
      g_autofree char *path = name_variation (output, options->seed + i);

      if (!out_file_check (path, inputs, n_inputs, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
render_file (SynthWork           *work,
             const SynthOptions  *options,
             const char          *output,
             GError             **error)
{
  int                 height = work->map->height;
  int                 width = work->map->width;
  gsize               n = (gsize) height * width * 3;
  g_autoptr (Picture) picture = NULL;
  g_autofree float   *rgb = NULL;
  gboolean            is_done;

  if (!g_str_has_suffix (output, ".f32"))
    {
      picture = picture_new (height, width, error);
      if (picture == NULL)
        return FALSE;
    }
  else if ((rgb = g_try_new (float, n)) == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory for a picture of %d x %d "
                   "pixels; use a smaller size.", width, height);
      return FALSE;
    }
  is_done = render (work, options, rgb, picture ? picture->rgb : NULL, error);
  cli_monitor_end ();
  is_done = is_done
            && (rgb != NULL ? floats_save (rgb, n, output, error)
                            : save (work, options, picture, output, error));
  if (is_done)
    synth_work_take_time (work, "save");
  return is_done;
}

gboolean
synth_work_render (SynthWork           *work,
                   const SynthOptions  *options,
                   const char          *output,
                   GError             **error)
{
  if (!options->has_variations)
    return render_file (work, options, output, error);
  for (guint i = 0; i < options->n_variations; i++)
    {
      guint64          seed = options->seed + i;
      g_autofree char *path = name_variation (output, seed);

      if (!cli_check_cancelled (error) || !set_z (work, options, seed, error)
          || !render_file (work, options, path, error))
        return FALSE;
    }
  return TRUE;
}
