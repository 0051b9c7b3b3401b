// SPDX-License-Identifier: GPL-3.0-or-later
/* A coverage study as a record: coverage.csv, coverage.h5, summary.yaml and its jobs. */
#include <math.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include "coverage_parts.h"
#include "hadpot/units.h"

/* Datasets of one number for each ensemble. */
static const hp_row qualities[HP_COVERAGE_NQUALITY] = {
#define QUALITY(name, what) HP_PLAIN_ROW(name, "1", what, "ensemble")
    [HP_COVERAGE_FAILED] = QUALITY("failed", "1: the analysis gave no finite result"),
    [HP_COVERAGE_CHI2] =
        QUALITY("chi2_per_effective_point", "chi2 per effective point of the average"),
    [HP_COVERAGE_DESCRIBED] = QUALITY("described", "1: the average describes its data"),
    [HP_COVERAGE_IN_RANGE] = QUALITY("in_range", "1: the potential falls off within its range"),
    [HP_COVERAGE_CONVERGED] = QUALITY("converged", "1: the fit of the average converged"),
    [HP_COVERAGE_SAMPLES_CONVERGED] =
        QUALITY("samples_converged", "how many fits of samples converged"),
    [HP_COVERAGE_BOUND_STATES] = QUALITY("bound_states", "of the average"),
    [HP_COVERAGE_SAMPLES_MOVED] =
        QUALITY("samples_moved", "samples with another number of bound states, whose delta was "
                                 "moved to the branch of the average"),
#undef QUALITY
};

/* The parts of a vector before them. */
static const hp_row parts[HP_COVERAGE_NPART] = {
#define PART(name, what) HP_PLAIN_ROW(name, "that of the quantity", what, "ensemble", "observable")
    PART("value", "value of each ensemble"),
    PART("error", "its statistical error"),
    PART("syst_plus", "its systematic error upwards"),
    PART("syst_minus", "its systematic error downwards"),
#undef PART
};

/* What is written of the statistics: columns of coverage.csv and keys of the summary. */
static const struct {
    const char *name;
    bool has_error;
} statistics[HP_COVERAGE_NSTATISTIC] = {[HP_COVERAGE_ENSEMBLES] = {"ensembles", false},
                                        [HP_COVERAGE_DEVIATION] = {"deviation", true},
                                        [HP_COVERAGE_SPREAD] = {"spread", false},
                                        [HP_COVERAGE_MEAN_ERROR] = {"mean_error", false},
                                        [HP_COVERAGE_MEAN_PULL] = {"mean_pull", true},
                                        [HP_COVERAGE_RMS_PULL] = {"rms_pull", true},
                                        [HP_COVERAGE_WITHIN_ERROR] = {"within_error", true},
                                        [HP_COVERAGE_WITHIN_TOTAL] = {"within_total", true},
                                        [HP_COVERAGE_MEAN_TOTAL] = {"mean_total", false}};

static void add_header(const hp_coverage *coverage, hp_record *record) {
    static const char program[] = "hadpot " HADPOT_VERSION;
    record->file_name = "coverage.h5";
    record->channel = hp_record_copy(record, "%s", coverage->synth->channel);
    hp_record_add_text(record, "job.yaml", coverage->effective);
    hp_record_add_text(record, "synth.yaml", coverage->synth_text);
    hp_record_add_text(record, "run.yaml", coverage->run_text);
    hp_record_put_text(record, hp_attribute("format"), "hadpot-coverage");
    hp_record_put_text(record, hp_attribute_and_key("program", "program"), program);
    hp_record_put_text(record, hp_attribute_and_key("channel", "channel"),
                       coverage->synth->channel);
    hp_record_put_text(record, hp_attribute("synth_job"), coverage->synth_text);
    hp_record_put_text(record, hp_attribute("run_job"), coverage->run_text);
    hp_record_put_integer(record, hp_key("ensembles"), coverage->job->ensembles);
    hp_record_put_integer(record, hp_attribute_and_key("first_seed", "first_seed"),
                          coverage->job->first_seed);
    hp_record_put_integer(record, hp_attribute_and_key("samples", "samples"), coverage->nsample);
    hp_record_put_integer(record, hp_attribute_and_key("samples_computed", "samples_computed"),
                          coverage->ncomputed);
    hp_record_put_integer(record, hp_attribute("degrees_of_freedom"), coverage->dof);
}

static double quality_of(const hp_coverage *coverage, int m, hp_coverage_quality quality) {
    return coverage->rows[(size_t)m * coverage->length +
                          HP_COVERAGE_NPART * (size_t)coverage->nobservable + (size_t)quality];
}

