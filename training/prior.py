# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Move z so that N(0, I) covers what the encoder says of pictures.

KL alone leaves a gap: where the codes of all pictures together have another
mean or spread than N(0, I), a random z is a style that training hardly saw,
and shows faults that no picture's style has. So z becomes m + L z', where m
and L L^T are mean and covariance of all codes (ex-post density estimation,
Ghosh et al. 2020, by a single Gaussian). A style image gives what it gave.
"""

import argparse

import numpy as np
import torch

import data
import sheet


def draw_styles(pool, n, random):
    """Pictures of a pool as the encoder sees them, half of them flipped: N x 3 x 256 x 256."""
    pictures = [pool.picture(i)[:, ::random.integers(2) * 2 - 1] for i in random.integers(pool.count, size=n)]
    return data.to_tensor(torch.from_numpy(np.stack([data.shrink(picture) for picture in pictures])))


def aggregate(encoder, pools, n_batches, device="cpu", batch_size=16):
    """Mean and covariance of z over the pictures of pools, taken in turn."""
    random, outputs = np.random.default_rng(0), []
    with torch.no_grad():
        for i in range(n_batches):
            styles = draw_styles(pools[i % len(pools)], batch_size, random)
            outputs.append(encoder(styles.to(device)))
    mu, variance = torch.cat([o[0] for o in outputs]), torch.cat([o[1] for o in outputs]).exp()
    return mu.mean(0), torch.cov(mu.t()) + variance.mean(0).diag()


def match(generator, encoder, mean, covariance):
    """Puts z = mean + L z' into the layers that write and read it.

    The encoder's variances stay those of single numbers: each is scaled by L's diagonal.
    """
    factor = torch.linalg.cholesky(covariance)
    with torch.no_grad():
        generator.fc.bias += generator.fc.weight @ mean
        generator.fc.weight.copy_(generator.fc.weight @ factor)
        encoder.fc_mu.bias -= mean
        for tensor in (encoder.fc_mu.weight, encoder.fc_mu.bias[:, None]):
            tensor.copy_(torch.linalg.solve_triangular(factor, tensor, upper=False))
        encoder.fc_var.bias -= 2 * factor.diag().log()


def main():
    p = argparse.ArgumentParser(description="Say how far a run's codes are from N(0, I).")
    p.add_argument("--run-dir", required=True)
    p.add_argument("--pool", required=True, nargs="+")
    args = p.parse_args()
    pools = [data.Pool(path) for path in args.pool]
    generator, encoder, _ = sheet.load_average(args.run_dir, data.Sampler(pools[0], pools[0].size),
                                               "cpu", 1)
    styles = data.Sampler(pools[0], pools[0].size).batch(8).styles
    for when in ("before", "after"):
        mean, covariance = aggregate(encoder, pools, 16)
        spread = covariance.diag().sqrt()
        print(f"{when}: means up to {mean.abs().max():.2f}, deviations {spread.min():.2f} to "
              f"{spread.max():.2f}")
        with torch.no_grad():
            base = generator.fc(encoder(styles)[0])
        if when == "before":
            match(generator, encoder, mean, covariance)
            wanted = base
    print(f"largest change of what styles give: {(base - wanted).abs().max() / wanted.std():.1e}")


if __name__ == "__main__":
    main()
