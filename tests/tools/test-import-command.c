// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// From a public checkpoint to a picture by commands alone: every golden case
// that is one is imported, rendered from PNGs of its maps, and compared with
// what the PyTorch reference made of the same weights (tests/reference/).

#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "command.h"
#include "picture-file.h"
#include "png-form.h"
#include "safetensors.h"
#include "scratch.h"
#include "tolerances.h"

typedef struct
{
  const char       *name;
  SpadeSafetensors *file;
} Case;

static const char *
get_key (const Case *this,
         const char *key)
{
  const char *value = spade_safetensors_get_metadata (this->file, key);

  g_assert_nonnull (value);
  return value;
}

static char *
golden_path (const char *name,
             const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_test_build_filename (G_TEST_DIST, "data", "golden", file, NULL);
}

// Writes a tensor of one number per pixel as a grey PNG.
static gboolean
write_grey (const Case *this,
            const char *tensor_name,
            const char *png_name)
{
  const SpadeTensor *tensor = spade_safetensors_get (this->file, tensor_name);
  g_autofree char   *path = scratch_path (png_name);
  PngForm            form = { .type = PNG_COLOR_TYPE_GRAY };

  if (tensor == NULL)
    return FALSE;
  g_assert_cmpint (tensor->n_dims, ==, 2);
  form.bits = tensor->dtype == SPADE_DTYPE_U16 ? 16 : 8;
  form.height = (int) tensor->shape[0];
  form.width = (int) tensor->shape[1];
  form.samples = tensor->data;
  png_form_write (&form, path);
  return TRUE;
}

// The call of `spade import` that the case's metadata ask for.
static char *
import_line (const Case *this)
{
  GString         *line = g_string_new ("import ");
  g_autofree char *generator = golden_path (this->name, ".pth");
  g_autofree char *encoder = golden_path (this->name, "-encoder.pth");
  gboolean         is_coco = strcmp (get_key (this, "case.classes"), "182") == 0;

  g_string_append_printf (line, "'%s' --upsampling %s --crop-size %s "
                          "--aspect %s -o m.safetensors", generator,
                          get_key (this, "case.upsampling"),
                          get_key (this, "case.crop_size"),
                          get_key (this, "case.aspect"));
  if (g_file_test (encoder, G_FILE_TEST_EXISTS))
    g_string_append_printf (line, " --encoder '%s'", encoder);
  if (!is_coco)
    g_string_append (line, " --class-set=");
  if (!is_coco && strcmp (get_key (this, "case.edge"), "true") == 0)
    g_string_append (line, " --edge");
  if (!is_coco && strcmp (get_key (this, "case.unlabeled"), "true") == 0)
    g_string_append (line, " --unlabeled");
  return g_string_free (line, FALSE);
}

static char *
synth_line (const Case *this)
{
  const SpadeTensor *segmap = spade_safetensors_get (this->file, "segmap");
  const SpadeTensor *z = spade_safetensors_get (this->file, "z");
  GString           *line = g_string_new ("synth --model m.safetensors "
                                          "--map map.png --precision f32 "
                                          "-o out.f32");

  g_string_append_printf (line, " --size %dx%d", (int) segmap->shape[1],
                          (int) segmap->shape[0]);
  if (write_grey (this, "instances", "instances.png"))
    g_string_append (line, " --instances instances.png");
  if (z != NULL)
    {
      g_free (scratch_write ("z.f32", z->data,
                             (gsize) spade_tensor_n_elements (z) * 4));
      g_string_append (line, " --latent z.f32");
    }
  return g_string_free (line, FALSE);
}

static void
compare_output (const Case *this)
{
  const SpadeTensor *output = spade_safetensors_get (this->file, "output");
  gsize              n = (gsize) spade_tensor_n_elements (output);
  gsize              size;
  g_autofree char   *bytes = command_read ("out.f32", &size);
  double             sum = 0, max = 0;

  g_assert_cmpint (size, ==, n * sizeof (float));
  for (gsize i = 0; i < n; i++)
    {
      float expected, found;

      spade_tensor_read (output, (int64_t) i, 1, &expected);
      memcpy (&found, bytes + 4 * i, sizeof found);
      g_assert_true (isfinite (found));
      sum += fabs (expected - found);
      max = fmax (max, fabs (expected - found));
    }
  g_test_message ("%s: max %.2g, mean %.2g", this->name, max, sum / n);
  g_assert_cmpfloat (max, <=, SPADE_TOLERANCE_PYTORCH_MAX);
  g_assert_cmpfloat (sum / n, <=, SPADE_TOLERANCE_PYTORCH_MEAN);
}

