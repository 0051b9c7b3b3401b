// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of determinants in closed form: square wells, separable kernels. */
#include "poles_case.h"

static const hp_pole_region WIDE = {-4.0, 24.0, 14.0};

/* The printed digits: 13 or 14. */
static const double PRINTED = 2e-13;

static poles_well well_c1(double coupling) {
    return poles_well_of(2, (double[]){1.0, 1.0}, (double[]){0.0, 6.0},
                         (double[]){-1.0, -coupling, -coupling, -5.0});
}

static poles_well well_c2(void) {
    return poles_well_of(2, (double[]){1.0, 2.0}, (double[]){0.0, 3.0},
                         (double[]){-1.0, -0.5, -0.5, -2.0});
}

static poles_well well_of_depth(double v) {
    return poles_well_of(1, (double[]){1.0}, (double[]){0.0}, (double[]){-v});
}

/* All four sheets of both wells. */
static void two_coupled_wells(void **state) {
    (void)state;
    hp_pole pole[20];
    poles_well well = well_c1(1.0);
    hp_pole_function of = poles_of_well(&well);
    poles_search(&of, 0, WIDE, 0, pole);
    poles_search(&of, 1, WIDE, 2, pole);
    assert_int_equal(pole[0].kind, HP_POLE_RESONANCE); /* the nearest */
    assert_int_equal(pole[1].kind, HP_POLE_VIRTUAL);
    poles_assert(&pole[0], 1, 5.1354468566315 - 0.13441097024598 * I, PRINTED);
    poles_assert(&pole[1], 1, -0.77883420426377, PRINTED);
    assert_true(cimag(pole[0].k[0]) < 0.0 && cimag(pole[0].k[1]) > 0.0);
    poles_search(&of, 3, WIDE, 2, pole);
    poles_assert(pole, 2, -1.4677172574365, PRINTED);
    poles_search(&of, 2, WIDE, 1, pole);
    poles_assert(pole, 1, 18.284103938015 - 11.780318803436 * I, PRINTED);
    well = well_c2();
    poles_search(&of, 0, WIDE, 0, pole);
    poles_search(&of, 1, WIDE, 2, pole);
    poles_assert(pole, 2, 2.800626981361 - 0.038022604149337 * I, PRINTED);
    poles_assert(pole, 2, -0.90895697253411, PRINTED);
    poles_search(&of, 3, WIDE, 2, pole);
    poles_assert(pole, 2, -1.2664451921462, PRINTED);
    poles_search(&of, 2, WIDE, 1, pole);
    poles_assert(pole, 1, 9.3243024458584 - 6.4463486727535 * I, PRINTED);
}

static double complex value_at(const hp_pole_function *of, double complex energy, hp_sheet sheet) {
    double complex phase;
    double log_size;
    hp_error err = HP_ERROR_INIT;
    assert_ok(of->determinant(of->context, energy, sheet, &phase, &log_size, &err), &err);
    return phase * exp(log_size);
}

/* D is real below the lowest threshold: its changes of sign are the bound and virtual states. Every
 * pole, also those without a reference number, is a zero of D on its sheet. */
static void assert_signs(const hp_pole_function *of, hp_sheet sheet, hp_pole_region region,
                         const hp_pole *pole, int n) {
    enum { STEPS = 4000 };
    int changes = 0, real = 0;
    double last = 0.0;
    for (int i = 0; i < STEPS; i++) {
        double now = creal(value_at(of, region.low * (1.0 - (i + 0.5) / STEPS), sheet));
        if (i > 0 && now * last < 0.0) changes++;
        last = now;
    }
    for (int j = 0; j < n; j++) {
        real += pole[j].kind != HP_POLE_RESONANCE;
        double complex beside = value_at(of, pole[j].energy * 1.01, sheet);
        assert_true(cabs(value_at(of, pole[j].energy, sheet)) < 1e-11 * cabs(beside));
    }
    assert_int_equal(changes, real);
}

