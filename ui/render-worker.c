// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The worker: one thread, one waiting request, one queue of messages back.
// Every request has a serial number; messages of older ones are dropped where
// they arrive, so nobody hears of a picture that is no longer wanted. The
// queue is drained by a GSource of ours, which is destroyed before the worker
// goes away: a message can never reach a dead object.

#include "render-worker.h"

#include "render-job.h"

typedef struct
{
  guint      serial;
  int        i;        // of the picture, or -1: finished
  GdkPixbuf *picture;
  GError    *error;
} Message;

struct _SpadeRenderWorker
{
  GObject parent_instance;

  int      delay_ms;
  GThread *thread;
  GSource *source;
  gboolean is_busy; // main thread only
  gboolean has_picture; // the same: one of the newest request was heard of

  GMutex              mutex; // guards all below
  GCond               wake;
  gboolean            is_stopped;
  guint               serial;  // of the newest request
  SpadeRenderRequest *waiting; // or NULL
  SpadeRenderRequest *taken;   // by the thread, which keeps it until the next
  gint64              due;     // when it may start
  gint                cancelled; // atomic: give up the one at work
  GQueue              messages;
  double              fraction; // newest progress, below 0: none
  const char         *phase;
};

G_DEFINE_TYPE (SpadeRenderWorker, spade_render_worker, G_TYPE_OBJECT)

enum
{
  PROGRESS,
  PICTURE,
  FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  GSource            source;
  SpadeRenderWorker *worker;
} WorkerSource;

typedef struct
{
  SpadeRenderWorker *worker;
  guint              serial;
} Job;

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_object (&message->picture);
  g_clear_error (&message->error);
  g_free (message);
}

// From the thread: to the main loop.
static void
post (const Job *job,
      int        i,
      GdkPixbuf *picture,
      GError    *error)
{
  SpadeRenderWorker *worker = job->worker;
  Message           *message = g_new0 (Message, 1);

  message->serial = job->serial;
  message->i = i;
  message->picture = picture != NULL ? g_object_ref (picture) : NULL;
  message->error = error;
  g_mutex_lock (&worker->mutex);
  g_queue_push_tail (&worker->messages, message);
  if (i < 0 && job->serial == worker->serial)
    worker->fraction = -1; // nobody shall hear of progress after the end
  g_mutex_unlock (&worker->mutex);
  g_source_set_ready_time (worker->source, 0);
}

static void
post_picture (int        i,
              GdkPixbuf *picture,
              gpointer   user_data)
{
  post (user_data, i, picture, NULL);
}

static void
post_progress (double      fraction,
               const char *phase,
               gpointer    user_data)
{
  const Job         *job = user_data;
  SpadeRenderWorker *worker = job->worker;

  g_mutex_lock (&worker->mutex);
  if (job->serial == worker->serial)
    {
      worker->fraction = fraction;
      worker->phase = g_intern_string (phase);
    }
  g_mutex_unlock (&worker->mutex);
  g_source_set_ready_time (worker->source, 0);
}

// Waits for a request whose time has come; NULL when the worker stops.
static SpadeRenderRequest *
wait_for_request (SpadeRenderWorker *worker,
                  guint             *out_serial)
{
  SpadeRenderRequest *request = NULL;

  g_mutex_lock (&worker->mutex);
  while (!worker->is_stopped && request == NULL)
    {
      if (worker->waiting == NULL)
        g_cond_wait (&worker->wake, &worker->mutex);
      else if (g_get_monotonic_time () < worker->due)
        g_cond_wait_until (&worker->wake, &worker->mutex, worker->due);
      else
        request = g_steal_pointer (&worker->waiting);
    }
  *out_serial = worker->serial;
  if (request != NULL)
    {
      worker->taken = request;
      g_atomic_int_set (&worker->cancelled, 0);
    }
  g_mutex_unlock (&worker->mutex);
  return request;
}

static gpointer
work (gpointer data)
{
  Job                 job = { data, 0 };
  SpadeRenderWorker  *worker = data;
  SpadeRenderKeep     keep = { NULL, NULL, FALSE, NULL };
  SpadeRenderRequest *request;
  SpadeMonitor        monitor = { post_progress, &job, &worker->cancelled };

  while ((request = wait_for_request (worker, &job.serial)) != NULL)
    {
      GError *error = NULL;

      spade_render_job_run (&keep, request, &monitor, post_picture, &job,
                            &error);
      post (&job, -1, NULL, error);
    }
  spade_render_keep_clear (&keep);
  return NULL;
}

static void
set_busy (SpadeRenderWorker *worker,
          gboolean           is_busy)
{
  if (worker->is_busy == is_busy)
    return;
  worker->is_busy = is_busy;
  g_object_notify (G_OBJECT (worker), "is-busy");
}

// Takes the next message of the newest request; NULL when there is none.
static Message *
take_message (SpadeRenderWorker *worker)
{
  Message *message;

  g_mutex_lock (&worker->mutex);
  while ((message = g_queue_pop_head (&worker->messages)) != NULL &&
         message->serial != worker->serial)
    message_free (message);
  g_mutex_unlock (&worker->mutex);
  return message;
}

