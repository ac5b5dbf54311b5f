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
(define (wait n)
  (if (and (> n 0)
           (equal? (vector-length (gimp-image-get-layers image)) synthesized))
      (wait (- n 1))))
(wait 40000)
(note \"undone\")
(define (record) (caddr (gimp-image-get-parasite image \"gimp-spade-map\")))
(write-state \"classes\" (record))
(plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE #:image image
  #:drawables (gimp-image-get-layers image)
  #:model \"$folder/plain.safetensors\" #:device \"ref\")
(write-state \"again\" (record))"
wait_for ready
for _ in 1 2 3 4 5 6 7 8; do
  [ -z "$(state undone)" ] || break
  sleep 0.7
  window=$(find_window '2 layers')
  [ -z "$window" ] || xdotool windowfocus --sync "$window" key ctrl+z || true
done
wait $gimp || true

check "the image is RGB with two layers" "$(state ready)" '(0 2 *)'
check "one undo gives the indexed image of one layer" "$(state undone)" '(2 1 *)'
check "what the colors mean stays" "$(state classes)" '*classes 0=sea;*'
check "for the next try, with the names" \
  "$(state again | cmp - "$folder/state-classes" 2>&1)" ''
echo "1..$n"
