# SPDX-License-Identifier: GPL-3.0-or-later
"""U(r,r') and V(r) from what results.h5 holds and nothing else: `read` gives that of a row.

    V delta3(r-r') + U(r,r'):  V(r) in MeV, U(r, rp) (len(r), len(rp)) in MeV fm^-3, radii in fm
"""

import numpy as np


ACTIVATIONS = {
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "softplus": lambda z: np.logaddexp(0, z),
    "silu": lambda z: z * np.exp(-np.logaddexp(0, -z)),
    "tanh": np.tanh,
    "identity": lambda z: z,
}

# Of the terms of a given potential; parameters in the order of the formulas in results.h5.
LOCAL_TERMS = {
    "GAUSSIAN": lambda r, h, c, d, _: c * np.exp(-(r / d)**2),
    "YUKAWA": lambda r, h, g, m, _: g * np.exp(-m * r) / r,
    "SQUARED_YUKAWA": lambda r, h, c, b, m: -c * np.expm1(-b * r**2) * (np.exp(-m * r) / r)**2,
    "WOODS_SAXON": lambda r, h, D, R, a: -D / (1 + np.exp((r - R) / a)),
    "SQUARE_WELL": lambda r, h, D, R, _: np.where(r <= R, -D, 0.0),
    "REGULAR_YUKAWA": lambda r, h, g, b, m: g * _core(b, r) * np.exp(-m * r),
    "TENSOR_YUKAWA": lambda r, h, g, c, m: g * _tensor(c, m * r),
    "OSCILLATING_GAUSSIAN": lambda r, h, c, d, q: c * np.exp(-(r / d)**2) * np.cos(q * r),
}
NONLOCAL_TERMS = {
    "EXPONENTIAL": lambda r, s, h, omega, m, _: omega * np.exp(-m * (r + s)),
    "EXPONENTIAL_KERNEL": lambda r, s, h, L, m, _: h * L / (4 * np.pi) * np.exp(-m * (r + s)),
    "YAMAGUCHI": lambda r, s, h, a, b, _: (-h * b * (a + b)**2 / (2 * np.pi) *
                                           np.exp(-b * (r + s)) / (r * s)),
    "NONLOCAL_GAUSSIAN": lambda r, s, h, C, d, b: (C * np.exp(-(r**2 + s**2) / d**2 -
                                                              (r - s)**2 / b**2)),
    "PEREY_BUCK": lambda r, s, h, A, d, b: (A * _perey_buck(b, r, s) *
                                            np.exp(-(r**2 + s**2) / (2 * d**2))),
    "PEREY_BUCK_EXPONENTIAL": lambda r, s, h, A, d, b: (A * _perey_buck(b, r, s) *
                                                        np.exp(-(r + s) / d)),
    "SEPARABLE_KERNEL": lambda r, s, h, L, p, q, a, b: (h * L / (4 * np.pi) *
                                                        r**(p - 1) * np.exp(-a * r) *
                                                        s**(q - 1) * np.exp(-b * s)),
    "SEPARABLE_GAUSSIAN": lambda r, s, h, C, d, e: C * np.exp(-(r / d)**2 - (s / e)**2),
}
# How many parameters these have; in results.h5 rows of all terms are of the same length.
PARAMETERS = {kind: 5 if kind == "SEPARABLE_KERNEL" else 3 for kind in LOCAL_TERMS | NONLOCAL_TERMS}
HBARC_MEV_FM = 197.3269804


def _core(b, r):
    """(1 - exp(-b r^2))/r, 0 at the origin."""
    return b * r * _one(b * r**2)


def _tensor(c, x):
    """[(1 + 3/x + 3/x^2) exp(-x) - (3c/x + 3/x^2) exp(-cx)]/x; where the poles cancel, x < 1 and
    c x < 1, sum over n of (-x)^n/(n+2)! (n+1) [n - 1 + 3 c^(n+2)]."""
    y, series, term, power = 1 / x, np.zeros_like(x), np.full_like(x, 0.5), c * c
    for n in range(20):
        series += term * (n + 1) * (n - 1 + 3 * power)
        term, power = term * -x / (n + 3), power * c
    closed = (1 + 3 * y + 3 * y**2) * np.exp(-x) - 3 * y * (c + y) * np.exp(-c * x)
    return y * np.where(max(c, 1) * x < 1, series, closed)


