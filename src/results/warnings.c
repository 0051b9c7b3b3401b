// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <stdio.h>
#include <string.h>

/* Below some ten samples points where they happen to agree dominate a weighted fit; with 4 samples
 * errors came out 2.5 times too small, with 20 within 20 %. */
enum { MIN_SAMPLES_FOR_WEIGHTS = 10 };

static double average_of(const hp_results *results, hp_set set) {
    return *hp_layout_read(&results->analysis->layout, results->rows, set);
}

bool hp_results_describes_data(const hp_results *results) {
    return average_of(results, HP_SET_CHI2) <= results->job->results.max_chi2_per_point;
}

bool hp_results_ends_in_range(const hp_results *results) {
    return average_of(results, HP_SET_EDGE) <= results->job->results.max_edge_ratio;
}

int hp_results_count_converged(const hp_results *results) {
    const hp_layout *layout = &results->analysis->layout;
    int count = 0;
    for (int i = 1; i <= results->ncomputed; i++)
        count += *hp_layout_read(layout, results->rows + (size_t)i * layout->length,
                                 HP_SET_CONVERGED) > 0.0;
    return count;
}

static bool bound_states_differ(const hp_results *results) {
    const hp_layout *layout = &results->analysis->layout;
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

int hp_results_warn(const hp_results *results, char text[HP_MAX_WARNINGS][HP_WARNING_SIZE]) {
    int count = 0, converged = hp_results_count_converged(results);
    if (!hp_results_describes_data(results))
        snprintf(text[count++], HP_WARNING_SIZE,
                 "the fit does not describe its data: chi2 per point = %.3g, above "
                 "results.max_chi2_per_point = %g",
                 average_of(results, HP_SET_CHI2), results->job->results.max_chi2_per_point);
    if (!hp_results_ends_in_range(results))
        snprintf(
            text[count++], HP_WARNING_SIZE,
            "the potential is cut off at %.3g fm where it is still %.3g %% of its maximum: phase "
            "shifts depend on the cut; an envelope or a larger range may help",
            results->analysis->nodes.range * results->analysis->spacing_fm,
            100.0 * average_of(results, HP_SET_EDGE));
    if (average_of(results, HP_SET_CONVERGED) == 0.0)
        snprintf(text[count++], HP_WARNING_SIZE,
                 "the fit of the ensemble average did not converge");
    if (converged < results->ncomputed)
        snprintf(text[count++], HP_WARNING_SIZE, "the fits of %d of %d samples did not converge",
                 results->ncomputed - converged, results->ncomputed);
    if (results->ncomputed > 0 && results->ncomputed < results->nsample)
        snprintf(text[count++], HP_WARNING_SIZE, "errors are estimated from %d of %d samples",
                 results->ncomputed, results->nsample);
    if (bound_states_differ(results))
        snprintf(
            text[count++], HP_WARNING_SIZE,
            "the number of bound states differs between samples: 1/a0 is compatible with zero, "
            "or a bound state is at the edge of what the data resolve");
    if (results->nsample < MIN_SAMPLES_FOR_WEIGHTS &&
        strcmp(results->job->fit.weighting, "inverse_variance") == 0)
        snprintf(text[count++], HP_WARNING_SIZE,
                 "weights 1/error^2 from %d samples are themselves uncertain and make errors too "
                 "small; use more bins or fit.weighting: none",
                 results->nsample);
    if (averages_ratios(results))
        snprintf(
            text[count++], HP_WARNING_SIZE,
            "R of single configurations was averaged; averages of four- and two-point functions "
            "before the ratio have no such bias");
    return count;
}
