# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The frozen network whose features the losses and the feature critics see.

EfficientNet-Lite, which knows photographs, or a segmenter, which knows renders alone. Either has features(),
from large to small, each of half the side of the one before, and says in WIDTHS how many channels they have.
"""

import argparse

import torch

import efficientnet
import segmenter


def load(path, device="cpu"):
    """Frozen, in evaluation mode."""
    tensors = torch.load(path, map_location="cpu", weights_only=True)
    return (efficientnet if "_conv_stem.weight" in tensors else segmenter).load(path, device)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Say what features a network has.")
    parser.add_argument("weights")
    for feature in load(parser.parse_args().weights).features(torch.zeros(1, 3, 256, 256)):
        print(*feature.shape[1:])
