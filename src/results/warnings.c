// SPDX-License-Identifier: GPL-3.0-or-later
/* What a reader of the results must know. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/budget.h"

/* A source or region of fewer points may have a large chi2 by chance. */
enum { MIN_POINTS_TO_JUDGE = 10 };

/* Below some ten bins points that happen to agree dominate a weighted fit (with 4, errors came out
 * 2.5 times too small, with 20 within 20 %), and a bootstrap misses 1/(2 bins) of errors. */
enum { MIN_BINS = 10 };

/* Of a given potential, which has no statistical error: solvers that agree worse than this, in
 * degrees, have not converged; their own goal is 1e-6. */
static const double GOOD_PHASE_DEG = 1e-4;

/* And the part of a0, r_eff and B by which converged solutions may differ. */
static const double GOOD_CONSTANT = 1e-6;

/* Of a given potential: in examples phase shifts move by up to five times this part of themselves,
 * close to unitarity (docs/method-given.md). */
static const double GOOD_EDGE_RATIO = 1e-6;

/* A covariance from N bins makes errors from the same bins too small by some points/(2 N). */
enum { BINS_BY_POINT_FOR_COVARIANCE = 10 };

/* The smallest of a few correlated chances; see Wolff, Comput. Phys. Commun. 156 (2004) 143. */
static const double MIN_REPLICA_QUALITY = 1e-3;

typedef struct warning_list {
    char (*text)[HP_WARNING_SIZE];
    int count;
} warning_list;

static void add(warning_list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn_of_edge(const hp_results *results, double ratio, const char *remedy,
                         warning_list *list);
static void warn_of_fit(const hp_results *results, warning_list *list);
static void warn_of_toy(const hp_results *results, warning_list *list);
static void warn_of_sources(const hp_results *results, warning_list *list);
static void warn_of_regions(const hp_results *results, warning_list *list);
static int count_bad_samples(const hp_results *results);
static double largest_sample_chi2(const hp_results *results);
static bool is_bootstrap(const hp_results *results);
static void warn_of_samples(const hp_results *results, warning_list *list);
static void warn_of_chain(const hp_results *results, warning_list *list);
static void warn_of_covariance(const hp_results *results, warning_list *list);
static void warn_of_variations(const hp_budget *budget, warning_list *list);
static void warn_of_numerics(const hp_results *results, warning_list *list);
static const char *or_table(const hp_observables *observables);
static void warn_of_scalar(const hp_results *results, const char *name, hp_set set,
                           hp_set numerical, int i, warning_list *list);
static double average_of(const hp_results *results, hp_set set);
static bool bound_states_differ(const hp_results *results);
static bool averages_ratios(const hp_results *results);
static int count_bins(const hp_results *results);

int hp_results_warn(const hp_results *results, char text[HP_MAX_WARNINGS][HP_WARNING_SIZE]) {
    warning_list list = {text, 0};
    if (results->analysis != NULL) {
        warn_of_fit(results, &list);
        warn_of_sources(results, &list);
        warn_of_regions(results, &list);
        warn_of_samples(results, &list);
        warn_of_chain(results, &list);
        warn_of_covariance(results, &list);
        if (results->budget != NULL) warn_of_variations(results->budget, &list);
    }
    if (results->toy != NULL) warn_of_toy(results, &list);
    if (results->analysis == NULL && results->edge_ratio > GOOD_EDGE_RATIO)
        warn_of_edge(results, results->edge_ratio, "", &list);
    warn_of_numerics(results, &list);
    return list.count;
}

bool hp_results_describes_data(const hp_results *results) {
    return average_of(results, HP_SET_CHI2) <= results->job->results.max_chi2_per_point;
}

bool hp_results_ends_in_range(const hp_results *results) {
    double allowed = results->toy != NULL ? results->toy->job->results.max_edge_ratio
                                          : results->job->results.max_edge_ratio;
    return average_of(results, HP_SET_EDGE) <= allowed;
}

int hp_results_count_converged(const hp_results *results) {
    const hp_layout *layout = results->layout;
    int count = 0;
    for (int i = 1; i <= results->ncomputed; i++)
        count += *hp_layout_read(layout, results->rows + (size_t)i * layout->length,
                                 HP_SET_CONVERGED) > 0.0;
    return count;
}

int hp_results_worst_numerical_error(const hp_results *results, double *part) {
    int worst = -1;
    *part = 0.0;
    for (int k = 0; k < results->observables->nk; k++) {
        hp_band delta = hp_results_band(results, HP_SET_DELTA, (size_t)k);
        double error = hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)k).value;
        double scale = results->analysis != NULL ? delta.error : GOOD_PHASE_DEG;
        double ratio = error / scale; /* nan: one solver only, no error, or 0/0 */
        if (isnan(ratio) || (worst >= 0 && ratio <= *part)) continue;
        *part = ratio;
        worst = k;
    }
    return worst;
}

