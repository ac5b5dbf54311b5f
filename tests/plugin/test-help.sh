# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the Help button opens our guide at the dialog's part. The
# browser is ours, and writes down what it is asked for.

. "$here/window.sh"

for plugin in help web-browser; do
  ln -sfn "$GIMP_PLUGINS/$plugin" "$folder/gimp/$plugin"
done
printf '(help-browser web-browser)\n(user-manual-online no)\n' >>"$folder/gimprc"
cat >"$folder/browser" <<END
#!/bin/sh
printf '%s' "\$1" >"$folder/state-help"
END
chmod +x "$folder/browser"
mkdir -p "$XDG_DATA_HOME/applications"
cat >"$XDG_DATA_HOME/applications/spade-browser.desktop" <<END
[Desktop Entry]
Type=Application
Name=Browser
Exec=$folder/browser %u
MimeType=text/html;x-scheme-handler/file;
END
cat >"$XDG_DATA_HOME/applications/mimeapps.list" <<END
[Default Applications]
text/html=spade-browser.desktop
x-scheme-handler/file=spade-browser.desktop
END
export XDG_CONFIG_HOME=$folder/data

open_gimp "(gimp-display-new image)
(note \"start\")
(dialog \"done\" #:model \"$folder/vae.safetensors\")"
wait_for start
meet_dialog dialog
xdotool key alt+h
wait_for help
shot help
still_there=$(find_dialog)
[ -z "$window" ] || xdotool windowfocus --sync "$window" key Escape || true
wait_for "done"
wait $gimp || true

asked=$(state help)
page=${asked#file://}
check "Help opens the part of the guide about this dialog" "$asked" \
  '*/help/en/user-guide.html#synthesize-from-map'
check "which is there" \
  "$(grep -c 'id="synthesize-from-map"' "${page%#*}" || true)" 1
check "and the dialog stays" "$still_there$(state "done")" '[0-9]*(2 1 0)'
check_no_complaints
echo "1..$n"
