// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How plans are made: values and steps are added in order, then the builder
// lays the values out in one arena. The public ends are the two plan makers.

#pragma once

#include "model-private.h"
#include "plan.h"

// Gives the plan of a model's generator at height x width, a size that
// spade_model_check_size() accepts; free with spade_plan_free(). It borrows
// the model's tensors. Source: Park et al. 2019, section 3 and appendix A.
SpadePlan *spade_plan_new_generator (const SpadeModel *model,
                                     int               height,
                                     int               width);
// Gives the plan of a model's style encoder, whose outputs are mu and logvar.
SpadePlan *spade_plan_new_encoder (const SpadeModel *model);
void       spade_plan_free (SpadePlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadePlan, spade_plan_free)

// Gives stage number i alone as a plan of its own, which borrows the same
// tensors: a window of height x width pixels at the stage's level, both even
// where the stage doubles; the first stage is always whole. The plan's input is
// what the stage reads, and what it gives is its last step's value.
SpadePlan *spade_plan_cut (const SpadePlan *plan,
                           int              stage,
                           int              height,
                           int              width);
// Brings the z_sums of a whole generator's steps to z, of z_dim floats; the tables of
// spade_plan_has_z_tables() are those of another z then. Nothing to do where it has
// none.
void spade_plan_set_latent (SpadePlan   *plan,
                            const float *z);
// Says whether all of a generator's norms have running statistics, so that a
// pixel depends on its surroundings alone.
gboolean spade_plan_is_local (const SpadePlan *plan);

// Gives the multiply-adds of a step when nothing is reused, at least 1.
double spade_plan_step_cost (const SpadePlan *plan, int step);

typedef struct
{
  const SpadeModel *model;
  GArray           *values; // of SpadeValue
  GArray           *steps;  // of SpadeStep
} SpadePlanBuilder;

void spade_plan_builder_init (SpadePlanBuilder *builder,
                              const SpadeModel *model);
// Adds a value and gives its number.
int spade_plan_builder_value (SpadePlanBuilder *builder,
                              int               height,
                              int               width,
                              int               channels);
// Adds a step of that kind, name, src and dst, with everything else at rest,
// and gives it to be completed; valid until the next is added.
SpadeStep *spade_plan_builder_step (SpadePlanBuilder *builder,
                                    SpadeStepKind     kind,
                                    const char       *name,
                                    int               src,
                                    int               dst);
// Gives the model's tensor "name" + suffix, or NULL.
const SpadeTensor *spade_plan_builder_tensor (const SpadePlanBuilder *builder,
                                              const char             *name,
                                              const char             *suffix);
// Gives the plan and clears the builder. plan->input, outputs and levels are
// the caller's, in a plan it passes in.
SpadePlan *spade_plan_builder_finish (SpadePlanBuilder *builder,
                                      const SpadePlan  *outline);
// Makes room for z_sums, zeros.
void spade_plan_reserve_z_sums (SpadePlan *plan);
// Finds the lifetimes of the values and their places.
void spade_plan_lay_out (SpadePlan *plan);
// Finds the stages.
void spade_plan_find_stages (SpadePlan *plan);
