# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""OpenVINO's side of the comparison: the exported network, compiled for one
size and number of pictures at a time."""

import sys
import time

import openvino

from serve import Job, read_header, serve


def main():
    job = Job(*sys.argv[1:])
    _, config, _ = read_header(job.model)
    begin = time.perf_counter()
    core = openvino.Core()
    options = {"INFERENCE_PRECISION_HINT": job.precision, "INFERENCE_NUM_THREADS": job.threads,
               "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
    compiled = {}

    def request(n):
        if n not in compiled:
            model = core.read_model(job.onnx)
            model.reshape({port: [n, *list(port.partial_shape)[1:]] for port in model.inputs})
            compiled[n] = core.compile_model(model, "CPU", options).create_infer_request()
        return compiled[n]

    def run(planes, z):
        inputs = [planes] if z is None else [planes, z]
        return request(len(planes)).infer(inputs, share_inputs=True)[0]

    request(1)
    serve(job, f"OpenVINO {openvino.__version__.split('-')[0]}", begin, config, run)


main()
