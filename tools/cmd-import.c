// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade import: a public checkpoint of SPADE, OASIS, CLADE or imaginaire into a
// model file.

#include "cli.h"
#include "out-file.h"

typedef struct
{
  char    *encoder, *upsampling, *crop_size, *aspect, *class_set, *z_dim,
          *output_multiplier, *dtype, *output;
  gboolean edge, unlabeled;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->encoder);
  g_free (options->upsampling);
  g_free (options->crop_size);
  g_free (options->aspect);
  g_free (options->class_set);
  g_free (options->z_dim);
  g_free (options->output_multiplier);
  g_free (options->dtype);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

// Reads a number in that range.
static gboolean
parse_real (const char *text,
            double      least,
            double      most,
            double     *number)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && *number >= least && *number <= most;
}

static int
read_options (const Options      *options,
              SpadeImportOptions *out)
{
  static const char *const dtypes[] = { "f32", "bf16", "f16", NULL };
  guint64                  crop_size = 0, z_dim = 0;

  if (options->output == NULL || *options->output == '\0')
    return cli_bad_usage (&cmd_import, "-o MODEL.safetensors is missing");
  if (options->upsampling != NULL
      && !spade_upsampling_find (options->upsampling, &out->upsampling))
    return cli_bad_usage (&cmd_import, "--upsampling must be normal, more or "
                          "most, not \"%s\"", options->upsampling);
  if (options->crop_size != NULL
      && (!cli_parse_number (options->crop_size, 16384, &crop_size)
          || crop_size == 0))
    return cli_bad_usage (&cmd_import, "--crop-size must be from 1 to 16384 "
                          "pixels, not \"%s\"", options->crop_size);
  if (options->z_dim != NULL && !cli_parse_number (options->z_dim, 4096, &z_dim))
    return cli_bad_usage (&cmd_import, "--z-dim must be from 0 to 4096, not "
                          "\"%s\"", options->z_dim);
  if (options->dtype != NULL && !g_strv_contains (dtypes, options->dtype))
    return cli_bad_usage (&cmd_import, "--dtype must be f32, bf16 or f16, not "
                          "\"%s\"", options->dtype);
  if (options->output_multiplier != NULL
      && !parse_real (options->output_multiplier, 0.01, 100,
                      &out->output_multiplier))
    return cli_bad_usage (&cmd_import, "--output-multiplier must be a number from "
                          "0.01 to 100, not \"%s\"", options->output_multiplier);
  if (options->aspect != NULL
      && !parse_real (options->aspect, SPADE_MIN_ASPECT, SPADE_MAX_ASPECT,
                      &out->aspect))
    return cli_bad_usage (&cmd_import, "--aspect must be a number from 0.1 "
                          "to 10, not \"%s\"", options->aspect);
  out->encoder_path = options->encoder;
  out->has_upsampling = options->upsampling != NULL;
  out->crop_size = (int) crop_size;
  out->class_set = options->class_set;
  out->has_edge = options->edge;
  out->has_unlabeled = options->unlabeled;
  out->has_z_dim = options->z_dim != NULL;
  out->z_dim = (int) z_dim;
  out->dtype = options->dtype;
  return CLI_DONE;
}

// Adds what was taken for granted of the classes.
static void
add_classes (const SpadeImportReading *reading,
             const SpadeImportOptions *options,
             GString                  *taken,
             GPtrArray                *doubts)
{
  const SpadeClassSet *set = spade_class_set_find (reading->class_set, NULL);
  gboolean             is_open = options->class_set == NULL;

  g_string_append_printf (taken, "%d classes %s%s", reading->n_classes,
                          set != NULL ? "of " : "without names",
                          reading->class_set);
  g_string_append (taken, reading->has_unlabeled ? ", unlabeled" : "");
  g_string_append (taken, reading->has_edge ? ", edges" : "");
  // Whatever is there of unlabeled and edges, the channels tell it of such a set.
  if (set != NULL && spade_class_set_holds_unlabeled (set))
    {
      if (is_open)
        g_ptr_array_add (doubts, "--class-set");
      else if (spade_class_spec_is_file (options->class_set)
               && reading->has_edge && !options->has_edge)
        g_ptr_array_add (doubts, "--unlabeled");
      return;
    }
  if (set != NULL) // a doubt only where one of two channels is there
    is_open = reading->has_edge != reading->has_unlabeled;
  if (is_open && !reading->has_unlabeled)
    g_ptr_array_add (doubts, "--unlabeled");
  if (is_open && !reading->has_edge
      && !spade_import_kind_tells_edges (reading->kind))
    g_ptr_array_add (doubts, "--edge");
}

