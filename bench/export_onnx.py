# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""export_onnx.py MODEL SIDE OUT: the generator of a model as ONNX, for pictures
of that size and any number of them at a time."""

import sys

import torch

from torch_models import load_model


def main():
    path, side, out = sys.argv[1:]
    model, config = load_model(path)
    segmap = torch.zeros(1, model.config.n_channels, int(side), int(side))
    names, inputs = ["segmap"], (segmap,)
    if config["z_dim"]:
        names, inputs = ["segmap", "z"], (segmap, torch.zeros(1, config["z_dim"]))
    axes = {name: {0: "n"} for name in [*names, "picture"]}
    with torch.inference_mode():
        torch.onnx.export(model, inputs, out, input_names=names, output_names=["picture"],
                          dynamic_axes=axes, opset_version=17, dynamo=False)


main()
