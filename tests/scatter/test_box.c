// SPDX-License-Identifier: GPL-3.0-or-later
/* Levels in a box: free particles, the full lattice diagonalised by LAPACK, perturbation theory,
 * the same bits, bad input. */
#include "box_case.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <lapacke.h>

/* ---- free ---- */

/* sum_i 4 sin^2(p_i/2)/(2 mu) of all A1 momentum shells, ascending: they have the same orbits as
 * the sites. */
static double *free_levels(const hp_geometry *geometry) {
    double *level = new_numbers((size_t)geometry->npoint);
    for (int i = 0; i < geometry->npoint; i++)
        for (int axis = 0; axis < 3; axis++) {
            double s = sin(M_PI * geometry->site[i][axis] / geometry->extent);
            level[i] += 4.0 * s * s / (2.0 * MU);
        }
    gsl_sort(level, 1, (size_t)geometry->npoint);
    return level;
}

static void check_free(int extent, int nlevel) {
    double level[16];
    box_case c;
    open_case(&c, extent, nlevel);
    double *expected = free_levels(&c.geometry);
    assert_ok(hp_box_levels(c.box, NULL, NULL, 0, level, &c.err), &c.err);
    /* the rounding of a spectrum of width 19, and 1e-12 of it, are 2e-11 at most */
    for (int i = 0; i < nlevel; i++) assert_close(level[i], expected[i], 0.0, 2e-11);
    hp_free(expected);
    close_case(&c);
}

static void free_levels_are_those_of_lattice_momenta(void **state) {
    (void)state;
    check_free(4, 3);
    check_free(10, 8);
    check_free(64, 4);
    check_free(40, 7);
}

/* ---- against the full lattice ---- */

static int site_index(int extent, int x, int y, int z) {
    const int L = extent;
    return ((x + L) % L * L + (y + L) % L) * L + (z + L) % L;
}

/* Orbit of every site of the lattice. */
static void list_orbits(const hp_geometry *geometry, int *orbit) {
    const int L = geometry->extent;
    for (int site = 0; site < L * L * L; site++) {
        const int c[3] = {site / (L * L), site / L % L, site % L};
        double folded[3];
        for (int axis = 0; axis < 3; axis++) folded[axis] = c[axis] > L / 2 ? L - c[axis] : c[axis];
        gsl_sort(folded, 1, 3);
        for (int p = 0; p < geometry->npoint; p++) {
            const int *s = geometry->site[p];
            if (s[0] == folded[2] && s[1] == folded[1] && s[2] == folded[0]) orbit[site] = p;
        }
    }
}

/* H psi site by site on the lattice; U is summed over all pairs of sites. */
static void apply_on_lattice(const hp_geometry *geometry, const int *orbit, const double *V,
                             const double *U, int nu, const double *psi, double *H_psi) {
    const int L = geometry->extent;
    for (int i = 0; i < L * L * L; i++) {
        const int x = i / (L * L), y = i / L % L, z = i % L, shell = geometry->shell[orbit[i]];
        double laplacian = psi[site_index(L, x + 1, y, z)] + psi[site_index(L, x - 1, y, z)] +
                           psi[site_index(L, x, y + 1, z)] + psi[site_index(L, x, y - 1, z)] +
                           psi[site_index(L, x, y, z + 1)] + psi[site_index(L, x, y, z - 1)] -
                           6.0 * psi[i];
        H_psi[i] = -laplacian / (2.0 * MU) + V[orbit[i]] * psi[i];
        for (int j = 0; U != NULL && j < L * L * L; j++) {
            int other = geometry->shell[orbit[j]];
            if (shell < nu && other < nu) H_psi[i] += U[shell * nu + other] * psi[j];
        }
    }
}

/* All A1 levels, from H between normalised sums over orbits. */
static double *lattice_levels(const hp_geometry *geometry, const double *V, const double *U,
                              int nu) {
    const size_t n = (size_t)geometry->npoint, volume = (size_t)gsl_pow_3(geometry->extent);
    int *orbit = hp_alloc(volume, sizeof *orbit);
    double *psi = new_numbers(volume), *H_psi = new_numbers(volume);
    double *H = new_numbers(n * n), *level = new_numbers(n);
    assert_non_null(orbit);
    list_orbits(geometry, orbit);
    for (int column = 0; column < geometry->npoint; column++) {
        for (size_t i = 0; i < volume; i++)
            psi[i] = orbit[i] == column ? 1.0 / sqrt(geometry->multiplicity[column]) : 0.0;
        apply_on_lattice(geometry, orbit, V, U, nu, psi, H_psi);
        for (size_t i = 0; i < volume; i++)
            H[(size_t)orbit[i] * n + (size_t)column] +=
                H_psi[i] / sqrt(geometry->multiplicity[orbit[i]]);
    }
    int size = geometry->npoint;
    assert_int_equal(LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'U', size, H, size, level), 0);
    hp_free(orbit);
    hp_free(psi);
    hp_free(H_psi);
    hp_free(H);
    return level;
}

