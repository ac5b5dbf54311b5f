// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// gpu.h, conv.h and product.h on the CPU: everything of the CUDA backend but
// NVIDIA's libraries and chips can be judged with it. Memory begins as NaN, and
// undefined to valgrind, so that what is read before it was written shows;
// SPADE_EMULATED_MEMORY limits it (MiB, also parts of one). Sums run in double
// and are rounded once, as a perfect library's would be.

#include "emulated.h"

#include <cstdlib>
#include <map>
#include <vector>
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_MAKE_MEM_UNDEFINED(memory, size)
#endif

#include "../../cuda/conv.h"
#include "../../cuda/fault.h"
#include "../../cuda/product.h"
#include "emulated-control.h"

thread_local dim3 gridDim, blockDim, blockIdx, threadIdx;

SpadeEmulatedConvs spade_emulated_convs = SPADE_EMULATED_FUSED;
bool   spade_emulated_records = true;
bool   spade_emulated_goes_backwards;
size_t spade_emulated_held;
long   spade_emulated_blocks;
long   spade_emulated_allocs;
bool   spade_emulated_cannot_pin;
long   spade_emulated_pins;
long   spade_emulated_first_failing, spade_emulated_n_failing;

typedef std::vector<std::function<void ()>> Record; // of work

struct SpadeGpuGraph
{
  Record record;
};

struct SpadeGpu
{
  int                      device;
  std::map<void *, size_t> blocks;
  size_t                   held;
  Record                   under_way; // copies to the host
};

// What is being recorded by this thread, or NULL.
static thread_local Record *recording;
static thread_local int     current = -1; // the thread's GPU

void
spade_emulated_queue (const std::function<void ()> &work)
{
  if (recording != NULL)
    recording->push_back (work);
  else
    work ();
}

static bool
fail (SpadeFailure *failure, SpadeFailureKind kind, const char *what)
{
  failure->kind = kind;
  snprintf (failure->message, sizeof failure->message, "%s", what);
  return false;
}

// What CUDA lets us do with the thread's GPU alone.
static bool
is_here (SpadeGpu *gpu, const char *what, SpadeFailure *failure)
{
  if (spade_fault_strikes (what, failure))
    return false;
  return gpu->device == current
         || fail (failure, SPADE_FAILURE_BACKEND,
                  "something was done while the thread had another GPU");
}

// And what not while recording.
static bool
is_possible (SpadeGpu *gpu, const char *what, SpadeFailure *failure)
{
  return is_here (gpu, what, failure)
         && (recording == NULL
             || fail (failure, SPADE_FAILURE_BACKEND,
                      "something was done that cannot be recorded"));
}

static void
make_unwritten (void *memory, size_t size)
{
  memset (memory, 0xff, size);
  VALGRIND_MAKE_MEM_UNDEFINED (memory, size);
}

// What SPADE_EMULATED_MEMORY leaves, or otherwise.
static size_t
get_free_memory (size_t otherwise)
{
  const char *limit = getenv ("SPADE_EMULATED_MEMORY");
  double      left = (limit != NULL ? atof (limit) : 0) * 0x1p20
                - (double) spade_emulated_held;

  return limit == NULL ? otherwise : left > 0 ? (size_t) left : 0;
}

// Counts an allocation, and says whether it is one of those that fail.
static bool
is_failing (void)
{
  long nth = ++spade_emulated_allocs - spade_emulated_first_failing;

  return nth >= 0 && nth < spade_emulated_n_failing;
}

int
spade_gpu_count (SpadeFailure *failure)
{
  return spade_fault_strikes ("counting", failure) ? 0 : 2;
}

bool
spade_gpu_get_info (int device, SpadeGpuInfo *out, SpadeFailure *failure)
{
  snprintf (out->name, sizeof out->name, "emulated GPU");
  out->major = 9;
  out->minor = 0;
  out->total_memory = (size_t) 2 << 30;
  out->free_memory = get_free_memory ((size_t) (1 + device) << 30);
  if (spade_fault_strikes ("asking", failure))
    return false;
  current = device;
  return true;
}

