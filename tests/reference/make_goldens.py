#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Remake the golden fixtures: checkpoints, inputs and expected values of every case
in golden_cases.py, from fixed seeds. Expected values are computed in double precision
from the weights as stored. A checkpoint whose tensors would not change is left alone,
because torch.save writes memory addresses into the legacy form."""

import argparse
import json
import pathlib
import re
import zlib
from collections import OrderedDict
from dataclasses import replace

import torch

import tensorfile
from golden_cases import CASES
from imaginaire_reference import Imaginaire, rendered_state
from random_weights import (normal, randomise, scale_encoder, scale_output, share_storage,
                            uniform)
from spade_reference import (SpadeGenerator, StyleEncoder, edge_map, image_planes, load,
                             oasis_name, seg_planes)

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "data" / "golden"
LIMIT = 256 * 1024       # bytes of one fixture
ROOMY = 100 * 1024       # intermediate values are kept while a file stays below this
STORED = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}


def regions(size, n_ids, rng, noise):
    """HxW ids: nearest of 4 n points, then some pixels at random, so that it matters
    which pixel of a block the pyramid picks."""
    n = 4 * n_ids
    points = torch.rand(n, 2, generator=rng) * torch.tensor(size)
    grid = torch.stack(torch.meshgrid(*map(torch.arange, size), indexing="ij"), -1)
    nearest = (grid[:, :, None] - points).square().sum(-1).argmin(-1)
    ids = nearest % n_ids
    lone = torch.rand(size, generator=rng) < noise
    return torch.where(lone, torch.randint(n_ids, size, generator=rng), ids)


def make_segmap(case, rng):
    config = case.config
    n_ids = config.n_classes + config.unlabeled
    if case.seg == "all":
        return regions(case.size, n_ids, rng, 0.15).to(torch.uint8)
    only = config.n_classes if case.seg == "unlabeled" else 2
    return torch.full(case.size, only, dtype=torch.uint8)


def make_instances(case, rng):
    """Ids over the whole 16 bits; those that share a low byte differ above it."""
    ids = regions(case.size, 8, rng, 0.05)
    return (ids // 2 * 0x5500 + ids % 2 * 0x6D + 0x12).to(torch.int32)


def make_style(size, rng):
    """HxWx3 u8: a slow gradient with noise on it."""
    rows, columns = (torch.linspace(-2, 2, side)[:, None] for side in size)
    slow = torch.stack([torch.sin(rows + k * columns.T + k) for k in range(3)], -1)
    return ((slow + normal(slow.shape, 0.4, rng)).clamp(-2, 2) * 63 + 127).to(torch.uint8)


def stored_state(case, module):
    """The state dict as the file shall hold it."""
    state = OrderedDict()
    for key, value in module.state_dict().items():
        value = value.to(STORED[case.dtype]) if value.is_floating_point() else value
        if case.layout == "channels-last" and value.dim() == 4:
            value = value.contiguous(memory_format=torch.channels_last)
        name = oasis_name(key) if case.config.oasis else key
        state[case.prefix + name] = value
    return state


def same_tensors(path, content):
    if not path.exists():
        return False
    old = torch.load(path, weights_only=True)
    nested = "net_G" in content
    old, state = (file["net_G"] if nested else file for file in (old, content))
    return list(old) == list(state) and all(
        old[key].dtype == value.dtype and old[key].stride() == value.stride()
        and torch.equal(old[key], value) for key, value in state.items())


def model_config(config):
    """spade.config of a generator without an encoder."""
    height, width = config.trained_base
    return dict(format=1, classes=config.n_classes, unlabeled=config.unlabeled,
                edge=config.edge, upsampling=config.upsampling, nf=config.nf,
                nhidden=config.nhidden, kernel=config.kernel, z_dim=config.z_dim,
                norm="instance" if config.norm == "instance" else "batch",
                noise=config.noise, crop_size=config.crop_size, base_height=height,
                base_width=width)


def save_model(case, state, path):
    """A model file; its names are those of a generator without spectral norm."""
    arrays = {key: value.numpy() for key, value in state.items()
              if value.is_floating_point()}
    path.parent.mkdir(exist_ok=True)
    return tensorfile.write(path, arrays, {"spade.config": json.dumps(model_config(case.config))})


def save(case, content, path):
    if case.form == "model":
        return save_model(case, content, path)
    if not same_tensors(path, content):
        torch.save(content, path, _use_new_zipfile_serialization=case.form == "zip")
    return path.stat().st_size


def make_generator(case, seg, z, rng):
    """A random generator, calibrated on this input, and its state dict."""
    generator = SpadeGenerator(case.config).float().eval()
    randomise(generator, rng)
    if case.layout == "views":
        share_storage(generator, rng)
    scale_output(generator, seg.float(), None if z is None else z.float(), 0.6)
    return generator, stored_state(case, generator)


def make_encoder(case, style, rng):
    """A random encoder whose mu and logvar have a spread of 0.7, and its state dict."""
    encoder = StyleEncoder(case.config).float().eval()
    randomise(encoder, rng)
    scale_encoder(encoder, style.float(), 0.7)
    return encoder, stored_state(case, encoder)


def encode(encoder, style, eps):
    """z of a style image, rounded to float32, and what led to it as arrays."""
    mu, logvar = encoder(style)
    z = mu + (logvar / 2).exp() * eps
    values = dict(mu=mu, logvar=logvar, eps=eps)
    return z.float().double(), {key: value[0].float().numpy() for key, value in values.items()}


def spade_parts(case, seg, style, z, rng):
    """The generator as stored, z, the arrays that led to it, and each file's content."""
    files, arrays = {}, {}
    if style is not None:
        encoder, state = make_encoder(case, style, rng)
        files[case.encoder_file_name] = state
        z, arrays = encode(load(encoder, state), style, z)
    z = None if z is None else z.float().double()
    generator, state = make_generator(case, seg, z, rng)
    files[case.file_name] = state
    return load(generator, state), z, arrays, files