static void
compare_vector (const Case *this,
                JsonObject *object,
                const char *key)
{
  const SpadeTensor *tensor = spade_safetensors_get (this->file, key);
  JsonArray         *array = json_object_get_array_member (object, key);
  int                n = (int) spade_tensor_n_elements (tensor);
  double             max = 0, scale = 0;

  g_assert_cmpint (json_array_get_length (array), ==, n);
  for (int i = 0; i < n; i++)
    {
      float expected;

      spade_tensor_read (tensor, i, 1, &expected);
      scale = fmax (scale, fabs (expected));
      max = fmax (max, fabs (expected
                             - json_array_get_double_element (array, i)));
    }
  g_test_message ("%s %s: max %.2g of %.2g", this->name, key, max, scale);
  g_assert_cmpfloat (max, <=, SPADE_TOLERANCE_ENCODER * scale);
}

static void
compare_style (const Case *this)
{
  const SpadeTensor *style = spade_safetensors_get (this->file, "style");
  g_autofree char   *path = scratch_path ("style.png");
  PngForm form = { .type = PNG_COLOR_TYPE_RGB, .bits = 8 };

  if (style == NULL)
    return;
  form.height = (int) style->shape[0];
  form.width = (int) style->shape[1];
  form.samples = style->data;
  png_form_write (&form, path);

  g_auto (Said)          said = command_run ("encode --model m.safetensors "
                                             "--precision f32 style.png");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject            *object;

  g_assert_cmpint (said.status, ==, 0);
  g_assert_true (json_parser_load_from_data (parser, said.out, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  compare_vector (this, object, "mu");
  compare_vector (this, object, "logvar");
}

static void
test_golden (gconstpointer data)
{
  Case               this = { .name = data };
  g_autofree char   *path = golden_path (this.name, ".safetensors");
  g_autoptr (GError) error = NULL;
  g_autofree char   *import = NULL;
  g_autofree char   *synth = NULL;

  this.file = spade_safetensors_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (write_grey (&this, "segmap", "map.png"));
  import = import_line (&this);
  synth = synth_line (&this);
  command_do (import);
  command_do (synth);
  compare_output (&this);
  compare_style (&this);
  spade_safetensors_free (this.file);
}

static void
test_bad_usage (void)
{
  command_fails ("import -o o.safetensors", 2, "One generator");
  command_fails ("import g.pth", 2, "-o MODEL.safetensors is missing");
  command_fails ("import g.pth --dtype f64 -o o.safetensors", 2,
                 "--dtype must be");
  command_fails ("import g.pth --crop-size 0 -o o.safetensors", 2,
                 "--crop-size must be");
  command_fails ("import g.pth --aspect -1 -o o.safetensors", 2,
                 "--aspect must be");
  command_fails ("import g.pth --aspect 0 -o o.safetensors", 2,
                 "--aspect must be a number from 0.1 to 10, not \"0\"");
  command_fails ("import g.pth --upsampling all -o o.safetensors", 2,
                 "--upsampling must be");
  g_assert_false (command_exists ("o.safetensors"));
}

// Imports a golden with some options and checks what is said on stderr.
static void
check_said (const char *golden,
            const char *options,
            const char *said)
{
  g_autofree char *path = golden_path (golden, ".pth");
  g_autofree char *line = g_strdup_printf ("import '%s' %s -o said.safetensors",
                                           path, options);
  g_auto (Said)    run = command_run (line);

  g_assert_cmpint (run.status, ==, 0);
  g_assert_cmpstr (run.out, ==, "");
  g_assert_cmpstr (run.err, ==, said);
}

// What neither the weights nor the options told, in one line.
static void
test_taken_for (void)
{
  check_said ("normal-syncbatch", "",
              "spade: Taken for 5 classes without names, upsampling normal, "
              "trained at 256 x 256. If that is wrong, say --unlabeled, --edge, "
              "--upsampling, --crop-size or --aspect.\n");
  check_said ("normal-syncbatch", "--edge --aspect 2",
              "spade: Taken for 4 classes without names, edges, upsampling "
              "normal, trained at 256 x 128. If that is wrong, say --unlabeled, "
              "--upsampling or --crop-size.\n");
  check_said ("coco-stuff-f16", "",
              "spade: Taken for 182 classes of coco-stuff, unlabeled, edges, "
              "upsampling normal, trained at 256 x 256. If that is wrong, say "
              "--upsampling, --crop-size or --aspect.\n");
  check_said ("normal-syncbatch", "--class-set= --upsampling normal "
              "--crop-size 64 --aspect 1", "");
}

// 255 is unlabeled in every data set's maps; what a model lacks for it can be
// what an import was not told.
static void
test_unlabeled (void)
{
  guint8           pixels[64 * 64];
  g_autofree char *path = scratch_path ("map.png");
  g_autofree char *golden = golden_path ("normal-syncbatch", ".pth");
  g_autofree char *import = g_strdup_printf ("import '%s' -o m.safetensors",
                                             golden);
  g_autofree char *again = g_strdup_printf ("import '%s' --unlabeled "
                                            "-o m.safetensors", golden);
  const char *synth = "synth --model m.safetensors --map map.png "
                      "--classes index --size 64x64 -o o.png";
  PngForm     form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8, .height = 64,
                       .width = 64, .samples = pixels };

  memset (pixels, 255, sizeof pixels);
  png_form_write (&form, path);
  command_do (import);
  command_fails (synth, 1, "import its checkpoint again with --unlabeled");
  command_do (again);
  command_do (synth);
}

// Classes of a palette's names: a map in its colours is the map of their numbers.
static void
test_palette (void)
{
  const char *gpl = "GIMP Palette\n#\n0 0 0 Background\n200 0 0 skin\n"
                    "0 0 200 hair\n0 200 0 left eye\n9 9 9 hat\n";
  guint8           ids[64 * 64], pixels[64 * 64 * 3];
  g_autofree char *palette = scratch_write ("face.gpl", gpl, strlen (gpl));
  g_autofree char *numbers = scratch_path ("map.png");
  g_autofree char *colours = scratch_path ("colours.png");
  g_autofree char *golden = golden_path ("normal-syncbatch", ".pth");
  g_autofree char *import = g_strdup_printf (
    "import '%s' --class-set face.gpl -o m.safetensors", golden);
  const guint8     rgb[5][3] = { { 0 }, { 200 }, { 0, 0, 200 }, { 0, 200 },
                                 { 9, 9, 9 } };
  PngForm form = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8, .height = 64,
                   .width = 64, .samples = ids };
  g_autofree char *one = scratch_path ("one.png");
  g_autofree char *other = scratch_path ("other.png");
  g_autofree char *data = NULL, *other_data = NULL;
  gsize            n, other_n;
  g_auto (Said)    classes = { 0 };

  for (int i = 0; i < 64 * 64; i++)
    {
      ids[i] = (guint8) (i / 16 % 5);
      memcpy (pixels + 3 * i, rgb[ids[i]], 3);
    }
  png_form_write (&form, numbers);
  form.type = PNG_COLOR_TYPE_RGB;
  form.samples = pixels;
  png_form_write (&form, colours);
  command_do (import);
  classes = command_run ("classes --model m.safetensors eye");
  g_assert_cmpstr (classes.out, ==, "  3  #00c800  left eye\n");
  command_do ("synth --model m.safetensors --map map.png --size 64x64 -o one.png");
  command_do ("synth --model m.safetensors --map colours.png --size 64x64 "
              "-o other.png");
  g_assert_true (g_file_get_contents (one, &data, &n, NULL));
  g_assert_true (g_file_get_contents (other, &other_data, &other_n, NULL));
  g_assert_cmpmem (data, n, other_data, other_n);
}

