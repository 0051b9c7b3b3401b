// SPDX-License-Identifier: GPL-3.0-or-later
/* Noise along Markov chains: autocorrelation time, stationarity, streams; and its growth with t. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "synth_case.h"

enum { NT = 3, NPOINT = 40, NVALUE = NT * NPOINT };

/* All values are independent: no correlation in t, radii far apart. Both sources are walls, so that
 * R is far from zero. */
static void create_case(synth_case *one) {
    synth_case_create(one);
    one->job.grid.spacing_lat = 20;
    one->job.grid.points = NPOINT;
    one->job.states.count = 5;
    one->widths[1] = 0;
    one->job.times.first = 2;
    one->job.times.count = NT;
    one->job.noise.time_correlation = 0;
    one->job.noise.four_point = 0.013;
    one->job.noise.two_point = 0.007;
}

/* R (configuration, NT, NPOINT)/R without noise - 1. */
static double *read_deviations(synth_case *one, const char *source) {
    char noiseless[128];
    synth_case quiet = *one;
    double *R = read_values(one->path, source, "four_point");
    double *first = read_values(one->path, source, "two_point_1");
    double *second = read_values(one->path, source, "two_point_2");
    snprintf(noiseless, sizeof noiseless, "%s/noiseless.h5", one->folder);
    quiet.job.output = noiseless;
    quiet.job.noise.configurations = quiet.job.noise.streams = 1;
    quiet.job.noise.four_point = quiet.job.noise.two_point = 0;
    write_case(&quiet);
    double *truth = read_values(noiseless, source, "four_point");
    double *true_first = read_values(noiseless, source, "two_point_1");
    for (int i = 0; i < one->job.noise.configurations * NVALUE; i++) {
        int t = i % NVALUE / NPOINT;
        double true_R = truth[i % NVALUE] / (true_first[t] * true_first[t]);
        R[i] = R[i] / (first[i / NPOINT] * second[i / NPOINT]) / true_R - 1;
    }
    free(truth);
    free(true_first);
    free(first);
    free(second);
    return R;
}

/* 1/2 + sum_{k=1}^{window} Gamma(k)/Gamma(0), averaged over all values of R. */
static double integrated_time(const double *R, int n, int window) {
    double tau = 0.5, variance = 0;
    for (int i = 0; i < n * NVALUE; i++) variance += R[i] * R[i] / n;
    for (int k = 1; k <= window; k++) {
        double gamma = 0;
        for (int i = 0; i < (n - k) * NVALUE; i++) gamma += R[i] * R[i + k * NVALUE];
        tau += gamma / (n - k) / variance;
    }
    return tau;
}

static void chain_has_the_stated_autocorrelation_time(void **state) {
    (void)state;
    enum { N = 1000, WINDOW = 20 };
    synth_case one;
    create_case(&one);
    one.job.noise.configurations = N;
    for (int k = 0; k < 3; k++) {
        const double tau[] = {0.5, 1.3, 2.7};
        one.job.noise.tau_int = tau[k];
        write_case(&one);
        double *wall = read_deviations(&one, "wall"), *smeared = read_deviations(&one, "smeared");
        double found = (integrated_time(wall, N, WINDOW) + integrated_time(smeared, N, WINDOW)) / 2;
        /* from 240 independent series of 1000: sqrt(2 (2*20+1)/240000) = 1.8 % of tau (Madras and
         * Sokal); the terms left out are rho^20 = 5e-4 of it */
        assert_close(found, tau[k], 0.05, 0);
        free(wall);
        free(smeared);
    }
    synth_case_destroy(&one);
}

/* Over many streams: unit variance at every place from the first one on, and rho^|i-j|. */
static void chain_is_stationary_from_its_start(void **state) {
    (void)state;
    enum { STREAMS = 200, LENGTH = 5 };
    const double rho = 0.6; /* tau_int = 2 */
    synth_case one;
    create_case(&one);
    one.job.noise.configurations = STREAMS * LENGTH;
    one.job.noise.streams = STREAMS;
    one.job.noise.tau_int = 2;
    write_case(&one);
    double *R = read_deviations(&one, "wall");
    for (int i = 0; i < LENGTH; i++)
        for (int j = 0; j < LENGTH; j++) {
            double sum = 0, expected = pow(rho, abs(i - j));
            for (int s = 0; s < STREAMS; s++)
                for (int value = 0; value < NVALUE; value++)
                    sum += R[(s * LENGTH + i) * NVALUE + value] *
                           R[(s * LENGTH + j) * NVALUE + value] / (0.013 * 0.013);
            /* five standard deviations of the mean of 24000 products, as in test_noise.c; second
             * orders of the noise are smaller */
            assert_close(sum / (STREAMS * NVALUE), expected, 0,
                         5 * sqrt((1 + expected * expected) / (STREAMS * NVALUE)));
        }
    free(R);
    synth_case_destroy(&one);
}

static void assert_same_row(const double *one, int row, const double *other, int other_row,
                            int length) {
    assert_memory_equal(one + row * length, other + other_row * length,
                        (size_t)length * sizeof(double));
}

