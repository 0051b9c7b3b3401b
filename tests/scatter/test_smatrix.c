// SPDX-License-Identifier: GPL-3.0-or-later
/* S-matrices and their parametrisations at one energy and along energies, against closed forms. */
#include "closed_forms.h"

#include "hadpot/smatrix.h"
#include "hadpot/units.h"

static double degrees(double x) {
    return x * 180.0 / M_PI;
}

/* Real and imaginary part; spec: 12 to 15 decimals. */
static void assert_element(double complex S, double re, double im, double atol) {
    assert_close(creal(S), re, 0.0, atol);
    assert_close(cimag(S), im, 0.0, atol);
}

static hp_phases phases_at(closed_form *form, hp_t_function solve, double energy) {
    hp_error err = HP_ERROR_INIT;
    hp_tmatrix T;
    hp_phases phases;
    assert_ok(solve(energy, &T, form, &err), &err);
    assert_ok(hp_phases_of_t(&form->channels, &T, &phases, &err), &err);
    return phases;
}

static void follow(closed_form *form, hp_t_function solve, const double *energy, int n, int bound,
                   hp_phases *phases) {
    hp_error err = HP_ERROR_INIT;
    form->solutions = 0;
    assert_ok(hp_phases_follow(&form->channels, solve, form, energy, n, bound, 1.0, phases, &err),
              &err);
}

/* The digits of the table: 12 to 15 of S (roundings of 1e-14), 12 of eta, 9 of sums in degrees. */
static void wells_c1_have_their_table(void **state) {
    (void)state;
    static const double E[7] = {0.5, 4.0, 5.0, 5.5, 7.0, 9.0, 15.0};
    static const double S11[7][2] = {
        {.729575243816919, .683900550964454},  {.617565599464408, .786519376975651},
        {-.564602685830370, .825362833639323}, {.992568372914608, -.121688229051323},
        {.891851104228, .309372977588},        {.920588030911, .281873596119},
        {.952039850158, .221296165645}};
    static const double rest[3][4] = {
        {-.304620716500, -.126870751970, -.847789686479, -.415165845022},
        {-.263673384807, .059508816976, -.710284038525, .649947406690},
        {-.144549638963, .154121811102, .281803581493, .935915920730}};
    static const double eta[3] = {0.943986245331, 0.962774660472, 0.977421029658};
    static const double sum[7] = {21.574601471,  25.930710615, 62.187352827, 176.505227451,
                                  112.611122480, 77.281916299, 43.164346135};
    static const double d1[4] = {21.574601471387, 25.930710615494, 62.187352826679,
                                 176.505227450571};
    for (int without_sign = 0; without_sign < 2; without_sign++) {
        closed_form form = wells_c1();
        hp_phases at[7];
        form.without_sign = without_sign;
        follow(&form, wells_solve, E, 7, 0, at);
        print_message("c1: %d solutions for 7 energies\n", form.solutions);
        for (int i = 0; i < 7; i++) {
            assert_element(at[i].S[0], S11[i][0], S11[i][1], i < 4 ? 1e-14 : 6e-13);
            assert_close(degrees(at[i].sum), sum[i], 0.0, 6e-10);
            if (i < 4) {
                assert_close(degrees(at[i].delta[0]), d1[i], 0.0, 6e-13);
                continue;
            }
            assert_element(at[i].S[1], rest[i - 4][0], rest[i - 4][1], 6e-13);
            assert_element(at[i].S[3], rest[i - 4][2], rest[i - 4][3], 6e-13);
            for (int a = 0; a < 2; a++) assert_close(at[i].eta[a], eta[i - 4], 0.0, 6e-13);
            assert_false(at[i].mixes);
        }
    }
}

