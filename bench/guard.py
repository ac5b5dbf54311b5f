#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Counts instructions, which no other load on the machine changes, and compares
them with guard.json: ./dev bench --guard. Callgrind runs the guard program on
one thread, as a machine with AVX2 (it knows no AVX-512), and counts what
happens inside one function. The numbers are those of Debian 13's compiler and
./dev's build options; --record writes them anew, in the commit that says why
they changed. Ends with 77 where it cannot count."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RECORD = Path(__file__).parent / "guard.json"
LIMIT = 0.05
FUNCTIONS = {"dictionary": "spade_neighbourhoods_new", "modulate-f32": "spade_modulate_f32",
             "modulate-bf16": "spade_modulate_bf16", "modulate-noise-f32": "spade_modulate_f32",
             "modulate-noise-bf16": "spade_modulate_bf16"}


def skip(reason):
    print(f"guard: {reason}; nothing was counted.", file=sys.stderr)
    sys.exit(77)


def count(program, what):
    """Instructions inside the function, and whether its AVX2 form ran."""
    with tempfile.NamedTemporaryFile() as out:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--toggle-collect={FUNCTIONS[what]}",
             f"--callgrind-out-file={out.name}", program, what],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=dict(os.environ, OMP_NUM_THREADS="1"))
        found = re.search(r"Collected : (\d+)", done.stdout)
        if done.returncode or not found:
            sys.exit(f"guard: {what} did not run: {done.stdout.strip().splitlines()[-1]}")
        return int(found[1]), "arch_x86_64_v3" in Path(out.name).read_text()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--record", action="store_true", help="write the numbers anew")
    args = parser.parse_args()
    if not shutil.which("valgrind"):
        skip("valgrind is not installed")
    wanted = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    counted, is_well = {}, True
    for what in FUNCTIONS:
        counted[what], has_avx2 = count(args.program, what)
        if what.startswith("modulate") and not has_avx2:
            skip("this CPU has no AVX2")
        if args.record:
            continue
        change = counted[what] / wanted[what] - 1
        is_within = abs(change) <= LIMIT
        is_well = is_well and is_within
        print(f"{what:20}{counted[what]:12}  {100 * change:+.2f} %"
              f"{'' if is_within else f'  beyond {LIMIT:.0%} of {wanted[what]}'}")
    if args.record:
        RECORD.write_text(json.dumps(counted, indent=1) + "\n")
        print(json.dumps(counted, indent=1))
    if not is_well:
        sys.exit("guard: the number of instructions changed; where that is meant, record the "
                 "new ones (--record) and say why in the commit.")


main()
