// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A list with what was lent last in front; what nobody has used for longest goes
// when there are too many. That there is no engine for a shape is kept too.

#include "conv-cache.h"

#include <stdlib.h>

// Twenty convolutions at the nine sizes that a picture's tiles may have, and
// then some.
#ifdef SPADE_EMULATED
#define MOST_CONVS 16
#else
#define MOST_CONVS 256
#endif

struct Conv
{
  Conv             *next;
  SpadeGpuConvShape shape;
  SpadeGpuConv     *conv; // or NULL
  int               n_users;
};

static bool
is_same_shape (const SpadeGpuConvShape *a, const SpadeGpuConvShape *b)
{
  return a->height == b->height && a->width == b->width && a->n_in == b->n_in
         && a->n_out == b->n_out && a->kernel == b->kernel
         && a->stride == b->stride && a->dtype == b->dtype
         && a->tf32 == b->tf32 && a->has_bias == b->has_bias
         && a->activation == b->activation && a->adds == b->adds
         && a->compiled == b->compiled;
}

// Gives the shape's entry, in front of the list, or NULL.
static Conv *
find (SpadeEngine *engine, const SpadeGpuConvShape *shape)
{
  for (Conv **at = &engine->convs; *at != NULL; at = &(*at)->next)
    if (is_same_shape (&(*at)->shape, shape))
      {
        Conv *found = *at;

        *at = found->next;
        found->next = engine->convs;
        engine->convs = found;
        return found;
      }
  return NULL;
}

static Conv *
add (SpadeEngine *engine, const SpadeGpuConvShape *shape, SpadeFailure *failure)
{
  Conv *self = calloc (1, sizeof *self);

  if (self == NULL)
    {
      spade_gpu_fail_host_memory (failure);
      return NULL;
    }
  if (!spade_gpu_conv_new (engine->gpu, shape, &self->conv, failure))
    {
      free (self);
      return NULL;
    }
  self->shape = *shape;
  self->next = engine->convs;
  engine->convs = self;
  return self;
}

bool
spade_conv_cache_lend (SpadeEngine *engine, const SpadeGpuConvShape *shape,
                       SpadeGpuConv **out_conv, SpadeFailure *failure)
{
  Conv *self = find (engine, shape);

  *out_conv = NULL;
  if (self == NULL)
    self = add (engine, shape, failure);
  if (self == NULL)
    return false;
  *out_conv = self->conv;
  self->n_users += self->conv != NULL;
  return true;
}

static void
drop (Conv **at)
{
  Conv *self = *at;

  *at = self->next;
  spade_gpu_conv_free (self->conv);
  free (self);
}

void
spade_conv_cache_return (SpadeEngine *engine, SpadeGpuConv *conv)
{
  int n = 0;

  for (Conv *at = engine->convs; conv != NULL && at != NULL; at = at->next)
    at->n_users -= at->conv == conv;
  for (Conv **at = &engine->convs; *at != NULL;)
    if (++n > MOST_CONVS && (*at)->n_users == 0)
      drop (at);
    else
      at = &(*at)->next;
}

void
spade_conv_cache_clear (SpadeEngine *engine)
{
  while (engine->convs != NULL)
    drop (&engine->convs);
}
