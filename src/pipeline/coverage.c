// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coverage.h"
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "coverage_parts.h"
#include "hadpot/job_keys.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/text_stream.h"
#include "hadpot/stage_times.h"
#include "items.h"

enum { PATH_SIZE = 4096 + 64, REPORT = 160 };

typedef struct {
    const hp_comm *comm;
    hp_comm self; /* of this rank alone, which does a whole pipeline; */
    hp_comm team; /* or of those that do one together */
    hp_coverage coverage;
    char *three_jobs; /* of which the folder is */
    hp_folder folder; /* rank 0 */
    hp_checkpoint checkpoint;
    hp_items ensembles;
} study;

/* Of the three jobs; those of ensembles and runs as they are, not where their files stand. */
static hp_status open_folder(study *s, const hp_run_options *options, hp_error *err) {
    FILE *out = NULL;
    HP_CALL(hp_text_open(&s->three_jobs, NULL, &out, err));
    hp_keys_put_section("coverage", s->coverage.effective, out);
    hp_keys_put_section("synth", s->coverage.synth_text, out);
    hp_keys_put_section("run", s->coverage.run_text, out);
    HP_CALL(hp_text_close(&out, &s->three_jobs, err));
    s->folder = (hp_folder){s->coverage.job->output, "coverage", s->three_jobs,
                            .resume = options->resume, .overwrite = options->overwrite};
    HP_CALL(hp_folder_open(&s->folder, err));
    return hp_folder_judge(&s->folder, 0, &s->checkpoint, err);
}

/* Finished ensembles of the same jobs, whatever their number is to be in the end. */
static hp_status prepare_folder(study *s, const hp_run_options *options, hp_error *err) {
    const hp_coverage *coverage = &s->coverage;
    const char *kind =
        coverage->job->fits ? HADPOT_VERSION " with fits" : HADPOT_VERSION " data alone";
    uint64_t jobs = (uint64_t)hp_checksum_text(coverage->synth_text) << 32 |
                    hp_checksum_text(coverage->run_text);
    s->checkpoint = (hp_checkpoint){.folder = coverage->job->output,
                                    .fingerprint = jobs ^ hp_checksum_text(kind)};
    for (int i = 0; i < coverage->job->observables.count; i++) /* what rows hold, in order */
        s->checkpoint.fingerprint =
            s->checkpoint.fingerprint * 31 + hp_checksum_text(coverage->job->observables.values[i]);
    hp_status status = s->comm->rank == 0 ? open_folder(s, options, err) : HP_OK;
    HP_CALL(hp_parallel_agree(s->comm, status, err));
    return hp_parallel_broadcast(s->comm, &s->folder.finished, sizeof s->folder.finished, err);
}

/* Every rank by itself, in a file of its own; this also finds what is wrong with the jobs. */
static hp_status find_truth(study *s, hp_error *err) {
    hp_status status = HP_OK;
    char path[PATH_SIZE], folder[PATH_SIZE];
    const char *output = s->coverage.job->output;
    snprintf(folder, sizeof folder, "%s/ensembles", output);
    snprintf(path, sizeof path, "%s/ensembles/.exact_%d.h5", output, s->comm->rank);
    if (s->comm->rank == 0) status = hp_folder_create(folder, err);
    HP_TRY(hp_parallel_agree(s->comm, status, err));
    hp_stage_enter(HP_STAGE_TRUTH);
    status = hp_coverage_find_truth(&s->self, path, &s->coverage, err);
    HP_TRY(hp_parallel_agree(s->comm, status, err));
cleanup:
    if (status != HP_OK && s->comm->rank == 0) rmdir(folder); /* nothing has been found */
    return status;
}

/* Collective in the team, which does all that `hadpot synth` and `hadpot run` do. */
static hp_status analyse(study *s, const hp_synth_job *job, double *row, hp_error *err) {
    hp_status status = HP_OK;
    hp_variations analysis = {0};
    hp_stage_enter(HP_STAGE_MAKE);
    if (s->team.rank == 0) status = hp_synth_write_ensemble(job, &s->coverage.truth, err);
    HP_TRY(hp_parallel_agree(&s->team, status, err));
    hp_stage_enter(HP_STAGE_OPEN);
    HP_TRY(hp_coverage_open_run(&s->team, &s->coverage, job->output, &analysis, err));
    if (s->coverage.job->fits)
        HP_TRY(hp_variations_compute(&analysis, err));
    else if (s->coverage.has_kind[HP_COVERAGE_TOTAL])
        HP_TRY(hp_pipeline_compute_band(&analysis.central, err));
    hp_stage_enter(HP_STAGE_MEASURE);
    HP_TRY(hp_coverage_measure(&s->coverage, &analysis, row, err));
cleanup:
    hp_variations_destroy(&analysis);
    return status;
}

