// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade-scenes: the command line. Workers render whole pictures; each waits for its turn to hand its
// picture over, so that the output does not depend on the number of threads.

#include "scene.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum { RAW, PNG, SHEET, STATS } Output;

typedef struct
{
  uint64_t    seed, count, next, written;
  int         width, height, style, n_threads, columns, rows;
  Output      output;
  SceneLabels labels;
  unsigned    wishes;
  bool        sheet_labels, failed;
  const char *out;
  FILE       *stream;
  uint8_t    *sheet;
  uint64_t    pixels[256], pictures[256];
  pthread_mutex_t mutex;
  pthread_cond_t  turn;
} Job;

static const char help[] =
  "spade-scenes: procedural landscapes with exact label maps (COCO-Stuff class ids)\n"
  "  --seed N             first seed (0); picture i depends on seed + i and the options but --threads\n"
  "  --count N            pictures (1; a sheet needs COLS x ROWS)\n"
  "  --size S | WxH       pixels (256)\n"
  "  --threads T          workers (all processors)\n"
  "  --format raw|png     raw: RGB then class ids per picture, to stdout or --out FILE\n"
  "                       png: DIR/NNNNNNNN.png and DIR/NNNNNNNN-labels.png with --out DIR\n"
  "  --labels natural|smooth|polygon|mixed\n"
  "  --sheet COLSxROWS FILE.png   one contact sheet; --sheet-labels puts the maps beside the pictures\n"
  "  --style NAME         force a mood; --list-styles prints the names\n"
  "  --near               trees stand alone in front in every picture, most before mountains\n"
  "  --snow               snow on the ground in every picture\n"
  "  --stats              shares of the classes over --count pictures\n";

static bool
take_raw (Job *job, const uint8_t *rgb, const uint8_t *labels)
{
  size_t n = (size_t) job->width * job->height;
  return fwrite (rgb, 3, n, job->stream) == n && fwrite (labels, 1, n, job->stream) == n;
}

static bool
take_png (Job *job, uint64_t index, const uint8_t *rgb, const uint8_t *labels)
{
  char path[4096];

  snprintf (path, sizeof path, "%s/%08llu.png", job->out, (unsigned long long) (job->seed + index));
  if (!scene_png_write (path, rgb, job->width, job->height, 3))
    return false;
  snprintf (path, sizeof path, "%s/%08llu-labels.png", job->out, (unsigned long long) (job->seed + index));
  return scene_png_write (path, labels, job->width, job->height, 1);
}

static void
take_sheet (Job *job, uint64_t index, const uint8_t *rgb, const uint8_t *labels)
{
  int     per = job->sheet_labels ? 2 : 1, width = job->width, stride = job->columns * width * per;
  int     left = (int) (index % job->columns) * width * per, top = (int) (index / job->columns) * job->height;
  uint8_t palette[256][3] = { { 0 } };

  for (int i = 0; i < SCENE_N_CLASSES; i++)
    memcpy (palette[scene_classes[i].id], scene_classes[i].rgb, 3);
  for (int y = 0; y < job->height; y++)
    {
      uint8_t *row = job->sheet + ((size_t) (top + y) * stride + left) * 3;
      memcpy (row, rgb + (size_t) y * width * 3, (size_t) width * 3);
      for (int x = 0; per == 2 && x < width; x++)
        memcpy (row + (width + x) * 3, palette[labels[y * width + x]], 3);
    }
}

static void
take_stats (Job *job, const uint8_t *labels)
{
  size_t   n = (size_t) job->width * job->height;
  uint64_t count[256] = { 0 };

  for (size_t i = 0; i < n; i++)
    count[labels[i]]++;
  for (int i = 0; i < 256; i++)
    {
      job->pixels[i] += count[i];
      job->pictures[i] += count[i] * 1000 > n * 3;       /* present: more than 0.3 % of the picture */
    }
}

static bool
take (Job *job, uint64_t index, const uint8_t *rgb, const uint8_t *labels)
{
  switch (job->output)
    {
    case RAW: return take_raw (job, rgb, labels);
    case PNG: return take_png (job, index, rgb, labels);
    case SHEET: take_sheet (job, index, rgb, labels); return true;
    default: take_stats (job, labels); return true;
    }
}

static void *
work (void *data)
{
  Job     *job = data;
  size_t   n = (size_t) job->width * job->height;
  uint8_t *rgb = malloc (n * 3), *labels = malloc (n);

  pthread_mutex_lock (&job->mutex);
  while (rgb != NULL && labels != NULL && !job->failed && job->next < job->count)
    {
      uint64_t index = job->next++;

      pthread_mutex_unlock (&job->mutex);
      scene_render (job->seed + index, job->style, job->wishes, job->width, job->height, rgb, labels);
      scene_labels_apply (job->labels, job->seed + index, labels, job->width, job->height);
      pthread_mutex_lock (&job->mutex);
      while (job->written != index)
        pthread_cond_wait (&job->turn, &job->mutex);
      if (!job->failed && !take (job, index, rgb, labels))
        job->failed = true;
      job->written++;
      pthread_cond_broadcast (&job->turn);
    }
  if (rgb == NULL || labels == NULL)
    job->failed = true;
  pthread_mutex_unlock (&job->mutex);
  free (rgb);
  free (labels);
  return NULL;
}

static void
run (Job *job)
{
  pthread_t threads[256];
  int       n = job->n_threads < 1 ? 1 : job->n_threads > 256 ? 256 : job->n_threads, started = 0;

  pthread_mutex_init (&job->mutex, NULL);
  pthread_cond_init (&job->turn, NULL);
  for (int i = 1; i < n; i++)
    if (pthread_create (&threads[started], NULL, work, job) == 0)
      started++;
  work (job);
  for (int i = 0; i < started; i++)
    pthread_join (threads[i], NULL);
}

