# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""What a person would paint of a true map: smooth shapes, or straight edges.

The renderer can do it too (spade-scenes --labels smooth), but then nobody
knows any more where the painted map and the picture disagree: a smooth crown
holds sky that shines between the leaves, and a generator that must make it
learns bright specks for every tree. Here both maps are at hand, and what they
disagree on is left out of all losses (train.py).
"""

import argparse

import numpy as np


def mode_filter(labels, radius):
    """The most frequent label of the square around each pixel: by box sums, class by class."""
    height, width = labels.shape
    top, bottom = np.clip(np.arange(height)[:, None] + [-radius, radius + 1], 0, height).T
    left, right = np.clip(np.arange(width)[:, None] + [-radius, radius + 1], 0, width).T
    best, most = labels.copy(), np.zeros(labels.shape, np.int32)
    for label in np.unique(labels):
        sums = np.zeros((height + 1, width + 1), np.int32)
        np.cumsum(np.cumsum(labels == label, 0, dtype=np.int32), 1, out=sums[1:, 1:])
        rows = sums[bottom] - sums[top]
        count = rows[:, right] - rows[:, left]
        best[count > most] = label
        most = np.maximum(most, count)
    return best


def cut_polygons(labels, cell, random):
    """Each pixel takes the label at the nearest of a set of jittered points."""
    height, width = labels.shape
    wide = mode_filter(labels, int(0.3 * cell) + 1)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    row, column = (y / cell).astype(int), (x / cell).astype(int)
    jitter = random.random((2, row.max() + 3, column.max() + 3), np.float32)
    nearest = np.full(labels.shape, np.inf, np.float32)
    result = np.empty_like(labels)
    for i in range(3):
        for j in range(3):
            seed_y = (row + i - 1 + jitter[0, row + i, column + j]) * cell
            seed_x = (column + j - 1 + jitter[1, row + i, column + j]) * cell
            distance = (seed_y - y) ** 2 + (seed_x - x) ** 2
            is_nearer = distance < nearest
            nearest[is_nearer] = distance[is_nearer]
            at = (np.clip(seed_y, 0, height - 1).astype(int)[is_nearer],
                  np.clip(seed_x, 0, width - 1).astype(int)[is_nearer])
            result[is_nearer] = wide[at]
    return result


def paint(labels, random):
    """A third stays as it is; of the others most become smooth."""
    kind, strength, height = random.random(), random.random(), len(labels)
    if kind < 1 / 3:
        return labels
    if kind < 0.8:
        radius = 1 + int(height * (0.008 + 0.02 * strength))
        return mode_filter(mode_filter(labels, radius), radius)
    return cut_polygons(labels, height * (0.025 + 0.035 * strength), random)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    checks = np.kron(np.eye(2, dtype=np.uint8), np.ones((8, 8), np.uint8))
    checks[2, 2] = 0
    print("a speck goes:", mode_filter(checks, 1)[2, 2] == 1)
