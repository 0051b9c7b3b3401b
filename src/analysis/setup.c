// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/analysis.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "parts.h"

static hp_status choose_radii(hp_analysis *analysis, hp_error *err);
static hp_status take_errors(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err);
static hp_status create_observables(hp_analysis *analysis, hp_error *err);
static hp_status create_map(hp_analysis *analysis, hp_error *err);
static void fill_layout(hp_analysis *analysis);

hp_status hp_analysis_create(const hp_job *job, hp_correlator_plan *plan,
                             const hp_lo_errors *errors, hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    memset(analysis, 0, sizeof *analysis);
    analysis->job = job;
    analysis->plan = plan;
    analysis->inverse_spacing_mev = plan->ensemble->inverse_spacing_mev;
    analysis->spacing_fm = hp_spacing_fm(analysis->inverse_spacing_mev);
    analysis->nsource = plan->nsource;
    analysis->nt = plan->nt;
    analysis->ncolumn = plan->nsource * plan->nt;
    HP_TRY(choose_radii(analysis, err));
    HP_TRY(hp_analysis_create_regions(analysis, err));
    HP_TRY(hp_correlator_create(plan, &analysis->correlator, err));
    HP_TRY(take_errors(analysis, errors, err));
    if (strcmp(job->potential.kind, "gaussians") == 0)
        HP_TRY(hp_analysis_create_gaussians(analysis, err));
    else if (strcmp(job->potential.kind, "n2lo") == 0)
        HP_TRY(hp_analysis_create_n2lo(analysis, errors, err));
    else
        HP_TRY(hp_analysis_create_networks(analysis, errors, err));
    HP_TRY(create_observables(analysis, err));
    HP_TRY(create_map(analysis, err));
    HP_TRY(hp_analysis_create_box(analysis, err));
    fill_layout(analysis);
cleanup:
    if (status != HP_OK) hp_analysis_destroy(analysis);
    return status;
}

void hp_analysis_destroy(hp_analysis *analysis) {
    if (analysis == NULL) return;
    hp_observables_destroy(&analysis->observables);
    hp_box_destroy(&analysis->box);
    for (int i = 0; i < 2; i++) hp_node_potential_destroy(&analysis->on_nodes[i]);
    hp_model_grid_destroy(&analysis->map_grid);
    hp_momentum_destroy(&analysis->momentum);
    hp_gaussian_fit_destroy(&analysis->gaussians);
    hp_gaussian_fit_destroy(&analysis->x_fit);
    hp_network_fit_destroy(&analysis->fit);
    hp_fit_weights_destroy(&analysis->weights);
    hp_correlator_destroy(&analysis->correlator);
    double *const blocks[] = {analysis->fitted,
                              analysis->quadrature,
                              analysis->normalisation,
                              analysis->R,
                              analysis->S,
                              analysis->S_error,
                              analysis->V_error,
                              analysis->V,
                              analysis->prediction,
                              analysis->residual,
                              analysis->gaussian_param,
                              analysis->u_r,
                              analysis->x_param,
                              analysis->x,
                              analysis->V0,
                              analysis->x_weight,
                              analysis->box_V,
                              analysis->box_level};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) hp_free(blocks[i]);
    hp_free(analysis->region);
    hp_free(analysis->region_points);
    memset(analysis, 0, sizeof *analysis);
}

hp_status hp_analysis_count_radii(const hp_job *job, const hp_correlator_plan *plan, int *n,
                                  hp_error *err) {
    hp_status status = HP_OK;
    const hp_geometry *geometry = &plan->ensemble->geometry;
    double spacing_fm = hp_spacing_fm(plan->ensemble->inverse_spacing_mev);
    double r_max_fm = job->fit.r_max_fm, r_end = geometry->r[geometry->nshell - 1];
    if (geometry->kind == HP_GEOMETRY_CUBIC) r_end = 0.5 * geometry->extent;
    double r_max = r_max_fm > 0.0 ? r_max_fm / spacing_fm : r_end;
    *n = 0;
    HP_CHECK(r_max <= r_end * (1.0 + 1e-12), HP_ERR_INPUT,
             "fit.r_max_fm = %g fm is beyond the data of \"%s\", which end at %g fm", r_max_fm,
             plan->ensemble->path, r_end * spacing_fm);
    double slack = 1e-9 * r_max; /* a limit given in fm may miss its shell by rounding */
    while (*n < geometry->nshell && geometry->r[*n] <= r_max + slack) ++*n;
    HP_CHECK(*n >= 4, HP_ERR_INPUT, "fit.r_max_fm = %g fm leaves %d radii, at least 4 are needed",
             r_max_fm, *n);
cleanup:
    return status;
}

