// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// oneDNN's product, made and run as if the machine had one core, or ours.

#include "matmul.h"

#include <omp.h>
#include <stdlib.h>

#include "gemm.h"

#define WHAT "a matrix product" // in messages

struct SpadeMatmul
{
  dnnl_primitive_t primitive; // NULL: our own product
  int   rows, depth, width;
  gsize weights_size;
};

static const_dnnl_memory_desc_t
query (const_dnnl_primitive_t primitive, dnnl_query_t what)
{
  const_dnnl_primitive_desc_t desc;

  dnnl_primitive_get_primitive_desc (primitive, &desc);
  return dnnl_primitive_desc_query_md (desc, what, 0);
}

static dnnl_primitive_desc_t
make_desc (SpadeEngine *engine, dnnl_dim_t rows, dnnl_dim_t depth,
           dnnl_dim_t width, SpadeFailure *failure)
{
  dnnl_dims_t src_dims = { rows, depth };
  dnnl_dims_t weight_dims = { depth, width };
  dnnl_dims_t dst_dims = { rows, width };
  dnnl_memory_desc_t    src = NULL, weights = NULL, dst = NULL;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t desc = NULL;

  dnnl_memory_desc_create_with_tag (&src, 2, src_dims, engine->dtype, dnnl_ab);
  dnnl_memory_desc_create_with_tag (&weights, 2, weight_dims, engine->dtype,
                                    dnnl_format_tag_any);
  dnnl_memory_desc_create_with_tag (&dst, 2, dst_dims, dnnl_f32, dnnl_ab);
  dnnl_primitive_attr_create (&attr);
  dnnl_primitive_attr_set_scratchpad_mode (attr, dnnl_scratchpad_mode_user);
  spade_onednn_check (dnnl_matmul_primitive_desc_create (
                          &desc, engine->engine, src, weights, NULL, dst, attr),
                      WHAT, failure);
  dnnl_primitive_attr_destroy (attr);
  dnnl_memory_desc_destroy (src);
  dnnl_memory_desc_destroy (weights);
  dnnl_memory_desc_destroy (dst);
  return desc;
}

bool
spade_matmul_check (SpadeEngine *engine, SpadeFailure *failure)
{
  dnnl_primitive_desc_t desc = make_desc (engine, 16, 16, 16, failure);

  if (desc == NULL)
    return false;
  dnnl_primitive_desc_destroy (desc);
  return true;
}

// Leaves primitive NULL for our own product; false with failure.
static bool
choose (SpadeMatmul *self, SpadeEngine *engine, SpadeFailure *failure)
{
  int                   n_threads = omp_get_max_threads ();
  dnnl_primitive_desc_t desc;
  bool                  is_done;

  omp_set_num_threads (1);
  desc = make_desc (engine, self->rows, self->depth, self->width, failure);
  is_done = desc != NULL
            && (spade_onednn_prefers_ours (engine, desc)
                || spade_onednn_check (
                    dnnl_primitive_create (&self->primitive, desc), WHAT,
                    failure));
  if (desc != NULL)
    dnnl_primitive_desc_destroy (desc);
  omp_set_num_threads (n_threads);
  return is_done;
}

SpadeMatmul *
spade_matmul_new (SpadeEngine *engine, int rows, int depth, int width,
                  SpadeFailure *failure)
{
  SpadeMatmul *self = g_new0 (SpadeMatmul, 1);
  gsize        size;

  self->rows = rows;
  self->depth = depth;
  self->width = width;
  if (!choose (self, engine, failure))
    {
      g_free (self);
      return NULL;
    }
  size = self->primitive == NULL
             ? spade_gemm_packed_size (depth, width) * sizeof (float)
             : dnnl_memory_desc_get_size (
                   query (self->primitive, dnnl_query_weights_md));
  self->weights_size = (size + 63) / 64 * 64;
  return self;
}

void
spade_matmul_free (SpadeMatmul *self)
{
  if (self == NULL)
    return;
  if (self->primitive != NULL)
    dnnl_primitive_destroy (self->primitive);
  g_free (self);
}

gboolean
spade_matmul_is_alike (const SpadeMatmul *a, const SpadeMatmul *b)
{
  if (a->depth != b->depth || a->width != b->width
      || (a->primitive == NULL) != (b->primitive == NULL))
    return FALSE;
  return a->primitive == NULL
         || dnnl_memory_desc_equal (
             query (a->primitive, dnnl_query_weights_md),
             query (b->primitive, dnnl_query_weights_md));
}

