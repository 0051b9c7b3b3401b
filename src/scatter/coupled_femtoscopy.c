// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coupled_femtoscopy.h"
#include <lapacke.h>
#include <math.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include "hadpot/lapack_status.h"
#include "hadpot/riccati.h"
#include "hadpot/smatrix.h"

/* 20 nodes integrate a product of waves that turns by 8 in a panel, and a Gaussian over two of its
 * radii, to rounding. */
enum { NODES = 20, MOST = HP_MOST_COMPONENTS };
static const double TURN = 4.0;

/* exp(-40) is below rounding: of the source beyond the range, of closed components there. */
static const double EXPONENT = 40.0;

/* The scattering wave at one energy. */
typedef struct arrival {
    const hp_quadrature *grid;
    const hp_channels *channels;
    const hp_femto_channels *source;
    const hp_tmatrix *T;
    const double *wave;
    double k, factor[MOST];    /* k_1; w_j mu_j/(mu_1 k_1) */
    double free;               /* of S_1 or phi_1 in the free wave j_l/k_1 or F_l/k_1 */
    double complex y[MOST];    /* chi = sum_b y_b chi^b, b open */
    double complex tail[MOST]; /* factor of C_c beyond the range, open; chi_c(R), closed */
    int number[MOST];          /* of a component among the open ones, -1: closed */
    gsl_integration_glfixed_table *nodes;
} arrival;

static hp_status check_source(const hp_channels *channels, const hp_femto_channels *source,
                              hp_error *err) {
    HP_REQUIRE(source->radius > 0.0 && isfinite(source->radius), HP_ERR_INPUT,
               "the source radius must be positive, found %g", source->radius);
    for (int c = 0; c < channels->ncomponent; c++) {
        HP_REQUIRE(source->weight[c] >= 0.0 && isfinite(source->weight[c]), HP_ERR_INPUT,
                   "weights of correlation functions must not be negative, found %g",
                   source->weight[c]);
    }
    return HP_OK;
}

/* (1 - iK)^-1 e_1 = sum_e v_e cos(d_e) exp(i d_e) (v_e)_1. */
static hp_status amplitudes_of_k(const arrival *at, double complex *z, hp_error *err) {
    hp_phases phases;
    int n = at->T->nopen, first = at->number[at->source->observed];
    HP_CALL(hp_phases_of_t(at->channels, at->T, &phases, err));
    for (int b = 0; b < n; b++) {
        z[b] = 0.0;
        for (int e = 0; e < n; e++) {
            double d = phases.eigenphase[e];
            double v = phases.vector[e * n + b] * phases.vector[e * n + first];
            z[b] += v * cos(d) * hp_complex(cos(d), sin(d));
        }
    }
    return HP_OK;
}

/* y = (1 + g T)^-1 P^1/2 z: the columns phi - theta T of charged pairs become k^(-1/2) (F + G K),
 * others have g = 0. */
static hp_status amplitudes(arrival *at, hp_error *err) {
    double complex z[MOST];
    double matrix[MOST * MOST], y[MOST][2];
    lapack_int pivot[MOST];
    int n = at->T->nopen;
    HP_CALL(amplitudes_of_k(at, z, err));
    for (int a = 0; a < n; a++) {
        hp_component of = at->channels->component[at->T->open[a]];
        double P, g;
        hp_coulomb_barrier(of.l, at->channels->coulomb[of.pair].strength, at->T->k2[at->T->open[a]],
                           &P, &g);
        if (at->T->open[a] == at->source->observed) at->free = sqrt(P / at->k);
        y[a][0] = sqrt(P) * creal(z[a]);
        y[a][1] = sqrt(P) * cimag(z[a]);
        for (int b = 0; b < n; b++) matrix[a * n + b] = (a == b) + g * at->T->T[a * n + b];
    }
    int info = LAPACKE_dgesv_work(LAPACK_ROW_MAJOR, n, 2, matrix, n, pivot, &y[0][0], 2);
    HP_REQUIRE(info == 0, HP_LAPACK_STATUS(info, HP_ERR_NUMERIC),
               "no correlation at E = %g: the K matrix is infinite", at->T->energy);
    for (int b = 0; b < n; b++) at->y[b] = hp_complex(y[b][0], y[b][1]);
    return HP_OK;
}

/* chi_c at a radius of the grid: coefficients of nodes first, first + 1, ... */
static double complex inner_wave(const arrival *at, int c, int first, const double *coefficient,
                                 int count) {
    int n = at->grid->n;
    double complex chi = 0.0;
    for (int b = 0; b < at->T->nopen; b++) {
        const double *u =
            at->wave + ((size_t)b * (size_t)at->channels->ncomponent + (size_t)c) * (size_t)n;
        double sum = 0.0;
        for (int i = 0; i < count; i++) sum += coefficient[i] * u[first + i];
        chi += at->y[b] * sum;
    }
    return chi;
}

