// SPDX-License-Identifier: GPL-3.0-or-later
/* Two-point functions that cannot be divided by, and averages R that change sign. */
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/outliers.h"
#include "column_sums.h"
#include "plausibility_parts.h"

/* R has either sign where it is so many errors from zero: with thousands of distances three would
 * be reached by chance. */
static const double SIGN_ERRORS = 5.0;

/* Relative: the same numbers, stored with four bytes. */
static const double AGREEMENT = 1e-6;

double hp_column_mean(const hp_row_looks *looks, int c, double *error) {
    bool are_samples = looks->ensemble->sampling == HP_SAMPLING_JACKKNIFE;
    return hp_row_mean(looks->value + c, looks->nrow, looks->ncolumn, are_samples, error);
}

static bool is_divisor(double mean, double error) {
    return mean != 0.0 && !(fabs(mean) < HP_TWO_POINT_ERRORS * error); /* nan: one row, no error */
}

bool hp_has_divisors(const hp_row_looks *looks, int source, int time) {
    for (int hadron = 0; hadron < 2 && !looks->ensemble->has_ratio[source]; hadron++) {
        int c = hp_column_find(looks, source, HP_COLUMN_TWO_POINT_1 + hadron, time);
        double error, mean = hp_column_mean(looks, c, &error);
        if (!is_divisor(mean, error)) return false;
    }
    return true;
}

/* A two-point function of a source at those of its times at which the waves are. */
typedef struct {
    const hp_row_looks *looks;
    int source, kind, count; /* times */
    int *t, *column;         /* (count) */
    double *mean, *error;    /* (count) */
    bool *flag;              /* (count) */
} series;

static void fill_series(const hp_row_looks *looks, int source, int kind, series *of) {
    const hp_ensemble *ensemble = looks->ensemble;
    of->source = source;
    of->kind = kind;
    of->count = 0;
    for (int c = 0; c < looks->ncolumn; c++) {
        const hp_column *column = &looks->column[c];
        if (column->source != source || column->kind != kind) continue;
        int nt, t = hp_column_times(ensemble, kind, &nt)[column->time], n = of->count;
        if (t < ensemble->t[0] || t > ensemble->t[ensemble->nt - 1]) continue;
        of->t[n] = t;
        of->column[n] = c;
        of->mean[n] = hp_column_mean(looks, c, &of->error[n]);
        of->flag[n] = !is_divisor(of->mean[n], of->error[n]);
        of->count++;
    }
}

/* A finding that concerns the times t_0 ... t_1. */
static hp_finding finding_between(const series *of, bool refuses, int t_0, int t_1) {
    int first = of->looks->ensemble->t[0];
    return (hp_finding){refuses, of->source, {t_0 - first, t_1 - first}, ""};
}

static hp_status find_small(const series *of, bool refuses, hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = of->looks->ensemble;
    char times[HP_PLACE_TEXT];
    int first = 0, last = of->count - 1;
    while (first < of->count && !of->flag[first]) first++;
    if (first == of->count) return HP_OK;
    while (!of->flag[last]) last--;
    bool needed = false;
    for (int i = first; i <= last; i++)
        needed = needed || (of->flag[i] && hp_is_needed(of->looks, of->source, of->t[i]));
    hp_times_text(of->t, of->count, of->flag, times);
    return hp_findings_add(findings,
                           finding_between(of, refuses && needed, of->t[first], of->t[last]), err,
                           "%s: source '%s': %s is compatible with zero at t = %s (%.3g +- %.2g at "
                           "t = %d)",
                           ensemble->path, ensemble->source[of->source],
                           hp_column_dataset(ensemble, of->source, of->kind), times,
                           of->mean[first], of->error[first], of->t[first]);
}

static hp_status find_turns(const series *of, bool refuses, hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = of->looks->ensemble;
    for (int i = 1; i < of->count; i++) {
        bool same = signbit(of->mean[i]) == signbit(of->mean[i - 1]);
        if (same || of->flag[i] || of->flag[i - 1] || of->t[i] != of->t[i - 1] + 1) continue;
        bool needed = hp_is_needed(of->looks, of->source, of->t[i - 1]) &&
                      hp_is_needed(of->looks, of->source, of->t[i]);
        HP_CALL(hp_findings_add(
            findings, finding_between(of, refuses && needed, of->t[i - 1], of->t[i]), err,
            "%s: source '%s': %s changes sign between t = %d (%.3g +- %.2g) and t = %d (%.3g +- "
            "%.2g)",
            ensemble->path, ensemble->source[of->source],
            hp_column_dataset(ensemble, of->source, of->kind), of->t[i - 1], of->mean[i - 1],
            of->error[i - 1], of->t[i], of->mean[i], of->error[i]));
    }
    return HP_OK;
}

