// SPDX-License-Identifier: GPL-3.0-or-later
#include "centred.h"
#include <math.h>
#include "hadpot/memory.h"

/* weight[npoint] = 1/error^2 (or 1) of V, 0 where it is not fitted. */
static hp_status weigh(const hp_fit_data *data, int npoint, double *weight, hp_error *err) {
    for (int i = 0; i < npoint; i++) {
        double error = data->V_error[i];
        weight[i] = 0.0;
        if (data->fitted[i % data->n] == 0.0) continue;
        HP_REQUIRE(isfinite(data->V[i]) && isfinite(error) && error > 0.0, HP_ERR_INPUT,
                   "\"%s\": S/R = %g with error %g at r = %g a cannot be fitted (R is zero?); "
                   "fit.r_min_fm and fit.r_max_fm can leave it out",
                   data->label, data->V[i], error, data->r[i % data->n]);
        weight[i] = data->inverse_variance ? 1.0 / (error * error) : 1.0;
    }
    return HP_OK;
}

hp_status hp_centred_create(const hp_potential_setup *setup, int ncolumn, hp_centred *centred,
                            hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = setup->data;
    double *r = NULL, *weight = NULL;
    int npoint = data->n * ncolumn;
    *centred = (hp_centred){
        .count = setup->gaussians, .length_fm = data->length_fm, .energy_mev = data->energy_mev};
    HP_NEW(r, npoint);
    HP_NEW(weight, npoint);
    for (int i = 0; i < npoint; i++) r[i] = data->r[i % data->n];
    HP_TRY(weigh(data, npoint, weight, err));
    HP_TRY(hp_gaussian_fit_create(HP_GAUSSIANS_CENTRED, centred->count, r, weight, npoint,
                                  &centred->fit, err));
    HP_NEW(centred->param, 2 * centred->count);
cleanup:
    hp_free(r);
    hp_free(weight);
    return status;
}

void hp_centred_destroy(hp_centred *centred) {
    hp_gaussian_fit_destroy(&centred->fit);
    hp_free(centred->param);
    *centred = (hp_centred){0};
}

hp_status hp_centred_fit(hp_centred *centred, const double *V, const hp_fit_task *task,
                         hp_gaussian_report *report, hp_error *err) {
    double *param = centred->param;
    if (task->start == NULL) {
        HP_CALL(hp_gaussian_fit_search(centred->fit, V, param, report, err));
    } else {
        hp_centred_load(centred, task->record, task->start);
        HP_CALL(hp_gaussian_fit_minimise(centred->fit, V, param, report, err));
    }
    double *stored = hp_record_at(task->record, task->vector, HP_ROW_GAUSSIANS);
    for (int i = 0; i < 2 * centred->count; i++)
        stored[i] = param[i] * (i % 2 == 0 ? centred->energy_mev : centred->length_fm);
    return HP_OK;
}

void hp_centred_load(hp_centred *centred, const hp_record *record, const double *vector) {
    const double *stored = hp_record_read(record, vector, HP_ROW_GAUSSIANS);
    for (int i = 0; i < 2 * centred->count; i++)
        centred->param[i] = stored[i] / (i % 2 == 0 ? centred->energy_mev : centred->length_fm);
}

double hp_centred_value(const hp_centred *centred, double r) {
    return hp_gaussians_value(centred->param, centred->count, r);
}

void hp_centred_add_rows(const hp_centred *centred, hp_record *record) {
    static const hp_row row = {
        .path = HP_ROW_GAUSSIANS,
        .unit = "MeV, fm",
        .text = "amplitude a_i and range b_i of V(r) = sum_i a_i exp(-(r/b_i)^2)",
        .axis = {"gaussian", "amplitude_range"}};
    hp_record_add_axis(record, "gaussian", (size_t)centred->count);
    hp_record_add_axis(record, "amplitude_range", 2);
    hp_record_add_rows(record, &row, 1);
    hp_training_describe(0, 0, record);
}
