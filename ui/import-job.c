// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The thread only writes two numbers; a timer of the main loop looks at them,
// so no message can reach a job that is gone.

#include "import-job.h"

#define LOOK_MS 50
#define STEPS 1000 // of the progress

struct _SpadeImportJob
{
  GObject parent_instance;

  GThread            *thread; // NULL: nothing runs
  guint               look_id;
  SpadeImportRequest *request;
  GError             *error;     // the thread's until it is done
  gint                is_done;   // atomic
  gint                progress;  // atomic, 0...STEPS
  gint                cancelled; // atomic
};

G_DEFINE_TYPE (SpadeImportJob, spade_import_job, G_TYPE_OBJECT)

enum
{
  PROGRESS,
  FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
spade_import_request_free (SpadeImportRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->generator);
  g_free (request->encoder);
  g_free (request->name);
  g_free (request->class_set);
  g_free (request->dtype);
  g_free (request);
}

void
spade_import_request_get_options (const SpadeImportRequest *request,
                                  SpadeImportOptions       *out)
{
  *out = (SpadeImportOptions) {
    .generator_path = request->generator,
    .encoder_path = request->encoder,
    .class_set = request->class_set,
    .has_edge = request->has_edge,
    .has_unlabeled = request->has_unlabeled,
    .has_upsampling = request->has_upsampling,
    .upsampling = request->upsampling,
    .crop_size = request->crop_size,
    .aspect = request->aspect,
    .has_z_dim = request->has_z_dim,
    .z_dim = request->z_dim,
    .output_multiplier = request->output_multiplier,
    .dtype = request->dtype,
  };
}

static void
note_progress (double      fraction,
               const char *phase,
               gpointer    user_data)
{
  SpadeImportJob *job = user_data;

  g_atomic_int_set (&job->progress, (gint) (fraction * STEPS));
}

static gpointer
work (gpointer data)
{
  SpadeImportJob           *job = data;
  const SpadeImportRequest *request = job->request;
  SpadeMonitor              monitor = { note_progress, job, &job->cancelled };
  SpadeImportOptions        options;

  spade_import_request_get_options (request, &options);
  spade_model_import (&options, request->name, &monitor, NULL, &job->error);
  g_atomic_int_set (&job->is_done, 1);
  return NULL;
}

static void
end (SpadeImportJob *job)
{
  g_clear_pointer (&job->thread, g_thread_join);
  g_clear_handle_id (&job->look_id, g_source_remove);
  g_clear_pointer (&job->request, spade_import_request_free);
}

static gboolean
look (gpointer data)
{
  SpadeImportJob    *job = g_object_ref (data);
  g_autoptr (GError) error = NULL;

  g_signal_emit (job, signals[PROGRESS], 0,
                 (double) g_atomic_int_get (&job->progress) / STEPS);
  if (!g_atomic_int_get (&job->is_done))
    {
      g_object_unref (job);
      return G_SOURCE_CONTINUE;
    }
  job->look_id = 0;
  end (job);
  error = g_steal_pointer (&job->error);
  g_signal_emit (job, signals[FINISHED], 0, error);
  g_object_unref (job);
  return G_SOURCE_REMOVE;
}

gboolean
spade_import_job_start (SpadeImportJob     *job,
                        SpadeImportRequest *request)
{
  if (job->thread != NULL)
    {
      spade_import_request_free (request);
      return FALSE;
    }
  job->request = request;
  job->is_done = job->progress = job->cancelled = 0;
  job->thread = g_thread_new ("import", work, job);
  job->look_id = g_timeout_add (LOOK_MS, look, job);
  return TRUE;
}

void
spade_import_job_cancel (SpadeImportJob *job)
{
  g_atomic_int_set (&job->cancelled, 1);
}

SpadeImportJob *
spade_import_job_new (void)
{
  return g_object_new (SPADE_TYPE_IMPORT_JOB, NULL);
}

static void
finalize (GObject *object)
{
  SpadeImportJob *job = SPADE_IMPORT_JOB (object);

  spade_import_job_cancel (job);
  end (job);
  g_clear_error (&job->error);
  G_OBJECT_CLASS (spade_import_job_parent_class)->finalize (object);
}

static void
spade_import_job_class_init (SpadeImportJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  signals[PROGRESS] = g_signal_new (
    "progress", SPADE_TYPE_IMPORT_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
    G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  signals[FINISHED] = g_signal_new (
    "finished", SPADE_TYPE_IMPORT_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
    G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
spade_import_job_init (SpadeImportJob *job)
{
}
