// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The map record: what an image forgets when it becomes RGB, kept in a
// parasite so that the map can be read again: the colours of its palette, their
// names and the class of each. It travels in the .xcf.

#pragma once

#include <libgimp/gimp.h>
#include <spade.h>

#define SPADE_MAP_RECORD_PARASITE "gimp-spade-map"

typedef struct
{
  char    *class_set; // name of the class set; "" for classes without names
  int      n_entries; // 0...256
  guint8   rgb[256][3];
  gboolean has_names;  // FALSE: nobody knows what the entries were called
  char    *names[256]; // NULL for none
  char    *classes;    // spade_class_table_to_string()
} SpadeMapRecord;

void spade_map_record_free (SpadeMapRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeMapRecord, spade_map_record_free)

// Gives the record of a class table; never NULL. skips_strays: without the entries
// that have no class, as where these are soft edges.
SpadeMapRecord *spade_map_record_new (const SpadeClassTable *table,
                                      gboolean               skips_strays);

// Reads the image's record. out_record is NULL when it has none. Errors:
// SPADE_ERROR_MAP for a record that is damaged or of a newer version.
gboolean spade_map_record_read (GimpImage       *image,
                                SpadeMapRecord **out_record,
                                GError         **error);

// Says whether the image has a record that is damaged; one of a newer version
// is not.
gboolean spade_map_record_is_damaged (GimpImage *image);

// Attaches the record to the image; is_undoable: as a step of its undo history.
void spade_map_record_attach (const SpadeMapRecord *record,
                              GimpImage            *image,
                              gboolean              is_undoable);

// Gives the class table of a record, or NULL where its class set is not there. set: one
// that it may be, or NULL. Classes that a set of the same name does not have are left out.
SpadeClassTable *spade_map_record_get_table (const SpadeMapRecord *record,
                                             const SpadeClassSet  *set);
