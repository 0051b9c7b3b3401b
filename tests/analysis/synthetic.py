# SPDX-License-Identifier: GPL-3.0-or-later
"""A results.h5 of invented but plausible numbers, in the layout that hadpot writes."""

import h5py
import numpy as np

HBARC = 197.3269804
INVERSE_SPACING = 2333.0  # MeV
MASS = 4796.0 / INVERSE_SPACING


def phase_shift(k_mev, depth_mev, range_fm=0.9):
    """S-wave phase shift in degrees of an attractive square well, continuous in k."""
    k = k_mev / HBARC
    inside = np.sqrt(k**2 + 4796.0 * depth_mev / HBARC**2)
    x = inside * range_fm
    # The principal value of arctan, moved to the branch of the wave inside the well.
    phase = np.arctan(k / inside * np.tan(x)) + np.pi * np.round(x / np.pi)
    return np.degrees(phase - k * range_fm)


def threshold(depth_mev, range_fm=0.9):
    """Scattering length and effective range of the same well (k cot delta = -1/a0 + ...)."""
    inside = np.sqrt(4796.0 * depth_mev) / HBARC
    a0 = range_fm - np.tan(inside * range_fm) / inside
    return a0, range_fm - range_fm**3 / (3 * a0**2) - 1 / (inside**2 * a0)


def potential(r):
    """MeV, r in fm: a GeV core with an attractive pocket."""
    return 1500 * np.exp(-(r / 0.2)**2) - 110 * np.exp(-(r / 0.6)**2)


def rows(random, central, relative, n, absolute=0.0):
    """[mean, jk_1 .. jk_n] with jackknife errors relative * central and, independent from point to
    point, absolute; the mean is off by the latter, as a measurement would be."""
    central = central + absolute * random.standard_normal(np.shape(central))
    common = random.standard_normal((n,) + (1,) * np.ndim(central))
    own = random.standard_normal((n,) + np.shape(central))
    samples = central + (relative * central * common + absolute * own) / np.sqrt(max(n - 1, 1))
    return np.concatenate([np.asarray(central)[None], samples])


def put(file, name, value, unit, resampled=True):
    dataset = file.create_dataset(name, data=value)
    dataset.attrs["unit"] = unit
    dataset.attrs["description"] = name.replace("/", " ")
    if resampled:
        dataset.attrs["error_function"] = "jackknife"


def write_correlator(file, random, r, times, nsource, n):
    """R of all times and one before and behind them, with its differences in time and any Laplacian;
    stored R is divided by a number for each source and time."""
    every = np.arange(times[0] - 1, times[-1] + 2)
    s, t = np.arange(nsource)[:, None, None], (every - times[0])[:, None]
    ratio = 1 - (0.8 - 0.1 * s) * np.exp(-(r / 0.25)**2) + (0.3 + 0.05 * t) * np.exp(-(r / 0.8)**2)
    ratio = rows(random, ratio * np.exp(-0.01 * t), 1e-2, n, 1e-4)
    at = np.searchsorted(every, times)
    before, now, after = (ratio[:, :, at + step] for step in (-1, 0, 1))
    scale = 0.7 + 0.1 * np.arange(nsource)[:, None] + 0.05 * np.arange(len(times))
    laplacian = 0.02 * np.exp(-(r / 0.3)**2) * (1 - (r / 0.3)**2) * (1 + 0.1 * s) + 0 * now
    terms = {"laplacian": laplacian, "dt": (before - after) / 2,
             "dt2": (after - 2 * now + before) / (4 * MASS)}
    for name, value in (("R", now), *terms.items(), ("S", sum(terms.values()))):
        put(file, f"correlator/{name}", value / scale[:, :, None], "1")
    put(file, "correlator/normalisation", scale, "1", False)


def write_potential(file, random, r, shape, n, kind):
    source, t = np.arange(shape[0])[:, None, None], np.arange(shape[1])[:, None]
    value = potential(r) * (1 + 0.03 * t - 0.1 * source)
    noise = 0.3 * np.exp(r / 1.0)
    put(file, "potential/v_lo_mev", rows(random, value, 2e-3, n, noise), "MeV")
    put(file, "potential/v_localised_mev", rows(random, value, 3e-2, n), "MeV")
    if kind == "gaussians":
        return
    put(file, "potential/v_local_mev", rows(random, 0.8 * potential(r), 3e-3, n), "MeV")
    u_r = np.linspace(0.02, 2.0, 60)
    shape_r = np.exp(-(u_r / 0.5)**2) * (1 - 2.5 * u_r)
    put(file, "potential/u_r_fm", u_r, "fm", False)
    put(file, "potential/u_mev_fm3", rows(random, -900 * np.outer(shape_r, shape_r), 1e-2, n),
        "MeV fm^-3")


