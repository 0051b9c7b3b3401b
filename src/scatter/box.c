// SPDX-License-Identifier: GPL-3.0-or-later
/* Lowest A1 levels in a periodic box by implicitly restarted Lanczos; docs/method-box.md. */
#include "hadpot/box.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <arpack.h>
#include <gsl/gsl_blas.h> /* not cblas.h, whose types GSL has too */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_spblas.h>
#include <gsl/gsl_spmatrix.h>
#include "hadpot/memory.h"

/* Lanczos vectors beside those of the levels (more cost more per step, fewer need more restarts)
 * and restarts until it is given up: L = 64 takes some 20. */
enum { EXTRA_VECTORS = 20, MAX_RESTARTS = 2000 };

/* Up to it all sizes fit an int. */
enum { MAX_LEVELS = 10000 };

/* Residual norm of an eigenvector over the width of the spectrum. The error of a level of width w
 * is at most 1e-12 w, and (1e-12 w)^2 / spacing for one that stands alone: below the rounding. */
static const double TOLERANCE = 1e-12;

/* Potentials up to it do not overflow on the way. NaN is not below it. */
static const double LARGEST = 1e100;

struct hp_box {
    const hp_geometry *geometry;
    int nlevel, nvector;
    double mu;
    gsl_spmatrix *hopping; /* (npoint, npoint) nabla^2 + 6 on orbits, compressed rows */
    double *block;         /* the arrays of doubles */
    double *root;          /* (npoint) sqrt(multiplicity) */
    double *diagonal;      /* (npoint) 6/(2 mu) + V - shift */
    double *density;       /* (2, nshell) sum of sqrt(m) phi over each shell; U times it */
    double *residual;      /* (npoint)          what ARPACK keeps between steps */
    double *vectors;       /* (nvector, npoint) */
    double *work;          /* (3, npoint) */
    double *projected;     /* (nvector (nvector + 8)) */
    double *found;         /* (nlevel) */
    size_t *order;         /* (nlevel) places of ascending levels in it */
    a_int *select;         /* (nvector) */
};

/* What hp_box does not hold of the operator H - shift of one call. */
typedef struct hamiltonian {
    const double *U; /* (nu, nu) */
    int nu;
    double shift;
} hamiltonian;

/* The diagonal of H - shift. The shift lies about as far above the lowest levels as the spectrum
 * of the local H is wide, so that ARPACK's criterion, relative to the eigenvalue, is relative to
 * that width also for a level at 0. */
static hp_status set_hamiltonian(hp_box *box, const double *V, hamiltonian *H, hp_error *err) {
    const hp_geometry *geometry = box->geometry;
    size_t elements = (size_t)H->nu * (size_t)H->nu;
    double largest = 0.0;
    HP_REQUIRE(H->nu >= 0 && H->nu <= geometry->nshell, HP_ERR_INPUT,
               "the non-local potential is given on %d shells, but a box with L = %d has %d", H->nu,
               geometry->extent, geometry->nshell);
    for (size_t i = 0; i < elements; i++) {
        HP_REQUIRE(fabs(H->U[i]) < LARGEST, HP_ERR_NUMERIC,
                   "the non-local potential at shells %zu, %zu is %g", i / (size_t)H->nu,
                   i % (size_t)H->nu, H->U[i]);
    }
    for (int i = 0; V != NULL && i < geometry->npoint; i++) {
        HP_REQUIRE(fabs(V[i]) < LARGEST, HP_ERR_NUMERIC, "the potential at site (%d, %d, %d) is %g",
                   geometry->site[i][0], geometry->site[i][1], geometry->site[i][2], V[i]);
        largest = fmax(largest, V[i]);
    }
    H->shift = 12.0 / (2.0 * box->mu) + largest;
    for (int i = 0; i < geometry->npoint; i++)
        box->diagonal[i] = 6.0 / (2.0 * box->mu) + (V != NULL ? V[i] : 0.0) - H->shift;
    return HP_OK;
}

/* H_phi = (H - shift) phi on orbits; (U psi)(shell) = sum_shell' U sum_(sites of shell') psi, with
 * psi = phi / sqrt(m). */
