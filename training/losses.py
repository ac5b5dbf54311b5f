# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The terms of the training objective.

From the paper: hinge loss, feature matching, perceptual distance, KL. Ours:
`colour`, an L1 of strongly blurred pictures, so that the style decides the
tone, and `texture`, the distance of mean and spread of features, so that
small detail has the right strength without being in the right place. tone.py has one more.
"""

import argparse
import torch
import torch.nn.functional as F

PERCEPTUAL_WEIGHTS = (0.25, 0.5, 1.0, 1.0, 1.0)


def hinge_discriminator(outputs, n_fake):
    """outputs: the discriminator's on fakes, then reals, in one batch."""
    loss = 0
    for features in outputs:
        score = features[-1].float()
        loss = loss + F.relu(1 + score[:n_fake]).mean() + F.relu(1 - score[n_fake:]).mean()
    return loss / len(outputs)


def hinge_generator(outputs):
    """outputs: the discriminator's on fakes."""
    return -sum(features[-1].float().mean() for features in outputs) / len(outputs)


def feature_matching(outputs, targets):
    """L1 between the critics' features; targets: of the true pictures of the first fakes."""
    loss = 0
    for features, wanted in zip(outputs, targets):
        for f, t in zip(features[:-1], wanted):
            loss = loss + F.l1_loss(f[:len(t)].float(), t.float())
    return loss / len(outputs)


def perceptual(fake, true):
    """Two lists of segmenter features. Gives (distance, texture distance)."""
    distance, texture = 0, 0
    for weight, f, t in zip(PERCEPTUAL_WEIGHTS, fake, true):
        f, t = f.float(), t.float()
        scale = t.std() + 1e-3
        distance = distance + weight * (f - t).abs().mean() / scale
        # Statistics over 4 x 4 fields of the picture, so that they are local.
        side = max(f.shape[-1] // 4, 1)
        mean_f, mean_t = F.avg_pool2d(f, side), F.avg_pool2d(t, side)
        spread_f = (F.avg_pool2d(f * f, side) - mean_f ** 2).clamp(1e-6).sqrt()
        spread_t = (F.avg_pool2d(t * t, side) - mean_t ** 2).clamp(1e-6).sqrt()
        texture = texture + ((mean_f - mean_t).abs() + (spread_f - spread_t).abs()).mean() / scale
    return distance, texture


def colour(fake, true):
    """L1 of the pictures averaged over 16 x 16 and 4 x 4 pixels."""
    return (F.l1_loss(F.avg_pool2d(fake, 16), F.avg_pool2d(true, 16))
            + 0.5 * F.l1_loss(F.avg_pool2d(fake, 4), F.avg_pool2d(true, 4)))


def pixel(fake, true):
    """Plain L1: it takes away patterns that no true picture has, and smooths."""
    return F.l1_loss(fake, true)


def kl(mu, logvar):
    """Divergence from the unit Gaussian: summed over z, averaged over the batch."""
    return -0.5 * (1 + logvar - mu ** 2 - logvar.exp()).sum(1).mean()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    zero = torch.zeros(2, 4)
    print("KL of the unit Gaussian:", kl(zero, zero).item())
