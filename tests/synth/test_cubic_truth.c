// SPDX-License-Identifier: GPL-3.0-or-later
/* Cubic ensembles: layout, states of the periodic box, sources, noise of the distance. */
#include "support.h"

#include <math.h>
#include "hadpot/geometry.h"
#include "synth_case.h"

enum { L = 8, NPOINT = 35, NT = 4 };

/* Lattice units of synth_case.h. */
static const double MASS = 3571.3 / 2173.9, SPACING_FM = 197.3269804 / 2173.9;

static void create_case(synth_case *one) {
    synth_case_create(one);
    synth_case_make_cubic(one, L);
    one->job.states.count = 6;
}

/* R (NT, NPOINT) of the first configuration. */
static double *read_ratio(const synth_case *one, const char *source) {
    double *R = read_values(one->path, source, "four_point");
    double *first = read_values(one->path, source, "two_point_1");
    double *second = read_values(one->path, source, "two_point_2");
    for (int i = 0; i < NT * NPOINT; i++) R[i] /= first[i / NPOINT] * second[i / NPOINT];
    free(first);
    free(second);
    return R;
}

static hp_geometry make_box(int extent) {
    hp_geometry box;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_geometry_create_cubic(extent, &box, &err), &err);
    return box;
}

/* V in lattice units. */
static double potential(const synth_case *one, double r) {
    double sum = 0;
    for (int g = 0; g < one->ngaussian; g++) {
        double x = r * SPACING_FM / one->ranges[g];
        sum += one->amplitudes[g] * exp(-x * x);
    }
    return sum / 2173.9;
}

/* nabla^2 R/(2 mu) at a site of an orbit. */
static double kinetic(const hp_geometry *box, const double *R, int point) {
    double sum = -6 * R[point];
    for (int direction = 0; direction < 6; direction++) sum += R[box->neighbour[point][direction]];
    return sum / MASS; /* 2 mu = m */
}

static void file_has_the_layout_of_a_cubic_ensemble(void **state) {
    (void)state;
    char text[1024];
    synth_case one;
    create_case(&one);
    one.job.noise.configurations = 3;
    write_case(&one);
    hp_geometry box = make_box(L);
    read_text_attribute(one.path, "geometry", text, sizeof text);
    assert_string_equal(text, "cubic");
    read_text_attribute(one.path, "provenance", text, sizeof text);
    assert_contains(text, "; extent 8; states 6; ");
    assert_true(read_number_attribute(one.path, "extent") == L);
    dataset site = read_dataset(one.path, "/site");
    assert_true(site.rank == 2 && site.shape[0] == NPOINT && site.shape[1] == 3);
    for (int i = 0; i < 3 * NPOINT; i++) assert_true(site.values[i] == box.site[i / 3][i % 3]);
    dataset four = read_dataset(one.path, "/source/smeared/four_point");
    assert_true(four.shape[0] == 3 && four.shape[1] == NT && four.shape[2] == NPOINT);
    dataset V = read_dataset(one.path, "/truth/potential_mev");
    assert_int_equal(V.shape[0], NPOINT);
    for (int i = 0; i < NPOINT; i++) /* rounding of r^2/d^2, up to 10 */
        assert_close(V.values[i], 2173.9 * potential(&one, box.r[box.shell[i]]), 1e-13, 1e-13);
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0); /* nothing left open */
    free(site.values);
    free(four.values);
    free(V.values);
    hp_geometry_destroy(&box);
    synth_case_destroy(&one);
}

/* One state alone: E = V - nabla^2 psi/(2 mu psi) is the same at every site, corners included, and
 * the decay in t is that of the level in the truth. */
static void lowest_state_obeys_both_equations(void **state) {
    (void)state;
    synth_case one;
    hp_synth_truth truth;
    hp_error err = HP_ERROR_INIT;
    create_case(&one);
    one.job.states.count = 1;
    write_case(&one);
    assert_ok(hp_synth_truth_create(synth_case_link(&one), &truth, &err), &err);
    assert_int_equal(truth.nlevel, 1);
    hp_geometry box = make_box(L);
    double *R = read_ratio(&one, "wall"), w = truth.level_mev[0] / 2173.9;
    double E = w + w * w / (4 * MASS);
    assert_true(E < -1e-4); /* attraction pulls it down from 0 */
    for (int i = 0; i < NPOINT; i++) {
        double r = box.r[box.shell[i]];
        assert_true(R[i] > 0);
        /* the residual of the eigenvector, 1e-12 of a spectrum of width 8, where psi is small */
        assert_close(potential(&one, r) - kinetic(&box, R, i) / R[i], E, 0, 1e-10);
        /* rounding of C4 and C2, whose logarithms are 36 */
        assert_close(log(R[i] / R[3 * NPOINT + i]) / 3, w, 0, 1e-13);
    }
    free(R);
    hp_synth_truth_destroy(&truth);
    hp_geometry_destroy(&box);
    synth_case_destroy(&one);
}

/* All states but the highest, which alternates from site to site and is no part of a smooth source:
 * at t = 0 R is the source with its periodic images. */
