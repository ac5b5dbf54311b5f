#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Remake tests/data/checkpoints: one small state dict in both forms of torch.save,
with every storage type and kind of view that real ones hold (the numbers are those
that tests/unit/test-torch-file.c expects), a golden style encoder with its
spectral norm under the names that newer PyTorch gives, wrapped with plain values, the
same as PyTorch 0.4.1 stored it, and a network among all that a training saves."""

import pathlib
from collections import OrderedDict

import torch

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
FOLDER = DATA / "checkpoints"
NEWER = {"weight_orig": "parametrizations.weight.original",
         "weight_u": "parametrizations.weight.0._u",
         "weight_v": "parametrizations.weight.0._v"}


def make_state():
    """An OrderedDict with the _metadata that modules leave on theirs."""
    line = torch.arange(12, dtype=torch.float32)
    state = OrderedDict()
    state["module.plain"] = line.reshape(3, 4)
    state["module.turned"] = line.reshape(3, 4).T            # strides 1, 4
    state["module.middle"] = line[4:8]                       # a view that begins inside
    state["module.images"] = torch.arange(24.0).reshape(1, 2, 3, 4).contiguous(
        memory_format=torch.channels_last)
    for name in "half", "bfloat16", "double":
        state[f"module.{name}"] = torch.tensor([1, -2, 0.5]).to(getattr(torch, name))
    state["module.count"] = torch.tensor(1234)
    state["module.parameter"] = torch.nn.Parameter(torch.tensor([3.0]))
    state["module.none"] = torch.zeros(0, 3)
    state._metadata = OrderedDict({"": {"version": 1}})
    return state


def rename(state):
    """As torch.nn.utils.parametrizations.spectral_norm names what
    torch.nn.utils.spectral_norm stores."""
    split = (key.rpartition(".") + (value,) for key, value in state.items())
    return OrderedDict((head + dot + NEWER.get(leaf, leaf), value)
                       for head, dot, leaf, value in split)


def make_older(state):
    """As torch.nn.utils.spectral_norm of PyTorch 0.4.1 stores it: the weight that was
    used last, weight_orig and u, but no v."""
    older = OrderedDict()
    for key, value in state.items():
        if key.endswith("weight_v"):
            continue
        older[key] = value
        if key.endswith("weight_orig"):
            head = key.removesuffix("_orig")
            wide = value.double()
            sigma = state[head + "_u"].double() @ wide.flatten(1) @ state[head + "_v"].double()
            older[head] = (wide / sigma).float()
    return older


def make_training():
    """A network that was compiled and averaged, and what a training saves beside it."""
    numbers = [torch.tensor([1.0, -2.0, i]) for i in range(3)]
    parameter = torch.nn.Parameter(numbers[1], requires_grad=False)
    parameter.tag = numbers[2].tag = "a tensor with attributes is pickled in another way"
    network = {"n_averaged": torch.tensor(7), "module._orig_mod.conv_img.weight": numbers[0],
               "module._orig_mod.parameter": parameter,
               "module._orig_mod.attribute": numbers[2]}
    optimizer = torch.optim.Adam([torch.nn.Parameter(torch.ones(1))])
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 5])  # holds a Counter
    return {"rng_state": torch.zeros(4, dtype=torch.uint8), "checkpoint": {"net_G": network},
            "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(),
            "commit": b"\xc3\xbc", "nothing": b"", "buffer": bytearray(b"x"), "done": {1, 2},
            "device": torch.device("cuda", 0), "phase": 1j, "dtype": torch.bfloat16}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, is_zip in ("legacy", False), ("zip", True):
        torch.save(make_state(), FOLDER / f"{name}.pth",
                   _use_new_zipfile_serialization=is_zip)
    encoder = torch.load(DATA / "golden" / "normal-vae-encoder.pth", weights_only=True)
    torch.save({"state_dict": rename(encoder), "epoch": 50},
               FOLDER / "parametrized-encoder.pth", _use_new_zipfile_serialization=False)
    torch.save(make_older(encoder), FOLDER / "older-encoder.pth",
               _use_new_zipfile_serialization=False)
    torch.save(make_training(), FOLDER / "training.pth")


if __name__ == "__main__":
    main()