/* Make ensemble m, analyse it, remove it; row on rank 0 of the team. -1, which says whose
 * checkpoint it is: the truth. */
static hp_status compute(void *context, int m, const hp_tick *tick, double *row, hp_error *err) {
    (void)tick; /* fits of several analyses have no common measure of progress */
    study *s = context;
    const hp_coverage *coverage = &s->coverage;
    char path[PATH_SIZE];
    for (int i = 0; m < 0 && i < coverage->nobservable; i++) row[i] = coverage->observable[i].truth;
    if (m < 0) return HP_OK;
    hp_synth_job job = *coverage->synth; /* its lists are borrowed */
    /* those that go again hide, so that they are nobody else's */
    snprintf(path, sizeof path, "%s/ensembles/%sensemble_%05d.h5", coverage->job->output,
             coverage->job->keep_ensembles ? "" : ".", m + 1);
    job.output = path;
    job.noise.seed = coverage->job->first_seed + m;
    if (coverage->truth.coupled == NULL)
        job.phase_shifts.energies_mev =
            (hp_double_list){coverage->truth.e_cm_mev, coverage->truth.nenergy};
    hp_status status = analyse(s, &job, row, err);
    hp_stage_enter(HP_STAGE_WAIT); /* or for the next of them */
    if (!coverage->job->keep_ensembles && s->team.rank == 0) unlink(path);
    if (status == HP_ERR_NUMERIC) { /* a result of the study */
        if (s->team.rank == 0)
            hp_log_warning("ensemble %d gives no finite result: %s", m + 1, err->message);
        for (size_t i = 0; i < coverage->length; i++) row[i] = NAN;
        row[HP_COVERAGE_NPART * coverage->nobservable + HP_COVERAGE_FAILED] = 1.0;
        hp_error_clear(err);
        return HP_OK;
    }
    if (status != HP_OK && status != HP_STOPPED) hp_error_add_context(err, "ensemble %d", m + 1);
    return status;
}

/* What an earlier study kept goes, with the folder of ensembles. */
static hp_status claim_folder(study *s, hp_error *err) {
    const hp_coverage_job *job = s->coverage.job;
    char folder[PATH_SIZE];
    for (int m = 0; job->keep_ensembles && m < job->ensembles; m++) {
        char name[64];
        snprintf(name, sizeof name, "ensembles/ensemble_%05d.h5", m + 1);
        HP_CALL(hp_folder_add(&s->folder, name, err));
    }
    double bytes;
    HP_CALL(hp_checkpoint_size(&s->checkpoint, job->ensembles, &bytes, err));
    HP_CALL(hp_folder_check_room(job->output, "ensembles and results", bytes, err));
    HP_CALL(hp_folder_claim(&s->folder, err));
    snprintf(folder, sizeof folder, "%s/ensembles", job->output);
    return hp_folder_create(folder, err);
}

static hp_status prepare_checkpoint(study *s, hp_error *err) {
    s->checkpoint.length = s->coverage.length;
    s->checkpoint.nfinite = 1;
    s->checkpoint.finite[0] =
        HP_COVERAGE_NPART * (size_t)s->coverage.nobservable + HP_COVERAGE_FAILED;
    if (s->comm->rank != 0) return HP_OK;
    bool found; /* rows are work space until ensembles fill them */
    HP_CALL(claim_folder(s, err));
    return hp_items_take(&s->ensembles, -1, NULL, s->coverage.rows, &found, err);
}

