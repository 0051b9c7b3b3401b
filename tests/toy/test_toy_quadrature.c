// SPDX-License-Identifier: GPL-3.0-or-later
/* Data of the toys: the source term as the integral over the radii that a fit makes of the waves.
 */
#include "data_case.h"

#include <gsl/gsl_integration.h>

static double tail_integrand(double r, void *k) {
    double tan_delta, u = toy_wave(*(double *)k, r, &tan_delta);
    return 4 * M_PI * r * exp(-TOY_MU * r) * u / hypot(1, tan_delta);
}

/* omega 4 pi int r' exp(-mu r') u dr' beyond the data; exp(-80) is nothing. */
static double tail(double start, double k) {
    double result, error;
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(100);
    assert_non_null(space);
    gsl_function f = {tail_integrand, &k};
    assert_int_equal(gsl_integration_qag(&f, start, start + 60, 0, 1e-9, 100, GSL_INTEG_GAUSS31,
                                         space, &result, &error),
                     GSL_SUCCESS);
    gsl_integration_workspace_free(space);
    return TOY_OMEGA * result;
}

/* Largest |S - sum_j q_j U R_j - tail| over the largest |S|, the tail as a part of it or not. */
static double identity(const hp_toy_data *data, bool with_tail) {
    double largest = 0, size = 0;
    for (int c = 0; c < data->nk; c++) {
        const double *R = data->R + (ptrdiff_t)c * data->n, *S = data->S + (ptrdiff_t)c * data->n;
        double beyond = with_tail ? tail(data->r[data->n - 1], data->k[c]) : 0;
        for (int i = 0; i < data->n; i++) {
            double sum = beyond * exp(-TOY_MU * data->r[i]);
            for (int j = 0; j < data->n; j++)
                sum += data->quadrature[j] * toy_potential(data->r[i], data->r[j]) * R[j];
            largest = fmax(largest, fabs(S[i] - sum));
            size = fmax(size, fabs(S[i]));
        }
    }
    return largest / size;
}

/* What a fit to the data can reach with the exact U. With f the integrand, f' = f'' r near 0, the
 * trapezoidal rule of step h from a = 0.01, with 0 as a node in front, errs by (h^2 - a^2) a
 * f''/12; from 0 on by h^4 f'''/720. */
static void exact_potential_has_the_error_of_the_quadrature(void **state) {
    (void)state;
    hp_forms *forms = create_separable();
    for (int start = 0; start < 2; start++) {
        double before = 0, h2_before = 0, a = start == 0 ? 0.01 : 0;
        for (int points = 100; points < 400; points = 2 * points - 1) {
            hp_toy_data_options options = paper(start == 0 ? points : 2 * points - 1);
            options.r_min = a;
            if (start == 1) options.r_max = 25; /* f' is nothing at the end either */
            hp_toy_data data = make(forms, options);
            double cut = identity(&data, false), error = identity(&data, true);
            double h2 = gsl_pow_2(data.r[2] - data.r[1]);
            print_message("%3d points from %.2f to %.1f fm: |S - sum q U R|/max|S| = %.2e, "
                          "%.2e with the integral beyond\n",
                          data.n, a, options.r_max, cut, error);
            double ratio = start == 0 ? (h2_before - a * a) / (h2 - a * a) : 16;
            /* higher orders: 6 and 8 per cent at the longest step, 0.126 fm */
            if (before > 0) assert_close(before / error, ratio, 0.1, 0);
            assert_true(error < 1e-4);
            before = error;
            h2_before = h2;
            hp_toy_data_destroy(&data);
        }
    }
    hp_forms_destroy(&forms);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_potential_has_the_error_of_the_quadrature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
