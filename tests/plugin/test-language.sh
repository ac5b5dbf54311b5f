# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the plug-in in other languages. gettext translates only
# in a locale that exists, so we compile them, into FOLDER. Pictures of the
# dialog in German, in Japanese, in Russian, and in German on a screen of twice
# the density stay in FOLDER.

. "$here/window.sh"

[ -e /usr/share/i18n/locales/ja_JP ] ||
  { echo "1..0 # SKIP the sources of locales are missing"; exit 0; }
export LOCPATH=$folder/locales
for locale in de_DE ja_JP ru_RU; do
  [ ! -d "$LOCPATH/$locale.UTF-8" ] || continue
  mkdir -p "$LOCPATH"
  localedef -i $locale -f UTF-8 "$LOCPATH/$locale.UTF-8" 2>/dev/null
done

# speak LOCALE SCALE NAME TITLE LAYER KEY: the layer of a new map must be called
# LAYER, and the dialog TITLE; KEY goes to the seed, and so into the pages.
speak ()
{
  rm -f "$folder"/state-*
  export LC_ALL=$1 GDK_SCALE=$2
  open_gimp "(gimp-display-new image)
(define small (plug-in-spade-new-map #:run-mode RUN-NONINTERACTIVE))
(write-state \"layer\" (gimp-item-get-name
  (vector-ref (gimp-image-get-layers small) 0)))
(note \"start\")
(dialog \"done\" #:model \"$folder/vae.safetensors\")"
  wait_for start
  title=$4
  meet_dialog "$3"
  xdotool key "alt+$6"
  for page in classes variations settings paint; do
    xdotool key Tab ctrl+Next
    sleep 2
    shot "$3-$page"
  done
  xdotool key Escape
  wait_for "done"
  wait $gimp || true
  check "$3: the menu's procedure speaks" "$(state layer)" "$5"
  check "$3: and the dialog" "$window" '?*'
  check_no_complaints
}
find_dialog () { find_window "$title"; }

speak de_DE.UTF-8 1 german 'Aus Karte synthetisieren' 'Segmentierungskarte' n
speak ja_JP.UTF-8 1 japanese 'マップから合成' 'セグメンテーションマップ' e
speak ru_RU.UTF-8 1 russian 'Синтезировать по карте' 'Карта сегментации' Cyrillic_ie
speak de_DE.UTF-8 2 german-2x 'Aus Karte synthetisieren' 'Segmentierungskarte' n
echo "1..$n"
