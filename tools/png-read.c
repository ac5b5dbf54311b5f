// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading PNG files with libpng. libpng leaves by longjmp when a file is
// damaged, so everything it works on lives in Reader, outside the function
// that calls setjmp.

#include "png-read.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <png.h>
#include <stdio.h>
#include <string.h>

#include "spade-types.h"

#define MAX_SIDE 262144
#define SIGNATURE 8 // bytes that every PNG begins with

typedef struct
{
  FILE       *stream;
  png_structp png;
  png_infop   info;
  PngFile    *file;
  png_bytep  *rows;
  char        message[160];
  gboolean    no_memory;
  gboolean    is_too_large;
} Reader;

static void
on_error (png_structp     png,
          png_const_charp message)
{
  Reader *reader = png_get_error_ptr (png);

  g_strlcpy (reader->message, message, sizeof reader->message);
  longjmp (png_jmpbuf (png), 1);
}

static void
on_warning (png_structp     png,
            png_const_charp message)
{
}

static void
read_palette (Reader *reader)
{
  PngFile     *file = reader->file;
  png_colorp   colours;
  png_bytep    alpha = NULL;
  int          n_alpha = 0;

  if (!png_get_PLTE (reader->png, reader->info, &colours, &file->n_palette))
    png_error (reader->png, "an indexed PNG without a palette");
  memset (file->palette_alpha, 255, sizeof file->palette_alpha);
  for (int i = 0; i < file->n_palette; i++)
    {
      file->palette[i][0] = colours[i].red;
      file->palette[i][1] = colours[i].green;
      file->palette[i][2] = colours[i].blue;
    }
  if (png_get_tRNS (reader->png, reader->info, &alpha, &n_alpha, NULL)
      && alpha != NULL)
    memcpy (file->palette_alpha, alpha, MIN (n_alpha, 256));
}

// Asks libpng for indices as they are, never for their colours.
static void
choose_pixels (Reader *reader)
{
  PngFile      *file = reader->file;
  png_structp   png = reader->png;
  int           type = png_get_color_type (png, reader->info);
  png_color_16p key = NULL;

  file->bits = png_get_bit_depth (png, reader->info);
  file->transparent_grey = -1;
  png_set_packing (png);
  if (type == PNG_COLOR_TYPE_PALETTE)
    {
      file->kind = PNG_PIXELS_INDEX;
      file->bits = 8;
      read_palette (reader);
    }
  else if (!(type & PNG_COLOR_MASK_COLOR))
    {
      file->kind = PNG_PIXELS_GREY;
      if (png_get_tRNS (png, reader->info, NULL, NULL, &key) && key != NULL)
        file->transparent_grey = file->bits < 8
          ? key->gray * 255 / ((1 << file->bits) - 1) : key->gray;
      if (file->bits < 8)
        {
          png_set_expand_gray_1_2_4_to_8 (png);
          file->bits = 8;
        }
      if (file->bits == 16 && G_BYTE_ORDER == G_LITTLE_ENDIAN)
        png_set_swap (png);
    }
  else
    {
      file->kind = PNG_PIXELS_RGB;
      file->bits = 8;
      if (png_get_valid (png, reader->info, PNG_INFO_tRNS))
        png_set_tRNS_to_alpha (png);
      png_set_scale_16 (png);
    }
}

static void
allocate (Reader *reader)
{
  PngFile *file = reader->file;
  gsize    row_size;

  png_set_interlace_handling (reader->png);
  png_read_update_info (reader->png, reader->info);
  file->width = (int) png_get_image_width (reader->png, reader->info);
  file->height = (int) png_get_image_height (reader->png, reader->info);
  file->n_channels = png_get_channels (reader->png, reader->info);
  file->has_alpha = file->n_channels == 2 || file->n_channels == 4;
  file->pixel_step = file->n_channels * (file->bits == 16 ? 2 : 1);
  row_size = png_get_rowbytes (reader->png, reader->info);
  g_assert (row_size == (gsize) file->width * file->pixel_step);
  file->pixels = g_try_malloc_n (file->height, row_size);
  reader->rows = g_try_new (png_bytep, file->height);
  reader->no_memory = file->pixels == NULL || reader->rows == NULL;
  if (reader->no_memory)
    png_error (reader->png, "no memory");
  for (int y = 0; y < file->height; y++)
    reader->rows[y] = file->pixels + (gsize) y * row_size;
}

