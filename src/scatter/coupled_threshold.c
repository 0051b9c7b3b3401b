// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering lengths and effective ranges from T at a threshold and its exact derivative;
 * docs/method-channels.md, "Thresholds". */
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "coupled_private.h"
#include "hadpot/riccati.h"

/* Columns in solver->u, Green functions and diagonal of A at the lowest threshold. */
typedef struct threshold {
    hp_tmatrix T; /* against free waves */
    bool reduced; /* by reduced solutions, not by LU factors */
    double edge[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS]; /* (nopen, N) u at the end of the range */
} threshold;

/* Sums of w x y. */
static double weighted_sum(const hp_quadrature *grid, const double *x, const double *y) {
    double sum = 0.0;
    for (int i = 0; i < grid->n; i++) sum += grid->weight[i] * x[i] * y[i];
    return sum;
}

/* integral[i] = int_0^r_i f F dr by the product rule. */
static void integrate(const hp_quadrature *grid, const double *f, const double *F,
                      double *integral) {
    int order = grid->order;
    double before = 0.0;
    for (int panel = 0; panel < grid->panels; panel++) {
        double length = hp_quadrature_panel_length(grid, panel), all = 0.0;
        const double *at = f + (ptrdiff_t)panel * order, *Fat = F + (ptrdiff_t)panel * order;
        double *here = integral + (ptrdiff_t)panel * order;
        for (int i = 0; i < order; i++) {
            here[i] = before;
            for (int j = 0; j < order; j++)
                here[i] += length * grid->left[i * order + j] * at[j] * Fat[j];
            all += grid->weight[panel * order + i] * at[i] * Fat[i];
        }
        before += all;
    }
}

/* Of an open component: 2 <S', F> (if it is the component of T) - 2 int F [C' int_0^r S F + C
 * int_0^r S' F], primes d/dk^2: S_l' = -(r/2) S_(l+1), C_l' = (r/2) C_(l-1), C_(-1) = -S_0. */
static double open_part(hp_coupled *solver, int c, double k2, bool own, const double *F) {
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, l = solver->channels.component[c].l;
    double *d_S = solver->work, *d_C = d_S + n, *SF = d_C + n, *d_SF = SF + n, f[4];
    const double *S = solver->pair + (ptrdiff_t)2 * c * n, *C = S + n;
    for (int i = 0; i < n; i++) {
        double r = grid->r[i];
        hp_riccati(l + 1, k2, r, f);
        d_S[i] = -0.5 * r * f[0];
        hp_riccati(l > 0 ? l - 1 : 0, k2, r, f);
        d_C[i] = 0.5 * r * (l > 0 ? f[2] : -f[0]);
    }
    integrate(grid, S, F, SF);
    integrate(grid, d_S, F, d_SF);
    double sum = own ? 2.0 * weighted_sum(grid, d_S, F) : 0.0;
    for (int i = 0; i < n; i++)
        sum -= 2.0 * grid->weight[i] * F[i] * (d_C[i] * SF[i] + C[i] * d_SF[i]);
    return sum;
}

/* Of an open one that is -T C beyond the force, l > 0: -int u^2 - T^2 (C dC'/dk^2 - C' dC/dk^2) at
 * the end of the range, which takes no product of C, steep at the origin, with a sum from there. */
static double other_part(const hp_coupled *solver, int c, double k2, double T, const double *u) {
    const hp_quadrature *grid = &solver->grid;
    int l = solver->channels.component[c].l;
    double R = grid->range, f[4], below[4];
    hp_riccati(l, k2, R, f);
    hp_riccati(l - 1, k2, R, below);
    double d_C = 0.5 * R * below[2], d_C1 = 0.5 * (below[2] + R * below[3]);
    return -weighted_sum(grid, u, u) - T * T * (f[2] * d_C1 - f[3] * d_C);
}

/* gamma = -H'/H: d(gamma)/dk^2 with dH_l/dk^2 = (r/2) H_(l-1), H_(-1) = H_0/kappa. */
static double decay_slope(int l, double kappa, double R) {
    double h[2], below[2];
    hp_riccati_decaying(l, kappa, R, R, h);
    hp_riccati_decaying(l > 0 ? l - 1 : 0, kappa, R, R, below);
    double unit = l > 0 ? 1.0 : kappa;
    double d_H = 0.5 * R * below[0] / unit, d_H1 = 0.5 * (below[0] + R * below[1]) / unit;
    return (d_H * h[1] / h[0] - d_H1) / h[0];
}

