// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/coupled_femtoscopy.h"
#include <math.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
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
    double complex y[MOST];    /* chi = sum_b y_b chi^b, b open */
    double complex tail[MOST]; /* beyond the range: of C_c, open, or of H_c(r)/H_c(R), closed */
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
        HP_REQUIRE(channels->coulomb[channels->component[c].pair].strength == 0.0, HP_ERR_INPUT,
                   "correlation functions of coupled components are for uncharged pairs, but pair "
                   "%d has charges",
                   channels->component[c].pair + 1);
    }
    return HP_OK;
}

/* y_b = k_b^(l_b+1/2) [(1 - iK)^-1]_b1, (1 - iK)^-1 = sum_e v_e cos(d_e) exp(i d_e) v_e^T. */
static hp_status amplitudes(arrival *at, hp_error *err) {
    hp_phases phases;
    int n = at->T->nopen, first = at->number[at->source->observed];
    HP_CALL(hp_phases_of_t(at->channels, at->T, &phases, err));
    for (int b = 0; b < n; b++) {
        int c = at->T->open[b];
        at->y[b] = 0.0;
        for (int e = 0; e < n; e++) {
            double d = phases.eigenphase[e];
            double v = phases.vector[e * n + b] * phases.vector[e * n + first];
            at->y[b] += v * cos(d) * CMPLX(cos(d), sin(d));
        }
        at->y[b] *= pow(at->T->k2[c], 0.5 * at->channels->component[c].l + 0.25);
    }
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

/* 4 pi S(r) [sum_c factor_c |chi_c|^2 - (j_l/k)^2] */
static double integrand(const arrival *at, double r, const double complex *chi) {
    double f[4], x = 0.5 * r / at->source->radius, sum = 0.0;
    int one = at->source->observed, l = at->channels->component[one].l;
    hp_riccati(l, at->k * at->k, r, f);
    for (int c = 0; c < at->channels->ncomponent; c++)
        sum += at->factor[c] * (gsl_pow_2(creal(chi[c])) + gsl_pow_2(cimag(chi[c])));
    double free = f[0] * gsl_pow_int(at->k, l);
    return exp(-x * x) / (2.0 * sqrt(M_PI) * gsl_pow_3(at->source->radius)) * (sum - free * free);
}

/* Within the range; panels too long for the source are cut, and the wave is interpolated. */
static double inside(const arrival *at) {
    const hp_quadrature *grid = at->grid;
    double complex chi[MOST];
    double X = 0.0, one = 1.0, h = 2.0 * at->source->radius;
    for (int panel = 0; panel < grid->panels; panel++) {
        double start = grid->edge[panel], stop = grid->edge[panel + 1];
        bool cut = hp_quadrature_panel_length(grid, panel) > h;
        for (int i = panel * grid->order; i < (panel + 1) * grid->order && !cut; i++) {
            for (int c = 0; c < at->channels->ncomponent; c++)
                chi[c] = inner_wave(at, c, i, &one, 1);
            X += grid->weight[i] * integrand(at, grid->r[i], chi);
        }
        double end = fmin(stop, hypot(start, sqrt(EXPONENT) * h));
        for (; cut && start < end; start += h)
            for (size_t i = 0; i < NODES; i++) {
                double r, weight, coefficient[HP_MAX_ORDER];
                gsl_integration_glfixed_point(start, fmin(start + h, end), i, &r, &weight,
                                              at->nodes);
                int first = hp_quadrature_interpolate(grid, r, coefficient);
                for (int c = 0; c < at->channels->ncomponent; c++)
                    chi[c] = inner_wave(at, c, first, coefficient, grid->order);
                X += weight * integrand(at, r, chi);
            }
    }
    return X;
}

static void outer_wave(const arrival *at, double r, double complex *chi) {
    double range = at->grid->range;
    for (int c = 0; c < at->channels->ncomponent; c++) {
        int l = at->channels->component[c].l, a = at->number[c];
        double f[4], here[2], edge[2], kappa = sqrt(fabs(at->T->k2[c]));
        if (a >= 0) {
            hp_riccati(l, at->T->k2[c], r, f);
            chi[c] = at->y[a] * f[0] + at->tail[c] * f[2];
        } else {
            hp_riccati_decaying(l, kappa, r, range, here);
            hp_riccati_decaying(l, kappa, range, range, edge);
            chi[c] = at->tail[c] * here[0] / edge[0];
        }
    }
}

/* A panel from r on: short beside the source, the waves, and r, where C_l ~ r^-l. */
static double panel_length(const arrival *at, double r) {
    double h = fmin(at->source->radius, r);
    for (int c = 0; c < at->channels->ncomponent; c++) {
        double k = sqrt(fabs(at->T->k2[c]));
        bool gone = at->number[c] < 0 && k * (r - at->grid->range) > EXPONENT;
        if (!gone) h = fmin(h, TURN / k);
    }
    return h;
}

static double outside(const arrival *at) {
    double X = 0.0, r = at->grid->range, end = hypot(r, 2.0 * sqrt(EXPONENT) * at->source->radius);
    while (r < end) {
        double h = fmin(panel_length(at, r), end - r);
        for (size_t i = 0; i < NODES; i++) {
            double x, weight;
            double complex chi[MOST];
            gsl_integration_glfixed_point(r, r + h, i, &x, &weight, at->nodes);
            outer_wave(at, x, chi);
            X += weight * integrand(at, x, chi);
        }
        r = h < end - r ? r + h : end;
    }
    return X;
}

hp_status hp_coupled_femto_excess(const hp_quadrature *grid, const hp_channels *channels,
                                  const hp_femto_channels *source, const hp_tmatrix *T,
                                  const double *wave, double *X, hp_error *err) {
    hp_status status = HP_OK;
    arrival at = {.grid = grid, .channels = channels, .source = source, .T = T, .wave = wave};
    HP_TRY(check_source(channels, source, err));
    HP_TRY(arrive(&at, err));
    *X = inside(&at) + outside(&at);
    HP_CHECK(isfinite(*X), HP_ERR_NUMERIC, "no correlation at E = %g for a source of radius %g",
             T->energy, source->radius);
cleanup:
    if (at.nodes != NULL) gsl_integration_glfixed_table_free(at.nodes);
    return status;
}
