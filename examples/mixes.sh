#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# mixes.sh SPADE OUT.jpg: a map in mixtures of two styles, the second of which counts
# more from left to right; docs/images/guide-mixes.jpg.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
spade=$1 out=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

row=0
for pair in clear-noon:sunset clear-noon:mist autumn:clear-noon; do
  row=$((row + 1))
  for mix in 0.00 0.25 0.50 0.75 1.00; do
    "$spade" synth --map "$here/lake.png" --style "$here/../styles/${pair%:*}.jpg" \
      --mix-style "$here/../styles/${pair#*:}.jpg" --mix $mix \
      -o "$scratch/$row-$mix.png"
  done
done
montage "$scratch"/*.png -tile 5x -geometry 192x144!+0+0 -quality 86 "$out"
