// SPDX-License-Identifier: GPL-3.0-or-later
/* The deuteron of Reid's soft core, of AV18 and of a separable force. */
#include "coupled_bound_case.h"
#include "nucleons.h"

static coupled_case open_deuteron(void) {
    const int waves[] = {0, 2};
    hp_channels channels = case_waves(2, waves);
    double edge[NUCLEON_PANELS + 1];
    return case_open_panels(&channels, edge, nucleon_edges(20.0, edge), 16);
}

static double quadrupole(const hp_bound_state *state) {
    return (sqrt(8.0) * state->r2[1] - state->r2[3]) / 20.0;
}

static void test_reid(void **test_state) {
    (void)test_state;
    coupled_case c = open_deuteron();
    case_set(&c, reid_soft_core_at, NULL, false);
    hp_bound_state state = single(&c);
    const double *r2 = state.r2, *A = state.asymptotic;
    assert_close(-state.energy * REID_HBAR2_OVER_M, 2.2246020776, 0.0,
                 1e-10); /* all: the printed digits */
    assert_close(state.kappa[0], 0.231610983937, 0.0, 1e-12);
    assert_close(100.0 * state.probability[1], 6.4696106, 0.0, 6e-8);
    assert_close(sqrt(r2[0] + r2[3]) / 2.0, 1.956921899, 0.0, 6e-10);
    assert_close(quadrupole(&state), 0.279643161, 0.0, 6e-10);
    assert_close(A[0], 0.877580084, 0.0, 6e-10);
    assert_close(A[1] / A[0], 0.026227211, 0.0, 6e-10);
    case_close(&c);
}

static double deuteron_factor(int component, double r) {
    return component == 0 ? exp(-1.4 * r) : 0.9 * r * r * exp(-2.0 * r);
}

/* Exact numbers of lambda F F. The range is such that F exp(kappa r) beyond is nothing. */
static void test_separable_deuteron(void **test_state) {
    (void)test_state;
    double lambda[4];
    hp_channels channels = case_waves(2, (int[]){0, 2});
    for (int i = 0; i < 4; i++) lambda[i] = -7.206;
    coupled_case c = case_open(&channels, 30.0, 36, 16);
    set_separable(&c, lambda, deuteron_factor);
    hp_bound_state state = single(&c);
    const double *r2 = state.r2, *A = state.asymptotic;
    assert_close(state.kappa[0], 0.2315595975618, 0.0, 1e-12);
    assert_close(100.0 * state.probability[1], 0.665912947718, 0.0, 1e-11);
    assert_close(quadrupole(&state), 0.12405117339, 0.0, 1e-10);
    assert_close(A[0], 0.87731280166, 0.0, 1e-10);
    assert_close(A[1] / A[0], 0.01197487040, 0.0, 1e-10);
    assert_close(sqrt(r2[0] + r2[3]), 3.86295250512, 0.0, 1e-10);
    case_close(&c);
}

static hp_bound_state av18_deuteron(const char *name, double *B) {
    nucleon_table table;
    coupled_case c = open_deuteron();
    assert_ok(nucleon_table_read(&table, name, 2, NUCLEON_TRIPLET, &c.err), &c.err);
    case_set(&c, nucleon_table_at, &table, false);
    hp_bound_state state = single(&c);
    *B = -state.energy / table.unit;
    case_close(&c);
    nucleon_table_free(&table);
    return state;
}

/* The splines of the table move B by 1e-8 MeV and kappa by 1e-9 (channels.md); the others follow:
 * their relative changes are of the size of that of B, 5e-9. */
static void test_av18(void **test_state) {
    (void)test_state;
    const struct {
        const char *name;
        double B, D, rms, Q, A, eta;
    } known[] = {{"av18_np.csv", 2.2245743550, 5.7598647, 1.967338769, 0.269670063, 0.885058049,
                  0.025042602},
                 {"av18_np_strong.csv", 2.2422106813, 5.7759022, 1.961412107, 0.269172820,
                  0.887729900, 0.025228699}};
    for (int i = 0; i < 2; i++) {
        double B = 0.0;
        hp_bound_state state = av18_deuteron(known[i].name, &B);
        const double *r2 = state.r2, *A = state.asymptotic;
        assert_close(B, known[i].B, 0.0, 1e-8);
        assert_close(100.0 * state.probability[1], known[i].D, 0.0, 1e-6);
        assert_close(sqrt(r2[0] + r2[3]) / 2.0, known[i].rms, 0.0, 1e-8);
        assert_close(quadrupole(&state), known[i].Q, 0.0, 1e-8);
        assert_close(A[0], known[i].A, 0.0, 1e-8);
        assert_close(A[1] / A[0], known[i].eta, 0.0, 1e-8);
        if (i == 0) assert_close(state.kappa[0], 0.231606523174, 0.0, 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reid),
                                       cmocka_unit_test(test_separable_deuteron),
                                       cmocka_unit_test(test_av18)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
