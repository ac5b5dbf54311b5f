# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: more checks in C, see spade-test/main.c.

. "$here/test-procedure.sh"
