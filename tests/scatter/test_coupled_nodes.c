// SPDX-License-Identifier: GPL-3.0-or-later
/* The nodes that are chosen for coupled components give S to the requested error, and few do. */
#include "coupled_bound_case.h"
#include "hadpot/coupled_nodes.h"

enum { ENERGIES = 40 };

/* A model: local part, or kernel lambda F F. */
typedef struct model {
    hp_channels channels;
    hp_matrix_function local;
    double lambda[4];
    double (*factor)(int component, double r);
    double *block;
} model;

static hp_status fill_model(const hp_quadrature *grid, hp_matrix_interaction *interaction,
                            void *context, hp_error *err) {
    model *m = context;
    size_t N = (size_t)m->channels.ncomponent, n = (size_t)grid->n, size = N * n;
    (void)err;
    hp_free(m->block);
    m->block = hp_alloc(size * size, sizeof(double));
    assert_non_null(m->block);
    *interaction = (hp_matrix_interaction){.ncomponent = (int)N};
    if (m->local != NULL) {
        double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
        for (size_t i = 0; i < n; i++) {
            m->local(grid->r[i], w, NULL);
            for (size_t cd = 0; cd < N * N; cd++) m->block[cd * n + i] = w[cd];
        }
        interaction->local = m->block;
        interaction->local_at = m->local;
        return HP_OK;
    }
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            m->block[i * size + j] = m->lambda[i / n * N + j / n] *
                                     m->factor((int)(i / n), grid->r[i % n]) *
                                     m->factor((int)(j / n), grid->r[j % n]);
    interaction->kernel = m->block;
    return HP_OK;
}

static void two_gaussians(double r, double *w, void *context) {
    double g = exp(-r * r);
    (void)context;
    w[0] = -2.0 * g;
    w[1] = w[2] = -1.5 * g;
    w[3] = -9.0 * g + 20.0 * exp(-9.0 * r * r);
}

static void tensor(double r, double *w, void *context) {
    double g = exp(-r * r / 2.0), x = r * r;
    (void)context;
    w[0] = -2.2 * g + 30.0 * exp(-6.0 * x);
    w[1] = w[2] = -0.9 * x * g;
    w[3] = 1.1 * g + 0.4 * x * g;
}

static void deep(double r, double *w, void *context) {
    (void)context;
    *w = -40.0 * exp(-r * r);
}

static double yamaguchi(int component, double r) {
    return component == 0 ? exp(-3.5 * r) : r * r * exp(-3.0 * r);
}

static model open_model(int i) {
    const double two_mu[2] = {1.0, 1.3}, threshold[2] = {0.0, 3.0};
    const int deuteron[2] = {0, 2}, three = 3;
    model m = {.local = two_gaussians};
    m.channels = case_channels(2, two_mu, threshold);
    if (i == 1) m = (model){.local = tensor, .channels = case_waves(2, deuteron)};
    if (i == 2) m = (model){.local = deep, .channels = case_waves(1, &three)};
    if (i == 3)
        m = (model){.channels = case_waves(2, deuteron),
                    .lambda = {-60.0, -30.0, -30.0, -108.0},
                    .factor = yamaguchi};
    if (i == 4) { /* masses that differ, and charges */
        hp_error err = HP_ERROR_INIT;
        m.channels.kinematics = HP_RELATIVISTIC;
        m.channels.pair[0] = hp_pair_of_masses(0.7, 6.0);
        m.channels.pair[1] = hp_pair_of_masses(2.5, 4.8);
        m.channels.coulomb[1].strength = -0.3;
        assert_ok(hp_channels_set_thresholds(&m.channels, &err), &err);
    }
    return m;
}

static hp_coupled_nodes_problem problem_of(model *m, double *energy, double tolerance_deg) {
    for (int k = 0; k < ENERGIES; k++) energy[k] = 8.0 * (k + 1) / ENERGIES;
    return (hp_coupled_nodes_problem){.range = 8.0,
                                      .tolerance_deg = tolerance_deg,
                                      .channels = &m->channels,
                                      .nenergy = ENERGIES,
                                      .energy = energy,
                                      .fill = fill_model,
                                      .context = m};
}

