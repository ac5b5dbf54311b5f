// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade synth: from a map to a picture, or from a folder of maps.

#include "synth-folder.h"
#include "synth-work.h"

// Reads and checks what the render needs, until Ctrl-C.
static gboolean
prepare (SynthWork           *work,
         const SynthOptions  *options,
         GError             **error)
{
  return cli_check_cancelled (error)
         && synth_work_load_model (work, options, error)
         && cli_check_cancelled (error)
         && synth_work_load_map (work, options, options->map, options->instances,
                                 error)
         && cli_check_cancelled (error)
         && synth_work_load_style (work, options, error)
         && cli_check_cancelled (error)
         && synth_work_make_ready (work, options, error);
}

static int
run_file (const SynthOptions *options)
{
  g_auto (SynthWork) work = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean           is_done = FALSE;
  const char *const  inputs[] = { options->map, options->instances,
                                  options->style, options->mix_style,
                                  options->latent };

  synth_work_init (&work);
  cli_monitor_begin (); // Ctrl-C counts from here on
  if (synth_work_check_output (options, options->output, inputs,
                               G_N_ELEMENTS (inputs), &error)
      && prepare (&work, options, &error))
    {
      synth_work_note_model (&work, options);
      synth_work_note_map (&work, NULL);
      is_done = synth_work_render (&work, options, options->output, &error);
    }
  cli_monitor_end ();
  if (!is_done)
    return cli_fail (error);
  if (options->verbose)
    cli_note ("%s", work.times->str);
  return CLI_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_auto (SynthOptions) options = { 0 };
  int                   status = synth_options_read (&options, argc, argv);

  if (status != CLI_DONE)
    return status;
  return options.is_folder ? synth_folder_run (&options) : run_file (&options);
}

const CliCommand cmd_synth = {
  .name = "synth",
  .arguments = NULL,
  .summary = "Renders a segmentation map as a picture, or all maps of a folder.",
  .details =
    "Classes: auto takes the class from a palette entry's name, else from "
    "its exact colour in\nanother palette that it recognizes or in that of the "
    "model's class set, else from a name that\nis another word for a class; and "
    "from the value of a grey PNG (255 is unlabeled).\nPALETTE is gaugan, "
    "ade20k, cityscapes, coco-panoptic or coco-stuff-map. TABLE is like\n"
    "\"0=tree;1=sky-other\", or \"#a8c832=tree\" by colour. Transparent pixels are "
    "unlabeled.\n\n"
    "Style: --style alone gives that style itself, with --seed a draw around "
    "it (--strength says how\nfar); so does what --mix-style makes of two.\n\n"
    "Size: native is the size that suits the model best, in the map's shape; "
    "map is the map's\nown, scaled where the model cannot make it exactly; "
    "WxH must be a size it can make.\n\n"
    "A folder: --map FOLDER -o FOLDER renders every PNG in it into a file of its name, "
    "with the same\noptions; --instances is then a folder of files of these names. A map "
    "that cannot be\nrendered is told and left out.\n\n"
    "An output that ends in .f32 holds height x width x 3 little-endian "
    "floats of -1...1 at the\nrender size instead.",
  .run = run,
};
