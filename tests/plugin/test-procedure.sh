# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: the checks of $name are in C, in spade-test/.

log=$folder/log
scheme "(plug-in-spade-test-$name)" >"$log" 2>"$log.err" || true
grep -E '^(not )?ok |^# ' "$log" || true
if ! grep -q '^# end of checks' "$log"; then
  echo "not ok - the checks ran to their end"
  sed 's/^/# /' "$log.err"
fi
echo "1..$(grep -cE '^(not )?ok ' "$log")"
