// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// An import of a checkpoint in a thread (spade_model_import()), watched from
// the main loop. One at a time; dropping the job cancels it and waits.
//
// Signal "progress" (double fraction): how far it is, 0...1.
// Signal "finished" (GError *error): it ended; error is NULL after success,
// SPADE_ERROR_CANCELLED after a cancel, and borrowed.

#pragma once

#include <glib-object.h>
#include <spade.h>

typedef struct
{
  char           *generator; // file
  char           *encoder;   // file, or NULL
  char           *name;      // of the new model
  char           *class_set; // this and what follows as in SpadeImportOptions
  gboolean        has_edge, has_unlabeled;
  gboolean        has_upsampling;
  SpadeUpsampling upsampling;
  int             crop_size;
  double          aspect;
  gboolean        has_z_dim;
  int             z_dim;
  double          output_multiplier;
  char           *dtype;     // "f32", "bf16" or "f16"
} SpadeImportRequest;

// Gives it as options, which borrow its strings.
void spade_import_request_get_options (const SpadeImportRequest *request,
                                       SpadeImportOptions       *out);

void spade_import_request_free (SpadeImportRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeImportRequest, spade_import_request_free)

#define SPADE_TYPE_IMPORT_JOB (spade_import_job_get_type ())
G_DECLARE_FINAL_TYPE (SpadeImportJob, spade_import_job, SPADE, IMPORT_JOB,
                      GObject)

SpadeImportJob *spade_import_job_new (void);

// Begins; takes the request. FALSE while another import runs.
gboolean spade_import_job_start (SpadeImportJob     *job,
                                 SpadeImportRequest *request);

// Asks it to end; "finished" follows.
void spade_import_job_cancel (SpadeImportJob *job);
