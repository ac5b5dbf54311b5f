// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A plan with its tensors, map and style in a file, so that the CUDA backend
// can be judged and measured on a machine that has no GLib. Written and read by
// the same build (sizes of structs are in the file), never a thing to keep.

#pragma once

#include <stdio.h>

#include "../../core/backend.h"

// A window of one stage (spade_plan_cut()).
typedef struct
{
  int        stage;
  SpadeBox   source; // what it reads of the value before
  SpadeBox   window; // of the stage's picture
  SpadeBox   result; // the pixels that come out right
  SpadePlan  plan;
  SpadeLevel level;  // the stage's
} CaseWindow;

typedef struct
{
  char       name[64];
  SpadePlan  plan;
  SpadeLevel levels[SPADE_MAX_LEVELS];
  uint64_t   noise_seed;
  float     *input;    // the plan's, or NULL
  float     *expected; // the first output by PyTorch, or NULL

  CaseWindow *windows;
  int         n_windows;

  SpadeTensor *tensors; // all that the steps name
  int          n_tensors;
  bool         is_large;  // too large for plain loops

  void **blocks; // what case_free() gives back
  int    n_blocks;
} Case;

// Writes a case. With is_random tensors are written as mean and deviation, and
// read as random numbers of these, so that they need not travel. False when the
// file cannot be written.
bool case_write (FILE *file, const Case *self, bool is_random);

// Reads the next case of a file, NULL at its end. Prints what is wrong with a
// file and gives NULL for that too, with *is_good false.
Case *case_read (FILE *file, bool *is_good);
void  case_free (Case *self);

// Gives the levels as those of a map that nobody has seen: the dictionaries have
// no serial, so tables are made anew. numbers is where the levels keep theirs.
void case_renew_levels (const Case          *self,
                        SpadeLevel          *levels,
                        SpadeNeighbourhoods *numbers);

// The same as those of a map of which nobody made neighbourhoods.
void case_strip_levels (const Case *self, SpadeLevel *levels);

// Elements of a value.
size_t case_value_n (const Case *self, int value);
