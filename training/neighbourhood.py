# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Distinct label patches: gamma and beta as a table, for training on a CPU.

Gamma and beta of a pixel depend on the 5 x 5 labels around it alone, and few
such patches are distinct (5 % of the pixels at 128 x 128). So the two
convolutions run once per distinct patch and a lookup spreads the result. It
is exact, borders included: outside the picture the one-hot map is zero, and
so is the hidden layer. The product does the same (core/neighbourhood.h).
A crop knows the labels around it: else every patch of the coarse levels would
touch the outside, and whole pictures would be made of patches never seen.
"""

import argparse
import time

import numpy as np
import torch
import torch.nn.functional as F

import kernels

OUTSIDE = 19
REACH = 2  # cells of its level that a patch sees on each side
OFFSETS = [(y, x) for y in range(3) for x in range(3)]
MULTIPLIERS = np.random.default_rng(7).integers(-2**62, 2**62, 9) * 2 + 1


def number_patches(values, outside, keys_of):
    """Numbers the distinct 3 x 3 patches of values, N x (H + 2) x (W + 2), 0 ... outside.

    Gives (N x H x W patch numbers, D x 9 values of each distinct patch, how many of these are
    mixed). Patches of one value only, nearly all, take a short way and the last numbers.
    """
    n, h, w = values.shape[0], values.shape[1] - 2, values.shape[2] - 2
    shifted = [values[:, y:y + h, x:x + w] for y, x in OFFSETS]
    values = shifted[4]
    is_flat = np.ones((n, h, w), bool)
    for s in shifted:
        is_flat &= s == values
    mixed = np.flatnonzero(~is_flat)
    tuples = np.stack([s.reshape(-1)[mixed] for s in (np.ascontiguousarray(s) for s in shifted)], 1)
    _, first, inverse = np.unique(keys_of(tuples), return_index=True, return_inverse=True)
    flat = values[is_flat]
    present = np.flatnonzero(np.bincount(flat, minlength=outside + 1))
    lookup = np.zeros(outside + 1, np.int64)
    lookup[present] = np.arange(len(present)) + len(first)
    numbers = np.empty(n * h * w, np.int64)
    numbers[mixed] = inverse.reshape(-1)
    numbers[is_flat.reshape(-1)] = lookup[flat]
    distinct = np.concatenate([tuples[first], np.repeat(present[:, None], 9, 1)])
    return numbers.reshape(n, h, w), distinct, len(first)


def filled_up(rows, filler):
    """With rows of filler up to one of sixteen numbers per power of two.

    oneDNN makes a program for every shape of a product, and keeps those that come back.
    """
    step = 1 << max(len(rows).bit_length() - 5, 0)
    return np.concatenate([rows, np.full((-len(rows) % step, rows.shape[1]), filler, rows.dtype)])


class Level:
    """The dictionary of one level of the segmentation pyramid."""

    def __init__(self, channels):
        """channels: N x (H + 4) x (W + 4) numpy, 0 ... 18 or OUTSIDE."""
        powers = 20 ** np.arange(9, dtype=np.int64)
        inner, labels, _ = number_patches(channels.astype(np.int64), OUTSIDE, lambda t: t @ powers)
        labels = filled_up(labels, OUTSIDE)
        inner[channels[:, 1:-1, 1:-1] == OUTSIDE] = len(labels)
        outer, hidden, self.n_mixed = number_patches(inner, len(labels), lambda t: t @ MULTIPLIERS)
        self.n_patches = len(hidden)
        hidden = filled_up(hidden, len(labels))
        onehot = F.one_hot(torch.from_numpy(labels), 20)[:, :, :19]
        self.onehot = onehot.transpose(1, 2).reshape(len(labels), -1).float()  # D3 x (19 * 9)
        self.hidden = torch.from_numpy(hidden)  # D5 x 9 numbers of hidden rows; the row after them is zero
        self.pixels = torch.from_numpy(outer)   # N x H x W numbers of 5 x 5 patches
        self.mixed = torch.from_numpy(np.flatnonzero(outer < self.n_mixed))  # pixels of mixed ones


class Spread(torch.autograd.Function):
    """table[numbers], with the gradient summed in float32."""

    @staticmethod
    def forward(ctx, table, numbers):
        ctx.save_for_backward(numbers)
        ctx.n_rows = len(table)
        return F.embedding(numbers, table)

    @staticmethod
    def backward(ctx, grad):
        numbers, = ctx.saved_tensors
        if grad.dtype == torch.bfloat16 and kernels.library():
            return kernels.sum_rows(grad, numbers, ctx.n_rows).to(grad.dtype), None
        total = torch.ops.aten.embedding_dense_backward(
            grad.float(), numbers, ctx.n_rows, -1, False)
        return total.to(grad.dtype), None


class SpreadPixels(torch.autograd.Function):
    """A level's table at its pixels. Most are of a few patches, whose gradients one product sums."""

    @staticmethod
    def forward(ctx, table, level):
        ctx.level, ctx.n_rows = level, len(table)
        return F.embedding(level.pixels, table)

    @staticmethod
    def backward(ctx, grad):
        level, grad = ctx.level, grad.reshape(-1, grad.shape[-1])
        numbers = level.pixels.flatten()
        mixed = torch.ops.aten.embedding_dense_backward(
            grad[level.mixed].float(), numbers[level.mixed], level.n_mixed, -1, False)
        flat = torch.arange(level.n_mixed, level.n_patches)[:, None] == numbers
        filler = grad.new_zeros(ctx.n_rows - level.n_patches, grad.shape[-1])
        return torch.cat([mixed.to(grad.dtype), flat.to(grad.dtype) @ grad, filler]), None


