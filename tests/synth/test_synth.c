// SPDX-License-Identifier: GPL-3.0-or-later
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/units.h"
#include "synth_case.h"

/* four_point / (two_point_1 two_point_2) of the first configuration (nt, npoint). */
static double *read_ratio(const synth_case *one, const char *source) {
    char name[64];
    snprintf(name, sizeof name, "/source/%s/four_point", source);
    dataset four = read_dataset(one->path, name);
    snprintf(name, sizeof name, "/source/%s/two_point_1", source);
    dataset first = read_dataset(one->path, name);
    snprintf(name, sizeof name, "/source/%s/two_point_2", source);
    dataset second = read_dataset(one->path, name);
    for (int t = 0; t < one->job.times.count; t++)
        for (int i = 0; i < one->job.grid.points; i++)
            four.values[t * one->job.grid.points + i] /= first.values[t] * second.values[t];
    free(first.values);
    free(second.values);
    return four.values;
}

/* V in lattice units at grid point i, written out once more. */
static double potential(const synth_case *one, int i) {
    double r_fm = (i + 1) * one->job.grid.spacing_lat * 197.3269804 / one->job.inverse_spacing_mev;
    double sum = 0;
    for (int g = 0; g < one->ngaussian; g++)
        sum += one->amplitudes[g] * exp(-r_fm * r_fm / (one->ranges[g] * one->ranges[g]));
    return sum / one->job.inverse_spacing_mev;
}

static double reduced_mass(const synth_case *one) {
    double m1 = one->job.mass_1_mev, m2 = one->job.mass_2_mev > 0 ? one->job.mass_2_mev : m1;
    return m1 * m2 / (m1 + m2) / one->job.inverse_spacing_mev;
}

/* nabla^2 R/(2 mu) at point i < points - 1, u = 0 at r = 0. */
static double kinetic(const synth_case *one, const double *R, int i) {
    double below = i > 0 ? i * R[i - 1] : 0, above = (i + 2) * R[i + 1];
    double h = one->job.grid.spacing_lat;
    return (above - 2 * (i + 1) * R[i] + below) / ((i + 1) * h * h) / (2 * reduced_mass(one));
}

/* max |S - V R| over all points with both neighbours, at the second time, in lattice units. */
static double largest_residual(const synth_case *one, const char *source) {
    int points = one->job.grid.points;
    double *R = read_ratio(one, source), *now = R + points, *after = now + points, worst = 0;
    double m = one->job.mass_1_mev / one->job.inverse_spacing_mev;
    for (int i = 0; i < points - 1; i++) {
        double S =
            kinetic(one, now, i) - (after[i] - R[i]) / 2 + (after[i] - 2 * now[i] + R[i]) / (4 * m);
        worst = fmax(worst, fabs(S - potential(one, i) * now[i]));
    }
    free(R);
    return worst;
}

