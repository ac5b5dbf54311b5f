// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Spares are taken by size, the smallest that is large enough. Where none is,
// the largest goes back to the GPU in exchange: so there are never more of them
// than one run had, nor larger ones than runs asked for.

#include "place.h"

// Gives the number of the smallest spare of at least that size, or -1.
static int
find_spare (const SpadeEngine *engine, size_t size)
{
  int found = -1;

  for (int i = 0; i < engine->n_spares; i++)
    if (engine->spares[i].size >= size
        && (found < 0 || engine->spares[i].size < engine->spares[found].size))
      found = i;
  return found;
}

static SpadePlace
take_spare (SpadeEngine *engine, int i)
{
  SpadePlace spare = engine->spares[i];

  engine->spares[i] = engine->spares[--engine->n_spares];
  return spare;
}

static void
drop_largest (SpadeEngine *engine)
{
  int largest = 0;

  for (int i = 1; i < engine->n_spares; i++)
    if (engine->spares[i].size > engine->spares[largest].size)
      largest = i;
  if (engine->n_spares > 0)
    {
      SpadePlace spare = take_spare (engine, largest);

      spade_place_release (engine, &spare);
    }
}

bool
spade_place_reserve (SpadeEngine *engine, SpadePlace *place, size_t size,
                     const char *what, SpadeFailure *failure)
{
  int spare;

  if (place->data != NULL && size <= place->size)
    return true;
  spade_place_leave (engine, place);
  spare = find_spare (engine, size);
  if (spare >= 0)
    {
      *place = take_spare (engine, spare);
      return true;
    }
  drop_largest (engine);
  place->data = spade_engine_alloc (engine, size, what, failure);
  place->size = place->data != NULL ? size : 0;
  return place->data != NULL;
}

void
spade_place_leave (SpadeEngine *engine, SpadePlace *place)
{
  if (place->data != NULL && engine->n_spares < SPADE_MAX_SPARES)
    {
      engine->spares[engine->n_spares++] = *place;
      *place = (SpadePlace){ NULL, 0 };
    }
  spade_place_release (engine, place);
}

void
spade_place_release (SpadeEngine *engine, SpadePlace *place)
{
  if (place->data != NULL)
    spade_gpu_release (engine->gpu, place->data);
  *place = (SpadePlace){ NULL, 0 };
}

void
spade_place_drop_spares (SpadeEngine *engine)
{
  while (engine->n_spares > 0)
    {
      SpadePlace spare = take_spare (engine, 0);

      spade_place_release (engine, &spare);
    }
}

size_t
spade_place_get_spare (const SpadeEngine *engine)
{
  size_t size = 0;

  for (int i = 0; i < engine->n_spares; i++)
    size += engine->spares[i].size;
  return size;
}
