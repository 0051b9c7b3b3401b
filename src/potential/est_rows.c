// SPDX-License-Identifier: GPL-3.0-or-later
#include "est_rows.h"
#include <math.h>
#include "hadpot/est.h"
#include "hadpot/memory.h"

/* Errors within which a number is not told from 0; of many pairs of columns one is beyond 3. */
static const double COSINE_ERRORS = 3.0, ASYMMETRY_ERRORS = 4.0;

static const hp_row rows[] = {
    {HP_ROW_EST_MATRIX, "a^2",
     "M_ij = <R_i,S_j> over the fitted points, of columns i, j (a source at a time, times fastest)",
     .axis = {"data_column", "data_column"}},
    {HP_ROW_EST_ASYMMETRY, "1",
     "(M_ij - M_ji)/sqrt(|M_ii M_jj|), 0 where the potential is hermitian and one for all columns",
     .axis = {"data_column", "data_column"}},
    {HP_ROW_EST_COSINE, "1",
     "cos = <R_i,S_i>/(|R_i| |S_i|); where it is 0 the column by itself "
     "does not determine the strength of a separable potential",
     .axis = {"data_column"}}};

void hp_est_add_rows(int ncolumn, hp_record *record) {
    hp_record_add_axis(record, "data_column", (size_t)ncolumn);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
}

hp_status hp_est_store(const hp_fit_data *data, const hp_record *record, double *vector,
                       hp_error *err) {
    int n = data->n, ncolumn = data->ncolumn;
    double *M = hp_record_at(record, vector, HP_ROW_EST_MATRIX), *weight = NULL;
    double *asymmetry = hp_record_at(record, vector, HP_ROW_EST_ASYMMETRY);
    HP_ALLOCATE(weight, n);
    for (int r = 0; r < n; r++) weight[r] = data->fitted[r] * data->quadrature[r];
    const hp_est_columns columns = {n, ncolumn, weight, data->R, data->S};
    hp_est_matrix(&columns, M);
    hp_est_cosines(&columns, hp_record_at(record, vector, HP_ROW_EST_COSINE));
    for (int i = 0; i < ncolumn; i++)
        for (int j = 0; j < ncolumn; j++) {
            double size =
                sqrt(fabs(M[(ptrdiff_t)i * (ncolumn + 1)] * M[(ptrdiff_t)j * (ncolumn + 1)]));
            asymmetry[i * ncolumn + j] = (M[i * ncolumn + j] - M[j * ncolumn + i]) / size;
        }
    hp_free(weight);
    return HP_OK;
}

/* "wall, t = 12" of a column; its number where the record does not know sources and times. */
static const char *name_of(hp_record *record, int column) {
    const hp_axis_entry *source = hp_record_find_axis(record, "source");
    const hp_axis_entry *t = hp_record_find_axis(record, "t");
    bool named = source != NULL && source->nlabel > 0 && source->label[0].name != NULL;
    if (!named || t == NULL || t->nlabel == 0 || t->label[0].integer == NULL)
        return hp_record_copy(record, "column %d", column + 1);
    size_t extent = t->extent, c = (size_t)column;
    return hp_record_copy(record, "source %s at t = %d", source->label[0].name[c / extent],
                          t->label[0].integer[c % extent]);
}

static void note_cosines(int ncolumn, hp_record *record) {
    const char *name = "";
    int cases = 0;
    for (int c = 0; c < ncolumn; c++) {
        hp_band cosine = hp_record_band_of(record, HP_ROW_EST_COSINE, (size_t)c);
        if (!(fabs(cosine.value) < COSINE_ERRORS * cosine.error)) continue;
        if (cases++ == 0) name = name_of(record, c);
    }
    if (cases == 0 || ncolumn == 1) return; /* one column of this kind is refused before */
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK, .cases = cases},
                       "R and S of %d of %d columns are orthogonal within %g errors (est/cosine; "
                       "first %s): these by themselves do not determine a separable potential, the "
                       "others do",
                       cases, ncolumn, COSINE_ERRORS, name);
}

static void note_asymmetry(int ncolumn, hp_record *record) {
    const char *first = "", *second = "";
    double worst = 0.0;
    int cases = 0;
    for (int i = 0; i < ncolumn; i++)
        for (int j = i + 1; j < ncolumn; j++) {
            hp_band band = hp_record_band_of(record, HP_ROW_EST_ASYMMETRY,
                                             (size_t)i * (size_t)ncolumn + (size_t)j);
            double errors = fabs(band.value) / band.error;
            if (!(errors > ASYMMETRY_ERRORS && band.error > 0.0)) continue;
            cases++;
            if (errors <= worst) continue;
            worst = errors;
            first = name_of(record, i);
            second = name_of(record, j);
        }
    if (cases == 0) return;
    hp_record_add_note(
        record, (hp_note){.severity = HP_CAUTION, .cases = cases},
        "<R_i,S_j> is not symmetric for %d of %d pairs of columns (est/asymmetry; worst, "
        "%.2g errors: %s and %s): no hermitian potential is behind both, times are "
        "too early or a source is wrong",
        cases, ncolumn * (ncolumn - 1) / 2, worst, first, second);
}

void hp_est_note(int ncolumn, hp_record *record) {
    note_cosines(ncolumn, record);
    note_asymmetry(ncolumn, record);
}
