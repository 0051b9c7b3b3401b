// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/import.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/lock.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/parallel.h"
#include "hadpot/stop.h"
#include "hdf5_image.h"
#include "import_parts.h"

/* What a rank works with. */
typedef struct import_work {
    const hp_import_plan *plan;
    void *tables; /* of the format */
    hp_import_reader reader;
    hp_import_record record;
    double *block;      /* of the sums and of the mean */
    hp_import_sum *sum; /* (largest number of rows of a part) */
    int *count;         /* of the sums */
    double *mean;       /* (sum_length) */
    size_t block_size, nsum;
} import_work;

/* The sums of the rows of a part lie in one block, and their gauges where the record has them. */
static hp_status work_create(const hp_import_plan *plan, import_work *work, hp_error *err) {
    for (int p = 0; p < plan->npart; p++)
        if ((size_t)plan->part[p].nrow > work->nsum) work->nsum = (size_t)plan->part[p].nrow;
    size_t ngauge = 2 * (size_t)plan->ngauge, length = plan->sum_length + ngauge;
    work->plan = plan;
    work->block_size = work->nsum * length;
    HP_CALL(hp_import_record_create(plan, &work->record, err));
    HP_ALLOCATE(work->block, work->block_size);
    HP_ALLOCATE(work->mean, plan->sum_length);
    HP_ALLOCATE(work->count, work->nsum * (size_t)plan->ncell);
    HP_ALLOCATE(work->sum, work->nsum);
    for (size_t row = 0; row < work->nsum; row++)
        work->sum[row] = (hp_import_sum){.value = work->block + row * length,
                                         .gauge = work->block + row * length + plan->sum_length,
                                         .count = work->count + row * (size_t)plan->ncell};
    return plan->format->prepare != NULL ? plan->format->prepare(plan, &work->tables, err) : HP_OK;
}

static void work_destroy(import_work *work) {
    if (work->tables != NULL) work->plan->format->release(&work->tables);
    hp_import_reader_destroy(&work->reader);
    hp_import_record_destroy(&work->record);
    hp_free(work->block);
    hp_free(work->mean);
    hp_free(work->count);
    hp_free(work->sum);
}

static bool all_finite(const double *value, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!isfinite(value[i])) return false;
    return true;
}

/* Read, sum and decode one file. */
static hp_status take_file(import_work *work, int f, unsigned char sha256[HP_SHA256],
                           hp_error *err) {
    const hp_import_plan *plan = work->plan;
    char path[HP_IMPORT_PATH];
    hp_import_input input = {.file = &plan->file[f]};
    const int nrow = plan->part[input.file->part].nrow;
    hp_import_path(plan, input.file, path);
    HP_CALL(hp_import_read(&work->reader, path, &input, sha256, err));
    HP_CALL(hp_image_probe(path, input.bytes, input.size, err));
    HP_CALL_IN(plan->format->decode(plan, work->tables, &input, work->sum, err), "%s", path);
    for (int row = 0; row < nrow; row++)
        HP_REQUIRE(all_finite(work->sum[row].value, plan->sum_length), HP_ERR_INPUT,
                   "%s: holds a number that is not finite", path);
    return HP_OK;
}

/* Averages of the cells of a row, and from them its datasets. */
static hp_status finish_row(import_work *work, const hp_import_part *part, int row, hp_error *err) {
    const hp_import_plan *plan = work->plan;
    const hp_import_sum *sum = &work->sum[row];
    const char *name = hp_import_text(plan, part->name);
    double *to = work->record.value + (size_t)row * plan->row_length;
    for (int i = 0; i < plan->ncell; i++) {
        const hp_import_cell *cell = &plan->cell[i];
        int n = sum->count[i];
        HP_REQUIRE(n > 0, HP_ERR_INPUT, "%s: %s is in none of its files", name, cell->what);
        HP_REQUIRE(cell->count == 0 || n == cell->count, HP_ERR_INPUT,
                   "%s: %s is in its files %d times, expected %d times", name, cell->what, n,
                   cell->count);
        for (size_t k = cell->offset; k < cell->offset + cell->length; k++)
            work->mean[k] = sum->value[k] / n;
    }
    if (plan->format->finish != NULL)
        plan->format->finish(plan, work->tables, work->mean, to);
    else
        memcpy(to, work->mean, plan->row_length * sizeof *to);
    memcpy(work->record.value + (size_t)part->nrow * plan->row_length +
               (size_t)row * 2 * (size_t)plan->ngauge,
           sum->gauge, 2 * (size_t)plan->ngauge * sizeof *to);
    return HP_OK;
}

