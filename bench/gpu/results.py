#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Puts together what the parts of `run` have left so far in its folder:

  results.py FOLDER STATUS

reads parts.txt, tests.tap, cuda.jsonl, torch.jsonl and log.txt, whichever are there,
and writes results.json. Lines that are cut off or are no JSON are left out, and
counted."""

import json
import os
import sys
from pathlib import Path

LOG_LINES = 20  # of the end of log.txt
FILES = ("cuda", "torch")


def read_lines(path):
    return path.read_text(errors="replace").splitlines() if path.exists() else []


def read_objects(path):
    """The lines that are JSON objects, and the number of those that are not."""
    objects, n_bad = [], 0
    for line in filter(str.strip, read_lines(path)):
        try:
            one = json.loads(line)
        except ValueError:
            one = None
        if isinstance(one, dict):
            objects.append(one)
        else:
            n_bad += 1
    return objects, n_bad


def read_tests(path):
    """For each part: how many passed, what failed and why, what else was said."""
    parts, last = {}, ""
    here = parts.setdefault("", {"passed": 0, "failed": [], "notes": [], "is_whole": False})
    for line in filter(str.strip, read_lines(path)):
        if line.startswith("# part "):
            here = {"passed": 0, "failed": [], "notes": [], "is_whole": False}
            parts[line.removeprefix("# part ")] = here
        elif line.startswith("ok "):
            here["passed"] += 1
        elif line.startswith("not ok "):
            here["failed"].append({"test": line.split(" - ", 1)[-1], "reason": ""})
        elif line.startswith("# ") and last.startswith("not ok "):
            here["failed"][-1]["reason"] = line[2:]
        elif line.startswith("1.."):
            here["is_whole"] = True
            if "SKIP" in line:
                here["notes"].append(line)
        else:
            here["notes"].append(line.removeprefix("# "))
        last = line
    return {name: part for name, part in parts.items() if name or any(part.values())}


def read_parts(path):
    """What run says of its parts: name, seconds, how it ended; by tabs."""
    rows = (line.split("\t") for line in read_lines(path) if line.count("\t") == 2)
    return [{"part": part, "seconds": int(seconds), "ended": ended}
            for part, seconds, ended in rows]


def to_text(results):
    """JSON with a line for each item of a list or an object."""
    rows = []
    for key, value in results.items():
        if isinstance(value, list):
            text = "[" + ",".join("\n  " + json.dumps(one) for one in value) + "]"
        elif isinstance(value, dict):
            text = "{" + ",".join(f"\n  {json.dumps(name)}: {json.dumps(one)}"
                                  for name, one in value.items()) + "}"
        else:
            text = json.dumps(value)
        rows.append(f"{json.dumps(key)}: {text}")
    return "{" + ",\n".join(rows) + "}\n"


def main():
    folder, status = Path(sys.argv[1]), int(sys.argv[2])
    results = {"status": status, "parts": read_parts(folder / "parts.txt"),
               "tests": read_tests(folder / "tests.tap")}
    n_bad = 0
    for name in FILES:
        results[name], n = read_objects(folder / f"{name}.jsonl")
        n_bad += n
    results["lines_left_out"] = n_bad
    results["log_ends"] = read_lines(folder / "log.txt")[-LOG_LINES:]
    # In one go: who is stopped here leaves the last one behind.
    fresh = folder / "results.json.new"
    fresh.write_text(to_text(results))
    os.replace(fresh, folder / "results.json")


if __name__ == "__main__":
    main()
