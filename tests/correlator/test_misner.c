// SPDX-License-Identifier: GPL-3.0-or-later
/* Misner projection: printed closures, isolation of l = 4, functions in its span, and what cannot
 * be projected. */
#include <math.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_legendre.h>
#include "hadpot/memory.h"
#include "hadpot/misner.h"
#include "support.h"

enum { EXTENT = 32, NRADIUS = 6 };
static const double RADIUS[NRADIUS] = {3.0, 4.0, 5.0, 6.0, 7.0710678118654755, 9.0};
static const int SQUARE[NRADIUS] = {9, 16, 25, 36, 50, 81};

typedef struct box {
    hp_geometry geometry;
    double *f; /* (npoint) */
    hp_error err;
} box;

static void open_box(box *b) {
    *b = (box){.err = HP_ERROR_INIT};
    assert_ok(hp_geometry_create_cubic(EXTENT, &b->geometry, &b->err), &b->err);
    b->f = test_calloc((size_t)b->geometry.npoint, sizeof *b->f);
}

static void close_box(box *b) {
    hp_geometry_destroy(&b->geometry);
    test_free(b->f);
}

/* sqrt(7/12) Y40 + sqrt(5/12) Y44 from Legendre functions. */
static double quartic(const double x[3]) {
    double r = sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    double phi = atan2(x[1], x[0]), z = x[2] / r;
    return sqrt(7.0 / 12.0) * gsl_sf_legendre_sphPlm(4, 0, z) +
           sqrt(5.0 / 12.0) * M_SQRT2 * gsl_sf_legendre_sphPlm(4, 4, z) * cos(4.0 * phi);
}

static double f0(double r) {
    return exp(-r * r / 25.0);
}

static double f4(double r) {
    double x = pow(r / 4.0, 4);
    return 0.05 * exp(-r * r / 36.0) * x / (1.0 + x);
}

static const double Y00 = 0.28209479177387814; /* 1/sqrt(4 pi) */

/* s f0 Y00 + q f4 Yc4 + 0.01 u exp(-(r/6)^2) Y60, of which the average over an orbit is what its
 * representative holds. */
static void fill(box *b, double s, double q, double u) {
    for (int p = 0; p < b->geometry.npoint; p++) {
        const int *site = b->geometry.site[p];
        const double x[3] = {site[0], site[1], site[2]};
        double r = b->geometry.r[b->geometry.shell[p]], sixth = 0.0;
        for (int axis = 0; axis < 3 && r > 0.0; axis++)
            sixth += gsl_sf_legendre_sphPlm(6, 0, x[axis] / r) / 3.0;
        b->f[p] = s * f0(r) * Y00 + u * 0.01 * exp(-r * r / 36.0) * sixth;
        if (r > 0.0) b->f[p] += q * f4(r) * quartic(x);
    }
}

static hp_misner project(box *b, int radial_terms, int l_max) {
    hp_misner misner;
    const hp_misner_options options = {.width = 1.0, .radial_terms = radial_terms, .l_max = l_max};
    assert_ok(hp_misner_create(&b->geometry, &options, RADIUS, NRADIUS, &misner, &b->err), &b->err);
    return misner;
}

/* phi_00 of sites of exactly |r|^2 = square. */
static double shell_average(const box *b, int square) {
    double sum = 0.0, sites = 0.0;
    for (int p = 0; p < b->geometry.npoint; p++) {
        const int *x = b->geometry.site[p];
        if (x[0] * x[0] + x[1] * x[1] + x[2] * x[2] != square) continue;
        sum += b->geometry.multiplicity[p] * b->f[p];
        sites += b->geometry.multiplicity[p];
    }
    return sum / sites / Y00;
}

/* Nine digits are printed. */
static void the_printed_closure_comes_out(void **state) {
    (void)state;
    static const double exact[] = {.697676326, .527292424, .367879441,
                                   .236927759, .135335283, .039163895};
    static const double shells[] = {.693704983, .564020645, .371061267,
                                    .230410354, .133121542, .038332110};
    static const double lowest[] = {.696631349, .526416258, .367630104,
                                    .236878791, .135327166, .039208021};
    static const double fourth[] = {.697307986, .526863940, .367885906,
                                    .236902806, .135396770, .039186059};
    box b;
    open_box(&b);
    fill(&b, 1.0, 1.0, 0.0);
    hp_misner zero = project(&b, 2, 0), four = project(&b, 2, 4);
    for (int k = 0; k < NRADIUS; k++) {
        assert_close(f0(RADIUS[k]), exact[k], 0, 6e-10);
        assert_close(shell_average(&b, SQUARE[k]), shells[k], 0, 6e-10);
        assert_close(hp_misner_project(&zero, 0, k, b.f), lowest[k], 0, 6e-10);
        assert_close(hp_misner_project(&four, 0, k, b.f), fourth[k], 0, 6e-10);
        print_message("r = %.4f: condition of G %.3g (l_max 0), %.3g (4), points %d\n", RADIUS[k],
                      zero.condition[k], four.condition[k], four.start[k + 1] - four.start[k]);
    }
    hp_misner_destroy(&zero);
    hp_misner_destroy(&four);
    close_box(&b);
}

