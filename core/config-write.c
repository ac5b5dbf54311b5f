// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writing the config of a model as JSON text; config.c reads it.

#include <json-glib/json-glib.h>

#include "class-set.h"
#include "model-private.h"

static void
build_encoder (JsonBuilder *builder, const SpadeConfig *config)
{
  json_builder_set_member_name (builder, "encoder");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "nf");
  json_builder_add_int_value (builder, config->encoder_nf);
  json_builder_set_member_name (builder, "layers");
  json_builder_add_int_value (builder, config->encoder_layers);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, config->encoder_size);
  json_builder_set_member_name (builder, "norm");
  json_builder_add_string_value (builder, spade_norm_get_name (config->encoder_norm));
  json_builder_end_object (builder);
}

static void
build_known_classes (JsonBuilder *builder, const SpadeConfig *config)
{
  int      n_ids = spade_config_get_n_ids (config);
  gboolean knows_all = TRUE;

  for (int i = 0; i < n_ids; i++)
    knows_all = knows_all && config->knows[i];
  if (knows_all)
    return;
  json_builder_set_member_name (builder, "known_classes");
  json_builder_begin_array (builder);
  for (int i = 0; i < n_ids; i++)
    if (config->knows[i])
      json_builder_add_int_value (builder, i);
  json_builder_end_array (builder);
}

static void
build_own_classes (JsonBuilder *builder, const SpadeConfig *config)
{
  const SpadeClass *classes = config->class_set->classes;

  json_builder_set_member_name (builder, "class_names");
  json_builder_begin_array (builder);
  for (int i = 0; i < config->n_classes; i++)
    json_builder_add_string_value (builder, classes[i].name);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "class_colours");
  json_builder_begin_array (builder);
  for (int i = 0; i < config->n_classes; i++)
    {
      char text[8];

      g_snprintf (text, sizeof text, "#%02x%02x%02x", classes[i].rgb[0],
                  classes[i].rgb[1], classes[i].rgb[2]);
      json_builder_add_string_value (builder, text);
    }
  json_builder_end_array (builder);
}

// Adds a key that is missing where it is false.
static void
add_truth (JsonBuilder *builder, const char *key, gboolean is_true)
{
  if (!is_true)
    return;
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, TRUE);
}

char *
spade_config_to_json (const SpadeConfig *config)
{
  const struct
  {
    const char *key, *value;
  } words[] = {
    { "name", config->name },
    { "description", config->description },
    { "licence", config->licence },
    { "class_set", config->class_set_name },
    { "upsampling", spade_upsampling_get_name (config->upsampling) },
    { "norm", spade_norm_get_name (config->norm) },
    { "colour", "sRGB" },
  };
  const struct
  {
    const char *key;
    int         value;
  } numbers[] = {
    { "classes", config->n_classes },
    { "nf", config->nf },
    { "nhidden", config->nhidden },
    { "kernel", config->kernel },
    { "z_dim", config->z_dim },
    { "base_height", config->base_height },
    { "base_width", config->base_width },
    { "crop_size", config->crop_size },
    { "native_size", config->native_size > 0
                       ? config->native_size
                       : spade_config_get_trained_side (config) },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_int_value (builder, 1);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      json_builder_set_member_name (builder, words[i].key);
      json_builder_add_string_value (builder,
                                     words[i].value ? words[i].value : "");
    }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      json_builder_set_member_name (builder, numbers[i].key);
      json_builder_add_int_value (builder, numbers[i].value);
    }
  json_builder_set_member_name (builder, "unlabeled");
  json_builder_add_boolean_value (builder, config->has_unlabeled);
  json_builder_set_member_name (builder, "edge");
  json_builder_add_boolean_value (builder, config->has_edge);
  if (config->generator != SPADE_GENERATOR_SPADE)
    {
      json_builder_set_member_name (builder, "generator");
      json_builder_add_string_value (
          builder, spade_generator_get_name (config->generator));
    }
  if (config->n_extra > 0)
    {
      json_builder_set_member_name (builder, "extra_channels");
      json_builder_add_int_value (builder, config->n_extra);
    }
  add_truth (builder, "single_middle", config->has_single_middle);
  add_truth (builder, "noise", config->has_noise);
  add_truth (builder, "z_in_map", config->has_z_in_map);
  json_builder_set_member_name (builder, "untrained");
  json_builder_add_boolean_value (builder, config->is_untrained);
  if (config->encoder_nf > 0)
    build_encoder (builder, config);
  if (config->class_set != NULL
      && !spade_class_set_is_built_in (config->class_set->name))
    build_own_classes (builder, config);
  build_known_classes (builder, config);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
