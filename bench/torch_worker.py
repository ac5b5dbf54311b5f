# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""PyTorch's side of the comparison: the reference generator with the weights of
one of our models. Takes what makes it fast: inference mode, spectral norm
folded, channels_last unless told nchw, weights packed when compiled."""

import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/reference"))
from serve import Job, read_header, serve  # noqa: E402
from spade_reference import Config, SpadeGenerator  # noqa: E402

# bf16 as the upper half of f32, since numpy has no such type.
READERS = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}


def read_tensor(file, begin, entry):
    """One tensor of a model file as f32; never more than it in memory."""
    first, last = entry["data_offsets"]
    dtype = np.dtype(READERS[entry["dtype"]])
    file.seek(begin + first)
    data = np.fromfile(file, dtype, (last - first) // dtype.itemsize)
    if entry["dtype"] == "BF16":
        data = (data.astype(np.uint32) << 16).view(np.float32)
    return torch.from_numpy(data.astype(np.float32, copy=False).reshape(entry["shape"]))


def load_model(path):
    """The generator of a model of ours, and its config."""
    header, config, begin = read_header(path)
    model = SpadeGenerator(Config(
        upsampling=config["upsampling"], nf=config["nf"], nhidden=config["nhidden"],
        z_dim=config["z_dim"], norm=config["norm"], kernel=config["kernel"],
        n_classes=config["classes"], unlabeled=config["unlabeled"], edge=config["edge"],
        crop_size=config["crop_size"], spectral=False)).eval().requires_grad_(False)
    wanted = {name: tensor for name, tensor in model.state_dict().items()
              if not name.endswith("num_batches_tracked")}
    given = {name for name in header if not name.startswith("encoder.")}
    if given != set(wanted):
        sys.exit(f"the model does not fit: {sorted(given ^ set(wanted))[:3]}")
    with open(path, "rb") as file:
        for name, tensor in wanted.items():
            tensor.copy_(read_tensor(file, begin, header[name]))
    return model, config


def main():
    job = Job(*sys.argv[1:])
    torch.set_num_threads(job.threads)
    dtype = torch.bfloat16 if job.precision == "bf16" else torch.float32
    begin = time.perf_counter()
    model, config = load_model(job.model)
    is_last = job.kind != "nchw"
    layout = torch.channels_last if is_last else torch.contiguous_format
    model = model.to(dtype=dtype).to(memory_format=layout)
    generate = model
    if job.kind == "compile":
        from torch._inductor import config as inductor
        inductor.freezing = True
        generate = torch.compile(model, dynamic=False)

    def run(planes, z):
        with torch.inference_mode(job.kind != "compile"), torch.no_grad():
            segmap = torch.from_numpy(planes).to(dtype)
            z = None if z is None else torch.from_numpy(z).to(dtype)
            return generate(segmap, z).float().numpy()

    serve(job, f"PyTorch {torch.__version__} {job.kind}", begin, config, run, is_last)


if __name__ == "__main__":
    main()