/* One ensemble of the team, from its checkpoint or computed together. */
static hp_status take_together(study *s, int m, double *row, hp_error *err) {
    hp_status status = HP_OK;
    bool found = false, root = s->team.rank == 0;
    if (root) status = hp_checkpoint_read(&s->checkpoint, m, row, &found, err);
    HP_CALL(hp_parallel_agree(&s->team, status, err));
    HP_CALL(hp_parallel_broadcast(&s->team, &found, sizeof found, err));
    if (found) return HP_OK;
    HP_CALL(compute(s, m, NULL, row, err));
    return root ? hp_checkpoint_write(&s->checkpoint, m, row, err) : HP_OK;
}

/* The ensembles from `first` on, fewer than there are ranks, each by a team: the same bytes as by a
 * rank alone. */
static hp_status analyse_last(study *s, int first, hp_error *err) {
    hp_status status = HP_OK;
    hp_coverage *coverage = &s->coverage;
    int count = coverage->job->ensembles - first, number = 0;
    size_t length = coverage->length;
    hp_comm team = {0};
    double *row = NULL, **mine = NULL;
    if (count == 0) return HP_OK;
    HP_TRY(hp_parallel_split(s->comm, count, &team, &number, err));
    s->team = team;
    HP_NEW_TOGETHER(s->comm, row, length);
    HP_NEW_TOGETHER(s->comm, mine, count);
    hp_status own = take_together(s, first + number, row, err);
    double finished = own == HP_OK && team.rank == 0;
    if (hp_parallel_sum(s->comm, &finished, NULL) == HP_OK) s->ensembles.finished += (int)finished;
    HP_TRY(hp_parallel_agree(s->comm, own, err));
    mine[number] = team.rank == 0 ? row : NULL;
    HP_TRY(hp_parallel_gather_rows(
        s->comm, count, length, mine,
        s->comm->rank == 0 ? coverage->rows + (size_t)first * length : NULL, err));
cleanup:
    s->team = s->self;
    hp_parallel_release(&team);
    hp_free(row);
    hp_free(mine);
    return status;
}

static hp_status analyse_all(study *s, bool resume, hp_error *err) {
    hp_status status = HP_OK;
    hp_coverage *coverage = &s->coverage;
    int count = coverage->job->ensembles;
    bool root = s->comm->rank == 0;
    s->ensembles = (hp_items){.comm = s->comm,
                              .name = "ensembles",
                              .count = count - count % s->comm->size,
                              .length = coverage->length,
                              .checkpoint = &s->checkpoint,
                              .compute = compute,
                              .context = s,
                              .loss = -1};
    s->team = s->self;
    HP_NEW_TOGETHER(s->comm, coverage->rows, root ? (size_t)count * coverage->length : 0);
    HP_NEW_TOGETHER(s->comm, coverage->work, root ? 3 * (size_t)count : 0);
    HP_TRY(hp_parallel_agree(s->comm, prepare_checkpoint(s, err), err));
    hp_checkpoint_watch(s->checkpoint.folder, "ensembles", count, false);
    status = hp_items_compute(&s->ensembles, root ? coverage->rows : NULL, err);
    if (status == HP_OK) status = analyse_last(s, s->ensembles.count, err);
    hp_checkpoint_unwatch();
    /* A checkpoint without any ensemble is of no use and would stop the next study; with --resume
     * there may be ensembles that have not been looked at. */
    if (status != HP_OK && (resume || s->ensembles.finished != 0))
        hp_error_add_advice(err,
                            "finished ensembles are kept in \"%s/checkpoint\", go on with --resume",
                            coverage->job->output);
    else if (status != HP_OK && root) /* the error of the study is told, not one of this */
        (void)hp_checkpoint_remove(coverage->job->output, NULL);
cleanup:
    return status;
}

/* "mean 0.12(8), rms 1.01(6), within 67.0(3.3) %" of one kind of band; 0: there are no pulls. */
static int report_kind(const hp_coverage *coverage, hp_coverage_kind kind, int i,
                       char text[REPORT]) {
    hp_band found[HP_COVERAGE_NSTATISTIC];
    hp_coverage_summarise(coverage, kind, i, found);
    hp_band within = found[HP_COVERAGE_WITHIN];
    char mean[32], rms[32], share[32];
    hp_format_value(found[HP_COVERAGE_MEAN_PULL], mean, sizeof mean);
    hp_format_value(found[HP_COVERAGE_RMS_PULL], rms, sizeof rms);
    hp_format_value((hp_band){100.0 * within.value, 100.0 * within.error}, share, sizeof share);
    snprintf(text, REPORT, "mean %s, rms %s, within %s %%", mean, rms, share);
    return (int)found[HP_COVERAGE_ENSEMBLES].value;
}