static void wells_c2_have_their_table(void **state) {
    (void)state;
    static const double E[6] = {0.5, 2.0, 2.8, 2.9, 5.0, 9.0};
    closed_form form = wells_c2();
    hp_phases at[6];
    follow(&form, wells_solve, E, 6, 0, at);
    assert_close(degrees(at[0].delta[0]), 19.355998480902, 0.0, 6e-13); /* printed digits, all */
    assert_close(degrees(at[1].delta[0]), 24.378100376488, 0.0, 6e-13);
    assert_element(at[1].S[0], .659264444461819, .751911159824383, 2e-15);
    assert_close(degrees(at[2].sum), 110.280472413, 0.0, 6e-10);
    assert_close(degrees(at[3].sum), 180.508952466, 0.0, 6e-10);
    assert_element(at[4].S[0], .855818257933, .448510068915, 6e-13);
    assert_element(at[4].S[1], -.235639610506, .104344628181, 6e-13);
    assert_element(at[4].S[3], -.243119866573, .935135767152, 6e-13);
    assert_close(at[4].eta[0], .966222630935, 0.0, 6e-13);
    assert_close(degrees(at[4].sum), 66.115544409, 0.0, 6e-10);
    assert_close(at[5].eta[1], .988471114324, 0.0, 6e-13);
    /* The table has these two modulo 180 degrees: continuous, delta_2 is 0 at its threshold, and
     * delta_1 carries the turn of the resonance. */
    assert_close(degrees(at[5].delta[0]), 8.866081612 + 180.0, 0.0, 6e-10);
    assert_close(degrees(at[5].delta[1]), 26.734999927 - 180.0, 0.0, 6e-10);
    hp_phases single = phases_at(&form, wells_solve, 9.0);
    assert_close(degrees(single.delta[0]), 8.866081612, 0.0, 6e-10);
    assert_close(degrees(single.delta[1]), 26.734999927, 0.0, 6e-10);
}

static void three_wells_have_their_table(void **state) {
    (void)state;
    closed_form form = three_wells();
    hp_phases at = phases_at(&form, wells_solve, 2.0);
    assert_element(at.S[0], .658780277187, .752335394880, 6e-13); /* printed digits, all */
    at = phases_at(&form, wells_solve, 5.0);
    assert_element(at.S[0], .786753207120, .440254872161, 6e-13);
    assert_element(at.S[1], -.430593547962, .042240206895, 6e-13);
    assert_element(at.S[3], -.686202817646, .584748368471, 6e-13);
    at = phases_at(&form, wells_solve, 9.0);
    assert_element(at.S[0], .937224087146, .300220808101, 6e-13);
    assert_element(at.S[1], -.091910824879, .120994387461, 6e-13);
    assert_element(at.S[2], -.088091247913, .025123044605, 6e-13);
    assert_element(at.S[4], .642680994000, .705354109449, 6e-13);
    assert_element(at.S[5], -.251922969352, .053705644222, 6e-13);
    assert_element(at.S[8], -.250097608729, .928822088492, 6e-13);
}

static void thresholds_are_crossed_smoothly(void **state) {
    (void)state;
    closed_form form = wells_c1();
    hp_phases below = phases_at(&form, wells_solve, 6.0 - 1e-12);
    hp_phases above = phases_at(&form, wells_solve, 6.0 + 1e-12);
    hp_phases on = phases_at(&form, wells_solve, 6.0);
    /* E = 6 has 1e-15 of rounding, which is 1e-3 of 1e-12, or 5e-10 of what moves like its root */
    assert_element(below.S[0], .955496482886, .295002493537, 1e-9);
    assert_element(above.S[0], .955496304147, .295002587944, 1e-9);
    assert_int_equal(on.nopen, 2);
    assert_element(on.S[0], creal(below.S[0]), cimag(below.S[0]), 1e-6);
    assert_true(on.S[1] == 0.0 && on.S[3] == 1.0);
    hp_phases near = phases_at(&form, wells_solve, 6.0 + 1e-8);
    /* 1e-15/1e-8 of E - 6, a quarter of that in the root of its root */
    assert_close(cabs(near.S[1]) / pow(1e-8, 0.25), .534661572179, 0.0, 1e-7);
    static const double E[4] = {6.0 - 1e-12, 6.0, 6.0 + 1e-12, 6.0 + 1e-6};
    hp_phases at[4];
    follow(&form, wells_solve, E, 4, 0, at);
    for (int i = 0; i < 3; i++) { /* the change of the sum is linear in k_2, 1e-6 and 1e-3 */
        assert_close(at[i].sum, at[0].sum, 0.0, 1e-5);
        assert_close(at[i].delta[0], at[0].delta[0], 0.0, 1e-5);
        if (i > 0) assert_close(at[i].delta[1], 0.0, 0.0, 1e-5);
    }
    assert_close(at[3].sum, at[0].sum, 0.0, 1e-2);
}

