# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: undo is not in GIMP's procedure database, so this opens a
# real window on a screen of its own and presses Ctrl+Z once.

. "$here/window.sh"

# Notes the state when the picture is there, and after its first change; then what is
# left of the classes, and whether a render goes by them.
open_gimp "(gimp-display-new image)
(plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE #:image image
  #:drawables (gimp-image-get-layers image)
  #:classes \"0=sea\" #:model \"$folder/plain.safetensors\" #:device \"ref\")
(gimp-displays-flush)
(define synthesized (vector-length (gimp-image-get-layers image)))
(note \"ready\")
(define (wait n changed?)
  (if (and (> n 0) (not (changed?))) (wait (- n 1) changed?)))
(wait 40000 (lambda ()
  (not (equal? (vector-length (gimp-image-get-layers image)) synthesized))))
(note \"undone\")
(define (record) (caddr (gimp-image-get-parasite image \"gimp-spade-map\")))
(write-state \"classes\" (record))
(plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE #:image image
  #:drawables (gimp-image-get-layers image)
  #:model \"$folder/plain.safetensors\" #:device \"ref\")
(write-state \"again\" (record))
(define layers (gimp-image-get-layers image))
(define (pixel) (gimp-drawable-get-pixel (vector-ref layers 0) 20 20))
(define old (pixel))
(define (look) (list (equal? (pixel) old) (gimp-item-get-visible (vector-ref layers 0))))
(gimp-item-set-visible (vector-ref layers 0) FALSE)
(plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE #:image image
  #:drawables (vector (vector-ref layers 1)) #:classes \"13=sea\"
  #:model \"$folder/plain.safetensors\" #:device \"ref\" #:output \"update\")
(gimp-displays-flush)
(define seen (list (look)))
(write-state \"updated\" (append (look) (list (vector-length layers))))
(wait 40000 (lambda ()
  (let ((now (look)))
    (if (and (not (equal? now (car seen))) (equal? now (look))) ; not half undone
        (set! seen (cons now seen)))
    (car now))))
(write-state \"restored\" (list seen (vector-length (gimp-image-get-layers image))))"

# undo_until STATE: presses Ctrl+Z until the script has seen what it does.
undo_until ()
{
  for _ in 1 2 3 4 5 6 7 8; do
    [ -z "$(state "$1")" ] || break
    sleep 0.7
    window=$(find_window '2 layers')
    [ -z "$window" ] || xdotool windowfocus --sync "$window" key ctrl+z || true
  done
}

wait_for ready
undo_until undone
wait_for updated
undo_until restored
wait $gimp || true

check "the image is RGB with two layers" "$(state ready)" '(0 2 *)'
check "one undo gives the indexed image of one layer" "$(state undone)" '(2 1 *)'
check "what the colors mean stays" "$(state classes)" '*classes 0=sea;*'
check "for the next try, with the names" \
  "$(state again | cmp - "$folder/state-classes" 2>&1)" ''
check "an update is another picture in the same layer, shown" "$(state updated)" '(#f #t 2)'
check "which one undo takes back and hides" "$(state restored)" '(((#t #f) (#f #t)) 2)'
echo "1..$n"
