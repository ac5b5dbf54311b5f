# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The SPADE generator and style encoder in plain PyTorch, the judge of the C code.

Written from section 4 of the project's design and Park et al. 2019
(arXiv 1903.07291), for inference only; the noise from docs/numerics.md and Karras
et al. 2019, section 3.2; what OASIS has otherwise from Schoenfeld et al. 2021
(arXiv 2012.04781) and its checkpoints' names and shapes; what CLADE has from Tan et al. 2021
(arXiv 2012.04644) and what the authors' code is seen to do. Module names are those of the public
checkpoints, so a state dict loads with strict=True. Shapes are NxCxHxW."""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

UPSAMPLINGS = {"normal": 5, "more": 6, "most": 7}


@dataclass
class Config:
    """What decides a generator's shape; n_classes counts neither the unlabeled
    nor the edge channel. aspect is width / height of the crop."""
    upsampling: str = "normal"
    nf: int = 64
    nhidden: int = 128
    z_dim: int = 0                # 0: no VAE, fc is a convolution of the segmap
    norm: str = "syncbatch"       # syncbatch | batch | instance
    kernel: int = 3
    n_classes: int = 182
    unlabeled: bool = True
    edge: bool = True
    crop_size: int = 256
    aspect: float = 1.0
    spectral: bool = True
    encoder: str = "none"         # none | spectralinstance | spectral | imaginaire
    encoder_nf: int = 0           # 0: nf
    noise: bool = False           # in each SPADE layer; no public checkpoint has it
    oasis: bool = False           # z before the planes of the segmap, of which unlabeled
                                  # is the first; no G_middle_1
    clade: bool = False           # a scale and a shift a class in place of gamma and beta,
                                  # and edges joined to each norm's output
    generator: str = "spade"      # spade | imaginaire (imaginaire_reference.py)
    n_unused: int = 0             # channels before unlabeled that no map has
    output_multiplier: float = 1  # imaginaire's, of what enters tanh

    @property
    def n_channels(self):
        return self.n_classes + self.n_unused + self.unlabeled + self.edge

    @property
    def vae(self):
        return self.z_dim > 0 and not self.oasis

    @property
    def n_inputs(self):
        """Of each convolution of the segmap."""
        return self.n_channels + (self.z_dim if self.oasis else 0)

    @property
    def n_ups(self):
        return UPSAMPLINGS[self.upsampling] - (self.generator == "imaginaire")

    @property
    def trained_base(self):
        """(sh, sw); Python's round, which takes halves to the even neighbour."""
        width = self.crop_size >> self.n_ups
        return round(width / self.aspect), width


class SpectralConv2d(nn.Module):
    """Convolution whose stored weight is divided by sigma = u^T W v."""

    def __init__(self, fin, fout, kernel, stride=1, bias=True):
        super().__init__()
        self.stride, self.padding = stride, kernel // 2
        self.bias = nn.Parameter(torch.zeros(fout)) if bias else None
        self.weight_orig = nn.Parameter(torch.zeros(fout, fin, kernel, kernel))
        self.register_buffer("weight_u", torch.zeros(fout))
        self.register_buffer("weight_v", torch.zeros(fin * kernel * kernel))

    def sigma(self):
        return self.weight_u @ (self.weight_orig.flatten(1) @ self.weight_v)

    def forward(self, x):
        weight = self.weight_orig / self.sigma()
        return F.conv2d(x, weight, self.bias, self.stride, self.padding)


