// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/starter_job.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "hadpot/file.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "hadpot/text_stream.h"
#include "hadpot/units.h"
#include "leading_order.h"
#include "shared_job.h"
#include "starter_parts.h"

enum { PATH_SIZE = 4096 };

/* The stages of a look at an ensemble. */
typedef struct {
    char *effective_job; /* with all defaults: every source, every time, to the end of r */
    hp_job *job;
    hp_analysis_options settings;
    hp_ensemble ensemble;
    hp_correlator_plan plan;
    bool *part; /* what is read */
    hp_all_masses masses;
    hp_ingest ingest;
    hp_chain chain;
    hp_resampling resampling;
    hp_lo_errors errors;
    hp_starter starter;
} look;

/* Where the job goes, "-" for standard output, and the name of its results. */
typedef struct {
    char path[PATH_SIZE], output[PATH_SIZE];
} place;

/* The name of a file without its folder and what follows its last point. */
static void find_stem(const char *path, int *length, const char **stem) {
    const char *slash = strrchr(path, '/');
    *stem = slash != NULL ? slash + 1 : path;
    const char *point = strrchr(*stem, '.');
    *length = point != NULL && point > *stem ? (int)(point - *stem) : (int)strlen(*stem);
}

/* Whether hadpot init has written a file, which its first line says. */
static bool is_starter(const char *path, const struct stat *there) {
    char line[PATH_SIZE] = "";
    FILE *in = S_ISREG(there->st_mode) ? fopen(path, "r") : NULL;
    bool read = in != NULL && fgets(line, sizeof line, in) != NULL;
    if (in != NULL) fclose(in);
    return read && *line == '#' && strstr(line, HP_STARTER_MADE) != NULL;
}

/* Whether a job may go to a path: never in place of the ensemble or of anything but such a job. */
static hp_status check_place(const hp_run_options *options, const char *path, hp_error *err) {
    struct stat link, there = {0}, ensemble;
    if (lstat(path, &link) != 0) return HP_OK;
    bool known = stat(path, &there) == 0;
    bool same = known && stat(options->job_path, &ensemble) == 0 &&
                ensemble.st_dev == there.st_dev && ensemble.st_ino == there.st_ino;
    HP_REQUIRE(!same, HP_ERR_INPUT,
               "\"%s\" is the ensemble itself; --output FILE writes the job to another file", path);
    HP_REQUIRE(known && is_starter(path, &there), HP_ERR_INPUT,
               "\"%s\" is there, and hadpot init has not made it; --output FILE writes another",
               path);
    HP_REQUIRE(options->overwrite, HP_ERR_INPUT,
               "\"%s\" is there already; --overwrite replaces it, --output FILE writes another",
               path);
    return HP_OK;
}

/* The command whose job a file is, which is no ensemble then; NULL: none. */
static const char *find_command(const char *path) {
    enum { LONGEST = 1 << 20 }; /* of a job */
    const char *command = NULL;
    char *text = hp_alloc(LONGEST + 1, 1);
    struct stat there;
    FILE *in = stat(path, &there) == 0 && S_ISREG(there.st_mode) ? fopen(path, "rb") : NULL;
    size_t n = in != NULL && text != NULL ? fread(text, 1, LONGEST + 1, in) : 0;
    if (n > 0 && n <= LONGEST && strlen(text) == n) command = hp_config_find_command(text);
    if (in != NULL) fclose(in);
    hp_free(text);
    return command;
}

static hp_status choose_place(const hp_run_options *options, place *where, hp_error *err) {
    const char *stem, *wanted = options->output;
    int length;
    const char *command = find_command(options->job_path);
    HP_REQUIRE(command == NULL, HP_ERR_INPUT,
               "%s: this is a job of hadpot %s, expected an ensemble file (HDF5)",
               options->job_path, command);
    find_stem(options->job_path, &length, &stem);
    HP_REQUIRE(length > 0 && length < PATH_SIZE - 16, HP_ERR_INPUT,
               "\"%s\" is no usable name of a file", options->job_path);
    if (wanted == NULL)
        snprintf(where->path, PATH_SIZE, "%.*s.yaml", length, stem);
    else
        snprintf(where->path, PATH_SIZE, "%s", wanted);
    if (strcmp(where->path, "-") != 0) {
        HP_CALL(check_place(options, where->path, err));
        find_stem(where->path, &length, &stem);
    }
    snprintf(where->output, PATH_SIZE, "results/%.*s", length, stem);
    return HP_OK;
}

