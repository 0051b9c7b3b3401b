// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows that are zero, or far from all others. */
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/outliers.h"
#include "plausibility_parts.h"

/* Rows that get a sentence each; of the others there is the number. */
enum { MOST_ROWS = 5 };

/* One dataset of a source: which rows are zero in it; of R and four_point at all points, or some.
 */
typedef struct {
    int source, kind;
    bool all;
} zero_case;

static bool is_zero(const hp_row_looks *looks, const zero_case *of, double value) {
    int npoint = looks->ensemble->geometry.npoint;
    if (of->kind != HP_COLUMN_ZEROS) return value == 0.0;
    return of->all ? value == npoint : value > 0.0 && value < npoint;
}

/* Times of row k that are zero, in flag; returns how many. */
static int mark_zeros(const hp_row_looks *looks, const zero_case *of, int k, bool *flag) {
    int count = 0;
    for (int c = 0; c < looks->ncolumn; c++) {
        const hp_column *column = &looks->column[c];
        if (column->source != of->source || column->kind != of->kind) continue;
        flag[column->time] = is_zero(looks, of, looks->value[(ptrdiff_t)k * looks->ncolumn + c]);
        count += flag[column->time];
    }
    return count;
}

/* Whether the times in flag make the row useless: at all points of needed times; of two-point
 * functions at their own times, which may be filled up with zeros, also all of them. */
static bool makes_useless(const hp_row_looks *looks, const zero_case *of, const bool *flag) {
    int nt, count = 0;
    const int *t = hp_column_times(looks->ensemble, of->kind, &nt);
    bool full = of->kind >= HP_COLUMN_FULL;
    if (of->kind == HP_COLUMN_ZEROS && !of->all) return false;
    for (int i = 0; i < nt; i++) {
        count += flag[i];
        bool told = !full || looks->needed != NULL; /* info: nobody needs times of its own */
        if (flag[i] && told && hp_is_needed(looks, of->source, t[i])) return true;
    }
    return full && count == nt;
}

/* flag: room for all times, all false. */
static hp_status find_zero_rows(const hp_row_looks *looks, const zero_case *of, bool *flag,
                                hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    char row[HP_PLACE_TEXT], times[HP_PLACE_TEXT];
    int first = -1, count = 0, nt;
    bool refuses = false;
    for (int k = 0; k < looks->nrow; k++) {
        if (mark_zeros(looks, of, k, flag) == 0) continue;
        bool useless = !refuses && makes_useless(looks, of, flag);
        if (count++ == 0 || useless) first = k;
        refuses = refuses || useless;
    }
    if (count == 0) return HP_OK;
    mark_zeros(looks, of, first, flag);
    const int *t = hp_column_times(ensemble, of->kind, &nt);
    hp_row_name(looks, first, row);
    hp_times_text(t, nt, flag, times);
    return hp_findings_add(findings, hp_finding_of(ensemble, of->source, refuses), err,
                           "%s: source '%s', %s: %s is zero at t = %s%s (rows with zeros: %d of "
                           "%d)",
                           ensemble->path, ensemble->source[of->source], row,
                           hp_column_dataset(ensemble, of->source, of->kind), times,
                           of->all ? "" : " at some points", count, looks->nrow);
}

hp_status hp_find_zeros(const hp_row_looks *looks, hp_findings *findings, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = looks->ensemble;
    size_t room = (size_t)ensemble->nt + (size_t)ensemble->nt_full;
    bool *flag = NULL;
    HP_NEW(flag, room);
    for (int kind = HP_COLUMN_ZEROS; kind < HP_NCOLUMN_KINDS; kind++) {
        for (int source = 0; source < ensemble->nsource; source++) {
            bool two_point = kind == HP_COLUMN_TWO_POINT_1 || kind == HP_COLUMN_TWO_POINT_2;
            if (two_point && hp_repeats_two_points(looks, source)) continue;
            memset(flag, 0, room * sizeof *flag);
            HP_TRY(find_zero_rows(looks, &(zero_case){source, kind, true}, flag, findings, err));
            if (kind != HP_COLUMN_ZEROS || !hp_is_plain(ensemble, source)) continue;
            memset(flag, 0, room * sizeof *flag);
            HP_TRY(find_zero_rows(looks, &(zero_case){source, kind, false}, flag, findings, err));
        }
    }
cleanup:
    hp_free(flag);
    return status;
}

