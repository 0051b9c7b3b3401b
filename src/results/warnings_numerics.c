// SPDX-License-Identifier: GPL-3.0-or-later
/* What a reader must know of nodes and solvers. */
#include <math.h>
#include "warnings.h"

/* Without statistical errors, as of a given potential: solvers that agree worse than this, in
 * degrees, have not converged; their own goal is 1e-6. */
static const double GOOD_PHASE_DEG = 1e-4;

/* And the part of a0, r_eff and B by which converged solutions may differ. */
static const double GOOD_CONSTANT = 1e-6;

/* Differences below this part of a number, and below ROUNDING_DEG of a phase, are rounding of both
 * solvers, whatever the statistical error: systems of some hundred nodes (n eps = 1e-13), ten times
 * that where a solution is large beside what it is asked for. */
static const double ROUNDING = 1e-12;
static const double ROUNDING_DEG = 1e-10;

static void warn_of_momenta(const hp_results *results, hp_warning_list *list);
static void warn_of_nodes(const hp_results *results, hp_warning_list *list);
static void warn_of_scalar(const hp_results *results, const char *name, hp_set set,
                           hp_set numerical, int i, hp_warning_list *list);

int hp_results_worst_numerical_error(const hp_results *results, double *part) {
    int worst = -1;
    *part = 0.0;
    for (int k = 0; k < results->observables->nk; k++) {
        hp_band delta = hp_results_band(results, HP_SET_DELTA, (size_t)k);
        double error = hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)k).value;
        double scale = delta.error > 0.0 ? delta.error : GOOD_PHASE_DEG;
        double ratio = error > ROUNDING_DEG ? error / scale : 0.0;
        if (isnan(error)) ratio = NAN; /* one solver only */
        if (isnan(ratio) || (worst >= 0 && ratio <= *part)) continue;
        *part = ratio;
        worst = k;
    }
    return worst;
}

void hp_results_warn_of_numerics(const hp_results *results, hp_warning_list *list) {
    const hp_observables *observables = results->observables;
    double part;
    int unknown = 0, k = hp_results_worst_numerical_error(results, &part);
    warn_of_momenta(results, list);
    warn_of_nodes(results, list);
    for (int i = 0; i < observables->nk; i++)
        unknown += isnan(hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)i).value) &&
                   !isnan(hp_results_band(results, HP_SET_DELTA, (size_t)i).value);
    if (observables->nsolver == 2 && unknown > 0)
        hp_warning_add(
            list,
            "the second solver found no solution at %d of %d momenta: their numerical error is "
            "unknown",
            unknown, observables->nk);
    warn_of_scalar(results, "a0", HP_SET_A0, HP_SET_A0_NUMERICAL, 0, list);
    warn_of_scalar(results, "r_eff", HP_SET_REFF, HP_SET_REFF_NUMERICAL, 0, list);
    for (int i = 0; i < observables->nbound; i++) {
        warn_of_scalar(results, "a binding energy", HP_SET_BINDING, HP_SET_BINDING_NUMERICAL, i,
                       list);
        warn_of_scalar(results, "an rms distance", HP_SET_RMS, HP_SET_RMS_NUMERICAL, i, list);
    }
    if (k < 0 || part <= results->max_numerical_error) return;
    hp_warning_add(list,
                   "the two solvers differ by %.2g degrees at e_cm = %.4g MeV, %s: lower "
                   "scattering.tolerance_deg%s",
                   hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)k).value,
                   hp_observables_energy_mev(observables, observables->k2[k]),
                   results->analysis != NULL ? "not small against the statistical error"
                                             : "more than a converged solution would",
                   observables->given ? ", without scattering.panels" : "");
}

/* Momenta at which there is no phase shift, of the average or of a sample. */
static void warn_of_momenta(const hp_results *results, hp_warning_list *list) {
    const hp_layout *layout = results->layout;
    const hp_observables *observables = results->observables;
    bool one = results->analysis == NULL; /* else the solver has seen other potentials since */
    bool asked = one && observables->nystroem != NULL;
    const char *why = asked ? hp_nystroem_trouble(observables->nystroem) : "";
    int rows = one ? 1 : results->ncomputed + 1, missing = 0, momenta = 0;
    for (int k = 0; k < observables->nk; k++) {
        int before = missing;
        for (int i = 0; i < rows; i++)
            missing += isnan(hp_layout_read(layout, results->rows + (size_t)i * layout->length,
                                            HP_SET_DELTA)[k]);
        momenta += missing > before;
    }
    if (results->toy == NULL && missing > 0)
        hp_warning_add(
            list,
            "there is no phase shift at %d of %d momenta (%d of %d with those of samples)%s%s",
            momenta, observables->nk, missing, rows * observables->nk, *why != '\0' ? ": " : "",
            why);
}

/* The nodes that the largest number of them makes are not enough. */
static void warn_of_nodes(const hp_results *results, hp_warning_list *list) {
    const hp_nodes_problem *problem = &results->observables->problem;
    double error = *hp_layout_read(results->layout, results->rows, HP_SET_NODES_ERROR);
    if (!(error > problem->tolerance_deg)) return;
    hp_warning_add(
        list,
        "scattering.tolerance_deg = %g is not reached: with the most nodes that the radial "
        "equation "
        "may have the error of phase shifts is %.2g degrees, the potential varies too fast",
        problem->tolerance_deg, error);
}

/* A number of which the solvers have different opinions, or the second has none. */
static void warn_of_scalar(const hp_results *results, const char *name, hp_set set,
                           hp_set numerical, int i, hp_warning_list *list) {
    hp_band band = hp_results_band(results, set, (size_t)i);
    double error = hp_results_band(results, numerical, (size_t)i).value;
    double allowed = band.error > 0.0 ? results->max_numerical_error * band.error
                                      : GOOD_CONSTANT * fabs(band.value);
    allowed = fmax(allowed, ROUNDING * fabs(band.value));
    if (results->observables->nsolver == 1 || !isfinite(band.value)) return;
    if (isnan(error))
        hp_warning_add(list,
                       "the second solver did not find %s of %.6g: its numerical error is unknown",
                       name, band.value);
    else if (error > allowed)
        hp_warning_add(
            list, "the two solvers differ by %.2g in %s = %.6g: lower scattering.tolerance_deg",
            error, name, band.value);
}
