// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How a patchwork divides its work: what it reckons with when a map is not like a
// photograph's, and when there is little memory. Nothing is rendered.

#include "include/spade-model.h"
#include "patchwork-private.h"
#include "scratch.h"
#include "small-model.h"

#define SIDE 1024

typedef struct
{
  SpadeModel  *model;
  SpadePlan   *plan;
  SpadeEngine *engine;
} Case;

static Case
case_open (void)
{
  SpadeConfig        config = small_config;
  SpadeEngineOptions options = { .device = -1, .n_threads = 1,
                                 .precision = SPADE_DTYPE_F32 };
  SpadeFailure       failure = { 0 };
  Case               self;

  config.nf = 8;
  config.nhidden = 16;
  self.model = small_model_new (&config);
  self.plan = spade_plan_new_generator (self.model, SIDE, SIDE);
  self.engine = spade_backend_onednn.engine_new (&options, &failure);
  g_assert_cmpstr (failure.message, ==, "");
  return self;
}

static void
case_close (Case *self)
{
  spade_backend_onednn.engine_free (self->engine);
  spade_plan_free (self->plan);
  spade_model_unref (self->model);
}

static SpadePatchwork *
make_patchwork (const Case *self, gsize memory)
{
  SpadePatchworkOptions options = { .backend = &spade_backend_onednn,
                                    .engine = self->engine,
                                    .plan = self->plan, .memory = memory };

  return spade_patchwork_new (&options);
}

// Stripes of one class, or of classes by chance, n_classes of them.
static void
set_map (SpadePatchwork *patchwork, const Case *self, int n_classes)
{
  g_autoptr (SpadeMap) map = spade_map_new (SIDE, SIDE, FALSE, NULL);
  g_autoptr (GRand)    rand = g_rand_new_with_seed (4);

  for (int i = 0; i < SIDE * SIDE; i++)
    map->ids[i] = (guint8) (n_classes == 1 ? i / SIDE / 64 % 2
                                           : g_rand_int_range (rand, 0, n_classes));
  spade_patchwork_set_pyramid (patchwork,
                               spade_pyramid_new (self->plan, map, FALSE));
}

static int
last_tile (const SpadePatchwork *patchwork)
{
  return patchwork->chains[patchwork->n_chains - 1].tile;
}

static void
test_noise (void)
{
  Case            self = case_open ();
  SpadePatchwork *patchwork = make_patchwork (&self, 40 << 20);
  int             tile = last_tile (patchwork);

  set_map (patchwork, &self, 1);
  g_assert_cmpint (last_tile (patchwork), ==, tile);
  set_map (patchwork, &self, 4);
  g_test_message ("tiles of %d, of noise %d", tile, last_tile (patchwork));
  g_assert_cmpint (last_tile (patchwork), <, tile);
  spade_patchwork_free (patchwork);
  case_close (&self);
}

static void
test_little (void)
{
  Case   self = case_open ();
  double most = 0;

  for (double memory = 1 << 20; memory < 1 << 27; memory *= 1.1)
    {
      SpadePatchwork *patchwork = make_patchwork (&self, (gsize) memory);

      set_map (patchwork, &self, 1);
      most = MAX (most, spade_patchwork_estimate (patchwork));
      spade_patchwork_free (patchwork);
    }
  g_test_message ("at most %.2f times the work", most);
  g_assert_cmpfloat (most, <, 4);
  case_close (&self);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patchwork-memory/reckons-with-noise", test_noise);
  g_test_add_func ("/patchwork-memory/work-is-bounded", test_little);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
