// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Floats that are reckoned with side by side, for the loops that no compiler
// turns into vector code by itself. Operators go lane by lane; where the
// CPU's vectors are shorter, the compiler takes several.

#pragma once

#ifdef __x86_64__
#define SPADE_LANES 8 // AVX; with AVX-512 sums of 16 take two
#else
#define SPADE_LANES 4 // NEON, VSX, LSX
#endif

typedef float SpadeLanes
    __attribute__ ((vector_size (SPADE_LANES * sizeof (float))));
// The same wherever floats may lie.
typedef SpadeLanes SpadeLooseLanes
    __attribute__ ((aligned (sizeof (float)), may_alias));

#define SPADE_LOAD_LANES(from) (*(const SpadeLooseLanes *) (from))
#define SPADE_STORE_LANES(to, lanes) (*(SpadeLooseLanes *) (to) = (lanes))
