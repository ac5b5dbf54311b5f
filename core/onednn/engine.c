// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The oneDNN engine: one stream on the CPU, weights packed once per layout.

#include "engine.h"

#include <stdio.h>
#include <stdlib.h>

#include "matmul.h"
#include "packed.h"

#define ALIGNMENT 64
#define READ_AT_ONCE 65536 // numbers of a tensor, by a thread

bool
spade_onednn_check (dnnl_status_t status, const char *what,
                    SpadeFailure *failure)
{
  if (status == dnnl_success)
    return true;
  failure->kind = status == dnnl_out_of_memory ? SPADE_FAILURE_MEMORY
                                               : SPADE_FAILURE_BACKEND;
  if (status == dnnl_out_of_memory)
    snprintf (failure->message, sizeof failure->message,
              "not enough memory for %s; choose a smaller size", what);
  else if (status == dnnl_unimplemented)
    snprintf (failure->message, sizeof failure->message,
              "this CPU cannot run %s in this precision; choose f32", what);
  else
    snprintf (failure->message, sizeof failure->message,
              "oneDNN could not run %s (status %d); choose the device ref",
              what, (int) status);
  return false;
}

bool
spade_onednn_fail_memory (gsize bytes, SpadeFailure *failure)
{
  failure->kind = SPADE_FAILURE_MEMORY;
  snprintf (failure->message, sizeof failure->message,
            "not enough memory (%" G_GSIZE_FORMAT " MiB more are needed); "
            "choose a smaller size", (bytes >> 20) + 1);
  return false;
}

bool
spade_onednn_has (dnnl_cpu_isa_t instructions)
{
#ifdef __x86_64__
  return (dnnl_get_effective_cpu_isa () & instructions) == instructions;
#else
  return false;
#endif
}

bool
spade_onednn_prefers_ours (const SpadeEngine *self,
                           const_dnnl_primitive_desc_t desc)
{
#ifdef __x86_64__
  bool is_plain = false; // what is called gemm there is machine code
#else
  const char *name = "";
  bool        is_plain;

  dnnl_primitive_desc_query (desc, dnnl_query_impl_info_str, 0, &name);
  is_plain = g_str_has_prefix (name, "gemm:") || g_str_has_prefix (name, "ref");
#endif
  return self->dtype == dnnl_f32 && (is_plain || self->wants_ours);
}

void *
spade_onednn_alloc (gsize bytes)
{
#ifdef G_OS_WIN32
  return _aligned_malloc (bytes + 1, ALIGNMENT);
#else
  return aligned_alloc (ALIGNMENT, (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT);
#endif
}

void
spade_onednn_free (void *memory)
{
#ifdef G_OS_WIN32
  _aligned_free (memory);
#else
  free (memory);
#endif
}

void
spade_onednn_store (const float *from, gsize n, void *to,
                    dnnl_data_type_t dtype)
{
  guint16 *half = to;

  if (dtype == dnnl_f32)
    memcpy (to, from, n * sizeof (float));
  else
    for (gsize i = 0; i < n; i++)
      half[i] = spade_f32_to_bf16 (from[i]);
}

void
spade_onednn_load (const void *from, dnnl_data_type_t dtype, gsize n, float *to)
{
  const guint16 *half = from;

  if (dtype == dnnl_f32)
    memcpy (to, from, n * sizeof (float));
  else
    for (gsize i = 0; i < n; i++)
      to[i] = spade_bf16_to_f32 (half[i]);
}

struct SpadePack
{
  dnnl_memory_t memory;
  SpadePacked   packed;
};

static void
pack_clear (gpointer data)
{
  SpadePack *pack = data;

  if (pack->memory != NULL)
    dnnl_memory_destroy (pack->memory);
  spade_packed_close (&pack->packed);
}

dnnl_memory_t
spade_pack_get_memory (const SpadePack *pack)
{
  return pack->memory;
}

void
spade_pack_unref (SpadePack *pack)
{
  if (pack != NULL)
    g_rc_box_release_full (pack, pack_clear);
}

SpadeEngine *
spade_onednn_engine_new (const SpadeEngineOptions *options,
                         SpadeFailure             *failure)
{
  SpadeEngine *self;

  if (options->precision == SPADE_DTYPE_F16)
    {
      failure->kind = SPADE_FAILURE_BACKEND;
      g_strlcpy (failure->message,
                 "the CPU device computes in f32 or bf16; choose one of them",
                 sizeof failure->message);
      return NULL;
    }
  self = g_new0 (SpadeEngine, 1);
  self->dtype = options->precision == SPADE_DTYPE_BF16 ? dnnl_bf16 : dnnl_f32;
  self->element_size = dnnl_data_type_size (self->dtype);
  self->n_threads = options->n_threads;
  self->pack_folder = g_strdup (options->pack_folder);
  self->wants_ours = g_getenv ("SPADE_OWN_PRODUCTS") != NULL;
  self->packs = g_hash_table_new_full (NULL, NULL, NULL,
                                       (GDestroyNotify) spade_pack_unref);
  if (!spade_onednn_check (dnnl_engine_create (&self->engine, dnnl_cpu, 0),
                           "its CPU engine", failure)
      || !spade_onednn_check (dnnl_stream_create (&self->stream, self->engine,
                                                  dnnl_stream_default_flags),
                              "its CPU stream", failure)
      || (self->dtype != dnnl_f32 && !spade_matmul_check (self, failure)))
    {
      spade_onednn_engine_free (self);
      return NULL;
    }
  return self;
}

void
spade_onednn_engine_free (SpadeEngine *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->packs);
  g_clear_pointer (&self->winograds, g_hash_table_unref);
  g_clear_pointer (&self->indirects, g_hash_table_unref);
  g_clear_pointer (&self->tables, g_hash_table_unref);
  if (self->stream != NULL)
    dnnl_stream_destroy (self->stream);
  if (self->engine != NULL)
    dnnl_engine_destroy (self->engine);
  spade_onednn_free (self->scratch);
  spade_onednn_free (self->arena);
  g_free (self->pack_folder);
  g_free (self);
}

