// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where a model's packed weights lie between processes: a folder per model in
// the cache, named after the hash of its file. Whatever is in it can be thrown
// away at any time.

#pragma once

#include "include/spade-model.h"

// What the name of a file has in it while a process fills it.
#define SPADE_PACK_PART ".part-"

// Gives the folder of a model, made where it is not there; free with g_free().
// Models that were used longest ago are thrown away where all take too much
// room. NULL where it cannot be written: then weights are packed each time.
char *spade_pack_folder_open (const char *cache, const SpadeModel *model);

// Sets when a folder was used last, in seconds since 1970: its time of change. FALSE
// where that cannot be set.
gboolean spade_pack_folder_set_used (const char *path, gint64 seconds);