/* Printed to two digits, of a pure l = 4 wave, relative to f4. */
static void l_4_is_kept_out(void **state) {
    (void)state;
    static const double shells[] = {-.42, 2.29, .18, -.42, -.20, -.16};
    static const double lowest[] = {-.063, -.025, -.015, -.0028, -.0071, .0041};
    static const double fourth[] = {.0095, .0033, .00002, -.0008, -.0007, -.0002};
    static const double digit[] = {5e-5, 5e-5, 5e-6, 5e-5, 5e-5, 5e-5};
    box b;
    open_box(&b);
    fill(&b, 0.0, 1.0, 0.0);
    hp_misner zero = project(&b, 2, 0), four = project(&b, 2, 4);
    for (int k = 0; k < NRADIUS; k++) {
        double wave = f4(RADIUS[k]), coarse = k < 3 ? 5e-4 : 5e-5;
        assert_close(shell_average(&b, SQUARE[k]) / wave, shells[k], 0, 5e-3);
        assert_close(hp_misner_project(&zero, 0, k, b.f) / wave, lowest[k], 0, coarse);
        assert_close(hp_misner_project(&four, 0, k, b.f) / wave, fourth[k], 0, digit[k]);
    }
    hp_misner_destroy(&zero);
    hp_misner_destroy(&four);
    close_box(&b);
}

/* What is left is the radial truncation: 4.6e-4 at R = 3 with n <= 2; 1.2e-5 there and 1.5e-7 at 9
 * with n <= 4. */
static void radial_terms_decide(void **state) {
    (void)state;
    box b;
    open_box(&b);
    fill(&b, 1.0, 0.0, 0.0);
    hp_misner two = project(&b, 2, 4), four = project(&b, 4, 4);
    print_message("radial truncation at 3: %.3g, %.3g, at 9: %.3g\n",
                  hp_misner_project(&two, 0, 0, b.f) - f0(3.0),
                  hp_misner_project(&four, 0, 0, b.f) - f0(3.0),
                  hp_misner_project(&four, 0, 5, b.f) - f0(9.0));
    assert_close(fabs(hp_misner_project(&two, 0, 0, b.f) - f0(3.0)), 4.6e-4, 0, 5e-6);
    assert_close(fabs(hp_misner_project(&four, 0, 0, b.f) - f0(3.0)), 1.2e-5, 0, 5e-7);
    assert_close(fabs(hp_misner_project(&four, 0, 5, b.f) - f0(9.0)), 1.5e-7, 0, 5e-9);
    for (int k = 0; k < NRADIUS; k++)
        print_message("condition of G at %.4f with n <= 4: %.3g\n", RADIUS[k], four.condition[k]);
    hp_misner_destroy(&two);
    hp_misner_destroy(&four);
    close_box(&b);
}

/* An l = 6 wave shifts l_max = 4 from -2.5e-5 to -5.1e-5 at R = 6; l_max = 6 gives -2.8e-5. */
static void l_6_needs_its_own_function(void **state) {
    (void)state;
    box b;
    open_box(&b);
    hp_misner four = project(&b, 2, 4), six = project(&b, 2, 6);
    fill(&b, 1.0, 1.0, 0.0);
    assert_close(hp_misner_project(&four, 0, 3, b.f) - f0(6.0), -2.5e-5, 0, 5e-7);
    fill(&b, 1.0, 1.0, 1.0);
    assert_close(hp_misner_project(&four, 0, 3, b.f) - f0(6.0), -5.1e-5, 0, 5e-7);
    assert_close(hp_misner_project(&six, 0, 3, b.f) - f0(6.0), -2.8e-5, 0, 5e-7);
    hp_misner_destroy(&four);
    hp_misner_destroy(&six);
    close_box(&b);
}

/* f = [1 + .3 (r-6) + .1 (r-6)^2]/r Y00 + [.5 - .2 (r-6)]/r Yc4 at R = 6: values 1/6 and .5/6, and
 * Laplacians u''/r - l(l+1)/r^2 phi = .2/6 and -20/36 .5/6. */
