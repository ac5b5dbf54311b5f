# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: undo is not in GIMP's procedure database, so this opens a
# real window on a screen of its own and presses Ctrl+Z once.

for program in gimp-3.0 Xvfb xdotool; do
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
export DISPLAY=:$(cat "$folder/display")
unset WAYLAND_DISPLAY

# Notes the state when the picture is there, and after its first change.
rm -f "$folder/ready" "$folder/undone"
cat >"$folder/undo.scm" <<END
(script-fu-use-v3)
(define (note path text)
  (let ((port (open-output-file path)))
    (display text port)
    (close-output-port port)))
(define image (gimp-file-load RUN-NONINTERACTIVE "$root/examples/lake.png"))
(gimp-display-new image)
(plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE #:image image
  #:drawables (gimp-image-get-layers image)
  #:model "$folder/plain.safetensors" #:device "ref")
(gimp-displays-flush)
(define (state)
  (list (gimp-image-get-base-type image)
        (vector-length (gimp-image-get-layers image))
        (length (gimp-image-get-parasite-list image))))
(define synthesized (state))
(note "$folder/ready" synthesized)
(define (wait n)
  (if (and (> n 0) (equal? (state) synthesized))
      (wait (- n 1))))
(wait 40000)
(note "$folder/undone" (state))
END
timeout 200 dbus-run-session -- gimp-3.0 -n -s \
  --batch-interpreter plug-in-script-fu-eval \
  -b "(load \"$folder/undo.scm\")" --quit >"$folder/log" 2>&1 </dev/null &
gimp=$!
for _ in $(seq 600); do
  [ ! -s "$folder/ready" ] || break
  kill -0 $gimp 2>/dev/null || break
  sleep 0.1
done
for _ in 1 2 3 4 5 6 7 8; do
  [ ! -s "$folder/undone" ] || break
  sleep 0.7
  window=$(xdotool search --onlyvisible --name '2 layers' 2>/dev/null | head -n 1)
  [ -z "$window" ] || xdotool windowfocus --sync "$window" key ctrl+z || true
done
wait $gimp || true

echo 1..2
ready=$(cat "$folder/ready" 2>/dev/null || true)
undone=$(cat "$folder/undone" 2>/dev/null || true)
case $ready in
  "(0 2 "*) echo "ok 1 - the image is RGB with two layers" ;;
  *) echo "not ok 1 - the image is RGB with two layers"; echo "# $ready"
     sed 's/^/# /' "$folder/log" ;;
esac
if [ "$undone" = "(2 1 0)" ]; then
  echo "ok 2 - one undo gives the indexed image of one layer, without record"
else
  echo "not ok 2 - one undo gives the indexed image of one layer, without record"
  echo "# $undone"
fi
