// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The goldens of tests/data/golden: NAME.safetensors has the inputs and what
// PyTorch makes of them (tests/reference/make_goldens.py), NAME.pth the weights;
// what no checkpoint can hold comes as a model, models/NAME.safetensors. What is
// not as it should be ends the program.

#pragma once

#include "safetensors.h"
#include "spade.h"

typedef struct
{
  char             *name;
  SpadeSafetensors *file;
  SpadeModel       *model;
} Golden;

// Gives the names of a folder's goldens; free with g_strfreev().
char **golden_list (const char *folder);

Golden *golden_open (const char *folder, const char *name);
void    golden_close (Golden *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Golden, golden_close)

// What a golden's file says about its checkpoint, as text, number and truth; it
// must say it.
const char *golden_tell (const SpadeSafetensors *file, const char *key);
int         golden_tell_number (const SpadeSafetensors *file, const char *key);
gboolean    golden_tell_truth (const SpadeSafetensors *file, const char *key);

// Whether it is of imaginaire, whose checkpoint tells more by itself.
gboolean golden_is_imaginaire (const SpadeSafetensors *file);

// Gives a tensor of the file that must be there.
const SpadeTensor *golden_get_tensor (const Golden *self, const char *name);
// Gives the seed of the noise; 0 for a model without.
guint64 golden_get_noise_seed (const Golden *self);
// Gives the map; free with spade_map_free().
SpadeMap *golden_read_map (const Golden *self);
