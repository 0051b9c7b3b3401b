// SPDX-License-Identifier: GPL-3.0-or-later
/* Data of the toys: waves against closed forms, their source terms against closed forms and against
 * second differences of the waves. */
#include "data_case.h"

#include "hadpot/ode.h"

/* Largest |r S 2m - (u'' + k^2 u)|, with u'' by central differences of eighth order. */
static double largest_residual(const hp_toy_data *data) {
    static const double weight[5] = {-205. / 72, 8. / 5, -1. / 5, 8. / 315, -1. / 560};
    double h = data->r[1] - data->r[0], largest = 0;
    for (int c = 0; c < data->nk; c++) {
        const double *R = data->R + (ptrdiff_t)c * data->n, *S = data->S + (ptrdiff_t)c * data->n;
        for (int i = 4; i < data->n - 4; i++) {
            double u = data->r[i] * R[i], sum = weight[0] * u;
            for (int j = 1; j <= 4; j++)
                sum += weight[j] * (data->r[i - j] * R[i - j] + data->r[i + j] * R[i + j]);
            double expected = sum / (h * h) + gsl_pow_2(data->k[c]) * u;
            largest = fmax(largest, fabs(2 * data->mass * data->r[i] * S[i] - expected));
        }
    }
    return largest;
}

/* R and S of the separable potential, S = omega exp(-mu r) 4 pi int r' exp(-mu r') u dr', where
 * the integral is -tan delta/(L B) (toy.h). */
static void exact(double k, double r, double *R, double *S, double *tan_delta) {
    double u = toy_wave(k, r, tan_delta), A = 1 / (TOY_MU * TOY_MU + k * k);
    double L = 8 * M_PI * TOY_MASS * TOY_OMEGA, c = -*tan_delta / (L * 2 * TOY_MU * A * A);
    double norm = hypot(1, *tan_delta);
    *R = u / (r * norm);
    *S = toy_potential(r, 0) * 4 * M_PI * c / norm;
}

static void separable_waves_are_the_exact_ones(void **state) {
    (void)state;
    double worst[2] = {0};
    hp_forms *forms = create_separable();
    hp_toy_data_options options = paper(997);
    options.r_max = 80; /* beyond the solver's grid as well */
    for (int set = 0; set < 2; set++) {
        hp_toy_data data = make(forms, set == 0 ? paper(100) : options);
        for (int c = 0; c < data.nk; c++)
            for (int i = 0; i < data.n; i++) {
                double R, S, tan_delta;
                int at = c * data.n + i;
                exact(data.k[c], data.r[i], &R, &S, &tan_delta);
                worst[0] = fmax(worst[0], fabs(data.R[at] - R) / fabs(data.k[c]));
                worst[1] = fmax(worst[1], fabs(data.S[at] / S - 1));
                /* S falls by 35 orders of magnitude and keeps its digits */
                assert_close(data.S[at], S, 1e-12, 0);
                assert_close(data.R[at], R, 1e-11, 1e-13); /* zeros of R lie between the radii */
                assert_close(data.tan_delta[c], tan_delta, 1e-9, 0);
            }
        hp_toy_data_destroy(&data);
    }
    print_message("separable: R/k within %.1e, S within %.1e of itself\n", worst[0], worst[1]);
    hp_forms_destroy(&forms);
}

/* Also of a local and a non-local part together, K neither separable nor an exponential. */
static void source_is_that_of_the_equation(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    const double kernel[3] = {-23.7, 1.31, 0.72};
    for (int i = 0; i < 2; i++) {
        hp_forms *forms = i == 0 ? create_separable() : create(HP_FORM_GAUSSIAN, 31.3, 0.83);
        if (i == 1) assert_ok(hp_forms_add(forms, HP_FORM_NONLOCAL_GAUSSIAN, kernel, &err), &err);
        hp_toy_data data = make(forms, paper(1001));
        double largest = largest_residual(&data);
        print_message("%s: 2 m r S against u'' + k^2 u: %.1e\n",
                      i == 0 ? "separable" : "local and non-local", largest);
        assert_true(largest < 1e-10); /* rounding of u over h^2: 1e-16 / 1.6e-4, times ten */
        hp_toy_data_destroy(&data);
        hp_forms_destroy(&forms);
    }
}

