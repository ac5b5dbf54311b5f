// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The operation "spade:picture". Any pixel of a picture depends on the whole map, so the
// whole is made at once, and GEGL keeps it until the map or a setting changes. A map that
// cannot be rendered is passed on as it is, with one message.

#include <gegl.h>
#include <gegl-plugin.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "../effect.h"
#include "../scale-picture.h"
#include "module.h"

#define WORKER "spade-effect-worker." G_MODULE_SUFFIX
#define MAX_SIDE 262144

typedef enum
{
  STYLE_NONE,
  STYLE_CLEAR_NOON,
  STYLE_GOLDEN_HOUR,
  STYLE_SUNSET,
  STYLE_DUSK,
  STYLE_OVERCAST,
  STYLE_MIST,
  STYLE_WINTER,
  STYLE_AUTUMN,
  STYLE_STORM,
  STYLE_FILE,
} EffectStyle;

typedef enum
{
  SIZE_NATIVE,
  SIZE_MAP,
} EffectSize;

typedef struct
{
  GeglOperationFilter parent;
  EffectStyle         style;
  char               *style_file;
  double              strength;
  guint               seed;
  gboolean            is_mirrored;
  double              outlines;
  EffectSize          size;
  gboolean            refines;
  char               *model;
  char               *classes;
  gboolean            was_told; // what is wrong, since a picture or a setting
  SpadeEffectPicture  last;     // the picture before, rgb NULL where there is none
  GeglBuffer         *fitted;   // the same at the map's size
} SpadeEffect;

typedef struct
{
  GeglOperationFilterClass parent;
} SpadeEffectClass;

enum
{
  PROP_0,
  PROP_STYLE,
  PROP_STYLE_FILE,
  PROP_SEED,
  PROP_STRENGTH,
  PROP_MIRROR,
  PROP_OUTLINES,
  PROP_SIZE,
  PROP_REFINE,
  PROP_MODEL,
  PROP_CLASSES,
};

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

static const char *
get_style (const SpadeEffect *effect)
{
  GEnumClass *styles;
  const char *name;

  if (effect->style == STYLE_NONE)
    return NULL;
  if (effect->style == STYLE_FILE)
    return effect->style_file != NULL && *effect->style_file != '\0'
             ? effect->style_file : NULL;
  styles = g_type_class_ref (g_type_from_name ("SpadeEffectStyle"));
  name = g_enum_get_value (styles, (int) effect->style)->value_nick;
  g_type_class_unref (styles);
  return name; // static
}

static SpadeEffectSettings
get_settings (const SpadeEffect *effect)
{
  return (SpadeEffectSettings) {
    .style = get_style (effect),
    .strength = effect->strength,
    .seed = effect->seed,
    .is_mirrored = effect->is_mirrored,
    .outlines = effect->outlines,
    .has_map_size = effect->size == SIZE_MAP,
    .refines = effect->refines,
    .model = effect->model != NULL && *effect->model != '\0' ? effect->model : NULL,
    .classes = effect->classes,
  };
}

static void
show_progress (double      fraction,
               const char *phase,
               gpointer    operation)
{
  gegl_operation_progress (operation, fraction, (char *) "");
}

// Gives the box of the pixels that differ from row to row of two pictures.
static GeglRectangle
find_change (const SpadeEffectPicture *a,
             const SpadeEffectPicture *b)
{
  gsize stride = (gsize) a->width * 3;
  int   left = a->width, right = 0, top = a->height, bottom = 0;

  for (int y = 0; y < a->height; y++)
    {
      const float *row_a = a->rgb + y * stride, *row_b = b->rgb + y * stride;
      int          x = 0;

      if (memcmp (row_a, row_b, stride * sizeof *row_a) == 0)
        continue;
      top = MIN (top, y);
      bottom = y + 1;
      while (memcmp (row_a + 3 * x, row_b + 3 * x, 3 * sizeof *row_a) == 0)
        x++;
      left = MIN (left, x);
      x = a->width;
      while (memcmp (row_a + 3 * x - 3, row_b + 3 * x - 3, 3 * sizeof *row_a) == 0)
        x--;
      right = MAX (right, x);
    }
  return (GeglRectangle) { left, top, MAX (0, right - left), MAX (0, bottom - top) };
}