static hp_status take_part(import_work *work, int p, hp_import_stage *stage, hp_error *err) {
    const hp_import_plan *plan = work->plan;
    const hp_import_part *part = &plan->part[p];
    struct timespec now = {0};
    HP_REQUIRE(clock_gettime(CLOCK_REALTIME, &now) == 0, HP_ERR_LIBRARY, "there is no clock");
    hp_import_record_fit(plan, p, &work->record);
    work->record.began = hp_import_time(&now);
    memset(work->block, 0, work->block_size * sizeof *work->block);
    memset(work->count, 0, work->nsum * (size_t)plan->ncell * sizeof *work->count);
    for (int i = 0; i < part->nfile; i++) {
        char next[HP_IMPORT_PATH];
        int f = part->first_file + i;
        if (f + 1 < plan->nfile) {
            hp_import_path(plan, &plan->file[f + 1], next);
            hp_import_prefetch(next);
        }
        HP_CALL(take_file(work, f, work->record.sha256 + (size_t)i * HP_SHA256, err));
    }
    for (int row = 0; row < part->nrow; row++) HP_CALL(finish_row(work, part, row, err));
    return hp_import_stage_write(stage, p, &work->record, err);
}

/* Every rank takes the next part that is not finished, until there is none. */
static hp_status take_parts(const hp_comm *comm, import_work *work, hp_import_stage *stage,
                            hp_error *err) {
    hp_status status = HP_OK, mine = HP_OK;
    hp_work_counter *counter = NULL;
    hp_progress progress = {0};
    const int npart = work->plan->npart;
    int next = 0;
    HP_TRY(hp_work_counter_create(comm, &counter, err));
    while (mine == HP_OK && next < npart) {
        mine = hp_work_counter_next(counter, &next, err);
        if (mine == HP_OK) mine = hp_stop_check(err);
        if (mine != HP_OK || next >= npart) break;
        if (stage->place[next].offset == 0) mine = take_part(work, next, stage, err);
        if (comm->rank == 0) hp_progress_report(&progress, "rows", next + 1, npart, NAN);
        hp_work_counter_progress(counter);
    }
    if (mine != HP_OK) /* the error that is told is the first */
        (void)hp_work_counter_stop(counter, npart, NULL);
    hp_progress_end(&progress);
    if (mine == HP_OK) mine = hp_import_stage_end(stage, err);
    status = hp_parallel_agree(comm, mine, err);
cleanup:
    hp_work_counter_destroy(&counter);
    return status;
}

/* Everything that can be known without reading the files. */
static hp_status survey(hp_import_plan *plan, hp_error *err) {
    HP_REQUIRE(plan->format != NULL, HP_ERR_INTERNAL, "no format");
    HP_CALL(plan->format->survey(plan, err));
    HP_REQUIRE(plan->nfile > 0 && plan->npart > 0, HP_ERR_INPUT,
               "tree: \"%s\" holds no files of format %s", plan->job->tree, plan->job->format);
    HP_REQUIRE(plan->format->finish != NULL || plan->row_length == plan->sum_length,
               HP_ERR_INTERNAL, "datasets of %zu numbers from cells of %zu", plan->row_length,
               plan->sum_length);
    if (strcmp(plan->job->rows, "file") == 0)
        HP_CALL(hp_import_note(plan, err,
                               "rows are files: rotations and source positions of the same "
                               "configurations are not independent, and errors are not "
                               "statistical errors"));
    return hp_import_sort(plan, err);
}

static hp_status prepare(const hp_run_options *options, const char *job, hp_import_plan *plan,
                         hp_import_stage *stage, hp_lock *lock, hp_error *err) {
    char path[HP_IMPORT_PATH];
    const char *output = plan->job->output, *slash = strrchr(output, '/');
    int folder = slash != NULL ? (int)(slash - output) + 1 : 0;
    snprintf(path, sizeof path, "%.*s.%s.lock", folder, output, output + folder);
    HP_CALL_IN(survey(plan, err), "%s", options->job_path);
    HP_CALL(hp_import_fingerprint(plan, job, stage->fingerprint, err));
    HP_CALL(hp_import_compose_job(plan, job, &stage->job, err));
    HP_CALL(hp_import_check_output(plan, options, stage, err));
    return hp_lock_take(path, output, "import", lock, err);
}

