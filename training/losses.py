# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The terms of the training objective.

From the paper: hinge loss, feature matching, perceptual distance, KL. Ours:
`colour`, an L1 of the mean colours of labels, so that the style decides the
tone; `texture`, the distance of mean and covariance of features, and `detail`, that of the
strength of edges by size and direction: small detail shall be of the right kind without being
in the right place, but at outlines, where `outline` asks for the place; `weave`, against the
pattern of upsampling. tone.py has one more.
"""

import argparse
import math

import torch
import torch.nn.functional as F

import data
import kernels
from model import N_CHANNELS

PERCEPTUAL_WEIGHTS = (0.0, 0.25, 0.5, 1.0, 1.0)  # what is small has no place of its own
TEXTURE_WEIGHTS = (1.0, 1.0, 1.0, 0.5, 0.5)
FIELD = 32  # pixels: statistics are taken over squares of this side
FEWEST = 2  # and of as many pixels of features
SOLID = [data.CLASS_NAMES.index(name) for name in ("bush", "rock", "stone", "tree")]
AT_OUTLINES = 0.2  # what a square of several labels counts, beside one of a single label


def trusted(score, agreed):
    """The patches of a critic whose picture shows what the map says; agreed: N x H x W of map and picture.

    Of the others a critic learns that a painted crown has bright specks: the sky between the true leaves.
    """
    if agreed is None:
        return torch.ones_like(score)
    return (F.adaptive_avg_pool2d(agreed[:, None].float(), score.shape[2:]) > 0.97).to(score.dtype)


def hinge_discriminator(outputs, n_fake, agreed):
    """outputs: the discriminator's on fakes, then reals, in one batch; agreed: of the maps of either."""
    loss = 0
    for features in outputs:
        fake, true = features[-1].float().split([n_fake, len(features[-1]) - n_fake])
        weights = trusted(fake, agreed)
        loss = loss + weighted_mean(F.relu(1 + fake) + F.relu(1 - true), weights)
    return loss / len(outputs)


def hinge_generator(outputs, agreed):
    """outputs: the discriminator's on fakes."""
    scores = [features[-1].float() for features in outputs]
    return -sum(weighted_mean(s, trusted(s, agreed)) for s in scores) / len(outputs)


def feature_matching(outputs, targets):
    """L1 between the critics' features; targets: of the true pictures of the first fakes."""
    loss = 0
    for features, wanted in zip(outputs, targets):
        for f, t in zip(features[:-1], wanted):
            loss = loss + F.l1_loss(f[:len(t)].float(), t.float())
    return loss / len(outputs)


def field_labels(channels, side):
    """N x H / side x W / side: the label of each square, or -1 where it has several."""
    labels = channels[:, None].float()
    highest = F.max_pool2d(labels, side)
    return torch.where(highest == -F.max_pool2d(-labels, side), highest, -1)[:, 0]


def squares_gap(f, t, labels, too_much):
    """L1 between numbers of squares of results and of true pictures, N x C x H x W; labels: N x H x W, field_labels().

    A map does not tell where a mountain is steep and where a cloud is plain. Asked for each in its
    place, a generator answers with the median everywhere, which is neither. So what counts is the mean
    of 4 x 4 squares in its place, and what the squares of one label have, from smallest to largest.
    An outline of a painted map is not just where the true picture has its edge. To have as many
    edges there all the same, a generator draws one beside the other: there, what is missing counts
    AT_OUTLINES, and what is too much `too_much`.
    """
    labels = labels[:, None]
    is_mixed = labels < 0
    gap = f - t
    at_outlines = torch.where(is_mixed, too_much * F.relu(gap) + AT_OUTLINES * F.relu(-gap), 0).mean()
    few = min(4, *gap.shape[2:])  # a crop of 128 pixels has 2 x 2 of the largest
    around = F.avg_pool2d(torch.where(is_mixed, 0, gap), few).abs().mean()
    apart = torch.where(is_mixed, 0, 1000 * (1 + labels))  # what has a label is sorted among its like

    def ranked(x):
        return (torch.where(is_mixed, 0, x) + apart).flatten(2).sort(-1)[0]
    return at_outlines + around + (ranked(f) - ranked(t)).abs().mean()


def weighted_mean(x, weights):
    """The mean of x by weights that its shape extends."""
    return (x * weights).sum() / (weights.sum().clamp(min=1) * x.numel() / weights.numel())


class SquareStatistics(torch.autograd.Function):
    """statistics() of bf16 on a CPU, by kernels/squares.c."""

    @staticmethod
    def forward(ctx, features, factor, side, shift):
        features = features.contiguous(memory_format=torch.channels_last)
        n, c, h, w = features.shape
        ctx.squares = kernels.Squares(n, h, w, c, side, shift, factor)
        out = torch.empty(n, h // side, w // side, 3 * c)
        kernels.square_statistics(ctx.squares, features, out)
        ctx.save_for_backward(features, out)
        return out.permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx, d_out):
        features, out = ctx.saved_tensors
        d_features = torch.empty_like(features)
        d_out = d_out.permute(0, 2, 3, 1).contiguous()
        kernels.square_statistics_backward(ctx.squares, features, out, d_out, d_features)
        return d_features, None, None, None


