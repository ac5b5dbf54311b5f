# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""PyTorch's side of the comparison: the reference generator with the weights of
one of our models. Takes what makes it fast: inference mode, spectral norm
folded, channels_last unless told nchw, weights packed when compiled."""

import sys
import time

import torch

from serve import Job, serve
from torch_models import load_model


def main():
    job = Job(*sys.argv[1:])
    torch.set_num_threads(job.threads)
    dtype = torch.bfloat16 if job.precision == "bf16" else torch.float32
    begin = time.perf_counter()
    model, config = load_model(job.model)
    is_last = job.kind != "nchw"
    layout = torch.channels_last if is_last else torch.contiguous_format
    model = model.to(dtype=dtype).to(memory_format=layout)
    if hasattr(model, "z_beside_map"): # what is joined with repeated numbers is NCHW
        model.z_beside_map.register_forward_hook(
            lambda module, inputs, planes: planes.contiguous(memory_format=layout))
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