static void
add_size (const SpadeImportReading *reading,
          const SpadeImportOptions *options,
          GString                  *taken,
          GPtrArray                *doubts)
{
  static const char *const kinds[] = {
    [SPADE_IMPORT_SPADE] = "",
    [SPADE_IMPORT_OASIS] = "OASIS: ",
    [SPADE_IMPORT_CLADE] = "CLADE: ",
    [SPADE_IMPORT_IMAGINAIRE] = "imaginaire: ",
  };
  gboolean is_as_spade = reading->kind == SPADE_IMPORT_SPADE
                         || reading->kind == SPADE_IMPORT_CLADE;

  if (reading->known_as == NULL)
    g_string_prepend (taken, kinds[reading->kind]);
  if (reading->kind == SPADE_IMPORT_OASIS)
    g_string_append_printf (taken, ", z of length %d", reading->z_dim);
  else if (reading->kind == SPADE_IMPORT_IMAGINAIRE)
    g_string_append_printf (taken, ", output multiplier %g",
                            reading->output_multiplier);
  else
    g_string_append_printf (taken, ", upsampling %s",
                            spade_upsampling_get_name (reading->upsampling));
  if (reading->kind == SPADE_IMPORT_OASIS && !options->has_z_dim)
    g_ptr_array_add (doubts, "--z-dim");
  if (reading->kind == SPADE_IMPORT_IMAGINAIRE
      && options->output_multiplier == 0)
    g_ptr_array_add (doubts, "--output-multiplier");
  g_string_append_printf (taken, ", trained at %d x %d", reading->crop_size,
                          (int) (reading->crop_size / reading->aspect + 0.5));
  if (!options->has_upsampling && is_as_spade
      && reading->upsampling != SPADE_UPSAMPLING_MOST)
    g_ptr_array_add (doubts, "--upsampling");
  if (options->crop_size == 0)
    g_ptr_array_add (doubts, "--crop-size");
  if (!(options->aspect > 0))
    g_ptr_array_add (doubts, "--aspect");
}

// Says what neither the weights nor the options told.
static void
say_reading (const SpadeImportReading *reading,
             const SpadeImportOptions *options)
{
  g_autoptr (GString) taken = g_string_new (NULL);
  g_autoptr (GPtrArray) doubts = g_ptr_array_new ();
  g_autoptr (GString) list = g_string_new (NULL);

  if (reading->known_as != NULL)
    g_string_append (taken, ": ");
  add_classes (reading, options, taken, doubts);
  add_size (reading, options, taken, doubts);
  if (doubts->len == 0)
    return;
  for (guint i = 0; i < doubts->len; i++)
    g_string_append_printf (list, "%s%s",
                            i == 0                 ? ""
                            : i + 1 == doubts->len ? " or "
                                                   : ", ",
                            (const char *) doubts->pdata[i]);
  cli_note ("Taken for %s%s%s. If that is wrong, say %s.",
            reading->known_as != NULL ? "the authors' " : "",
            reading->known_as != NULL ? reading->known_as : "",
            taken->str, list->str);
}

