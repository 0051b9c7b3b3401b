// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/chain.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/analysis.h"
#include "hadpot/format.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

/* What a recommended bin leaves: the error of errors from fewer bins is above 24 %. */
enum { MIN_BINS = 10 };

/* As in hp_autocorrelation_bin, seen from the other side. */
static const double GOOD_FACTOR = 1.0 / 0.95;

/* tau_int less this many of its errors must ask for larger bins before it is warned of. White noise
 * at six independent points then causes a false alarm in 1 to 7 % of ensembles of 20 to 400 rows;
 * tau_int = 2 in bins of one row is found in 75, 92, 100 % of ensembles of 20, 40, 100 rows. */
static const double ERRORS_TO_BE_SURE = 1.25;

hp_status hp_chain_create(const hp_job *job, const hp_ingest *ingest, hp_correlator_plan *plan,
                          hp_chain *chain, hp_error *err) {
    static const double place[HP_CHAIN_RADII] = HP_CHAIN_PLACES;
    hp_status status = HP_OK;
    const double *r = plan->r;
    int n;
    *chain = (hp_chain){.ingest = ingest,
                        .plan = plan,
                        .t = plan->nt / 2,
                        .npoint = plan->nsource * HP_CHAIN_RADII};
    size_t length = (size_t)chain->npoint * HP_CHAIN_QUANTITIES;
    HP_NEW(chain->point, chain->npoint);
    HP_NEW(chain->value, length);
    HP_NEW(chain->deviation, length * (size_t)hp_chain_rows(chain));
    HP_TRY(hp_analysis_count_radii(job->fit.r_max_fm, plan, &n, err));
    double spacing_fm = hp_spacing_fm(plan->ensemble->inverse_spacing_mev);
    double first = fmax(r[0], job->fit.r_min_fm / spacing_fm);
    for (int p = 0; p < chain->npoint; p++) { /* the same radii for every source */
        double wanted = first + place[p % HP_CHAIN_RADII] * (r[n - 1] - first);
        int shell = 0;
        while (shell < n - 1 && r[shell] < wanted) shell++;
        chain->point[p] = (hp_chain_point){.source = p / HP_CHAIN_RADII, .shell = shell};
    }
    HP_TRY(hp_correlator_create(plan, &chain->correlator, err));
cleanup:
    if (status != HP_OK) hp_chain_destroy(chain);
    return status;
}

/* The S wave of the pair that a source makes, else the first S wave; 0: there is none. */
static int component_of(const hp_correlator_plan *plan, int source) {
    const hp_ensemble *ensemble = plan->ensemble;
    int found = -1;
    for (int c = plan->ncomponent - 1; c >= 0 && ensemble->wave != NULL; c--) {
        bool own = plan->pair[plan->component[c].pair] == ensemble->wave[plan->source[source]].pair;
        bool s_wave = plan->component[c].l == 0;
        if (s_wave &&
            (own || found < 0 ||
             plan->pair[plan->component[found].pair] != ensemble->wave[plan->source[source]].pair))
            found = c;
    }
    return found < 0 ? 0 : found;
}

hp_status hp_chain_watch(hp_chain *chain, hp_ingest *ingest, hp_error *err) {
    bool *number;
    HP_ALLOCATE(number, hp_ensemble_row_length(ingest->ensemble));
    for (int p = 0; p < chain->npoint; p++) {
        int source = chain->point[p].source;
        const hp_plan_point at = {source, chain->t, component_of(chain->plan, source),
                                  chain->point[p].shell};
        hp_correlator_plan_mark_numbers(chain->plan, at, number);
    }
    hp_status status = hp_ingest_watch(ingest, number, err);
    chain->watched = status == HP_OK;
    hp_free(number);
    return status;
}

/* values (npoint, HP_CHAIN_QUANTITIES) of an averaged row (hp_row_function). */
static hp_status evaluate_points(const double *row, double *values, void *context, hp_error *err) {
    hp_chain *chain = context;
    const hp_correlator *correlator = &chain->correlator;
    hp_pair pair[HP_MOST_PAIRS];
    hp_pairs_of_row(chain->plan->masses, chain->plan->npair, 0, pair);
    HP_CALL(hp_correlator_compute(chain->plan, pair, row, &chain->correlator, err));
    for (int p = 0; p < chain->npoint; p++) {
        int column = chain->point[p].source * correlator->nt + chain->t;
        int i = column * correlator->nshell + chain->point[p].shell +
                chain->plan->nradius * component_of(chain->plan, chain->point[p].source);
        values[HP_CHAIN_QUANTITIES * p + HP_CHAIN_R] = correlator->R[i];
        values[HP_CHAIN_QUANTITIES * p + HP_CHAIN_V] = correlator->S[i] / correlator->R[i];
    }
    return HP_OK;
}

static void estimate_points(hp_chain *chain) {
    const hp_ingest *ingest = chain->ingest;
    double largest = -INFINITY;
    chain->worst = -1;
    chain->recommended_bin = 1;
    for (int p = 0; p < chain->npoint; p++) {
        hp_chain_point *point = &chain->point[p];
        for (int q = 0; q < HP_CHAIN_QUANTITIES; q++)
            point->found[q] =
                hp_autocorrelation_estimate(hp_chain_deviations(chain, p, (hp_chain_quantity)q),
                                            ingest->used, ingest->ensemble->nstream);
        if (!(point->found[HP_CHAIN_R].tau_int > largest)) continue;
        largest = point->found[HP_CHAIN_R].tau_int;
        chain->worst = p;
    }
    if (chain->worst < 0) return;
    int wanted = hp_autocorrelation_bin(largest), most = hp_chain_rows(chain) / MIN_BINS;
    int bin = wanted < most ? wanted : most > 1 ? most : 1;
    while (bin > 1 && hp_chain_count_bins(chain, bin) < MIN_BINS) bin--;
    chain->recommended_bin = bin;
}

