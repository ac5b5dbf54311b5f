// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Measures the CUDA backend on the cases of a file, without GLib:
//
//   bench-cuda CASES FOLDER [FORMAT...]
//
// One line of JSON per case and number format on stdout, as soon as it is known;
// what fails becomes "error" in its line, and the next one is measured. FOLDER
// receives the weights, and of each case the map's symbols, z and the pictures,
// so that compare_torch.py can render the same. With SPADE_CUDA_COMPILE set, the
// files and the lines say so.

#include <cublasLt.h>
#include <cudnn.h>
#include <stdlib.h>

#include "tensors-out.h"
#include "timings.h"

extern const SpadeBackend *spade_cuda_backend (void);

typedef struct
{
  const char *name;
  SpadeDType  dtype;
  bool        tf32;
} Format;

static const Format formats[] = {
  { "f16", SPADE_DTYPE_F16, false },
  { "bf16", SPADE_DTYPE_BF16, false },
  { "tf32", SPADE_DTYPE_F32, true },
  { "f32", SPADE_DTYPE_F32, false },
};
#define N_FORMATS 4

static const SpadeBackend *cuda;
static const char         *folder;
static bool                is_compiled; // convolutions, by cuDNN

// The work of a render as the plan states it: products of the convolutions and
// of the tables, and bytes that each step reads and writes once.
static void
print_work (FILE *line, const Case *on, size_t element_size)
{
  double conv = 0, tables = 0, bytes = 0;

  for (int i = 0; i < on->plan.n_steps; i++)
    {
      const SpadeStep *step = &on->plan.steps[i];

      bytes += (double) element_size
               * ((double) case_value_n (on, step->dst)
                  + (step->src >= 0 ? (double) case_value_n (on, step->src) : 0)
                  + (step->add >= 0 ? (double) case_value_n (on, step->add) : 0)
                  + (step->weight != NULL
                         ? (double) spade_tensor_n_elements (step->weight)
                         : 0));
      if (step->kind == SPADE_STEP_CONV)
        conv += 2e-9 * (double) case_value_n (on, step->dst) * step->kernel
                * step->kernel * on->plan.values[step->src].channels;
      if (step->kind == SPADE_STEP_SPADE)
        tables += 4e-9
                  * (double) on->levels[step->level].neighbourhoods->n_patches
                  * (double) spade_tensor_n_elements (step->gamma_weight);
    }
  fprintf (line,
           ", \"conv_gflop\": %.2f, \"table_gflop\": %.2f, \"gbytes\": %.4f",
           conv, tables, bytes * 1e-9);
}

// Prints the line of a session, which it closes.
static void
finish_line (Session *self, bool is_good, char **text)
{
  if (!is_good)
    {
      fprintf (self->line, ", \"error\": ");
      print_text (self->line, self->failure.message);
    }
  fprintf (self->line, "}\n");
  fclose (self->line);
  fputs (*text, stdout);
  fflush (stdout);
  free (*text);
  session_close (self);
}

// Measures a case in a format, and gives its picture where there was one.
static bool
measure (const Case *on, const Format *format, float **out_picture)
{
  SpadeEngineOptions options = { .device = -1, .precision = format->dtype,
                                 .n_threads = 1, .tf32 = format->tf32 };
  Session self = { .cuda = cuda, .on = on };
  char   *text = NULL;
  size_t  size;
  bool    is_good;

  self.picture = calloc (case_value_n (on, on->plan.outputs[0]),
                         sizeof *self.picture);
  self.line = open_memstream (&text, &size);
  if (self.picture == NULL || self.line == NULL)
    abort ();
  fprintf (self.line, "{\"case\": \"%s\", \"format\": \"%s\", "
           "\"engines\": \"%s\"", on->name, format->name,
           is_compiled ? "compiled" : "ready");
  print_work (self.line, on, format->dtype == SPADE_DTYPE_F32 ? 4 : 2);
  is_good = session_open (&self, &options) && time_first (&self)
            && time_new_maps (&self) && time_renders (&self)
            && time_end_to_end (&self) && time_steps (&self);
  finish_line (&self, is_good, &text);
  *out_picture = self.has_picture ? self.picture : NULL;
  if (!self.has_picture)
    free (self.picture);
  return is_good;
}

