// SPDX-License-Identifier: GPL-3.0-or-later
/* Matrices of given forms between coupled components: operators, symmetry, grids. */
#include "one_of_each_form.h"

#include <math.h>
#include "hadpot/form_matrix.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

enum { NODES = 24 };

/* Two pairs of different masses, the second one with two waves of spin 1. */
static const hp_spin_state SPIN[] = {{3, 2}, {3, 2}, {3, 2}};

static hp_channels three_components(void) {
    return (hp_channels){.npair = 2,
                         .ncomponent = 3,
                         .pair = {hp_pair_of_masses(4.7, 4.8), hp_pair_of_masses(5.1, 6.0)},
                         .threshold = {0, 1.6},
                         .component = {{0, 0}, {1, 0}, {1, 2}}};
}

static hp_form_matrix *create(const hp_channels *channels, const hp_spin_state *spin) {
    hp_error err = HP_ERROR_INIT;
    hp_form_matrix *matrix;
    assert_ok(hp_form_matrix_create(channels, spin, &matrix, &err), &err);
    return matrix;
}

static void add(hp_forms *forms, hp_form_kind kind, const double *p) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_forms_add(forms, kind, p, &err), &err);
}

static double S12(int J, int l, int lp) {
    return hp_operator_element(HP_TENSOR, l, (hp_spin_state){3, 2 * J}, lp,
                               (hp_spin_state){3, 2 * J});
}

/* S12^2 = 6 + 2 sigma1.sigma2 - 2 S12, where sigma1.sigma2 = 1 for S = 1. */
static void the_tensor_operator_obeys_its_identity(void **state) {
    (void)state;
    for (int J = 0; J <= 5; J++) {
        double minus = J > 0 ? S12(J, J - 1, J - 1) : 0, plus = S12(J, J + 1, J + 1);
        double mixed = J > 0 ? S12(J, J - 1, J + 1) : 0;
        assert_close(plus * plus + mixed * mixed, 8 - 2 * plus, 0, 1e-14); /* a few roundings */
        if (J == 0) continue;
        assert_close(minus * minus + mixed * mixed, 8 - 2 * minus, 0, 1e-14);
        assert_close(mixed * (minus + plus), -2 * mixed, 0, 1e-14);
        assert_close(S12(J, J, J), 2, 0, 0);
        assert_close(S12(J, J + 1, J - 1), mixed, 0, 0);
        assert_close(S12(J, J - 1, J) + S12(J, J, J + 1), 0, 0, 0); /* parity */
    }
    assert_close(S12(1, 0, 2), sqrt(8), 1e-15, 0);
    assert_close(S12(1, 2, 2), -2, 0, 0);
    assert_close(S12(1, 0, 0), 0, 0, 0);
    assert_close(S12(0, 1, 1), -4, 0, 0);
    assert_close(hp_operator_element(HP_TENSOR, 1, (hp_spin_state){1, 2}, 1, (hp_spin_state){1, 2}),
                 0, 0, 0); /* no tensor force on singlets */
    assert_close(hp_operator_element(HP_TENSOR, 0, (hp_spin_state){3, 2}, 2, (hp_spin_state){3, 4}),
                 0, 0, 0);
}

