# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""What a person would paint of a true map: smooth shapes, or straight edges.

The renderer can do it too (spade-scenes --labels smooth), but then nobody
knows any more where the painted map and the picture disagree: a smooth crown
holds sky that shines between the leaves, and a generator that must make it
learns bright specks for every tree. Here both maps are at hand, and what they
disagree on, but for clouds and sky (data.agree()), is left out of all losses
(train.py).
"""

import argparse

import torch
import torch.nn.functional as F

import kernels


def mode_filter(labels, radius):
    """N x H x W: the most frequent label of the square around each pixel: by box sums, class by class."""
    if labels.device.type == "cpu" and labels.dtype == torch.uint8 and kernels.library():
        return kernels.mode_filter(labels, radius)
    height, width = labels.shape[1:]
    near = torch.tensor([-radius, radius + 1], device=labels.device)
    top, bottom = (torch.arange(height, device=labels.device)[:, None] + near).clamp(0, height).t()
    left, right = (torch.arange(width, device=labels.device)[:, None] + near).clamp(0, width).t()
    best, most = labels.clone(), torch.zeros_like(labels, dtype=torch.int32)
    for label in labels.unique():
        sums = (labels == label).cumsum(1, dtype=torch.int32).cumsum(2, dtype=torch.int32)
        sums = F.pad(sums, (1, 0, 1, 0))
        rows = sums[:, bottom] - sums[:, top]
        count = rows[:, :, right] - rows[:, :, left]
        best[count > most] = label
        most = torch.maximum(most, count)
    return best


def cut_polygons(labels, cell):
    """Each pixel takes the label at the nearest of a set of jittered points."""
    n, height, width = labels.shape
    on = {"device": labels.device}
    wide = mode_filter(labels, int(0.3 * cell) + 1)
    y, x = torch.arange(height, **on)[:, None].float(), torch.arange(width, **on)[None].float()
    row, column = (y / cell).long(), (x / cell).long()
    jitter = torch.rand(2, n, int(row.max()) + 3, int(column.max()) + 3, **on)
    nearest = torch.full(labels.shape, torch.inf, **on)
    result = torch.empty_like(labels)
    each = torch.arange(n, **on)[:, None, None]
    for i in range(3):
        for j in range(3):
            seed_y = (row + i - 1 + jitter[0][:, row + i, column + j]) * cell
            seed_x = (column + j - 1 + jitter[1][:, row + i, column + j]) * cell
            distance = (seed_y - y) ** 2 + (seed_x - x) ** 2
            there = wide[each, seed_y.long().clamp(0, height - 1), seed_x.long().clamp(0, width - 1)]
            is_nearer = distance < nearest
            nearest = torch.where(is_nearer, distance, nearest)
            result = torch.where(is_nearer, there, result)
    return result


def box(x, radius):
    """N x H x W: the mean of the square around each, of what lies in the picture."""
    side, options = 2 * radius + 1, {"stride": 1, "count_include_pad": False}
    x = F.avg_pool2d(x[:, None], (side, 1), padding=(radius, 0), **options)
    return F.avg_pool2d(x, (1, side), padding=(0, radius), **options)[:, 0]


def billow(labels, clouds, sky, strength, height):
    """Clouds among sky as a person paints them: a smooth shape around each, wide by a strength of 0 ... 1.

    clouds and sky: their labels; height: of the whole picture.
    """
    radius = 1 + int(0.018 * strength * strength * height)
    is_cloud = labels == clouds
    is_near = box(is_cloud.float(), radius) > 1e-6
    smooth = box(is_near.float(), radius + radius // 2) > 0.5
    is_high = is_cloud | (labels == sky)
    return torch.where(is_high, torch.where(smooth, clouds, sky), labels).to(labels.dtype)


def paint(labels, kind, strength, height=None):
    """N x H x W maps in a way that two numbers of 0 ... 1 choose: half stay as they are; of the others
    most become smooth, and most of them a little: a narrow tree is gone soon. height: of the whole
    picture, if the maps are of a part."""
    height = height or labels.shape[1]
    if kind < 0.5:
        return labels
    if kind < 0.85:
        radius = 1 + int(height * (0.004 + 0.022 * strength * strength))
        return mode_filter(mode_filter(labels, radius), radius)
    return cut_polygons(labels, height * (0.025 + 0.035 * strength))


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    checks = torch.eye(2, dtype=torch.uint8).repeat_interleave(8, 0).repeat_interleave(8, 1)[None]
    checks[0, 2, 2] = 0
    print("a speck goes:", mode_filter(checks, 1)[0, 2, 2].item() == 1)
