// SPDX-License-Identifier: GPL-3.0-or-later
/* Coupled square wells against their closed form (docs/method-channels.md, "Wells"): energies
 * below, at and above thresholds, two and three channels. */
#include "coupled_case.h"

#include <stdio.h>

/* Three panels end at the edge of the well, r = 1. */
static const double well_edge[4] = {0.0, 0.5, 1.0, 1.6};

typedef struct well {
    int N;
    double two_mu[3], threshold[3], V[9];
} well;

static const well c1 = {2, {1.0, 1.0}, {0.0, 6.0}, {-1.0, -1.0, -1.0, -5.0}};
static const well c2 = {2, {1.0, 2.0}, {0.0, 3.0}, {-1.0, -0.5, -0.5, -2.0}};
static const well three = {
    3, {1.0, 1.5, 2.0}, {0.0, 3.0, 6.0}, {-1.0, -0.5, -0.3, -0.5, -2.0, -0.7, -0.3, -0.7, -3.0}};

static void well_at(double r, double *w, void *context) {
    const well *of = context;
    for (int c = 0; c < of->N; c++)
        for (int d = 0; d < of->N; d++)
            w[c * of->N + d] =
                r < 1.0 ? sqrt(of->two_mu[c] * of->two_mu[d]) * of->V[c * of->N + d] : 0.0;
}

static coupled_case open_well(const well *of) {
    hp_channels channels = case_channels(of->N, of->two_mu, of->threshold);
    coupled_case c = case_open_panels(&channels, well_edge, 3, 16);
    case_set(&c, well_at, (void *)(uintptr_t)of, false);
    return c;
}

/* One row of the tables: S of the closed form; components of pairs that are closed are nan. */
typedef struct s_row {
    double energy;
    double complex S[6]; /* S11, S12, S22 and S13, S23, S33 */
    int nopen;
} s_row;

static void compare(const char *name, const well *of, const s_row *row, double atol) {
    static const int place[6][2] = {{0, 0}, {0, 1}, {1, 1}, {0, 2}, {1, 2}, {2, 2}};
    coupled_case c = open_well(of);
    double complex S[9];
    double worst = 0.0;
    int m = row->nopen;
    case_s(&c, row->energy, S);
    for (int i = 0; i < m * (m + 1) / 2; i++) {
        double complex found = S[place[i][0] * m + place[i][1]];
        worst = fmax(worst, cabs(found - row->S[i]));
        assert_complex(found, row->S[i], atol);
        assert_complex(S[place[i][1] * m + place[i][0]], row->S[i], atol);
    }
    printf("%s E = %g: S differs by %.1e\n", name, row->energy, worst);
    case_close(&c);
}

/* 16 nodes integrate the wells to rounding; the numbers are printed with 15 digits. */
static void one_open_channel(void **state) {
    (void)state;
    static const s_row at_c1[4] = {{0.5, {.729575243816919 + .683900550964454 * I}, 1},
                                   {4.0, {.617565599464408 + .786519376975651 * I}, 1},
                                   {5.0, {-.564602685830370 + .825362833639323 * I}, 1},
                                   {5.5, {.992568372914608 - .121688229051323 * I}, 1}};
    static const s_row at_c2 = {2.0, {.659264444461819 + .751911159824383 * I}, 1};
    for (int i = 0; i < 4; i++) compare("c1", &c1, &at_c1[i], 2e-14);
    compare("c2", &c2, &at_c2, 2e-14);
}

/* Printed with 12 digits. */
static void all_channels_open(void **state) {
    (void)state;
    static const s_row at_c1[3] = {
        {7.0,
         {.891851104228 + .309372977588 * I, -.304620716500 - .126870751970 * I,
          -.847789686479 - .415165845022 * I},
         2},
        {9.0,
         {.920588030911 + .281873596119 * I, -.263673384807 + .059508816976 * I,
          -.710284038525 + .649947406690 * I},
         2},
        {15.0,
         {.952039850158 + .221296165645 * I, -.144549638963 + .154121811102 * I,
          .281803581493 + .935915920730 * I},
         2}};
    static const s_row at_c2 = {5.0,
                                {.855818257933 + .448510068915 * I,
                                 -.235639610506 + .104344628181 * I,
                                 -.243119866573 + .935135767152 * I},
                                2};
    for (int i = 0; i < 3; i++) compare("c1", &c1, &at_c1[i], 1e-12);
    compare("c2", &c2, &at_c2, 1e-12);
}

