#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# includes.sh CHECKOUT: includes point along plugin -> ui -> core; libgimp is
# plugin/'s alone, GTK stays out of core, tools and cuda, and the CUDA module
# sees of core the headers that backend.h needs and the noise alone, free of GLib.
# shellcheck disable=SC2086 # lists of files

cd "$1" || exit 1
n=0

# refuse_but ALLOWED SENTENCE PATTERN FILES...: no include of the files matches, but
# those of ALLOWED.
refuse_but ()
{
  allowed=$1 sentence=$2 pattern=$3
  shift 3
  n=$((n + 1))
  found=$(for room in "$@"; do
            [ ! -e "$room" ] || find "$room" -name '*.[ch]' -o -name '*.cu' -o -name '*.cuh'
          done | xargs -r grep -nE "^ *# *include +[<\"]($pattern)" /dev/null |
          grep -vE "[/\"]($allowed)\"")
  if [ -z "$found" ]; then
    echo "ok $n - $sentence"
  else
    echo "not ok $n - $sentence"
    echo "$found" | sed 's/^/# /'
  fi
}

# refuse SENTENCE PATTERN FILES...: no include of the files matches.
refuse () { refuse_but 'none' "$@"; }

# Of core: backend.h and what that needs, and the noise.
seen='backend plan tensor neighbourhood box noise'
names="($(echo $seen | tr ' ' '|'))\.h"
headers=$(printf 'core/%s.h ' $seen)

echo 1..9
refuse "only plugin/ and its tests know libgimp" 'libgimp' core cuda tools ui effect training tests/unit tests/tools
refuse "core, tools and cuda know no GTK" 'gtk|gdk/|gegl' core cuda tools
refuse "core includes no other room" '\.\./\.\./|.*(plugin|ui|tools|cuda)/' core
refuse "ui and tools see the public header alone" '.*(plugin/|backend\.h|plan\.h|tensor\.h|neighbourhood\.h|model-private\.h|safetensors\.h)' ui tools
refuse "plugin sees no private header of core" '.*(backend\.h|plan\.h|tensor\.h|neighbourhood\.h|model-private\.h|safetensors\.h)' plugin
refuse_but 'module.h' "effect sees of core the public header, and what opens modules" '.*(plugin/|ui/|gtk|backend\.h|plan\.h|tensor\.h|neighbourhood\.h|model-private\.h|safetensors\.h)' effect
refuse_but "core/$names" "cuda sees of the other rooms these headers of core alone: $seen" '[^>"]*[a-z]/' cuda
refuse_but "$names" "what cuda sees of core needs nothing else of core" '[^>"]*"' $headers
refuse "what cuda sees is free of GLib" 'glib|gmodule|json-glib' cuda $headers