def statistics(features, factor, side, shift):
    """Of features times factor, N x C x H x W, to N x 3C x H / side x W / side: mean and spread of each square,
    and the mean of each channel times the one `shift` before it, a diagonal of the covariance."""
    if features.dtype == torch.bfloat16 and features.device.type == "cpu" and kernels.library():
        return SquareStatistics.apply(features, float(factor), side, shift)
    n, c, h, w = features.shape
    x = (features.float() * factor).reshape(n, c, h // side, side, w // side, side)
    x = x.permute(0, 2, 4, 1, 3, 5).reshape(n, -1, c, side * side)
    mean = x.mean(-1, keepdim=True)
    x = x - mean
    spread = (x.pow(2).mean(-1) + 1e-6).sqrt()
    product = (x * x.roll(shift, 2)).mean(-1)
    numbers = torch.cat([mean.squeeze(-1), spread, product], 2)
    return numbers.transpose(1, 2).reshape(n, 3 * c, h // side, w // side)


def perceptual(fake, true, channels):
    """Two lists of features, of features.py's network. Gives (distance, texture distance)."""
    distance, texture = 0, 0
    labels = field_labels(channels, FIELD)
    for i, (f, t) in enumerate(zip(fake, true)):
        factor = 1 / (t.float().std() + 1e-3)
        if PERCEPTUAL_WEIGHTS[i]:
            distance = distance + PERCEPTUAL_WEIGHTS[i] * (f.float() - t.float()).abs().mean() * factor
        side = FIELD * f.shape[-1] // channels.shape[-1]
        if side < FEWEST:
            continue
        shift = int(torch.randint(1, f.shape[1], ()))  # another diagonal each time
        f, t = (statistics(x, factor, side, shift) for x in (f, t))
        texture = texture + 3 * TEXTURE_WEIGHTS[i] * squares_gap(f, t, labels, AT_OUTLINES)
    return distance, texture


def opponents(pictures):
    """R, G, B to brightness, red beside blue, and green beside both, N x 3 x H x W."""
    r, g, b = pictures.unbind(1)
    return torch.stack([(r + 2 * g + b) / 4, r - b, g - (r + b) / 2], 1)


def bends(x):
    """Second differences across and down, of the inner pixels: N x 2C x H - 2 x W - 2. A slope has none."""
    middle = 2 * x[:, :, 1:-1, 1:-1]
    return torch.cat([x[:, :, 1:-1, :-2] - middle + x[:, :, 1:-1, 2:],
                      x[:, :, :-2, 1:-1] - middle + x[:, :, 2:, 1:-1]], 1)


def steps(both, little=2e-5):
    """How much more the first half bends, the results, where the second, the true pictures, hardly does; both:
    opponents().

    The cells of the coarse layers make stairs of a sky's slopes.
    """
    strength = F.avg_pool2d(F.pad(bends(both).pow(2), (1, 1, 1, 1)), 4)
    f, t = (strength + little).log().chunk(2)
    return (F.relu(f - t) * (t < math.log(3 * little))).mean()


def detail(fake, true, channels):
    """L1 between the logarithms of edge strength, by size (1 to 16 pixels) and direction; and steps() of 4 to 16.

    Of brightness and of colour apart: edges in which R, G and B go different ways are the cheapest
    to make, and no true picture has them. Together they are the rainbows at outlines. There, what is
    too much counts in full, and what is missing a fifth; within a label the strengths count wherever
    they are, and their mean in its place.
    """
    loss, stairs, field = 0, 0, 16
    both = opponents(torch.cat([fake, true]))
    for i in range(5):
        # Across, down, and both diagonals.
        edges = torch.cat([both[:, :, :-1, 1:] - both[:, :, :-1, :-1],
                           both[:, :, 1:, :-1] - both[:, :, :-1, :-1],
                           both[:, :, 1:, 1:] - both[:, :, :-1, :-1],
                           both[:, :, 1:, :-1] - both[:, :, :-1, 1:]], 1)
        strength = F.avg_pool2d(F.pad(edges.pow(2), (0, 1, 0, 1)), field)
        # Below that strength nothing is seen; of what is large, less is seen sooner.
        f, t = (strength + 4e-4 / 2 ** i).log().chunk(2)
        loss = loss + squares_gap(f, t, field_labels(channels, field << i), 1)
        if i >= 2:
            stairs = stairs + steps(both)
        both = F.avg_pool2d(both, 2)
        field = max(field // 2, 4)
    return loss / 5, stairs / 3


def is_solid(channels):
    return torch.stack([channels == channel for channel in SOLID]).any(0)


def colour(fake, true, channels):
    """L1 of the mean colour of each label in each square of 64 pixels, and a little of 16 x 16 pixels.

    What is seen of a label there, in what light. Smaller squares of plain pictures ask for the place of
    every ridge and cloud, which no map tells: the answer to that is their mean, which has none. What is
    SOLID has a lit side and one in shade, and the map tells which is where: there more is asked.
    The squares of 64 are others each time, so that no border of theirs can show.
    """
    side = 64
    y, x = torch.randint(0, side, (2,)).tolist()
    n, _, height, width = fake.shape
    row, column = ((torch.arange(e, device=fake.device) + o) // side for e, o in ((height, y), (width, x)))
    n_columns = width // side + 1
    square = row[:, None] * n_columns + column  # of each pixel
    square = square + torch.arange(n, device=fake.device)[:, None, None] * (height // side + 1) * n_columns
    part = (square * N_CHANNELS + channels).flatten()
    n_parts = n * (height // side + 1) * n_columns * N_CHANNELS
    gap = (fake - true).permute(0, 2, 3, 1).reshape(-1, 3)
    gap = gap.new_zeros(n_parts, 3).index_add(0, part, gap)
    # Small parts count by their side rather than their area: a trunk is seen as soon as a meadow.
    count = torch.bincount(part, minlength=n_parts).clamp(min=256)[:, None]
    of_labels = (gap.abs() * side / count.sqrt()).sum() / fake.numel()
    weights = torch.where(is_solid(channels), 0.2, 0.04)
    in_place = F.avg_pool2d(fake - true, 16).abs() * F.avg_pool2d(weights[:, None], 16)
    return of_labels + in_place.mean()


def pixel(fake, true):
    """Plain L1: it takes away patterns that no true picture has, and smooths."""
    return F.l1_loss(fake, true)


def highest_near(x, reach):
    """The highest number of the square of 2 reach + 1 pixels around each; a max_pool2d takes ten times as long."""
    for dimension, edge in ((2, (0, 0, reach, reach)), (3, (reach, reach))):
        x, side = F.pad(x, edge, value=-math.inf), 1
        while side <= 2 * reach:
            step = min(side, 2 * reach + 1 - side)
            length = x.shape[dimension] - step
            x = torch.maximum(x.narrow(dimension, 0, length), x.narrow(dimension, step, length))
            side += step
    return x


def outline(fake, true, channels, reach=4):
    """L1 of the pixels whose label differs from one up to `reach` pixels away; five times where
    they are brighter or darker than all of the true picture as near.

    There it is better to be soft than to be wrong: other losses are content with a bright and a
    dark rim, whose mean is right. Not between sky and clouds, whose edges are not where the label's are.
    """
    channels = torch.where(channels == data.CLOUDS, data.SKY, channels)

    def surroundings(x):
        return highest_near(x, reach), -highest_near(-x, reach)
    highest, lowest = surroundings(channels[:, None].float())
    brightest, darkest = surroundings(true)
    beyond = F.relu(fake - brightest) + F.relu(darkest - fake)
    return (((fake - true).abs() + 4 * beyond) * (highest != lowest)).mean()


def by_phase(sizes, channels, period):
    """Of numbers N x H x W the mean of each label's in the columns of each place in a period, N_CHANNELS x
    period, and how many each label has. Numbers below 0 do not count."""
    phase = torch.arange(sizes.shape[2], device=sizes.device) % period
    part = torch.where(sizes >= 0, channels * period + phase, N_CHANNELS * period).flatten()
    n_parts = N_CHANNELS * period + 1
    sums = sizes.new_zeros(n_parts).index_add(0, part, sizes.flatten())[:-1].view(N_CHANNELS, period)
    counts = torch.bincount(part, minlength=n_parts)[:-1].view(N_CHANNELS, period)
    return sums / counts.clamp(min=1), counts.sum(1)


def weave(fake, channels, period=4, few=8192):
    """How unlike each other the differences of neighbours are, from column to column of a period and from row to
    row: the mean of all labels, those with few pixels left out.

    Upsampling repeats pixels, and where a repetition begins is an edge; mountains and leaves look woven.
    True pictures have 0.02 at 512 pixels, results had 0.06.
    """
    loss, both = 0, opponents(fake.float())
    for _ in range(2):
        is_inner = channels[:, :, 1:] == channels[:, :, :-1]
        sizes = (both[:, :, :, 1:] - both[:, :, :, :-1]).abs().sum(1)
        sizes = F.pad(torch.where(is_inner, sizes, -1), (1, 0), value=-1)
        means, counts = by_phase(sizes, channels, period)
        unlike = (means / means.mean(1, keepdim=True).clamp(min=1e-3) - 1).abs().mean(1)
        counts = torch.where(counts < few, 0, counts)
        loss = loss + (unlike * counts).sum() / counts.sum().clamp(min=1)
        both, channels = both.mT, channels.mT
    return loss


def kl(mu, logvar):
    """Divergence from the unit Gaussian: summed over z, averaged over the batch."""
    return -0.5 * (1 + logvar - mu ** 2 - logvar.exp()).sum(1).mean()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    zero = torch.zeros(2, 4)
    print("KL of the unit Gaussian:", kl(zero, zero).item())
