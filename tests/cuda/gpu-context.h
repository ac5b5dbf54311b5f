// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A small model without training, a map for it, and what it renders there on a
// device: for tests that open the emulated GPU as a module.

#pragma once

#include "context-private.h"

#define SIZE 64 // of maps and pictures, in pixels

SpadeModel *write_model (const SpadeConfig *config);
SpadeModel *make_model_with (gboolean has_noise);
SpadeModel *make_model (void);

// Patches of five classes.
SpadeMap *make_map (int size);

SpadeContext *open_context (const char *device, SpadePrecision precision);

// Renders make_map (SIZE) into out, SIZE x SIZE x 3.
void render (SpadeContext *context, float *out);

// The largest one between two such pictures.
double get_difference (const float *a, const float *b);
