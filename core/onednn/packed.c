// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A file is a page of header, then the data. Whatever goes wrong with files
// ends in plain memory: a cache never stands in the way of a picture.

#include "packed.h"

#include <glib/gstdio.h>

#include "../content-hash.h"
#include "../pack-folder.h"
#include "clones.h"
#include "file-map.h"

// Counts changes of what is packed and how.
#define VERSION 1
#define HEADER 4096 // bytes, so that data begins with a page
#define SMALLEST (64 << 10) // bytes that are worth a file

typedef struct
{
  char    words[HEADER - 32]; // all that the data depends on, zeros after them
  guint64 size;
  SpadeContentHash hash;      // of the data
  guint64 unused;
} Header;

G_STATIC_ASSERT (sizeof (Header) == HEADER);

// Gives what the data depends on, in words; FALSE where they are too long.
static gboolean
write_words (char *words, gsize size, const SpadeTensor *tensor,
             const char *layout)
{
  const dnnl_version_t *version = dnnl_version ();
  int n = g_snprintf (words, size,
                      "packed weights of gimp-spade, version %d\n"
                      "oneDNN %d.%d.%d %s, instructions %d and %d\n%s\n%s\n",
                      VERSION, version->major, version->minor, version->patch,
                      version->hash, (int) dnnl_get_effective_cpu_isa (),
                      spade_vector_level (), tensor->name, layout);

  return n > 0 && (gsize) n < size;
}

static SpadeContentHash
hash_data (const char *data, gsize size, int n_threads)
{
  gsize n = spade_content_hash_count (size);
  g_autofree SpadeContentHash *chunks = g_new (SpadeContentHash, n);

#pragma omp parallel for schedule(static) num_threads(n_threads)
  for (gsize i = 0; i < n; i++)
    chunks[i] = spade_content_hash_chunk (data, size, i);
  return spade_content_hash_join (chunks, n);
}

static void
take_map (SpadePacked *self, void *map, gsize map_size)
{
  self->map = map;
  self->map_size = map_size;
  self->data = self->map + HEADER;
}

static gboolean
is_sound (const SpadePacked *self, const Header *wanted, int n_threads)
{
  const Header    *header = (const Header *) self->map;
  SpadeContentHash hash;

  if (memcmp (header->words, wanted->words, sizeof header->words) != 0
      || header->size != wanted->size)
    return FALSE;
  hash = hash_data (self->data, self->size, n_threads);
  return memcmp (&hash, &header->hash, sizeof hash) == 0;
}

// Maps the file, when it is there and sound.
static gboolean
find (SpadePacked *self, const Header *wanted, int n_threads)
{
  void *map = spade_file_map_open (self->path, HEADER + self->size);

  if (map == NULL)
    return FALSE;
  take_map (self, map, HEADER + self->size);
  self->is_filled = is_sound (self, wanted, n_threads);
  if (!self->is_filled)
    {
      spade_file_map_close (map, self->map_size);
      self->map = self->data = NULL;
    }
  return self->is_filled;
}

// Makes a file to be filled, its room on the disk taken already.
static gboolean
make (SpadePacked *self, const Header *header)
{
  void *map;

  self->part = g_strconcat (self->path, SPADE_PACK_PART "XXXXXX", NULL);
  map = spade_file_map_make (self->part, HEADER + self->size);
  if (map == NULL)
    {
      g_clear_pointer (&self->part, g_free);
      return FALSE;
    }
  take_map (self, map, HEADER + self->size);
  memcpy (self->map, header, sizeof *header);
  return TRUE;
}

gboolean
spade_packed_open (SpadePacked *self, const SpadeEngine *engine,
                   const SpadeTensor *tensor, const char *layout, gsize size,
                   SpadeFailure *failure)
{
  g_autofree Header *header = g_new0 (Header, 1);

  memset (self, 0, sizeof *self);
  self->size = size;
  header->size = size;
  if (engine->pack_folder != NULL && layout != NULL && size >= SMALLEST
      && write_words (header->words, sizeof header->words, tensor, layout))
    {
      SpadeContentHash hash
          = spade_content_hash (header->words, strlen (header->words));

      self->path = g_strdup_printf ("%s/%016" G_GINT64_MODIFIER "x",
                                    engine->pack_folder, hash.words[0]);
      if (find (self, header, engine->n_threads) || make (self, header))
        return TRUE;
    }
  self->data = spade_onednn_alloc (size);
  return self->data != NULL || spade_onednn_fail_memory (size, failure);
}

void
spade_packed_seal (SpadePacked *self, const SpadeEngine *engine)
{
  Header *header = (Header *) self->map;

  if (self->part == NULL)
    return;
  header->hash = hash_data (self->data, self->size, engine->n_threads);
  spade_file_map_seal (self->map, self->map_size);
  if (g_rename (self->part, self->path) == 0)
    g_clear_pointer (&self->part, g_free);
}

void
spade_packed_close (SpadePacked *self)
{
  if (self->map != NULL)
    spade_file_map_close (self->map, self->map_size);
  else
    spade_onednn_free (self->data);
  if (self->part != NULL)
    g_unlink (self->part);
  g_free (self->part);
  g_free (self->path);
  memset (self, 0, sizeof *self);
}

static void
append (GString *words, const char *name, const_dnnl_memory_desc_t layout,
        dnnl_query_t what, int n)
{
  const dnnl_dim_t *numbers = NULL;

  g_string_append_printf (words, " %s", name);
  if (dnnl_memory_desc_query (layout, what, &numbers) == dnnl_success
      && numbers != NULL)
    for (int i = 0; i < n; i++)
      g_string_append_printf (words, " %" G_GINT64_FORMAT, (gint64) numbers[i]);
}

char *
spade_packed_describe (const char *what, const_dnnl_memory_desc_t layout)
{
  GString *words;
  int      n_dims = 0, n_blocks = 0;
  dnnl_data_type_t   dtype = dnnl_data_type_undef;
  dnnl_format_kind_t kind = dnnl_format_kind_undef;

  dnnl_memory_desc_query (layout, dnnl_query_format_kind, &kind);
  if (kind != dnnl_blocked)
    return NULL;
  dnnl_memory_desc_query (layout, dnnl_query_ndims_s32, &n_dims);
  dnnl_memory_desc_query (layout, dnnl_query_data_type, &dtype);
  dnnl_memory_desc_query (layout, dnnl_query_inner_nblks_s32, &n_blocks);
  words = g_string_new (what);
  g_string_append_printf (words, " dtype %d", (int) dtype);
  append (words, "dims", layout, dnnl_query_dims, n_dims);
  append (words, "padded", layout, dnnl_query_padded_dims, n_dims);
  append (words, "strides", layout, dnnl_query_strides, n_dims);
  append (words, "blocks", layout, dnnl_query_inner_blks, n_blocks);
  append (words, "of", layout, dnnl_query_inner_idxs, n_blocks);
  return g_string_free (words, FALSE);
}