static void add(warning_list *list, const char *format, ...) {
    va_list arguments;
    if (list->count == HP_MAX_WARNINGS) return;
    va_start(arguments, format);
    vsnprintf(list->text[list->count++], HP_WARNING_SIZE, format, arguments);
    va_end(arguments);
}

static void warn_of_edge(const hp_results *results, double ratio, const char *remedy,
                         warning_list *list) {
    const hp_observables *observables = results->observables;
    add(list,
        "the potential is cut off at %.3g fm where it is still %.3g %% of its maximum: phase "
        "shifts depend on the cut; %sa larger range may help",
        observables->nodes[0].range * observables->length_fm, 100.0 * ratio, remedy);
}

static void warn_of_fit(const hp_results *results, warning_list *list) {
    int converged = hp_results_count_converged(results);
    if (!hp_results_describes_data(results))
        add(list,
            "the fit does not describe its data: chi2 per point = %.3g, above "
            "results.max_chi2_per_point = %g",
            average_of(results, HP_SET_CHI2), results->job->results.max_chi2_per_point);
    int bad = count_bad_samples(results);
    if (bad > 0 && hp_results_describes_data(results))
        add(list,
            "the fits of %d of %d samples do not describe their data: chi2 per point above "
            "%s = %g",
            bad, results->ncomputed,
            is_bootstrap(results) ? "2 (results.max_chi2_per_point + 1)"
                                  : "results.max_chi2_per_point",
            largest_sample_chi2(results));
    if (!hp_results_ends_in_range(results))
        warn_of_edge(results, average_of(results, HP_SET_EDGE), "an envelope or ", list);
    if (average_of(results, HP_SET_CONVERGED) == 0.0)
        add(list, "the fit of the ensemble average did not converge");
    if (converged < results->ncomputed)
        add(list, "the fits of %d of %d samples did not converge", results->ncomputed - converged,
            results->ncomputed);
}

static void warn_of_toy(const hp_results *results, warning_list *list) {
    const hp_observables *observables = results->observables;
    char cut[HP_TOY_TEXT];
    double learned = average_of(results, HP_SET_NBOUND);
    double exact =
        *hp_layout_read(&results->toy->exact_layout, results->toy->exact_vector, HP_SET_NBOUND);
    if (average_of(results, HP_SET_CONVERGED) == 0.0) {
        const hp_training_keys *training = &results->toy->training;
        bool adam = strcmp(training->optimiser, "adam") == 0;
        add(list, "the fit did not converge (stopped after %g of training.%s = %d)",
            average_of(results, HP_SET_EPOCHS), adam ? "epochs" : "steps",
            adam ? training->epochs : training->steps);
    }
    if (!hp_results_ends_in_range(results))
        warn_of_edge(results, average_of(results, HP_SET_EDGE), "an envelope or ", list);
    if (hp_toy_describe_cut(results->toy, cut)) add(list, "%s", cut);
    if (observables->asymmetric)
        add(list,
            "the learned potential is not symmetric: no second solver, so no numerical error is "
            "given; bound states are counted, their energies are not given");
    if (results->toy->trouble[0] != '\0')
        add(list, "observables of the learned potential that are nan were not found: %s",
            results->toy->trouble);
    if (!isnan(learned) && learned != exact)
        add(list,
            "the learned potential has %g bound states, the true one %g: their phase shifts differ "
            "by multiples of 180 degrees at threshold",
            learned, exact);
}

/* The worst of several sources, when one is twice as bad as all may be. */
static void warn_of_sources(const hp_results *results, warning_list *list) {
    const hp_analysis *analysis = results->analysis;
    int worst = 0, failing = 0;
    double limit = 2.0 * results->job->results.max_chi2_per_point;
    if (analysis->nsource < 2) return; /* it is the whole fit */
    int points = analysis->nfitted / analysis->nsource;
    if (points < MIN_POINTS_TO_JUDGE) return;
    for (int s = 0; s < analysis->nsource; s++) {
        double chi2 = hp_results_chi2_of_source(results, s);
        failing += chi2 > limit;
        if (chi2 > hp_results_chi2_of_source(results, worst)) worst = s;
    }
    if (failing > 0)
        add(list,
            "the fit does not describe %d of %d sources, worst of them %s: chi2 per point = %.3g "
            "of %d points",
            failing, analysis->nsource, results->ensemble->source[analysis->plan->source[worst]],
            hp_results_chi2_of_source(results, worst), points);
}