hp_status hp_lo_errors_create(const hp_correlator_plan *plan, bool n2lo, hp_lo_errors *errors,
                              hp_error *err) {
    hp_status status = HP_OK;
    memset(errors, 0, sizeof *errors);
    errors->n = (size_t)plan->nsource * (size_t)plan->nt * (size_t)plan->nshell;
    errors->length = 3 * errors->n + (n2lo ? (size_t)plan->nshell : 0);
    HP_NEW(errors->block, 2 * errors->length);
    double **const value[] = {&errors->R, &errors->S, &errors->V, &errors->x};
    double **const error[] = {&errors->R_error, &errors->S_error, &errors->V_error,
                              &errors->x_error};
    for (size_t i = 0; i < (n2lo ? 4 : 3); i++) {
        *value[i] = errors->block + i * errors->n;
        *error[i] = errors->block + errors->length + i * errors->n;
    }
cleanup:
    return status;
}

void hp_lo_errors_destroy(hp_lo_errors *errors) {
    if (errors == NULL) return;
    hp_free(errors->block);
    hp_free(errors->S_sample);
    memset(errors, 0, sizeof *errors);
}

static hp_status choose_radii(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    const hp_geometry *geometry = &analysis->plan->ensemble->geometry;
    const struct hp_job_fit *fit = &analysis->job->fit;
    HP_TRY(hp_analysis_count_radii(analysis->job, analysis->plan, &analysis->n, err));
    analysis->r = geometry->r;
    HP_NEW(analysis->quadrature, analysis->n);
    memcpy(analysis->quadrature, geometry->weight, (size_t)analysis->n * sizeof(double));
    if (geometry->kind == HP_GEOMETRY_RADIAL) { /* the trapezoidal rule ends here, maybe early */
        double end = analysis->r[analysis->n - 1], before = analysis->r[analysis->n - 2];
        analysis->quadrature[analysis->n - 1] = 4.0 * M_PI * end * end * 0.5 * (end - before);
    }
    HP_NEW(analysis->fitted, analysis->n);
    int nradius = 0;
    double slack = 1e-9 * analysis->r[analysis->n - 1];
    for (int r = 0; r < analysis->n; r++) {
        analysis->fitted[r] = analysis->r[r] + slack >= fit->r_min_fm / analysis->spacing_fm;
        nradius += analysis->fitted[r] > 0.0;
    }
    HP_CHECK(nradius >= 1, HP_ERR_INPUT,
             "fit.r_min_fm = %g fm leaves no radius to fit, the last is "
             "%g fm",
             fit->r_min_fm, analysis->r[analysis->n - 1] * analysis->spacing_fm);
    analysis->nfitted = nradius * analysis->ncolumn;
cleanup:
    return status;
}

/* Normalise each source and time by the mean of |R| over the radii, so that R is of order 1; keep
 * the errors, with their floor, in the same normalisation. */
static hp_status take_errors(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err) {
    hp_status status = HP_OK;
    int n = analysis->n, nshell = analysis->plan->nshell;
    size_t values = (size_t)n * (size_t)analysis->ncolumn;
    HP_NEW(analysis->normalisation, analysis->ncolumn);
    HP_NEW(analysis->R, values);
    HP_NEW(analysis->S, values);
    HP_NEW(analysis->S_error, values);
    HP_NEW(analysis->V, values);
    HP_NEW(analysis->V_error, values);
    HP_NEW(analysis->prediction, values);
    HP_NEW(analysis->residual, values);
    for (int c = 0; c < analysis->ncolumn; c++) {
        const double *R = errors->R + (size_t)c * (size_t)nshell;
        for (int r = 0; r < n; r++) analysis->normalisation[c] += fabs(R[r]) / n;
        HP_CHECK(analysis->normalisation[c] > 0.0, HP_ERR_INPUT,
                 "\"%s\": R of source \"%s\" vanishes at t = %d", analysis->plan->ensemble->path,
                 analysis->plan->ensemble->source[analysis->plan->source[c / analysis->nt]],
                 analysis->plan->ensemble->t[analysis->plan->time[c % analysis->nt]]);
        for (int r = 0; r < n; r++) {
            size_t to = (size_t)c * (size_t)n + (size_t)r;
            size_t from = (size_t)c * (size_t)nshell + (size_t)r;
            analysis->R[to] = errors->R[from] / analysis->normalisation[c];
            analysis->S[to] = errors->S[from] / analysis->normalisation[c];
            analysis->S_error[to] =
                hp_effective_error(errors->S_error[from] / analysis->normalisation[c],
                                   analysis->S[to], analysis->job->fit.relative_floor);
            analysis->V[to] = errors->V[from];
            analysis->V_error[to] = hp_effective_error(errors->V_error[from], analysis->V[to],
                                                       analysis->job->fit.relative_floor);
            HP_CHECK(
                analysis->fitted[r] == 0.0 || analysis->S_error[to] > 0.0, HP_ERR_INPUT,
                "\"%s\": all samples agree to the last bit at source \"%s\", t = %d, r = %g a; "
                "without errors nothing can be weighted",
                analysis->plan->ensemble->path,
                analysis->plan->ensemble->source[analysis->plan->source[c / analysis->nt]],
                analysis->plan->ensemble->t[analysis->plan->time[c % analysis->nt]],
                analysis->r[r]);
        }
    }
cleanup:
    return status;
}