static void yamaguchi_has_its_table(void **state) {
    (void)state;
    static const double W[7] = {1340.0, 1380.0, 1410.0, 1433.0, 1437.0, 1450.0, 1500.0};
    static const double S11[7][2] = {
        {-.2569206542652, .9664325001840},  {-.9758607988423, .2183934552198},
        {-.4974747966812, -.8674784300874}, {.9993047403355, -.0372831857956},
        {.7229203794978, .2514666081525},   {.4930205487194, .3738234413108},
        {.3449504537719, .5929021811684}};
    static const double S12[3][2] = {{-.1276860864286, -.6307510865814},
                                     {-.4276459439579, -.6590187553350},
                                     {-.6278867070103, -.3677423978387}};
    static const double S22[3][2] = {{.5681991238940, -.5128343647953},
                                     {-.1405560337673, -.6025423039958},
                                     {-.6858619334850, -.0108268272330}};
    static const double d1[7] = {52.4437113985,  83.6926548003,  120.0834629768, 178.9316678026,
                                 189.5900710894, 198.5852652270, 209.9045789359};
    static const double eta[3] = {.765407950121, .618719020827, .685947382816};
    static const double k2[2][3] = {{.057417043941, .866725623612, 1.550293697680},
                                    {-1.500325012527, .040538514581, 1.125131094482}};
    closed_form form = yamaguchi_two();
    double energy[7];
    hp_phases at[7];
    for (int i = 0; i < 7; i++) energy[i] = (W[i] - 138.04 - 1193.15) / 197.3269804;
    follow(&form, separable_solve, energy, 7, 0, at);
    for (int i = 0; i < 7; i++) {
        /* all printed digits; W - threshold of 100 MeV and more has 1e-14 of rounding */
        assert_element(at[i].S[0], S11[i][0], S11[i][1], 2e-12);
        assert_close(degrees(at[i].delta[0]), d1[i], 0.0, 1e-10);
        if (i < 4) continue;
        assert_element(at[i].S[1], S12[i - 4][0], S12[i - 4][1], 2e-12);
        assert_element(at[i].S[3], S22[i - 4][0], S22[i - 4][1], 2e-12);
        assert_close(at[i].eta[0], eta[i - 4], 0.0, 6e-13);
    }
    for (int a = 0; a < 2; a++) { /* printed digits */
        assert_close(at[0].k2[a], k2[a][0], 0.0, 6e-13);
        assert_close(at[4].k2[a], k2[a][1], 0.0, 6e-13);
        assert_close(at[6].k2[a], k2[a][2], 0.0, 6e-13);
    }
}

/* Bar phases of the separable deuteron; its second eigenphase is 0 exactly. */
static void separable_deuteron_has_its_bar_phases(void **state) {
    (void)state;
    static const double k[4] = {0.2, 0.5, 1.0, 2.0};
    static const double expected[4][3] = {{126.88535396673, -.00209888633, .40030964012},
                                          {85.46971994466, .01211461031, 2.95716654917},
                                          {50.83242622156, .81567342696, 7.53079328920},
                                          {19.44228122757, 2.02292706662, 6.37125127215}};
    closed_form form = separable_deuteron();
    double energy[4];
    hp_phases at[4];
    for (int i = 0; i < 4; i++) energy[i] = k[i] * k[i];
    follow(&form, separable_solve, energy, 4, 1, at);
    for (int i = 0; i < 4; i++) {
        assert_true(at[i].mixes);
        for (int p = 0; p < 2; p++) /* printed digits, all */
            assert_close(degrees(at[i].stapp[p]), expected[i][p], 0.0, 6e-12);
        assert_close(degrees(at[i].stapp_epsilon), expected[i][2], 0.0, 6e-12);
        assert_close(at[i].blatt[1], 0.0, 0.0, 1e-15); /* rounding */
        assert_close(at[i].blatt[0], at[i].sum, 0.0, 1e-14);
    }
}

