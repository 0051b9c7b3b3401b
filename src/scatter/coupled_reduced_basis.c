// SPDX-License-Identifier: GPL-3.0-or-later
/* The basis of reduced solutions: factors at a centre, vectors orthogonal to each other. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <cblas.h>
#include <gsl/gsl_math.h>
#include "coupled_reduced.h"
#include "factors.h"
#include "hadpot/memory.h"

/* A centre is good when columns there are not this many times larger than the condition at the end
 * of the range asks for: close to a state of that condition one digit is lost for each factor of
 * ten. */
static const double LARGEST_EDGE = 16.0;

hp_status hp_reduced_apply(hp_coupled *solver, double *z, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int info = LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, 'N', solver->size, 1, reduced->factor,
                                   solver->size, reduced->pivot, z, solver->size);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dgetrs: argument %d is wrong", -info);
    return HP_OK;
}

/* Gram-Schmidt, twice since once leaves what rounding has mixed in. Returns what is left. */
static double orthogonalise(hp_coupled *solver, double *v, double *edge, double *column,
                            int stride) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int length = reduced->length, have = reduced->have, N = solver->ncomponent;
    double *scaled = reduced->scaled, before = 0.0, rest = 0.0;
    for (int i = 0; i < length; i++) before += reduced->metric[i] * v[i] * v[i];
    for (int j = 0; j < have; j++) column[(ptrdiff_t)j * stride] = 0.0;
    for (int pass = 0; pass < 2 && have > 0; pass++) {
        for (int i = 0; i < length; i++) scaled[i] = reduced->metric[i] * v[i];
        cblas_dgemv(CblasRowMajor, CblasNoTrans, have, length, 1.0, reduced->basis, length, scaled,
                    1, 0.0, reduced->share, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, have, length, -1.0, reduced->basis, length,
                    reduced->share, 1, 1.0, v, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, have, N, -1.0, reduced->edge, N, reduced->share, 1,
                    1.0, edge, 1);
        for (int j = 0; j < have; j++) column[(ptrdiff_t)j * stride] += reduced->share[j];
    }
    for (int i = 0; i < length; i++) rest += reduced->metric[i] * v[i] * v[i];
    return sqrt(rest) > length * DBL_EPSILON * sqrt(before) ? sqrt(rest) : 0.0;
}

void hp_reduced_add(hp_coupled *solver, const double *z, const double *phi, double *column,
                    int stride) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int size = solver->size, n = solver->grid.n, N = solver->ncomponent, have = reduced->have;
    double *v = reduced->basis + (ptrdiff_t)have * reduced->length;
    double *edge = reduced->edge + (ptrdiff_t)have * N;
    double *force = reduced->force + (ptrdiff_t)have * size;
    hp_coupled_form_wave(solver, z, v, edge);
    for (int i = size; i < reduced->length; i++) v[i] = phi != NULL ? phi[i - size] : 0.0;
    double rest = orthogonalise(solver, v, edge, column, stride);
    column[(ptrdiff_t)have * stride] = rest;
    if (rest == 0.0) return; /* the space is complete */
    cblas_dscal(reduced->length, 1.0 / rest, v, 1);
    cblas_dscal(N, 1.0 / rest, edge, 1);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, size, size, 1.0, solver->A, size, v, 1, 0.0, force, 1);
    for (int i = 0; i < size; i++) force[i] *= solver->grid.weight[i % n];
    reduced->have++;
}

/* LU of F_0, which is symmetric: there are no fast triangles for blocks of two. */
static hp_status factorise(hp_coupled *solver, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int size = solver->size;
    hp_coupled_form_at(solver, reduced->k2, reduced->gamma, reduced->factor);
    HP_CALL(hp_factorise(size, reduced->factor, reduced->pivot, err));
    reduced->sign = hp_factors_sign(size, reduced->factor, reduced->pivot);
    return HP_OK;
}

