// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// JSON from files that nobody vouches for: what json-glib would let pass
// (a name given twice, nesting without end) is refused before it is read.

#pragma once

#include <json-glib/json-glib.h>

// Parses length bytes that must be one JSON object. Free with
// json_object_unref(). Errors: SPADE_ERROR_MODEL; the message is the end of a
// sentence ("it gives a name twice").
JsonObject *spade_json_parse (const char *text, gsize length, GError **error);

// Reads a whole number within minimum...maximum. FALSE for anything else.
gboolean spade_json_get_int (JsonNode *node,
                             gint64    minimum,
                             gint64    maximum,
                             gint64   *out_value);
