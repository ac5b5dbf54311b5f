// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "dialog-follow.h"

#include <glib/gi18n.h>

#include "dialog-settings.h"
#include "map-picture.h"

#define MAP_SIDE 1024

void
spade_dialog_follow_model (const SpadeDialogWidgets *widgets,
                           const SpadeDialogSource  *source)
{
  const SpadeConfig *config = spade_model_get_config (source->model);
  const char        *no_seed;

  no_seed = config->z_dim > 0 || config->has_noise ? NULL :
    _("This model makes one picture of a map: seeds and styles change nothing.");
  spade_class_table_view_set_known (widgets->classes, config->knows);
  spade_style_picker_set_style_reason (
    widgets->picker, config->encoder_nf > 0 ? NULL :
    _("This model has no style encoder: choose by seed."));
  spade_style_picker_set_seed_reason (widgets->picker, no_seed);
  spade_variations_grid_set_reason (widgets->variations, no_seed);
}

void
spade_dialog_follow_palette (const SpadeDialogWidgets *widgets,
                             const SpadeDialogSource  *source)
{
  const SpadePaletteUse *use = source->use;
  const SpadeConfig     *config = spade_model_get_config (source->model);
  g_autofree char       *recalled = NULL;

  recalled = spade_palette_use_recall (use, config->class_set);
  spade_class_table_view_set_remembered (widgets->classes, recalled);
  spade_class_table_view_set_palette (widgets->classes, config->class_set,
                                      config->n_classes, use->entries,
                                      use->n_entries, use->pixels);
}

static void
show_sizes (const SpadeDialogWidgets *widgets,
            const SpadeDialogSource  *source)
{
  const SpadeModel *model = source->model;
  const SpadeMap   *map = source->map;
  SpadeSizes        sizes = { 0 };

  spade_model_fit_size (model, SPADE_SIZE_AUTO, map->height, map->width,
                        &sizes.auto_height, &sizes.auto_width);
  spade_model_fit_size (model, SPADE_SIZE_NATIVE, map->height, map->width,
                        &sizes.native_height, &sizes.native_width);
  spade_model_fit_size (model, SPADE_SIZE_MAP, map->height, map->width,
                        &sizes.map_height, &sizes.map_width);
  sizes.layer_height = map->height;
  sizes.layer_width = map->width;
  sizes.step = spade_model_get_granularity (model);
  spade_dialog_settings_set_sizes (widgets->settings, &sizes);
}

void
spade_dialog_follow_map (const SpadeDialogWidgets *widgets,
                         const SpadeDialogSource  *source)
{
  g_autoptr (GdkPixbuf) picture = NULL;
  const SpadeMap       *map = source->map;

  show_sizes (widgets, source);
  spade_dialog_settings_set_notice (widgets->settings, "nearest",
                                    source->replaced);
  picture = spade_map_picture_new (
    map, spade_model_get_config (source->model)->class_set, MAP_SIDE);
  spade_preview_pane_set_map (widgets->pane, picture);
  spade_variations_grid_set_aspect (widgets->variations,
                                    (double) map->width / map->height);
}
