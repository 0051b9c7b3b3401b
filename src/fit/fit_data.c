// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/fit_data.h"

#include "hadpot/memory.h"

hp_status hp_fit_data_create(int n, int ncolumn, hp_fit_data *data, hp_error *err) {
    size_t radii = (size_t)n, columns = (size_t)ncolumn, values = columns * radii;
    *data = (hp_fit_data){.n = n, .ncolumn = ncolumn, .penalty_unit = 1.0};
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

void hp_fit_data_destroy(hp_fit_data *data) {
    if (data == NULL) return;
    hp_fit_weights_destroy(&data->weights);
    hp_free(data->block);
    *data = (hp_fit_data){0};
}
