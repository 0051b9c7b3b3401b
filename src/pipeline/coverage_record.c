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
    [HP_COVERAGE_VALUE] = PART("value", "value of each ensemble"),
    [HP_COVERAGE_ERROR] = PART("error", "its statistical error"),
    [HP_COVERAGE_SYST_PLUS] = PART("syst_plus", "its systematic error upwards"),
    [HP_COVERAGE_SYST_MINUS] = PART("syst_minus", "its systematic error downwards"),
    [HP_COVERAGE_CENTRE] = PART("total", "middle of the total band"),
    [HP_COVERAGE_TOTAL_PLUS] = PART("total_plus", "its error upwards"),
    [HP_COVERAGE_TOTAL_MINUS] = PART("total_minus", "its error downwards"),
    [HP_COVERAGE_DETERMINED] = PART("determined", "part of its variance that the spread of samples "
                                                  "makes; nan: not of delta"),
    [HP_COVERAGE_MARK] = PART("mark", "of delta: 0, or what the total band is marked for, 1: the "
                                      "list of forms makes most of it, 2: the fit is outside"),
#undef PART
};

static const char *const kinds[HP_COVERAGE_NKIND] = {
    [HP_COVERAGE_STAT] = "stat", [HP_COVERAGE_SYST] = "syst", [HP_COVERAGE_TOTAL] = "total"};

static const char *const marks[HP_COVERAGE_NMARKED] = {[HP_COVERAGE_OF_ALL] = "marked",
                                                       [HP_COVERAGE_OF_HELD] = "marked_of_held",
                                                       [HP_COVERAGE_OF_MISSED] =
                                                           "marked_of_missed"};

/* What is written of the statistics of each kind of band: columns of coverage.csv and keys of the
 * summary. */
static const struct {
    const char *name;
    bool has_error;
} statistics[HP_COVERAGE_NSTATISTIC] = {[HP_COVERAGE_ENSEMBLES] = {"ensembles", false},
                                        [HP_COVERAGE_DEVIATION] = {"deviation", true},
                                        [HP_COVERAGE_SPREAD] = {"spread", false},
                                        [HP_COVERAGE_MEAN_WIDTH] = {"mean_half_width", false},
                                        [HP_COVERAGE_MEDIAN_WIDTH] = {"median_half_width", false},
                                        [HP_COVERAGE_MEAN_PULL] = {"mean_pull", true},
                                        [HP_COVERAGE_RMS_PULL] = {"rms_pull", true},
                                        [HP_COVERAGE_WITHIN] = {"within", true}};

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

/* A line of coverage.csv in the making, and the part of the summary that says the same; with only
 * its header: names of columns instead of cells. */
typedef struct line {
    hp_record *record;
    const char *level; /* of the summary, "observables/delta_deg_at_5_mev" */
    const char *header;
    hp_cell *cell; /* the next one; NULL: the header is made */
} line;

/* The next column; key: in the summary too. */
static void put(line *to, const char *name, double value, bool key) {
    hp_record *record = to->record;
    if (to->cell == NULL)
        to->header = hp_record_copy(record, "%s,%s", to->header, name);
    else
        *to->cell++ = (hp_cell){.number = value};
    if (to->cell != NULL && key)
        hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/%s", to->level, name)),
                             value);
}

/* A value and, if it has one, its error. */
static void put_band(line *to, const char *name, hp_band found, bool has_error, bool key) {
    put(to, name, found.value, key);
    if (has_error) put(to, hp_record_copy(to->record, "%s_err", name), found.error, key);
}

/* All of one kind of band, and the limits of its share at the levels of the job. */
static void put_kind(const hp_coverage *coverage, hp_coverage_kind kind, int i, bool key,
                     line *to) {
    hp_band found[HP_COVERAGE_NSTATISTIC];
    hp_coverage_summarise(coverage, kind, i, found);
    for (int s = 0; s < HP_COVERAGE_NSTATISTIC; s++)
        put_band(to, hp_record_copy(to->record, "%s_%s", kinds[kind], statistics[s].name), found[s],
                 statistics[s].has_error, key);
    for (int l = 0; l < coverage->job->levels.count; l++) {
        double p = coverage->job->levels.values[l], limit[2];
        hp_coverage_interval(found[HP_COVERAGE_WITHIN], found[HP_COVERAGE_ENSEMBLES].value, p,
                             limit);
        for (int side = 0; side < 2; side++)
            put(to,
                hp_record_copy(to->record, "%s_within_%s_%g", kinds[kind],
                               side == 0 ? "low" : "high", p),
                limit[side], key);
    }
}