/* u = r + a_2 r^2 + ...: (j+1) j a_(j+1) = -k^2 a_(j-1) - 2 m alpha sum_i (-1)^i/i! a_(j-i). */
static double yukawa_series(double k, double r) {
    double a[60] = {0, 1}, sum = 0, power = 1;
    for (int j = 1; j < 59; j++) {
        double factor = -2 * TOY_MASS * ALPHA, total = -k * k * a[j - 1];
        for (int i = 0; i < j; i++) {
            total += factor * a[j - i];
            factor *= -1.0 / (i + 1);
        }
        a[j + 1] = total / (j * (j + 1.0));
    }
    for (int j = 1; j < 60; j++, power *= r) sum += a[j] * power;
    return sum; /* u/r */
}

static void check_yukawa_phases(const hp_forms *forms, const hp_toy_data *data) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_ode *solver;
    hp_forms_grid_options options = {.order = 16, .k_max = 3};
    assert_ok(hp_forms_create_grid(forms, &options, &grid, &err), &err);
    double *w = hp_alloc((size_t)grid.n, sizeof *w), kcot, tan_over_k, worst = 0;
    assert_non_null(w);
    hp_forms_fill(forms, HP_FORMS_GIVEN, &grid, &(hp_forms_on_grid){.local = w});
    hp_interaction interaction = {
        .local = w, .local_at = hp_forms_local_at, .context = (void *)forms};
    assert_ok(hp_ode_create(&grid, 1e-13, &solver, &err), &err);
    assert_ok(hp_ode_set_interaction(solver, &interaction, &err), &err);
    for (int c = 0; c < data->nk; c++) {
        double k = data->k[c], unit = k > 0 ? k : 1;
        assert_ok(hp_ode_kcot(solver, k * k, &kcot, &tan_over_k, &err), &err);
        double difference = atan(data->tan_delta[c]) - atan(unit * tan_over_k);
        worst = fmax(worst, fabs(remainder(difference, M_PI)));
    }
    print_message("Yukawa: phases within %.1e rad of those of the ODE solver\n", worst);
    assert_true(worst < 1e-10); /* the integrator's 1e-13 per step, a thousand steps */
    hp_ode_destroy(&solver);
    hp_quadrature_destroy(&grid);
    hp_free(w);
}

static void yukawa_waves_are_regular(void **state) {
    (void)state;
    hp_forms *forms = create_yukawa();
    hp_toy_data data =
        make(forms, (hp_toy_data_options){
                        .points = 2000, .momenta = 10, .r_min = 0.01, .r_max = 5, .k_max = 3});
    double worst = 0;
    for (int c = 0; c < data.nk; c++) {
        const double *R = data.R + (ptrdiff_t)c * data.n, *S = data.S + (ptrdiff_t)c * data.n;
        double norm = R[0] / yukawa_series(data.k[c], data.r[0]);
        for (int i = 0; i < 300; i++) { /* up to 0.76 fm, where the series has lost 2 digits */
            double expected = norm * yukawa_series(data.k[c], data.r[i]);
            worst = fmax(worst, fabs(R[i] - expected) / fabs(R[0]));
        }
        for (int i = 0; i < data.n; i++) /* three roundings */
            assert_close(S[i], -ALPHA * exp(-data.r[i]) / data.r[i] * R[i], 1e-14, 0);
    }
    double residual = largest_residual(&data);
    print_message("Yukawa: R within %.1e R(0.01) of the series; 2 m r S against u'' + k^2 u %.1e\n",
                  worst, residual);
    assert_true(worst < 1e-11);
    assert_true(residual < 3e-8); /* rounding of u, 1e-15 with |u| up to 2, over h^2 = 6e-6 */
    check_yukawa_phases(forms, &data);
    hp_toy_data_destroy(&data);
    hp_forms_destroy(&forms);
}

