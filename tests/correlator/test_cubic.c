// SPDX-License-Identifier: GPL-3.0-or-later
/* Cubic source term against the whole lattice, ratios of averages, what is refused. */
#include "hand_ensemble.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>
#include "hadpot/correlator.h"
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "hadpot/ingest.h"

enum { L = 8 };
static const double MASS[2] = {0.665, 0.665};
static const double UNEQUAL[2] = {0.4354, 0.7806};

/* One ensemble with a plan and a correlator for all of it. */
typedef struct bench {
    hand_parts parts;
    hp_ensemble ensemble;
    hp_correlator_plan plan;
    hp_pair pair;
    hp_correlator correlator;
    double *row;
    size_t length;
    hp_error err;
} bench;

static void bench_create(bench *b, bool wall_has_ratio, const double mass[2]) {
    b->err = (hp_error)HP_ERROR_INIT;
    b->ensemble = hand_ensemble(&b->parts, NULL, L, wall_has_ratio, mass);
    b->length = hp_ensemble_row_length(&b->ensemble);
    b->pair = hp_pair_of_masses(mass[0], mass[1]);
    b->row = hp_alloc(b->length, sizeof *b->row);
    assert_non_null(b->row);
    assert_ok(hp_correlator_plan_create(&b->ensemble, NULL, 0, NULL, 0, &b->plan, &b->err),
              &b->err);
    assert_ok(hp_correlator_create(&b->plan, &b->correlator, &b->err), &b->err);
}

static void bench_destroy(bench *b) {
    hp_correlator_destroy(&b->correlator);
    hp_correlator_plan_destroy(&b->plan);
    hp_geometry_destroy(&b->ensemble.geometry);
    hp_free(b->row);
}

static int folded(int x) {
    x = ((x % L) + L) % L;
    return x <= L / 2 ? x : L - x;
}

static int distance2(int x, int y, int z) {
    return folded(x) * folded(x) + folded(y) * folded(y) + folded(z) * folded(z);
}

/* cos(px) + cos(py) + cos(pz) with p = 2 pi k/L has the exact eigenvalue 2 cos(p) - 2, also across
 * the periodic boundary. */
static void cosines_are_eigenfunctions(void **state) {
    (void)state;
    for (int k = 1; k <= 4; k++) {
        bench b;
        bench_create(&b, true, MASS);
        const hp_geometry *geometry = &b.ensemble.geometry;
        double p = 2 * M_PI * k / L;
        for (size_t i = 0; i < b.length; i++) {
            const int *site = geometry->site[i % (size_t)geometry->npoint];
            b.row[i] = cos(p * site[0]) + cos(p * site[1]) + cos(p * site[2]);
        }
        assert_ok(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err), &b.err);
        for (size_t i = 0; i < b.correlator.n; i++) {
            double expected = (2 * cos(p) - 2) / (2 * b.pair.mu) * b.correlator.R[i];
            /* sums of a dozen numbers below 6, times 1/2mu = 1.5 */
            assert_close(b.correlator.laplacian[i], expected, 0, 4e-14);
            assert_close(b.correlator.dt[i], 0, 0, 0);
            assert_close(b.correlator.dt2[i], 0, 0, 0);
        }
        bench_destroy(&b);
    }
}

static void fill_with_random_numbers(bench *b) {
    gsl_rng *rng;
    assert_ok(hp_random_create(&rng, 5, 0, HP_PURPOSE_TEST, &b->err), &b->err);
    for (size_t i = 0; i < b->length; i++) b->row[i] = 0.5 + gsl_rng_uniform(rng);
    gsl_rng_free(rng);
}

static double stored(const bench *b, int source, int t, int x, int y, int z) {
    const hp_geometry *geometry = &b->ensemble.geometry;
    int a = folded(x), c = folded(y), d = folded(z), swap;
    if (a < c) swap = a, a = c, c = swap;
    if (c < d) swap = c, c = d, d = swap;
    if (a < c) swap = a, a = c, c = swap;
    const double *R = b->row + (source * HAND_NT + t) * geometry->npoint;
    for (int p = 0; p < geometry->npoint; p++)
        if (geometry->site[p][0] == a && geometry->site[p][1] == c && geometry->site[p][2] == d)
            return R[p];
    fail_msg("site (%d, %d, %d) is not stored", a, c, d);
    return NAN;
}

