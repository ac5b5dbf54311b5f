// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Structs are written as they are, with the numbers of tensors in place of
// pointers to them.

#include "case.h"

#include <math.h>
#include <stdlib.h>

#define MAGIC 0x65646173u
#define N_STEP_TENSORS 12

typedef struct
{
  uint32_t magic, interface;
  char     name[64];
  uint64_t noise_seed;
  int32_t  n_tensors, n_input, n_expected, n_windows, is_random, is_large;
} Header;

// Where a step names tensors.
static const SpadeTensor **
step_tensor (SpadeStep *step, int i)
{
  const SpadeTensor **all[N_STEP_TENSORS] = {
    &step->weight, &step->bias, &step->mean, &step->var, &step->shared_weight,
    &step->shared_bias, &step->gamma_weight, &step->gamma_bias,
    &step->beta_weight, &step->beta_bias,   &step->noise,
    &step->z_weight,
  };

  return all[i];
}

size_t
case_value_n (const Case *self, int value)
{
  const SpadeValue *v = &self->plan.values[value];

  return (size_t) v->height * (size_t) v->width * (size_t) v->channels;
}

void
case_renew_levels (const Case *self, SpadeLevel *levels,
                   SpadeNeighbourhoods *numbers)
{
  for (int i = 0; i < self->plan.n_levels; i++)
    {
      levels[i] = self->levels[i];
      numbers[i] = *levels[i].neighbourhoods;
      numbers[i].serial = 0;
      levels[i].neighbourhoods = &numbers[i];
    }
}

void
case_strip_levels (const Case *self, SpadeLevel *levels)
{
  for (int i = 0; i < self->plan.n_levels; i++)
    {
      levels[i] = self->levels[i];
      levels[i].neighbourhoods = NULL;
    }
}

static bool
put (FILE *file, const void *data, size_t size)
{
  return size == 0 || fwrite (data, 1, size, file) == size;
}

static size_t
tensor_size (const SpadeTensor *tensor)
{
  return (size_t) spade_tensor_n_elements (tensor)
         * (tensor->dtype == SPADE_DTYPE_F32 ? 4 : 2);
}

static bool
put_tensor (FILE *file, const SpadeTensor *tensor, bool is_random)
{
  char    name[128] = "";
  int64_t n = spade_tensor_n_elements (tensor);
  double  moments[2] = { 0, 0 };

  snprintf (name, sizeof name, "%s", tensor->name);
  if (!put (file, name, sizeof name)
      || !put (file, tensor, sizeof *tensor))
    return false;
  if (!is_random)
    return put (file, tensor->data, tensor_size (tensor));
  for (int64_t i = 0; i < n; i++)
    {
      float value;

      spade_tensor_read (tensor, i, 1, &value);
      moments[0] += value;
      moments[1] += (double) value * value;
    }
  moments[0] /= (double) n;
  moments[1] = sqrt (fmax (0, moments[1] / (double) n
                                  - moments[0] * moments[0]));
  return put (file, moments, sizeof moments);
}

static bool
put_plan (FILE *file, const Case *self, const SpadePlan *plan)
{
  size_t       n_sums;
  const float *sums = spade_plan_get_z_sums (plan, &n_sums);

  if (!put (file, plan, sizeof *plan)
      || !put (file, plan->values,
               sizeof *plan->values * (size_t) plan->n_values))
    return false;
  for (int i = 0; i < plan->n_steps; i++)
    {
      SpadeStep step = plan->steps[i];

      for (int k = 0; k < N_STEP_TENSORS; k++)
        {
          const SpadeTensor **at = step_tensor (&step, k);

          if (*at != NULL)
            *at = (const SpadeTensor *) (uintptr_t) (*at - self->tensors + 1);
        }
      // Their place in the sums, which follow.
      if (step.z_sums != NULL)
        step.z_sums = (const float *) (uintptr_t) (step.z_sums - sums);
      if (!put (file, &step, sizeof step))
        return false;
    }
  return put (file, &n_sums, sizeof n_sums)
         && put (file, sums, n_sums * sizeof *sums);
}

