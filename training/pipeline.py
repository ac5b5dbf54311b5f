# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""All steps in a row on one machine, within a number of minutes.

Meant for half an hour on a GPU: the renderer fills the pool on
all cores while the GPU trains on what is there already, and each phase opens
the pool anew. What is to be kept goes to --out, in pieces below 15 MB.
"""

import argparse
import os
import subprocess
import sys
import time

WEIGHTS = ("gan=1.3 match=3 perceptual=0.7 texture=2.5 colour=40 pixel=0.5 kl=0.03 detail=8 tone=9 "
           "excess=2 activity=3 outline=60 weave=8").split()  # README.md's last phase
HERE = os.path.dirname(os.path.abspath(__file__))


def script(name, *arguments):
    command = [sys.executable, os.path.join(HERE, name), *map(str, arguments)]
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False).returncode


def render(renderer, path, seed, count, labels="natural", mood=None):
    """Starts a renderer in the background."""
    command = [renderer, "--seed", str(seed), "--count", str(count), "--size", "256",
               "--labels", labels, "--format", "raw", "--out", path]
    return subprocess.Popen(command + (["--style", mood] if mood else []))


def render_moods(renderer, work, name, seed, count, labels="natural"):
    """Renders a pool of each mood, one after another; gives their paths."""
    listed = subprocess.run([renderer, "--list-styles"], check=True, capture_output=True, text=True)
    paths = []
    for line in listed.stdout.split("\n"):
        if line.strip():
            mood = line.split()[0]
            paths.append(os.path.join(work, f"{name}-{mood}-256.raw"))
            render(renderer, paths[-1], seed, count, labels, mood).wait()
    return paths


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
    p.add_argument("--pictures", type=int, default=40000)
    p.add_argument("--mood-pictures", type=int, default=1500, help="of each mood")
    p.add_argument("--begin-from", metavar="MODEL", help="an exported .safetensors")
    p.add_argument("--first", type=int, default=4000, help="pictures to wait for")
    p.add_argument("--device", default="cuda")
    p.add_argument("--nf", type=int, default=24)
    p.add_argument("--n-hidden", type=int, default=64)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--rate-g", type=float, default=4e-4)
    p.add_argument("--rate-d", type=float, default=8e-4)
    args = p.parse_args()
    started = time.time()
    os.makedirs(args.work, exist_ok=True)
    os.makedirs(args.out, exist_ok=True)
    pool, held, run, run_segmenter, judge = (os.path.join(args.work, n) for n in (
        "train-256.raw", "held-256.raw", "run", "segmenter.pt", "judge.pt"))
    render(args.renderer, held, 90000000, 400, "mixed").wait()
    moods = render_moods(args.renderer, args.work, "mood", 20000000, args.mood_pictures)
    held_moods = render_moods(args.renderer, args.work, "held-mood", 95000000, 24, "mixed")
    background = render(args.renderer, pool, 1000000, args.pictures)
    while background.poll() is None and (
            not os.path.exists(pool) or os.path.getsize(pool) < args.first * 256 * 256 * 4):
        time.sleep(1)

    def left():
        return args.minutes - (time.time() - started) / 60
    device = ["--device", args.device]
    for path in (run_segmenter, judge):
        script("segmenter.py", "--pool", pool, "--out", path, "--batch", args.batch,
               "--minutes", 0.05 * args.minutes, *device)
    common = ["--run-dir", run, "--pool", pool, "--mood-pool", *moods, "--held-out", held,
              "--segmenter", run_segmenter, "--nf", args.nf, "--n-hidden", args.n_hidden,
              "--rate-d", args.rate_d, "--warmup", 0, "--sheet-minutes", 4, "--ema", 0.999,
              "--paint", "--match-prior", *device]
    if args.begin_from:
        common += ["--begin-from", args.begin_from]
    end = 0.12 * args.minutes  # for measuring and export
    budget = left() - end
    for i, (share, rate) in enumerate(((0.3, 1), (0.35, 1), (0.25, 0.5), (0.1, 0.15))):
        script("train.py", *common, "--size", 256, "--batch", args.batch, "--prior", args.batch // 8,
               "--swap", args.batch // 4, "--minutes", share * budget,
               "--rate-g", args.rate_g * rate, "--weights", *WEIGHTS,
               *(["--freeze-norm"] if i > 0 or args.begin_from else []))
    background.terminate()
    model = os.path.join(run, "landscape.safetensors")
    script("export.py", "--run-dir", run, "--pool", pool, "--match-prior", pool, *moods,
           "--out", model, *device)
    with open(os.path.join(args.out, "metrics.json"), "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, os.path.join(HERE, "evaluate.py"), "--model", model,
                        "--held-out", held, "--judge", judge, "--mood-pool", *held_moods,
                        *device],
                       stdout=file, check=False)
    for path in (model, os.path.join(run, "losses.csv"), os.path.join(run, "sheet.png"),
                 run_segmenter, judge):
        keep(path, args.out)


if __name__ == "__main__":
    main()
