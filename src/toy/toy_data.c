// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/toy_data.h"
#include <math.h>
#include <string.h>
#include <cblas.h>
#include "hadpot/geometry.h"
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"
#include "hadpot/units.h"

/* Nodes of a panel. Panels of an automatic grid grow with their order; with so many nodes the
 * interpolation in them is good to rounding, not its square alone (forms_kinds.c). */
enum { ORDER = 24 };

/* Stands for r = 0 in K(r,r')/r. */
static const double SMALLEST_R = 1e-150;

/* At the nodes of the solver. */
typedef struct toy_waves {
    hp_quadrature grid;
    double *u;   /* (nk, grid.n) */
    double *row; /* (grid.n) work space, part of u */
} toy_waves;

static hp_status check(const hp_forms *forms, const hp_toy_data_options *options, hp_error *err) {
    double r_min = options->r_min, r_max = options->r_max;
    double k_min = options->k_min, k_max = options->k_max;
    HP_REQUIRE(r_min >= 0 && r_max > r_min && isfinite(r_max), HP_ERR_INPUT,
               "the radii of a toy must ascend from at least 0, found %g to %g fm", r_min, r_max);
    HP_REQUIRE(options->momenta >= 1, HP_ERR_INPUT, "a toy needs at least 1 momentum, found %d",
               options->momenta);
    HP_REQUIRE(k_min >= 0 && isfinite(k_max) && (k_max > k_min || options->momenta == 1),
               HP_ERR_INPUT, "%d momenta of a toy must ascend from at least 0, found %g to %g 1/fm",
               options->momenta, k_min, k_max);
    HP_REQUIRE(options->points >= 1, HP_ERR_INPUT, "a toy needs points, found %d", options->points);
    /* S is finite at r = 0 when V and U are. */
    HP_REQUIRE(r_min > 0 ||
                   (isfinite(hp_forms_local(forms, 0)) && hp_forms_nonlocal(forms, 0, 1) == 0),
               HP_ERR_INPUT, "r_min = 0 with a potential that is infinite there");
    return HP_OK;
}

static hp_status allocate(const hp_toy_data_options *options, hp_toy_data *data, hp_error *err) {
    size_t n = (size_t)options->points, nk = (size_t)options->momenta;
    HP_ALLOCATE(data->block, 2 * (n + nk + nk * n));
    data->n = options->points;
    data->nk = options->momenta;
    data->r = data->block;
    data->quadrature = data->r + n;
    data->k = data->quadrature + n;
    data->tan_delta = data->k + nk;
    data->R = data->tan_delta + nk;
    data->S = data->R + nk * n;
    return HP_OK;
}

static void space_evenly(double first, double last, int n, double *x) {
    for (int i = 0; i < n; i++) x[i] = i < n - 1 ? first + (last - first) * i / (n - 1) : last;
    x[0] = first;
}

static hp_status fill_quadrature(hp_toy_data *data, hp_error *err) {
    hp_status status = HP_OK;
    hp_geometry geometry = {0};
    HP_TRY(hp_geometry_create_radial(data->r, data->n, &geometry, err));
    memcpy(data->quadrature, geometry.weight, (size_t)data->n * sizeof *data->quadrature);
cleanup:
    hp_geometry_destroy(&geometry);
    return status;
}

static hp_status solve(const hp_forms *forms, hp_toy_data *data, toy_waves *waves, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature *grid = &waves->grid;
    hp_nystroem *solver = NULL;
    double *local = NULL, *kernel = NULL;
    hp_forms_grid_options options = {.k_max = data->k[data->nk - 1], .order = ORDER};
    HP_TRY(hp_forms_create_grid(forms, &options, grid, err));
    size_t n = (size_t)grid->n, nk = (size_t)data->nk;
    if (hp_forms_has_local(forms)) HP_NEW(local, n);
    if (hp_forms_has_nonlocal(forms)) HP_NEW(kernel, n * n);
    HP_NEW(waves->u, (nk + 1) * n);
    waves->row = waves->u + nk * n;
    hp_forms_fill(forms, HP_FORMS_GIVEN, grid,
                  &(hp_forms_on_grid){.local = local, .kernel = kernel});
    HP_TRY(hp_nystroem_create(grid, &solver, err));
    HP_TRY(hp_nystroem_set_interaction(solver, &(hp_interaction){.kernel = kernel, .local = local},
                                       err));
    for (size_t c = 0; c < nk; c++)
        HP_TRY(hp_nystroem_wave(solver, data->k[c] * data->k[c], waves->u + c * n,
                                &data->tan_delta[c], err));
cleanup:
    hp_nystroem_destroy(&solver);
    hp_free(local);
    hp_free(kernel);
    return status;
}

static double outside(double k, double r, double tan_delta) {
    return k > 0 ? sin(k * r + atan(tan_delta)) : r + tan_delta;
}

/* R and S of all momenta at one radius. hbar c converts V and U from MeV. In the first panel u/r is
 * interpolated, elsewhere u, which continued to 0 does not vanish there behind a discontinuity. */
static void fill_point(const hp_forms *forms, const toy_waves *waves, int point,
                       hp_toy_data *data) {
    const hp_quadrature *grid = &waves->grid;
    double r = data->r[point], x = fmax(r, SMALLEST_R), V = hp_forms_local(forms, r);
    double coefficient[HP_MAX_ORDER];
    int first = hp_quadrature_interpolate(grid, fmin(r, grid->range), coefficient);
    for (int i = 0; i < grid->order; i++) coefficient[i] /= first > 0 ? r : grid->r[first + i];
    for (int i = 0; i < grid->n; i++)
        waves->row[i] = grid->weight[i] * hp_forms_nonlocal(forms, x, grid->r[i]) / x;
    for (int c = 0; c < data->nk; c++) {
        const double *u = waves->u + (ptrdiff_t)c * grid->n;
        size_t at = (size_t)c * (size_t)data->n + (size_t)point;
        data->R[at] = r > grid->range ? outside(data->k[c], r, data->tan_delta[c]) / r
                                      : cblas_ddot(grid->order, coefficient, 1, u + first, 1);
        double integral = cblas_ddot(grid->n, waves->row, 1, u, 1);
        data->S[at] = (V * data->R[at] + integral) / HP_HBARC_MEV_FM;
    }
}

hp_status hp_toy_data_create(const hp_forms *forms, const hp_toy_data_options *options,
                             hp_toy_data *data, hp_error *err) {
    hp_status status = HP_OK;
    toy_waves waves = {0};
    *data = (hp_toy_data){0};
    HP_TRY(check(forms, options, err));
    HP_TRY(allocate(options, data, err));
    data->mass = HP_HBARC_MEV_FM / (2 * hp_forms_hbar2_over_2mu(forms));
    space_evenly(options->r_min, options->r_max, data->n, data->r);
    space_evenly(options->k_min, options->k_max, data->nk, data->k);
    HP_TRY(fill_quadrature(data, err));
    HP_TRY(solve(forms, data, &waves, err));
    for (int point = 0; point < data->n; point++) fill_point(forms, &waves, point, data);
cleanup:
    hp_quadrature_destroy(&waves.grid);
    hp_free(waves.u);
    if (status != HP_OK) hp_toy_data_destroy(data);
    return status;
}

void hp_toy_data_destroy(hp_toy_data *data) {
    if (data == NULL) return;
    hp_free(data->block);
    *data = (hp_toy_data){0};
}
