#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# outlines.sh SPADE OUT.jpg: two maps, as they are drawn and with their outlines
# roughened by half and as much as can be; docs/images/guide-outlines.jpg.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
spade=$1 out=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for map in meadow:clear-noon coast:golden-hour; do
  for amount in 0.0 0.5 1.0; do
    "$spade" synth --map "$here/${map%:*}.png" --style "$here/../styles/${map#*:}.jpg" \
      --roughen-outlines $amount -o "$scratch/${map%:*}-$amount.png"
  done
done
montage "$scratch"/meadow-*.png "$scratch"/coast-*.png -tile 3x -geometry 320x240!+0+0 \
  -quality 86 "$out"
