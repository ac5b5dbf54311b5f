# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the map is painted on in GIMP while the dialog is open, which
# nobody goes back to. Pictures of the dialog stay in FOLDER.

. "$here/window.sh"

open_gimp "(gimp-context-set-foreground '(126 200 0))
(gimp-display-new image)
(note \"start\")
(dialog \"done\" #:model \"$folder/vae.safetensors\" #:size \"1024x1024\")
(write-state \"foreground\" (gimp-context-get-foreground))"

# see NAME: the preview without its line of status, when what is under way has ended.
see ()
{
  sleep 4
  picture "$1" 55%x70%
}

# press KEYS: in the image's window.
press ()
{
  xdotool windowfocus --sync "$image_window" key "$1" || true
}

wait_for start
meet_dialog screen
image_window=$(find_window '1 layer')
xdotool mousemove 1 1 # no tooltips
press Escape
see before
press ctrl+comma # fills the layer
see filled
shot filled-all
press ctrl+z
see undone
# A stroke, looked at while it is painted.
xdotool windowraise "$image_window" windowfocus --sync "$image_window" key n
sleep 1
xdotool mousemove 300 250 mousedown 1
for x in $(seq 300 4 420); do
  xdotool mousemove "$x" 250 sleep 0.05
done
sleep 2
picture stroke 55%x70%
xdotool mouseup 1
# A class is chosen on the page Paint, and filled with.
xdotool windowfocus --sync "$window" key alt+e Tab || true
for _ in 1 2 3 4; do
  xdotool key ctrl+Next
  sleep 0.5
done
xdotool type river
sleep 1
xdotool key Return
sleep 1
shot brush
press ctrl+comma
see river
# One that the palette has no entry for yet.
xdotool windowfocus --sync "$window" key ctrl+a type fog || true
sleep 1
xdotool key Return
sleep 1
press ctrl+comma
see fog
shot fog-all
# Slow enough at this size, on ref, to paint again before it is done.
xdotool windowfocus --sync "$window" key alt+o || true
sleep 1
press ctrl+comma
sleep 0.3
not_yet=$(state "done")
wait_for "done"
wait_for foreground
wait $gimp || true

check "painting on the map is seen at once" "$(differ before filled)" '[1-9]*'
check "and so is its undo" "$(differ before undone)" 0
check "a stroke before it ends" "$(differ before stroke)" '[1-9]*'
check "a class of the page Paint is painted with" \
  "$(differ before river)" '[1-9]*'
check "and gets an entry of the palette where it has none" \
  "$(state foreground) $(differ river fog)" '(119 186 29 255) [1-9]*'
check "one can paint on while OK renders" "$not_yet$(state "done")" '(0 2 *)'
check_no_complaints
echo "1..$n"