static void plan_begin(const hp_import_job *job, hp_import_plan *plan) {
    double second = job->mass_2 > 0 ? job->mass_2 : job->mass_1;
    *plan = (hp_import_plan){
        .job = job,
        .version = 1,
        .inverse_spacing_mev = job->inverse_spacing_mev,
        .mass = {job->mass_1, second},
        .mass_error = {job->mass_1_error, job->mass_2 > 0 ? job->mass_2_error : job->mass_1_error}};
    for (int i = 0; i < hp_import_nformat; i++)
        if (strcmp(hp_import_formats[i].name, job->format) == 0)
            plan->format = &hp_import_formats[i];
}

static hp_status read_job(const hp_comm *comm, const hp_run_options *options, char **effective,
                          hp_import_job **job, hp_error *err) {
    hp_status status = HP_OK;
    if (comm->rank == 0)
        status = hp_config_merge(&hp_import_job_schema, options->job_path, options->overrides,
                                 options->noverrides, effective, err);
    HP_CALL(hp_parallel_agree(comm, status, err));
    HP_CALL(hp_parallel_broadcast_string(comm, effective, err));
    return hp_parallel_agree(comm, hp_import_job_parse(*effective, job, err), err);
}

/* Rank 0, after a failure: finished rows stay, nothing else does. */
static void leave_stage(const hp_import_plan *plan, hp_import_stage *stage, hp_error *err) {
    if (stage->place == NULL) return;
    bool stopped = err->status == HP_STOPPED;
    hp_status found = hp_import_stage_find(plan, stage, NULL);
    if (found == HP_OK && stage->nfinished == 0)
        hp_import_stage_remove(stage);
    else if (stopped)
        hp_error_add_advice(err, "%d of %d rows are kept in \"%s\"; go on with --resume",
                            stage->nfinished, plan->npart, stage->folder);
    else
        hp_log(
            "%d of %d rows are kept in \"%s\": --resume goes on from them; where files are added, "
            "removed or get another size, --overwrite begins anew",
            stage->nfinished, plan->npart, stage->folder);
}

/* Rank 0. Rows that give no ensemble are of no use to --resume; those of a full disk are. */
static hp_status assemble(hp_import_plan *plan, const hp_import_stage *stage, const char *job,
                          hp_error *err) {
    hp_status status = hp_import_assemble(plan, stage, job, err);
    if (status == HP_OK || status == HP_ERR_INPUT)
        hp_import_stage_remove(stage);
    else
        hp_log("all rows are kept in \"%s\", go on with --resume", stage->folder);
    return status;
}

hp_status hp_import(const hp_comm *comm, const hp_run_options *options, hp_error *err) {
    hp_status status = HP_OK;
    char *effective = NULL;
    hp_import_job *job = NULL;
    hp_import_plan plan = {0};
    hp_import_stage stage = {0};
    import_work work = {0};
    hp_lock lock = {0};
    HP_TRY(read_job(comm, options, &effective, &job, err));
    plan_begin(job, &plan);
    /* Which files there are, and what becomes of them; */
    if (comm->rank == 0) status = prepare(options, effective, &plan, &stage, &lock, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_TRY(hp_parallel_broadcast(comm, &stage.complete, sizeof stage.complete, err));
    if (stage.complete) goto cleanup;
    HP_TRY(hp_import_share(comm, &plan, err));
    HP_TRY(hp_parallel_agree(comm, work_create(&plan, &work, err), err));
    HP_TRY(hp_import_stage_open(comm, &plan, options, &stage, err));
    /* each file once, averages of what belongs to a row; */
    status = take_parts(comm, &work, &stage, err);
    if (status != HP_OK && comm->rank == 0) leave_stage(&plan, &stage, err);
    HP_TRY(status);
    /* all rows in one file. */
    if (comm->rank == 0) status = hp_import_stage_find(&plan, &stage, err);
    if (comm->rank == 0 && status == HP_OK) status = assemble(&plan, &stage, effective, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    if (comm->rank == 0) {
        char text[HP_IMPORT_SUMMARY];
        hp_import_describe(&plan, text);
        hp_log("%s: %s", job->output, text);
    }
cleanup:
    hp_lock_release(&lock);
    hp_import_stage_close(&stage);
    work_destroy(&work);
    hp_import_plan_destroy(&plan);
    hp_import_job_free(&job);
    hp_free(effective);
    return status;
}