def make_conv(fin, fout, kernel, spectral, stride=1, bias=True):
    if spectral:
        return SpectralConv2d(fin, fout, kernel, stride, bias)
    return nn.Conv2d(fin, fout, kernel, stride, kernel // 2, bias=bias)


def mix32(h):
    """Whole numbers below 2^32, in 64 bits: products of two halves fit."""
    for shift, low, high in (16, 0xaaad, 0x21f0), (15, 0x2d97, 0xd35a):
        h = h ^ h >> shift
        h = (h * low + (h * high % 65536) * 65536) % (1 << 32)
    return h ^ h >> 15


def noise_plane(seed, plane, size):
    """HxW of a plane's noise: uniform, mean 0, variance 1."""
    y, x = (torch.arange(side, dtype=torch.int64) for side in size)
    start = torch.tensor(seed % (1 << 32) ^ 0x9e3779b9 * (plane + 1) % (1 << 32))
    key = mix32((mix32(start) + (seed >> 32)) % (1 << 32))
    rows = mix32((key + 0x9e3779b9 * y) % (1 << 32))
    v = mix32(rows[:, None] ^ 0x85ebca6b * x % (1 << 32)) >> 8
    return ((2 * v + 1) / (1 << 24) - 1).to(torch.get_default_dtype()) * 3 ** 0.5


class Spade(nn.Module):
    """The norm without parameters, then x * (1 + gamma) + beta. Noise is added to
    what is normalised, but the norm's statistics do not see it."""

    def __init__(self, config, channels):
        super().__init__()
        norm = nn.InstanceNorm2d if config.norm == "instance" else nn.BatchNorm2d
        conv = dict(kernel_size=config.kernel, padding=config.kernel // 2)
        self.n_z = config.n_inputs - config.n_channels
        self.param_free_norm = norm(channels, eps=1e-5, affine=False)
        self.mlp_shared = nn.Sequential(
            nn.Conv2d(config.n_inputs, config.nhidden, **conv), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(config.nhidden, channels, **conv)
        self.mlp_beta = nn.Conv2d(config.nhidden, channels, **conv)
        if config.noise:
            self.noise = nn.Parameter(torch.zeros(channels))

    def forward(self, x, seg, noise=None):
        hidden = self.mlp_shared(F.interpolate(seg, x.shape[2:], mode="nearest"))
        normed = self.param_free_norm(x)
        if noise is not None:
            var = self.param_free_norm.running_var
            var = x.var((2, 3), unbiased=False) if var is None else var[None]
            strength = self.noise / (var + 1e-5).sqrt()
            normed = normed + strength[:, :, None, None] * noise.to(x)
        return normed + normed * self.mlp_gamma(hidden) + self.mlp_beta(hidden)


class ClassAffine(nn.Module):
    """A scale and a shift a class and channel."""

    def __init__(self, n_classes, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n_classes, channels))
        self.bias = nn.Parameter(torch.zeros(n_classes, channels))

    def forward(self, x, ids):
        scale, shift = (table[ids].movedim(-1, 1) for table in (self.weight, self.bias))
        return x * scale + shift


class Clade(nn.Module):
    """CLADE's layer: the norm without parameters, the affine of each pixel's class, and
    one channel more of the edges where there are some."""

    def __init__(self, config, channels):
        super().__init__()
        norm = nn.InstanceNorm2d if config.norm == "instance" else nn.BatchNorm2d
        self.n_ids = config.n_channels - config.edge
        self.param_free_norm = norm(channels, eps=1e-5, affine=False)
        self.class_specified_affine = ClassAffine(self.n_ids, channels)
        if config.edge:
            self.inst_conv = nn.Conv2d(1, 1, 1)

    def forward(self, x, seg, noise=None):
        seg = F.interpolate(seg, x.shape[2:], mode="nearest")
        ids = seg[:, :self.n_ids].argmax(1)
        x = self.class_specified_affine(self.param_free_norm(x), ids)
        if hasattr(self, "inst_conv"):
            x = torch.cat([x, self.inst_conv(seg[:, -1:])], 1)
        return x


class SpadeBlock(nn.Module):
    """Residual block of two modulated convolutions; the shortcut has its own
    modulation (and no activation) where the number of channels changes."""

    def __init__(self, config, fin, fout):
        super().__init__()
        fmid, joined = min(fin, fout), int(config.clade and config.edge)
        norm = Clade if config.clade else Spade
        self.conv_0 = make_conv(fin + joined, fmid, 3, config.spectral)
        self.conv_1 = make_conv(fmid + joined, fout, 3, config.spectral)
        if fin != fout:
            self.conv_s = make_conv(fin + joined, fout, 1, config.spectral, bias=False)
        self.norm_0 = norm(config, fin)
        self.norm_1 = norm(config, fmid)
        if fin != fout:
            self.norm_s = norm(config, fin)

    def forward(self, x, seg, name="", taps=None, noises=(None, None)):
        def tap(suffix, value):
            if taps is not None:
                taps[name + suffix] = value
            return value

        hidden = tap(".norm_0", F.leaky_relu(self.norm_0(x, seg, noises[0]), 0.2))
        hidden = self.conv_0(hidden)
        hidden = tap(".norm_1", F.leaky_relu(self.norm_1(hidden, seg, noises[1]), 0.2))
        shortcut = x
        if hasattr(self, "conv_s"):
            shortcut = self.conv_s(self.norm_s(x, seg, noises[0]))
        return tap("", shortcut + self.conv_1(hidden))


def block_table(config):
    """(name, channels in, channels out, upsampled before it?) in running order."""
    nf = config.nf
    rows = [("head_0", 16 * nf, 16 * nf, False), ("G_middle_0", 16 * nf, 16 * nf, True),
            ("G_middle_1", 16 * nf, 16 * nf, config.upsampling != "normal")]
    if config.oasis:
        del rows[2]
    rows += [(f"up_{i}", (16 >> i) * nf, (8 >> i) * nf, True) for i in range(4)]
    if config.upsampling == "most":
        rows.append(("up_4", nf, nf // 2, True))
    return rows


class ZBesideMap(nn.Module):
    """The planes of OASIS: z, the same at each pixel, before those of the segmap."""

    def forward(self, seg, z):
        return torch.cat([z[:, :, None, None].expand(-1, -1, *seg.shape[2:]), seg], 1)


class SpadeGenerator(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, self.rows = config, block_table(config)
        sh, sw = config.trained_base
        if config.oasis and config.z_dim:
            self.z_beside_map = ZBesideMap()
        if config.vae:
            self.fc = nn.Linear(config.z_dim, 16 * config.nf * sh * sw)
        else:
            self.fc = nn.Conv2d(config.n_inputs, 16 * config.nf, 3, padding=1)
        for name, fin, fout, _ in self.rows:
            self.add_module(name, SpadeBlock(config, fin, fout))
        self.conv_img = nn.Conv2d(self.rows[-1][2], 3, 3, padding=1)

    def forward(self, seg, z=None, taps=None, noise_seed=0):
        """seg N x S x H x W, H and W multiples of 2^ups; z N x z_dim where there is one.
        taps, a dict, receives each block's output under the block's name.
        Block number b has the planes of noise 2 b and 2 b + 1."""
        base = [side >> self.config.n_ups for side in seg.shape[2:]]
        if hasattr(self, "z_beside_map"):
            seg = self.z_beside_map(seg, z)
        if self.config.vae:
            x = self.fc(z).unflatten(1, (-1, *self.config.trained_base))
            if tuple(base) != self.config.trained_base:
                x = F.interpolate(x, base, mode="bilinear", align_corners=False)
        else:
            x = self.fc(F.interpolate(seg, base, mode="nearest"))
        noises = (None, None)
        for b, (name, _, _, up) in enumerate(self.rows):
            x = F.interpolate(x, scale_factor=2, mode="nearest") if up else x
            if self.config.noise:
                noises = [noise_plane(noise_seed, 2 * b + i, x.shape[2:]) for i in (0, 1)]
            x = getattr(self, name)(x, seg, name, taps, noises)
        return torch.tanh(self.conv_img(F.leaky_relu(x, 0.2)))


class StyleEncoder(nn.Module):
    """Style image in [-1,1] -> mu, logvar. Six stride-2 layers over 256x256
    where the crop is 256 or more, else five over 128x128: both end at 4x4."""

    def __init__(self, config):
        super().__init__()
        self.n_layers = 6 if config.crop_size >= 256 else 5
        fin = 3
        for i in range(self.n_layers):
            fout = (config.encoder_nf or config.nf) * (1 << min(i, 3))
            if config.encoder == "spectralinstance":
                layer = nn.Sequential(SpectralConv2d(fin, fout, 3, 2, bias=False),
                                      nn.InstanceNorm2d(fout, eps=1e-5, affine=False))
            else:
                layer = make_conv(fin, fout, 3, config.spectral, 2)
            self.add_module(f"layer{i + 1}", layer)
            fin = fout
        self.fc_mu = nn.Linear(fin * 16, config.z_dim)
        self.fc_var = nn.Linear(fin * 16, config.z_dim)

    def forward(self, image):
        side = 4 << self.n_layers
        x = F.interpolate(image, (side, side), mode="bilinear", align_corners=False)
        for i in range(self.n_layers):
            x = F.leaky_relu(getattr(self, f"layer{i + 1}")(x), 0.2)
        return self.fc_mu(x.flatten(1)), self.fc_var(x.flatten(1))


def edge_map(ids):
    """HxW ids -> HxW u8, 1 where a pixel differs from one of its four neighbours."""
    edge = torch.zeros(ids.shape, dtype=torch.bool)
    rows, columns = ids[1:] != ids[:-1], ids[:, 1:] != ids[:, :-1]
    edge[1:] |= rows
    edge[:-1] |= rows
    edge[:, 1:] |= columns
    edge[:, :-1] |= columns
    return edge.to(torch.uint8)


def seg_planes(config, segmap, instances=None):
    """HxW class ids (and instance ids) -> 1 x S x H x W, edges made at full size."""
    ids = torch.as_tensor(segmap).long()
    channels = ids + config.n_unused * (ids == config.n_classes)
    n_planes = config.n_classes + config.n_unused + config.unlabeled
    planes = F.one_hot(channels, n_planes).permute(2, 0, 1)
    if config.oasis and config.unlabeled:
        planes = planes.roll(1, 0)
    if config.edge:
        source = ids if instances is None else torch.as_tensor(instances).long()
        planes = torch.cat([planes, edge_map(source)[None].long()])
    return planes[None].to(torch.get_default_dtype())


def image_planes(image):
    """HxWx3 u8 -> 1x3xHxW in [-1,1]."""
    planes = torch.as_tensor(image).permute(2, 0, 1)[None]
    return planes.to(torch.get_default_dtype()) / 127.5 - 1


OASIS_BLOCKS = dict(zip(("head_0", "G_middle_0", "up_0", "up_1", "up_2", "up_3"),
                        (f"body.{i}" for i in range(6))))


def oasis_name(key):
    """What the checkpoints of OASIS call a tensor."""
    block = key.split(".")[0]
    key = key.replace(block, OASIS_BLOCKS.get(block, block), 1)
    return key.replace(".param_free_norm.", ".first_norm.")


def our_names(state):
    """A state dict under SPADE's names, without the prefix of data-parallel training."""
    state = {key.removeprefix("module."): value for key, value in state.items()}
    for ours, theirs in OASIS_BLOCKS.items():
        state = {ours + key[len(theirs):].replace(".first_norm.", ".param_free_norm.")
                 if key.startswith(theirs + ".") else key: value for key, value in state.items()}
    return state


def load(module, state):
    """Load a public state dict into a generator or an encoder, every name checked."""
    state = our_names(state)
    module.load_state_dict(state, strict=True)
    return module.to(torch.get_default_dtype()).eval()


def config_from_state(state, **known):
    """The config that names and shapes tell; `known` adds what they cannot."""
    oasis = any(key.removeprefix("module.").startswith("body.") for key in state)
    state = our_names(state)
    affine = state.get("head_0.norm_0.class_specified_affine.weight")
    if affine is None:
        hidden, n_channels, kernel, _ = state["head_0.norm_0.mlp_shared.0.weight"].shape
    else:
        joined = "head_0.norm_0.inst_conv.weight" in state
        hidden, n_channels, kernel = 0, affine.shape[0] + joined, 1
    edge, unlabeled = known.pop("edge", True), known.pop("unlabeled", True)
    fc = state["fc.weight"]
    z_dim = known.pop("z_dim", 64) if oasis else fc.shape[1] if fc.dim() == 2 else 0
    n_channels -= z_dim if oasis else 0
    batch = "head_0.norm_0.param_free_norm.running_mean" in state
    return Config(nf=state["head_0.conv_0.bias"].numel() // 16, nhidden=hidden,
                  z_dim=z_dim, oasis=oasis, clade=affine is not None, kernel=kernel,
                  norm="syncbatch" if batch else "instance", edge=edge, unlabeled=unlabeled,
                  n_classes=n_channels - edge - unlabeled,
                  spectral="head_0.conv_0.weight_orig" in state,
                  upsampling="most" if "up_4.conv_0.bias" in state
                  else known.pop("upsampling", None) or "normal",
                  **{key: value for key, value in known.items() if key != "upsampling"})
