// SPDX-License-Identifier: GPL-3.0-or-later
/* The ensemble, its samples and its Markov chain in the record of a run. */
#include "ensemble_record.h"
#include <math.h>
#include <string.h>

/* Below some ten bins points that happen to agree dominate a weighted fit (with 4, errors came out
 * 2.5 times too small, with 20 within 20 %), and a bootstrap misses 1/(2 bins) of errors. */
enum { MIN_BINS = 10 };

/* A covariance from N bins makes errors from the same bins too small by some points/(2 N). */
enum { BINS_BY_POINT_FOR_COVARIANCE = 10 };

/* The smallest of a few correlated chances; see Wolff, Comput. Phys. Commun. 156 (2004) 143. */
static const double MIN_REPLICA_QUALITY = 1e-3;

static const char TAU_CONVENTION[] =
    "tau_int = 1/2 + sum of Gamma(t)/Gamma(0) from t = 1 on, 1/2: no autocorrelation; in rows of "
    "the ensemble; Gamma method, U. Wolff, Comput. Phys. Commun. 156 (2004) 143";

/* The rule of the rows after the first in one line, its method in front. */
static const char BOOTSTRAP_ERROR[] =
    "bootstrap: sqrt(sum_i (x_i - xbar)^2 / (n-1)) over the n rows after the first";
static const char JACKKNIFE_ERROR[] =
    "jackknife: (nsample-1) sqrt(sum_i (x_i - xbar)^2 / (nsample (n-1))) over the n rows "
    "after the first";

/* The bins of each bootstrap sample; nothing of jackknife samples, which are without one bin each,
 * in the order of the file. */
static void add_draws(const hp_pipeline *run, hp_record *record) {
    static const hp_row bins = HP_PLAIN_ROW(
        "resampling/bins", NULL, "the bins, from 0 on, that each bootstrap sample averages",
        "bootstrap_sample", "bin");
    static const hp_row first_row =
        HP_PLAIN_ROW("resampling/first_row", NULL,
                     "row of the ensemble file, from 0 on, with which each bin begins", "bin");
    const hp_resampling *resampling = run->resampling;
    const hp_ingest *ingest = run->ingest;
    if (resampling->draw == NULL) return;
    int *first = hp_record_room(record, (size_t)ingest->nbin, sizeof *first);
    if (first == NULL) return;
    for (int bin = 0; bin < ingest->nbin; bin++)
        first[bin] = hp_ingest_file_row(ingest, bin * ingest->bin);
    hp_record_add_axis(record, "bootstrap_sample", (size_t)resampling->nsample);
    hp_record_add_axis(record, "bin", (size_t)ingest->nbin);
    hp_record_add_integers(record, &bins, resampling->draw);
    hp_record_put_integer(record, (hp_place){bins.path, "seed", NULL}, run->job->resampling.seed);
    hp_record_put_text(record, (hp_place){bins.path, "random_numbers", NULL},
                       "gsl mt19937 for each sample, seeded by a hash of seed and sample");
    hp_record_add_integers(record, &first_row, first);
    hp_record_put_integer(record, (hp_place){first_row.path, "rows", NULL}, ingest->bin);
}

/* tau_int and its error (source, radius) of a quantity. */
static void add_times(const hp_chain *chain, hp_chain_quantity quantity, hp_record *record) {
#define TIMES(path, text) HP_PLAIN_ROW(path, "rows", text, "source", "chain_radius")
    static const hp_row row[HP_CHAIN_QUANTITIES][2] = {
        {TIMES("ensemble/tau_int", "integrated autocorrelation time of R"),
         TIMES("ensemble/tau_int_error", "its statistical error")},
        {TIMES("ensemble/tau_int_v_lo", "integrated autocorrelation time of S/R"),
         TIMES("ensemble/tau_int_v_lo_error", "its statistical error")}};
#undef TIMES
    double *values = hp_record_room(record, 2 * (size_t)chain->npoint, sizeof *values);
    if (values == NULL) return;
    for (int p = 0; p < chain->npoint; p++) {
        values[p] = chain->point[p].found[quantity].tau_int;
        values[chain->npoint + p] = chain->point[p].found[quantity].tau_int_error;
    }
    hp_record_add_constant(record, &row[quantity][0], values);
    hp_record_put_text(record, (hp_place){row[quantity][0].path, "convention", NULL},
                       TAU_CONVENTION);
    hp_record_add_constant(record, &row[quantity][1], values + chain->npoint);
}

