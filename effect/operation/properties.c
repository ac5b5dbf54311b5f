// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "properties.h"

#include <gegl.h>
#include <gegl-paramspecs.h>
#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  PROP_0,
  PROP_STYLE,
  PROP_STYLE_FILE,
  PROP_MIX_STYLE,
  PROP_MIX,
  PROP_SEED,
  PROP_STRENGTH,
  PROP_MIRROR,
  PROP_OUTLINES,
  PROP_SIZE,
  PROP_REFINE,
  PROP_MODEL,
  PROP_CLASSES,
};

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
    { SIZE_NATIVE, N_("The model's own"), "native" },
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

void
spade_effect_install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT;
  GParamSpec       *pspec;

  install (class, PROP_STYLE,
           gegl_param_spec_enum ("style", label (N_("Style")),
             _("A picture whose mood the result takes; models with a style encoder "
              "only"),
             new_styles (), STYLE_CLEAR_NOON, flags));
  // No path of GEGL's: GIMP 3.0's procedures do not know those.
  pspec = g_param_spec_string ("style-file", label (N_("St_yle image")),
            _("A picture whose mood the result takes; models with a style encoder "
              "only"), "", flags);
  gegl_param_spec_set_property_key (pspec, "visible", "style {file}");
  install (class, PROP_STYLE_FILE, pspec);
  install (class, PROP_MIX_STYLE,
           g_param_spec_string ("mix-style", label (N_("Mi_x with")),
             _("A second picture, whose mood is mixed with that of the style"), "", flags));
  install (class, PROP_MIX,
           new_share ("mix", _("Share of the second style"),
             _("How much the second style counts: 0 is the first alone, 1 the second"),
             0.5));
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
               "coco-panoptic, coco-stuff-map, a palette file (.gpl), or a table such "
               "as #a8c832=tree;#ff00ff=sea"), "auto", flags));
}

static void
set_string (char         **text,
            const GValue  *value)
{
  g_free (*text);
  *text = g_value_dup_string (value);
}

gboolean
spade_effect_values_set (SpadeEffectValues *values,
                         guint              id,
                         const GValue      *value)
{
  switch (id)
    {
    case PROP_STYLE: values->style = (EffectStyle) g_value_get_enum (value); break;
    case PROP_SEED: values->seed = g_value_get_uint (value); break;
    case PROP_STRENGTH: values->strength = g_value_get_double (value); break;
    case PROP_MIRROR: values->is_mirrored = g_value_get_boolean (value); break;
    case PROP_OUTLINES: values->outlines = g_value_get_double (value); break;
    case PROP_SIZE: values->size = (EffectSize) g_value_get_enum (value); break;
    case PROP_REFINE: values->refines = g_value_get_boolean (value); break;
    case PROP_MODEL: set_string (&values->model, value); break;
    case PROP_CLASSES: set_string (&values->classes, value); break;
    case PROP_STYLE_FILE: set_string (&values->style_file, value); break;
    case PROP_MIX_STYLE: set_string (&values->mix_style, value); break;
    case PROP_MIX: values->mix = g_value_get_double (value); break;
    default: return FALSE;
    }
  return TRUE;
}

gboolean
spade_effect_values_get (const SpadeEffectValues *values,
                         guint                    id,
                         GValue                  *value)
{
  switch (id)
    {
    case PROP_STYLE: g_value_set_enum (value, (int) values->style); break;
    case PROP_SEED: g_value_set_uint (value, values->seed); break;
    case PROP_STRENGTH: g_value_set_double (value, values->strength); break;
    case PROP_MIRROR: g_value_set_boolean (value, values->is_mirrored); break;
    case PROP_OUTLINES: g_value_set_double (value, values->outlines); break;
    case PROP_SIZE: g_value_set_enum (value, (int) values->size); break;
    case PROP_REFINE: g_value_set_boolean (value, values->refines); break;
    case PROP_MODEL: g_value_set_string (value, values->model); break;
    case PROP_CLASSES: g_value_set_string (value, values->classes); break;
    case PROP_STYLE_FILE: g_value_set_string (value, values->style_file); break;
    case PROP_MIX_STYLE: g_value_set_string (value, values->mix_style); break;
    case PROP_MIX: g_value_set_double (value, values->mix); break;
    default: return FALSE;
    }
  return TRUE;
}

void
spade_effect_values_clear (SpadeEffectValues *values)
{
  g_free (values->style_file);
  g_free (values->mix_style);
  g_free (values->model);
  g_free (values->classes);
}

// What is empty is not there.
static const char *
or_null (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

static const char *
get_style (const SpadeEffectValues *values)
{
  GEnumClass *styles;
  const char *name;

  if (values->style == STYLE_NONE)
    return NULL;
  if (values->style == STYLE_FILE)
    return or_null (values->style_file);
  styles = g_type_class_ref (g_type_from_name ("SpadeEffectStyle"));
  name = g_enum_get_value (styles, (int) values->style)->value_nick;
  g_type_class_unref (styles);
  return name; // static
}

SpadeEffectSettings
spade_effect_values_get_settings (const SpadeEffectValues *values)
{
  return (SpadeEffectSettings) {
    .style = get_style (values),
    .mix_style = or_null (values->mix_style),
    .mix = values->mix,
    .strength = values->strength,
    .seed = values->seed,
    .is_mirrored = values->is_mirrored,
    .outlines = values->outlines,
    .has_map_size = values->size == SIZE_MAP,
    .refines = values->refines,
    .model = or_null (values->model),
    .classes = or_null (values->classes) ? values->classes : "auto",
  };
}
