// SPDX-License-Identifier: GPL-3.0-or-later
/* One pass over all rows of a file, to judge them. */
#include <math.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/plausibility.h"
#include "hadpot/stop.h"
#include "column_sums.h"

/* Seconds without a word. */
static const double PATIENCE = 5.0;

typedef struct {
    hp_row_looks looks;
    double *row;
    double start;
    bool speaks;
    hp_progress progress;
} examiner;

/* Row `item` into out (hp_item_function), and what is kept of it. */
static hp_status take_row(int item, double *out, void *context, hp_error *err) {
    examiner *work = context;
    const hp_ensemble *ensemble = work->looks.ensemble;
    HP_CALL(hp_stop_check(err));
    HP_CALL(hp_ensemble_read_row(ensemble, item, out, err));
    hp_row_looks_take(&work->looks, item, out);
    if (work->speaks && hp_clock_seconds() - work->start > PATIENCE)
        hp_progress_report(&work->progress, "row", item + 1, ensemble->nsample, NAN);
    return HP_OK;
}

/* hp_row_access */
static hp_status read_row(void *context, int item, double *row, hp_error *err) {
    return hp_ensemble_read_row(context, item, row, err);
}

/* sum[length]: of all rows. */
static hp_status read_rows(examiner *work, size_t length, double *sum, hp_error *err) {
    const hp_ensemble *ensemble = work->looks.ensemble;
    HP_CALL(hp_parallel_ordered_sum(ensemble->comm, ensemble->nsample, length, take_row, work, sum,
                                    err));
    hp_progress_end(&work->progress);
    return hp_row_looks_share(&work->looks, ensemble->nsample, 1, err);
}

static hp_status read_columns(examiner *work, size_t length, double *sum, hp_error *err) {
    hp_status status = HP_OK;
    hp_column_sums columns = {.ensemble = work->looks.ensemble,
                              .bin = 1,
                              .looks = &work->looks,
                              .total = sum,
                              .speaks = work->speaks};
    HP_NEW_TOGETHER(work->looks.ensemble->comm, columns.sum, length);
    HP_TRY(hp_column_sums_read(&columns, err));
cleanup:
    hp_free(columns.sum);
    return status;
}

hp_status hp_plausibility_examine(const hp_ensemble *ensemble, bool progress, hp_findings *findings,
                                  hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = ensemble->comm;
    size_t length = hp_ensemble_row_length(ensemble);
    double *mean = NULL;
    examiner work = {.start = hp_clock_seconds(), .speaks = progress && comm->rank == 0};
    const hp_row_access access = {ensemble->nsample, 1, read_row, (void *)ensemble,
                                  hp_ensemble_has_columns(ensemble, NULL)};
    status = hp_row_looks_create(ensemble, NULL, ensemble->nsample, &work.looks, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    for (int row = 0; row < ensemble->nsample; row++) work.looks.file_row[row] = row;
    HP_NEW_TOGETHER(comm, mean, length);
    HP_TRY(access.by_columns ? read_columns(&work, length, mean, err)
                             : read_rows(&work, length, mean, err));
    for (size_t i = 0; i < length; i++) mean[i] /= ensemble->nsample;
    HP_TRY(hp_plausibility_judge(&work.looks, mean, &access, false, findings, err));
cleanup:
    hp_row_looks_destroy(&work.looks);
    hp_free(mean);
    return status;
}
