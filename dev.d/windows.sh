# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by the verb windows: builds the command for Windows with MinGW, tests it in
# Wine, and packs it. docs/windows.md says what for.

. "$TOP/dev.d/windows-libraries.sh"

# What lies beside the command: of these, and of GCC's own.
NEEDED=(libglib-2.0-0 libgobject-2.0-0 libgmodule-2.0-0 libgio-2.0-0 libintl-8 libffi-8
        libpcre2-8 libjson-glib-1.0-0 libpng16 libjpeg-62 libgdk_pixbuf-2.0-0 libarchive
        libdnnl)
RUNTIME=(libgcc_s_seh-1 libstdc++-6 libgomp-1 libwinpthread-1)

# Puts into a folder what runs without anything else: the command, its libraries,
# and what ships.
windows_pack ()
{
  local name
  rm -rf "$1"
  mkdir -p "$1/shipped/models" "$1/shipped/styles"
  cp "$BUILD/tools/spade.exe" "$1/"
  for name in "${NEEDED[@]}"; do
    cp "$prefix/bin/$name.dll" "$1/"
  done
  for name in "${RUNTIME[@]}"; do
    cp "$($TRIPLE-gcc -print-file-name="$name.dll")" "$1/"
  done
  $TRIPLE-strip "$1"/*.exe "$1"/*.dll
  cp "$TOP"/models/landscape.* "$1/shipped/models/"
  cp "$TOP"/styles/*.jpg "$1/shipped/styles/"
  cp -R "$TOP/LICENSES" "$1/"
}

# A picture by what was packed, which is found by nothing but its place.
windows_try ()
{
  env -u WINEPATH -u SPADE_MODEL_PATH "$WINE" "$1/spade.exe" synth \
    --map "$TOP/examples/lake.png" --style "$TOP/styles/sunset.jpg" --seed 7 -o "$2" ||
    die "the command does not run by itself."
}

# Compiles, tests and packs; the tests' summary comes last.
windows ()
{
  local home prefix pack status=0
  home=$(windows_folder)
  prefix=$home/prefix
  pack=$TOP/build-windows/gimp-spade-windows
  BUILD=$TOP/build-windows
  # shellcheck disable=SC2034 # for configure()
  OPTIONS=(-Dbuildtype=release) SETUP=(--cross-file "$home/cross.ini" --wrap-mode=nofallback)
  export WINEPREFIX=$home/wine WINEDEBUG=-all XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp}
  windows_make_libraries
  WINEPATH=$("$WINE" winepath -w "$prefix/bin" "$(dirname "$($TRIPLE-gcc -print-file-name=libgomp-1.dll)")" \
             2>/dev/null | tr -d '\r' | paste -sd';')
  export WINEPATH
  verb_test --timeout-multiplier=3 "$@" || status=$?
  windows_pack "$pack"
  windows_try "$pack" "$BUILD/lake.png"
  say "dev: the command for Windows, with all that it needs: $pack"
  return "$status"
}