static void three_channels(void **state) {
    (void)state;
    static const s_row row[3] = {
        {2.0, {.658780277187 + .752335394880 * I}, 1},
        {5.0,
         {.786753207120 + .440254872161 * I, -.430593547962 + .042240206895 * I,
          -.686202817646 + .584748368471 * I},
         2},
        {9.0,
         {.937224087146 + .300220808101 * I, -.091910824879 + .120994387461 * I,
          .642680994000 + .705354109449 * I, -.088091247913 + .025123044605 * I,
          -.251922969352 + .053705644222 * I, -.250097608729 + .928822088492 * I},
         3}};
    for (int i = 0; i < 3; i++) compare("three channels", &three, &row[i], 1e-12);
}

/* Phases, inelasticities and sums of eigenphases (half the argument of det S, modulo 180 degrees)
 * that the tables have. */
static void phases_and_sums(void **state) {
    (void)state;
    static const struct {
        const well *of;
        double energy, delta_1, delta_2, eta, sum; /* nan: not in the table */
    } row[] = {{&c1, 0.5, 21.574601471387, NAN, 1.0, 21.574601471},
               {&c1, 4.0, 25.930710615494, NAN, 1.0, 25.930710615},
               {&c1, 5.0, 62.187352826679, NAN, 1.0, 62.187352827},
               {&c1, 5.5, 176.505227450571, NAN, 1.0, 176.505227451},
               {&c1, 7.0, NAN, NAN, 0.943986245331, 112.611122480},
               {&c1, 9.0, NAN, NAN, 0.962774660472, 77.281916299},
               {&c1, 15.0, NAN, NAN, 0.977421029658, 43.164346135},
               {&c2, 2.0, 24.378100376488, NAN, 1.0, NAN},
               {&c2, 0.5, 19.355998480902, NAN, 1.0, NAN},
               {&c2, 2.8, NAN, NAN, 1.0, 110.280472413},
               {&c2, 2.9, NAN, NAN, 1.0, 180.508952466},
               {&c2, 5.0, NAN, NAN, .966222630935, 66.115544409},
               {&c2, 9.0, 8.866081612, 26.734999927, .988471114324, NAN}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        coupled_case c = open_well(row[i].of);
        double complex S[4] = {0.0};
        case_s(&c, row[i].energy, S);
        double complex det = S[1] != 0.0 ? S[0] * S[3] - S[1] * S[2] : S[0];
        double sum = degrees(0.5 * carg(det)), phase = degrees(0.5 * carg(S[0]));
        assert_close(cabs(S[0]), row[i].eta, 0.0, 1e-12);
        if (isfinite(row[i].sum)) /* printed with 9 decimals */
            assert_close(sum, remainder(row[i].sum, 180.0), 0.0, 1e-9);
        if (isfinite(row[i].delta_2)) /* the same */
            assert_close(degrees(0.5 * carg(S[3])), row[i].delta_2, 0.0, 1e-9);
        if (isfinite(row[i].delta_1)) /* with 9 or 12 decimals */
            assert_close(phase, remainder(row[i].delta_1, 180.0), 0.0,
                         isfinite(row[i].delta_2) ? 1e-9 : 2e-12);
        case_close(&c);
    }
}

/* c1 at its second threshold: no jump, whatever side. */
static void threshold_is_continuous(void **state) {
    (void)state;
    coupled_case c = open_well(&c1);
    double complex below, above[4], at[4];
    case_s(&c, 6.0 - 1e-12, &below);
    case_s(&c, 6.0 + 1e-12, above);
    case_s(&c, 6.0, at);
    printf("S11 around the threshold: %.12f%+.12fi %.12f%+.12fi\n", creal(below), cimag(below),
           creal(above[0]), cimag(above[0]));
    /* printed with 12 decimals; E has a rounding of 4e-16, k_2^2 one of 4e-4 of itself, k_2 of 2e-4
     * of 1e-6 */
    assert_complex(below, .955496482886 + .295002493537 * I, 1e-9);
    assert_complex(above[0], .955496304147 + .295002587944 * I, 1e-9);
    assert_complex(at[0], below, 1e-6);
    assert_complex(above[0], below, 1e-6);
    double k2 = sqrt(6.0 + 1e-8 - 6.0); /* as the solver finds it */
    case_s(&c, 6.0 + 1e-8, above);
    /* S12 = i x exp(i delta_1) k_2^(1/2), x real up to k_2 */
    assert_close(cabs(above[1]) / sqrt(k2), .534661572179, 0.0, 2e-12);
    assert_true(cimag(above[1] / csqrt(above[0])) < 0.0);
    case_s(&c, 6.0 + 1e-14, above);
    k2 = sqrt(6.0 + 1e-14 - 6.0);
    /* the rest is linear in k_2 = 1e-7: 3.8e-12/1e-4 of k_2 */
    assert_close(cabs(above[1]) / sqrt(k2), .534665396683, 0.0, 1e-8);
    case_close(&c);
}

