// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coverage.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "coverage_parts.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/job_keys.h"
#include "hadpot/results.h"

enum { PATH_SIZE = 4096 + 64 };

/* Seconds between plain progress lines in a batch log. */
static const double LOG_INTERVAL = 30.0;

typedef struct {
    const hp_comm *comm;
    hp_comm self; /* of this rank alone, which does a whole pipeline */
    hp_coverage_jobs jobs;
    hp_coverage_truth truth;
    hp_coverage coverage;
    char *three_jobs; /* of which the folder is */
    hp_folder folder; /* rank 0 */
    hp_checkpoint checkpoint;
    hp_work_counter *next, *done;
    hp_progress progress;
    double **mine; /* (nensemble) rows of the ensembles that this rank has, else NULL */
} study;

static hp_status prepare_jobs(const hp_comm *comm, const hp_run_options *options, study *s,
                              hp_error *err) {
    HP_CALL(hp_parallel_agree(comm, hp_parallel_wrap(MPI_COMM_SELF, &s->self, err), err));
    return hp_coverage_jobs_create(comm, options, &s->jobs, err);
}

/* Of the three jobs; those of ensembles and runs as they are, not where their files stand. */
static hp_status open_folder(study *s, const hp_run_options *options, hp_error *err) {
    size_t size = 0;
    FILE *out = open_memstream(&s->three_jobs, &size);
    HP_REQUIRE(out != NULL, HP_ERR_MEMORY, "no memory for the jobs");
    hp_keys_put_section("coverage", s->jobs.effective, out);
    hp_keys_put_section("synth", s->jobs.synth_text, out);
    hp_keys_put_section("run", s->jobs.run_text, out);
    HP_REQUIRE(fclose(out) == 0, HP_ERR_MEMORY, "no memory for the jobs");
    s->folder = (hp_folder){.path = s->jobs.job->output,
                            .command = "coverage",
                            .job = s->three_jobs,
                            .resume = options->resume,
                            .overwrite = options->overwrite};
    HP_CALL(hp_folder_open(&s->folder, err));
    return hp_folder_judge(&s->folder, 0, &s->checkpoint, err);
}

/* Finished ensembles of the same jobs, whatever their number is to be in the end. */
static hp_status prepare_folder(study *s, const hp_run_options *options, hp_error *err) {
    uint64_t jobs =
        (uint64_t)hp_checksum_text(s->jobs.synth_text) << 32 | hp_checksum_text(s->jobs.run_text);
    const char *kind =
        s->jobs.job->fits ? HADPOT_VERSION " with fits" : HADPOT_VERSION " data alone";
    s->checkpoint = (hp_checkpoint){.folder = s->jobs.job->output,
                                    .fingerprint = jobs ^ hp_checksum_text(kind)};
    hp_status status = s->comm->rank == 0 ? open_folder(s, options, err) : HP_OK;
    HP_CALL(hp_parallel_agree(s->comm, status, err));
    return hp_parallel_broadcast(s->comm, &s->folder.finished, sizeof s->folder.finished, err);
}

static void describe(study *s) {
    const hp_coverage_truth *truth = &s->truth;
    const hp_coverage_job *job = s->jobs.job;
    s->coverage = (hp_coverage){.channel = s->jobs.synth->channel,
                                .job_text = s->jobs.effective,
                                .synth_text = s->jobs.synth_text,
                                .run_text = s->jobs.run_text,
                                .nensemble = job->ensembles,
                                .first_seed = job->first_seed,
                                .nsample = truth->nsample,
                                .ncomputed = truth->ncomputed,
                                .dof = truth->dof,
                                .nlevel = job->levels.count,
                                .levels = job->levels.values,
                                .nobservable = truth->nobservable,
                                .observable = truth->observable,
                                .fits = job->fits,
                                .true_bound_states = truth->synth.bound_states,
                                .has_systematic = truth->nvariation > 0,
                                .length = HP_COVERAGE_NPART * (size_t)truth->nobservable +
                                          HP_COVERAGE_NQUALITY};
}

