// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The operation "spade:picture". Any pixel of a picture depends on the whole map, so the
// whole is made at once, and GEGL keeps it until the map or a setting changes. A map that
// cannot be rendered is passed on as it is, with one message.

#include <gegl.h>
#include <gegl-plugin.h>
#include <glib/gi18n-lib.h>

#include "../effect.h"
#include "kept-picture.h"
#include "module.h"
#include "properties.h"

#define WORKER "spade-effect-worker." G_MODULE_SUFFIX
#define MAX_SIDE 262144

typedef struct
{
  GeglOperationFilter parent;
  GMutex              render_lock; // of all below: GIMP makes thumbnails in other
                                   // threads
  SpadeEffectValues   values;
  SpadeKeptPicture    kept;
  gboolean            was_told; // what is wrong, since a picture or a setting
} SpadeEffect;

typedef struct
{
  GeglOperationFilterClass parent;
} SpadeEffectClass;

// The worker's users are the operations that have rendered.
static GMutex                   lock;
static const SpadeEffectWorker *worker;
static guint                    n_effects;

GType spade_effect_get_type (void);
const GeglModuleInfo *gegl_module_query (GTypeModule *module);
gboolean              gegl_module_register (GTypeModule *module);

G_DEFINE_DYNAMIC_TYPE (SpadeEffect, spade_effect, GEGL_TYPE_OPERATION_FILTER)

// Gives the worker, which is opened at the first call, or NULL with the reason.
static const SpadeEffectWorker *
find_worker (GError **error)
{
  static gboolean  was_tried;
  static char     *reason;
  gpointer         symbol = NULL;
  GModule         *module;

  g_mutex_lock (&lock);
  if (!was_tried)
    {
      was_tried = TRUE;
      module = spade_module_open (WORKER, &reason);
      if (module != NULL && g_module_symbol (module, "spade_effect_worker", &symbol))
        worker = ((SpadeEffectWorkerGetter) symbol) ();
      if (worker != NULL && worker->interface != SPADE_EFFECT_INTERFACE)
        worker = NULL;
    }
  g_mutex_unlock (&lock);
  if (worker == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 _("The effect cannot be rendered: %s; install gimp-spade anew."),
                 reason != NULL ? reason : WORKER);
  return worker;
}

// Says what is wrong, once: a stroke in a colour without a class is many renders. GIMP
// shows messages of the domain GEGL to the user.
static void
tell (SpadeEffect *effect,
      const char  *message)
{
  if (!effect->was_told)
    g_log ("GEGL", G_LOG_LEVEL_MESSAGE, "SPADE: %s", message);
  effect->was_told = TRUE;
}

static GeglRectangle
get_whole (GeglOperation *operation)
{
  const GeglRectangle *box = gegl_operation_source_get_bounding_box (operation, "input");

  return box != NULL ? *box : (GeglRectangle) { 0 };
}

// Colours are to stay the numbers that are stored, hence the input's own space; those
// of pictures are sRGB.
static void
prepare (GeglOperation *operation)
{
  const Babl *source = gegl_operation_get_source_format (operation, "input");
  gboolean    is_u8 = source != NULL &&
                      babl_format_get_type (source, 0) == babl_type ("u8");

  gegl_operation_set_format (operation, "input",
                             babl_format_with_space ("R'G'B'A u8", source));
  gegl_operation_set_format (operation, "output",
                             babl_format (is_u8 ? "R'G'B'A u8" : "R'G'B'A float"));
}

static GeglRectangle
get_required_for_output (GeglOperation       *operation,
                         const char          *pad,
                         const GeglRectangle *roi)
{
  return get_whole (operation);
}

static GeglRectangle
get_invalidated_by_change (GeglOperation       *operation,
                           const char          *pad,
                           const GeglRectangle *roi)
{
  return get_whole (operation);
}

static GeglRectangle
get_cached_region (GeglOperation       *operation,
                   const GeglRectangle *roi)
{
  return get_whole (operation);
}

static void
show_progress (double      fraction,
               const char *phase,
               gpointer    operation)
{
  gegl_operation_progress (operation, fraction, (char *) "");
}

// Writes a picture of whole's size with the map's alpha.
static void
write_picture (GeglBuffer          *picture,
               const guint8        *rgba,
               const GeglRectangle *whole,
               GeglBuffer          *output)
{
  gsize             width = (gsize) whole->width;
  g_autofree float *row = g_new (float, width * 4);

  for (int y = 0; y < whole->height; y++, rgba += 4 * width)
    {
      gegl_buffer_get (picture, GEGL_RECTANGLE (0, y, whole->width, 1), 1.0,
                       babl_format ("R'G'B'A float"), row, GEGL_AUTO_ROWSTRIDE,
                       GEGL_ABYSS_CLAMP);
      for (gsize x = 0; x < width; x++)
        row[4 * x + 3] = rgba[4 * x + 3] / 255.0f;
      gegl_buffer_set (output, GEGL_RECTANGLE (whole->x, whole->y + y, whole->width, 1), 0,
                       babl_format ("R'G'B'A float"), row, GEGL_AUTO_ROWSTRIDE);
    }
}

#define LEAST_MEMORY ((guint64) 1 << 30)