/* Up to scattering.range_fm, by default up to the end of the fitted data. */
static hp_status create_observables(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    const hp_job *job = analysis->job;
    double data_end = analysis->r[analysis->n - 1];
    double range =
        job->scattering.range_fm > 0.0 ? job->scattering.range_fm / analysis->spacing_fm : data_end;
    HP_CHECK(analysis->fit.model.nparam == 0 || range <= data_end * (1.0 + 1e-9), HP_ERR_INPUT,
             "scattering.range_fm = %g fm is beyond the fitted data, which end at %g fm; a network "
             "says nothing there",
             job->scattering.range_fm, data_end * analysis->spacing_fm);
    hp_scattering_keys keys = {HP_SCATTERING_KEYS(HP_TAKE_KEY)};
    hp_femtoscopy_keys femtoscopy = {HP_FEMTOSCOPY_KEYS(HP_TAKE_KEY)};
    const double *mass = analysis->plan->ensemble->mass;
    hp_observables_setup setup = {.keys = &keys,
                                  .femtoscopy = &femtoscopy,
                                  .unequal = mass[0] != mass[1],
                                  .mu = analysis->plan->mu,
                                  .length_fm = analysis->spacing_fm,
                                  .nk = job->scattering.k2_lat.count,
                                  .k2 = job->scattering.k2_lat.values,
                                  .cutoff = M_PI,
                                  .range = range,
                                  .panels = job->scattering.panels,
                                  .most_panels = HP_NODES_FITTED_PANELS};
    HP_TRY(hp_observables_create(&setup, &analysis->observables, err));
cleanup:
    return status;
}

/* Where U is evaluated to be looked at. */
static hp_status create_map(hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    if (!analysis->fit.model.has_nonlocal) goto cleanup;
    analysis->nu = analysis->job->results.u_points;
    HP_NEW(analysis->u_r, analysis->nu);
    double u_max = hp_network_fit_map_end(&analysis->fit, analysis->job->results.u_max_fm,
                                          analysis->r[analysis->n - 1]);
    for (int i = 0; i < analysis->nu; i++) analysis->u_r[i] = u_max * i / (analysis->nu - 1);
    HP_TRY(hp_model_grid_create(&analysis->fit.model, analysis->u_r, analysis->nu,
                                &analysis->map_grid, err));
    if (analysis->job->results.momentum_space)
        HP_TRY(hp_momentum_create(analysis->nu, &analysis->momentum, err));
cleanup:
    return status;
}

static void fill_layout(hp_analysis *analysis) {
    bool networks = analysis->fit.model.nparam > 0;
    bool local = !networks || analysis->fit.model.has_local, n2lo = analysis->x_fit != NULL;
    size_t extent[HP_NAXIS] = {
        [HP_AXIS_SOURCE] = (size_t)analysis->nsource,
        [HP_AXIS_T] = (size_t)analysis->nt,
        [HP_AXIS_POINT] = (size_t)analysis->n,
        [HP_AXIS_LOCAL] = local ? (size_t)analysis->n : 0,
        [HP_AXIS_U] = (size_t)analysis->nu,
        [HP_AXIS_U_P] = analysis->momentum != NULL ? (size_t)analysis->nu : 0,
        [HP_AXIS_GAUSS] = networks ? 0 : (size_t)analysis->job->potential.gaussians,
        [HP_AXIS_PAIR] = 2,
        [HP_AXIS_V2] = n2lo ? (size_t)analysis->n : 0,
        [HP_AXIS_V2_GAUSS] = n2lo ? (size_t)analysis->job->potential.n2lo_gaussians : 0,
        [HP_AXIS_TRIPLE] = 3,
        [HP_AXIS_REGION] = (size_t)analysis->nregion,
        [HP_AXIS_CHI2] = 1,
        [HP_AXIS_COVARIANCE] = strcmp(analysis->job->fit.covariance, "none") != 0,
        [HP_AXIS_N2LO] = n2lo,
        [HP_AXIS_LEVEL] = (size_t)analysis->job->finite_volume.levels,
        [HP_AXIS_BOXED] = analysis->x_fit == NULL, /* V2 nabla^2 makes H non-symmetric */
    };
    hp_network_fit_extents(&analysis->fit, extent);
    hp_observables_extents(&analysis->observables, extent);
    hp_layout_fill(&analysis->layout, extent);
}