/* {R, laplacian, dt, dt2} averaged over all sites of the L^3 lattice with |r|^2 = r2. */
static void whole_lattice_terms(const bench *b, int source, int t, int r2, double terms[4]) {
    double m1 = UNEQUAL[0], m2 = UNEQUAL[1], mu = m1 * m2 / (m1 + m2);
    double coefficient = mu * mu / 2 * (1 / (m1 * m1 * m1) + 1 / (m2 * m2 * m2));
    int sites = 0;
    memset(terms, 0, 4 * sizeof *terms);
    for (int x = 0; x < L; x++)
        for (int y = 0; y < L; y++)
            for (int z = 0; z < L; z++) {
                if (distance2(x, y, z) != r2) continue;
                double now = stored(b, source, t, x, y, z);
                double before = stored(b, source, t - 1, x, y, z);
                double after = stored(b, source, t + 1, x, y, z);
                double sum = stored(b, source, t, x + 1, y, z) + stored(b, source, t, x - 1, y, z) +
                             stored(b, source, t, x, y + 1, z) + stored(b, source, t, x, y - 1, z) +
                             stored(b, source, t, x, y, z + 1) + stored(b, source, t, x, y, z - 1);
                terms[0] += now;
                terms[1] += (sum - 6 * now) / (2 * mu);
                terms[2] -= (after - before) / 2;
                terms[3] += coefficient * (after + before - 2 * now);
                sites++;
            }
    for (int k = 0; k < 4; k++) terms[k] /= sites;
}

/* Any numbers on the orbits: the same as on the whole lattice, site by site, then averaged. */
static void terms_are_those_of_the_whole_lattice(void **state) {
    (void)state;
    bench b;
    bench_create(&b, true, UNEQUAL);
    fill_with_random_numbers(&b);
    assert_ok(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err), &b.err);
    size_t i = 0;
    for (int source = 0; source < 2; source++)
        for (int t = 1; t < HAND_NT - 1; t++)
            for (int shell = 0; shell < b.correlator.nshell; shell++, i++) {
                double r = b.ensemble.geometry.r[shell], terms[4];
                whole_lattice_terms(&b, source, t, (int)lround(r * r), terms);
                /* numbers up to 20, added in another order */
                assert_close(b.correlator.R[i], terms[0], 0, 1e-13);
                assert_close(b.correlator.laplacian[i], terms[1], 0, 1e-13);
                assert_close(b.correlator.dt[i], terms[2], 0, 1e-13);
                assert_close(b.correlator.dt2[i], terms[3], 0, 1e-13);
                assert_close(b.correlator.S[i], terms[1] + terms[2] + terms[3], 0, 2e-13);
            }
    assert_int_equal(i, b.correlator.n);
    bench_destroy(&b);
}

/* Chosen sources and times, in the order asked for, are the same numbers as in the full set. */
static void plan_picks_sources_and_times(void **state) {
    (void)state;
    bench b;
    bench_create(&b, true, UNEQUAL);
    fill_with_random_numbers(&b);
    assert_ok(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err), &b.err);
    hp_correlator_plan plan;
    hp_correlator part;
    char *sources[] = {b.parts.source[1], b.parts.source[0]};
    int times[] = {HAND_FIRST_TIME + 3, HAND_FIRST_TIME + 1};
    assert_ok(hp_correlator_plan_create(&b.ensemble, sources, 2, times, 2, &plan, &b.err), &b.err);
    assert_ok(hp_correlator_create(&plan, &part, &b.err), &b.err);
    assert_ok(hp_correlator_compute(&plan, &b.pair, b.row, &part, &b.err), &b.err);
    size_t nshell = (size_t)part.nshell;
    size_t block[] = {5, 3, 2, 0}; /* (source, t) of `part` in the (2, 3) full set */
    for (size_t k = 0; k < 4; k++) {
        assert_memory_equal(part.S + k * nshell, b.correlator.S + block[k] * nshell,
                            nshell * sizeof(double));
        assert_memory_equal(part.R + k * nshell, b.correlator.R + block[k] * nshell,
                            nshell * sizeof(double));
    }
    assert_int_equal(hp_correlator_compute(&b.plan, &b.pair, b.row, &part, &b.err),
                     HP_ERR_INTERNAL);
    hp_correlator_destroy(&part);
    hp_correlator_plan_destroy(&plan);
    bench_destroy(&b);
}

