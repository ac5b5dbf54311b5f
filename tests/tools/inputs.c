// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Maps and untrained models 2 wide, small enough to be written for each program.

#include "inputs.h"

#include <string.h>

#include "command.h"
#include "scratch.h"

#define SIDE 32

void
command_write_map (const char *name,
                   PngForm     form,
                   int         first,
                   int         second)
{
  g_autofree char   *path = scratch_path (name);
  g_autofree guint8 *samples = g_malloc0 (SIDE * SIDE * 3);
  int                n = form.type == PNG_COLOR_TYPE_RGB ? 3 : 1;

  for (int i = 0; i < SIDE * SIDE; i++)
    for (int c = 0; c < n; c++)
      {
        int value = i / SIDE + i % SIDE < SIDE ? first : second;

        samples[n * i + c] = (guint8) (value >> (8 * (n - 1 - c)));
      }
  form.height = form.width = SIDE;
  form.samples = samples;
  png_form_write (&form, path);
}

void
command_write_inputs (void)
{
  PngForm grey = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8 };
  PngForm rgb = { .type = PNG_COLOR_TYPE_RGB, .bits = 8 };
  PngForm indexed = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 1,
                      .palette = { { 0xa8, 0xc8, 0x32 },
                                   { 0x9c, 0xee, 0xdd } },
                      .n_palette = 2 };
  PngForm other = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 8,
                    .palette = { { 1, 2, 3 }, { 4, 5, 6 } },
                    .n_palette = 2 };
  static const char gpl[] = "GIMP Palette\nName: mine\n1 2 3 Tree\n4 5 6 sky\n";

  command_write_map ("grey.png", grey, 168, 156);
  command_write_map ("rgb.png", rgb, 0xa8c832, 0x9ceedd);
  command_write_map ("indexed.png", indexed, 0, 1);
  command_write_map ("other.png", other, 0, 1);
  command_write_map ("strays.png", grey, 168, 200);
  g_free (scratch_write ("mine.gpl", gpl, strlen (gpl)));
  g_free (scratch_write ("text.png", "no picture", 10));
  g_free (scratch_write ("short.f32", "1234", 4));
  command_do ("untrained --like coco-stuff --ngf 2 --vae -o vae.safetensors");
  command_do ("untrained --like coco-stuff --ngf 2 -o plain.safetensors");
  command_do ("untrained --like coco-stuff --ngf 2 --noise "
              "-o noise.safetensors");
}
