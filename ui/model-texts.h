// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The words of a model's card. Each gives text to free with g_free().

#pragma once

#include <spade.h>

// What it is and from whom, or why it cannot be used.
char *spade_model_text_description (const SpadeModelCard *card);

// "182 of coco-stuff; it has learnt 18 of them: bush, clouds, ..."
char *spade_model_text_classes (const SpadeModel *model);

// "35, without names; edges (the authors' Cityscapes)": what a checkpoint is
// taken for.
char *spade_model_text_reading (const SpadeImportReading *reading);

// "256 pixels wide; any multiple of 32 works"
char *spade_model_text_size (const SpadeModel *model);

// What decides the picture beside the map.
char *spade_model_text_style (const SpadeModel *model);

// "10.3 million parameters, f16, 20 MiB"
char *spade_model_text_weights (const SpadeModelCard *card);

char *spade_model_text_licence (const SpadeModel *model);