/* Both hold the same numbers, and R is formed of one, masses of the other. */
static hp_status compare_full(const series *of, hp_findings *findings, hp_error *err) {
    const hp_row_looks *looks = of->looks;
    const hp_ensemble *ensemble = looks->ensemble;
    int full = of->kind - HP_COLUMN_TWO_POINT_1 + HP_COLUMN_FULL;
    for (int i = 0; i < of->count && ensemble->nt_full > 0; i++) {
        int c = hp_column_find(looks, of->source, full, of->t[i] - ensemble->t_full[0]);
        double error, mean = c >= 0 ? hp_column_mean(looks, c, &error) : of->mean[i];
        if (fabs(mean - of->mean[i]) <= AGREEMENT * fabs(of->mean[i])) continue;
        HP_CALL(hp_findings_add(
            findings, finding_between(of, false, of->t[i], of->t[i]), err,
            "%s: source '%s': the average %s at t = %d is %.7g, that of %s is %.7g", ensemble->path,
            ensemble->source[of->source], hp_column_dataset(ensemble, of->source, of->kind),
            of->t[i], of->mean[i], hp_column_dataset(ensemble, of->source, full), mean));
        break; /* at other times, too, most likely */
    }
    return HP_OK;
}

static hp_status judge_series(series *of, bool used, hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = of->looks->ensemble;
    static const int kinds[] = {HP_COLUMN_TWO_POINT_1, HP_COLUMN_TWO_POINT_2,
                                HP_COLUMN_FULL + HP_FULL_TWO_POINT_1,
                                HP_COLUMN_FULL + HP_FULL_TWO_POINT_2};
    for (int source = 0; source < ensemble->nsource; source++)
        for (int i = 0; i < 4; i++) {
            bool divides = kinds[i] < HP_COLUMN_FULL;
            if (divides && hp_repeats_two_points(of->looks, source)) continue;
            fill_series(of->looks, source, kinds[i], of);
            HP_CALL(find_small(of, used && divides, findings, err));
            HP_CALL(find_turns(of, used && divides, findings, err));
            if (divides) HP_CALL(compare_full(of, findings, err));
        }
    return HP_OK;
}

hp_status hp_find_useless_two_point(const hp_row_looks *looks, bool used, hp_findings *findings,
                                    hp_error *err) {
    hp_status status = HP_OK;
    size_t nt = (size_t)looks->ensemble->nt;
    series of = {.looks = looks};
    HP_NEW(of.t, nt);
    HP_NEW(of.column, nt);
    HP_NEW(of.mean, nt);
    HP_NEW(of.error, nt);
    HP_NEW(of.flag, nt);
    HP_TRY(judge_series(&of, used, findings, err));
cleanup:
    hp_free(of.t);
    hp_free(of.column);
    hp_free(of.mean);
    hp_free(of.error);
    hp_free(of.flag);
    return status;
}

/* Blocks of which the average R has both signs, and squares of deviations from it. */
typedef struct {
    const hp_row_looks *looks;
    const hp_row_access *access;
    const double *mean;   /* (row_length) */
    int count, nshell;    /* blocks */
    int *block;           /* (count) source nt + time */
    double *row, *points; /* (row_length), (npoint) work space */
    double *average;      /* (count, nshell) of R times the average two-point functions */
    double *sums;         /* (2, count, nshell) deviations and their squares */
    double *item;         /* likewise, of one item; NULL: not needed */
} turn_search;

/* R of a block at all shells: of four_point linearised around the average, so that what two-point
 * functions have in common with it cancels. scale: 1/rows of the sum. */
