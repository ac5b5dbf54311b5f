# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The driver's end of a worker: a process that renders on command; the commands
are told in bench-worker.c."""

import os
import subprocess

import numpy as np

from peers import CACHE


class WorkerGone(Exception):
    """Says in a sentence that a worker stopped, and its last words."""


class Worker:
    def __init__(self, name, command, folder):
        self.name = name
        self.log = folder / f"{name}.log"
        environment = dict(os.environ, TORCHINDUCTOR_CACHE_DIR=str(CACHE / "inductor"))
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True, env=environment)
        ready = self.answer()
        if not ready.startswith("ready "):
            raise WorkerGone(f"{self.name} did not start")
        self.about = ready[6:]
        self.load_ms = float(self.answer())
        self.times = {}

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            words = self.log.read_text(errors="replace").strip().splitlines()
            raise WorkerGone(f"{self.name} stopped ({words[-1] if words else 'without a word'})")
        return line.strip()

    def ask(self, command):
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass # the answer says why
        return self.answer()

    def time(self, command):
        return float(self.ask(command))

    def note(self, command):
        """Runs a timed command and keeps its milliseconds."""
        self.times.setdefault(command.split()[0], []).append(self.time(command))

    def peak_mib(self):
        return int(self.ask("peak")) / 1024

    def picture(self, path, side):
        self.ask(f"write {path}")
        return np.fromfile(path, np.float32).reshape(side, side, 3)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def start_ours(args, map_path, side, precision, folder, *cache):
    return Worker("gimp-spade", [args.worker, args.model, map_path, side, args.device,
                                 precision, args.threads, *cache], folder)
