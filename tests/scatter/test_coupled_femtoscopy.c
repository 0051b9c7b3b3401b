// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlation functions of coupled channels against reference numbers and that of one S wave. */
#include "closed_forms.h"

#include "hadpot/coupled_femtoscopy.h"
#include "hadpot/femtoscopy.h"
#include "hadpot/memory.h"
#include "hadpot/riccati.h"

/* The columns of T on nodes that may reach beyond the wells. */
static double *waves_of(closed_form *form, const hp_quadrature *grid, double energy,
                        hp_tmatrix *T) {
    double B[FORM_N * FORM_N], phi[FORM_N * FORM_N], slope[FORM_N * FORM_N];
    int n = form->channels.ncomponent;
    *T = well_t(form, energy, B);
    double *wave = hp_alloc((size_t)(T->nopen * n * grid->n), sizeof *wave);
    assert_non_null(wave);
    for (int i = 0; i < grid->n; i++) {
        well_inside(form, energy, fmin(grid->r[i], 1.0), phi, slope);
        for (int b = 0; b < T->nopen; b++)
            for (int c = 0; c < n; c++) {
                double f[4], edge[4], *u = &wave[(b * n + c) * grid->n + i];
                for (int d = 0; d < n; d++) *u += phi[c * n + d] * B[b * n + d];
                if (grid->r[i] <= 1.0) continue;
                free_waves(T->k2[c], grid->r[i], f);
                free_waves(T->k2[c], 1.0, edge);
                if (T->k2[c] < 0.0) *u *= f[2] / edge[2];
                if (T->k2[c] >= 0.0) *u = (T->open[b] == c ? f[0] : 0.0);
                for (int a = 0; a < T->nopen; a++)
                    if (T->open[a] == c) *u -= T->T[a * T->nopen + b] * f[2];
            }
    }
    return wave;
}

/* range, panels, order of the grid */
static double correlation(closed_form *form, double energy, const hp_femto_channels *source,
                          double range, int panels, int order) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_tmatrix T;
    double X;
    assert_ok(hp_quadrature_create(range, panels, order, &grid, &err), &err);
    double *wave = waves_of(form, &grid, energy, &T);
    assert_ok(hp_coupled_femto_excess(&grid, &form->channels, source, &T, wave, &X, &err), &err);
    hp_free(wave);
    hp_quadrature_destroy(&grid);
    return 1.0 + X;
}

static const double energies[4] = {0.5, 2.0, 4.0, 7.0};

static void wells_have_their_reference_values(void **state) {
    (void)state;
    static const double expected[2][4][2] = {{{1.678816384970, 1.706559435572},
                                              {1.040451335767, 1.064493207394},
                                              {.959906387626, 1.036839210845},
                                              {.982673746846, .992443758603}},
                                             {{1.612460015387, 1.635461227424},
                                              {1.041098226605, 1.105286899997},
                                              {.972659326270, .992334895212},
                                              {.983912039051, .987261475395}}};
    for (int well = 0; well < 2; well++)
        for (int i = 0; i < 4; i++)
            for (int w = 0; w < 2; w++) {
                closed_form form = well == 0 ? wells_c1() : wells_c2();
                hp_femto_channels source = {0, {1.0, w}, 0.5};
                /* printed digits, all */
                assert_close(correlation(&form, energies[i], &source, 1.0, 2, 16),
                             expected[well][i][w], 0.0, 6e-13);
                assert_close(correlation(&form, energies[i], &source, 3.0, 3, 20),
                             expected[well][i][w], 0.0, 6e-13);
            }
}

/* Panels longer than the source, a seam elsewhere, three components: numbers stay. */
static void grids_do_not_matter(void **state) {
    (void)state;
    closed_form form = three_wells();
    for (int i = 0; i < 4; i++)
        for (double radius = 0.06; radius < 4.0; radius *= 3.7) {
            hp_femto_channels source = {0, {1.0, 0.7, 0.4}, radius};
            double fine = correlation(&form, energies[i], &source, 1.0, 20, 16);
            /* roundings, and interpolation at order 24 */
            assert_close(correlation(&form, energies[i], &source, 1.0, 1, 24), fine, 2e-13, 0.0);
            assert_close(correlation(&form, energies[i], &source, 2.0, 2, 24), fine, 2e-13, 0.0);
        }
}