/* k^2 and the condition at the end of the range: that of the tail in closed components. */
static hp_status place_centre(hp_coupled *solver, double energy, bool bent, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int n = solver->grid.n;
    double edge = solver->grid.range;
    reduced->centre = energy;
    for (int c = 0; c < solver->ncomponent; c++) {
        hp_component of = solver->channels.component[c];
        double k2 = reduced->k2[c] = hp_coupled_k2(solver, c, energy);
        reduced->gamma[c] = bent ? fmax(1.0 / edge, sqrt(fmax(k2, 0.0))) : 0.0;
        if (k2 < 0.0) HP_CALL(hp_coupled_decay(solver, c, sqrt(-k2), &reduced->gamma[c], err));
        reduced->gamma[c] = fmax(reduced->gamma[c], 0.0); /* attractive charges; F stays positive */
        const hp_pair *pair = &solver->channels.pair[of.pair];
        bool linear = solver->channels.kinematics == HP_NONRELATIVISTIC;
        reduced->slope[c] = linear ? 2.0 * pair->mu : 1.0;
        reduced->mixed[c] = 0.0;
        if (reduced->doubled) {
            double W = reduced->lowest + energy;
            double m1 = pair->mass[0] / W, m2 = pair->mass[1] / W;
            reduced->mixed[c] = 0.25 * gsl_pow_2((m1 - m2) * (m1 + m2));
            reduced->slope[c] = 0.25 - reduced->mixed[c];
        }
        for (int i = 0; i < n; i++) {
            double weight = solver->grid.weight[i];
            reduced->metric[c * n + i] = reduced->doubled ? weight : weight * reduced->slope[c];
            reduced->metric[solver->size + c * n + i] = weight;
        }
    }
    return HP_OK;
}

/* The columns at the centre begin the basis. largest: of chi and chi' at the end of the range, over
 * what is asked for. */
static hp_status take_columns(hp_coupled *solver, double *largest, hp_error *err) {
    struct hp_coupled_reduced *reduced = solver->reduced;
    int N = solver->ncomponent, n = solver->grid.n, size = solver->size;
    double *z = reduced->vector + size, *chi = z + size, edge[HP_MOST_COMPONENTS];
    *largest = 0.0;
    reduced->size = reduced->have = 0;
    memset(reduced->source, 0, (size_t)N * (size_t)(reduced->most + N) * sizeof *z);
    for (int s = 0; s < N; s++) {
        memset(z, 0, (size_t)size * sizeof *z);
        memcpy(z + (ptrdiff_t)s * n, solver->bound->root, (size_t)n * sizeof *z);
        HP_CALL(hp_reduced_apply(solver, z, err));
        hp_coupled_form_wave(solver, z, chi, edge);
        for (int c = 0; c < N; c++) {
            double k = fmax(1.0 / solver->grid.range, sqrt(fabs(reduced->k2[c])));
            double bend = (c == s ? 1.0 : 0.0) - reduced->gamma[c] * edge[c];
            *largest = fmax(*largest, hypot(k * edge[c], bend));
        }
        HP_REQUIRE(isfinite(*largest), HP_ERR_NUMERIC,
                   "the scattering solution at E = %g is not finite", reduced->centre);
        hp_reduced_add(solver, z, NULL, reduced->source + (ptrdiff_t)s * (reduced->most + N), 1);
    }
    return HP_OK;
}

hp_status hp_reduced_start(hp_coupled *solver, double energy, hp_error *err) {
    enum { MOST_TRIALS = 4 };
    struct hp_coupled_reduced *reduced = solver->reduced;
    double largest;
    reduced->ready = false;
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
        HP_CALL(place_centre(solver, trial < 2 ? energy : 0.95 * energy, trial % 2 == 1, err));
        HP_CALL(factorise(solver, err));
        HP_CALL(take_columns(solver, &largest, err));
        if (largest <= LARGEST_EDGE) break;
    }
    reduced->ready = true;
    return HP_OK;
}

hp_status hp_coupled_reduce(hp_coupled *solver, hp_error *err) {
    if (solver->reduced != NULL) return HP_OK;
    hp_status status = HP_OK;
    struct hp_coupled_reduced *made = NULL;
    size_t size = (size_t)solver->size, N = (size_t)solver->ncomponent;
    size_t most = N * HP_COUPLED_VECTORS < size ? N * HP_COUPLED_VECTORS : size, all = most + N;
    HP_NEW(made, 1);
    made->most = (int)most;
    HP_NEW(made->pivot, size + most);
    HP_TRY(hp_alloc_parts(
        &made->block,
        HP_PARTS({&made->factor, size * size}, {&made->metric, 2 * size},
                 {&made->basis, 2 * all * size}, {&made->force, all * size}, {&made->edge, all * N},
                 {&made->H, all * most}, {&made->source, N * all},
                 {&made->small, most * (most + 3 * N + 1)}, {&made->c, N * most},
                 {&made->share, all}, {&made->vector, 4 * size}, {&made->scaled, 2 * size}),
        err));
    solver->reduced = made;
    made = NULL;
cleanup:
    hp_coupled_reduced_destroy(&made);
    return status;
}

void hp_coupled_reduced_destroy(struct hp_coupled_reduced **reduced) {
    if (*reduced == NULL) return;
    hp_free((*reduced)->block);
    hp_free((*reduced)->pivot);
    hp_free(*reduced);
    *reduced = NULL;
}
