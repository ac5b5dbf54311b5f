# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Random weights under which every term of the network shows in the picture:
running statistics, biases, gamma and beta of a size with the activations,
sigma far from 1, tanh neither saturated nor flat."""

import math

import torch
import torch.nn as nn

from imaginaire_reference import MapNorm
from spade_reference import Clade, Spade, SpectralConv2d

STEP = 31  # elements by which the views of share_storage() are apart
SHARING = ("conv_0", "conv_1", "mlp_gamma", "mlp_beta",
           *(name + ".layers.conv" for name in ("conv_block_0", "conv_block_1", "mlps.0.0",
                                                "gammas.0", "betas.0", "head_0")))


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


def randomise_norm(norm, rng):
    """Running statistics, and where the norm has its own a weight of both signs, not
    near 1, and a bias."""
    norm.running_mean.copy_(normal(norm.running_mean.shape, 0.5, rng))
    log_var = uniform(norm.running_var.shape, math.log(0.3), math.log(3.0), rng)
    norm.running_var.copy_(log_var.exp())
    norm.num_batches_tracked.fill_(1234)
    if norm.affine:
        sign = uniform(norm.weight.shape, -1, 1, rng).sign()
        norm.weight.copy_(sign * uniform(norm.weight.shape, 0.4, 1.6, rng))
        norm.bias.copy_(normal(norm.bias.shape, 0.5, rng))


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
    if spade.param_free_norm.running_mean is not None:
        randomise_norm(spade.param_free_norm, rng)


def randomise_clade(norm, rng):
    """Scales of both signs, not near 1; edges that weigh as much as a channel."""
    affine = norm.class_specified_affine
    sign = uniform(affine.weight.shape, -1, 1, rng).sign()
    affine.weight.copy_(sign * uniform(affine.weight.shape, 0.4, 1.6, rng))
    affine.bias.copy_(normal(affine.bias.shape, 0.5, rng))
    if hasattr(norm, "inst_conv"):
        for number in norm.inst_conv.weight, norm.inst_conv.bias:
            number.copy_(uniform(number.shape, 0.5, 1.5, rng))
    if norm.param_free_norm.running_mean is not None:
        randomise_norm(norm.param_free_norm, rng)


def weight_of(conv):
    return conv.weight_orig if isinstance(conv, SpectralConv2d) else conv.weight


def randomise_conv(conv, rng):
    """A convolution with spectral norm (of any scale) or without."""
    weight = weight_of(conv)
    std = 0.8 / math.sqrt(weight[0].numel())
    if isinstance(conv, SpectralConv2d):
        std *= math.exp(uniform((), math.log(0.2), math.log(1.5), rng))
    weight.copy_(normal(weight.shape, std, rng))
    if isinstance(conv, SpectralConv2d):
        power_iterate(conv, rng)
    if conv.bias is not None:
        conv.bias.copy_(uniform(conv.bias.shape, -0.3, 0.3, rng))


def wake_hidden(norm, rng):
    """What randomise_spade says of the first convolution, for imaginaire's."""
    first = norm.mlps[0][0].layers["conv"]
    weight_of(first).mul_(weight_of(first).shape[1] ** 0.5)
    first.bias.copy_(uniform(first.bias.shape, 0.1, 1.1, rng))


@torch.no_grad()
def randomise(module, rng):
    """Fill a generator or an encoder."""
    inside = set()
    for part in module.modules():
        if isinstance(part, Spade):
            randomise_spade(part, rng)
            inside.update(part.modules())
        elif isinstance(part, Clade):
            randomise_clade(part, rng)
            inside.update(part.modules())
    for part in module.modules():
        if part in inside:
            continue
        if isinstance(part, (SpectralConv2d, nn.Conv2d)):
            randomise_conv(part, rng)
        elif isinstance(part, nn.BatchNorm2d):
            randomise_norm(part, rng)
        elif isinstance(part, nn.Linear):
            part.weight.copy_(normal(part.weight.shape, 1 / math.sqrt(part.in_features), rng))
            part.bias.copy_(uniform(part.bias.shape, -0.3, 0.3, rng))
    for part in module.modules():
        if isinstance(part, MapNorm):
            wake_hidden(part, rng)


@torch.no_grad()
def share_storage(module, rng):
    """Make the weights of all large convolutions views into one storage, each at an
    offset of its own: different weights and a small file, so that wide models fit the
    limit."""
    slots = [(part, name) for path, part in module.named_modules()
             for name in ("weight_orig", "weight")
             if path.endswith(SHARING) and hasattr(part, name)]
    longest = max(getattr(*slot).numel() for slot in slots)
    pool = normal((longest + STEP * (len(slots) + 1),), 0.1, rng).float()
    for i, (part, name) in enumerate(slots):
        shape = getattr(part, name).shape
        view = pool[i * STEP + 7:][:shape.numel()].view(shape)
        setattr(part, name, nn.Parameter(view, requires_grad=False))
        if name == "weight_orig":
            power_iterate(part, rng)


def image_convs(generator):
    """The convolutions whose outputs, added up, enter tanh."""
    return [part for path, part in generator.named_modules()
            if "conv_img" in path and isinstance(part, (nn.Conv2d, SpectralConv2d))]


@torch.no_grad()
def scale_output(generator, seg, z, std):
    """Scale and shift each conv_img so that their sum has this spread on this input,
    around the biases as they were. Spectral norm would undo a scale, so it gets none."""
    convs, raw = image_convs(generator), []
    hooks = [conv.register_forward_hook(lambda *call: raw.append(call[2])) for conv in convs]
    generator(seg, z)
    for conv, hook, value in zip(convs, hooks, raw):
        hook.remove()
        scale = std / len(convs) ** 0.5 / value.std(dim=(2, 3)).mean()
        if isinstance(conv, SpectralConv2d):
            scale = 1
        else:
            conv.weight.mul_(scale)
        conv.bias.sub_((value.mean(dim=(0, 2, 3)) - conv.bias) * scale)


@torch.no_grad()
def scale_encoder(encoder, image, std):
    """Scale fc_mu and fc_var so that mu and logvar have this spread on this image."""
    values = encoder(image)
    for part, value in zip((encoder.fc_mu, encoder.fc_var), values):
        part = part.layers["conv"] if hasattr(part, "layers") else part
        part.weight.mul_(std / (value - part.bias).std())