static void find_s(const hp_quadrature *grid, model *m, double energy, bool reduced,
                   double complex *S, int *nopen) {
    hp_error err = HP_ERROR_INIT;
    hp_coupled *solver = NULL;
    hp_matrix_interaction interaction;
    hp_tmatrix T;
    double K[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    assert_ok(hp_coupled_create(grid, m->channels.ncomponent, &solver, &err), &err);
    if (reduced) assert_ok(hp_coupled_reduce(solver, &err), &err);
    assert_ok(fill_model(grid, &interaction, m, &err), &err);
    assert_ok(hp_coupled_set(solver, &m->channels, &interaction, &err), &err);
    assert_ok(hp_coupled_solve(solver, energy, &T, NULL, &err), &err);
    assert_ok(hp_coupled_kmatrix(&m->channels, &T, K, &err), &err);
    case_s_of_k(T.nopen, K, S);
    *nopen = T.nopen;
    hp_coupled_destroy(&solver);
}

/* Against LU factors on 16 panels of 20 nodes, at energies that are not among those compared. */
static double true_error(const hp_quadrature *grid, model *m, const double *energy) {
    hp_quadrature fine;
    hp_error err = HP_ERROR_INIT;
    double worst = 0.0;
    assert_ok(hp_quadrature_create(8.0, 16, 20, &fine, &err), &err);
    for (int k = 1; k < ENERGIES; k += 7) {
        double complex S[2][HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
        int nopen;
        find_s(grid, m, energy[k], true, S[0], &nopen);
        find_s(&fine, m, energy[k], false, S[1], &nopen);
        for (int i = 0; i < nopen * nopen; i++) worst = fmax(worst, 0.5 * cabs(S[0][i] - S[1][i]));
    }
    hp_quadrature_destroy(&fine);
    return degrees(worst);
}

static void test_requested_errors(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++)
        for (int t = 0; t < 3; t++) {
            const double wanted[3] = {1e-3, 1e-6, 1e-9};
            double energy[ENERGIES], found;
            hp_error err = HP_ERROR_INIT;
            hp_quadrature grid;
            model m = open_model(i);
            hp_coupled_nodes_problem problem = problem_of(&m, energy, wanted[t]);
            assert_ok(hp_coupled_choose_nodes(&problem, &grid, &found, &err), &err);
            double exact = true_error(&grid, &m, energy);
            assert_true(found <= wanted[t]);
            assert_true(exact <= wanted[t]);
            assert_true(grid.n <= 120);
            hp_quadrature_destroy(&grid);
            hp_free(m.block);
        }
}

/* Edges that must be there are; panels that are given are; and what cannot be is refused. */
static void test_given(void **state) {
    (void)state;
    const double edge[2] = {0.7, 2.9};
    double energy[ENERGIES], found;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    model m = open_model(0);
    hp_coupled_nodes_problem problem = problem_of(&m, energy, 1e-4);
    problem.nedge = 2;
    problem.edge = edge;
    assert_ok(hp_coupled_choose_nodes(&problem, &grid, &found, &err), &err);
    for (int e = 0; e < 2; e++) {
        bool there = false;
        for (int panel = 0; panel <= grid.panels; panel++) there |= grid.edge[panel] == edge[e];
        assert_true(there);
    }
    hp_quadrature_destroy(&grid);
    problem.panels = 4;
    problem.order = 10;
    assert_ok(hp_coupled_choose_nodes(&problem, &grid, &found, &err), &err);
    assert_int_equal(grid.panels, 6);
    assert_int_equal(grid.order, 10);
    assert_true(isnan(found));
    hp_quadrature_destroy(&grid);
    problem.tolerance_deg = 0.0;
    assert_status(hp_coupled_choose_nodes(&problem, &grid, &found, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "nodes for 40 energies");
    hp_free(m.block);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_requested_errors),
                                       cmocka_unit_test(test_given)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
