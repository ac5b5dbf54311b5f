// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Functions whose loops the compiler vectorises once for each level of the
// x86-64 instruction set. The loader picks one for the machine; where it cannot,
// as Windows' cannot, each call does. With SPADE_NO_CLONES -march alone says what
// there is.

#pragma once

#if defined __x86_64__ && defined __GNUC__ && !defined __SANITIZE_ADDRESS__ &&\
    !defined SPADE_NO_CLONES
#define SPADE_HAS_CLONES
#endif

// Gives the level that is picked, 1 where -march alone says.
static inline int
spade_vector_level (void)
{
#ifdef SPADE_NO_CLONES
  return 1;
#elif defined __x86_64__ && defined __GNUC__
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
      && __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
    return 4;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
      && __builtin_cpu_supports ("bmi2"))
    return 3;
#endif
  return 0;
}

// Begins a definition, with a body to follow: what it is declared as, which gives
// nothing back, its name, its parameters, and the same as arguments, both in
// parentheses.
#if defined SPADE_HAS_CLONES && !defined _WIN32
#define SPADE_VECTOR_CLONES(declared, name, parameters, arguments)            \
  __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3",         \
                                 "default")))                                 \
  declared name parameters
#elif defined SPADE_HAS_CLONES
#define SPADE_VECTOR_CLONES(declared, name, parameters, arguments)            \
  static inline __attribute__ ((always_inline)) void name##_body parameters;  \
  __attribute__ ((target ("arch=x86-64-v4"))) static void                    \
  name##_v4 parameters                                                        \
  {                                                                           \
    name##_body arguments;                                                    \
  }                                                                           \
  __attribute__ ((target ("arch=x86-64-v3"))) static void                    \
  name##_v3 parameters                                                        \
  {                                                                           \
    name##_body arguments;                                                    \
  }                                                                           \
  declared name parameters                                                    \
  {                                                                           \
    int level = spade_vector_level ();                                        \
                                                                              \
    if (level >= 4)                                                           \
      name##_v4 arguments;                                                    \
    else if (level == 3)                                                      \
      name##_v3 arguments;                                                    \
    else                                                                      \
      name##_body arguments;                                                  \
  }                                                                           \
  static inline __attribute__ ((always_inline)) void name##_body parameters
#else
#define SPADE_VECTOR_CLONES(declared, name, parameters, arguments)            \
  declared name parameters
#endif