/* Every rank by itself, in a file of its own; this also finds what is wrong with the jobs. */
static hp_status find_truth(study *s, hp_error *err) {
    hp_status status = HP_OK;
    char path[PATH_SIZE], folder[PATH_SIZE];
    const char *output = s->jobs.job->output;
    snprintf(folder, sizeof folder, "%s/ensembles", output);
    snprintf(path, sizeof path, "%s/ensembles/exact_%d.h5", output, s->comm->rank);
    if (s->comm->rank == 0) status = hp_folder_create(folder, err);
    HP_TRY(hp_parallel_agree(s->comm, status, err));
    status = hp_coverage_truth_create(&s->self, &s->jobs, path, &s->truth, err);
    HP_TRY(hp_parallel_agree(s->comm, status, err));
    describe(s);
cleanup:
    if (status != HP_OK && s->comm->rank == 0) rmdir(folder); /* nothing has been found */
    return status;
}

static hp_status claim_folder(study *s, hp_error *err) {
    for (int m = 0; s->jobs.job->keep_ensembles && m < s->coverage.nensemble; m++) {
        char name[64];
        snprintf(name, sizeof name, "ensembles/ensemble_%05d.h5", m + 1);
        HP_CALL(hp_folder_add(&s->folder, name, err));
    }
    return hp_folder_claim(&s->folder, err);
}

/* The file of the "average", which says whose checkpoint it is, holds the truth. */
static hp_status prepare_checkpoint(study *s, hp_error *err) {
    hp_status status = HP_OK;
    const hp_coverage *coverage = &s->coverage;
    double *row = NULL;
    s->checkpoint.length = coverage->length;
    if (s->comm->rank == 0) {
        row = hp_alloc(coverage->length, sizeof *row);
        if (row == NULL)
            status = hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__, "no memory for a row");
        else
            status = claim_folder(s, err);
        for (int i = 0; status == HP_OK && i < coverage->nobservable; i++)
            row[i] = coverage->observable[i].truth;
        if (status == HP_OK) status = hp_checkpoint_write(&s->checkpoint, -1, row, err);
    }
    hp_free(row);
    return hp_parallel_agree(s->comm, status, err);
}

/* One rank does all that `hadpot synth` and `hadpot run` do. */
static hp_status compute(study *s, const hp_synth_spec *spec, double *row, hp_error *err) {
    hp_status status = HP_OK;
    char *run_text = NULL;
    hp_variations analysis = {0};
    const hp_pipeline_options alone = {
        .no_checkpoints = true, .quiet = true, .averages_only = true};
    bool fits = s->jobs.job->fits;
    HP_TRY(hp_synth_write_ensemble(spec, &s->truth.synth, err));
    HP_TRY(hp_coverage_jobs_run_text(&s->jobs, spec->output, &run_text, err));
    HP_TRY(hp_variations_create(&s->self, run_text, &alone, &analysis, err));
    if (fits) HP_TRY(hp_variations_compute(&analysis, err));
    HP_TRY(hp_coverage_measure(&s->truth, &analysis, fits, row, err));
cleanup:
    hp_variations_destroy(&analysis);
    hp_free(run_text);
    return status;
}