static void file_has_the_layout_of_an_ensemble(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    one.job.noise.configurations = 3;
    one.job.mass_2_mev = 1234.5;
    write_case(&one);
    char text[1024];
    static const char *const words[][2] = {{"format", "hadpot-ensemble"},
                                           {"sampling", "configuration"},
                                           {"geometry", "radial"},
                                           {"channel", "made up"},
                                           {"provenance", "synth: mass_1_mev 3571.3"},
                                           {"provenance", "widths_fm [0, 1.1"},
                                           {"provenance", "seed 29"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        read_text_attribute(one.path, words[i][0], text, sizeof text);
        assert_contains(text, words[i][1]);
    }
    /* one division */
    assert_close(read_number_attribute(one.path, "version"), 1.0, 0.0, 0.0);
    assert_close(read_number_attribute(one.path, "inverse_spacing_mev"), 2173.9, 0.0, 0.0);
    assert_close(read_number_attribute(one.path, "mass_1"), 3571.3 / 2173.9, 1e-15, 0.0);
    assert_close(read_number_attribute(one.path, "mass_2"), 1234.5 / 2173.9, 1e-15, 0.0);
    dataset four = read_dataset(one.path, "/source/smeared/four_point");
    dataset two = read_dataset(one.path, "/source/smeared/two_point_2");
    assert_true(four.rank == 3 && four.shape[0] == 3 && four.shape[1] == 4 && four.shape[2] == 40);
    assert_true(two.rank == 2 && two.shape[0] == 3 && two.shape[1] == 4);
    dataset t = read_dataset(one.path, "/t"), r = read_dataset(one.path, "/r");
    dataset configuration = read_dataset(one.path, "/configuration");
    for (int i = 0; i < 4; i++) assert_true(t.values[i] == 11 + i);
    for (int i = 0; i < 3; i++) assert_true(configuration.values[i] == 1 + i);
    /* one rounding of the product */
    for (int i = 0; i < 40; i++) assert_close(r.values[i], 0.61 * (i + 1), 1e-15, 0);
    /* exp and the division of the mass: a few roundings, times the exponent */
    assert_close(two.values[4 + 2], exp(-1234.5 / 2173.9 * 13), 1e-13, 0);
    dataset V = read_dataset(one.path, "/truth/potential_mev");
    dataset c = read_dataset(one.path, "/truth/gaussians/amplitudes_mev");
    dataset d = read_dataset(one.path, "/truth/gaussians/ranges_fm");
    assert_true(c.shape[0] == 2 && c.values[1] == -112.3 && d.values[1] == 0.58);
    /* rounding of r^2/d^2, up to 1e3 */
    assert_close(V.values[17], potential(&one, 17) * 2173.9, 1e-12, 0);
    dataset *all[] = {&four, &two, &t, &r, &configuration, &V, &c, &d};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]->values);
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0); /* nothing left open */
    synth_case_destroy(&one);
}

/* The constant is an eigenstate with E = 0 of the free box only when psi' = 0 at its end. */
static void wall_without_potential_gives_one(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    one.amplitudes[0] = one.amplitudes[1] = 0;
    write_case(&one);
    double *R = read_ratio(&one, "wall");
    /* rounding of the eigenvectors: 1e-15 of the largest u ~ 80 where u ~ 1 */
    for (int i = 0; i < 4 * 40; i++) assert_close(R[i], 1, 0, 1e-12);
    free(R);
    synth_case_destroy(&one);
}

/* All eigenstates together are complete: at t = 0 R is the source, whatever the potential. */
static void all_states_at_time_zero_give_the_source(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    one.job.times.first = 0;
    one.job.states.count = 80; /* twice 40 points: the default box */
    write_case(&one);
    double *R = read_ratio(&one, "smeared"), a = hp_spacing_fm(2173.9);
    for (int i = 0; i < 40; i++) {
        double x = 0.61 * (i + 1) * a / 1.1;
        /* orthogonality of 80 eigenvectors to 1e-14, divided by r/r_max ~ 1/80 */
        assert_close(R[i], exp(-x * x), 0, 1e-12);
    }
    free(R);
    synth_case_destroy(&one);
}

/* One state alone: E = V - nabla^2 psi/(2 mu psi) is the same at every r, psi has no node, and the
 * decay in t is that of the relativistic energy; for equal and unequal masses. */
static void lowest_state_obeys_both_equations(void **state) {
    (void)state;
    const double second_mev[] = {0, 1511.7};
    for (int k = 0; k < 2; k++) {
        synth_case one;
        synth_case_create(&one);
        one.job.states.count = 1;
        one.job.mass_2_mev = second_mev[k];
        write_case(&one);
        double *R = read_ratio(&one, "wall");
        double m1 = 3571.3 / 2173.9, m2 = k == 0 ? m1 : 1511.7 / 2173.9, mu = reduced_mass(&one);
        double E = potential(&one, 7) - kinetic(&one, R, 7) / R[7];
        assert_true(E < -1e-5); /* bound, or pulled down from 0 in the box */
        for (int i = 0; i < 39; i++) {
            assert_true(R[i] > 0);
            /* rounding 1e-16/(2 mu h^2) of the difference, against u up to 50 times larger */
            assert_close(potential(&one, i) - kinetic(&one, R, i) / R[i], E, 0, 1e-12);
        }
        double k2 = 2 * mu * E, shift = sqrt(m1 * m1 + k2) + sqrt(m2 * m2 + k2) - m1 - m2;
        /* the error of E above */
        assert_close(log(R[5] / R[3 * 40 + 5]) / 3, shift, 0, 1e-12);
        if (k == 0) assert_close(shift + shift * shift / (4 * m1), k2 / m1, 0, 1e-12);
        free(R);
        synth_case_destroy(&one);
    }
}