/* The same of the regions of r of each source. */
static void warn_of_regions(const hp_results *results, warning_list *list) {
    const hp_analysis *analysis = results->analysis;
    int source = 0, region = 0, failing = 0;
    double limit = 2.0 * results->job->results.max_chi2_per_point, worst = 0.0, fm[2];
    for (int s = 0; s < analysis->nsource; s++)
        for (int i = 0; i < analysis->nregion; i++) {
            double chi2 = hp_results_chi2_of_region(results, s, i);
            if (analysis->region_points[i] * analysis->nt < MIN_POINTS_TO_JUDGE || chi2 <= limit)
                continue;
            failing++;
            if (chi2 <= worst) continue;
            worst = chi2;
            source = s;
            region = i;
        }
    if (failing == 0) return;
    hp_results_region(results, region, fm);
    add(list,
        "the fit does not describe %d of the regions of r, worst of them %.3g to %.3g fm of "
        "source %s: chi2 per point = %.3g of %d points",
        failing, fm[0], fm[1], results->ensemble->source[analysis->plan->source[source]], worst,
        analysis->region_points[region] * analysis->nt);
}

static int count_bad_samples(const hp_results *results) {
    const hp_layout *layout = results->layout;
    int count = 0;
    for (int i = 1; i <= results->ncomputed; i++)
        count += *hp_layout_read(layout, results->rows + (size_t)i * layout->length, HP_SET_CHI2) >
                 largest_sample_chi2(results);
    return count;
}

/* A bootstrap sample fluctuates around the average by as much as that around the truth, which its
 * weights 1/error^2 do not count: chi2 per point is larger by up to 1 in the mean, and, where
 * points fluctuate together, by several in single samples. */
static double largest_sample_chi2(const hp_results *results) {
    double limit = results->job->results.max_chi2_per_point;
    return is_bootstrap(results) ? 2.0 * (limit + 1.0) : limit;
}

static bool is_bootstrap(const hp_results *results) {
    return hp_results_rule(results).method == HP_METHOD_BOOTSTRAP;
}

static void warn_of_samples(const hp_results *results, warning_list *list) {
    const hp_resampling *resampling = results->resampling;
    if (results->ncomputed == 1)
        add(list, "one sample has no errors, at least 2 are needed");
    else if (results->ncomputed > 0 && results->ncomputed < results->nsample)
        add(list, "errors are estimated from %d of %d samples", results->ncomputed,
            results->nsample);
    if (bound_states_differ(results))
        add(list,
            "the number of bound states differs between samples: 1/a0 is compatible with zero, "
            "or a bound state is at the edge of what the data resolve");
    if (count_bins(results) < MIN_BINS &&
        strcmp(results->job->fit.weighting, "inverse_variance") == 0)
        add(list,
            "weights 1/error^2 from %d bins are themselves uncertain and make errors too small; "
            "use more bins or fit.weighting: none",
            count_bins(results));
    if (is_bootstrap(results) && hp_resampling_shortest_stream(resampling) < MIN_BINS)
        add(list, "a bootstrap of streams of %d bins or more makes errors about %.2g %% too small",
            hp_resampling_shortest_stream(resampling),
            100.0 * (1.0 - sqrt((double)hp_resampling_freedom(resampling) / resampling->nbin)));
    if (averages_ratios(results))
        add(list, "R of single configurations was averaged; averages of four- and two-point "
                  "functions before the ratio have no such bias");
}

/* Configurations that are not independent, or not of the same distribution. */
static void warn_of_chain(const hp_results *results, warning_list *list) {
    char text[HP_CHAIN_TEXT];
    if (results->chain == NULL) return;
    if (hp_chain_bin_is_too_small(results->chain)) {
        hp_chain_describe(results->chain, text);
        add(list, "%s", text);
    }
    double quality = hp_chain_replica_quality(results->chain);
    if (quality < MIN_REPLICA_QUALITY)
        add(list,
            "the streams of the ensemble differ more than their errors allow: a chance of %.2g for "
            "R at the same point",
            quality);
}

/* The directions in which samples differ are those that the covariance suppresses. */
static void warn_of_covariance(const hp_results *results, warning_list *list) {
    int points = results->analysis->nfitted, bins = count_bins(results);
    if (strcmp(results->job->fit.covariance, "none") == 0 ||
        bins >= BINS_BY_POINT_FOR_COVARIANCE * points)
        return;
    add(list,
        "fit.covariance = %s of %d points from %d bins: errors of a correlated fit come out far "
        "too small, by up to factors of ten, unless bins far outnumber points; use it to compare "
        "central values",
        results->job->fit.covariance, points, bins);
}