static gboolean
read_all (Reader *reader)
{
  if (setjmp (png_jmpbuf (reader->png)))
    return FALSE;
  png_init_io (reader->png, reader->stream);
  png_set_sig_bytes (reader->png, SIGNATURE); // not again: it may be a pipe
  png_set_user_limits (reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info (reader->png, reader->info);
  reader->is_too_large
      = png_get_image_width (reader->png, reader->info) > MAX_SIDE
        || png_get_image_height (reader->png, reader->info) > MAX_SIDE;
  if (reader->is_too_large)
    png_error (reader->png, "too large");
  choose_pixels (reader);
  allocate (reader);
  png_read_image (reader->png, reader->rows);
  png_read_end (reader->png, NULL);
  return TRUE;
}

static gboolean
has_signature (FILE *stream)
{
  guint8 bytes[SIGNATURE];

  return fread (bytes, 1, sizeof bytes, stream) == sizeof bytes
         && png_sig_cmp (bytes, 0, sizeof bytes) == 0;
}

static void
set_read_error (const Reader  *reader,
                const char    *path,
                GError       **error)
{
  if (reader->no_memory)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                 "There is not enough memory to read \"%s\".", path);
  else if (reader->is_too_large)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "The PNG file \"%s\" has a side of more than %d pixels; make it "
                 "smaller.", path, MAX_SIDE);
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "The PNG file \"%s\" is damaged (%s).", path,
                 reader->message);
}

static PngFile *
read_stream (FILE        *stream,
             const char  *path,
             GError     **error)
{
  g_autoptr (PngFile) file = g_new0 (PngFile, 1);
  Reader              reader = { .stream = stream, .file = file };
  gboolean            done;

  if (!has_signature (stream))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" is not a PNG file.", path);
      return NULL;
    }
  reader.png = png_create_read_struct (PNG_LIBPNG_VER_STRING, &reader,
                                       on_error, on_warning);
  reader.info = reader.png ? png_create_info_struct (reader.png) : NULL;
  reader.no_memory = reader.info == NULL;
  done = reader.info != NULL && read_all (&reader);
  if (!done)
    set_read_error (&reader, path, error);
  png_destroy_read_struct (&reader.png, &reader.info, NULL);
  g_free (reader.rows);
  return done ? g_steal_pointer (&file) : NULL;
}

PngFile *
png_file_read (const char  *path,
               GError     **error)
{
  FILE    *stream = g_fopen (path, "rb");
  PngFile *file;

  if (stream == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" cannot be opened: %s.", path, g_strerror (errno));
      return NULL;
    }
  file = read_stream (stream, path, error);
  fclose (stream);
  return file;
}

void
png_file_free (PngFile *file)
{
  if (file == NULL)
    return;
  g_free (file->pixels);
  g_free (file);
}

// Gives channel c of pixel i.
static guint
get_channel (const PngFile *file,
             gsize          i,
             int            c)
{
  const guint8 *pixel = file->pixels + i * file->pixel_step;
  guint16       wide;

  if (file->bits != 16)
    return pixel[c];
  memcpy (&wide, pixel + 2 * c, sizeof wide);
  return wide;
}

guint
png_file_get_value (const PngFile *file,
                    gsize          i)
{
  return get_channel (file, i, 0);
}

gboolean
png_file_is_transparent (const PngFile *file,
                         gsize          i)
{
  if (file->kind == PNG_PIXELS_INDEX)
    return file->palette_alpha[png_file_get_value (file, i)] < 128;
  if (file->has_alpha)
    return get_channel (file, i, file->n_channels - 1)
           < (file->bits == 16 ? 32768u : 128u);
  return file->transparent_grey >= 0
         && png_file_get_value (file, i) == (guint) file->transparent_grey;
}
