# SPDX-License-Identifier: GPL-3.0-or-later
"""The figure of correlations between phase shifts, for plot.py."""

from style import E_LABEL, NARROW, label_panel, new_figure


def figure_correlation(results):
    """Correlation matrix of delta, from its rows; not of fewer than 3 samples or 2 energies."""
    rows = results.array("scattering/delta_deg")
    if len(rows) < 4 or rows.shape[1] < 2:
        return None
    e_cm = results.array("scattering/e_cm_mev")
    figure, ((axes,),) = new_figure(NARROW, 2.9, results.note())
    image = axes.pcolormesh(e_cm, e_cm, results.correlation("scattering/delta_deg"),
                            cmap="RdBu_r", vmin=-1, vmax=1, shading="nearest", rasterized=True)
    figure.colorbar(image, ax=axes,
                    label=rf"correlation of $\delta$ ({len(rows) - 1} {results.method} samples)")
    axes.set(aspect="equal", xlabel=E_LABEL, ylabel=E_LABEL)
    axes.yaxis.set_major_locator(axes.xaxis.get_major_locator())
    label_panel(axes, "", results.channel)
    return figure
