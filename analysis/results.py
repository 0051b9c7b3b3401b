# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading of what figures are made from: results.h5, truth and published phase shifts."""

import csv
import os
from typing import NamedTuple

import h5py
import numpy as np

import potentials


FIT_LABEL = "fit, statistical error"
TRACE = ("epoch", "loss", "theta1", "theta2")


class InputError(Exception):
    """A mistake of the user's, told in one sentence."""


class Results:
    """An open results.h5: attributes, and datasets with their bands."""

    def __init__(self, path):
        if not os.path.isfile(path):
            raise InputError(f"{path}: no such file; expected the results of a hadpot run")
        try:
            self.file = h5py.File(path, "r")
        except OSError as error:
            raise InputError(f"{path}: not a readable HDF5 file ({error})") from error
        self.path = path
        found = text(self.file.attrs.get("format", "none"))
        if found != "hadpot-results":
            raise InputError(f"{path}: attribute format: expected hadpot-results, found {found}")
        if int(self.attribute("version")) != 1:
            raise InputError(f"{path}: attribute version: expected 1, found "
                             f"{self.attribute('version')}; this plot.py is of another version")
        self.channel = text(self.attribute("channel"))
        self.nsample = int(self.attribute("nsample"))
        rule = text(self.file.attrs.get("error_function", "jackknife"))
        self.method = "bootstrap" if rule.startswith("bootstrap") else "jackknife"
        self.fitted = "inverse_spacing_mev" in self.file.attrs  # no: of a given potential
        if self.fitted:
            self.source = [text(name) for name in np.atleast_1d(self.attribute("source"))]
            self.t = [int(t) for t in np.atleast_1d(self.attribute("t"))]
            self.inverse_spacing_mev = float(self.attribute("inverse_spacing_mev"))

    def attribute(self, name):
        if name not in self.file.attrs:
            raise InputError(f"{self.path}: attribute {name} is missing")
        value = self.file.attrs[name]
        return value.item() if isinstance(value, np.ndarray) and value.size == 1 else value

    def close(self):
        self.file.close()

    def has(self, *names):
        return all(name in self.file for name in names)

    def array(self, name):
        if name not in self.file:
            raise InputError(f"{self.path}: dataset {name} is missing")
        return np.asarray(self.file[name], dtype=float)

    def unit(self, name):
        unit = text(self.file[name].attrs.get("unit", "1")) if name in self.file else "1"
        return "" if unit == "1" else f" [{unit}]"

    def training_log(self, *names):
        """Columns of training.csv beside the file, or None where one is missing."""
        path = os.path.join(os.path.dirname(self.path), "training.csv")
        rows = read_rows(path) if os.path.isfile(path) else []
        return columns(path, rows, names) if rows and set(names) <= set(rows[0]) else None

    def table(self, name):
        """Columns of a CSV file beside the file, numbers or texts, or None where there is none."""
        path = os.path.join(os.path.dirname(self.path), f"{name}.csv")
        rows = read_rows(path) if os.path.isfile(path) else []
        return {column: numbers_or_texts([row[column] for row in rows])
                for column in rows[0]} if rows else None

    def thresholds(self):
        """Names of pairs and their thresholds in MeV, where there are several."""
        prefix, suffix = "threshold_", "_mev"
        return {key[len(prefix):-len(suffix)]: float(self.attribute(key)) for key in self.file.attrs
                if key.startswith(prefix) and key.endswith(suffix)}

    @property
    def coupled(self):
        """Results with channels, which are told by component."""
        return "components" in self.file.attrs

    def components(self, n):
        """Names of the components, or their numbers from 1 on."""
        names = [text(name) for name in np.atleast_1d(self.file.attrs.get("components", ()))]
        return names if len(names) == n else [str(c + 1) for c in range(n)]

    def rows_along(self, axis):
        """Names of all sampled datasets whose only axis is this one."""
        found = []

        def visit(name, item):
            axes = [text(one) for one in np.atleast_1d(item.attrs.get("axes", ()))]
            if axes == ["sample", axis] and not name.startswith("variations/"):
                found.append(name)
        self.file.visititems(visit)
        return found

    def band(self, name):
        """Central value and statistical error by the rules that the attributes compare, guide and
        scale tell: a state that a sample does not bind is at threshold; where the guide reaches a
        pole the error is infinite, and that of the guide where samples alone are beyond it."""
        return self.band_at(name, self.array(name))

    def band_at(self, name, rows, guide_rows=None):
        """The same of rows [mean, sample_1 .. sample_n] that were computed from those of a dataset,
        such as values at other momenta, with rows of its guide at the same places."""
        compare = text(self.file[name].attrs.get("compare", "plain"))
        bound = np.sum(~np.isnan(rows[1:]), axis=0)
        if compare == "unbound":
            rows[1:] = np.where(np.isnan(rows[1:]) & ~np.isnan(rows[0]), 0, rows[1:])
        value, error = self.band_of(rows)
        if error is None:
            return value, error
        if compare == "unbound":
            error = np.where((bound < 2) & ~np.isnan(value), np.inf, error)
        if compare == "pole":
            error = self.error_near_pole(name, value, error, guide_rows)
        return value, error

    def total(self, name):
        """The total band of a quantity, rows [median, error downwards, error upwards], or None
        where the run has none of it. Errors are infinite where a pole lies within it."""
        path = f"total/{name}"
        return self.array(path) if path in self.file else None

    def draws(self, name):
        """The draws (n, ...) whose percentiles 16, 50 and 84 are the total band of a quantity
        without poles; phases modulo 180 degrees next to each other, states that are not bound at
        threshold."""
        rows = self.array(f"draws/{name}")
        compare = text(self.file[f"draws/{name}"].attrs.get("compare", "plain"))
        if compare == "unbound":
            return np.nan_to_num(rows)
        if compare == "modulo_180":
            angle = np.radians(2 * rows)
            centre = np.degrees(np.arctan2(np.nansum(np.sin(angle), axis=0),
                                           np.nansum(np.cos(angle), axis=0))) / 2
            apart = rows - centre
            apart -= 180 * np.round(apart / 180)
            branch = self.total(name)[0] - centre - np.nanmedian(apart, axis=0)
            return apart + centre + 180 * np.round(branch / 180)
        return rows

    def error_near_pole(self, name, value, error, guide_rows=None):
        """As in docs/method.md, "Bound states that come and go"."""
        guide = text(self.file[name].attrs["guide"])
        kind = text(self.file[guide].attrs.get("compare", "plain"))
        scale = float(self.file[name].attrs.get("scale", 0))
        rows = self.array(guide) if guide_rows is None else guide_rows
        centre, spread = self.band_at(guide, rows)
        low, high = centre - spread, centre + spread
        with np.errstate(invalid="ignore", divide="ignore"):
            if kind == "plain":
                beyond = np.any(rows[1:] * rows[0] < 0, axis=0) & (np.abs(value) >= scale)
                error = np.where(beyond, np.abs(value / centre) * spread, error)
            if kind == "free_levels":
                beyond = np.any(free_levels_below(rows[1:]) != free_levels_below(rows[0]),
                                axis=0)
                beyond &= ~np.any(np.isnan(rows), axis=0)
                distance = centre - 180 * np.maximum(np.round(centre / 180), 0)
                error = np.where(beyond, np.abs(value / distance) * spread, error)
            if kind == "unbound":
                error = np.where(np.any(np.isnan(rows[1:]), axis=0) & ~np.isnan(value), np.inf,
                                 error)
            if kind == "modulo_180":
                pole = np.floor(low / 180) != np.floor(high / 180)
                pole &= ~np.isnan(low) & ~np.isnan(high)
            elif kind == "free_levels":
                pole = free_levels_below(low) != free_levels_below(high)
                pole &= ~np.isnan(low) & ~np.isnan(high)
            else:
                pole = (low <= 0) & (high >= 0)
        return np.where(pole & (np.abs(value) >= scale), np.inf, error)

    def band_of(self, rows):
        """The same of rows [mean, sample_1 .. sample_n] that were computed from those of a file."""
        return band(rows, self.nsample, self.method)

    def covariance(self, name, *index):
        """Covariance matrix of the last axis of a dataset at the given other indices, from its
        rows; its rank is at most the number of samples less one, and of a bootstrap, to first order,
        bins less streams. None if n < 2."""
        rows = self.array(name)
        if rows.ndim != 2 + len(index):
            raise InputError(f"{self.path}: {name}: expected {rows.ndim - 2} indices, found "
                             f"{len(index)}")
        return covariance(rows[(slice(None),) + index], self.nsample, self.method)

    def correlation(self, name, *index):
        """The same, divided by the errors; NaN where an error is 0."""
        matrix = self.covariance(name, *index)
        if matrix is None:
            return None
        error = np.sqrt(np.diag(matrix))
        with np.errstate(divide="ignore", invalid="ignore"):
            return matrix / np.outer(error, error)

    def percentiles(self, name, low=16, high=84):
        """Limits of the central 68 % (or another share) of bootstrap samples."""
        if self.method != "bootstrap":
            raise InputError(f"{self.path}: {self.method} samples have no percentiles; expected "
                             "resampling.method: bootstrap")
        return np.percentile(self.array(name)[1:], [low, high], axis=0)

    def potential(self, row=0):
        """The potential of a row, 0 the average, then the samples, from this file alone: its V(r)
        in MeV and U(r, rp) in MeV fm^-3 at any radii in fm (without the Coulomb force)."""
        found = potentials.read(self.file, row)
        if found is None:
            raise InputError(f"{self.path}: holds no parameters of a potential")
        return found

    def localise(self, potential, s, t):
        """V(r) + int d^3r' U(r,r') R(r')/R(r) in MeV at each radius of the grid, with the average
        R of a source and a time and the quadrature of the fit."""
        r, R = self.array("grid/r_fm"), self.array("correlator/R")[0, s, t]
        volume = self.array("grid/weight") * (potentials.HBARC_MEV_FM / self.inverse_spacing_mev)**3
        R = np.where(np.isfinite(R), R, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return potential.V(r) + potential.U(r) @ (volume * R) / R

    @property
    def charged(self):
        return float(self.file.attrs.get("coulomb_strength_per_fm", 0)) != 0

    @property
    def curve_label(self):
        """What the curve of the fit is called: beside an exact one it is what was learned, inside a
        total band it is the fit."""
        if self.has("total"):
            return FIT_LABEL
        return "learned" if self.has("exact/delta_deg") else "hadpot"

    def note(self):
        """Warnings to print on figures, a line each, when phase shifts cannot be trusted, or None."""
        if not self.fitted:
            return None
        lines = []
        if not bool(self.attribute("fit_describes_data")):
            chi2 = float(self.attribute("chi2_per_effective_point"))
            lines.append("fit does not describe its data: "
                         rf"$\chi^2$/effective point = {chi2:.3g}")
        if not bool(self.attribute("potential_ends_in_range")):
            lines.append("potential is cut off at the end of its range")
        if self.has("training/converged"):
            converged = self.array("training/converged") > 0
            failed = [] if converged[0] else ["the average"]
            if not converged[1:].all():
                failed.append(f"{np.sum(~converged[1:])} of {len(converged) - 1} samples")
            if failed:
                lines.append(f"the fit of {' and '.join(failed)} did not converge")
        return "\n".join(lines) or None


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def sample_weight(n, nsample, method):
    """w of the covariance w sum_i (x_i - xbar)(y_i - ybar) from n of nsample samples."""
    if method == "bootstrap":
        return 1 / (n - 1)
    return (nsample - 1)**2 / (nsample * (n - 1))


def band(rows, nsample, method):
    """Central value and statistical error of rows [mean, sample_1 .. sample_n]; error None if
    n < 2."""
    samples = rows[1:]
    n = len(samples)
    if n < 2:
        return rows[0], None
    spread = samples - samples.mean(axis=0)
    return rows[0], np.sqrt(sample_weight(n, nsample, method) * (spread**2).sum(axis=0))


def covariance(rows, nsample, method):
    """Covariance matrix of rows (1 + n, m), or None if n < 2."""
    samples = rows[1:]
    if len(samples) < 2:
        return None
    spread = samples - samples.mean(axis=0)
    return sample_weight(len(samples), nsample, method) * spread.T @ spread


def load_truth(path):
    """What a file that `hadpot synth` wrote says, as a dictionary."""
    try:
        import yaml
    except ImportError as error:
        raise InputError("--truth needs PyYAML (Debian package python3-yaml)") from error
    try:
        with open(path, encoding="utf-8") as stream:
            truth = yaml.safe_load(stream) or {}
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: expected YAML with lists e_cm_mev and delta_deg under "
                         f"phase_shifts ({error!r})") from error
    if not isinstance(truth, dict):
        raise InputError(f"{path}: expected YAML with lists e_cm_mev and delta_deg under "
                         f"phase_shifts, found {type(truth).__name__}")
    return truth


