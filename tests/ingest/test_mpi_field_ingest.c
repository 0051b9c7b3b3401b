// SPDX-License-Identifier: GPL-3.0-or-later
/* Bins, averages and checksums of the fields of an ensemble of version 2. */
#include "../ensemble/open_components.h"

#include <math.h>
#include <zlib.h>
#include "hadpot/ingest.h"
#include "hadpot/memory.h"

static hp_comm comm;
static char folder[64];

enum { NROW = 7, BIN = 2, USED = 6, NT = 3, NPOINT = 4 };
static const size_t plenty = 1 << 20;
static const double radius[] = {0.5, 1.5, 2.5, 3.5};

static double number(const components_file *of, const file_place *at) {
    (void)of;
    return 1.0 + 0.1 * sin(1.0 + at->sample + 0.3 * at->t) + 0.01 * at->point + 0.2 * at->part +
           0.5 * at->component + 0.05 * at->source;
}

/* XX is identical, and made by b alone. */
static void open_fields(hp_ensemble *e) {
    const components_file of = {
        .nsample = NROW,
        .nt = NT,
        .t0 = 5,
        .npoint = NPOINT,
        .r = radius,
        .inverse_spacing_mev = 2000.0,
        .npair = 2,
        .pair = {{.name = "XX", .mass = {0.5, 0.5}, .identical = 1},
                 {.name = "NY", .mass = {0.6, 0.7}}},
        .ncomponent = 3,
        .component = {"XX:3S1", "XX:3D1", "NY:3S1"},
        .nsource = 2,
        .source = {{.name = "a", .pair = "NY"}, {.name = "b", .pair = "XX"}},
        .number = number};
    open_file(&comm, folder, &of, "fields.h5", e);
}

/* The average of the rows in bins: what stands at one point of a field, by the formula. */
static double mean_of(const hp_ensemble *e, int field, int t, int point) {
    const hp_ensemble_field *of = &e->field[field];
    file_place at = {
        of->laplacian ? FILE_LAPLACIAN : FILE_WAVE, of->wave, of->component, 0, t, point};
    double sum = 0.0;
    for (at.sample = 0; at.sample < USED; at.sample++) sum += number(NULL, &at) / USED;
    return of->factor * sum;
}

/* For as much memory as all bins need, and for none, when bins are read again. */
static void averages_are_those_of_the_fields(void **state) {
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        hp_error err = HP_ERROR_INIT;
        hp_ensemble e;
        hp_ingest ingest;
        open_fields(&e);
        assert_ok(hp_ingest_create(&e, BIN, kind == 0 ? plenty : 0, &ingest, &err), &err);
        hp_ingest_select(&ingest, NULL);
        assert_ok(hp_ingest_read(&ingest, &err), &err);
        double *mean = hp_alloc(hp_ensemble_row_length(&e), sizeof *mean);
        hp_ingest_mean(&ingest, mean);
        for (int i = 0; i < e.nsource; i++)
            for (int k = 0; k < NT * NPOINT; k++)
                assert_close(mean[hp_ensemble_row_offset(&e, i) + (size_t)k],
                             mean_of(&e, i, k / NPOINT, k % NPOINT), 1e-14, 0); /* sums of 6 */
        hp_free(mean);
        hp_ingest_destroy(&ingest);
        hp_ensemble_close(&e);
    }
}

/* Of all numbers one after another: times outermost, then rows, in each the Laplacian and
 * two-point functions, on any number of ranks. b makes XX:
 * a factor of 1/2. */
static uint32_t expected_checksum(void) {
    uLong crc = crc32(0L, Z_NULL, 0);
    for (int t = 1; t < NT; t++)
        for (int row = 0; row < USED; row++)
            for (int p = 0; p < NPOINT + 2; p++) {
                file_place at = {FILE_LAPLACIAN, 1, 1, row, t, p};
                if (p >= NPOINT) at = (file_place){FILE_TWO_POINT_1 + p - NPOINT, 1, 0, row, t, 0};
                double value = (p < NPOINT ? 0.5 : 1.0) * number(NULL, &at);
                crc = crc32_z(crc, (const unsigned char *)&value, sizeof value);
            }
    return (uint32_t)crc;
}

/* Of some fields the same as when all are read; of all another one. */
static void checksums_are_those_of_what_is_used(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    uint32_t crc[2];
    for (int all = 0; all < 2; all++) {
        hp_ensemble e;
        hp_ingest ingest;
        open_fields(&e);
        int npart = hp_ensemble_part_count(&e);
        bool *part = hp_alloc((size_t)npart, sizeof *part);
        int used = hp_ensemble_find_field(&e, 1, 1, true); /* b/XX/3D1/laplacian */
        for (int t = 0; t < NT; t++) part[used * NT + t] = t > 0;
        assert_ok(hp_ingest_create(&e, BIN, plenty, &ingest, &err), &err);
        hp_ingest_select(&ingest, all ? NULL : part);
        assert_ok(hp_ingest_read(&ingest, &err), &err);
        crc[all] = hp_ingest_checksum(&ingest, part);
        assert_int_not_equal(crc[all], 0);
        part[0] = true;
        if (all) assert_int_not_equal(hp_ingest_checksum(&ingest, part), crc[all]);
        hp_free(part);
        hp_ingest_destroy(&ingest);
        hp_ensemble_close(&e);
    }
    assert_int_equal(crc[0], crc[1]);
    assert_int_equal(crc[0], expected_checksum());
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages_are_those_of_the_fields),
        cmocka_unit_test(checksums_are_those_of_what_is_used),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