/* Mean over all ensembles that have it, and its standard deviation. */
static hp_band mean_quality(const hp_coverage *coverage, hp_coverage_quality quality) {
    double n = 0.0, sum = 0.0, squares = 0.0;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        double value = quality_of(coverage, m, quality);
        if (isnan(value)) continue;
        n += 1.0;
        sum += value;
    }
    for (int m = 0; m < coverage->job->ensembles; m++) {
        double value = quality_of(coverage, m, quality);
        if (!isnan(value)) squares += (value - sum / n) * (value - sum / n);
    }
    return (hp_band){sum / n, sqrt(squares / (n - 1.0))};
}

/* Ensembles with a result whose quality is another one than this. */
static int count_others(const hp_coverage *coverage, hp_coverage_quality quality, double one) {
    int count = 0;
    for (int m = 0; m < coverage->job->ensembles; m++)
        count += quality_of(coverage, m, HP_COVERAGE_FAILED) == 0.0 &&
                 quality_of(coverage, m, quality) != one;
    return count;
}

/* How good the fits are: counts of ensembles, unless they say samples. */
static void add_fits(const hp_coverage *coverage, hp_record *record) {
    int succeeded = 0, converged = 0, moved = 0, true_states = coverage->truth.bound_states;
    double largest = -INFINITY;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        if (quality_of(coverage, m, HP_COVERAGE_FAILED) != 0.0) continue;
        succeeded++;
        converged += (int)quality_of(coverage, m, HP_COVERAGE_SAMPLES_CONVERGED);
        moved += (int)quality_of(coverage, m, HP_COVERAGE_SAMPLES_MOVED);
        largest = fmax(largest, quality_of(coverage, m, HP_COVERAGE_CHI2));
    }
    hp_band chi2 = mean_quality(coverage, HP_COVERAGE_CHI2);
    hp_record_put_integer(record, hp_key("failed"), coverage->job->ensembles - succeeded);
    hp_record_put_integer(record, hp_key("averages_not_converged"),
                          count_others(coverage, HP_COVERAGE_CONVERGED, 1.0));
    hp_record_put_integer(record, hp_key("samples_not_converged"),
                          succeeded * coverage->ncomputed - converged);
    hp_record_put_number(record, hp_key("chi2_per_effective_point/mean"), chi2.value);
    hp_record_put_number(record, hp_key("chi2_per_effective_point/standard_deviation"), chi2.error);
    hp_record_put_number(record, hp_key("chi2_per_effective_point/largest"), largest);
    hp_record_put_integer(record, hp_key("chi2_per_effective_point/above_maximum"),
                          count_others(coverage, HP_COVERAGE_DESCRIBED, 1.0));
    hp_record_put_integer(record, hp_key("potential_cut_off"),
                          count_others(coverage, HP_COVERAGE_IN_RANGE, 1.0));
    hp_record_put_integer(record, hp_key("true_bound_states"), true_states);
    hp_record_put_integer(record, hp_key("other_number_of_bound_states"),
                          count_others(coverage, HP_COVERAGE_BOUND_STATES, true_states));
    hp_record_put_integer(record, hp_key("samples_moved_to_branch_of_average"), moved);
}

/* The next cells of a line, and a key of the summary unless that is NULL. */
static hp_cell *put(hp_record *record, const char *key, hp_band found, bool has_error,
                    hp_cell *cell) {
    *cell++ = (hp_cell){.number = found.value};
    if (has_error) *cell++ = (hp_cell){.number = found.error};
    if (key != NULL && !has_error) hp_record_put_number(record, hp_key(key), found.value);
    if (key == NULL || !has_error) return cell;
    hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/value", key)), found.value);
    hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/stat", key)), found.error);
    return cell;
}

/* The line of an observable, and its part of the summary. A Gaussian |pull| keeps the limit
 * `gaussian` with the probability p, one of Student's t `student`. */
static void add_observable(const hp_coverage *coverage, int i, hp_cell *cell, hp_record *record) {
    const hp_coverage_observable *observable = &coverage->observable[i];
    const char *level = hp_record_copy(record, "observables/%s", observable->name);
    hp_band found[HP_COVERAGE_NFOUND];
    hp_coverage_summarise(coverage, i, found);
    *cell++ = (hp_cell){.text = observable->quantity};
    *cell++ = (hp_cell){.number = observable->e_cm_mev};
    cell = put(record, hp_record_copy(record, "%s/truth", level),
               (hp_band){.value = observable->truth}, false, cell);
    for (int s = 0; s < HP_COVERAGE_NSTATISTIC; s++) {
        const char *key = hp_record_copy(record, "%s/%s", level, statistics[s].name);
        if (s >= HP_COVERAGE_WITHIN_TOTAL && coverage->nvariation == 0) key = NULL;
        cell = put(record, key, found[s], statistics[s].has_error, cell);
    }
    for (int l = 0; l < coverage->job->levels.count; l++) {
        double p = coverage->job->levels.values[l];
        double gaussian = gsl_cdf_ugaussian_Pinv(0.5 * (1.0 + p));
        double student = gsl_cdf_tdist_Pinv(0.5 * (1.0 + p), coverage->dof);
        cell = put(record, hp_record_copy(record, "%s/gaussian_%g", level, p),
                   hp_coverage_share(coverage, i, gaussian), true, cell);
        cell = put(record, hp_record_copy(record, "%s/student_%g", level, p),
                   hp_coverage_share(coverage, i, student), true, cell);
    }
}

