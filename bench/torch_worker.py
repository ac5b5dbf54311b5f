# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""PyTorch's side of the comparison: the reference generator with the weights of
one of our models, driven as bench-worker is (see there). Takes what makes it
fast: inference mode, spectral norm folded, channels_last unless told nchw."""

import json
import resource
import struct
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/reference"))
from spade_reference import Config, SpadeGenerator, seg_planes  # noqa: E402


def load_model(path):
    """The generator of a safetensors model of ours, and its config."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    config = json.loads(header.pop("__metadata__")["spade.config"])
    dtypes = {"F32": torch.float32, "BF16": torch.bfloat16, "F16": torch.float16}
    state = {}
    for name, entry in header.items():
        if name.startswith("encoder."):
            continue
        begin, end = entry["data_offsets"]
        state[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=dtypes[entry["dtype"]]) \
            .reshape(entry["shape"]).float()
    model = SpadeGenerator(Config(
        upsampling=config["upsampling"], nf=config["nf"], nhidden=config["nhidden"],
        z_dim=config["z_dim"], norm=config["norm"], kernel=config["kernel"],
        n_classes=config["classes"], unlabeled=config["unlabeled"], edge=config["edge"],
        crop_size=config["crop_size"], spectral=False))
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        sys.exit(f"torch_worker: the model does not fit: {missing[:3]} {unexpected[:3]}")
    return model.eval(), config


def main():
    path, ids_path, side, kind, precision, threads = sys.argv[1:]
    side = int(side)
    torch.set_num_threads(int(threads))
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    start = time.perf_counter()
    model, config = load_model(path)
    model = model.to(dtype=dtype)
    layout = torch.contiguous_format if kind == "nchw" else torch.channels_last
    model = model.to(memory_format=layout)
    run = torch.compile(model) if kind == "compile" else model
    ids = np.fromfile(ids_path, np.uint8).reshape(side, side)
    print(f"ready PyTorch {torch.__version__}")
    print(f"{(time.perf_counter() - start) * 1e3:.3f}", flush=True)
    picture = None
    for line in sys.stdin:
        words = line.split()
        if words[0] in ("map", "seed"):
            start = time.perf_counter()
            with torch.inference_mode():
                segmap = seg_planes(model.config, ids).to(dtype).contiguous(memory_format=layout)
                z = torch.randn(1, config["z_dim"], dtype=dtype) if config["z_dim"] else None
                picture = run(segmap, z)
            print(f"{(time.perf_counter() - start) * 1e3:.3f}", flush=True)
        elif words[0] == "write":
            picture[0].float().permute(1, 2, 0).contiguous().numpy().tofile(words[1])
            print("ok", flush=True)
        elif words[0] == "peak":
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)


main()
