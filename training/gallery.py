# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The pictures of docs/model.md: styles over maps, and results beside true pictures.

model-styles.jpg: the style images on top, below a row for each held-out map.
model-pairs.jpg: per column a map, the true picture, the result in its style, and in two random ones.
"""

import argparse
import os

import numpy as np
import torch
from PIL import Image

import data
import evaluate
import sheet


def save(path, rows, side):
    """rows of equally many H x W x 3 pictures, scaled to side."""
    grid = np.concatenate([np.concatenate(row, 1) for row in rows], 0)
    scale = side / rows[0][0].shape[0]
    picture = Image.fromarray(grid)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)),
                             Image.LANCZOS)
    picture.save(path, quality=88, optimize=True)


def main():
    parser = argparse.ArgumentParser(description="Write model-styles.jpg and model-pairs.jpg into a folder.")
    parser.add_argument("--model", required=True, help="an exported .safetensors")
    parser.add_argument("--held-out", required=True, help="pool of 256 x 256")
    parser.add_argument("--styles", required=True, help="folder of style images")
    parser.add_argument("--out", required=True)
    parser.add_argument("--rows", type=int, nargs="*", default=[4, 6, 3, 8], help="maps below the styles")
    parser.add_argument("--pairs", type=int, nargs="*", default=range(10, 18))
    parser.add_argument("--side", type=int, default=112)
    args = parser.parse_args()
    torch.manual_seed(1)
    generator, encoder, _ = evaluate.load_model(args.model, "cpu")
    pool = data.Pool(args.held_out)
    with torch.no_grad():
        styles = evaluate.read_styles(args.styles, "cpu")
        mu, _ = encoder(styles)
        rows = [list(sheet.to_bytes(styles))]
        for channels in data.fixed_batch(pool, args.rows).channels:
            many = channels.expand(len(mu), -1, -1).contiguous()
            rows.append(list(sheet.to_bytes(sheet.render(generator, mu, many))))
        save(os.path.join(args.out, "model-styles.jpg"), rows, args.side)
        batch = data.fixed_batch(pool, args.pairs)
        mu, _ = encoder(batch.styles)
        rows = [list(data.CLASS_COLOURS[batch.channels.numpy()]), list(sheet.to_bytes(batch.pictures))]
        for z in (mu, torch.randn_like(mu), torch.randn_like(mu)):
            rows.append(list(sheet.to_bytes(sheet.render(generator, z, batch.channels))))
        save(os.path.join(args.out, "model-pairs.jpg"), rows, args.side)


if __name__ == "__main__":
    main()
