# SPDX-License-Identifier: GPL-3.0-or-later
"""Smooth curves through the momenta that were computed.

delta starts like k, so a line from one momentum to the next, and one from 0 to the first, is wrong
where the eye looks first. k cot delta is smooth in k^2 from threshold on, but has poles, where
tan(delta)/k is smooth. Curves are cubic pieces in k^2 of the one or the other, with one slope at
each momentum, that of the parabola through it and its neighbours; delta follows. At the momenta
themselves it is what it was."""

import numpy as np

from plot_bands import continuous

STEPS = 240  # of a curve, about: more than a printed column resolves
# Threshold is a point of its own where the first k^2 is at least this part of the second; below,
# the first momentum stands for it, and the slope between the two would be rounding.
THRESHOLD_APART = 0.02


def refined(x, steps=STEPS):
    """x, ascending, with equally spaced points between each two of them."""
    x = np.asarray(x, dtype=float)
    if len(x) < 2 or not x[-1] > x[0]:
        return x
    parts = np.maximum(1, np.ceil(steps * np.diff(x) / (x[-1] - x[0]))).astype(int)
    inner = [np.linspace(low, high, n, endpoint=False)
             for low, high, n in zip(x[:-1], x[1:], parts)]
    return np.append(np.concatenate(inner), x[-1])


def slopes(x, y):
    """Derivatives at x of the parabolas through each point and its neighbours; y (..., n). A
    neighbour that is not finite does not count."""
    step = np.diff(x)
    secant = np.diff(y, axis=-1) / step
    if len(x) == 2:
        return np.repeat(secant, 2, axis=-1)
    left, right = secant[..., :-1], secant[..., 1:]
    middle = (left * step[1:] + right * step[:-1]) / (step[1:] + step[:-1])
    middle = np.where(np.isfinite(left), np.where(np.isfinite(right), middle, left), right)
    first, last = 2 * secant[..., 0] - middle[..., 0], 2 * secant[..., -1] - middle[..., -1]
    first = np.where(np.isfinite(first), first, secant[..., 0])
    last = np.where(np.isfinite(last), last, secant[..., -1])
    return np.concatenate([first[..., None], middle, last[..., None]], axis=-1)


def smooth(x, y, at, slopes_of=slopes):
    """y (..., n) at other places inside of x, by cubic pieces; NaN between points of which one is
    not finite."""
    x, y, at = np.asarray(x, dtype=float), np.asarray(y, dtype=float), np.asarray(at, dtype=float)
    if len(x) == 1:
        return np.where(at == x[0], y, np.nan)
    with np.errstate(invalid="ignore"):
        y = np.where(np.isfinite(y), y, np.nan)
        slope = slopes_of(x, y)
        i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
        found = pieces(x, y, slope, i, at)
    found = np.where(at == x[i], y[..., i], np.where(at == x[i + 1], y[..., i + 1], found))
    return np.where((at < x[0]) | (at > x[-1]), np.nan, found)


