// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/two_points.h"
#include <string.h>
#include "hadpot/memory.h"

bool hp_two_points_are_full(const hp_ensemble *ensemble, int source) {
    return hp_ensemble_has_full(ensemble, source, HP_FULL_TWO_POINT_1);
}

bool hp_two_points_are_there(const hp_ensemble *ensemble, int source) {
    return hp_two_points_are_full(ensemble, source) || !ensemble->has_ratio[source];
}

int hp_two_points_of_pair(const hp_ensemble *ensemble, int wave, int pair) {
    if (ensemble->field == NULL) return hp_two_points_are_there(ensemble, wave) ? wave : -1;
    for (int i = hp_ensemble_first_field(ensemble, wave, pair); i >= 0 && i < ensemble->nsource;
         i++)
        if (ensemble->field[i].wave == wave &&
            ensemble->component[ensemble->field[i].component].pair == pair &&
            hp_two_points_are_there(ensemble, i))
            return i;
    return -1;
}

int hp_two_points_first(const hp_ensemble *ensemble, int source) {
    return hp_two_points_are_full(ensemble, source) ? ensemble->t_full[0] : ensemble->t[0];
}

static int count_stored(const hp_ensemble *ensemble, int source) {
    return hp_two_points_are_full(ensemble, source) ? ensemble->nt_full : ensemble->nt;
}

/* Beyond the middle of a periodic lattice baryons are those of the other parity, which run
 * backwards, and mesons the same once more. */
int hp_two_points_count(const hp_ensemble *ensemble, int source) {
    const int *t = hp_two_points_are_full(ensemble, source) ? ensemble->t_full : ensemble->t;
    int nt = count_stored(ensemble, source), middle = ensemble->temporal_extent / 2;
    while (middle > 0 && nt > 1 && t[nt - 1] > middle) nt--;
    return nt;
}

void hp_two_points_mark(const hp_ensemble *ensemble, int source, bool *part) {
    if (hp_two_points_are_full(ensemble, source))
        part[ensemble->nsource * ensemble->nt + source] = true;
    else
        for (int t = 0; t < ensemble->nt; t++) part[source * ensemble->nt + t] = true;
}

/* What is taken of a row: both hadrons, one after another. */
typedef struct {
    const hp_ensemble *ensemble;
    int source;
} taking;

/* values (2, stored) (hp_row_function) */
static hp_status take(const double *row, double *values, void *context, hp_error *err) {
    (void)err;
    const taking *of = context;
    const hp_ensemble *ensemble = of->ensemble;
    bool full = hp_two_points_are_full(ensemble, of->source);
    size_t stored = (size_t)count_stored(ensemble, of->source);
    const double *start =
        row + (full ? hp_ensemble_full_offset(ensemble, of->source, HP_FULL_TWO_POINT_1)
                    : hp_ensemble_row_offset(ensemble, of->source) +
                          stored * (size_t)ensemble->geometry.npoint);
    memcpy(values, start, 2 * stored * sizeof *values);
    return HP_OK;
}

/* Room for nrow rows, and what both are but for their samples. */
static hp_status make_room(const hp_ensemble *ensemble, int source, int nrow, hp_two_points *points,
                           hp_error *err) {
    int nt = hp_two_points_count(ensemble, source), stored = count_stored(ensemble, source);
    *points = (hp_two_points){.stored = stored};
    HP_ALLOCATE(points->rows, (size_t)nrow * 2 * (size_t)stored);
    for (int hadron = 0; hadron < 2; hadron++)
        points->of[hadron] = (hp_two_point){.nt = nt,
                                            .nrow = nrow,
                                            .first = hp_two_points_first(ensemble, source),
                                            .stride = 2 * (size_t)stored,
                                            .value = points->rows + (ptrdiff_t)hadron * stored,
                                            .extent = ensemble->temporal_extent};
    return HP_OK;
}

hp_status hp_two_points_create(hp_resampling *resampling, int source, hp_two_points *points,
                               hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = resampling->ingest->ensemble;
    taking of = {ensemble, source};
    double *row = NULL;
    HP_TRY(hp_parallel_agree(
        ensemble->comm, make_room(ensemble, source, 1 + resampling->nsample, points, err), err));
    HP_NEW_TOGETHER(ensemble->comm, row, hp_ensemble_row_length(ensemble));
    for (int hadron = 0; hadron < 2; hadron++) {
        points->of[hadron].rule = hp_resampling_rule(resampling);
        points->of[hadron].freedom = hp_resampling_freedom(resampling);
    }
    hp_ingest_mean(resampling->ingest, row);
    (void)take(row, points->rows, &of, err);
    size_t length = points->of[0].stride;
    HP_TRY(hp_ingest_gather(resampling, length, take, &of, points->rows + length, err));
    HP_TRY(hp_parallel_agree(ensemble->comm, hp_two_points_look(points, err), err));
cleanup:
    hp_free(row);
    if (status != HP_OK) hp_two_points_destroy(points);
    return status;
}

static hp_status read_average(const hp_ensemble *ensemble, int source, hp_two_points *points,
                              hp_error *err) {
    hp_status status = HP_OK;
    taking of = {ensemble, source};
    size_t length = points->of[0].stride;
    double *row = NULL, *values = NULL;
    bool *part = NULL;
    HP_NEW(row, hp_ensemble_row_length(ensemble));
    HP_NEW(values, length);
    HP_NEW(part, hp_ensemble_part_count(ensemble));
    hp_two_points_mark(ensemble, source, part);
    for (int i = 0; i < ensemble->nsample; i++) {
        HP_TRY(hp_ensemble_read_part(ensemble, part, i, row, err));
        (void)take(row, values, &of, err);
        for (size_t j = 0; j < length; j++) points->rows[j] += values[j] / ensemble->nsample;
    }
cleanup:
    hp_free(part);
    hp_free(values);
    hp_free(row);
    return status;
}

hp_status hp_two_points_create_average(const hp_ensemble *ensemble, int source,
                                       hp_two_points *points, hp_error *err) {
    hp_status status = make_room(ensemble, source, 1, points, err);
    if (status == HP_OK) status = read_average(ensemble, source, points, err);
    if (status == HP_OK) status = hp_two_points_look(points, err);
    status = hp_parallel_agree(ensemble->comm, status, err);
    if (status != HP_OK) hp_two_points_destroy(points);
    return status;
}

void hp_two_points_destroy(hp_two_points *points) {
    if (points == NULL) return;
    hp_free(points->rows);
    *points = (hp_two_points){0};
}
