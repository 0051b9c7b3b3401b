// SPDX-License-Identifier: GPL-3.0-or-later
/* T and waves at any energy from few factors; docs/method-channels-bound.md, "One basis for all
 * energies". */
#include "coupled_reduced.h"
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "hadpot/interaction.h"
#include "hadpot/riccati.h"

/* Open waves at an energy: values and slopes at the end of the range. */
typedef struct edge_waves {
    double S[HP_MOST_COMPONENTS], d_S[HP_MOST_COMPONENTS];
    double C[HP_MOST_COMPONENTS], d_C[HP_MOST_COMPONENTS];
    double gamma[HP_MOST_COMPONENTS]; /* of closed components */
} edge_waves;

/* One more column of H: X of the next vector. */
static hp_status extend(hp_coupled *solver, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int size = solver->size, n = solver->grid.n;
    const double *v = reduced->basis + (ptrdiff_t)reduced->size * reduced->length, *phi = v + size;
    double *z = reduced->vector + size, *next = z + size, *f = next + size;
    double W = reduced->lowest + reduced->centre;
    for (int i = 0; i < size; i++) {
        f[i] = reduced->slope[i / n] * v[i];
        if (!reduced->doubled) continue;
        f[i] += reduced->mixed[i / n] * phi[i];
        next[i] = (v[i] - phi[i]) / (W * W);
    }
    hp_coupled_form_moment(solver, f, z);
    HP_CALL(hp_reduced_apply(solver, z, err));
    hp_reduced_add(solver, z, reduced->doubled ? next : NULL, reduced->H + reduced->size,
                   reduced->most);
    reduced->size++;
    return HP_OK;
}

/* The centre that reaches on from an energy which the one so far does not reach: further ahead at
 * first, then the energy itself. */
static double next_centre(const hp_coupled *solver, double energy, bool moved) {
    const struct hp_coupled_reduced *reduced = solver->reduced;
    const hp_channels *channels = &solver->channels;
    int lowest = hp_coupled_lowest_pair(channels);
    double k = sqrt(hp_channels_k2(channels, lowest, energy)) + 6.0 * M_PI / solver->grid.range;
    return moved ? energy : fmin(hp_channels_energy(channels, lowest, k * k), reduced->highest);
}

/* t of an energy. */
static double shift_of(const hp_coupled *solver, double energy) {
    const struct hp_coupled_reduced *reduced = solver->reduced;
    double centre = reduced->centre;
    if (reduced->doubled) return (energy - centre) * (2.0 * reduced->lowest + energy + centre);
    return (hp_coupled_k2(solver, 0, energy) - reduced->k2[0]) / reduced->slope[0];
}

static hp_status solve_at(hp_coupled *solver, double energy, bool *solved, double *determinant,
                          hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    double t = shift_of(solver, energy);
    *solved = false;
    for (;;) {
        if (reduced->size >= solver->ncomponent || reduced->size == reduced->have) {
            HP_CALL(hp_reduced_solve_small(solver, t, determinant, err));
            *solved = hp_reduced_is_solved(solver, t);
        }
        *determinant *= reduced->sign;
        if (*solved || reduced->size == reduced->most || reduced->size == reduced->have)
            return HP_OK;
        HP_CALL(extend(solver, err));
    }
}

/* Whether k^2 of the components are different functions of W, since their masses differ
 * differently, and W - E, which must be the same for all. */
static hp_status compare_momenta(const hp_channels *channels, bool *different, double *lowest,
                                 hp_error *err) {
    double first = 0.0;
    *different = false;
    *lowest = channels->lowest;
    for (int c = 0; c < channels->ncomponent && channels->kinematics == HP_RELATIVISTIC; c++) {
        int pair = channels->component[c].pair;
        const double *mass = channels->pair[pair].mass;
        double difference = fabs((mass[0] - mass[1]) * (mass[0] + mass[1]));
        double rest = mass[0] + mass[1] - channels->threshold[pair];
        if (c == 0) {
            first = difference;
            *lowest = rest;
        }
        *different |= fabs(difference - first) > DBL_EPSILON * fmax(difference, first);
        HP_REQUIRE(fabs(rest - *lowest) <= 16.0 * DBL_EPSILON * (mass[0] + mass[1]), HP_ERR_NUMERIC,
                   "the threshold of pair %d is not that of its masses", pair + 1);
    }
    return HP_OK;
}

