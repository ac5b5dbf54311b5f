// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the tests of the command share.

#pragma once

#include "png-form.h"

#define SYNTH "synth --model vae.safetensors --size 32x32 "
#define PLAIN "synth --model plain.safetensors --size 32x32 "

// Writes into the scratch folder: maps of 32 x 32, tree (168, #a8c832) and
// sky-other (156, #9ceedd) in every form, and maps that are wrong; models
// vae.safetensors, plain.safetensors and noise.safetensors.
void command_write_inputs (void);
// Writes a map of two classes, the lower right triangle the second.
void command_write_map (const char *name,
                        PngForm     form,
                        int         first,
                        int         second);