/* a0 = L 4/(1 + 5 L/4) for mu = 1, the limit of -tan(delta)/k. */
static void threshold_wave_goes_over_to_r_minus_a0(void **state) {
    (void)state;
    hp_forms *forms = create_separable();
    hp_toy_data data = make(
        forms, (hp_toy_data_options){.points = 301, .momenta = 1, .r_min = 0.2, .r_max = 90.2});
    double L = 8 * M_PI * TOY_MASS * TOY_OMEGA, a0 = 4 * L / (1 + 1.25 * L), R, S, tan_delta;
    print_message("threshold: a0 = %.12f fm, exact %.12f\n", -data.tan_delta[0], a0);
    assert_close(data.k[0], 0, 0, 0);
    assert_close(data.tan_delta[0], -a0, 1e-11, 0); /* rounding; 1 + 5 L/4 cancels little */
    for (int i = 0; i < data.n; i++) {
        const double k = 1e-5;
        exact(k, data.r[i], &R, &S, &tan_delta);
        /* k^2 (r + a0)^2 = 1e-6 at 90 fm; the exponential part has died off to 1e-13 at 40 fm */
        assert_close(data.R[i], R / k, 3e-6, 0);
        assert_close(data.S[i], S / k, 1e-8, 0);
        if (data.r[i] > 40) assert_close(data.R[i], 1 - a0 / data.r[i], 1e-11, 0);
    }
    hp_toy_data_destroy(&data);
    hp_forms_destroy(&forms);
}

enum { WELLS = 2 };
static const double depth[WELLS] = {1.13, 0.31}, radius[WELLS] = {0.057, 2.385}; /* 1/fm, fm */

/* u and u' at r of two wells, started with u' = 1. */
static void march_through_wells(double k, double r, double *u, double *d_u) {
    double at = 0;
    *u = 0;
    *d_u = 1;
    for (int i = 0; i <= WELLS; i++) {
        double q2 = k * k, end = i < WELLS ? fmin(r, radius[i]) : r;
        for (int j = i; j < WELLS; j++) q2 += 2 * TOY_MASS * depth[j];
        double q = sqrt(q2), x = q * (end - at), before = *u;
        *u = before * cos(x) + *d_u / q * sin(x);
        *d_u = -q * before * sin(x) + *d_u * cos(x);
        at = end;
    }
}

/* Edges; and behind a short first panel a long one, from which u cannot be continued to 0. */
static void waves_of_square_wells(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms = create(HP_FORM_SQUARE_WELL, depth[0] * HP_HBARC_MEV_FM, radius[0]);
    const double second[3] = {depth[1] * HP_HBARC_MEV_FM, radius[1]};
    assert_ok(hp_forms_add(forms, HP_FORM_SQUARE_WELL, second, &err), &err);
    hp_toy_data data = make(
        forms,
        (hp_toy_data_options){.points = 401, .momenta = 7, .r_max = 4, .k_min = 0.1, .k_max = 2});
    double worst = 0;
    for (int c = 0; c < data.nk; c++) {
        double k = data.k[c], u, d_u;
        march_through_wells(k, radius[1], &u, &d_u);
        double delta = atan2(k * u, d_u) - k * radius[1], norm = hypot(u, d_u / k);
        if (cos(delta) < 0) norm = -norm;
        assert_close(data.tan_delta[c], tan(delta), 1e-10, 0); /* rounding */
        for (int i = 0; i < data.n; i++) {
            double r = data.r[i], R = data.R[c * data.n + i], V = 0;
            march_through_wells(k, r, &u, &d_u);
            double expected = (r > 0 ? u / r : 1) / norm;
            worst = fmax(worst, fabs(R - expected));
            for (int j = 0; j < WELLS; j++) V -= r <= radius[j] ? depth[j] : 0;
            assert_close(data.S[c * data.n + i], V * R, 1e-14, 0); /* roundings */
        }
    }
    print_message("square wells: R within %.1e\n", worst);
    assert_true(worst < 1e-11);
    hp_toy_data_destroy(&data);
    hp_forms_destroy(&forms);
}