// What GEGL may take for pixels is a measure of what its program may: GIMP's "Tile cache
// size", in its preferences.
static guint64
get_memory (void)
{
  guint64 bytes = 0;

  g_object_get (gegl_config (), "tile-cache-size", &bytes, NULL);
  return MAX (bytes, LEAST_MEMORY);
}

static gboolean
render (GeglOperation        *operation,
        GeglBuffer           *input,
        GeglBuffer           *output,
        const GeglRectangle  *whole,
        GError              **error)
{
  SpadeEffect             *effect = (SpadeEffect *) operation;
  SpadeEffectSettings      settings = spade_effect_values_get_settings (&effect->values);
  SpadeMonitor             monitor = { show_progress, operation, NULL };
  SpadeEffectPicture       picture;
  const SpadeEffectWorker *with = find_worker (error);
  g_autofree guint8       *rgba = NULL;

  if (with == NULL)
    return FALSE;
  settings.memory = get_memory ();
  if (whole->width <= MAX_SIDE && whole->height <= MAX_SIDE)
    rgba = g_try_malloc_n ((gsize) whole->width * 4, (gsize) whole->height);
  if (rgba == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory to read a layer of %dx%d "
                     "pixels."), whole->width, whole->height);
      return FALSE;
    }
  gegl_buffer_get (input, whole, 1.0, gegl_operation_get_format (operation, "input"),
                   rgba, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  if (!with->render (&settings, rgba, whole->height, whole->width, &monitor, &picture,
                     error))
    return FALSE;
  spade_kept_picture_set (&effect->kept, &picture, whole->height, whole->width);
  write_picture (effect->kept.fitted, rgba, whole, output);
  return TRUE;
}

static gboolean
process (GeglOperation       *operation,
         GeglBuffer          *input,
         GeglBuffer          *output,
         const GeglRectangle *roi,
         int                  level)
{
  SpadeEffect       *effect = (SpadeEffect *) operation;
  GeglRectangle      whole = get_whole (operation);
  g_autoptr (GError) error = NULL;

  if (whole.width < 1 || whole.height < 1)
    return TRUE;
  g_mutex_lock (&effect->render_lock);
  if (render (operation, input, output, &whole, &error))
    effect->was_told = FALSE;
  else
    {
      tell (effect, error->message);
      gegl_buffer_copy (input, roi, GEGL_ABYSS_NONE, output, roi);
    }
  g_mutex_unlock (&effect->render_lock);
  return TRUE;
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  SpadeEffect *effect = (SpadeEffect *) object;
  gboolean     is_known;

  g_mutex_lock (&effect->render_lock);
  effect->was_told = FALSE;
  is_known = spade_effect_values_set (&effect->values, id, value);
  g_mutex_unlock (&effect->render_lock);
  if (!is_known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  if (!spade_effect_values_get (&((SpadeEffect *) object)->values, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
spade_effect_init (SpadeEffect *effect)
{
  g_mutex_init (&effect->render_lock);
  g_mutex_lock (&lock);
  n_effects++;
  g_mutex_unlock (&lock);
}

// With the last effect goes what the worker keeps.
static void
finalize (GObject *object)
{
  SpadeEffect *effect = (SpadeEffect *) object;
  gboolean     is_last;

  g_mutex_lock (&lock);
  is_last = --n_effects == 0 && worker != NULL;
  g_mutex_unlock (&lock);
  if (is_last)
    worker->release ();
  spade_kept_picture_clear (&effect->kept);
  spade_effect_values_clear (&effect->values);
  g_mutex_clear (&effect->render_lock);
  G_OBJECT_CLASS (spade_effect_parent_class)->finalize (object);
}

static void
spade_effect_class_init (SpadeEffectClass *class)
{
  GeglOperationClass *operation = GEGL_OPERATION_CLASS (class);
  GObjectClass       *object = G_OBJECT_CLASS (class);

  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  spade_effect_install_properties (object);
  operation->prepare = prepare;
  operation->get_required_for_output = get_required_for_output;
  operation->get_invalidated_by_change = get_invalidated_by_change;
  operation->get_cached_region = get_cached_region;
  operation->threaded = FALSE;
  GEGL_OPERATION_FILTER_CLASS (class)->process = process;
  gegl_operation_class_set_keys (operation,
    "name", SPADE_EFFECT_OPERATION,
    "title", _("SPADE Picture"),
    "categories", "render",
    "description", _("Turn a segmentation map into a photograph-like layer"),
    "gimp:menu-path", "<Image>/Filters/Render/SPADE",
    "gimp:menu-label", _("Picture as _Layer Effect..."),
    NULL);
}

static void
spade_effect_class_finalize (SpadeEffectClass *class)
{
}

G_MODULE_EXPORT const GeglModuleInfo *
gegl_module_query (GTypeModule *module)
{
  static const GeglModuleInfo info = { GEGL_MODULE_ABI_VERSION };

  return &info;
}

G_MODULE_EXPORT gboolean
gegl_module_register (GTypeModule *module)
{
#ifdef SPADE_LOCALE_FOLDER
  // Not there: run from a build, perhaps by the plug-in, which has bound its own.
  if (g_file_test (SPADE_LOCALE_FOLDER, G_FILE_TEST_IS_DIR))
    {
      bindtextdomain (GETTEXT_PACKAGE, SPADE_LOCALE_FOLDER);
      bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    }
#endif
  spade_effect_register_type (module);
  return TRUE;
}
