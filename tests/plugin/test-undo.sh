# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: undo is not in GIMP's procedure database, so this opens a
# real window on a screen of its own and presses Ctrl+Z once.

. "$here/window.sh"

# Notes the state when the picture is there, and after its first change.
open_gimp "(gimp-display-new image)
(plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE #:image image
  #:drawables (gimp-image-get-layers image)
  #:model \"$folder/plain.safetensors\" #:device \"ref\")
(gimp-displays-flush)
(define synthesized (vector-length (gimp-image-get-layers image)))
(note \"ready\")
(define (wait n)
  (if (and (> n 0)
           (equal? (vector-length (gimp-image-get-layers image)) synthesized))
      (wait (- n 1))))
(wait 40000)
(note \"undone\")"
wait_for ready
for _ in 1 2 3 4 5 6 7 8; do
  [ -z "$(state undone)" ] || break
  sleep 0.7
  window=$(find_window '2 layers')
  [ -z "$window" ] || xdotool windowfocus --sync "$window" key ctrl+z || true
done
wait $gimp || true

check "the image is RGB with two layers" "$(state ready)" '(0 2 *)'
check "one undo gives the indexed image of one layer, without record" \
  "$(state undone)" '(2 1 0)'
echo "1..$n"
