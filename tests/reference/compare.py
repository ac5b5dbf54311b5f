#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Compare the C program with the reference at full size, by hand.

  compare.py --make coco-stuff G.pth [--vae] [--clade]   random weights of the public shape
  compare.py G.pth --map MAP.png -o want.safetensors
  compare.py --diff want.safetensors got.png

With --make --vae the style encoder is written beside it as G-encoder.pth. MAP.png is
indexed or grey, value = class id and 255 = unlabeled; it is brought to the nearest
possible size below its own, or to --size. The picture is float32, as the users of the
public code had it; --double is the stricter judge."""

import argparse
import pathlib
import sys

import numpy as np
import torch
from PIL import Image

import tensorfile
from random_weights import randomise, scale_output
from spade_reference import (UPSAMPLINGS, Config, SpadeGenerator, StyleEncoder,
                             config_from_state, image_planes, load, seg_planes)


def to_bytes(picture):
    """Floats in [-1,1] to the nearest of 256 levels."""
    return np.floor((picture.astype(np.float64) + 1) * 127.5 + 0.5).clip(0, 255).astype(np.uint8)


def read_ids(path, size):
    """HxW ids of an indexed or grey PNG (8 or 16 bit), nearest at that size: row y is
    row floor(y * H / new H), in whole numbers."""
    with Image.open(path) as image:
        if image.mode not in ("P", "L", "1") and not image.mode.startswith("I"):
            sys.exit(f"{path}: neither indexed nor grey ({image.mode})")
        ids = np.array(image).astype(np.int64)
    rows, columns = (np.arange(n) * old // n for n, old in zip(size or ids.shape, ids.shape))
    return ids[rows][:, columns]


def state_of(path):
    return torch.load(path, map_location="cpu", weights_only=True)


def make_checkpoint(path, vae, clade, seed):
    """A COCO-Stuff checkpoint of the public shape with weights that show."""
    torch.set_default_dtype(torch.float32)
    config = Config(z_dim=256 if vae else 0, encoder="spectralinstance" if vae else "none",
                    clade=clade)
    rng = torch.Generator().manual_seed(seed)
    ids = torch.randint(config.n_classes + 1, (16, 16), generator=rng)
    ids = ids.repeat_interleave(16, 0).repeat_interleave(16, 1)
    z = torch.randn(1, 256, generator=rng) if vae else None
    generator = SpadeGenerator(config).eval()
    randomise(generator, rng)
    with torch.no_grad():
        scale_output(generator, seg_planes(config, ids), z, 0.6)
    torch.save(generator.state_dict(), path)
    if vae:
        encoder = StyleEncoder(config)
        randomise(encoder, rng)
        torch.save(encoder.state_dict(), path.with_name(path.stem + "-encoder.pth"))


def known_config(options, state):
    """What the command line tells and the weights cannot: 184 channels are
    COCO-Stuff, with an unlabeled and an edge channel."""
    coco = config_from_state(state, unlabeled=False, edge=False).n_channels == 184
    return config_from_state(state, upsampling=options.upsampling, crop_size=options.crop_size,
                             aspect=options.aspect, unlabeled=coco or options.unlabeled,
                             edge=coco or options.edge)


def choose_z(options, config):
    """The latent of --latent, of --style's mu, or zero."""
    if options.latent:
        z = np.fromfile(options.latent, "<f4")
    elif options.style:
        state = state_of(options.encoder)
        state = {key.removeprefix("module."): value for key, value in state.items()}
        instance = "layer1.0.weight_orig" in state
        six = any(key.startswith("layer6.") for key in state)
        config = Config(nf=state["layer1.0.weight_orig" if instance else "layer1.weight_orig"]
                        .shape[0], z_dim=config.z_dim, crop_size=256 if six else 128,
                        encoder="spectralinstance" if instance else "spectral")
        with Image.open(options.style) as image:
            planes = image_planes(np.array(image.convert("RGB")))
        mu, _ = load(StyleEncoder(config), state)(planes)
        return mu
    else:
        z = np.zeros(config.z_dim)
    return torch.tensor(z, dtype=torch.get_default_dtype()).reshape(1, -1)