static void
print_stats (const Job *job)
{
  double total = (double) job->count * job->width * job->height;

  printf ("class\tid\tpixels %%\tpictures %%\n");
  for (int i = 0; i < SCENE_N_CLASSES; i++)
    printf ("%s\t%d\t%.2f\t%.1f\n", scene_classes[i].name, scene_classes[i].id, 100.0 * (double) job->pixels[scene_classes[i].id] / total,
            100.0 * (double) job->pictures[scene_classes[i].id] / (double) job->count);
}

static int
find_word (const char *word, const char *const *words, int n)
{
  for (int i = 0; i < n; i++)
    if (word != NULL && strcmp (word, words[i]) == 0)
      return i;
  return -1;
}

static int
find_style (const char *name)
{
  for (int i = 0; i < scene_n_styles; i++)
    if (name != NULL && strcmp (name, scene_style_name (i)) == 0)
      return i;
  return -2;
}

static bool
parse_size (const char *text, int *out_width, int *out_height)
{
  int n = text != NULL ? sscanf (text, "%dx%d", out_width, out_height) : 0;

  if (n == 1)
    *out_height = *out_width;
  return n >= 1 && *out_width > 0 && *out_height > 0;
}

static bool
parse (Job *job, int argc, char **argv)
{
  static const char *const formats[] = { "raw", "png" }, *const modes[] = { "natural", "smooth", "polygon", "mixed" };
  static const char *const flags[] = { "--near", "--snow", "--sheet-labels", "--stats" };
  bool has_count = false;

  for (int i = 1; i < argc; i++)
    {
      const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
      int         x = find_word (name, flags, 4);

      if (x >= 0)
        {
          job->wishes |= x == 0 ? SCENE_WISH_NEAR : x == 1 ? SCENE_WISH_SNOW : 0;
          job->sheet_labels |= x == 2;
          if (x == 3)
            job->output = STATS;
          continue;
        }
      if (value == NULL)
        return false;
      i++;
      if (strcmp (name, "--seed") == 0)
        job->seed = strtoull (value, NULL, 10);
      else if (strcmp (name, "--count") == 0)
        {
          job->count = strtoull (value, NULL, 10);
          has_count = true;
        }
      else if (strcmp (name, "--threads") == 0)
        job->n_threads = atoi (value);
      else if (strcmp (name, "--out") == 0)
        job->out = value;
      else if (strcmp (name, "--size") == 0 && parse_size (value, &job->width, &job->height))
        continue;
      else if (strcmp (name, "--format") == 0 && (x = find_word (value, formats, 2)) >= 0)
        job->output = (Output) x;
      else if (strcmp (name, "--labels") == 0 && (x = find_word (value, modes, 4)) >= 0)
        job->labels = (SceneLabels) x;
      else if (strcmp (name, "--style") == 0 && (x = find_style (value)) >= 0)
        job->style = x;
      else if (strcmp (name, "--sheet") == 0 && i + 1 < argc && parse_size (value, &job->columns, &job->rows))
        {
          job->output = SHEET;
          job->out = argv[++i];
        }
      else
        return false;
    }
  if (job->output == SHEET && (!has_count || job->count > (uint64_t) job->columns * job->rows))
    job->count = (uint64_t) job->columns * job->rows;
  return job->width <= 1024 && job->height <= 1024 && job->width >= 16 && job->height >= 16;
}

static bool
begin (Job *job)
{
  if (job->output == RAW)
    job->stream = job->out != NULL ? fopen (job->out, "wb") : stdout;
  if (job->output == SHEET)
    job->sheet = calloc (3, (size_t) job->columns * job->rows * job->width * job->height * (job->sheet_labels ? 2 : 1));
  if (job->output == PNG && job->out == NULL)
    job->out = ".";
  return (job->output != RAW || job->stream != NULL) && (job->output != SHEET || job->sheet != NULL);
}

static bool
end (Job *job)
{
  bool ok = !job->failed;

  if (job->output == RAW)
    ok = fflush (job->stream) == 0 && (job->stream == stdout || fclose (job->stream) == 0) && ok;
  if (job->output == SHEET)
    ok = scene_png_write (job->out, job->sheet, job->columns * job->width * (job->sheet_labels ? 2 : 1), job->rows * job->height, 3) && ok;
  if (job->output == STATS)
    print_stats (job);
  free (job->sheet);
  return ok;
}

int
main (int argc, char **argv)
{
  static Job job = { .count = 1, .width = 256, .height = 256, .style = -1 };

  job.n_threads = (int) sysconf (_SC_NPROCESSORS_ONLN);
  for (int i = 1; i < argc; i++)
    if (strcmp (argv[i], "--help") == 0)
      {
        fputs (help, stdout);
        return 0;
      }
    else if (strcmp (argv[i], "--list-styles") == 0)
      {
        for (int k = 0; k < scene_n_styles; k++)
          puts (scene_style_name (k));
        return 0;
      }
  if (!parse (&job, argc, argv))
    {
      fputs (help, stderr);
      return 2;
    }
  if (!begin (&job))
    {
      fprintf (stderr, "spade-scenes: cannot open %s\n", job.out != NULL ? job.out : "the output");
      return 1;
    }
  run (&job);
  if (!end (&job))
    {
      fprintf (stderr, "spade-scenes: cannot write %s\n", job.out != NULL ? job.out : "the output");
      return 1;
    }
  return 0;
}