/* Beyond the well the open component is S - T C and the closed one falls like exp(-kappa r). */
static void waves_have_their_tails(void **state) {
    (void)state;
    coupled_case c = open_well(&c1);
    double wave[2 * 48];
    hp_tmatrix T;
    int n = c.grid.n;
    assert_int_equal(n, 48);
    assert_ok(hp_coupled_solve(c.solver, 4.0, &T, wave, &c.err), &c.err);
    double k = 2.0, kappa = sqrt(2.0), amplitude = wave[2 * n - 1] * exp(kappa * c.grid.r[n - 1]);
    assert_true(fabs(amplitude) > 0.1);
    for (int i = n - 16; i < n; i++) {
        double r = c.grid.r[i];
        assert_close(wave[i], sin(k * r) / k - T.T[0] * cos(k * r), 0.0, 1e-13);
        assert_close(wave[n + i], amplitude * exp(-kappa * r), 0.0, 1e-13); /* 16 nodes on it */
    }
    case_close(&c);
}

/* All poles of the tables, to the digits printed there. */
static void poles_on_all_sheets(void **state) {
    (void)state;
    static const struct {
        const well *of;
        hp_sheet sheet;
        double complex energy;
    } row[] = {{&c1, CASE_LOWER_FIRST, 5.1354468566315 - 0.13441097024598 * I},
               {&c1, CASE_LOWER_FIRST, -0.77883420426377},
               {&c1, CASE_LOWER_BOTH, -1.4677172574365},
               {&c1, CASE_LOWER_SECOND, 18.284103938015 - 11.780318803436 * I},
               {&c2, CASE_LOWER_FIRST, 2.800626981361 - 0.038022604149337 * I},
               {&c2, CASE_LOWER_FIRST, -0.90895697253411},
               {&c2, CASE_LOWER_BOTH, -1.2664451921462},
               {&c2, CASE_LOWER_SECOND, 9.3243024458584 - 6.4463486727535 * I}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        coupled_case c = open_well(row[i].of);
        double complex found = case_pole(&c, row[i].sheet, row[i].energy * 1.001);
        printf("sheet %u: E = %.14f %+.14f i, differs by %.1e\n", row[i].sheet, creal(found),
               cimag(found), cabs(found - row[i].energy));
        /* one unit of the last digit printed, 1e-12 of the largest number */
        assert_complex(found, row[i].energy, 5e-14 * fmax(cabs(row[i].energy), 1.0) + 5e-13);
        case_close(&c);
    }
}

/* The null vector at a pole solves chi = G A chi: beyond the well it is H_c times a constant, and
 * the force beside it is A chi. */
static void null_vector_is_the_wave_of_a_pole(void **state) {
    (void)state;
    enum { N = 2, MOST = 96 };
    coupled_case c = open_well(&c1);
    double complex wave[MOST], force[MOST], k[HP_MOST_PAIRS],
        E = 5.1354468566315 - 0.13441097024598 * I;
    int n = c.grid.n;
    assert_true(N * n <= MOST);
    assert_ok(hp_coupled_null_vector(c.solver, E, CASE_LOWER_FIRST, wave, force, &c.err), &c.err);
    hp_channels_momenta(&c.channels, E, CASE_LOWER_FIRST, k);
    for (int a = 0; a < N; a++) {
        double complex amplitude = 0.0;
        for (int i = 0; i < n; i++) /* chi -> -C or H times int S F */
            amplitude -= c.grid.weight[i] * csin(k[a] * c.grid.r[i]) / k[a] * force[a * n + i];
        for (int i = n - 16; i < n; i++) {
            assert_complex(wave[a * n + i], amplitude * cexp(I * k[a] * c.grid.r[i]), 1e-13);
            assert_complex(force[a * n + i], 0.0, 0.0);
        }
        for (int i = 0; i < n - 16; i++) { /* A chi of a local potential */
            double complex expected = -1.0 * wave[i] - (a == 0 ? 1.0 : 0.0) * wave[n + i];
            if (a == 1) expected = -1.0 * wave[i] - 5.0 * wave[n + i];
            assert_complex(force[a * n + i], expected, 1e-14);
        }
    }
    case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_open_channel),
        cmocka_unit_test(all_channels_open),
        cmocka_unit_test(three_channels),
        cmocka_unit_test(phases_and_sums),
        cmocka_unit_test(threshold_is_continuous),
        cmocka_unit_test(waves_have_their_tails),
        cmocka_unit_test(poles_on_all_sheets),
        cmocka_unit_test(null_vector_is_the_wave_of_a_pole),
    };
    return cmocka_run_group_tests_name("coupled square wells", tests, NULL, NULL);
}
