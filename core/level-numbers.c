// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One dictionary per level, made when it is asked for.

#include "level-numbers.h"

// Patches that a dictionary may always have.
#define FEW 1024
// And that strokes may add to those of a whole map.
#define STROKES 4096

static void
begin_dictionary (SpadeLevelNumbers *self, int level, int kernel, guint32 room)
{
  spade_dictionary_free (self->dictionaries[level]);
  self->dictionaries[level] = spade_dictionary_new (kernel);
  self->limits[level] = MAX (room, FEW);
}

static gboolean
number (SpadeLevelNumbers *self, const SpadePyramid *pyramid, int level,
        const SpadeBox *window, guint32 *index, SpadeNeighbourhoods *out)
{
  const SpadeLevel *from = &pyramid->levels[level];

  return spade_dictionary_number (self->dictionaries[level], from->symbols,
                                  from->height, from->width, window, index,
                                  out);
}

gboolean
spade_level_numbers_add (SpadeLevelNumbers *self, const SpadePlan *plan,
                         const SpadePyramid *pyramid, int level, guint32 room,
                         const SpadeBox *window, guint32 *index,
                         SpadeNeighbourhoods *out)
{
  if (self->dictionaries[level] == NULL)
    begin_dictionary (self, level, plan->kernel, room);
  if (number (self, pyramid, level, window, index, out))
    {
      if (out->n_patches <= self->limits[level])
        return TRUE;
      begin_dictionary (self, level, plan->kernel, room);
      if (number (self, pyramid, level, window, index, out))
        return TRUE;
    }
  out->index = NULL; // it is the caller's to free
  spade_level_numbers_drop (self);
  return FALSE;
}

static void
drop_whole (SpadeLevelNumbers *self)
{
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    {
      g_free ((gpointer) self->numbers[i].index);
      self->numbers[i].index = NULL;
    }
  self->is_whole = FALSE;
}

// Numbers a whole level. The next strokes may add as many again. FALSE where there
// is no memory.
static gboolean
number_level (SpadeLevelNumbers *self, const SpadePlan *plan,
              const SpadePyramid *pyramid, int i, guint32 room)
{
  SpadeNeighbourhoods *numbers = &self->numbers[i];
  SpadeBox all = { 0, 0, pyramid->levels[i].height, pyramid->levels[i].width };
  guint32 *index = g_try_new (guint32, (gsize) all.bottom * all.right);

  if (index == NULL)
    return FALSE;
  if (self->dictionaries[i] == NULL)
    {
      begin_dictionary (self, i, plan->kernel, room);
      self->limits[i] = G_MAXUINT32;
    }
  if (!spade_level_numbers_add (self, plan, pyramid, i, room, &all, index,
                                numbers))
    {
      g_free (index);
      return FALSE;
    }
  if (self->limits[i] == G_MAXUINT32)
    self->limits[i] = 2 * numbers->n_patches + STROKES;
  return TRUE;
}

const SpadeLevel *
spade_level_numbers_whole (SpadeLevelNumbers *self, const SpadePlan *plan,
                           const SpadePyramid *pyramid, const guint32 *room)
{
  if (!self->is_whole)
    {
      drop_whole (self);
      for (int i = 0; i < plan->n_levels; i++)
        if (spade_plan_has_tables (plan, i)
            && !number_level (self, plan, pyramid, i, room[i]))
          return NULL;
      self->is_whole = TRUE;
    }
  // Windows may have added to them since, and the map may be another object.
  for (int i = 0; i < plan->n_levels; i++)
    {
      self->levels[i] = pyramid->levels[i];
      if (self->dictionaries[i] == NULL)
        continue;
      spade_dictionary_refresh (self->dictionaries[i], &self->numbers[i]);
      self->levels[i].neighbourhoods = &self->numbers[i];
    }
  return self->levels;
}

void
spade_level_numbers_rename (SpadeLevelNumbers *self)
{
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    if (self->dictionaries[i] != NULL)
      spade_dictionary_rename (self->dictionaries[i]);
}

void
spade_level_numbers_drop (SpadeLevelNumbers *self)
{
  drop_whole (self);
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    g_clear_pointer (&self->dictionaries[i], spade_dictionary_free);
}