/* Make ensemble m, analyse it, remove it. */
static hp_status analyse(study *s, int m, double *row, hp_error *err) {
    char path[PATH_SIZE];
    hp_synth_spec spec = hp_synth_read_spec(s->jobs.synth, &s->jobs.potential);
    snprintf(path, sizeof path, "%s/ensembles/ensemble_%05d.h5", s->jobs.job->output, m + 1);
    spec.output = path;
    spec.seed = (uint64_t)s->coverage.first_seed + (uint64_t)m;
    spec.nenergy = s->truth.synth.nenergy;
    spec.energies_mev = s->truth.synth.e_cm_mev;
    hp_status status = compute(s, &spec, row, err);
    if (!s->jobs.job->keep_ensembles) unlink(path);
    if (status == HP_ERR_NUMERIC) { /* a result of the study */
        hp_log_warning("ensemble %d gives no finite result: %s", m + 1, err->message);
        for (size_t i = 0; i < s->coverage.length; i++) row[i] = NAN;
        row[HP_COVERAGE_NPART * s->coverage.nobservable + HP_COVERAGE_FAILED] = 1.0;
        hp_error_clear(err);
        return HP_OK;
    }
    if (status != HP_OK) hp_error_add_context(err, "ensemble %d", m + 1);
    return status;
}

static void report_progress(study *s) {
    int done = 0;
    if (s->comm->rank != 0 || hp_work_counter_read(s->done, &done, NULL) != HP_OK) return;
    hp_progress_report(&s->progress, "ensembles", done, s->coverage.nensemble, NAN);
}

static hp_status analyse_until_none_left(study *s, hp_error *err) {
    int m, finished;
    for (;;) {
        bool found;
        HP_CALL(hp_work_counter_next(s->next, &m, err));
        if (m >= s->coverage.nensemble) break;
        HP_ALLOCATE(s->mine[m], s->coverage.length);
        HP_CALL(hp_checkpoint_read(&s->checkpoint, m, s->mine[m], &found, err));
        if (!found) {
            HP_CALL(analyse(s, m, s->mine[m], err));
            HP_CALL(hp_checkpoint_write(&s->checkpoint, m, s->mine[m], err));
        }
        HP_CALL(hp_work_counter_next(s->done, &finished, err));
        report_progress(s);
    }
    return HP_OK;
}

/* After a failure. A checkpoint without any ensemble is of no use and would stop the next study;
 * with --resume there may be ensembles that have not been looked at. */
static void keep_finished(study *s, bool resume, hp_error *err) {
    int finished = 0;
    bool known = hp_work_counter_read(s->done, &finished, NULL) == HP_OK;
    if (resume || !known || finished > 0)
        hp_error_add_advice(err,
                            "finished ensembles are kept in \"%s/checkpoint\", go on with --resume",
                            s->jobs.job->output);
    else if (s->comm->rank == 0)
        (void)hp_checkpoint_remove(s->jobs.job->output, NULL);
}

static hp_status analyse_all(study *s, bool resume, hp_error *err) {
    hp_status status = HP_OK;
    int nensemble = s->coverage.nensemble;
    s->progress.interval = LOG_INTERVAL;
    s->mine = hp_alloc((size_t)nensemble, sizeof *s->mine);
    if (s->mine == NULL)
        status = hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__, "no memory for %d ensembles",
                              nensemble);
    HP_TRY(hp_parallel_agree(s->comm, status, err));
    HP_TRY(hp_work_counter_create(s->comm, &s->next, err));
    HP_TRY(hp_work_counter_create(s->comm, &s->done, err));
    status = analyse_until_none_left(s, err);
    /* a rank that failed lets the others finish the ensembles they have begun, and no more */
    if (status != HP_OK) (void)hp_work_counter_stop(s->next, nensemble, NULL);
    hp_progress_end(&s->progress);
    status = hp_parallel_agree(s->comm, status, err);
    if (status != HP_OK) keep_finished(s, resume, err);
cleanup:
    hp_work_counter_destroy(&s->done);
    hp_work_counter_destroy(&s->next);
    return status;
}

static hp_status write_results(const hp_coverage *coverage, hp_folder *folder, hp_error *err) {
    hp_status status = HP_OK;
    hp_record record;
    hp_record_create(&record);
    HP_TRY(hp_coverage_describe(coverage, &record, err));
    HP_TRY(hp_results_save(&record, folder, err));
cleanup:
    hp_record_destroy(&record);
    return status;
}

