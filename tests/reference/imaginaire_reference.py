# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The SPADE generator and style encoder of github.com/NVlabs/imaginaire in plain
PyTorch, for inference only: the facts are its source's, the code is ours. It is the
variant of the public configs: a style, no position encoding, batch norms with a weight
and a bias, spectral norm everywhere but in the encoder's fc_mu and fc_var.
config.spectral is false for the moving average of a training, whose weights have it
folded in. Module names are those of the public checkpoints. Shapes are NxCxHxW."""

import torch.nn as nn
import torch.nn.functional as F

from spade_reference import SpectralConv2d, StyleEncoder, make_conv

STYLED = ("up_0a", "up_1a", "up_2a")       # the style's convolution follows the block
PICTURES = {"up_2b": "conv_img256", "up_3b": "conv_img512", "up_4b": "conv_img1024"}


class SpectralLinear(SpectralConv2d):
    """The same of a matrix."""

    def __init__(self, fin, fout):
        super().__init__(fin, fout, 1)
        self.weight_orig = nn.Parameter(self.weight_orig.detach().flatten(1))

    def forward(self, x):
        return F.linear(x, self.weight_orig / self.sigma(), self.bias)


class Layers(nn.Module):
    """A convolution or linear layer, named NAME.layers.conv in the checkpoints, and
    where it has one the norm before it, NAME.layers.norm."""

    def __init__(self, conv, norm=None):
        super().__init__()
        parts = {"conv": conv} if norm is None else {"norm": norm, "conv": conv}
        self.layers = nn.ModuleDict(parts)

    def forward(self, x, condition=None, slope=0.2):
        """slope is that of the leaky ReLU after a norm, 1 for none."""
        if "norm" in self.layers:
            x = F.leaky_relu(self.layers["norm"](x, condition), slope)
        return self.layers["conv"](x)


def linear(config, fin, fout):
    return Layers(SpectralLinear(fin, fout) if config.spectral else nn.Linear(fin, fout))


def conv(config, fin, fout, kernel, norm=None, bias=True):
    """norm: the class of what comes before the convolution."""
    norm = None if norm is None else norm(config, fin)
    return Layers(make_conv(fin, fout, kernel, config.spectral, bias=bias), norm)


def double(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


class Picture(Layers):
    """A picture at twice the height and width of what it is made from."""

    def forward(self, x):
        return super().forward(F.leaky_relu(double(x), 0.2))


class StyleNorm(nn.Module):
    """Batch norm with weight and bias, then x * (1 + gamma) + beta of the style, the
    same at each pixel."""

    def __init__(self, config, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, eps=1e-5)
        self.fc_gamma = linear(config, 2 * config.z_dim, channels)
        self.fc_beta = linear(config, 2 * config.z_dim, channels)

    def forward(self, x, style):
        gamma, beta = (fc(style)[:, :, None, None] for fc in (self.fc_gamma, self.fc_beta))
        return self.norm(x) * (1 + gamma) + beta


class MapNorm(nn.Module):
    """The same with gamma and beta of the segmap at each pixel: its SPADE layer."""

    def __init__(self, config, channels):
        super().__init__()
        kernel = config.kernel
        first = conv(config, config.n_inputs, config.nhidden, kernel)
        self.mlps = nn.ModuleList([nn.Sequential(first)])
        self.gammas = nn.ModuleList([conv(config, config.nhidden, channels, kernel)])
        self.betas = nn.ModuleList([conv(config, config.nhidden, channels, kernel)])
        self.norm = nn.BatchNorm2d(channels, eps=1e-5)

    def forward(self, x, seg):
        seg = F.interpolate(seg, x.shape[2:], mode="nearest")
        hidden = F.relu(self.mlps[0](seg))
        return self.norm(x) * (1 + self.gammas[0](hidden)) + self.betas[0](hidden)


class Block(nn.Module):
    """SPADE's residual block."""

    def __init__(self, config, fin, fout):
        super().__init__()
        fmid = min(fin, fout)
        self.conv_block_0 = conv(config, fin, fmid, 3, MapNorm)
        self.conv_block_1 = conv(config, fmid, fout, 3, MapNorm)
        if fin != fout:
            self.conv_block_s = conv(config, fin, fout, 1, MapNorm, bias=False)

    def forward(self, x, seg):
        hidden = self.conv_block_1(self.conv_block_0(x, seg), seg)
        if hasattr(self, "conv_block_s"):
            x = self.conv_block_s(x, seg, slope=1)
        return x + hidden


