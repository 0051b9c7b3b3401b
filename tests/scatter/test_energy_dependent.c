// SPDX-License-Identifier: GPL-3.0-or-later
/* Local parts that depend on energy: V0 + V2 nabla^2 in closed form, derivatives at threshold. */
#include "models.h"

/* A square well of radius R with V2 constant inside: x = 2 mu V2, v0 = 2 mu V0. */
typedef struct well {
    double v0, x, R;
} well;

static const well wells[3] = {{-0.91, 0.23, 1.7}, {-2.71, -0.41, 1.7}, {0.83, 0.35, 1.7}};

static void set_well(model *m, const well *p) {
    double *slope = hp_alloc((size_t)m->grid.n, sizeof *slope);
    assert_non_null(slope);
    for (int i = 0; i < m->grid.n; i++) {
        bool inside = m->grid.r[i] < p->R;
        m->local[i] = inside ? p->v0 / (1.0 - p->x) : 0.0;
        slope[i] = inside ? -p->x / (1.0 - p->x) : 0.0;
    }
    hp_interaction interaction = {.local = m->local, .slope = slope};
    assert_ok(hp_nystroem_set_interaction(m->solver, &interaction, &m->err), &m->err);
    hp_free(slope);
}

/* u'/u = q cot(q R) at the edge, q^2 = (k^2 - v0)/(1 - x). */
static double edge_slope(const well *p, double k2) {
    double q2 = (k2 - p->v0) / (1.0 - p->x), q = sqrt(fabs(q2));
    return q2 > 0.0 ? q / tan(q * p->R) : q / tanh(q * p->R);
}

static double well_kcot(const well *p, double k2) {
    double k = sqrt(k2), L = edge_slope(p, k2);
    return (L + k * tan(k * p->R)) / (1.0 - L * tan(k * p->R) / k);
}

static void phases_of_wells(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        model m = model_open(3.4, 4, 16); /* the well ends on an edge */
        set_well(&m, &wells[i]);
        for (int step = 0; step < 12; step++) {
            double k = 0.0531 + 0.2171 * step;
            double found = atan2(k, model_kcot(&m, k * k));
            double expected = atan2(k, well_kcot(&wells[i], k * k));
            assert_close(remainder(found - expected, M_PI), 0.0, 0.0, 1e-12); /* rounding */
        }
        model_close(&m);
    }
}

/* N/D with N = L + k tan kR, D = 1 - L tan(kR)/k, expanded to first order in k^2. */
static void threshold_of_wells(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        double a0, r_eff, R = wells[i].R, L = edge_slope(&wells[i], 0.0);
        double q2 = -wells[i].v0 / (1.0 - wells[i].x), q = sqrt(fabs(q2));
        double d_L = q2 > 0.0 ? 1.0 / tan(q * R) - q * R / gsl_pow_2(sin(q * R))
                              : q * R / gsl_pow_2(sinh(q * R)) - 1.0 / tanh(q * R);
        d_L /= 2.0 * q * (1.0 - wells[i].x);
        double D = 1.0 - L * R, d_D = -d_L * R - L * gsl_pow_3(R) / 3.0;
        model m = model_open(3.4, 4, 16);
        set_well(&m, &wells[i]);
        model_threshold(&m, &a0, &r_eff);
        assert_close(a0, R - 1.0 / L, 1e-12, 0.0); /* rounding, here and below */
        assert_close(r_eff, 2.0 * ((d_L + R) * D - L * d_D) / (D * D), 1e-12, 0.0);
        model_close(&m);
    }
}

/* p = {v0, x, R}: q cot(q R) + kappa times sin(q R), which has no poles. */
static double bound_condition(double kappa, const double *p) {
    double q = sqrt((-kappa * kappa - p[0]) / (1.0 - p[1]));
    return q * cos(q * p[2]) + kappa * sin(q * p[2]);
}

/* kappa where q R is `turns` half turns, 0 above the highest. */
static double kappa_of_turns(const well *p, double turns) {
    return sqrt(fmax(0.0, -p->v0 - (1.0 - p->x) * gsl_pow_2(turns * M_PI / p->R)));
}

