# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the picture as a layer effect, in a script, in a file, by the
# dialog and under the brush. Pictures of the canvas stay in FOLDER.

. "$here/window.sh"

# (visible IMAGE): a pixel of what is seen; (add LAYER SEED): the effect, by a script.
open_gimp "(define (visible image)
  (gimp-drawable-get-pixel (gimp-layer-new-from-visible image image \"seen\") 100 40))
(define (add layer seed)
  (let ((filter (gimp-drawable-filter-new layer \"spade:picture\" \"\")))
    (gimp-drawable-filter-configure filter LAYER-MODE-REPLACE 1.0
      \"model\" \"$folder/vae.safetensors\" \"style\" \"random\" \"seed\" seed)
    (gimp-drawable-append-filter layer filter)
    filter))
(define painted (gimp-file-load RUN-NONINTERACTIVE \"$root/examples/lake.png\"))
(gimp-image-convert-rgb painted)
(define layer (vector-ref (gimp-image-get-layers painted) 0))
(define map-pixel (gimp-drawable-get-pixel layer 100 40))
(define filter (add layer 3))
(define picture-pixel (visible painted))
(write-state \"script\" (list (equal? (gimp-drawable-get-pixel layer 100 40) map-pixel)
                              (equal? picture-pixel map-pixel)))
(gimp-xcf-save 0 painted \"$folder/effect.xcf\")
(gimp-image-delete painted)
(define loaded (gimp-file-load RUN-NONINTERACTIVE \"$folder/effect.xcf\"))
(set! layer (vector-ref (gimp-image-get-layers loaded) 0))
(define kept (vector-ref (gimp-drawable-get-filters layer) 0))
(write-state \"file\" (list (gimp-drawable-filter-get-operation-name kept)
                            (equal? (visible loaded) picture-pixel)))
(gimp-drawable-merge-filters layer)
(write-state \"merged\" (list (vector-length (gimp-drawable-get-filters layer))
                              (equal? (append (gimp-drawable-get-pixel layer 100 40) '(255))
                                      picture-pixel)))
(gimp-image-delete loaded)
(define new (plug-in-spade-new-map #:run-mode RUN-NONINTERACTIVE #:classes \"ade20k\"
  #:effect TRUE))
(define new-layer (vector-ref (gimp-image-get-layers new) 0))
(write-state \"new\" (list (gimp-image-get-base-type new)
                           (vector-length (gimp-drawable-get-filters new-layer))))
(gimp-image-delete new)
(gimp-context-set-foreground '(123 200 0))
(gimp-display-new image)
(note \"shown\")
(dialog \"accepted\" #:model \"$folder/vae.safetensors\" #:output \"effect\")
(write-state \"effects\" (map gimp-drawable-filter-get-operation-name
  (vector->list (gimp-drawable-get-filters (vector-ref (gimp-image-get-layers image) 0)))))" stay

# canvas NAME: a picture of what is painted on.
canvas ()
{
  import -window "$window" -crop 280x300+230+130 +repage "$folder/screen-$1.png" || true
}

press () { xdotool windowfocus --sync "$window" key "$1" || true; }

# look NAME PATTERN: pictures of the canvas, until the number of pixels that differ from
# those of "before" matches.
look ()
{
  for _ in $(seq 40); do
    sleep 0.5
    canvas "$1"
    case $(differ before "$1") in $2) return ;; esac
  done
}

# Waits until the canvas has more colours than the map, and shows them twice.
look_before ()
{
  for _ in $(seq 40); do
    canvas before
    sleep 1
    canvas again
    [ "$(identify -format %k "$folder/screen-before.png")" -lt 100 ] ||
      [ "$(differ before again)" != 0 ] || return 0
  done
}

wait_for shown
meet_dialog dialog
xdotool key alt+o
wait_for effects
window=
for _ in $(seq 100); do
  window=$(find_window '1 layer')
  [ -z "$window" ] || break
  sleep 0.2
done
look_before
press ctrl+comma # fills the layer
look filled '[1-9]*'
press ctrl+z
look undone 0
press n
sleep 1
xdotool mousemove 300 250 mousedown 1
for x in $(seq 300 4 400); do
  xdotool mousemove "$x" 250 sleep 0.05
done
xdotool mousemove 1 1 # away with the brush's outline; the button is still down
look stroke '[1-9]*'
xdotool mouseup 1
kill $gimp
wait $gimp || true

check "a script puts the picture over the map, which stays" "$(state script)" '(#t #f)'
check "the effect is in the file, and the picture the same" \
  "$(state file)" '(spade:picture #t)'
check "merged, the layer is the picture" "$(state merged)" '(0 #t)'
check "a new map has its picture on demand" "$(state new)" '(2 1)'
check "the dialog adds no layer, and the image stays indexed" "$(state accepted)" '(2 1 *)'
check "but the effect" "$(state effects)" '(spade:picture)'
check "the canvas of an indexed map shows the picture" \
  "$(identify -format %k "$folder/screen-before.png")" '[0-9][0-9][0-9]*'
check "which follows what is painted" "$(differ before filled)" '[1-9]*'
check "and its undo" "$(differ before undone)" 0
check "and a stroke before it ends" "$(differ before stroke)" '[1-9]*'
check_no_complaints
echo "1..$n"
