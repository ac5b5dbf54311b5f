# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Reading and writing .safetensors in a few lines, so that the reference needs
PyTorch and NumPy only. Tensors are laid down widest type first, therefore every
one starts at a multiple of its own item size."""

import json
import struct

import numpy as np

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4",
          "U16": "<u2", "U8": "u1"}
NAMES = {np.dtype(code): name for name, code in DTYPES.items()}


def write(path, tensors, metadata):
    """Write a dict of arrays and a dict of strings; returns the file's bytes."""
    order = sorted(tensors, key=lambda k: (-tensors[k].dtype.itemsize, k))
    header, blobs, end = {"__metadata__": metadata}, [], 0
    for key in order:
        array = np.ascontiguousarray(tensors[key])
        blobs.append(array.astype(array.dtype.newbyteorder("<")).tobytes())
        start, end = end, end + len(blobs[-1])
        header[key] = {"dtype": NAMES[array.dtype], "shape": list(array.shape),
                       "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = struct.pack("<Q", len(text)) + text + b"".join(blobs)
    with open(path, "wb") as file:
        file.write(data)
    return len(data)


def read(path):
    """Return (tensors, metadata) of a file."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for key, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        array = np.frombuffer(bytearray(data[start:end]), DTYPES[entry["dtype"]])
        tensors[key] = array.reshape(entry["shape"])
    return tensors, metadata