/* The grid of the published two-parameter toy: r_j = 0.005 j up to 25. */
static void the_origin_is_a_limit(void **state) {
    (void)state;
    hp_forms *forms = create_separable();
    hp_toy_data data =
        make(forms, (hp_toy_data_options){
                        .points = 5001, .momenta = 3, .r_max = 25, .k_min = 0.1, .k_max = 0.9});
    double R, S, tan_delta, tiny = 1e-9;
    for (int i = 0; i < data.n; i++) { /* of (25 j)/5000 */
        double r = 0.005 * i, weight = 4 * M_PI * r * r * (i < data.n - 1 ? 0.005 : 0.0025);
        assert_close(data.r[i], r, 1e-15, 0);
        assert_close(data.quadrature[i], weight, 1e-11, 0); /* differences of radii up to 25 */
    }
    for (int c = 0; c < data.nk; c++) {
        double k = data.k[c], A = 1 / (1 + k * k);
        exact(k, tiny, &R, &S, &tan_delta);
        double slope = k - tan_delta / (2 * A * A) * (A - 2 * A * A); /* L c = -tan delta/B */
        print_message("k = %.1f: R(0) = %.12f, S(0) = %.12f\n", k, data.R[c * data.n],
                      data.S[c * data.n]);
        assert_close(data.R[c * data.n], slope / hypot(1, tan_delta), 1e-11, 0);
        assert_close(data.S[c * data.n], S, 1e-8, 0); /* exp(-1e-9) */
        assert_close(data.S[c * data.n + 1], data.S[c * data.n] * exp(-0.005), 1e-12, 0);
    }
    hp_toy_data_destroy(&data);
    hp_forms_destroy(&forms);
}

static void expect_refusal(const hp_forms *forms, hp_toy_data_options options, const char *words) {
    hp_error err = HP_ERROR_INIT;
    hp_toy_data data;
    assert_status(hp_toy_data_create(forms, &options, &data, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, words);
    assert_null(data.block);
    hp_toy_data_destroy(&data);
}

static void bad_options_are_refused(void **state) {
    (void)state;
    hp_forms *forms = create_separable(), *yukawa = create_yukawa();
    hp_forms *yamaguchi = create(HP_FORM_YAMAGUCHI, 0.23, 1.39);
    const hp_toy_data_options good = paper(20);
    hp_toy_data_options bad = good;
    bad.r_min = -0.1;
    expect_refusal(forms, bad, "radii of a toy must ascend from at least 0, found -0.1");
    bad.r_min = 12.5;
    expect_refusal(forms, bad, "radii of a toy must ascend");
    bad = good;
    bad.r_max = NAN;
    expect_refusal(forms, bad, "radii of a toy must ascend");
    bad = good;
    bad.points = 3;
    expect_refusal(forms, bad, "at least 4 points, found 3");
    bad.points = 0;
    expect_refusal(forms, bad, "points, found 0");
    bad = good;
    bad.momenta = 0;
    expect_refusal(forms, bad, "at least 1 momentum, found 0");
    bad = good;
    bad.k_max = 0.01;
    expect_refusal(forms, bad, "10 momenta of a toy must ascend");
    bad.k_min = -1;
    expect_refusal(forms, bad, "momenta of a toy must ascend");
    bad = good;
    bad.r_min = 0;
    expect_refusal(yukawa, bad, "r_min = 0 with a potential that is infinite there");
    expect_refusal(yamaguchi, bad, "r_min = 0 with a potential that is infinite there");
    hp_toy_data_destroy(NULL);
    hp_forms_destroy(&forms);
    hp_forms_destroy(&yukawa);
    hp_forms_destroy(&yamaguchi);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separable_waves_are_the_exact_ones),
        cmocka_unit_test(source_is_that_of_the_equation),
        cmocka_unit_test(yukawa_waves_are_regular),
        cmocka_unit_test(threshold_wave_goes_over_to_r_minus_a0),
        cmocka_unit_test(waves_of_square_wells),
        cmocka_unit_test(the_origin_is_a_limit),
        cmocka_unit_test(bad_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