def write_scattering(file, random, n):
    e_cm = np.linspace(0.5, 60, 40)
    k_mev = np.sqrt(4796.0 * e_cm)
    depth = rows(random, 55.0, 3e-2, n)
    delta = np.array([phase_shift(k_mev, d) for d in depth])
    for name, value, unit in (("k2_lat", (k_mev / INVERSE_SPACING)**2, "1"),
                              ("k_mev", k_mev, "MeV"), ("e_cm_mev", e_cm, "MeV")):
        put(file, f"scattering/{name}", value, unit, False)
    put(file, "scattering/delta_deg", delta, "deg")
    put(file, "scattering/kcot_mev", k_mev / np.tan(np.radians(delta)), "MeV")
    a0, r_eff = threshold(depth)
    put(file, "scattering/kcot_threshold_mev", -HBARC / a0, "MeV")
    put(file, "scattering/scattering_length_fm", a0, "fm")
    put(file, "scattering/effective_range_fm", r_eff, "fm")


def write_further(file, random, r, shape, n):
    """What a job may ask for: an effective-range fit, C(k), box levels, U(p,p'), V0 and V2."""
    a0, r_eff = file["scattering/scattering_length_fm"][:], file["scattering/effective_range_fm"][:]
    put(file, "scattering/fit_scattering_length_fm", 1.1 * a0, "fm")
    put(file, "scattering/fit_effective_range_fm", 1.2 * r_eff, "fm")
    radii, k = np.array([1.2, 2.0]), file["scattering/k_mev"][:]
    C = 1 + 3 * np.exp(-(k * radii[:, None] / HBARC)**2)
    put(file, "femtoscopy/source_radius_fm", radii, "fm", False)
    put(file, "femtoscopy/correlation", rows(random, C, 2e-2, n), "1")
    put(file, "femtoscopy/lednicky", rows(random, 1.05 * C - 0.05, 2e-2, n), "1")
    levels = np.array([-1.5, 28.4, 60.4, 93.2])
    put(file, "finite_volume/level_mev", rows(random, levels, 0, n, 0.3), "MeV")
    put(file, "finite_volume/level_lo_mev",
        rows(random, np.broadcast_to(levels, shape + (4,)), 0, n, 0.3), "MeV")
    u, dr = file["potential/u_mev_fm3"][:], np.diff(file["potential/u_r_fm"][:2])[0]
    momentum = 2 * np.pi * HBARC / dr * np.fft.fftfreq(u.shape[-1])
    momentum[u.shape[-1] // 2] *= -1  # hadpot counts the largest one as positive
    transformed = np.fft.fft2(u)
    put(file, "potential/u_p_mev", momentum, "MeV", False)
    put(file, "potential/u_momentum_mev_fm3", np.stack([transformed.real, transformed.imag], -1),
        "MeV fm^-3")
    v2 = -8 * np.exp(-(r - 0.2)**2 / 0.2)
    put(file, "potential/v0_mev", rows(random, potential(r), 1e-2, n, 1.0), "MeV")
    put(file, "potential/v2_mev_fm2", rows(random, v2, 5e-2, n, 0.2), "MeV fm^2")
    put(file, "potential/v2_fit_mev_fm2", rows(random, v2, 5e-2, n), "MeV fm^2")


def write_given(path):
    """Results of hadpot scatter: one row, no ensemble."""
    random = np.random.default_rng(5)
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "hadpot-results", "version": 1, "channel": "a model",
                           "nsample": 0, "potential_kind": "gaussians",
                           "coulomb_strength_per_fm": 0.03})
        r = np.linspace(0.01, 3, 100)
        put(file, "potential/r_fm", r, "fm", False)
        put(file, "potential/v_mev", potential(r), "MeV", False)
        write_scattering(file, random, 0)


