// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Rows of numbers to the GPU and back, through memory of the host that the GPU
// reads and writes by itself.

#pragma once

#include "engine.h"

// Sends n rows of size bytes, which lie pitch bytes apart, to where they lie
// without gaps. from may be changed after the return.
bool spade_engine_send (SpadeEngine  *engine,
                        void         *to,
                        const void   *from,
                        size_t        pitch,
                        size_t        size,
                        size_t        n,
                        SpadeFailure *failure);
// Fetches n rows of size bytes; waits for them and all queued before.
bool spade_engine_fetch (SpadeEngine  *engine,
                         void         *to,
                         size_t        to_pitch,
                         const void   *from,
                         size_t        from_pitch,
                         size_t        size,
                         size_t        n,
                         SpadeFailure *failure);
void spade_engine_drop_staging (SpadeEngine *engine);