void *
spade_onednn_scratch (SpadeEngine *self, gsize bytes, SpadeFailure *failure)
{
  if (bytes <= self->scratch_size)
    return self->scratch;
  spade_onednn_free (self->scratch);
  self->scratch = spade_onednn_alloc (bytes);
  self->scratch_size = self->scratch != NULL ? bytes : 0;
  if (self->scratch == NULL)
    spade_onednn_fail_memory (bytes, failure);
  return self->scratch;
}

bool
spade_onednn_execute (SpadeEngine *self, const_dnnl_primitive_t primitive,
                      const dnnl_exec_arg_t *args, int n,
                      SpadeFailure *failure)
{
  const_dnnl_primitive_desc_t desc;
  const_dnnl_memory_desc_t    scratch_desc;
  dnnl_memory_t   scratch = NULL;
  dnnl_exec_arg_t all[8];
  gsize           size;
  bool            is_done;

  g_assert (n < (int) G_N_ELEMENTS (all));
  memcpy (all, args, sizeof *args * (gsize) n);
  dnnl_primitive_get_primitive_desc (primitive, &desc);
  scratch_desc = dnnl_primitive_desc_query_md (desc, dnnl_query_scratchpad_md,
                                               0);
  size = dnnl_memory_desc_get_size (scratch_desc);
  if (size > 0)
    {
      void *data = spade_onednn_scratch (self, size, failure);

      if (data == NULL
          || !spade_onednn_check (dnnl_memory_create (&scratch, scratch_desc,
                                                      self->engine, data),
                                  "its scratch memory", failure))
        return false;
      all[n].arg = DNNL_ARG_SCRATCHPAD;
      all[n].memory = scratch;
      n++;
    }
  is_done = spade_onednn_check (dnnl_primitive_execute (primitive, self->stream,
                                                        n, all),
                                "a step", failure)
            && spade_onednn_check (dnnl_stream_wait (self->stream), "a step",
                                   failure);
  if (scratch != NULL)
    dnnl_memory_destroy (scratch);
  return is_done;
}

