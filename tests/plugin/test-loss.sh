# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: what the dialog needs goes away while it is open: the style
# image, the model, and the image itself. The last from the menu: a procedure
# that Script-Fu called takes GIMP 3.0.4 down when its image is closed.
# A picture of each stays in FOLDER.

. "$here/window.sh"

cp "$folder/vae.safetensors" "$folder/gone.safetensors"
# Script-Fu keeps arguments from call to call: each names all that matter.
open_gimp "(gimp-file-save RUN-NONINTERACTIVE image \"$folder/gone.gif\" -1)
(gimp-display-new image)
(note \"start\")
(dialog \"style\" #:model \"$folder/vae.safetensors\"
        #:style \"$folder/gone.gif\")
(dialog \"model\" #:model \"$folder/gone.safetensors\"
        #:style \"$root/examples/coast.png\")
(define other (gimp-file-load RUN-NONINTERACTIVE
  \"$root/examples/coast.png\"))
(gimp-display-new other)
(gimp-image-clean-all other)
(write-state \"other\" 1)" stay

# try_ok NAME: presses OK and says whether the dialog is still there.
try_ok ()
{
  xdotool key alt+o
  sleep 3
  shot "$1-refused"
  [ -z "$(find_dialog)" ] || echo refused
}

wait_for start
meet_dialog style
mv "$folder/gone.gif" "$folder/back.gif"
style=$(try_ok style)
cp "$folder/back.gif" "$folder/gone.gif" # which nobody has looked at yet
again=$(try_ok again)
xdotool key Escape
wait_for style
meet_dialog model
rm "$folder/gone.safetensors"
xdotool key alt+o
wait_for model
wait_for other
sleep 2
cp "$folder/vae.safetensors" "$folder/gone.safetensors" # the last values
image_window=$(find_window '1 layer')
[ -z "$image_window" ] || run_action "$image_window" 'synthesize from map'
meet_dialog closed
[ -z "$image_window" ] ||
  xdotool windowfocus --sync "$image_window" key ctrl+w || true
sleep 2
is_open=$(find_window '1 layer')
[ -z "$window" ] || xdotool windowfocus --sync "$window" || true
sleep 1
closed=$(try_ok closed)
xdotool key Escape
sleep 1
kill -0 $gimp && closed="$closed and GIMP goes on"
kill $gimp
wait $gimp || true

check "a style image that is gone is refused at OK" "$style" refused
check "OK then stays off, until something is changed" "$again" refused
check "and nothing changes" "$(state style)" '(2 1 0)'
check "a model that is gone is no harm once it is loaded" "$(state model)" \
  '(0 2 *)'
check "an image that was closed is refused at OK" "$is_open$closed" \
  'refused and GIMP goes on'
check_no_complaints
echo "1..$n"