gboolean
spade_matmul_open (const SpadeMatmul *self, SpadePacked *packed,
                   const SpadeEngine *engine, const SpadeTensor *tensor,
                   const char *what, int n, SpadeFailure *failure)
{
  g_autofree char *words
      = self->primitive == NULL
            ? g_strdup_printf ("%s, ours, %d x %d", what, self->depth,
                               self->width)
            : spade_packed_describe (
                what, query (self->primitive, dnnl_query_weights_md));

  return spade_packed_open (packed, engine, tensor, words,
                            self->weights_size * (gsize) n, failure);
}

char *
spade_matmul_weights (const SpadeMatmul *self, char *weights, int i)
{
  return weights + (gsize) i * self->weights_size;
}

bool
spade_matmul_pack (const SpadeMatmul *self, SpadeEngine *engine,
                   const float *matrices, int n, char *to,
                   SpadeFailure *failure)
{
  dnnl_dims_t shape = { self->depth, self->width };
  gsize       size = (gsize) self->depth * self->width;

  if (self->primitive == NULL)
    {
#pragma omp parallel for schedule(static)
      for (int i = 0; i < n; i++)
        spade_gemm_pack (matrices + i * size, self->depth, self->width,
                         (float *) spade_matmul_weights (self, to, i));
      return true;
    }
  return spade_onednn_reorder (engine, matrices, n, 2, shape,
                               query (self->primitive, dnnl_query_weights_md),
                               to, self->weights_size, failure);
}

bool
spade_matmul_runner_init (SpadeMatmulRunner *runner, const SpadeMatmul *self,
                          SpadeEngine *engine)
{
  gsize size;

  runner->matmul = self;
  if (self->primitive == NULL)
    return true;
  size = dnnl_memory_desc_get_size (
      query (self->primitive, dnnl_query_scratchpad_md));
  runner->scratch_data = spade_onednn_alloc (size);
  if (runner->scratch_data == NULL)
    return spade_onednn_fail_memory (size, &runner->failure);
#define CHECK(call)                                                           \
  spade_onednn_check (call, WHAT, &runner->failure)
#define CREATE(memory, what, data)                                            \
  CHECK (dnnl_memory_create (&runner->memory, query (self->primitive, what),  \
                             engine->engine, data))
  return CHECK (dnnl_stream_create (&runner->stream, engine->engine,
                                    dnnl_stream_default_flags))
         && CREATE (src, dnnl_query_src_md, DNNL_MEMORY_NONE)
         && CREATE (weights, dnnl_query_weights_md, DNNL_MEMORY_NONE)
         && CREATE (dst, dnnl_query_dst_md, DNNL_MEMORY_NONE)
         && CREATE (scratch, dnnl_query_scratchpad_md, runner->scratch_data);
#undef CREATE
#undef CHECK
}

void
spade_matmul_runner_clear (SpadeMatmulRunner *runner)
{
  dnnl_memory_t memories[] = { runner->src, runner->weights, runner->dst,
                               runner->scratch };

  for (gsize i = 0; i < G_N_ELEMENTS (memories); i++)
    if (memories[i] != NULL)
      dnnl_memory_destroy (memories[i]);
  if (runner->stream != NULL)
    dnnl_stream_destroy (runner->stream);
  spade_onednn_free (runner->scratch_data);
}

bool
spade_matmul_run (SpadeMatmulRunner *runner, const void *src,
                  const void *weights, float *dst)
{
  dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, runner->src },
                             { DNNL_ARG_WEIGHTS, runner->weights },
                             { DNNL_ARG_DST, runner->dst },
                             { DNNL_ARG_SCRATCHPAD, runner->scratch } };
  const SpadeMatmul *self = runner->matmul;
  dnnl_status_t      status;

  if (self->primitive == NULL)
    {
      spade_gemm_run (src, self->rows, self->depth, self->width, weights, dst);
      return true;
    }
  status = dnnl_memory_set_data_handle (runner->src, (void *) src);
  if (status == dnnl_success)
    status = dnnl_memory_set_data_handle (runner->weights, (void *) weights);
  if (status == dnnl_success)
    status = dnnl_memory_set_data_handle (runner->dst, dst);
  if (status == dnnl_success)
    status = dnnl_primitive_execute (self->primitive, runner->stream,
                                     G_N_ELEMENTS (args), args);
  if (status == dnnl_success)
    status = dnnl_stream_wait (runner->stream);
  return status == dnnl_success
         || spade_onednn_check (status, WHAT, &runner->failure);
}
