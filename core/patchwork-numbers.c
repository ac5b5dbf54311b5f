// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The patchwork's dictionaries: one per level, which windows add to, so that
// gamma and beta of a patch are computed once. One that has grown too large is
// thrown away and begun again.

#include "patchwork-private.h"

// Patches that a dictionary may always have.
#define FEW 1024
// And that strokes may add to those of a whole map.
#define STROKES 4096

gsize
spade_patchwork_row_size (const SpadePlan *plan, int number)
{
  const SpadeStage *stage = &plan->stages[number];
  gsize             size = 0;

  for (int i = stage->first_step; i < stage->first_step + stage->n_steps; i++)
    if (plan->steps[i].kind == SPADE_STEP_SPADE)
      size += 2 * sizeof (float)
              * (gsize) plan->values[plan->steps[i].dst].channels;
  return size;
}

static void
begin_dictionary (SpadePatchwork *self, int level)
{
  spade_dictionary_free (self->dictionaries[level]);
  self->dictionaries[level] = spade_dictionary_new (self->options.plan->kernel);
  self->limits[level] = MAX (self->room[level], FEW);
}

static gboolean
number (SpadePatchwork *self, int level, const SpadeBox *window, guint32 *index,
        SpadeNeighbourhoods *out)
{
  const SpadeLevel *from = &self->pyramid->levels[level];

  if (self->dictionaries[level] == NULL)
    begin_dictionary (self, level);
  return spade_dictionary_number (self->dictionaries[level], from->symbols,
                                  from->height, from->width, window, index,
                                  out);
}

gboolean
spade_patchwork_number (SpadePatchwork *self, int level, const SpadeBox *window,
                        guint32 *index, SpadeNeighbourhoods *out)
{
  if (number (self, level, window, index, out))
    {
      if (out->n_patches <= self->limits[level])
        return TRUE;
      begin_dictionary (self, level);
      if (number (self, level, window, index, out))
        return TRUE;
    }
  out->index = NULL; // it is the caller's to free
  spade_patchwork_drop_numbers (self);
  return FALSE;
}

static void
drop_whole (SpadePatchwork *self)
{
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    {
      g_free ((gpointer) self->whole_numbers[i].index);
      self->whole_numbers[i].index = NULL;
    }
  self->is_numbered = FALSE;
}

// Numbers a whole level, with what is known of its patches where that is not
// too much. The next strokes may add as many again. FALSE where there is no
// memory.
static gboolean
number_level (SpadePatchwork *self, int i)
{
  SpadeLevel          *level = &self->whole_levels[i];
  SpadeNeighbourhoods *numbers = &self->whole_numbers[i];
  SpadeBox all = { 0, 0, self->pyramid->levels[i].height,
                   self->pyramid->levels[i].width };
  guint32 *index = g_try_new (guint32, (gsize) all.bottom * all.right);

  if (index == NULL)
    return FALSE;
  if (self->dictionaries[i] == NULL)
    {
      begin_dictionary (self, i);
      self->limits[i] = G_MAXUINT32;
    }
  if (!spade_patchwork_number (self, i, &all, index, numbers))
    {
      g_free (index);
      return FALSE;
    }
  if (self->limits[i] == G_MAXUINT32)
    self->limits[i] = 2 * numbers->n_patches + STROKES;
  *level = self->pyramid->levels[i];
  level->neighbourhoods = numbers;
  return TRUE;
}

const SpadeLevel *
spade_patchwork_number_whole (SpadePatchwork *self)
{
  int n_levels = self->options.plan->n_levels;

  if (!self->is_numbered)
    {
      drop_whole (self);
      for (int i = 0; i < n_levels; i++)
        if (!number_level (self, i))
          return NULL;
      self->is_numbered = TRUE;
    }
  // Windows may have added to them since, and the map may be another object.
  for (int i = 0; i < n_levels; i++)
    {
      spade_dictionary_refresh (self->dictionaries[i], &self->whole_numbers[i]);
      self->whole_levels[i].symbols = self->pyramid->levels[i].symbols;
    }
  return self->whole_levels;
}

void
spade_patchwork_drop_numbers (SpadePatchwork *self)
{
  drop_whole (self);
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    g_clear_pointer (&self->dictionaries[i], spade_dictionary_free);
}
