// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The backend table. An engine is a device with a model's packed weights; a
// run is one plan made ready on an engine: memory, primitives, map. Plans and
// tensors are borrowed and outlive the run. Free of GLib, see tensor.h.
//
// Calls for one engine and its runs come from one thread at a time.

#pragma once

#include "neighbourhood.h"
#include "plan.h"
#include "box.h"

typedef enum
{
  SPADE_FAILURE_BACKEND, // the device cannot or will not
  SPADE_FAILURE_MEMORY,
} SpadeFailureKind;

// One sentence for the user, filled by whoever notices the fault.
typedef struct
{
  SpadeFailureKind kind;
  char             message[256];
} SpadeFailure;

typedef struct
{
  int        device;    // GPU number, -1: the best
  SpadeDType precision; // of activations and matrix products
  int        n_threads; // at least 1
  bool       tf32;      // f32 on a GPU may round the factors of products to
                        // 10 bits of mantissa
  const char *pack_folder; // of the model, where packed weights may be kept from
                        // one process to the next; NULL: nowhere. Borrowed until
                        // the call's end
} SpadeEngineOptions;

// One level of the segmentation pyramid, or a window of it.
typedef struct
{
  int                        height, width;
  const uint16_t            *symbols;        // [height, width]
  const SpadeNeighbourhoods *neighbourhoods; // NULL when nobody built it
} SpadeLevel;

typedef struct SpadeEngine SpadeEngine;
typedef struct SpadeRun    SpadeRun;

// What a backend needs to render a picture window by window: a window is a run
// of a plan whose values are smaller (spade_plan_cut()). Beyond its borders
// there is zero padding, which is right at the picture's borders alone; so the
// pixels near the other ones are wrong, and whoever asks takes enough of them.
typedef struct
{
  // Bytes of a number in a value that is not an output.
  size_t (*element_size) (const SpadeEngine *engine);
  // Bytes that the packed weights of a plan take, about.
  size_t (*weights_size) (const SpadeEngine *engine, const SpadePlan *plan);
  // Bytes that the steps of a run take besides its values and tables while they
  // are at work, all threads together, about. levels may be NULL, where little
  // is known of the map, and their neighbourhoods without arrays. NULL where runs
  // lie in the device's own memory, or take no more than a few numbers.
  size_t (*scratch_size) (const SpadeEngine *engine,
                          const SpadePlan   *plan,
                          const SpadeLevel  *levels);
  // The side of the squares in which a CONV step of 3 x 3 computes, 1 where it
  // goes pixel by pixel: results in a window have the same bits as in the picture
  // where squares begin at the same pixels and see the same ones.
  int (*grid) (const SpadeEngine *engine,
               const SpadePlan   *plan,
               const SpadeStep   *step);
  // Writes the plan's input or side_input from raw numbers; pitch in bytes from row
  // to row.
  bool (*write_value) (SpadeRun     *run,
                       int           value,
                       const void   *from,
                       size_t        pitch,
                       SpadeFailure *failure);
  // Reads a part of a value as raw numbers, when run_get_value() could; the plan's
  // side_output at the end as well, as any value while the plan needs it.
  bool (*read_value) (SpadeRun       *run,
                      int             value,
                      const SpadeBox *part,
                      void           *to,
                      size_t          pitch,
                      SpadeFailure   *failure);
  // Bytes of the device's own memory that runs may take now, beside the plan's
  // weights; NULL where runs lie in the host's memory.
  size_t (*device_memory) (SpadeEngine *engine, const SpadePlan *plan);
  // Lets go of memory that windows of one part of the picture's way share, such
  // as tables; no run is at work. May be NULL.
  void (*relax) (SpadeEngine *engine);
} SpadeWindowing;

typedef struct
{
  uint32_t    interface; // of a module: SPADE_BACKEND_INTERFACE
  const char *name;      // "ref", "onednn", "cuda"

  // Gives the number of devices and the one with the most free memory; NULL
  // where there is nothing to choose from.
  int (*n_devices) (int *out_best);
  // Says whether a device works here; writes one line about it: what it is,
  // or why not.
  bool (*probe) (int device, char *line, size_t size);
  // Says whether that precision is fast here (probe() said yes).
  bool (*is_fast) (int device, SpadeDType precision);

  SpadeEngine *(*engine_new) (const SpadeEngineOptions *options,
                              SpadeFailure             *failure);
  void (*engine_free) (SpadeEngine *engine);

  SpadeRun *(*run_new) (SpadeEngine     *engine,
                        const SpadePlan *plan,
                        SpadeFailure    *failure);
  void (*run_free) (SpadeRun *run);

  // Gives the levels of a new map, plan->n_levels of them; their arrays are
  // borrowed until the next call or the run's end. All have neighbourhoods, or none
  // has where makes_neighbourhoods allows it. Values but for outputs go.
  bool (*run_set_levels) (SpadeRun         *run,
                          const SpadeLevel *levels,
                          SpadeFailure     *failure);
  // Writes the plan's input value, H x W x C floats. Values live until another
  // run of the engine gets its input or takes a step; outputs live on.
  bool (*run_set_input) (SpadeRun     *run,
                         const float  *input,
                         SpadeFailure *failure);
  // Tells a run with noise (spade_plan_has_noise()) what its noise is, in the
  // steps from now on; 0, 0, 0 until it is told. All its SPADE steps see the plane
  // of seed from pixel top, left of the whole picture on, at their own level: a
  // window is of a single level, and of a whole picture both are 0. NULL where
  // run_new() refuses such plans.
  void (*run_set_noise) (SpadeRun *run, uint64_t seed, int top, int left);
  // Runs one step; steps come in order, each once per render.
  bool (*run_step) (SpadeRun *run, int step, SpadeFailure *failure);
  // Runs all the steps. NULL, or a faster way than one by one, of a backend
  // whose whole render is too short to be watched.
  bool (*run_all) (SpadeRun *run, SpadeFailure *failure);
  // Reads a value as H x W x C floats: an output at any time after its step,
  // another value right after the step that wrote it.
  bool (*run_get_value) (SpadeRun     *run,
                         int           value,
                         float        *out,
                         SpadeFailure *failure);

  // Reads an output as H x W x C bytes, packed as spade_pack_rgb() does; values but
  // for outputs go. NULL where floats are as near.
  bool (*run_get_bytes) (SpadeRun     *run,
                         int           value,
                         uint8_t      *out,
                         SpadeFailure *failure);

  bool wants_neighbourhoods;
  bool makes_neighbourhoods; // of whole maps, where it is given none
  bool keeps_packed_weights; // in SpadeEngineOptions.pack_folder

  const SpadeWindowing *windows; // NULL: whole pictures only
} SpadeBackend;

// Tells a module that was built from other headers: the first number counts
// changes of meaning, the sizes tell changes of layout.
#define SPADE_BACKEND_INTERFACE                                               \
  ((uint32_t) (1000000 * 6 + sizeof (SpadeBackend) + sizeof (SpadeStep)       \
               + sizeof (SpadeValue) + sizeof (SpadePlan)                     \
               + sizeof (SpadeLevel) + sizeof (SpadeNeighbourhoods)           \
               + sizeof (SpadeEngineOptions) + sizeof (SpadeTensor)           \
               + sizeof (SpadeWindowing)))

// What a module exports as "spade_cuda_backend".
typedef const SpadeBackend *(*SpadeBackendGetter) (void);

extern const SpadeBackend spade_backend_ref;
#ifdef HAVE_ONEDNN
extern const SpadeBackend spade_backend_onednn;
#endif