def packed(state):
    """The same floats as views into one storage, and that storage: the zip form needs
    as much room to list a storage as a small one holds."""
    pieces, starts = [], {}

    def moved(value):
        storage = value.untyped_storage()
        if storage.data_ptr() not in starts:
            starts[storage.data_ptr()] = sum(map(len, pieces))
            pieces.append(value.new_empty(0).set_(storage))
        return value.shape, value.stride(), starts[storage.data_ptr()] + value.storage_offset()

    views = {key: moved(value) for key, value in state.items() if value.is_floating_point()}
    pool = torch.cat(pieces)
    return {key: pool.as_strided(*views[key]) if key in views else value
            for key, value in state.items()}, pool


def network_averaged(config, pool):
    """Some of what a training's file has of the network itself, beside its average: of
    the right names and shapes, but any values, because none may be used."""
    state = Imaginaire(replace(config, spectral=True)).state_dict()
    return {"module.module." + key: pool[i:][:value.numel()].view(value.shape)
            for i, (key, value) in enumerate(state.items())
            if re.search(r"head_|fc_", key) and value.is_floating_point()}


def imaginaire_content(case, network):
    """What the file of a network or its average holds."""
    state = stored_state(case, network)
    if case.averaging:
        state, pool = packed(state)
        state = {"module.num_updates_tracked": torch.tensor(1234),
                 **network_averaged(case.config, pool), **state}
    return {"net_G": state, "current_epoch": 3} if case.nested else state


def imaginaire_parts(case, seg, style, z, rng):
    """As spade_parts; the style encoder is in the generator's file."""
    network, arrays = Imaginaire(case.config).float().eval(), {}
    randomise(network, rng)
    if case.layout == "views":
        share_storage(network, rng)
    guess = z
    if style is not None:
        scale_encoder(network.style_encoder, style.float(), 0.7)
        guess, _ = encode(network.style_encoder, style.float(), z)
    scale_output(network, seg.float(), guess.float(), 0.6 / case.config.output_multiplier)
    content = imaginaire_content(case, network)
    load(network, rendered_state(content))
    if style is not None:
        z, arrays = encode(network.style_encoder, style, z)
    return network, z.float().double(), arrays, {case.file_name: content}


def metadata(case):
    config = case.config
    side = "{0[0]}x{0[1]}".format
    values = dict(upsampling=config.upsampling, nf=config.nf, nhidden=config.nhidden,
                  z_dim=config.z_dim, norm=config.norm, kernel=config.kernel,
                  classes=config.n_classes, unlabeled=config.unlabeled, edge=config.edge,
                  crop_size=config.crop_size, aspect=config.aspect, spectral=config.spectral,
                  base=side([length >> config.n_ups for length in case.size]),
                  trained_base=side(config.trained_base), encoder=config.encoder,
                  form=case.form, dtype=case.dtype, layout=case.layout, prefix=case.prefix)
    if config.noise:
        values |= dict(noise_seed=case.noise_seed)
    if config.oasis:
        values |= dict(oasis=True)
    if config.clade:
        values |= dict(clade=True, kernel=1, nhidden=config.n_channels)
    if config.generator == "imaginaire":
        values |= dict(generator="imaginaire", output_multiplier=config.output_multiplier,
                       n_unused=config.n_unused, encoder_nf=config.encoder_nf)
    return {f"case.{key}": str(value).lower() for key, value in values.items()}