static void states_at_time_zero_give_the_source(void **state) {
    (void)state;
    synth_case one;
    create_case(&one);
    one.job.times.first = 0;
    one.job.states.count = NPOINT - 1;
    one.widths[1] = 2.3 * SPACING_FM;
    write_case(&one);
    hp_geometry box = make_box(L);
    double *R = read_ratio(&one, "smeared"), *wall = read_ratio(&one, "wall");
    for (int i = 0; i < NPOINT; i++) {
        double sum = 0;
        for (int image = 0; image < 125; image++) {
            double x = box.site[i][0] + L * (image / 25 - 2),
                   y = box.site[i][1] + L * (image / 5 % 5 - 2);
            double z = box.site[i][2] + L * (image % 5 - 2);
            sum += exp(-(x * x + y * y + z * z) / (2.3 * 2.3));
        }
        /* the state left out has 1e-9 of the wall, since V mixes them, and less of the other */
        assert_close(R[i], sum, 0, 1e-11);
        assert_close(wall[i], 1, 0, 1e-8);
    }
    free(R);
    free(wall);
    hp_geometry_destroy(&box);
    synth_case_destroy(&one);
}

/* S/R = V at every site of the box up to the error of the time derivatives, w^3/6 and more, which
 * falls by 8 when all energies are halved at twice the time (test_synth.c). */
static void source_term_is_potential_times_R(void **state) {
    (void)state;
    double worst[2] = {0};
    hp_geometry box = make_box(L);
    for (int k = 0; k < 2; k++) {
        synth_case one;
        create_case(&one);
        one.job.times.first = k == 0 ? 11 : 23;
        one.job.mass_1_mev *= k + 1;
        for (int g = 0; g < 2 && k == 1; g++) one.amplitudes[g] /= 2;
        write_case(&one);
        double *R = read_ratio(&one, "smeared"), *now = R + NPOINT, *after = now + NPOINT;
        for (int i = 0; i < NPOINT; i++) {
            double S = kinetic(&box, now, i) / (k + 1) - (after[i] - R[i]) / 2 +
                       (after[i] - 2 * now[i] + R[i]) / (4 * (k + 1) * MASS);
            double difference = S - potential(&one, box.r[box.shell[i]]) * now[i];
            worst[k] = fmax(worst[k], fabs(difference));
        }
        free(R);
        synth_case_destroy(&one);
    }
    assert_true(worst[1] > 1e-7); /* far above rounding, so the ratio means something */
    /* next orders: w^2/20 and E/(4m), with w, E <= 0.2 where exp(-12 w) leaves something: 5 % */
    assert_close(worst[0] / worst[1], 8, 0.05, 0);
    hp_geometry_destroy(&box);
}

/* Noise is a function of the distance, of the stated correlation in it. */
static void noise_is_correlated_in_distance(void **state) {
    (void)state;
    enum { N = 2000 };
    const double size = 0.013;
    char noiseless[128];
    synth_case one;
    create_case(&one);
    hp_geometry box = make_box(L);
    snprintf(noiseless, sizeof noiseless, "%s/noiseless.h5", one.folder);
    one.job.output = noiseless;
    write_case(&one);
    one.job.output = one.path;
    one.job.noise.four_point = size;
    one.job.noise.configurations = N;
    write_case(&one);
    double *truth = read_values(noiseless, "wall", "four_point"), length = 0.23 / SPACING_FM;
    double *x = read_values(one.path, "wall", "four_point");
    for (int i = 0; i < N * NT * NPOINT; i++) x[i] = (x[i] / truth[i % (NT * NPOINT)] - 1) / size;
    for (int i = 0; i < NPOINT; i++)
        for (int j = 0; j <= i; j++) {
            double sum = 0, d = (box.r[box.shell[i]] - box.r[box.shell[j]]) / length;
            double rho = exp(-d * d / 2);
            for (int n = 0; n < N; n++) sum += x[n * NT * NPOINT + i] * x[n * NT * NPOINT + j];
            /* five standard deviations, as in test_noise.c */
            assert_close(sum / N, rho, 0, 5 * sqrt((1 + rho * rho) / N));
            if (box.shell[i] == box.shell[j]) /* a rounding of C4, divided by the noise */
                assert_close(x[i], x[j], 0, 1e-12);
        }
    free(truth);
    free(x);
    hp_geometry_destroy(&box);
    synth_case_destroy(&one);
}

static void expect_refused(synth_case *one, const char *part) {
    hp_error err = HP_ERROR_INIT;
    assert_status(hp_synth_write_ensemble(synth_case_link(one), NULL, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, part);
}

static void bad_boxes_are_refused(void **state) {
    (void)state;
    synth_case one, good;
    double strength = -30, range = 4;
    create_case(&good);
    one = good;
    one.job.grid.extent = 7;
    expect_refused(&one, "grid.extent: expected an even number of sites, found 7");
    one = good;
    one.job.states.count = NPOINT;
    expect_refused(&one, "states.count: expected 1 to 34, the number of orbits of the box less");
    one = good;
    one.job.separable_exponential.amplitudes_mev_per_fm3 = (hp_double_list){&strength, 1};
    one.job.separable_exponential.masses_per_fm = (hp_double_list){&range, 1};
    expect_refused(&one, "grid.geometry: a cubic box takes local potentials only");
    one = good;
    one.widths[1] = 8;
    expect_refused(&one, "sources.widths_fm: expected at most 10 times the edge of the box, that");
    one = good;
    one.job.yukawas.strengths_mev_fm = (hp_double_list){&strength, 1};
    one.job.yukawas.masses_per_fm = (hp_double_list){&range, 1};
    expect_refused(&one, "the potential is not finite at r = 0 fm");
    synth_case_destroy(&good);
    expect_key_refused("grid.extent=98", "must be from 4 to 96, found 98");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_has_the_layout_of_a_cubic_ensemble),
        cmocka_unit_test(lowest_state_obeys_both_equations),
        cmocka_unit_test(states_at_time_zero_give_the_source),
        cmocka_unit_test(source_term_is_potential_times_R),
        cmocka_unit_test(noise_is_correlated_in_distance),
        cmocka_unit_test(bad_boxes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
