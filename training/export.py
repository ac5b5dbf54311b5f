# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Write a run's averaged networks as the .safetensors file the product reads.

Spectral norm is folded in, gamma and beta are two convolutions again, and the
19 compact channels go to their places among COCO-Stuff's 183; the weights of
classes that were not trained are zero. Batch norm's statistics are measured
with the averaged weights, over crops of the pool; z is moved (prior.py) if
that is asked for.
"""

import argparse
import json
import os
import struct

import torch

import data
import model
import prior
import sheet
from convolution import SpectralConv

N_CLASSES = 182
DTYPES = {"f32": (torch.float32, "F32"), "f16": (torch.float16, "F16"),
          "bf16": (torch.bfloat16, "BF16")}


def expand_shared(weight):
    """nhidden x 19 x k x k to nhidden x 183 x k x k."""
    full = torch.zeros(weight.shape[0], N_CLASSES + 1, *weight.shape[2:])
    full[:, data.CLASS_IDS] = weight
    return full


def generator_tensors(generator):
    """Gives {name: tensor} with the names of the public checkpoints."""
    tensors, statistics, noise = {}, {}, {}
    for name, module in generator.named_modules():
        if isinstance(module, SpectralConv):
            tensors[f"{name}.weight"] = module.normalized_weight()
        elif isinstance(module, torch.nn.BatchNorm2d):
            norm = name.replace("batch_norm_", "norm_")
            for target in [norm, norm.replace("norm_0", "norm_s")]:
                statistics[f"{target}.param_free_norm.running_mean"] = module.running_mean
                statistics[f"{target}.param_free_norm.running_var"] = module.running_var
            continue
        elif isinstance(module, model.Noise):
            norm = name.replace("noise_", "norm_")
            for target in [norm, norm.replace("norm_0", "norm_s")]:
                noise[f"{target}.noise"] = module.strength
            continue
        elif isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            if name.endswith("mlp_gamma_beta"):
                names = [name.replace("gamma_beta", s) for s in ("gamma", "beta")]
                for part, w, b in zip(names, module.weight.chunk(2), module.bias.chunk(2)):
                    tensors[f"{part}.weight"], tensors[f"{part}.bias"] = w, b
                continue
            if name.endswith("mlp_shared"):
                name += ".0"
                tensors[f"{name}.weight"] = expand_shared(module.weight)
            else:
                tensors[f"{name}.weight"] = module.weight
        else:
            continue
        if module.bias is not None:
            tensors[f"{name}.bias"] = module.bias
    # A block without a shortcut has no norm_s.
    tensors.update((name, s) for name, s in statistics.items()
                   if name.replace("param_free_norm.running_mean", "mlp_gamma.weight")
                   .replace("param_free_norm.running_var", "mlp_gamma.weight") in tensors)
    # Here noise is added to what is normalized already, in the file to what is not yet.
    for name, strength in noise.items():
        variance = tensors.get(name.replace("noise", "param_free_norm.running_var"))
        if variance is not None:
            tensors[name] = strength * (variance + 1e-5).sqrt()
    return tensors


def write_safetensors(path, tensors, metadata, dtype):
    """Weights in dtype; biases and statistics stay f32. Replaces path when complete."""
    header, blobs, offset = {"__metadata__": metadata}, [], 0
    for name, tensor in sorted(tensors.items()):
        torch_dtype, label = DTYPES[dtype] if name.endswith(".weight") else DTYPES["f32"]
        tensor = tensor.detach().float().cpu().contiguous().to(torch_dtype)
        if not torch.isfinite(tensor.float()).all():
            raise SystemExit(f"{name} does not fit in {label}")
        blob = tensor.flatten().view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": label, "shape": list(tensor.shape),
                        "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(blobs)
    os.replace(path + ".part", path)


def config_of(state, description):
    c = state["config"]
    return {
        "format": 1, "name": "landscape", "description": description, "class_set": "coco-stuff",
        "classes": N_CLASSES, "unlabeled": True, "edge": False, "upsampling": "normal",
        "nf": c["nf"], "nhidden": c["n_hidden"], "norm": "batch", "kernel": 3, "noise": True,
        "z_dim": c["z_dim"], "base_height": 8, "base_width": 8, "crop_size": 256,
        "native_size": 512,
        "encoder": {"nf": c["encoder_nf"], "layers": 6, "size": 256, "norm": "none"},
        "known_classes": data.CLASS_IDS[:18], "untrained": False, "colour": "sRGB",
        "licence": "CC0-1.0"}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Export a run as .safetensors.")
    parser.add_argument("--run-dir", required=True)
    parser.add_argument("--pool", required=True, help="to measure running statistics with")
    parser.add_argument("--out", required=True)
    parser.add_argument("--dtype", choices=DTYPES, default="f16")
    parser.add_argument("--size", type=int, default=256, help="crop for the statistics")
    parser.add_argument("--batches", type=int, default=16, help="of 16 crops each")
    parser.add_argument("--match-prior", nargs="*", metavar="POOL",
                        help="whose styles a random z shall be like (prior.py)")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    generator, encoder, run_state = sheet.load_average(
        args.run_dir, data.Sampler(data.Pool(args.pool), args.size), args.device, args.batches)
    if args.match_prior:
        pools = [data.Pool(path) for path in args.match_prior]
        codes = prior.aggregate(encoder, pools, max(48, 4 * len(pools)), args.device)
        prior.match(generator, encoder, *codes)
    all_tensors = generator_tensors(generator)
    all_tensors.update({f"encoder.{n}": p for n, p in encoder.named_parameters()})
    text_config = config_of(run_state, "Landscapes from 18 classes, trained on rendered pictures; "
                            f"{run_state['pictures']} pictures seen")
    write_safetensors(args.out, all_tensors, {"spade.config": json.dumps(text_config)}, args.dtype)
    print(f"{args.out}: {len(all_tensors)} tensors, {os.path.getsize(args.out) / 2**20:.1f} MiB, "
          f"step {run_state['step']}, {run_state['pictures']} pictures")
