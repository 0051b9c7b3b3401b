// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials of known form: values of every kind, their sum on a grid. */
#include "one_of_each_form.h"

#include <math.h>

/* 4 pi r r' N of Perey and Buck. */
static double perey_buck(double b, double r, double rp) {
    return (exp(-pow((r - rp) / b, 2)) - exp(-pow((r + rp) / b, 2))) / (sqrt(M_PI) * b);
}

/* V at r, 4 pi r r' U at (r, r') or V2 at r of one kind, as its formula says. */
static double formula(hp_form_kind kind, double r, double rp) {
    const double *p = parameter[kind];
    double measure = 4 * M_PI * r * rp;
    switch (kind) {
    case HP_FORM_GAUSSIAN:
        return p[0] * exp(-pow(r / p[1], 2));
    case HP_FORM_YUKAWA:
        return p[0] * exp(-p[1] * r) / r;
    case HP_FORM_SQUARED_YUKAWA:
        return p[0] * (1 - exp(-p[1] * r * r)) * pow(exp(-p[2] * r) / r, 2);
    case HP_FORM_WOODS_SAXON:
        return -p[0] / (1 + exp((r - p[1]) / p[2]));
    case HP_FORM_SQUARE_WELL:
        return r < p[1] ? -p[0] : 0;
    case HP_FORM_REGULAR_YUKAWA:
        return p[0] * (1 - exp(-p[1] * r * r)) * exp(-p[2] * r) / r;
    case HP_FORM_OSCILLATING_GAUSSIAN:
        return p[0] * exp(-pow(r / p[1], 2)) * cos(p[2] * r);
    case HP_FORM_TENSOR_YUKAWA: {
        double c = p[1], x = p[2] * r;
        return p[0] / x *
               ((1 + 3 / x + 3 / (x * x)) * exp(-x) - (3 * c / x + 3 / (x * x)) * exp(-c * x));
    }
    case HP_FORM_EXPONENTIAL:
        return measure * p[0] * exp(-p[1] * r) * exp(-p[1] * rp);
    case HP_FORM_EXPONENTIAL_KERNEL: /* K = 4 pi r r' U / H */
        return H * p[0] * r * rp * exp(-p[1] * (r + rp));
    case HP_FORM_YAMAGUCHI:
        return H * -2 * p[1] * pow(p[0] + p[1], 2) * exp(-p[1] * (r + rp));
    case HP_FORM_NONLOCAL_GAUSSIAN:
        return measure * p[0] * exp(-(r * r + rp * rp) / (p[1] * p[1])) *
               exp(-pow((r - rp) / p[2], 2));
    case HP_FORM_PEREY_BUCK:
        return p[0] * perey_buck(p[2], r, rp) * exp(-(r * r + rp * rp) / (2 * p[1] * p[1]));
    case HP_FORM_PEREY_BUCK_EXPONENTIAL:
        return p[0] * perey_buck(p[2], r, rp) * exp(-(r + rp) / p[1]);
    case HP_FORM_SEPARABLE_KERNEL:
        return H * p[0] * pow(r, p[1]) * pow(rp, p[2]) * exp(-p[3] * r - p[4] * rp);
    case HP_FORM_SEPARABLE_GAUSSIAN:
        return measure * p[0] * exp(-pow(r / p[1], 2) - pow(rp / p[2], 2));
    case HP_FORM_MOMENTUM_GAUSSIAN:
        return p[0] * exp(-pow(r / p[1], 2));
    default:
        fail_msg("kind %d has no formula", kind);
        return NAN;
    }
}

static void values_are_those_of_the_formulas(void **state) {
    (void)state;
    for (int kind = 0; kind < HP_NFORM; kind++) {
        hp_forms *forms = create_one(kind);
        bool mass = kind == HP_FORM_MOMENTUM_GAUSSIAN, local = kind < HP_FORM_EXPONENTIAL;
        bool nonlocal = !local && !mass;
        assert_int_equal(hp_forms_has_nonlocal(forms), nonlocal);
        assert_int_equal(hp_forms_has_local(forms), local);
        assert_int_equal(hp_forms_has_mass(forms), mass);
        for (double r = 0.317; r < 6; r += 0.8) {
            double rp = 3.1 - r / 2;
            /* roundings; 1 - exp(-b r^2) of the formula cancels a few digits at small r */
            double expected = formula(kind, r, rp);
            assert_close(hp_forms_local(forms, r), local ? expected : 0, 1e-13, 0);
            assert_close(hp_forms_nonlocal(forms, r, rp), nonlocal ? expected : 0, 1e-13, 0);
            assert_close(hp_forms_mass(forms, r, NULL), 1 + (mass ? 2 * expected / H : 0), 1e-15,
                         0);
        }
        hp_forms_destroy(&forms);
        assert_null(forms);
    }
}

/* M = 1 + 2 V2/h and M' with the term of the header. */
static double mass_at(double r) {
    return 1 + 2 * formula(HP_FORM_MOMENTUM_GAUSSIAN, r, 0) / H;
}

static double bend_at(double r) {
    double d = parameter[HP_FORM_MOMENTUM_GAUSSIAN][1];
    return -2 * r / (d * d) * (mass_at(r) - 1);
}

