// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Weights go to the GPU as they lie in the file, and a kernel there brings
// them into the form that is wanted.

#include "conv-cache.h"
#include "place.h"
#include "tables.h"
#include "transfer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct Weight
{
  Weight            *next;
  const SpadeTensor *tensor;
  SpadeForm          form;
  SpadeDType         dtype;
  void              *data;
  size_t             size;
};

static size_t
dtype_size (SpadeDType dtype)
{
  return dtype == SPADE_DTYPE_F32 ? 4 : 2;
}

SpadeEngine *
spade_engine_new (const SpadeEngineOptions *options, SpadeFailure *failure)
{
  SpadeEngine *self = calloc (1, sizeof *self);
  SpadeGpuInfo info;

  if (self == NULL)
    {
      spade_gpu_fail_host_memory (failure);
      return NULL;
    }
  self->device = options->device;
  self->dtype = options->precision;
  self->element_size = dtype_size (self->dtype);
  self->tf32 = options->tf32;
  self->fuse = getenv ("SPADE_CUDA_NO_FUSION") == NULL;
  self->compile = getenv ("SPADE_CUDA_COMPILE") != NULL;
  if (!spade_gpu_get_info (options->device, &info, failure))
    {
      free (self);
      return NULL;
    }
  if (self->dtype == SPADE_DTYPE_BF16 && info.major < 8)
    {
      failure->kind = SPADE_FAILURE_BACKEND;
      snprintf (failure->message, sizeof failure->message,
                "this GPU does not compute in bf16; choose f16 or f32");
      free (self);
      return NULL;
    }
  self->gpu = spade_gpu_open (options->device, failure);
  if (self->gpu == NULL)
    {
      free (self);
      return NULL;
    }
  return self;
}

void
spade_engine_free (SpadeEngine *self)
{
  Weight      *next;
  SpadeFailure ignored;

  if (self == NULL)
    return;
  spade_gpu_enter (self->gpu, &ignored);
  for (Weight *at = self->weights; at != NULL; at = next)
    {
      next = at->next;
      spade_gpu_release (self->gpu, at->data);
      free (at);
    }
  spade_tables_clear (self);
  spade_conv_cache_clear (self);
  spade_place_release (self, &self->workspace);
  spade_place_release (self, &self->scratch);
  spade_place_drop_spares (self);
  spade_engine_drop_staging (self);
  spade_gpu_close (self->gpu);
  free (self);
}

void *
spade_engine_alloc (SpadeEngine *self, size_t size, const char *what,
                    SpadeFailure *failure)
{
  void *memory = spade_gpu_alloc (self->gpu, size, what, failure);
  bool  has_more = self->n_spares > 0;

  if (memory != NULL || failure->kind != SPADE_FAILURE_MEMORY)
    return memory;
  spade_place_drop_spares (self);
  if (!spade_tables_drop_idle (self) && !has_more)
    return NULL;
  return spade_gpu_alloc (self->gpu, size, what, failure);
}

// What it held goes first: there may not be room for both.
static bool
reserve (SpadeEngine *self, SpadePlace *place, size_t size,
         SpadeFailure *failure)
{
  if (size <= place->size)
    return true;
  spade_place_release (self, place);
  return spade_place_reserve (self, place, size, "its working memory", failure);
}

bool
spade_engine_reserve_workspace (SpadeEngine *self, size_t size,
                                SpadeFailure *failure)
{
  if (size > self->workspace.size)
    self->changes++;
  return reserve (self, &self->workspace, size, failure);
}

bool
spade_engine_reserve_scratch (SpadeEngine *self, size_t size,
                              SpadeFailure *failure)
{
  return reserve (self, &self->scratch, size, failure);
}

static const void *
find_weight (SpadeEngine *self, const SpadeTensor *tensor, SpadeForm form,
             SpadeDType dtype)
{
  for (Weight *at = self->weights; at != NULL; at = at->next)
    if (at->tensor == tensor && at->form == form && at->dtype == dtype)
      return at->data;
  return NULL;
}

// Gives data, n elements of dtype, a place in the list; NULL with failure.
static void *
add_weight (SpadeEngine *self, const SpadeTensor *tensor, SpadeForm form,
            SpadeDType dtype, int64_t n, SpadeFailure *failure)
{
  Weight *weight = calloc (1, sizeof *weight);
  size_t  size = (size_t) n * dtype_size (dtype);
  void   *data = spade_engine_alloc (self, size, tensor->name, failure);

  if (data == NULL || weight == NULL)
    {
      if (data != NULL)
        {
          spade_gpu_release (self->gpu, data);
          spade_gpu_fail_host_memory (failure);
        }
      free (weight);
      return NULL;
    }
  *weight = (Weight){ self->weights, tensor, form, dtype, data, size };
  self->weights = weight;
  self->weights_size += size;
  return data;
}

