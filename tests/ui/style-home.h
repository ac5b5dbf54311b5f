// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A home of its own for tests of styles: three that are shipped, one that is the
// user's, and a picture that is nowhere.

#pragma once

#include "style-list.h"

extern char *style_home;

void style_home_set_up (void);
void style_home_tear_down (void);

SpadeStylePlaces style_home_places (void);

// Writes a picture of two colours there; gives its path. Free with g_free().
char *style_home_write (const char *name, int width, int height, guint32 top,
                        guint32 bottom);
