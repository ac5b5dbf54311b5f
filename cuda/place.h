// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Places in the GPU's memory. A run of a window lasts milliseconds, and taking
// memory from the GPU and giving it back would take longer than that; so it
// leaves its places as spares to the next one.

#pragma once

#include "engine.h"

// Makes a place at least that large; its contents go when it moves, and an
// empty place is left after a failure. what: for the message.
bool spade_place_reserve (SpadeEngine  *engine,
                          SpadePlace   *place,
                          size_t        size,
                          const char   *what,
                          SpadeFailure *failure);
// Leaves a place to the next one that needs it.
void spade_place_leave (SpadeEngine *engine, SpadePlace *place);
// Gives it back to the GPU.
void spade_place_release (SpadeEngine *engine, SpadePlace *place);
// Gives all spares back to the GPU.
void spade_place_drop_spares (SpadeEngine *engine);
// Bytes of spares.
size_t spade_place_get_spare (const SpadeEngine *engine);
