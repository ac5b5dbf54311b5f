// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the real cuDNN has for the convolutions of the COCO-Stuff generator and
// its encoder, on GPUs that are described to it (described-gpu.h): an engine for
// each, ready without compiling, with the bias in it or adding to what is there, on
// tensor cores where numbers have 16 bits. Prints what each GPU gets.

#include <glib.h>

#include "../../cuda/conv.h"
#include "../../cuda/gpu-cuda.h"
#include "described-gpu.h"

static const DescribedGpu gpus[] = {
  { "T4", 750, 40, 65536, 16, 1024, 15.8e9, 1590000, 5001000, 256, 4 << 20 },
  { "A100", 800, 108, 167936, 32, 2048, 85e9, 1410000, 1593000, 5120, 40 << 20 },
  { "RTX 3090", 860, 82, 102400, 16, 1536, 25.4e9, 1695000, 9751000, 384, 6 << 20 },
  { "RTX 4090", 890, 128, 102400, 24, 1536, 25.4e9, 2520000, 10501000, 384, 72 << 20 },
  { "H100", 900, 132, 233472, 32, 2048, 85e9, 1980000, 2619000, 5120, 50 << 20 },
  { "B200", 1000, 148, 233472, 32, 2048, 191e9, 1965000, 3996000, 8192, 126 << 20 },
  { "RTX 5090", 1200, 170, 102400, 24, 1536, 34e9, 2407000, 14001000, 512, 96 << 20 },
};

typedef struct
{
  int side, n_in, n_out, kernel, stride;
} Conv;

// At 256 x 256: the blocks from head_0 to up_3, then the encoder; what has three
// channels on a side is our own kernel's.
static const Conv convs[] = {
  { 8, 1024, 1024, 3, 1 }, { 16, 1024, 1024, 3, 1 },
  { 32, 1024, 512, 3, 1 }, { 32, 512, 512, 3, 1 },  { 32, 1024, 512, 1, 1 },
  { 64, 512, 256, 3, 1 },  { 64, 256, 256, 3, 1 },  { 64, 512, 256, 1, 1 },
  { 128, 256, 128, 3, 1 }, { 128, 128, 128, 3, 1 }, { 128, 256, 128, 1, 1 },
  { 256, 128, 64, 3, 1 },  { 256, 64, 64, 3, 1 },   { 256, 128, 64, 1, 1 },
  { 128, 64, 128, 3, 2 },  { 64, 128, 256, 3, 2 },  { 32, 256, 512, 3, 2 },
  { 16, 512, 512, 3, 2 },
};

void
spade_gpu_products_free (SpadeGpu *gpu)
{
}

// Says whether there is one, and adds its number to the line.
static bool
find_engine (const SpadeGpuConvShape *shape, GString *line)
{
  struct SpadeGpu gpu = { 0 };
  SpadeFailure    failure;
  SpadeGpuConv   *conv;
  SpadeGpuConvEngine engine;

  if (!spade_gpu_conv_new (&gpu, shape, &conv, &failure))
    g_error ("%s", failure.message);
  if (conv == NULL)
    return false;
  engine = spade_gpu_conv_get_engine (conv);
  g_assert_false (engine.is_compiled);
  g_string_append_printf (line, " %d", (int) engine.index);
  if (shape->dtype != SPADE_DTYPE_F32)
    g_assert_true (engine.has_tensor_cores);
  else if (!shape->tf32)
    g_assert_false (engine.has_tensor_cores);
  else if (shape->kernel > 1) // where memory is the limit it does not matter
    g_assert_true (engine.has_tensor_cores);
  spade_gpu_conv_free (conv);
  return true;
}

static void
find_engines (const DescribedGpu *gpu, SpadeDType dtype, bool tf32, int scale)
{
  static const char *const names[] = { [SPADE_DTYPE_F32] = "f32",
                                       [SPADE_DTYPE_F16] = "f16",
                                       [SPADE_DTYPE_BF16] = "bf16" };
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_printf (line, "%s, %s, %d x %d, engines:", gpu->name,
                   tf32 ? "tf32" : names[dtype], 256 * scale, 256 * scale);
  for (gsize i = 0; i < G_N_ELEMENTS (convs); i++)
    {
      int side = convs[i].side * (convs[i].stride == 1 ? scale : 1);
      SpadeGpuConvShape shape = { .height = side, .width = side,
                                  .n_in = convs[i].n_in, .n_out = convs[i].n_out,
                                  .kernel = convs[i].kernel,
                                  .stride = convs[i].stride, .dtype = dtype,
                                  .tf32 = tf32, .has_bias = true };

      if (!find_engine (&shape, line))
        g_error ("%s, %d -> %d, %d x %d: none", line->str, convs[i].n_in,
                 convs[i].n_out, side, side);
      if (convs[i].n_in != convs[i].n_out || convs[i].stride > 1)
        continue;
      shape.has_bias = false; // conv_1, which adds to the shortcut
      shape.adds = true;
      g_string_append_c (line, ' ');
      if (!find_engine (&shape, line))
        g_error ("%s, a sum of %d, %d x %d: none", line->str, convs[i].n_in, side,
                 side);
    }
  g_test_message ("%s", line->str);
}

static void
test_engines (gconstpointer data)
{
  const DescribedGpu *gpu = data;

  if (!described_gpu_use (gpu))
    {
      g_test_skip ("this cuDNN takes no such descriptions of GPUs");
      return;
    }
  for (int scale = 1; scale <= 4; scale *= 4)
    {
      find_engines (gpu, SPADE_DTYPE_F16, false, scale);
      find_engines (gpu, SPADE_DTYPE_F32, false, scale);
      if (gpu->capability >= 800)
        {
          find_engines (gpu, SPADE_DTYPE_BF16, false, scale);
          find_engines (gpu, SPADE_DTYPE_F32, true, scale);
        }
    }
  described_gpu_close ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#ifdef __SANITIZE_ADDRESS__ // its dlopen() looks for them beside itself
  puts ("1..0 # SKIP cuDNN does not find its parts under AddressSanitizer");
  return 0;
#endif
  for (gsize i = 0; i < G_N_ELEMENTS (gpus); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cudnn-engines/%s", gpus[i].name);

      g_test_add_data_func (path, &gpus[i], test_engines);
    }
  return g_test_run ();
}