static void spin_and_orbit(void **state) {
    (void)state;
    static const struct {
        int l;
        hp_spin_state spin;
        double expected;
    } cases[] = {{1, {3, 0}, -2}, {1, {3, 2}, -1},  {1, {3, 4}, 1},   {2, {3, 2}, -3},
                 {2, {3, 4}, -1}, {2, {3, 6}, 2},   {0, {3, 2}, 0},   {1, {1, 2}, 0},
                 {1, {2, 1}, -1}, {1, {2, 3}, 0.5}, {2, {2, 3}, -1.5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_close(hp_operator_element(HP_SPIN_ORBIT, cases[i].l, cases[i].spin, cases[i].l,
                                         cases[i].spin),
                     cases[i].expected, 0, 0);
    assert_close(hp_operator_element(HP_SPIN_ORBIT, 0, SPIN[0], 2, SPIN[0]), 0, 0, 0);
    assert_close(hp_operator_element(HP_CENTRAL, 2, SPIN[0], 2, SPIN[0]), 1, 0, 0);
    assert_close(hp_operator_element(HP_CENTRAL, 0, SPIN[0], 2, SPIN[0]), 0, 0, 0);
}

/* Local and non-local terms in elements and operators. */
static hp_form_matrix *a_full_matrix(const hp_channels *channels) {
    static const double asymmetric[] = {-3.7, 1, 3, 1.83, 0.9}, band[] = {-33.1, 0.83, 0.41};
    hp_form_matrix *matrix = create(channels, SPIN);
    add(hp_form_matrix_element(matrix, 0, 0), HP_FORM_GAUSSIAN, (double[]){-50, 1.1});
    add(hp_form_matrix_element(matrix, 0, 1), HP_FORM_GAUSSIAN, (double[]){23, 0.7});
    add(hp_form_matrix_element(matrix, 0, 2), HP_FORM_SEPARABLE_KERNEL, asymmetric);
    add(hp_form_matrix_element(matrix, 0, 1), HP_FORM_PEREY_BUCK, band);
    add(hp_form_matrix_element(matrix, 0, 1), HP_FORM_SEPARABLE_GAUSSIAN, (double[]){-6, 1.4, 0.8});
    add(hp_form_matrix_element(matrix, 1, 1), HP_FORM_YAMAGUCHI, (double[]){0.23, 1.39});
    add(hp_form_matrix_operator(matrix, 1, HP_CENTRAL), HP_FORM_GAUSSIAN, (double[]){-31, 0.9});
    add(hp_form_matrix_operator(matrix, 1, HP_TENSOR), HP_FORM_GAUSSIAN, (double[]){-17, 0.8});
    add(hp_form_matrix_operator(matrix, 1, HP_SPIN_ORBIT), HP_FORM_GAUSSIAN, (double[]){7, 0.6});
    add(hp_form_matrix_operator(matrix, 1, HP_TENSOR), HP_FORM_NONLOCAL_GAUSSIAN,
        (double[]){-5, 1.3, 0.7});
    return matrix;
}

static void elements_are_sums_of_their_terms(void **state) {
    (void)state;
    hp_channels channels = three_components();
    hp_form_matrix *matrix = a_full_matrix(&channels);
    double w[9], r = 0.62, mu = channels.pair[0].mu, nu = channels.pair[1].mu;
    double V_C = -31 * exp(-pow(r / 0.9, 2)), V_T = -17 * exp(-pow(r / 0.8, 2));
    double V_LS = 7 * exp(-pow(r / 0.6, 2)), of_mev = 2 * nu / HP_HBARC_MEV_FM;
    hp_form_matrix_local_at(r, w, matrix);
    /* the formulas again, to rounding */
    assert_close(w[0], -50 * exp(-pow(r / 1.1, 2)) * 2 * mu / HP_HBARC_MEV_FM, 1e-14, 0);
    assert_close(w[1], 23 * exp(-pow(r / 0.7, 2)) * 2 * sqrt(mu * nu) / HP_HBARC_MEV_FM, 1e-14, 0);
    assert_close(w[2], 0, 0, 0);
    assert_close(w[4], V_C * of_mev, 1e-14, 0);
    assert_close(w[5], sqrt(8) * V_T * of_mev, 1e-14, 0);
    assert_close(w[8], (V_C - 2 * V_T - 3 * V_LS) * of_mev, 1e-14, 0);
    for (int i = 0; i < 9; i++) assert_true(w[i] == w[i % 3 * 3 + i / 3]);
    assert_close(hp_form_matrix_h(matrix, 0, 2), HP_HBARC_MEV_FM / (2 * sqrt(mu * nu)), 1e-15, 0);
    hp_form_matrix_destroy(&matrix);
    assert_null(matrix);
}

static void kernels_are_their_mirror_images(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_channels channels = three_components();
    hp_form_matrix *matrix = a_full_matrix(&channels);
    hp_quadrature grid;
    size_t n = NODES, size = 3 * n;
    assert_ok(hp_quadrature_create(6, 3, NODES / 3, &grid, &err), &err);
    double *kernel = test_malloc(size * size * sizeof *kernel);
    double *local = test_malloc(9 * n * sizeof *local), w[9];
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &grid, local, kernel);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            assert_true(kernel[i * size + j] == kernel[j * size + i]); /* bit by bit */
    for (size_t i = 0; i < n; i++) {
        hp_form_matrix_local_at(grid.r[i], w, matrix);
        for (size_t e = 0; e < 9; e++) assert_true(local[e * n + i] == w[e]);
        double r = grid.r[i], rp = grid.r[5];
        assert_close(kernel[i * size + 2 * n + 5],
                     -3.7 * r * pow(rp, 3) * exp(-1.83 * r - 0.9 * rp), 1e-13, 0);
        assert_close(kernel[(n + i) * size + 2 * n + 5],
                     sqrt(8) * -5 * 4 * M_PI * r * rp *
                         exp(-(r * r + rp * rp) / 1.69 - pow((r - rp) / 0.7, 2)) * 2 *
                         channels.pair[1].mu / HP_HBARC_MEV_FM,
                     1e-12, 0); /* exponents of 50 have errors of 1e-14 */
    }
    assert_true(hp_form_matrix_has_local(matrix) && hp_form_matrix_has_nonlocal(matrix));
    test_free(local);
    test_free(kernel);
    hp_quadrature_destroy(&grid);
    hp_form_matrix_destroy(&matrix);
}

/* The same bits as the forms of one S wave. */
static void one_component_is_what_it_was(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_pair pair = hp_pair_of_masses(4.7, 4.9);
    const hp_channels channels = {
        .npair = 1, .ncomponent = 1, .pair = {pair}, .component = {{0, 0}}};
    hp_form_matrix *matrix = create(&channels, (hp_spin_state[]){{1, 0}});
    hp_forms *element = hp_form_matrix_element(matrix, 0, 0), *forms;
    assert_ok(hp_forms_create(HP_HBARC_MEV_FM / (2 * pair.mu), &forms, &err), &err);
    for (int kind = 0; kind < HP_FORM_MOMENTUM_GAUSSIAN; kind++) {
        add(element, (hp_form_kind)kind, parameter[kind]);
        add(forms, (hp_form_kind)kind, parameter[kind]);
    }
    hp_quadrature grid;
    assert_ok(hp_quadrature_create(5, 2, NODES / 2, &grid, &err), &err);
    double local[2][NODES], kernel[2][NODES * NODES];
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &grid, local[0], kernel[0]);
    hp_forms_fill(forms, HP_FORMS_GIVEN, &grid,
                  &(hp_forms_on_grid){.local = local[1], .kernel = kernel[1]});
    assert_memory_equal(local[0], local[1], sizeof local[0]);
    assert_memory_equal(kernel[0], kernel[1], sizeof kernel[0]);
    assert_true(hp_form_matrix_reach(matrix) == hp_forms_reach(forms));
    assert_close(hp_form_matrix_edge_ratio(matrix, &grid, local[0], kernel[0]),
                 hp_forms_edge_ratio(forms, &grid, local[1], kernel[1]), 1e-14, 0); /* rounding */
    hp_quadrature_destroy(&grid);
    hp_forms_destroy(&forms);
    hp_form_matrix_destroy(&matrix);
}