static void check_against_lattice(int nlevel, double size, int nu) {
    double level[64];
    box_case c;
    open_case(&c, 8, nlevel);
    double *V = random_local(&c.geometry, size);
    double *U = nu > 0 ? random_symmetric(nu, 0.1 * size) : NULL;
    double *expected = lattice_levels(&c.geometry, V, U, nu);
    assert_ok(hp_box_levels(c.box, V, U, nu, level, &c.err), &c.err);
    /* two eigenvalue problems of norm 19 + 10 size, to the tolerance of the iteration, 1e-12 */
    for (int i = 0; i < nlevel; i++) assert_close(level[i], expected[i], 0.0, 5e-11 * (1.0 + size));
    hp_free(V);
    hp_free(U);
    hp_free(expected);
    close_case(&c);
}

static void local_levels_are_those_of_the_lattice(void **state) {
    (void)state;
    check_against_lattice(1, 0.7, 0);
    check_against_lattice(6, 0.7, 0);
    check_against_lattice(6, 300.0, 0); /* cores of hundreds of GeV */
    check_against_lattice(34, 2.3, 0);  /* all but one */
}

static void nonlocal_levels_are_those_of_the_lattice(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_geometry geometry;
    assert_ok(hp_geometry_create_cubic(8, &geometry, &err), &err);
    check_against_lattice(6, 0.7, 5);
    check_against_lattice(6, 0.7, geometry.nshell);
    check_against_lattice(12, 13.0, geometry.nshell - 1);
    hp_geometry_destroy(&geometry);
}

/* H psi = E psi site by site, and sum over sites of psi_m psi_n = delta_mn. */
static void states_are_those_of_the_lattice(void **state) {
    (void)state;
    enum { LEVELS = 7, L = 8, VOLUME = L * L * L };
    double level[LEVELS], same[LEVELS];
    int orbit[VOLUME];
    box_case c;
    open_case(&c, L, LEVELS);
    const int npoint = c.geometry.npoint, nu = 5;
    double *V = random_local(&c.geometry, 0.7), *U = random_symmetric(nu, 0.07);
    double *psi = new_numbers((size_t)(LEVELS * npoint));
    double *field = new_numbers(LEVELS * VOLUME), *H_field = new_numbers(VOLUME);
    assert_ok(hp_box_states(c.box, V, U, nu, level, psi, &c.err), &c.err);
    assert_ok(hp_box_levels(c.box, V, U, nu, same, &c.err), &c.err);
    list_orbits(&c.geometry, orbit);
    for (int i = 0; i < LEVELS * VOLUME; i++)
        field[i] = psi[i / VOLUME * npoint + orbit[i % VOLUME]];
    for (int n = 0; n < LEVELS; n++) {
        assert_close(level[n], same[n], 0.0, 2e-11); /* tolerance of the iteration, as above */
        const double *one = field + (ptrdiff_t)n * VOLUME;
        apply_on_lattice(&c.geometry, orbit, V, U, nu, one, H_field);
        /* the same tolerance: residual norm 1e-12 of a spectrum of width 20 */
        for (int i = 0; i < VOLUME; i++) assert_close(H_field[i], level[n] * one[i], 0.0, 2e-11);
        for (int m = 0; m <= n; m++) {
            double product = 0.0;
            for (int i = 0; i < VOLUME; i++) product += one[i] * field[m * VOLUME + i];
            assert_close(product, m == n, 0.0, 1e-12); /* 512 roundings of terms below 1 */
        }
    }
    hp_free(V);
    hp_free(U);
    hp_free(psi);
    hp_free(field);
    hp_free(H_field);
    close_case(&c);
}

static void potential_at_the_origin_is_local_and_nonlocal(void **state) {
    (void)state;
    double level[2][5], U = -9.1;
    box_case c;
    open_case(&c, 16, 5);
    double *V = new_numbers((size_t)c.geometry.npoint);
    assert_ok(hp_box_levels(c.box, V, &U, 1, level[0], &c.err), &c.err);
    V[0] = U; /* the shell r = 0 is one site */
    assert_ok(hp_box_levels(c.box, V, NULL, 0, level[1], &c.err), &c.err);
    assert_true(level[0][0] < -0.3); /* one bound state */
    for (int i = 0; i < 5; i++) assert_close(level[0][i], level[1][i], 0.0, 2e-11); /* tolerance */
    hp_free(V);
    close_case(&c);
}

