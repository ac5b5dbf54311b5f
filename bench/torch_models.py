# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Our model files as networks of the reference, of SPADE, OASIS, CLADE and imaginaire."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/reference"))
from imaginaire_reference import PICTURES, ImaginaireGenerator  # noqa: E402
from serve import read_header  # noqa: E402
from spade_reference import Config, SpadeGenerator  # noqa: E402

# bf16 as the upper half of f32, since numpy has no such type.
READERS = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
# From imaginaire's names to those in our files, one after another.
RENAMED = ((r"conv_block_(.)\.layers\.norm\.", r"norm_\1."),
           (r"conv_block_(.)\.layers\.conv\.", r"conv_\1."),
           (r"^(cbn_\w+)\.layers\.(norm\.)?", r"\1."), (r"\.norm\.", ".param_free_norm."),
           (r"mlps\.0", "mlp_shared"), (r"gammas\.0", "mlp_gamma"), (r"betas\.0", "mlp_beta"),
           ("fc_gamma|fc_beta", "fc"), (r"layers\.conv\.", ""))


class JoinedPicture(nn.Module):
    """A picture of imaginaire as our files hold it: the 5x5 convolution of doubled values
    is one of 3x3 before the doubling, which takes PyTorch, too, a tenth of the time of the
    authors' form, and random weights have no other."""

    def __init__(self, fin):
        super().__init__()
        self.layers = nn.ModuleDict({"conv": nn.Conv2d(fin, 12, 3, padding=1)})

    def forward(self, x):
        return F.pixel_shuffle(self.layers["conv"](F.leaky_relu(x, 0.2)), 2)


class ModelFile:
    """A model file whose tensors are read one by one as f32; never more than one in
    memory. unread holds the names of those that nobody has asked for yet."""

    def __init__(self, path):
        self.path = path
        self.header, self.config, self.begin = read_header(path)
        self.unread = {name for name in self.header if not name.startswith("encoder.")}

    def read(self, name):
        if name not in self.header:
            sys.exit(f"the model does not fit: there is no {name}")
        self.unread.discard(name)
        entry = self.header[name]
        first, last = entry["data_offsets"]
        dtype = np.dtype(READERS[entry["dtype"]])
        data = np.fromfile(self.path, dtype, (last - first) // dtype.itemsize,
                           offset=self.begin + first)
        if entry["dtype"] == "BF16":
            data = (data.astype(np.uint32) << 16).view(np.float32)
        return torch.from_numpy(data.astype(np.float32, copy=False).reshape(entry["shape"]))

    def read_spade(self, name, shape):
        """A tensor of SPADE's generator or OASIS's, where z comes before the map."""
        z_name = re.sub(r"weight$", "z_weight", name)
        if z_name == name or z_name not in self.header:
            return self.read(name)
        return torch.cat([self.read(z_name), self.read(name)], 1)

    def read_clade(self, name, shape):
        """A tensor of CLADE's, which import made wider and, of norms, another."""
        norm, _, leaf = name.partition(".class_specified_affine.")
        if leaf == "weight":
            shared = self.read(norm + ".mlp_shared.0.weight")[:, :, 0, 0]
            if not torch.equal(shared, torch.eye(len(shared))):
                sys.exit("the model is as wide as CLADE's and no import of one")
            for part in "mlp_shared.0", "mlp_gamma":
                self.unread.discard(f"{norm}.{part}.bias")
            return self.read(norm + ".mlp_gamma.weight")[:shape[1], :shape[0], 0, 0].T + 1
        if leaf == "bias":
            return self.read(norm + ".mlp_beta.weight")[:shape[1], :shape[0], 0, 0].T
        norm, _, leaf = name.partition(".inst_conv.")
        if leaf:
            beta = self.read(f"{norm}.mlp_beta.{leaf}")[-self.config["extra_channels"]]
            return (beta[-1] if leaf == "weight" else beta).reshape(shape)
        return self.read(name)[tuple(map(slice, shape))]

    def read_imaginaire(self, name, shape):
        """One of imaginaire's. A norm's own scale and shift are in gamma and beta."""
        ours = name
        for pattern, text in RENAMED:
            ours = re.sub(pattern, text, ours)
        if re.search(r"param_free_norm\.(weight|bias)$", ours):
            return torch.tensor(float(ours.endswith("weight")))
        tensor = self.read(ours)
        if "fc_gamma" in name or "fc_beta" in name:
            return tensor.chunk(2)["fc_beta" in name]
        if name.startswith("conv_img"): # the four pixels' three colours
            return tensor.unflatten(0, (4, 3)).transpose(0, 1).flatten(0, 1)
        return tensor


def build(config):
    """The network of a model's config, and the method that reads its tensors."""
    shape = Config(
        upsampling=config["upsampling"], nf=config["nf"], nhidden=config["nhidden"],
        z_dim=config["z_dim"], norm=config["norm"], kernel=config["kernel"],
        n_classes=config["classes"], unlabeled=config["unlabeled"], edge=config["edge"],
        crop_size=config["crop_size"], spectral=False, oasis=config.get("single_middle", False),
        generator=config.get("generator", "spade"))
    if shape.kernel == 1 and shape.nhidden == shape.n_channels:
        return SpadeGenerator(replace(shape, clade=True)), ModelFile.read_clade
    if shape.generator == "spade":
        return SpadeGenerator(shape), ModelFile.read_spade
    model = ImaginaireGenerator(shape)
    for name in PICTURES.values():
        if hasattr(model, name):
            conv = getattr(model, name).layers["conv"]
            setattr(model, name, JoinedPicture(conv.in_channels))
    return model, ModelFile.read_imaginaire


def load_model(path):
    """The generator of a model of ours, and its config."""
    file = ModelFile(path)
    with torch.device("meta"): # so that nothing is drawn at random first
        model, read = build(file.config)
    model = model.to_empty(device="cpu").eval().requires_grad_(False)
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(read(file, name, tensor.shape))
    if file.unread:
        sys.exit(f"the model does not fit: {sorted(file.unread)[:3]}")
    return model, file.config