/* The largest tau_int and what it means for bins, in the summary. */
static void put_worst(const hp_chain *chain, int bin, hp_record *record) {
    const hp_autocorrelation *R = &chain->point[chain->worst].found[HP_CHAIN_R];
    hp_record_put_number(record, hp_key("ensemble/tau_int/value"), R->tau_int);
    hp_record_put_number(record, hp_key("ensemble/tau_int/stat"), R->tau_int_error);
    hp_record_put_text(record, hp_key("ensemble/tau_int/of"),
                       "R, the largest of a few points; 1/2: no autocorrelation");
    hp_record_put_text(record, hp_key("ensemble/tau_int/source"),
                       hp_chain_source(chain, chain->worst));
    hp_record_put_integer(record, hp_key("ensemble/tau_int/t"), hp_chain_time(chain));
    hp_record_put_number(record, hp_key("ensemble/tau_int/r_fm"),
                         hp_chain_r_fm(chain, chain->worst));
    hp_record_put_number(record, hp_key("ensemble/effective_rows"), hp_chain_effective_rows(chain));
    hp_record_put_integer(record, hp_key("ensemble/recommended_bin"), chain->recommended_bin);
    hp_record_put_number(record, hp_key("ensemble/errors_too_small_by"),
                         hp_chain_missing_factor(chain, bin, 0.0));
}

/* The group /ensemble: autocorrelation times. */
static void add_chain(const hp_chain *chain, int bin, hp_record *record) {
    static const hp_row radii =
        HP_PLAIN_ROW("ensemble/r_fm", "fm", "radii of the autocorrelation times", "chain_radius");
    double r_fm[HP_CHAIN_RADII];
    for (int p = 0; p < HP_CHAIN_RADII; p++) r_fm[p] = hp_chain_r_fm(chain, p);
    hp_record_add_axis(record, "chain_radius", HP_CHAIN_RADII);
    hp_record_add_constant(record, &radii, r_fm);
    add_times(chain, HP_CHAIN_R, record);
    add_times(chain, HP_CHAIN_V, record);
    hp_record_put_integer(record, (hp_place){"ensemble", "t", NULL}, hp_chain_time(chain));
    hp_record_put_integer(record, (hp_place){"ensemble", "recommended_bin", NULL},
                          chain->recommended_bin);
    hp_record_put_number(record, (hp_place){"ensemble", "effective_rows", NULL},
                         hp_chain_effective_rows(chain));
    hp_record_put_number(record, (hp_place){"ensemble", "replica_quality", NULL},
                         hp_chain_replica_quality(chain));
    if (chain->worst >= 0) put_worst(chain, bin, record);
}

void hp_run_describe_ensemble(const hp_pipeline *run, hp_record *record) {
    const hp_ensemble *ensemble = run->ensemble;
    const hp_ingest *ingest = run->ingest;
    const char *group = run->chain.npoint > 0 ? "ensemble" : NULL; /* is there with a chain */
    const struct {
        hp_place place;
        int value;
    } counts[] = {{hp_attribute_and_key("nsample", "samples"), run->resampling->nsample},
                  {hp_key("computed_samples"), run->ncomputed},
                  {{group, "rows", "ensemble/rows"}, ensemble->nsample},
                  {{group, "streams", "ensemble/streams"}, ensemble->nstream},
                  {{group, "gaps", "ensemble/gaps"}, ensemble->ngap},
                  {hp_attribute_and_key("bin", "ensemble/bin"), ingest->bin},
                  {hp_key("ensemble/bins"), ingest->nbin},
                  {hp_attribute_and_key("dropped_configurations", "ensemble/dropped_rows"),
                   ingest->ndropped}};
    hp_method method = hp_resampling_rule(run->resampling).method;
    hp_record_put_text(record, hp_key("resampling"), hp_method_name(method));
    hp_record_put_text(record, hp_attribute("error_function"),
                       method == HP_METHOD_BOOTSTRAP ? BOOTSTRAP_ERROR : JACKKNIFE_ERROR);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        hp_record_put_integer(record, counts[i].place, counts[i].value);
    add_draws(run, record);
    if (run->chain.npoint > 0) add_chain(&run->chain, run->ingest->bin, record);
}

