// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What every other public header needs: the export mark, the error codes and
// the monitor through which a caller watches and cancels long work.

#pragma once

#include <glib.h>

#define SPADE_API __attribute__ ((visibility ("default")))

// Every GError of this library has this domain and one of these codes; its
// message is one sentence that says what to do.
typedef enum
{
  SPADE_ERROR_FILE,       // a file cannot be opened, read or written
  SPADE_ERROR_MODEL,      // not a model file, or one that contradicts itself
  SPADE_ERROR_CHECKPOINT, // a .pth that is damaged, forbidden or not SPADE
  SPADE_ERROR_CLASSES,    // palette entries or words that name no class
  SPADE_ERROR_MAP,        // a segmentation map that cannot be used
  SPADE_ERROR_STYLE,      // a style image or latent that cannot be used
  SPADE_ERROR_SIZE,       // a render size that the model cannot make
  SPADE_ERROR_BACKEND,    // a device or precision that is not there
  SPADE_ERROR_MEMORY,     // not enough memory
  SPADE_ERROR_CANCELLED,  // the caller asked to stop; nothing was changed
} SpadeError;

#define SPADE_ERROR (spade_error_quark ())
SPADE_API GQuark spade_error_quark (void);

// Called now and then from the thread that does the work.
// fraction: 0...1. phase: a short untranslated word such as "generator".
typedef void (*SpadeProgress) (double      fraction,
                               const char *phase,
                               gpointer    user_data);

// How a caller watches long work; a NULL monitor watches nothing.
typedef struct
{
  SpadeProgress progress;   // or NULL
  gpointer      user_data;
  const gint   *cancelled;  // or NULL; set to 1 with g_atomic_int_set() from
                            // any thread: the work ends with
                            // SPADE_ERROR_CANCELLED at its next step
} SpadeMonitor;
