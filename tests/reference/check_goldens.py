# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""A second opinion on the reference and on the files (make_goldens.py --check).

Each file is read back and rendered again by plain functions over the state dict:
table rows summed instead of a one-hot convolution, matrix products, norms and bilinear
weights by their formulas; only the file reader and the case table are shared with the
reference. Then each tensor of each checkpoint is taken away in turn, and the picture
must show it."""

import re

import numpy as np
import torch

import tensorfile
from spade_reference import (Config, SpadeGenerator, config_from_state, load, our_names,
                             seg_planes)

AGREE = 2e-6        # float32 rounding of the stored values
SHOWS = 5e-3        # five times the tolerance of the C tests
QUIET_UNDER_INSTANCE_NORM = (r"conv_\d\.bias|norm_s\.mlp_beta\.bias|norm_s\.inst_conv\.bias|fc\.bias|"
                             r"conv_0\.weight_[uv]")


def conv(x, weight, bias=None, stride=1):
    """x CxHxW, zero padding k/2, as one matrix product per tap."""
    fout, _, k, _ = weight.shape
    height, width = ((side - 1) // stride + 1 for side in x.shape[1:])
    padded = np.pad(x, ((0, 0), (k // 2,) * 2, (k // 2,) * 2))
    out = np.zeros((fout, height, width)) + (0 if bias is None else bias[:, None, None])
    for i in range(k):
        for j in range(k):
            window = padded[:, i:i + x.shape[1]:stride, j:j + x.shape[2]:stride]
            out += np.tensordot(weight[:, :, i, j], window, 1)
    return out


def conv_labels(ids, edge, weight, bias, more=None):
    """The same over labels: the table row of each neighbour's class, plus its edge and
    what each neighbour has besides, fout x k x k."""
    k = weight.shape[2]
    rows = np.moveaxis(weight, 1, -1)                       # fout, k, k, S
    rows = np.concatenate([rows, np.zeros_like(rows[..., :1])], -1)
    padded = np.pad(ids.astype(int), k // 2, constant_values=-1)
    ring = np.zeros_like(padded) if edge is None else np.pad(edge.astype(int), k // 2)
    out = np.zeros((len(bias), *ids.shape)) + bias[:, None, None]
    for i in range(k):
        for j in range(k):
            part = np.s_[i:i + ids.shape[0], j:j + ids.shape[1]]
            out += rows[:, i, j][:, padded[part]] + ring[part] * rows[:, i, j, -2, None, None]
            if more is not None:
                out += (padded[part] >= 0) * more[:, i, j, None, None]
    return out


def bilinear(x, size):
    """CxHxW, half-pixel centres, clamped at the rim."""
    for axis, side in zip((1, 2), size):
        at = (np.arange(side) + 0.5) * x.shape[axis] / side - 0.5
        at = at.clip(0, x.shape[axis] - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, x.shape[axis] - 1)
        share = (at - low).reshape([-1 if a == axis else 1 for a in range(3)])
        x = x.take(low, axis) * (1 - share) + x.take(high, axis) * share
    return x


def leaky(x):
    return np.maximum(x, 0.2 * x)


def standardise(x, mean, var):
    return (x - mean.reshape(-1, 1, 1)) / np.sqrt(var.reshape(-1, 1, 1) + 1e-5)


def slow_noise(seed, plane, size):
    """HxW, one pixel after another in Python's own whole numbers."""
    mask = 0xffffffff

    def mix(h):
        h = (h ^ (h >> 16)) * 0x21f0aaad & mask
        h = (h ^ (h >> 15)) * 0xd35a2d97 & mask
        return h ^ (h >> 15)

    key = mix((mix((seed & mask) ^ (0x9e3779b9 * (plane + 1) & mask)) + (seed >> 32)) & mask)
    rows = [mix((key + 0x9e3779b9 * y) & mask) for y in range(size[0])]
    return np.array([[(mix(row ^ (0x85ebca6b * x & mask)) // 256 - 8388607.5) / 8388608
                      for x in range(size[1])] for row in rows]) * np.sqrt(3)


def read_state(path):
    """The tensors of a checkpoint or of a model file."""
    if path.suffix == ".pth":
        return torch.load(path, weights_only=True)
    return {key: torch.tensor(array) for key, array in tensorfile.read(path)[0].items()}


class SecondOpinion:
    """Renders from names and arrays alone."""

    def __init__(self, path, noise_seed=0):
        state = read_state(path)
        self.noise_seed, self.z = noise_seed, None
        self.state = {key.split("module.")[-1]: value.double().numpy()
                      for key, value in our_names(state).items()}

    def weight(self, name):
        if name + ".weight" in self.state:
            return self.state[name + ".weight"]
        weight = self.state[name + ".weight_orig"]
        u, v = self.state[name + ".weight_u"], self.state[name + ".weight_v"]
        return weight / np.einsum("i,ij,j", u, weight.reshape(len(u), -1), v)

    def conv(self, name, x, stride=1):
        return conv(x, self.weight(name), self.state.get(name + ".bias"), stride)

    def labels(self, name, ids, edge):
        """A convolution of the labels; of OASIS z comes first, then unlabeled."""
        weight, more = self.weight(name), None
        if self.oasis:
            n_z = 0 if self.z is None else len(self.z)
            more = weight[:, :n_z].transpose(0, 2, 3, 1) @ self.z if n_z else None
            weight = np.roll(weight[:, n_z:], -self.unlabeled, 1)
        return conv_labels(ids, edge, weight, self.state[name + ".bias"], more)

    def clade(self, name, x, ids, edge):
        scale, shift = (np.moveaxis(self.state[f"{name}.class_specified_affine.{leaf}"][ids], -1, 0)
                        for leaf in ("weight", "bias"))
        x = x * scale + shift
        if edge is None:
            return x
        factor, shift = (self.state[f"{name}.inst_conv.{leaf}"].item()
                         for leaf in ("weight", "bias"))
        return np.concatenate([x, (factor * edge + shift)[None]])

    def spade(self, name, plane, x, ids, edge):
        step = ids.shape[0] // x.shape[1]
        ids, edge = ids[::step, ::step], None if edge is None else edge[::step, ::step]
        mean = self.state.get(name + ".param_free_norm.running_mean", x.mean((1, 2)))
        var = self.state.get(name + ".param_free_norm.running_var", x.var((1, 2)))
        if name + ".class_specified_affine.weight" in self.state:
            return self.clade(name, standardise(x, mean, var), ids, edge)
        hidden = np.maximum(self.labels(name + ".mlp_shared.0", ids, edge), 0)
        gamma, beta = (self.conv(name + part, hidden) for part in (".mlp_gamma", ".mlp_beta"))
        if name + ".noise" in self.state:
            noise = slow_noise(self.noise_seed, plane, x.shape[1:])
            x = x + self.state[name + ".noise"][:, None, None] * noise
        return standardise(x, mean, var) * (1 + gamma) + beta

    def block(self, name, number, x, *seg):
        planes = 2 * number, 2 * number + 1
        hidden = leaky(self.spade(name + ".norm_0", planes[0], x, *seg))
        hidden = self.conv(name + ".conv_0", hidden)
        hidden = leaky(self.spade(name + ".norm_1", planes[1], hidden, *seg))
        hidden = self.conv(name + ".conv_1", hidden)
        if any(key.startswith(name + ".norm_s.") for key in self.state):
            x = self.conv(name + ".conv_s", self.spade(name + ".norm_s", planes[0], x, *seg))
        return x + hidden

    def render(self, meta, arrays):
        ids, edge = arrays["segmap"], arrays.get("edge")
        sides = [meta["case." + key].split("x") for key in ("base", "trained_base")]
        base, trained = ([int(side) for side in pair] for pair in sides)
        self.oasis = meta.get("case.oasis") == "true"
        self.unlabeled = meta["case.unlabeled"] == "true"
        self.z = arrays.get("z")
        if "z" in arrays and not self.oasis:
            x = self.state["fc.weight"] @ arrays["z"] + self.state["fc.bias"]
            x = bilinear(x.reshape(-1, *trained), base)
        else:
            step = ids.shape[0] // base[0]
            x = self.labels("fc", ids[::step, ::step],
                            None if edge is None else edge[::step, ::step])
        steps = ["head_0", "up", "G_middle_0", "up" * (meta["case.upsampling"] != "normal"),
                 "G_middle_1" * (not self.oasis), "up", "up_0", "up", "up_1", "up", "up_2", "up", "up_3"]
        steps += ["up", "up_4"] if meta["case.upsampling"] == "most" else []
        blocks = {}
        for step in filter(None, steps):
            if step == "up":
                x = x.repeat(2, 1).repeat(2, 2)
            else:
                x = blocks[step] = self.block(step, len(blocks), x, ids, edge)
        return blocks | {"output": np.tanh(self.conv("conv_img", leaky(x)))}

    def encode(self, style):
        n_layers = max(n for n in range(9) if any(f"layer{n}." in key for key in self.state))
        x = bilinear(np.moveaxis(style / 127.5 - 1, -1, 0), (4 << n_layers,) * 2)
        for n in range(1, n_layers + 1):
            normed = f"layer{n}.0.weight_orig" in self.state
            x = self.conv(f"layer{n}" + ".0" * normed, x, 2)
            x = leaky(standardise(x, x.mean((1, 2)), x.var((1, 2))) if normed else x)
        return {name: self.weight(fc) @ x.ravel() + self.state[fc + ".bias"]
                for name, fc in (("mu", "fc_mu"), ("logvar", "fc_var"))}


def slow_edges(ids):
    height, width = ids.shape
    return [[int(any(ids[y, x] != ids[b, a] for b, a in ((y, x - 1), (y, x + 1), (y - 1, x),
             (y + 1, x)) if 0 <= b < height and 0 <= a < width)) for x in range(width)]
            for y in range(height)]


def taken_away(key, value):
    """A variance becomes 1, u and v half as much again, all else becomes 0."""
    if key.endswith("running_var"):
        return torch.ones_like(value)
    return value * 1.5 if key.endswith(("_u", "_v")) else torch.zeros_like(value)


@torch.no_grad()
def quietest(path, case, arrays):
    """The least change of the picture when one tensor is taken away, and its name.
    Instance norm takes away what was added or multiplied right before it, so that
    cannot show."""
    state = read_state(path)
    planes = seg_planes(case.config, arrays["segmap"], arrays.get("instances"))
    z = torch.tensor(arrays["z"])[None].double() if "z" in arrays else None
    generator, changes = SpadeGenerator(case.config), {}
    for key, value in state.items():
        if key.endswith("num_batches_tracked") or case.config.norm == "instance" \
                and re.search(QUIET_UNDER_INSTANCE_NORM, key):
            continue
        load(generator, {**state, key: taken_away(key, value)})
        picture = generator(planes, z, None, case.noise_seed)
        picture = picture[0].permute(1, 2, 0)
        changes[key] = float((picture - torch.tensor(arrays["output"])).abs().nan_to_num(2).max())
    return min(changes.items(), key=lambda item: item[1])


def judges(case):
    """The class of the second opinion, and what finds the quietest tensor."""
    if case.config.generator == "imaginaire":
        import check_imaginaire      # which imports this file
        return check_imaginaire.ImaginaireOpinion, check_imaginaire.quietest
    return SecondOpinion, quietest


def is_guessed(case, path):
    """Whether config_from_state, which is for SPADE, OASIS and CLADE, tells the shape."""
    if case.config.generator == "imaginaire":
        return True
    known = {key: getattr(case.config, key) for key in ("upsampling", "edge", "unlabeled")}
    if case.config.oasis:
        known["z_dim"] = case.config.z_dim
    guess = config_from_state(read_state(path), **known)
    return guess.n_channels == case.config.n_channels and guess.nf == case.config.nf


def check_case(case, folder):
    """Print one line; returns whether the case stands."""
    arrays, meta = tensorfile.read(folder / f"{case.name}.safetensors")
    path = folder / case.file_name
    opinion, find_quietest = judges(case)
    want = opinion(path, int(meta.get("case.noise_seed", 0))).render(meta, arrays)
    want = {key: np.moveaxis(value, 0, -1) for key, value in want.items()}
    if "style" in arrays:
        want |= opinion(folder / case.encoder_file_name).encode(arrays["style"])
        want["z"] = want["mu"] + np.exp(want["logvar"] / 2) * arrays["eps"]
    if "edge" in arrays:
        want["edge"] = slow_edges(arrays.get("instances", arrays["segmap"]))
    worst = max(np.abs(want[key] - arrays[key]).max() / max(1, np.abs(want[key]).max())
                for key in want if key in arrays)
    key, least = find_quietest(path, case, arrays)
    good = worst < AGREE and least > SHOWS and is_guessed(case, path)
    print(f"{'ok  ' if good else 'FAIL'} {case.name:24} {worst:.1e} apart, "
          f"least change {least:.3f} without {key}")
    return good


def check_spectral_norm():
    """PyTorch's own spectral norm in eval mode gives the weight that we fold."""
    module = torch.nn.utils.spectral_norm(torch.nn.Conv2d(6, 5, 3))
    module(torch.randn(1, 6, 9, 9))
    with torch.no_grad():
        module.weight_orig.mul_(2.5)
    module.eval()(torch.randn(1, 6, 9, 9))
    state = module.state_dict()
    weight = state["weight_orig"]
    sigma = state["weight_u"] @ weight.reshape(5, -1) @ state["weight_v"]
    return torch.allclose(module.weight, weight / sigma, rtol=1e-12)


def check_size():
    """COCO-Stuff: 97.5 M parameters (buffers aside) and 191 GMAC at 256x256."""
    from torch.utils.flop_counter import FlopCounterMode
    with torch.device("meta"):
        generator = SpadeGenerator(Config()).eval()
        with FlopCounterMode(display=False) as counter:
            generator(torch.empty(1, 184, 256, 256))
    n_parameters = sum(part.numel() for part in generator.parameters()) / 1e6
    gmac = counter.get_total_flops() / 2e9
    print(f"COCO-Stuff: {n_parameters:.1f} M parameters, {gmac:.0f} GMAC")
    return abs(n_parameters - 97.5) < 0.1 and abs(gmac - 191) < 1


def run(cases, folder):
    """The exit status: 0 where all stands."""
    results = [check_spectral_norm(), check_size()]
    results += [check_case(case, folder) for case in cases]
    return 0 if all(results) else 1
