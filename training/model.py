# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The networks: SPADE generator, style encoder and patch discriminator.

Written from the paper (Park et al. 2019, sections 3 and A). Two things differ
from the file the product reads, and export.py undoes both: the one-hot input
is compact (19 channels, not 183), and gamma and beta come out of one
convolution; norm_0 and norm_s share statistics.
Tensors are N x C x H x W, channels_last.
"""

import argparse
import torch
import torch.nn as nn
import torch.nn.functional as F

import modulate
import neighbourhood
from convolution import Conv, SpectralConv

N_CHANNELS = 19  # 18 landscape classes and unlabeled


class Noise(nn.Module):
    """Adds one plane of noise to all channels, each in its own strength (Karras et al. 2019).

    Uniform, of variance 1: what the product makes from the seed (docs/numerics.md).
    """

    def __init__(self, n_features):
        super().__init__()
        self.strength = nn.Parameter(0.1 * torch.randn(n_features))

    @staticmethod
    def plane(n, height, width, device):
        return torch.empty(n, 1, height, width, device=device).uniform_(-1, 1) * 3 ** 0.5


class Spade(nn.Module):
    """x (1 + gamma) + beta per pixel, of x normalized, and noise added; then a leaky ReLU.

    excess says of the last forward how far gamma and beta went beyond LIMIT, each distinct patch
    counting once. Norms that are frozen do not hold them, and what a rare patch is given is
    seldom seen by a loss: unbounded, such patches end in rainbow glows.
    activity says the same of the modulated x, at every fourth pixel. In a style of which there are few
    pictures a frozen norm lets it run away over several layers, and outlines burn, white and black.
    """

    LIMIT = 2

    def __init__(self, n_features, n_hidden, slope=0.2):
        super().__init__()
        self.slope = slope
        self.mlp_shared = nn.Conv2d(N_CHANNELS, n_hidden, 3, padding=1)
        self.mlp_gamma_beta = nn.Conv2d(n_hidden, 2 * n_features, 3, padding=1)
        nn.init.xavier_normal_(self.mlp_gamma_beta.weight, 0.7)
        nn.init.zeros_(self.mlp_gamma_beta.bias)

    def forward(self, x, scale, shift, noise, plane, labels, doubling=1):
        """scale and shift normalize x; labels: one-hot map, or a neighbourhood.Level; doubling: 2, or 1, of x's sides."""
        if isinstance(labels, neighbourhood.Level):
            table = neighbourhood.gamma_beta(labels, self.mlp_shared, self.mlp_gamma_beta)
            distinct = table[:labels.n_patches]
        else:
            table = distinct = self.mlp_gamma_beta(F.relu(self.mlp_shared(labels)))
        self.excess = F.relu(distinct.float().abs() - self.LIMIT).pow(2).mean()
        result, self.activity = modulate.modulate(x, scale, shift, noise.strength, plane, table, labels,
                                                  doubling, self.slope)
        return result


def normalized(x, norm):
    """x, scale and shift: by a batch norm that is frozen; by another one x is normalized already."""
    if norm.training:
        scale, shift = torch.ones_like(norm.running_var), torch.zeros_like(norm.running_var)
        return norm(x), scale, shift
    scale = torch.rsqrt(norm.running_var + norm.eps)
    return x, scale, -norm.running_mean * scale