/* "wall" holds four- and two-point functions of the R that "smeared" holds itself. */
static void ratio_equals_stored_R(void **state) {
    (void)state;
    bench b;
    bench_create(&b, false, UNEQUAL);
    fill_with_random_numbers(&b);
    int npoint = b.ensemble.geometry.npoint;
    double *four_point = b.row + (ptrdiff_t)HAND_NT * npoint;
    double *two_point_1 = four_point + (ptrdiff_t)HAND_NT * npoint;
    double *two_point_2 = two_point_1 + HAND_NT;
    assert_ptr_equal(two_point_2 + HAND_NT, b.row + b.length);
    for (int t = 0; t < HAND_NT; t++) {
        two_point_1[t] = 3.7e-170 * exp(-0.43 * t); /* the product of both is below DBL_MIN */
        two_point_2[t] = -2.9e-170 * exp(-0.78 * t);
        for (int p = 0; p < npoint; p++) {
            b.row[t * npoint + p] *= -1e120; /* R whose four-point function is above it */
            four_point[t * npoint + p] = b.row[t * npoint + p] * two_point_1[t] * two_point_2[t];
        }
    }
    assert_ok(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err), &b.err);
    size_t half = b.correlator.n / 2;
    for (size_t i = 0; i < half; i++) {
        /* |R| < 1.5e120 up to 4 roundings, in sums with weights up to 20 */
        assert_close(b.correlator.R[half + i], b.correlator.R[i], 0, 2e105);
        assert_close(b.correlator.S[half + i], b.correlator.S[i], 0, 4e106);
    }
    bench_destroy(&b);
}

/* Two configurations: C4 = 1.3, 4.1 and both C2 = 0.9, 2.3. R is the ratio of averages, 1.0546875,
 * not the average of ratios, 1.190. */
static void averages_are_taken_before_the_ratio(void **state) {
    (void)state;
    bench b;
    bench_create(&b, false, MASS);
    hp_ingest ingest = {.ensemble = &b.ensemble, .bin = 1, .nbin = 2};
    ingest.total = hp_alloc(b.length, sizeof(double));
    assert_non_null(ingest.total);
    size_t two_point = b.length - (size_t)2 * HAND_NT;
    for (size_t i = 0; i < b.length; i++) ingest.total[i] = i < two_point ? 1.3 + 4.1 : 0.9 + 2.3;
    hp_ingest_mean(&ingest, b.row);
    assert_ok(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err), &b.err);
    for (size_t i = b.correlator.n / 2; i < b.correlator.n; i++)
        assert_close(b.correlator.R[i], 2.7 / (1.6 * 1.6), 1e-14, 0); /* a few roundings */
    hp_free(ingest.total);
    bench_destroy(&b);
}

/* A plan that must be refused; the message in err. */
static void refuse(const hp_ensemble *ensemble, char *source, int nsource, int time, int ntime,
                   hp_error *err) {
    hp_correlator_plan plan;
    char *sources[] = {source, source};
    int times[] = {time, time};
    hp_error_clear(err);
    assert_int_equal(
        hp_correlator_plan_create(ensemble, sources, nsource, times, ntime, &plan, err),
        HP_ERR_INPUT);
    assert_null(plan.source);
    assert_contains(err->message, "hand.h5");
}