static void shells_of(turn_search *search, int i, const double *row, double scale, double *shell) {
    const hp_ensemble *ensemble = search->looks->ensemble;
    int nt = ensemble->nt, npoint = ensemble->geometry.npoint;
    int source = search->block[i] / nt, time = search->block[i] % nt;
    size_t offset = hp_ensemble_row_offset(ensemble, source);
    const double *now = row + offset, *mean = search->mean + offset;
    double moved = 0.0; /* relative, of the product of two-point functions */
    for (int hadron = 0; hadron < 2 && !ensemble->has_ratio[source]; hadron++) {
        ptrdiff_t at = (ptrdiff_t)nt * (npoint + hadron) + time;
        moved += scale * now[at] / mean[at] - 1.0;
    }
    for (int p = 0; p < npoint; p++) {
        ptrdiff_t at = (ptrdiff_t)time * npoint + p;
        search->points[p] = scale * now[at] - moved * mean[at];
    }
    hp_geometry_shell_average(&ensemble->geometry, search->points, shell);
}

static bool has_both_signs(const double *shell, int n) {
    bool sign[2] = {false, false};
    for (int i = 0; i < n; i++)
        if (shell[i] != 0.0) sign[shell[i] < 0.0] = true;
    return sign[0] && sign[1];
}

static hp_status list_blocks(turn_search *search, hp_error *err) {
    const hp_ensemble *ensemble = search->looks->ensemble;
    int nblock = ensemble->nsource * ensemble->nt, nshell = search->nshell;
    HP_ALLOCATE(search->block, nblock);
    HP_ALLOCATE(search->points, ensemble->geometry.npoint);
    HP_ALLOCATE(search->row, hp_ensemble_row_length(ensemble));
    HP_ALLOCATE(search->average, (size_t)nblock * (size_t)nshell);
    for (int block = 0; block < nblock; block++) {
        int source = block / ensemble->nt, time = block % ensemble->nt;
        double *shell = search->average + (ptrdiff_t)search->count * nshell;
        if (!hp_is_plain(ensemble, source) || !hp_is_looked_at(search->looks, source, time) ||
            !hp_has_divisors(search->looks, source, time))
            continue;
        search->block[search->count] = block;
        shells_of(search, search->count, search->mean, 1.0, shell);
        search->count += has_both_signs(shell, nshell);
    }
    HP_ALLOCATE(search->sums, 2 * (size_t)search->count * (size_t)nshell);
    return HP_OK;
}

/* Deviations of block i of an item and their squares, into out (2, count, nshell). */
static void find_squares(turn_search *search, int i, const double *row, double *out) {
    ptrdiff_t n = (ptrdiff_t)search->count * search->nshell, first = (ptrdiff_t)i * search->nshell;
    shells_of(search, i, row, 1.0 / search->access->count, out + first);
    for (ptrdiff_t j = first; j < first + search->nshell; j++) {
        out[j] -= search->average[j];
        out[n + j] = out[j] * out[j];
    }
}

/* hp_item_function */
static hp_status add_squares(int item, double *out, void *context, hp_error *err) {
    turn_search *search = context;
    const hp_row_access *access = search->access;
    HP_CALL(access->read(access->context, item, search->row, err));
    for (int i = 0; i < search->count; i++) find_squares(search, i, search->row, out);
    return HP_OK;
}

/* hp_item_function_of_block */
static void add_block(int item, int source, int time, const double *row, void *context) {
    (void)item;
    turn_search *search = context;
    ptrdiff_t n = (ptrdiff_t)search->count * search->nshell;
    for (int i = 0; i < search->count; i++) {
        if (search->block[i] != source * search->looks->ensemble->nt + time) continue;
        find_squares(search, i, row, search->item);
        for (ptrdiff_t j = (ptrdiff_t)i * search->nshell; j < (ptrdiff_t)(i + 1) * search->nshell;
             j++) {
            search->sums[j] += search->item[j];
            search->sums[n + j] += search->item[n + j];
        }
    }
}

/* sums, of all items in their order: from rows, or from columns of the blocks alone. */
static hp_status add_items(turn_search *search, hp_error *err) {
    hp_status status = HP_OK;
    const hp_ensemble *ensemble = search->looks->ensemble;
    size_t length = 2 * (size_t)search->count * (size_t)search->nshell;
    bool *part = NULL;
    if (!search->access->by_columns)
        return hp_parallel_ordered_sum(ensemble->comm, search->access->nitem, length, add_squares,
                                       search, search->sums, err);
    HP_NEW_TOGETHER(ensemble->comm, part, hp_ensemble_part_count(ensemble));
    HP_NEW_TOGETHER(ensemble->comm, search->item, length);
    for (int i = 0; i < search->count; i++) part[search->block[i]] = true;
    HP_TRY(hp_items_by_columns(search->looks, part, search->access->count, add_block, search, err));
    HP_TRY(hp_parallel_merge(ensemble->comm, search->sums, length * sizeof *search->sums, err));
cleanup:
    hp_free(part);
    return status;
}

