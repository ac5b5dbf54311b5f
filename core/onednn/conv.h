// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A convolution step as a oneDNN primitive with its packed weights; bias,
// residual sum and activation are fused into it.

#pragma once

#include "engine.h"

typedef struct SpadeOnednnConv SpadeOnednnConv;

// Makes ready a CONV step of plan; dst_dtype is the destination's.
SpadeOnednnConv *spade_onednn_conv_new (SpadeEngine      *engine,
                                        const SpadePlan  *plan,
                                        const SpadeStep  *step,
                                        dnnl_data_type_t  dst_dtype,
                                        SpadeFailure     *failure);
void spade_onednn_conv_free (SpadeOnednnConv *conv);

// src and dst are H x W x C; where the step adds a value, it is in dst.
bool spade_onednn_conv_run (SpadeOnednnConv *conv,
                            SpadeEngine     *engine,
                            const void      *src,
                            void            *dst,
                            SpadeFailure    *failure);