/* The number of a row that is farthest out. */
typedef struct {
    double distance, limit; /* in median absolute deviations; 0: the row belongs to the others */
    int column, count;      /* where, and how many of its numbers are outliers */
} suspect;

static void suspect_rows_of(const hp_row_looks *looks, int c, const hp_spread *spread, double limit,
                            suspect *rows) {
    for (int k = 0; k < looks->nrow; k++) {
        double x = looks->value[(ptrdiff_t)k * looks->ncolumn + c];
        double distance = hp_spread_excess(spread, limit, x);
        rows[k].count += distance > 0.0;
        if (!(distance > rows[k].distance)) continue;
        rows[k].distance = distance;
        rows[k].limit = limit;
        rows[k].column = c;
    }
}

/* By the columns of each source, which have the tail of its amplitude in common. tail, spread:
 * (ncolumn) work space. */
static void suspect_rows(const hp_row_looks *looks, double *work, double *tail, hp_spread *spread,
                         suspect *rows) {
    for (int c = 0; c < looks->ncolumn; c++)
        spread[c] = hp_spread_of(looks->value + c, looks->nrow, looks->ncolumn, work);
    for (int source = 0; source < looks->ensemble->nsource; source++) {
        int count = 0;
        for (int c = 0; c < looks->ncolumn; c++)
            if (looks->column[c].source == source && looks->column[c].kind != HP_COLUMN_ZEROS)
                tail[count++] = spread[c].tail;
        double common = hp_spread_common_tail(tail, count);
        for (int c = 0; c < looks->ncolumn; c++)
            if (looks->column[c].source == source && looks->column[c].kind != HP_COLUMN_ZEROS)
                suspect_rows_of(looks, c, &spread[c], hp_spread_limit(&spread[c], common), rows);
    }
}

static hp_status tell_of(const hp_row_looks *looks, const suspect *one, int k,
                         hp_findings *findings, hp_error *err) {
    static const char *const names[HP_NCOLUMN_KINDS] = {
        [HP_FEATURE_AVERAGE] = "the average over the volume of ",
        [HP_FEATURE_INNER] = "the average at small distances of ",
        [HP_FEATURE_NEAREST] = "the point at the smallest distance of ",
        [HP_FEATURE_SIZE] = "the logarithm of the size of ",
        [HP_FEATURE_ROUGHNESS] = "the logarithm of the roughness of "};
    const hp_ensemble *ensemble = looks->ensemble;
    const hp_column *column = &looks->column[one->column];
    const char *name = names[column->kind] != NULL ? names[column->kind] : "";
    char row[HP_PLACE_TEXT];
    int nt;
    hp_row_name(looks, k, row);
    return hp_findings_add(
        findings, hp_finding_of(ensemble, -1, false), err,
        "%s: source '%s', %s is an outlier: %s%s at t = %d is %.3g median absolute deviations away "
        "from the median of all rows (limit %.3g); outliers of this row: %d of %d numbers",
        ensemble->path, ensemble->source[column->source], row, name,
        hp_column_dataset(ensemble, column->source, column->kind),
        hp_column_times(ensemble, column->kind, &nt)[column->time], one->distance, one->limit,
        one->count, looks->ncolumn);
}

hp_status hp_find_outliers(const hp_row_looks *looks, hp_findings *findings, hp_error *err) {
    hp_status status = HP_OK;
    double *work = NULL, *tail = NULL;
    hp_spread *spread = NULL;
    suspect *rows = NULL;
    int count = 0;
    HP_NEW(work, 2 * (size_t)looks->nrow);
    HP_NEW(tail, looks->ncolumn);
    HP_NEW(spread, looks->ncolumn);
    HP_NEW(rows, looks->nrow);
    suspect_rows(looks, work, tail, spread, rows);
    for (int k = 0; k < looks->nrow; k++)
        if (rows[k].count > 0 && count++ < MOST_ROWS)
            HP_TRY(tell_of(looks, &rows[k], k, findings, err));
    if (count > MOST_ROWS)
        HP_TRY(hp_findings_add(findings, hp_finding_of(looks->ensemble, -1, false), err,
                               "%s: %d more rows are outliers", looks->ensemble->path,
                               count - MOST_ROWS));
cleanup:
    hp_free(work);
    hp_free(tail);
    hp_free(spread);
    hp_free(rows);
    return status;
}
