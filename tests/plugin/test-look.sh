# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: a look at the image's window, and back. The preview at full
# size and the variations stay what they were. Pictures of the dialog stay in
# FOLDER.

. "$here/window.sh"

open_gimp "(gimp-display-new image)
(note \"start\")
(dialog \"done\" #:model \"$folder/vae.safetensors\" #:size \"256x192\")"

# see NAME: the dialog's pages; in the buttons below, the focus may move.
see () { picture "$1" 100%x80%; }

# look_away NAME: to the image's window and back; a picture of the dialog
# shortly after, and one when a render would have ended.
look_away ()
{
  xdotool windowfocus --sync "$image_window" || true
  sleep 1
  xdotool windowfocus --sync "$window" || true
  sleep 0.1
  see "$1-soon"
  sleep 4
  see "$1-late"
}

wait_for start
meet_dialog screen
image_window=$(find_window '1 layer')
xdotool mousemove 1 1 # no tooltips
sleep 1
see small
xdotool key alt+f # Render at Full Size
sleep 5
see full
look_away full
xdotool key alt+e Tab ctrl+Next ctrl+Next # from the seed to the variations
sleep 6
see tiles
look_away tiles
xdotool windowfocus --sync "$window" key Escape || true
wait_for "done"
wait $gimp || true

check "full size is another picture" "$(differ small full)" '[1-9]*'
check "which a look at the image leaves as it is" \
  "$(differ full full-soon) $(differ full full-late)" '0 0'
check "and so it does the variations" \
  "$(differ tiles tiles-soon) $(differ tiles tiles-late)" '0 0'
check_no_complaints
echo "1..$n"
