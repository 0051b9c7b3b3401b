// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential that the form sections of a job state: units. */
#include "support.h"

#include "hadpot/given_potential.h"

static const double H = 41.472; /* hbar^2/(2 mu), MeV fm^2 */

/* No terms and no tables. */
static const hp_form_keys NONE = {.tables = {.local = "", .nonlocal = ""}};

static double mass[2] = {1.07, 2.3}, mass_mev[2] = {1.07 * 197.3269804, 2.3 * 197.3269804};
static double natural[2] = {-0.017, 0.0041};

static hp_forms *create(const hp_form_keys *keys) {
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    assert_ok(hp_given_potential(keys, H, &forms, &err), &err);
    return forms;
}

static void expect_same(const hp_form_keys *keys, const hp_form_keys *other, const char *text) {
    char found[HP_GIVEN_TEXT];
    hp_forms *one = create(keys), *two = create(other);
    assert_int_equal(hp_forms_has_local(one), hp_forms_has_local(two));
    for (double r = 0.13; r < 4; r += 0.7) { /* roundings of the parameters */
        assert_close(hp_forms_local(one, r), hp_forms_local(two, r), 1e-13, 0);
        assert_close(hp_forms_nonlocal(one, r, 0.9), hp_forms_nonlocal(two, r, 0.9), 1e-13, 0);
    }
    hp_given_describe(keys, found);
    assert_string_equal(found, text);
    hp_forms_destroy(&one);
    hp_forms_destroy(&two);
}

/* hbar c = 1: U = -0.017 fm^-4 is -0.017 fm^-4 times 197.3 MeV fm. */
static void amplitudes_in_powers_of_fm(void **state) {
    (void)state;
    double mev[2] = {-0.017 * 197.3269804, 0.0041 * 197.3269804};
    hp_form_keys a = NONE, b = NONE;
    a.separable_exponential.masses_per_fm = (hp_double_list){mass, 2};
    b.separable_exponential.masses_per_fm = (hp_double_list){mass, 2};
    a.separable_exponential.amplitudes_per_fm4 = (hp_double_list){natural, 2};
    b.separable_exponential.amplitudes_mev_per_fm3 = (hp_double_list){mev, 2};
    expect_same(&a, &b, "separable_exponential");
}

static void strengths_without_dimension(void **state) {
    (void)state;
    double strength[2] = {-2, 0.35}, mev_fm[2] = {-2 * 197.3269804, 0.35 * 197.3269804};
    hp_form_keys a = NONE, b = NONE;
    a.yukawas.masses_per_fm = (hp_double_list){mass, 2};
    b.yukawas.masses_mev = (hp_double_list){mass_mev, 2};
    a.yukawas.strengths = (hp_double_list){strength, 2};
    b.yukawas.strengths_mev_fm = (hp_double_list){mev_fm, 2};
    expect_same(&a, &b, "yukawas");
    hp_form_keys c = NONE; /* a mass in MeV with a strength without dimension */
    c.yukawas.masses_mev = (hp_double_list){mass_mev, 2};
    c.yukawas.strengths = (hp_double_list){strength, 2};
    expect_same(&c, &b, "yukawas");
}

/* A symmetric separable kernel with p = 0 is Yamaguchi's, -2 b (a + b)^2 exp(-b (r + r')). */
static void yamaguchi_is_a_separable_kernel(void **state) {
    (void)state;
    double a = 0.2316053, b = 1.3918324, L = -2 * b * (a + b) * (a + b), none = 0;
    hp_form_keys one = NONE, other = NONE;
    one.yamaguchi.a_per_fm = (hp_double_list){&a, 1};
    one.yamaguchi.b_per_fm = (hp_double_list){&b, 1};
    other.separable_kernel.strengths = (hp_double_list){&L, 1};
    other.separable_kernel.powers_1 = (hp_double_list){&none, 1};
    other.separable_kernel.powers_2 = (hp_double_list){&none, 1};
    other.separable_kernel.masses_1_per_fm = (hp_double_list){&b, 1};
    other.separable_kernel.masses_2_per_fm = (hp_double_list){&b, 1};
    expect_same(&one, &other, "yamaguchi");
}

