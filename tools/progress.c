// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The progress bar and Ctrl-C. A program has one terminal and one set of
// signals, so this file keeps its state in statics; the library has none.

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef _WIN32
#include <windows.h>
#endif

#include "cli.h"

#define BAR_WIDTH 30
#define REDRAW_US 100000

static gint     cancelled;
static gboolean has_bar;
static gint64   last_drawn;

static void
on_signal (int number)
{
  g_atomic_int_set (&cancelled, 1);
}

static void
draw (double      fraction,
      const char *phase,
      gpointer    user_data)
{
  gint64 now = g_get_monotonic_time ();
  int    filled = (int) (CLAMP (fraction, 0, 1) * BAR_WIDTH);

  if (has_bar && now - last_drawn < REDRAW_US)
    return;
  last_drawn = now;
  has_bar = TRUE;
  fprintf (stderr, "\r[%.*s%*s] %3d %% %s\033[K", filled,
           "##############################", BAR_WIDTH - filled, "",
           (int) (CLAMP (fraction, 0, 1) * 100), phase ? phase : "");
  fflush (stderr);
}

#ifdef G_OS_WIN32

// A console does what \033 says when it is asked to.
static gboolean
is_terminal (void)
{
  HANDLE console = GetStdHandle (STD_ERROR_HANDLE);
  DWORD  mode;

  return GetConsoleMode (console, &mode)
         && SetConsoleMode (console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

// A second one ends the program: the system forgets the handler.
static void
catch_signals (void)
{
  signal (SIGINT, on_signal);
}

#else

static gboolean
is_terminal (void)
{
  return isatty (STDERR_FILENO);
}

static void
catch_signals (void)
{
  struct sigaction action = { .sa_handler = on_signal,
                              .sa_flags = (int) SA_RESETHAND };

  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

#endif

const SpadeMonitor *
cli_monitor_begin (void)
{
  static SpadeMonitor monitor = { .cancelled = &cancelled };

  monitor.progress = is_terminal () ? draw : NULL;
  catch_signals ();
  return &monitor;
}

void
cli_monitor_end (void)
{
  if (has_bar)
    fputs ("\r\033[K", stderr);
  has_bar = FALSE;
}

gboolean
cli_is_cancelled (void)
{
  return g_atomic_int_get (&cancelled) != 0;
}

gboolean
cli_check_cancelled (GError **error)
{
  if (!cli_is_cancelled ())
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED, "cancelled");
  return FALSE;
}
