// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The library's convolutions that an engine has prepared, by shape: preparing
// one takes milliseconds, and windows of the same size come again and again.

#pragma once

#include "conv.h"
#include "engine.h"

// Lends the convolution of a shape; *out_conv is NULL, without a failure, where
// the library has no engine for it.
bool spade_conv_cache_lend (SpadeEngine             *engine,
                            const SpadeGpuConvShape *shape,
                            SpadeGpuConv           **out_conv,
                            SpadeFailure            *failure);
// Takes it back, when no queued work uses it any more; NULL is allowed.
void spade_conv_cache_return (SpadeEngine *engine, SpadeGpuConv *conv);
void spade_conv_cache_clear (SpadeEngine *engine);