/* c at an energy, with another centre where the basis is full. */
static hp_status cover(hp_coupled *solver, double energy, double *determinant, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    bool solved = false;
    if (reduced->version != solver->version) {
        reduced->ready = false;
        reduced->highest = 0.0;
        HP_CALL(compare_momenta(&solver->channels, &reduced->doubled, &reduced->lowest, err));
        reduced->length = reduced->doubled ? 2 * solver->size : solver->size;
        reduced->version = solver->version;
    }
    reduced->highest = fmax(reduced->highest, energy);
    if (!reduced->ready) HP_CALL(hp_reduced_start(solver, 0.5 * reduced->highest, err));
    HP_CALL(solve_at(solver, energy, &solved, determinant, err));
    for (int moved = 0; !solved && moved < 2; moved++) {
        HP_CALL(hp_reduced_start(solver, next_centre(solver, energy, moved > 0), err));
        HP_CALL(solve_at(solver, energy, &solved, determinant, err));
    }
    HP_REQUIRE(solved, HP_ERR_NUMERIC, "%d vectors do not hold the solution at E = %g",
               reduced->size, energy);
    return HP_OK;
}

/* force[a N + s] = int S_a (A chi^s)_a over open a. */
static void integrate_force(const hp_coupled *solver, const hp_tmatrix *T, edge_waves *waves,
                            double *force) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    const hp_quadrature *grid = &solver->grid;
    int N = solver->ncomponent, n = grid->n, size = solver->size;
    double f[4], *S = reduced->vector;
    for (int a = 0; a < T->nopen; a++) {
        int of = T->open[a], l = solver->channels.component[of].l;
        for (int i = 0; i < n; i++) {
            hp_riccati(l, T->k2[of], grid->r[i], f);
            S[i] = f[0];
        }
        cblas_dgemv(CblasRowMajor, CblasNoTrans, reduced->size, n, 1.0,
                    reduced->force + (ptrdiff_t)of * n, size, S, 1, 0.0, reduced->share, 1);
        for (int s = 0; s < N; s++)
            force[a * N + s] = cblas_ddot(reduced->size, reduced->share, 1,
                                          reduced->c + (ptrdiff_t)s * reduced->most, 1);
        hp_riccati(l, T->k2[of], grid->range, f);
        waves->S[of] = f[0];
        waves->d_S[of] = f[1];
        waves->C[of] = f[2];
        waves->d_C[of] = f[3];
    }
}

/* B X = e_b with B_cs = chi' C - chi C' of chi^s in open c, chi' + gamma chi in closed c, so that
 * the columns sum_s chi^s X_sb go over into S_a delta_ab - T_ab C_a and into decaying waves. */
static hp_status match(const hp_coupled *solver, const hp_tmatrix *T, const edge_waves *waves,
                       double *X, double *determinant, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent;
    lapack_int pivot[HP_MOST_COMPONENTS];
    double B[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS] = {0.0}, largest = 0.0;
    for (int s = 0; s < N; s++) {
        double edge[HP_MOST_COMPONENTS];
        cblas_dgemv(CblasRowMajor, CblasTrans, reduced->size, N, 1.0, reduced->edge, N,
                    reduced->c + (ptrdiff_t)s * reduced->most, 1, 0.0, edge, 1);
        for (int c = 0; c < N; c++) {
            double slope = (c == s ? 1.0 : 0.0) - reduced->gamma[c] * edge[c];
            B[s * N + c] = T->k2[c] < 0.0 ? slope + waves->gamma[c] * edge[c]
                                          : slope * waves->C[c] - edge[c] * waves->d_C[c];
        }
    }
    for (int i = 0; i < N * N; i++) largest = fmax(largest, fabs(B[i]));
    int info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, N, N, B, N, pivot);
    HP_REQUIRE(info >= 0, HP_ERR_LIBRARY, "dgetrf: argument %d is wrong", -info);
    for (int c = 0; c < N; c++) {
        double *diagonal = &B[(ptrdiff_t)c * (N + 1)];
        if (*diagonal == 0.0) *diagonal = DBL_EPSILON * largest;
        if ((*diagonal < 0.0) != (pivot[c] != c + 1)) *determinant = -*determinant;
    }
    for (int b = 0; b < T->nopen; b++)
        for (int c = 0; c < N; c++) X[b * N + c] = c == T->open[b] ? 1.0 : 0.0;
    info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, 'N', N, T->nopen, B, N, pivot, X, N);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
    return HP_OK;
}

