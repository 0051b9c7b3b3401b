// SPDX-License-Identifier: GPL-3.0-or-later
/* The files of a coverage study: coverage.csv, coverage.h5, summary.yaml and its jobs. */
#include "hadpot/coverage.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "csv.h"
#include "h5write.h"
#include "hadpot/memory.h"
#include "hadpot/yaml_writer.h"

typedef hp_status (*writer)(const hp_coverage *coverage, const char *path, hp_error *err);

static hp_status write_text(const char *text, const char *path, hp_error *err);
static hp_status write_job(const hp_coverage *coverage, const char *path, hp_error *err);
static hp_status write_synth(const hp_coverage *coverage, const char *path, hp_error *err);
static hp_status write_run(const hp_coverage *coverage, const char *path, hp_error *err);
static hp_status write_csv(const hp_coverage *coverage, const char *path, hp_error *err);
static void put_header(const hp_coverage *coverage, FILE *out);
static hp_status write_summary(const hp_coverage *coverage, const char *path, hp_error *err);
static hp_status write_fits(const hp_coverage *coverage, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_observable(const hp_coverage *coverage, int i, hp_yaml_writer *yaml,
                                  hp_error *err);
static hp_status write_band(hp_yaml_writer *yaml, const char *key, hp_band band, hp_error *err);
static hp_status write_hdf5(const hp_coverage *coverage, const char *path, hp_error *err);
static hp_status write_truth(const hp_coverage *coverage, hid_t file, hp_error *err);
static hp_status write_rows(const hp_coverage *coverage, hid_t file, hp_error *err);

static const struct {
    const char *name;
    writer write;
} files[] = {{"job.yaml", write_job},         {"synth.yaml", write_synth},
             {"run.yaml", write_run},         {"coverage.csv", write_csv},
             {"summary.yaml", write_summary}, {"coverage.h5", write_hdf5}};
enum { NFILE = sizeof files / sizeof *files };

/* Datasets of one number for each ensemble. */
static const struct {
    const char *name, *description;
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

/* The parts of a row before them. */
static const struct {
    const char *name, *description;
} parts[HP_COVERAGE_NPART] = {{"value", "value of each ensemble"},
                              {"error", "its statistical error"},
                              {"syst_plus", "its systematic error upwards"},
                              {"syst_minus", "its systematic error downwards"}};

hp_status hp_coverage_write(const hp_coverage *coverage, const char *folder, hp_error *err) {
    hp_status status = HP_OK;
    char temporary[4096], path[4096];
    for (int i = 0; i < NFILE; i++) {
        snprintf(temporary, sizeof temporary, "%s/.%s.tmp", folder, files[i].name);
        HP_TRY(files[i].write(coverage, temporary, err));
        HP_TRY(hp_file_synchronise(temporary, err));
    }
    for (int i = 0; i < NFILE; i++) {
        snprintf(temporary, sizeof temporary, "%s/.%s.tmp", folder, files[i].name);
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        HP_CHECK(rename(temporary, path) == 0, HP_ERR_IO, "cannot rename \"%s\" to \"%s\": %s",
                 temporary, path, strerror(errno));
    }
    HP_TRY(hp_file_synchronise(folder, err)); /* before anybody removes the checkpoints */
cleanup:
    for (int i = 0; status != HP_OK && i < NFILE; i++) {
        snprintf(temporary, sizeof temporary, "%s/.%s.tmp", folder, files[i].name);
        unlink(temporary); /* what was never written is not there: no error */
    }
    return status;
}

static hp_status write_text(const char *text, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    FILE *out = fopen(path, "w");
    HP_CHECK(out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    int written = fputs(text, out), closed = fclose(out);
    HP_CHECK(written >= 0 && closed == 0, HP_ERR_IO, "cannot write \"%s\"", path);
cleanup:
    return status;
}

static hp_status write_job(const hp_coverage *coverage, const char *path, hp_error *err) {
    return write_text(coverage->job_text, path, err);
}

static hp_status write_synth(const hp_coverage *coverage, const char *path, hp_error *err) {
    return write_text(coverage->synth_text, path, err);
}

static hp_status write_run(const hp_coverage *coverage, const char *path, hp_error *err) {
    return write_text(coverage->run_text, path, err);
}

static hp_status write_csv(const hp_coverage *coverage, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    FILE *out = fopen(path, "w");
    HP_CHECK(out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    put_header(coverage, out);
    for (int i = 0; i < coverage->nobservable; i++) {
        const hp_coverage_observable *observable = &coverage->observable[i];
        hp_coverage_statistics found = hp_coverage_summarise(coverage, i);
        double numbers[] = {
            observable->e_cm_mev,     observable->truth,        found.n,
            found.deviation.value,    found.deviation.error,    found.spread,
            found.mean_error,         found.mean_pull.value,    found.mean_pull.error,
            found.rms_pull.value,     found.rms_pull.error,     found.within_error.value,
            found.within_error.error, found.within_total.value, found.within_total.error,
            found.mean_total};
        fprintf(out, "%s,", observable->quantity);
        hp_csv_numbers(numbers, sizeof numbers / sizeof *numbers, ',', out);
        for (int l = 0; l < coverage->nlevel; l++) {
            double level = coverage->levels[l];
            hp_band gaussian = hp_coverage_share(coverage, i, hp_coverage_gaussian_limit(level));
            hp_band student =
                hp_coverage_share(coverage, i, hp_coverage_student_limit(coverage, level));
            double shares[] = {gaussian.value, gaussian.error, student.value, student.error};
            hp_csv_numbers(shares, 4, l + 1 < coverage->nlevel ? ',' : '\n', out);
        }
    }
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

static void put_header(const hp_coverage *coverage, FILE *out) {
    fprintf(
        out,
        "# hadpot %s, %s\n# %d ensembles, %d samples each; pull = (value - truth)/error\n"
        "# within_error: share of |pull| <= 1; within_total: share of bands of the total error, "
        "statistical and systematic, that hold the truth, mean_total: half their width\n"
        "# gaussian_p, student_p: share of |pull| <= the "
        "limit that a Gaussian, or Student's t of %d degrees of freedom, keeps with "
        "probability p\n"
        "quantity,e_cm_mev,truth,ensembles,deviation,deviation_err,spread,mean_error,mean_pull,"
        "mean_pull_err,rms_pull,rms_pull_err,within_error,within_error_err,within_total,"
        "within_total_err,mean_total",
        HADPOT_VERSION, coverage->channel, coverage->nensemble, coverage->ncomputed, coverage->dof);
    for (int l = 0; l < coverage->nlevel; l++) {
        double level = coverage->levels[l];
        fprintf(out, ",gaussian_%g,gaussian_%g_err,student_%g,student_%g_err", level, level, level,
                level);
    }
    fputc('\n', out);
}

static hp_status write_summary(const hp_coverage *coverage, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    hp_yaml_writer yaml = {0};
    FILE *out = fopen(path, "w");
    HP_CHECK(out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    HP_TRY(hp_yaml_writer_create(out, &yaml, err));
    HP_TRY(hp_yaml_writer_text(&yaml, "program", "hadpot " HADPOT_VERSION, err));
    HP_TRY(hp_yaml_writer_text(&yaml, "channel", coverage->channel, err));
    HP_TRY(hp_yaml_writer_integer(&yaml, "ensembles", coverage->nensemble, err));
    HP_TRY(hp_yaml_writer_integer(&yaml, "first_seed", coverage->first_seed, err));
    HP_TRY(hp_yaml_writer_integer(&yaml, "samples", coverage->nsample, err));
    HP_TRY(hp_yaml_writer_integer(&yaml, "samples_computed", coverage->ncomputed, err));
    if (coverage->fits) HP_TRY(write_fits(coverage, &yaml, err));
    HP_TRY(hp_yaml_writer_open(&yaml, "observables", err));
    for (int i = 0; i < coverage->nobservable; i++)
        HP_TRY(write_observable(coverage, i, &yaml, err));
    HP_TRY(hp_yaml_writer_close(&yaml, err));
    HP_TRY(hp_yaml_writer_finish(&yaml, err));
    int failed = ferror(out), closed = fclose(out);
    out = NULL;
    HP_CHECK(!failed && closed == 0, HP_ERR_IO, "cannot write \"%s\"", path);
cleanup:
    hp_yaml_writer_destroy(&yaml);
    if (out != NULL) fclose(out);
    return status;
}

/* How good the fits are: counts of ensembles, unless they say samples. */
static hp_status write_fits(const hp_coverage *coverage, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
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
    HP_TRY(hp_yaml_writer_integer(yaml, "failed", failed, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "averages_not_converged", unconverged, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "samples_not_converged", samples, err));
    HP_TRY(hp_yaml_writer_open(yaml, "chi2_per_point", err));
    hp_band chi2 = hp_coverage_mean_quality(coverage, HP_COVERAGE_CHI2);
    HP_TRY(hp_yaml_writer_number(yaml, "mean", chi2.value, err));
    HP_TRY(hp_yaml_writer_number(yaml, "standard_deviation", chi2.error, err));
    HP_TRY(hp_yaml_writer_number(yaml, "largest", largest, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "above_maximum", badly, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "potential_cut_off", cut_off, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "true_bound_states", coverage->true_bound_states, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "other_number_of_bound_states", branch, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "samples_moved_to_branch_of_average", moved, err));
cleanup:
    return status;
}

static hp_status write_observable(const hp_coverage *coverage, int i, hp_yaml_writer *yaml,
                                  hp_error *err) {
    hp_status status = HP_OK;
    hp_coverage_statistics found = hp_coverage_summarise(coverage, i);
    char key[64];
    HP_TRY(hp_yaml_writer_open(yaml, coverage->observable[i].name, err));
    HP_TRY(hp_yaml_writer_number(yaml, "truth", coverage->observable[i].truth, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "ensembles", found.n, err));
    HP_TRY(write_band(yaml, "deviation", found.deviation, err));
    HP_TRY(hp_yaml_writer_number(yaml, "spread", found.spread, err));
    HP_TRY(hp_yaml_writer_number(yaml, "mean_error", found.mean_error, err));
    HP_TRY(write_band(yaml, "mean_pull", found.mean_pull, err));
    HP_TRY(write_band(yaml, "rms_pull", found.rms_pull, err));
    HP_TRY(write_band(yaml, "within_error", found.within_error, err));
    if (coverage->has_systematic) {
        HP_TRY(write_band(yaml, "within_total", found.within_total, err));
        HP_TRY(hp_yaml_writer_number(yaml, "mean_total", found.mean_total, err));
    }
    for (int l = 0; l < coverage->nlevel; l++) {
        double level = coverage->levels[l];
        snprintf(key, sizeof key, "gaussian_%g", level);
        HP_TRY(write_band(yaml, key,
                          hp_coverage_share(coverage, i, hp_coverage_gaussian_limit(level)), err));
        snprintf(key, sizeof key, "student_%g", level);
        HP_TRY(write_band(
            yaml, key, hp_coverage_share(coverage, i, hp_coverage_student_limit(coverage, level)),
            err));
    }
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

static hp_status write_band(hp_yaml_writer *yaml, const char *key, hp_band band, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_yaml_writer_open(yaml, key, err));
    HP_TRY(hp_yaml_writer_number(yaml, "value", band.value, err));
    HP_TRY(hp_yaml_writer_number(yaml, "stat", band.error, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

static hp_status write_hdf5(const hp_coverage *coverage, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    hid_t file = H5I_INVALID_HID;
    HP_TRY(hp_h5_create_file(path, &file, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "format", "hadpot-coverage", err));
    HP_TRY(hp_h5_attribute_text(file, "/", "program", "hadpot " HADPOT_VERSION, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "channel", coverage->channel, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "synth_job", coverage->synth_text, err));
    HP_TRY(hp_h5_attribute_text(file, "/", "run_job", coverage->run_text, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "samples", &coverage->nsample, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "samples_computed", &coverage->ncomputed, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "degrees_of_freedom", &coverage->dof, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, "/", "first_seed", &coverage->first_seed, 0, err));
    HP_TRY(write_truth(coverage, file, err));
    HP_TRY(write_rows(coverage, file, err));
    HP_TRY(hp_h5_close_file(path, &file, err));
cleanup:
    if (file >= 0) H5Fclose(file);
    return status;
}

/* One number, and in attributes of /truth one text, for each observable. */
static hp_status write_truth(const hp_coverage *coverage, hid_t file, hp_error *err) {
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
    HP_TRY(hp_h5_write_doubles(file, "truth", 1, &n, truth, "that of the quantity",
                               "true values of the observables", err));
    HP_TRY(hp_h5_attribute_texts(file, "truth", "quantity", name, coverage->nobservable, err));
    HP_TRY(hp_h5_write_doubles(file, "e_cm_mev", 1, &n, energy, "MeV",
                               "centre-of-mass energy; nan: the observable has none", err));
    size_t nlevel = (size_t)coverage->nlevel;
    HP_TRY(hp_h5_write_doubles(file, "levels", 1, &nlevel, coverage->levels, "1",
                               "confidence levels", err));
cleanup:
    hp_free(truth);
    hp_free(energy);
    hp_free((void *)name);
    return status;
}

static hp_status write_rows(const hp_coverage *coverage, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    size_t M = (size_t)coverage->nensemble, n = (size_t)coverage->nobservable, shape[] = {M, n};
    double *block = NULL;
    HP_NEW(block, M * n);
    for (size_t part = 0; part < HP_COVERAGE_NPART; part++) {
        if (part >= 2 && !coverage->has_systematic) break;
        for (size_t m = 0; m < M; m++)
            memcpy(block + m * n, coverage->rows + m * coverage->length + part * n,
                   n * sizeof *block);
        HP_TRY(hp_h5_write_doubles(file, parts[part].name, 2, shape, block, "that of the quantity",
                                   parts[part].description, err));
    }
    for (int q = 0; q < HP_COVERAGE_NQUALITY; q++) {
        for (size_t m = 0; m < M; m++)
            block[m] = hp_coverage_quality_of(coverage, (int)m, (hp_coverage_quality)q);
        HP_TRY(hp_h5_write_doubles(file, qualities[q].name, 1, &M, block, "1",
                                   qualities[q].description, err));
    }
cleanup:
    hp_free(block);
    return status;
}
