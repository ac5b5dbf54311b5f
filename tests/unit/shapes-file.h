// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A checkpoint that holds no more than an import looks at first.

#pragma once

#include <glib.h>

// Writes a legacy stream with the shapes of a generator: so many channels, and of
// a VAE so many places (0: no VAE); up_4 too where has_up_4; kernel: of its SPADE
// layers, usually 3. In the scratch folder. Free with g_free().
char *shapes_write (const char *file_name,
                    int         n_channels,
                    int         n_places,
                    gboolean    has_up_4,
                    int         kernel);

// The same of a generator of OASIS, with so many channels, z among them.
char *shapes_write_oasis (const char *file_name,
                          int         n_channels);

// The same of a generator of CLADE, with so many classes, perhaps edges, and perhaps
// the places within a class.
char *shapes_write_clade (const char *file_name,
                          int         n_classes,
                          gboolean    has_edge,
                          gboolean    has_places);

// The same of a generator of imaginaire; with so many channels in its first layer that
// are none of the map; of 512 pixels where is_512.
char *shapes_write_imaginaire (const char *file_name,
                               int         n_channels,
                               int         n_positions,
                               gboolean    is_512);
