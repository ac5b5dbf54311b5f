#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Speed and memory beside PyTorch, in one run: ./dev bench [OPTIONS].

Every case starts its workers, warms each up, then lets them take turns, so that
whatever else the machine does falls on all alike. Prints a table of medians and
ratios and writes everything measured as JSON."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


class Worker:
    """A process that renders on command; see bench-worker.c."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=dict(os.environ, TORCHINDUCTOR_CACHE_DIR=tempfile.gettempdir()))
        ready = self.process.stdout.readline()
        if not ready.startswith("ready "):
            sys.exit(f"bench: {name} did not start")
        self.about = ready[6:].strip()
        self.load_ms = float(self.process.stdout.readline())
        self.times = {"map": [], "seed": []}

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"bench: {self.name} stopped at \"{command}\"")
        return answer.strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def picture(worker, path, side):
    worker.ask(f"write {path}")
    return np.fromfile(path, np.float32).reshape(side, side, 3)


def start_workers(args, side, precision, folder):
    ours = Worker("gimp-spade", [args.worker, args.model, args.map, side, args.device,
                                 precision, args.threads])
    ids = folder / "ids"
    ours.ask(f"ids {ids}")
    peers = [Worker(f"PyTorch {kind}", [sys.executable, HERE / "torch_worker.py", args.model,
                                        ids, side, kind, precision, args.threads])
             for kind in args.peers]
    return ours, peers


def run_case(args, side, precision, folder):
    ours, peers = start_workers(args, side, precision, folder)
    first = ours.load_ms + float(ours.ask("map"))
    for worker in peers:
        worker.ask("map")
    for _ in range(args.rounds):
        for worker in [ours, *peers]:
            worker.times["map"].append(float(worker.ask("map")))
        ours.times["seed"].append(float(ours.ask("seed")))
    got = picture(ours, folder / "ours", side)
    case = {"side": side, "precision": precision, "device": ours.about, "first_ms": first,
            "map_ms": ours.times["map"], "seed_ms": ours.times["seed"],
            "peak_mib": int(ours.ask("peak")) / 1024, "peers": []}
    for worker in peers:
        wanted = picture(worker, folder / "peer", side)
        case["peers"].append({
            "name": worker.name, "about": worker.about, "map_ms": worker.times["map"],
            "peak_mib": int(worker.ask("peak")) / 1024,
            # Only models without z make the same picture on both sides.
            "max_difference": float(np.abs(got - wanted).max())})
    for worker in [ours, *peers]:
        worker.close()
    return case


def print_case(case):
    median = statistics.median
    ours = median(case["map_ms"])
    print(f"{case['side']}x{case['side']} {case['precision']}: {case['device']}")
    print(f"  {'':24}{'median ms':>10}{'least':>9}{'ratio':>8}{'peak MiB':>10}")
    print(f"  {'gimp-spade, new map':24}{ours:10.1f}{min(case['map_ms']):9.1f}"
          f"{'1.00':>8}{case['peak_mib']:10.0f}")
    print(f"  {'gimp-spade, new seed':24}{median(case['seed_ms']):10.1f}"
          f"{min(case['seed_ms']):9.1f}{median(case['seed_ms']) / ours:8.2f}")
    print(f"  {'gimp-spade, first':24}{case['first_ms']:10.1f}")
    for peer in case["peers"]:
        print(f"  {peer['name']:24}{median(peer['map_ms']):10.1f}{min(peer['map_ms']):9.1f}"
              f"{median(peer['map_ms']) / ours:8.2f}{peer['peak_mib']:10.0f}"
              f"   differs by at most {peer['max_difference']:.2g}")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--worker", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--model", required=True, help="a model file (default: random weights "
                        "in the shape of the COCO-Stuff generator)")
    parser.add_argument("--map", default=HERE.parent / "examples/valley.png", help="a map PNG")
    parser.add_argument("--sizes", default="256,512", help="sides, separated by commas")
    parser.add_argument("--precisions", default="f32,bf16")
    parser.add_argument("--peers", default="channels_last,nchw",
                        help="of channels_last, nchw, compile; or none")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=7, help="turns that are timed")
    parser.add_argument("--json", help="where to write what was measured")
    args = parser.parse_args()
    args.peers = [] if args.peers == "none" else args.peers.split(",")
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for side in map(int, args.sizes.split(",")):
            for precision in args.precisions.split(","):
                cases.append(run_case(args, side, precision, Path(folder)))
                print_case(cases[-1])
    if args.json:
        Path(args.json).write_text(json.dumps(
            {"map": str(args.map), "threads": args.threads, "cases": cases}, indent=1) + "\n")


main()
