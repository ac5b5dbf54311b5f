// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade synth: from a map to a picture. Every input is read and checked
// before the model is made ready, so that mistakes are told at once.

#include <string.h>

#include "map-file.h"
#include "picture-file.h"
#include "out-file.h"
#include "synth-options.h"

// What is read before the work begins, and how long each part took.
typedef struct
{
  SpadeModel   *model;
  SpadeMap     *map;     // at the render size
  int           map_height, map_width; // as the file has it
  Picture      *style;   // or NULL
  float        *latent;  // or NULL
  char         *replaced; // by the nearest classes, in words, or NULL
  SpadeContext *context; // with map and z
  GString      *times;
  gint64        last_time;
} Work;

static void
work_clear (Work *work)
{
  spade_context_free (work->context);
  g_clear_pointer (&work->model, spade_model_unref);
  spade_map_free (work->map);
  picture_free (work->style);
  g_free (work->latent);
  g_free (work->replaced);
  if (work->times != NULL)
    g_string_free (work->times, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

// Notes the time since the last call under a word.
static void
take_time (Work       *work,
           const char *word)
{
  gint64 now = g_get_monotonic_time ();

  g_string_append_printf (work->times, "%s%s %.3f s",
                          work->times->len > 0 ? ", " : "", word,
                          (now - work->last_time) * 1e-6);
  work->last_time = now;
}

static gboolean
load_model (const SynthOptions  *options,
            Work                *work,
            GError             **error)
{
  work->model = cli_load_model (options->model, error);
  take_time (work, "model");
  return work->model != NULL;
}

static gboolean
choose_size (const SynthOptions  *options,
             const Work          *work,
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

static gboolean
load_map (const SynthOptions  *options,
          Work                *work,
          GError             **error)
{
  const SpadeConfig   *config = spade_model_get_config (work->model);
  g_autoptr (SpadeMap) map = map_file_load (options->map, config,
                                            options->classes, options->snap,
                                            error);
  int                  height, width;

  if (map == NULL
      || (options->instances != NULL
          && !map_file_load_instances (map, options->instances, error)))
    return FALSE;
  work->map_height = map->height;
  work->map_width = map->width;
  if (!choose_size (options, work, &height, &width, error))
    return FALSE;
  work->map = spade_map_resize (map, height, width, error);
  if (work->map != NULL && options->nearest)
    work->replaced = spade_map_use_nearest (work->map, config);
  take_time (work, "map");
  return work->map != NULL;
}

static gboolean
load_style (const SynthOptions  *options,
            Work                *work,
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
  if (options->latent != NULL && options->has_seed && !config->has_noise)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "With --latent the seed is that of the noise, and the model "
                   "\"%s\" has none; leave --seed out.",
                   spade_model_get_path (work->model));
      return FALSE;
    }
  if (options->style != NULL)
    return (work->style = picture_load (options->style, error)) != NULL;
  if (options->latent != NULL)
    return (work->latent = floats_load (options->latent, config->z_dim,
                                        error)) != NULL;
  return TRUE;
}

static gboolean
set_z (const SynthOptions  *options,
       const Work          *work,
       GError             **error)
{
  const Picture *style = work->style;

  spade_context_set_noise_seed (work->context, options->seed);
  if (work->latent != NULL)
    return spade_context_set_latent (
      work->context, work->latent, spade_model_get_config (work->model)->z_dim,
      error);
  // A style image alone is mu itself; with a seed, a draw around it.
  if (style != NULL)
    return spade_context_set_style (work->context, style->rgb,
                                    style->height, style->width,
                                    (gsize) style->width * 3,
                                    options->has_seed ? 1.0 : 0.0,
                                    options->seed, error);
  spade_context_set_seed (work->context, options->seed);
  return TRUE;
}

static gboolean
make_context (const SynthOptions  *options,
              Work                *work,
              GError             **error)
{
  work->context = spade_context_new (work->model, &options->context, error);
  if (work->context == NULL)
    return FALSE;
  spade_context_set_mirrored (work->context, options->mirror);
  if (!spade_context_set_map (work->context, work->map, error)
      || !set_z (options, work, error))
    return FALSE;
  take_time (work, "ready");
  return TRUE;
}

// Says which classes of the map the model has never seen, and which took
// their place.
static void
note_unknown_classes (const SpadeConfig *config,
                      const Work        *work)
{
  g_autofree char *unknown = spade_map_describe_unknown (work->map, config);

  if (work->replaced != NULL)
    cli_note ("The nearest classes that the model knows were used: %s.",
              work->replaced);
  if (unknown != NULL)
    cli_note ("The model has not learnt %s; expect nonsense there.", unknown);
}

// Says what the user may not expect of the picture. Only now: a failure is
// told in one line.
static void
note_surprises (const SynthOptions *options,
                const Work         *work)
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
  note_unknown_classes (config, work);
}