static void plan_refuses_what_the_file_has_not(void **state) {
    (void)state;
    bench b;
    char point[] = "point";
    bench_create(&b, true, MASS);
    refuse(&b.ensemble, point, 1, 0, 0, &b.err);
    assert_contains(b.err.message, "'point'");
    assert_contains(b.err.message, "smeared, wall");
    refuse(&b.ensemble, b.parts.source[1], 2, 0, 0, &b.err);
    assert_contains(b.err.message, "'wall' is asked for twice");
    refuse(&b.ensemble, NULL, 0, 12, 1, &b.err);
    assert_contains(b.err.message, "no t = 12; the file has t = 7 ... 11");
    refuse(&b.ensemble, NULL, 0, 9, 2, &b.err);
    assert_contains(b.err.message, "t = 9 is asked for twice");
    refuse(&b.ensemble, NULL, 0, 7, 1, &b.err);
    assert_contains(b.err.message, "need t = 6 and t = 8");
    assert_contains(b.err.message, "t can be 8 ... 10");
    refuse(&b.ensemble, NULL, 0, 11, 1, &b.err);
    assert_contains(b.err.message, "need t = 10 and t = 12");
    b.ensemble.nt = 2;
    refuse(&b.ensemble, NULL, 0, 0, 0, &b.err);
    assert_contains(b.err.message, "holds 2 times");
    b.ensemble.nt = HAND_NT;
    b.ensemble.mass[1] = 0;
    refuse(&b.ensemble, NULL, 0, 0, 0, &b.err);
    assert_contains(b.err.message, "mass_2");
    b.ensemble.mass[1] = MASS[1];
    b.ensemble.nsource = 0;
    refuse(&b.ensemble, NULL, 0, 0, 0, &b.err);
    assert_contains(b.err.message, "no source");
    bench_destroy(&b);
}

static void plan_refuses_negative_counts(void **state) {
    (void)state;
    bench b;
    hp_correlator_plan plan;
    bench_create(&b, true, MASS);
    assert_int_equal(hp_correlator_plan_create(&b.ensemble, NULL, -1, NULL, 0, &plan, NULL),
                     HP_ERR_INTERNAL);
    assert_int_equal(hp_correlator_plan_create(&b.ensemble, NULL, 0, NULL, -1, &plan, NULL),
                     HP_ERR_INTERNAL);
    bench_destroy(&b);
}

static void compute_refuses_zero_and_not_finite(void **state) {
    (void)state;
    bench b;
    bench_create(&b, false, MASS);
    fill_with_random_numbers(&b);
    size_t two_point_2 = b.length - HAND_NT;
    double kept = b.row[two_point_2 + 4];
    b.row[two_point_2 + 4] = 0;
    assert_int_equal(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err),
                     HP_ERR_INPUT);
    assert_contains(b.err.message, "hand.h5: source 'wall'");
    assert_contains(b.err.message, "two_point_2 at t = 11");
    b.row[two_point_2 + 4] = kept;
    b.row[2] = INFINITY; /* smeared, t = 7, third point: (1, 1, 0) */
    hp_error_clear(&b.err);
    assert_int_equal(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err),
                     HP_ERR_INPUT);
    assert_contains(b.err.message, "source 'smeared': R at t = 7, r = 1.41421");
    b.row[2] = 1;
    hp_error_clear(&b.err);
    assert_ok(hp_correlator_compute(&b.plan, &b.pair, b.row, &b.correlator, &b.err), &b.err);
    bench_destroy(&b);
}

static void destroy_takes_null_and_twice(void **state) {
    (void)state;
    bench b;
    hp_correlator_plan_destroy(NULL);
    hp_correlator_destroy(NULL);
    bench_create(&b, true, MASS);
    hp_correlator_destroy(&b.correlator);
    hp_correlator_plan_destroy(&b.plan);
    assert_null(b.correlator.R);
    assert_null(b.plan.ratio);
    bench_destroy(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cosines_are_eigenfunctions),
        cmocka_unit_test(terms_are_those_of_the_whole_lattice),
        cmocka_unit_test(plan_picks_sources_and_times),
        cmocka_unit_test(ratio_equals_stored_R),
        cmocka_unit_test(averages_are_taken_before_the_ratio),
        cmocka_unit_test(plan_refuses_what_the_file_has_not),
        cmocka_unit_test(plan_refuses_negative_counts),
        cmocka_unit_test(compute_refuses_zero_and_not_finite),
        cmocka_unit_test(destroy_takes_null_and_twice),
    };
    return cmocka_run_group_tests_name("correlator/cubic", tests, NULL, NULL);
}