SpadeGpu *
spade_gpu_open (int device, SpadeFailure *failure)
{
  SpadeGpu *gpu;

  if (spade_fault_strikes ("opening", failure))
    return NULL;
  gpu = new SpadeGpu ();
  gpu->device = current = device;
  return gpu;
}

void
spade_gpu_close (SpadeGpu *gpu)
{
  if (gpu == NULL)
    return;
  while (!gpu->blocks.empty ())
    spade_gpu_release (gpu, gpu->blocks.begin ()->first);
  delete gpu;
}

bool
spade_gpu_enter (SpadeGpu *gpu, SpadeFailure *failure)
{
  if (spade_fault_strikes ("entering", failure))
    return false;
  current = gpu->device;
  return true;
}

void *
spade_gpu_stream (SpadeGpu *gpu)
{
  return NULL;
}

bool
spade_gpu_check_launch (SpadeGpu *gpu, const char *what, SpadeFailure *failure)
{
  return is_here (gpu, what, failure);
}

void *
spade_gpu_alloc (SpadeGpu *gpu, size_t size, const char *what,
                 SpadeFailure *failure)
{
  void *memory;

  if (!is_possible (gpu, what, failure))
    return NULL;
  if (size > get_free_memory (SIZE_MAX) || is_failing ())
    {
      fail (failure, SPADE_FAILURE_MEMORY,
            "the emulated GPU has not enough memory");
      return NULL;
    }
  // Of that size and no more, so that the address sanitizer sees its end.
  if (posix_memalign (&memory, 256, size > 0 ? size : 1) != 0)
    return NULL;
  make_unwritten (memory, size);
  gpu->blocks[memory] = size;
  gpu->held += size;
  spade_emulated_held += size;
  spade_emulated_blocks++;
  return memory;
}

void
spade_gpu_release (SpadeGpu *gpu, void *memory)
{
  auto found = gpu->blocks.find (memory);

  if (found == gpu->blocks.end ())
    return;
  gpu->held -= found->second;
  spade_emulated_held -= found->second;
  spade_emulated_blocks--;
  gpu->blocks.erase (found);
  free (memory);
}

size_t
spade_gpu_get_held (const SpadeGpu *gpu)
{
  return gpu->held;
}

bool
spade_gpu_upload (SpadeGpu *gpu, void *to, const void *from, size_t size,
                  SpadeFailure *failure)
{
  if (!is_possible (gpu, "sending", failure))
    return false;
  memcpy (to, from, size);
  return true;
}

void *
spade_gpu_alloc_host (SpadeGpu *gpu, size_t size, SpadeFailure *failure)
{
  if (!is_possible (gpu, "transfers", failure))
    return NULL;
  spade_emulated_pins++;
  if (is_failing () || spade_emulated_cannot_pin)
    {
      spade_gpu_fail_pinned_memory (failure);
      return NULL;
    }
  spade_emulated_blocks++;
  return malloc (size);
}

void
spade_gpu_release_host (SpadeGpu *gpu, void *memory)
{
  spade_emulated_blocks -= memory != NULL;
  free (memory);
}

static void
land (SpadeGpu *gpu)
{
  for (auto &arrive : gpu->under_way)
    arrive ();
  gpu->under_way.clear ();
}

// What was asked for before is done before.
bool
spade_gpu_send (SpadeGpu *gpu, void *to, const void *from, size_t size,
                SpadeFailure *failure)
{
  land (gpu);
  return spade_gpu_upload (gpu, to, from, size, failure);
}

// What is fetched is read now and arrives when somebody waits.
bool
spade_gpu_fetch (SpadeGpu *gpu, void *to, const void *from, size_t pitch,
                 size_t size, size_t n, SpadeFailure *failure)
{
  std::vector<char> rows (n * size);

  if (!is_possible (gpu, "fetching", failure))
    return false;
  for (size_t i = 0; i < n; i++)
    memcpy (rows.data () + i * size, (const char *) from + i * pitch, size);
  make_unwritten (to, n * size);
  gpu->under_way.push_back ([=] { memcpy (to, rows.data (), rows.size ()); });
  return true;
}

bool
spade_gpu_clear (SpadeGpu *gpu, void *to, size_t size, SpadeFailure *failure)
{
  if (!is_possible (gpu, "clearing", failure))
    return false;
  memset (to, 0, size);
  return true;
}

