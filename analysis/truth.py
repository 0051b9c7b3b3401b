# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run on a synthetic ensemble found, against the truth:

    truth.py OUTDIR TRUTH.yaml

The lines of found.txt, which the run wrote, each with its true value from the YAML file that
`hadpot synth` wrote, how many statistical errors the two are apart (delta modulo 180 degrees), and
whether the total band holds the truth.
"""

import os
import re
import sys
from contextlib import closing

import numpy as np
import yaml
from results import InputError, Results
from style import nearest_branch

# Labels of found.txt: dataset, and where the truth has it; %d is the number of a state.
SCALARS = {"scattering length a0": ("scattering_length_fm", lambda t: t["scattering_length_fm"]),
           "inverse scattering length 1/a0": ("inverse_scattering_length_per_fm",
                                              lambda t: 1 / t["scattering_length_fm"]),
           "effective range r_eff": ("effective_range_fm", lambda t: t["effective_range_fm"]),
           "bound states": ("bound_states", lambda t: t["bound_states"])}
STATE = re.compile(r"binding energy B_(\d+)")
PHASE = re.compile(r"phase shift delta at e_cm = (\S+) MeV")


def read_table(folder):
    """Title of found.txt, and the lines of its table."""
    path = os.path.join(folder, "found.txt")
    try:
        with open(path, encoding="utf-8") as stream:
            _, title, _, table = stream.read().split("\n", 3)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: expected a table of hadpot run") from error
    return title, table.split("\n\n")[0].splitlines()


def compare(label, results, truth):
    """Truth of a line, (found - truth)/error, and how many widths of its side the truth is from the
    median of the total band (nan: there is none, or it has no bounds); None where the truth does
    not know it."""
    state, phase = STATE.fullmatch(label), PHASE.fullmatch(label)
    if label in SCALARS:
        name, of_truth = SCALARS[label]
        true, index = of_truth(truth), ()
    elif state:
        name, index = "binding_energy_mev", (int(state[1]) - 1,)
        known = truth["binding_energy_mev"]
        true = known[index[0]] if index[0] < len(known) else None
    elif phase:
        name, true = "delta_deg", None
        e_cm = results.array("scattering/e_cm_mev")
        index = (int(np.argmin(abs(e_cm - float(phase[1])))),)
        for e_true, delta in zip(truth["phase_shifts"]["e_cm_mev"],
                                 truth["phase_shifts"]["delta_deg"]):
            true = delta if np.isclose(e_true, e_cm[index], rtol=1e-6) else true
    else:
        return None
    if true is None:
        return None
    value, error = (None if part is None else part[index]
                    for part in results.band(f"scattering/{name}"))
    if name == "delta_deg":
        value = nearest_branch(value, true)
    pull = (value - true) / error if error and np.isfinite(error) else np.nan
    total = results.total(f"scattering/{name}")
    widths = np.nan if total is None else distance(total[(slice(None), *index)], name, true)
    return true, pull, widths


def distance(total, name, true):
    """Of a value from the median of a total band, [median, error downwards, error upwards], in
    units of the error on its side: up to 1 the band holds it."""
    value, minus, plus = total
    if not np.isfinite(total).all():
        return np.nan
    if name == "delta_deg":
        value = nearest_branch(value, true)
    apart, side = abs(true - value), plus if true > value else minus
    return apart / side if side > 0 else 0.0 if apart == 0 else np.inf


def print_table(folder, path):
    title, lines = read_table(folder)
    try:
        with open(path, encoding="utf-8") as stream:
            truth = yaml.safe_load(stream)
        with closing(Results(os.path.join(folder, "results.h5"))) as results:
            known = [compare(re.split(r"\s{2,}", line.strip())[0], results, truth)
                     for line in lines]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: expected a truth of hadpot synth ({error!r})") from error
    width = max((len(line) for line in lines), default=0)
    held = [one[2] <= 1 for one in known if one is not None and not np.isnan(one[2])]
    heads = "       truth  found - truth" + ("  total band" if held else "")
    first = lines and lines[0].lstrip().startswith("value(stat)")  # heads of the table
    print(f"\n{title}\n\n{lines[0] if first else '':{width}}{heads}")
    for line, one in list(zip(lines, known))[bool(first):]:
        if one is None:
            print(line)
            continue
        pull = "" if np.isnan(one[1]) else f"{one[1]:+.2f} errors"
        word = ("" if np.isnan(one[2]) else "holds it" if one[2] <= 1
                else f"misses it, {one[2]:.1f} widths away")
        print(f"{line:{width}}  {one[0]:10.4g}  {pull:13}  {word}".rstrip())
    if held:
        print(f"\ntotal bands, of 68 %, hold {sum(held)} of {len(held)} values, which go together")
    print()


def main(arguments=None):
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 2 or arguments[0].startswith("-"):
        print(__doc__.strip())
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        print_table(*arguments)
    except InputError as error:
        print(f"truth.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
