#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# sheet.sh SPADE OUT.jpg [SIDE]: every map of this folder, and what the default
# model makes of it in three of the shipped styles; docs/images/model-examples.jpg.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
spade=$1 out=$2 side=${3:-200}
height=$((side * 3 / 4))
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for map in "$here"/*.png; do
  name=$(basename "$map" .png)
  for style in clear-noon sunset mist; do
    "$spade" synth --map "$map" --size map --style "$here/../styles/$style.jpg" \
      -o "$scratch/$style.png"
    convert "$scratch/$style.png" -resize "${side}x$height!" "$scratch/$style.png"
  done
  convert "$map" -filter point -resize "${side}x$height!" "$scratch/map.png"
  convert "$scratch/map.png" "$scratch/clear-noon.png" "$scratch/sunset.png" \
    "$scratch/mist.png" +append "$scratch/row-$name.png"
done
# Two maps a row.
montage "$scratch"/row-*.png -tile 2x -geometry +0+0 -quality 88 "$out"