def write_goodness(file, random, r, shape, n):
    """Pulls of 1 (2 below 0.2 fm), and chi2 of the regions; the last one is empty."""
    edges = np.array([0.2, 0.5, 1.0, 3.0])
    region = np.searchsorted(edges, r, side="right")
    fitted = file["grid/fitted"][:] > 0
    pull = np.where(r < 0.2, 2.0, 1.0) * random.choice([-1, 1], shape + r.shape)
    with np.errstate(invalid="ignore"):
        chi2 = np.stack([(pull**2)[..., fitted & (region == i)].sum(-1) /
                         np.float64(np.sum(fitted & (region == i))) for i in range(5)], -1)
    put(file, "training/pull", np.broadcast_to(pull, (1 + n,) + pull.shape), "1")
    put(file, "training/chi2_per_point_by_region",
        np.broadcast_to(chi2, (1 + n,) + chi2.shape), "1")
    put(file, "training/chi2_per_point_by_source",
        np.broadcast_to((pull**2)[..., fitted].mean(-1), (1 + n,) + shape), "1")
    put(file, "training/chi2_per_effective_point_by_region",
        np.broadcast_to(chi2[:, 0], (1 + n,) + chi2[:, 0].shape), "1")
    put(file, "training/max_chi2_per_effective_point_by_region", np.full(chi2[:, 0].shape, 4.5),
        "1", False)
    put(file, "grid/chi2_region_edges_fm", edges, "fm", False)


def write_training(file, random, n):
    epoch = np.arange(0, 4000, 20)
    loss = 3e-3 + 4 * np.exp(-epoch / 150) + 0.2 * np.exp(-epoch / 900)
    put(file, "training/loss_curve", rows(random, loss, 0.5, n), "1")
    put(file, "training/loss_epoch", np.tile(epoch, (1 + n, 1)), "1")
    put(file, "training/chi2_per_point", rows(random, 1.1, 0.02, n), "1")
    put(file, "training/converged", np.ones(1 + n, dtype=int), "1")


def write_results(path, n=20, sources=("wall", "smeared"), times=(12, 13), kind="sdnn",
                  describes=True, ends=True, further=False):
    random = np.random.default_rng(20240729)
    r = np.arange(0, 28) * HBARC / INVERSE_SPACING
    r = np.sort(np.concatenate([r, r[1:] * 1.3, r[2:] * 1.1]))
    with h5py.File(path, "w") as file:
        file.attrs.update({
            "format": "hadpot-results", "version": 1, "channel": "Synthetic dibaryon (1S0)",
            "inverse_spacing_mev": INVERSE_SPACING, "mass_1": MASS, "mass_2": MASS, "nsample": 20,
            "t": np.array(times), "potential_kind": kind,
            "chi2_per_effective_point": 1.1 if describes else 38.2, "chi2_per_point": 1.3, "fit_describes_data": describes,
            "potential_ends_in_range": ends})
        file.attrs["source"] = list(sources)
        put(file, "grid/r_fm", r, "fm", False)
        put(file, "grid/fitted", (r < 2.0).astype(int), "1", False)
        write_correlator(file, random, r, np.array(times), len(sources), n)
        write_potential(file, random, r, (len(sources), len(times)), n, kind)
        write_scattering(file, random, n)
        write_training(file, random, n)
        write_goodness(file, random, r, (len(sources), len(times)), n)
        if further:
            write_further(file, random, r, (len(sources), len(times)), n)


# Of draws that are uniform: their percentiles 16, 50, 84 are 0.16, 0.5, 0.84 of the width.
UNIFORM = np.linspace(0, 1, 101)


def add_total(path, wide=10.0, branches=(0, 0, 1, 1, -1)):
    """The total band of results: delta between wide below and wide above the average, its draws on
    any branch and the medians on these, one energy after the other; others 20 % around it. At the
    last ten energies the forms decide, at the two before the fit is outside."""
    with h5py.File(path, "r+") as file:
        delta = file["scattering/delta_deg"][0]
        draws = delta + wide * (2 * UNIFORM[:, None] - 1)
        lifted = draws + 180 * (np.arange(len(UNIFORM)) % 3)[:, None]
        put(file, "draws/scattering/delta_deg", lifted, "deg", False)
        file["draws/scattering/delta_deg"].attrs["compare"] = "modulo_180"
        edge = np.full(len(delta), 0.68 * wide)
        branch = 180.0 * np.resize(branches, len(delta))
        put(file, "total/scattering/delta_deg", np.stack([delta + branch, edge, edge]), "deg",
            False)
        k = file["scattering/k_mev"][:]
        middle, low, high = (k / np.tan(np.radians(delta + side)) for side in (0, 6.8, -6.8))
        put(file, "total/scattering/kcot_mev", np.stack([middle, middle - low, high - middle]),
            "MeV", False)
        for name in ("potential/v_localised_mev", "femtoscopy/correlation",
                     "scattering/cross_section_mb"):
            if name in file:
                value = file[name][0]
                put(file, f"total/{name}", np.stack([value, *[0.2 * np.abs(value)] * 2]), "1",
                    False)
        mark = np.zeros(len(delta), dtype=int)
        mark[-10:], mark[-12:-10] = 1, 2
        put(file, "total/mark", mark, "1", False)


