# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Distinct label patches: gamma and beta as a table, for training on a CPU.

Gamma and beta of a pixel depend on the 5 x 5 labels around it alone, and few
such patches are distinct (5 % of the pixels at 128 x 128). So the two
convolutions run once per distinct patch and a lookup spreads the result. It
is exact, borders included: outside the picture the one-hot map is zero, and
so is the hidden layer. DESIGN.md section 5 tells the same of the product.
"""

import argparse
import time

import numpy as np
import torch
import torch.nn.functional as F

OUTSIDE = 19
OFFSETS = [(y, x) for y in range(3) for x in range(3)]
MULTIPLIERS = np.random.default_rng(7).integers(-2**62, 2**62, 9) * 2 + 1


def number_patches(values, outside, keys_of):
    """Numbers the distinct 3 x 3 patches of values, N x H x W.

    Gives (N x H x W patch numbers, D x 9 values of each distinct patch).
    Patches of one value only, nearly all, take a short way.
    """
    n, h, w = values.shape
    padded = np.full((n, h + 2, w + 2), outside, values.dtype)
    padded[:, 1:-1, 1:-1] = values
    shifted = [padded[:, y:y + h, x:x + w] for y, x in OFFSETS]
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
    return numbers.reshape(n, h, w), distinct


class Level:
    """The dictionary of one level of the segmentation pyramid."""

    def __init__(self, channels):
        """channels: N x H x W numpy, 0 ... 18."""
        powers = 20 ** np.arange(9, dtype=np.int64)
        inner, labels = number_patches(channels.astype(np.int64), OUTSIDE, lambda t: t @ powers)
        outer, hidden = number_patches(inner, len(labels), lambda t: t @ MULTIPLIERS)
        onehot = F.one_hot(torch.from_numpy(labels), 20)[:, :, :19]
        self.onehot = onehot.transpose(1, 2).reshape(len(labels), -1).float()  # D3 x (19 * 9)
        self.hidden = torch.from_numpy(hidden)  # D5 x 9 numbers of hidden rows; D3 is the zero row
        self.pixels = torch.from_numpy(outer)   # N x H x W numbers of 5 x 5 patches


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
        total = torch.ops.aten.embedding_dense_backward(
            grad.float(), numbers, ctx.n_rows, -1, False)
        return total.to(grad.dtype), None


def gamma_beta(level, shared, mlp):
    """shared and mlp are the two convolutions. Gives N x 2C x H x W, channels last."""
    hidden = F.relu(F.linear(level.onehot, shared.weight.flatten(1), shared.bias))
    hidden = torch.cat([hidden, hidden.new_zeros(1, hidden.shape[1])])
    patches = Spread.apply(hidden, level.hidden)  # D5 x 9 x nhidden
    weight = mlp.weight.permute(0, 2, 3, 1).flatten(1)  # 2C x (9 nhidden)
    table = F.linear(patches.flatten(1), weight, mlp.bias)
    return Spread.apply(table, level.pixels).permute(0, 3, 1, 2)


def pyramid(channels, n_levels=6):
    """Dictionaries of the six levels, the full size first."""
    channels = channels.cpu().numpy()
    return [Level(channels[:, ::1 << i, ::1 << i]) for i in range(n_levels)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Check against convolutions on random maps.")
    parser.add_argument("--size", type=int, default=64)
    args = parser.parse_args()
    shared_conv = torch.nn.Conv2d(19, 32, 3, padding=1)
    mlp_conv = torch.nn.Conv2d(32, 48, 3, padding=1)
    side = args.size // 8
    maps = torch.randint(0, 19, (4, side, side)).repeat_interleave(8, 1).repeat_interleave(8, 2)
    started = time.time()
    level_0 = Level(maps.numpy())
    print(f"{len(level_0.hidden) / maps.numel():.1%} distinct, {time.time() - started:.3f} s")
    planes = F.one_hot(maps, 19).permute(0, 3, 1, 2).float()
    wanted = mlp_conv(F.relu(shared_conv(planes)))
    got = gamma_beta(level_0, shared_conv, mlp_conv)
    print("largest difference", (got - wanted).abs().max().item())
    parameters = [shared_conv.weight, shared_conv.bias, mlp_conv.weight, mlp_conv.bias]
    slope = torch.randn_like(wanted)
    pairs = zip(torch.autograd.grad(got, parameters, slope),
                torch.autograd.grad(wanted, parameters, slope))
    print("largest relative gradient difference",
          max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs))