hp_status hp_chain_estimate(hp_ingest *ingest, int count, hp_chain *const *chain, hp_error *err) {
    hp_status status = HP_OK;
    hp_projection *projection = NULL;
    HP_NEW_TOGETHER(ingest->ensemble->comm, projection, count);
    for (int i = 0; i < count; i++)
        projection[i] = (hp_projection){.length = (size_t)chain[i]->npoint * HP_CHAIN_QUANTITIES,
                                        .function = evaluate_points,
                                        .context = chain[i],
                                        .watched = chain[i]->watched,
                                        .value = chain[i]->value,
                                        .rows = chain[i]->deviation};
    HP_TRY(hp_ingest_project(ingest, count, projection, err));
    for (int i = 0; i < count; i++) estimate_points(chain[i]);
cleanup:
    hp_free(projection);
    return status;
}

void hp_chain_destroy(hp_chain *chain) {
    if (chain == NULL) return;
    hp_correlator_destroy(&chain->correlator);
    hp_free(chain->point);
    hp_free(chain->value);
    hp_free(chain->deviation);
    *chain = (hp_chain){0};
}

double hp_chain_value(const hp_chain *chain, int point, hp_chain_quantity quantity) {
    return chain->value[point * HP_CHAIN_QUANTITIES + (int)quantity];
}

const double *hp_chain_deviations(const hp_chain *chain, int point, hp_chain_quantity quantity) {
    size_t set = (size_t)point * HP_CHAIN_QUANTITIES + (size_t)quantity;
    return chain->deviation + set * (size_t)hp_chain_rows(chain);
}

int hp_chain_count_bins(const hp_chain *chain, int bin) {
    const int *start = chain->ingest->used;
    int nbin = 0;
    for (int s = 0; s < chain->ingest->ensemble->nstream; s++)
        nbin += (start[s + 1] - start[s]) / bin;
    return nbin;
}

int hp_chain_rows(const hp_chain *chain) {
    return chain->ingest->nbin * chain->ingest->bin;
}

double hp_chain_r_fm(const hp_chain *chain, int point) {
    const hp_ensemble *ensemble = chain->plan->ensemble;
    return chain->plan->r[chain->point[point].shell] * hp_spacing_fm(ensemble->inverse_spacing_mev);
}

const char *hp_chain_source(const hp_chain *chain, int point) {
    return hp_ensemble_wave_name(chain->plan->ensemble,
                                 chain->plan->source[chain->point[point].source]);
}

int hp_chain_time(const hp_chain *chain) {
    return chain->plan->ensemble->t[chain->plan->time[chain->t]];
}

double hp_chain_effective_rows(const hp_chain *chain) {
    if (chain->worst < 0) return NAN;
    return hp_chain_rows(chain) /
           fmax(2.0 * chain->point[chain->worst].found[HP_CHAIN_R].tau_int, 1.0);
}

double hp_chain_missing_factor(const hp_chain *chain, int bin, double sigmas) {
    if (chain->worst < 0) return 1.0;
    const hp_autocorrelation *R = &chain->point[chain->worst].found[HP_CHAIN_R];
    return 1.0 / hp_autocorrelation_ratio(R->tau_int - sigmas * R->tau_int_error, bin);
}

bool hp_chain_bin_is_too_small(const hp_chain *chain, int bin) {
    return hp_chain_missing_factor(chain, bin, ERRORS_TO_BE_SURE) > GOOD_FACTOR;
}

double hp_chain_replica_quality(const hp_chain *chain) {
    double smallest = 1.0;
    for (int p = 0; p < chain->npoint; p++)
        smallest = fmin(smallest, chain->point[p].found[HP_CHAIN_R].replica_quality);
    return smallest; /* fmin leaves out what is not a number */
}

void hp_chain_describe(const hp_chain *chain, int bin, char text[HP_CHAIN_TEXT]) {
    char tau[48];
    if (chain->worst < 0) {
        snprintf(text, HP_CHAIN_TEXT, "R does not vary: its autocorrelation is not known");
        return;
    }
    const hp_autocorrelation *R = &chain->point[chain->worst].found[HP_CHAIN_R];
    hp_format_value((hp_band){R->tau_int, R->tau_int_error}, tau, sizeof tau);
    int used = snprintf(text, HP_CHAIN_TEXT,
                        "tau_int of R is up to %s rows (1/2: independent), at source %.255s, t = "
                        "%d, r = %.3g fm, %d rows are worth %.4g; resampling.bin: %d recommended, "
                        "found %d",
                        tau, hp_chain_source(chain, chain->worst), hp_chain_time(chain),
                        hp_chain_r_fm(chain, chain->worst), hp_chain_rows(chain),
                        hp_chain_effective_rows(chain), chain->recommended_bin, bin);
    double factor = hp_chain_missing_factor(chain, bin, 0.0);
    if (factor <= GOOD_FACTOR || used >= HP_CHAIN_TEXT) return;
    const char *advice = "";
    if (bin >= chain->recommended_bin)
        advice = ", and the ensemble is too short for larger bins";
    else if (!hp_chain_bin_is_too_small(chain, bin))
        advice = ", within the uncertainty of tau_int";
    snprintf(text + used, (size_t)(HP_CHAIN_TEXT - used),
             ": errors may be too small by a factor %.3g%s", factor, advice);
}