def _one(x):
    """(1 - exp(-x))/x, 1 at 0."""
    return np.where(x > 0, -np.expm1(-x) / np.where(x > 0, x, 1), 1)


def _perey_buck(b, r, s):
    """N(r, s) = (exp(-((r - s)/b)^2) - exp(-((r + s)/b)^2)) / (4 pi^(3/2) b r s)."""
    return np.exp(-((r - s) / b)**2) * _one(4 * r * s / b**2) / (np.pi**1.5 * b**3)


# Sections of the truth of `hadpot synth`: the kind of term and the keys of its parameters; of
# alternatives, as keys of a dictionary, the factor to the units of the first one.
_MASSES = {"masses_per_fm": 1, "masses_mev": 1 / HBARC_MEV_FM}
TRUTHS = {
    "gaussians": [("GAUSSIAN", ("amplitudes_mev", "ranges_fm"))],
    "yukawas": [("YUKAWA", ({"strengths_mev_fm": 1, "strengths": HBARC_MEV_FM}, _MASSES))],
    "squared_yukawas": [("SQUARED_YUKAWA", ("strengths_mev_fm2", "cutoffs_per_fm2", _MASSES))],
    "woods_saxon": [("WOODS_SAXON", ("depths_mev", "radii_fm", "diffuseness_fm"))],
    "square_well": [("SQUARE_WELL", ("depths_mev", "radii_fm"))],
    "regular_yukawas": [("REGULAR_YUKAWA", ("strengths_mev_fm", "cutoffs_per_fm2", _MASSES))],
    "tensor_yukawas": [("TENSOR_YUKAWA", ("strengths_mev", "cutoffs", _MASSES))],
    "oscillating_gaussians": [("OSCILLATING_GAUSSIAN", ("amplitudes_mev", "ranges_fm",
                                                        "wave_numbers_per_fm"))],
    "separable_exponential": [("EXPONENTIAL", ({"amplitudes_mev_per_fm3": 1,
                                                "amplitudes_per_fm4": HBARC_MEV_FM},
                                               "masses_per_fm")),
                              ("EXPONENTIAL_KERNEL", ("strengths_per_fm5", "masses_per_fm"))],
    "yamaguchi": [("YAMAGUCHI", ("a_per_fm", "b_per_fm"))],
    "gaussian_nonlocal": [("NONLOCAL_GAUSSIAN", ("amplitudes_mev_per_fm3", "ranges_fm",
                                                 "widths_fm"))],
    "perey_buck": [("PEREY_BUCK", ("amplitudes_mev", "ranges_fm", "widths_fm"))],
    "perey_buck_exponential": [("PEREY_BUCK_EXPONENTIAL", ("amplitudes_mev", "ranges_fm",
                                                           "widths_fm"))],
    "separable_kernel": [("SEPARABLE_KERNEL", ("strengths", "powers_1", "powers_2",
                                               "masses_1_per_fm", "masses_2_per_fm"))],
    "separable_gaussians": [("SEPARABLE_GAUSSIAN", ("amplitudes_mev_per_fm3", "ranges_1_fm",
                                                    "ranges_2_fm"))],
}


