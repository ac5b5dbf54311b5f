# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by ./dev: renders an example map in a shipped style through GIMP in
# batch into demo.png and says how long each phase took.

# Sets $model and $style: what ships, or an untrained model made here once.
demo_model ()
{
  model=$TOP/models/landscape.safetensors style=$TOP/styles/$style.jpg
  [ ! -f "$model" ] || return 0
  style=
  model=$BUILD/untrained.safetensors
  say "dev: no trained model ships yet; using untrained weights, so the picture shows only shapes."
  if [ ! -f "$model" ]; then
    [ -x "$BUILD/tools/spade" ] || die "the spade command was not built; see ./dev build."
    "$BUILD/tools/spade" untrained --like coco-stuff --ngf 32 --seed 3 \
      -o "$model" >&2 || die "the untrained model could not be made."
  fi
}

# Gives the seconds since $1, an $EPOCHREALTIME.
since () { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'; }

demo ()
{
  local map=$TOP/examples/${1:-lake}.png style=${2:-sunset} model
  local picture=$TOP/demo.png log start built phase seconds rest
  [ -f "$map" ] || die "there is no example ${1:-lake}; see examples/."
  [ -f "$TOP/styles/$style.jpg" ] || die "there is no style $style; see styles/."

  start=$EPOCHREALTIME
  build_quietly
  [ -x "$BUILD/plugin/gimp-spade/gimp-spade" ] || die "the plug-in was not built; see ./dev build."
  demo_model
  built=$(since $start)

  write_gimprc
  log=$(mktemp)
  start=$EPOCHREALTIME
  SPADE_TIMES=1 gimp-console-3 -i -f --system-gimprc "$PROFILE/gimp-spade-gimprc" \
    --batch-interpreter plug-in-script-fu-eval \
    -b "(load \"$TOP/examples/synthesize.scm\")
        (synthesize-file \"$map\" \"$picture.part.png\" \"$model\" \"$style\" 1)" \
    --quit >"$log" 2>&1 </dev/null ||
    { cat "$log" >&2; rm -f "$log" "$picture.part.png"; die "GIMP could not render the map."; }
  rest=$(since $start)
  mv "$picture.part.png" "$picture"

  printf '%-12s %8s s\n' set-up "${SPADE_DEV_SETUP:-0.00}" build "$built"
  while read -r _ phase seconds; do
    rest=$(awk -v a="$rest" -v b="$seconds" 'BEGIN { printf "%.2f", a - b }')
    printf '%-12s %8.2f s\n' "$phase" "$seconds"
  done < <(grep '^spade-time ' "$log")
  printf '%-12s %8s s   (its start, and the two files)\n' GIMP "$rest"
  rm -f "$log"
  echo "$picture"
}
