// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a layer as a segmentation map. Colours are compared as the numbers
// that are stored, in the image's own colour space: a conversion could turn a
// palette colour into its neighbour. Pixels without a class are never guessed;
// spade_class_table_apply() lists them.

#include "read-map.h"

#include <glib/gi18n.h>
#include <string.h>

// The pixels of a layer as they are stored.
typedef struct
{
  guint8 *pixels;   // [n_pixels, step] indices or RGB, then alpha if any
  int     step;     // bytes per pixel
  gsize   n_pixels; // of the layer
} RawLayer;

static void
raw_layer_clear (RawLayer *raw)
{
  g_free (raw->pixels);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawLayer, raw_layer_clear)

// Indexed layers in their own format, others as 8-bit RGB, with alpha where
// the layer has it.
static gboolean
read_raw (GimpDrawable  *drawable,
          RawLayer      *raw,
          GError       **error)
{
  int                    width = gimp_drawable_get_width (drawable);
  int                    height = gimp_drawable_get_height (drawable);
  const Babl            *format = gimp_drawable_get_format (drawable);
  g_autoptr (GeglBuffer) buffer = NULL;

  if (!gimp_drawable_is_indexed (drawable))
    format = babl_format_with_space (gimp_drawable_has_alpha (drawable)
                                     ? "R'G'B'A u8" : "R'G'B' u8", format);
  raw->step = babl_format_get_bytes_per_pixel (format);
  raw->n_pixels = (gsize) width * (gsize) height;
  raw->pixels = g_try_malloc_n (raw->n_pixels, (gsize) raw->step);
  if (raw->pixels == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory to read a layer of %dx%d "
                     "pixels."), width, height);
      return FALSE;
    }
  buffer = gimp_drawable_get_buffer (drawable);
  gegl_buffer_get (buffer, GEGL_RECTANGLE (0, 0, width, height), 1.0, format,
                   raw->pixels, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  return TRUE;
}

// Moves the opaque pixels, without alpha, to the front of raw->pixels and
// writes 1 to ids where they came from, 0 elsewhere; gives their number.
static gsize
pack_opaque (RawLayer *raw,
             gboolean  has_alpha,
             guint8   *ids)
{
  int           n_colours = raw->step - (has_alpha ? 1 : 0);
  const guint8 *from = raw->pixels;
  guint8       *to = raw->pixels;
  gsize         n_opaque = 0;

  for (gsize i = 0; i < raw->n_pixels; i++, from += raw->step)
    {
      ids[i] = !has_alpha || from[n_colours] >= 128;
      if (!ids[i])
        continue;
      memmove (to, from, (gsize) n_colours);
      to += n_colours;
      n_opaque++;
    }
  raw->step = n_colours;
  return n_opaque;
}

// Puts the class ids of the opaque pixels back to their places.
static void
unpack_opaque (const guint8 *opaque_ids,
               gsize         n_pixels,
               guint8        unlabeled,
               guint8       *ids)
{
  for (gsize i = 0; i < n_pixels; i++)
    ids[i] = ids[i] ? *opaque_ids++ : unlabeled;
}

// Gives the palette of an indexed image; entries named "#7" have no name.
static int
read_palette (GimpImage         *image,
              const Babl        *layer_format,
              SpadePaletteEntry *entries,
              GPtrArray         *names)
{
  GimpPalette       *palette = gimp_image_get_palette (image);
  const Babl        *format;
  g_autofree guint8 *colours = NULL;
  int                n = 0;
  gsize              n_bytes;

  format = babl_format_with_space ("R'G'B' u8", layer_format);
  colours = gimp_palette_get_colormap (palette, format, &n, &n_bytes);
  n = MIN (n, 256);
  for (int i = 0; i < n; i++)
    {
      char *name = NULL;

      memcpy (entries[i].rgb, colours + 3 * i, 3);
      gimp_palette_get_entry_name (palette, i, &name);
      if (name != NULL)
        g_ptr_array_add (names, name);
      entries[i].name = name != NULL && *name != '#' ? name : NULL;
    }
  return n;
}

static gboolean
check_record (const SpadeMapRecord *record,
              const SpadeModel     *model,
              GError              **error)
{
  const SpadeConfig *config = spade_model_get_config (model);
  const char        *wanted = config->class_set ? config->class_set->name : "";

  if (strcmp (record->class_set, wanted) == 0)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               _("The image's classes are of the class set \"%s\", but the "
                 "model %s was trained for \"%s\"; choose another model."),
               record->class_set, spade_model_get_path (model), wanted);
  return FALSE;
}

