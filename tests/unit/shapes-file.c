// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See shapes-file.h.

#include "shapes-file.h"
#include "scratch.h"

// A tensor of the one storage there is, which is as long as the largest.
static void
append_tensor (GString *pickle, const char *name, int n_dims, const int *shape)
{
  int stride = 1;

  g_string_append_printf (
      pickle, "V%s\nctorch._utils\n_rebuild_tensor_v2\n((Vstorage\n"
      "ctorch\nHalfStorage\nV0\nVcpu\nI1000000\nNtQI0\n(", name);
  for (int i = 0; i < n_dims; i++)
    g_string_append_printf (pickle, "I%d\n", shape[i]);
  g_string_append (pickle, "t(");
  for (int i = n_dims; i-- > 0;)
    stride *= shape[i];
  for (int i = 0; i < n_dims; i++)
    {
      stride /= shape[i];
      g_string_append_printf (pickle, "I%d\n", stride);
    }
  g_string_append (pickle, "tI00\n(dtR");
}

static GString *
begin (void)
{
  static const char head[] = "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50"
                             "\x19.\x80\2M\xe9\3.\x80\2}X\x0d\0\0\0little_endian"
                             "\x88s.\x80\2}(";

  return g_string_new_len (head, sizeof head - 1);
}

static char *
finish (GString *file, const char *file_name)
{
  static const char tail[] = "u.\x80\2](V0\ne.\x40\x42\x0f\0\0\0\0\0";
  g_autofree char  *zeros = g_malloc0 (2000000);
  char             *path;

  g_string_append_len (file, tail, sizeof tail - 1);
  g_string_append_len (file, zeros, 2000000);
  path = scratch_write (file_name, file->str, file->len);
  g_string_free (file, TRUE);
  return path;
}

char *
shapes_write (const char *file_name,
              int         n_channels,
              int         n_places,
              gboolean    has_up_4,
              int         kernel)
{
  GString *file = begin ();

  append_tensor (file, "conv_img.weight", 4, (int[]) { 3, 1, 3, 3 });
  append_tensor (file, "head_0.conv_0.weight", 4, (int[]) { 16, 16, 3, 3 });
  append_tensor (file, "head_0.norm_0.mlp_shared.0.weight", 4,
                 (int[]) { 1, n_channels, kernel, kernel });
  if (n_places > 0)
    append_tensor (file, "fc.weight", 2, (int[]) { 16 * n_places, 8 });
  if (has_up_4)
    append_tensor (file, "up_4.conv_0.bias", 1, (int[]) { 1 });
  return finish (file, file_name);
}

char *
shapes_write_oasis (const char *file_name, int n_channels)
{
  GString *file = begin ();

  append_tensor (file, "conv_img.weight", 4, (int[]) { 3, 1, 3, 3 });
  append_tensor (file, "body.0.conv_0.weight", 4, (int[]) { 16, 16, 3, 3 });
  append_tensor (file, "body.0.norm_0.mlp_shared.0.weight", 4,
                 (int[]) { 1, n_channels, 3, 3 });
  append_tensor (file, "fc.weight", 4, (int[]) { 16, n_channels, 3, 3 });
  return finish (file, file_name);
}

char *
shapes_write_clade (const char *file_name, int n_classes, gboolean has_edge,
                    gboolean has_places)
{
  GString *file = begin ();

  append_tensor (file, "conv_img.weight", 4, (int[]) { 3, 1, 3, 3 });
  append_tensor (file, "head_0.conv_0.weight", 4, (int[]) { 16, 16, 3, 3 });
  append_tensor (file, "head_0.norm_0.class_specified_affine.weight", 2,
                 (int[]) { n_classes, 16 });
  if (has_edge)
    append_tensor (file, "head_0.norm_0.inst_conv.weight", 4, (int[]) { 1, 1, 1, 1 });
  if (has_places)
    append_tensor (file, "head_0.norm_0.class_specified_affine.dist_conv_w.weight", 4,
                   (int[]) { 1, 2, 1, 1 });
  append_tensor (file, "fc.weight", 4, (int[]) { 16, n_classes + has_edge, 3, 3 });
  return finish (file, file_name);
}

char *
shapes_write_imaginaire (const char *file_name, int n_channels, int n_positions,
                         gboolean is_512)
{
#define ROOT "module.averaged_model.spade_generator."
  GString *file = begin ();

  append_tensor (file, ROOT "conv_img256.layers.conv.weight", 4,
                 (int[]) { 3, 2, 5, 5 });
  append_tensor (file, ROOT "head_0.layers.conv.weight", 4,
                 (int[]) { 8, n_channels + n_positions, 3, 3 });
  append_tensor (file, ROOT "fc_0.layers.conv.weight", 2, (int[]) { 16, 8 });
  append_tensor (file,
                 ROOT "head_1.conv_block_0.layers.norm.mlps.0.0.layers.conv.weight",
                 4, (int[]) { 1, n_channels, 5, 5 });
  append_tensor (file, ROOT "head_1.conv_block_0.layers.norm.norm.running_mean", 1,
                 (int[]) { 16 });
  if (is_512)
    append_tensor (file, ROOT "conv_img512.layers.conv.weight", 4,
                   (int[]) { 3, 1, 5, 5 });
#undef ROOT
  return finish (file, file_name);
}
