# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""check_goldens.py for the generator of imaginaire: the second opinion, from names,
arrays and NumPy formulas, and the proof that each tensor shows."""

import numpy as np
import torch

from check_goldens import SecondOpinion, bilinear, conv_labels, leaky, read_state, taken_away
from imaginaire_reference import Imaginaire, rendered_state
from spade_reference import image_planes, load, seg_planes


def enlarge(x, times):
    """CxHxW, each pixel a square."""
    return x.repeat(times, 1).repeat(times, 2)


class ImaginaireOpinion(SecondOpinion):
    def __init__(self, path, noise_seed=0):
        content = torch.load(path, weights_only=True)
        tensors = content["net_G"] if "net_G" in content else content
        parts = [(key.split("."), value) for key, value in tensors.items()]
        if any("averaged_model" in names for names, _ in parts):
            parts = [part for part in parts if "averaged_model" in part[0]]
        self.state = {}
        for names, value in parts:
            while names[0] in ("module", "averaged_model"):
                names = names[1:]
            self.state[".".join(names)] = value.double().numpy()

    def scale(self, name, x, gamma, beta):
        """The batch norm as one factor and one term per channel, then the modulation."""
        weight, bias, mean, var = (self.state[f"{name}.norm.{part}"][:, None, None] for part
                                   in ("weight", "bias", "running_mean", "running_var"))
        factor = weight / np.sqrt(var + 1e-5)
        return (x * factor + (bias - mean * factor)) * (1 + gamma) + beta

    def linear(self, name, x):
        return self.weight(name) @ x + self.state[name + ".bias"]

    def styled(self, name, x):
        norm = f"{name}.layers.norm"
        gamma, beta = (self.linear(f"{norm}.{fc}.layers.conv", self.style)[:, None, None]
                       for fc in ("fc_gamma", "fc_beta"))
        return self.conv(name + ".layers.conv", leaky(self.scale(norm, x, gamma, beta)))

    def labels(self, name, size):
        """A convolution of the map at this height."""
        step = self.channels.shape[0] // size
        edge = None if self.edge is None else self.edge[::step, ::step]
        name += ".layers.conv"
        return conv_labels(self.channels[::step, ::step], edge, self.weight(name),
                           self.state[name + ".bias"])

    def mapped(self, name, x, activate):
        norm = f"{name}.layers.norm"
        hidden = np.maximum(self.labels(f"{norm}.mlps.0.0", x.shape[1]), 0)
        gamma, beta = (self.conv(f"{norm}.{part}.0.layers.conv", hidden)
                       for part in ("gammas", "betas"))
        return self.conv(name + ".layers.conv", activate(self.scale(norm, x, gamma, beta)))

    def block(self, name, x):
        hidden = self.mapped(name + ".conv_block_0", x, leaky)
        hidden = self.mapped(name + ".conv_block_1", hidden, leaky)
        if any(key.startswith(name + ".conv_block_s") for key in self.state):
            x = self.mapped(name + ".conv_block_s", x, lambda scaled: scaled)
        return x + hidden

    def prepare(self, meta, arrays):
        """The channel of each pixel, the edges, and the style of z."""
        unlabeled = arrays["segmap"] == int(meta["case.classes"])
        self.channels = arrays["segmap"] + unlabeled * int(meta["case.n_unused"])
        self.edge, self.style = arrays.get("edge"), arrays["z"]
        for fc in ("fc_0", "fc_1"):
            style = self.linear(f"spade_generator.{fc}.layers.conv", self.style)
            self.style = np.maximum(style, 0)

    def render(self, meta, arrays):
        self.prepare(meta, arrays)
        top, blocks, total = "spade_generator.", {}, 0
        x = leaky(self.labels(top + "head_0", int(meta["case.base"].split("x")[0])))
        x = self.styled(top + "cbn_head_0", x)
        for name in ("head_1", "head_2"):
            x = blocks[name] = self.block(top + name, x)
        for level in range({"normal": 3, "more": 4, "most": 5}[meta["case.upsampling"]]):
            x = blocks[f"up_{level}a"] = self.block(f"{top}up_{level}a", enlarge(x, 2))
            x = self.styled(f"{top}cbn_up_{level}a", x) if level < 3 else x
            x = blocks[f"up_{level}b"] = self.block(f"{top}up_{level}b", x)
            if level >= 2:
                name = f"{top}conv_img{64 << level}.layers.conv"
                picture = self.conv(name, leaky(enlarge(x, 2)))
                total += enlarge(picture, self.channels.shape[0] // picture.shape[1])
        return blocks | {"output": np.tanh(float(meta["case.output_multiplier"]) * total)}

    def encode(self, style):
        x, top = bilinear(np.moveaxis(style / 127.5 - 1, -1, 0), (256, 256)), "style_encoder."
        for n in range(1, 7):
            x = leaky(self.conv(f"{top}layer{n}.layers.conv", x, 2))
        return {name: self.linear(f"{top}{fc}.layers.conv", x.ravel())
                for name, fc in (("mu", "fc_mu"), ("logvar", "fc_var"))}


@torch.no_grad()
def quietest(path, case, arrays):
    """The least change when one tensor is taken away, and its name: of the picture, or
    of mu and logvar for a tensor of the style encoder."""
    state = rendered_state(read_state(path))
    planes = seg_planes(case.config, arrays["segmap"])
    tensors = {key: torch.tensor(arrays[key]) for key in ("z", "mu", "logvar") if key in arrays}
    network, changes = Imaginaire(case.config), {}
    for key, value in state.items():
        if key.endswith("num_batches_tracked"):
            continue
        load(network, {**state, key: taken_away(key, value)})
        if key.startswith("style_encoder."):
            got = torch.stack(network.style_encoder(image_planes(arrays["style"])))
            want = torch.stack((tensors["mu"], tensors["logvar"]))[:, None]
        else:
            got = network(planes, tensors["z"][None].double())[0].permute(1, 2, 0)
            want = torch.tensor(arrays["output"])
        changes[key] = float((got - want).abs().nan_to_num(2).max())
    return min(changes.items(), key=lambda item: item[1])