// Renders into one of the two, [map->height, map->width, 3]; the other is NULL.
static gboolean
render (const SynthOptions  *options,
        Work                *work,
        float               *rgb,
        guint8              *bytes,
        GError             **error)
{
  const SpadeMonitor *monitor = cli_monitor_begin ();

  if (rgb != NULL
      ? !spade_context_render (work->context, rgb, monitor, error)
      : !spade_context_render_bytes (work->context, bytes, monitor, error))
    return FALSE;
  take_time (work, "render");
  if (options->verbose)
    {
      cli_monitor_end ();
      cli_note ("%d x %d on %s", work->map->width, work->map->height,
                spade_context_get_device (work->context));
    }
  return TRUE;
}

static gboolean
save (const SynthOptions  *options,
      const Work          *work,
      const Picture       *picture,
      GError             **error)
{
  g_autoptr (Picture) scaled = NULL;

  if (options->size != SYNTH_SIZE_MAP
      || (picture->height == work->map_height
          && picture->width == work->map_width))
    return picture_save (picture, options->output, error);
  scaled = picture_scale (picture, work->map_height, work->map_width, error);
  return scaled != NULL && picture_save (scaled, options->output, error);
}

// Renders the map into the output: floats, or a picture.
static gboolean
render_output (const SynthOptions  *options,
               Work                *work,
               GError             **error)
{
  int                 height = work->map->height;
  int                 width = work->map->width;
  gsize               n = (gsize) height * width * 3;
  g_autoptr (Picture) picture = NULL;
  g_autofree float   *rgb = NULL;
  gboolean            is_rendered;

  if (!g_str_has_suffix (options->output, ".f32"))
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
  is_rendered = render (options, work, rgb, picture ? picture->rgb : NULL,
                        error);
  cli_monitor_end ();
  return is_rendered
         && (rgb != NULL ? floats_save (rgb, n, options->output, error)
                         : save (options, work, picture, error));
}

// Reads and checks what the render needs, until Ctrl-C.
static gboolean
prepare (const SynthOptions  *options,
         Work                *work,
         GError             **error)
{
  gboolean (*const steps[]) (const SynthOptions *, Work *, GError **)
    = { load_model, load_map, load_style, make_context };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (!cli_check_cancelled (error) || !steps[i] (options, work, error))
      return FALSE;
  return TRUE;
}

static int
run (int    argc,
     char **argv)
{
  g_auto (SynthOptions) options = { 0 };
  g_auto (Work)         work = { 0 };
  g_autoptr (GError)    error = NULL;
  gboolean              is_done = FALSE;
  int                   status = synth_options_read (&options, argc, argv);
  const char *const     inputs[] = { options.map, options.instances,
                                     options.style, options.latent };

  if (status != CLI_DONE)
    return status;
  cli_monitor_begin (); // Ctrl-C counts from here on
  work.times = g_string_new (NULL);
  work.last_time = g_get_monotonic_time ();
  if (out_file_check (options.output, inputs, G_N_ELEMENTS (inputs), &error)
      && prepare (&options, &work, &error))
    {
      note_surprises (&options, &work);
      is_done = render_output (&options, &work, &error);
    }
  cli_monitor_end ();
  if (!is_done)
    return cli_fail (error);
  take_time (&work, "save");
  if (options.verbose)
    cli_note ("%s", work.times->str);
  return CLI_DONE;
}

const CliCommand cmd_synth = {
  .name = "synth",
  .arguments = NULL,
  .summary = "Renders a segmentation map as a picture.",
  .details =
    "Classes: auto takes the class from a palette entry's name, else from "
    "its exact colour in\nanother palette that it recognizes or in that of the "
    "model's class set, else from a name that\nis another word for a class; and "
    "from the value of a grey PNG (255 is unlabeled).\nPALETTE is gaugan, "
    "ade20k, cityscapes, coco-panoptic or coco-stuff-map. TABLE is like\n"
    "\"0=tree;1=sky-other\". Transparent pixels are unlabeled.\n\n"
    "Style: --style alone gives that style itself, with --seed a draw around "
    "it.\n\n"
    "Size: native is the size that suits the model best, in the map's shape; "
    "map is the map's\nown, scaled where the model cannot make it exactly; "
    "WxH must be a size it can make.\n\n"
    "An output that ends in .f32 holds height x width x 3 little-endian "
    "floats of -1...1 at the\nrender size instead.",
  .run = run,
};