// The first engine of a process wakes the GPU and loads the libraries, which is
// not to be found in the first case's open_ms.
static bool
open_cold (const Case *on)
{
  SpadeEngineOptions options = { .device = -1, .precision = SPADE_DTYPE_F16,
                                 .n_threads = 1 };
  Session self = { .cuda = cuda, .on = on };
  char   *text = NULL;
  size_t  size;
  bool    is_good;

  self.line = open_memstream (&text, &size);
  if (self.line == NULL)
    abort ();
  fprintf (self.line, "{\"case\": \"cold\"");
  is_good = session_open (&self, &options);
  finish_line (&self, is_good, &text);
  return is_good;
}

// Everything of a case that there is by now; pictures may be NULL.
static bool
write_case (const Case *on, float **pictures)
{
  const SpadeValue *size = &on->plan.values[on->plan.outputs[0]];
  const SpadeLevel *level = &on->levels[on->plan.n_levels - 1];
  SpadeTensor       all[2 + N_FORMATS];
  char              path[1024];
  int               n = 0;

  all[n++] = (SpadeTensor){ "symbols", level->symbols, SPADE_DTYPE_U16, 2,
                            { level->height, level->width } };
  if (on->input != NULL)
    all[n++] = (SpadeTensor){ "z", on->input, SPADE_DTYPE_F32, 2,
                              { 1, (int64_t) case_value_n (on,
                                                           on->plan.input) } };
  for (int i = 0; i < N_FORMATS; i++)
    if (pictures[i] != NULL)
      all[n++] = (SpadeTensor){ formats[i].name, pictures[i], SPADE_DTYPE_F32,
                                3, { size->height, size->width, 3 } };
  snprintf (path, sizeof path, "%s/%s%s.safetensors", folder, on->name,
            is_compiled ? "-compiled" : "");
  return tensors_out (path, all, n);
}

// The same for all cases: they are drawn by their number.
static bool
write_weights (const Case *on)
{
  char path[1024];

  snprintf (path, sizeof path, "%s/weights.safetensors", folder);
  return tensors_out (path, on->tensors, on->n_tensors);
}

static bool
is_wanted (const Format *format, char **names)
{
  if (*names == NULL)
    return true;
  for (; *names != NULL; names++)
    if (strcmp (*names, format->name) == 0)
      return true;
  return false;
}

// Written after each format: what stops the next one does not lose this one.
static bool
bench_case (const Case *on, char **names)
{
  float *pictures[N_FORMATS] = { NULL };
  bool   is_good = write_case (on, pictures);

  for (int i = 0; i < N_FORMATS; i++)
    if (is_wanted (&formats[i], names))
      {
        is_good = measure (on, &formats[i], &pictures[i]) && is_good;
        is_good = write_case (on, pictures) && is_good;
      }
  for (int i = 0; i < N_FORMATS; i++)
    free (pictures[i]);
  return is_good;
}

static void
print_device (const char *line)
{
  int driver = 0, runtime = 0;

  cudaDriverGetVersion (&driver);
  cudaRuntimeGetVersion (&runtime);
  printf ("{\"device\": ");
  print_text (stdout, line);
  printf (", \"cuda_of_driver\": %d, \"cuda\": %d, \"cudnn\": %zu, "
          "\"cublaslt\": %zu}\n",
          driver, runtime, cudnnGetVersion (), cublasLtGetVersion ());
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  FILE *file;
  Case *on;
  bool  is_readable = true, is_good = true;
  char  line[256];

  if (argc < 3 || (file = fopen (argv[1], "rb")) == NULL)
    {
      fprintf (stderr, "usage: bench-cuda CASES FOLDER [FORMAT...]\n");
      return 2;
    }
  folder = argv[2];
  is_compiled = getenv ("SPADE_CUDA_COMPILE") != NULL;
  cuda = spade_cuda_backend ();
  if (!cuda->probe (-1, line, sizeof line))
    {
      fprintf (stderr, "bench-cuda: %s\n", line);
      fclose (file);
      return 77;
    }
  print_device (line);
  for (int i = 0; (on = case_read (file, &is_readable)) != NULL; i++)
    {
      if (i == 0)
        is_good = write_weights (on) && open_cold (on);
      is_good = bench_case (on, argv + 3) && is_good;
      case_free (on);
    }
  fclose (file);
  return is_good && is_readable ? 0 : 1;
}
