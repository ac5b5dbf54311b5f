# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Begin a run from an exported .safetensors: export.py, undone.

Spectral norm was folded in there; folding it in again changes nothing, as the
largest singular value of such a weight is 1. The critic begins anew.
"""

import argparse
import json
import struct

import numpy as np
import torch

import data
import model
from convolution import SpectralConv, settle_norms

DTYPES = {"F32": np.float32, "F16": np.float16}


def read_safetensors(path):
    """Gives ({name: f32 tensor}, config)."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        blob = file.read()
    config = json.loads(header.pop("__metadata__")["spade.config"])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(blob[begin:end], DTYPES[entry["dtype"]]).astype(np.float32)
        tensors[name] = torch.from_numpy(values).view(entry["shape"])
    return tensors, config


def run_config(config):
    """The configuration of a run that makes such a model."""
    return {"nf": config["nf"], "n_hidden": config["nhidden"], "z_dim": config["z_dim"],
            "encoder_nf": config["encoder"]["nf"]}


def load_generator(generator, tensors):
    with torch.no_grad():
        for name, module in generator.named_modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                norm = name.replace("batch_norm_", "norm_") + ".param_free_norm.running_"
                module.running_mean.copy_(tensors[norm + "mean"])
                module.running_var.copy_(tensors[norm + "var"])
                continue
            if isinstance(module, model.Noise):
                norm = name.replace("noise_", "norm_")
                variance = tensors[f"{norm}.param_free_norm.running_var"]
                strength = tensors.get(f"{norm}.noise", torch.zeros_like(variance))
                module.strength.copy_(strength / (variance + 1e-5).sqrt())
                continue
            if not isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
                continue
            for part in ("weight", "bias"):
                if getattr(module, part) is None:
                    continue
                if name.endswith("mlp_gamma_beta"):
                    both = [tensors[f"{name.replace('gamma_beta', s)}.{part}"]
                            for s in ("gamma", "beta")]
                    value = torch.cat(both)
                elif name.endswith("mlp_shared"):
                    value = tensors[f"{name}.0.{part}"]
                    value = value[:, data.CLASS_IDS] if part == "weight" else value
                else:
                    value = tensors[f"{name}.{part}"]
                getattr(module, part).copy_(value)
        settle_norms(generator)


def load_encoder(encoder, tensors):
    encoder.load_state_dict({name: tensors[f"encoder.{name}"] for name in encoder.state_dict()})


def largest_change(generator):
    """How much folding spectral norm in again changes a weight, relatively."""
    return max((m.normalized_weight() / m.weight - 1).nan_to_num().abs().max().item()
               for m in generator.modules() if isinstance(m, SpectralConv))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Say what a run would begin with.")
    parser.add_argument("model")
    args = parser.parse_args()
    read, read_config = read_safetensors(args.model)
    c = run_config(read_config)
    network = model.Generator(c["nf"], c["n_hidden"], c["z_dim"])
    load_generator(network, read)
    load_encoder(model.Encoder(c["encoder_nf"], c["z_dim"]), read)
    print(f"{len(read)} tensors, {c}; weights change by {largest_change(network):.1e} at most")
