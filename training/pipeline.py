# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""All steps in a row on one machine, within a number of minutes.

Meant for a quarter of an hour or more on a GPU: the renderer fills the pools on all cores while the
GPU trains on what is there already, and each phase opens the pools anew. What is to be kept goes
to --out, in pieces below 15 MB.
"""

import argparse
import os
import subprocess
import sys
import threading
import time

WEIGHTS = ("gan=8 match=4 perceptual=0.4 texture=2 colour=40 pixel=0.5 kl=0.03 detail=3 steps=25 tone=14 "
           "excess=2 activity=3 outline=60 weave=8").split()  # README.md's last phase
HERE = os.path.dirname(os.path.abspath(__file__))


def script(name, *arguments):
    command = [sys.executable, os.path.join(HERE, name), *map(str, arguments)]
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False).returncode


class GrowingPool:
    """A file of pairs, rendered a part at a time."""

    def __init__(self, args, name, size, seed, count, *options, labels="natural"):
        self.path = os.path.join(args.work, f"{name}-{size}.raw")
        self.size, self.seed, self.count = size, seed, count
        self.options = "--labels", labels, *options
        self.renderer = args.renderer

    def fill(self, share=1.0):
        """Up to that share of its pictures; goes on after the last whole one that is there."""
        picture = 4 * self.size * self.size
        has = os.path.getsize(self.path) // picture if os.path.exists(self.path) else 0
        more = max(int(share * self.count), 1) - has
        if more > 0:
            with open(self.path, "ab") as file:
                file.truncate(has * picture)
                subprocess.run([self.renderer, "--seed", str(self.seed + has), "--count", str(more), "--size",
                                str(self.size), "--format", "raw", *self.options], stdout=file, check=True)


def moods_of(renderer):
    listed = subprocess.run([renderer, "--list-styles"], check=True, capture_output=True, text=True)
    return [line.split()[0] for line in listed.stdout.split("\n") if line.strip()]


def training_pools(args):
    """By train.py's options. Of twenty pictures nine have any light, four trees in front, and one snow; five
    have a mood, and one a mood and snow."""
    n, moods = args.pictures, moods_of(args.renderer)

    def of_moods(name, size, seed, count, *options):
        return [GrowingPool(args, f"{name}-{mood}", size, seed, max(count // len(moods), 1), "--style", mood,
                            *options) for mood in moods]

    def with_snow(size, seed, count):
        return of_moods("snow", size, seed, count, "--snow", "--near")
    return {"--pool": [GrowingPool(args, "any", 256, 1000000, 9 * n // 20),
                       GrowingPool(args, "near", 256, 67000000, n // 5, "--near"),
                       GrowingPool(args, "snow", 256, 71000000, n // 20, "--snow")],
            "--large-pool": [GrowingPool(args, "any", 512, 9300000, n // 16),
                             GrowingPool(args, "near", 512, 68000000, n // 40, "--near"),
                             GrowingPool(args, "snow", 512, 71500000, n // 80, "--snow")],
            "--mood-pool": of_moods("mood", 256, 64000000, n // 4) + with_snow(256, 72000000, n // 20),
            "--large-mood-pool": of_moods("mood", 512, 66000000, n // 32) + with_snow(512, 73000000, n // 160)}


def fill_in_background(pools, first):
    """Renders that share of all pools, then the rest, in parts as large, beside what follows. Gives
    what stops it."""
    flat = [pool for group in pools.values() for pool in group]
    stop = threading.Event()

    def fill(share):
        for pool in flat:
            if not stop.is_set():
                pool.fill(share)

    def fill_rest():
        share = first
        while share < 1 and not stop.is_set():
            share += first
            fill(min(share, 1))
    fill(first)
    thread = threading.Thread(target=fill_rest, daemon=True)
    thread.start()

    def end():
        stop.set()
        thread.join()
    return end


def keep(path, out):
    """Copies path to out, split if it is large."""
    if os.path.exists(path):
        subprocess.run(["split", "-b", "15M", "-d", path,
                        os.path.join(out, os.path.basename(path) + ".")], check=False)


def main():
    p = argparse.ArgumentParser(description="Render, train, measure and export within a limit.")
    p.add_argument("--work", required=True, help="folder for pools and the run; may exist")
    p.add_argument("--out", required=True, help="folder for what is kept")
    p.add_argument("--renderer", default="spade-scenes")
    p.add_argument("--minutes", type=float, default=26)
    p.add_argument("--pictures", type=int, default=20000, help="of 256 pixels; about a seventh as many of 512")
    p.add_argument("--first", type=float, default=0.1, metavar="SHARE", help="of the pictures, to wait for")
    p.add_argument("--features", required=True, metavar="WEIGHTS", help="of EfficientNet-Lite0, for the losses")
    p.add_argument("--lite", required=True, metavar="WEIGHTS", help="of EfficientNet-Lite1, which judges")
    p.add_argument("--begin-from", metavar="MODEL", help="an exported .safetensors")
    p.add_argument("--device", default="cuda")
    p.add_argument("--nf", type=int, default=24)
    p.add_argument("--n-hidden", type=int, default=64)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--rate-g", type=float, default=4e-4)
    p.add_argument("--rate-d", type=float, default=5e-4)
    args = p.parse_args()
    started = time.time()
    os.makedirs(args.work, exist_ok=True)
    os.makedirs(args.out, exist_ok=True)
    run, judge = (os.path.join(args.work, n) for n in ("run", "judge.pt"))
    held = GrowingPool(args, "held", 256, 90000000, 400, labels="mixed")
    held_moods = [GrowingPool(args, f"held-{mood}", 256, 95000000, 24, "--style", mood, labels="mixed")
                  for mood in moods_of(args.renderer)]
    for pool in [held] + held_moods:
        pool.fill()
    pools = training_pools(args)
    stop_rendering = fill_in_background(pools, args.first)
    paths = {option: [pool.path for pool in group] for option, group in pools.items()}
    device = ["--device", args.device]
    script("segmenter.py", "--pool", paths["--pool"][0], "--out", judge, "--batch", args.batch,
           "--minutes", 0.05 * args.minutes, *device)
    common = ["--run-dir", run, "--held-out", held.path, "--features", args.features, "--nf", args.nf,
              "--n-hidden", args.n_hidden, "--warmup", 0, "--sheet-minutes", 4, "--ema", 0.999, "--paint",
              "--match-prior", "--size", 256, "--batch", args.batch, "--prior", args.batch // 4,
              "--swap", args.batch // 4, "--weights", *WEIGHTS, *device]
    for option, group in paths.items():
        common += [option, *group]
    if args.begin_from:
        common += ["--begin-from", args.begin_from]
    budget = args.minutes * 0.88 - (time.time() - started) / 60  # without measuring and export
    for i, (share, rate) in enumerate(((0.3, 1), (0.35, 1), (0.25, 0.5), (0.1, 0.15))):
        script("train.py", *common, "--minutes", share * budget, "--rate-g", args.rate_g * rate,
               "--rate-d", args.rate_d * rate, *(["--freeze-norm"] if i > 0 or args.begin_from else []))
    stop_rendering()
    model = os.path.join(run, "landscape.safetensors")
    script("export.py", "--run-dir", run, "--pool", paths["--pool"][0], "--match-prior", paths["--pool"][0],
           *paths["--mood-pool"], "--out", model, *device)
    with open(os.path.join(args.out, "metrics.json"), "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, os.path.join(HERE, "evaluate.py"), "--model", model,
                        "--held-out", held.path, "--judge", judge, "--lite", args.lite, "--mood-pool",
                        *(pool.path for pool in held_moods), *device], stdout=file, check=False)
    for path in (model, os.path.join(run, "losses.csv"), os.path.join(run, "sheet.png"), judge):
        keep(path, args.out)


if __name__ == "__main__":
    main()
