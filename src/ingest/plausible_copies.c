// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows, sources and times that are equal to the last bit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "plausibility_parts.h"

/* Some of the parts of a row (hp_ensemble_part_count), each with its checksum. */
typedef struct {
    const hp_row_looks *looks;
    int first, count;
} slice;

static const uint32_t *crc_of(const slice *of, int k) {
    ptrdiff_t npart = hp_ensemble_part_count(of->looks->ensemble);
    return of->looks->crc + k * npart + of->first;
}

static int part_of(const hp_row_looks *looks, int c) {
    const hp_column *column = &looks->column[c];
    int nt = looks->ensemble->nt;
    if (c >= looks->nwave) return looks->ensemble->nsource * nt + column->source;
    return column->source * nt + column->time;
}

/* Checksums of 32 bits of each part, then the columns, sums of all numbers of it. */
static bool are_equal(const slice *of, int k, int other) {
    const hp_row_looks *looks = of->looks;
    size_t bytes = (size_t)of->count * sizeof *looks->crc;
    if (memcmp(crc_of(of, k), crc_of(of, other), bytes) != 0) return false;
    const double *value = looks->value + (ptrdiff_t)k * looks->ncolumn;
    const double *second = looks->value + (ptrdiff_t)other * looks->ncolumn;
    for (int c = 0; c < looks->ncolumn; c++) {
        int part = part_of(looks, c);
        bool inside = part >= of->first && part < of->first + of->count;
        if (inside && value[c] != second[c]) return false; /* all are finite */
    }
    return true;
}

/* A row by one checksum of its slice. */
typedef struct {
    uint64_t key;
    int k;
} keyed_row;

static int compare(const void *left, const void *right) {
    const keyed_row *a = left, *b = right;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return (a->k > b->k) - (a->k < b->k);
}

/* FNV-1a, Fowler, Noll, Vo, over checksums. */
static uint64_t key_of(const slice *of, int k) {
    uint64_t key = 14695981039346656037u;
    const uint32_t *crc = crc_of(of, k);
    for (int i = 0; i < of->count; i++) key = (key ^ crc[i]) * 1099511628211u;
    return key;
}

/* How many rows are equal to an earlier one; pair[2]: the first such row and that one. */
static int count_equal(const slice *of, keyed_row *rows, int pair[2]) {
    int n = of->looks->nrow, count = 0;
    for (int k = 0; k < n; k++) rows[k] = (keyed_row){key_of(of, k), k};
    qsort(rows, (size_t)n, sizeof *rows, compare);
    for (int i = 1, first = 0; i < n; i++) {
        if (rows[i].key != rows[first].key) first = i;
        if (i == first || !are_equal(of, rows[first].k, rows[i].k)) continue;
        if (count++ > 0 && rows[i].k > pair[0]) continue;
        pair[0] = rows[i].k;
        pair[1] = rows[first].k;
    }
    return count;
}

/* source -1: whole rows. */
static hp_status tell_of_rows(const hp_row_looks *looks, int source, int count, const int pair[2],
                              hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    char row[HP_PLACE_TEXT], other[HP_PLACE_TEXT], name[HP_PLACE_TEXT] = "";
    hp_row_name(looks, pair[0], row);
    hp_row_name(looks, pair[1], other);
    if (source >= 0) snprintf(name, sizeof name, "source '%.64s', ", ensemble->source[source]);
    return hp_findings_add(
        findings, hp_finding_of(ensemble, source, false), err,
        "%s: %s%s is equal to %s to the last bit (%d of %d rows are equal to an earlier one): what "
        "is counted twice makes errors too small",
        ensemble->path, name, row, other, count, looks->nrow);
}

static hp_status find_equal_rows(const hp_row_looks *looks, keyed_row *rows, hp_findings *findings,
                                 hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    int nt = ensemble->nt, pair[2] = {0, 0};
    const slice whole = {looks, 0, hp_ensemble_part_count(ensemble)};
    int count = count_equal(&whole, rows, pair);
    if (count > 0) HP_CALL(tell_of_rows(looks, -1, count, pair, findings, err));
    for (int source = 0; source < ensemble->nsource; source++) {
        const slice part = {looks, source * nt, nt};
        bool looked = false;
        for (int t = 0; t < nt; t++) looked |= hp_is_looked_at(looks, source, t);
        int more = looked ? count_equal(&part, rows, pair) : 0;
        if (more > count) HP_CALL(tell_of_rows(looks, source, more, pair, findings, err));
    }
    return HP_OK;
}

/* Whether two blocks (source nt + time) have been looked at and agree in all rows. */
static bool blocks_agree(const hp_row_looks *looks, int block, int other) {
    ptrdiff_t npart = hp_ensemble_part_count(looks->ensemble);
    if (looks->part != NULL && !(looks->part[block] && looks->part[other])) return false;
    for (int k = 0; k < looks->nrow; k++) {
        const uint32_t *crc = looks->crc + k * npart;
        if (crc[block] != crc[other]) return false;
    }
    return true;
}

static hp_status find_equal_sources(const hp_row_looks *looks, hp_findings *findings,
                                    hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    int nt = ensemble->nt;
    for (int a = 0; a < ensemble->nsource; a++)
        for (int b = a + 1; b < ensemble->nsource; b++) {
            int equal = 0;
            for (int t = 0; t < nt; t++) equal += blocks_agree(looks, a * nt + t, b * nt + t);
            if (equal == 0) continue;
            HP_CALL(hp_findings_add(findings, hp_finding_of(ensemble, b, false), err,
                                    "%s: sources '%s' and '%s' are equal to the last bit in all "
                                    "rows at %d times: one of them adds nothing",
                                    ensemble->path, ensemble->source[a], ensemble->source[b],
                                    equal));
        }
    return HP_OK;
}

static hp_status find_equal_times(const hp_row_looks *looks, hp_findings *findings, hp_error *err) {
    const hp_ensemble *ensemble = looks->ensemble;
    int nt = ensemble->nt;
    for (int source = 0; source < ensemble->nsource; source++)
        for (int t = 1; t < nt; t++) {
            if (!blocks_agree(looks, source * nt + t - 1, source * nt + t)) continue;
            hp_finding parts = {.source = source, .time = {t - 1, t}};
            HP_CALL(hp_findings_add(
                findings, parts, err,
                "%s: source '%s' at t = %d is equal to t = %d to the last bit in all rows",
                ensemble->path, ensemble->source[source], ensemble->t[t], ensemble->t[t - 1]));
        }
    return HP_OK;
}

hp_status hp_find_equal(const hp_row_looks *looks, hp_findings *findings, hp_error *err) {
    hp_status status = HP_OK;
    keyed_row *rows = NULL;
    HP_NEW(rows, looks->nrow);
    HP_TRY(find_equal_rows(looks, rows, findings, err));
    HP_TRY(find_equal_sources(looks, findings, err));
    HP_TRY(find_equal_times(looks, findings, err));
cleanup:
    hp_free(rows);
    return status;
}
