# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Convolutions with spectral norm, and around a slow corner of oneDNN.

Run as a program it shows that corner: bf16 weight gradients of small planes.
"""

import argparse
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class SmallConv(torch.autograd.Function):
    """A bf16 convolution whose weight gradient is computed in f32.

    oneDNN 3.7 takes 30 to 60 ms for a bf16 weight gradient of strides, planes up to
    16 x 16 and of 4 x 4 kernels, however little there is to do; f32 takes 2 to 5.
    """

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding):
        ctx.save_for_backward(x, weight)
        ctx.settings = stride, padding, (1, 1), False, (0, 0), 1
        ctx.bias_size = None if bias is None else [len(bias)]
        return F.conv2d(x, weight, bias, stride, padding)

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        backward, needed = torch.ops.aten.convolution_backward, ctx.needs_input_grad
        dx = dw = db = None
        if needed[0]:
            dx = backward(grad, x, weight, None, *ctx.settings, (True, False, False))[0]
        if needed[1]:
            _, dw, db = backward(grad.float(), x.float(), weight.float(), ctx.bias_size,
                                 *ctx.settings, (False, True, bool(ctx.bias_size)))
            dw, db = dw.to(weight.dtype), None if db is None else db.to(weight.dtype)
        return dx, dw, db, None, None


class Conv(nn.Conv2d):
    """A convolution that goes around the slow case of SmallConv."""

    def convolve(self, x, weight, bias):
        is_slow = x.shape[-1] <= 16 or self.kernel_size[0] == 4 or self.stride[0] == 2
        if x.device.type == "cpu" and torch.is_autocast_enabled("cpu") and is_slow:
            x, weight = x.bfloat16(), weight.bfloat16()
            bias = None if bias is None else bias.bfloat16()
            return SmallConv.apply(x, weight, bias, self.stride, self.padding)
        return self._conv_forward(x, weight, bias)

    def forward(self, x):
        return self.convolve(x, self.weight, self.bias)


class SpectralConv(Conv):
    """A convolution whose weight is divided by its largest singular value."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.register_buffer("u", F.normalize(torch.randn(self.out_channels), dim=0))

    def normalized_weight(self):
        with torch.autocast(self.weight.device.type, enabled=False):
            w = self.weight.flatten(1)  # O x (I kh kw)
            with torch.no_grad():
                v = F.normalize(w.t() @ self.u, dim=0)
                if self.training:
                    self.u.copy_(F.normalize(w @ v, dim=0))
                u = self.u.clone()
            return self.weight / torch.dot(u, w @ v)

    def forward(self, x):
        return self.convolve(x, self.normalized_weight(), self.bias)


def fold_norms(network, optimizer, average=None):
    """Divides weights by their largest singular values, and what Adam knows of them, too: nothing is another.

    They grow with training, since nothing holds them, and the larger a weight is, the less a step turns it.
    average: of the same network, whose weights are divided by the same numbers.
    """
    others = dict(average.named_modules()) if average else {}
    with torch.no_grad():
        for name, module in network.named_modules():
            if not isinstance(module, SpectralConv):
                continue
            norm = torch.linalg.matrix_norm(module.weight.flatten(1).float(), 2)
            for one in (module, others.get(name)):
                if one is not None:
                    one.weight /= norm
            moments = optimizer.state.get(module.weight)
            if moments:
                moments["exp_avg"] *= norm
                moments["exp_avg_sq"] *= norm ** 2


def settle_norms(network):
    """Finds the singular vectors of weights that no step has led up to.

    With the u of others the largest singular value comes out too small, and the weights too large.
    """
    for module in network.modules():
        if isinstance(module, SpectralConv):
            left, _, _ = torch.linalg.svd(module.weight.detach().flatten(1), full_matrices=False)
            module.u.copy_(left[:, 0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Time the weight gradient of a small plane.")
    parser.add_argument("--side", type=int, default=8)
    parser.add_argument("--channels", type=int, default=256)
    args = parser.parse_args()
    plane = torch.randn(4, args.channels, args.side, args.side)
    plane = plane.to(memory_format=torch.channels_last)
    slope = torch.randn_like(plane)
    for network in (nn.Conv2d(args.channels, args.channels, 3, padding=1),
                    Conv(args.channels, args.channels, 3, padding=1)):
        network.to(memory_format=torch.channels_last)
        times = []
        for _ in range(8):
            started = time.process_time()
            with torch.autocast("cpu", torch.bfloat16):
                network(plane).float().backward(slope)
            times.append(time.process_time() - started)
        print(f"{type(network).__name__}: {1000 * min(times):.1f} ms of processor time")