static gboolean
is_table (const char *classes)
{
  return strchr (classes, '=') != NULL && !g_str_has_suffix (classes, ".gpl");
}

// The class table of an RGB layer: the record's, with the caller's spec on
// top; without a record, the standard colours.
static SpadeClassTable *
table_from_record (GimpImage         *image,
                   const SpadeModel  *model,
                   const char        *classes,
                   GError           **error)
{
  const SpadeClassSet        *set = spade_model_get_config (model)->class_set;
  g_autoptr (SpadeMapRecord)  record = NULL;
  g_autofree char            *spec = g_strdup (classes);
  SpadePaletteEntry           entries[256] = { 0 };
  int                         n = 0;

  if (strcmp (classes, "index") == 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   _("An RGB layer has no palette indices; use an indexed "
                     "image, or the classes \"auto\" or \"colour\"."));
      return NULL;
    }
  if (strcmp (classes, "colour") != 0 && strcmp (classes, "color") != 0)
    {
      if (!spade_map_record_read (image, &record, error) ||
          (record != NULL && !check_record (record, model, error)))
        return NULL;
    }
  if (record != NULL)
    {
      n = record->n_entries;
      for (int i = 0; i < n; i++)
        memcpy (entries[i].rgb, record->rgb[i], 3);
      g_free (spec);
      if (strcmp (classes, "auto") == 0)
        spec = g_strdup (record->classes);
      else if (is_table (classes))
        spec = g_strconcat (record->classes, ";", classes, NULL);
      else
        spec = g_strdup (classes);
    }
  return spade_class_table_new (set, entries, n, spec, error);
}

// Says whether the record is about this palette.
static gboolean
record_fits (const SpadeMapRecord    *record,
             const SpadePaletteEntry *entries,
             int                      n)
{
  if (record == NULL || record->n_entries != n)
    return FALSE;
  for (int i = 0; i < n; i++)
    if (memcmp (record->rgb[i], entries[i].rgb, 3) != 0)
      return FALSE;
  return TRUE;
}

// The class table of an indexed layer. "auto" is what the image's record says
// as long as the palette is the one that it was made for.
static SpadeClassTable *
table_from_palette (GimpImage         *image,
                    GimpDrawable      *drawable,
                    const SpadeModel  *model,
                    const char        *classes,
                    GError           **error)
{
  const SpadeClassSet       *set = spade_model_get_config (model)->class_set;
  g_autoptr (GPtrArray)      names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SpadeMapRecord) record = NULL;
  SpadePaletteEntry          entries[256] = { 0 };
  int                        n;

  n = read_palette (image, gimp_drawable_get_format (drawable), entries, names);
  if (strcmp (classes, "auto") == 0)
    {
      if (!spade_map_record_read (image, &record, error))
        return NULL;
      if (record_fits (record, entries, n) &&
          strcmp (record->class_set, set != NULL ? set->name : "") == 0)
        classes = record->classes;
    }
  return spade_class_table_new (set, entries, n, classes, error);
}

static gboolean
check_drawable (GimpDrawable  *drawable,
                GError       **error)
{
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (drawable));

  if (!GIMP_IS_LAYER (drawable))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("\"%s\" is a mask or a channel; select the layer that "
                   "holds the segmentation map."), name);
  else if (gimp_drawable_is_gray (drawable))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("\"%s\" is a grey layer, and a segmentation map is "
                   "indexed or in palette colors; convert the image to "
                   "indexed (Image > Mode)."), name);
  else
    return TRUE;
  return FALSE;
}

// Says whether the model can take what transparent pixels mean.
static gboolean
check_opaque (GimpDrawable      *drawable,
              const SpadeModel  *model,
              gsize              n_opaque,
              gsize              n_pixels,
              GError           **error)
{
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (drawable));

  if (n_opaque == 0)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("The layer \"%s\" is empty: all of it is transparent; "
                   "paint a segmentation map on it first."), name);
  else if (n_opaque < n_pixels &&
           !spade_model_get_config (model)->has_unlabeled)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 ngettext ("%lu pixel of \"%s\" is transparent, and the "
                           "model %s has no class for it; fill it.",
                           "%lu pixels of \"%s\" are transparent, and the "
                           "model %s has no class for them; fill them.",
                           (gulong) (n_pixels - n_opaque)),
                 (gulong) (n_pixels - n_opaque), name,
                 spade_model_get_path (model));
  else
    return TRUE;
  return FALSE;
}