/* All sheets of wells with two and three channels, and the same with the pairs in another order. */
static void signs_and_order(void **state) {
    (void)state;
    static const int turned[3] = {2, 0, 1}; /* new pair a is old pair turned[a] */
    static const double twice_mu[3] = {1.0, 1.5, 2.0}, threshold[3] = {0.0, 3.0, 6.0};
    static const double V[9] = {-1.0, -0.5, -0.3, -0.5, -2.0, -0.7, -0.3, -0.7, -3.0};
    double other_mu[3], other_threshold[3], other_V[9];
    for (int a = 0; a < 3; a++) {
        other_mu[a] = twice_mu[turned[a]];
        other_threshold[a] = threshold[turned[a]];
        for (int b = 0; b < 3; b++) other_V[3 * a + b] = V[3 * turned[a] + turned[b]];
    }
    poles_well well = poles_well_of(3, twice_mu, threshold, V);
    poles_well permuted = poles_well_of(3, other_mu, other_threshold, other_V);
    hp_pole_function of = poles_of_well(&well), other = poles_of_well(&permuted);
    hp_pole pole[20], again[20];
    hp_error err = HP_ERROR_INIT;
    int n, m;
    bool complete;
    hp_pole_region region = {-4.0, 16.0, 8.0};
    for (hp_sheet sheet = 0; sheet < 8; sheet++) {
        hp_sheet same = 0;
        for (int a = 0; a < 3; a++) same |= (sheet >> turned[a] & 1U) << a;
        assert_ok(hp_poles_find_of(&of, sheet, &region, 20, pole, &n, &complete, NULL, &err), &err);
        assert_true(complete);
        assert_ok(hp_poles_find_of(&other, same, &region, 20, again, &m, &complete, NULL, &err),
                  &err);
        assert_true(complete);
        assert_int_equal(m, n);
        for (int j = 0; j < n; j++) poles_assert(again, m, pole[j].energy, 1e-12);
        assert_signs(&of, sheet, region, pole, n);
    }
    well = well_c2();
    of = poles_of_well(&well);
    for (hp_sheet sheet = 0; sheet < 4; sheet++) {
        assert_ok(hp_poles_find_of(&of, sheet, &WIDE, 20, pole, &n, &complete, NULL, &err), &err);
        assert_signs(&of, sheet, WIDE, pole, n);
    }
}

/* A region with many poles (a cell is cut), one above threshold, one below: counts add up. */
static void parts_of_a_region(void **state) {
    (void)state;
    static const double low[4] = {-9.0, -0.5, 31.0, 160.0};
    hp_pole pole[20];
    hp_error err = HP_ERROR_INIT;
    int n, sum = 0;
    bool complete;
    poles_well well = well_of_depth(21.0);
    hp_pole_function of = poles_of_well(&well);
    hp_pole_region whole = {low[0], 900.0, 300.0};
    assert_ok(hp_poles_find_of(&of, 1, &whole, 20, pole, &n, &complete, NULL, &err), &err);
    assert_true(complete);
    assert_in_range(n, 8, 12); /* Re k about pi apart up to 30 */
    for (int j = 0; j < n; j++) {
        double complex beside = value_at(&of, pole[j].energy * 1.01, 1);
        assert_true(cabs(value_at(&of, pole[j].energy, 1)) < 1e-11 * cabs(beside));
    }
    for (int i = 0; i < 4; i++) {
        hp_pole_region part = {low[i], i == 3 ? whole.high : low[i + 1], whole.depth};
        assert_ok(hp_poles_find_of(&of, 1, &part, 20, pole, &n, &complete, NULL, &err), &err);
        assert_true(complete);
        sum += n;
    }
    assert_ok(hp_poles_find_of(&of, 1, &whole, 20, pole, &n, &complete, NULL, &err), &err);
    assert_int_equal(sum, n);
}

/* Channels that do not couple: the bound state of the second one lies on the cut of the first, and
 * is on the sheets of both sides of it. */
static void pole_on_the_cut(void **state) {
    (void)state;
    hp_pole pole[20];
    poles_well well = well_c1(0.0);
    hp_pole_function of = poles_of_well(&well);
    for (hp_sheet sheet = 0; sheet < 2; sheet++) {
        poles_search(&of, sheet, (hp_pole_region){3.0, 5.9, 0.3}, 1, pole);
        assert_true(cimag(pole[0].energy) == 0.0);
        poles_assert(pole, 1, 5.06857388058233, PRINTED);
        assert_close(cimag(pole[0].k[1]), 0.965104201326297, 1e-13, 0.0);
    }
}