class Network:
    """Networks of any kind."""

    def __init__(self, file, row):
        group = file["network"]
        self.kind, self.input, output = (_text(group.attrs[name]) for name in
                                         ("kind", "input", "output_activation"))
        self.output = ACTIVATIONS[output]
        self.shape = {f"{part}envelope_fm": _text(group.attrs.get(f"{part}envelope_shape", "gaussian"))
                      for part in ("", "local_")}
        self.number = {name: item[()] for name, item in group.items() if item.shape == ()}
        self.left = file["training/parameters"][row]
        self.f = self._take_layers(group, "f")
        self.g = self._take_layers(group, "g")
        self.theta = self._take(2) if self.kind == "two_parameter" else None
        self.local = self._take_layers(group, "local")

    def _take(self, *shape):
        n = int(np.prod(shape))
        taken, self.left = self.left[:n].reshape(shape), self.left[n:]
        return taken

    def _take_layers(self, group, name):
        """(W, b, activation) of each layer; None: there is no such network."""
        if f"{name}_layers" not in group:
            return None
        widths = group[f"{name}_layers"]
        pairs = zip(widths[:-1], widths[1:], widths.attrs["activations"])
        return [(self._take(n, m), self._take(n), ACTIVATIONS[_text(a)]) for m, n, a in pairs]

    def _x(self, r):
        if self.input == "linear":
            return r / self.number["length_fm"]
        x = np.log1p(r / self.number["input_length_fm"])
        if self.input == "log1p":
            return x
        return self.number["input_scale"] * (x - self.number["input_centre"])

    def _envelope(self, r, name):
        end = self.number.get(name, 0.0)
        y = r / end if end > 0 else np.zeros_like(r)
        return np.exp(1 - np.hypot(1, y) if self.shape[name] == "exponential" else -y**2)

    def V(self, r):
        r = np.atleast_1d(np.asarray(r, dtype=float))
        if self.local is None:
            return np.zeros_like(r)
        factor = self.number["energy_mev"] * self.number["local_scale"]
        return factor * _forward(self.local, self._x(r)[:, None])[:, 0] * \
            self._envelope(r, "local_envelope_fm")

    def U(self, r, rp=None):
        r, rp = _radii(r, rp)
        if "scale" not in self.number:
            return np.zeros((len(r), len(rp)))
        number = self.number
        factor = number["scale"] * number["energy_mev"] / number["length_fm"]**3
        if self.kind == "two_parameter":
            decay = self.theta / number["length_fm"]
            return factor * np.exp(-decay[0] * r)[:, None] * np.exp(-decay[1] * rp)
        if self.kind == "partial":
            right = self.output(_forward(self.f, self._x(rp)[:, None])[:, 0])
            return factor * np.exp(-number["decay_per_fm"] * r)[:, None] * right
        envelope = self._envelope(r, "envelope_fm")[:, None] * self._envelope(rp, "envelope_fm")
        return factor * envelope * self.output(self._pairs(self._x(r), self._x(rp)))

    def _pairs(self, x, xp):
        """What is fed to out(): g(f(x) + f(x')), or f(x, x'), a row of r at a time."""
        if self.kind == "mlp":
            return np.array([_forward(self.f, np.stack([np.full_like(xp, one), xp], 1))[:, 0]
                             for one in x])
        f, fp = _forward(self.f, x[:, None]), _forward(self.f, xp[:, None])
        return np.array([_forward(self.g, one + fp)[:, 0] for one in f])


class Gaussians:
    """Sums of Gaussians, with a tail where there is one; with V2 those of V0 + V2 nabla^2."""

    def __init__(self, file, row):
        self.terms = file["potential/gaussians"][row]
        v2 = file.get("potential/v2_gaussians")
        self.v2_terms = None if v2 is None else v2[row]
        self.tail = None
        for q, unit in ((1, "mev_fm"), (2, "mev_fm2")):
            if f"potential/tail_strength_{unit}" not in file:
                continue
            strength, d = (file[f"potential/tail_{name}"][row]
                           for name in (f"strength_{unit}", "range_fm"))
            mass, power = (file[f"potential/tail_{name}"][()] for name in ("mass_mev", "power"))
            self.tail = strength, d, mass / HBARC_MEV_FM, int(power), q

    def V(self, r):
        r = np.atleast_1d(np.asarray(r, dtype=float))
        V = sum(a * np.exp(-(r / b)**2) for a, b in self.terms)
        if self.tail is None:
            return V
        c, d, m, n, q = self.tail
        x = (r / d)**2
        return V + c * _one(x)**n * (r / d)**(2 * n - q) / d**q * np.exp(-q * m * r)

    def V2(self, r):
        """V2(r) in MeV fm^2."""
        r = np.atleast_1d(np.asarray(r, dtype=float))
        return sum(a * np.exp(-(r / b)**2) for a, b in self.v2_terms)

    def U(self, r, rp=None):
        r, rp = _radii(r, rp)
        return np.zeros((len(r), len(rp)))


