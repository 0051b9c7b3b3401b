// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of several components: the closures of jobs/coupled, whose numbers were found in
 * another way, and what every such file must have. */
#include "support.h"

#include <math.h>
#include <string.h>
#include "coupled_job.h"
#include "hadpot/channel_observables.h"

static const double UNIT = 1973.269804; /* of jobs/coupled, MeV: a = 0.1 fm */

/* R of a source in a pair at one time and radius, from the file. */
static double ratio(const coupled_case *one, const char *source, const char *pair, int t, int i) {
    char name[96];
    snprintf(name, sizeof name, "/source/%s/%s/1S0/four_point", source, pair);
    dataset four = read_dataset(one->path, name);
    double value = four.values[t * (int)four.shape[2] + i];
    for (int hadron = 1; hadron <= 2; hadron++) {
        snprintf(name, sizeof name, "/source/%s/%s/two_point_%d", source, pair, hadron);
        dataset two = read_dataset(one->path, name);
        value /= two.values[t];
        free(two.values);
    }
    free(four.values);
    return value;
}

static void levels_are_those_of_the_closure(void **state) {
    (void)state;
    static const double W[] = {1.06098755359810, 1.09339623057883, 1.12981869829995,
                               1.14556455529194, 1.15974314433794, 1.20727743118150};
    coupled_case one;
    coupled_case_read(&one, "synth_local", NULL, 0);
    coupled_case_find_truth(&one);
    assert_int_equal(one.truth.nlevel, 6);
    for (int n = 0; n < 6; n++) /* to the printed digits and rounding of eigenvalues of 32 */
        assert_close(one.truth.level_mev[n] / UNIT, W[n], 0, 2e-14);
    coupled_case_destroy(&one);
}

static void correlators_are_those_of_the_closure(void **state) {
    (void)state;
    coupled_case one;
    coupled_case_read(&one, "synth_local", NULL, 0);
    coupled_case_write(&one);
    /* t = 10, r = 2, to the printed digits */
    assert_close(ratio(&one, "a", "A", 1, 3), 0.023548520096, 0, 5e-13);
    assert_close(ratio(&one, "b", "A", 1, 3), -0.000893284777, 0, 5e-13);
    assert_close(ratio(&one, "a", "B", 1, 3), -0.005635129327, 0, 5e-13);
    assert_close(ratio(&one, "b", "B", 1, 3), -0.008136378018, 0, 5e-13);
    dataset V = read_dataset(one.path, "/truth/v_mev");
    assert_true(V.rank == 3 && V.shape[0] == 2 && V.shape[1] == 2 && V.shape[2] == 80);
    assert_close(V.values[3] / UNIT, -0.0641180388, 0, 5e-11);
    assert_close(V.values[80 + 3] / UNIT, 0.0432853374, 0, 5e-11);
    assert_close(V.values[2 * 80 + 3] / UNIT, 0.0432853374, 0, 5e-11);
    assert_close(V.values[3 * 80 + 3] / UNIT, -0.1190782582, 0, 5e-11);
    free(V.values);
    coupled_case_destroy(&one);
}

