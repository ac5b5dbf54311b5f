#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""PyTorch on the GPU that bench-cuda ran on, with the same weights, maps and z:

  compare_torch.py FOLDER [--no-compile]

FOLDER holds what bench-cuda wrote. One line of JSON per case and way on stdout:
how far our pictures are from PyTorch's in f32 (TF32 off), and device times of
eager f16, eager as a CUDA graph and torch.compile, channels_last all. The last
line has the rates of a matrix product and a copy, for the floor."""

import argparse
import json
import math
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "tests/reference"))
import tensorfile  # noqa: E402
from spade_reference import SpadeGenerator, config_from_state  # noqa: E402

MIN_PSNR = 40  # dB, of every picture in every format


def load_model(folder):
    """The generator with bench-cuda's weights."""
    arrays, _ = tensorfile.read(folder / "weights.safetensors")
    state = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    model = SpadeGenerator(config_from_state(state))
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        sys.exit(f"the weights do not fit: {missing[:3]} {unexpected[:3]}")
    return model.eval().cuda()


def make_planes(symbols, n_channels):
    """Symbols (class id, edge bit above) to a one-hot picture, 1 x S x H x W."""
    ids = torch.from_numpy(symbols.astype("int64"))
    planes = torch.nn.functional.one_hot(ids & 255, n_channels).permute(2, 0, 1).float()
    planes[-1] = ((ids >> 8) & 1).float()
    return planes[None].cuda()


def time_device(run, n=30, warm=5):
    """Median device time of run() in ms, by events."""
    for _ in range(warm):
        run()
    times = []
    for _ in range(n):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end))
    times.sort()
    return [times[n // 10], times[n // 2], times[-1 - n // 10]]


def graphed(run):
    """run() recorded as a CUDA graph."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay


def compare(name, want, got):
    difference = (want - got).abs()
    mean_square = difference.double().square().mean().item()
    return {"format": name, "largest": difference.max().item(), "mean": difference.mean().item(),
            "psnr": 10 * math.log10(4 / mean_square) if mean_square > 0 else None}


def measure(model, planes, z, dtype, use_compile):
    """Times of PyTorch's ways in a dtype."""
    model = model.to(dtype=dtype, memory_format=torch.channels_last)
    planes = planes.to(dtype).contiguous(memory_format=torch.channels_last)
    z = z.to(dtype)
    result = {"dtype": str(dtype)}
    torch.cuda.reset_peak_memory_stats()
    result["eager_ms"] = time_device(lambda: model(planes, z))
    result["eager_memory_mib"] = torch.cuda.max_memory_allocated() / 2**20
    result["graph_ms"] = time_device(graphed(lambda: model(planes, z)))
    if use_compile:
        compiled = torch.compile(model, mode="reduce-overhead", dynamic=False)
        torch.cuda.reset_peak_memory_stats()
        result["compile_ms"] = time_device(lambda: compiled(planes, z))
        result["compile_memory_mib"] = torch.cuda.max_memory_allocated() / 2**20
        torch.compiler.reset()
    return result


def measure_rates():
    """TFLOP/s of an f16 product of random numbers, TB/s of a copy (read + write)."""
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.float16) for _ in range(2))
    product = time_device(lambda: a @ b)[1]
    source = torch.empty(1 << 30, device="cuda", dtype=torch.uint8)
    target = torch.empty_like(source)
    copy = time_device(lambda: target.copy_(source))[1]
    return {"tflops": 2 * 8192**3 / product / 1e9, "copy_tb_s": 2 * 2**30 / copy / 1e9}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-compile", action="store_true")
    args = parser.parse_args()
    worst = 100.0
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    with torch.inference_mode():
        for path in sorted(args.folder.glob("coco-stuff-*.safetensors")):
            arrays, _ = tensorfile.read(path)
            model = load_model(args.folder)
            planes = make_planes(arrays.pop("symbols"), model.config.n_channels)
            z = torch.from_numpy(arrays.pop("z").copy()).cuda()
            want = model(planes, z)[0].permute(1, 2, 0).float().cpu()
            pictures = [compare(name, want, torch.from_numpy(array.copy()))
                        for name, array in sorted(arrays.items())]
            print(json.dumps({"case": path.stem, "pictures": pictures}), flush=True)
            worst = min([worst] + [p["psnr"] for p in pictures if p["psnr"] is not None])
            times = measure(model, planes, z, torch.float16, not args.no_compile)
            print(json.dumps({"case": path.stem, **times}), flush=True)
        print(json.dumps({"torch": torch.__version__, "device": torch.cuda.get_device_name(),
                          **measure_rates()}), flush=True)
    if worst < MIN_PSNR:
        raise SystemExit(f"a picture has {worst:.1f} dB; {MIN_PSNR} are wanted")


main()
