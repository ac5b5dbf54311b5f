// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The standard colours of Cityscapes (Cordts et al. 2016), as
// helpers/labels.py of mcordts/cityscapesScripts has them. Labels that share a
// colour are listed once. Its "terrain" is grass, soil or sand beside the road,
// and "vegetation" trees and hedges; "pole" is what COCO-Stuff calls metal.

#include "foreign-palette.h"

static const SpadeForeignColour colours[] = {
  { { 0, 0, 0 }, "unlabeled", "unlabeled" },
  { { 111, 74, 0 }, "dynamic", NULL },
  { { 81, 0, 81 }, "ground", "ground-other" },
  { { 128, 64, 128 }, "road", "road" },
  { { 244, 35, 232 }, "sidewalk", "pavement" },
  { { 250, 170, 160 }, "parking", "road" },
  { { 230, 150, 140 }, "rail track", "railroad" },
  { { 70, 70, 70 }, "building", "building-other" },
  { { 102, 102, 156 }, "wall", "wall-other" },
  { { 190, 153, 153 }, "fence", "fence" },
  { { 180, 165, 180 }, "guard rail", "railing" },
  { { 150, 100, 100 }, "bridge", "bridge" },
  { { 150, 120, 90 }, "tunnel", NULL },
  { { 153, 153, 153 }, "pole", "metal" },
  { { 250, 170, 30 }, "traffic light", "traffic light" },
  { { 220, 220, 0 }, "traffic sign", "street sign" },
  { { 107, 142, 35 }, "vegetation", "tree" },
  { { 152, 251, 152 }, "terrain", "grass" },
  { { 70, 130, 180 }, "sky", "sky-other" },
  { { 220, 20, 60 }, "person", "person" },
  { { 255, 0, 0 }, "rider", "person" },
  { { 0, 0, 142 }, "car", "car" },
  { { 0, 0, 70 }, "truck", "truck" },
  { { 0, 60, 100 }, "bus", "bus" },
  { { 0, 0, 90 }, "caravan", "truck" },
  { { 0, 0, 110 }, "trailer", "truck" },
  { { 0, 80, 100 }, "train", "train" },
  { { 0, 0, 230 }, "motorcycle", "motorcycle" },
  { { 119, 11, 32 }, "bicycle", "bicycle" },
};

const SpadeForeignPalette spade_foreign_cityscapes = {
  .name = "cityscapes",
  .title = "Cityscapes",
  .n_colours = G_N_ELEMENTS (colours),
  .colours = colours,
};
