// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See watch.h.

#include "watch.h"

void
watch_progress (double fraction, const char *phase, gpointer data)
{
  Watch *watch = data;

  g_assert_cmpfloat (fraction, >=, watch->last);
  g_assert_cmpfloat (fraction, <=, 1);
  watch->last = fraction;
  if (fraction >= watch->stop_at)
    g_atomic_int_set (&watch->cancelled, 1);
}
