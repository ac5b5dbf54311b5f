// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A case on the GPU, and what is measured of it. Each time_*() adds to a line of
// JSON `, "name": [10 %, median, 90 %]` in ms, whole ones alone; false, with the
// failure filled in, where something failed.

#pragma once

#include <cuda_runtime_api.h>
#include <stdio.h>

#include "../../tests/cuda/case.h"

typedef struct
{
  const SpadeBackend *cuda;
  const Case         *on;
  SpadeEngine        *engine;
  SpadeRun           *run;
  cudaStream_t        stream;
  cudaEvent_t         begin, end;
  float              *picture;     // the plan's first output
  bool                has_picture; // it was read
  FILE               *line;
  SpadeFailure        failure;
} Session;

// Opens engine and run: open_ms. To be closed after a failure, too.
bool session_open (Session *self, const SpadeEngineOptions *options);
void session_close (Session *self);

// The first map, and the first render, which loads the kernels.
bool time_first (Session *self);
// A map that nobody has seen, of the same size: from its symbols to its numbers and
// room for its tables, and to the picture in memory, by the clock; and to the end of
// the render by events.
bool time_new_maps (Session *self);
// A render of the map that is there, by events: with the map's tables made anew,
// which is what PyTorch does each time, and with those that are there; whether the
// last was replayed, and the memory that it holds.
bool time_renders (Session *self);
// From the style to the picture in memory, as floats and as bytes, by the clock.
bool time_end_to_end (Session *self);
// Each step alone, in the order of the plan: [name, kind, way, engine, median];
// engine: its number, "+" where it is on tensor cores, "*" where it was compiled.
bool time_steps (Session *self);

// Prints a string of JSON.
void print_text (FILE *file, const char *text);
