# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the other dialogs of the menu by keyboard: New Segmentation
# Map, Map Palette to Classes and Manage Models. Pictures stay in FOLDER.

. "$here/window.sh"

# An imported model to remove, and two colours that name no class.
rm -rf "$XDG_DATA_HOME/gimp-spade" "$folder/saved.gpl"
mkdir -p "$XDG_DATA_HOME/gimp-spade/models"
cp "$folder/vae.safetensors" "$XDG_DATA_HOME/gimp-spade/models/mine.safetensors"
cp "$folder/plain.safetensors" "$XDG_DATA_HOME/gimp-spade/models/other.safetensors"

open_gimp "(gimp-display-new image)
(define (entry image i)
  (gimp-palette-get-entry-name (gimp-image-get-palette image) i))
(define (make-foreign one two)
  (let* ((foreign (gimp-image-new 60 40 INDEXED))
         (layer (gimp-layer-new foreign \"map\" 60 40 INDEXED-IMAGE 100
                                LAYER-MODE-NORMAL)))
    (gimp-image-set-palette foreign (let ((p (gimp-palette-new \"two\")))
      (gimp-palette-add-entry p \"one\" one)
      (gimp-palette-add-entry p \"two\" two) p))
    (gimp-image-insert-layer foreign layer 0 0)
    (gimp-context-set-foreground one)
    (gimp-drawable-fill layer FILL-FOREGROUND)
    (gimp-image-select-rectangle foreign CHANNEL-OP-REPLACE 0 0 30 40)
    (gimp-context-set-foreground two)
    (gimp-drawable-edit-fill layer FILL-FOREGROUND)
    (gimp-selection-none foreign)
    foreign))
(define foreign (make-foreign '(31 95 140) '(46 107 40)))
(define another (make-foreign '(90 90 91) '(245 247 251)))
(define (map-palette name of)
  (plug-in-spade-map-palette #:run-mode RUN-INTERACTIVE #:image of
    #:drawables (gimp-image-get-layers of) #:rewrite TRUE)
  (write-state name (list (entry of 0) (entry of 1)
    (gimp-image-get-parasite-list of))))
(note \"start\")
(define small (plug-in-spade-new-map #:run-mode RUN-INTERACTIVE #:width 96
                                     #:height 64))
(write-state \"new-map\" (list (gimp-image-get-base-type small)
  (gimp-image-get-width small) (gimp-image-get-height small) (entry small 0)))
(map-palette \"map-cancelled\" foreign)
(map-palette \"map-unmapped\" foreign)
(map-palette \"map-accepted\" foreign)
(map-palette \"map-another\" another)
(write-state \"models\" (plug-in-spade-manage-models #:run-mode RUN-INTERACTIVE))"

# meet TITLE NAME: waits for a window, focuses it, and takes a picture.
meet ()
{
  window=
  for _ in $(seq 300); do
    window=$(find_window "$1")
    [ -z "$window" ] || break
    kill -0 $gimp 2>/dev/null || break
    sleep 0.1
  done
  sleep 1
  [ -z "$window" ] || xdotool windowfocus --sync "$window" || true
  shot "$2"
}

# choose_file TITLE NAME: types the path of saved.gpl into a file chooser, which
# takes a slash for the beginning of a place; then back to the dialog, as a
# window manager would.
choose_file ()
{
  dialog=$window
  meet "$1" "$2"
  xdotool key ctrl+a slash
  sleep 1
  xdotool type --delay 30 "${folder#/}/saved.gpl"
  sleep 0.5
  xdotool key Return
  sleep 1
  window=$dialog
  xdotool windowfocus --sync "$window" || true
}

wait_for start
meet 'New Segmentation Map' new-map
xdotool key alt+o
wait_for new-map
meet 'Map Palette to Classes' map-cancelled
xdotool key Escape
wait_for map-cancelled
meet 'Map Palette to Classes' map-unmapped
xdotool key alt+o
sleep 1
still_there=$(find_window 'Map Palette to Classes')
xdotool key Escape
wait_for map-unmapped
meet 'Map Palette to Classes' map-suggested
xdotool key alt+g
sleep 0.5
shot map-accepted
xdotool key alt+v
choose_file 'Save the Class Table' save
xdotool key alt+u # automatic: the table is forgotten
sleep 0.3
xdotool key alt+d
choose_file 'Load a Class Table' load
shot map-loaded
xdotool key alt+o
wait_for map-accepted
meet 'Map Palette to Classes' map-another
xdotool key alt+o
sleep 1
xdotool key Escape
wait_for map-another
meet 'Manage Models' models
xdotool key Down
sleep 0.3
xdotool key alt+d
sleep 0.5
shot models-default
xdotool key alt+r
sleep 1
shot models-question
xdotool key alt+r
sleep 1
shot models-removed
xdotool key alt+i
sleep 1
shot models-import
xdotool key alt+b
sleep 0.5
xdotool key Escape
wait_for models
wait $gimp || true

check "a new map is made by OK" "$(state new-map)" '(2 * * bush)'
check "Escape gives the palette no classes" "$(state map-cancelled)" \
  '(#0 #1 ())'
check "OK is disabled while entries have no class" "$still_there" '?*'
check "a suggestion alone is no class" "$(state map-unmapped)" '(#0 #1 ())'
check "accepted suggestions are the classes" "$(state map-accepted)" \
  '(sea tree *gimp-spade-map*)'
check "which no other image takes over" "$(state map-another)" '(#0 #1 ())'
check "the table is saved as a palette" "$(grep -c 'sea$' "$folder/saved.gpl")" 1
check "a model is removed after the question" "$(state models)" '((mine) mine)'
# Keys that come while a file chooser closes make GTK grumble about itself.
check_no_complaints 'gtk_widget_event: assertion'
echo "1..$n"