static void add_observables(const hp_coverage *coverage, hp_record *record) {
    const char *header = "quantity,e_cm_mev,truth";
    for (int s = 0; s < HP_COVERAGE_NSTATISTIC; s++)
        header =
            hp_record_copy(record, statistics[s].has_error ? "%1$s,%2$s,%2$s_err" : "%1$s,%2$s",
                           header, statistics[s].name);
    for (int l = 0; l < coverage->job->levels.count; l++)
        header = hp_record_copy(
            record, "%1$s,gaussian_%2$g,gaussian_%2$g_err,student_%2$g,student_%2$g_err", header,
            coverage->job->levels.values[l]);
    hp_sheet *sheet = hp_record_add_sheet(
        record, "coverage",
        hp_record_copy(record,
                       "%d ensembles, %d samples each; pull = (value - truth)/error\n"
                       "within_error: share of |pull| <= 1; within_total: share of bands of the "
                       "total error, statistical and systematic, that hold the truth, mean_total: "
                       "half their width\ngaussian_p, student_p: share of |pull| <= the limit that "
                       "a Gaussian, or Student's t of %d degrees of freedom, keeps with "
                       "probability p\n" HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION,
                       coverage->job->ensembles, coverage->ncomputed, coverage->dof),
        header);
    if (sheet == NULL) return;
    hp_cell *line = hp_record_room(record, (size_t)sheet->ncolumn, sizeof *line);
    for (int i = 0; line != NULL && i < coverage->nobservable; i++) {
        add_observable(coverage, i, line, record);
        hp_sheet_add_line(record, sheet, line);
    }
}

/* One number, and in attributes of /truth one text, for each observable. */
static void add_truth(const hp_coverage *coverage, hp_record *record) {
    static const hp_row rows[] = {
        HP_PLAIN_ROW("truth", "that of the quantity", "true values of the observables",
                     "observable"),
        HP_PLAIN_ROW("e_cm_mev", "MeV", HP_ENERGY_CONVENTION "; nan: the observable has none",
                     "observable"),
        HP_PLAIN_ROW("levels", "1", "confidence levels", "level")};
    size_t n = (size_t)coverage->nobservable;
    double *truth = hp_record_room(record, n, sizeof *truth);
    double *energy = hp_record_room(record, n, sizeof *energy);
    const char **name = hp_record_room(record, n, sizeof *name);
    if (record->failed) return;
    for (size_t i = 0; i < n; i++) {
        truth[i] = coverage->observable[i].truth;
        energy[i] = coverage->observable[i].e_cm_mev;
        name[i] = coverage->observable[i].quantity;
    }
    hp_record_add_axis(record, "observable", n);
    hp_record_add_axis(record, "level", (size_t)coverage->job->levels.count);
    hp_record_add_constant(record, &rows[0], truth);
    hp_record_put_texts(record, (hp_place){"truth", "quantity", NULL}, name, coverage->nobservable);
    hp_record_add_constant(record, &rows[1], energy);
    hp_record_add_constant(record, &rows[2], coverage->job->levels.values);
}

static void add_vectors(const hp_coverage *coverage, hp_record *record) {
    size_t M = (size_t)coverage->job->ensembles, n = (size_t)coverage->nobservable;
    double *block = hp_record_room(record, M * n, sizeof *block);
    if (block == NULL) return;
    hp_record_add_axis(record, "ensemble", M);
    for (size_t part = 0; part < (coverage->nvariation > 0 ? HP_COVERAGE_NPART : 2); part++) {
        for (size_t m = 0; m < M; m++)
            memcpy(block + m * n, coverage->rows + m * coverage->length + part * n,
                   n * sizeof *block);
        hp_record_add_constant(record, &parts[part], block);
    }
    for (int q = 0; q < HP_COVERAGE_NQUALITY; q++) {
        for (size_t m = 0; m < M; m++)
            block[m] = quality_of(coverage, (int)m, (hp_coverage_quality)q);
        hp_record_add_constant(record, &qualities[q], block);
    }
}

hp_status hp_coverage_describe(const hp_coverage *coverage, hp_record *record, hp_error *err) {
    add_header(coverage, record);
    if (coverage->job->fits) add_fits(coverage, record);
    add_observables(coverage, record);
    add_truth(coverage, record);
    add_vectors(coverage, record);
    return hp_record_check(record, err);
}
