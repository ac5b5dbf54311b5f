# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Random weights under which every term of the network shows in the picture:
running statistics, biases, gamma and beta of a size with the activations,
sigma far from 1, tanh neither saturated nor flat."""

import math

import torch
import torch.nn as nn

from spade_reference import Spade, SpectralConv2d

STEP = 31  # elements by which the views of share_storage() are apart


def normal(shape, std, rng):
    return torch.randn(shape, generator=rng, dtype=torch.float64) * std


def uniform(shape, low, high, rng):
    return torch.rand(shape, generator=rng, dtype=torch.float64) * (high - low) + low


def power_iterate(conv, rng, n_rounds=3):
    """u and v as training leaves them: near the largest singular pair, not on it."""
    weight = conv.weight_orig.detach().flatten(1).double()
    u = normal(weight.shape[:1], 1.0, rng)
    for _ in range(n_rounds):
        v = nn.functional.normalize(weight.T @ u, dim=0)
        u = nn.functional.normalize(weight @ v, dim=0)
    conv.weight_u.copy_(u)
    conv.weight_v.copy_(v)


def randomise_spade(spade, rng):
    """One-hot input has k*k ones under the kernel; about half of the hidden units
    survive the ReLU, whose bias is on the positive side so that none is dead."""
    first = spade.mlp_shared[0]
    first.weight.copy_(normal(first.weight.shape, 0.9 / first.kernel_size[0], rng))
    first.weight[:, :spade.n_z] /= max(spade.n_z, 1) ** 0.5  # z has no zeros
    first.bias.copy_(uniform(first.bias.shape, 0.1, 1.1, rng))
    for conv in spade.mlp_gamma, spade.mlp_beta:
        fan_in = conv.weight[0].numel()
        conv.weight.copy_(normal(conv.weight.shape, 0.8 / math.sqrt(fan_in), rng))
        conv.bias.copy_(uniform(conv.bias.shape, -0.4, 0.4, rng))
    if hasattr(spade, "noise"):
        spade.noise.copy_(normal(spade.noise.shape, 0.5, rng))
    norm = spade.param_free_norm
    if norm.running_mean is not None:
        norm.running_mean.copy_(normal(norm.running_mean.shape, 0.5, rng))
        log_var = uniform(norm.running_var.shape, math.log(0.3), math.log(3.0), rng)
        norm.running_var.copy_(log_var.exp())
        norm.num_batches_tracked.fill_(1234)


def randomise_conv(conv, rng):
    """A convolution with spectral norm (of any scale) or without."""
    weight = conv.weight_orig if isinstance(conv, SpectralConv2d) else conv.weight
    std = 0.8 / math.sqrt(weight[0].numel())
    if isinstance(conv, SpectralConv2d):
        std *= math.exp(uniform((), math.log(0.2), math.log(1.5), rng))
    weight.copy_(normal(weight.shape, std, rng))
    if isinstance(conv, SpectralConv2d):
        power_iterate(conv, rng)
    if conv.bias is not None:
        conv.bias.copy_(uniform(conv.bias.shape, -0.3, 0.3, rng))


@torch.no_grad()
def randomise(module, rng):
    """Fill a generator or an encoder."""
    inside = set()
    for part in module.modules():
        if isinstance(part, Spade):
            randomise_spade(part, rng)
            inside.update(part.modules())
    for part in module.modules():
        if part in inside:
            continue
        if isinstance(part, (SpectralConv2d, nn.Conv2d)):
            randomise_conv(part, rng)
        elif isinstance(part, nn.Linear):
            part.weight.copy_(normal(part.weight.shape, 1 / math.sqrt(part.in_features), rng))
            part.bias.copy_(uniform(part.bias.shape, -0.3, 0.3, rng))


@torch.no_grad()
def share_storage(module, rng):
    """Make every 3x3 weight_orig and gamma and beta weight a view into one storage,
    each at an offset of its own: different weights and a small file, so that wide
    models fit the limit."""
    slots = [(part, name) for path, part in module.named_modules()
             for name in ("weight_orig", "weight")
             if path.endswith(("conv_0", "conv_1", "mlp_gamma", "mlp_beta"))
             and hasattr(part, name)]
    longest = max(getattr(*slot).numel() for slot in slots)
    pool = normal((longest + STEP * (len(slots) + 1),), 0.1, rng).float()
    for i, (part, name) in enumerate(slots):
        shape = getattr(part, name).shape
        view = pool[i * STEP + 7:][:shape.numel()].view(shape)
        setattr(part, name, nn.Parameter(view, requires_grad=False))
        if name == "weight_orig":
            power_iterate(part, rng)


@torch.no_grad()
def scale_output(generator, seg, z, std):
    """Scale and shift conv_img so that what enters tanh has this spread on this
    input, around the bias as it was."""
    conv, raw = generator.conv_img, []
    hook = conv.register_forward_hook(lambda *call: raw.append(call[2]))
    generator(seg, z)
    hook.remove()
    scale = std / raw[0].std(dim=(2, 3)).mean()
    conv.weight.mul_(scale)
    conv.bias.sub_((raw[0].mean(dim=(0, 2, 3)) - conv.bias) * scale)
