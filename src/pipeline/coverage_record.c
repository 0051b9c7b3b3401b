// SPDX-License-Identifier: GPL-3.0-or-later
/* A coverage study as a record: coverage.csv, coverage.h5, summary.yaml and its jobs. */
#include <math.h>
#include <string.h>
#include "hadpot/coverage.h"
#include "hadpot/memory.h"
#include "hadpot/record.h"
#include "hadpot/units.h"

/* Datasets of one number for each ensemble. */
static const struct {
    const char *path, *text;
} qualities[HP_COVERAGE_NQUALITY] = {
    [HP_COVERAGE_FAILED] = {"failed", "1: the analysis gave no finite result"},
    [HP_COVERAGE_CHI2] = {"chi2_per_point", "chi2 per point of the average"},
    [HP_COVERAGE_DESCRIBED] = {"described", "1: it is at most results.max_chi2_per_point"},
    [HP_COVERAGE_IN_RANGE] = {"in_range", "1: the potential falls off within its range"},
    [HP_COVERAGE_CONVERGED] = {"converged", "1: the fit of the average converged"},
    [HP_COVERAGE_SAMPLES_CONVERGED] = {"samples_converged", "how many fits of samples converged"},
    [HP_COVERAGE_BOUND_STATES] = {"bound_states", "of the average"},
    [HP_COVERAGE_SAMPLES_MOVED] = {"samples_moved",
                                   "samples with another number of bound states, whose delta was "
                                   "moved to the branch of the average"}};

/* The parts of a vector before them. */
static const struct {
    const char *path, *text;
} parts[HP_COVERAGE_NPART] = {{"value", "value of each ensemble"},
                              {"error", "its statistical error"},
                              {"syst_plus", "its systematic error upwards"},
                              {"syst_minus", "its systematic error downwards"}};

/* Columns of coverage.csv that do not depend on the levels. */
#define COLUMNS                                                                                    \
    "quantity,e_cm_mev,truth,ensembles,deviation,deviation_err,spread,mean_error,mean_pull,"       \
    "mean_pull_err,rms_pull,rms_pull_err,within_error,within_error_err,within_total,"              \
    "within_total_err,mean_total"
enum { NCOLUMN = 16 };

static void add_header(const hp_coverage *coverage, hp_record *record) {
    static const char program[] = "hadpot " HADPOT_VERSION;
    record->file_name = "coverage.h5";
    record->channel = hp_record_copy(record, "%s", coverage->channel);
    hp_record_add_text(record, "job.yaml", coverage->job_text);
    hp_record_add_text(record, "synth.yaml", coverage->synth_text);
    hp_record_add_text(record, "run.yaml", coverage->run_text);
    hp_record_put_text(record, hp_attribute("format"), "hadpot-coverage");
    hp_record_put_text(record, hp_attribute_and_key("program", "program"), program);
    hp_record_put_text(record, hp_attribute_and_key("channel", "channel"), coverage->channel);
    hp_record_put_text(record, hp_attribute("synth_job"), coverage->synth_text);
    hp_record_put_text(record, hp_attribute("run_job"), coverage->run_text);
    hp_record_put_integer(record, hp_key("ensembles"), coverage->nensemble);
    hp_record_put_integer(record, hp_attribute_and_key("first_seed", "first_seed"),
                          coverage->first_seed);
    hp_record_put_integer(record, hp_attribute_and_key("samples", "samples"), coverage->nsample);
    hp_record_put_integer(record, hp_attribute_and_key("samples_computed", "samples_computed"),
                          coverage->ncomputed);
    hp_record_put_integer(record, hp_attribute("degrees_of_freedom"), coverage->dof);
}

