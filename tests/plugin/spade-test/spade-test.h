// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the plug-in tests share: a check that prints TAP, small maps, and one
// way to call the procedure. Everything runs inside a plug-in of GIMP.

#pragma once

#include <libgimp/gimp.h>

// Prints "ok N - sentence" or "not ok N - sentence".
void check (gboolean    is_true,
            const char *sentence);
// Likewise; prints both texts where needle is missing.
void check_contains (const char *text,
                     const char *needle,
                     const char *sentence);

// An image of one layer: the left half index 0, the right half index 1.
// colours: two colours, or NULL for tree and sky-other of the GauGAN palette.
GimpImage *make_indexed (int         width,
                         int         height,
                         const char *colours[2]);
// The same in RGB.
GimpImage *make_rgb (int         width,
                     int         height,
                     const char *colours[2]);

GimpDrawable *first_layer (GimpImage *image);
// The map of an image that has its picture above it.
GimpDrawable *second_layer (GimpImage *image);
int           count_layers (GimpImage *image);
char         *parasite_text (GimpImage *image);
// Gives the image that text as its map record.
void          attach_record (GimpImage  *image,
                             const char *text);

// A result of the procedure. message is NULL after success.
typedef struct
{
  GimpImage *image;
  GimpLayer *layer;
  char      *message;
} Result;

void result_clear (Result *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

// Calls plug-in-spade-synthesize; pairs of argument name and value follow, and
// NULL. The model is plain.safetensors and the device ref unless told.
Result call (GimpImage     *image,
             GimpDrawable **drawables,
             const char    *first_name,
             ...);
// The same with the image's first layer.
Result call_first (GimpImage  *image,
                   const char *first_name,
                   ...);

// Says whether two results are there and show the same picture.
gboolean is_same (const Result *a,
                  const Result *b);

// The class table that gives the halves of make_indexed() their classes; free
// with g_free().
char *halves_table (GimpImage  *image,
                    const char *left,
                    const char *right);
// Calls plug-in-spade-map-palette with the first layer. NULL after success,
// else the message; free with g_free().
char *map_palette (GimpImage  *image,
                   const char *classes,
                   gboolean    is_rewrite);

// A file of the folder of models; free with g_free().
char *model_path (const char *name);

// The drawable's pixels, [height, width, 4] sRGB bytes.
GBytes *read_rgba (GimpDrawable *drawable);
guint8  alpha_at (GimpDrawable *drawable,
                  int           x,
                  int           y);

void test_colours (void);
void test_effects (void);
void test_layers (void);
void test_names (void);
void test_pictures (void);
void test_records (void);
void test_sources (void);
void test_styles (void);
void test_errors (void);
