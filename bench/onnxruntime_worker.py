# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""ONNX Runtime's side of the comparison: the exported network on its own CPU
kernels, all graph optimisations on."""

import sys
import time

import onnxruntime

from serve import Job, read_header, serve


def main():
    job = Job(*sys.argv[1:])
    _, config, _ = read_header(job.model)
    begin = time.perf_counter()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job.threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(job.onnx, options, ["CPUExecutionProvider"])

    def run(planes, z):
        inputs = {"segmap": planes} if z is None else {"segmap": planes, "z": z}
        return session.run(None, inputs)[0]

    serve(job, f"ONNX Runtime {onnxruntime.__version__}", begin, config, run)


main()
