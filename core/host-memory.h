// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Whether the machine has room for what a render needs. Linux hands out more
// memory than there is, so a render that cannot fit is refused beforehand: an
// allocation would succeed and the user's whole session be killed later.

#pragma once

#include "backend.h"

// Gives the bytes that can be had without pushing others out, or UINT64_MAX
// where the system does not say.
uint64_t spade_host_memory_available (void);

// Says whether bytes more fit into this machine; else fills failure.
bool spade_host_memory_check (double bytes, SpadeFailure *failure);