/* A job with this ensemble and nothing else, in place of another; fitted: with masses from
 * two-point functions. */
static hp_status make_job(const char *path, bool fitted, look *of, hp_error *err) {
    char *text = NULL;
    FILE *out = NULL;
    HP_CALL(hp_text_open(&text, NULL, &out, err));
    fputs("output: results\nensemble: ", out);
    hp_starter_put_name(out, path);
    if (fitted) fputs("\nmasses: {from: two_point}", out);
    hp_job_free(&of->job);
    hp_free(of->effective_job);
    of->effective_job = NULL;
    hp_status status = hp_text_close(&out, &text, err);
    if (status == HP_OK)
        status = hp_config_merge_text(&hp_job_schema, path, text, NULL, 0, &of->effective_job, err);
    free(text);
    HP_CALL(status);
    return hp_job_parse(of->effective_job, &of->job, err);
}

/* Of bins of one row, autocorrelation. */
static hp_status create_chain(look *of, hp_error *err) {
    if (of->ensemble.sampling == HP_SAMPLING_JACKKNIFE) return HP_OK;
    HP_CALL(hp_chain_create(of->job, &of->ingest, &of->plan, &of->chain, err));
    return hp_chain_watch(&of->chain, &of->ingest, err);
}

/* Sums of bins of what is read, samples, and their masses. */
static hp_status read_bins(look *of, int bin, hp_error *err) {
    hp_resampling_destroy(&of->resampling);
    hp_ingest_destroy(&of->ingest);
    of->starter.bin = bin;
    HP_CALL(hp_job_create_ingest(of->job, &of->ensemble, bin, &of->ingest, err));
    hp_ingest_select(&of->ingest, of->part);
    if (bin == 1) HP_CALL(hp_parallel_agree(of->ensemble.comm, create_chain(of, err), err));
    HP_CALL(hp_ingest_read(&of->ingest, err));
    HP_CALL(hp_job_create_resampling(of->job, &of->ingest, &of->resampling, err));
    of->starter.nsample = of->resampling.nsample;
    hp_all_masses_destroy(&of->masses);
    hp_status status = hp_all_masses_plan(of->job, &of->plan, of->part, &of->masses, err);
    HP_CALL(hp_parallel_agree(of->ensemble.comm, status, err));
    return hp_all_masses_find(of->job, &of->resampling, &of->plan, &of->masses, err);
}

/* The bin that autocorrelation asks for, and why. */
static hp_status choose_bin(look *of, hp_error *err) {
    hp_starter *starter = &of->starter;
    if (of->ensemble.sampling == HP_SAMPLING_JACKKNIFE) return HP_OK;
    HP_CALL(hp_chain_estimate(&of->ingest, 1, &(hp_chain *){&of->chain}, err));
    int bin = of->chain.recommended_bin;
    hp_chain_describe(&of->chain, bin, starter->chain);
    hp_chain_destroy(&of->chain); /* it has borrowed the bins */
    return bin > 1 ? read_bins(of, bin, err) : HP_OK;
}

/* All sources, all times that have neighbours, and what masses need. */
static hp_status plan(look *of, hp_error *err) {
    HP_ALLOCATE(of->part, hp_ensemble_part_count(&of->ensemble));
    HP_CALL(hp_correlator_plan_create(&of->ensemble, NULL, 0, NULL, 0, &of->plan, err));
    hp_correlator_plan_mark(&of->plan, of->part);
    return hp_all_masses_plan(of->job, &of->plan, of->part, &of->masses, err);
}

