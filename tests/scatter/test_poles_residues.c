// SPDX-License-Identifier: GPL-3.0-or-later
/* Residues of poles against asymptotic constants and against the determinant on both sheets. */
#include "poles_model.h"

static double deuteron(int component, double r) {
    return component == 0 ? exp(-1.4 * r) : 0.9 * r * r * exp(-2.0 * r);
}

/* g_S = A_S/sqrt(2 mu), g_D kappa^2 = eta A_S: the D wave decays as kappa^2 exp(-kappa r). */
static void residues_of_a_bound_state(void **state) {
    (void)state;
    hp_channels channels = poles_one_wave(0);
    channels.ncomponent = 2;
    channels.component[1] = (hp_component){0, 2};
    poles_model m = poles_model_open_equal(24.0, 8, 16, &channels);
    hp_pole pole[20];
    double kappa = 0.2315595975618;
    poles_model_set_separable(&m, (double[]){-7.206, -7.206, -7.206, -7.206}, deuteron);
    assert_int_equal(poles_model_find(&m, 0, (hp_pole_region){-0.2, 0.1, 0.1}, pole), 1);
    assert_int_equal(pole[0].kind, HP_POLE_BOUND);
    assert_close(cimag(pole[0].k[0]), kappa, 1e-11, 0.0);
    assert_close(creal(pole[0].residue[0]), 0.87731280166, 1e-10, 0.0);
    assert_close(creal(pole[0].residue[1]) * kappa * kappa / creal(pole[0].residue[0]),
                 0.01197487040, 1e-9, 0.0);
    poles_model_close(&m);
}

static double complex determinant_at(poles_model *m, double complex energy, hp_sheet sheet) {
    double complex phase;
    double log_size;
    assert_ok(hp_coupled_determinant(m->solver, energy, sheet, &phase, &log_size, &m->err),
              &m->err);
    return phase * exp(log_size);
}

/* One wave: S is D on the other sheet over D, so g^2 = -D_other/(2i k^(2l+1) dD/dE); with and
 * without a local potential that depends on energy, bound, virtual, resonance. */
static void residues_of_one_wave(void **state) {
    (void)state;
    static const struct {
        int l;
        hp_sheet sheet;
        double v, slope;
    } cases[6] = {{0, 0, 4.0, 0.0},  {0, 1, 2.0, 0.0},  {1, 1, 10.0, 0.0},
                  {0, 0, 4.0, 0.15}, {0, 1, 2.0, 0.15}, {1, 1, 10.0, -0.15}};
    hp_pole pole[20];
    double slope[100];
    for (int i = 0; i < 6; i++) {
        hp_channels channels = poles_one_wave(cases[i].l);
        poles_model m = poles_model_open_equal(7.0, 7, 14, &channels);
        for (int j = 0; j < m.grid.n; j++) {
            m.local[j] = -cases[i].v * exp(-m.grid.r[j] * m.grid.r[j]);
            slope[j] = cases[i].slope * exp(-m.grid.r[j] * m.grid.r[j] / 2.0);
        }
        hp_matrix_interaction interaction = {.ncomponent = 1, .local = m.local, .slope = slope};
        assert_ok(hp_coupled_set(m.solver, &m.channels, &interaction, &m.err), &m.err);
        assert_int_equal(
            poles_model_find(&m, cases[i].sheet, (hp_pole_region){-2.0, 1.0, 0.5}, pole), 1);
        double complex E = pole[0].energy, k = pole[0].k[0], g2 = pole[0].residue[0];
        double h = 1e-3 * cabs(E); /* fourth order: errors of 1e-12, rounding 1e-13 */
        double complex d_D = (8.0 * (determinant_at(&m, E + h, cases[i].sheet) -
                                     determinant_at(&m, E - h, cases[i].sheet)) -
                              determinant_at(&m, E + 2.0 * h, cases[i].sheet) +
                              determinant_at(&m, E - 2.0 * h, cases[i].sheet)) /
                             (12.0 * h);
        g2 *= g2;
        double complex expected =
            -determinant_at(&m, E, !cases[i].sheet) / (2.0 * I * cpow(k, 2 * cases[i].l + 1) * d_D);
        assert_close(creal(g2), creal(expected), 0.0, 1e-9 * cabs(expected));
        assert_close(cimag(g2), cimag(expected), 0.0, 1e-9 * cabs(expected));
        poles_model_close(&m);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(residues_of_a_bound_state),
        cmocka_unit_test(residues_of_one_wave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
