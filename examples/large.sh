#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# large.sh SPADE OUT.jpg: two maps at 2048 pixels, four times what the model is best
# at, rendered at once and built up; docs/images/guide-large.jpg.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
spade=$1 out=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for map in coast:golden-hour valley:clear-noon; do
  for way in at-once --refine; do
    "$spade" synth --map "$here/${map%:*}.png" --style "$here/../styles/${map#*:}.jpg" \
      --size 2048x1536 --roughen-outlines 0.5 ${way#at-once} \
      -o "$scratch/${map%:*}-${way#--}.png"
  done
done
montage "$scratch"/*-at-once.png "$scratch"/*-refine.png -tile 2x -geometry 480x360!+0+0 \
  -quality 86 "$out"