SpadeMap *
spade_map_read (GimpImage        *image,
                GimpDrawable     *drawable,
                const SpadeModel *model,
                const char       *classes,
                SpadeMapRecord  **out_record,
                GError          **error)
{
  gboolean                   is_indexed = gimp_drawable_is_indexed (drawable);
  gboolean                   ok;
  g_autoptr (SpadeClassTable) table = NULL;
  g_autoptr (SpadeMap)        map = NULL;
  g_auto (RawLayer)           raw = { 0 };
  g_autofree guint8          *opaque_ids = NULL;
  gsize                       n_opaque;

  *out_record = NULL;
  if (classes == NULL || *classes == '\0')
    classes = "auto";
  if (!check_drawable (drawable, error))
    return NULL;
  table = is_indexed
    ? table_from_palette (image, drawable, model, classes, error)
    : table_from_record (image, model, classes, error);
  if (table == NULL || !read_raw (drawable, &raw, error))
    return NULL;
  map = spade_map_new (gimp_drawable_get_height (drawable),
                       gimp_drawable_get_width (drawable), FALSE, error);
  if (map == NULL)
    return NULL;

  n_opaque = pack_opaque (&raw, gimp_drawable_has_alpha (drawable), map->ids);
  if (!check_opaque (drawable, model, n_opaque, raw.n_pixels, error))
    return NULL;
  opaque_ids = g_malloc (n_opaque);
  ok = is_indexed
    ? spade_class_table_apply (table, raw.pixels, n_opaque, opaque_ids, error)
    : spade_class_table_apply_rgb (table, raw.pixels, raw.step, n_opaque,
                                   opaque_ids, error);
  if (!ok)
    return NULL;
  unpack_opaque (opaque_ids, raw.n_pixels,
                 (guint8) spade_model_get_config (model)->n_classes, map->ids);
  if (table->n_entries > 0)
    *out_record = spade_map_record_new (table);
  return g_steal_pointer (&map);
}

void
spade_palette_use_free (SpadePaletteUse *use)
{
  if (use == NULL)
    return;
  g_ptr_array_unref (use->names);
  g_free (use->class_set);
  g_free (use->classes);
  g_free (use);
}

// Gives the entry that a pixel has, or -1.
static int
entry_of_pixel (const SpadePaletteUse *use,
                const guint8          *pixel,
                gboolean               is_indexed)
{
  if (is_indexed)
    return *pixel < use->n_entries ? *pixel : -1;
  for (int i = 0; i < use->n_entries; i++)
    if (memcmp (use->entries[i].rgb, pixel, 3) == 0)
      return i;
  return -1;
}

static void
count_pixels (SpadePaletteUse *use,
              const RawLayer  *raw,
              gboolean         is_indexed,
              gboolean         has_alpha)
{
  const guint8 *pixel = raw->pixels;

  for (gsize i = 0; i < raw->n_pixels; i++, pixel += raw->step)
    {
      int entry;

      if (has_alpha && pixel[raw->step - 1] < 128)
        continue;
      entry = entry_of_pixel (use, pixel, is_indexed);
      if (entry >= 0)
        use->pixels[entry]++;
    }
}

SpadePaletteUse *
spade_palette_use_read (GimpImage     *image,
                        GimpDrawable  *drawable,
                        GError       **error)
{
  g_autoptr (SpadePaletteUse) use = g_new0 (SpadePaletteUse, 1);
  g_autoptr (SpadeMapRecord)  record = NULL;
  g_auto (RawLayer)           raw = { 0 };
  gboolean                    is_indexed = gimp_drawable_is_indexed (drawable);

  use->names = g_ptr_array_new_with_free_func (g_free);
  if (!check_drawable (drawable, error))
    return NULL;
  if (!spade_map_record_read (image, &record, error))
    return NULL;
  if (is_indexed)
    use->n_entries = read_palette (image, gimp_drawable_get_format (drawable),
                                   use->entries, use->names);
  else if (record != NULL)
    {
      use->n_entries = record->n_entries;
      for (int i = 0; i < record->n_entries; i++)
        memcpy (use->entries[i].rgb, record->rgb[i], 3);
    }
  if (record_fits (record, use->entries, use->n_entries))
    {
      use->class_set = g_strdup (record->class_set);
      use->classes = g_strdup (record->classes);
    }
  if (use->n_entries > 0 && !read_raw (drawable, &raw, error))
    return NULL;
  if (use->n_entries > 0)
    count_pixels (use, &raw, is_indexed, gimp_drawable_has_alpha (drawable));
  return g_steal_pointer (&use);
}
