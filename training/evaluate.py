# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Measure an exported model, or a run, on renders that were never trained on.

Semantics: a segmentation network reads the results; its score on the true
pictures is the ceiling. Realism: Frechet distance of its features, pooled over
squares of 256 pixels, between results for one half of the held-out set and the
other half's true pictures; between the two true halves it is the floor. The same
by what EfficientNet-Lite1 sees, which has learned from photographs (kernel distance). Style:
correlation of mean colour and of contrast with a style picture from another
scene, how much of a difference between style pictures is found again (slope),
and how much of the variance of mean colour the style explains over different
maps. Stairs: bends in skies, whose slopes coarse layers make stairs of. Weave:
how unlike neighbouring columns and rows are (losses.py). Neither network should be one
whose features training saw (features.py).
"""

import argparse
import glob
import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import data
import efficientnet
import losses
import model
import restart
import segmenter
import sheet


class Scores:
    """Pixel accuracy and mean IoU from a confusion matrix."""

    def __init__(self):
        self.matrix = torch.zeros(19, 19, dtype=torch.int64)

    def add(self, wanted, got):
        index = wanted.long().flatten() * 19 + got.long().flatten()
        self.matrix += torch.bincount(index.cpu(), minlength=361).view(19, 19)

    def summary(self):
        m = self.matrix[:18, :18].double()
        union = m.sum(0) + m.sum(1) - m.diag()
        iou = m.diag() / union.clamp(1)
        present = m.sum(1) > 0
        return {"pixel_accuracy": (m.diag().sum() / m.sum()).item(),
                "mean_iou": iou[present].mean().item(),
                "iou": {data.CLASS_NAMES[i]: round(iou[i].item(), 3)
                        for i in range(18) if present[i]}}


def frechet(a, b):
    """a, b: N x D features."""
    a, b = a.double(), b.double()
    cov_a, cov_b = torch.cov(a.t()), torch.cov(b.t())
    values, vectors = torch.linalg.eigh(cov_a)
    root = vectors @ torch.diag(values.clamp(0).sqrt()) @ vectors.t()
    cross = torch.linalg.eigvalsh(root @ cov_b @ root).clamp(0).sqrt().sum()
    shift = (a.mean(0) - b.mean(0)).pow(2).sum()
    return (shift + cov_a.trace() + cov_b.trace() - 2 * cross).item()


def kernel_distance(a, b, maps_a, maps_b):
    """Squared maximum mean discrepancy of features N x D, M x D, by a cubic kernel, without bias: 0 in the mean if
    they are of one kind (Binkowski et al. 2018). Times 1000, as is usual.

    maps: which map each row is of. Rows of one map are alike, and never compared. Gives the distance and its
    standard error, by leaving out one map after the other (jackknife).
    """
    rows, maps = torch.cat([a, b]).double(), torch.cat([maps_a, maps_b])
    n, kinds = len(a), int(maps.max()) + 1
    kernel = (rows @ rows.t() / rows.shape[1] + 1) ** 3
    is_other = (maps[:, None] != maps).double()
    of_map = F.one_hot(maps, kinds).double()
    parts = (slice(n), slice(n)), (slice(n, None), slice(n, None)), (slice(n), slice(n, None))

    def mean_of(part):
        """The mean of a part of the kernel, and what it is without each map."""
        i, j = part
        pair = torch.stack([(kernel * is_other)[i, j], is_other[i, j]])
        lost = pair.sum(2) @ of_map[i] + pair.sum(1) @ of_map[j]  # no pair is of one map: none is lost twice
        total = pair.sum((1, 2))
        left = total[:, None] - lost
        return torch.cat([total[:1] / total[1], left[0] / left[1]])
    aa, bb, ab = (mean_of(part) for part in parts)
    whole, *without = (1000 * (aa + bb - 2 * ab)).tolist()
    without = torch.tensor(without)
    return whole, ((kinds - 1) * without.var(unbiased=False)).sqrt().item()


def tone(pictures):
    """Mean of R, G and B, and the spread of luma: N x 4."""
    luma = (pictures * torch.tensor([0.299, 0.587, 0.114], device=pictures.device)[:, None, None])
    return torch.cat([pictures.mean((2, 3)), luma.sum(1).std((1, 2))[:, None]], 1)


def correlation(a, b):
    """Pearson correlation of each column."""
    a, b = a - a.mean(0), b - b.mean(0)
    return ((a * b).sum(0) / (a.norm(dim=0) * b.norm(dim=0)).clamp(1e-9)).tolist()


def slope(wanted, got):
    """How much of a difference in each column of `wanted` is found again in `got`: 1 is all of it."""
    wanted = wanted - wanted.mean(0)
    return ((wanted * got).sum(0) / wanted.pow(2).sum(0).clamp(min=1e-9)).tolist()


def sky_bends(pictures, channels):
    """Squared second differences of brightness, 0 ... 255, over cells of 4 pixels: of all cells of sky that are 24
    pixels from other labels and the border. A stair has them, a slope has not.
    """
    is_other = (channels != data.CLASS_NAMES.index("sky-other")).float()[:, None]
    is_near = F.max_pool2d(F.pad(F.max_pool2d(is_other, 4), (6, 6, 6, 6), value=1), 13, stride=1)
    bends = losses.bends(F.avg_pool2d(127.5 * pictures.mean(1, keepdim=True), 4))
    return bends.pow(2).sum(1, keepdim=True)[is_near[:, :, 1:-1, 1:-1] == 0]


class Evaluation:
    """Collects everything in one pass over pairs of held-out pictures."""

    def __init__(self, generator, encoder, judge, lite, device):
        self.generator, self.encoder, self.judge, self.lite = generator, encoder, judge, lite
        self.device = device
        self.on_results, self.on_true = Scores(), Scores()
        self.fakes, self.trues, self.others, self.tones = [], [], [], []
        self.spreads, self.between, self.bends, self.true_bends = [], [], [], []
        self.weaves, self.true_weaves = [], []

    def pooled(self, pictures):
        """A row of the judge's features for each square of 256 pixels, and one of the other network's."""
        n, c, h, w = pictures.shape
        squares = pictures.reshape(n, c, h // 256, 256, w // 256, 256).permute(0, 2, 4, 1, 3, 5)
        squares = squares.reshape(-1, c, 256, 256).contiguous(memory_format=torch.channels_last)
        features = self.judge.features(squares)
        judged = torch.cat([features[3].mean((2, 3)), features[4].mean((2, 3))], 1)
        return judged, self.lite.pooled(squares)

    def add(self, batch, other):
        """batch: half A, rendered; other: half B, gives styles and true pictures."""
        mu, _ = self.encoder(batch.styles)
        results = sheet.render(self.generator, mu, batch.channels)
        self.on_results.add(batch.channels, self.judge.predict(results))
        self.on_true.add(batch.channels, self.judge.predict(batch.pictures))
        self.bends.append(sky_bends(results, batch.channels))
        self.true_bends.append(sky_bends(batch.pictures, batch.channels))
        self.weaves.append(losses.weave(results, batch.channels))
        self.true_weaves.append(losses.weave(batch.pictures, batch.channels))
        self.fakes.append(self.pooled(results))
        self.trues.append(self.pooled(batch.pictures))
        self.others.append(self.pooled(other.pictures))
        mu, _ = self.encoder(other.styles)
        styled = sheet.render(self.generator, mu, batch.channels)
        self.tones.append(torch.cat([tone(other.pictures), tone(styled)], 1))
        seeds = [sheet.render(self.generator, torch.randn_like(mu), batch.channels)
                 for _ in range(2)]
        self.spreads.append(F.l1_loss(*seeds))
        self.between.append(F.l1_loss(batch.pictures, other.pictures))

    def summary(self):
        fakes, trues, others = ([torch.cat(rows) for rows in zip(*x)] for x in (self.fakes, self.trues, self.others))
        tones = torch.cat(self.tones)
        colour = correlation(tones[:, :4], tones[:, 4:])
        # Results are held against all true pictures; the floor is that of one half of them.
        maps = torch.arange(len(tones), device=tones.device).repeat_interleave(len(fakes[1]) // len(tones))
        other_maps = maps + len(tones)
        distance, error = kernel_distance(fakes[1], torch.cat([trues[1], others[1]]),
                                          maps, torch.cat([maps, other_maps]))
        floor, floor_error = kernel_distance(trues[1], others[1], maps, other_maps)
        results, true = self.on_results.summary(), self.on_true.summary()
        return {
            "pairs": len(tones), "results": results, "true_pictures": true,
            "mean_iou_share_of_ceiling": results["mean_iou"] / true["mean_iou"],
            "frechet": frechet(fakes[0], others[0]), "frechet_floor": frechet(trues[0], others[0]),
            "kernel_distance": distance, "kernel_distance_error": error,
            "kernel_distance_floor": floor, "kernel_distance_floor_error": floor_error,
            "sky_bends": torch.cat(self.bends).mean().sqrt().item(),
            "sky_bends_of_true": torch.cat(self.true_bends).mean().sqrt().item(),
            "weave": torch.stack(self.weaves).mean().item(),
            "weave_of_true": torch.stack(self.true_weaves).mean().item(),
            "style_colour_correlation": sum(colour[:3]) / 3,
            "style_contrast_correlation": colour[3],
            "style_colour_slope": sum(slope(tones[:, :3], tones[:, 4:7])) / 3,
            "diversity_of_seeds": torch.stack(self.spreads).mean().item(),
            "difference_of_true_pictures": torch.stack(self.between).mean().item()}


def read_styles(folder, device):
    """N x 3 x 256 x 256 of the pictures of a folder, by name."""
    pictures = [np.array(Image.open(p).convert("RGB").resize((256, 256)))
                for p in sorted(glob.glob(os.path.join(folder, "*.jpg")))]
    return data.to_tensor(torch.from_numpy(np.stack(pictures)).to(device))


def style_share(generator, encoder, styles, pool, n_maps, device):
    """The share of the variance of mean colour that is between styles, not between maps."""
    mu, _ = encoder(styles)
    channels = data.fixed_batch(pool, range(n_maps), device).channels
    means = torch.stack([sheet.render(generator, z.expand(n_maps, -1), channels).mean((2, 3))
                         for z in mu])  # styles x maps x 3
    between = (means.mean(1) - means.mean((0, 1))).pow(2).mean(0)
    return (between / (means - means.mean((0, 1))).pow(2).mean((0, 1))).mean().item()


def mood_pairs(generator, encoder, paths, device):
    """Correlation of mean colour and contrast with a style of another scene, over pools of moods.

    Gives those of the results, and of the true pictures in that mood to compare with: a mood
    does not fix the tone, so that results, which follow the image, can have more.
    """
    wanted, got, true = [], [], []
    for path in paths:
        pool = data.Pool(path)
        half = pool.count // 2
        maps = data.fixed_batch(pool, range(half), device)
        styles = data.fixed_batch(pool, range(half, 2 * half), device).styles
        mu, _ = encoder(styles)
        wanted.append(tone(styles))
        got.append(tone(sheet.render(generator, mu, maps.channels)))
        true.append(tone(maps.pictures))
    wanted, got, true = (torch.cat(x) for x in (wanted, got, true))
    return {"mood_pairs": len(wanted),
            "mood_correlation": [round(c, 3) for c in correlation(wanted, got)],
            "mood_correlation_of_true": [round(c, 3) for c in correlation(wanted, true)]}


def load_model(path, device):
    """Gives (generator, encoder, its description) of an exported file."""
    tensors, config = restart.read_safetensors(path)
    c = restart.run_config(config)
    generator = model.Generator(c["nf"], c["n_hidden"], c["z_dim"])
    encoder = model.Encoder(c["encoder_nf"], c["z_dim"])
    restart.load_generator(generator, tensors)
    restart.load_encoder(encoder, tensors)
    networks = [n.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
                for n in (generator, encoder)]
    return *networks, {"model": config["description"]}


def main():
    parser = argparse.ArgumentParser(description="Measure a model; prints JSON.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", help="an exported .safetensors")
    what.add_argument("--run-dir", help="or a run, whose running statistics --pool gives")
    parser.add_argument("--pool", help="training pool")
    parser.add_argument("--held-out", required=True)
    parser.add_argument("--judge", required=True, help="weights from segmenter.py")
    parser.add_argument("--lite", required=True, help="weights of EfficientNet-Lite1")
    parser.add_argument("--styles", help="folder of style images")
    parser.add_argument("--mood-pool", nargs="*", default=[], help="held-out pools of one mood each")
    parser.add_argument("--count", type=int, default=200, help="pairs; twice as many pictures")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    torch.manual_seed(1)
    if args.model:
        generator, encoder, said = load_model(args.model, args.device)
    else:
        sampler = data.Sampler(data.Pool(args.pool), 256)
        generator, encoder, state = sheet.load_average(args.run_dir, sampler, args.device)
        said = {"step": state["step"], "pictures": state["pictures"]}
    judge = segmenter.load(args.judge, args.device)
    pool = data.Pool(args.held_out)
    count = min(args.count, pool.count // 2)
    evaluation = Evaluation(generator, encoder, judge, efficientnet.load(args.lite, args.device), args.device)
    with torch.no_grad():
        for i in range(0, count, args.batch):
            chosen = range(i, min(i + args.batch, count))
            evaluation.add(data.fixed_batch(pool, chosen, args.device),
                           data.fixed_batch(pool, [count + j for j in chosen], args.device))
        if args.styles:
            styles = read_styles(args.styles, args.device)
            said["styles"] = len(styles)
            said["colour_variance_by_style"] = style_share(generator, encoder, styles, pool, 24,
                                                           args.device)
        if args.mood_pool:
            said |= mood_pairs(generator, encoder, args.mood_pool, args.device)
    print(json.dumps(said | evaluation.summary(), indent=1))


if __name__ == "__main__":
    main()
