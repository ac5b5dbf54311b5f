// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// cuDNN's graph API of fake-nvidia.h, as far as engines are searched for, and
// its handle. A descriptor knows its type, and which engine it is about.

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "fake-nvidia.h"

#include <stdlib.h>

typedef struct
{
  cudnnBackendDescriptorType_t type;
  int                          engine;
} Descriptor;

FakeCudnn fake_cudnn;

cudnnStatus_t
cudnnCreate (cudnnHandle_t *handle)
{
  *handle = NULL;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t
cudnnDestroy (cudnnHandle_t handle)
{
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t
cudnnSetStream (cudnnHandle_t handle, cudaStream_t stream)
{
  return CUDNN_STATUS_SUCCESS;
}

const char *
cudnnGetErrorString (cudnnStatus_t status)
{
  return "a status";
}

cudnnStatus_t
cudnnBackendCreateDescriptor (cudnnBackendDescriptorType_t type,
                              cudnnBackendDescriptor_t *out)
{
  Descriptor *self = calloc (1, sizeof *self);

  self->type = type;
  *out = self;
  fake_cudnn.n_created++;
  fake_cudnn.n_descriptors++;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t
cudnnBackendDestroyDescriptor (cudnnBackendDescriptor_t descriptor)
{
  free (descriptor);
  fake_cudnn.n_descriptors--;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t
cudnnBackendSetAttribute (cudnnBackendDescriptor_t descriptor,
                          cudnnBackendAttributeName_t name,
                          cudnnBackendAttributeType_t type, int64_t n,
                          const void *value)
{
  Descriptor *self = descriptor;

  if (name == CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG)
    self->engine = (*(Descriptor *const *) value)->engine;
  if (name == CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA)
    fake_cudnn.beta = *(const float *) value;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t
cudnnBackendFinalize (cudnnBackendDescriptor_t descriptor)
{
  const Descriptor *self = descriptor;

  if (fake_cudnn.status != CUDNN_STATUS_SUCCESS
      && self->type == (cudnnBackendDescriptorType_t) fake_cudnn.failing)
    return fake_cudnn.status;
  return self->type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR
             ? fake_cudnn.engines[self->engine].status
             : CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t
cudnnBackendGetAttribute (cudnnBackendDescriptor_t const descriptor,
                          cudnnBackendAttributeName_t name,
                          cudnnBackendAttributeType_t type, int64_t most,
                          int64_t *out_n, void *out)
{
  const Descriptor *self = descriptor;
  const FakeEngine *engine = &fake_cudnn.engines[self->engine];
  Descriptor      **descriptors = out;

  *out_n = 1;
  switch (name)
    {
    case CUDNN_ATTR_ENGINEHEUR_RESULTS:
      *out_n = fake_cudnn.n_engines;
      for (int i = 0; i < fake_cudnn.n_engines && i < most; i++)
        descriptors[i]->engine = i;
      return CUDNN_STATUS_SUCCESS;
    case CUDNN_ATTR_ENGINECFG_ENGINE:
      (*descriptors)->engine = self->engine;
      return CUDNN_STATUS_SUCCESS;
    case CUDNN_ATTR_ENGINE_GLOBAL_INDEX:
      *(int64_t *) out = self->engine;
      return CUDNN_STATUS_SUCCESS;
    case CUDNN_ATTR_ENGINE_NUMERICAL_NOTE:
      *out_n = engine->n_notes;
      for (int i = 0; i < engine->n_notes; i++)
        ((cudnnBackendNumericalNote_t *) out)[i] = engine->notes[i];
      return CUDNN_STATUS_SUCCESS;
    case CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE:
      *out_n = engine->is_compiled;
      if (engine->is_compiled)
        *(cudnnBackendBehaviorNote_t *) out
            = CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION;
      return CUDNN_STATUS_SUCCESS;
    case CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE:
      *(int64_t *) out = self->engine;
      return CUDNN_STATUS_SUCCESS;
    default:
      return CUDNN_STATUS_NOT_SUPPORTED;
    }
}

cudnnStatus_t
cudnnBackendExecute (cudnnHandle_t handle, cudnnBackendDescriptor_t plan,
                     cudnnBackendDescriptor_t pack)
{
  return CUDNN_STATUS_NOT_SUPPORTED;
}
