// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noise in the data of an analysis, from all samples. */
#include <math.h>
#include "hadpot/analysis.h"
#include "hadpot/memory.h"

/* R or S of a row of the average (first) and the samples, normalised like the data. */
static void take_row(const hp_analysis *analysis, const double *from, int stride, double *to) {
    const hp_fit_data *data = &analysis->study.data;
    for (int c = 0; c < data->ncolumn; c++)
        for (int r = 0; r < data->n; r++)
            *to++ = from[(ptrdiff_t)c * stride + r] / data->normalisation[c];
}

static hp_status take_rows(hp_analysis *analysis, const hp_lo_errors *errors, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    size_t m = (size_t)data->ncolumn * (size_t)data->n, rows = 1 + (size_t)errors->nsample;
    HP_REQUIRE(errors->sample != NULL && errors->nkept == data->n, HP_ERR_INTERNAL,
               "samples at %d radii for a fit to %d", errors->nkept, data->n);
    HP_ALLOCATE(analysis->R_rows, 2 * rows * m);
    analysis->S_rows = analysis->R_rows + rows * m;
    analysis->nsample = errors->nsample;
    analysis->sample_weight = errors->sample_weight;
    take_row(analysis, errors->R, analysis->plan->nshell, analysis->R_rows);
    take_row(analysis, errors->S, analysis->plan->nshell, analysis->S_rows);
    for (size_t k = 0; k < rows - 1; k++) {
        take_row(analysis, errors->sample + 2 * k * m, data->n, analysis->R_rows + (k + 1) * m);
        take_row(analysis, errors->sample + (2 * k + 1) * m, data->n,
                 analysis->S_rows + (k + 1) * m);
    }
    return HP_OK;
}

/* What no smooth potential can follow on a cubic lattice, as part of S: in Xi Xi, S/R of shells at
 * distances of 2 and sqrt(3) a are 4 and 2 %, off what those around them have, and 20 (a/r)^2 %
 * covers what they are off up to 4 a (docs/method-bands.md, section 2). */
static const double LATTICE_ARTEFACT = 0.2;

/* (n), relative to S; fit.relative_floor says more than is known. */
static void find_artefacts(const hp_analysis *analysis, double *artefact) {
    const hp_fit_data *data = &analysis->study.data;
    bool cubic = analysis->plan->ensemble->geometry.kind == HP_GEOMETRY_CUBIC;
    for (int i = 0; i < data->n; i++) {
        double r = fmax(data->r[i], 1.0); /* in units of a */
        artefact[i] =
            hypot(analysis->options->relative_floor, cubic ? LATTICE_ARTEFACT / (r * r) : 0.0);
    }
}

hp_status hp_analysis_model_errors(hp_analysis *analysis, const hp_lo_errors *errors,
                                   hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_data *data = &analysis->study.data;
    double *artefact = NULL;
    HP_TRY(take_rows(analysis, errors, err));
    HP_NEW(artefact, data->n);
    find_artefacts(analysis, artefact);
    const hp_error_data noise = {.features = &analysis->features,
                                 .grid = {data->n, data->r, data->quadrature},
                                 .fitted = data->fitted,
                                 .ncolumn = data->ncolumn,
                                 .nsample = analysis->nsample,
                                 .R = analysis->R_rows,
                                 .S = analysis->S_rows,
                                 .sample_weight = analysis->sample_weight,
                                 .length_fm = data->length_fm,
                                 .amplitude = analysis->options->mixture.amplitude,
                                 .artefact = artefact};
    HP_TRY(hp_error_model_create(&noise, &analysis->noise, err));
    HP_TRY(hp_goodness_weigh(&analysis->goodness, &analysis->noise, analysis->nsource, err));
cleanup:
    hp_free(artefact);
    return status;
}

void hp_analysis_judge(hp_analysis *analysis, double *vector) {
    hp_study *study = &analysis->study;
    const hp_record *record = &study->record;
    const double *V = hp_record_read(record, vector, HP_ROW_V_LOCALISED);
    const double *R = hp_record_read(record, vector, HP_ROW_R);
    for (int i = 0; i < study->data.ncolumn * study->data.n; i++)
        study->prediction[i] = V[i] / study->data.energy_mev * R[i];
    hp_goodness_judge(&analysis->goodness, hp_record_read(record, vector, HP_ROW_S),
                      study->prediction, record, vector);
}
