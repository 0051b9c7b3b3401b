#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One epoch of the Omega_ccc network in PyTorch, on the data and weights of `bench_epoch dump`.

    epoch_pytorch.py FILE check     loss and gradient against those in FILE
    epoch_pytorch.py FILE           milliseconds per epoch, one batch of epochs a line

Exit code 77: PyTorch (Debian: python3-torch) is missing."""

import sys
import time

try:
    import numpy
    import torch
except ImportError:
    print("needs numpy and PyTorch (Debian: python3-torch)", file=sys.stderr)
    sys.exit(77)

WIDTHS = (1, 32, 64, 128, 64, 32, 16)
BATCHES, EPOCHS, WARM_UP = 9, 60, 60
LIMIT = 1e-12  # sums of some 1e5 terms in another order, relative to the largest


def read(path):
    """The arrays of bench_epoch.c, in its order."""
    values = torch.from_numpy(numpy.fromfile(path))
    n, cutoff, nparam = int(values[0]), int(values[1]), int(values[4])
    parts = torch.split(values[5:], [n] * 5 + [nparam, nparam, 1])
    return cutoff, float(values[2]), float(values[3]), parts


def make_loss(cutoff, cutoff_weight, scale, parts):
    """f once per radius, g and the outer sum on numbers a = g f, no loop over pairs. Activations in
    place keep their results for the backward pass (no second exp), and the scale goes into the
    vectors."""
    r, quadrature, R, S, weight, param = parts[:6]
    layers = []
    for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.LeakyReLU(0.01, inplace=True)]
    f, g = torch.nn.Sequential(*layers), torch.nn.Linear(WIDTHS[-1], 1)
    parameters = list(f.parameters()) + list(g.parameters())
    torch.nn.utils.vector_to_parameters(param.clone(), parameters)
    x, scaled_qR, regulator = r[:, None].clone(), scale * quadrature * R, cutoff_weight * scale**2

    def loss():
        a = f(x) @ g.weight[0]
        U = torch.nn.functional.elu(a[:, None] + (a + g.bias), inplace=True)
        residual = S - torch.mv(U, scaled_qR)
        return (torch.dot(weight * residual, residual)
                + regulator * U[cutoff:, cutoff:].square().sum())

    return loss, parameters


def check(loss, parameters, parts):
    value = loss()
    value.backward()
    gradient = torch.cat([p.grad.reshape(-1) for p in parameters])
    loss_error = float((value - parts[7][0]).abs() / parts[7][0].abs())
    gradient_error = float((gradient - parts[6]).abs().max() / parts[6].abs().max())
    print(f"# same loss: relative difference {loss_error:.1e}, of the gradient {gradient_error:.1e}")
    return 0 if loss_error < LIMIT and gradient_error < LIMIT else 1  # NaN fails


def contiguous(parameters):
    """One tensor whose parts are the parameters and gradients: Adam updates it in a few calls."""
    flat = torch.nn.Parameter(torch.cat([p.detach().reshape(-1) for p in parameters]))
    flat.grad = torch.zeros_like(flat)
    start = 0
    for p in parameters:
        end = start + p.numel()
        p.data = flat.data[start:end].view(p.shape)
        p.grad = flat.grad[start:end].view(p.shape)
        start = end
    return flat


def measure(loss, parameters):
    flat = contiguous(parameters)
    adam = torch.optim.Adam([flat], lr=1e-3)
    for batch in range(-1, BATCHES):
        start = time.perf_counter()
        for _ in range(EPOCHS if batch >= 0 else WARM_UP):
            flat.grad.zero_()
            loss().backward()
            adam.step()
        if batch >= 0:
            print(f"epoch_ms {1e3 * (time.perf_counter() - start) / EPOCHS:.4f}")


def main():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    cutoff, cutoff_weight, scale, parts = read(sys.argv[1])
    loss, parameters = make_loss(cutoff, cutoff_weight, scale, parts)
    if sys.argv[2:] == ["check"]:
        return check(loss, parameters, parts)
    measure(loss, parameters)
    return 0


if __name__ == "__main__":
    sys.exit(main())
