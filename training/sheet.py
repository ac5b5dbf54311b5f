# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Sample sheets: map, true picture, result in its style, two random styles.

Also loads a run's averaged networks as they are exported: batch norm's
running statistics are measured anew for the averaged weights.
"""

import argparse
import os

import numpy as np
import torch
from PIL import Image

import data
import model
from convolution import settle_norms


def calibrate(generator, encoder, sampler, n_batches=16, batch_size=16, device="cpu"):
    """Sets the running statistics to their mean over n_batches of the pool."""
    norms = [m for m in generator.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    generator.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over the batches
        norm.train()
    with torch.no_grad(), torch.autocast(device, torch.bfloat16):
        for _ in range(n_batches):
            batch = sampler.batch(batch_size, device)
            mu, logvar = encoder(batch.styles)
            z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
            generator(z, batch.channels, batch.grid, batch.windows)
    generator.eval()


def load_average(run_dir, sampler, device="cpu", n_batches=16):
    """Gives (generator, encoder, state) of the run, averaged and calibrated."""
    state = torch.load(os.path.join(run_dir, "checkpoint.pt"), map_location="cpu")
    c = state["config"]
    generator = model.Generator(c["nf"], c["n_hidden"], c["z_dim"])
    encoder = model.Encoder(c["encoder_nf"], c["z_dim"])
    generator.load_state_dict(state["average"])
    encoder.load_state_dict(state["average_encoder"])
    generator.to(device, memory_format=torch.channels_last).requires_grad_(False)
    encoder.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    settle_norms(generator)  # the average has the u of the last step
    if state.get("frozen_norm"):
        generator.eval()
    else:
        calibrate(generator, encoder, sampler, n_batches, device=device)
    return generator, encoder, state


def render(generator, z, channels):
    """N x H x W channels to N x 3 x H x W in -1 ... 1."""
    with torch.no_grad(), torch.autocast(channels.device.type, torch.bfloat16):
        return generator(z, channels).float()


def to_bytes(pictures):
    """N x 3 x H x W in -1 ... 1 to N x H x W x 3 bytes."""
    return ((pictures.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()


def write_sheet(path, generator, encoder, pool, indices, device="cpu", n_random=2):
    """One row per picture: map, true picture, its own style, random styles."""
    batch = data.fixed_batch(pool, indices, device)
    with torch.no_grad():
        mu, _ = encoder(batch.styles)
    columns = [data.CLASS_COLOURS[batch.channels.cpu().numpy()], to_bytes(batch.pictures),
               to_bytes(render(generator, mu, batch.channels))]
    random = torch.Generator().manual_seed(1)
    for _ in range(n_random):
        z = torch.randn(len(mu), mu.shape[1], generator=random).to(device)
        columns.append(to_bytes(render(generator, z, batch.channels)))
    rows = [np.concatenate(row, 1) for row in zip(*columns)]
    Image.fromarray(np.concatenate(rows, 0)).save(path)


def write_for_run(run_dir, held_out, sampler, device="cpu", count=8):
    """Adds sheet-STEP.png to the run and renews sheet.png."""
    generator, encoder, state = load_average(run_dir, sampler, device, n_batches=6)
    pool = data.Pool(held_out)
    path = os.path.join(run_dir, f"sheet-{state['step']:07d}.png")
    write_sheet(path, generator, encoder, pool, range(count), device)
    link = os.path.join(run_dir, "sheet.png")
    if os.path.lexists(link):
        os.remove(link)
    os.symlink(os.path.basename(path), link)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the sample sheet of a run.")
    parser.add_argument("--run-dir", required=True)
    parser.add_argument("--pool", required=True, help="training pool, to calibrate with")
    parser.add_argument("--held-out", required=True)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    write_for_run(args.run_dir, args.held_out, data.Sampler(data.Pool(args.pool), 256),
                  args.device, args.count)