static hp_status apply(hp_box *box, const hamiltonian *H, const double *phi, double *H_phi,
                       hp_error *err) {
    const hp_geometry *geometry = box->geometry;
    const int n = geometry->npoint;
    const size_t nu = (size_t)H->nu;
    double *sum = box->density, *image = sum + geometry->nshell;
    gsl_vector_const_view all = gsl_vector_const_view_array(phi, (size_t)n);
    gsl_vector_view to = gsl_vector_view_array(H_phi, (size_t)n);
    for (int i = 0; i < n; i++) H_phi[i] = box->diagonal[i] * phi[i];
    int code = gsl_spblas_dgemv(CblasNoTrans, -1.0 / (2.0 * box->mu), box->hopping, &all.vector,
                                1.0, &to.vector);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_spblas_dgemv: %s", gsl_strerror(code));
    if (nu == 0) return HP_OK;
    memset(sum, 0, 2 * (size_t)geometry->nshell * sizeof *sum);
    for (int i = 0; i < n; i++) sum[geometry->shell[i]] += box->root[i] * phi[i];
    gsl_matrix_const_view U = gsl_matrix_const_view_array(H->U, nu, nu);
    gsl_vector_const_view on_shells = gsl_vector_const_view_array(sum, nu);
    gsl_vector_view U_times = gsl_vector_view_array(image, nu);
    code = gsl_blas_dsymv(CblasUpper, 1.0, &U.matrix, &on_shells.vector, 0.0, &U_times.vector);
    HP_REQUIRE(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_blas_dsymv: %s", gsl_strerror(code));
    for (int i = 0; i < n; i++) H_phi[i] += box->root[i] * image[geometry->shell[i]];
    return HP_OK;
}

/* Levels of H - shift in `found`, and with `vectors` their phi in `vectors`, in the same order. */
static hp_status solve(hp_box *box, hamiltonian *H, const double *V, bool vectors, hp_error *err) {
    /* Of ARPACK's parameters: exact shifts, number of restarts, standard problem. */
    a_int param[11] = {[0] = 1, [2] = MAX_RESTARTS, [3] = 1, [6] = 1}, pointer[11] = {0};
    a_int action = 0, info = 1; /* 1: the start vector is given */
    const int n = box->geometry->npoint, nvector = box->nvector, nwork = nvector * (nvector + 8);
    HP_CALL(set_hamiltonian(box, V, H, err));
    /* fixed, and with a part of every level: the wave that is constant in space, made uneven */
    for (int i = 0; i < n; i++) box->residual[i] = box->root[i] * (1.0 + 0.5 * sin(1.0 + i));
    for (;;) { /* ARPACK asks for products with H until its vectors hold the wanted levels */
        dsaupd_c(&action, "I", n, "SA", box->nlevel, TOLERANCE, box->residual, nvector,
                 box->vectors, n, param, pointer, box->work, box->projected, nwork, &info);
        if (action != 1 && action != -1) break;
        double *phi = box->work + pointer[0] - 1, *H_phi = box->work + pointer[1] - 1;
        HP_CALL(apply(box, H, phi, H_phi, err));
    }
    HP_REQUIRE(info != 1, HP_ERR_NUMERIC,
               "%d of %d finite-volume levels converged in %d restarts of the Lanczos iteration",
               (int)param[4], box->nlevel, MAX_RESTARTS);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dsaupd: error %d", (int)info);
    dseupd_c(vectors, "A", box->select, box->found, box->vectors, n, 0.0, "I", n, "SA", box->nlevel,
             TOLERANCE, box->residual, nvector, box->vectors, n, param, pointer, box->work,
             box->projected, nwork, &info);
    HP_REQUIRE(info == 0, HP_ERR_LIBRARY, "dseupd: error %d", (int)info);
    for (int i = 0; i < box->nlevel; i++)
        HP_REQUIRE(isfinite(box->found[i]), HP_ERR_NUMERIC, "finite-volume level %d is %g", i,
                   box->found[i]);
    gsl_sort_index(box->order, box->found, 1, (size_t)box->nlevel);
    return HP_OK;
}

hp_status hp_box_states(hp_box *box, const double *V, const double *U, int nu, double *level,
                        double *psi, hp_error *err) {
    hamiltonian H = {.U = U, .nu = U != NULL ? nu : 0};
    const size_t n = (size_t)box->geometry->npoint;
    HP_CALL(solve(box, &H, V, psi != NULL, err));
    for (size_t i = 0; i < (size_t)box->nlevel; i++) {
        const double *phi = box->vectors + box->order[i] * n;
        level[i] = box->found[box->order[i]] + H.shift;
        for (size_t point = 0; psi != NULL && point < n; point++)
            psi[i * n + point] = phi[point] / box->root[point];
    }
    return HP_OK;
}

double hp_box_energy(double mass_1, double mass_2, double level) {
    double k2 = 2.0 * mass_1 * mass_2 / (mass_1 + mass_2) * level;
    /* sqrt(m^2 + k^2) - m without the cancellation */
    return k2 / (sqrt(mass_1 * mass_1 + k2) + mass_1) + k2 / (sqrt(mass_2 * mass_2 + k2) + mass_2);
}

double hp_box_k2(double mass_1, double mass_2, double energy) {
    double W = energy + mass_1 + mass_2, heavy = fmax(mass_1, mass_2), light = fmin(mass_1, mass_2);
    if (!(W * W >= heavy * heavy - light * light && W > 0.0)) return NAN;
    return energy * (energy + 2.0 * mass_1) * (energy + 2.0 * mass_2) * (W + mass_1 + mass_2) /
           (4.0 * W * W);
}

hp_status hp_box_levels(hp_box *box, const double *V, const double *U, int nu, double *level,
                        hp_error *err) {
    return hp_box_states(box, V, U, nu, level, NULL, err);
}

static int count_neighbours(const hp_geometry *geometry, int point, int among) {
    int count = 0;
    for (int direction = 0; direction < 6; direction++)
        count += geometry->neighbour[point][direction] == among;
    return count;
}

/* A site of orbit i has n_ij neighbours in orbit j and m_i n_ij = m_j n_ji, so that in the basis
 * sqrt(m) psi the element is n_ij sqrt(m_i/m_j) = sqrt(n_ij n_ji): symmetric to the last bit. */
static hp_status fill_hopping(hp_box *box, hp_error *err) {
    hp_status status = HP_OK;
    const hp_geometry *geometry = box->geometry;
    size_t n = (size_t)geometry->npoint;
    gsl_spmatrix *entries = gsl_spmatrix_alloc_nzmax(n, n, 6 * n, GSL_SPMATRIX_COO);
    HP_CHECK(entries != NULL, HP_ERR_MEMORY, "no memory for the Laplacian of %zu points", n);
    for (int i = 0; i < 6 * geometry->npoint; i++) {
        int point = i / 6, other = geometry->neighbour[point][i % 6];
        int there = count_neighbours(geometry, point, other);
        int back = count_neighbours(geometry, other, point);
        int code = gsl_spmatrix_set(entries, (size_t)point, (size_t)other, sqrt(there * back));
        HP_CHECK(code == GSL_SUCCESS, HP_ERR_LIBRARY, "gsl_spmatrix_set: %s", gsl_strerror(code));
    }
    box->hopping = gsl_spmatrix_compress(entries, GSL_SPMATRIX_CSR);
    HP_CHECK(box->hopping != NULL, HP_ERR_MEMORY, "no memory for the Laplacian of %zu points", n);
cleanup:
    gsl_spmatrix_free(entries);
    return status;
}

hp_status hp_box_create(const hp_geometry *geometry, double mu, int nlevel, hp_box **box,
                        hp_error *err) {
    hp_status status = HP_OK;
    hp_box *made = NULL;
    *box = NULL;
    HP_CHECK(geometry->kind == HP_GEOMETRY_CUBIC, HP_ERR_INPUT,
             "finite-volume levels need an ensemble of cubic geometry");
    HP_CHECK(isfinite(mu) && mu > 0.0, HP_ERR_INPUT, "the reduced mass must be above 0, found %g",
             mu);
    HP_CHECK(nlevel >= 1 && nlevel < geometry->npoint, HP_ERR_INPUT,
             "%d finite-volume levels are wanted, but a box with L = %d has 1 to %d", nlevel,
             geometry->extent, geometry->npoint - 1);
    HP_CHECK(nlevel <= MAX_LEVELS, HP_ERR_INPUT,
             "%d finite-volume levels are wanted, at most %d can be computed", nlevel, MAX_LEVELS);
    HP_NEW(made, 1);
    made->geometry = geometry;
    made->mu = mu;
    made->nlevel = nlevel;
    made->nvector = GSL_MIN_INT(2 * nlevel + EXTRA_VECTORS, geometry->npoint);
    size_t n = (size_t)geometry->npoint, levels = (size_t)nlevel, nvector = (size_t)made->nvector;
    HP_TRY(hp_alloc_parts(
        &made->block,
        HP_PARTS({&made->vectors, nvector * n}, {&made->root, n}, {&made->diagonal, n},
                 {&made->density, 2 * (size_t)geometry->nshell}, {&made->residual, n},
                 {&made->work, 3 * n}, {&made->projected, nvector * (nvector + 8)},
                 {&made->found, levels}),
        err));
    HP_NEW(made->order, levels);
    HP_NEW(made->select, nvector);
    HP_TRY(fill_hopping(made, err));
    for (int i = 0; i < geometry->npoint; i++) made->root[i] = sqrt(geometry->multiplicity[i]);
    *box = made;
    made = NULL;
cleanup:
    hp_box_destroy(&made);
    return status;
}

void hp_box_set_mass(hp_box *box, double mu) {
    box->mu = mu;
}

void hp_box_destroy(hp_box **box) {
    if (box == NULL || *box == NULL) return;
    hp_box *old = *box;
    gsl_spmatrix_free(old->hopping);
    hp_free(old->block);
    hp_free(old->order);
    hp_free(old->select);
    hp_free(old);
    *box = NULL;
}
