# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the dialog in a real GIMP, worked by keyboard. It opens
# four times: with a model that is not there (OK is disabled), to be
# cancelled, to be accepted with saved settings, and in an image of 16 bits.
# Pictures of it stay in FOLDER.

. "$here/window.sh"

open_gimp "(gimp-display-new image)
(note \"start\")
(dialog \"missing\" #:model \"no-such-model\")
(dialog \"cancelled\" #:model \"$folder/vae.safetensors\")
(dialog \"accepted\" #:model \"$folder/vae.safetensors\"
        #:classes \"0=sea\")
(gimp-image-remove-layer image (vector-ref (gimp-image-get-layers image) 0))
(gimp-image-convert-precision image PRECISION-U16-NON-LINEAR)
(dialog \"wide\" #:model \"$folder/vae.safetensors\")
(gimp-file-save RUN-NONINTERACTIVE image \"$folder/wide.png\")
(note \"saved\")"
rm -f "$folder/wide.png"

wait_for start
meet_dialog missing
xdotool key alt+o
sleep 1
still_there=$(find_dialog)
xdotool key Escape
wait_for missing
meet_dialog cancelled
xdotool key Escape
wait_for cancelled
meet_dialog accepted
xdotool key alt+e
sleep 0.2
xdotool key ctrl+a type 77
xdotool key Tab
sleep 1
shot seed
xdotool key alt+s
sleep 0.5
xdotool key alt+e
sleep 0.2
xdotool key ctrl+a type 5
xdotool key Tab
sleep 0.5
# As if a table had been chosen before the settings were saved.
saved=$(grep -rl '(seed 77)' "$folder/plug-in-settings" | head -n 1)
sed -i 's/(classes .*)/(classes "0=river;1=river")/' "$saved"
xdotool key alt+l
sleep 1
for page in classes variations settings; do
  xdotool key ctrl+Next
  sleep 2
  shot $page
done
xdotool key alt+o
wait_for accepted
meet_dialog wide
xdotool key alt+o
wait_for saved
wait $gimp || true
# Values of 16 bits that are none of 8.
n_between=$(convert "$folder/wide.png" -depth 16 rgb:- |
            od -An -v -t u2 --endian=big -w2 | awk '$1 % 257' | wc -l)

check "OK is disabled while there is no model" "$still_there" '?*'
check "the image is as it was" "$(state missing)" '(2 1 0)'
check "Escape leaves the image as it was" "$(state cancelled)" '(2 1 0)'
check "OK adds the picture" "$(state accepted)" '(0 2 *)'
check "and one of 16 bits where the image has as many" \
  "$((n_between > 100000))" 1
check "a saved seed comes back, and is remembered" \
  "$(grep -rhoE '\(seed [0-9]+\)' "$folder/plug-in-settings" 2>/dev/null | head -n 1)" '(seed 77)'
check "a table of other palettes is not kept" \
  "$(grep -rl '0=sea' "$folder/plug-in-settings" 2>/dev/null | wc -l)" 0
check "nor one that comes with saved settings" \
  "$(grep -rl '0=river' "$folder/plug-in-settings" 2>/dev/null | wc -l)" 1
check_no_complaints
echo "1..$n"
