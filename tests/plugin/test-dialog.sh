# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the dialog in a real GIMP, worked by keyboard. It opens
# three times: with a model that is not there (OK is disabled), to be
# cancelled, and to be accepted with another seed. Pictures of it stay in
# FOLDER.

for program in gimp-3.0 Xvfb xdotool import; do
  command -v $program >/dev/null ||
    { echo "1..0 # SKIP $program is missing"; exit 77; }
done
root=$here/../..

exec 3>"$folder/display"
Xvfb -displayfd 3 -screen 0 1200x800x24 -nolisten tcp >/dev/null 2>&1 &
xvfb=$!
trap 'kill $xvfb 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  [ ! -s "$folder/display" ] || break
  sleep 0.1
done
export DISPLAY=:$(cat "$folder/display") NO_AT_BRIDGE=1
unset WAYLAND_DISPLAY

rm -f "$folder"/state-* "$folder"/dialog-*.png
rm -rf "$folder/plug-in-settings"
cat >"$folder/dialog.scm" <<END
(script-fu-use-v3)
(define image (gimp-file-load RUN-NONINTERACTIVE "$root/examples/lake.png"))
(gimp-display-new image)
(define (note name)
  (let ((port (open-output-file (string-append "$folder/state-" name))))
    (display (list (gimp-image-get-base-type image)
                   (vector-length (gimp-image-get-layers image))
                   (length (gimp-image-get-parasite-list image))) port)
    (close-output-port port)))
(define (dialog name model)
  (plug-in-spade-synthesize #:run-mode RUN-INTERACTIVE #:image image
    #:drawables (gimp-image-get-layers image) #:model model #:device "ref")
  (note name))
(note "start")
(dialog "missing" "no-such-model")
(dialog "cancelled" "$folder/vae.safetensors")
(dialog "accepted" "$folder/vae.safetensors")
END
timeout 200 dbus-run-session -- gimp-3.0 -n -s \
  --batch-interpreter plug-in-script-fu-eval \
  -b "(load \"$folder/dialog.scm\")" --quit >"$folder/log" 2>&1 </dev/null &
gimp=$!

# Waits for a file to be written, or for GIMP's end.
wait_for ()
{
  for _ in $(seq 400); do
    [ ! -s "$1" ] || return 0
    kill -0 $gimp 2>/dev/null || return 0
    sleep 0.1
  done
}

find_dialog ()
{
  xdotool search --onlyvisible --name 'Synthesize from Map' 2>/dev/null |
    head -n 1
}

# Waits for the dialog and its preview, and takes a picture of them.
meet_dialog ()
{
  window=
  for _ in $(seq 300); do
    window=$(find_dialog)
    [ -z "$window" ] || break
    kill -0 $gimp 2>/dev/null || break
    sleep 0.1
  done
  sleep 3
  [ -z "$window" ] || xdotool windowfocus --sync "$window" || true
  import -window root "$folder/dialog-$1.png" || true
}

wait_for "$folder/state-start"
meet_dialog missing
xdotool key alt+o
sleep 1
still_there=$(find_dialog)
xdotool key Escape
wait_for "$folder/state-missing"
meet_dialog cancelled
xdotool key Escape
wait_for "$folder/state-cancelled"
meet_dialog accepted
xdotool key alt+e
sleep 0.2
xdotool key ctrl+a type 77
xdotool key Tab
sleep 1
import -window root "$folder/dialog-seed.png" || true
xdotool key alt+o
wait_for "$folder/state-accepted"
wait $gimp || true

n=0
# check SENTENCE FOUND WANTED: FOUND matches the pattern WANTED.
check ()
{
  n=$((n + 1))
  case $2 in
    $3) echo "ok $n - $1" ;;
    *) echo "not ok $n - $1"; echo "# $2"; sed 's/^/# /' "$folder/log" ;;
  esac
}
state () { cat "$folder/state-$1" 2>/dev/null || true; }

check "OK is disabled while there is no model" "$still_there" '?*'
check "the image is as it was" "$(state missing)" '(2 1 0)'
check "Escape leaves the image as it was" "$(state cancelled)" '(2 1 0)'
check "OK adds the picture" "$(state accepted)" '(0 2 *)'
check "the seed typed in is remembered" \
  "$(grep -rhoE '\(seed [0-9]+\)' "$folder/plug-in-settings" 2>/dev/null | head -n 1)" '(seed 77)'
check "GTK and GIMP complain about nothing" \
  "$(grep -E 'gimp-spade.*(CRITICAL|WARNING)' "$folder/log" | tr '\n' ' ' || true)" ''
echo "1..$n"