/* ---- perturbation theory ---- */

/* Ground state of lambda (V + U). */
static double ground_state(box_case *c, double lambda, const double *V, const double *U) {
    double level[2];
    size_t n = (size_t)c->geometry.npoint, nu = (size_t)c->geometry.nshell;
    double *weak_V = new_numbers(n), *weak_U = new_numbers(nu * nu);
    for (size_t i = 0; i < n; i++) weak_V[i] = lambda * V[i];
    for (size_t i = 0; i < nu * nu; i++) weak_U[i] = lambda * U[i];
    assert_ok(hp_box_levels(c->box, weak_V, weak_U, (int)nu, level, &c->err), &c->err);
    hp_free(weak_V);
    hp_free(weak_U);
    return level[0];
}

/* The ground state is constant in space: E = (sum V + sum U)/L^3 lambda + O(lambda^2). */
static void weak_potential_shifts_by_its_mean(void **state) {
    (void)state;
    box_case c;
    open_case(&c, 10, 2);
    const hp_geometry *g = &c.geometry;
    const size_t nu = (size_t)g->nshell;
    double *V = random_local(g, 1.3), *U = random_symmetric(g->nshell, 0.1), first = 0.0;
    for (int i = 0; i < g->npoint; i++) first += g->multiplicity[i] * V[i] / 1000.0;
    for (size_t i = 0; i < nu * nu; i++)
        first += g->weight[i / nu] * U[i] * g->weight[i % nu] / 1e3;
    double second[2];
    for (int i = 0; i < 2; i++) {
        double lambda = i == 0 ? 2e-3 : 1e-3;
        double plus = ground_state(&c, lambda, V, U), minus = ground_state(&c, -lambda, V, U);
        /* the next term is of relative order lambda^2 times (norm of U/gap)^2, some 1e2 */
        assert_close((plus - minus) / (2.0 * lambda), first, 1e-3, 0.0);
        second[i] = (plus + minus) / (2.0 * lambda * lambda);
        assert_true(second[i] < 0.0); /* as for every ground state */
    }
    assert_close(second[0], second[1], 1e-3, 0.0); /* the next term, as above */
    hp_free(V);
    hp_free(U);
    close_case(&c);
}

/* ---- energies ---- */

static void energies_are_relativistic(void **state) {
    (void)state;
    const double m = 0.665, m1 = 0.4351, m2 = 0.7801, mu = m1 * m2 / (m1 + m2);
    const double levels[] = {-0.0123, -6.5e-4, 0.0131, 0.0431, 0.31};
    for (int i = 0; i < 5; i++) {
        double e = levels[i], k2 = 2.0 * mu * e;
        double expected = sqrt(m1 * m1 + k2) + sqrt(m2 * m2 + k2) - m1 - m2;
        /* roundings of numbers of order 1 that cancel in what is expected */
        assert_close(hp_box_energy(m, m, e), 2.0 * sqrt(m * m + m * e) - 2.0 * m, 0.0, 1e-15);
        assert_close(hp_box_energy(m1, m2, e), expected, 0.0, 1e-15);
        assert_close(hp_box_k2(m1, m2, hp_box_energy(m1, m2, e)), k2, 4e-15, 0.0); /* rounding */
        assert_close(hp_box_k2(m2, m1, hp_box_energy(m1, m2, e)), k2, 4e-15, 0.0);
    }
    assert_close(hp_box_k2(m1, m2, 1e-30), 2.0 * mu * 1e-30, 1e-15, 0.0);
    assert_close(hp_box_k2(m1, m2, sqrt(m2 * m2 - m1 * m1) - m1 - m2 + 1e-12), -m1 * m1, 1e-9, 0.0);
    assert_true(isnan(hp_box_k2(m1, m2, sqrt(m2 * m2 - m1 * m1) - m1 - m2 - 1e-12)));
    assert_true(isnan(hp_box_k2(m1, m2, NAN)));
    assert_close(hp_box_energy(m1, m2, 1e-30), 1e-30, 1e-15, 0.0); /* non-relativistic */
    assert_true(hp_box_energy(m1, m2, 0.0) == 0.0);
    assert_true(isnan(hp_box_energy(m1, m2, -0.51 * m1 * m1 / mu))); /* k^2 = -1.02 m1^2 */
}

/* ---- the rest of the contract ---- */