/* Columns sum_s chi^s X_sb at the end of the range. */
static void keep_edges(const hp_coupled *solver, const hp_tmatrix *T, const double *X) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent;
    double edge[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS]; /* (s, c) */
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, reduced->size, 1.0, reduced->c,
                reduced->most, reduced->edge, N, 0.0, edge, N);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, T->nopen, N, N, 1.0, X, N, edge, N, 0.0,
                reduced->at_end, N);
}

void hp_coupled_reduced_edges(const hp_coupled *solver, const hp_tmatrix *T, double *edge) {
    size_t count = (size_t)T->nopen * (size_t)solver->ncomponent;
    memcpy(edge, solver->reduced->at_end, count * sizeof *edge);
}

/* The same at the nodes. */
static void fill_waves(const hp_coupled *solver, const hp_tmatrix *T, const double *X,
                       double *wave) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, m = reduced->size, size = solver->size;
    for (int b = 0; b < T->nopen; b++) {
        for (int j = 0; j < m; j++)
            reduced->share[j] =
                cblas_ddot(N, reduced->c + j, reduced->most, X + (ptrdiff_t)b * N, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, m, size, 1.0, reduced->basis, reduced->length,
                    reduced->share, 1, 0.0, wave + (ptrdiff_t)b * size, 1);
    }
}

static hp_status place_energy(const hp_coupled *solver, double energy, hp_tmatrix *T,
                              edge_waves *waves, hp_error *err) {
    HP_REQUIRE(isfinite(energy) && energy >= 0.0, HP_ERR_INPUT,
               "scattering needs an energy above the lowest threshold, found %g", energy);
    *T = (hp_tmatrix){.energy = energy};
    for (int c = 0; c < solver->ncomponent; c++) {
        double k2 = T->k2[c] = hp_coupled_k2(solver, c, energy);
        if (k2 < 0.0) {
            HP_CALL(hp_coupled_decay(solver, c, sqrt(-k2), &waves->gamma[c], err));
        } else {
            HP_CALL(hp_interaction_check_momentum(&solver->grid, k2, err));
            T->open[T->nopen++] = c;
        }
    }
    return HP_OK;
}

hp_status hp_coupled_solve_reduced(hp_coupled *solver, double energy, hp_tmatrix *T, double *wave,
                                   hp_error *err) {
    double force[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS],
        all[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double X[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    edge_waves waves = {0};
    int N = solver->ncomponent;
    HP_CALL(hp_coupled_form_prepare(solver, err));
    HP_REQUIRE(!solver->has_slope && solver->bound->largest < 1.0 / DBL_EPSILON, HP_ERR_NUMERIC,
               "no reduced solutions with a slope or where rounding decides what waves do");
    hp_coupled_set_diagonal(solver, 0.0, NULL); /* others leave theirs there */
    HP_CALL(place_energy(solver, energy, T, &waves, err));
    HP_CALL(cover(solver, energy, &T->sign, err));
    integrate_force(solver, T, &waves, force);
    HP_CALL(match(solver, T, &waves, X, &T->sign, err));
    int m = T->nopen;
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) {
            all[a * m + b] = cblas_ddot(N, force + (ptrdiff_t)a * N, 1, X + (ptrdiff_t)b * N, 1);
            HP_REQUIRE(isfinite(all[a * m + b]), HP_ERR_NUMERIC,
                       "the scattering solution at E = %g is not finite", energy);
        }
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++) T->T[a * m + b] = 0.5 * (all[a * m + b] + all[b * m + a]);
    keep_edges(solver, T, X);
    if (wave != NULL) fill_waves(solver, T, X, wave);
    return HP_OK;
}
