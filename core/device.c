// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Chooses a backend by name. "cpu" is the fastest CPU backend that was built;
// "auto" takes a GPU only when its module, driver and device all work.

#include "device.h"

#include "module.h"

#ifdef HAVE_ONEDNN
#define CPU_BACKEND (&spade_backend_onednn)
#else
#define CPU_BACKEND (&spade_backend_ref)
#endif

#define ABOUT_SIZE 256

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
  if (backend->is_fast (number, SPADE_DTYPE_F16))
    return SPADE_DTYPE_F16;
  if (backend->is_fast (number, SPADE_DTYPE_BF16))
    return SPADE_DTYPE_BF16;
  return SPADE_DTYPE_F32;
}

// Reads "cuda" (number -1) or "cuda:N".
static gboolean
parse_cuda (const char *name, int *out_number)
{
  guint64 number;

  *out_number = -1;
  if (strcmp (name, "cuda") == 0)
    return TRUE;
  if (!g_str_has_prefix (name, "cuda:")
      || !g_ascii_string_to_unsigned (name + 5, 10, 0, 1023, &number, NULL))
    return FALSE;
  *out_number = (int) number;
  return TRUE;
}

// Says whether a GPU works: *number -1 becomes that of the best. Else about is
// the reason.
static const SpadeBackend *
find_cuda (int *number, char *about)
{
  const char         *reason;
  const SpadeBackend *backend = spade_module_find_cuda (&reason);
  int                 best = 0;

  if (backend == NULL)
    {
      g_strlcpy (about, reason, ABOUT_SIZE);
      return NULL;
    }
  if (*number < 0 && backend->n_devices != NULL
      && backend->n_devices (&best) > 0)
    *number = best;
  return backend->probe (*number, about, ABOUT_SIZE) ? backend : NULL;
}

static void
describe (SpadeDevice *device, const char *name, const char *about,
          const char *reason)
{
  g_autofree char *place
      = device->number >= 0
            ? g_strdup_printf ("%s:%d", name, device->number)
            : g_strdup (name);
  g_autofree char *threads
      = device->number >= 0
            ? g_strdup ("")
            : g_strdup_printf (", %d thread%s", device->n_threads,
                               device->n_threads == 1 ? "" : "s");

  g_snprintf (device->line, sizeof device->line, "%s (%s, %s%s%s%s)", place,
              about, precision_names[device->precision], threads,
              reason != NULL ? "; not on the GPU: " : "",
              reason != NULL ? reason : "");
}

static gboolean
fill (const SpadeContextOptions *options, const SpadeBackend *backend,
      const char *name, int number, SpadeDevice *device)
{
  device->backend = backend;
  device->number = number;
  device->precision = choose_precision (backend, number, options->precision);
  device->n_threads = options->n_threads > 0 ? options->n_threads
                                             : (int) g_get_num_processors ();
  device->is_auto = FALSE;
  return TRUE;
}

static gboolean
choose_cpu (const SpadeContextOptions *options, const char *name,
            const SpadeBackend *backend, const char *reason,
            SpadeDevice *out_device, GError **error)
{
  char about[ABOUT_SIZE];

  if (!backend->probe (-1, about, sizeof about))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND,
                   "the device %s does not work here: %s", name, about);
      return FALSE;
    }
  fill (options, backend, name, -1, out_device);
  describe (out_device, name, about, reason);
  return TRUE;
}

gboolean
spade_device_fall_back (const SpadeContextOptions *options, const char *reason,
                        SpadeDevice *out_device, GError **error)
{
  static const SpadeContextOptions defaults = { 0 };
  SpadeContextOptions cpu = options != NULL ? *options : defaults;

  // f16 is for GPUs, and not every CPU computes in bf16; what the caller wanted
  // was speed.
  if (cpu.precision != SPADE_PRECISION_F32)
    cpu.precision = SPADE_PRECISION_AUTO;
  return choose_cpu (&cpu, "cpu", CPU_BACKEND, reason, out_device, error);
}

static gboolean
choose_auto (const SpadeContextOptions *options, SpadeDevice *out_device,
             GError **error)
{
  char about[ABOUT_SIZE];
  int  number = -1;
  const SpadeBackend *backend = find_cuda (&number, about);

  if (backend == NULL)
    return choose_cpu (options, "cpu", CPU_BACKEND, NULL, out_device, error);
  fill (options, backend, "cuda", number, out_device);
  out_device->is_auto = TRUE;
  describe (out_device, "cuda", about, NULL);
  return TRUE;
}

gboolean
spade_device_choose (const SpadeContextOptions *options,
                     SpadeDevice               *out_device,
                     GError                   **error)
{
  static const SpadeContextOptions defaults = { 0 };
  const char *name;
  char        about[ABOUT_SIZE];
  int         number;

  if (options == NULL)
    options = &defaults;
  name = options->device == NULL || *options->device == '\0' ? "auto"
                                                             : options->device;
  if (strcmp (name, "auto") == 0)
    return choose_auto (options, out_device, error);
  if (strcmp (name, "cpu") == 0)
    return choose_cpu (options, name, CPU_BACKEND, NULL, out_device, error);
  if (strcmp (name, "ref") == 0)
    return choose_cpu (options, name, &spade_backend_ref, NULL, out_device,
                       error);
  if (parse_cuda (name, &number))
    {
      const SpadeBackend *backend = find_cuda (&number, about);

      if (backend == NULL)
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND,
                       "the device %s does not work here: %s; choose auto or "
                       "cpu", name, about);
          return FALSE;
        }
      fill (options, backend, "cuda", number, out_device);
      describe (out_device, "cuda", about, NULL);
      return TRUE;
    }
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND,
               "there is no device \"%s\"; choose auto, cpu, ref, cuda or "
               "cuda:N", name);
  return FALSE;
}

static void
append (GString *text, const char *name, const SpadeBackend *backend,
        int number)
{
  char     about[ABOUT_SIZE];
  gboolean works = backend->probe (number, about, sizeof about);

  g_string_append_printf (text, "%s: %s, %s\n", name,
                          works ? "ready" : "not usable", about);
}

char *
spade_devices_describe (void)
{
  GString            *text = g_string_new (NULL);
  const char         *reason;
  const SpadeBackend *cuda = spade_module_find_cuda (&reason);
  int                 best;
  int                 n = cuda != NULL ? cuda->n_devices (&best) : 0;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("cuda:%d", i);

      append (text, name, cuda, i);
    }
  if (cuda == NULL)
    g_string_append_printf (text, "cuda: not usable, %s\n", reason);
  else if (n == 0)
    append (text, "cuda", cuda, -1);
  append (text, "cpu", CPU_BACKEND, -1);
  append (text, "ref", &spade_backend_ref, -1);
  return g_string_free (text, FALSE);
}