/* The shells at which R is the most errors above and below zero; whether both are enough. */
static bool has_turn(const turn_search *search, int i, int shell[2], double error[2]) {
    double items = search->access->nitem, most[2] = {0.0, 0.0};
    bool are_samples = search->looks->ensemble->sampling == HP_SAMPLING_JACKKNIFE;
    ptrdiff_t first = (ptrdiff_t)i * search->nshell, n = (ptrdiff_t)search->count * search->nshell;
    for (int s = 0; s < search->nshell; s++) {
        double sum = search->sums[first + s], squares = search->sums[n + first + s];
        double variance = fmax(squares - sum * sum / items, 0.0) / items;
        double found = sqrt(variance * (are_samples ? items - 1.0 : 1.0 / (items - 1.0)));
        double value = search->average[first + s], ratio = fabs(value) / found;
        int sign = value < 0.0;
        if (!(ratio > most[sign])) continue;
        most[sign] = ratio;
        shell[sign] = s;
        error[sign] = found;
    }
    return most[0] > SIGN_ERRORS && most[1] > SIGN_ERRORS;
}

static hp_status tell_of_turn(const turn_search *search, int i, const bool *flag,
                              hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = search->looks->ensemble;
    const double *r = ensemble->geometry.r;
    const double *value = search->average + (ptrdiff_t)i * search->nshell;
    int shell[2] = {0}, source = search->block[i] / ensemble->nt,
        t = search->block[i] % ensemble->nt;
    double error[2] = {0.0};
    char times[HP_PLACE_TEXT];
    (void)has_turn(search, i, shell, error);
    hp_times_text(ensemble->t, ensemble->nt, flag, times);
    return hp_findings_add(
        findings, hp_finding_at(ensemble, source, false, flag), err,
        "%s: source '%s': the average %s changes sign with r at t = %s (at t = %d it is %.3g +- "
        "%.2g at r = %.4g a, %.3g +- %.2g at r = %.4g a)",
        ensemble->path, ensemble->source[source], ensemble->has_ratio[source] ? "R" : "four_point",
        times, ensemble->t[t], value[shell[0]], error[0], r[shell[0]], value[shell[1]], error[1],
        r[shell[1]]);
}

/* Those of each source together; its blocks stand one after another. */
static hp_status tell_of_turns(const turn_search *search, hp_findings *findings, hp_error *err) {
    hp_status status = HP_OK;
    int nt = search->looks->ensemble->nt, shell[2], first;
    double error[2];
    bool *flag = NULL;
    HP_NEW(flag, nt);
    for (int source = 0; source < search->looks->ensemble->nsource; source++) {
        memset(flag, 0, (size_t)nt * sizeof *flag);
        first = -1;
        for (int i = 0; i < search->count; i++) {
            if (search->block[i] / nt != source || !has_turn(search, i, shell, error)) continue;
            flag[search->block[i] % nt] = true;
            if (first < 0) first = i;
        }
        if (first >= 0) HP_TRY(tell_of_turn(search, first, flag, findings, err));
    }
cleanup:
    hp_free(flag);
    return status;
}

hp_status hp_find_sign_changes(const hp_row_looks *looks, const double *mean,
                               const hp_row_access *access, hp_findings *findings, hp_error *err) {
    hp_status status = HP_OK;
    const hp_comm *comm = looks->ensemble->comm;
    turn_search search = {
        .looks = looks, .access = access, .mean = mean, .nshell = looks->ensemble->geometry.nshell};
    HP_TRY(hp_parallel_agree(comm, list_blocks(&search, err), err));
    if (search.count > 0 && access->nitem > 1) {
        HP_TRY(add_items(&search, err));
        status = tell_of_turns(&search, findings, err);
        HP_TRY(hp_parallel_agree(comm, status, err));
    }
cleanup:
    hp_free(search.block);
    hp_free(search.points);
    hp_free(search.row);
    hp_free(search.average);
    hp_free(search.sums);
    hp_free(search.item);
    return status;
}