static void same_input_gives_the_same_bits(void **state) {
    (void)state;
    double level[3][4], other[4];
    box_case c, fresh;
    open_case(&c, 16, 4);
    open_case(&fresh, 16, 4);
    double *V = random_local(&c.geometry, 0.9);
    double *U = random_symmetric(c.geometry.nshell, 0.01);
    assert_ok(hp_box_levels(c.box, V, U, 20, level[0], &c.err), &c.err);
    assert_ok(hp_box_levels(c.box, NULL, NULL, 0, other, &c.err), &c.err);
    assert_ok(hp_box_levels(c.box, V, U, 20, level[1], &c.err), &c.err);
    assert_ok(hp_box_levels(fresh.box, V, U, 20, level[2], &fresh.err), &fresh.err);
    assert_memory_equal(level[0], level[1], sizeof level[0]);
    assert_memory_equal(level[0], level[2], sizeof level[0]);
    assert_memory_not_equal(level[0], other, sizeof other);
    hp_free(V);
    hp_free(U);
    close_case(&c);
    close_case(&fresh);
}

static void check_create_error(const hp_geometry *geometry, double mu, int nlevel,
                               const char *part) {
    hp_error err = HP_ERROR_INIT;
    hp_box *box;
    assert_status(hp_box_create(geometry, mu, nlevel, &box, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, part);
    assert_null(box);
}

static void create_refuses_bad_input(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_geometry cubic, radial;
    assert_ok(hp_geometry_create_cubic(4, &cubic, &err), &err); /* 10 orbits */
    assert_ok(hp_geometry_create_radial((double[]){1.0, 2.0, 3.0, 4.0}, 4, &radial, &err), &err);
    check_create_error(&radial, MU, 1, "cubic geometry");
    check_create_error(&cubic, 0.0, 1, "reduced mass must be above 0, found 0");
    check_create_error(&cubic, NAN, 1, "found nan");
    check_create_error(&cubic, MU, 0, "0 finite-volume levels are wanted");
    check_create_error(&cubic, MU, 10, "10 finite-volume levels are wanted, but");
    check_create_error(&cubic, MU, 10, "L = 4 has 1 to 9");
    hp_geometry_destroy(&cubic);
    hp_geometry_destroy(&radial);
}

static void check_levels_error(box_case *c, const double *V, const double *U, int nu,
                               hp_status status, const char *part) {
    double level[8];
    hp_error err = HP_ERROR_INIT;
    assert_status(hp_box_levels(c->box, V, U, nu, level, &err), status, &err);
    assert_contains(err.message, part);
}

static void levels_refuse_bad_input(void **state) {
    (void)state;
    box_case c;
    open_case(&c, 8, 3);
    double *V = random_local(&c.geometry, 1.0), *U = random_symmetric(c.geometry.nshell, 0.1);
    V[4] = NAN;
    check_levels_error(&c, V, NULL, 0, HP_ERR_NUMERIC, "at site (2, 0, 0) is nan");
    V[4] = -INFINITY;
    check_levels_error(&c, V, NULL, 0, HP_ERR_NUMERIC, "at site (2, 0, 0) is -inf");
    V[4] = 1e200;
    check_levels_error(&c, V, NULL, 0, HP_ERR_NUMERIC, "at site (2, 0, 0) is 1e+200");
    V[4] = 0.0;
    U[5 * 2 + 3] = NAN;
    check_levels_error(&c, V, U, 5, HP_ERR_NUMERIC, "at shells 2, 3 is nan");
    check_levels_error(&c, V, U, -1, HP_ERR_INPUT, "on -1 shells");
    check_levels_error(&c, V, U, c.geometry.nshell + 1, HP_ERR_INPUT, "a box with L = 8 has");
    double level[3];
    assert_ok(hp_box_levels(c.box, V, NULL, 0, level, &c.err), &c.err); /* none of it stays */
    close_case(&c);
    hp_free(V);
    hp_free(U);
    hp_box_destroy(NULL);
    hp_box_destroy(&c.box);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_levels_are_those_of_lattice_momenta),
        cmocka_unit_test(local_levels_are_those_of_the_lattice),
        cmocka_unit_test(nonlocal_levels_are_those_of_the_lattice),
        cmocka_unit_test(states_are_those_of_the_lattice),
        cmocka_unit_test(potential_at_the_origin_is_local_and_nonlocal),
        cmocka_unit_test(weak_potential_shifts_by_its_mean),
        cmocka_unit_test(energies_are_relativistic),
        cmocka_unit_test(same_input_gives_the_same_bits),
        cmocka_unit_test(create_refuses_bad_input),
        cmocka_unit_test(levels_refuse_bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
