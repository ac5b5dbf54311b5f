#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""PyTorch on the GPU that bench-cuda ran on, with the same weights, maps and z:

  compare_torch.py FOLDER WHAT... [--cases PATTERN...]

FOLDER holds what bench-cuda wrote. WHAT is some of
  rates     of a matrix product and a copy, for the floor
  pictures  how far ours are from PyTorch's in f32 (TF32 off); fails where too far
  eager     device times in f16, channels_last: eager, and as a CUDA graph
  autotune  the graph's with the fastest of cuDNN's engines; in a process of its own,
            since PyTorch keeps the first engine that it took for a convolution
  compile   those of torch.compile, with autotuning
One line of JSON for each result, as soon as it is known. Memory is that of weights,
planes and activations."""

import argparse
import fnmatch
import json
import math
import sys
import time
import traceback
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "tests/reference"))
import tensorfile  # noqa: E402
from spade_reference import SpadeGenerator, config_from_state  # noqa: E402

WHATS = ("rates", "pictures", "eager", "autotune", "compile")
WAYS = {"eager": ("eager", "graph"), "autotune": ("autotune",), "compile": ("compile",)}
DEVICE = "cuda"
# tests/tolerances.h has those of f32 and of 16 bits. TF32's rounding of the factors
# leaves 75 dB at 256 x 256, done by hand on a CPU.
MOST_DIFFERENCE = 1e-3
FEWEST_DB = {"tf32": 60, "f16": 40, "bf16": 40}
N_RUNS = 10  # between two events
N_TIMES, FEWEST_TIMES, MOST_SECONDS = 20, 5, 3

failures = []


def tell(**line):
    """One line; what is no number in JSON ("inf", "nan") as a string."""
    def plain(value):
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(value, (list, tuple)):
            return [plain(one) for one in value]
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items()}
        return value
    print(json.dumps(plain(line), allow_nan=False), flush=True)


def attempt(run, **about):
    """Tells what run() gives, or what went wrong; the next one goes on."""
    try:
        tell(**about, **run())
    except Exception as error:  # whatever PyTorch throws
        traceback.print_exc()
        words = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        failures.append(f"{about}: {words}")
        tell(**about, error=words)


def load_model(state):
    """The generator with bench-cuda's weights, in f32."""
    with torch.device(DEVICE):  # where the numbers it begins with are made sooner
        model = SpadeGenerator(config_from_state(state))
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"the weights do not fit: {missing[:3]} {unexpected[:3]}")
    return model.eval()


def make_planes(symbols, n_channels, dtype):
    """Symbols (H x W; class id, edge bit above) to a one-hot picture, 1 x S x H x W,
    where they are."""
    planes = torch.zeros(1, n_channels, *symbols.shape, dtype=dtype, device=symbols.device)
    planes.scatter_(1, (symbols & 255)[None, None], 1)
    planes[0, -1] = ((symbols >> 8) & 1).to(dtype)
    return planes


def compare(name, want, got):
    """How far a picture is from the wanted one; what is no number is infinitely far."""
    difference = (want - got).abs()
    mean_square = difference.double().square().mean().item()
    psnr = -math.inf
    if mean_square == 0:
        psnr = math.inf
    elif torch.isfinite(want).all() and torch.isfinite(got).all():
        psnr = 10 * math.log10(4 / mean_square)
    return {"format": name, "largest": difference.max().item(), "mean": difference.mean().item(),
            "psnr": psnr}


def is_close(result):
    if result["format"] == "f32":
        return result["largest"] <= MOST_DIFFERENCE
    return result["psnr"] >= FEWEST_DB[result["format"]]


def compare_pictures(case, state, arrays):
    """Our pictures of a case beside PyTorch's."""
    names = [name for name in arrays if name not in ("symbols", "z")]
    if not names:
        raise ValueError("there are no pictures")
    model, planes, z = prepare(state, arrays, torch.float32)
    want = model(planes, z)[0].permute(1, 2, 0).cpu()
    results = [compare(name, want, torch.from_numpy(arrays[name].copy())) for name in names]
    for result in results:
        if not is_close(result):
            failures.append(f"{case}: {result['format']} is too far from PyTorch")
    return {"pictures": results, "is_close": all(is_close(result) for result in results)}


