# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The pixel pass of a SPADE layer: double, normalize, add noise, look up, modulate, leaky ReLU.

On a CPU in bf16 kernels/modulate.c does it in one pass, and its gradient in another. In f32, on a GPU and
without a C compiler single operations do the same (compare.py).
"""

import torch
import torch.nn.functional as F

import kernels
import neighbourhood

ACTIVITY_LIMIT = 10


class Pass(torch.autograd.Function):
    """Gives the result and the sum of the squares of its activity beyond the limit."""

    @staticmethod
    def forward(ctx, x, table, scale, shift, strength, plane, numbers, doubling, slope):
        n, c, h, w = x.shape
        h, w = h * doubling, w * doubling
        ctx.shape = kernels.Shape(n, h, w, c, doubling, len(table), slope, ACTIVITY_LIMIT)
        x = x.contiguous(memory_format=torch.channels_last)
        inputs = x, table.contiguous(), scale, shift, strength, plane, numbers
        ctx.save_for_backward(*inputs)
        out = x.new_empty(n, h, w, c)
        beyond = kernels.modulate(ctx.shape, inputs, out)
        return out.permute(0, 3, 1, 2), scale.new_tensor(beyond)

    @staticmethod
    def backward(ctx, d_out, d_beyond):
        inputs = ctx.saved_tensors
        x, table, strength = inputs[0], inputs[1], inputs[4]
        d_x, d_table, d_strength = torch.empty_like(x), torch.empty(table.shape), torch.empty_like(strength)
        d_out = d_out.contiguous(memory_format=torch.channels_last)
        kernels.modulate_backward(ctx.shape, inputs, d_out, float(d_beyond), d_x, d_table, d_strength)
        return d_x, d_table.to(table.dtype), None, None, d_strength, None, None, None, None


def double(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


def modulate(x, scale, shift, strength, plane, table, labels, doubling, slope):
    """x: N x C x H x W, normalized by x scale + shift; strength: C, and plane: N x 1 x (doubling H) x
    (doubling W), of the noise; table: gamma and beta, a row for each patch of the Level labels, or
    N x 2C planes if labels is not one.

    Gives the result, and the mean square of what goes beyond ACTIVITY_LIMIT at every fourth pixel.
    """
    is_table = isinstance(labels, neighbourhood.Level)
    if is_table and x.dtype == torch.bfloat16 and kernels.library():
        result, beyond = Pass.apply(x, table.bfloat16(), scale, shift, strength, plane, labels.pixels, doubling, slope)
        return result, 4 * beyond / result.numel()

    def of_channels(t):
        return t[None, :, None, None].to(x.dtype)
    normal = torch.addcmul(of_channels(shift), x, of_channels(scale))
    if doubling == 2:
        normal = double(normal)
    normal = torch.addcmul(normal, of_channels(strength), plane.to(x.dtype))
    gamma, beta = (neighbourhood.spread(table, labels) if is_table else table).chunk(2, 1)
    result = torch.addcmul(normal + beta, normal, gamma)
    activity = F.relu(result[:, :, ::2, ::2].float().abs() - ACTIVITY_LIMIT).pow(2).mean()
    return F.leaky_relu(result, slope), activity
