// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>
#include "parts.h"

hp_status hp_analysis_compute(hp_analysis *analysis, const double *row, const double *start,
                              const hp_tick *tick, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_study *study = &analysis->study;
    const hp_pair pair = hp_pair_of_row(&analysis->plan->masses, 0);
    memset(vector, 0, study->record.length * sizeof *vector);
    HP_TRY(hp_correlator_compute(analysis->plan, &pair, row, &analysis->correlator, err));
    hp_analysis_take_sample(analysis, &pair, vector);
    HP_TRY(hp_study_learn(study, start, tick, vector, err));
    hp_goodness_store(&analysis->goodness, &study->data, study->prediction, &study->record, vector);
    HP_TRY(hp_study_observe(study, &pair, vector, err));
    HP_TRY(hp_analysis_find_levels(analysis, row, vector, err));
cleanup:
    return status;
}
