#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Speed and memory, ours beside others in one run: ./dev bench [OPTIONS].

Prints tables of medians and writes everything measured as JSON, where a table
that is measured again replaces its last self."""

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

import report
from measure import TABLES
from peers import PEERS, Exports
from worker import WorkerGone

HERE = Path(__file__).parent


def words(text):
    return [] if text == "none" else text.split(",")


def numbers(text):
    return [int(word) for word in text.split(",")]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--worker", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--model", required=True, help="a model file, of SPADE, OASIS or "
                        "imaginaire (default: random weights in the shape of SPADE's COCO-Stuff "
                        "generator)")
    parser.add_argument("--tables", type=words, default=list(TABLES),
                        help=f"of {','.join(TABLES)} (all)")
    parser.add_argument("--maps", nargs="+", default=[HERE.parent / "examples"],
                        help="map PNGs and folders of them; rounds take them in turn (examples/)")
    parser.add_argument("--sizes", type=numbers, default=[256, 512],
                        help="sides, separated by commas (256,512)")
    parser.add_argument("--all-sizes", type=numbers, default=[256, 512, 1024, 2048],
                        help="those of the table sizes (256,512,1024,2048)")
    parser.add_argument("--edit-sizes", type=numbers, default=[512, 1024],
                        help="those of the table edits (512,1024)")
    parser.add_argument("--precisions", type=words, default=["f32", "bf16"])
    parser.add_argument("--peers", type=words,
                        default=["system", "torch", "compile", "openvino", "onnxruntime"],
                        help=f"of {','.join(PEERS)}; or none (all but system-nchw)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=6,
                        help="turns that are timed at 256x256; fewer at larger sizes (6)")
    parser.add_argument("--json", type=Path, required=True, help="where what was measured is kept")
    parser.add_argument("--markdown", type=Path, nargs="+", metavar="DOCUMENT",
                        help="measure nothing; put the tables of the JSON into documents")
    args = parser.parse_args()
    for name, known in (("tables", TABLES), ("peers", PEERS)):
        unknown = set(getattr(args, name)) - set(known)
        if unknown:
            parser.error(f"--{name} knows {', '.join(known)}, not {', '.join(sorted(unknown))}")
    return args


def describe_cpu():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def measure(args, kept):
    with tempfile.TemporaryDirectory() as folder:
        exports = Exports(args.model, Path(folder))
        for name in args.tables:
            rows = []
            print(f"\n## {name}, {Path(args.model).stem}", flush=True)
            for row in TABLES[name](args, exports, Path(folder)):
                row |= {"date": f"{datetime.date.today()}", "cpu": describe_cpu(),
                        "threads": args.threads, "model": str(args.model),
                        "maps": [str(path) for path in args.maps]}
                rows.append(row)
                print(f"bench: {report.case_name(row)} done", file=sys.stderr)
                kept[name] = rows
                args.json.write_text(json.dumps(kept, indent=1) + "\n")
            print(report.render(name, kept), flush=True)


def main():
    args = parse()
    kept = json.loads(args.json.read_text()) if args.json.exists() else {}
    kept = kept if set(kept) <= set(TABLES) else {}
    if args.markdown:
        others = report.models_of(kept) - {Path(args.model).stem}
        if others: # documents have the tables of one
            sys.exit(f"bench: {args.json} has numbers of {', '.join(sorted(others))}; "
                     "give those a --json of their own")
        for path in args.markdown:
            print(f"{path}: {', '.join(report.fill(path, kept)) or 'nothing'}")
        return
    try:
        measure(args, kept)
    except WorkerGone as error:
        sys.exit(f"bench: {error}")


main()
