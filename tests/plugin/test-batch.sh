# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: a script in batch, as README.md shows it.

root=$here/../..
out=$folder/out.png
rm -f "$out"
echo 1..6
n=0
check () { n=$((n + 1)); if "${@:2}"; then echo "ok $n - $1"; else echo "not ok $n - $1"; fi; }

synthesize ()
{
  status=0
  scheme "(load \"$root/examples/synthesize.scm\")
          (synthesize-file \"$1\" \"$out\" \"$2\" 7)" \
    >"$folder/log" 2>&1 || status=$?
}

synthesize "$root/examples/lake.png" "$folder/plain.safetensors"
check "a script turns a map file into a picture and exits with 0" [ $status = 0 ]
check "the picture is a PNG" grep -q PNG "$out"
check "an untrained model says so" grep -q "is untrained" "$folder/log"
rm -f "$out"
synthesize "$root/examples/lake.png" "$folder/none.safetensors"
check "an error ends the script with 70" [ $status = 70 ]
check "and its message is on the terminal" grep -q none.safetensors "$folder/log"
check "and no picture is written" [ ! -e "$out" ]