/* Single separable waves with l = 1: k^3 cot delta from rank one. */
static void p_waves_have_their_phases(void **state) {
    (void)state;
    static const double k[4] = {0.2, 0.6, 1.0, 2.0};
    static const double strength[2] = {-40.0, -20.0};
    static const double expected[2][4] = {
        {.4090963285662, 8.83071304625, 21.25890911216, 17.35402463626},
        {.1645608238066, 3.387745703804, 8.777321026553, 8.88065915052}};
    for (int j = 0; j < 2; j++) {
        closed_form form = {.channels = one_pair(1, (int[]){1}), .beta = {2.0}};
        double energy[4];
        hp_phases at[4];
        form.lambda[0][0] = strength[j];
        for (int i = 0; i < 4; i++) energy[i] = k[i] * k[i];
        follow(&form, separable_solve, energy, 4, 0, at);
        for (int i = 0; i < 4; i++) /* printed digits: 12 or 13 in all */
            assert_close(degrees(at[i].delta[0]), expected[j][i], 0.0, 6e-12);
    }
}

static void stapp_and_blatt_biedenharn_agree(void **state) {
    (void)state;
    closed_form form = separable_deuteron();
    form.lambda[1][1] = -3.0; /* rank two */
    for (double k = 0.3; k < 3.0; k += 0.4) {
        hp_phases at;
        follow(&form, separable_solve, (double[]){k * k}, 1, 1, &at);
        double da = at.blatt[0], db = at.blatt[1], d1 = at.stapp[0], d2 = at.stapp[1];
        double e = at.stapp_epsilon, E = at.blatt_epsilon;
        /* identities: roundings */
        assert_close(d1 + d2, da + db, 0.0, 2e-14);
        assert_close(sin(2.0 * e), sin(2.0 * E) * sin(da - db), 0.0, 2e-14);
        assert_close(sin(d1 - d2) * tan(2.0 * E), tan(2.0 * e), 0.0, 2e-13);
        assert_close(at.eta[0], cos(2.0 * e), 0.0, 2e-14);
        double complex S12 = I * sin(2.0 * e) * cexp(I * (d1 + d2));
        assert_element(at.S[1], creal(S12), cimag(S12), 2e-14);
        assert_true(fabs(e) > 1e-4);
    }
}

/* What continuity costs beside the energies that were asked for. */
static void few_energies_are_inserted(void **state) {
    (void)state;
    closed_form forms[3] = {wells_c1(), wells_c2(), yamaguchi_two()};
    static const double high[3] = {15.0, 9.0, 1.0};
    double energy[100];
    hp_phases at[100];
    for (int f = 0; f < 3; f++) {
        for (int i = 0; i < 100; i++) energy[i] = high[f] * (i + 1) / 100.0;
        follow(&forms[f], f < 2 ? wells_solve : separable_solve, energy, 100, 0, at);
        print_message("%d solutions for 100 energies\n", forms[f].solutions);
        assert_true(forms[f].solutions < 120);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wells_c1_have_their_table),
        cmocka_unit_test(wells_c2_have_their_table),
        cmocka_unit_test(three_wells_have_their_table),
        cmocka_unit_test(thresholds_are_crossed_smoothly),
        cmocka_unit_test(yamaguchi_has_its_table),
        cmocka_unit_test(separable_deuteron_has_its_bar_phases),
        cmocka_unit_test(p_waves_have_their_phases),
        cmocka_unit_test(stapp_and_blatt_biedenharn_agree),
        cmocka_unit_test(few_energies_are_inserted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
