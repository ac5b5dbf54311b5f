// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Checkpoints to import: those of tests/data/golden, whose metadata say what they
// are.

#pragma once

#include "golden.h"
#include "model-private.h"

typedef struct
{
  SpadeSafetensors  *golden;
  char              *generator, *encoder, *out;
  SpadeImportOptions options;
} Fixture;

// options: all that the weights of the golden do not tell.
Fixture fixture_set_up (const char *name);
void    fixture_tear_down (Fixture *fixture);
char   *fixture_golden (const char *name, const char *suffix);
// Gives a file of tests/data/checkpoints. Free with g_free().
char *fixture_checkpoint (const char *name);

// Imports it, which must do. Free with spade_model_unref().
SpadeModel *fixture_import (const Fixture *fixture);
// Imports it, which must fail with a message that holds word.
void fixture_refuse (const Fixture *fixture, SpadeError code, const char *word);
