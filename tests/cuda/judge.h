// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the files of test-cuda share: the two sides that are compared, and how a
// verdict is told.

#pragma once

#include <stdlib.h>

#include "../tolerances.h"
#include "case.h"

#define N_PRECISIONS 3

extern const SpadeDType  judge_precisions[N_PRECISIONS];
extern const char *const judge_precision_names[N_PRECISIONS];
extern const double      judge_step_limits[N_PRECISIONS];

extern const SpadeBackend *cuda;
extern int judge_n_tests, judge_n_failed;

typedef struct
{
  SpadeEngine *engine;
  SpadeRun    *run;
} Side;

void side_close (Side *side, const SpadeBackend *backend);
bool side_open (Side               *side,
                const SpadeBackend *backend,
                const Case         *on,
                SpadeDType          precision,
                SpadeFailure       *failure);

// Zeros of a value's, or the picture's, size; free() them.
float *new_value (const Case *on, int value);
float *new_output (const Case *on);
size_t output_n (const Case *on);
// The whole at once, by the CUDA backend.
bool render (SpadeRun *run, const Case *on, float *out, SpadeFailure *failure);

// One line of TAP; problem "" means that all is well.
void report (const Case *on, const char *what, const char *problem);
// Notes the first problem of a test, with what failure says.
#define CHECK(condition, words)                                               \
  do                                                                          \
    if (*problem == '\0' && !(condition))                                     \
      snprintf (problem, sizeof problem, "%s (%s)", words,                  \
                failure.message);                                             \
  while (0)

// Windows of single stages against the whole picture (judge-windows.c).
void test_windows (const Case *on, int p);
void test_comparison (void);
// The neighbourhoods that the GPU makes (judge-numbers.c).
void test_numbers (const Case *on);
// Each call fails once; copies of one that failed (judge-faults.c).
void test_faults (const Case *on);
void test_late_copies (const Case *on);
// What entries promise beside pictures (judge-entries.c).
void test_devices (const Case *on);
void test_bytes (const Case *on);
void test_holdings (const Case *on);
void test_large_value (const Case *on);
