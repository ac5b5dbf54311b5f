// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The properties of the operation, of which GIMP makes its dialog.

#pragma once

#include <glib-object.h>

#include "../effect.h"

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

// What the properties hold. Strings are owned.
typedef struct
{
  EffectStyle  style;
  char        *style_file, *mix_style;
  double       mix;
  double       strength;
  guint        seed;
  gboolean     is_mirrored;
  double       outlines;
  EffectSize   size;
  gboolean     refines;
  char        *model;
  char        *classes;
} SpadeEffectValues;

void spade_effect_install_properties (GObjectClass *class);

// Both give FALSE where there is no such property.
gboolean spade_effect_values_set (SpadeEffectValues *values,
                                  guint              id,
                                  const GValue      *value);
gboolean spade_effect_values_get (const SpadeEffectValues *values,
                                  guint                    id,
                                  GValue                  *value);

void spade_effect_values_clear (SpadeEffectValues *values);

// Gives what they ask for; strings are borrowed.
SpadeEffectSettings spade_effect_values_get_settings (const SpadeEffectValues *values);
