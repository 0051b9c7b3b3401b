// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noise in the data of an analysis, from all samples. */
#include "hadpot/analysis.h"
#include "hadpot/memory.h"
#include "study_parts.h"

/* R or S of the average, with all radii of the plan, or of a sample, normalised like the data. */
static void take_row(const hp_analysis *analysis, const double *from, bool all_radii, double *to) {
    const hp_fit_data *data = &analysis->study.data;
    size_t stride = (size_t)(all_radii ? analysis->plan->nshell : data->n);
    for (int c = 0; c < data->ncolumn; c++)
        for (int r = 0; r < data->n; r++)
            *to++ = from[(size_t)c * stride +
                         (all_radii ? hp_analysis_place(analysis, r) : (size_t)r)] /
                    data->normalisation[c];
}

/* R and S of the average, and how many samples there are. */
static hp_status take_average(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    size_t m = (size_t)data->ncolumn * (size_t)data->n;
    HP_REQUIRE(errors->nkept == data->n, HP_ERR_INTERNAL, "samples at %d radii for a fit to %d",
               errors->nkept, data->n);
    if (analysis->R_average == NULL) HP_ALLOCATE(analysis->R_average, 2 * m);
    analysis->S_average = analysis->R_average + m;
    analysis->nsample = errors->nsample;
    analysis->sample_weight = errors->sample_weight;
    take_row(analysis, errors->R, true, analysis->R_average);
    take_row(analysis, errors->S, true, analysis->S_average);
    return HP_OK;
}

hp_status hp_analysis_apply_features(hp_analysis *analysis, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    const hp_feature_grid grid = {data->n, data->r, data->quadrature};
    if (analysis->A_average != NULL) return HP_OK;
    HP_ALLOCATE_UNSET(analysis->A_average,
                      (size_t)data->ncolumn * (size_t)data->n * (size_t)analysis->features.n);
    return hp_features_apply(&analysis->features, &grid, data->ncolumn, analysis->R_average,
                             analysis->A_average, err);
}

void hp_analysis_normalise(const hp_analysis *analysis, const double *values, double *row) {
    take_row(analysis, values, false, row);
}

hp_status hp_analysis_begin_noise(hp_analysis *analysis, const hp_lo_errors *errors,
                                  hp_error_data *noise, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    bool cubic = analysis->plan->ensemble->geometry.kind == HP_GEOMETRY_CUBIC;
    HP_CALL(take_average(analysis, errors, err));
    const hp_core_data core = {.grid = {data->n, data->r, data->quadrature},
                               .fitted = data->fitted,
                               .ncolumn = data->ncolumn,
                               .R = analysis->R_average,
                               .S = analysis->S_average,
                               .above = analysis->options->mixture.core_above};
    *noise = (hp_error_data){.features = &analysis->features,
                             .grid = {data->n, data->r, data->quadrature},
                             .fitted = data->fitted,
                             .ncolumn = data->ncolumn,
                             .nsample = analysis->nsample,
                             .R = analysis->R_average,
                             .S = analysis->S_average,
                             .sample_weight = analysis->sample_weight,
                             .freedom = errors->freedom,
                             .length_fm = data->length_fm,
                             .amplitude = analysis->options->mixture.amplitude,
                             .relative_floor = analysis->options->relative_floor,
                             .breaking = cubic ? analysis->options->rotation_breaking : 0.0};
    return hp_features_take_core(&analysis->features, &core, err);
}

hp_status hp_analysis_model_errors(hp_analysis *analysis, const hp_error_data *noise,
                                   const double *Z, hp_error *err) {
    HP_CALL(hp_error_model_create_from(noise, Z, &analysis->noise, err));
    return hp_goodness_weigh(&analysis->goodness, &analysis->noise, analysis->nsource, err);
}

void hp_analysis_judge(hp_analysis *analysis, double *vector) {
    hp_study *study = &analysis->study;
    const hp_record *record = &study->record;
    const double *R = hp_record_read(record, vector, HP_ROW_R);
    const double *S = hp_record_read(record, vector, HP_ROW_S);
    const double *V = hp_record_read(record, vector, HP_ROW_V_LOCALISED);
    const double *pull = hp_record_read(record, vector, HP_ROW_PULL);
    for (int i = 0; i < study->data.ncolumn * study->data.n; i++) {
        bool fitted = study->data.fitted[i % study->data.n] > 0.0; /* else pulls may be 0/0 */
        double missed = fitted ? pull[i] * study->data.S_error[i] : 0.0;
        study->prediction[i] = V != NULL ? V[i] / study->data.energy_mev * R[i] : S[i] - missed;
    }
    hp_goodness_judge(&analysis->goodness, S, study->prediction, record, vector);
}