class Block(nn.Module):
    """The SPADE residual block, of x or of x doubled. norm_0 and norm_s see one input, in one noise."""

    def __init__(self, n_in, n_out, n_hidden):
        super().__init__()
        n_mid = min(n_in, n_out)
        self.conv_0 = SpectralConv(n_in, n_mid, 3, padding=1)
        self.conv_1 = SpectralConv(n_mid, n_out, 3, padding=1)
        self.batch_norm_0 = nn.BatchNorm2d(n_in, affine=False)
        self.batch_norm_1 = nn.BatchNorm2d(n_mid, affine=False)
        self.norm_0 = Spade(n_in, n_hidden)
        self.norm_1 = Spade(n_mid, n_hidden)
        self.noise_0, self.noise_1 = Noise(n_in), Noise(n_mid)
        self.has_shortcut = n_in != n_out
        if self.has_shortcut:
            self.conv_s = SpectralConv(n_in, n_out, 1, bias=False)
            self.norm_s = Spade(n_in, n_hidden, slope=1)

    def forward(self, x, labels, doubling=1):
        n, _, height, width = x.shape
        planes = [Noise.plane(n, doubling * height, doubling * width, x.device) for _ in range(2)]
        normal = *normalized(x, self.batch_norm_0), self.noise_0, planes[0], labels, doubling
        if self.has_shortcut:
            shortcut = self.conv_s(self.norm_s(*normal))
        else:
            shortcut = modulate.double(x) if doubling == 2 else x
        dx = self.conv_0(self.norm_0(*normal))
        dx = self.norm_1(*normalized(dx, self.batch_norm_1), self.noise_1, planes[1], labels)
        return shortcut + self.conv_1(dx)


class Generator(nn.Module):
    """z and a one-hot map to a picture; 'normal': five doublings."""

    def __init__(self, nf=24, n_hidden=32, z_dim=64, base=8):
        super().__init__()
        self.nf, self.base = nf, base
        self.fc = nn.Linear(z_dim, 16 * nf * base * base)
        self.smooth_base()
        self.head_0 = Block(16 * nf, 16 * nf, n_hidden)
        self.G_middle_0 = Block(16 * nf, 16 * nf, n_hidden)
        self.G_middle_1 = Block(16 * nf, 16 * nf, n_hidden)
        self.up_0 = Block(16 * nf, 8 * nf, n_hidden)
        self.up_1 = Block(8 * nf, 4 * nf, n_hidden)
        self.up_2 = Block(4 * nf, 2 * nf, n_hidden)
        self.up_3 = Block(2 * nf, nf, n_hidden)
        self.conv_img = nn.Conv2d(nf, 3, 3, padding=1)

    def smooth_base(self):
        """Leaves fc no other freedom than a value and a slope from top to bottom, per channel.

        Cells of the base grid are squares of 32 pixels in the picture; their differences would
        show, and a larger grid would stretch them. Noise is what textures grow from.
        """
        n = self.base
        y = torch.arange(n, dtype=torch.float32).repeat_interleave(n)
        basis = torch.stack([torch.ones(n * n), y - y.mean()])
        basis = (basis / basis.norm(dim=1, keepdim=True)).to(self.fc.weight.device)
        with torch.no_grad():
            for tensor in (self.fc.weight, self.fc.bias):
                cells = tensor.view(16 * self.nf, n * n, -1)
                cells.copy_(basis.t() @ (basis @ cells))

    def base_features(self, z, grid, windows, size):
        """fc's output on the whole picture's grid, then each sample's window.

        grid: (height, width) of the whole picture in units of 32 pixels;
        windows: N x 2 corners (y, x) of windows of that size, or None.
        """
        x = self.fc(z).view(len(z), 16 * self.nf, self.base, self.base)
        if tuple(grid) != (self.base, self.base):
            x = F.interpolate(x, size=grid, mode="bilinear", align_corners=False)
        if windows is not None:
            rows = windows[:, 0, None] + torch.arange(size[0], device=x.device)
            cols = windows[:, 1, None] + torch.arange(size[1], device=x.device)
            each = torch.arange(len(x), device=x.device)[:, None, None]
            x = x.permute(0, 2, 3, 1)[each, rows[:, :, None], cols[:, None, :]]
            x = x.permute(0, 3, 1, 2)
        return x.contiguous(memory_format=torch.channels_last)

    @staticmethod
    def pyramid(channels, dtype):
        if channels.device.type == "cpu":
            return neighbourhood.pyramid(neighbourhood.surround(channels.numpy()))
        onehot = F.one_hot(channels.long(), N_CHANNELS).permute(0, 3, 1, 2).to(dtype)
        return [onehot[:, :, ::1 << i, ::1 << i].contiguous(memory_format=torch.channels_last)
                for i in range(6)]

    def forward(self, z, channels, grid=None, windows=None, levels=None):
        """channels: N x H x W, 0 ... 18; levels: their pyramid, if it is made already.

        Gives N x 3 x H x W in -1 ... 1.
        """
        size = channels.shape[1] // 32, channels.shape[2] // 32
        x = self.base_features(z, grid or size, windows, size)
        levels = levels or self.pyramid(channels, x.dtype)
        x = self.head_0(x, levels[5])
        x = self.G_middle_0(x, levels[4], 2)
        x = self.G_middle_1(x, levels[4])
        x = self.up_0(x, levels[3], 2)
        x = self.up_1(x, levels[2], 2)
        x = self.up_2(x, levels[1], 2)
        x = self.up_3(x, levels[0], 2)
        return torch.tanh(self.conv_img(F.leaky_relu(x, 0.2)).float())

    def penalties(self):
        """(excess, activity), summed over all SPADE layers of the last forward."""
        layers = [m for m in self.modules() if isinstance(m, Spade)]
        return sum(m.excess for m in layers), sum(m.activity for m in layers)