static void
test_bad_input (void)
{
  g_autofree char *golden = golden_path ("normal-syncbatch", ".pth");
  g_autofree char *set = g_strdup_printf ("import '%s' --class-set ade20k "
                                          "-o o.safetensors", golden);
  g_autofree char *place = g_strdup_printf ("import '%s' -o none/o", golden);

  g_free (scratch_write ("text.pth", "no checkpoint", 13));
  command_fails ("import none.pth -o o.safetensors", 1, "none.pth");
  command_fails ("import text.pth -o o.safetensors", 1, "text.pth");
  command_fails (set, 1, "(unlabeled is one of them, with edges 152)");
  command_fails (place, 1, "none/o");
  g_assert_false (command_exists ("o.safetensors"));
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char  *folder = NULL;
  g_autoptr (GDir)  dir = NULL;
  const char       *file;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  int               status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/bad-usage-is-2", test_bad_usage);
  g_test_add_func ("/import/bad-input-is-1-and-leaves-nothing",
                   test_bad_input);
  g_test_add_func ("/import/says-what-a-checkpoint-is-taken-for",
                   test_taken_for);
  g_test_add_func ("/import/takes-classes-of-a-palette", test_palette);
  g_test_add_func ("/import/can-be-told-of-unlabeled-pixels", test_unlabeled);
  folder = g_test_build_filename (G_TEST_DIST, "data", "golden", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((file = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (file, ".safetensors"))
      {
        char            *name = g_strndup (file, strlen (file)
                                           - strlen (".safetensors"));
        g_autofree char *test = g_strdup_printf (
          "/import/%s-is-what-pytorch-makes", name);
        g_autofree char *checkpoint = golden_path (name, ".pth");

        g_ptr_array_add (names, name);
        if (g_file_test (checkpoint, G_FILE_TEST_EXISTS)) // else it is a model
          g_test_add_data_func (test, name, test_golden);
      }
  g_assert_cmpint (names->len, >, 0);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
