# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by tests that need GIMP's windows: run.sh runs on a screen of its own
# then. A Scheme script drives GIMP and writes states to files; we press keys
# and look at the files.

for program in gimp-3 xdotool import; do
  command -v $program >/dev/null ||
    { echo "1..0 # SKIP $program is missing"; exit 0; }
done
root=$here/../..
export NO_AT_BRIDGE=1
rm -f "$folder"/state-* "$folder"/screen-*.png
rm -rf "$folder/plug-in-settings"

# Scheme: (note NAME) writes what can be seen of image; (dialog NAME ARGUMENTS)
# opens the dialog and notes what came of it.
prelude="(script-fu-use-v3)
(define (write-state name what)
  (let ((port (open-output-file (string-append \"$folder/state-\" name))))
    (display what port)
    (close-output-port port)))
(define image (gimp-file-load RUN-NONINTERACTIVE \"$root/examples/lake.png\"))
(define (note name)
  (write-state name (list (gimp-image-get-base-type image)
                          (vector-length (gimp-image-get-layers image))
                          (length (gimp-image-get-parasite-list image)))))
(define-macro (dialog name . arguments)
  \`(begin
     (plug-in-spade-synthesize #:run-mode RUN-INTERACTIVE #:image image
       #:drawables (gimp-image-get-layers image) #:device \"ref\" ,@arguments)
     (note ,name)))"

# open_gimp SCHEME [stay]: GIMP with a window, which runs SCHEME and then ends,
# unless it is to stay.
open_gimp ()
{
  local quit=--quit
  [ "${2:-}" != stay ] || quit=
  printf '%s\n%s\n' "$prelude" "$1" >"$folder/window.scm"
  # No fonts: GIMP 3.0.4 loads them in a thread of its own beside its other data, both
  # add to one table without a lock, and once in a while its memory breaks.
  timeout -k 5 200 dbus-run-session -- gimp-3 -n -s -f \
    --batch-interpreter plug-in-script-fu-eval \
    -b "(load \"$folder/window.scm\")" $quit >"$folder/log" 2>&1 </dev/null &
  gimp=$!
}

state () { cat "$folder/state-$1" 2>/dev/null || true; }

# Waits for a state to be written, or for GIMP's end.
wait_for ()
{
  for _ in $(seq 400); do
    [ ! -s "$folder/state-$1" ] || return 0
    kill -0 $gimp 2>/dev/null || return 0
    sleep 0.1
  done
}

# find_window NAME: its number, or nothing.
find_window ()
{
  xdotool search --onlyvisible --name "$1" 2>/dev/null | head -n 1
}

find_dialog () { find_window 'Synthesize from Map'; }

# run_action WINDOW WORDS: the action of GIMP's menus that WORDS find.
run_action ()
{
  local search
  xdotool windowfocus --sync "$1" key slash || true
  sleep 2
  search=$(find_window 'Search Actions')
  [ -n "$search" ] || return 0
  xdotool windowfocus --sync "$search" || true
  xdotool type "$2"
  sleep 2
  xdotool key Return
}

shot () { import -window root "$folder/screen-$1.png" || true; }

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
  shot "$1"
}

# picture NAME CROP: of a part of the dialog. Without a window manager GIMP 3.2 may lie
# above it.
picture ()
{
  xdotool windowraise "$window" || true
  sleep 0.2
  import -window "$window" -crop "$2+0+0" +repage "$folder/screen-$1.png"
}

# differ A B: the number of pixels in which two pictures differ, by more than the
# rounding of a part that is drawn again.
differ ()
{
  compare -fuzz 2% -metric AE "$folder/screen-$1.png" "$folder/screen-$2.png" null: 2>&1 |
    cut -d ' ' -f 1
}

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

# check_no_complaints [PATTERN]: nothing but lines that match PATTERN, and what
# libgimp says on a busy machine when GIMP, which has its answer, closes the
# pipe before the plug-in has ended.
check_no_complaints ()
{
  check "GTK and GIMP complain about nothing" \
    "$(grep -E 'gimp-spade.*(CRITICAL|WARNING)' "$folder/log" |
       grep -vE "gimp_flush\(\): error: Broken pipe${1:+|$1}" | tr '\n' ' ' || true)" ''
}