static bool has_edge(const hp_quadrature *grid, double r) {
    bool found = false;
    for (int i = 0; i <= grid->panels; i++) found |= fabs(grid->edge[i] - r) < 1e-12;
    return found;
}

static void grids_have_the_edges_of_all_elements(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_channels channels = three_components();
    hp_form_matrix *matrix = create(&channels, SPIN);
    hp_quadrature grid;
    const hp_forms_grid_options alone = {.order = 16, .edges_alone = true};
    assert_status(hp_form_matrix_create_grid(matrix, &alone, &grid, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "have no potential");
    hp_error_clear(&err);
    add(hp_form_matrix_element(matrix, 0, 0), HP_FORM_SQUARE_WELL, (double[]){20, 1.3});
    add(hp_form_matrix_element(matrix, 0, 2), HP_FORM_SQUARE_WELL, (double[]){20, 0.7});
    add(hp_form_matrix_operator(matrix, 1, HP_CENTRAL), HP_FORM_SQUARE_WELL, (double[]){9, 2.1});
    assert_close(hp_form_matrix_reach(matrix), 2.1, 0, 0);
    assert_ok(hp_form_matrix_create_grid(matrix, &alone, &grid, &err), &err);
    assert_int_equal(grid.panels, 3);
    assert_true(has_edge(&grid, 0.7) && has_edge(&grid, 1.3) && has_edge(&grid, 2.1));
    double local[9 * 48];
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &grid, local, NULL);
    assert_close(hp_form_matrix_edge_ratio(matrix, &grid, local, NULL), 0, 0, 0);
    hp_quadrature_destroy(&grid);
    add(hp_form_matrix_element(matrix, 1, 1), HP_FORM_MOMENTUM_GAUSSIAN, (double[]){1, 1});
    assert_status(hp_form_matrix_create_grid(matrix, &alone, &grid, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "{p^2, V2}");
    hp_form_matrix_destroy(&matrix);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tensor_operator_obeys_its_identity),
        cmocka_unit_test(spin_and_orbit),
        cmocka_unit_test(elements_are_sums_of_their_terms),
        cmocka_unit_test(kernels_are_their_mirror_images),
        cmocka_unit_test(one_component_is_what_it_was),
        cmocka_unit_test(grids_have_the_edges_of_all_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