/* Of a closed one, whose wave is `edge` at the end of the range. */
static double closed_part(const hp_coupled *solver, int c, double k2, const double *u,
                          double edge) {
    const hp_quadrature *grid = &solver->grid;
    double slope = decay_slope(solver->channels.component[c].l, sqrt(-k2), grid->range);
    return slope * edge * edge - weighted_sum(grid, u, u);
}

/* u_c(R) = -int P_0 F_c of LU factors; that of reduced solutions is at hand. */
static double edge_of(const hp_coupled *solver, const threshold *at, int b, int c,
                      const double *F) {
    const hp_quadrature *grid = &solver->grid;
    if (at->reduced) return at->edge[b * solver->ncomponent + c];
    return -weighted_sum(grid, grid->r, F) / (1.0 + solver->gamma[c] * grid->range);
}

static double part_of(hp_coupled *solver, const threshold *at, int b, int c, const double *u,
                      const double *F) {
    const hp_tmatrix *T = &at->T;
    bool own = c == T->open[b], steep = solver->channels.component[c].l > 0;
    if (T->k2[c] < 0.0) return closed_part(solver, c, T->k2[c], u, edge_of(solver, at, b, c, F));
    if (own || !steep || !at->reduced) return open_part(solver, c, T->k2[c], own, F);
    int a = 0;
    while (T->open[a] != c) a++;
    return other_part(solver, c, T->k2[c], T->T[a * T->nopen + b], u);
}

/* dT_bb/dE for column b. Of LU factors it is the derivative of the discrete T, with A and the Green
 * functions symmetric; of reduced solutions that of the integral equation which their waves
 * fulfil. */
static double t_slope(hp_coupled *solver, const threshold *at, int b) {
    const hp_tmatrix *T = &at->T;
    const hp_quadrature *grid = &solver->grid;
    int n = grid->n, size = solver->size;
    const double *u = solver->u + (ptrdiff_t)b * size;
    double *F = solver->force, sum = 0.0;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, size, size, 1.0, solver->A, size, u, 1, 0.0, F, 1);
    for (int c = 0; c < solver->ncomponent; c++) {
        int pair = solver->channels.component[c].pair;
        const double *uc = u + (ptrdiff_t)c * n, *Fc = F + (ptrdiff_t)c * n;
        double part = part_of(solver, at, b, c, uc, Fc);
        for (int i = 0; solver->has_slope && i < n; i++)
            part += grid->weight[i] * solver->slope[i] * uc[i] * uc[i];
        sum += part * creal(hp_channels_k2_slope(&solver->channels, pair, T->energy));
    }
    return sum;
}

/* The open component of the lowest l at the lowest threshold. */
static int lowest_component(const hp_coupled *solver, const hp_tmatrix *T) {
    const hp_component *component = solver->channels.component;
    int best = 0;
    for (int a = 1; a < T->nopen; a++)
        if (component[T->open[a]].l < component[T->open[best]].l) best = a;
    return best;
}

typedef struct edge_context {
    hp_coupled *solver;
    int component;
} edge_context;

/* u = phi - T theta of l = 0 has the same K = -1/T as the component, which is all that is asked. */
static hp_status edge_at(double k2, double *u, double *d_u, void *context, hp_error *err) {
    const edge_context *of = context;
    const hp_channels *channels = &of->solver->channels;
    int pair = channels->component[of->component].pair, a = 0;
    hp_tmatrix T;
    double f[4];
    HP_CALL(hp_coupled_solve(of->solver, hp_channels_energy(channels, pair, k2), &T, NULL, err));
    while (T.open[a] != of->component) a++;
    HP_CALL(
        hp_coulomb_functions(channels->coulomb[pair].strength, k2, of->solver->grid.range, f, err));
    *u = f[0] - T.T[(ptrdiff_t)a * (T.nopen + 1)] * f[2];
    *d_u = f[1] - T.T[(ptrdiff_t)a * (T.nopen + 1)] * f[3];
    return HP_OK;
}

