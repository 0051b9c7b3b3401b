# SPDX-License-Identifier: GPL-3.0-or-later
"""The phase shifts of bench_phases.c by numpy: an R-matrix (Bloch operator) in the basis of
Lagrange polynomials at n Gauss-Legendre points on [0, R], one eigen-decomposition per sample and
O(n) work per momentum; n as small as 1e-6 degrees allow, and as in the panels of hadpot."""
import time

import numpy as np

SAMPLES, MOMENTA, ROUNDS = 20, 100, 10
K = np.sqrt(0.0241 * np.arange(1, MOMENTA + 1))


def yamaguchi(r, rp):
    return -2 * 1.3 * 1.53**2 * np.exp(-1.3 * (r + rp))


def network(r, rp):
    total = 0.2
    for i in range(8):
        slope, offset = 0.4 + 0.3 * i, 0.7 * i - 2.0
        total = total + np.sin(1.7 * i + 0.5) * (np.tanh(slope * r - offset)
                                                 + np.tanh(slope * rp - offset)) / 4
    return -0.5 * r * rp * total * np.exp(-0.25 * (r**2 + rp**2))


def basis(n, R):
    """Nodes, weights, -d^2/dr^2 + Bloch, and the basis functions r l_i(r)/r_i at R."""
    x, w = np.polynomial.legendre.leggauss(n)
    x, w = (x + 1) / 2, w / 2
    i = np.arange(n)
    X, Y = np.meshgrid(x, x, indexing="ij")
    with np.errstate(divide="ignore", invalid="ignore"):
        T = (-1.0) ** (i[:, None] + i) / np.sqrt(X * Y * (1 - X) * (1 - Y)) * (
            n * (n + 1) + 1 + (X + Y - 2 * X * Y) / (X - Y) ** 2 - 1 / (1 - X) - 1 / (1 - Y))
    T[i, i] = ((4 * n * (n + 1) + 3) * x * (1 - x) - 6 * x + 1) / (3 * x**2 * (1 - x) ** 2)
    edge = (-1.0) ** i / np.sqrt(R * x * (1 - x))
    return R * x, R * w, T / R**2, edge


def phases(kernel, r, w, T, edge, R, strength):
    values, vectors = np.linalg.eigh(T + strength * np.sqrt(np.outer(w, w)) * kernel)
    gamma = (edge @ vectors) ** 2
    rmatrix = (gamma / (values - (K**2)[:, None])).sum(1)
    kR = K * R
    return np.arctan2(K * rmatrix * np.cos(kR) - np.sin(kR), np.cos(kR) + K * rmatrix * np.sin(kR))


def distance(a, b):
    d = np.degrees(a - b)
    return np.abs(d - 180 * np.round(d / 180)).max()


def main():
    for name, form, R, sizes in (("yamaguchi", yamaguchi, 17.0, (20, 28, 36, 48, 64)),
                                 ("network", network, 8.0, (20, 28, 36, 48, 64))):
        fine = basis(160, R)
        exact = phases(form(fine[0][:, None], fine[0]), *fine, R, 1.0)
        for n in sizes:
            b = basis(n, R)
            kernel = form(b[0][:, None], b[0])
            best = np.inf
            for _ in range(ROUNDS):
                start = time.process_time()
                for s in range(SAMPLES):
                    phases(kernel, *b, R, 1 + 0.01 * s)
                best = min(best, time.process_time() - start)
            error = distance(phases(kernel, *b, R, 1.0), exact)
            print(f"{name:10s} {n:4d} nodes  {1e6 * best / SAMPLES / MOMENTA:8.2f} us per phase "
                  f"shift  error {error:.1e} deg  (modulo 180, no count)")
            if error < 1e-6:
                break


main()
