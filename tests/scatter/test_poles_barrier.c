// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of waves with a centrifugal barrier: the determinant has no zeros of its own. */
#include "poles_model.h"

static int find_gaussian(int l, double v, int panels, int order, hp_sheet sheet, hp_pole *pole) {
    hp_channels channels = poles_one_wave(l);
    poles_model m = poles_model_open_equal(8.0, panels, order, &channels);
    for (int i = 0; i < m.grid.n; i++) m.local[i] = -v * exp(-m.grid.r[i] * m.grid.r[i]);
    poles_model_set(&m, false, true);
    int n = poles_model_find(&m, sheet, (hp_pole_region){-2.0, 9.0, 3.0}, pole);
    poles_model_close(&m);
    return n;
}

/* Wells that weak have no pole but far away in Im k, where exp(Im k^2) is large. The product rule
 * with r^(l+1) and r^-l has a mode of its own, in which v = 0.0055 binds at l = 3 with 20 nodes. */
static void weak_wells(void **state) {
    (void)state;
    static const double v[3] = {0.0055, 0.0066, 0.03};
    hp_pole pole[20];
    for (int l = 1; l <= 4; l++)
        for (int i = 0; i < 3; i++)
            for (hp_sheet sheet = 0; sheet < 2; sheet++)
                assert_int_equal(find_gaussian(l, v[i], 8, i == 2 ? 12 : 20, sheet, pole), 0);
}

/* D of a weak well is 1 - O(v) at all numbers of nodes: such a mode would give -2.1 with 20. */
static void weak_wells_have_small_determinants(void **state) {
    (void)state;
    for (int l = 0; l <= 4; l++)
        for (int order = 12; order <= 20; order += 4) {
            hp_channels channels = poles_one_wave(l);
            poles_model m = poles_model_open_equal(8.0, 8, order, &channels);
            double complex phase;
            double log_size;
            for (int i = 0; i < m.grid.n; i++) m.local[i] = -0.01 * exp(-m.grid.r[i] * m.grid.r[i]);
            poles_model_set(&m, false, true);
            assert_ok(hp_coupled_determinant(m.solver, -0.01, 0, &phase, &log_size, &m.err),
                      &m.err);
            /* first order: int v r/(2l + 1) dr = v/2 at E = 0 */
            assert_close(log_size, -0.005 / (2 * l + 1), 0.0, 1e-3);
            assert_close(creal(phase), 1.0, 1e-12, 0.0);
            poles_model_close(&m);
        }
}

/* Strong wells: the same poles from grids of other panels and order, bound states among them. */
static void grids_agree(void **state) {
    (void)state;
    static const struct {
        int l;
        double v;
    } cases[5] = {{1, 14.0}, {2, 20.0}, {2, 30.0}, {3, 40.0}, {4, 60.0}};
    hp_pole pole[20], other[20];
    for (int i = 0; i < 5; i++)
        for (hp_sheet sheet = 0; sheet < 2; sheet++) {
            int n = find_gaussian(cases[i].l, cases[i].v, 8, 14, sheet, pole);
            assert_int_equal(find_gaussian(cases[i].l, cases[i].v, 5, 20, sheet, other), n);
            for (int j = 0; j < n; j++) {
                poles_assert(other, n, pole[j].energy, 1e-10); /* 14 nodes a panel */
                assert_close(cabs(other[j].residue[0]), cabs(pole[j].residue[0]), 1e-7, 0.0);
            }
            if (i > 2 || sheet > 0)
                continue; /* binding momenta of section 3 of the specification */
            assert_int_equal(n, cases[i].v == 20.0 ? 0 : 1);
            if (n > 0)
                assert_close(cimag(pole[0].k[0]), i == 0 ? 0.656444838341 : 0.936932642339, 2e-12,
                             0.0);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weak_wells),
        cmocka_unit_test(weak_wells_have_small_determinants),
        cmocka_unit_test(grids_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
