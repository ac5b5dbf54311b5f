#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# run.sh NAME FOLDER: one plug-in test, as TAP. Each has a GIMP profile of its
# own in FOLDER, which stays, since GIMP starts faster in one that it knows.
#
#   procedure  spade-test/, a plug-in that calls the procedure and checks
#   colours    the same, for colour spaces, palette names and styles
#   batch      examples/synthesize.scm: exit codes, messages, the file
#   effect     the picture as a layer effect
#   undo       a real GIMP window, and Ctrl+Z
#   dialog     the dialog in a real GIMP, by keyboard
#   cancel     the final render, cancelled
#   guide      no test: the pictures of docs/user-guide.md
#   language   the dialog in German, Japanese and Russian
#   menu       the other dialogs of the menu, by keyboard
#   help       the Help button
#   live       the map is painted on beside the dialog
#   look       another window is looked at
#   loss       what the dialog needs goes away
#   repeat     Filters > Repeat after a style that was an open image
#   palette    new maps, and palettes whose entries get classes
#   models     installed models: imported, used, removed

set -eu
name=$1
folder=$2/profile-$name
here=$(cd "$(dirname "$0")" && pwd)

console=$(command -v gimp-console-3 || command -v gimp-console || true)
[ -n "$console" ] || { echo "1..0 # SKIP GIMP's console program is missing"; exit 0; }

mkdir -p "$folder/no-models" "$folder/data"
"$SPADE_MAKE_MODELS" "$folder"
# Of GIMP's own plug-ins only those that are used: asking all takes seconds.
rm -rf "$folder/gimp"
mkdir "$folder/gimp"
for plugin in script-fu file-png file-gif-export file-gif-load; do
  ln -s "$GIMP_PLUGINS/$plugin" "$folder/gimp/"
done
# A profile of another version would be welcomed to this one.
version=$("$console" --version | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)
cat >"$folder/gimprc" <<END
(plug-in-path "$SPADE_PLUGIN_FOLDER:$2:$folder/gimp")
(palette-path "\${gimp_dir}/palettes:$here/../../palettes")
(config-version "$version")
(show-welcome-dialog no)
(check-updates no)
END
export GIMP3_DIRECTORY=$folder SPADE_TEST_FOLDER=$folder
export SPADE_MODEL_PATH=$folder/no-models XDG_DATA_HOME=$folder/data
export XDG_DATA_DIRS=/usr/share LC_ALL=C.UTF-8
export SPADE_STYLE_PATH=$here/../../styles
# GIMP and its plug-ins are not ours to check for leaks.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

# Runs Scheme in GIMP's console, without fonts as in window.sh.
scheme ()
{
  timeout 200 "$console" -i -f --batch-interpreter plug-in-script-fu-eval \
    -b "$1" --quit </dev/null
}

. "$here/test-$name.sh"