static bool
put_level (FILE *file, const SpadeLevel *level)
{
  const SpadeNeighbourhoods *all = level->neighbourhoods;
  size_t n = (size_t) level->height * (size_t) level->width;
  size_t taps = (size_t) all->kernel * (size_t) all->kernel;

  return put (file, level, sizeof *level) && put (file, all, sizeof *all)
         && put (file, level->symbols, n * 2)
         && put (file, all->shared_symbols, all->n_shared * taps * 2)
         && put (file, all->patch_rows, all->n_patches * taps * 4)
         && put (file, all->index, n * 4);
}

bool
case_write (FILE *file, const Case *self, bool is_random)
{
  const SpadePlan *plan = &self->plan;
  Header header = { .magic = MAGIC, .interface = SPADE_BACKEND_INTERFACE,
                    .noise_seed = self->noise_seed,
                    .n_tensors = self->n_tensors,
                    .n_windows = self->n_windows, .is_random = is_random,
                    .is_large = self->is_large };
  bool   is_done;

  memcpy (header.name, self->name, sizeof header.name);
  if (self->input != NULL)
    header.n_input = (int32_t) case_value_n (self, plan->input);
  if (self->expected != NULL)
    header.n_expected = (int32_t) case_value_n (self, plan->outputs[0]);
  is_done = put (file, &header, sizeof header)
            && put_plan (file, self, plan);
  for (int i = 0; is_done && i < self->n_tensors; i++)
    is_done = put_tensor (file, &self->tensors[i], is_random);
  for (int i = 0; is_done && i < plan->n_levels; i++)
    is_done = put_level (file, &self->levels[i]);
  for (int i = 0; is_done && i < self->n_windows; i++)
    is_done = put (file, &self->windows[i], sizeof self->windows[i])
              && put_plan (file, self, &self->windows[i].plan)
              && put_level (file, &self->windows[i].level);
  return is_done
         && put (file, self->input, (size_t) header.n_input * 4)
         && put (file, self->expected, (size_t) header.n_expected * 4);
}

// Memory of the case; ends the program when there is none, as tests may.
static void *
get_memory (Case *self, size_t size)
{
  void *memory = calloc (1, size > 0 ? size : 1);

  self->blocks = realloc (self->blocks,
                          sizeof *self->blocks * (size_t) (self->n_blocks + 1));
  if (memory == NULL || self->blocks == NULL)
    abort ();
  self->blocks[self->n_blocks++] = memory;
  return memory;
}

static void *
get (Case *self, FILE *file, size_t size, bool *is_good)
{
  void *data = get_memory (self, size);

  if (*is_good && fread (data, 1, size, file) != size)
    *is_good = false;
  return data;
}