static void tails(arrival *at) {
    double coefficient[HP_MAX_ORDER];
    int last = hp_quadrature_interpolate(at->grid, at->grid->range, coefficient), n = at->T->nopen;
    for (int c = 0; c < at->channels->ncomponent; c++) {
        int a = at->number[c];
        at->tail[c] = 0.0;
        if (a < 0) at->tail[c] = inner_wave(at, c, last, coefficient, at->grid->order);
        for (int b = 0; b < n && a >= 0; b++) at->tail[c] -= at->T->T[a * n + b] * at->y[b];
    }
}

static hp_status arrive(arrival *at, hp_error *err) {
    const hp_channels *channels = at->channels;
    int one = at->source->observed;
    HP_REQUIRE(one >= 0 && one < channels->ncomponent, HP_ERR_INPUT,
               "there is no component %d to be observed", one + 1);
    for (int c = 0; c < channels->ncomponent; c++) at->number[c] = -1;
    for (int b = 0; b < at->T->nopen; b++) at->number[at->T->open[b]] = b;
    HP_REQUIRE(at->number[one] >= 0 && at->T->k2[one] > 0.0, HP_ERR_INPUT,
               "component %d is not open at E = %g: it has no correlation there", one + 1,
               at->T->energy);
    at->k = sqrt(at->T->k2[one]);
    double mu = channels->pair[channels->component[one].pair].mu;
    for (int c = 0; c < channels->ncomponent; c++)
        at->factor[c] =
            at->source->weight[c] * channels->pair[channels->component[c].pair].mu / (mu * at->k);
    HP_CALL(amplitudes(at, err));
    tails(at);
    at->nodes = gsl_integration_glfixed_table_alloc(NODES);
    HP_REQUIRE(at->nodes != NULL, HP_ERR_MEMORY, "no memory for a table of %d nodes", NODES);
    return HP_OK;
}

/* S and C, or phi and theta, of a component. */
static hp_status regular_waves(const arrival *at, int c, double r, double f[4], hp_error *err) {
    hp_component of = at->channels->component[c];
    return hp_coulomb_partial(of.l, at->channels->coulomb[of.pair].strength, at->T->k2[c], r, f,
                              err);
}

/* Adds weight 4 pi S(r) [sum_c factor_c |chi_c|^2 - (j_l/k)^2]. */
static hp_status add(const arrival *at, double r, double weight, const double complex *chi,
                     double *X, hp_error *err) {
    double f[4], x = 0.5 * r / at->source->radius, sum = 0.0;
    HP_CALL(regular_waves(at, at->source->observed, r, f, err));
    for (int c = 0; c < at->channels->ncomponent; c++)
        sum += at->factor[c] * (gsl_pow_2(creal(chi[c])) + gsl_pow_2(cimag(chi[c])));
    double density = exp(-x * x) / (2.0 * sqrt(M_PI) * gsl_pow_3(at->source->radius));
    *X += weight * density * (sum - gsl_pow_2(f[0] * at->free));
    return HP_OK;
}

/* A panel too long for the source: shorter ones, with the wave interpolated. */
static hp_status cut_panel(const arrival *at, int panel, double *X, hp_error *err) {
    double start = at->grid->edge[panel], h = 2.0 * at->source->radius;
    double end = fmin(at->grid->edge[panel + 1], hypot(start, sqrt(EXPONENT) * h));
    while (start < end) {
        for (size_t i = 0; i < NODES; i++) {
            double r, weight, coefficient[HP_MAX_ORDER];
            double complex chi[MOST];
            gsl_integration_glfixed_point(start, fmin(start + h, end), i, &r, &weight, at->nodes);
            int first = hp_quadrature_interpolate(at->grid, r, coefficient);
            for (int c = 0; c < at->channels->ncomponent; c++)
                chi[c] = inner_wave(at, c, first, coefficient, at->grid->order);
            HP_CALL(add(at, r, weight, chi, X, err));
        }
        start += h;
    }
    return HP_OK;
}