static void
emit_progress (SpadeRenderWorker *worker)
{
  double      fraction;
  const char *phase;

  g_mutex_lock (&worker->mutex);
  fraction = worker->fraction;
  phase = worker->phase;
  worker->fraction = -1;
  g_mutex_unlock (&worker->mutex);
  if (fraction >= 0)
    g_signal_emit (worker, signals[PROGRESS], 0, fraction, phase);
}

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    data)
{
  g_autoptr (SpadeRenderWorker) worker = NULL;
  Message                      *message;

  worker = g_object_ref (((WorkerSource *) source)->worker);
  g_source_set_ready_time (source, -1);
  emit_progress (worker);
  while ((message = take_message (worker)) != NULL)
    {
      if (message->i >= 0)
        {
          worker->has_picture = TRUE;
          g_signal_emit (worker, signals[PICTURE], 0, message->i,
                         message->picture);
        }
      else
        {
          set_busy (worker, FALSE);
          g_signal_emit (worker, signals[FINISHED], 0, message->error);
        }
      message_free (message);
    }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

// Makes request, or nothing, the newest thing that is asked for.
static void
replace (SpadeRenderWorker  *worker,
         SpadeRenderRequest *request)
{
  SpadeRenderRequest *old;

  g_mutex_lock (&worker->mutex);
  worker->serial++;
  worker->fraction = -1;
  old = g_steal_pointer (&worker->waiting);
  worker->waiting = request;
  worker->due = g_get_monotonic_time ();
  if (request != NULL && !request->is_urgent)
    worker->due += worker->delay_ms * G_TIME_SPAN_MILLISECOND;
  g_atomic_int_set (&worker->cancelled, 1);
  g_cond_signal (&worker->wake);
  g_mutex_unlock (&worker->mutex);
  spade_render_request_free (old);
}

// Says whether request is asked for already, and nothing of it is there. An
// urgent one ends the delay.
static gboolean
is_asked_for (SpadeRenderWorker        *worker,
              const SpadeRenderRequest *request)
{
  gboolean is_waiting, is_same;

  if (!worker->is_busy || worker->has_picture)
    return FALSE;
  g_mutex_lock (&worker->mutex);
  is_waiting = worker->waiting != NULL;
  is_same = spade_render_request_is_same (
    is_waiting ? worker->waiting : worker->taken, request);
  if (is_same && is_waiting && request->is_urgent)
    {
      worker->due = g_get_monotonic_time ();
      g_cond_signal (&worker->wake);
    }
  g_mutex_unlock (&worker->mutex);
  return is_same;
}

gboolean
spade_render_worker_submit (SpadeRenderWorker  *worker,
                            SpadeRenderRequest *request)
{
  g_return_val_if_fail (request->n_seeds >= 1 &&
                        request->n_seeds <= SPADE_RENDER_MAX_SEEDS, FALSE);
  if (worker->thread == NULL || is_asked_for (worker, request))
    {
      spade_render_request_free (request);
      return FALSE;
    }
  worker->has_picture = FALSE;
  replace (worker, request);
  set_busy (worker, TRUE);
  return TRUE;
}

void
spade_render_worker_cancel (SpadeRenderWorker *worker)
{
  replace (worker, NULL);
  set_busy (worker, FALSE);
}

gboolean
spade_render_worker_is_busy (SpadeRenderWorker *worker)
{
  return worker->is_busy;
}

void
spade_render_worker_stop (SpadeRenderWorker *worker)
{
  if (worker->thread == NULL)
    return;
  spade_render_worker_cancel (worker);
  g_mutex_lock (&worker->mutex);
  worker->is_stopped = TRUE;
  g_cond_signal (&worker->wake);
  g_mutex_unlock (&worker->mutex);
  g_thread_join (g_steal_pointer (&worker->thread));
}

SpadeRenderWorker *
spade_render_worker_new (int delay_ms)
{
  SpadeRenderWorker *worker = g_object_new (SPADE_TYPE_RENDER_WORKER, NULL);

  worker->delay_ms = delay_ms;
  return worker;
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  g_value_set_boolean (value, SPADE_RENDER_WORKER (object)->is_busy);
}

static void
dispose (GObject *object)
{
  SpadeRenderWorker *worker = SPADE_RENDER_WORKER (object);

  spade_render_worker_stop (worker);
  if (worker->source != NULL)
    {
      g_source_destroy (worker->source);
      g_clear_pointer (&worker->source, g_source_unref);
    }
  G_OBJECT_CLASS (spade_render_worker_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  SpadeRenderWorker *worker = SPADE_RENDER_WORKER (object);

  g_queue_clear_full (&worker->messages, message_free);
  spade_render_request_free (worker->waiting);
  g_mutex_clear (&worker->mutex);
  g_cond_clear (&worker->wake);
  G_OBJECT_CLASS (spade_render_worker_parent_class)->finalize (object);
}

static void
spade_render_worker_class_init (SpadeRenderWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;
  g_object_class_install_property (
    object_class, 1,
    g_param_spec_boolean ("is-busy", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  signals[PROGRESS] = g_signal_new ("progress", SPADE_TYPE_RENDER_WORKER,
                                    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_DOUBLE,
                                    G_TYPE_STRING);
  signals[PICTURE] = g_signal_new ("picture", SPADE_TYPE_RENDER_WORKER,
                                   G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_INT, GDK_TYPE_PIXBUF);
  signals[FINISHED] = g_signal_new ("finished", SPADE_TYPE_RENDER_WORKER,
                                    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
spade_render_worker_init (SpadeRenderWorker *worker)
{
  g_mutex_init (&worker->mutex);
  g_cond_init (&worker->wake);
  g_queue_init (&worker->messages);
  worker->fraction = -1;
  worker->source = g_source_new (&source_funcs, sizeof (WorkerSource));
  ((WorkerSource *) worker->source)->worker = worker;
  g_source_attach (worker->source, g_main_context_get_thread_default ());
  worker->thread = g_thread_new ("spade-render", work, worker);
}
