// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Stand-ins for the functions of NVIDIA's libraries that gpu.c, conv.c and
// product.c call.
// They compute nothing: they note what is called and answer as they are told.

#pragma once

#include <cublasLt.h>
#include <cuda_runtime_api.h>
#include <cudnn.h>
#include <stdbool.h>

typedef struct
{
  bool        is_busy[2];     // of the two GPUs: nobody else can wake it
  bool        reads_pageable; // they read the host's memory by themselves
  bool        is_full;        // a megabyte is left
  bool        cannot_pin;     // memory of the host's
  cudaError_t last_error;     // what cudaGetLastError() gives next
  int         n_wakes[2];     // how often each was made the thread's
  char        calls[256];     // copies, waits and releases, in their order
} FakeCuda;

// An engine for every convolution. Its plan's workspace is its number.
typedef struct
{
  cudnnBackendNumericalNote_t notes[2];
  int                         n_notes;
  cudnnStatus_t               status; // of its plan
  bool                        is_compiled; // when the plan is made
} FakeEngine;

typedef struct
{
  FakeEngine    engines[64]; // on both of the lists that can be asked for
  int           n_engines;
  int           failing;     // finalizing descriptors of that type gives status
  cudnnStatus_t status;
  int           n_created, n_descriptors; // descriptors ever and now
  float         beta;        // of the last convolution
} FakeCudnn;

typedef struct
{
  size_t wanted;    // workspace of what is chosen
  size_t most;      // that it might have had
  size_t given;     // to the last product
  int    n_choices;
} FakeCublas;

extern FakeCuda   fake_cuda;
extern FakeCudnn  fake_cudnn;
extern FakeCublas fake_cublas;
