// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/fit_data.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

hp_status hp_fit_data_create(int n, int ncolumn, hp_fit_data *data, hp_error *err) {
    return hp_fit_data_create_components(1, n, ncolumn, data, err);
}

hp_status hp_fit_data_create_components(int ncomponent, int nradius, int ncolumn, hp_fit_data *data,
                                        hp_error *err) {
    int n = ncomponent * nradius;
    size_t radii = (size_t)n, columns = (size_t)ncolumn, values = columns * radii;
    *data = (hp_fit_data){.n = n,
                          .ncolumn = ncolumn,
                          .ncomponent = ncomponent,
                          .nradius = nradius,
                          .npair = 1,
                          .label = "data",
                          .length_fm = 1.0,
                          .energy_mev = HP_HBARC_MEV_FM,
                          .inverse_variance = true,
                          .penalty_unit = 1.0};
    HP_ALLOCATE(data->block, 3 * radii + columns + 6 * values);
    data->r = data->block;
    data->quadrature = data->r + radii;
    data->fitted = data->quadrature + radii;
    data->normalisation = data->fitted + radii;
    data->S_error = data->normalisation + columns;
    data->V_error = data->S_error + values;
    data->R = data->V_error + values;
    data->S = data->R + values;
    data->K = data->S + values;
    data->V = data->K + values;
    return HP_OK;
}

bool hp_fit_data_is_s_wave(const hp_fit_data *data) {
    return data->ncomponent == 1 && data->component[0].l == 0;
}

void hp_fit_data_choose(hp_fit_data *data, double r_min, double r_max) {
    double slack = 1e-9 * data->r[data->n - 1];
    data->nfitted = 0;
    for (int i = 0; i < data->n; i++) {
        data->fitted[i] = data->r[i] + slack >= r_min && data->r[i] <= r_max + slack;
        if (data->fitted[i] > 0.0) data->nfitted += data->ncolumn;
    }
}

hp_status hp_fit_data_weigh(hp_fit_data *data, const hp_fit_points *with, hp_error *err) {
    hp_fit_points points = with != NULL ? *with : (hp_fit_points){0};
    points.n = data->n;
    points.ncolumn = data->ncolumn;
    points.fitted = data->fitted;
    points.error_eff = data->S_error;
    points.inverse_variance = data->inverse_variance;
    points.unit = data->normalisation;
    return hp_fit_weights_create(&points, &data->weights, err);
}

void hp_fit_data_destroy(hp_fit_data *data) {
    if (data == NULL) return;
    hp_fit_weights_destroy(&data->weights);
    hp_free(data->block);
    *data = (hp_fit_data){0};
}
