// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A model's config as text: what is read, what is written from it again, and
// what is refused.

#include "model-private.h"

#define GOOD                                                                  \
  "{\"format\":1,\"name\":\"n\",\"classes\":3,\"unlabeled\":true,"            \
  "\"edge\":true,\"upsampling\":\"more\",\"nf\":4,\"nhidden\":8,"             \
  "\"norm\":\"batch\",\"kernel\":3,\"z_dim\":5,\"base_height\":2,"            \
  "\"base_width\":3,\"crop_size\":192,\"encoder\":{\"nf\":2,\"layers\":5,"    \
  "\"size\":64,\"norm\":\"instance\"},\"known_classes\":[0,3]}"

static gboolean
parse (const char *json, SpadeConfig *out_config, GError **error)
{
  g_autoptr (GError) fault = NULL;
  GStringChunk *strings = g_string_chunk_new (64);
  gboolean      ok = spade_config_parse (json, out_config, strings, error);
  g_autofree char *again = ok ? spade_config_to_json (out_config) : NULL;

  // What is written from a config is a config, and the same.
  if (ok)
    {
      SpadeConfig copy;

      g_assert_true (spade_config_parse (again, &copy, strings, &fault));
      g_assert_cmpmem (copy.knows, sizeof copy.knows, out_config->knows,
                       sizeof out_config->knows);
      g_assert_cmpint (copy.encoder_norm, ==, out_config->encoder_norm);
      g_assert_cmpstr (copy.name, ==, out_config->name);
      g_assert_cmpint (copy.norm, ==, out_config->norm);
      g_assert_cmpint (copy.upsampling, ==, out_config->upsampling);
      g_assert_cmpint (copy.generator, ==, out_config->generator);
      g_assert_cmpint (copy.has_noise, ==, out_config->has_noise);
      g_assert_cmpint (copy.has_z_in_map, ==, out_config->has_z_in_map);
      g_assert_cmpint (copy.has_single_middle, ==,
                       out_config->has_single_middle);
      g_assert_true (copy.class_set == out_config->class_set);
    }
  g_string_chunk_free (strings);
  return ok;
}

static void
test_config (void)
{
  SpadeConfig config;
  g_autoptr (GError) error = NULL;

  parse (GOOD, &config, &error);
  g_assert_no_error (error);
  g_assert_cmpint (spade_config_get_n_channels (&config), ==, 5);
  g_assert_cmpint (spade_config_get_n_doublings (&config), ==, 6);
  g_assert_cmpint (config.encoder_layers, ==, 5);
  g_assert_cmpint (config.encoder_norm, ==, SPADE_NORM_INSTANCE);
  g_assert_true (config.knows[0] && config.knows[3]);
  g_assert_false (config.knows[1] || config.knows[4]);
  g_assert_false (config.is_untrained);
  g_assert_false (config.has_noise || config.has_z_in_map
                  || config.has_single_middle);
  g_assert_null (config.class_set);
}

// A list of 0...2 says nothing of unlabeled, class id 3 here.
static void
test_unlabeled_config (void)
{
  g_auto (GStrv) parts = g_strsplit (GOOD, "[0,3]", 2);
  g_autofree char *json = g_strjoin (NULL, parts[0], "[0]", parts[1], NULL);
  g_autoptr (GError) error = NULL;
  SpadeConfig config;

  parse (json, &config, &error);
  g_assert_no_error (error);
  g_assert_true (config.knows[0] && config.knows[3]);
  g_assert_false (config.knows[1] || config.knows[2] || config.knows[4]);
}

// Keys that are not there where they are false.
static void
test_rare_config (void)
{
  g_auto (GStrv) parts = g_strsplit (GOOD, "\"upsampling\":\"more\"", 2);
  g_autofree char *json
      = g_strjoin (NULL, parts[0], "\"upsampling\":\"normal\",\"noise\":true,"
                   "\"z_in_map\":true,\"single_middle\":true", parts[1], NULL);
  g_autoptr (GError) error = NULL;
  SpadeConfig config;

  parse (json, &config, &error);
  g_assert_no_error (error);
  g_assert_true (config.has_noise && config.has_z_in_map
                 && config.has_single_middle);
  g_assert_cmpint (config.generator, ==, SPADE_GENERATOR_SPADE);
}

