# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The maps that are rendered: files and folders of label maps, and made ones
from a single class to noise."""

import struct
import sys
import zlib
from pathlib import Path

import numpy as np

N_CLASSES = 182


def find(paths):
    """Every PNG of the files and folders, a folder's in the order of their names."""
    found = []
    for path in map(Path, paths):
        found += sorted(path.glob("*.png")) if path.is_dir() else [path]
    missing = [str(path) for path in found if not path.is_file()]
    if missing or not found:
        sys.exit(f"bench: there is no map {', '.join(missing or map(str, paths))}")
    return found


def write_png(path, ids):
    """A grey PNG whose values are class ids."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    height, width = ids.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), ids], axis=1).tobytes()
    path.write_bytes(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", height, width, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make(folder, side):
    """(name, path) of made maps of that side, simple ones first."""
    random = np.random.default_rng(1)

    def blocks(size):
        n = -(-side // size)
        ids = random.integers(0, N_CLASSES, (n, n), np.uint8)
        return ids.repeat(size, 0).repeat(size, 1)[:side, :side]

    kinds = {"one class": np.full((side, side), 21, np.uint8), "blocks of 32": blocks(32),
             "blocks of 8": blocks(8), "noise": blocks(1)}
    made = []
    for name, ids in kinds.items():
        path = folder / f"{name.replace(' ', '-')}-{side}.png"
        write_png(path, ids)
        made.append((name, path))
    return made


def share_of_patches(ids):
    """How many of the 5x5 patches of classes are distinct, of all pixels; edges
    follow from the classes, but for those on a patch's rim."""
    padded = np.pad(ids.astype(np.int16), 2, constant_values=-1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5)).reshape(ids.size, 25)
    # Two independent sums in 64 bits: a clash is far less likely than a typing error.
    random = np.random.default_rng(2)
    with np.errstate(over="ignore"):
        keys = windows.astype(np.int64) @ random.integers(-2**62, 2**62, (25, 2))
    return len(np.unique(keys.view("i8,i8"))) / ids.size
