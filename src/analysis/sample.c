// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>
#include "hadpot/stop.h"
#include "study_parts.h"

hp_status hp_analysis_compute(hp_analysis *analysis, const hp_sample *sample, double *vector,
                              hp_error *err) {
    hp_study *study = &analysis->study;
    const hp_pair *pair = sample->pair;
    memset(vector, 0, study->record.length * sizeof *vector);
    HP_CALL(hp_correlator_compute(analysis->plan, pair, sample->row, &analysis->correlator, err));
    hp_analysis_take_sample(analysis, pair, vector);
    hp_direct_compute(&analysis->direct, pair, sample->row, &study->record, vector);
    HP_CALL(hp_study_learn(study, sample->start, sample->tick, vector, err));
    hp_goodness_store(&analysis->goodness, &study->data, study->prediction, &study->record, vector);
    if (analysis->options->channels != NULL)
        HP_CALL(hp_leading_compute(&analysis->leading, study->data.R, study->data.S,
                                   study->prediction, &study->record, vector, err));
    HP_CALL(hp_stop_check(err)); /* the course has the whole fit */
    HP_CALL(sample->start == NULL ? hp_study_choose_nodes(study, pair, err)
                                  : hp_study_take_nodes(study, sample->start, err));
    HP_CALL(hp_stop_check(err));
    HP_CALL(hp_study_observe(study, pair, vector, err));
    HP_CALL(hp_stop_check(err));
    return hp_analysis_find_levels(analysis, sample->row, vector, err);
}
