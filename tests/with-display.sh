#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# with-display.sh CMD...: runs CMD on an X server of its own, which chooses a
# free display number itself (xvfb-run -a races when tests run in parallel).
# Exits with CMD's status; a skip, as TAP, where there is no Xvfb.
command -v Xvfb >/dev/null 2>&1 || { echo "1..0 # SKIP no Xvfb"; exit 0; }
dir=$(mktemp -d) || exit 1
Xvfb -displayfd 3 -screen 0 2400x1600x24 -nolisten tcp \
  3>"$dir/number" >/dev/null 2>"$dir/log" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$dir"' EXIT
n=0
until [ -s "$dir/number" ]; do
  n=$((n + 1))
  [ $n -lt 200 ] && kill -0 $server 2>/dev/null ||
    { cat "$dir/log" >&2; exit 1; }
  sleep 0.05
done
DISPLAY=:$(cat "$dir/number")
export DISPLAY
unset WAYLAND_DISPLAY
"$@"