@torch.no_grad()
def render(options):
    torch.set_default_dtype(torch.float64 if options.double else torch.float32)
    state = state_of(options.model)
    config = known_config(options, state)
    with Image.open(options.map) as image:
        size = options.size or (image.height, image.width)
    step = 1 << UPSAMPLINGS[config.upsampling]
    size = [max(side // step, 1) * step for side in size]
    ids = read_ids(options.map, size)
    ids[ids == 255] = config.n_classes
    instances = read_ids(options.instances, size) if options.instances else None
    generator = load(SpadeGenerator(config), state)
    z = choose_z(options, config) if config.z_dim else None
    picture = generator(seg_planes(config, ids, instances), z)[0].permute(1, 2, 0)
    picture = picture.float().numpy()
    if options.output.suffix == ".png":
        Image.fromarray(to_bytes(picture)).save(options.output)
    else:
        arrays = {"output": picture} | ({"z": z[0].float().numpy()} if config.z_dim else {})
        tensorfile.write(options.output, arrays, {})
    print(f"{options.output}: {size[1]}x{size[0]}, std {picture.std():.3f}")


def read_picture(path):
    """(bytes HxWx3, floats or None) of a .png or a .safetensors with "output"."""
    if path.suffix == ".safetensors":
        picture = tensorfile.read(path)[0]["output"]
        return to_bytes(picture), picture
    with Image.open(path) as image:
        return np.array(image.convert("RGB")), None


def print_difference(paths):
    (bytes_a, floats_a), (bytes_b, floats_b) = map(read_picture, paths)
    if bytes_a.shape != bytes_b.shape:
        sys.exit(f"sizes differ: {bytes_a.shape} and {bytes_b.shape}")
    levels = np.abs(bytes_a.astype(int) - bytes_b.astype(int))
    print(f"8 bit: max {levels.max()} levels, {(levels > 0).mean():.2%} of values differ")
    if floats_a is not None and floats_b is not None:
        apart = np.abs(floats_a.astype(np.float64) - floats_b)
        psnr = 10 * np.log10(4 / max(np.square(apart).mean(), 1e-30))
        print(f"float: max {apart.max():.2e}, mean {apart.mean():.2e}, PSNR {psnr:.1f} dB")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    size = lambda text: [int(side) for side in text.lower().split("x")][::-1]
    add = parser.add_argument
    add("model", nargs="?", type=pathlib.Path, help="generator checkpoint (.pth)")
    add("--encoder", type=pathlib.Path, help="style encoder checkpoint (.pth)")
    add("--map", type=pathlib.Path)
    add("--instances", type=pathlib.Path)
    add("--style", type=pathlib.Path, help="style image, encoded to z = mu")
    add("--latent", type=pathlib.Path, help="z as little-endian floats")
    add("--upsampling", choices=UPSAMPLINGS, default="normal")
    add("--crop-size", type=int, default=256)
    add("--aspect", type=float, default=1.0)
    add("--unlabeled", action="store_true", help="the model has this channel")
    add("--edge", action="store_true", help="the model has this channel")
    add("--size", type=size, metavar="WxH")
    add("--double", action="store_true", help="compute in double precision")
    add("-o", "--output", type=pathlib.Path, help=".png or .safetensors")
    add("--make", nargs=2, metavar=("coco-stuff", "G.pth"))
    add("--vae", action="store_true")
    add("--clade", action="store_true")
    add("--seed", type=int, default=1)
    add("--diff", nargs=2, type=pathlib.Path, metavar=("A", "B"))
    options = parser.parse_args()
    if options.make:
        if options.make[0] != "coco-stuff":
            parser.error("--make knows coco-stuff only")
        make_checkpoint(pathlib.Path(options.make[1]), options.vae, options.clade,
                        options.seed)
    elif options.diff:
        print_difference(options.diff)
    elif options.model and options.map and options.output:
        if options.style and not options.encoder:
            parser.error("--style needs --encoder")
        render(options)
    else:
        parser.error("give MODEL, --map and -o; or --make; or --diff")


if __name__ == "__main__":
    main()
