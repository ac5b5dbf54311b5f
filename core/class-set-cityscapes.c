// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class set "cityscapes": the labels of Cityscapes (Cordts et al. 2016) in
// the order of their ids, as helpers/labels.py of mcordts/cityscapesScripts has
// them. Class id = the value of a gtFine label PNG. Of labels that share a
// colour the first counts. "terrain" is grass, soil or sand beside the road,
// "vegetation" trees and hedges; "pole" is what COCO-Stuff calls metal.
//
// SPADE has 35 channels for them; the last is for license plate, which
// labels.py numbers -1 and no label PNG has.

#include "class-set.h"
#include "foreign-palette.h"

static const SpadeClass classes[] = {
  { "unlabeled", { 0, 0, 0 }, "unlabeled" },
  { "ego vehicle", { 0, 0, 0 }, NULL },
  { "rectification border", { 0, 0, 0 }, NULL },
  { "out of roi", { 0, 0, 0 }, NULL },
  { "static", { 0, 0, 0 }, NULL },
  { "dynamic", { 111, 74, 0 }, NULL },
  { "ground", { 81, 0, 81 }, "ground-other" },
  { "road", { 128, 64, 128 }, "road" },
  { "sidewalk", { 244, 35, 232 }, "pavement" },
  { "parking", { 250, 170, 160 }, "road" },
  { "rail track", { 230, 150, 140 }, "railroad" },
  { "building", { 70, 70, 70 }, "building-other" },
  { "wall", { 102, 102, 156 }, "wall-other" },
  { "fence", { 190, 153, 153 }, "fence" },
  { "guard rail", { 180, 165, 180 }, "railing" },
  { "bridge", { 150, 100, 100 }, "bridge" },
  { "tunnel", { 150, 120, 90 }, NULL },
  { "pole", { 153, 153, 153 }, "metal" },
  { "polegroup", { 153, 153, 153 }, NULL },
  { "traffic light", { 250, 170, 30 }, "traffic light" },
  { "traffic sign", { 220, 220, 0 }, "street sign" },
  { "vegetation", { 107, 142, 35 }, "tree" },
  { "terrain", { 152, 251, 152 }, "grass" },
  { "sky", { 70, 130, 180 }, "sky-other" },
  { "person", { 220, 20, 60 }, "person" },
  { "rider", { 255, 0, 0 }, "person" },
  { "car", { 0, 0, 142 }, "car" },
  { "truck", { 0, 0, 70 }, "truck" },
  { "bus", { 0, 60, 100 }, "bus" },
  { "caravan", { 0, 0, 90 }, "truck" },
  { "trailer", { 0, 0, 110 }, "truck" },
  { "train", { 0, 80, 100 }, "train" },
  { "motorcycle", { 0, 0, 230 }, "motorcycle" },
  { "bicycle", { 119, 11, 32 }, "bicycle" },
  { "license plate", { 0, 0, 142 }, NULL },
};

// The labels that the benchmark evaluates.
static const guint8 favourites[] = {
  33, // bicycle
  11, // building
  28, // bus
  26, // car
  13, // fence
  32, // motorcycle
  24, // person
  17, // pole
  25, // rider
  7,  // road
  8,  // sidewalk
  23, // sky
  22, // terrain
  19, // traffic light
  20, // traffic sign
  31, // train
  27, // truck
  21, // vegetation
  12, // wall
};

G_STATIC_ASSERT (G_N_ELEMENTS (classes) == 35);

const SpadeClassSet spade_class_set_cityscapes = {
  .name = "cityscapes",
  .n_classes = G_N_ELEMENTS (classes),
  .unlabeled = 0,
  .n_ids = G_N_ELEMENTS (classes),
  .classes = classes,
  .n_favourites = G_N_ELEMENTS (favourites),
  .favourites = favourites,
};

const SpadeForeignPalette spade_foreign_cityscapes = {
  .name = "cityscapes",
  .title = "Cityscapes",
  .set = &spade_class_set_cityscapes,
  .n_colours = G_N_ELEMENTS (classes),
  .colours = classes,
};
