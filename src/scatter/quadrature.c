// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/scatter.h"

#include <limits.h>
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_legendre.h>
#include "hadpot/memory.h"

enum { MIN_ORDER = 2, MAX_ORDER = 64 };

static hp_status check_arguments(double range, int panels, int order, hp_error *err);
static hp_status fill_unit_panel(int order, double *x, double *w, double *legendre, double *left,
                                 hp_error *err);
static double christoffel_weight(int order, const double *P);
static void fill_left(int order, const double *w, const double *legendre, double *left);
static void place_panels(hp_quadrature *grid, const double *x, const double *w);

hp_status hp_quadrature_create(double range, int panels, int order, hp_quadrature *grid,
                               hp_error *err) {
    hp_status status = HP_OK;
    double *x = NULL, *w = NULL, *legendre = NULL;
    *grid = (hp_quadrature){0};
    HP_TRY(check_arguments(range, panels, order, err));
    *grid = (hp_quadrature){.panels = panels, .order = order, .n = panels * order, .range = range};
    HP_NEW(grid->r, grid->n);
    HP_NEW(grid->weight, grid->n);
    HP_NEW(grid->left, order * order);
    HP_NEW(x, order);
    HP_NEW(w, order);
    HP_NEW(legendre, order * (order + 1));
    HP_TRY(fill_unit_panel(order, x, w, legendre, grid->left, err));
    place_panels(grid, x, w);
cleanup:
    hp_free(x);
    hp_free(w);
    hp_free(legendre);
    if (status != HP_OK) hp_quadrature_destroy(grid);
    return status;
}

void hp_quadrature_destroy(hp_quadrature *grid) {
    if (grid == NULL) return;
    hp_free(grid->r);
    hp_free(grid->weight);
    hp_free(grid->left);
    *grid = (hp_quadrature){0};
}

static hp_status check_arguments(double range, int panels, int order, hp_error *err) {
    hp_status status = HP_OK;
    HP_CHECK(isfinite(range) && range > 0.0, HP_ERR_INPUT,
             "the range of a radial grid must be positive and finite, found %g", range);
    HP_CHECK(order >= MIN_ORDER && order <= MAX_ORDER, HP_ERR_INPUT,
             "the order of a radial grid must lie between %d and %d nodes per panel, found %d",
             MIN_ORDER, MAX_ORDER, order);
    HP_CHECK(panels >= 1 && panels <= INT_MAX / order, HP_ERR_INPUT,
             "a radial grid of order %d must have between 1 and %d panels, found %d", order,
             INT_MAX / order, panels);
cleanup:
    return status;
}

/* Nodes x and weights w on [-1, 1]; legendre (order, order + 1) = P_m(x_i); and `left`. */
static hp_status fill_unit_panel(int order, double *x, double *w, double *legendre, double *left,
                                 hp_error *err) {
    hp_status status = HP_OK;
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc((size_t)order);
    HP_CHECK(table != NULL, HP_ERR_MEMORY, "no memory for %d Gauss-Legendre nodes", order);
    for (int i = 0; i < order; i++) {
        double *P = legendre + (size_t)i * (size_t)(order + 1);
        int code = gsl_integration_glfixed_point(-1.0, 1.0, (size_t)i, &x[i], &w[i], table);
        HP_CHECK(code == GSL_SUCCESS, HP_ERR_LIBRARY, "Gauss-Legendre node %d of %d: %s", i, order,
                 gsl_strerror(code));
        code = gsl_sf_legendre_Pl_array(order, x[i], P);
        HP_CHECK(code == GSL_SUCCESS, HP_ERR_LIBRARY, "Legendre polynomials at %g: %s", x[i],
                 gsl_strerror(code));
        w[i] = christoffel_weight(order, P);
    }
    fill_left(order, w, legendre, left);
cleanup:
    if (table != NULL) gsl_integration_glfixed_table_free(table);
    return status;
}

/* The weight of a node, 1 / sum_m (m + 1/2) P_m(x)^2. GSL finds nodes to all digits, but where it
 * has no table (21 .. 63 nodes, 32 excepted) its weights are good to 1e-10 only. */
static double christoffel_weight(int order, const double *P) {
    double sum = 0.0;
    for (int m = 0; m < order; m++) sum += (m + 0.5) * P[m] * P[m];
    return 1.0 / sum;
}

/* The j-th Lagrange polynomial is sum_m (m + 1/2) w_j P_m(x_j) P_m(x), because Gauss quadrature
 * keeps P_0 .. P_(order-1) orthogonal; (2m + 1) int_-1^x P_m = P_(m+1)(x) - P_(m-1)(x). */
static void fill_left(int order, const double *w, const double *legendre, double *left) {
    size_t row = (size_t)order + 1;
    for (int i = 0; i < order; i++) {
        const double *at_i = legendre + (size_t)i * row;
        for (int j = 0; j < order; j++) {
            const double *at_j = legendre + (size_t)j * row;
            double sum = at_i[0] + at_i[1];
            for (int m = 1; m < order; m++) sum += at_j[m] * (at_i[m + 1] - at_i[m - 1]);
            left[i * order + j] = 0.25 * w[j] * sum; /* 1/2 from m + 1/2, 1/2 from length 2 -> 1 */
        }
    }
}

static void place_panels(hp_quadrature *grid, const double *x, const double *w) {
    double length = grid->range / grid->panels;
    for (int panel = 0; panel < grid->panels; panel++) {
        for (int i = 0; i < grid->order; i++) {
            int r = panel * grid->order + i;
            grid->r[r] = length * (panel + 0.5 * (1.0 + x[i]));
            grid->weight[r] = 0.5 * length * w[i];
        }
    }
}
