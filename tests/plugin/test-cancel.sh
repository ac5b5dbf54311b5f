# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the final render is cancelled. At 1024x1024 the slow
# backend takes long enough; the preview of the same settings is small.

. "$here/window.sh"

open_gimp "(gimp-display-new image)
(define (save name)
  (gimp-file-save RUN-NONINTERACTIVE image
                  (string-append \"$folder/\" name \".gif\") -1))
(save \"before\")
(gimp-image-clean-all image)
(note \"start\")
(dialog \"cancelled\" #:model \"$folder/vae.safetensors\" #:size \"1024x1024\")
(write-state \"dirty\" (gimp-image-is-dirty image))
(save \"after\")
(dialog \"done\" #:model \"$folder/vae.safetensors\" #:size \"512x512\")"

wait_for start
meet_dialog idle
xdotool key alt+o
sleep 1.5
shot rendering
xdotool key Escape
sleep 1
shot cancelled
still_there=$(find_dialog)
not_yet=$(state cancelled)
xdotool key Escape
wait_for cancelled
meet_dialog again
xdotool key alt+o
sleep 0.5
xdotool key Escape
sleep 0.5
xdotool key alt+o
wait_for "done"
wait $gimp || true

check "cancelling the final render keeps the dialog" "$still_there$not_yet" '[0-9]*'
check "and leaves the image as it was" "$(state cancelled)" '(2 1 0)'
check "with nothing to save" "$(state dirty)" '#f'
check "down to the last pixel" \
  "$(cmp "$folder/before.gif" "$folder/after.gif" && echo same)" same
check "after a cancel OK can be pressed again" "$(state "done")" '(0 2 *)'
check_no_complaints
echo "1..$n"
