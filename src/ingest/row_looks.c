// SPDX-License-Identifier: GPL-3.0-or-later
/* The few numbers that are kept of every row. */
#include "hadpot/memory.h"
#include "hadpot/plausibility.h"

static bool is_looked_at(const hp_row_looks *looks, int part) {
    return looks->part == NULL || looks->part[part];
}

/* Kinds of columns of a source at one of the times t. */
static int kinds_of(const hp_ensemble *ensemble, int source) {
    return ensemble->has_ratio[source] ? HP_COLUMN_ZEROS + 1 : HP_COLUMN_FULL;
}

static void list_columns(hp_row_looks *looks) {
    const hp_ensemble *ensemble = looks->ensemble;
    int nt = ensemble->nt, nsource = ensemble->nsource;
    for (int source = 0; source < nsource; source++)
        for (int time = 0; time < nt; time++)
            for (int kind = 0; kind < kinds_of(ensemble, source); kind++)
                if (is_looked_at(looks, source * nt + time))
                    looks->column[looks->ncolumn++] = (hp_column){source, kind, time};
    looks->nwave = looks->ncolumn;
    for (int source = 0; source < nsource; source++)
        for (int which = HP_FULL_TWO_POINT_1; which <= HP_FULL_TWO_BARYON; which++)
            for (int time = 0; time < hp_ensemble_full_count(ensemble, (hp_full)which); time++)
                if (hp_ensemble_has_full(ensemble, source, (hp_full)which) &&
                    is_looked_at(looks, nsource * nt + source))
                    looks->column[looks->ncolumn++] =
                        (hp_column){source, HP_COLUMN_FULL + which, time};
}

hp_status hp_row_looks_create(const hp_ensemble *ensemble, const bool *part, int nrow,
                              hp_row_looks *looks, hp_error *err) {
    hp_status status = HP_OK;
    size_t nsource = (size_t)ensemble->nsource, npart = (size_t)hp_ensemble_part_count(ensemble);
    *looks = (hp_row_looks){.ensemble = ensemble, .part = part, .nrow = nrow};
    HP_NEW(looks->column, nsource * ((size_t)ensemble->nt * HP_COLUMN_FULL +
                                     (size_t)ensemble->nt_full * (HP_FULL_TWO_BARYON + 1)));
    list_columns(looks);
    HP_NEW(looks->file_row, nrow);
    HP_NEW(looks->value, (size_t)nrow * (size_t)looks->ncolumn);
    HP_NEW(looks->crc, (size_t)nrow * npart);
cleanup:
    if (status != HP_OK) hp_row_looks_destroy(looks);
    return status;
}

void hp_row_looks_destroy(hp_row_looks *looks) {
    if (looks == NULL) return;
    hp_free(looks->column);
    hp_free(looks->file_row);
    hp_free(looks->value);
    hp_free(looks->crc);
    *looks = (hp_row_looks){0};
}

void hp_row_looks_take(hp_row_looks *looks, int k, const double *row) {
    const hp_ensemble *ensemble = looks->ensemble;
    const hp_geometry *geometry = &ensemble->geometry;
    int nt = ensemble->nt, npoint = geometry->npoint;
    double *value = looks->value + (ptrdiff_t)k * looks->ncolumn;
    hp_ensemble_checksum_row(ensemble, looks->part, row,
                             looks->crc + (ptrdiff_t)k * hp_ensemble_part_count(ensemble));
    for (int c = looks->nwave; c < looks->ncolumn; c++) {
        const hp_column *of = &looks->column[c];
        hp_full which = (hp_full)(of->kind - HP_COLUMN_FULL);
        value[c] = row[hp_ensemble_full_offset(ensemble, of->source, which) + (size_t)of->time];
    }
    for (int c = 0; c < looks->nwave; c += kinds_of(ensemble, looks->column[c].source)) {
        const hp_column *first = &looks->column[c];
        const double *block = row + hp_ensemble_row_offset(ensemble, first->source);
        const double *two_point = block + (ptrdiff_t)nt * npoint + first->time; /* (2, nt) */
        value[c + HP_COLUMN_ZEROS] =
            hp_row_features(geometry, block + (ptrdiff_t)first->time * npoint, value + c);
        if (ensemble->has_ratio[first->source]) continue;
        value[c + HP_COLUMN_TWO_POINT_1] = two_point[0];
        value[c + HP_COLUMN_TWO_POINT_2] = two_point[nt];
    }
}

hp_status hp_row_looks_share(hp_row_looks *looks, int nitem, int rows, hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    size_t npart = (size_t)hp_ensemble_part_count(ensemble);
    size_t values = (size_t)rows * (size_t)looks->ncolumn, crcs = (size_t)rows * npart;
    HP_CALL(hp_parallel_share_rows(ensemble->comm, nitem, values * sizeof *looks->value,
                                   looks->value, err));
    return hp_parallel_share_rows(ensemble->comm, nitem, crcs * sizeof *looks->crc, looks->crc,
                                  err);
}