static void describe_total(const hp_coverage *coverage, const hp_coverage_statistics *found,
                           char *text, size_t size) {
    char share[32], of[32] = "";
    hp_band total = {100.0 * found->within_total.value, 100.0 * found->within_total.error};
    *text = '\0';
    if (!coverage->has_systematic) return;
    if (found->ntotal == 0) {
        snprintf(text, size, ", total error not known");
        return;
    }
    hp_format_value(total, share, sizeof share);
    if (found->ntotal < found->n) snprintf(of, sizeof of, " of %d", found->ntotal);
    snprintf(text, size, ", total error %s %%%s", share, of);
}

static void report_observable(const hp_coverage *coverage, int i) {
    hp_coverage_statistics found = hp_coverage_summarise(coverage, i);
    const char *name = coverage->observable[i].name;
    char mean[32], rms[32], within[32], total[64], missing[48] = "";
    hp_band percent = {100.0 * found.within_error.value, 100.0 * found.within_error.error};
    if (found.n == 0) {
        hp_log("%s: no pulls", name);
        return;
    }
    hp_format_value(found.mean_pull, mean, sizeof mean);
    hp_format_value(found.rms_pull, rms, sizeof rms);
    hp_format_value(percent, within, sizeof within);
    describe_total(coverage, &found, total, sizeof total);
    if (found.n < coverage->nensemble)
        snprintf(missing, sizeof missing, " from %d ensembles", coverage->nensemble);
    hp_log("%s: %d pulls%s, mean %s, rms %s, within one error %s %%%s", name, found.n, missing,
           mean, rms, within, total);
}

static void report(const study *s) {
    const hp_coverage *coverage = &s->coverage;
    for (int i = 0; i < coverage->nobservable; i++) report_observable(coverage, i);
    hp_log("results in %s", s->jobs.job->output);
}

static hp_status gather_and_write(study *s, hp_error *err) {
    hp_status status = HP_OK;
    hp_coverage *coverage = &s->coverage;
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s/ensembles", s->jobs.job->output);
    if (s->comm->rank == 0) {
        coverage->rows =
            hp_alloc((size_t)coverage->nensemble, coverage->length * sizeof *coverage->rows);
        if (coverage->rows == NULL)
            status = hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__,
                                  "no memory for the results of %d ensembles", coverage->nensemble);
    }
    HP_TRY(hp_parallel_agree(s->comm, status, err));
    HP_TRY(hp_parallel_gather_rows(s->comm, coverage->nensemble, coverage->length, s->mine,
                                   coverage->rows, err));
    if (s->comm->rank == 0) {
        status = write_results(coverage, &s->folder, err);
        if (status == HP_OK) status = hp_checkpoint_remove(s->jobs.job->output, err);
        if (!s->jobs.job->keep_ensembles) rmdir(folder); /* unless something else lies there */
        if (status == HP_OK) report(s);
    }
    HP_TRY(hp_parallel_agree(s->comm, status, err));
cleanup:
    return status;
}

static void destroy(study *s) {
    for (int m = 0; s->mine != NULL && m < s->coverage.nensemble; m++) hp_free(s->mine[m]);
    hp_free(s->mine);
    hp_free(s->coverage.rows);
    hp_folder_close(&s->folder);
    free(s->three_jobs);
    hp_coverage_truth_destroy(&s->truth);
    hp_coverage_jobs_destroy(&s->jobs);
}

hp_status hp_coverage_study(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    study s = {.comm = comm};
    HP_TRY(prepare_jobs(comm, options, &s, err));
    HP_TRY(prepare_folder(&s, options, err));
    if (s.folder.finished) goto cleanup;
    HP_TRY(find_truth(&s, err));
    HP_TRY(prepare_checkpoint(&s, err));
    HP_TRY(analyse_all(&s, options->resume, err));
    HP_TRY(gather_and_write(&s, err));
cleanup:
    destroy(&s);
    return status;
}
