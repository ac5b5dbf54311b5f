// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Style images through gdk-pixbuf, PNG through libpng, floats as they are.

#include "picture-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>
#include <png.h>
#include <string.h>

#include "cli.h"
#include "out-file.h"

Picture *
picture_new (int       height,
             int       width,
             GError  **error)
{
  Picture *picture = g_new0 (Picture, 1);

  picture->height = height;
  picture->width = width;
  picture->rgb = g_try_malloc_n (height, (gsize) width * 3);
  if (picture->rgb != NULL)
    return picture;
  g_free (picture);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
               "There is not enough memory for a picture of %d x %d pixels; "
               "use a smaller size.", width, height);
  return NULL;
}

void
picture_free (Picture *picture)
{
  if (picture == NULL)
    return;
  g_free (picture->rgb);
  g_free (picture);
}

static Picture *
picture_from_pixbuf (GdkPixbuf  *pixbuf,
                     GError    **error)
{
  int           height = gdk_pixbuf_get_height (pixbuf);
  int           width = gdk_pixbuf_get_width (pixbuf);
  int           n_channels = gdk_pixbuf_get_n_channels (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  Picture      *picture = picture_new (height, width, error);

  for (int y = 0; picture != NULL && y < height; y++)
    {
      const guint8 *from = pixels
                           + (gsize) y * gdk_pixbuf_get_rowstride (pixbuf);
      guint8       *to = picture->rgb + (gsize) y * width * 3;

      for (int x = 0; x < width; x++, from += n_channels, to += 3)
        {
          int alpha = n_channels == 4 ? from[3] : 255;

          for (int c = 0; c < 3; c++)
            to[c] = (guint8) ((from[c] * alpha + 255 * (255 - alpha) + 127)
                              / 255);
        }
    }
  return picture;
}

Picture *
picture_load (const char  *path,
              GError     **error)
{
  g_autoptr (GError)    failure = NULL;
  g_autoptr (GdkPixbuf) raw = gdk_pixbuf_new_from_file (path, &failure);
  g_autoptr (GdkPixbuf) upright = NULL;

  if (raw == NULL)
    {
      gboolean is_format = failure->domain == GDK_PIXBUF_ERROR;

      g_set_error (error, SPADE_ERROR,
                   is_format ? SPADE_ERROR_STYLE : SPADE_ERROR_FILE,
                   is_format ? "\"%s\" cannot be read as a picture: %s."
                             : "\"%s\" cannot be opened: %s.",
                   path, g_strdelimit (failure->message, "\n", ' '));
      return NULL;
    }
  upright = gdk_pixbuf_apply_embedded_orientation (raw);
  return picture_from_pixbuf (upright ? upright : raw, error);
}

Picture *
picture_scale (const Picture  *picture,
               int             height,
               int             width,
               GError        **error)
{
  g_autoptr (GdkPixbuf) from
    = gdk_pixbuf_new_from_data (picture->rgb, GDK_COLORSPACE_RGB, FALSE, 8,
                                picture->width, picture->height,
                                picture->width * 3, NULL, NULL);
  g_autoptr (GdkPixbuf) to
    = gdk_pixbuf_scale_simple (from, width, height, GDK_INTERP_BILINEAR);

  if (to != NULL)
    return picture_from_pixbuf (to, error);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
               "There is not enough memory for a picture of %d x %d pixels; "
               "use a smaller size.", width, height);
  return NULL;
}

static void
on_png_warning (png_structp     png,
                png_const_charp message)
{
}

static void
on_png_error (png_structp     png,
              png_const_charp message)
{
  longjmp (png_jmpbuf (png), 1);
}

static gboolean
write_png (png_structp    png,
           png_infop      info,
           const Picture *picture,
           FILE          *stream)
{
  if (setjmp (png_jmpbuf (png)))
    return FALSE;
  png_init_io (png, stream);
  png_set_IHDR (png, info, picture->width, picture->height, 8,
                PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB (png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_set_compression_level (png, 3); // zlib's 6 takes twice as long for 4 % less
  png_write_info (png, info);
  for (int y = 0; y < picture->height && !cli_is_cancelled (); y++)
    png_write_row (png, picture->rgb + (gsize) y * picture->width * 3);
  if (!cli_is_cancelled ()) // else the file is not committed
    png_write_end (png, NULL);
  return TRUE;
}

gboolean
picture_save (const Picture  *picture,
              const char     *path,
              GError        **error)
{
  g_autoptr (OutFile) out = out_file_open (path, error);
  png_structp         png;
  png_infop           info;
  gboolean            done = FALSE;

  if (out == NULL)
    return FALSE;
  png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, on_png_error,
                                 on_png_warning);
  info = png ? png_create_info_struct (png) : NULL;
  if (info != NULL)
    done = write_png (png, info, picture, out->stream);
  png_destroy_write_struct (&png, &info);
  if (!done)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "\"%s\" cannot be written completely; is the disk full?",
                 path);
  return done && out_file_commit (out, error);
}

static void
swap_floats (float *x,
             gsize  n)
{
  for (gsize i = 0; G_BYTE_ORDER == G_BIG_ENDIAN && i < n; i++)
    {
      guint32 bits;

      memcpy (&bits, x + i, sizeof bits);
      bits = GUINT32_SWAP_LE_BE (bits);
      memcpy (x + i, &bits, sizeof bits);
    }
}

float *
floats_load (const char  *path,
             int          n,
             GError     **error)
{
  g_autofree char   *bytes = NULL;
  g_autoptr (GError) failure = NULL;
  gsize              size;
  float             *x;

  if (!g_file_get_contents (path, &bytes, &size, &failure))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The latent cannot be read: %s.", failure->message);
      return NULL;
    }
  if (size != n * sizeof (float))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "The latent \"%s\" has %" G_GSIZE_FORMAT " bytes; the "
                   "model wants %d 32-bit floats, %" G_GSIZE_FORMAT " bytes.",
                   path, size, n, n * sizeof (float));
      return NULL;
    }
  x = g_memdup2 (bytes, size);
  swap_floats (x, n);
  for (int i = 0; i < n; i++)
    if (!isfinite (x[i]))
      {
        g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                     "The latent \"%s\" holds what is no finite number; write "
                     "%d finite 32-bit floats.", path, n);
        g_free (x);
        return NULL;
      }
  return x;
}

gboolean
floats_save (const float  *x,
             gsize         n,
             const char   *path,
             GError      **error)
{
  g_autoptr (OutFile) out = out_file_open (path, error);
  float               part[1024];

  if (out == NULL)
    return FALSE;
  for (gsize first = 0; first < n; first += G_N_ELEMENTS (part))
    {
      gsize n_part = MIN (G_N_ELEMENTS (part), n - first);

      memcpy (part, x + first, n_part * sizeof *x);
      swap_floats (part, n_part);
      if (fwrite (part, sizeof *part, n_part, out->stream) == n_part)
        continue;
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" cannot be written completely; is the disk full?",
                   path);
      return FALSE;
    }
  return out_file_commit (out, error);
}
