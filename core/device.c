// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Chooses a backend by name. "cpu" is the fastest CPU backend that was built;
// "auto" takes a GPU only when its module, driver and device all work.

#include "device.h"

#ifdef HAVE_ONEDNN
#define CPU_BACKEND (&spade_backend_onednn)
#else
#define CPU_BACKEND (&spade_backend_ref)
#endif

typedef struct
{
  const char         *name;
  const SpadeBackend *backend;
} Candidate;

// In the order in which "auto" tries them.
static const Candidate candidates[] = {
  { "cpu", CPU_BACKEND },
  { "ref", &spade_backend_ref },
};

static const char *const precision_names[] = { "f32", "bf16", "f16" };

static SpadeDType
choose_precision (const SpadeBackend *backend,
                  int                 number,
                  SpadePrecision      precision)
{
  switch (precision)
    {
    case SPADE_PRECISION_F32:
      return SPADE_DTYPE_F32;
    case SPADE_PRECISION_BF16:
      return SPADE_DTYPE_BF16;
    case SPADE_PRECISION_F16:
      return SPADE_DTYPE_F16;
    case SPADE_PRECISION_AUTO:
      break;
    }
  if (backend->is_fast (number, SPADE_DTYPE_BF16))
    return SPADE_DTYPE_BF16;
  return SPADE_DTYPE_F32;
}

gboolean
spade_device_choose (const SpadeContextOptions *options,
                     SpadeDevice               *out_device,
                     GError                   **error)
{
  static const SpadeContextOptions defaults = { 0 };
  const char *name;
  char        about[96];

  if (options == NULL)
    options = &defaults;
  name = options->device == NULL || *options->device == '\0' ? "auto"
                                                             : options->device;
  if (strcmp (name, "auto") == 0)
    name = "cpu";

  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      const SpadeBackend *backend = candidates[i].backend;

      if (strcmp (name, candidates[i].name) != 0)
        continue;
      if (!backend->probe (-1, about, sizeof about))
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND,
                       "the device %s does not work here: %s", name, about);
          return FALSE;
        }
      out_device->backend = backend;
      out_device->number = -1;
      out_device->precision = choose_precision (backend, -1,
                                                options->precision);
      out_device->n_threads = options->n_threads > 0
                                  ? options->n_threads
                                  : (int) g_get_num_processors ();
      g_snprintf (out_device->line, sizeof out_device->line,
                  "%s (%s, %s, %d thread%s)", name, about,
                  precision_names[out_device->precision],
                  out_device->n_threads, out_device->n_threads == 1 ? "" : "s");
      return TRUE;
    }
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND,
               "there is no device \"%s\" in this build; choose auto, cpu or ref",
               name);
  return FALSE;
}

char *
spade_devices_describe (void)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      char     about[96];
      gboolean works = candidates[i].backend->probe (-1, about, sizeof about);

      g_string_append_printf (text, "%s: %s, %s\n", candidates[i].name,
                              works ? "ready" : "not usable", about);
    }
  return g_string_free (text, FALSE);
}
