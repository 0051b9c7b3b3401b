// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows in chunks of any shape: the same bits and the same words as of rows that are stored one by
 * one, with fields that share two-point functions, on any number of ranks. */
#include "../ensemble/open_components.h"

#include <math.h>
#include "hadpot/ingest.h"
#include "hadpot/memory.h"
#include "layouts.h"

static hp_comm comm;
static char folder[64];

enum { NROW = 29, BIN = 2, NBIN = 14, NT = 5, NPOINT = 120 };
static const size_t plenty = 1 << 26;
static double radius[NPOINT];

/* Where a NaN stands: none, or in two rows; and whether signs change with r. */
static bool broken, turns;

/* With noise that differs from row to row, one outlier, and for some a node. */
static double number(const components_file *of, const file_place *at) {
    (void)of;
    double noise = sin(12.9 * (at->sample + 1) + 78.2 * at->part + 37.7 * at->t + 4.5 * at->source);
    double r = 0.2 * at->point + 0.3, wave = 1.0 + 0.7 * exp(-r * r / 9.0) + 0.1 * at->component;
    bool is_wave = at->part == FILE_WAVE || at->part == FILE_LAPLACIAN;
    if (broken && at->part == FILE_WAVE && at->component == 0 && at->source == 1) {
        if (at->sample == 17 && at->t == 0 && at->point == 3) return NAN;
        if (at->sample == 9 && at->t == 4 && at->point == 110) return NAN;
    }
    if (turns && is_wave) wave -= 2.4 * exp(-r * r / 4.0);
    double value = (is_wave ? wave : 1.0) * exp((is_wave ? -1.1 : -0.55) * at->t);
    if (at->sample == 20 && at->t == 2 && is_wave) value *= 1.5;
    return value * (1.0 + 0.01 * noise * cos(0.4 * r));
}

/* Written by rank 0, then stored anew. */
static void open_stored(layout as, hp_ensemble *e) {
    const components_file of = {
        .nsample = NROW,
        .nt = NT,
        .t0 = 5,
        .npoint = NPOINT,
        .r = radius,
        .full = true,
        .inverse_spacing_mev = 2000.0,
        .npair = 2,
        .pair = {{.name = "XX", .mass = {0.5, 0.5}, .identical = 1},
                 {.name = "NY", .mass = {0.6, 0.7}}},
        .ncomponent = 3,
        .component = {"XX:1S0", "NY:3D1", "NY:3S1"},
        .nsource = 2,
        .source = {{.name = "a", .pair = "NY"}, {.name = "b", .pair = "XX"}},
        .number = number};
    char path[128];
    hp_error err = HP_ERROR_INIT;
    for (int i = 0; i < NPOINT; i++) radius[i] = 0.2 * i + 0.3;
    MPI_Barrier(MPI_COMM_WORLD); /* nobody reads the one before any more */
    snprintf(path, sizeof path, "%s/stored.h5", folder);
    if (comm.rank == 0) assert_true(write_components_file(path, &of));
    if (comm.rank == 0) layout_store(path, as);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(hp_ensemble_open(&comm, path, e, &err), &err);
}

/* Everything that is read, one after another. */
typedef struct {
    double *numbers;
    size_t count;
} outcome;

static void take(outcome *of, const void *block, size_t bytes) {
    memcpy((char *)(of->numbers + of->count), block, bytes);
    of->count += (bytes + sizeof(double) - 1) / sizeof(double);
}