/* By reduced solutions where the caller wants these and they exist. */
static hp_status solve_threshold(hp_coupled *solver, threshold *at, hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    hp_tmatrix green;
    *at = (threshold){0};
    if (solver->reduced != NULL) {
        hp_status status = hp_coupled_solve_reduced(solver, 0.0, &at->T, solver->u, &trouble);
        at->reduced = status == HP_OK;
        if (status != HP_OK && status != HP_ERR_NUMERIC) {
            if (err != NULL) *err = trouble;
            return status;
        }
    }
    if (!at->reduced) return hp_coupled_solve_lu(solver, 0.0, &at->T, err);
    hp_coupled_reduced_edges(solver, &at->T, at->edge);
    return hp_coupled_fill_green(solver, 0.0, &green, err);
}

hp_status hp_coupled_threshold(hp_coupled *solver, double *scattering_length,
                               double *effective_range, hp_error *err) {
    threshold at;
    HP_CALL(solve_threshold(solver, &at, err));
    const hp_tmatrix *T = &at.T;
    HP_REQUIRE(T->nopen > 0, HP_ERR_NUMERIC, "no component is open at the lowest threshold");
    int b = lowest_component(solver, T), pair = solver->channels.component[T->open[b]].pair;
    double strength = solver->channels.coulomb[pair].strength;
    edge_context context = {solver, T->open[b]};
    if (solver->charged)
        return hp_coulomb_threshold(strength, solver->grid.range, edge_at, &context,
                                    scattering_length, effective_range, err);
    double a = T->T[(ptrdiff_t)b * (T->nopen + 1)], per_energy = t_slope(solver, &at, b);
    double slope = per_energy / creal(hp_channels_k2_slope(&solver->channels, pair, 0.0));
    HP_REQUIRE(isfinite(slope), HP_ERR_NUMERIC, "the effective range is not finite");
    *scattering_length = a;
    *effective_range = a != 0.0 ? 2.0 * (slope / a) / a : INFINITY; /* a * a could overflow */
    return HP_OK;
}

/* x = T_cc - T_cl X, (1 + Q T_ll) X = Q T_lc, Q = g + i P of the components l that were open
 * before: outgoing waves there, C_l k^l (G + i F) = theta + (g + i P) phi. */
static hp_status length_of(const hp_channels *channels, const hp_tmatrix *T, int at,
                           double complex *length, hp_error *err) {
    enum { MOST = HP_MOST_COMPONENTS };
    double complex left[MOST * MOST], x[MOST];
    lapack_int pivot[MOST];
    int m = T->nopen, open[MOST], n = 0;
    for (int a = 0; a < m; a++)
        if (T->k2[T->open[a]] > 0.0) open[n++] = a;
    for (int i = 0; i < n; i++) {
        hp_component of = channels->component[T->open[open[i]]];
        double P, g;
        hp_coulomb_barrier(of.l, channels->coulomb[of.pair].strength, T->k2[T->open[open[i]]], &P,
                           &g);
        for (int j = 0; j < n; j++) /* by columns */
            left[j * n + i] = (i == j) + (g + I * P) * T->T[open[i] * m + open[j]];
        x[i] = (g + I * P) * T->T[open[i] * m + at];
    }
    *length = T->T[at * m + at];
    if (n == 0) return HP_OK;
    int info = LAPACKE_zgesv_work(LAPACK_COL_MAJOR, n, 1, left, n, pivot, x, n);
    HP_REQUIRE(info == 0, HP_ERR_NUMERIC, "no scattering length at the threshold E = %g",
               T->energy);
    for (int i = 0; i < n; i++) *length -= T->T[at * m + open[i]] * x[i];
    return HP_OK;
}

hp_status hp_coupled_threshold_of(hp_coupled *solver, int component, double complex *length,
                                  hp_error *err) {
    hp_tmatrix T;
    const hp_channels *channels = &solver->channels;
    HP_REQUIRE(component >= 0 && component < solver->ncomponent, HP_ERR_INPUT,
               "component %d of %d does not exist", component + 1, solver->ncomponent);
    double energy = channels->threshold[channels->component[component].pair];
    HP_CALL(hp_coupled_solve(solver, energy, &T, NULL, err));
    for (int a = 0; a < T.nopen; a++)
        if (T.open[a] == component) return length_of(channels, &T, a, length, err);
    return HP_FAIL(HP_ERR_NUMERIC, "component %d is not open at its threshold", component + 1);
}