static void functions_in_the_span_are_exact(void **state) {
    (void)state;
    box b;
    open_box(&b);
    for (int p = 0; p < b.geometry.npoint; p++) {
        const int *site = b.geometry.site[p];
        const double x[3] = {site[0], site[1], site[2]};
        double r = b.geometry.r[b.geometry.shell[p]], d = r - 6.0;
        if (r > 0.0)
            b.f[p] = (1.0 + 0.3 * d + 0.1 * d * d) / r * Y00 + (0.5 - 0.2 * d) / r * quartic(x);
    }
    hp_misner four = project(&b, 2, 4);
    double s = hp_misner_project(&four, 0, 3, b.f), g = hp_misner_project(&four, 1, 3, b.f);
    print_message("in the span: l = 0 off by %.2g, l = 4 by %.2g\n", s - 1.0 / 6.0, g - 0.5 / 6.0);
    /* Rounding of sums of some 20 terms with weights below 1; twice that in derivatives. */
    assert_close(s, 1.0 / 6.0, 0, 1e-15);
    assert_close(g, 0.5 / 6.0, 0, 1e-15);
    assert_close(hp_misner_laplacian(&four, 0, 3, b.f), 0.2 / 6.0, 0, 1e-14);
    assert_close(hp_misner_laplacian(&four, 1, 3, b.f), -20.0 / 36.0 * 0.5 / 6.0, 0, 1e-14);
    hp_misner_destroy(&four);
    close_box(&b);
}

/* Orthonormal on the sphere: Gauss-Legendre in z times equal steps in phi integrate polynomials up
 * to degree 16 exactly, but for rounding. */
static void invariants_are_orthonormal(void **state) {
    (void)state;
    enum { NODES = 16, STEPS = 20 };
    double overlap[HP_MISNER_MOST_L][HP_MISNER_MOST_L] = {{0}}, z, weight;
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(NODES);
    for (size_t i = 0; i < NODES; i++) {
        gsl_integration_glfixed_point(-1.0, 1.0, i, &z, &weight, rule);
        for (int step = 0; step < STEPS; step++) {
            double phi = 2.0 * M_PI * (step + 0.3) / STEPS, s = sqrt(1.0 - z * z);
            const double x[3] = {1.7 * s * cos(phi), 1.7 * s * sin(phi), 1.7 * z};
            for (int a = 0; a < HP_MISNER_MOST_L; a++)
                for (int c = 0; c < HP_MISNER_MOST_L; c++)
                    overlap[a][c] += weight * 2.0 * M_PI / STEPS * hp_misner_invariant(a, x) *
                                     hp_misner_invariant(c, x);
            assert_close(hp_misner_invariant(1, x), quartic(x), 0, 1e-14);
        }
    }
    for (int a = 0; a < HP_MISNER_MOST_L; a++)
        for (int c = 0; c < HP_MISNER_MOST_L; c++) assert_close(overlap[a][c], a == c, 0, 1e-12);
    gsl_integration_glfixed_table_free(rule);
}

static void assert_refused(box *b, hp_misner_options options, double radius, const char *says) {
    hp_misner misner;
    assert_status(hp_misner_create(&b->geometry, &options, &radius, 1, &misner, &b->err),
                  HP_ERR_INPUT, &b->err);
    assert_contains(b->err.message, says);
    hp_error_clear(&b->err);
}

static void what_cannot_be_projected_is_refused(void **state) {
    (void)state;
    box b;
    open_box(&b);
    const hp_misner_options usual = {.width = 1.0, .radial_terms = 2, .l_max = 4};
    assert_refused(&b, usual, 1.4, "r = 1.4 a: a shell of width 1 there holds");
    assert_refused(&b, usual, 14.6, "or does not lie between r = 0 and L/2 = 16 a");
    assert_refused(&b, (hp_misner_options){1.0, 10, 8}, 3.0, "for 44 functions");
    assert_refused(&b, (hp_misner_options){0.0, 2, 4}, 3.0, "width of shells is 0");
    assert_refused(&b, (hp_misner_options){1.0, -1, 4}, 3.0, "radial terms is -1");
    assert_refused(&b, (hp_misner_options){1.0, 2, 10}, 3.0, "is 10, expected 0 to 8");
    assert_int_equal(hp_misner_count(&b.geometry, &usual, 1.4), 0);
    assert_int_equal(hp_misner_count(&b.geometry, &usual, 14.6), 0);
    assert_true(hp_misner_count(&b.geometry, &usual, 14.5) > 100);
    hp_geometry radial;
    hp_misner misner;
    const double r[] = {1.0, 2.0, 3.0, 4.0};
    assert_ok(hp_geometry_create_radial(r, 4, &radial, &b.err), &b.err);
    assert_status(hp_misner_create(&radial, &usual, r, 1, &misner, &b.err), HP_ERR_INPUT, &b.err);
    assert_contains(b.err.message, "needs a cubic lattice");
    hp_geometry_destroy(&radial);
    hp_misner_destroy(NULL);
    close_box(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_closure_comes_out),
        cmocka_unit_test(l_4_is_kept_out),
        cmocka_unit_test(radial_terms_decide),
        cmocka_unit_test(l_6_needs_its_own_function),
        cmocka_unit_test(functions_in_the_span_are_exact),
        cmocka_unit_test(invariants_are_orthonormal),
        cmocka_unit_test(what_cannot_be_projected_is_refused),
    };
    return cmocka_run_group_tests_name("correlator/misner", tests, NULL, NULL);
}
