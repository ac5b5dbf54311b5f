// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Marks a function whose loops the compiler vectorises once for each level of
// the x86-64 instruction set; the loader picks one for the machine. With
// SPADE_NO_CLONES -march alone says what there is.

#pragma once

#if defined __x86_64__ && defined __GNUC__ && !defined __SANITIZE_ADDRESS__ &&\
    !defined SPADE_NO_CLONES
#define SPADE_VECTOR_CLONES                                                   \
  __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3",         \
                                 "default")))
#else
#define SPADE_VECTOR_CLONES
#endif
