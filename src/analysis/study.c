// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/study.h"

#include "hadpot/memory.h"

hp_status hp_study_learn(hp_study *study, const double *start, const hp_tick *tick, double *vector,
                         hp_error *err) {
    hp_status status = HP_OK;
    const hp_fit_task task = {.data = &study->data,
                              .start = start,
                              .tick = tick,
                              .layout = &study->layout,
                              .vector = vector,
                              .prediction = study->prediction};
    HP_TRY(hp_potential_fit(&study->potential, &task, err));
    hp_potential_map_store(&study->map, &study->layout, vector);
cleanup:
    return status;
}

hp_status hp_study_observe(hp_study *study, const hp_pair *pair, double *vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_interaction interaction[2] = {0};
    for (int i = 0; i < study->observables.nsolver; i++) {
        HP_TRY(hp_potential_fill(&study->potential, pair, &study->on_nodes[i], err));
        interaction[i] = hp_node_potential_interaction(&study->on_nodes[i]);
    }
    study->edge_ratio = hp_node_potential_edge_ratio(&study->on_nodes[0]);
    if (study->layout.dataset[HP_SET_EDGE].count > 0)
        *hp_layout_at(&study->layout, vector, HP_SET_EDGE) = study->edge_ratio;
    HP_TRY(hp_observables_compute(&study->observables, pair, interaction, &study->layout, vector,
                                  err));
cleanup:
    return status;
}

void hp_study_extents(const hp_study *study, size_t extent[HP_NAXIS]) {
    extent[HP_AXIS_PAIR] = 2;
    extent[HP_AXIS_TRIPLE] = 3;
    extent[HP_AXIS_U] = (size_t)study->map.n;
    extent[HP_AXIS_U_P] = study->map.momentum != NULL ? (size_t)study->map.n : 0;
    hp_potential_extents(&study->potential, extent);
    hp_observables_extents(&study->observables, extent);
}

hp_status hp_study_prepare(hp_study *study, hp_error *err) {
    hp_status status = HP_OK;
    HP_NEW(study->prediction, (size_t)study->data.n * (size_t)study->data.ncolumn);
    for (int i = 0; i < study->observables.nsolver; i++)
        HP_TRY(hp_node_potential_create(&study->potential, &study->observables.nodes[i],
                                        &study->on_nodes[i], err));
cleanup:
    return status;
}

void hp_study_destroy(hp_study *study) {
    if (study == NULL) return;
    for (int i = 0; i < 2; i++) hp_node_potential_destroy(&study->on_nodes[i]);
    hp_potential_map_destroy(&study->map);
    hp_observables_destroy(&study->observables);
    hp_potential_destroy(&study->potential);
    hp_fit_data_destroy(&study->data);
    hp_free(study->prediction);
    *study = (hp_study){0};
}