static void bound_states_of_wells(void **state) {
    (void)state;
    static const well bound[4] = {{-0.91, 0.23, 1.7}, /* q R / pi + 1/2 = 1.09, 1.25 at threshold */
                                  {-2.71, -0.41, 1.7},
                                  {-21.3, 0.83, 1.7},   /* 6.56 */
                                  {-21.3, -0.93, 1.7}}; /* 2.30 */
    static const int states[4] = {1, 1, 6, 2};
    for (int i = 0; i < 4; i++) {
        const well *w = &bound[i];
        const double p[3] = {w->v0, w->x, w->R};
        double kappa[6], rms[6];
        model m = model_open(3.4, 4, 24);
        set_well(&m, w);
        assert_int_equal(model_count(&m), states[i]);
        model_bound(&m, states[i], kappa, rms);
        for (int j = 0; j < states[i]; j++) {
            double low = kappa_of_turns(w, j + 1.0), high = kappa_of_turns(w, j + 0.5);
            double exact = bisect(bound_condition, p, low, high);
            double q = sqrt((-exact * exact - p[0]) / (1.0 - p[1]));
            assert_close(kappa[j], exact, 1e-12, 0.0); /* rounding */
            assert_close(rms[j], sqrt(square_well_mean_square(q, exact, p[2])), 1e-11, 0.0);
        }
        model_close(&m);
    }
}

/* A slope that is smooth, beside a local part and a kernel that is not symmetric. */
static void set_smooth(model *m) {
    static const double V[4] = {9.7, 0.63, -3.13, 1.71}, S[4] = {0.31, 1.13, -0.83, 0.71};
    double *slope = hp_alloc((size_t)m->grid.n, sizeof *slope);
    assert_non_null(slope);
    for (int i = 0; i < m->grid.n; i++) {
        double r = m->grid.r[i];
        m->local[i] = two_gaussians(r, V);
        slope[i] = two_gaussians(r, S);
        for (int j = 0; j < m->grid.n; j++) {
            double rp = m->grid.r[j];
            m->kernel[i * m->grid.n + j] = -1.3 * r * rp * exp(-r * r - 0.7 * rp * rp);
        }
    }
    hp_interaction interaction = {.kernel = m->kernel, .local = m->local, .slope = slope};
    assert_ok(hp_nystroem_set_interaction(m->solver, &interaction, &m->err), &m->err);
    hp_free(slope);
}

/* The derivative is that of the discrete k cot delta, so it must hold at any order: one-sided
 * differences of third order in k^2, on coarse grids and fine ones. */
static void derivative_holds_at_any_order(void **state) {
    (void)state;
    static const int orders[4] = {2, 3, 8, 16};
    for (int i = 0; i < 4; i++) {
        const double h = 1e-3;
        double a0, r_eff, K[4];
        model m = model_open(8.0, 8, orders[i]);
        set_smooth(&m);
        model_threshold(&m, &a0, &r_eff);
        for (int j = 0; j < 4; j++) K[j] = model_kcot(&m, j * h);
        double slope = (-11.0 * K[0] + 18.0 * K[1] - 9.0 * K[2] + 2.0 * K[3]) / (6.0 * h);
        assert_close(K[0], -1.0 / a0, 1e-14, 0.0); /* one division */
        /* remainder h^3/4 times the fourth derivative (k R = 0.25), rounding 1e-15/h */
        assert_close(r_eff, 2.0 * slope, 1e-6, 0.0);
        model_close(&m);
    }
}

/* Not finite: refused, and the interaction unchanged. */
static void bad_slope_is_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    model m = model_open(3.4, 4, 16);
    set_well(&m, &wells[0]);
    double before = model_kcot(&m, 0.3);
    m.local[7] = NAN;
    hp_status status =
        hp_nystroem_set_interaction(m.solver, &(hp_interaction){.slope = m.local}, &err);
    assert_status(status, HP_ERR_NUMERIC, &err);
    assert_contains(err.message, "slope of the local potential at r = ");
    assert_true(model_kcot(&m, 0.3) == before);
    model_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_of_wells),       cmocka_unit_test(threshold_of_wells),
        cmocka_unit_test(bound_states_of_wells), cmocka_unit_test(derivative_holds_at_any_order),
        cmocka_unit_test(bad_slope_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
