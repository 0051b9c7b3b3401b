// SPDX-License-Identifier: GPL-3.0-or-later
/* Spin projections against a second method: the whole box, spherical harmonics and Clebsch-Gordan
 * coefficients, each Jz by itself, averages over all images of a site. */
#include "halqcd_wave_case.h"
#include "support.h"
#include "../../src/import/halqcd_spin.h"
#include "hadpot/memory.h"

enum { MOST_EXTENT = 6, MOST_SITES = MOST_EXTENT * MOST_EXTENT * MOST_EXTENT, MOST_ORBITS = 20 };

/* Rounding of sums of some 100 terms, relative to waves of 1e-8. */
static const double tiny = 1e-21;

/* A wave in memory, and what its projection needs. */
typedef struct box {
    int extent, norbit;
    hp_geometry geometry;
    hp_halqcd_state *state;
    double complex term[MOST_ORBITS][WAVE_TERMS];
    spin_matrix orbit[MOST_ORBITS]; /* in the order of the file */
    spin_matrix site[MOST_SITES];
} box;

static int site_number(int extent, const int site[3]) {
    int number = 0;
    for (int i = 2; i >= 0; i--) number = number * extent + ((site[i] % extent) + extent) % extent;
    return number;
}

static void open_box(int extent, box *of) {
    hp_error err = HP_ERROR_INIT;
    memset(of, 0, sizeof *of);
    of->extent = extent;
    assert_ok(hp_geometry_create_cubic(extent, &of->geometry, &err), &err);
    int n = of->norbit = of->geometry.npoint;
    of->state = test_calloc(1, sizeof *of->state + (size_t)n * sizeof(int));
    *of->state = (hp_halqcd_state){.extent = extent, .norbit = n, .singlet = true, .triplet = true};
    for (int p = 0; p < n; p++) wave_terms(5, p, of->term[p]);
    /* representatives in another order, and other images than the first ones */
    for (int slot = 0; slot < n; slot++) {
        int p = (slot * 7 + 3) % n;
        const int *s = of->geometry.site[p];
        const int image[3] = {slot % 2 == 0 ? -s[1] : s[2], s[0], slot % 2 == 0 ? s[2] : -s[1]};
        of->state->site[slot] = site_number(extent, image);
        wave_at(extent, image, of->term[p], of->orbit[slot]);
    }
    for (int i = 0; i < extent * extent * extent; i++) {
        const int site[3] = {i % extent, i / extent % extent, i / extent / extent};
        wave_at(extent, site, of->term[orbit_number(extent, site)], of->site[i]);
    }
}

static void close_box(box *of) {
    hp_geometry_destroy(&of->geometry);
    test_free(of->state);
}

static hp_halqcd_wave wave_of(const box *of) {
    return (hp_halqcd_wave){
        .extent = of->extent, .norbit = of->norbit, .data = (const unsigned char *)of->orbit};
}

/* chi_M, and sqrt(4 pi) Y_D^M of a site, as sink spins. */
static void triplet(int M, double complex chi[4]) {
    memset(chi, 0, 4 * sizeof *chi);
    if (M == 0) chi[1] = chi[2] = M_SQRT1_2;
    if (M != 0) chi[M == 1 ? 0 : 3] = 1.0;
}

static double complex harmonic(int m, const double n[3]) {
    double complex plus = n[0] + I * n[1];
    if (m < 0) return (m == -1 ? -1.0 : 1.0) * conj(harmonic(-m, n));
    if (m == 2) return sqrt(15.0 / 8.0) * plus * plus;
    if (m == 1) return -sqrt(7.5) * plus * n[2];
    return sqrt(1.25) * (3.0 * n[2] * n[2] - 1.0);
}

static void tensor_harmonic(int M, const int site[3], double complex y[4]) {
    static const double clebsch[3][3] = {{2.449489742783178, -1.7320508075688772, 1},
                                         {1.7320508075688772, -2, 1.7320508075688772},
                                         {1, -1.7320508075688772, 2.449489742783178}};
    double n[3], r = sqrt(site[0] * site[0] + site[1] * site[1] + site[2] * site[2]);
    memset(y, 0, 4 * sizeof *y);
    if (r == 0.0) return;
    for (int i = 0; i < 3; i++) n[i] = site[i] / r;
    for (int m = M - 1; m <= M + 1; m++) { /* spin M - m */
        double complex chi[4];
        triplet(M - m, chi);
        for (int k = 0; k < 4; k++)
            y[k] += clebsch[M + 1][m - M + 1] / sqrt(10.0) * harmonic(m, n) * chi[k];
    }
}

