// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The one header that callers of libspade include. The way of the data:
// map (spade-map.h) through a class table (spade-class-table.h) into a
// context (spade-context.h) that renders with a model (spade-model.h).

#pragma once

#include "spade-types.h"
#include "spade-class-set.h"
#include "spade-foreign-palette.h"
#include "spade-class-table.h"
#include "spade-map.h"
#include "spade-model.h"
#include "spade-checkpoint.h"
#include "spade-model-store.h"
#include "spade-context.h"