def write_toy_data(file, r, n):
    """Waves that vanish at the origin, and a source term that the prediction misses by 2 %."""
    k = np.linspace(0.01, 1, n)
    delta = np.pi * np.exp(-k)[:, None]
    wave = (np.sin(k[:, None] * r + delta) - np.sin(delta) * np.exp(-r)) / r
    source = -0.3 * k[:, None] * np.exp(-r)
    put(file, "grid/r_fm", r, "fm", False)
    put(file, "grid/fitted", (r == r[40]).astype(int), "1", False)
    put(file, "data/k_per_fm", k, "1/fm", False)
    for name, value, unit in (("wave", wave, "1/fm"), ("source", source, "1/fm^2"),
                              ("prediction", 1.02 * source, "1/fm^2")):
        put(file, f"data/{name}", value, unit, False)


def write_toy_scattering(file):
    k = np.linspace(0.05, 1, 30) * HBARC
    exact = np.degrees(np.pi * np.exp(-k / HBARC))
    delta = exact + 0.1 * np.cos(k / 30)
    for name, value, unit in (("k2_lat", (k / HBARC)**2, "fm^-2"), ("k_mev", k, "MeV"),
                              ("e_cm_mev", k**2 / (6.6 * HBARC), "MeV")):
        put(file, f"scattering/{name}", value, unit, False)
    for group, value in (("scattering", delta[None]), ("exact", exact)):
        put(file, f"{group}/delta_deg", value, "deg")
        put(file, f"{group}/kcot_mev", k / np.tan(np.radians(value)), "MeV")


def write_toy_potential(file, r, kind):
    """Exact: exponentials, or a Yukawa potential; learned: off by up to 1 %, not symmetric but for
    sdnn."""
    wrong = 1 + 0.01 * np.cos(3 * r)
    if kind == "local":
        exact = -2 * HBARC * np.exp(-r) / r
        put(file, "exact/v_local_mev", exact, "MeV", False)
        put(file, "potential/v_local_mev", (wrong * exact)[None], "MeV")
        return
    u_r = np.linspace(r[0], r[-1], 60)
    exact = -0.017 * HBARC * np.exp(-u_r[:, None] - u_r)
    wrong_u = 1 + 0.01 * np.cos(3 * u_r)
    wrong_u = wrong_u[:, None] * (wrong_u if kind == "sdnn" else np.ones(60))
    put(file, "potential/u_r_fm", u_r, "fm", False)
    put(file, "exact/u_mev_fm3", exact, "MeV fm^-3", False)
    put(file, "potential/u_mev_fm3", (wrong_u * exact)[None], "MeV fm^-3")
    if kind == "partial":
        put(file, "exact/f", np.exp(-r), "1", False)
        contribution = r**2 * np.exp(-r)
        put(file, "exact/contribution", contribution / contribution.max(), "1", False)
        put(file, "potential/f", (wrong * np.exp(-r))[None], "1")


def write_toy(path, kind="sdnn"):
    """Results of hadpot toy: one row, exact values beside the learned ones."""
    r = np.linspace(0.01, 12.5, 200)
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "hadpot-results", "version": 1, "channel": f"toy {kind}",
                           "nsample": 0, "potential_kind": kind})
        write_toy_data(file, r, 10)
        write_toy_potential(file, r, kind)
        write_toy_scattering(file)
        put(file, "training/loss_curve", np.exp(-np.arange(50) / 10)[None], "1")
        put(file, "training/loss_epoch", np.arange(50)[None], "1")
        put(file, "training/converged", np.ones(1, dtype=int), "1")
    if kind == "two_parameter":
        epoch = np.arange(0, 1000, 50)
        theta = 1 - 0.5 * np.exp(-epoch / 200)
        log = np.stack([epoch, 4 * (1 - theta)**2, theta, 1 - 1.2 * (1 - theta)], 1)
        with open(path.replace("results.h5", "training.csv"), "w", encoding="utf-8") as stream:
            stream.write("# a log\nepoch,loss,theta1,theta2\n")
            np.savetxt(stream, log, delimiter=",")