bool
spade_gpu_wait (SpadeGpu *gpu, SpadeFailure *failure)
{
  // After a failure all may still be under way.
  if (!is_possible (gpu, "waiting", failure))
    return false;
  land (gpu);
  return true;
}

bool
spade_gpu_record_begin (SpadeGpu *gpu, SpadeFailure *failure)
{
  if (!is_possible (gpu, "recording", failure))
    return false;
  if (!spade_emulated_records)
    return fail (failure, SPADE_FAILURE_BACKEND, "nothing can be recorded");
  recording = new Record ();
  return true;
}

SpadeGpuGraph *
spade_gpu_record_end (SpadeGpu *gpu, SpadeFailure *failure)
{
  SpadeGpuGraph *graph = NULL;

  if (!spade_fault_strikes ("recording", failure))
    graph = new SpadeGpuGraph{ *recording };
  delete recording;
  recording = NULL;
  return graph;
}

bool
spade_gpu_replay (SpadeGpu *gpu, SpadeGpuGraph *graph, SpadeFailure *failure)
{
  if (!is_possible (gpu, "replaying", failure))
    return false;
  for (auto &work : graph->record)
    work ();
  return true;
}

void
spade_gpu_graph_free (SpadeGpuGraph *graph)
{
  delete graph;
}

static float
load (SpadeDType dtype, const void *data, int64_t i)
{
  if (dtype == SPADE_DTYPE_F32)
    return ((const float *) data)[i];
  uint16_t bits = ((const uint16_t *) data)[i];
  return dtype == SPADE_DTYPE_F16 ? spade_f16_to_f32 (bits)
                                  : spade_bf16_to_f32 (bits);
}

static void
store (SpadeDType dtype, void *data, int64_t i, double value)
{
  if (dtype == SPADE_DTYPE_F32)
    ((float *) data)[i] = (float) value;
  else
    ((uint16_t *) data)[i] = dtype == SPADE_DTYPE_F16
                                 ? spade_f32_to_f16 ((float) value)
                                 : spade_f32_to_bf16 ((float) value);
}

struct SpadeGpuConv
{
  SpadeGpuConvShape shape;
};

bool
spade_gpu_conv_new (SpadeGpu *gpu, const SpadeGpuConvShape *shape,
                    SpadeGpuConv **out_conv, SpadeFailure *failure)
{
  bool is_bare = !shape->has_bias
                 && shape->activation == SPADE_ACTIVATION_NONE;
  bool is_plain = is_bare && !shape->adds;

  *out_conv = NULL;
  if (!is_possible (gpu, "preparing a convolution", failure))
    return false;
  if (shape->adds && !is_bare)
    return fail (failure, SPADE_FAILURE_BACKEND, "a sum is not alone");
  // The library takes memory of its own for it.
  if (is_failing ())
    return fail (failure, SPADE_FAILURE_MEMORY,
                 "the emulated GPU has not enough memory");
  if (spade_emulated_convs == SPADE_EMULATED_FUSED
      || (spade_emulated_convs == SPADE_EMULATED_PLAIN && is_plain))
    *out_conv = new SpadeGpuConv{ *shape };
  return true;
}

void
spade_gpu_conv_free (SpadeGpuConv *conv)
{
  delete conv;
}

// Not 0, so that what has to make room for it is seen to do so.
#define CONV_WORKSPACE 1000

size_t
spade_gpu_conv_get_workspace (const SpadeGpuConv *conv)
{
  return CONV_WORKSPACE;
}

SpadeGpuConvEngine
spade_gpu_conv_get_engine (const SpadeGpuConv *conv)
{
  return {};
}

static std::vector<float>
load_all (SpadeDType dtype, const void *data, int64_t n)
{
  std::vector<float> floats ((size_t) n);

  for (int64_t i = 0; i < n; i++)
    floats[(size_t) i] = load (dtype, data, i);
  return floats;
}