/* Lambda(1405)-like: relativistic momenta, two pairs of unequal masses; W in MeV, 13 digits. */
static void two_coupled_yamaguchi(void **state) {
    (void)state;
    hp_pole pole[20];
    poles_yamaguchi y = poles_lambda_1405();
    hp_pole_function of = {&y.channels, 4.0, poles_yamaguchi_determinant, &y};
    hp_pole_region region = {-200.0 / POLES_HBARC, 200.0 / POLES_HBARC, 100.0 / POLES_HBARC};
    double complex W;
    poles_search(&of, 0, region, 0, pole);
    poles_search(&of, 1, region, 2, pole);
    assert_int_equal(pole[0].kind, HP_POLE_VIRTUAL);
    W = (y.channels.lowest + pole[0].energy) * POLES_HBARC;
    assert_close(creal(W), 1325.370055812033, 1e-14, 0.0); /* of W, whose ulp is 2e-13 */
    assert_close(cimag(pole[0].k[0]), -0.1906728305, 0.0, 1e-10);
    W = (y.channels.lowest + pole[1].energy) * POLES_HBARC;
    assert_close(creal(W), 1422.71268233567, 1e-14, 0.0);
    assert_close(cimag(W), -23.95165969676581, 1e-12, 0.0);
    assert_close(creal(pole[1].k[0]), 0.8583111861, 0.0, 1e-10);
    assert_close(cimag(pole[1].k[0]), -0.1322338418, 0.0, 1e-10);
    assert_close(creal(pole[1].k[1]), -0.3475443421, 0.0, 1e-10);
    assert_close(cimag(pole[1].k[1]), 0.5674225785, 0.0, 1e-10);
    poles_search(&of, 3, region, 1, pole);
    W = (y.channels.lowest + pole[0].energy) * POLES_HBARC;
    assert_close(creal(W), 1176.226350763746, 1e-14, 0.0);
    assert_close(cimag(W), -84.43757117260457, 1e-13, 0.0);
}

/* kappa = beta - sqrt(-lambda/2 beta), and the resonance of l = 1. */
static void one_separable_kernel(void **state) {
    (void)state;
    static const double strength[3] = {-60.0, -80.0, -90.0};
    static const double kappa[3] = {0.5722997811544005, 0.1193829810859337, -0.08568582800318};
    hp_pole pole[20];
    poles_separable kernel;
    hp_pole_function of = {&kernel.channels, 3.0, poles_separable_determinant, &kernel};
    for (int i = 0; i < 3; i++) {
        hp_sheet sheet = kappa[i] > 0.0;
        kernel = poles_separable_of(0, 3.5, strength[i]);
        poles_search(&of, !sheet, (hp_pole_region){-2.0, 2.0, 2.0}, 0, pole);
        poles_search(&of, sheet, (hp_pole_region){-2.0, 2.0, 2.0}, 1, pole);
        assert_close(cimag(pole[0].k[0]), -kappa[i], 1e-12, 0.0);
        assert_int_equal(pole[0].kind, sheet ? HP_POLE_VIRTUAL : HP_POLE_BOUND);
    }
    kernel = poles_separable_of(1, 2.0, -40.0);
    poles_search(&of, 1, (hp_pole_region){-1.0, 2.0, 2.0}, 1, pole);
    assert_close(creal(pole[0].k[0]), 0.6608538705669, 1e-12, 0.0);
    assert_close(cimag(pole[0].k[0]), -0.6015755541096, 1e-12, 0.0);
}

/* Two virtual states of a well merge at k = -i where tan q = q, v = q^2 + 1, and leave as a
 * resonance: near it zeros are known to the square root of rounding. */
static void merging_poles(void **state) {
    (void)state;
    static const double away[5] = {1e-2, 1e-5, 0.0, -1e-5, -1e-2};
    double q = 4.493409457909064;
    hp_pole pole[20];
    for (int i = 0; i < 5; i++) {
        poles_well well = well_of_depth((q * q + 1.0) * (1.0 + away[i]));
        hp_pole_function of = poles_of_well(&well);
        hp_error err = HP_ERROR_INIT;
        hp_pole_region region = {-3.0, 3.0, 3.0};
        int found;
        bool complete;
        assert_ok(hp_poles_find_of(&of, 1, &region, 20, pole, &found, &complete, NULL, &err), &err);
        assert_true(complete);
        if (away[i] != 0.0) assert_int_equal(found, away[i] > 0.0 ? 2 : 1);
        for (int j = 0; j < found; j++) {
            assert_close(cimag(pole[j].k[0]), -1.0, 0.0, 1e-7 + sqrt(2.0 * fabs(away[i])) * 4.0);
            if (away[i] == 0.0) continue;
            assert_int_equal(pole[j].kind, away[i] > 0.0 ? HP_POLE_VIRTUAL : HP_POLE_RESONANCE);
        }
    }
}

