// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Trees, bushes, plants and boulders: where they stand and in which order they are drawn.

#include "scene.h"
void scene_sprites_place (const Scene *s, SceneFrame *f){(void)s;(void)f;}
void scene_sprites_shadow (const Scene *s, SceneFrame *f){(void)s;(void)f;}
void scene_sprites_draw (const Scene *s, const SceneLight *l, SceneFrame *f){(void)s;(void)l;(void)f;}
