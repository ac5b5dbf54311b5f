// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class set "ade20k": the 150 scene parsing classes of ADE20K (Zhou et al.
// 2017). Class id = the value of an annotation PNG: unlabeled ("other objects")
// is 0, wall 1. Names (the first of each) and colours are those of
// objectInfo150.txt and color150.mat of CSAILVision/sceneparsing; road and
// skyscraper share a colour there, and road, the more frequent, comes first.
//
// The authors' checkpoints have their channels in this order:
// data/ade20k_dataset.py of NVlabs/SPADE makes labels from 0 on of them, with
// unlabeled last, but drops what it has made.

#include "class-set.h"
#include "foreign-palette.h"

static const SpadeClass classes[] = {
  { "unlabeled", { 0, 0, 0 }, "unlabeled" },
  { "wall", { 120, 120, 120 }, "wall-other" },
  { "building", { 180, 120, 120 }, "building-other" },
  { "sky", { 6, 230, 230 }, "sky-other" },
  { "floor", { 80, 50, 50 }, "floor-other" },
  { "tree", { 4, 200, 3 }, "tree" },
  { "ceiling", { 120, 120, 80 }, "ceiling-other" },
  { "road", { 140, 140, 140 }, "road" },
  { "bed", { 204, 5, 255 }, "bed" },
  { "windowpane", { 230, 230, 230 }, "window-other" },
  { "grass", { 4, 250, 7 }, "grass" },
  { "cabinet", { 224, 5, 255 }, "cabinet" },
  { "sidewalk", { 235, 255, 7 }, "pavement" },
  { "person", { 150, 5, 61 }, "person" },
  { "earth", { 120, 120, 70 }, "dirt" },
  { "door", { 8, 255, 51 }, "door-stuff" },
  { "table", { 255, 6, 82 }, "table" },
  { "mountain", { 143, 255, 140 }, "mountain" },
  { "plant", { 204, 255, 4 }, "plant-other" },
  { "curtain", { 255, 51, 7 }, "curtain" },
  { "chair", { 204, 70, 3 }, "chair" },
  { "car", { 0, 102, 200 }, "car" },
  { "water", { 61, 230, 250 }, "water-other" },
  { "painting", { 255, 6, 51 }, NULL },
  { "sofa", { 11, 102, 255 }, "couch" },
  { "shelf", { 255, 7, 71 }, "shelf" },
  { "house", { 255, 9, 224 }, "house" },
  { "sea", { 9, 7, 230 }, "sea" },
  { "mirror", { 220, 220, 220 }, "mirror-stuff" },
  { "rug", { 255, 9, 92 }, "rug" },
  { "field", { 112, 9, 255 }, "grass" },
  { "armchair", { 8, 255, 214 }, "chair" },
  { "seat", { 7, 255, 224 }, "chair" },
  { "fence", { 255, 184, 6 }, "fence" },
  { "desk", { 10, 255, 71 }, "desk-stuff" },
  { "rock", { 255, 41, 10 }, "rock" },
  { "wardrobe", { 7, 255, 255 }, "cupboard" },
  { "lamp", { 224, 255, 8 }, "light" },
  { "bathtub", { 102, 8, 255 }, NULL },
  { "railing", { 255, 61, 6 }, "railing" },
  { "cushion", { 255, 194, 7 }, "pillow" },
  { "base", { 255, 122, 8 }, NULL },
  { "box", { 0, 255, 20 }, NULL },
  { "column", { 255, 8, 41 }, "structural-other" },
  { "signboard", { 255, 5, 153 }, "banner" },
  { "chest of drawers", { 6, 51, 255 }, "cabinet" },
  { "counter", { 235, 12, 255 }, "counter" },
  { "sand", { 160, 150, 20 }, "sand" },
  { "sink", { 0, 163, 255 }, "sink" },
  { "skyscraper", { 140, 140, 140 }, "skyscraper" },
  { "fireplace", { 250, 10, 15 }, NULL },
  { "refrigerator", { 20, 255, 0 }, "refrigerator" },
  { "grandstand", { 31, 255, 0 }, NULL },
  { "path", { 255, 31, 0 }, "dirt" },
  { "stairs", { 255, 224, 0 }, "stairs" },
  { "runway", { 153, 255, 0 }, "road" },
  { "case", { 0, 0, 255 }, "furniture-other" },
  { "pool table", { 255, 71, 0 }, "furniture-other" },
  { "pillow", { 0, 235, 255 }, "pillow" },
  { "screen door", { 0, 173, 255 }, "door-stuff" },
  { "stairway", { 31, 0, 255 }, "stairs" },
  { "river", { 11, 200, 200 }, "river" },
  { "bridge", { 255, 82, 0 }, "bridge" },
  { "bookcase", { 0, 255, 245 }, "shelf" },
  { "blind", { 0, 61, 255 }, "window-blind" },
  { "coffee table", { 0, 255, 112 }, "table" },
  { "toilet", { 0, 255, 133 }, "toilet" },
  { "flower", { 255, 0, 0 }, "flower" },
  { "book", { 255, 163, 0 }, "book" },
  { "hill", { 255, 102, 0 }, "hill" },
  { "bench", { 194, 255, 0 }, "bench" },
  { "countertop", { 0, 143, 255 }, "counter" },
  { "stove", { 51, 255, 0 }, "oven" },
  { "palm", { 0, 82, 255 }, "tree" },
  { "kitchen island", { 0, 255, 41 }, "counter" },
  { "computer", { 0, 255, 173 }, NULL },
  { "swivel chair", { 10, 0, 255 }, "chair" },
  { "boat", { 173, 255, 0 }, "boat" },
  { "bar", { 0, 255, 153 }, "counter" },
  { "arcade machine", { 255, 92, 0 }, NULL },
  { "hovel", { 255, 0, 255 }, "house" },
  { "bus", { 255, 0, 245 }, "bus" },
  { "towel", { 255, 0, 102 }, "towel" },
  { "light", { 255, 173, 0 }, "light" },
  { "truck", { 255, 0, 20 }, "truck" },
  { "tower", { 255, 184, 184 }, "building-other" },
  { "chandelier", { 0, 31, 255 }, "light" },
  { "awning", { 0, 255, 61 }, "textile-other" },
  { "streetlight", { 0, 71, 255 }, "light" },
  { "booth", { 255, 0, 204 }, NULL },
  { "television", { 0, 255, 194 }, "tv" },
  { "airplane", { 0, 255, 82 }, "airplane" },
  { "dirt track", { 0, 10, 255 }, "dirt" },
  { "apparel", { 0, 112, 255 }, "clothes" },
  { "pole", { 51, 0, 255 }, "metal" },
  { "land", { 0, 194, 255 }, "ground-other" },
  { "bannister", { 0, 122, 255 }, "railing" },
  { "escalator", { 0, 255, 163 }, "stairs" },
  { "ottoman", { 255, 153, 0 }, "furniture-other" },
  { "bottle", { 0, 255, 10 }, "bottle" },
  { "buffet", { 255, 112, 0 }, "counter" },
  { "poster", { 143, 255, 0 }, "paper" },
  { "stage", { 82, 0, 255 }, "platform" },
  { "van", { 163, 255, 0 }, "car" },
  { "ship", { 255, 235, 0 }, "boat" },
  { "fountain", { 8, 184, 170 }, "water-other" },
  { "conveyer belt", { 133, 0, 255 }, NULL },
  { "canopy", { 0, 255, 92 }, "textile-other" },
  { "washer", { 184, 0, 255 }, NULL },
  { "plaything", { 255, 0, 31 }, NULL },
  { "swimming pool", { 0, 184, 255 }, "water-other" },
  { "stool", { 0, 214, 255 }, "chair" },
  { "barrel", { 255, 0, 112 }, NULL },
  { "basket", { 92, 255, 0 }, NULL },
  { "waterfall", { 0, 224, 255 }, "water-other" },
  { "tent", { 112, 224, 255 }, "tent" },
  { "bag", { 70, 184, 160 }, "handbag" },
  { "minibike", { 163, 0, 255 }, "motorcycle" },
  { "cradle", { 153, 0, 255 }, "bed" },
  { "oven", { 71, 255, 0 }, "oven" },
  { "ball", { 255, 0, 163 }, "sports ball" },
  { "food", { 255, 204, 0 }, "food-other" },
  { "step", { 255, 0, 143 }, "stairs" },
  { "tank", { 0, 255, 235 }, NULL },
  { "trade name", { 133, 255, 0 }, "banner" },
  { "microwave", { 255, 0, 235 }, "microwave" },
  { "pot", { 245, 0, 255 }, "vase" },
  { "animal", { 255, 0, 122 }, NULL },
  { "bicycle", { 255, 245, 0 }, "bicycle" },
  { "lake", { 10, 190, 212 }, "water-other" },
  { "dishwasher", { 214, 255, 0 }, NULL },
  { "screen", { 0, 204, 255 }, NULL },
  { "blanket", { 20, 0, 255 }, "blanket" },
  { "sculpture", { 255, 255, 0 }, NULL },
  { "hood", { 0, 153, 255 }, "metal" },
  { "sconce", { 0, 41, 255 }, "light" },
  { "vase", { 0, 255, 204 }, "vase" },
  { "traffic light", { 41, 0, 255 }, "traffic light" },
  { "tray", { 41, 255, 0 }, NULL },
  { "ashcan", { 173, 0, 255 }, NULL },
  { "fan", { 0, 245, 255 }, NULL },
  { "pier", { 71, 0, 255 }, "platform" },
  { "crt screen", { 122, 0, 255 }, "tv" },
  { "plate", { 0, 255, 184 }, "plate" },
  { "monitor", { 0, 92, 255 }, "tv" },
  { "bulletin board", { 184, 255, 0 }, NULL },
  { "shower", { 0, 133, 255 }, NULL },
  { "radiator", { 255, 214, 0 }, NULL },
  { "glass", { 25, 194, 194 }, "cup" },
  { "clock", { 102, 255, 0 }, "clock" },
  { "flag", { 92, 0, 255 }, "banner" },
};

// What is outdoors.
static const guint8 favourites[] = {
  2,   // building
  14,  // earth
  30,  // field
  67,  // flower
  10,  // grass
  69,  // hill
  26,  // house
  129, // lake
  17,  // mountain
  73,  // palm
  53,  // path
  18,  // plant
  61,  // river
  7,   // road
  35,  // rock
  47,  // sand
  27,  // sea
  3,   // sky
  5,   // tree
  22,  // water
  114, // waterfall
};

G_STATIC_ASSERT (G_N_ELEMENTS (classes) == 151);

const SpadeClassSet spade_class_set_ade20k = {
  .name = "ade20k",
  .n_classes = G_N_ELEMENTS (classes),
  .unlabeled = 0,
  .n_ids = G_N_ELEMENTS (classes),
  .classes = classes,
  .n_favourites = G_N_ELEMENTS (favourites),
  .favourites = favourites,
};

const SpadeForeignPalette spade_foreign_ade20k = {
  .name = "ade20k",
  .title = "ADE20K",
  .set = &spade_class_set_ade20k,
  .n_colours = G_N_ELEMENTS (classes),
  .colours = classes,
};