def read_truth_potential(path):
    """The potential in a file that `hadpot synth` wrote; None where its form is not known here."""
    truth = load_truth(path)
    if "pairs" in truth:
        return None  # a matrix
    masses = [truth.get(f"mass_{i}_mev") for i in (1, 2)]
    try:  # without masses: only of forms that need none
        h = 0.5 * potentials.HBARC_MEV_FM**2 * sum(1 / float(mass) for mass in masses if mass)
        return potentials.of_truth(truth.get("potential") or {}, h)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError(f"{path}: potential: {error!r}") from error


class Truth(NamedTuple):
    """Phase shifts of the truth, k cot delta at threshold and masses, NaN where they are not known,
    and the levels in the box that are."""

    e_cm: np.ndarray
    delta: np.ndarray
    kcot_threshold: float = np.nan
    masses_mev: tuple = (np.nan, np.nan)
    box_level_mev: tuple = ()
    channels: dict = {}


def read_true_channels(truth):
    """Of several components: w_mev, {component: delta_deg}, {component: eta} and the poles of each
    sheet as (re W, im W)."""
    rows = {name: {key[len(name) + 1:]: np.array(value, dtype=float) for key, value in truth.items()
                   if key.startswith(f"{name}_")} for name in ("delta_deg", "eta")}
    poles = {}
    for key, pole in truth.items():
        if key.startswith("pole_"):
            at = (float(pole["re_w_mev"]), float(pole["im_w_mev"]))
            poles.setdefault(key.rsplit("_", 1)[-1], []).append(at)
    return {"w_mev": np.array(truth["w_mev"], dtype=float), **rows, "poles": poles}