// Takes back the weight that was added last.
static void
drop_weight (SpadeEngine *self)
{
  Weight *weight = self->weights;

  self->weights = weight->next;
  self->weights_size -= weight->size;
  spade_gpu_release (self->gpu, weight->data);
  free (weight);
}

// Packs one part on the GPU, into data. is_new: its tensor, as it is stored,
// has to be sent there first.
static bool
pack_part (SpadeEngine *self, const SpadePart *part, bool is_new,
           SpadeDType dtype, void *data, SpadeFailure *failure)
{
  const SpadeTensor *tensor = part->tensor;
  size_t      size = (size_t) spade_tensor_n_elements (tensor)
                * dtype_size (tensor->dtype);
  SpadeRepack repack = { .src_dtype = tensor->dtype, .dst_dtype = dtype,
                         .pitch = part->pitch };

  // Stream order: the scratch is not written again before it was read.
  if (is_new
      && (!spade_engine_reserve_scratch (self, size, failure)
          || !spade_gpu_upload (self->gpu, self->scratch.data, tensor->data, size,
                                failure)))
    return false;
  repack.src = (const char *) self->scratch.data
               + (size_t) part->origin * dtype_size (tensor->dtype);
  repack.dst = (char *) data + (size_t) part->first * dtype_size (dtype);
  memcpy (repack.dims, part->dims, sizeof repack.dims);
  memcpy (repack.strides, part->strides, sizeof repack.strides);
  spade_kernel_repack (spade_gpu_stream (self->gpu), &repack);
  return spade_gpu_check_launch (self->gpu, tensor->name, failure);
}

const void *
spade_engine_pack (SpadeEngine *self, SpadeForm form, SpadeDType dtype,
                   int64_t n, const SpadePart *parts, int n_parts,
                   SpadeFailure *failure)
{
  const void *found = find_weight (self, parts[0].tensor, form, dtype);
  void       *data;
  bool        is_done;

  if (found != NULL)
    return found;
  data = add_weight (self, parts[0].tensor, form, dtype, n, failure);
  if (data == NULL)
    return NULL;
  is_done = spade_gpu_clear (self->gpu, data, (size_t) n * dtype_size (dtype),
                             failure);
  for (int i = 0; is_done && i < n_parts; i++)
    is_done = pack_part (self, &parts[i],
                         i == 0 || parts[i].tensor != parts[i - 1].tensor,
                         dtype, data, failure);
  if (!is_done)
    {
      drop_weight (self);
      return NULL;
    }
  return data;
}

const void *
spade_engine_pack_plain (SpadeEngine *self, SpadeForm form, SpadeDType dtype,
                         const SpadeTensor *tensor, SpadeFailure *failure)
{
  int64_t   n = spade_tensor_n_elements (tensor);
  SpadePart part = { .tensor = tensor, .dims = { 1, 1, 1, n },
                     .strides = { 0, 0, 0, 1 } };

  return spade_engine_pack (self, form, dtype, n, &part, 1, failure);
}

const float *
spade_engine_pack_norm (SpadeEngine *self, const SpadeStep *step,
                        SpadeFailure *failure)
{
  int64_t     n = spade_tensor_n_elements (step->mean);
  const void *found = find_weight (self, step->mean, SPADE_FORM_NORM,
                                   SPADE_DTYPE_F32);
  float      *norm, *data;
  bool        is_done;

  if (found != NULL)
    return found;
  data = add_weight (self, step->mean, SPADE_FORM_NORM, SPADE_DTYPE_F32, 2 * n,
                     failure);
  if (data == NULL)
    return NULL;
  norm = malloc ((size_t) n * 2 * sizeof *norm);
  is_done = norm != NULL;
  if (is_done)
    {
      spade_tensor_read (step->var, 0, n, norm);
      spade_tensor_read (step->mean, 0, n, norm + n);
      for (int64_t c = 0; c < n; c++)
        norm[c] = 1 / sqrtf (norm[c] + SPADE_EPSILON);
      is_done = spade_gpu_upload (self->gpu, data, norm,
                                  (size_t) n * 2 * sizeof *norm, failure);
    }
  else
    spade_gpu_fail_host_memory (failure);
  free (norm);
  if (!is_done)
    {
      drop_weight (self);
      return NULL;
    }
  return data;
}
