// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The palette of a layer and how much of it is in use, for the class table.

#pragma once

#include "layer-pixels.h"
#include "map-record.h"

typedef struct
{
  int               n_entries;    // 0: an RGB layer that is no map by itself
  SpadePaletteEntry entries[256]; // names owned by names
  guint64           pixels[256];  // opaque pixels of each entry
  gboolean          has_too_many; // colours of an RGB layer for entries
  GPtrArray        *names;
  const SpadeClassSet *set;       // of the model that it was read for, or NULL
  char             *class_set;    // name of that of the image's map record, or NULL
  SpadeClassTable  *remembered;   // the record's, or NULL: it has none whose class
                                  // set is there
  char             *classes;      // what that says of the entries, a spec of its set
  gboolean          has_names;    // the record knows its entries' names
} SpadePaletteUse;

// What was read of the same layer before.
typedef struct
{
  const SpadePaletteUse *use;
  gboolean               is_chosen[256]; // entry -> somebody chose a class for it
} SpadePaletteBefore;

void spade_palette_use_free (SpadePaletteUse *use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadePaletteUse, spade_palette_use_free)

// Gives the palette of a layer: of an indexed one its image's (where no entry has a
// name, with those of the image's map record), of a grey one
// the 256 greys, of an RGB one the colours of the image's map record and the
// other colours of its pixels. An RGB layer has no entries of its own where
// set is NULL (classes without names cannot be told by colour) or where it has
// too many colours. layer: the pixels of drawable. before, or NULL: the colours of an
// RGB layer keep their order, and chosen ones stay though no pixel uses them. What the
// record says holds by colour, but where an entry has since been given the name of
// another class.
// ignores_damage: a damaged record counts as none, for who writes a new one.
// Errors: those of spade_map_record_read().
SpadePaletteUse *spade_palette_use_new (GimpImage                 *image,
                                        GimpDrawable              *drawable,
                                        const SpadeLayerPixels    *layer,
                                        const SpadeClassSet       *set,
                                        const SpadePaletteBefore  *before,
                                        gboolean                   ignores_damage,
                                        GError                   **error);

// Reads the pixels as well. Errors: also those of spade_layer_pixels_read().
SpadePaletteUse *spade_palette_use_read (GimpImage            *image,
                                         GimpDrawable         *drawable,
                                         const SpadeClassSet  *set,
                                         gboolean              ignores_damage,
                                         GError              **error);

// Says whether both have the same entries, however many pixels use them.
gboolean spade_palette_use_is_same_palette (const SpadePaletteUse *a,
                                            const SpadePaletteUse *b);

// Gives the first entry of a colour, or -1.
int spade_palette_use_find (const SpadePaletteUse *use,
                            const guint8           rgb[3]);

// Gives what the image remembers of the entries' classes as a spec
// (spade-class-table.h) of a class set, translated to it where the record is of
// another; or NULL: nothing, or one of the two has no names. set: NULL for a model of
// numbered classes.
char *spade_palette_use_recall (const SpadePaletteUse *use,
                                const SpadeClassSet   *set);

// Gives a spec with what spade_palette_use_recall() gives: in place of "auto", and
// for the entries that a table does not mention.
char *spade_palette_use_remind (const SpadePaletteUse *use,
                                const SpadeClassSet   *set,
                                const char            *spec);

// Gives what the image is to remember of a table: it stays in the class set that the
// image remembers already, where that can say the same.
SpadeMapRecord *spade_palette_use_new_record (const SpadePaletteUse *use,
                                              const SpadeClassTable *table,
                                              gboolean               skips_strays);