#define REACH 4 // pixels beside a change that a sampler makes of it

// Gives what of a picture of whole's size a change touches.
static GeglRectangle
enlarge (const GeglRectangle      *change,
         const SpadeEffectPicture *picture,
         const GeglRectangle      *whole)
{
  double        across = (double) whole->width / picture->width;
  double        down = (double) whole->height / picture->height;
  int           left = (int) ((change->x - REACH) * across) - REACH;
  int           top = (int) ((change->y - REACH) * down) - REACH;
  int           right = (int) ((change->x + change->width + REACH) * across) + REACH;
  int           bottom = (int) ((change->y + change->height + REACH) * down) + REACH;
  GeglRectangle part = { left, top, right - left, bottom - top };

  gegl_rectangle_intersect (&part, &part,
                            GEGL_RECTANGLE (0, 0, whole->width, whole->height));
  return part;
}

static void
forget_picture (SpadeEffect *effect)
{
  g_clear_pointer (&effect->last.rgb, g_free);
  g_clear_object (&effect->fitted);
}

// Scales the picture, which it takes, to the size of whole, into effect->fitted: of an
// edit only what it changes.
static void
fit (SpadeEffect         *effect,
     SpadeEffectPicture  *picture,
     const GeglRectangle *whole)
{
  GeglRectangle extent = { 0, 0, picture->width, picture->height };
  GeglRectangle part = { 0, 0, whole->width, whole->height };
  const Babl   *format = babl_format ("R'G'B' float");
  GeglBuffer   *buffer;

  if (effect->fitted != NULL && effect->last.height == picture->height &&
      effect->last.width == picture->width &&
      gegl_rectangle_equal (gegl_buffer_get_extent (effect->fitted), &part))
    {
      GeglRectangle change = find_change (&effect->last, picture);

      part = enlarge (&change, picture, whole);
      if (change.width == 0)
        part.width = 0;
    }
  else
    {
      forget_picture (effect);
      effect->fitted = gegl_buffer_new (&part, format);
    }
  g_free (effect->last.rgb);
  effect->last = *picture;
  if (part.width == 0)
    return;
  buffer = gegl_buffer_linear_new_from_data (picture->rgb, format, &extent,
                                             GEGL_AUTO_ROWSTRIDE, NULL, NULL);
  if (picture->width == whole->width && picture->height == whole->height)
    gegl_buffer_copy (buffer, &part, GEGL_ABYSS_NONE, effect->fitted, &part);
  else
    spade_picture_scale_part (buffer, whole->height, whole->width, &part,
                              effect->fitted);
  g_object_unref (buffer);
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

static gboolean
render (GeglOperation        *operation,
        GeglBuffer           *input,
        GeglBuffer           *output,
        const GeglRectangle  *whole,
        GError              **error)
{
  SpadeEffect             *effect = (SpadeEffect *) operation;
  SpadeEffectSettings      settings = get_settings (effect);
  SpadeMonitor             monitor = { show_progress, operation, NULL };
  SpadeEffectPicture       picture;
  const SpadeEffectWorker *with = find_worker (error);
  g_autofree guint8       *rgba = NULL;

  if (with == NULL)
    return FALSE;
  if (whole->width <= MAX_SIDE && whole->height <= MAX_SIDE)
    rgba = g_try_malloc_n ((gsize) whole->width * 4, (gsize) whole->height);
  if (rgba == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory to read the map."));
      return FALSE;
    }
  gegl_buffer_get (input, whole, 1.0, gegl_operation_get_format (operation, "input"),
                   rgba, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  if (!with->render (&settings, rgba, whole->height, whole->width, &monitor, &picture,
                     error))
    return FALSE;
  fit (effect, &picture, whole);
  write_picture (effect->fitted, rgba, whole, output);
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
  if (render (operation, input, output, &whole, &error))
    effect->was_told = FALSE;
  else
    {
      tell (effect, error->message);
      gegl_buffer_copy (input, roi, GEGL_ABYSS_NONE, output, roi);
    }
  return TRUE;
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  SpadeEffect *effect = (SpadeEffect *) object;

  effect->was_told = FALSE;
  switch (id)
    {
    case PROP_STYLE: effect->style = (EffectStyle) g_value_get_enum (value); break;
    case PROP_SEED: effect->seed = g_value_get_uint (value); break;
    case PROP_STRENGTH: effect->strength = g_value_get_double (value); break;
    case PROP_MIRROR: effect->is_mirrored = g_value_get_boolean (value); break;
    case PROP_OUTLINES: effect->outlines = g_value_get_double (value); break;
    case PROP_SIZE: effect->size = (EffectSize) g_value_get_enum (value); break;
    case PROP_REFINE: effect->refines = g_value_get_boolean (value); break;
    case PROP_MODEL:
      g_free (effect->model);
      effect->model = g_value_dup_string (value);
      break;
    case PROP_CLASSES:
      g_free (effect->classes);
      effect->classes = g_value_dup_string (value);
      break;
    case PROP_STYLE_FILE:
      g_free (effect->style_file);
      effect->style_file = g_value_dup_string (value);
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  SpadeEffect *effect = (SpadeEffect *) object;

  switch (id)
    {
    case PROP_STYLE: g_value_set_enum (value, (int) effect->style); break;
    case PROP_SEED: g_value_set_uint (value, effect->seed); break;
    case PROP_STRENGTH: g_value_set_double (value, effect->strength); break;
    case PROP_MIRROR: g_value_set_boolean (value, effect->is_mirrored); break;
    case PROP_OUTLINES: g_value_set_double (value, effect->outlines); break;
    case PROP_SIZE: g_value_set_enum (value, (int) effect->size); break;
    case PROP_REFINE: g_value_set_boolean (value, effect->refines); break;
    case PROP_MODEL: g_value_set_string (value, effect->model); break;
    case PROP_CLASSES: g_value_set_string (value, effect->classes); break;
    case PROP_STYLE_FILE: g_value_set_string (value, effect->style_file); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
spade_effect_init (SpadeEffect *effect)
{
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
  forget_picture (effect);
  g_free (effect->style_file);
  g_free (effect->model);
  g_free (effect->classes);
  G_OBJECT_CLASS (spade_effect_parent_class)->finalize (object);
}

// Gives a label of the dialog, translated, without its mnemonic: "_Model", and
// "Modell(_M)" as it is written in other scripts. Static.
static const char *
label (const char *text)
{
  g_autoptr (GString) plain = g_string_new (_(text));
  char               *open = strstr (plain->str, "(_");

  if (open != NULL && open[2] != '\0' && open[3] == ')')
    g_string_erase (plain, open - plain->str, 4);
  g_string_replace (plain, "_", "", 0);
  return g_intern_string (plain->str);
}

static GType
new_enum (const char *name,
          const GEnumValue *values,
          guint             n)
{
  GEnumValue *translated = g_new0 (GEnumValue, n + 1); // stays

  for (guint i = 0; i < n; i++)
    {
      translated[i] = values[i];
      translated[i].value_name = label (values[i].value_name);
    }
  return g_enum_register_static (name, translated);
}

static GType
new_styles (void)
{
  static const GEnumValue values[] = {
    { STYLE_NONE, N_("Random"), "random" },
    { STYLE_CLEAR_NOON, N_("Clear noon"), "clear-noon" },
    { STYLE_GOLDEN_HOUR, N_("Golden hour"), "golden-hour" },
    { STYLE_SUNSET, N_("Sunset"), "sunset" },
    { STYLE_DUSK, N_("Dusk"), "dusk" },
    { STYLE_OVERCAST, N_("Overcast"), "overcast" },
    { STYLE_MIST, N_("Mist"), "mist" },
    { STYLE_WINTER, N_("Winter"), "winter" },
    { STYLE_AUTUMN, N_("Autumn"), "autumn" },
    { STYLE_STORM, N_("Storm"), "storm" },
    { STYLE_FILE, N_("Another picture"), "file" },
  };

  return new_enum ("SpadeEffectStyle", values, G_N_ELEMENTS (values));
}

static GType
new_sizes (void)
{
  static const GEnumValue values[] = {
    { SIZE_NATIVE, N_("The model's"), "native" },
    { SIZE_MAP, N_("The layer's"), "layer" },
  };

  return new_enum ("SpadeEffectSize", values, G_N_ELEMENTS (values));
}

static void
install (GObjectClass *class,
         guint         id,
         GParamSpec   *pspec)
{
  g_object_class_install_property (class, id, pspec);
}

// Gives a share, 0...1.
static GParamSpec *
new_share (const char *name,
           const char *nick,
           const char *blurb,
           double      value)
{
  return gegl_param_spec_double (name, nick, blurb, 0.0, 1.0, value, 0.0, 1.0, 1.0,
                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT;
  GParamSpec       *pspec;

  install (class, PROP_STYLE,
           gegl_param_spec_enum ("style", label (N_("Style")),
             _("The picture whose mood the result takes"),
             new_styles (), STYLE_CLEAR_NOON, flags));
  // No path of GEGL's: GIMP 3.0's procedures do not know those.
  pspec = g_param_spec_string ("style-file", label (N_("St_yle image")),
            _("The file of a picture whose mood the result takes"), "", flags);
  gegl_param_spec_set_property_key (pspec, "visible", "style {file}");
  install (class, PROP_STYLE_FILE, pspec);
  install (class, PROP_SEED,
           gegl_param_spec_seed ("seed", label (N_("S_eed")),
             _("Another seed gives another picture"), flags));
  install (class, PROP_STRENGTH,
           new_share ("strength", label (N_("_Variation")),
             _("How far the seed moves the result away from the style image"), 1.0));
  install (class, PROP_MIRROR,
           g_param_spec_boolean ("mirror", label (N_("Li_ght from the other side")),
             _("Render the map mirrored, and mirror the picture back"), FALSE, flags));
  install (class, PROP_OUTLINES,
           new_share ("roughen-outlines", label (N_("Rou_ghen outlines")),
             _("How uneven outlines of clouds, mountains, shores and the like become; 0 "
               "leaves them as they were painted"), 0.0));
  install (class, PROP_SIZE,
           gegl_param_spec_enum ("size", label (N_("Render si_ze")),
             _("The model's is quick and scaled to the layer; the layer's is sharp"),
             new_sizes (), SIZE_NATIVE, flags));
  pspec = g_param_spec_boolean ("refine", label (N_("_Build up large sizes")),
            _("Render sizes that are larger than the model's from coarse to fine: they "
              "have its light and its forms, and are sharp"), TRUE, flags);
  gegl_param_spec_set_property_key (pspec, "sensitive", "size {layer}");
  install (class, PROP_REFINE, pspec);
  install (class, PROP_MODEL,
           g_param_spec_string ("model", label (N_("_Model")),
             _("A model file (.safetensors), or the name of an installed model; empty: "
               "the default model"), "", flags));
  install (class, PROP_CLASSES,
           g_param_spec_string ("classes", label (N_("Cl_asses")),
             _("How colors become classes: auto, gaugan, ade20k, cityscapes, "
               "coco-panoptic, coco-stuff-map, or a palette file (.gpl)"), "auto",
             flags));
}

static void
spade_effect_class_init (SpadeEffectClass *class)
{
  GeglOperationClass *operation = GEGL_OPERATION_CLASS (class);
  GObjectClass       *object = G_OBJECT_CLASS (class);

  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  install_properties (object);
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
    "gimp:menu-label", _("_Picture as Layer Effect..."),
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
