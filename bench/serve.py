# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""What the peers' workers share: the one-hot input, and the commands of
bench-worker.c, of which "map" and "seed" are the same here, since no peer keeps
anything between pictures; "z PATH" renders the map with the z of a file."""

import json
import resource
import struct
import sys
import time
from dataclasses import dataclass

import numpy as np


@dataclass
class Job:
    """The command line of a worker: MODEL ONNX IDS SIDE KIND PRECISION THREADS."""
    model: str
    onnx: str
    ids: str
    side: int
    kind: str
    precision: str
    threads: int

    def __post_init__(self):
        self.side, self.threads = int(self.side), int(self.threads)


def read_header(path):
    """The tensors' entries, the config and where the data begin, of a model file."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
    return header, json.loads(header.pop("__metadata__")["spade.config"]), 8 + length


def planes(config, ids, n, is_last):
    """HxW class ids -> n x S x H x W f32, channels last in memory if is_last."""
    n_classes = config["classes"] + config["unlabeled"]
    n_channels = n_classes + config["edge"]
    height, width = ids.shape
    y, x = np.ogrid[:height, :width]
    if is_last:
        out = np.zeros((n, height, width, n_channels), np.float32).transpose(0, 3, 1, 2)
    else:
        out = np.zeros((n, n_channels, height, width), np.float32)
    out[:, ids, y, x] = 1
    if config["edge"]:
        edge = out[0, n_classes]
        rows, columns = ids[1:] != ids[:-1], ids[:, 1:] != ids[:, :-1]
        edge[1:][rows] = edge[:-1][rows] = 1
        edge[:, 1:][columns] = edge[:, :-1][columns] = 1
        out[1:, n_classes] = edge
    return out


def read_ids(job, path):
    return np.fromfile(path, np.uint8).reshape(job.side, job.side)


def serve(job, about, begin, config, run, is_last=False):
    """Obeys commands from stdin. run (planes, z or None) gives N x 3 x H x W;
    begin is time.perf_counter() of when loading began."""
    print(f"ready {about}\n{(time.perf_counter() - begin) * 1e3:.3f}", flush=True)
    ids = read_ids(job, job.ids)
    random = np.random.default_rng(1)
    picture = None
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command in ("map", "seed", "batch"):
            start = time.perf_counter()
            n = int(argument or 1)
            z = random.standard_normal((n, config["z_dim"]), np.float32) \
                if config["z_dim"] else None
            picture = run(planes(config, ids, n, is_last), z)
            answer = f"{(time.perf_counter() - start) * 1e3:.3f}"
        elif command == "z":
            z = np.fromfile(argument, np.float32).reshape(1, config["z_dim"])
            picture, answer = run(planes(config, ids, 1, is_last), z), "ok"
        elif command == "use":
            ids, answer = read_ids(job, argument), "ok"
        elif command == "write":
            np.asarray(picture[0], np.float32).transpose(1, 2, 0).tofile(argument)
            answer = "ok"
        elif command == "cpu":
            answer = f"{time.process_time() * 1e3:.3f}"
        elif command == "peak":
            answer = str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        else:
            sys.exit(f"no command \"{command}\"")
        print(answer, flush=True)