static hp_status inside(const arrival *at, double *X, hp_error *err) {
    const hp_quadrature *grid = at->grid;
    double complex chi[MOST];
    double one = 1.0;
    for (int panel = 0; panel < grid->panels; panel++) {
        if (hp_quadrature_panel_length(grid, panel) > 2.0 * at->source->radius) {
            HP_CALL(cut_panel(at, panel, X, err));
            continue;
        }
        for (int i = panel * grid->order; i < (panel + 1) * grid->order; i++) {
            for (int c = 0; c < at->channels->ncomponent; c++)
                chi[c] = inner_wave(at, c, i, &one, 1);
            HP_CALL(add(at, grid->r[i], grid->weight[i], chi, X, err));
        }
    }
    return HP_OK;
}

/* W(r)/W(start) of the decaying solution: exp(-int -W'/W). */
static hp_status tail_ratio(const arrival *at, int c, double start, double r, double *ratio,
                            hp_error *err) {
    hp_component of = at->channels->component[c];
    double strength = at->channels->coulomb[of.pair].strength, kappa = sqrt(-at->T->k2[c]);
    double here[2], edge[2], exponent = 0.0;
    if (strength == 0.0) {
        hp_riccati_decaying(of.l, kappa, r, start, here);
        hp_riccati_decaying(of.l, kappa, start, start, edge);
        *ratio = here[0] / edge[0];
        return HP_OK;
    }
    for (size_t i = 0; i < NODES; i++) {
        double x, weight, decay;
        gsl_integration_glfixed_point(start, r, i, &x, &weight, at->nodes);
        HP_CALL(hp_coulomb_partial_decay(of.l, strength, kappa, x, &decay, err));
        exponent += weight * decay;
    }
    *ratio = exp(-exponent);
    return HP_OK;
}

/* chi at r; start: where a panel begins, and closed components are `left`. */
static hp_status outer_wave(const arrival *at, double start, double r, const double complex *left,
                            double complex *chi, hp_error *err) {
    for (int c = 0; c < at->channels->ncomponent; c++) {
        double f[4], ratio;
        if (at->number[c] >= 0) {
            HP_CALL(regular_waves(at, c, r, f, err));
            chi[c] = at->y[at->number[c]] * f[0] + at->tail[c] * f[2];
        } else {
            HP_CALL(tail_ratio(at, c, start, r, &ratio, err));
            chi[c] = left[c] * ratio;
        }
    }
    return HP_OK;
}

/* A panel from r on: short beside the source, the waves, and r, where C_l ~ r^-l. */
static double panel_length(const arrival *at, double r) {
    double h = fmin(at->source->radius, r);
    for (int c = 0; c < at->channels->ncomponent; c++) {
        double k = sqrt(fabs(at->T->k2[c]));
        double beta = at->channels->coulomb[at->channels->component[c].pair].strength;
        bool gone = at->number[c] < 0 && k * (r - at->grid->range) > EXPONENT;
        if (!gone) h = fmin(h, TURN / (k + fabs(beta)));
    }
    return h;
}

static hp_status outside(const arrival *at, double *X, hp_error *err) {
    double r = at->grid->range, end = hypot(r, 2.0 * sqrt(EXPONENT) * at->source->radius);
    double complex left[MOST], chi[MOST];
    for (int c = 0; c < MOST; c++) left[c] = at->tail[c];
    while (r < end) {
        double h = panel_length(at, r), stop = h < end - r ? r + h : end;
        for (size_t i = 0; i < NODES; i++) {
            double x, weight;
            gsl_integration_glfixed_point(r, stop, i, &x, &weight, at->nodes);
            HP_CALL(outer_wave(at, r, x, left, chi, err));
            HP_CALL(add(at, x, weight, chi, X, err));
        }
        HP_CALL(outer_wave(at, r, stop, left, chi, err));
        for (int c = 0; c < at->channels->ncomponent; c++) left[c] = chi[c];
        r = stop;
    }
    return HP_OK;
}

hp_status hp_coupled_femto_excess(const hp_quadrature *grid, const hp_channels *channels,
                                  const hp_femto_channels *source, const hp_tmatrix *T,
                                  const double *wave, double *X, hp_error *err) {
    hp_status status = HP_OK;
    arrival at = {.grid = grid, .channels = channels, .source = source, .T = T, .wave = wave};
    double within = 0.0, beyond = 0.0;
    HP_TRY(check_source(channels, source, err));
    HP_TRY(arrive(&at, err));
    HP_TRY(inside(&at, &within, err));
    HP_TRY(outside(&at, &beyond, err));
    *X = within + beyond;
    HP_CHECK(isfinite(*X), HP_ERR_NUMERIC, "no correlation at E = %g for a source of radius %g",
             T->energy, source->radius);
cleanup:
    if (at.nodes != NULL) gsl_integration_glfixed_table_free(at.nodes);
    return status;
}