class Given:
    """Terms and tables that a job states."""

    def __init__(self, terms, table, h):
        self.terms, self.table, self.h = terms, table, h

    @property
    def local(self):
        """Whether it has a part V(r)."""
        return "v_mev" in self.table or any(kind in LOCAL_TERMS for kind, _ in self.terms)

    @property
    def nonlocal_part(self):
        """Whether it has a part U(r,r')."""
        return "u_mev_fm3" in self.table or any(kind in NONLOCAL_TERMS for kind, _ in self.terms)

    def V(self, r):
        r = np.atleast_1d(np.asarray(r, dtype=float))
        V = np.zeros_like(r)
        for kind, parameters in self.terms:
            if kind in LOCAL_TERMS:
                V += LOCAL_TERMS[kind](r, self.h, *parameters[:PARAMETERS[kind]])
        if "v_mev" in self.table:
            points, values = self.table["v_mev"]
            V += _spline(points, r) @ values
        return V

    def U(self, r, rp=None):
        r, rp = _radii(r, rp)
        U = np.zeros((len(r), len(rp)))
        for kind, parameters in self.terms:
            if kind in NONLOCAL_TERMS:
                U += NONLOCAL_TERMS[kind](r[:, None], rp, self.h,
                                          *parameters[:PARAMETERS[kind]])
        if "u_mev_fm3" in self.table:
            points, values = self.table["u_mev_fm3"]
            U += _spline(points, r) @ values @ _spline(points, rp).T
        return U


def read(file, row=0):
    """The potential of a row of an open results.h5: 0 the average, then the samples, as in all its
    datasets. None: the file does not hold what it is made of."""
    if "network" in file:
        return Network(file, row)
    if "potential/gaussians" in file:
        return Gaussians(file, row)
    return _read_given(file) if "potential/hbar2_over_2mu_mev_fm2" in file else None


def of_truth(sections, h=0.0):
    """The potential of a truth of `hadpot synth`, its sections as dictionaries, h = hbar^2/(2 mu)
    in MeV fm^2; None: one of them is of a form that is not known here."""
    terms = []
    for name, section in sections.items():
        found = [(kind, columns) for kind, keys in TRUTHS.get(name, ())
                 if (columns := _columns(section, keys)) is not None]
        if not found and name in TRUTHS:
            raise KeyError(f"{name}: {', '.join(section)}")
        if not found:
            return None
        kind, columns = found[0]
        terms += [(kind, (*row, 0.0, 0.0)[:PARAMETERS[kind]]) for row in zip(*columns)]
    return Given(terms, {}, h) if terms else None


def _columns(section, keys):
    """The parameters of a section, a column for each key; None: one is missing."""
    columns = []
    for names in keys:
        names = names if isinstance(names, dict) else {names: 1}
        given = [name for name in names if name in section]
        if not given:
            return None
        columns.append(np.atleast_1d(np.asarray(section[given[0]], dtype=float)) * names[given[0]])
    return columns


def _read_given(file):
    terms, table = [], {}
    if "potential/terms" in file:
        kinds = file["potential/terms"].attrs["kind"]
        terms = [(_text(kind), p) for kind, p in zip(kinds, file["potential/terms"][:])]
    if any(kind not in PARAMETERS and kind != "MOMENTUM_GAUSSIAN" for kind, _ in terms):
        return None  # {p^2, V2} is neither V nor U
    for name in ("v_mev", "u_mev_fm3"):
        if f"potential/table_{name}" in file:
            table[name] = (file[f"potential/table_{name[0]}_r_fm"][:],
                           file[f"potential/table_{name}"][:])
    return Given(terms, table, file["potential/hbar2_over_2mu_mev_fm2"][()])


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _radii(r, rp):
    r = np.atleast_1d(np.asarray(r, dtype=float))
    return r, r if rp is None else np.atleast_1d(np.asarray(rp, dtype=float))


def _forward(layers, y):
    for W, b, activation in layers:
        y = activation(y @ W.T + b)
    return y


def _spline(points, r):
    """The matrix (len(r), len(points)) that makes of values at the points their natural cubic
    spline at r; below the first point its value, beyond the last one 0."""
    step, one = np.diff(points), np.eye(len(points))
    second = np.zeros_like(one)  # derivatives at the points
    system = np.diag(2 * (step[:-1] + step[1:])) + np.diag(step[1:-1], 1) + np.diag(step[1:-1], -1)
    slope = np.diff(one, axis=0) / step[:, None]
    second[1:-1] = np.linalg.solve(system, 6 * np.diff(slope, axis=0))
    x = np.maximum(r, points[0])
    i = np.clip(np.searchsorted(points, x, side="right") - 1, 0, len(points) - 2)
    h = step[i][:, None]
    b = (x - points[i])[:, None] / h
    a = 1 - b
    matrix = a * one[i] + b * one[i + 1] + \
        ((a**3 - a) * second[i] + (b**3 - b) * second[i + 1]) * h**2 / 6
    matrix[r > points[-1]] = 0
    return matrix