/* Mean over the ensembles that have it. */
static double mean_part(const hp_coverage *coverage, hp_coverage_part part, int i) {
    double n = 0.0, sum = 0.0;
    for (int m = 0; m < coverage->job->ensembles; m++) {
        double value =
            coverage
                ->rows[(size_t)m * coverage->length + (size_t)(part * coverage->nobservable + i)];
        if (isnan(value)) continue;
        n += 1.0;
        sum += value;
    }
    return sum / n;
}

/* All columns of an observable after the first two. A Gaussian |pull| keeps the limit `gaussian`
 * with the probability p, one of Student's t `student`. */
static void put_observable(const hp_coverage *coverage, int i, line *to) {
    bool of_data = coverage->observable[i].path == NULL;
    hp_band marked[HP_COVERAGE_NMARKED];
    put(to, "truth", coverage->observable[i].truth, true);
    for (hp_coverage_kind kind = 0; kind < HP_COVERAGE_NKIND; kind++)
        put_kind(coverage, kind, i, of_data ? kind == HP_COVERAGE_STAT : coverage->has_kind[kind],
                 to);
    hp_coverage_count_marks(coverage, i, marked);
    bool has_mark = coverage->has_kind[HP_COVERAGE_TOTAL] && !of_data;
    put(to, "determined", mean_part(coverage, HP_COVERAGE_DETERMINED, i), has_mark);
    for (int m = 0; m < HP_COVERAGE_NMARKED; m++) put_band(to, marks[m], marked[m], true, has_mark);
    for (int l = 0; l < coverage->job->levels.count; l++) {
        double p = coverage->job->levels.values[l];
        double gaussian = gsl_cdf_ugaussian_Pinv(0.5 * (1.0 + p));
        double student = gsl_cdf_tdist_Pinv(0.5 * (1.0 + p), coverage->dof);
        put_band(to, hp_record_copy(to->record, "gaussian_%g", p),
                 hp_coverage_share(coverage, i, gaussian), true, true);
        put_band(to, hp_record_copy(to->record, "student_%g", p),
                 hp_coverage_share(coverage, i, student), true, true);
    }
}

static const char *comment_of(const hp_coverage *coverage, hp_record *record) {
    return hp_record_copy(
        record,
        "%d ensembles, %d samples each\n"
        "stat: value +- statistical error; syst: statistical and systematic errors in quadrature; "
        "total: the total band\n"
        "pull = (value - truth)/error of the side on which the truth is; within: share of |pull| "
        "<= 1, within_low_p, within_high_p: its limits at the confidence level p (Clopper, "
        "Pearson)\n"
        "determined: mean part of the variance of total bands that the spread of samples makes; "
        "marked: share of them that a run marks, of those that hold the truth, that miss it\n"
        "gaussian_p, student_p: share of statistical |pull| <= the limit that a Gaussian, or "
        "Student's t of %d degrees of freedom, keeps with probability p\n" HP_ENERGY_CONVENTION
        "; " HP_BINDING_CONVENTION,
        coverage->job->ensembles, coverage->ncomputed, coverage->dof);
}

static void add_observables(const hp_coverage *coverage, hp_record *record) {
    line to = {.record = record, .header = "quantity,e_cm_mev"};
    put_observable(coverage, 0, &to);
    hp_record_sheet *sheet =
        hp_record_add_sheet(record, "coverage", comment_of(coverage, record), to.header);
    if (sheet == NULL) return;
    hp_cell *first = hp_record_room(record, (size_t)sheet->ncolumn, sizeof *first);
    for (int i = 0; first != NULL && i < coverage->nobservable; i++) {
        const hp_coverage_observable *observable = &coverage->observable[i];
        first[0] = (hp_cell){.text = observable->quantity};
        first[1] = (hp_cell){.number = observable->e_cm_mev};
        to.cell = first + 2;
        to.level = hp_record_copy(record, "observables/%s", observable->name);
        put_observable(coverage, i, &to);
        hp_sheet_add_line(record, sheet, first);
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

/* Whether any ensemble can have it. */
static bool has_part(const hp_coverage *coverage, hp_coverage_part part) {
    const bool *has = coverage->has_kind;
    if (part <= HP_COVERAGE_ERROR) return true;
    if (part <= HP_COVERAGE_SYST_MINUS) return has[HP_COVERAGE_SYST];
    return has[HP_COVERAGE_TOTAL];
}

static void add_vectors(const hp_coverage *coverage, hp_record *record) {
    size_t M = (size_t)coverage->job->ensembles, n = (size_t)coverage->nobservable;
    double *block = hp_record_room(record, M * n, sizeof *block);
    if (block == NULL) return;
    hp_record_add_axis(record, "ensemble", M);
    for (size_t part = 0; part < HP_COVERAGE_NPART; part++) {
        if (!has_part(coverage, (hp_coverage_part)part)) continue;
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