/* Systematic errors stand on the alternatives that enter. */
static void warn_of_variations(const hp_budget *budget, warning_list *list) {
    char names[300] = "";
    size_t length = 0;
    int failing = 0, others = 0;
    bool enter = strcmp(budget->central.job->results.variations_that_fail, "include") == 0;
    for (int v = 0; v < budget->nvariation; v++) {
        const hp_variation *one = &budget->variation[v];
        others += one->other_bound_states;
        if (!one->fails) continue;
        if (length < sizeof names - HP_ALTERNATIVE_NAME)
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s",
                                       failing > 0 ? ", " : "", one->alternative->name);
        failing++;
    }
    if (failing > 0)
        add(list, "%d of %d variations fail and %s systematic errors: %s", failing,
            budget->nvariation, enter ? "enter" : "do not enter", names);
    if (others > 0)
        add(list,
            "%d of %d variations have another number of bound states: their phase shifts are "
            "compared modulo 180 degrees",
            others, budget->nvariation);
}

static void warn_of_numerics(const hp_results *results, warning_list *list) {
    const hp_observables *observables = results->observables;
    double part;
    int unknown = 0, k = hp_results_worst_numerical_error(results, &part);
    for (int i = 0; i < observables->nk; i++)
        unknown += isnan(hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)i).value);
    if (observables->nsolver == 2 && unknown > 0)
        add(list,
            "the second solver%s found no solution at %d of %d momenta: their numerical error is "
            "unknown",
            or_table(observables), unknown, observables->nk);
    warn_of_scalar(results, "a0", HP_SET_A0, HP_SET_A0_NUMERICAL, 0, list);
    warn_of_scalar(results, "r_eff", HP_SET_REFF, HP_SET_REFF_NUMERICAL, 0, list);
    for (int i = 0; i < observables->nbound; i++) {
        warn_of_scalar(results, "a binding energy", HP_SET_BINDING, HP_SET_BINDING_NUMERICAL, i,
                       list);
        warn_of_scalar(results, "an rms distance", HP_SET_RMS, HP_SET_RMS_NUMERICAL, i, list);
    }
    if (k < 0 || part <= results->max_numerical_error) return;
    if (observables->interpolated)
        add(list,
            "the interpolation of the table leaves an error of up to %.2g degrees at e_cm = %.4g "
            "MeV: give a finer table, also towards r = 0",
            hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)k).value,
            hp_observables_energy_mev(observables, observables->k2[k]));
    else
        add(list,
            "the two solvers differ by %.2g degrees at e_cm = %.4g MeV, %s: raise "
            "scattering.panels or lower scattering.ode_tolerance",
            hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)k).value,
            hp_observables_energy_mev(observables, observables->k2[k]),
            results->analysis != NULL ? "not small against the statistical error"
                                      : "more than a converged solution would");
}

static const char *or_table(const hp_observables *observables) {
    return observables->interpolated ? ", or another interpolation of the table," : "";
}

/* A number of which the solvers, or interpolations of a table, have different opinions, or the
 * second has none. */
static void warn_of_scalar(const hp_results *results, const char *name, hp_set set,
                           hp_set numerical, int i, warning_list *list) {
    hp_band band = hp_results_band(results, set, (size_t)i);
    double error = hp_results_band(results, numerical, (size_t)i).value;
    double allowed = results->analysis != NULL ? results->max_numerical_error * band.error
                                               : GOOD_CONSTANT * fabs(band.value);
    if (results->observables->nsolver == 1 || !isfinite(band.value)) return;
    if (isnan(error))
        add(list, "the second solver%s did not find %s of %.6g: its numerical error is unknown",
            or_table(results->observables), name, band.value);
    else if (error > allowed)
        add(list,
            results->observables->interpolated
                ? "the interpolation of the table leaves an error of up to %.2g in %s = %.6g: give "
                  "a finer table, also towards r = 0"
                : "the two solvers differ by %.2g in %s = %.6g: raise scattering.panels",
            error, name, band.value);
}

static double average_of(const hp_results *results, hp_set set) {
    return *hp_layout_read(results->layout, results->rows, set);
}

static bool bound_states_differ(const hp_results *results) {
    const hp_layout *layout = results->layout;
    bool differ = false;
    for (int i = 1; i <= results->ncomputed; i++)
        differ |= *hp_layout_read(layout, results->rows + (size_t)i * layout->length,
                                  HP_SET_NBOUND) != average_of(results, HP_SET_NBOUND);
    return differ;
}

static bool averages_ratios(const hp_results *results) {
    bool averages = false;
    for (int s = 0; s < results->analysis->plan->nsource; s++)
        averages |= results->ensemble->sampling == HP_SAMPLING_CONFIGURATION &&
                    results->ensemble->has_ratio[results->analysis->plan->source[s]];
    return averages;
}

/* Bins, or the jackknife samples that stand for them. */
static int count_bins(const hp_results *results) {
    return results->resampling != NULL ? results->resampling->nbin : results->nsample;
}