/* Phases, inelasticities and the pole of the non-local closures. */
static void truths_are_those_of_the_closures(void **state) {
    (void)state;
    static const double delta[] = {8.670878,  13.980807, 17.019802, 18.941827,
                                   20.260318, 20.344590, 20.290295};
    static const double eta[] = {1, 1, 1, 1, 0.96205291, 0.92933485, 0.92405257};
    static const double resonant[] = {10.944043,  20.089979,  46.083563,  80.716718, 115.301135,
                                      145.499241, 180.669459, 191.399572, 195.164164};
    coupled_case one;
    coupled_case_read(&one, "synth_nonlocal", NULL, 0);
    coupled_case_find_truth(&one);
    for (int k = 0; k < 7; k++) { /* to the printed digits */
        assert_close(coupled_case_row(&one, HP_ROW_DELTA)[k], delta[k], 0, 5.1e-7);
        assert_close(coupled_case_row(&one, HP_ROW_ETA)[k], eta[k], 0, 5.1e-9);
    }
    coupled_case_destroy(&one);
    coupled_case_read(&one, "synth_resonance", NULL, 0);
    coupled_case_find_truth(&one);
    for (int k = 0; k < 9; k++)
        assert_close(coupled_case_row(&one, HP_ROW_DELTA)[k], resonant[k], 0, 5.1e-7);
    assert_close(coupled_case_row(&one, HP_ROW_ETA)[7], 0.90857913, 0, 5.1e-9);
    assert_close(coupled_case_row(&one, HP_ROW_ETA)[8], 0.90183364, 0, 5.1e-9);
    assert_close(coupled_case_row(&one, HP_ROW_POLE_W)[0] / UNIT, 1.105570091850, 0, 1e-12);
    assert_close(coupled_case_row(&one, HP_ROW_POLE_WIDTH)[0] / UNIT, -0.003149093707, 0, 1e-12);
    assert_true(isnan(coupled_case_row(&one, HP_ROW_POLE_W)[1]));
    assert_int_equal(one.truth.bound_states, 0);
    coupled_case_destroy(&one);
}

/* Each level by itself obeys the equation on the grid: (E_a + nabla^2/2mu_a) psi^a = V psi + U psi,
 * with U as the formula says. */
static void levels_obey_their_equation(void **state) {
    (void)state;
    enum { N = 60, LEVELS = 7 };
    char amplitudes[256] = "sources.amplitudes=[", names[128] = "sources.names=[";
    for (int s = 0; s < LEVELS; s++) {
        snprintf(names + strlen(names), 16, "%sn%d", s > 0 ? "," : "", s);
        for (int n = 0; n < LEVELS; n++)
            strcat(amplitudes, n == s ? (s + n > 0 ? ",1" : "1") : (s + n > 0 ? ",0" : "0"));
    }
    char *sets[] = {strcat(amplitudes, "]"),  strcat(names, "]"),   "sources.components=[]",
                    "noise.configurations=2", "noise.four_point=0", "noise.two_point=0",
                    "times.first=0"};
    coupled_case one;
    coupled_case_read(&one, "synth_nonlocal", sets, 7);
    coupled_case_write(&one);
    coupled_case_find_truth(&one);
    static const double mass[2][2] = {{0.50, 0.55}, {0.52, 0.60}}, Z[] = {0.8, 1.3};
    static const double C[2][2] = {{-0.004, 0.0015}, {0.0015, -0.003}}, d[] = {2.2, 1.8};
    for (int n = 0; n < LEVELS; n++) {
        double W = one.truth.level_mev[n] / UNIT, psi[2][N];
        char name[16];
        snprintf(name, sizeof name, "n%d", n);
        for (int a = 0; a < 2; a++)
            for (int i = 0; i < N; i++)
                psi[a][i] = ratio(&one, name, a == 0 ? "A" : "B", 0, i) * sqrt(Z[a]);
        for (int a = 0; a < 2; a++) {
            double m1 = mass[a][0], m2 = mass[a][1], mu = m1 * m2 / (m1 + m2);
            double k2 = (W * W - pow(m1 + m2, 2)) * (W * W - pow(m1 - m2, 2)) / (4 * W * W);
            for (int i = 0; i < N - 30; i++) {
                double r = 0.5 * (i + 1), sum = 0;
                double below = i > 0 ? (r - 0.5) * psi[a][i - 1] : 0;
                double above = (r + 0.5) * psi[a][i + 1];
                double left = k2 / (2 * mu) * psi[a][i] +
                              (above - 2 * r * psi[a][i] + below) / (0.25 * r) / (2 * mu);
                double V[2][2] = {{-0.10 * exp(-r * r / 9), 0.06 * exp(-r * r / 12.25)},
                                  {0, -0.20 * exp(-r * r / 9) + 0.5 * exp(-r * r)}};
                V[1][0] = V[0][1];
                for (int b = 0; b < 2; b++) {
                    sum += V[a][b] * psi[b][i];
                    for (int j = 0; j < N; j++) {
                        double rp = 0.5 * (j + 1);
                        sum += 0.5 * 4 * M_PI * rp * rp * C[a][b] * exp(-pow(r / d[a], 2)) *
                               exp(-pow(rp / d[b], 2)) * psi[b][j];
                    }
                }
                /* rounding of the largest eigenvalue, 16, over r */
                assert_close(left, sum, 0, 2e-14);
            }
        }
    }
    coupled_case_destroy(&one);
}