/* psi_M: sink spins of M with source chi_M. */
static void of_source(const spin_matrix m, int M, double complex psi[4]) {
    double complex chi[4];
    triplet(M, chi);
    for (int k = 0; k < 4; k++) {
        psi[k] = 0.0;
        for (int l = 0; l < 4; l++) psi[k] += m[l][k] * chi[l];
    }
}

static double complex product(const double complex a[4], const double complex b[4]) {
    double complex sum = 0.0;
    for (int k = 0; k < 4; k++) sum += conj(a[k]) * b[k];
    return sum;
}

static void centred(int extent, int number, int site[3]) {
    for (int i = 0; i < 3; i++, number /= extent) {
        site[i] = number % extent;
        if (2 * site[i] > extent) site[i] -= extent;
    }
}

/* phi_S and phi_D of an orbit of `field`, for one Jz. */
static void project(const box *of, const spin_matrix *field, int orbit, int M,
                    double complex phi[2]) {
    double complex mean[4] = {0}, chi[4], y[4], psi[4];
    int images = 0;
    for (int i = 0; i < of->extent * of->extent * of->extent; i++) {
        int site[3];
        centred(of->extent, i, site);
        if (orbit_number(of->extent, site) != orbit) continue;
        of_source(field[i], M, psi);
        for (int k = 0; k < 4; k++) mean[k] += psi[k];
        images++;
    }
    for (int k = 0; k < 4; k++) mean[k] /= images;
    triplet(M, chi);
    phi[0] = product(chi, mean);
    phi[1] = 0.0;
    for (int i = 0; i < of->extent * of->extent * of->extent; i++) {
        int site[3];
        centred(of->extent, i, site);
        if (orbit_number(of->extent, site) != orbit) continue;
        of_source(field[i], M, psi);
        for (int k = 0; k < 4; k++) psi[k] -= mean[k];
        tensor_harmonic(M, site, y);
        phi[1] += product(y, psi) / images;
    }
}

static void take_laplacian(const box *of, spin_matrix *out) {
    for (int i = 0; i < of->extent * of->extent * of->extent; i++) {
        int site[3];
        centred(of->extent, i, site);
        for (int l = 0; l < 16; l++) out[i][l / 4][l % 4] = -6.0 * of->site[i][l / 4][l % 4];
        for (int d = 0; d < 6; d++) {
            int next[3] = {site[0], site[1], site[2]};
            next[d / 2] += d % 2 == 0 ? 1 : -1;
            int j = site_number(of->extent, next);
            for (int l = 0; l < 16; l++) out[i][l / 4][l % 4] += of->site[j][l / 4][l % 4];
        }
    }
}

static void check_projections(int extent) {
    static box of;
    static spin_matrix laplacian[MOST_SITES];
    hp_error err = HP_ERROR_INIT;
    hp_halqcd_spin *spin = NULL;
    const double *re = NULL, *im = NULL;
    double spread[2] = {0};
    open_box(extent, &of);
    take_laplacian(&of, laplacian);
    hp_halqcd_wave wave = wave_of(&of);
    assert_ok(hp_halqcd_spin_create(of.state, &of.geometry, &spin, &err), &err);
    assert_ok(hp_halqcd_project(spin, &wave, &re, &im, spread, &err), &err);
    for (int p = 0; p < of.norbit; p++) {
        int n = of.norbit;
        double complex singlet = of.term[p][0] - (p > 0 ? of.term[p][3] : 0.0);
        assert_close(re[p], creal(singlet), 0, tiny);
        assert_close(im[p], cimag(singlet), 0, tiny);
        for (int M = -1; M <= 1; M++) {
            double complex phi[2], of_laplacian[2];
            project(&of, of.site, p, M, phi);
            project(&of, laplacian, p, M, of_laplacian);
            assert_close(re[n + p], creal(phi[0]), 0, tiny);
            assert_close(im[n + p], cimag(phi[0]), 0, tiny);
            assert_close(re[2 * n + p], creal(phi[1]), 0, tiny);
            assert_close(im[2 * n + p], cimag(phi[1]), 0, tiny);
            assert_close(re[3 * n + p], creal(of_laplacian[1]), 0, 6 * tiny);
            assert_close(im[3 * n + p], cimag(of_laplacian[1]), 0, 6 * tiny);
        }
    }
    hp_halqcd_spin_destroy(&spin);
    close_box(&of);
}

static void projections_are_those_of_the_box_for_every_jz(void **state) {
    (void)state;
    check_projections(4);
    check_projections(6);
}