/* Configurations that are not independent, or not of the same distribution. */
static void note_chain(const hp_pipeline *run, hp_record *record) {
    char text[HP_CHAIN_TEXT];
    const hp_chain *chain = &run->chain;
    if (chain->npoint == 0) return;
    if (hp_chain_bin_is_too_small(chain, run->ingest->bin)) {
        hp_chain_describe(chain, run->ingest->bin, text);
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION}, "%s", text);
    }
    double quality = hp_chain_replica_quality(chain);
    if (quality < MIN_REPLICA_QUALITY)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "the streams of the ensemble differ more than their errors allow: a "
                           "chance of %.2g for R at the same point",
                           quality);
}

/* The directions in which samples differ are those that the covariance suppresses. */
static void note_covariance(const hp_pipeline *run, hp_record *record) {
    int points = run->analysis.study.data.nfitted, bins = run->ingest->nbin;
    if (strcmp(run->job->fit.covariance, "none") == 0 ||
        bins >= BINS_BY_POINT_FOR_COVARIANCE * points)
        return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "fit.covariance = %s of %d points from %d bins: errors of a correlated fit "
                       "come out far too small, by up to factors of ten, unless bins far outnumber "
                       "points; use it to compare central values",
                       run->job->fit.covariance, points, bins);
}

/* What the import of the ensemble found, a line each. */
static void note_import(const hp_ensemble *ensemble, hp_record *record) {
    const char *line = ensemble->notes != NULL ? ensemble->notes : "";
    while (*line != '\0') {
        int length = (int)strcspn(line, "\n");
        if (length > 0)
            hp_record_add_note(record, (hp_note){.severity = HP_CAUTION}, "%.*s", length, line);
        line += length + (line[length] == '\n');
    }
}

/* What is doubtful in the rows of the sources and times of this run. */
static void note_findings(const hp_pipeline *run, hp_record *record) {
    const hp_findings *findings = &run->ingest->findings;
    int nt = run->ensemble->nt, nsource = run->ensemble->nsource;
    for (int i = 0; i < findings->count; i++) {
        const hp_finding *one = &findings->list[i];
        bool concerned = false;
        for (int source = 0; source < nsource; source++)
            for (int t = one->time[0]; t <= one->time[1]; t++)
                concerned |=
                    (one->source < 0 || one->source == source) && run->part[source * nt + t];
        if (concerned)
            hp_record_add_note(record, (hp_note){.severity = HP_CAUTION}, "%s", one->text);
    }
}

void hp_run_note_samples(const hp_pipeline *run, hp_record *record) {
    const hp_resampling *resampling = run->resampling;
    const hp_rows *samples = &record->group[HP_SAMPLES];
    bool bootstrap = samples->rule.method == HP_METHOD_BOOTSTRAP, averages_ratios = false;
    int shortest = hp_resampling_shortest_stream(resampling), nbin = run->ingest->nbin;
    if (samples->n == 1)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "one sample has no errors, at least 2 are needed");
    else if (samples->n > 0 && samples->n < samples->rule.nsample)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK, .cases = samples->n},
                           "errors are estimated from %d of %d samples", samples->n,
                           samples->rule.nsample);
    hp_observables_note_branches(record);
    if (nbin < MIN_BINS && strcmp(run->job->fit.weighting, "inverse_variance") == 0)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION},
            "weights 1/error^2 from %d bins are themselves uncertain and make errors "
            "too small; use more bins or fit.weighting: none",
            nbin);
    if (bootstrap && shortest < MIN_BINS)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION},
            "a bootstrap of streams of %d bins or more makes errors about %.2g %% too small",
            shortest, 100.0 * (1.0 - sqrt((double)hp_resampling_freedom(resampling) / nbin)));
    for (int s = 0; s < run->plan.nsource; s++)
        averages_ratios |= run->ensemble->sampling == HP_SAMPLING_CONFIGURATION &&
                           run->ensemble->has_ratio[run->plan.source[s]];
    if (averages_ratios)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK},
                           "R of single configurations was averaged; averages of four- and "
                           "two-point functions before the ratio have no such bias");
    note_import(run->ensemble, record);
    note_findings(run, record);
    note_chain(run, record);
    note_covariance(run, record);
}

/* Samples less one at most, and not more than those of the bins (hp_resampling_freedom). */
int hp_run_largest_rank(const hp_pipeline *run) {
    int freedom = hp_resampling_freedom(run->resampling);
    return freedom < run->ncomputed - 1 ? freedom : run->ncomputed - 1;
}