class Encoder(nn.Module):
    """A 256 x 256 picture to mu and logvar.

    No instance norm: it would erase the mean and the contrast of each
    channel, and these are the style that we want to carry over.
    """

    def __init__(self, nf=24, z_dim=64):
        super().__init__()
        widths = [3, nf, 2 * nf, 4 * nf, 8 * nf, 8 * nf, 8 * nf]
        for i in range(6):
            conv = Conv(widths[i], widths[i + 1], 3, stride=2, padding=1)
            nn.init.kaiming_normal_(conv.weight, 0.2)
            nn.init.zeros_(conv.bias)
            setattr(self, f"layer{i + 1}", conv)
        self.fc_mu = nn.Linear(8 * nf * 16, z_dim)
        self.fc_var = nn.Linear(8 * nf * 16, z_dim)
        nn.init.constant_(self.fc_var.bias, -2.0)

    def forward(self, picture):
        x = self.layer1(picture)
        for i in range(2, 7):
            x = getattr(self, f"layer{i}")(F.leaky_relu(x, 0.2))
        x = F.leaky_relu(x, 0.2).flatten(1)
        return self.fc_mu(x).float(), self.fc_var(x).float().clamp(-12, 4)


class PatchCritic(nn.Module):
    """One scale of the discriminator; gives its features, scores last."""

    def __init__(self, nf, n_layers):
        super().__init__()
        self.first = Conv(3 + N_CHANNELS, nf, 4, stride=2, padding=1)
        widths = [nf] + [min(nf * 2 ** (i + 1), 4 * nf) for i in range(n_layers - 1)]
        self.inner = nn.ModuleList(
            SpectralConv(a, b, 4, stride=1 if i == n_layers - 2 else 2, padding=1, bias=False)
            for i, (a, b) in enumerate(zip(widths, widths[1:])))
        self.last = Conv(widths[-1], 1, 4, padding=1)

    def forward(self, picture, onehot):
        """picture: N x 3 x H x W; onehot: of as many maps, or of fewer that repeat."""
        # Channel by channel they add up; maps that repeat are convolved once.
        of_picture, of_map = self.first.weight.split([3, N_CHANNELS], 1)
        x = self.first.convolve(onehot, of_map, None)
        x = torch.cat([x] * (len(picture) // len(onehot)))
        x = x + self.first.convolve(picture, of_picture, self.first.bias)
        features = [F.leaky_relu(x, 0.2)]
        for conv in self.inner:
            features.append(F.leaky_relu(F.instance_norm(conv(features[-1])), 0.2))
        return features + [self.last(features[-1])]


class Mixture(nn.Module):
    """Features of one size, of which each channel gets a mean of 0 and a spread of 1, in fixed random mixtures with
    those of half the size."""

    def __init__(self, width, n_mixed):
        super().__init__()
        self.register_buffer("mean", torch.zeros(width, 1, 1))
        self.register_buffer("spread", torch.ones(width, 1, 1))
        self.register_buffer("across", torch.randn(n_mixed, width, 1, 1) / width ** 0.5)
        self.register_buffer("along", torch.randn(n_mixed, n_mixed, 3, 3) / (3 * n_mixed ** 0.5))

    def measure(self, features):
        self.mean.copy_(features.float().mean((0, 2, 3))[:, None, None])
        self.spread.copy_(features.float().std((0, 2, 3))[:, None, None] + 1e-3)

    def forward(self, features, smaller):
        """smaller: the mixtures of half the size, or None."""
        x = F.conv2d((features - self.mean) / self.spread, self.across)
        if smaller is not None:
            x = (x + F.interpolate(smaller, scale_factor=2, mode="bilinear")) * 0.5 ** 0.5
        return F.conv2d(x, self.along, padding=1)


class Mixer(nn.Module):
    """Mixtures of all but the largest features of a frozen network, from small to large (Sauer et al. 2021,
    "Projected GANs", section 3.2). No critic can look at a few of them alone then.
    """

    def __init__(self, widths, n_mixed):
        super().__init__()
        self.stages = nn.ModuleList([Mixture(width, n_mixed) for width in widths[1:]])

    def is_measured(self):
        return any(stage.mean.any() for stage in self.stages)

    def measure(self, features):
        for stage, f in zip(self.stages, features[1:]):
            stage.measure(f)

    def forward(self, features):
        mixed = [None]
        for stage, f in reversed(list(zip(self.stages, features[1:]))):
            mixed.insert(0, stage(f, mixed[0]))
        return mixed[:-1]


class FeatureCritic(nn.Module):
    """Scores one stage of the Mixer's.

    A score for every label, added up by their shares of a place (Miyato & Koyama 2018). Such features know
    shapes and textures from the first step on; a patch critic has to find its own.
    """

    def __init__(self, n_features, nf):
        super().__init__()
        self.first = SpectralConv(n_features, nf, 3, padding=1)
        self.second = SpectralConv(nf, nf, 3, padding=1)
        self.last = Conv(nf, 1 + N_CHANNELS, 1)

    def forward(self, features, onehot):
        """features: N x C x H x W; onehot: of as many maps, or of fewer that repeat. Gives N x 1 x H x W."""
        x = F.leaky_relu(self.second(F.leaky_relu(self.first(features), 0.2)), 0.2)
        scores = self.last(x)
        shares = F.adaptive_avg_pool2d(onehot, x.shape[2:])
        shares = torch.cat([shares] * (len(x) // len(shares)))
        return scores[:, :1] + (scores[:, 1:] * shares).sum(1, keepdim=True)


class Discriminator(nn.Module):
    """Three patch critics: the picture, at half size, and at a quarter, where ridges fit into a patch; and a
    feature critic for each of the Mixer's stages."""

    def __init__(self, nf=32, n_layers=4, widths=()):
        """widths: of the frozen network's features (features.py)."""
        super().__init__()
        self.critics = nn.ModuleList([PatchCritic(nf, n_layers) for _ in range(3)])
        self.mixer = Mixer(widths, 2 * nf)
        self.feature_critics = nn.ModuleList([FeatureCritic(2 * nf, 4 * nf) for _ in self.mixer.stages])

    def forward(self, picture, features, onehot):
        """features: all of the frozen network's. Each critic gives its own features, scores last."""
        x = [picture.to(onehot.dtype), onehot]
        outputs = []
        for critic in self.critics:
            if outputs:
                x = [F.avg_pool2d(t, 3, stride=2, padding=1, count_include_pad=False) for t in x]
            outputs.append(critic(*x))
        return outputs + [[critic(mixed, onehot)]
                          for critic, mixed in zip(self.feature_critics, self.mixer(features))]


def count_parameters(module):
    return sum(p.numel() for p in module.parameters())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Print the size of the networks.")
    parser.add_argument("--nf", type=int, default=24)
    parser.add_argument("--n-hidden", type=int, default=32)
    parser.add_argument("--z-dim", type=int, default=64)
    args = parser.parse_args()
    for network in (Generator(args.nf, args.n_hidden, args.z_dim),
                    Encoder(args.nf, args.z_dim), Discriminator()):
        print(f"{type(network).__name__}: {count_parameters(network):,} parameters")
