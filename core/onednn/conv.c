// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Convolution through oneDNN, NHWC in and out, weights in the layout that the
// primitive prefers.

#include "conv.h"

#include <stdlib.h>

#include "indirect.h"
#include "winograd.h"

struct SpadeOnednnConv
{
  SpadeWinograd   *winograd;  // one of these in place of all that follows, or
  SpadeIndirect   *indirect;  // both NULL
  dnnl_primitive_t primitive;
  dnnl_memory_t    src, dst, bias;
  float           *bias_data;
  SpadePack       *weights;
};

static dnnl_memory_desc_t
picture_desc (const SpadeValue *value, dnnl_data_type_t dtype)
{
  dnnl_memory_desc_t desc = NULL;
  dnnl_dims_t dims = { 1, value->channels, value->height, value->width };

  dnnl_memory_desc_create_with_tag (&desc, 4, dims, dtype, dnnl_nhwc);
  return desc;
}

static dnnl_primitive_attr_t
make_attr (const SpadeStep *step, dnnl_data_type_t dst_dtype)
{
  dnnl_primitive_attr_t attr = NULL;
  dnnl_post_ops_t       ops = NULL;

  dnnl_primitive_attr_create (&attr);
  dnnl_primitive_attr_set_scratchpad_mode (attr, dnnl_scratchpad_mode_user);
  dnnl_post_ops_create (&ops);
  if (step->add >= 0)
    dnnl_post_ops_append_sum (ops, 1, 0, dst_dtype);
  if (step->activation == SPADE_ACTIVATION_LEAKY_RELU)
    dnnl_post_ops_append_eltwise (ops, dnnl_eltwise_relu, SPADE_LEAKY_SLOPE, 0);
  else if (step->activation == SPADE_ACTIVATION_TANH)
    dnnl_post_ops_append_eltwise (ops, dnnl_eltwise_tanh, 0, 0);
  dnnl_primitive_attr_set_post_ops (attr, ops);
  dnnl_post_ops_destroy (ops);
  return attr;
}

static dnnl_primitive_desc_t
make_desc (SpadeEngine *engine, const SpadePlan *plan, const SpadeStep *step,
           dnnl_data_type_t dst_dtype, SpadeFailure *failure)
{
  const SpadeValue *from = &plan->values[step->src];
  const SpadeValue *to = &plan->values[step->dst];
  int         k = step->kernel;
  dnnl_dims_t weight_dims = { to->channels, from->channels, k, k };
  dnnl_dims_t bias_dims = { to->channels };
  dnnl_dims_t strides = { step->stride, step->stride };
  dnnl_dims_t before = { k / 2, k / 2 };
  // What lies beyond the far border follows from the sizes.
  dnnl_dims_t after
      = { (to->height - 1) * step->stride + k - k / 2 - from->height,
          (to->width - 1) * step->stride + k - k / 2 - from->width };
  dnnl_dims_t no_dilation = { 0, 0 };
  dnnl_memory_desc_t    src = picture_desc (from, engine->dtype);
  dnnl_memory_desc_t    dst = picture_desc (to, dst_dtype);
  dnnl_memory_desc_t    weights = NULL, bias = NULL;
  dnnl_primitive_attr_t attr = make_attr (step, dst_dtype);
  dnnl_primitive_desc_t desc = NULL;

  dnnl_memory_desc_create_with_tag (&weights, 4, weight_dims, engine->dtype,
                                    dnnl_format_tag_any);
  if (step->bias != NULL)
    dnnl_memory_desc_create_with_tag (&bias, 1, bias_dims, dnnl_f32, dnnl_a);
  spade_onednn_check (
      dnnl_convolution_forward_primitive_desc_create (
          &desc, engine->engine, dnnl_forward_inference,
          dnnl_convolution_direct, src, weights, bias, dst, strides,
          no_dilation, before, after, attr),
      step->name, failure);
  dnnl_primitive_attr_destroy (attr);
  dnnl_memory_desc_destroy (src);
  dnnl_memory_desc_destroy (dst);
  dnnl_memory_desc_destroy (weights);
  if (bias != NULL)
    dnnl_memory_desc_destroy (bias);
  return desc;
}

