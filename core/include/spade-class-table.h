// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class table: palette entry -> class id. A palette index is never a class
// id by itself; this is the one place where one becomes the other.

#pragma once

#include "spade-foreign-palette.h"

// One entry of an image's palette.
typedef struct
{
  guint8      rgb[3]; // sRGB
  const char *name;   // borrowed; NULL where the palette has no names
} SpadePaletteEntry;

// Where an entry's class came from.
typedef enum
{
  SPADE_MAPPING_NONE,   // mapped to nothing
  SPADE_MAPPING_TABLE,  // the caller's explicit table
  SPADE_MAPPING_NAME,   // the entry's name, or that of a .gpl file's entry
  SPADE_MAPPING_COLOUR, // the exact colour of the class set's palette
  SPADE_MAPPING_INDEX,  // the index itself, as in COCO label PNGs
  SPADE_MAPPING_FOREIGN, // the exact colour of a foreign palette
  SPADE_MAPPING_SYNONYM, // the entry's name, another word for a class
} SpadeMapping;

typedef struct
{
  const SpadeClassSet *set;          // borrowed, or NULL
  int                  n_entries;    // 0...256
  SpadePaletteEntry    entries[256]; // names owned by the table
  gint16               class_id[256]; // or -1
  SpadeMapping         mapping[256];
  const SpadeForeignPalette *foreign; // that "auto" recognized the entries'
                                      // colours as, or that spec names; NULL
  gboolean             is_of_file;    // spec is the path of a palette file
} SpadeClassTable;

// Gives the class table of a palette.
//
// set: NULL for a model whose classes have no names: "auto" is then "index",
// every index is a class id, and nothing maps by name or colour.
// entries: n_entries of 0...256, copied. spec, one of
//   "auto"   (or NULL) per entry: its name; its colour in a foreign palette
//            that the entries are recognized as
//            (spade_foreign_palette_recognize()); its exact colour; another
//            word for a class as its name. When no entry has the name of a
//            class, and of two or more entry i is the grey i (a label PNG), its
//            index
//   "index"  index = class id; 255 and the class set's unlabeled = unlabeled
//   "colour" (or "color") exact colour only
//   "name"   name only
//   the name of a foreign palette ("ade20k"): its exact colours only; a table
//            without entries takes those of the palette that have a class
//   a path that ends in .gpl: entries take the class that the GIMP palette
//            file's entry of the same colour is named after, also with another
//            word for it; a table without entries takes those of the file
//   a table "0=tree;1=sky-other;...": index = class name or class id, "2="
//            for no class; entries it does not mention are mapped as by "auto".
//            "#a8c832=tree" is about all entries of that colour; a table without
//            entries takes such colours as its own
// Errors: SPADE_ERROR_CLASSES for a word of spec that names no class,
// SPADE_ERROR_FILE for a .gpl that cannot be read. An entry that maps to
// nothing is no error here: see spade_class_table_apply().
SPADE_API SpadeClassTable *spade_class_table_new (
    const SpadeClassSet     *set,
    const SpadePaletteEntry *entries,
    int                      n_entries,
    const char              *spec,
    GError                 **error);
SPADE_API void spade_class_table_free (SpadeClassTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeClassTable, spade_class_table_free)

// Gives for each entry without a class the class whose colour looks nearest,
// and -1 for the others: among those of the foreign palette, where there is
// one (an entry that it has, but no class for, has no suggestion), else among
// the favourites (of a set without: all), by their standard colours and by natural
// ones. A guess: show it, and let a person confirm it. All are -1 without a class
// set. Source of the measure: Ottosson 2020, "Oklab".
SPADE_API void spade_class_table_suggest (const SpadeClassTable *table,
                                          gint16 out_class_id[256]);

// Gives the table as text, "0=tree;1=sky-other", entries without a class left
// out where "auto" gives them none: a spec that makes the same class ids from
// the same entries. Free with g_free().
SPADE_API char *spade_class_table_to_string (const SpadeClassTable *table);

