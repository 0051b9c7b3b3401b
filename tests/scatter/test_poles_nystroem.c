// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of interactions given at the nodes, by the Nystroem determinant. */
#include <gsl/gsl_spline.h>
#include <time.h>
#include "hadpot/memory.h"
#include "poles_case.h"

typedef struct model {
    hp_quadrature grid;
    hp_coupled *solver;
    hp_channels channels;
    double *kernel, *local;
    hp_error err;
} model;

static model model_open(const double *edge, int panels, int order, const hp_channels *channels) {
    model m = {.channels = *channels, .err = HP_ERROR_INIT};
    assert_ok(hp_quadrature_create_panels(edge, panels, order, &m.grid, &m.err), &m.err);
    size_t n = (size_t)m.grid.n, N = (size_t)channels->ncomponent;
    assert_ok(hp_coupled_create(&m.grid, (int)N, &m.solver, &m.err), &m.err);
    m.kernel = hp_alloc(N * N * n * n, sizeof(double));
    m.local = hp_alloc(N * N * n, sizeof(double));
    return m;
}

static model model_open_equal(double range, int panels, int order, const hp_channels *channels) {
    double edge[65];
    for (int i = 0; i <= panels; i++) edge[i] = range * i / panels;
    return model_open(edge, panels, order, channels);
}

static void model_close(model *m) {
    hp_coupled_destroy(&m->solver);
    hp_quadrature_destroy(&m->grid);
    hp_free(m->kernel);
    hp_free(m->local);
}

static void model_set(model *m, bool kernel, bool local) {
    hp_matrix_interaction interaction = {.ncomponent = m->channels.ncomponent,
                                         .kernel = kernel ? m->kernel : NULL,
                                         .local = local ? m->local : NULL};
    assert_ok(hp_coupled_set(m->solver, &m->channels, &interaction, &m->err), &m->err);
}

/* K_cd = lambda_cd f_c(r) f_d(r'). */
typedef double (*form_factor)(int component, double r);
static void model_set_separable(model *m, const double *lambda, form_factor f) {
    int n = m->grid.n, N = m->channels.ncomponent;
    for (int i = 0; i < N * n; i++)
        for (int j = 0; j < N * n; j++)
            m->kernel[i * N * n + j] = lambda[i / n * N + j / n] * f(i / n, m->grid.r[i % n]) *
                                       f(j / n, m->grid.r[j % n]);
    model_set(m, true, false);
}

static int model_find(model *m, hp_sheet sheet, hp_pole_region region, int number, hp_pole *pole) {
    int found;
    bool complete;
    clock_t start = clock();
    assert_ok(hp_poles_find(m->solver, sheet, &region, 20, pole, &found, &complete, &m->err),
              &m->err);
    printf("    sheet %u, %d nodes: %.3f s\n", sheet, m->grid.n * m->channels.ncomponent,
           (double)(clock() - start) / CLOCKS_PER_SEC);
    for (int j = 0; j < found && j < 20; j++)
        printf("      E %.15g %+.15g i, k %.15g %+.15g i, change %.2g, g %g %+g i\n",
               creal(pole[j].energy), cimag(pole[j].energy), creal(pole[j].k[0]),
               cimag(pole[j].k[0]), pole[j].change, creal(pole[j].residue[0]),
               cimag(pole[j].residue[0]));
    assert_true(complete);
    if (number >= 0) assert_int_equal(found, number);
    return found;
}

static hp_channels one_wave(int l) {
    hp_channels channels = poles_channels(1, (double[]){1.0}, (double[]){0.0});
    channels.component[0].l = l;
    return channels;
}

static void model_set_gaussian(model *m, double v) {
    for (int i = 0; i < m->grid.n; i++) m->local[i] = -v * exp(-m->grid.r[i] * m->grid.r[i]);
    model_set(m, false, true);
}

static void gaussian(void **state) {
    (void)state;
    static const double depth[3] = {2.3, 2.0, 1.5};
    static const double kappa[3] = {0.1334592899571, 0.2471547262246, 0.4621108674870};
    hp_pole pole[20];
    hp_channels channels = one_wave(0);
    model m = model_open_equal(7.0, 7, 14, &channels);
    for (int i = 0; i < 3; i++) {
        model_set_gaussian(&m, depth[i]);
        model_find(&m, 1, (hp_pole_region){-0.5, 0.5, 0.5}, 1, pole);
        assert_close(cimag(pole[0].k[0]), -kappa[i], 1e-12, 0.0);
    }
    model_close(&m);
    static const struct {
        int l;
        double v, re, im;
    } cases[3] = {{1, 10.0, .531180032137, -.154680004939},
                  {1, 11.5, .289647497063, -.042133259699},
                  {2, 20.0, 1.125758009476, -.194884117065}};
    for (int i = 0; i < 3; i++) {
        channels = one_wave(cases[i].l);
        m = model_open_equal(7.0, 7, 14, &channels);
        model_set_gaussian(&m, cases[i].v);
        model_find(&m, 1, (hp_pole_region){-0.5, 2.0, 1.0}, -1, pole);
        assert_close(creal(pole[0].k[0]), cases[i].re, 0.0, 2e-12);
        assert_close(cimag(pole[0].k[0]), cases[i].im, 0.0, 2e-12);
        model_close(&m);
    }
}

static void well(void **state) {
    (void)state;
    hp_channels channels = poles_channels(2, (double[]){1.0, 1.0}, (double[]){0.0, 6.0});
    model m = model_open_equal(1.0, 2, 16, &channels);
    static const double W[4] = {-1.0, -1.0, -1.0, -5.0};
    hp_pole pole[20];
    for (int c = 0; c < 4; c++)
        for (int i = 0; i < m.grid.n; i++) m.local[c * m.grid.n + i] = W[c];
    model_set(&m, false, true);
    hp_pole_region region = {-4.0, 24.0, 14.0};
    for (hp_sheet sheet = 0; sheet < 4; sheet++) model_find(&m, sheet, region, -1, pole);
    model_close(&m);
}

static double yamaguchi(int component, double r) {
    (void)component;
    return exp(-3.5 * r);
}

static void lambda(void **state) {
    (void)state;
    poles_yamaguchi y = poles_lambda_1405();
    model m = model_open_equal(8.0, 5, 20, &y.channels);
    hp_pole pole[20];
    model_set_separable(&m, (double[]){-60.0, -30.0, -30.0, -108.0}, yamaguchi);
    hp_pole_region region = {-200.0 / POLES_HBARC, 200.0 / POLES_HBARC, 100.0 / POLES_HBARC};
    for (hp_sheet sheet = 0; sheet < 4; sheet++) {
        int n = model_find(&m, sheet, region, -1, pole);
        for (int j = 0; j < n; j++)
            printf("W %.15g %+.15g i\n", (y.channels.lowest + creal(pole[j].energy)) * POLES_HBARC,
                   cimag(pole[j].energy) * POLES_HBARC);
    }
    model_close(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(gaussian), cmocka_unit_test(well),
                                       cmocka_unit_test(lambda)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