static bool
make_bias (SpadeOnednnConv *self, SpadeEngine *engine,
           const_dnnl_primitive_desc_t desc, const SpadeTensor *bias,
           SpadeFailure *failure)
{
  gint64 n = spade_tensor_n_elements (bias);

  self->bias_data = spade_onednn_alloc ((gsize) n * sizeof (float));
  if (self->bias_data == NULL)
    return spade_onednn_fail_memory ((gsize) n * sizeof (float), failure);
  spade_tensor_read (bias, 0, n, self->bias_data);
  return spade_onednn_check (
      dnnl_memory_create (
          &self->bias,
          dnnl_primitive_desc_query_md (desc, dnnl_query_weights_md, 1),
          engine->engine, self->bias_data),
      "a bias", failure);
}

SpadeOnednnConv *
spade_onednn_conv_new (SpadeEngine *engine, const SpadePlan *plan,
                       const SpadeStep *step, dnnl_data_type_t dst_dtype,
                       SpadeFailure *failure)
{
  dnnl_primitive_desc_t desc;
  SpadeOnednnConv      *self;
  bool                  is_complete;

  if (spade_winograd_tile (engine, plan, step) > 1)
    {
      self = g_new0 (SpadeOnednnConv, 1);
      self->winograd = spade_winograd_new (engine, plan, step, failure);
      if (self->winograd == NULL)
        g_clear_pointer (&self, g_free);
      return self;
    }
  desc = make_desc (engine, plan, step, dst_dtype, failure);
  if (desc == NULL)
    return NULL;
  self = g_new0 (SpadeOnednnConv, 1);
  if (spade_onednn_prefers_ours (engine, desc))
    {
      dnnl_primitive_desc_destroy (desc);
      self->indirect = spade_indirect_new (engine, plan, step, failure);
      if (self->indirect == NULL)
        g_clear_pointer (&self, g_free);
      return self;
    }
#define MD(what) dnnl_primitive_desc_query_md (desc, what, 0)
  is_complete
      = spade_onednn_check (dnnl_primitive_create (&self->primitive, desc),
                            step->name, failure)
        && spade_onednn_check (dnnl_memory_create (&self->src,
                                                   MD (dnnl_query_src_md),
                                                   engine->engine,
                                                   DNNL_MEMORY_NONE),
                               step->name, failure)
        && spade_onednn_check (dnnl_memory_create (&self->dst,
                                                   MD (dnnl_query_dst_md),
                                                   engine->engine,
                                                   DNNL_MEMORY_NONE),
                               step->name, failure)
        && (self->weights = spade_onednn_pack (
                engine, step->weight, MD (dnnl_query_weights_md), failure))
               != NULL
        && (step->bias == NULL
            || make_bias (self, engine, desc, step->bias, failure));
#undef MD
  dnnl_primitive_desc_destroy (desc);
  if (!is_complete)
    g_clear_pointer (&self, spade_onednn_conv_free);
  return self;
}

void
spade_onednn_conv_free (SpadeOnednnConv *self)
{
  if (self == NULL)
    return;
  spade_winograd_free (self->winograd);
  spade_indirect_free (self->indirect);
  if (self->primitive != NULL)
    dnnl_primitive_destroy (self->primitive);
  if (self->src != NULL)
    dnnl_memory_destroy (self->src);
  if (self->dst != NULL)
    dnnl_memory_destroy (self->dst);
  if (self->bias != NULL)
    dnnl_memory_destroy (self->bias);
  spade_onednn_free (self->bias_data);
  spade_pack_unref (self->weights);
  g_free (self);
}

bool
spade_onednn_conv_run (SpadeOnednnConv *self, SpadeEngine *engine,
                       const void *src, void *dst, SpadeFailure *failure)
{
  dnnl_exec_arg_t args[4] = { { DNNL_ARG_SRC, self->src },
                              { DNNL_ARG_DST, self->dst },
                              { DNNL_ARG_BIAS, self->bias } };
  int n = self->bias != NULL ? 3 : 2;

  if (self->winograd != NULL)
    return spade_winograd_run (self->winograd, engine, src, dst, failure);
  if (self->indirect != NULL)
    {
      spade_indirect_run (self->indirect, engine, src, dst);
      return true;
    }
  args[n].arg = DNNL_ARG_WEIGHTS;
  args[n++].memory = spade_pack_get_memory (self->weights);
  dnnl_memory_set_data_handle (self->src, (void *) src);
  dnnl_memory_set_data_handle (self->dst, dst);
  return spade_onednn_execute (engine, self->primitive, args, n, failure);
}