/* In bins, of which all or some are in memory; of all or some parts; with some numbers watched. */
static outcome read_stored(layout as, bool all) {
    hp_ensemble e;
    hp_ingest ingest;
    hp_error err = HP_ERROR_INIT;
    open_stored(as, &e);
    int npart = hp_ensemble_part_count(&e);
    size_t row_length = hp_ensemble_row_length(&e);
    bool *part = test_calloc((size_t)npart, 1), *number_set = test_calloc(row_length, 1);
    for (int i = 0; i < npart; i++) part[i] = i % 3 != 1;
    for (size_t i = 0; i < row_length; i += 7) number_set[i] = true;
    outcome found = {test_calloc(40 * row_length * sizeof(double), 1), 0};
    assert_ok(hp_ingest_create(&e, BIN, all ? plenty : 20 * row_length, &ingest, &err), &err);
    hp_ingest_select(&ingest, all ? NULL : part);
    if (all) assert_ok(hp_ingest_watch(&ingest, number_set, &err), &err);
    assert_ok(hp_ingest_read(&ingest, &err), &err);
    assert_int_equal(ingest.by_columns, as != LAYOUT_CONTIGUOUS && as != LAYOUT_ROW_GZIP);
    assert_true(all ? ingest.nkept == NBIN : ingest.nkept < NBIN);
    assert_true(!all || ingest.nwatch > 0);
    take(&found, ingest.total, row_length * sizeof(double));
    for (int bin = 0; bin < NBIN; bin++) {
        const double *sum;
        assert_ok(hp_ingest_bin(&ingest, bin, &sum, &err), &err);
        take(&found, sum, ingest.length * sizeof(double));
    }
    const hp_row_looks *looks = &ingest.looks;
    size_t nrow = (size_t)looks->nrow, nwatch = (size_t)ingest.nwatch;
    take(&found, looks->value, nrow * (size_t)looks->ncolumn * sizeof(double));
    take(&found, looks->crc, nrow * (size_t)npart * sizeof(uint32_t));
    if (nwatch > 0) take(&found, ingest.watch_value, nrow * nwatch * sizeof(double));
    hp_ingest_destroy(&ingest);
    hp_ensemble_close(&e);
    test_free(part);
    test_free(number_set);
    return found;
}

static void bits_do_not_depend_on_chunks(void **state) {
    (void)state;
    for (int all = 0; all < 2; all++) {
        outcome plain = read_stored(LAYOUT_CONTIGUOUS, all);
        for (int as = 1; as < NLAYOUT; as++) {
            outcome found = read_stored((layout)as, all);
            assert_int_equal(found.count, plain.count);
            assert_memory_equal(found.numbers, plain.numbers, plain.count * sizeof(double));
            test_free(found.numbers);
        }
        test_free(plain.numbers);
    }
}

/* What is said of rows, with bins in memory or not: an outlier, and a node in R. */
static void say(layout as, size_t memory, char *text, size_t size) {
    hp_ensemble e;
    hp_ingest ingest;
    hp_findings findings = {0};
    hp_error err = HP_ERROR_INIT;
    open_stored(as, &e);
    assert_ok(hp_plausibility_examine(&e, false, &findings, &err), &err);
    assert_ok(hp_ingest_create(&e, BIN, memory, &ingest, &err), &err);
    hp_ingest_select(&ingest, NULL);
    assert_ok(hp_ingest_read(&ingest, &err), &err);
    assert_ok(hp_ingest_judge(&ingest, &err), &err);
    text[0] = '\0';
    for (int i = 0; i < findings.count; i++)
        snprintf(text + strlen(text), size - strlen(text), "%s\n", findings.list[i].text);
    for (int i = 0; i < ingest.findings.count; i++)
        snprintf(text + strlen(text), size - strlen(text), "%s\n", ingest.findings.list[i].text);
    hp_findings_destroy(&findings);
    hp_ingest_destroy(&ingest);
    hp_ensemble_close(&e);
}

static void words_do_not_depend_on_chunks(void **state) {
    (void)state;
    static char plain[1 << 14], found[1 << 14];
    turns = true;
    say(LAYOUT_CONTIGUOUS, plenty, plain, sizeof plain);
    assert_non_null(strstr(plain, "is an outlier"));
    assert_non_null(strstr(plain, "changes sign with r"));
    for (int as = 1; as < NLAYOUT; as++) {
        say((layout)as, as % 2 == 0 ? plenty : 0, found, sizeof found);
        assert_string_equal(found, plain);
    }
    turns = false;
}

/* The first row that has one, wherever its chunk stands. */
static void the_first_number_that_is_not_finite_is_named(void **state) {
    (void)state;
    broken = true;
    for (int as = 0; as < NLAYOUT; as++) {
        hp_ensemble e;
        hp_ingest ingest;
        hp_error err = HP_ERROR_INIT;
        open_stored((layout)as, &e);
        assert_ok(hp_ingest_create(&e, 1, plenty, &ingest, &err), &err);
        hp_ingest_select(&ingest, NULL);
        assert_int_equal(hp_ingest_read(&ingest, &err), HP_ERR_INPUT);
        assert_non_null(
            strstr(err.message, "nan at sample 9, t = 9, point 110, expected a finite"));
        hp_ingest_destroy(&ingest);
        hp_ensemble_close(&e);
    }
    broken = false;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_do_not_depend_on_chunks),
        cmocka_unit_test(words_do_not_depend_on_chunks),
        cmocka_unit_test(the_first_number_that_is_not_finite_is_named),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
