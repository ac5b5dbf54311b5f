# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: no test, but the pictures of docs/user-guide.md, of the
# real GIMP with the model and the styles that ship. `meson compile
# guide-pictures` leaves them as screen-*.png and *.jpg in FOLDER.

. "$here/window.sh"

export SPADE_MODEL_PATH=$root/models SPADE_STYLE_PATH=$root/styles
rm -rf "$XDG_DATA_HOME/gimp-spade"
ln -sfn "$GIMP_PLUGINS/file-jpeg" "$folder/gimp/file-jpeg" # for the styles
# The palettes, as an installation has them.
printf '(palette-path "${gimp_dir}/palettes:%s:${gimp_data_dir}/palettes")\n' "$root/palettes" \
  >>"$folder/gimprc"

# shot NAME: the window as the guide shows it. With more arguments, the screen
# (menus are windows of their own), made smaller by them.
shot ()
{
  if [ $# -gt 1 ]; then
    import -window root "${@:2}" +repage "$folder/screen-$1.png"
  else
    import -window "$window" "$folder/screen-$1.png"
  fi
  convert "$folder/screen-$1.png" -quality 82 "$folder/$1.jpg"
}

press ()
{
  for key in "$@"; do
    xdotool key "$key"
    sleep 1
  done
}

# drag X Y ...: the mouse, pressed, from point to point of the screen.
drag ()
{
  local down="mousedown 1"
  while [ $# -gt 1 ]; do
    xdotool mousemove "$1" "$2" $down sleep 0.03
    down=
    shift 2
  done
  xdotool mouseup 1
}

# wait_window TITLE: until it is there, as $window.
wait_window ()
{
  window=
  for _ in $(seq 600); do
    window=$(find_window "$1")
    [ -z "$window" ] || return 0
    kill -0 $gimp 2>/dev/null || break
    sleep 0.1
  done
  echo "there is no window \"$1\"" >&2
  exit 1
}

# meet TITLE NAME SECONDS: waits for a window and takes its picture.
meet ()
{
  wait_window "$1"
  xdotool windowfocus --sync "$window" || true
  sleep "$3"
  shot "$2"
}

open_gimp "(define (map-dialog name) (plug-in-spade-map-palette
  #:run-mode RUN-INTERACTIVE #:image foreign
  #:drawables (gimp-image-get-layers foreign)) (write-state name 1))
(define foreign (gimp-image-new 60 40 INDEXED))
(gimp-image-set-palette foreign (let ((p (gimp-palette-new \"mine\")))
  (gimp-palette-add-entry p \"ocean\" '(31 95 140))
  (gimp-palette-add-entry p \"forest green\" '(46 107 40))
  (gimp-palette-add-entry p \"Trees\" '(90 60 30))
  (gimp-palette-add-entry p \"sky\" '(150 200 240)) p))
(define map-layer (gimp-layer-new foreign \"map\" 60 40 INDEXED-IMAGE 100 LAYER-MODE-NORMAL))
(gimp-image-insert-layer foreign map-layer 0 0)
(define (band colour y height)
  (gimp-image-select-rectangle foreign CHANNEL-OP-REPLACE 0 y 60 height)
  (gimp-context-set-foreground colour)
  (gimp-drawable-edit-fill map-layer FILL-FOREGROUND))
(band '(150 200 240) 0 16)
(band '(46 107 40) 16 6)
(band '(90 60 30) 22 8)
(band '(31 95 140) 30 10)
(gimp-selection-none foreign)
(gimp-display-new image)
(gimp-context-set-brush-size 20.0)
(gimp-context-set-palette (gimp-palette-get-by-name \"GauGAN Beta\"))
(note \"start\")
(plug-in-spade-new-map #:run-mode RUN-INTERACTIVE #:width 512 #:height 384)
(note \"new\")
(plug-in-spade-synthesize #:run-mode RUN-INTERACTIVE #:image image
  #:drawables (gimp-image-get-layers image)
  #:style \"$root/styles/golden-hour.jpg\" #:seed 7)
(note \"synthesized\")
(map-dialog \"mapped\")
(plug-in-spade-manage-models #:run-mode RUN-INTERACTIVE)
(note \"managed\")
(plug-in-spade-synthesize #:run-mode RUN-INTERACTIVE #:image foreign
  #:drawables (gimp-image-get-layers foreign))
(note \"end\")"

wait_for start
meet 'New Segmentation Map' guide-new-map 1
dialog=$window
xdotool windowmove "$dialog" 1200 1000
wait_window "1 layer"
main=$window
xdotool windowsize "$main" 1020 680 windowfocus --sync "$main"
sleep 3
press n # the pencil
run_action "$main" 'palette editor'
sleep 3
xdotool mousemove --window "$main" 812 203 click 1 # its first color
sleep 1
xdotool mousemove 2300 1500 # else a tooltip is in the way
sleep 1
shot guide-palette
xdotool windowfocus --sync "$main"
press alt+r r Up Right # Filters > Render > SPADE
shot guide-menu -crop 1020x680+0+0
press Escape Escape Escape Escape
window=$dialog
xdotool windowfocus --sync "$dialog" key Escape
wait_for new
meet 'Synthesize from Map' guide-style 8
dialog=$window
press alt+x # the styles to mix with
shot guide-mix
press Escape
xdotool windowmove "$dialog" 1030 20
xdotool mousemove 952 228 click 1 # the palette's color of trees
sleep 1
drag 340 440 340 330 # a trunk, and a crown around it
drag $(awk 'BEGIN { for (k = 0; k < 100; k++) { a = k * 0.3; r = 6 + k * 0.38
    printf "%d %d ", 340 + r * cos(a), 300 + 0.85 * r * sin(a) } }')
sleep 2
shot guide-live -crop 1940x680+0+0 -resize 60%
xdotool windowfocus --sync "$main"
press ctrl+z ctrl+z
sleep 3
window=$dialog
xdotool windowfocus --sync "$window"
press alt+e Tab ctrl+Next # from the seed to the next page
shot guide-classes
press Tab ctrl+Next
sleep 5
shot guide-variations
press Tab ctrl+Next
shot guide-settings
press Tab ctrl+Next Right Right Right Return
shot guide-paint
press alt+o
wait_for synthesized
meet 'Map Palette to Classes' guide-map-palette 1
xdotool windowmove "$window" 1200 1000
dialog=$window
window=$main
sleep 3
shot guide-result
xdotool windowfocus --sync "$dialog"
press Escape
wait_for mapped
meet 'Manage Models' guide-models 1
press alt+i
shot guide-import
press alt+b Escape
wait_for managed
meet 'Synthesize from Map' guide-message 4
press alt+e Tab ctrl+Next # its colours mean nothing
shot guide-message
press Escape
wait_for end
wait $gimp || true

open_gimp "(gimp-context-set-palette (gimp-palette-get-by-name \"GauGAN Beta\"))
(gimp-display-new image)
(note \"effect\")" stay
wait_for effect
wait_window '1 layer'
main=$window
xdotool windowsize "$main" 1020 680 windowfocus --sync "$main"
sleep 3
run_action "$main" 'spade picture'
wait_window 'SPADE Picture'
xdotool windowmove "$window" 1030 20
sleep 5
shot guide-effect -crop 1400x680+0+0 -resize 70%
kill $gimp
ls "$folder"/guide-*.jpg