def gamma_beta(level, shared, mlp):
    """shared and mlp are the two convolutions. Gives a row per distinct patch, D5 x 2C."""
    hidden = F.relu(F.linear(level.onehot, shared.weight.flatten(1), shared.bias))
    hidden = torch.cat([hidden, hidden.new_zeros(1, hidden.shape[1])])
    patches = Spread.apply(hidden, level.hidden)  # D5 x 9 x nhidden
    weight = mlp.weight.permute(0, 2, 3, 1).flatten(1)  # 2C x (9 nhidden)
    return F.linear(patches.flatten(1), weight, mlp.bias)


def spread(table, level):
    """The rows of a table at their pixels: N x 2C x H x W, channels last."""
    return SpreadPixels.apply(table, level).permute(0, 3, 1, 2)


N_LEVELS = 6
MARGIN = REACH << (N_LEVELS - 1)  # pixels around a crop that its coarsest level sees


def surround(channels):
    """N x H x W or H x W channels with a margin of OUTSIDE: a picture has nothing around it."""
    edge = [(0, 0)] * (channels.ndim - 2) + [(MARGIN, MARGIN)] * 2
    return np.pad(channels, edge, constant_values=OUTSIDE)


def pyramid(surrounded):
    """Dictionaries of the six levels, the full size first; N x H x W channels with their margin."""
    levels = []
    for i in range(N_LEVELS):
        begin = MARGIN - (REACH << i)
        cut = slice(begin, -begin or None, 1 << i)
        levels.append(Level(surrounded[:, cut, cut]))
    return levels


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Check against convolutions on random maps.")
    parser.add_argument("--size", type=int, default=64)
    args = parser.parse_args()
    shared_conv = torch.nn.Conv2d(19, 32, 3, padding=1)
    mlp_conv = torch.nn.Conv2d(32, 48, 3, padding=1)
    side = args.size // 8
    maps = torch.randint(0, 19, (4, side, side)).repeat_interleave(8, 1).repeat_interleave(8, 2)
    started = time.time()
    level_0 = pyramid(surround(maps.numpy()))[0]
    print(f"{level_0.n_patches / maps.numel():.1%} distinct, {time.time() - started:.3f} s")
    planes = F.one_hot(maps, 19).permute(0, 3, 1, 2).float()
    wanted = mlp_conv(F.relu(shared_conv(planes)))
    got = spread(gamma_beta(level_0, shared_conv, mlp_conv), level_0)
    print("largest difference", (got - wanted).abs().max().item())
    parameters = [shared_conv.weight, shared_conv.bias, mlp_conv.weight, mlp_conv.bias]
    slope = torch.randn_like(wanted)
    pairs = zip(torch.autograd.grad(got, parameters, slope),
                torch.autograd.grad(wanted, parameters, slope))
    print("largest relative gradient difference",
          max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs))
