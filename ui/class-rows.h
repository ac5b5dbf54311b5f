// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What a class table view shows, without widgets: a class table, how many
// pixels use each entry, and where each entry's class came from.

#pragma once

#include <spade.h>

typedef enum
{
  SPADE_ORIGIN_NONE,   // no class
  SPADE_ORIGIN_NAME,   // the entry's name
  SPADE_ORIGIN_COLOUR, // its exact colour
  SPADE_ORIGIN_INDEX,  // its index
  SPADE_ORIGIN_FOREIGN, // its colour in table->foreign
  SPADE_ORIGIN_SYNONYM, // its name, another word for the class
  SPADE_ORIGIN_FILE,   // a palette file
  SPADE_ORIGIN_YOU,    // the user, now or in an earlier session
} SpadeOrigin;

typedef struct
{
  SpadeClassTable *table;
  SpadeOrigin      origin[256];
  guint64          pixels[256]; // how many pixels use each entry
  guint64          n_pixels;    // their sum
  gint16           suggestion[256]; // spade_class_table_suggest(): -1 where
                                    // there is a class, or nothing is like it
} SpadeClassRows;

// Gives the rows of a palette, mapped as by spec (spade_class_table_new()).
// An entry that an explicit table maps as "auto" would has auto's origin.
// set may be NULL (numbered classes); pixels has n_entries numbers, or is NULL:
// every entry is then in use, by one pixel. Errors: those of
// spade_class_table_new().
SpadeClassRows *spade_class_rows_new (const SpadeClassSet     *set,
                                      const SpadePaletteEntry *entries,
                                      int                      n_entries,
                                      const guint64           *pixels,
                                      const char              *spec,
                                      GError                 **error);

// Takes other numbers of pixels for the same entries of the same set. FALSE, and nothing
// changes, where it is another palette, or where entries come into use or go out of it.
gboolean        spade_class_rows_set_pixels (SpadeClassRows          *rows,
                                             const SpadeClassSet     *set,
                                             const SpadePaletteEntry *entries,
                                             int                      n_entries,
                                             const guint64           *pixels);
void            spade_class_rows_free (SpadeClassRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeClassRows, spade_class_rows_free)

// Maps all entries anew by spec. Nothing changes after an error.
gboolean spade_class_rows_set_spec (SpadeClassRows *rows,
                                    const char     *spec,
                                    GError        **error);

// Gives one entry a class, or none with -1; its origin is then you.
void spade_class_rows_set_class (SpadeClassRows *rows,
                                 int             entry,
                                 int             class_id);

// Gives the entries in use: those without a class first, then the largest
// share first; entries of equal share by index. Returns their number, at most
// 256.
int spade_class_rows_order (const SpadeClassRows *rows,
                            int                   out_entries[256]);

// Gives the number of entries in use that have no class, and of those of them
// that have a suggestion.
int spade_class_rows_count_unmapped (const SpadeClassRows *rows);
int spade_class_rows_count_suggested (const SpadeClassRows *rows);

// Gives entries in use the class that is suggested for them; their origin is
// then you.
void spade_class_rows_accept (SpadeClassRows *rows);

// Gives the share of the pixels that use an entry, 0...1.
double spade_class_rows_get_share (const SpadeClassRows *rows,
                                   int                   entry);

// Gives the name of a class: that of the set, else its number; NULL for -1.
// Free with g_free().
char *spade_class_rows_name_class (const SpadeClassSet *set,
                                   int                  class_id);

// Gives the spec by which other entries, perhaps of another class set, have the classes
// of the rows: carried over by colour and by new names, and translated; "auto" between
// classes with names and numbers. Free with g_free().
char *spade_class_rows_carry (const SpadeClassRows    *rows,
                              const SpadeClassSet     *set,
                              const SpadePaletteEntry *entries,
                              int                      n_entries);

// Gives the table as a spec: spade_class_table_to_string(), and "3=" for an
// entry without a class that the spec remembered (or NULL) has one for, since
// it would come back where that goes before; "auto" where that is nothing.
// Free with g_free().
char *spade_class_rows_to_string (const SpadeClassRows *rows,
                                  const char           *remembered);

// Takes the classes that a palette file (.gpl) gives to entries of the same
// colour; entries that it does not mention keep theirs. Errors:
// SPADE_ERROR_FILE; SPADE_ERROR_CLASSES when no colour of it is in use.
gboolean spade_class_rows_load (SpadeClassRows *rows,
                                const char     *path,
                                GError        **error);

// Writes the entries that have a class as a palette file whose entry names
// are the classes, which spade_class_rows_load() and GIMP read. The file
// appears only when complete. Errors: SPADE_ERROR_FILE.
gboolean spade_class_rows_save (const SpadeClassRows *rows,
                                const char           *path,
                                GError              **error);
