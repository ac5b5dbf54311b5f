// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "described-gpu.h"

#include <glib.h>

// The newest cuDNN that this was tried with; a later one may want to know more.
#define NEWEST 92899

static cudnnBackendDescriptor_t device;

cudnnStatus_t __real_cudnnBackendSetAttribute (cudnnBackendDescriptor_t descriptor,
                                               cudnnBackendAttributeName_t name,
                                               cudnnBackendAttributeType_t type,
                                               int64_t n, const void *value);
cudnnStatus_t __wrap_cudnnBackendSetAttribute (cudnnBackendDescriptor_t descriptor,
                                               cudnnBackendAttributeName_t name,
                                               cudnnBackendAttributeType_t type,
                                               int64_t n, const void *value);

cudnnStatus_t
__wrap_cudnnBackendSetAttribute (cudnnBackendDescriptor_t descriptor,
                                 cudnnBackendAttributeName_t name,
                                 cudnnBackendAttributeType_t type, int64_t n,
                                 const void *value)
{
  cudnnStatus_t status;

  if (type == CUDNN_TYPE_HANDLE) // a graph and a plan need none then
    return CUDNN_STATUS_SUCCESS;
  if (name == CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH)
    {
      status = __real_cudnnBackendSetAttribute (
          descriptor, CUDNN_ATTR_ENGINEHEUR_DEVICEPROP,
          CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &device);
      if (status != CUDNN_STATUS_SUCCESS)
        return status;
    }
  return __real_cudnnBackendSetAttribute (descriptor, name, type, n, value);
}

bool
described_gpu_use (const DescribedGpu *gpu)
{
  // What a block can have of a multiprocessor's memory is 1 KiB less from 8.0 on.
  int reserved = gpu->capability >= 800 ? 1024 : 0;
  g_autofree char *json = g_strdup_printf (
      "{\"deviceName\":\"%s\",\"deviceVer\":%d,\"driverVer\":13000,"
      "\"cudaDeviceId\":0,\"pciDeviceId\":0,\"isTccDriver\":0,"
      "\"supportCoopLaunch\":1,\"multiProcessorCount\":%d,\"warpSize\":32,"
      "\"maxGridSize\":[2147483647,65535,65535],"
      "\"maxBlockSize\":[1024,1024,64],\"maxThreadsPerBlock\":1024,"
      "\"maxThreadsPerSM\":%d,\"maxCtasPerSM\":%d,\"regsPerBlock\":65536,"
      "\"maxRegistersPerSM\":65536,\"maxSharedMemoryPerSM\":%d,"
      "\"maxSharedMemoryPerBlock\":49152,\"maxSharedMemoryPerBlockOptin\":%d,"
      "\"reservedSharedMemoryPerBlock\":%d,\"totalGlobalMem\":%.0f,"
      "\"smClockRateKHz\":%d,\"memClockRateKHz\":%d,\"memoryBusWidth\":%d,"
      "\"l2CacheSize\":%d}",
      gpu->name, gpu->capability, gpu->n_multiprocessors, gpu->n_threads,
      gpu->n_blocks, gpu->shared_memory, gpu->shared_memory - reserved, reserved,
      gpu->memory, gpu->clock_khz, gpu->memory_clock_khz, gpu->memory_bits,
      gpu->l2_bytes);

  described_gpu_close ();
  if (cudnnGetVersion () < 91100)
    return false;
  g_assert_cmpint (cudnnBackendCreateDescriptor (
                       CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR, &device),
                   ==, CUDNN_STATUS_SUCCESS);
  g_assert_cmpint (__real_cudnnBackendSetAttribute (
                       device, CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION,
                       CUDNN_TYPE_CHAR, (int64_t) strlen (json), json),
                   ==, CUDNN_STATUS_SUCCESS);
  if (cudnnBackendFinalize (device) == CUDNN_STATUS_SUCCESS)
    return true;
  g_assert_cmpint (cudnnGetVersion (), >, NEWEST);
  return false;
}

void
described_gpu_close (void)
{
  if (device != NULL)
    cudnnBackendDestroyDescriptor (device);
  device = NULL;
}
