// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Windows of single stages, of which the cases have some, and the whole picture
// that they are compared with.

#pragma once

#include "judge.h"

// Raw numbers of what each stage gives.
typedef struct
{
  char  *data;
  size_t pixel, pitch; // in bytes
} Raw;

// Renders the whole step by step and gives the results of its stages.
bool read_stages (const Case   *on,
                  const Side   *gpu,
                  Raw          *raws,
                  SpadeFailure *failure);
void free_raws (Raw *raws);
// Gives the result of a window, to be freed, or NULL with failure.
char *get_window (const Side       *gpu,
                  const Case       *on,
                  const CaseWindow *window,
                  const Raw        *raws,
                  SpadeFailure     *failure);
