#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# potfiles.sh CHECKOUT: po/POTFILES.in lists exactly the files of ui/, plugin/ and
# effect/ that have strings for translators, and only those rooms have any.
# What those rooms say in errors and messages is marked.

cd "$1" || exit 1
marked='(^|[^A-Za-z0-9_])(_|N_|C_|NC_|ngettext) ?\("|translatable="yes"'

# has_marked FOLDERS...: the files there with a marked string, sorted.
has_marked ()
{
  find "$@" -name '*.c' -o -name '*.ui' | xargs grep -lE "$marked" |
    LC_ALL=C sort
}

judge ()
{
  if [ "$2" = "$3" ]; then
    echo "ok $1"
  else
    echo "not ok $1"
    printf '%s\n--- but\n%s\n' "$2" "$3" | sed 's/^/# /'
  fi
}

echo 1..3
judge "1 - every file with a marked string is listed, in order" \
  "$(has_marked ui plugin effect)" "$(cat po/POTFILES.in)"
judge "2 - no other room has strings for translators" "$(has_marked core tools)" ""
unmarked='(g_set_error \([^;"]*|g_message \(|gimp_progress_init[a-z_]* \()(?<!_\()(?<!ngettext \()"[^"]*[a-z]{3}'
judge "3 - errors and messages are marked" \
  "$(grep -lPzo "$unmarked" ui/*.c plugin/*.c effect/*/*.c)" ""
