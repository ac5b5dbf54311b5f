// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Of the steps, SPADE takes by far the most: pictures of the hidden channels, of
// gamma and of beta. A step's memory is given back after it, so the largest counts.

#include "scratch-size.h"

size_t
spade_ref_scratch_size (const SpadeEngine *engine, const SpadePlan *plan,
                        const SpadeLevel *levels)
{
  size_t most = 0;

  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStep  *step = &plan->steps[i];
      const SpadeValue *size = &plan->values[step->dst];
      size_t            n, n_channels;

      if (step->kind != SPADE_STEP_SPADE || levels == NULL)
        continue;
      n_channels = (size_t) step->shared_weight->shape[0]
                   + 2 * (size_t) size->channels;
      n = (size_t) size->height * (size_t) size->width * n_channels;
      if (n * sizeof (float) > most)
        most = n * sizeof (float);
    }
  return most;
}