def block_table(config):
    """(name, channels in, channels out) in running order; before each block whose name
    ends in "a" height and width double."""
    rows = [("head_1", 16, 16), ("head_2", 16, 16), ("up_0a", 16, 8), ("up_0b", 8, 8),
            ("up_1a", 8, 4), ("up_1b", 4, 4), ("up_2a", 4, 4), ("up_2b", 4, 2),
            ("up_3a", 2, 1), ("up_3b", 1, 1), ("up_4a", 1, 1 / 2), ("up_4b", 1 / 2, 1 / 2)]
    return [(name, int(fin * config.nf), int(fout * config.nf))
            for name, fin, fout in rows[:2 * config.n_ups]]


class ImaginaireGenerator(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, nf = config, config.nf
        self.fc_0 = linear(config, config.z_dim, 2 * config.z_dim)
        self.fc_1 = linear(config, 2 * config.z_dim, 2 * config.z_dim)
        self.head_0 = conv(config, config.n_inputs, 8 * nf, 3)
        self.cbn_head_0 = conv(config, 8 * nf, 16 * nf, 3, StyleNorm)
        for name, fin, fout in block_table(config):
            self.add_module(name, Block(config, fin, fout))
            if name in STYLED:
                self.add_module("cbn_" + name, conv(config, fout, fout, 3, StyleNorm))
            if name in PICTURES:
                self.add_module(PICTURES[name], Picture(make_conv(fout, 3, 5, config.spectral)))

    def forward(self, seg, z, taps=None):
        """seg N x S x H x W, H and W multiples of 2^ups; z N x z_dim. taps, a dict,
        receives each block's output under the block's name. A picture is made at each
        size from sixteen times the base on and added to the finer ones."""
        style = F.relu(self.fc_1(F.relu(self.fc_0(z))))
        base = [side >> self.config.n_ups for side in seg.shape[2:]]
        x = F.leaky_relu(self.head_0(F.interpolate(seg, base, mode="nearest")), 0.2)
        x, picture = self.cbn_head_0(x, style), None
        for name, _, _ in block_table(self.config):
            x = getattr(self, name)(double(x) if name.endswith("a") else x, seg)
            if taps is not None:
                taps[name] = x
            if name in STYLED:
                x = getattr(self, "cbn_" + name)(x, style)
            if name in PICTURES:
                finer = getattr(self, PICTURES[name])(x)
                picture = finer if picture is None else double(picture) + finer
        return (self.config.output_multiplier * picture).tanh()


class ImaginaireEncoder(StyleEncoder):
    """SPADE's without norms and always over 256x256, under other names."""

    def __init__(self, config):
        super().__init__(config)
        for name, part in list(self.named_children()):
            self.add_module(name, Layers(part))


class Imaginaire(nn.Module):
    """Generator and style encoder, which come in one file."""

    def __init__(self, config):
        super().__init__()
        self.spade_generator = ImaginaireGenerator(config)
        if config.encoder != "none":
            self.style_encoder = ImaginaireEncoder(config)

    def forward(self, seg, z, taps=None):
        return self.spade_generator(seg, z, taps)


def rendered_state(content):
    """A file's state dict for Imaginaire: the average where there is one, whose config
    is without spectral norm, else the network itself."""
    state = content.get("net_G", content)
    mark = "averaged_model."
    average = {key.split(mark)[1]: state[key] for key in state if mark in key}
    return average or {key.removeprefix("module."): value for key, value in state.items()}