static double
convolve (const SpadeGpuConvShape &s, const float *src, const float *weight,
          int y, int x, int o)
{
  double sum = 0;

  for (int tap = 0; tap < s.kernel * s.kernel; tap++)
    {
      int from_y = y * s.stride + tap / s.kernel - s.kernel / 2;
      int from_x = x * s.stride + tap % s.kernel - s.kernel / 2;

      if (from_y < 0 || from_y >= s.height || from_x < 0 || from_x >= s.width)
        continue;

      const float *from
          = src + ((int64_t) from_y * s.width + from_x) * s.n_in;
      const float *by
          = weight + ((int64_t) o * s.kernel * s.kernel + tap) * s.n_in;

      for (int i = 0; i < s.n_in; i++)
        sum += (double) from[i] * by[i];
    }
  return sum;
}

bool
spade_gpu_conv_run (SpadeGpu *gpu, SpadeGpuConv *conv, const void *src,
                    const void *weight, const void *bias, void *dst,
                    void *workspace, SpadeFailure *failure)
{
  SpadeGpuConvShape s = conv->shape;

  if (!is_here (gpu, "a convolution", failure))
    return false;
  if ((bias != NULL) != s.has_bias)
    return fail (failure, SPADE_FAILURE_BACKEND, "another shape was prepared");
  spade_emulated_queue ([=] {
    int height = (s.height + s.stride - 1) / s.stride;
    int width = (s.width + s.stride - 1) / s.stride;
    std::vector<float> x_all
        = load_all (s.dtype, src, (int64_t) s.height * s.width * s.n_in);
    std::vector<float> w_all
        = load_all (s.dtype, weight,
                    (int64_t) s.n_out * s.kernel * s.kernel * s.n_in);

    make_unwritten (workspace, CONV_WORKSPACE);
    for (int y = 0; y < height; y++)
      for (int x = 0; x < width; x++)
        for (int o = 0; o < s.n_out; o++)
          {
            int64_t at = ((int64_t) y * width + x) * s.n_out + o;
            double  sum = convolve (s, x_all.data (), w_all.data (), y, x, o);

            if (bias != NULL)
              sum += load (s.dtype, bias, o);
            if (s.adds)
              sum += load (s.dtype, dst, at);
            if (s.activation == SPADE_ACTIVATION_TANH)
              sum = tanh (sum);
            else if (s.activation == SPADE_ACTIVATION_LEAKY_RELU && sum < 0)
              sum *= SPADE_LEAKY_SLOPE;
            store (s.dtype, dst, at, sum);
          }
  });
  return true;
}

// Another one for each number of rows, as a library's may be.
bool
spade_gpu_product_get_workspace (SpadeGpu *gpu, const SpadeGpuProductShape *shape,
                                 size_t *out, SpadeFailure *failure)
{
  *out = (size_t) 100 + (size_t) (shape->n_rows / 256 % 3) * 1000;
  return is_possible (gpu, "choosing a matrix product", failure);
}

bool
spade_gpu_product (SpadeGpu *gpu, const SpadeGpuProductShape *shape,
                   const void *a, const void *b, const void *bias, void *d,
                   void *workspace, SpadeFailure *failure)
{
  SpadeGpuProductShape s = *shape;
  size_t               size;

  if (!is_possible (gpu, "a matrix product", failure)
      || !spade_gpu_product_get_workspace (gpu, shape, &size, failure))
    return false;
  if (s.n_columns % 8 != 0 || s.depth % 8 != 0)
    return fail (failure, SPADE_FAILURE_BACKEND, "the product is not aligned");
  make_unwritten (workspace, size);
  std::vector<float> weights
      = load_all (s.dtype, b, (int64_t) s.n_columns * s.depth);
  std::vector<float> rows
      = load_all (s.dtype, a, (int64_t) s.n_rows * s.depth);
  for (int64_t r = 0; r < s.n_rows; r++)
    {
      const float *row = rows.data () + r * s.depth;

      for (int c = 0; c < s.n_columns; c++)
        {
          const float *weight = weights.data () + (size_t) c * s.depth;
          double       sum = load (s.dtype, bias, c);

          for (int i = 0; i < s.depth; i++)
            sum += (double) row[i] * weight[i];
          store (s.dtype, d, r * s.n_columns + c, sum);
        }
    }
  return true;
}
