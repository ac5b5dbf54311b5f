# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""A small segmentation network, trained on the renders.

It judges results (mean IoU, Frechet distance), and its features can be those of the losses (features.py).
Colours, brightness and sharpness are shaken in training, so that it looks at texture and shape.
"""

import argparse
import os
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

import data


class Stage(nn.Module):
    """Two convolutions; all but the first stage begin by halving the size."""

    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.conv_0 = nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False)
        self.norm_0 = nn.BatchNorm2d(n_out)
        self.conv_1 = nn.Conv2d(n_out, n_out, 3, padding=1, bias=False)
        self.norm_1 = nn.BatchNorm2d(n_out)

    def forward(self, x):
        x = F.relu(self.norm_0(self.conv_0(x)))
        return F.relu(self.norm_1(self.conv_1(x)))


class Segmenter(nn.Module):
    """A feature pyramid: N x 3 x H x W in -1 ... 1 to N x 19 x H/2 x W/2 logits."""

    WIDTHS = [16, 32, 64, 96, 128]

    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList(
            Stage(a, b, 1 if i == 0 else 2) for i, (a, b) in enumerate(zip([3] + self.WIDTHS, self.WIDTHS)))
        self.lateral = nn.ModuleList(nn.Conv2d(n, 48, 1) for n in self.WIDTHS[1:])
        self.smooth = nn.Conv2d(48, 48, 3, padding=1)
        self.classify = nn.Conv2d(48, 19, 1)

    def features(self, picture):
        """The outputs of the five stages, at full size down to one sixteenth."""
        outputs, x = [], picture
        for stage in self.stages:
            x = stage(x)
            outputs.append(x)
        return outputs

    def forward(self, picture):
        features = self.features(picture)[1:]
        x = self.lateral[3](features[3])
        for i in (2, 1, 0):
            x = F.interpolate(x, scale_factor=2, mode="nearest") + self.lateral[i](features[i])
        return self.classify(F.relu(self.smooth(F.relu(x))))

    def predict(self, picture):
        """N x H x W channels."""
        logits = F.interpolate(self(picture).float(), scale_factor=2, mode="bilinear")
        return logits[:, :18].argmax(1)


def load(path, device="cpu"):
    """A frozen segmenter in evaluation mode."""
    network = Segmenter()
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    network.eval().requires_grad_(False)
    return network.to(device, memory_format=torch.channels_last)


def shake(pictures):
    """Random gain, offset and gamma per picture and channel; sometimes blur or noise."""
    n, device = len(pictures), pictures.device
    x = (pictures + 1) / 2
    gain = 1 + 0.15 * torch.randn(n, 1, 1, 1, device=device)
    tint = 1 + 0.06 * torch.randn(n, 3, 1, 1, device=device)
    x = x.clamp(1e-3).pow((0.25 * torch.randn(n, 1, 1, 1, device=device)).exp()) * gain * tint
    if torch.rand(()) < 0.25:
        x = F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
    if torch.rand(()) < 0.25:
        x = x + 0.03 * torch.randn_like(x)
    return (x * 2 - 1).clamp(-1, 1)


def main():
    parser = argparse.ArgumentParser(description="Train the segmentation network on pools.")
    parser.add_argument("--pool", required=True)
    parser.add_argument("--out", required=True, help="file of weights; continues if it exists")
    parser.add_argument("--crop", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()

    pool = data.Pool(args.pool)
    sampler = data.Sampler(pool, args.crop, seed=time.time_ns(), unlabeled=0)
    network = Segmenter().to(args.device, memory_format=torch.channels_last)
    if os.path.exists(args.out):
        network.load_state_dict(torch.load(args.out, weights_only=True))
    optimizer = torch.optim.AdamW(network.parameters(), args.rate, weight_decay=1e-3)
    start, step = time.time(), 0
    while (spent := (time.time() - start) / 60) < args.minutes:
        for group in optimizer.param_groups:  # warm up, then a half cosine
            phase = torch.tensor(spent / args.minutes * 3.1416)
            group["lr"] = args.rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * phase.cos().item())
        batch = sampler.batch(args.batch, args.device)
        with torch.autocast(args.device, torch.bfloat16):
            logits = network(shake(batch.pictures))
        loss = F.cross_entropy(logits.float(), batch.channels[:, ::2, ::2].long(),
                               ignore_index=data.UNLABELED)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            hit = (logits.argmax(1) == batch.channels[:, ::2, ::2]).float().mean()
            print(f"step {step} minute {spent:.1f} loss {loss.item():.3f} right {hit:.3f}",
                  flush=True)
        step += 1
    torch.save(network.state_dict(), args.out + ".part")
    os.replace(args.out + ".part", args.out)


if __name__ == "__main__":
    main()