/* phi_S(S12 psi) = sqrt 8 phi_D and phi_D(S12 psi) = sqrt 8 phi_S - 2 phi_D. */
static void the_tensor_operator_closes_on_both_components(void **state) {
    (void)state;
    static box of;
    static spin_matrix turned[MOST_SITES];
    open_box(6, &of);
    for (int i = 0; i < 216; i++) {
        spin_matrix tensor = {{0}};
        double nn[3][3];
        int site[3];
        centred(6, i, site);
        directions(6, site, nn);
        if (i > 0) add_tensor(nn, 1.0, tensor);
        for (int l = 0; l < 4; l++)
            for (int k = 0; k < 4; k++) {
                turned[i][l][k] = 0.0;
                for (int j = 0; j < 4; j++) turned[i][l][k] += tensor[j][k] * of.site[i][l][j];
            }
    }
    for (int p = 1; p < of.norbit; p++) {
        double complex phi[2], tensor[2];
        if (of.geometry.site[p][0] == 3) continue; /* S12 of a mirror image of itself is another */
        project(&of, of.site, p, 0, phi);
        project(&of, turned, p, 0, tensor);
        assert_close(cabs(tensor[0] - sqrt(8.0) * phi[1]), 0, 0, 10 * tiny);
        assert_close(cabs(tensor[1] - sqrt(8.0) * phi[0] + 2.0 * phi[1]), 0, 0, 10 * tiny);
    }
    close_box(&of);
}

/* What conventions other than ours would be: complex conjugated spins, source and sink exchanged,
 * spins in another order; and what is no wave at all. */
static void other_conventions_are_refused(void **state) {
    (void)state;
    static box of;
    for (int kind = 0; kind < 3; kind++) {
        hp_error err = HP_ERROR_INIT;
        hp_halqcd_spin *spin = NULL;
        const double *re = NULL, *im = NULL;
        double spread[2] = {0};
        open_box(6, &of);
        for (int slot = 0; slot < of.norbit; slot++)
            for (int l = 0; l < 4; l++)
                for (int k = 0; k < 4; k++) {
                    double complex *m = &of.orbit[slot][l][k];
                    if (kind == 0) *m = conj(*m); /* S^* S^* psi S S */
                    if (kind == 1 && l < 2) {     /* beta' slower than it is */
                        double complex other = of.orbit[slot][l ^ 2][k];
                        of.orbit[slot][l ^ 2][k] = *m;
                        *m = other;
                    }
                    if (kind == 2)
                        *m *= 1.0 + 1e-7 * hashed((unsigned)slot, (unsigned)l, (unsigned)k);
                }
        hp_halqcd_wave wave = wave_of(&of);
        assert_ok(hp_halqcd_spin_create(of.state, &of.geometry, &spin, &err), &err);
        assert_status(hp_halqcd_project(spin, &wave, &re, &im, spread, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, "are changed by a rotation that leaves the site in its place");
        hp_halqcd_spin_destroy(&spin);
        close_box(&of);
    }
}

static void the_group_has_24_rotations(void **state) {
    (void)state;
    hp_halqcd_rotation group[HALQCD_ROTATIONS];
    hp_halqcd_fill_group(group);
    for (int g = 0; g < HALQCD_ROTATIONS; g++) {
        const int(*m)[3] = group[g].matrix;
        int determinant = 0;
        for (int i = 0; i < 3; i++)
            determinant += m[0][i] * (m[1][(i + 1) % 3] * m[2][(i + 2) % 3] -
                                      m[1][(i + 2) % 3] * m[2][(i + 1) % 3]);
        assert_int_equal(determinant, 1);
        for (int h = 0; h < g; h++)
            assert_memory_not_equal(group[g].matrix, group[h].matrix, sizeof group[g].matrix);
    }
}

static void wrong_lists_of_orbits_are_refused(void **state) {
    (void)state;
    static box of;
    hp_error err = HP_ERROR_INIT;
    hp_halqcd_spin *spin = NULL;
    open_box(4, &of);
    of.state->site[3] = of.state->site[4];
    assert_status(hp_halqcd_spin_create(of.state, &of.geometry, &spin, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "are the same one");
    hp_halqcd_spin_destroy(&spin);
    hp_error_clear(&err);
    of.state->site[3] = 64;
    assert_status(hp_halqcd_spin_create(of.state, &of.geometry, &spin, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "site 64 of orbit 3 lies outside of the box");
    hp_halqcd_spin_destroy(&spin);
    close_box(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_group_has_24_rotations),
        cmocka_unit_test(projections_are_those_of_the_box_for_every_jz),
        cmocka_unit_test(the_tensor_operator_closes_on_both_components),
        cmocka_unit_test(other_conventions_are_refused),
        cmocka_unit_test(wrong_lists_of_orbits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