def even(x, y):
    """Slopes of pieces that do not leave the range of their ends (Fritsch and Carlson): 0 at an
    extremum, else the harmonic mean of both sides."""
    secant = np.diff(y, axis=-1) / np.diff(x)
    left, right = secant[..., :-1], secant[..., 1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.where(left * right > 0, 2 * left * right / (left + right), 0)
    middle = np.where(np.isnan(left), right, np.where(np.isnan(right), left, middle))
    return np.concatenate([secant[..., :1], middle, secant[..., -1:]], axis=-1)


def bend(x, y):
    """How far from a line y (..., n) is around each interval: 0 to 1 of a line to a jump."""
    secant = np.diff(y, axis=-1) / np.diff(x)
    if secant.shape[-1] == 1:
        return np.zeros_like(secant)
    left, right = secant[..., :-1], secant[..., 1:]
    at_points = np.abs(right - left) / (np.abs(left) + np.abs(right))
    at_points = np.where(np.isfinite(at_points), at_points, 1)
    return np.concatenate([at_points[..., :1], (at_points[..., 1:] + at_points[..., :-1]) / 2,
                           at_points[..., -1:]], axis=-1)


def pieces(x, y, slope, i, at):
    """Cubic pieces of y (..., n), its slopes given, at places between x[i] and x[i + 1]."""
    h = x[i + 1] - x[i]
    u = (at - x[i]) / h
    return (y[..., i] * (1 + 2 * u) + slope[..., i] * h * u) * (1 - u)**2 + \
        (y[..., i + 1] * (3 - 2 * u) - slope[..., i + 1] * h * (1 - u)) * u**2


def smooth_bands(x, *quantities):
    """Places of a smooth curve, and any quantities (..., n), or None, there: between their values
    at neighbouring points."""
    at = refined(x)
    return at, *(None if y is None else smooth(x, y, at, even) for y in quantities)


class Phases:
    """Rows of phase shifts at momenta, for any momentum between them, and from threshold on where
    k cot delta is known there.

    theta = arccot(k cot delta / q) with q > 0, on the branch of delta, holds all: k cot delta has a
    pole where it passes a multiple of pi, a zero where it passes an odd one of pi/2."""

    def __init__(self, k, delta_deg, kcot, threshold=None, ratio=1.0):
        """k (n) MeV; delta (..., n) degrees, None for a function with the poles of k cot delta but
        another relation to delta; k cot delta (..., n) MeV; at threshold (...), NaN: not known.
        ratio (..., 1): of the momenta of a row to k, where each has masses of its own."""
        kcot, self.ratio = np.asarray(kcot, dtype=float), ratio
        size = np.abs(kcot[np.isfinite(kcot) & (kcot != 0)])
        self.q = np.median(size) if size.size else 1.0
        self.x = np.asarray(k, dtype=float)**2
        self.theta = np.arctan2(self.q, kcot)
        if delta_deg is None:
            self.theta = np.unwrap(self.theta, period=np.pi, axis=-1)
        else:  # both angles are on one branch, that of delta
            self.theta += np.radians(delta_deg) - np.arctan2(k * ratio, kcot)
        if threshold is not None and np.isfinite(np.ravel(threshold)[0]) and self._apart():
            start = np.arctan2(self.q, np.asarray(threshold, dtype=float))
            start = start + np.pi * np.round((self.theta[..., 0] - start) / np.pi)
            self.x = np.insert(self.x, 0, 0.0)
            self.theta = np.concatenate([start[..., None], self.theta], axis=-1)

    def _apart(self):
        return len(self.x) > 1 and self.x[0] > THRESHOLD_APART * self.x[1]

    @property
    def k(self):
        """Momenta of a smooth curve: those that were computed, and between them."""
        return refined(np.sqrt(self.x))

    def at(self, k):
        """delta in degrees and k cot delta at other momenta, rows as they were given."""
        k = np.asarray(k, dtype=float)
        theta = self._theta(k**2)
        with np.errstate(divide="ignore"):
            kcot = self.q / np.tan(theta)
        branch = theta - np.arctan2(self.q, kcot)
        return np.degrees(np.arctan2(k * self.ratio, kcot) + branch), kcot

    def _theta(self, at):
        """theta at other k^2: in each interval the pieces of k cot delta / q where it has no pole
        there, of its inverse where that has none, else of theta."""
        x, theta = self.x, self.theta
        if len(x) == 1:
            return np.where(at == x[0], theta, np.nan)
        i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            cot, tan = 1 / np.tan(theta), np.tan(theta)
            flat, inverse = self._frames(cot, tan)
            steep = self._slope(cot, tan, flat, inverse)
            of_cot = pieces(x, cot, -steep * (1 + cot**2), i, at)
            of_tan = pieces(x, tan, steep * (1 + tan**2), i, at)
            low = theta[..., i]
            found = np.where(
                flat[..., i], np.arctan2(1, of_cot) + np.pi * np.floor(low / np.pi), np.where(
                    inverse[..., i], np.arctan(of_tan) + np.pi * np.round(low / np.pi),
                    pieces(x, theta, steep, i, at)))
        found = np.where(at == x[i], low, np.where(at == x[i + 1], theta[..., i + 1], found))
        return np.where((at < x[0]) | (at > x[-1]), np.nan, found)

    def _frames(self, cot, tan):
        """For each interval: whether it takes k cot delta, and whether its inverse; neither where
        both have a pole there. Where none has, the one that is more like a line around it."""
        turn, half = np.floor(self.theta / np.pi), np.round(self.theta / np.pi)
        no_pole, no_zero = turn[..., 1:] == turn[..., :-1], half[..., 1:] == half[..., :-1]
        better = bend(self.x, cot) <= bend(self.x, tan)
        return no_pole & (better | ~no_zero), no_zero & ~(no_pole & better)

    def _slope(self, cot, tan, flat, inverse):
        """d theta/dk^2 at the momenta, of the parabola of what both sides take, else of theta."""
        flat, inverse = (np.concatenate([one[..., :1], one[..., 1:] & one[..., :-1], one[..., -1:]],
                                        axis=-1) for one in (flat, inverse))
        return np.where(flat, -slopes(self.x, cot) / (1 + cot**2), np.where(
            inverse, slopes(self.x, tan) / (1 + tan**2), even(self.x, self.theta)))


def momenta(results):
    """k in MeV and e_cm in MeV of the average."""
    return tuple(first_row(results.array(f"scattering/{name}"), 1)
                 for name in ("k_mev", "e_cm_mev"))


def first_row(values, ndim):
    """Of the average, where a quantity has a row for each sample."""
    return values[0] if values.ndim > ndim else values


class Curves:
    """The phase shifts of results as smooth curves: the fit with its error, the total band, the
    systematic error and the exact values of toys, against k or e_cm."""

    def __init__(self, results):
        self.results = results
        self.known_k, self.known_e = momenta(results)
        self.charged = results.charged
        self.phases = self._phases("scattering", results.array)
        self.k = self.phases.k
        self.e_cm = self.energy(self.k)

    def energy(self, k):
        """e_cm in MeV, k^2/(2 mu), of other momenta."""
        return self.known_e[-1] * (k / self.known_k[-1])**2

    def _phases(self, group, read):
        threshold, delta = f"{group}/kcot_threshold_mev", f"{group}/delta_deg"
        own = "scattering/k_mev_by_sample"  # at energies that are the same of all samples
        k = read(own) if group == "scattering" and self.results.has(own) else self.known_k
        return Phases(self.known_k, None if self.charged else read(delta),
                      read(f"{group}/kcot_mev"),
                      read(threshold) if self.results.has(threshold) else None,
                      k[..., -1:] / self.known_k[-1])

    def band(self, name):
        """Central value and error of delta_deg or kcot_mev."""
        delta, kcot = self._rows()
        guide = delta if name == "kcot_mev" and not self.charged else None
        return self.results.band_at(f"scattering/{name}", delta if name == "delta_deg" else kcot,
                                    guide)

    def _rows(self):
        delta, kcot = self.phases.at(self.k)
        if self.charged:
            delta = smooth(self.known_k, self.results.array("scattering/delta_deg"), self.k)
        return delta, kcot

    def exact(self):
        """delta and k cot delta of the exact potential of a toy."""
        return self._phases("exact", self.results.array).at(self.k)

    def between(self, values):
        """Any quantity at the known momenta, (..., n): from the first one on."""
        return smooth(self.known_k, values, self.k, even)

    def total(self, name):
        """The total band of delta_deg, next to the fit, or of kcot_mev, at the momenta of the
        curve: rows median, error downwards, error upwards, infinite where a pole lies within it.
        Of charged pairs only at the known momenta, with them in front: (k, band). None: no band."""
        delta = self.results.total("scattering/delta_deg")
        if delta is None or self.charged:
            band = self.results.total(f"scattering/{name}")
            return None if band is None else (self.known_k, band)
        delta = continuous(delta, first_row(self.results.array("scattering/delta_deg"), 1))
        edges = np.stack([delta[0], delta[0] - delta[1], delta[0] + delta[2]])
        known = self.known_k / np.tan(np.radians(edges))
        start = self.results.total("scattering/kcot_threshold_mev")
        if start is not None:  # more delta is less k cot delta
            start = np.array([start[0], start[0] + start[2], start[0] - start[1]])
            # with potentials that bind and others that do not, edges at threshold are no limits
            start = start if (start * known[:, 0] > 0).all() else None
        found, kcot = Phases(self.known_k, edges, known, start).at(self.k)
        if name == "delta_deg":
            return self.k, np.stack([found[0], found[0] - found[1], found[2] - found[0]])
        pole = np.floor(found[1] / 180) != np.floor(found[2] / 180)
        sides = np.where(pole, np.inf, [kcot[0] - kcot[2], kcot[1] - kcot[0]])
        return self.k, np.stack([kcot[0], *np.where(np.isnan(found[0]), np.nan, sides)])