def rows_first(planes):
    """1xCxHxW -> HxWxC float32."""
    return planes[0].permute(1, 2, 0).float().numpy()


@torch.no_grad()
def make(case, folder):
    """Write one case; returns a dict of file name -> bytes."""
    rng = torch.Generator().manual_seed(zlib.crc32(case.name.encode()) + case.salt)
    config, taps = case.config, {}
    segmap = make_segmap(case, rng)
    arrays = {"segmap": segmap.numpy()}
    instances = make_instances(case, rng) if case.instances else None
    if instances is not None:
        arrays["instances"] = instances.numpy().astype("<u2")
    if config.edge:
        arrays["edge"] = edge_map(segmap if instances is None else instances).numpy()
    z = normal((1, config.z_dim), 1.0, rng) if config.z_dim else None
    style = None
    if config.encoder != "none":
        style = make_style(case.style, rng)
        arrays["style"] = style.numpy()
        style = image_planes(style)
    seg = seg_planes(config, segmap, instances)
    parts = imaginaire_parts if config.generator == "imaginaire" else spade_parts
    generator, z, latents, files = parts(case, seg, style, z, rng)
    sizes = {name: save(case, content, folder / name) for name, content in files.items()}
    arrays |= latents
    if config.z_dim:
        arrays["z"] = z[0].float().numpy()
    seed = {"noise_seed": case.noise_seed} if config.noise else {}
    arrays["output"] = rows_first(generator(seg, z, taps, **seed))
    for key, value in taps.items():
        total = sum(array.nbytes for array in arrays.values())
        if (case.norms and key.startswith("head_0") or ".norm_" not in key) \
                and total + 4 * value.numel() < ROOMY:
            arrays[key] = rows_first(value)
    name = f"{case.name}.safetensors"
    sizes[name] = tensorfile.write(folder / name, arrays, metadata(case))
    return sizes, arrays["output"].std()


def write_index(folder, cases):
    total = sum(path.stat().st_size for pattern in ("*.pth", "*.safetensors")
                for path in folder.rglob(pattern))
    lines = ["# Golden cases", "", "Made by `tests/reference/make_goldens.py`; do not edit. "
             f"{len(cases)} cases, {total / 1024:.0f} KiB together. Bases are height x width.", "",
             "| Case | What it is there for | Ups, norm, k | nf, nhidden | Channels | Map | Base "
             "(trained) | Checkpoint |", "|---|---|---|---|---|---|---|---|"]
    for case in cases:
        c, m = case.config, metadata(case)
        extra = f" + {c.n_unused} unused" if c.n_unused else ""
        extra += (" + unlabeled" if c.unlabeled else "") + (" + edge" if c.edge else "")
        edge = ", instances" if case.instances else ""
        z = f", z {c.z_dim}" if c.z_dim else ""
        z += f", encoder {c.encoder}" if c.encoder != "none" else ""
        lines.append(
            f"| {case.name} | {case.why} | {c.upsampling}, {c.norm}, {c.kernel} | {c.nf}, "
            f"{c.nhidden} | {c.n_classes}{extra} | {case.size[0]}x{case.size[1]}{edge} | "
            f"{m['case.base']} ({m['case.trained_base']}) | {case.form}, {case.dtype}{z} |")
    (folder / "INDEX.md").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true",
                        help="write nothing; judge the reference and the files (check_goldens.py)")
    parser.add_argument("--index", action="store_true",
                        help="only write INDEX.md, for the files that are there")
    parser.add_argument("--only", metavar="NAME", help="cases whose name holds this")
    parser.add_argument("--output", type=pathlib.Path, default=GOLDEN, help="folder (%(default)s)")
    options = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    cases = [case for case in CASES if not options.only or options.only in case.name]
    if options.check:
        import check_goldens
        raise SystemExit(check_goldens.run(cases, options.output))
    if options.index:
        raise SystemExit(write_index(options.output, CASES))
    options.output.mkdir(parents=True, exist_ok=True)
    total = 0
    for case in cases:
        sizes, std = make(case, options.output)
        total += sum(sizes.values())
        print(f"{case.name:24} std {std:.2f} ", *(f"{n // 1024} KiB" for n in sizes.values()))
        large = [name for name, n in sizes.items() if n >= LIMIT]
        if large:
            raise SystemExit(f"{large[0]} is larger than {LIMIT} bytes")
    if not options.only:
        write_index(options.output, cases)
    print(f"{total / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