static hp_status open_ensemble(const hp_comm *comm, const char *path, look *of, hp_error *err) {
    HP_CALL(hp_parallel_agree(comm, make_job(path, false, of, err), err));
    HP_CALL(hp_job_open_ensemble(comm, of->job, &of->ensemble, err));
    HP_REQUIRE(of->ensemble.field == NULL, HP_ERR_INPUT,
               "%s has version 2: init writes jobs for one S wave, version 1; "
               "docs/run-channels.md says what jobs of several components need",
               path);
    hp_status status = HP_OK;
    if (isnan(of->ensemble.mass[0]) || isnan(of->ensemble.mass[1]))
        status = make_job(path, true, of, err);
    if (status == HP_OK) status = plan(of, err);
    if (status == HP_OK)
        status = hp_options_of_run(of->job, hp_spacing_fm(of->ensemble.inverse_spacing_mev),
                                   &of->settings, err);
    return hp_parallel_agree(comm, status, err);
}

/* Errors of R and S at all times. */
static hp_status measure(look *of, hp_error *err) {
    HP_CALL(read_bins(of, 1, err));
    HP_CALL(choose_bin(of, err));
    return hp_leading_order_estimate(&of->settings, &of->resampling, &of->plan, &of->errors, err);
}

/* Where the range of r ends, and where that of the fit. */
static hp_status find_range(look *of, hp_error *err) {
    const hp_geometry *geometry = &of->ensemble.geometry;
    double spacing_fm = hp_spacing_fm(of->ensemble.inverse_spacing_mev);
    hp_starter *starter = &of->starter;
    bool cubic = geometry->kind == HP_GEOMETRY_CUBIC;
    int n;
    HP_CALL(hp_analysis_count_radii(0.0, &of->plan, &n, err));
    starter->end_fm = spacing_fm * (cubic ? 0.5 * geometry->extent : geometry->r[n - 1]);
    starter->middle_fm = 0.5 * starter->end_fm;
    /* Between the last two: the text has six digits. */
    if (!cubic) starter->r_max_fm = 0.5 * spacing_fm * (geometry->r[n - 2] + geometry->r[n - 1]);
    return HP_OK;
}

/* Rank 0. */
static hp_status write_job(look *of, const place *where, hp_error *err) {
    hp_starter *starter = &of->starter;
    char *text = NULL;
    bool to_file = strcmp(where->path, "-") != 0;
    starter->ensemble = &of->ensemble;
    starter->masses = &of->masses.of[0];
    HP_ALLOCATE(starter->takes_source, of->ensemble.nsource);
    HP_ALLOCATE(starter->time, of->ensemble.nt);
    HP_CALL(find_range(of, err));
    HP_CALL(hp_starter_choose(&of->errors, &of->plan, starter, err));
    hp_status status =
        hp_starter_write(starter, to_file ? where->path : "JOB.yaml", where->output, &text, err);
    if (status == HP_OK && to_file)
        status = hp_file_replace(where->path, hp_file_write_text, text, err);
    if (status == HP_OK && !to_file) fputs(text, stdout);
    free(text);
    HP_CALL(status);
    if (!starter->has_signal)
        hp_log_warning("no time has signal in R and S: the one with the least noise is taken");
    for (int i = 0; i < 2 && of->masses.of[0].from_two_point; i++)
        if (!of->masses.of[0].hadron[i].choice.good)
            hp_log_warning("the window for the mass of hadron %d is doubtful: %s", i + 1,
                           of->masses.of[0].hadron[i].choice.reason);
    if (to_file) hp_log("%s: look at it, then hadpot run %s --check", where->path, where->path);
    return HP_OK;
}

static void destroy(look *of) {
    hp_free(of->starter.takes_source);
    hp_free(of->starter.time);
    hp_lo_errors_destroy(&of->errors);
    hp_resampling_destroy(&of->resampling);
    hp_chain_destroy(&of->chain);
    hp_ingest_destroy(&of->ingest);
    hp_all_masses_destroy(&of->masses);
    hp_free(of->part);
    hp_correlator_plan_destroy(&of->plan);
    hp_ensemble_close(&of->ensemble);
    hp_job_free(&of->job);
    hp_free(of->effective_job);
}

hp_status hp_starter_job(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    look of = {0};
    place where = {0};
    if (comm->rank == 0) status = choose_place(options, &where, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_TRY(open_ensemble(comm, options->job_path, &of, err));
    HP_TRY(measure(&of, err));
    if (comm->rank == 0) status = write_job(&of, &where, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
cleanup:
    destroy(&of);
    return status;
}
