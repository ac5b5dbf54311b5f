// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// `spade synth` of a folder: every PNG in it with one model, made ready once.

#pragma once

#include "synth-options.h"

// Renders the maps in options->map into files of the same names in options->output,
// which is made where it is not there; options->instances: a folder of files of these
// names, or NULL. A map that cannot be rendered is told and left out. Gives the exit
// status: CLI_FAILED where one was left out.
int synth_folder_run (const SynthOptions *options);
