// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/goodness.h"
#include <math.h>
#include "hadpot/memory.h"

hp_status hp_goodness_create(const hp_fit_data *data, const double *edge_fm, int nedge,
                             hp_goodness *goodness, hp_error *err) {
    hp_status status = HP_OK;
    *goodness =
        (hp_goodness){.nregion = nedge + 1, .edge_fm = edge_fm, .ncomponent = data->ncomponent};
    HP_NEW(goodness->region, data->n);
    HP_NEW(goodness->region_points, data->ncomponent * goodness->nregion);
    for (int r = 0; r < data->n; r++) {
        /* a shell on an edge is beyond it, whatever the rounding of a in fm */
        double r_fm = data->r[r] * data->length_fm * (1.0 + 1e-9);
        int *region = &goodness->region[r];
        while (*region < nedge && r_fm >= edge_fm[*region]) ++*region;
        goodness->region_points[r / data->nradius * goodness->nregion + *region] +=
            data->fitted[r] > 0.0;
    }
cleanup:
    if (status != HP_OK) hp_goodness_destroy(goodness);
    return status;
}

void hp_goodness_destroy(hp_goodness *goodness) {
    if (goodness == NULL) return;
    int npart = 1 + goodness->nsource * goodness->ncomponent * (1 + goodness->nregion);
    for (int i = 0; goodness->part != NULL && i < npart; i++)
        hp_error_part_destroy(&goodness->part[i]);
    hp_free(goodness->part);
    hp_free(goodness->region);
    hp_free(goodness->region_points);
    *goodness = (hp_goodness){0};
}

/* Columns of the noise that are those of a wave: its component at all times of its source. */
static hp_error_columns columns_of(const hp_goodness *goodness, const hp_error_model *noise,
                                   int wave) {
    int ncomponent = goodness->ncomponent, all = noise->ncolumn / goodness->nsource;
    int source = wave / ncomponent * all;
    return (hp_error_columns){source + wave % ncomponent, source + all, ncomponent};
}

hp_status hp_goodness_weigh(hp_goodness *goodness, const hp_error_model *noise, int nsource,
                            hp_error *err) {
    hp_status status = HP_OK;
    int nwave = nsource * goodness->ncomponent, nregion = goodness->nregion;
    double *chosen = NULL;
    goodness->nsource = nsource;
    HP_NEW(goodness->part, 1 + nwave * (1 + nregion));
    HP_NEW(chosen, noise->n);
    HP_TRY(hp_error_model_restrict(noise, (hp_error_columns){0, noise->ncolumn, 1}, NULL,
                                   goodness->part, err));
    for (int i = 0; i < nwave; i++)
        HP_TRY(hp_error_model_restrict(noise, columns_of(goodness, noise, i), NULL,
                                       goodness->part + 1 + i, err));
    for (int i = 0; i < nwave * nregion; i++) {
        for (int r = 0; r < noise->n; r++) chosen[r] = goodness->region[r] == i % nregion;
        HP_TRY(hp_error_model_restrict(noise, columns_of(goodness, noise, i / nregion), chosen,
                                       goodness->part + 1 + nwave + i, err));
    }
cleanup:
    hp_free(chosen);
    return status;
}

void hp_goodness_judge(const hp_goodness *goodness, const double *S, const double *prediction,
                       const hp_record *record, double *vector) {
    const hp_error_part *part = goodness->part;
    static const char *const path[] = {HP_ROW_EFFECTIVE, HP_ROW_EFFECTIVE_BY,
                                       HP_ROW_EFFECTIVE_REGION};
    for (int i = 0; i < 3; i++) {
        double *to = hp_record_at(record, vector, path[i]);
        for (size_t j = 0; j < hp_record_count(record, path[i]); j++, part++)
            to[j] = part->points == 0 ? NAN
                                      : hp_fit_weights_chi2(&part->weights, S, prediction) /
                                            part->effective_points;
    }
}

static void store_pulls(const hp_fit_data *data, const double *prediction, const hp_record *record,
                        double *vector) {
    double *V_localised = hp_record_at(record, vector, HP_ROW_V_LOCALISED);
    double *pull = hp_record_at(record, vector, HP_ROW_PULL);
    for (int i = 0; i < data->n * data->ncolumn; i++) {
        double V = prediction[i] / data->R[i];
        if (V_localised != NULL) V_localised[i] = data->energy_mev * V;
        pull[i] = data->of_potential ? (data->V[i] - V) / data->V_error[i]
                                     : (data->S[i] - prediction[i]) / data->S_error[i];
    }
}

static int count_points(const hp_goodness *goodness, int component) {
    int points = 0;
    for (int i = 0; i < goodness->nregion; i++)
        points += goodness->region_points[component * goodness->nregion + i];
    return points;
}

/* chi2 per point of a component of one column, which is returned, and of its regions of r. */
static double store_column(const hp_goodness *goodness, const hp_fit_data *data, int column,
                           int component, const hp_record *record, double *vector) {
    int first = component * data->nradius, nregion = goodness->nregion;
    ptrdiff_t wave = (ptrdiff_t)column * data->ncomponent + component;
    const double *pull = hp_record_read(record, vector, HP_ROW_PULL) + (ptrdiff_t)column * data->n;
    double *by_region = hp_record_at(record, vector, HP_ROW_CHI2_REGION) + wave * nregion;
    double chi2 = 0.0;
    for (int i = 0; i < nregion; i++) by_region[i] = 0.0;
    for (int r = first; r < first + data->nradius; r++) {
        if (data->fitted[r] == 0.0) continue;
        by_region[goodness->region[r]] += pull[r] * pull[r];
        chi2 += pull[r] * pull[r];
    }
    for (int i = 0; i < nregion; i++)
        by_region[i] /= goodness->region_points[component * nregion + i];
    chi2 = chi2 * data->ncolumn / (data->ncolumn * count_points(goodness, component));
    hp_record_at(record, vector, HP_ROW_CHI2_BY)[wave] = chi2;
    return chi2;
}

void hp_goodness_store(const hp_goodness *goodness, const hp_fit_data *data,
                       const double *prediction, const hp_record *record, double *vector) {
    double chi2 = 0.0;
    store_pulls(data, prediction, record, vector);
    for (int c = 0; c < data->ncolumn; c++)
        for (int k = 0; k < data->ncomponent; k++) {
            double part = (double)(data->ncolumn * count_points(goodness, k)) / data->nfitted;
            if (part > 0.0)
                chi2 += part * store_column(goodness, data, c, k, record, vector) / data->ncolumn;
        }
    *hp_record_at(record, vector, HP_ROW_CHI2) = chi2;
    *hp_record_at(record, vector, HP_ROW_EFFECTIVE) = NAN; /* until it is judged */
    if (hp_record_find(record, HP_ROW_CHI2_CORRELATED) == NULL) return;
    *hp_record_at(record, vector, HP_ROW_CHI2_CORRELATED) =
        hp_fit_weights_chi2(&data->weights, data->S, prediction) / data->nfitted;
}