/* How good the fits are: counts of ensembles, unless they say samples. */
static void add_fits(const hp_coverage *coverage, hp_record *record) {
    int failed = 0, unconverged = 0, samples = 0, badly = 0, cut_off = 0, branch = 0, moved = 0;
    double largest = -INFINITY;
    for (int m = 0; m < coverage->nensemble; m++) {
        if (hp_coverage_quality_of(coverage, m, HP_COVERAGE_FAILED) != 0.0) {
            failed++;
            continue;
        }
        unconverged += hp_coverage_quality_of(coverage, m, HP_COVERAGE_CONVERGED) == 0.0;
        samples += coverage->ncomputed -
                   (int)hp_coverage_quality_of(coverage, m, HP_COVERAGE_SAMPLES_CONVERGED);
        badly += hp_coverage_quality_of(coverage, m, HP_COVERAGE_DESCRIBED) == 0.0;
        cut_off += hp_coverage_quality_of(coverage, m, HP_COVERAGE_IN_RANGE) == 0.0;
        branch += hp_coverage_quality_of(coverage, m, HP_COVERAGE_BOUND_STATES) !=
                  coverage->true_bound_states;
        moved += (int)hp_coverage_quality_of(coverage, m, HP_COVERAGE_SAMPLES_MOVED);
        largest = fmax(largest, hp_coverage_quality_of(coverage, m, HP_COVERAGE_CHI2));
    }
    hp_band chi2 = hp_coverage_mean_quality(coverage, HP_COVERAGE_CHI2);
    hp_record_put_integer(record, hp_key("failed"), failed);
    hp_record_put_integer(record, hp_key("averages_not_converged"), unconverged);
    hp_record_put_integer(record, hp_key("samples_not_converged"), samples);
    hp_record_put_number(record, hp_key("chi2_per_point/mean"), chi2.value);
    hp_record_put_number(record, hp_key("chi2_per_point/standard_deviation"), chi2.error);
    hp_record_put_number(record, hp_key("chi2_per_point/largest"), largest);
    hp_record_put_integer(record, hp_key("chi2_per_point/above_maximum"), badly);
    hp_record_put_integer(record, hp_key("potential_cut_off"), cut_off);
    hp_record_put_integer(record, hp_key("true_bound_states"), coverage->true_bound_states);
    hp_record_put_integer(record, hp_key("other_number_of_bound_states"), branch);
    hp_record_put_integer(record, hp_key("samples_moved_to_branch_of_average"), moved);
}

static void add_band(hp_record *record, const char *level, const char *key, hp_band band) {
    hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/%s/value", level, key)),
                         band.value);
    hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/%s/stat", level, key)),
                         band.error);
}

static void add_observable(const hp_coverage *coverage, int i, hp_record *record) {
    hp_coverage_statistics found = hp_coverage_summarise(coverage, i);
    const char *level = hp_record_copy(record, "observables/%s", coverage->observable[i].name);
    hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/truth", level)),
                         coverage->observable[i].truth);
    hp_record_put_integer(record, hp_key(hp_record_copy(record, "%s/ensembles", level)), found.n);
    add_band(record, level, "deviation", found.deviation);
    hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/spread", level)), found.spread);
    hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/mean_error", level)),
                         found.mean_error);
    add_band(record, level, "mean_pull", found.mean_pull);
    add_band(record, level, "rms_pull", found.rms_pull);
    add_band(record, level, "within_error", found.within_error);
    if (coverage->has_systematic) {
        add_band(record, level, "within_total", found.within_total);
        hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/mean_total", level)),
                             found.mean_total);
    }
    for (int l = 0; l < coverage->nlevel; l++) {
        double p = coverage->levels[l];
        add_band(record, level, hp_record_copy(record, "gaussian_%g", p),
                 hp_coverage_share(coverage, i, hp_coverage_gaussian_limit(p)));
        add_band(record, level, hp_record_copy(record, "student_%g", p),
                 hp_coverage_share(coverage, i, hp_coverage_student_limit(coverage, p)));
    }
}

/* One number, and in attributes of /truth one text, for each observable. */
static hp_status add_truth(const hp_coverage *coverage, hp_record *record, hp_error *err) {
    hp_status status = HP_OK;
    size_t n = (size_t)coverage->nobservable;
    double *truth = NULL, *energy = NULL;
    const char **name = NULL;
    HP_NEW(truth, n);
    HP_NEW(energy, n);
    HP_NEW(name, n);
    for (size_t i = 0; i < n; i++) {
        truth[i] = coverage->observable[i].truth;
        energy[i] = coverage->observable[i].e_cm_mev;
        name[i] = coverage->observable[i].quantity;
    }
    hp_record_add_axis(record, "observable", n);
    hp_record_add_axis(record, "level", (size_t)coverage->nlevel);
    hp_record_add_constant(record,
                           &(hp_row){.path = "truth",
                                     .unit = "that of the quantity",
                                     .text = "true values of the observables",
                                     .axis = {"observable"}},
                           truth);
    hp_record_put_texts(record, (hp_place){"truth", "quantity", NULL}, name, coverage->nobservable);
    hp_record_add_constant(record,
                           &(hp_row){.path = "e_cm_mev",
                                     .unit = "MeV",
                                     .text = HP_ENERGY_CONVENTION "; nan: the observable has none",
                                     .axis = {"observable"}},
                           energy);
    hp_record_add_constant(
        record,
        &(hp_row){.path = "levels", .unit = "1", .text = "confidence levels", .axis = {"level"}},
        coverage->levels);
cleanup:
    hp_free(truth);
    hp_free(energy);
    hp_free((void *)name);
    return status;
}

