// SPDX-License-Identifier: GPL-3.0-or-later
/* Both solvers of coupled channels on random local and non-local Gaussians between pairs and
 * partial waves; they share nothing but the nodes on which the kernel is given. */
#include "coupled_ode_case.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_rng.h>

enum { MOST = 4 };

/* W_cd = depth_cd r^|l-l'| exp(-(r/range_cd)^2), and two kernels: separable, and one that has no
 * end of separable terms. */
typedef struct random_force {
    int n, l[MOST];
    double depth[MOST][MOST], range[MOST][MOST], strength[MOST][MOST], size[MOST], near[MOST][MOST];
} random_force;

static double uniform(gsl_rng *generator, double low, double high) {
    return low + (high - low) * gsl_rng_uniform(generator);
}

static void draw(gsl_rng *generator, int n, random_force *f, coupled_ode_case *c) {
    double two_mu[MOST], threshold[MOST];
    *f = (random_force){.n = n};
    for (int i = 0; i < n; i++) {
        two_mu[i] = uniform(generator, 0.6, 2.1);
        threshold[i] = i == 0 ? 0.0 : uniform(generator, 0.3, 4.0);
        f->l[i] = (int)gsl_rng_uniform_int(generator, 4);
        f->size[i] = uniform(generator, 0.6, 1.3);
        for (int j = 0; j <= i; j++) {
            f->depth[i][j] = f->depth[j][i] = uniform(generator, -5.0, 2.0);
            f->range[i][j] = f->range[j][i] = uniform(generator, 0.7, 1.4);
            f->strength[i][j] = f->strength[j][i] = uniform(generator, -4.0, 2.0);
            f->near[i][j] = f->near[j][i] = uniform(generator, -2.0, 2.0);
        }
    }
    coupled_ode_case_pairs(c, n, two_mu, threshold);
    for (int i = 0; i < n; i++) c->channels.component[i].l = f->l[i];
}

static void local(double r, double *w, void *context) {
    const random_force *f = context;
    for (int c = 0; c < f->n; c++)
        for (int d = 0; d < f->n; d++) {
            double x = r / f->range[c][d];
            w[c * f->n + d] = f->depth[c][d] * pow(r, abs(f->l[c] - f->l[d])) * exp(-x * x);
        }
}

static const random_force *force_of_kernel; /* a kernel of the case has numbers alone */

static double kernel(int c, double r, int d, double rp, const double *parameters) {
    const random_force *f = force_of_kernel;
    double x = r / f->size[c], xp = rp / f->size[d], y = r - rp;
    double ends = pow(r, f->l[c] + 1) * pow(rp, f->l[d] + 1) * exp(-x * x - xp * xp);
    (void)parameters;
    return ends * (f->strength[c][d] + f->near[c][d] * exp(-y * y));
}

typedef struct both {
    coupled_ode_case c;
    hp_coupled *nystroem;
    double worst;
} both;

static void open_both(both *b, const random_force *f, bool with_kernel) {
    coupled_ode_case *c = &b->c;
    c->local = local;
    c->context = (void *)f;
    force_of_kernel = f;
    if (with_kernel) c->kernel = kernel;
    coupled_ode_case_open_equal(c, 8.0, 8, 20, 1e-13);
    coupled_ode_case_set(c);
    assert_ok(hp_coupled_create(&c->grid, f->n, &b->nystroem, &c->err), &c->err);
    double *w = coupled_ode_case_local_values(c);
    double *K = with_kernel ? coupled_ode_case_kernel_values(c) : NULL;
    hp_matrix_interaction interaction = {.ncomponent = f->n, .kernel = K, .local = w};
    assert_ok(hp_coupled_set(b->nystroem, &c->channels, &interaction, &c->err), &c->err);
    hp_free(w);
    hp_free(K);
}

static void close_both(both *b) {
    hp_coupled_destroy(&b->nystroem);
    coupled_ode_case_close(&b->c);
}

/* S of both. */
static void compare(both *b, double energy) {
    double complex S[MOST * MOST], other[MOST * MOST];
    hp_tmatrix T, U;
    coupled_ode_case_t(&b->c, energy, 1e-12, &T);
    assert_ok(hp_coupled_solve(b->nystroem, energy, &U, NULL, &b->c.err), &b->c.err);
    assert_int_equal(T.nopen, U.nopen);
    coupled_ode_case_s(&b->c, &T, S);
    coupled_ode_case_s(&b->c, &U, other);
    for (int i = 0; i < T.nopen * T.nopen; i++) {
        assert_int_equal(T.open[i % T.nopen], U.open[i % T.nopen]);
        b->worst = fmax(b->worst, cabs(S[i] - other[i]));
        assert_close(cabs(S[i] - other[i]), 0.0, 0.0, 1e-12); /* found 6e-14 */
    }
}

static void solvers_agree(void **state) {
    (void)state;
    enum { CASES = 12, ENERGIES = 5 };
    gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
    assert_non_null(generator);
    gsl_rng_set(generator, 20316);
    for (int i = 0; i < CASES; i++) {
        random_force f;
        both b = {0};
        draw(generator, 1 + i % MOST, &f, &b.c);
        open_both(&b, &f, i % 3 != 0);
        for (int e = 0; e < ENERGIES; e++) compare(&b, uniform(generator, 0.01, 7.0));
        printf("N = %d, l =", f.n);
        for (int c = 0; c < f.n; c++) printf(" %d", f.l[c]);
        printf("%s: S differs by at most %.1e, asymmetry of T %.1e, CPU %.2f ms\n",
               b.c.kernel != NULL ? ", non-local" : "", b.worst, b.c.asymmetry, 1e3 * b.c.cpu);
        close_both(&b);
    }
    gsl_rng_free(generator);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solvers_agree),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
