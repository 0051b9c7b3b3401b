// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/quadrature.h"
#include <limits.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_legendre.h>
#include "hadpot/memory.h"

static hp_status check_arguments(double range, int panels, int order, hp_error *err) {
    HP_REQUIRE(isfinite(range) && range > 0.0, HP_ERR_INPUT,
               "the range of a radial grid must be positive and finite, found %g", range);
    HP_REQUIRE(order >= HP_MIN_ORDER && order <= HP_MAX_ORDER, HP_ERR_INPUT,
               "the order of a radial grid must lie between %d and %d nodes per panel, found %d",
               HP_MIN_ORDER, HP_MAX_ORDER, order);
    HP_REQUIRE(panels >= 1 && panels <= INT_MAX / order, HP_ERR_INPUT,
               "a radial grid of order %d must have between 1 and %d panels, found %d", order,
               INT_MAX / order, panels);
    return HP_OK;
}

hp_status hp_quadrature_create(double range, int panels, int order, hp_quadrature *grid,
                               hp_error *err) {
    hp_status status = HP_OK;
    double *edge = NULL;
    *grid = (hp_quadrature){0};
    HP_TRY(check_arguments(range, panels, order, err));
    HP_NEW(edge, panels + 1);
    for (int i = 0; i <= panels; i++) edge[i] = i < panels ? range / panels * i : range;
    HP_TRY(hp_quadrature_create_panels(edge, panels, order, grid, err));
cleanup:
    hp_free(edge);
    return status;
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
        /* 1 / sum_m (m + 1/2) P_m(x)^2. GSL finds nodes to all digits, but where it has no table
         * (21 .. 63 nodes, 32 excepted) its weights are good to 1e-10 only. */
        double sum = 0.0;
        for (int m = 0; m < order; m++) sum += (m + 0.5) * P[m] * P[m];
        w[i] = 1.0 / sum;
    }
    fill_left(order, w, legendre, left);
cleanup:
    if (table != NULL) gsl_integration_glfixed_table_free(table);
    return status;
}

/* Barycentric weights of Gauss-Legendre nodes are (-1)^i sqrt((1 - x_i^2) w_i) [Wang, Xiang, Math.
 * Comp. 81 (2012) 861]. */
static void place_panels(hp_quadrature *grid, const double *x, const double *w) {
    for (int i = 0; i < grid->order; i++)
        grid->barycentric[i] = (i % 2 == 0 ? 1.0 : -1.0) * sqrt((1.0 - x[i] * x[i]) * w[i]);
    for (int panel = 0; panel < grid->panels; panel++) {
        double length = hp_quadrature_panel_length(grid, panel);
        for (int i = 0; i < grid->order; i++) {
            int r = panel * grid->order + i;
            grid->r[r] = grid->edge[panel] + length * 0.5 * (1.0 + x[i]);
            grid->weight[r] = 0.5 * length * w[i];
        }
    }
}

hp_status hp_quadrature_create_panels(const double *edge, int panels, int order,
                                      hp_quadrature *grid, hp_error *err) {
    hp_status status = HP_OK;
    double *x = NULL, *w = NULL, *legendre = NULL;
    *grid = (hp_quadrature){0};
    HP_CHECK(edge != NULL, HP_ERR_INPUT, "a radial grid must have edges, found none");
    HP_TRY(check_arguments(panels >= 1 ? edge[panels] : 1.0, panels, order, err));
    HP_CHECK(edge[0] == 0.0, HP_ERR_INPUT, "a radial grid must start at 0, found %g", edge[0]);
    for (int i = 0; i < panels; i++)
        HP_CHECK(edge[i + 1] > edge[i], HP_ERR_INPUT,
                 "the panels of a radial grid must have ascending edges, found %g after %g",
                 edge[i + 1], edge[i]);
    *grid = (hp_quadrature){
        .panels = panels, .order = order, .n = panels * order, .range = edge[panels]};
    size_t n = (size_t)grid->n, m = (size_t)order;
    HP_TRY(
        hp_alloc_parts(&grid->edge,
                       HP_PARTS({&grid->edge, (size_t)panels + 1}, {&grid->r, n},
                                {&grid->weight, n}, {&grid->left, m * m}, {&grid->barycentric, m}),
                       err));
    HP_TRY(hp_alloc_parts(&x, HP_PARTS({&x, m}, {&w, m}, {&legendre, m * (m + 1)}), err));
    memcpy(grid->edge, edge, ((size_t)panels + 1) * sizeof *edge);
    HP_TRY(fill_unit_panel(order, x, w, legendre, grid->left, err));
    place_panels(grid, x, w);
cleanup:
    hp_free(x);
    if (status != HP_OK) hp_quadrature_destroy(grid);
    return status;
}

void hp_quadrature_destroy(hp_quadrature *grid) {
    if (grid == NULL) return;
    hp_free(grid->edge);
    *grid = (hp_quadrature){0};
}

int hp_quadrature_interpolate(const hp_quadrature *grid, double r, double *coefficient) {
    int panel = 0, order = grid->order;
    while (panel < grid->panels - 1 && r > grid->edge[panel + 1]) panel++;
    const double *node = grid->r + (ptrdiff_t)panel * order;
    double sum = 0.0;
    for (int i = 0; i < order; i++) { /* loops that a compiler can do side by side */
        if (r != node[i]) continue;
        memset(coefficient, 0, (size_t)order * sizeof *coefficient);
        coefficient[i] = 1.0;
        return panel * order;
    }
    for (int i = 0; i < order; i++) coefficient[i] = grid->barycentric[i] / (r - node[i]);
    for (int i = 0; i < order; i++) sum += coefficient[i];
    for (int i = 0; i < order; i++) coefficient[i] /= sum;
    return panel * order;
}
