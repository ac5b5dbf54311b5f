# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Average the weights of several checkpoints of one run into a new run's.

Faults that come and go with training, such as rims at outlines, differ from
checkpoint to checkpoint and average out; what all have learned stays (Izmailov
et al. 2018). The new run can be exported and looked at, and trained on with a
new critic.
"""

import argparse
import os

import torch


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--run-dir", required=True, help="the new run")
    p.add_argument("checkpoints", nargs="+", metavar="CHECKPOINT=WEIGHT",
                   help="the last one's step, pictures and settings are kept")
    args = p.parse_args()
    sums, total = {}, 0.0
    for word in args.checkpoints:
        path, weight = word.rsplit("=", 1)
        state = torch.load(path, map_location="cpu")
        total += float(weight)
        for network in ("average", "average_encoder"):
            for name, tensor in state[network].items():
                if tensor.is_floating_point():
                    key = network, name
                    sums[key] = sums.get(key, 0) + float(weight) * tensor
    for (network, name), tensor in sums.items():
        state[network][name] = tensor / total
    for network, copy in (("generator", "average"), ("encoder", "average_encoder")):
        state[network] = state[copy]
    for part in ("critic", "optimizer_g", "optimizer_d"):
        state.pop(part, None)
    os.makedirs(args.run_dir, exist_ok=True)
    torch.save(state, os.path.join(args.run_dir, "checkpoint.pt"))


if __name__ == "__main__":
    main()