def read_truth(path):
    """e_cm_mev and delta_deg of phase_shifts in a file that `hadpot synth` wrote."""
    truth = load_truth(path)
    phases, a0 = truth.get("phase_shifts"), truth.get("scattering_length_fm")
    try:
        if "pairs" in truth:
            return Truth(np.array([]), np.array([]), channels=read_true_channels(truth))
        e_cm = np.array(phases["e_cm_mev"], dtype=float)
        delta = np.array(phases["delta_deg"], dtype=float)
        threshold = -potentials.HBARC_MEV_FM / float(a0) if a0 else np.nan
        masses = tuple(float(truth.get(f"mass_{i}_mev", np.nan)) for i in (1, 2))
        levels = tuple(float(one) for one in truth.get("box_level_mev") or ())
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: expected YAML with lists e_cm_mev and delta_deg under "
                         f"phase_shifts ({error!r})") from error
    if e_cm.ndim != 1 or e_cm.shape != delta.shape:
        raise InputError(f"{path}: phase_shifts: expected lists e_cm_mev and delta_deg of one "
                         f"length, found shapes {e_cm.shape} and {delta.shape}")
    return Truth(e_cm, delta, threshold, masses, levels)


def read_rows(path):
    """Rows of a CSV file with a header, as dictionaries; # comments may stand above it."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(line for line in stream if not line.startswith("#")))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a CSV file ({error})") from error


def numbers_or_texts(cells):
    """An array of a column; texts where one of its cells is no number."""
    try:
        return np.array([float(cell) for cell in cells])
    except (TypeError, ValueError):
        return np.array([str(cell) for cell in cells])


def free_levels_below(place):
    """Between which free levels, 180 degrees apart from 0 on, a place is; below them all: -1."""
    return np.maximum(np.floor(place / 180), -1)


def columns(path, rows, names):
    """Arrays of the named columns."""
    found = list(rows[0]) if rows else []
    for name in names:
        if name not in found:
            raise InputError(f"{path}: expected a column {name}, found "
                             f"{', '.join(found) or 'none'}")
    try:
        return tuple(np.array([float(row[name]) for row in rows]) for name in names)
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: a value of {', '.join(names)} is not a number") from error


def read_reference(path, column):
    """k2 (lattice units), delta and its error (degrees) of published phase shifts, from CSV."""
    return columns(path, read_rows(path), ("k2", f"{column}_delta", f"{column}_delta_err"))


def read_trace(path):
    """epoch, loss, theta1 and theta2 of a published training log, or None where the CSV file has
    no column epoch."""
    rows = read_rows(path)
    return columns(path, rows, TRACE) if rows and "epoch" in rows[0] else None