def time_device(run, warm=5):
    """10 %, median and 90 % of the device time of run() in ms, by events."""
    for _ in range(warm):
        run()
    times, start = [], time.monotonic()
    while len(times) < FEWEST_TIMES or (
            len(times) < N_TIMES and time.monotonic() - start < MOST_SECONDS):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        for _ in range(N_RUNS):
            run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) / N_RUNS)
    times.sort()
    n = len(times)
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


def prepare(state, arrays, dtype):
    """Model, planes and z on the GPU, and nothing else there."""
    model = load_model(state).to(dtype=dtype, memory_format=torch.channels_last)
    # The first picture comes from a Linear, and sums lie as their first addend does.
    model.head_0.register_forward_pre_hook(
        lambda module, inputs: (inputs[0].contiguous(memory_format=torch.channels_last),
                                *inputs[1:]))
    symbols = torch.from_numpy(arrays["symbols"].astype("int64")).to(DEVICE)
    planes = make_planes(symbols, model.config.n_channels, dtype)
    z = torch.from_numpy(arrays["z"].copy()).to(DEVICE, dtype)
    return model, planes.contiguous(memory_format=torch.channels_last), z


def measure(state, arrays, way, autotune):
    """Time and memory of one of PyTorch's ways, in f16."""
    torch.backends.cudnn.benchmark = autotune
    torch.cuda.empty_cache()
    model, planes, z = prepare(state, arrays, torch.float16)
    if way == "compile":
        # Else the record of the render begins with copies of both.
        torch._dynamo.mark_static_address(planes)
        torch._dynamo.mark_static_address(z)
        model = torch.compile(model, mode="reduce-overhead", dynamic=False)
    is_graph = way in ("graph", "autotune")
    run = graphed(lambda: model(planes, z)) if is_graph else lambda: model(planes, z)
    start = time.monotonic()
    run()
    torch.cuda.synchronize()
    first = time.monotonic() - start
    torch.cuda.reset_peak_memory_stats()
    result = {"device_ms": time_device(run), "first_s": first}
    if not is_graph:  # whose memory is not counted when it is replayed
        result["memory_mib"] = torch.cuda.max_memory_allocated() / 2**20
        result["planes_mib"] = planes.nbytes / 2**20
    return result


def measure_rates():
    """TFLOP/s of an f16 product of random numbers, TB/s of a copy (read + write)."""
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.float16) for _ in range(2))
    product = time_device(lambda: a @ b)[1]
    source = torch.empty(1 << 30, device="cuda", dtype=torch.uint8)
    target = torch.empty_like(source)
    copy = time_device(lambda: target.copy_(source))[1]
    return {"tflops": 2 * 8192**3 / product / 1e9, "copy_tb_s": 2 * 2**30 / copy / 1e9}


def measure_all(cases, state, way):
    autotune = way in ("autotune", "compile")
    for case, arrays in cases.items():
        attempt(lambda: measure(state, arrays, way, autotune),
                case=case, way=way, dtype="f16", cudnn_benchmark=autotune)
        if way == "compile":
            torch.compiler.reset()


def compare_all(cases, state):
    torch.backends.cudnn.benchmark = False
    for case, arrays in cases.items():
        attempt(lambda: compare_pictures(case, state, arrays), case=case)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", nargs="+", default=["*"], help="patterns of their names")
    parser.add_argument("whats", nargs="+", choices=WHATS, metavar="WHAT")
    args = parser.parse_args()
    if "autotune" in args.whats and len(args.whats) > 1:
        parser.error("autotune goes alone")
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    tell(torch=torch.__version__, cuda=torch.version.cuda, gpu=torch.cuda.get_device_name(),
         cudnn=torch.backends.cudnn.version())
    with torch.no_grad():
        if "rates" in args.whats:
            attempt(measure_rates, way="rates")
        arrays, _ = tensorfile.read(args.folder / "weights.safetensors")
        state = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
        paths = [path for path in sorted(args.folder.glob("*.safetensors"))
                 if path.stem != "weights"
                 and any(fnmatch.fnmatch(path.stem, pattern) for pattern in args.cases)]
        if set(args.whats) != {"rates"} and not paths:
            failures.append(f"there are no cases in {args.folder}")
        cases = {path.stem: tensorfile.read(path)[0] for path in paths}
        # What says whether we are right comes first: time may be short.
        if "pictures" in args.whats:
            compare_all(cases, state)
        for what in args.whats:
            for way in WAYS.get(what, ()):
                measure_all(cases, state, way)
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
