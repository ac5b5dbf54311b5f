# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Compare the kernels with PyTorch's operations, which take over in f32, and time both.

Fails if a result or a gradient is off by more than bf16 explains.
"""

import argparse
import sys
import time

import torch

import kernels
import losses
import modulate
import neighbourhood
import paint

TOLERANCE = 0.01  # relative, of norms


def both_ways(name, function, inputs, d_out):
    """Whether results and gradients of function are the same in f32 and in bf16."""
    results = []
    for dtype in (torch.float32, torch.bfloat16):
        times = []
        for _ in range(5):
            leaves = [t.clone().requires_grad_() for t in inputs]
            started = time.time()
            out = function(*(t.to(dtype) for t in leaves))
            torch.autograd.backward(out, [d.to(o.dtype) for d, o in zip(d_out, out)])
            times.append(time.time() - started)
        results.append([*out, *(t.grad for t in leaves)])
        print(f"{name}, {dtype}: {1000 * min(times):.1f} ms")
    errors = [((a - b.float()).norm() / a.norm()).item() for a, b in zip(*results)]
    print(f"{name}: relative differences", *(f"{error:.4f}" for error in errors))
    return max(errors) < TOLERANCE


def compare_modulate(side, c):
    n, doubled = 2, 2 * side
    maps = torch.randint(0, 19, (n, doubled // 8, doubled // 8))
    maps = maps.repeat_interleave(8, 1).repeat_interleave(8, 2)
    level = neighbourhood.pyramid(neighbourhood.surround(maps.numpy()))[0]
    scale, shift, plane = 0.5 + torch.rand(c), torch.randn(c), torch.randn(n, 1, doubled, doubled)

    def function(x, table, strength):
        return modulate.modulate(x, scale, shift, strength.float(), plane, table, level, 2, 0.2)
    inputs = torch.randn(n, c, side, side), torch.randn(len(level.hidden), 2 * c), torch.randn(c)
    d_out = torch.randn(n, doubled, doubled, c).permute(0, 3, 1, 2), torch.tensor(1e3)
    return both_ways("modulate", function, [t.bfloat16().float() for t in inputs], d_out)


def compare_statistics(side, c):
    features = torch.randn(2, c, side, side).relu().bfloat16().float()

    def function(x):
        return (losses.statistics(x, 0.7, 16, 3),)
    return both_ways("statistics", function, [features], [torch.randn(2, 3 * c, side // 16, side // 16)])


def compare_mode_filter(side):
    labels = torch.randint(0, 19, (2, side, side), dtype=torch.uint8)
    is_same = all(torch.equal(kernels.mode_filter(labels, r), paint.mode_filter(labels.long(), r).byte())
                  for r in (1, 4, side))
    print("mode filter:", "the same" if is_same else "different")
    return is_same


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--channels", type=int, default=32)
    args = parser.parse_args()
    if not kernels.library():
        sys.exit("there are no kernels to compare")
    are_same = [compare_modulate(args.side, args.channels), compare_statistics(args.side, args.channels),
                compare_mode_filter(args.side)]
    sys.exit(not all(are_same))


if __name__ == "__main__":
    main()
