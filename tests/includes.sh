#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# includes.sh CHECKOUT: includes point along plugin -> ui -> core; libgimp is
# plugin/'s alone, GTK stays out of core, tools and cuda, and what the CUDA
# module sees of core is free of GLib.

cd "$1" || exit 1
n=0

# refuse SENTENCE PATTERN FILES...: no line of the files matches.
refuse ()
{
  sentence=$1 pattern=$2
  shift 2
  n=$((n + 1))
  found=$(for room in "$@"; do
            [ ! -e "$room" ] || find "$room" -name '*.[ch]' -o -name '*.cu' -o -name '*.cuh'
          done | xargs -r grep -nE "^ *# *include +[<\"]($pattern)" /dev/null)
  if [ -z "$found" ]; then
    echo "ok $n - $sentence"
  else
    echo "not ok $n - $sentence"
    echo "$found" | sed 's/^/# /'
  fi
}

echo 1..6
refuse "only plugin/ and its tests know libgimp" 'libgimp' core cuda tools ui training tests/unit tests/tools
refuse "core, tools and cuda know no GTK" 'gtk|gdk/|gegl' core cuda tools
refuse "core includes no other room" '\.\./\.\./|.*(plugin|ui|tools|cuda)/' core
refuse "ui and tools see the public header alone" '.*(plugin/|backend\.h|plan\.h|tensor\.h|neighbourhood\.h|model-private\.h|safetensors\.h)' ui tools
refuse "plugin sees no private header of core" '.*(backend\.h|plan\.h|tensor\.h|neighbourhood\.h|model-private\.h|safetensors\.h)' plugin
refuse "what cuda sees is free of GLib" 'glib|gmodule|json-glib' cuda core/backend.h core/plan.h core/tensor.h core/neighbourhood.h core/box.h core/noise.h
