// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The layers of an image whose style can be chosen.

#pragma once

#include <libgimp/gimp.h>

// Gives all layers from the top down, a group before what is in it; the layers
// are borrowed.
GPtrArray *spade_style_layers_list (GimpImage *image);