/* At the critical depth (pi/2)^2 the pole is at threshold; next to it kappa = (v - v_c)/2. */
static void poles_at_threshold(void **state) {
    (void)state;
    static const double away[6] = {1e-3, 1e-6, 1e-9, -1e-9, -1e-6, -1e-3};
    hp_pole pole[20];
    for (int i = 0; i < 6; i++) {
        poles_well well = well_of_depth(M_PI * M_PI / 4.0 + away[i]);
        hp_pole_function of = poles_of_well(&well);
        hp_sheet sheet = away[i] < 0.0;
        hp_pole_region region = {-0.1, 0.5, 0.2};
        poles_search(&of, !sheet, region, 0, pole);
        poles_search(&of, sheet, region, 1, pole);
        /* next order: kappa^2/2 - kappa^2 pi^2/8...; rounding of v: 4e-16 of kappa/2 */
        assert_close(cimag(pole[0].k[0]), away[i] / 2.0, fabs(away[i]) + 1e-6, 0.0);
    }
}

/* A bound state followed while the well becomes shallower, one determinant's zero from the other's,
 * and through the threshold, where it becomes virtual. */
static void tracked_poles(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_pole pole[20], next;
    poles_well well = well_of_depth(6.0);
    hp_pole_function of = poles_of_well(&well);
    int determinants;
    poles_search(&of, 0, (hp_pole_region){-6.0, 1.0, 1.0}, 1, pole);
    for (double v = 5.8; v > 2.5; v -= 0.2) {
        well = well_of_depth(v);
        assert_ok(hp_pole_track_of(&of, pole, &next, &determinants, &err), &err);
        printf("    tracked with %d determinants\n", determinants);
        assert_int_equal(next.kind, HP_POLE_BOUND);
        assert_true(determinants < 10);
        pole[0] = next;
        poles_search(&of, 0, (hp_pole_region){-6.0, 1.0, 1.0}, 1, &pole[1]);
        assert_close(creal(next.energy), creal(pole[1].energy), 1e-12, 1e-15);
    }
    well = well_of_depth(2.4);
    assert_ok(hp_pole_track_of(&of, pole, &next, &determinants, &err), &err);
    poles_search(&of, 1, (hp_pole_region){-1.0, 1.0, 1.0}, 1, &pole[1]);
    assert_int_equal(next.kind, HP_POLE_VIRTUAL);
    assert_int_equal(next.sheet, 1);
    assert_close(creal(next.energy), creal(pole[1].energy), 1e-12, 1e-15);
    /* a resonance that moves by half its width; two virtual states that become one */
    well = well_c1(1.0);
    poles_search(&of, 1, WIDE, 2, pole);
    well = well_c1(1.3);
    assert_ok(hp_pole_track_of(&of, pole, &next, &determinants, &err), &err);
    assert_true(determinants < 10);
    poles_search(&of, 1, WIDE, 2, &pole[2]);
    poles_assert(&next, 1, pole[2].energy, 1e-12);
}

static void bad_input(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_pole pole[1];
    int found;
    bool complete;
    poles_well well = well_of_depth(6.0);
    hp_pole_function of = poles_of_well(&well);
    hp_pole_region none = {1.0, 0.5, 1.0};
    assert_status(hp_poles_find_of(&of, 0, &none, 1, pole, &found, &complete, NULL, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "low < high");
    hp_error_clear(&err);
    hp_pole_region region = {-6.0, 1.0, 1.0};
    assert_status(hp_poles_find_of(&of, 2, &region, 1, pole, &found, &complete, NULL, &err),
                  HP_ERR_INPUT, &err);
    hp_error_clear(&err);
    assert_ok(hp_poles_find_of(&of, 0, &region, 0, pole, &found, &complete, NULL, &err), &err);
    assert_int_equal(found, 1); /* more than asked for */
    well.channels.coulomb[0].strength = -0.1;
    assert_status(hp_poles_find_of(&of, 0, &region, 1, pole, &found, &complete, NULL, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "charged");
    hp_error_clear(&err);
    poles_yamaguchi y = poles_lambda_1405();
    of = (hp_pole_function){&y.channels, 4.0, poles_yamaguchi_determinant, &y};
    region = (hp_pole_region){-300.0 / POLES_HBARC, 1.0, 1.0};
    assert_status(hp_poles_find_of(&of, 0, &region, 1, pole, &found, &complete, NULL, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "difference of the masses");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_coupled_wells),
        cmocka_unit_test(signs_and_order),
        cmocka_unit_test(parts_of_a_region),
        cmocka_unit_test(pole_on_the_cut),
        cmocka_unit_test(two_coupled_yamaguchi),
        cmocka_unit_test(one_separable_kernel),
        cmocka_unit_test(merging_poles),
        cmocka_unit_test(poles_at_threshold),
        cmocka_unit_test(tracked_poles),

        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