static void
test_imaginaire_config (void)
{
  g_auto (GStrv) parts = g_strsplit (GOOD, "\"kernel\":3", 2);
  g_autofree char *json
      = g_strjoin (NULL, parts[0],
                   "\"kernel\":3,\"generator\":\"imaginaire\"", parts[1],
                   NULL);
  g_autoptr (GError) error = NULL;
  SpadeConfig config;

  parse (json, &config, &error);
  g_assert_no_error (error);
  g_assert_cmpint (config.generator, ==, SPADE_GENERATOR_IMAGINAIRE);
  g_assert_cmpint (spade_config_get_n_doublings (&config), ==, 5);
}

// GOOD with one piece replaced must be refused with a message about key.
static void
refuse_config (const char *piece, const char *by, const char *key)
{
  g_auto (GStrv) parts = g_strsplit (GOOD, piece, 2);
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;
  SpadeConfig config;

  g_assert_nonnull (parts[1]);
  json = g_strjoin (NULL, parts[0], by, parts[1], NULL);
  g_assert_false (parse (json, &config, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MODEL);
  if (strstr (error->message, key) == NULL)
    g_error ("\"%s\" does not name %s", error->message, key);
}

static void
test_bad_configs (void)
{
  static const char *const cases[][3] = {
    { "\"format\":1", "\"format\":2", "update" },
    { "\"format\":1,", "", "format" },
    { "\"classes\":3", "\"classes\":0", "classes" },
    { "\"classes\":3", "\"classes\":256", "classes" },
    { "\"classes\":3", "\"classes\":182,\"class_set\":7", "class_set" },
    { "\"classes\":3", "\"classes\":3,\"class_set\":\"coco-stuff\"", "182" },
    { "\"classes\":3", "\"classes\":35,\"class_set\":\"cityscapes\"",
      "unlabeled" },
    { "\"edge\":true", "\"edge\":1", "edge" },
    { "\"edge\":true,", "", "edge" },
    { "\"more\"", "\"less\"", "upsampling" },
    { "\"nf\":4", "\"nf\":4294967297", "nf" },
    { "\"nf\":4", "\"nf\":4.0", "nf" },
    { "\"nf\":4", "\"nf\":-4", "nf" },
    { "\"nf\":4", "\"nf\":4,\"nf\":4", "twice" },
    { "\"nhidden\":8", "\"nhidden\":null", "nhidden" },
    { "\"batch\"", "\"none\"", "norm" },
    { "\"kernel\":3", "\"kernel\":4", "kernel" },
    { "\"kernel\":3", "\"kernel\":7", "kernel" },
    { "\"kernel\":3", "\"kernel\":1,\"extra_channels\":1025", "extra_channels" },
    { "\"kernel\":3", "\"kernel\":3,\"extra_channels\":8,\"generator\":\"imaginaire\"",
      "generator" },
    { "\"kernel\":3", "\"kernel\":3,\"noise\":1", "noise" },
    { "\"kernel\":3", "\"kernel\":3,\"single_middle\":true",
      "single_middle" },
    { "\"z_dim\":5", "\"z_dim\":0,\"z_in_map\":true", "z_in_map" },
    { "\"z_dim\":5", "\"z_dim\":0", "encoder" },
    { "\"kernel\":3", "\"kernel\":3,\"generator\":\"gaugan\"", "generator" },
    { "\"batch\"", "\"instance\",\"generator\":\"imaginaire\"", "generator" },
    { "\"z_dim\":5", "\"z_dim\":1e9", "z_dim" },
    { "\"base_width\":3", "\"base_width\":65", "base_width" },
    { "\"size\":64", "\"size\":72", "encoder.size" },
    { "\"layers\":5", "\"layers\":31", "encoder.layers" },
    { "\"instance\"", "\"batch\"", "encoder.norm" },
    { "[0,3]", "[0,4]", "known_classes" },
    { "[0,3]", "[-1]", "known_classes" },
    { "[0,3]", "{}", "known_classes" },
    { "\"name\":\"n\"", "\"colour\":\"AdobeRGB\"", "colour" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    refuse_config (cases[i][0], cases[i][1], cases[i][2]);
}

#define OWN(names, colours)                                                   \
  "\"classes\":3,\"class_set\":\"face\",\"class_names\":[" names "],"          \
  "\"class_colours\":[" colours "]"

// Classes of a data set of one's own, with their names.
static void
test_own_classes (void)
{
  static const char *const bad[][2] = {
    { OWN ("\"a\",\"b\"", "\"#000000\",\"#000001\""), "class_names" },
    { OWN ("\"a\",\"b\",\"A\"", "\"#000000\",\"#000001\",\"#000002\""),
      "class 2 (\"A\") has the name of another" },
    { OWN ("\"a\",\"b;c\",\"d\"", "\"#000000\",\"#000001\",\"#000002\""), "\";\"" },
    { OWN ("\"a\",\"17\",\"d\"", "\"#000000\",\"#000001\",\"#000002\""), "number" },
    { OWN ("\"a\",3,\"d\"", "\"#000000\",\"#000001\",\"#000002\""), "no name" },
    { OWN ("\"a\",\"b\",\"c\"", "\"#000000\",\"#00000\",\"#000002\""),
      "class_colours" },
    { OWN ("\"a\",\"b\",\"c\"", ""), "class_colours" },
    { "\"classes\":3,\"class_names\":[\"a\",\"b\",\"c\"]", "class_colours" },
  };
  g_autoptr (GError)   error = NULL;
  g_autoptr (GString)  json = g_string_new (GOOD);
  SpadeConfig          config, again;
  const SpadeClassSet *set;

  g_string_replace (json, "\"classes\":3",
                    OWN ("\"Skin\",\"left Eye\",\"hat\"",
                         "\"#ffcc99\",\"#0000ff\",\"#0a0b0c\""), 1);
  parse (json->str, &config, &error);
  g_assert_no_error (error);
  set = config.class_set;
  g_assert_cmpstr (set->name, ==, "face");
  g_assert_cmpint (set->n_classes, ==, 3);
  g_assert_cmpint (set->unlabeled, ==, 3);
  g_assert_cmpint (spade_class_set_lookup (set, "Left-Eye"), ==, 1);
  g_assert_cmpint (spade_class_set_lookup (set, "unlabeled"), ==, 3);
  g_assert_cmpmem (set->classes[2].rgb, 3, "\x0a\x0b\x0c", 3);
  g_assert_cmpstr (set->classes[2].coco_stuff, ==, "hat");
  g_assert_true (spade_class_set_find ("face", NULL) == set);
  parse (json->str, &again, NULL); // twice is once
  g_assert_true (again.class_set == set);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    refuse_config ("\"classes\":3", bad[i][0], bad[i][1]);
}

// A name with what a terminal would obey, in one byte and in two.
static void
test_hostile_name (void)
{
  GStringChunk *strings = g_string_chunk_new (64);
  GString      *json = g_string_new (GOOD);
  SpadeConfig   config;

  g_string_replace (json, "\"name\":\"n\"",
                    "\"name\":\"a\\u001b]0;b\\u009bc\\n\u00e9\"", 1);
  g_assert_true (spade_config_parse (json->str, &config, strings, NULL));
  g_assert_cmpstr (config.name, ==, "a?]0;b??c?\u00e9");
  g_string_free (json, TRUE);
  g_string_chunk_free (strings);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/is-read", test_config);
  g_test_add_func ("/config/knows-imaginaire", test_imaginaire_config);
  g_test_add_func ("/config/reads-keys-that-are-rarely-there", test_rare_config);
  g_test_add_func ("/config/always-knows-unlabeled", test_unlabeled_config);
  g_test_add_func ("/config/shows-nothing-that-a-terminal-obeys",
                   test_hostile_name);
  g_test_add_func ("/config/has-classes-of-its-own", test_own_classes);
  g_test_add_func ("/config/is-refused-with-the-key", test_bad_configs);
  return g_test_run ();
}
