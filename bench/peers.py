# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The peers: what each needs, and how its worker is started. Those from PyPI
live in virtual environments in the cache folder, one for each list of
requirements, made when a peer is first asked for; remove the folder to fetch
newer ones."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("SPADE_DEV_CACHE")
             or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "gimp-spade")
# PyTorch's own index has builds without CUDA, which are far smaller.
TORCH = ["--extra-index-url=https://download.pytorch.org/whl/cpu", "--retries=1",
         "torch", "numpy"]


@dataclass(frozen=True)
class Peer:
    title: str
    script: str
    kind: str = ""            # the worker's KIND
    requirements: tuple = ()  # pip's arguments; none: the system's Python
    onnx: bool = False        # wants the exported network
    precisions: tuple = ("f32", "bf16")


PEERS = {
    "system": Peer("PyTorch of the system", "torch_worker.py", "channels_last"),
    "system-nchw": Peer("PyTorch of the system, NCHW", "torch_worker.py", "nchw"),
    "torch": Peer("PyTorch", "torch_worker.py", "channels_last", tuple(TORCH)),
    "compile": Peer("PyTorch, compiled", "torch_worker.py", "compile", tuple(TORCH)),
    "openvino": Peer("OpenVINO", "openvino_worker.py", "", ("openvino", "numpy"), True),
    # The CPU kernels of ONNX Runtime for convolutions know f32 alone.
    "onnxruntime": Peer("ONNX Runtime", "onnxruntime_worker.py", "",
                        ("onnxruntime", "numpy"), True, ("f32",)),
}


class PeerMissing(Exception):
    """Says in a sentence why a peer cannot take part."""


def python_with(requirements, *options):
    """A Python that has what is required, fetched when it is not there; options
    are those of its virtual environment."""
    if not requirements:
        return sys.executable
    key = "\n".join([sys.version, *options, *requirements])
    folder = CACHE / f"peers-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    python = folder / "bin/python3"
    if (folder / "complete").exists():
        return python
    names = [word for word in requirements if not word.startswith("-")]
    print(f"bench: fetching {', '.join(names)} into {folder}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    for command in ([sys.executable, "-m", "venv", *options, folder],
                    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                     "--no-input", "--prefer-binary", *requirements]):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            reason = (done.stdout.strip() or "no reason given").splitlines()[-1]
            raise PeerMissing(f"it cannot be fetched ({reason})")
    (folder / "complete").touch()
    return python


class Exports:
    """The network as ONNX, exported once for each size by the system's PyTorch,
    which wants the package onnx beside it."""

    def __init__(self, model, folder):
        self.model, self.folder = model, folder

    def path(self, side):
        path = self.folder / f"network-{side}.onnx"
        if not path.exists():
            command = [python_with(("onnx",), "--system-site-packages"),
                       HERE / "export_onnx.py", self.model, str(side), path]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True)
            if done.returncode or not path.exists():
                path.unlink(missing_ok=True)
                raise PeerMissing("the network cannot be exported "
                                  f"({(done.stdout.strip() or '?').splitlines()[-1]})")
        return path


def command_of(peer, args, exports, ids, side, precision):
    """The command that starts a peer's worker; see serve.py."""
    if precision not in peer.precisions:
        raise PeerMissing(f"it has no {precision} on the CPU")
    python = python_with(peer.requirements)
    network = exports.path(side) if peer.onnx else "-"
    return [python, HERE / peer.script, args.model, network, ids, side, peer.kind or "-",
            precision, args.threads]