/* What a job finds from the file with central differences in t: the printed systematic error. */
static void time_differences_break_hermiticity_as_printed(void **state) {
    (void)state;
    static const double th[] = {1.05, 1.12}, Z[] = {0.8, 1.3}, mass[2][2] = {{.5, .55}, {.52, .6}};
    static const char *const pair[] = {"A", "B"}, *const source[] = {"a", "b"};
    double worst[2][2] = {{0}};
    coupled_case one;
    coupled_case_read(&one, "synth_local", NULL, 0);
    coupled_case_write(&one);
    for (int i = 0; i < 15; i++) { /* r < 8 */
        double R[2][2], S[2][2], r = 0.5 * (i + 1);
        for (int a = 0; a < 2; a++)
            for (int b = 0; b < 2; b++) {
                double m1 = mass[a][0], m2 = mass[a][1], mu = m1 * m2 / (m1 + m2);
                double delta = (m1 - m2) / (m1 + m2), at[3], below, above;
                for (int t = 0; t < 3; t++) at[t] = ratio(&one, source[b], pair[a], t, i);
                below = i > 0 ? (r - 0.5) * ratio(&one, source[b], pair[a], 1, i - 1) : 0;
                above = (r + 0.5) * ratio(&one, source[b], pair[a], 1, i + 1);
                R[a][b] = at[1];
                S[a][b] = (1 + 3 * delta * delta) / (8 * mu) * (at[2] - 2 * at[1] + at[0]) -
                          (at[2] - at[0]) / 2 +
                          (above - 2 * r * at[1] + below) / (0.25 * r) / (2 * mu);
            }
        double det = R[0][0] * R[1][1] - R[0][1] * R[1][0];
        double V[2][2] = {{-0.10 * exp(-r * r / 9), 0.06 * exp(-r * r / 12.25)},
                          {0, -0.20 * exp(-r * r / 9) + 0.5 * exp(-r * r)}};
        V[1][0] = V[0][1];
        for (int a = 0; a < 2; a++)
            for (int d = 0; d < 2; d++) {
                double inverse[2] = {R[1 - d][1 - 0] * (d == 0 ? 1 : -1) / det,
                                     R[1 - d][0] * (d == 0 ? -1 : 1) / det};
                double found = S[a][0] * inverse[0] + S[a][1] * inverse[1];
                found /= sqrt(Z[d] / Z[a]) * exp(-(th[d] - th[a]) * 10);
                worst[a][d] = fmax(worst[a][d], fabs(found - V[a][d]));
            }
    }
    /* two printed digits */
    assert_close(worst[0][0], 4.0e-5, 0.02, 0);
    assert_close(worst[0][1], 4.4e-4, 0.02, 0);
    assert_close(worst[1][0], 3.7e-6, 0.02, 0);
    assert_close(worst[1][1], 3.7e-5, 0.02, 0);
    coupled_case_destroy(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_those_of_the_closure),
        cmocka_unit_test(correlators_are_those_of_the_closure),
        cmocka_unit_test(truths_are_those_of_the_closures),
        cmocka_unit_test(levels_obey_their_equation),
        cmocka_unit_test(time_differences_break_hermiticity_as_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