// SplitMix64 (Steele et al. 2014).
static uint64_t
next_random (uint64_t *state)
{
  uint64_t x = *state += 0x9e3779b97f4a7c15u;

  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static void
get_tensor (Case *self, FILE *file, int i, bool is_random, bool *is_good)
{
  SpadeTensor *tensor = &self->tensors[i];
  char        *name = get (self, file, 128, is_good);
  uint64_t     state = (uint64_t) i * 1000003u + 17;
  double      *moments;
  float       *values;

  memcpy (tensor, get (self, file, sizeof *tensor, is_good), sizeof *tensor);
  tensor->name = name;
  if (!is_random)
    {
      tensor->data = get (self, file, tensor_size (tensor), is_good);
      return;
    }
  moments = get (self, file, 2 * sizeof *moments, is_good);
  if (!*is_good)
    return;
  tensor->dtype = SPADE_DTYPE_F32;
  values = get_memory (self, tensor_size (tensor));
  // Uniform, with that deviation.
  for (int64_t k = 0; k < spade_tensor_n_elements (tensor); k++)
    values[k] = (float) (moments[0]
                         + moments[1] * 1.7320508
                               * ((double) (next_random (&state) >> 40)
                                      * 0x1p-23 - 1));
  tensor->data = values;
}

static void
get_level (Case *self, FILE *file, SpadeLevel *level, bool *is_good)
{
  SpadeNeighbourhoods *all;
  size_t n, taps;

  memcpy (level, get (self, file, sizeof *level, is_good), sizeof *level);
  all = get (self, file, sizeof *all, is_good);
  if (!*is_good)
    return;
  n = (size_t) level->height * (size_t) level->width;
  taps = (size_t) all->kernel * (size_t) all->kernel;
  level->symbols = get (self, file, n * 2, is_good);
  all->shared_symbols = get (self, file, all->n_shared * taps * 2, is_good);
  all->patch_rows = get (self, file, all->n_patches * taps * 4, is_good);
  all->index = get (self, file, n * 4, is_good);
  level->neighbourhoods = all;
}

// The tensors have their places, if not their contents.
static void
get_plan (Case *self, FILE *file, SpadePlan *plan, bool *is_good)
{
  size_t      *n_sums;
  const float *sums;

  memcpy (plan, get (self, file, sizeof *plan, is_good), sizeof *plan);
  if (!*is_good)
    return;
  plan->values = get (self, file,
                      sizeof *plan->values * (size_t) plan->n_values, is_good);
  plan->steps = get (self, file, sizeof *plan->steps * (size_t) plan->n_steps,
                     is_good);
  for (int i = 0; *is_good && i < plan->n_steps; i++)
    for (int k = 0; k < N_STEP_TENSORS; k++)
      {
        const SpadeTensor **at = step_tensor (&plan->steps[i], k);

        if (*at != NULL)
          *at = self->tensors + ((uintptr_t) *at - 1);
      }
  n_sums = get (self, file, sizeof *n_sums, is_good);
  sums = get (self, file, *is_good ? *n_sums * sizeof *sums : 0, is_good);
  for (int i = 0; *is_good && i < plan->n_steps; i++)
    plan->steps[i].z_sums = plan->steps[i].z_weight != NULL
                                ? sums + (uintptr_t) plan->steps[i].z_sums
                                : NULL;
}

static void
get_windows (Case *self, FILE *file, int n, bool *is_good)
{
  self->n_windows = n;
  self->windows = get_memory (self, sizeof *self->windows * (size_t) n);
  for (int i = 0; *is_good && i < n; i++)
    {
      CaseWindow *window = &self->windows[i];

      memcpy (window, get (self, file, sizeof *window, is_good),
              sizeof *window);
      get_plan (self, file, &window->plan, is_good);
      get_level (self, file, &window->level, is_good);
    }
}

Case *
case_read (FILE *file, bool *is_good)
{
  Case   *self;
  Header  header;
  size_t     n = fread (&header, 1, sizeof header, file);

  *is_good = n == 0;
  if (n == 0)
    return NULL;
  if (n != sizeof header || header.magic != MAGIC
      || header.interface != SPADE_BACKEND_INTERFACE)
    {
      fprintf (stderr, "not a file of cases, or one of another build\n");
      return NULL;
    }
  *is_good = true;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    abort ();
  memcpy (self->name, header.name, sizeof self->name);
  self->noise_seed = header.noise_seed;
  self->is_large = header.is_large != 0;
  self->n_tensors = header.n_tensors;
  self->tensors = get_memory (self, sizeof *self->tensors
                                        * (size_t) self->n_tensors);
  get_plan (self, file, &self->plan, is_good);
  for (int i = 0; *is_good && i < self->n_tensors; i++)
    get_tensor (self, file, i, header.is_random, is_good);
  for (int i = 0; *is_good && i < self->plan.n_levels; i++)
    get_level (self, file, &self->levels[i], is_good);
  get_windows (self, file, header.n_windows, is_good);
  if (header.n_input > 0)
    self->input = get (self, file, (size_t) header.n_input * 4, is_good);
  if (header.n_expected > 0)
    self->expected = get (self, file, (size_t) header.n_expected * 4, is_good);
  if (*is_good)
    return self;
  fprintf (stderr, "the file of cases ends too early\n");
  case_free (self);
  return NULL;
}

void
case_free (Case *self)
{
  if (self == NULL)
    return;
  for (int i = 0; i < self->n_blocks; i++)
    free (self->blocks[i]);
  free (self->blocks);
  free (self);
}