/* Every list of a job arrives as the parameter that it names. */
static void every_section_is_a_term(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    double p[3] = {-37.1, 1.13, 0.61}, depth = 37.1, well = 2.1;
    hp_forms *expected, *found;
    hp_form_keys keys = NONE;
    keys.gaussians.amplitudes_mev = (hp_double_list){&p[0], 1};
    keys.gaussians.ranges_fm = (hp_double_list){&p[1], 1};
    keys.squared_yukawas.strengths_mev_fm2 = (hp_double_list){&p[0], 1};
    keys.squared_yukawas.cutoffs_per_fm2 = (hp_double_list){&p[1], 1};
    keys.squared_yukawas.masses_per_fm = (hp_double_list){&p[2], 1};
    keys.woods_saxon.depths_mev = (hp_double_list){&depth, 1};
    keys.woods_saxon.radii_fm = (hp_double_list){&p[1], 1};
    keys.woods_saxon.diffuseness_fm = (hp_double_list){&p[2], 1};
    keys.square_well.depths_mev = (hp_double_list){&depth, 1};
    keys.square_well.radii_fm = (hp_double_list){&well, 1};
    keys.separable_exponential.strengths_per_fm5 = (hp_double_list){&p[0], 1};
    keys.separable_exponential.masses_per_fm = (hp_double_list){&p[1], 1};
    keys.yamaguchi.a_per_fm = (hp_double_list){&p[1], 1};
    keys.yamaguchi.b_per_fm = (hp_double_list){&p[2], 1};
    keys.gaussian_nonlocal.amplitudes_mev_per_fm3 = (hp_double_list){&p[0], 1};
    keys.gaussian_nonlocal.ranges_fm = (hp_double_list){&p[1], 1};
    keys.gaussian_nonlocal.widths_fm = (hp_double_list){&p[2], 1};
    keys.regular_yukawas.strengths_mev_fm = (hp_double_list){&p[0], 1};
    keys.regular_yukawas.cutoffs_per_fm2 = (hp_double_list){&p[1], 1};
    keys.regular_yukawas.masses_per_fm = (hp_double_list){&p[2], 1};
    keys.oscillating_gaussians.amplitudes_mev = (hp_double_list){&p[0], 1};
    keys.oscillating_gaussians.ranges_fm = (hp_double_list){&p[1], 1};
    keys.oscillating_gaussians.wave_numbers_per_fm = (hp_double_list){&p[2], 1};
    keys.tensor_yukawas.strengths_mev = (hp_double_list){&p[0], 1};
    keys.tensor_yukawas.cutoffs = (hp_double_list){&p[1], 1};
    keys.tensor_yukawas.masses_per_fm = (hp_double_list){&p[2], 1};
    keys.separable_kernel.strengths = (hp_double_list){&p[0], 1};
    keys.separable_kernel.powers_1 = (hp_double_list){&p[1], 1};
    keys.separable_kernel.powers_2 = (hp_double_list){&p[1], 1};
    keys.separable_kernel.masses_1_per_fm = (hp_double_list){&p[2], 1};
    keys.separable_kernel.masses_2_per_fm = (hp_double_list){&p[2], 1};
    keys.perey_buck.amplitudes_mev = (hp_double_list){&p[0], 1};
    keys.perey_buck.ranges_fm = (hp_double_list){&p[1], 1};
    keys.perey_buck.widths_fm = (hp_double_list){&p[2], 1};
    keys.perey_buck_exponential.amplitudes_mev = (hp_double_list){&p[0], 1};
    keys.perey_buck_exponential.ranges_fm = (hp_double_list){&p[2], 1};
    keys.perey_buck_exponential.widths_fm = (hp_double_list){&p[1], 1};
    keys.separable_gaussians.amplitudes_mev_per_fm3 = (hp_double_list){&p[0], 1};
    keys.separable_gaussians.ranges_1_fm = (hp_double_list){&p[1], 1};
    keys.separable_gaussians.ranges_2_fm = (hp_double_list){&p[1], 1};
    keys.momentum_dependent.amplitudes_mev_fm2 = (hp_double_list){&depth, 1};
    keys.momentum_dependent.ranges_fm = (hp_double_list){&p[1], 1};
    found = create(&keys);
    assert_ok(hp_forms_create(H, &expected, &err), &err);
    const struct {
        hp_form_kind kind;
        double p[5];
    } terms[] = {{HP_FORM_GAUSSIAN, {p[0], p[1]}},
                 {HP_FORM_SQUARED_YUKAWA, {p[0], p[1], p[2]}},
                 {HP_FORM_WOODS_SAXON, {depth, p[1], p[2]}},
                 {HP_FORM_SQUARE_WELL, {depth, well}},
                 {HP_FORM_EXPONENTIAL_KERNEL, {p[0], p[1]}},
                 {HP_FORM_YAMAGUCHI, {p[1], p[2]}},
                 {HP_FORM_NONLOCAL_GAUSSIAN, {p[0], p[1], p[2]}},
                 {HP_FORM_REGULAR_YUKAWA, {p[0], p[1], p[2]}},
                 {HP_FORM_TENSOR_YUKAWA, {p[0], p[1], p[2]}},
                 {HP_FORM_OSCILLATING_GAUSSIAN, {p[0], p[1], p[2]}},
                 {HP_FORM_PEREY_BUCK, {p[0], p[1], p[2]}},
                 {HP_FORM_PEREY_BUCK_EXPONENTIAL, {p[0], p[2], p[1]}},
                 {HP_FORM_SEPARABLE_KERNEL, {p[0], p[1], p[1], p[2], p[2]}},
                 {HP_FORM_SEPARABLE_GAUSSIAN, {p[0], p[1], p[1]}},
                 {HP_FORM_MOMENTUM_GAUSSIAN, {depth, p[1]}}};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        assert_ok(hp_forms_add(expected, terms[i].kind, terms[i].p, &err), &err);
    for (double r = 0.2; r < 4; r += 0.5) { /* the same sums in the same order */
        assert_close(hp_forms_local(found, r), hp_forms_local(expected, r), 0, 0);
        assert_close(hp_forms_nonlocal(found, r, 1.7), hp_forms_nonlocal(expected, r, 1.7), 0, 0);
        assert_close(hp_forms_mass(found, r, NULL), hp_forms_mass(expected, r, NULL), 0, 0);
    }
    assert_close(hp_forms_hbar2_over_2mu(found), H, 0, 0); /* handed on */
    hp_forms_destroy(&found);
    hp_forms_destroy(&expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amplitudes_in_powers_of_fm),
        cmocka_unit_test(strengths_without_dimension),
        cmocka_unit_test(yamaguchi_is_a_separable_kernel),
        cmocka_unit_test(every_section_is_a_term),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