static void streams_are_numbered_and_do_not_depend_on_their_length(void **state) {
    (void)state;
    const int streams[] = {1, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    const int numbers[] = {1, 6, 11, 16, 1, 6, 11, 1, 6, 11};
    char second[160];
    synth_case one;
    create_case(&one);
    snprintf(second, sizeof second, "%s/second.h5", one.folder);
    one.job.noise.configurations = 10;
    one.job.noise.streams = 3;
    one.job.noise.configuration_step = 5;
    one.job.noise.tau_int = 1.7;
    write_case(&one);
    dataset stream = read_dataset(one.path, "/stream");
    dataset number = read_dataset(one.path, "/configuration");
    assert_int_equal(stream.shape[0], 10);
    for (int i = 0; i < 10; i++) {
        assert_true(stream.values[i] == streams[i]);
        assert_true(number.values[i] == numbers[i]);
    }
    one.job.output = second;
    one.job.noise.configurations = 6; /* two each */
    write_case(&one);
    double *ten = read_values(one.path, "smeared", "four_point");
    double *six = read_values(second, "smeared", "four_point");
    const int first[] = {0, 4, 7};
    for (int s = 0; s < 3; s++)
        for (int place = 0; place < 2; place++)
            assert_same_row(ten, first[s] + place, six, 2 * s + place, NVALUE);
    assert_true(six[0] != six[2 * NVALUE]); /* streams differ */
    one.job.noise.streams = 1;
    write_case(&one);
    double *alone = read_values(second, "smeared", "four_point");
    for (int place = 0; place < 4; place++) assert_same_row(ten, place, alone, place, NVALUE);
    free(stream.values);
    free(number.values);
    free(ten);
    free(six);
    free(alone);
    synth_case_destroy(&one);
}

static void one_stream_has_no_dataset(void **state) {
    (void)state;
    synth_case one;
    create_case(&one);
    one.job.noise.configurations = 3;
    write_case(&one);
    hid_t file = H5Fopen(one.path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(H5Lexists(file, "/stream", H5P_DEFAULT) == 0);
    assert_true(H5Fclose(file) >= 0);
    synth_case_destroy(&one);
}

/* The same random numbers with and without growth: their ratio at every t. */
static void noise_grows_as_for_baryons(void **state) {
    (void)state;
    static const char *const what[] = {"two_point_1", "two_point_2", "four_point"};
    const double m_1 = 3571.3 / 2173.9, m_2 = 2011.9 / 2173.9, pion = 417.7 / 2173.9;
    const double growth[] = {m_1 - 1.5 * pion, m_2 - 1.5 * pion, m_1 + m_2 - 3 * pion};
    char noiseless[128];
    synth_case one;
    create_case(&one);
    snprintf(noiseless, sizeof noiseless, "%s/noiseless.h5", one.folder);
    one.job.mass_2_mev = 2011.9;
    for (int k = 0; k < 3; k++) {
        const int length = k == 2 ? NVALUE : NT;
        double *value[3]; /* without noise, with it, and growing */
        for (int run = 0; run < 3; run++) {
            one.job.output = run == 0 ? noiseless : one.path;
            one.job.noise.two_point = run > 0 && k < 2 ? 0.01 : 0;
            one.job.noise.four_point = run > 0 && k == 2 ? 0.01 : 0;
            one.job.noise.pion_mass_mev = run == 2 ? 417.7 : 0;
            write_case(&one);
            value[run] = read_values(one.job.output, "wall", what[k]);
        }
        for (int i = 0; i < length; i++) {
            double ratio = (value[2][i] - value[0][i]) / (value[1][i] - value[0][i]);
            /* differences of 1e-2 and, in the worst case of 24, 1e-4 of what is subtracted */
            assert_close(ratio, exp(growth[k] * (i * NT / length)), 1e-11, 0);
        }
        for (int run = 0; run < 3; run++) free(value[run]);
    }
    synth_case_destroy(&one);
}

static void expect_refused(synth_case *one, const char *part) {
    hp_error err = HP_ERROR_INIT;
    assert_status(hp_synth_write_ensemble(synth_case_link(one), NULL, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, part);
}

static void bad_chains_are_refused(void **state) {
    (void)state;
    synth_case one, good;
    create_case(&good);
    one = good;
    one.job.noise.streams = 2; /* of one configuration */
    expect_refused(&one, "noise.streams: expected 1 to 1, the number of configurations, found 2");
    one = good;
    one.job.noise.configurations = 1 << 16;
    one.job.noise.configuration_step = 1 << 16;
    expect_refused(&one, "noise.configuration_step: expected 1 to 32767 for 65536");
    one = good;
    one.job.noise.pion_mass_mev = 2400;
    expect_refused(&one, "noise.pion_mass_mev: expected at most 2/3 of the lighter mass, 2380.87");
    one = good;
    one.job.noise.pion_mass_mev = 10;
    one.job.times.count = 400;
    one.job.times.first = 0;
    one.job.inverse_spacing_mev = 1000;
    expect_refused(&one, "noise.pion_mass_mev: noise growing like exp(7.1126 t) is not finite");
    synth_case_destroy(&good);
    expect_key_refused("noise.tau_int=0.3", "must be >= 0.5");
    expect_key_refused("noise.tau_int=.nan", "expected a finite number");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_has_the_stated_autocorrelation_time),
        cmocka_unit_test(chain_is_stationary_from_its_start),
        cmocka_unit_test(streams_are_numbered_and_do_not_depend_on_their_length),
        cmocka_unit_test(one_stream_has_no_dataset),
        cmocka_unit_test(noise_grows_as_for_baryons),
        cmocka_unit_test(bad_chains_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