static hp_status add_vectors(const hp_coverage *coverage, hp_record *record, hp_error *err) {
    hp_status status = HP_OK;
    size_t M = (size_t)coverage->nensemble, n = (size_t)coverage->nobservable;
    double *block = NULL;
    HP_NEW(block, M * n);
    hp_record_add_axis(record, "ensemble", M);
    for (size_t part = 0; part < (coverage->has_systematic ? HP_COVERAGE_NPART : 2); part++) {
        for (size_t m = 0; m < M; m++)
            memcpy(block + m * n, coverage->rows + m * coverage->length + part * n,
                   n * sizeof *block);
        hp_record_add_constant(record,
                               &(hp_row){.path = parts[part].path,
                                         .unit = "that of the quantity",
                                         .text = parts[part].text,
                                         .axis = {"ensemble", "observable"}},
                               block);
    }
    for (int q = 0; q < HP_COVERAGE_NQUALITY; q++) {
        for (size_t m = 0; m < M; m++)
            block[m] = hp_coverage_quality_of(coverage, (int)m, (hp_coverage_quality)q);
        hp_record_add_constant(record,
                               &(hp_row){.path = qualities[q].path,
                                         .unit = "1",
                                         .text = qualities[q].text,
                                         .axis = {"ensemble"}},
                               block);
    }
cleanup:
    hp_free(block);
    return status;
}

/* Observable i in all columns. */
static void fill_line(const hp_coverage *coverage, int i, hp_cell *line) {
    const hp_coverage_observable *observable = &coverage->observable[i];
    hp_coverage_statistics found = hp_coverage_summarise(coverage, i);
    const double first[NCOLUMN] = {
        observable->e_cm_mev,     observable->truth,        found.n,
        found.deviation.value,    found.deviation.error,    found.spread,
        found.mean_error,         found.mean_pull.value,    found.mean_pull.error,
        found.rms_pull.value,     found.rms_pull.error,     found.within_error.value,
        found.within_error.error, found.within_total.value, found.within_total.error,
        found.mean_total};
    line[0].text = observable->quantity;
    for (int c = 0; c < NCOLUMN; c++) line[1 + c].number = first[c];
    for (int l = 0; l < coverage->nlevel; l++) {
        double p = coverage->levels[l];
        hp_band gaussian = hp_coverage_share(coverage, i, hp_coverage_gaussian_limit(p));
        hp_band student = hp_coverage_share(coverage, i, hp_coverage_student_limit(coverage, p));
        const double shares[] = {gaussian.value, gaussian.error, student.value, student.error};
        for (int c = 0; c < 4; c++) line[1 + NCOLUMN + 4 * l + c].number = shares[c];
    }
}

/* A line for each observable. */
static hp_status add_sheet(const hp_coverage *coverage, hp_record *record, hp_error *err) {
    const char *header = COLUMNS;
    for (int l = 0; l < coverage->nlevel; l++)
        header = hp_record_copy(
            record, "%1$s,gaussian_%2$g,gaussian_%2$g_err,student_%2$g,student_%2$g_err", header,
            coverage->levels[l]);
    hp_sheet *sheet = hp_record_add_sheet(
        record, "coverage",
        hp_record_copy(record,
                       "%d ensembles, %d samples each; pull = (value - truth)/error\n"
                       "within_error: share of |pull| <= 1; within_total: share of bands of the "
                       "total error, statistical and systematic, that hold the truth, mean_total: "
                       "half their width\ngaussian_p, student_p: share of |pull| <= the limit that "
                       "a Gaussian, or Student's t of %d degrees of freedom, keeps with "
                       "probability p\n" HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION,
                       coverage->nensemble, coverage->ncomputed, coverage->dof),
        header);
    hp_cell *line =
        hp_record_room(record, 1 + NCOLUMN + 4 * (size_t)coverage->nlevel, sizeof *line);
    for (int i = 0; line != NULL && i < coverage->nobservable; i++) {
        fill_line(coverage, i, line);
        hp_sheet_add_line(record, sheet, line);
    }
    return hp_record_check(record, err);
}

hp_status hp_coverage_describe(const hp_coverage *coverage, hp_record *record, hp_error *err) {
    add_header(coverage, record);
    if (coverage->fits) add_fits(coverage, record);
    for (int i = 0; i < coverage->nobservable; i++) add_observable(coverage, i, record);
    HP_CALL(add_truth(coverage, record, err));
    HP_CALL(add_vectors(coverage, record, err));
    HP_CALL(add_sheet(coverage, record, err));
    return hp_record_check(record, err);
}
