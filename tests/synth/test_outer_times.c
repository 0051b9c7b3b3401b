// SPDX-License-Identifier: GPL-3.0-or-later
/* Two-point functions at more times than the waves: what stands at the times of waves keeps its
 * bits, noise goes on smoothly, masses are known. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "synth_case.h"

enum { N = 400, FIRST = 8, NFULL = 10, NT = 4, T0 = 11 }; /* times of the case: 11 ... 14 */

static void create_case(synth_case *one) {
    synth_case_create(one);
    one->job.noise.configurations = N;
    one->job.noise.two_point = 0.02;
    one->job.noise.two_point_alone = 0.003;
    one->job.noise.four_point = 0.01;
    one->job.noise.growth = 0.1;
}

static void ask_for_more(synth_case *one) {
    one->job.times.two_point_first = FIRST;
    one->job.times.two_point_count = NFULL;
}

/* All else is as without them, and at the times of waves both are the same. */
static void what_stands_at_the_waves_keeps_its_bits(void **state) {
    (void)state;
    static const char *const what[] = {"four_point", "two_point_1", "two_point_2"};
    synth_case one;
    double *before[3];
    create_case(&one);
    one.job.mass_2_mev = 2571.3;
    write_case(&one);
    for (int i = 0; i < 3; i++) before[i] = read_values(one.path, "smeared", what[i]);
    ask_for_more(&one);
    write_case(&one);
    for (int i = 0; i < 3; i++) {
        double *after = read_values(one.path, "smeared", what[i]);
        size_t count = (size_t)N * NT * (i == 0 ? 40 : 1);
        assert_memory_equal(before[i], after, count * sizeof *after);
        free(after);
    }
    for (int hadron = 0; hadron < 2; hadron++) {
        double *full =
            read_values(one.path, "smeared", hadron == 0 ? "two_point_full_1" : "two_point_full_2");
        for (int k = 0; k < N; k++)
            assert_memory_equal(full + k * NFULL + T0 - FIRST, before[1 + hadron] + k * NT,
                                NT * sizeof *full);
        free(full);
    }
    dataset t = read_dataset(one.path, "/two_point_t");
    assert_int_equal(t.shape[0], NFULL);
    assert_close(t.values[0], FIRST, 0, 0);
    free(t.values);
    for (int i = 0; i < 3; i++) free(before[i]);
    synth_case_destroy(&one);
}

/* Relative noise sqrt(e2^2 + e2'^2) exp(growth (t - T0)), correlated like c^|t-t'|. 400
 * configurations know a standard deviation to 3.5 %, a correlation of 0.6 to 0.03. */
static void noise_goes_on_before_and_after(void **state) {
    (void)state;
    synth_case one;
    create_case(&one);
    ask_for_more(&one);
    write_case(&one);
    double *C = read_values(one.path, "wall", "two_point_full_1");
    double *second = read_values(one.path, "wall", "two_point_full_2");
    double mass = 3571.3 / 2173.9, square[NFULL] = {0}, next[NFULL - 1] = {0};
    assert_memory_equal(C, second, (size_t)N * NFULL * sizeof *C); /* identical hadrons */
    for (int k = 0; k < N; k++)
        for (int i = 0; i < NFULL; i++) {
            double x = C[k * NFULL + i] * exp(mass * (FIRST + i)) - 1.0;
            square[i] += x * x / N;
            if (i > 0)
                next[i - 1] += x * (C[k * NFULL + i - 1] * exp(mass * (FIRST + i - 1)) - 1) / N;
        }
    for (int i = 0; i < NFULL; i++)
        assert_close(sqrt(square[i]), hypot(0.02, 0.003) * exp(0.1 * (FIRST + i - T0)), 0.14, 0);
    for (int i = 0; i + 1 < NFULL; i++)
        assert_close(next[i] / sqrt(square[i] * square[i + 1]), 0.6, 0, 0.13);
    free(C);
    free(second);
    synth_case_destroy(&one);
}

/* C2 = exp(-m t) (1 + A exp(-gap t)); rounding. R does not know of it. */
static void a_second_state_is_in_two_point_functions(void **state) {
    (void)state;
    synth_case one;
    synth_case_create(&one);
    ask_for_more(&one);
    write_case(&one);
    double *four = read_values(one.path, "wall", "four_point");
    double *two = read_values(one.path, "wall", "two_point_1");
    one.job.times.two_point_excited = 0.4;
    one.job.times.two_point_gap_mev = 500.0;
    write_case(&one);
    double *C = read_values(one.path, "wall", "two_point_full_1");
    double *excited = read_values(one.path, "wall", "four_point");
    double mass = 3571.3 / 2173.9, gap = 500.0 / 2173.9;
    for (int i = 0; i < NFULL; i++)
        assert_close(C[i], exp(-mass * (FIRST + i)) * (1 + 0.4 * exp(-gap * (FIRST + i))), 1e-14,
                     0);
    for (int t = 0; t < NT; t++) {
        double now = C[T0 - FIRST + t];
        assert_close(excited[t * 40 + 7] / (now * now), four[t * 40 + 7] / (two[t] * two[t]), 1e-13,
                     0);
    }
    free(four);
    free(two);
    free(C);
    free(excited);
    synth_case_destroy(&one);
}

static void times_that_miss_the_waves_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    synth_case one;
    synth_case_create(&one);
    one.job.times.two_point_first = 12;
    one.job.times.two_point_count = 9;
    assert_status(hp_synth_write_ensemble(synth_case_link(&one), NULL, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "times.two_point_first: t = 12 ... 20 must hold the times of the "
                                 "waves, t = 11 ... 14");
    hp_error_clear(&err);
    one.job.times.two_point_first = 0;
    one.job.times.two_point_count = 15;
    one.job.times.two_point_excited = -1.5;
    one.job.times.two_point_gap_mev = 10.0;
    assert_status(hp_synth_write_ensemble(synth_case_link(&one), NULL, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "the two-point function of hadron 1 at t = 0 is -0.5");
    synth_case_destroy(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_stands_at_the_waves_keeps_its_bits),
                                       cmocka_unit_test(noise_goes_on_before_and_after),
                                       cmocka_unit_test(a_second_state_is_in_two_point_functions),
                                       cmocka_unit_test(times_that_miss_the_waves_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
