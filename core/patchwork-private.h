// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the files of the patchwork share.

#pragma once

#include "level-numbers.h"
#include "patchwork.h"
#include "plan-build.h"
#include "window.h"

// Stages first...last, run tile by tile from one kept value to the next.
typedef struct
{
  int      first, last;
  int      tile;    // side of its tiles, in pixels of its result
  SpadeBox source;  // pixels that changed in what it reads
  gboolean is_filled; // the kept result is of an earlier render
} SpadeChain;

struct _SpadePatchwork
{
  SpadePatchworkOptions options;
  SpadeWindows windows;
  int          n_chains;
  SpadeChain   chains[SPADE_MAX_STAGES];
  void        *kept[SPADE_MAX_STAGES]; // by stage: what it gives, or NULL
  void        *kept_sides[SPADE_MAX_STAGES]; // and its side_dst, if there is one
  void        *picture;                // kept as well, or NULL
  SpadeBox     map[SPADE_MAX_STAGES];  // by stage: symbols that changed

  SpadePyramid    *pyramid;            // symbols alone, or NULL
  double           density[SPADE_MAX_LEVELS]; // of patches, 1 in most maps
  guint32          room[SPADE_MAX_LEVELS];   // patches whose tables fit
  SpadeLevelNumbers numbers;
};

// Divides the stages into chains whose memory is bounded (patchwork-chains.c).
void spade_patchwork_divide (SpadePatchwork *self);
// Gives the density of the distinct patches that the map may well have in a level;
// a division reckons with that of patchwork->density.
double spade_patchwork_find_density (const SpadePatchwork *self, int level);
// Gives the bytes of the values of the largest run of any tile.
double spade_patchwork_largest_run (const SpadePatchwork *self);
// Gives the bytes of a pixel of what a stage gives, and of its side_dst (0: none).
gsize spade_patchwork_pixel_size (const SpadePatchwork *self, int stage);
gsize spade_patchwork_side_size (const SpadePatchwork *self, int stage);

// The windows of a chain's stages, by stage, in which the pixels of wanted come
// out right, and what each of the stages must give.
typedef struct
{
  SpadeBox windows[SPADE_MAX_STAGES];
  SpadeBox results[SPADE_MAX_STAGES];
} SpadeChainWindows;

void spade_patchwork_find_windows (const SpadePatchwork *self,
                                   const SpadeChain     *chain,
                                   const SpadeBox       *wanted,
                                   SpadeChainWindows    *out);
// Calls each tile of a chain's pixels of wanted; FALSE as soon as one fails.
typedef gboolean (*SpadeTileFunc) (const SpadeBox *tile, gpointer user_data);
gboolean spade_patchwork_each_tile (const SpadeChain *chain,
                                    const SpadeBox   *wanted,
                                    SpadeTileFunc     func,
                                    gpointer          user_data);

// The state (patchwork.c). Everything is to be rendered again.
void spade_patchwork_forget (SpadePatchwork *self);
// What of a chain's result is to be rendered, when source changed in its
// source.
SpadeBox spade_patchwork_find_wanted (const SpadePatchwork *self,
                                      const SpadeChain     *chain,
                                      const SpadeBox       *source);
// The multiply-adds of a pixel of a stage's window.
double spade_patchwork_pixel_cost (const SpadePlan *plan, int stage);
// Gives the work of all that may have to be rendered, in out_costs by chain;
// tiles that turn out to change nothing make it less.
double spade_patchwork_count (const SpadePatchwork *self, double *out_costs);
// Makes the memory of a chain's result, where it is kept.
gboolean spade_patchwork_make_room (SpadePatchwork   *self,
                                    const SpadeChain *chain,
                                    GError          **error);
// The chain's result is up to date.
void spade_patchwork_finish_chain (SpadePatchwork *self, SpadeChain *chain);

// Gives the bytes of the tables of a patch, in a stage.
gsize spade_patchwork_row_size (const SpadePlan *plan, int stage);
