# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Give the generator of a run more channels, without a change of what it makes.

A narrow generator is quick to begin with. The new channels have random weights of
their own, and what reads them has weights of 0, which learn first (as Chen et
al. 2016 widen, but without copies: Adam keeps those alike). The critic and the
encoder go on as they are, the generator's optimizer begins anew.
"""

import argparse
import os

import torch

import data
import model
import sheet
from convolution import SpectralConv, settle_norms


def put(wide, narrow, n_parts=1):
    """Copies a tensor over the first of a larger one, part by part of the first dimension."""
    for to, of in zip(wide.chunk(n_parts), narrow.chunk(n_parts)):
        to[tuple(slice(0, n) for n in of.shape)] = of


def put_conv(wide, narrow):
    """What reads a new channel reads nothing, at first. A spectral norm stays what it was."""
    n_out, n_in = narrow.weight.shape[:2]
    weight = narrow.weight
    if isinstance(narrow, SpectralConv):
        weight = weight / torch.linalg.matrix_norm(weight.flatten(1), 2)
        typical, new = (w.flatten(1).norm(dim=1).mean() for w in (weight, wide.weight[n_out:]))
        wide.weight[n_out:] *= 0.5 * typical / new
    wide.weight[:n_out, n_in:] = 0
    put(wide.weight, weight)
    if wide.bias is not None:
        wide.bias.zero_()
        put(wide.bias, narrow.bias)


def put_fc(wide, narrow, n_cells):
    for to, of in ((wide.weight, narrow.weight), (wide.bias, narrow.bias)):
        put(to.view(-1, n_cells, *to.shape[1:]), of.view(-1, n_cells, *of.shape[1:]))


def put_statistics(wide, narrow):
    for name in ("running_mean", "running_var"):
        put(getattr(wide, name), getattr(narrow, name))


def put_all(wide, narrow):
    """All of one generator into another one that is wider."""
    others = dict(narrow.named_modules())
    with torch.no_grad():
        for name, module in wide.named_modules():
            other = others[name]
            if isinstance(module, torch.nn.BatchNorm2d):
                put_statistics(module, other)
            elif isinstance(module, model.Noise):
                put(module.strength, other.strength)
            elif isinstance(module, torch.nn.Linear):
                put_fc(module, other, wide.base ** 2)
            elif name.endswith("mlp_gamma_beta"):
                put(module.weight, other.weight, 2)
                put(module.bias, other.bias, 2)
            elif isinstance(module, torch.nn.Conv2d):
                put_conv(module, other)
    settle_norms(wide)


def main():
    p = argparse.ArgumentParser(description="Widen the generator of a run's checkpoint.")
    p.add_argument("--run-dir", required=True, help="the run; its checkpoint is written over")
    p.add_argument("--nf", type=int, required=True)
    p.add_argument("--pool", required=True, help="to measure the new channels on")
    args = p.parse_args()
    path = os.path.join(args.run_dir, "checkpoint.pt")
    pool = data.Pool(args.pool)
    sampler = data.Sampler(pool, pool.size, unlabeled=0)
    narrow, encoder, state = sheet.load_average(args.run_dir, sampler)
    config = state["config"]
    if args.nf <= config["nf"]:
        raise SystemExit(f"--nf must be more than the run's {config['nf']}")
    wide = model.Generator(args.nf, config["n_hidden"], config["z_dim"])
    put_all(wide, narrow)
    sheet.calibrate(wide, encoder, sampler, 4, 8)
    for module in wide.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_var.clamp_(min=0.1)  # small now, and larger as they learn
    for name in ("average", "generator"):  # the new channels of both are the same
        narrow.load_state_dict(state[name])
        put_all(wide, narrow)
        wide.smooth_base()
        state[name] = {k: v.clone() for k, v in wide.state_dict().items()}
    config["nf"] = args.nf
    del state["optimizer_g"]
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)
    print(f"{model.count_parameters(narrow):,} parameters became {model.count_parameters(wide):,}")


if __name__ == "__main__":
    main()