/* One S wave of a pair beside another one that takes no part in it. */
static void uncoupled_is_that_of_one_wave(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    closed_form form = two_wells(1.7, 3.0, -1.3, 0.0, -2.0);
    hp_quadrature grid;
    assert_ok(hp_quadrature_create(1.0, 3, 16, &grid, &err), &err);
    for (int i = 0; i < 4; i++) {
        hp_tmatrix T;
        double X, one, *wave = waves_of(&form, &grid, energies[i], &T), k = sqrt(T.k2[0]);
        hp_femto_channels source = {0, {1.0, 0.6}, 0.8};
        assert_ok(hp_coupled_femto_excess(&grid, &form.channels, &source, &T, wave, &X, &err),
                  &err);
        double tangent = -k * T.T[0], norm = k / sqrt(1.0 + tangent * tangent), u[48];
        for (int j = 0; j < grid.n; j++) u[j] = norm * wave[j];
        assert_ok(hp_femto_excess(&grid, u, tangent, T.k2[0], 0.0, 0.8, &one, &err), &err);
        assert_close(X, one, 2e-14, 2e-15); /* roundings of C */
        hp_free(wave);
    }
    hp_quadrature_destroy(&grid);
}

/* Nothing acts: |psi|^2 is that of the free wave, whatever l. */
static void free_waves_have_no_excess(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    assert_ok(hp_quadrature_create(2.0, 2, 12, &grid, &err), &err);
    for (int l = 0; l < 4; l++) {
        hp_channels channels = one_pair(1, &l);
        hp_tmatrix T = open_at(&channels, 1.7);
        hp_femto_channels source = {0, {1.0}, 0.9};
        double u[24], f[4], X;
        for (int i = 0; i < grid.n; i++) {
            hp_riccati(l, T.k2[0], grid.r[i], f);
            u[i] = f[0];
        }
        assert_ok(hp_coupled_femto_excess(&grid, &channels, &source, &T, u, &X, &err), &err);
        assert_close(X, 0.0, 0.0, 1e-15); /* the difference of equal squares: rounding */
    }
    hp_quadrature_destroy(&grid);
}

static void order_of_components_does_not_matter(void **state) {
    (void)state;
    closed_form form = wells_c1(), other = wells_c1();
    other.channels.component[0].pair = 1;
    other.channels.component[1].pair = 0;
    other.V[0][0] = form.V[1][1];
    other.V[1][1] = form.V[0][0];
    for (int i = 0; i < 4; i++) {
        hp_femto_channels source = {0, {1.0, 0.3}, 0.5}, swapped = {1, {0.3, 1.0}, 0.5};
        assert_close(correlation(&other, energies[i], &swapped, 1.0, 2, 16),
                     correlation(&form, energies[i], &source, 1.0, 2, 16), 1e-14,
                     0.0); /* rounding */
    }
}

static void bad_input_is_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    closed_form form = wells_c1();
    hp_quadrature grid;
    hp_tmatrix T;
    double X;
    assert_ok(hp_quadrature_create(1.0, 1, 8, &grid, &err), &err);
    double *wave = waves_of(&form, &grid, 4.0, &T);
    hp_femto_channels sources[] = {
        {0, {1.0}, 0.0}, {0, {1.0, -0.1}, 0.5}, {1, {1.0}, 0.5}, {2, {1.0}, 0.5}};
    static const char *const messages[] = {
        "the source radius must be positive, found 0",
        "weights of correlation functions must not be negative, found -0.1",
        "component 2 is not open at E = 4: it has no correlation there",
        "there is no component 3 to be observed"};
    for (int i = 0; i < 4; i++) {
        assert_status(
            hp_coupled_femto_excess(&grid, &form.channels, &sources[i], &T, wave, &X, &err),
            HP_ERR_INPUT, &err);
        assert_string_equal(err.message, messages[i]);
        hp_error_clear(&err);
    }
    hp_free(wave);
    hp_quadrature_destroy(&grid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wells_have_their_reference_values),
        cmocka_unit_test(grids_do_not_matter),
        cmocka_unit_test(uncoupled_is_that_of_one_wave),
        cmocka_unit_test(free_waves_have_no_excess),
        cmocka_unit_test(order_of_components_does_not_matter),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
