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
    HP_NEW(goodness->region_points, goodness->nregion);
    for (int r = 0; r < data->n; r++) {
        /* a shell on an edge is beyond it, whatever the rounding of a in fm */
        double r_fm = data->r[r] * data->length_fm * (1.0 + 1e-9);
        int *region = &goodness->region[r];
        while (*region < nedge && r_fm >= edge_fm[*region]) ++*region;
        goodness->region_points[*region] += data->fitted[r] > 0.0;
    }
cleanup:
    if (status != HP_OK) hp_goodness_destroy(goodness);
    return status;
}

void hp_goodness_destroy(hp_goodness *goodness) {
    if (goodness == NULL) return;
    for (int i = 0; goodness->part != NULL && i < 1 + goodness->nsource * (1 + goodness->nregion);
         i++)
        hp_error_part_destroy(&goodness->part[i]);
    hp_free(goodness->part);
    hp_free(goodness->region);
    hp_free(goodness->region_points);
    *goodness = (hp_goodness){0};
}

hp_status hp_goodness_weigh(hp_goodness *goodness, const hp_error_model *noise, int nsource,
                            hp_error *err) {
    hp_status status = HP_OK;
    int nt = noise->ncolumn / nsource, nregion = goodness->nregion;
    double *chosen = NULL;
    goodness->nsource = nsource;
    HP_NEW(goodness->part, 1 + nsource * (1 + nregion));
    HP_NEW(chosen, noise->n);
    HP_TRY(hp_error_model_restrict(noise, 0, noise->ncolumn, NULL, goodness->part, err));
    for (int s = 0; s < nsource; s++)
        HP_TRY(hp_error_model_restrict(noise, s * nt, (s + 1) * nt, NULL, goodness->part + 1 + s,
                                       err));
    for (int i = 0; i < nsource * nregion; i++) {
        int s = i / nregion;
        for (int r = 0; r < noise->n; r++) chosen[r] = goodness->region[r] == i % nregion;
        HP_TRY(hp_error_model_restrict(noise, s * nt, (s + 1) * nt, chosen,
                                       goodness->part + 1 + nsource + i, err));
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

/* chi2 per point of one column by component, of several. */
static void store_components(const hp_fit_data *data, int column, const hp_record *record,
                             double *vector) {
    const double *pull = hp_record_read(record, vector, HP_ROW_PULL) + (ptrdiff_t)column * data->n;
    double *chi2 = hp_record_at(record, vector, HP_ROW_CHI2_COMPONENT);
    if (chi2 == NULL) return;
    for (int c = 0; c < data->ncomponent; c++) {
        double sum = 0.0, points = 0.0;
        for (int i = c * data->nradius; i < (c + 1) * data->nradius; i++) {
            if (data->fitted[i] == 0.0) continue;
            sum += pull[i] * pull[i];
            points++;
        }
        chi2[column * data->ncomponent + c] = sum / points;
    }
}

/* chi2 per point of one column, which is returned, and of its regions of r. */
static double store_column(const hp_goodness *goodness, const hp_fit_data *data, int column,
                           const hp_record *record, double *vector) {
    const double *pull = hp_record_read(record, vector, HP_ROW_PULL) + (ptrdiff_t)column * data->n;
    double *by_region =
        hp_record_at(record, vector, HP_ROW_CHI2_REGION) + (ptrdiff_t)column * goodness->nregion;
    double chi2 = 0.0;
    for (int i = 0; i < goodness->nregion; i++) by_region[i] = 0.0;
    for (int r = 0; r < data->n; r++) {
        if (data->fitted[r] == 0.0) continue;
        by_region[goodness->region[r]] += pull[r] * pull[r];
        chi2 += pull[r] * pull[r];
    }
    for (int i = 0; i < goodness->nregion; i++) by_region[i] /= goodness->region_points[i];
    chi2 = chi2 * data->ncolumn / data->nfitted;
    hp_record_at(record, vector, HP_ROW_CHI2_BY)[column] = chi2;
    store_components(data, column, record, vector);
    return chi2;
}

void hp_goodness_store(const hp_goodness *goodness, const hp_fit_data *data,
                       const double *prediction, const hp_record *record, double *vector) {
    double chi2 = 0.0;
    store_pulls(data, prediction, record, vector);
    for (int c = 0; c < data->ncolumn; c++)
        chi2 += store_column(goodness, data, c, record, vector) / data->ncolumn;
    *hp_record_at(record, vector, HP_ROW_CHI2) = chi2;
    *hp_record_at(record, vector, HP_ROW_EFFECTIVE) = NAN; /* until it is judged */
    if (hp_record_find(record, HP_ROW_CHI2_CORRELATED) == NULL) return;
    *hp_record_at(record, vector, HP_ROW_CHI2_CORRELATED) =
        hp_fit_weights_chi2(&data->weights, data->S, prediction) / data->nfitted;
}
