// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The CUDA kernels, compiled for the CPU. One file, since build tools take .cu
// for what only nvcc compiles.

#include "../../cuda/kernels/conv.cu"
#include "../../cuda/kernels/linear.cu"
#include "../../cuda/kernels/modulate.cu"
#include "../../cuda/kernels/move.cu"
#include "../../cuda/kernels/narrow.cu"
#include "../../cuda/kernels/numbers.cu"
#include "../../cuda/kernels/statistics.cu"
#include "../../cuda/kernels/sums.cu"
#include "../../cuda/kernels/style.cu"
#include "../../cuda/kernels/tables.cu"
