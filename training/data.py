# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Pools of rendered pairs, and the batches that training takes from them.

A pool is the raw output of spade-scenes in one file, NAME-SIZE.raw: for each
picture SIZE x SIZE x 3 bytes of RGB, then SIZE x SIZE class ids. It is mapped
into memory, not read. A crop's corner is a multiple of 32 pixels, so that it
is a window of the generator's base grid.
"""

import argparse
import multiprocessing
import os
import pickle
import random
import re
import signal
import subprocess
from queue import Empty, Full

import numpy as np
import torch

import neighbourhood
import paint

CLASS_NAMES = ["bush", "clouds", "dirt", "grass", "gravel", "hill", "mountain", "plant-other",
               "river", "road", "rock", "sand", "sea", "sky-other", "snow", "stone", "tree",
               "water-other", "unlabeled"]
CLASS_IDS = [96, 105, 110, 123, 124, 126, 134, 141, 147, 148, 149, 153, 154, 156, 158, 161, 168,
             177, 182]
# The colours of the public GauGAN palette; sheets show maps in them.
CLASS_COLOURS = np.array([
    [0x60, 0x6e, 0x32], [0x69, 0x69, 0x69], [0x6e, 0x6e, 0x28], [0x7b, 0xc8, 0x00],
    [0x7c, 0x32, 0xc8], [0x7e, 0xc8, 0x64], [0x86, 0x96, 0x64], [0x8d, 0xe6, 0x1e],
    [0x93, 0x64, 0xc8], [0x94, 0x6e, 0x28], [0x95, 0x64, 0x32], [0x99, 0x99, 0x00],
    [0x9a, 0xc6, 0xda], [0x9c, 0xee, 0xdd], [0x9e, 0x9e, 0xaa], [0xa1, 0xa1, 0x64],
    [0xa8, 0xc8, 0x32], [0xb1, 0xc8, 0xff], [0, 0, 0]], np.uint8)
UNLABELED = 18
CLOUDS, SKY = CLASS_NAMES.index("clouds"), CLASS_NAMES.index("sky-other")
CHANNEL_OF_ID = np.full(256, UNLABELED, np.uint8)
CHANNEL_OF_ID[CLASS_IDS] = np.arange(19)


class Pool:
    """Pairs of one size; only complete ones of a file still growing."""

    def __init__(self, path):
        self.size = int(re.search(r"-(\d+)\.raw$", path).group(1))
        n_bytes = self.size * self.size * 4
        self.count = os.path.getsize(path) // n_bytes
        self.records = np.memmap(path, np.uint8, "r", shape=(self.count, n_bytes))

    def picture(self, i):
        """H x W x 3 sRGB bytes."""
        s = self.size
        return self.records[i, :s * s * 3].reshape(s, s, 3)

    def channels(self, i):
        """H x W channels of the compact one-hot, 0 ... 18."""
        s = self.size
        return CHANNEL_OF_ID[self.records[i, s * s * 3:].reshape(s, s)]


def is_covered(channels):
    """Whether the sky of maps, N x H x W or H x W, is hardly anything but clouds."""
    return 5 * (channels == SKY).sum((-2, -1)) < (channels == CLOUDS).sum((-2, -1))


def to_tensor(pictures):
    """N x H x W x 3 bytes to N x 3 x H x W in -1 ... 1."""
    return (pictures.permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(
        memory_format=torch.channels_last)


def to_onehot(channels, dtype=torch.float32):
    """N x H x W channels to N x 19 x H x W."""
    onehot = torch.nn.functional.one_hot(channels.long(), 19).to(dtype)
    return onehot.permute(0, 3, 1, 2)


class Batch:
    """What one step sees: crops, their maps and the whole style pictures."""

    all_paired = False  # whether each picture is what its style asks for
    are_strangers = False  # whether each style is another picture's, in another light
    agreed = None  # N x H x W, where map and picture agree, of a pool of natural maps
    levels = None  # the dictionaries of neighbourhood.py, if made ahead

    def __init__(self, pictures, surrounded, styles, grid, windows, device):
        """surrounded: channels with their margin; windows: N x 2 corners of the crops in units of
        32 pixels, or None."""
        self.pictures = to_tensor(torch.from_numpy(np.stack(pictures)).to(device))
        self.surrounded = np.stack(surrounded)
        inner = slice(neighbourhood.MARGIN, -neighbourhood.MARGIN)
        self.channels = torch.from_numpy(self.surrounded[:, inner, inner]).to(device)
        self.styles = to_tensor(torch.from_numpy(np.stack(styles)).to(device))
        self.grid, self.windows = grid, windows


def agree(painted, true):
    """Where a painted map and the true one agree; bytes, or tensors of them.

    Sky and clouds do, whichever of them is painted: a cloud's edge is wherever it likes near the line.
    """
    def is_high(channels):
        return (channels == CLOUDS) | (channels == SKY)
    return (painted == true) | (is_high(painted) & is_high(true))


def shrink(picture):
    """A style image, S x S x 3 bytes: to 256 pixels, where it has more."""
    step = max(len(picture) // 256, 1)
    side = len(picture) // step
    return picture.reshape(side, step, side, step, 3).mean((1, 3)).astype(np.uint8)


FILM = 0.28, 0.1  # spread of the logarithm of the power: of all channels, and of each


def draw_film(random):
    """A table of 256 x 3 bytes: another exposure and tint, for a picture and its style image alike.

    A mood leaves little room for either, and less than users' style images have: with the same film on
    both, the difference between style images is that of pictures.
    """
    power = np.exp(FILM[0] * random.standard_normal() + FILM[1] * random.standard_normal(3))
    return (255 * (np.arange(256)[:, None] / 255) ** power + 0.5).astype(np.uint8)


# How many maps have shapes around their clouds that are not the clouds' own. A label whose edge is one in
# every map is an outline to keep.
BILLOWS = 0.75


class Sampler:
    """Random crops of `crop` pixels from one pool.

    They are not flipped, since light comes from the left in all of them (scenes/recipe.c); style images
    are, half the time, since it may come from anywhere in a user's.
    other_style: how often a picture's style is that of another one of the pool. In a pool
    of one mood (spade-scenes --style) it asks for the true picture all the same.
    paints: whether a pool of natural maps is painted over (paint.py); in each batch the last
    n_natural are not, since of samples without a true picture nothing could be left out. The clouds of all
    may get other shapes, since either label is right there (agree()).
    A sky all of clouds is `clouds` to the renderer, and `sky-other` to most who paint it: half the time
    that is what it becomes there. Else no grey sky would ever be called a sky.
    strangers: how often a batch has styles of other pictures, which no true picture answers: for
    batches of one, whose samples have nobody to swap with. Its maps are natural but for clouds.
    """

    def __init__(self, pool, crop, seed=0, unlabeled=0.08, other_style=0.0, paints=False, n_natural=0,
                 strangers=0.0):
        self.pool, self.crop, self.unlabeled = pool, min(crop, pool.size), unlabeled
        self.other_style, self.paints, self.n_natural = other_style, paints, n_natural
        self.strangers = strangers
        self.random = np.random.default_rng(seed)
        self.grid = (pool.size // 32,) * 2

    def pair(self, is_natural=False, is_stranger=False):
        r, pool, n = self.random, self.pool, self.crop
        i = r.integers(pool.count)
        whole, true = pool.picture(i), pool.channels(i)
        if self.paints and is_covered(true) and r.random() < 0.5:
            true = np.where(true == CLOUDS, SKY, true).astype(np.uint8)
        y, x = 32 * r.integers((pool.size - n) // 32 + 1, size=2)
        # What the crop's pixels see of the map, and what is painted there sees as much again.
        margin = 2 * neighbourhood.MARGIN
        top, left = max(y - margin, 0), max(x - margin, 0)
        part = true[top:y + n + margin, left:x + n + margin]
        if self.paints:
            painted = torch.from_numpy(part.copy())[None]
            if not (is_natural or is_stranger):
                painted = paint.paint(painted, *r.random(2), pool.size)
            if r.random() < BILLOWS:
                painted = paint.billow(painted, CLOUDS, SKY, r.random(), pool.size)
            part = painted[0].numpy()
        rows, columns = slice(y - top, y - top + n), slice(x - left, x - left + n)
        agreed = agree(part[rows, columns], true[y:y + n, x:x + n])
        if r.random() < self.unlabeled:  # a hole in the map: one class is forgotten
            present = np.unique(part[rows, columns])
            if len(present) > 2:
                part = np.where(part == r.choice(present), UNLABELED, part)
        around = n + 2 * neighbourhood.MARGIN
        surrounded = neighbourhood.surround(part)[y - top:y - top + around, x - left:x - left + around]
        if is_stranger or r.random() < self.other_style:
            style = pool.picture(r.integers(pool.count))
        else:
            style = whole
        crop, style = whole[y:y + n, x:x + n], shrink(style[:, ::r.integers(2) * 2 - 1])
        if self.paints and r.random() < 0.5:
            film = draw_film(r)
            crop, style = film[crop, np.arange(3)], film[style, np.arange(3)]
        return crop, surrounded.astype(np.uint8), style, (y // 32, x // 32), agreed

    def batch(self, n, device="cpu"):
        return MixedSampler([self]).batch(n, device)

    def stack(self, pairs, device="cpu"):
        pictures, surrounded, styles, corners, agreed = zip(*pairs)
        whole = self.crop == self.pool.size
        corners = None if whole else torch.from_numpy(np.array(corners)).to(device)
        batch = Batch(pictures, surrounded, styles, self.grid, corners, device)
        batch.all_paired = self.other_style > 0
        if self.paints:
            batch.agreed = torch.from_numpy(np.stack(agreed)).to(device)
        return batch


class MixedSampler:
    """Each pair from a random one of several samplers of one size, weighted.

    A batch of one mood would teach nothing: batch norm takes away what all samples share.
    """

    def __init__(self, samplers, weights=None):
        self.samplers, self.weights = samplers, weights

    def batch(self, n, device="cpu"):
        first = self.samplers[0]
        are_strangers = random.random() < first.strangers
        chosen = random.choices(self.samplers, self.weights, k=n)
        batch = first.stack([sampler.pair(i >= n - first.n_natural, are_strangers)
                             for i, sampler in enumerate(chosen)], device)
        batch.are_strangers = are_strangers
        return batch


class DeviceSampler:
    """The same from pools held in the memory of a GPU, where crops are cut and maps painted, too.

    A crop does not know the labels around it here (neighbourhood.py is for a CPU).
    """

    N_WAYS = 4  # of painting, in a batch

    def __init__(self, pools, crop, device, unlabeled=0.08, other_style=0.0, paints=False, n_natural=0,
                 strangers=0.0):
        s = pools[0].size
        self.crop, self.size, self.unlabeled, self.device = min(crop, s), s, unlabeled, device
        self.other_style, self.paints, self.n_natural = other_style, paints, n_natural
        self.strangers = strangers
        self.grid = (s // 32,) * 2
        self.records = torch.cat([torch.from_numpy(np.array(pool.records)) for pool in pools]).to(device)
        counts = torch.tensor([pool.count for pool in pools])
        self.count = counts.repeat_interleave(counts).to(device)  # of each picture's pool
        self.first = (counts.cumsum(0) - counts).repeat_interleave(counts).to(device)
        self.channel_of_id = torch.from_numpy(CHANNEL_OF_ID).to(device)

    def pictures(self, chosen):
        """N x S x S x 3 bytes."""
        s = self.size
        return self.records[chosen, :3 * s * s].view(-1, s, s, 3)

    def channels(self, chosen):
        """N x S x S."""
        s = self.size
        return self.channel_of_id[self.records[chosen, 3 * s * s:].view(-1, s, s).long()]

    def painted(self, channels, n_natural):
        """All but the last n_natural, and the clouds of all."""
        end = len(channels) - n_natural
        parts = [paint.paint(part, random.random(), random.random())
                 for part in channels[:end].chunk(self.N_WAYS)] if end else []
        channels = torch.cat(parts + [channels[end:]])
        return torch.cat([paint.billow(part, CLOUDS, SKY, random.random(), self.size)
                          if random.random() < BILLOWS else part for part in channels.chunk(self.N_WAYS)])

    def batch(self, n, device=None):
        s, c, on = self.size, self.crop, {"device": self.device}
        chosen = torch.randint(len(self.records), (n,), **on)
        whole, true = self.pictures(chosen), self.channels(chosen)
        if self.paints:
            is_sky = is_covered(true) & (torch.rand(n, **on) < 0.5)
            true = torch.where(is_sky[:, None, None] & (true == CLOUDS), SKY, true)
        are_strangers = random.random() < self.strangers
        channels = self.painted(true, n if are_strangers else self.n_natural) if self.paints else true
        corners = torch.randint((s - c) // 32 + 1, (n, 2), **on)
        rows = (32 * corners[:, 0, None] + torch.arange(c, **on))[:, :, None]
        cols = (32 * corners[:, 1, None] + torch.arange(c, **on))[:, None, :]
        each = torch.arange(n, **on)[:, None, None]
        channels, true = channels[each, rows, cols], true[each, rows, cols]
        batch = Batch.__new__(Batch)
        if self.paints:
            batch.agreed = agree(channels, true)
        forgotten = channels[:, c // 2, c // 2].clone()  # a class of the middle
        forgotten[torch.rand(n, **on) >= self.unlabeled] = 255
        batch.channels = torch.where(channels == forgotten[:, None, None], UNLABELED, channels).byte()
        batch.pictures = to_tensor(whole[each, rows, cols])
        if self.other_style or are_strangers:
            other = self.first[chosen] + (torch.rand(n, **on) * self.count[chosen]).long()
            is_own = torch.rand(n, **on) >= (1 if are_strangers else self.other_style)
            whole = torch.where(is_own[:, None, None, None], whole, self.pictures(other))
        batch.are_strangers = are_strangers
        batch.all_paired = self.other_style > 0
        flipped = torch.rand(n, **on) < 0.5
        batch.styles = to_tensor(torch.where(flipped[:, None, None, None], whole.flip(2), whole))
        if s > 256:
            batch.styles = torch.nn.functional.avg_pool2d(batch.styles, s // 256)
        if self.paints:  # draw_film()
            power = FILM[0] * torch.randn(n, 1, 1, 1, **on) + FILM[1] * torch.randn(n, 3, 1, 1, **on)
            power = (power * (torch.rand(n, 1, 1, 1, **on) < 0.5)).exp()
            batch.pictures, batch.styles = (2 * (0.5 + 0.5 * x) ** power - 1
                                            for x in (batch.pictures, batch.styles))
        batch.grid, batch.windows = self.grid, None if c == s else corners
        return batch


def take_turns(samplers, counts, device="cpu"):
    """Batches without end, from each sampler in turn, of as many pictures as counts says."""
    while True:
        for sampler, n in zip(samplers, counts):
            yield sampler.batch(n, device)


def fetch_ahead(samplers, counts, n_ahead=4):
    """The same, made with their dictionaries by a process beside this one, which lives until this
    generator is closed or its parent ends: a SIGTERM for both must not end it in the middle of a batch."""
    queue = multiprocessing.Queue(n_ahead)

    def hand_over(item):
        while multiprocessing.parent_process().is_alive():
            try:
                return queue.put(item, timeout=5)
            except Full:
                pass
        queue.cancel_join_thread()
        raise SystemExit

    def work():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        torch.set_num_threads(1)
        for batch in take_turns(samplers, counts):
            batch.levels = neighbourhood.pyramid(batch.surrounded)
            hand_over(pickle.dumps(batch, 5))  # by value: no shared memory of torch's

    process = multiprocessing.Process(target=work, daemon=True)
    process.start()
    try:
        while process.is_alive():
            try:
                yield pickle.loads(queue.get(timeout=5))
            except Empty:
                pass
    finally:
        process.kill()


def fixed_batch(pool, indices, device="cpu"):
    """Whole pictures: for sheets and for metrics."""
    sampler = Sampler(pool, pool.size, unlabeled=0)
    pairs = []
    for i in indices:
        picture = np.array(pool.picture(i))
        pairs.append((picture, neighbourhood.surround(pool.channels(i)), shrink(picture)))
    pictures, surrounded, styles = zip(*pairs)
    return Batch(pictures, surrounded, styles, (sampler.crop // 32,) * 2, None, device)


def make_pool(renderer, path, seed, count, size, labels):
    """Renders into path; a pool that was stopped keeps its complete pairs."""
    command = [renderer, "--seed", str(seed), "--count", str(count), "--size", str(size),
               "--labels", labels, "--format", "raw", "--out", path]
    with subprocess.Popen(command) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        if process.wait() != 0:
            raise SystemExit(f"{renderer} failed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Render a pool, or say what is in one.")
    parser.add_argument("path", help="NAME-SIZE.raw, outside the checkout")
    parser.add_argument("--make-pool", action="store_true")
    parser.add_argument("--renderer", default="spade-scenes")
    parser.add_argument("--seed", type=int, default=1000000)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--labels", default="mixed")
    args = parser.parse_args()
    if args.make_pool:
        pool_size = int(re.search(r"-(\d+)\.raw$", args.path).group(1))
        make_pool(args.renderer, args.path, args.seed, args.count, pool_size, args.labels)
    pool = Pool(args.path)
    sample = np.stack([pool.channels(i) for i in range(0, pool.count, max(pool.count // 200, 1))])
    print(f"{pool.count} pairs of {pool.size} x {pool.size}")
    for channel, name in enumerate(CLASS_NAMES):
        hits = sample == channel
        print(f"{name:12} {hits.mean():7.2%} of pixels {hits.any((1, 2)).mean():7.1%} of pictures")