/* S - V R = sum_n A_n psi_n exp(-w_n t) {sinh w_n - w_n + (2 cosh w_n - 2 - w_n^2)/(4m)}, which is
 * w^3/6 and higher. Twice the mass and half the potential halve every E_n and leave psi_n; at twice
 * the time exp(-w_n t) stays as well, so that the whole falls by 2^3. */
static void source_term_is_potential_times_R(void **state) {
    (void)state;
    double residual[2];
    for (int k = 0; k < 2; k++) {
        synth_case one;
        synth_case_create(&one);
        one.job.times.count = 3;
        one.job.times.first = k == 0 ? 11 : 23; /* second time: 12 and 24 */
        for (int g = 0; g < 2 && k == 1; g++) one.amplitudes[g] /= 2;
        one.job.mass_1_mev *= k + 1;
        write_case(&one);
        residual[k] = largest_residual(&one, "smeared");
        /* states up to w = 0.05 where R ~ 1: w^3/6 = 2e-5 */
        assert_true(largest_residual(&one, "wall") < 2e-5);
        synth_case_destroy(&one);
    }
    assert_true(residual[1] > 1e-7); /* far above rounding, so the ratio means something */
    /* next orders: w^2/20 and E/(4m), with w, E <= 0.2: 5 % */
    assert_close(residual[0] / residual[1], 8, 0.05, 0);
}

static void assert_same_rows(const char *path, const char *other, const char *name, int rows) {
    dataset a = read_dataset(path, name), b = read_dataset(other, name);
    size_t length = 1;
    for (int axis = 1; axis < a.rank; axis++) length *= (size_t)a.shape[axis];
    assert_memory_equal(a.values, b.values, (size_t)rows * length * sizeof(double));
    free(a.values);
    free(b.values);
}

static void same_spec_gives_same_bytes_and_rows_do_not_depend_on_their_number(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    char output[256], second[160];
    snprintf(second, sizeof second, "%s/second.h5", one.folder);
    one.job.noise.configurations = 3;
    one.job.noise.four_point = 0.01;
    one.job.noise.two_point = 0.02;
    write_case(&one);
    one.job.output = second;
    write_case(&one);
    assert_int_equal(hp_test_run(output, sizeof output, "cmp %s %s", one.path, second), 0);
    one.job.noise.configurations = 7;
    write_case(&one);
    assert_same_rows(one.path, second, "/source/wall/four_point", 3);
    assert_same_rows(one.path, second, "/source/smeared/four_point", 3);
    assert_same_rows(one.path, second, "/source/smeared/two_point_1", 3);
    dataset two = read_dataset(second, "/source/wall/two_point_1");
    dataset smeared = read_dataset(second, "/source/smeared/two_point_1");
    assert_true(two.values[0] != two.values[4]);     /* other configuration, other noise */
    assert_true(two.values[0] != smeared.values[0]); /* other source */
    one.job.noise.seed++;
    write_case(&one);
    dataset reseeded = read_dataset(second, "/source/wall/two_point_1");
    assert_true(two.values[0] != reseeded.values[0]);
    free(two.values);
    free(smeared.values);
    free(reseeded.values);
    synth_case_destroy(&one);
}

