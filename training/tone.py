# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The tone of a picture as a few numbers, and as the first numbers of z.

A young generator learns to do without z, and then the encoder has nothing to
say: KL wins. So the first N_CODE numbers of mu are tied from the start to
what a person means by the tone of a picture (mean and spread of its colours,
above and below), whitened over the pool so that z ~ N(0, I) stays true.
"""

import argparse

import torch
import torch.nn.functional as F

import data

N_CODE = 8


def describe(pictures):
    """N x 3 x H x W in -1 ... 1 to N x 12: mean, spread, mean of the top and of the bottom third."""
    third = pictures.shape[2] // 3
    return torch.cat([pictures.mean((2, 3)), pictures.std((2, 3)),
                      pictures[:, :, :third].mean((2, 3)),
                      pictures[:, :, -third:].mean((2, 3))], 1).float()


class Tone:
    """Descriptions to codes and back, by principal components."""

    def __init__(self, mean, scale, to_code, from_code):
        """mean, scale: 12; to_code: 12 x N_CODE; from_code: N_CODE x 12."""
        self.mean, self.scale, self.to_code, self.from_code = mean, scale, to_code, from_code

    @classmethod
    def fit(cls, sampler, n_batches=40, batch_size=16, device="cpu", encoder=None):
        """Principal components; with an encoder, turned to what its mu says already."""
        pictures = [sampler.batch(batch_size, device).styles for _ in range(n_batches)]
        tones = torch.cat([describe(p) for p in pictures])
        mean, scale = tones.mean(0), tones.std(0)
        values, vectors = torch.linalg.eigh(torch.cov(((tones - mean) / scale).t()))
        axes, spread = vectors[:, -N_CODE:].flip(1), values[-N_CODE:].flip(0).sqrt()
        self = cls(mean, scale, axes / spread, (axes * spread).t())
        if encoder:
            with torch.no_grad():
                said = torch.cat([encoder(p)[0][:, :N_CODE] for p in pictures])
            code = torch.cat([self.code(p) for p in pictures])
            u, _, v = torch.linalg.svd(code.t() @ said)
            self.to_code, self.from_code = self.to_code @ (u @ v), (u @ v).t() @ self.from_code
            error = F.mse_loss(code @ (u @ v), said)
            print(f"the encoder says the tone with a mean squared error of {error:.3f}", flush=True)
        return self

    def code(self, pictures):
        """N x N_CODE, of mean 0 and variance 1 over the pool."""
        return ((describe(pictures) - self.mean) / self.scale) @ self.to_code

    def target(self, z):
        """The description that the first numbers of z ask for: N x 12."""
        return (z[:, :N_CODE] @ self.from_code) * self.scale + self.mean

    def distance(self, pictures, wanted):
        """L1 to descriptions, in units of their spread over the pool; the mean of the whole counts most.

        Spread and thirds hardly: what a map shows has its own, and to force others makes blotches and rims.
        Near the goal it is a square: a batch has one or two such samples, and L1 pushes a sample that has
        what it shall have as hard as any other. That was the largest part of the noise in a step's gradient.
        """
        gap = (describe(pictures) - wanted) / self.scale
        gap = F.smooth_l1_loss(gap, torch.zeros_like(gap), beta=0.5, reduction="none")
        return gap[:, :3].mean() + 0.1 * gap[:, 3:6].mean() + 0.12 * gap[:, 6:].mean()

    def state(self):
        return [self.mean, self.scale, self.to_code, self.from_code]


def seed_style(generator, encoder):
    """Makes the code plain to read in a generator that ignores z: constant over the base grid."""
    nf, base = generator.nf, generator.base
    with torch.no_grad():
        constant = 0.2 * torch.randn(16 * nf, 1, N_CODE)
        weight = generator.fc.weight.view(16 * nf, base * base, -1)
        weight[:, :, :N_CODE] = constant.expand(-1, base * base, -1)
        generator.fc.bias.add_(0.3 * torch.randn_like(generator.fc.bias))
        encoder.fc_var.bias[:N_CODE] = -3.0


def teach_encoder(encoder, tone, sampler, n_steps, device="cpu", batch_size=8):
    """Fits the first numbers of mu to the code; gives the last mean squared errors."""
    optimizer = torch.optim.Adam(encoder.parameters(), 5e-4)
    errors = []
    for step in range(n_steps):
        for group in optimizer.param_groups:
            group["lr"] = 5e-4 * (1 - step / n_steps)
        styles = sampler.batch(batch_size, device).styles
        with torch.autocast(device, torch.bfloat16):
            mu, logvar = encoder(styles)
        error = F.mse_loss(mu[:, :N_CODE], tone.code(styles))
        rest = mu[:, N_CODE:].pow(2).mean() + (logvar[:, N_CODE:].exp() - 1 - logvar[:, N_CODE:]).mean()
        optimizer.zero_grad()
        (error + 0.1 * rest).backward()
        optimizer.step()
        errors = (errors + [error.item()])[-50:]
    return sum(errors) / max(len(errors), 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Print the principal tones of a pool.")
    parser.add_argument("pool")
    args = parser.parse_args()
    pool = data.Pool(args.pool)
    fitted = Tone.fit(data.Sampler(pool, pool.size, unlabeled=0))
    shares = fitted.from_code.pow(2).sum(1).tolist()
    print("variances", [round(v, 2) for v in shares], "of 12")
