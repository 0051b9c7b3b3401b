// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/analysis.h"
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "study_parts.h"

static hp_status create_map(hp_analysis *analysis, hp_error *err) {
    const hp_analysis_options *options = analysis->options;
    hp_study *study = &analysis->study;
    const hp_fit_data *data = &study->data;
    if (!hp_potential_describe(&study->potential).has_map) return HP_OK;
    double end[2] = {0.0, hp_potential_map_end(&study->potential, options->u_max_fm,
                                               data->length_fm, data->r[data->n - 1])};
    return hp_potential_map_space(&study->potential, end, options->u_points,
                                  options->momentum_space, &study->map, err);
}

/* Between components they are those of the fit: elements, or operators. */
static hp_status create_features(hp_analysis *analysis, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    hp_feature_space space = hp_feature_s_wave;
    if (!hp_fit_data_is_s_wave(data))
        hp_feature_space_take(data->ncomponent, data->component, data->spin,
                              analysis->options->potential.of_operators, &space);
    return hp_features_create(&analysis->options->features, &space, data->length_fm,
                              &analysis->features, err);
}

static hp_status create_study(hp_analysis *analysis, hp_error *err) {
    const hp_analysis_options *options = analysis->options;
    return options->channels != NULL
               ? hp_study_create_channels(&analysis->study, &options->potential, options->channels,
                                          err)
               : hp_study_create(&analysis->study, &options->potential, &options->observables, err);
}

/* 3S1 and 3D1 of one pair are all there is. */
static bool is_tensor(const hp_fit_data *data) {
    return data->ncomponent == 2 && data->npair == 1 && data->component[0].l == 0 &&
           data->component[1].l == 2 && data->spin[0].two_s_plus_1 == 3 &&
           data->spin[1].two_s_plus_1 == 3 && data->spin[1].two_j == 2;
}

static void create_leading(hp_analysis *analysis) {
    const hp_fit_data *data = &analysis->study.data;
    const hp_analysis_options *options = analysis->options;
    if (options->channels == NULL) return;
    analysis->leading = (hp_leading){.ncomponent = data->ncomponent,
                                     .nradius = data->nradius,
                                     .nsource = analysis->nsource,
                                     .nt = analysis->nt,
                                     .name = options->channels->component_name,
                                     .quadrature = data->quadrature,
                                     .fitted = data->fitted,
                                     .flavour = options->flavour,
                                     .flavour_name = options->flavour_name,
                                     .tensor = is_tensor(data),
                                     .energy_mev = data->energy_mev};
}

hp_status hp_analysis_create(const hp_analysis_options *options, hp_correlator_plan *plan,
                             const hp_lo_errors *errors, hp_analysis *analysis, hp_error *err) {
    hp_status status = HP_OK;
    *analysis =
        (hp_analysis){.options = options, .plan = plan, .nsource = plan->nsource, .nt = plan->nt};
    HP_TRY(hp_analysis_create_data(analysis, errors, err));
    HP_TRY(create_features(analysis, err));
    HP_TRY(hp_goodness_create(&analysis->study.data, options->region_edge_fm, options->nregion_edge,
                              &analysis->goodness, err));
    HP_TRY(hp_correlator_create(plan, &analysis->correlator, err));
    create_leading(analysis);
    HP_TRY(create_study(analysis, err));
    HP_TRY(create_map(analysis, err));
    HP_TRY(hp_analysis_create_box(analysis, err));
    if (plan->ensemble->field == NULL) /* one S wave in its box */
        HP_TRY(hp_direct_create(&options->direct, plan, &analysis->direct, err));
    HP_TRY(hp_analysis_describe(analysis, err));
cleanup:
    if (status != HP_OK) hp_analysis_destroy(analysis);
    return status;
}

void hp_analysis_destroy(hp_analysis *analysis) {
    if (analysis == NULL) return;
    hp_study_destroy(&analysis->study);
    hp_goodness_destroy(&analysis->goodness);
    hp_box_destroy(&analysis->box);
    hp_direct_destroy(&analysis->direct);
    hp_correlator_destroy(&analysis->correlator);
    hp_free(analysis->box_V);
    hp_free(analysis->box_level);
    hp_features_destroy(&analysis->features);
    hp_error_model_destroy(&analysis->noise);
    hp_free(analysis->R_average);
    hp_free(analysis->A_average);
    *analysis = (hp_analysis){0};
}

hp_status hp_analysis_count_radii(double r_max_fm, const hp_correlator_plan *plan, int *n,
                                  hp_error *err) {
    const hp_geometry *geometry = &plan->ensemble->geometry;
    double spacing_fm = hp_spacing_fm(plan->ensemble->inverse_spacing_mev);
    double r_end = plan->r[plan->nradius - 1];
    if (geometry->kind == HP_GEOMETRY_CUBIC) r_end = 0.5 * geometry->extent;
    double r_max = r_max_fm > 0.0 ? r_max_fm / spacing_fm : r_end;
    *n = 0;
    HP_REQUIRE(r_max <= r_end * (1.0 + 1e-12), HP_ERR_INPUT,
               "fit.r_max_fm = %g fm is beyond the data of \"%s\", which end at %g fm", r_max_fm,
               plan->ensemble->path, r_end * spacing_fm);
    double slack = 1e-9 * r_max; /* a limit given in fm may miss its shell by rounding */
    while (*n < plan->nradius && plan->r[*n] <= r_max + slack) ++*n;
    HP_REQUIRE(*n >= 4, HP_ERR_INPUT, "fit.r_max_fm = %g fm leaves %d radii, at least 4 are needed",
               r_max_fm, *n);
    return HP_OK;
}

hp_status hp_lo_errors_create(const hp_correlator_plan *plan, bool n2lo, hp_lo_errors *errors,
                              hp_error *err) {
    memset(errors, 0, sizeof *errors);
    errors->n = (size_t)plan->nsource * (size_t)plan->nt * (size_t)plan->nshell;
    bool two_point = hp_correlator_plan_two_point(plan) >= 0;
    errors->length = 3 * errors->n + (n2lo ? (size_t)plan->nshell : 0) + (two_point ? 2 : 0);
    HP_ALLOCATE(errors->block, 2 * errors->length);
    double **const value[] = {&errors->R, &errors->S, &errors->V, &errors->x};
    double **const error[] = {&errors->R_error, &errors->S_error, &errors->V_error,
                              &errors->x_error};
    for (size_t i = 0; i < (n2lo ? 4 : 3); i++) {
        *value[i] = errors->block + i * errors->n;
        *error[i] = errors->block + errors->length + i * errors->n;
    }
    if (two_point) errors->mass = errors->block + errors->length - 2;
    if (two_point) errors->mass_error = errors->block + 2 * errors->length - 2;
    return HP_OK;
}

void hp_lo_errors_destroy(hp_lo_errors *errors) {
    if (errors == NULL) return;
    hp_free(errors->block);
    hp_free(errors->sample);
    memset(errors, 0, sizeof *errors);
}
