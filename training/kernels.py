# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""What a step spent most of its time on, in C: kernels/*.c, built on first use.

By the machine's C compiler ($CC, or cc), for this very processor, into the user's cache folder.
Without one training goes with PyTorch's operations. Run as a program it says which.
"""

import argparse
import ctypes
import functools
import hashlib
import os
import platform
import subprocess
import tempfile

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = [os.path.join(HERE, "kernels", name) for name in ("modulate.c", "squares.c", "mode-filter.c")]
HEADER = os.path.join(HERE, "..", "core", "tensor.h")
FLAGS = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC"]
if platform.machine() == "x86_64":
    FLAGS.append("-mprefer-vector-width=512")


class Shape(ctypes.Structure):
    """As in modulate.c."""

    _fields_ = [(name, ctypes.c_int64) for name in
                ("n_pictures", "height", "width", "channels", "doubling", "n_rows")] + [
                    ("slope", ctypes.c_float), ("limit", ctypes.c_float)]


class Input(ctypes.Structure):
    """As in modulate.c; the tensors are the caller's to keep."""

    _fields_ = [(name, ctypes.c_void_p) for name in
                ("x", "table", "scale", "shift", "strength", "plane", "numbers")]

    @classmethod
    def of(cls, *tensors):
        return cls(*(t.data_ptr() for t in tensors))


class Squares(ctypes.Structure):
    """As in squares.c."""

    _fields_ = [(name, ctypes.c_int64) for name in
                ("n_pictures", "height", "width", "channels", "side", "shift")] + [("factor", ctypes.c_float)]


def build(path):
    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        built = os.path.join(beside, name)
        subprocess.run([os.environ.get("CC", "cc"), *FLAGS, *SOURCES, "-o", built, "-lm"], check=True)
        os.replace(built, path)


def processor():
    """What kernels built for this one depend on."""
    try:
        with open("/proc/cpuinfo", "rb") as file:
            return next((line for line in file if line.startswith((b"flags", b"Features"))), b"")
    except OSError:
        return platform.processor().encode()


@functools.cache
def library():
    """The kernels, or None."""
    digest = hashlib.sha256()
    for source in (*SOURCES, HEADER):
        with open(source, "rb") as file:
            digest.update(file.read())
    digest.update(processor())
    name = f"kernels-{digest.hexdigest()[:16]}.so"
    folder = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = os.path.join(folder, "gimp-spade", name)
    try:
        if not os.path.exists(path):
            build(path)
        loaded = ctypes.CDLL(path)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"training goes on without the kernels, more slowly: {error}", flush=True)
        return None
    pointer, count = ctypes.c_void_p, ctypes.c_int64
    loaded.spade_modulate.argtypes = [pointer] * 3
    loaded.spade_modulate.restype = ctypes.c_double
    loaded.spade_modulate_backward.argtypes = [pointer] * 3 + [ctypes.c_float] + [pointer] * 3
    loaded.spade_sum_rows.argtypes = [pointer] * 2 + [count] * 2 + [pointer, count]
    loaded.spade_square_statistics.argtypes = [pointer] * 3
    loaded.spade_square_statistics_backward.argtypes = [pointer] * 5
    loaded.spade_mode_filter.argtypes = [pointer] + [count] * 3 + [pointer]
    return loaded


def modulate(shape, inputs, out):
    """Into out; gives the activity beyond the limit."""
    return library().spade_modulate(ctypes.byref(shape), ctypes.byref(Input.of(*inputs)), out.data_ptr())


def modulate_backward(shape, inputs, d_out, d_beyond, d_x, d_table, d_strength):
    """Into the last three."""
    check(library().spade_modulate_backward(
        ctypes.byref(shape), ctypes.byref(Input.of(*inputs)), d_out.data_ptr(), d_beyond,
        d_x.data_ptr(), d_table.data_ptr(), d_strength.data_ptr()))


def sum_rows(grad, numbers, n_rows):
    """The gradient of a table of which rows were taken: f32; grad: bf16."""
    grad, numbers = grad.contiguous(), numbers.contiguous()
    width = grad.shape[-1]
    total = torch.empty(n_rows, width)
    check(library().spade_sum_rows(grad.data_ptr(), numbers.data_ptr(), numbers.numel(), width,
                                   total.data_ptr(), n_rows))
    return total


def square_statistics(squares, features, out):
    library().spade_square_statistics(ctypes.byref(squares), features.data_ptr(), out.data_ptr())


def square_statistics_backward(squares, features, out, d_out, d_features):
    library().spade_square_statistics_backward(
        ctypes.byref(squares), *(t.data_ptr() for t in (features, out, d_out, d_features)))


def mode_filter(labels, radius):
    """Of N x H x W bytes on the CPU."""
    labels = labels.contiguous()
    out = torch.empty_like(labels)
    for one, filtered in zip(labels, out):
        check(library().spade_mode_filter(one.data_ptr(), *one.shape, radius, filtered.data_ptr()))
    return out


def check(status):
    if status:
        raise MemoryError("no memory for a kernel of training")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("the kernels" if library() else "PyTorch's operations")
