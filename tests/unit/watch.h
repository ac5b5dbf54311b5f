// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A progress that may only rise within 0...1, and a cancel at a moment of it.

#pragma once

#include <glib.h>

typedef struct
{
  gint   cancelled; // a monitor's
  double stop_at;   // above 1: never
  double last;
} Watch;

// A monitor's progress function; data: a Watch.
void watch_progress (double fraction, const char *phase, gpointer data);