static void terms_add_up_and_fill_a_grid(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    hp_quadrature grid;
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_false(hp_forms_has_local(forms) || hp_forms_has_nonlocal(forms));
    for (int kind = 0; kind < HP_NFORM; kind++)
        assert_ok(hp_forms_add(forms, kind, parameter[kind], &err), &err);
    assert_ok(hp_quadrature_create(4.0, 3, 5, &grid, &err), &err);
    double local[15], slope[15], kernel[15 * 15], w, s;
    hp_forms_fill(forms, HP_FORMS_GIVEN, &grid, &(hp_forms_on_grid){local, slope, kernel});
    for (int i = 0; i < 15; i++) {
        double V = 0, U, M = mass_at(grid.r[i]), half = bend_at(grid.r[i]) / (2 * M);
        for (int kind = 0; kind < HP_FORM_EXPONENTIAL; kind++) V += formula(kind, grid.r[i], 0);
        assert_close(local[i], V / H / M - half * half, 1e-13, 0); /* roundings of all terms */
        assert_close(slope[i], 1 - 1 / M, 1e-13, 1e-15);
        hp_forms_local_at(grid.r[i], &w, &s, forms);
        assert_close(w, local[i], 0, 0);
        assert_close(s, slope[i], 0, 0);
        for (int j = 0; j < 15; j++) {
            U = 0;
            for (int kind = HP_FORM_EXPONENTIAL; kind < HP_FORM_MOMENTUM_GAUSSIAN; kind++)
                U += formula(kind, grid.r[i], grid.r[j]);
            assert_close(kernel[15 * i + j], U / H / sqrt(M * mass_at(grid.r[j])), 1e-12, 0);
            assert_close(kernel[15 * i + j], kernel[15 * j + i], 0, 0);
        }
    }
    hp_quadrature_destroy(&grid);
    hp_forms_destroy(&forms);
}

/* The poles at x = 0 cancel but for 1/x, g (3 c^2 - 1)/(2 x); where series and formula meet they
 * agree to the rounding of the formula. */
static void a_tensor_force_at_short_distances(void **state) {
    (void)state;
    const double *p = parameter[HP_FORM_TENSOR_YUKAWA], c = p[1];
    hp_forms *forms = create_one(HP_FORM_TENSOR_YUKAWA);
    for (double x = 0.02; x < 1.5; x *= 1.3) {
        double r = x / p[2], rounding = 1e-15 / (x * x);
        assert_close(hp_forms_local(forms, r), formula(HP_FORM_TENSOR_YUKAWA, r, 0), rounding, 0);
    }
    double x = 1e-9, limit = p[0] * (3 * c * c - 1) / (2 * x);
    assert_close(hp_forms_local(forms, x / p[2]), limit, 1e-8, 0); /* terms of order c x follow */
    hp_forms_destroy(&forms);
}

static void values_at_the_origin_are_regular(void **state) {
    (void)state;
    double w, s;
    hp_forms *forms = create_one(HP_FORM_SQUARED_YUKAWA);
    assert_close(hp_forms_local(forms, 0), -252.0 * 0.85, 1e-15, 0);
    /* c b (1 - 2 m r + ...): the next term is r^2 */
    assert_close(hp_forms_local(forms, 1e-6), -252.0 * 0.85 * (1 - 2 * 0.7399e-6), 1e-11, 0);
    hp_forms_destroy(&forms);
    forms = create_one(HP_FORM_YUKAWA);
    hp_forms_local_at(0, &w, &s, forms);
    assert_true(isfinite(w) && w < 0); /* so that w u = 0 there */
    hp_forms_destroy(&forms);
}

/* With beta to 0 both are local: N is then delta3(r-r') in the S wave, and an integral over r' of
 * 4 pi r r' U u(r') is V u. The error of order beta^2 is that of u V alone. */
static void perey_buck_becomes_local(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    const double b = 1e-3, r = 0.613, A = -41.3, d = 0.71;
    for (int i = 0; i < 2; i++) {
        hp_forms *forms;
        assert_ok(hp_forms_create(H, &forms, &err), &err);
        hp_form_kind kind = i == 0 ? HP_FORM_PEREY_BUCK : HP_FORM_PEREY_BUCK_EXPONENTIAL;
        assert_ok(hp_forms_add(forms, kind, (double[]){A, d, b}, &err), &err);
        double sum = 0, h = b / 20; /* the trapezoidal rule has all digits of a Gaussian */
        for (int j = -200; j <= 200; j++) sum += h * hp_forms_nonlocal(forms, r, r + j * h);
        assert_close(sum, A * (i == 0 ? exp(-r * r / (d * d)) : exp(-2 * r / d)), 1e-5, 0);
        hp_forms_destroy(&forms);
    }
}

/* 1 + 4 mu V2 = 1 + 2 V2/h vanishes for V2 = -h/2. */
static void a_mass_that_is_not_positive_is_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_MOMENTUM_GAUSSIAN, (double[]){-0.49 * H, 0.8, 0}, &err),
              &err);
    assert_ok(hp_forms_check_mass(forms, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_MOMENTUM_GAUSSIAN, (double[]){-0.02 * H, 0.3, 0}, &err),
              &err);
    assert_status(hp_forms_check_mass(forms, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "1 + 4 mu V2 must be positive at all r, found -0.02 at 0 fm");
    hp_forms_destroy(&forms);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_the_formulas),
        cmocka_unit_test(terms_add_up_and_fill_a_grid),
        cmocka_unit_test(a_tensor_force_at_short_distances),
        cmocka_unit_test(values_at_the_origin_are_regular),
        cmocka_unit_test(perey_buck_becomes_local),
        cmocka_unit_test(a_mass_that_is_not_positive_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