bool
spade_onednn_reorder (SpadeEngine *self, const float *floats, int n, int n_dims,
                      const dnnl_dim_t *shape, const_dnnl_memory_desc_t layout,
                      char *to_data, gsize pitch, SpadeFailure *failure)
{
  dnnl_memory_desc_t    from_desc = NULL;
  dnnl_memory_t         from = NULL, to = NULL;
  dnnl_primitive_desc_t desc = NULL;
  dnnl_primitive_t      primitive = NULL;
  dnnl_stream_t         stream = NULL; // the engine's is one thread's
  dnnl_dims_t           strides;
  gsize                 size; // of an array
  bool                  is_done;

  strides[n_dims - 1] = 1;
  for (int i = n_dims - 1; i > 0; i--)
    strides[i - 1] = strides[i] * shape[i];
  size = (gsize) (strides[0] * shape[0]);
#define CHECK(call) spade_onednn_check (call, "weights", failure)
  is_done
      = CHECK (dnnl_memory_desc_create_with_strides (&from_desc, n_dims, shape,
                                                     dnnl_f32, strides))
        && CHECK (dnnl_memory_create (&from, from_desc, self->engine,
                                      (void *) floats))
        && CHECK (dnnl_memory_create (&to, layout, self->engine, to_data))
        && CHECK (dnnl_stream_create (&stream, self->engine,
                                      dnnl_stream_default_flags))
        && CHECK (dnnl_reorder_primitive_desc_create (
            &desc, from_desc, self->engine, layout, self->engine, NULL))
        && CHECK (dnnl_primitive_create (&primitive, desc));
  for (int i = 0; is_done && i < n; i++)
    is_done = CHECK (dnnl_memory_set_data_handle (
                  from, (void *) (floats + (gsize) i * size)))
              && CHECK (dnnl_memory_set_data_handle (to, to_data
                                                             + (gsize) i
                                                                   * pitch))
              && CHECK (dnnl_primitive_execute (primitive, stream, 2,
                                                (dnnl_exec_arg_t[]){
                                                    { DNNL_ARG_FROM, from },
                                                    { DNNL_ARG_TO, to } }))
              && CHECK (dnnl_stream_wait (stream));
#undef CHECK
  if (primitive != NULL)
    dnnl_primitive_destroy (primitive);
  if (desc != NULL)
    dnnl_primitive_desc_destroy (desc);
  if (stream != NULL)
    dnnl_stream_destroy (stream);
  if (from != NULL)
    dnnl_memory_destroy (from);
  if (to != NULL)
    dnnl_memory_destroy (to);
  if (from_desc != NULL)
    dnnl_memory_desc_destroy (from_desc);
  return is_done;
}

const float *
spade_onednn_floats (const SpadeTensor *tensor, float **out_copy,
                     SpadeFailure *failure)
{
  gint64 n = spade_tensor_n_elements (tensor);

  *out_copy = NULL;
  if (tensor->dtype == SPADE_DTYPE_F32
      && (guintptr) tensor->data % sizeof (float) == 0)
    return tensor->data;
  *out_copy = spade_onednn_alloc ((gsize) n * sizeof (float));
  if (*out_copy == NULL)
    {
      spade_onednn_fail_memory ((gsize) n * sizeof (float), failure);
      return NULL;
    }
#pragma omp parallel for schedule(static)
  for (gint64 i = 0; i < n; i += READ_AT_ONCE)
    spade_tensor_read (tensor, i, MIN (READ_AT_ONCE, n - i), *out_copy + i);
  return *out_copy;
}

static bool
fill_pack (SpadeEngine *self, SpadePack *pack, const SpadeTensor *tensor,
           const_dnnl_memory_desc_t wanted, SpadeFailure *failure)
{
  float       *copy;
  const float *floats = spade_onednn_floats (tensor, &copy, failure);
  dnnl_dims_t  shape;
  bool         is_done;

  if (floats == NULL)
    return false;
  for (int i = 0; i < tensor->n_dims; i++)
    shape[i] = tensor->shape[i];
  is_done = spade_onednn_reorder (self, floats, 1, tensor->n_dims, shape,
                                  wanted, pack->packed.data, 0, failure);
  spade_onednn_free (copy);
  if (is_done)
    spade_packed_seal (&pack->packed, self);
  return is_done;
}

// Gives a tensor packed in that layout, or NULL.
static SpadePack *
pack_new (SpadeEngine *self, const SpadeTensor *tensor,
          const_dnnl_memory_desc_t wanted, SpadeFailure *failure)
{
  g_autofree char *words = spade_packed_describe ("as it is", wanted);
  SpadePack *pack = g_rc_box_new0 (SpadePack);

  if (spade_packed_open (&pack->packed, self, tensor, words,
                         dnnl_memory_desc_get_size (wanted), failure)
      && spade_onednn_check (dnnl_memory_create (&pack->memory, wanted,
                                                 self->engine,
                                                 pack->packed.data),
                             "weights", failure)
      && (pack->packed.is_filled
          || fill_pack (self, pack, tensor, wanted, failure)))
    return pack;
  spade_pack_unref (pack);
  return NULL;
}

SpadePack *
spade_onednn_pack (SpadeEngine *self, const SpadeTensor *tensor,
                   const_dnnl_memory_desc_t wanted, SpadeFailure *failure)
{
  SpadePack *pack = g_hash_table_lookup (self->packs, tensor);

  if (pack != NULL)
    {
      const_dnnl_memory_desc_t has;

      dnnl_memory_get_memory_desc (pack->memory, &has);
      if (dnnl_memory_desc_equal (has, wanted))
        return g_rc_box_acquire (pack);
    }
  pack = pack_new (self, tensor, wanted, failure);
  if (pack != NULL)
    g_hash_table_insert (self->packs, (gpointer) tensor,
                         g_rc_box_acquire (pack));
  return pack;
}
