# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Average exported models of one lineage, tensor by tensor.

Faults that come and go with training, such as rims at outlines, differ from
model to model and average out; what all have learned stays (Izmailov et al.
2018). They have one shape and the same statistics of batch norm, as when the
run of one began from the other (restart.py).
"""

import argparse
import json

import export
import restart


def average(models):
    """models: (path, weight) pairs. Gives (tensors, the first one's configuration)."""
    sums, config, total = {}, None, sum(weight for _, weight in models)
    for path, weight in models:
        tensors, own = restart.read_safetensors(path)
        config = config or own
        if sums and sums.keys() != tensors.keys():
            raise SystemExit(f"{path} is of another shape than {models[0][0]}")
        for name, tensor in tensors.items():
            sums[name] = sums.get(name, 0) + tensor * (weight / total)
    return sums, config


def main():
    p = argparse.ArgumentParser(description="Average exported models.")
    p.add_argument("models", nargs="+", metavar="MODEL=WEIGHT",
                   help=".safetensors files; the first one's settings are kept")
    p.add_argument("--out", required=True)
    p.add_argument("--description", help="of the model that it becomes")
    args = p.parse_args()
    pairs = [word.rsplit("=", 1) for word in args.models]
    tensors, config = average([(path, float(weight)) for path, weight in pairs])
    config["description"] = args.description or config["description"]
    export.write_safetensors(args.out, tensors, {"spade.config": json.dumps(config)}, "f16")


if __name__ == "__main__":
    main()