static int
import (const SpadeImportOptions *options,
        const char               *output)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *target = out_file_resolve (output);
  const char *const  inputs[] = { options->generator_path,
                                  options->encoder_path };
  SpadeImportReading reading;
  gboolean           done;

  done = out_file_check (output, inputs, G_N_ELEMENTS (inputs), &error)
         && spade_checkpoint_look (options, &reading, &error)
         && spade_checkpoint_import (options, target, cli_monitor_begin (),
                                     &error);
  cli_monitor_end ();
  if (!done)
    return cli_fail (error);
  say_reading (&reading, options);
  return CLI_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_auto (Options)   options = { 0 };
  SpadeImportOptions import_options = { 0 };
  int                status;
  const GOptionEntry entries[] = {
    { "encoder", 0, 0, G_OPTION_ARG_FILENAME, &options.encoder,
      "The style encoder's checkpoint", "E.pth" },
    { "upsampling", 0, 0, G_OPTION_ARG_STRING, &options.upsampling,
      "What it was trained with (num_upsampling_layers)",
      "normal|more|most" },
    { "crop-size", 0, 0, G_OPTION_ARG_STRING, &options.crop_size,
      "The width it was trained at; 256 where nothing tells", "N" },
    { "aspect", 0, 0, G_OPTION_ARG_STRING, &options.aspect,
      "Width / height it was trained at; 1 where nothing tells", "RATIO" },
    { "class-set", 0, 0, G_OPTION_ARG_STRING, &options.class_set,
      "The names of its classes, or a palette that has them; \"\": none",
      "NAME|FILE.gpl" },
    { "edge", 0, 0, G_OPTION_ARG_NONE, &options.edge,
      "Its last channel is edges; of CLADE the weights tell", NULL },
    { "unlabeled", 0, 0, G_OPTION_ARG_NONE, &options.unlabeled,
      "A channel after the classes is unlabeled, or in OASIS before them", NULL },
    { "z-dim", 0, 0, G_OPTION_ARG_STRING, &options.z_dim,
      "Of OASIS: the numbers of z (z_dim), 0 without 3D noise; 64 where nothing "
      "tells", "N" },
    { "output-multiplier", 0, 0, G_OPTION_ARG_STRING, &options.output_multiplier,
      "Of imaginaire: what its pictures are multiplied by (output_multiplier); 0.5 "
      "of the authors' landscapes, else 1", "N" },
    { "dtype", 0, 0, G_OPTION_ARG_STRING, &options.dtype,
      "How to store the weights; f32 where it is not given",
      "f32|bf16|f16" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "The model file to write", "MODEL.safetensors" },
    { .long_name = NULL },
  };

  if (!cli_parse (&cmd_import, entries, NULL, &argc, &argv))
    return CLI_BAD_USAGE;
  if (argc != 2)
    return cli_bad_usage (&cmd_import, "One generator checkpoint must be "
                          "named");
  status = read_options (&options, &import_options);
  if (status != CLI_DONE)
    return status;
  import_options.generator_path = argv[1];
  return import (&import_options, options.output);
}

const CliCommand cmd_import = {
  .name = "import",
  .arguments = "GENERATOR.pth",
  .summary = "Turns a public checkpoint of SPADE, OASIS, CLADE or imaginaire "
             "into a model file.",
  .details
  = "Nothing in a checkpoint is executed. What the weights do not tell must be "
    "said,\nunless it is as usual; what was taken for granted is said after the "
    "import.\n\nThe checkpoints of the paper's authors are known by their "
    "channels. In full:\n"
    "  COCO-Stuff  --class-set coco-stuff --upsampling normal --crop-size 256\n"
    "  ADE20K      --class-set ade20k --upsampling normal --crop-size 256\n"
    "  Cityscapes  --class-set cityscapes --upsampling more --crop-size 512 "
    "--aspect 2\n\nSo are those of OASIS (best_EMA.pth), whose Cityscapes has "
    "--upsampling normal,\nof CLADE (best_net_G.pth), and of imaginaire (.pt, of "
    "COCO-Stuff and of landscapes), which have\nthe style encoder in them.",
  .run = run,
};