// Gives the table as text by colour, "#a8c832=tree", for maps of the same colours and
// no entries; colours that have their standard class are left out, so that it can be
// "". Free with g_free().
SPADE_API char *spade_class_table_to_colours (const SpadeClassTable *table);

// Says whether a spec is "auto", as NULL and "" are.
SPADE_API gboolean spade_class_spec_is_auto (const char *spec);
// Says whether a spec is a table, and whether it is the path of a palette file.
SPADE_API gboolean spade_class_spec_is_table (const char *spec);
// Says whether a table is by colour, going by how it begins.
SPADE_API gboolean spade_class_spec_is_by_colour (const char *spec);
SPADE_API gboolean spade_class_spec_is_file (const char *spec);
// Says whether a spec, or NULL, goes by indices or names, which an RGB map lacks.
SPADE_API gboolean spade_class_spec_needs_palette (const char *spec);

// Gives the spec by which entries of another palette, n_entries of 0...256,
// have the classes of table's entries of the same colours, and those of
// "auto" where table has no such colour or nothing to say about it. With
// heeds_names an entry whose name names another class than it did in table has
// that class: giving it the name was the newer decision. Free with g_free().
SPADE_API char *spade_class_table_adapt (const SpadeClassTable   *table,
                                         const SpadePaletteEntry *entries,
                                         int                      n_entries,
                                         gboolean                 heeds_names);

// Gives the spec by which table's entries have, in another class set, the classes
// that stand for theirs (spade_class_set_translate()); no class where none does, or
// where none was chosen; and those of "auto" where table says what "auto" says. Free
// with g_free().
SPADE_API char *spade_class_table_translate (const SpadeClassTable *table,
                                             const SpadeClassSet   *to);

// Appends to the n_entries in entries, without names, the other colours of
// n_pixels RGB pixels (3 bytes each, stride rgb_step bytes) in the order in
// which they appear: the palette of a map in palette colours. Gives the number
// of entries, or -1 for more than 256: a photograph. out_pixels, or NULL: the
// pixels of each entry are added; of a photograph, of those that there are.
SPADE_API int spade_palette_collect (const guint8      *rgb,
                                     int                rgb_step,
                                     gsize              n_pixels,
                                     SpadePaletteEntry  entries[256],
                                     int                n_entries,
                                     guint64            out_pixels[256]);

// Turns n_pixels palette indices into class ids. indices and out_ids may be
// the same memory. Errors: SPADE_ERROR_CLASSES when pixels use entries that
// map to nothing; the message lists up to eight with name, colour and number of
// pixels, most pixels first. out_ids is then undefined.
SPADE_API gboolean spade_class_table_apply (const SpadeClassTable *table,
                                            const guint8          *indices,
                                            gsize                  n_pixels,
                                            guint8                *out_ids,
                                            GError               **error);

// Turns n_pixels RGB pixels (3 bytes each, stride rgb_step bytes from pixel
// to pixel) into class ids by exact colour, through table->entries; colours
// that are no entry are looked up in the class set's palette, unless the table
// is of a palette file or all entries are those of a foreign palette. Errors as
// spade_class_table_apply(); colours that map to nothing are listed.
// table may have no entries. Where the colours are those of a foreign palette,
// the error says so. More than 4096 colours that map to nothing are taken for
// a photograph.
SPADE_API gboolean spade_class_table_apply_rgb (const SpadeClassTable *table,
                                                const guint8          *rgb,
                                                int                    rgb_step,
                                                gsize                  n_pixels,
                                                guint8                *out_ids,
                                                GError               **error);

// The same of a map with soft edges: out_strays, [n_pixels], is 1 for a pixel
// whose colour maps to nothing, else 0 (spade_map_snap() takes it). Errors:
// those of spade_class_table_apply_rgb(), for colours that cover more of the map
// than a soft edge does, or where strays are more than half of the pixels.
SPADE_API gboolean spade_class_table_apply_soft_rgb (
  const SpadeClassTable *table,
  const guint8          *rgb,
  int                    rgb_step,
  gsize                  n_pixels,
  guint8                *out_ids,
  guint8                *out_strays,
  GError               **error);