static void report_observable(const hp_coverage *coverage, int i) {
    static const char *const kinds[HP_COVERAGE_NKIND] = {"pulls", "with systematic errors",
                                                         "total bands"};
    const hp_coverage_observable *observable = &coverage->observable[i];
    char text[REPORT];
    for (hp_coverage_kind kind = 0; kind < HP_COVERAGE_NKIND; kind++) {
        bool of_data = observable->path == NULL;
        if (of_data ? kind != HP_COVERAGE_STAT : !coverage->has_kind[kind]) continue;
        int n = report_kind(coverage, kind, i, text), all = coverage->job->ensembles;
        if (n == 0)
            hp_log("%s: no %s", observable->name, kinds[kind]);
        else if (n < all)
            hp_log("%s: %d %s from %d ensembles, %s", observable->name, n, kinds[kind], all, text);
        else
            hp_log("%s: %d %s, %s", observable->name, n, kinds[kind], text);
    }
}

/* Whether it is a file that hides: of an ensemble or of the truth, finished or not, which the rank
 * that made it would have removed. */
static bool is_left_over(const char *name) {
    static const char *const stem[] = {"exact_%*d%n", "ensemble_%*d%n"};
    for (int i = 0; *name == '.' && i < 2; i++) {
        int length = 0;
        const char *rest = name + strspn(name, ".");
        (void)sscanf(rest, stem[i], &length);
        if (length > 0 &&
            (strcmp(rest + length, ".h5") == 0 || strcmp(rest + length, ".h5.tmp") == 0))
            return true;
    }
    return false;
}

/* Samples go, and what killed runs have left among the ensembles; their folder too unless something
 * else lies there. */
static hp_status tidy_up(const study *s, hp_error *err) {
    const hp_coverage_job *job = s->coverage.job;
    char folder[PATH_SIZE], path[PATH_SIZE + 256];
    HP_CALL(hp_checkpoint_remove(job->output, err));
    snprintf(folder, sizeof folder, "%s/ensembles", job->output);
    DIR *directory = opendir(folder);
    if (directory == NULL) return HP_OK;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        snprintf(path, sizeof path, "%s/%.255s", folder, entry->d_name);
        if (is_left_over(entry->d_name)) unlink(path);
    }
    closedir(directory);
    if (!job->keep_ensembles) rmdir(folder);
    return HP_OK;
}

static hp_status write_results(study *s, hp_error *err) {
    hp_status status = HP_OK;
    const hp_coverage *coverage = &s->coverage;
    hp_record record;
    hp_record_create(&record);
    HP_TRY(hp_coverage_describe(coverage, &record, err));
    HP_TRY(hp_results_save(&record, &s->folder, err));
    HP_TRY(tidy_up(s, err));
    for (int i = 0; i < coverage->nobservable; i++) report_observable(coverage, i);
    hp_log("results in %s", coverage->job->output);
cleanup:
    hp_record_destroy(&record);
    return status;
}

hp_status hp_coverage_study(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    study s = {.comm = comm};
    HP_TRY(hp_parallel_agree(comm, hp_parallel_wrap(MPI_COMM_SELF, &s.self, err), err));
    HP_TRY(hp_coverage_read_jobs(comm, options, &s.coverage, err));
    HP_TRY(prepare_folder(&s, options, err));
    if (s.folder.finished) { /* by one that may have been killed while it tidied up */
        HP_TRY(hp_parallel_agree(comm, comm->rank == 0 ? tidy_up(&s, err) : HP_OK, err));
        goto cleanup;
    }
    HP_TRY(find_truth(&s, err));
    HP_TRY(analyse_all(&s, options->resume, err));
    hp_stage_enter(HP_STAGE_WRITE);
    HP_TRY(hp_parallel_agree(comm, comm->rank == 0 ? write_results(&s, err) : HP_OK, err));
cleanup:
    hp_folder_close(&s.folder);
    free(s.three_jobs);
    hp_coverage_destroy(&s.coverage);
    return status;
}