static void expect_input_error(synth_case *one, const char *part) {
    hp_error err = HP_ERROR_INIT;
    assert_status(hp_synth_write_ensemble(synth_case_link(one), NULL, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, part);
    assert_null(fopen(one->path, "r"));
}

/* Change one member of the case, expect an error that names the key, change it back. */
#define EXPECT_REFUSED(member, value, part)                                                        \
    do {                                                                                           \
        synth_case kept = one;                                                                     \
        one.member = (value);                                                                      \
        expect_input_error(&one, (part));                                                          \
        one = kept;                                                                                \
    } while (0)

static void bad_input_is_refused(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    EXPECT_REFUSED(ngaussian, 0, "expected a potential: terms in this section");
    EXPECT_REFUSED(amplitudes[1], INFINITY,
                   "c exp(-(r/d)^2): c [MeV], d [fm]: parameter 1 is not finite");
    EXPECT_REFUSED(ranges[0], 0, "parameter 2 must be > 0, found 0");
    EXPECT_REFUSED(job.times.first, 500, "too small for a double");
    char long_name[257];
    memset(long_name, 'x', 256);
    long_name[256] = '\0';
    EXPECT_REFUSED(names[1], long_name, "has more than 255 bytes");
    EXPECT_REFUSED(job.noise.growth, 1000, "noise.growth");
    EXPECT_REFUSED(job.grid.box_fm, 1.0, "grid.box_fm: expected a box larger than the grid");
    EXPECT_REFUSED(job.grid.box_fm, 1e9, "grid.box_fm: a box of 1e+09 fm");
    EXPECT_REFUSED(job.states.count, 81, "states.count: expected 1 to 80");
    EXPECT_REFUSED(amplitudes[1], -1e5, "too deep for hadrons of mass 3571.3");
    synth_case_destroy(&one);
}

static void bad_keys_are_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"output=", "must not be empty"},
        {"channel=", "must not be empty"},
        {"mass_1_mev=0", "must be > 0, found 0"},
        {"mass_2_mev=-3", "must be >= 0, found -3"},
        {"inverse_spacing_mev=.nan", "expected a finite number"},
        {"grid.spacing_lat=-0.2", "must be > 0"},
        {"grid.points=3", "must be from 8 to 4096, found 3"},
        {"grid.points=4097", "must be from 8 to 4096, found 4097"},
        {"grid.box_fm=-1.0", "must be >= 0"},
        {"times.first=-1", "must be >= 0"},
        {"times.count=2", "must be from 3 to 64"},
        {"sources.names=[]", "found an empty list"},
        {"sources.names=[wall,a/b]", "expected a name without '/', found a/b"},
        {"sources.names=[wall,.]", "expected a name without '/', found ."},
        {"sources.names=[wall,\"\"]", "must not be empty"},
        {"sources.names=[wall,wall]", "found wall twice"},
        {"sources.widths_fm=[0,-1]", "must be >= 0"},
        {"noise.configurations=0", "must be >= 2"},
        {"noise.four_point=-0.1", "must be >= 0"},
        {"noise.two_point=.nan", "expected a finite number"},
        {"noise.radial_correlation_fm=0", "must be > 0"},
        {"noise.time_correlation=1", "must be >= 0 and < 1"},
        {"phase_shifts.energies_mev=[1.3,1.3]", "expected ascending entries"},
        {"states.count=0", "must be >= 1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_key_refused(cases[i][0], cases[i][1]);
}

static void file_that_cannot_be_written_is_an_error_and_leaves_nothing(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    hp_error err = HP_ERROR_INIT;
    H5E_auto2_t before, after;
    void *data;
    H5Eget_auto2(H5E_DEFAULT, &before, &data);
    one.job.output = (char *)"/nowhere/at/all.h5";
    assert_status(hp_synth_write_ensemble(synth_case_link(&one), NULL, &err), HP_ERR_IO, &err);
    assert_contains(err.message,
                    "/nowhere/at/all.h5: cannot create \"/nowhere/at/.all.h5.tmp\": No such file");
    H5Eget_auto2(H5E_DEFAULT, &after, &data);
    assert_true(before != NULL && before == after); /* HDF5 may print again */
    hp_error_clear(&err);
    char output[256];
    assert_int_equal(hp_test_run(output, sizeof output, "mkdir %s", one.path), 0);
    one.job.output = one.path; /* a folder of that name: only the last step fails */
    assert_status(hp_synth_write_ensemble(synth_case_link(&one), NULL, &err), HP_ERR_IO, &err);
    assert_contains(err.message, "cannot rename");
    assert_int_equal(hp_test_run(output, sizeof output, "ls %s", one.folder), 0);
    assert_string_equal(output, "made.h5\n");
    synth_case_destroy(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_has_the_layout_of_an_ensemble),
        cmocka_unit_test(wall_without_potential_gives_one),
        cmocka_unit_test(all_states_at_time_zero_give_the_source),
        cmocka_unit_test(lowest_state_obeys_both_equations),
        cmocka_unit_test(source_term_is_potential_times_R),
        cmocka_unit_test(same_spec_gives_same_bytes_and_rows_do_not_depend_on_their_number),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(bad_keys_are_refused),
        cmocka_unit_test(file_that_cannot_be_written_is_an_error_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
