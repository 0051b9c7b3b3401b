// SPDX-License-Identifier: GPL-3.0-or-later
/* Observables of the learned and of the true potential, each on a grid that suits it. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "toy_parts.h"

/* The same momenta, on the grid that resolves the true potential up to a range, or for 0 as far as
 * it reaches. */
static hp_status create_exact(const hp_toy *toy, double range, hp_study *exact, hp_error *err) {
    hp_observables_options wanted = toy->observables;
    wanted.solver = HP_SOLVER_NYSTROEM;
    wanted.range_fm = range;
    wanted.fit_e_max_mev = 0;
    wanted.order = wanted.panels = 0;
    return hp_study_prepare_given(exact, toy->truth, &toy->pair, &wanted, err);
}

/* From the first radius of the data on: a network says nothing below, and some U are infinite at
 * r = 0. */
static hp_status create_map(hp_toy *toy, hp_error *err) {
    double first = toy->data.r[0], last = toy->data.r[toy->data.n - 1];
    double end =
        hp_potential_map_end(&toy->learned.potential, toy->job->results.u_max_fm, 1.0, last);
    HP_REQUIRE(end <= last * (1 + 1e-9), HP_ERR_INPUT,
               "results.u_max_fm = %g fm is beyond the data, which end at %g fm; a network says "
               "nothing there",
               end, last);
    HP_REQUIRE(end > first, HP_ERR_INPUT,
               "results.u_max_fm: the map of U ends at %g fm, before the data begin at %g fm", end,
               first);
    return hp_potential_map_space(&toy->learned.potential, (double[]){first, end},
                                  toy->job->results.u_points, toy->job->results.momentum_space,
                                  &toy->learned.map, err);
}

/* The truth as far as the learned potential goes, which knows nothing of the rest. One that has no
 * observables when it ends there is of no further use. */
static hp_status observe_cut(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    hp_study cut = {0};
    double *vector = NULL, end = toy->learned.observables.problem.range;
    if (end >= hp_forms_reach(toy->truth)) return HP_OK;
    HP_TRY(create_exact(toy, end, &cut, err));
    HP_NEW(vector, cut.record.length);
    status = hp_study_observe(&cut, &toy->pair, vector, err);
    toy->cut_deg = NAN;
    if (status == HP_OK)
        toy->cut_deg = hp_toy_phase_distance(
            hp_record_read(&cut.record, vector, HP_ROW_DELTA),
            hp_record_read(&toy->exact.record, toy->exact_vector, HP_ROW_DELTA),
            cut.observables.nk);
    if (status == HP_ERR_NUMERIC) {
        hp_error_clear(err);
        status = HP_OK;
    }
cleanup:
    hp_study_destroy(&cut);
    hp_free(vector);
    return status;
}

hp_status hp_toy_create_observables(hp_toy *toy, hp_error *err) {
    HP_CALL(create_exact(toy, 0, &toy->exact, err));
    if (hp_potential_describe(&toy->learned.potential).has_map) HP_CALL(create_map(toy, err));
    hp_toy_add_axes(toy);
    HP_CALL(hp_study_describe(&toy->learned, err));
    HP_CALL(hp_toy_create_exact(toy, err));
    HP_CALL(hp_study_observe(&toy->exact, &toy->pair, toy->exact_vector, err));
    return observe_cut(toy, err);
}

/* nan in all that follows from the potential. */
static void forget(const hp_toy *toy) {
    const hp_record *record = &toy->learned.record;
    if (!toy->has_channels) {
        hp_observables_forget(record, toy->vector);
        return;
    }
    for (int e = 0; e < record->nentry; e++) {
        const hp_entry *entry = &record->entry[e];
        bool of_fit = strncmp(entry->row.path, "potential/", 10) == 0 ||
                      strncmp(entry->row.path, "training/", 9) == 0;
        if (of_fit || !hp_entry_is_sampled(entry)) continue;
        for (size_t i = 0; i < entry->count; i++) toy->vector[entry->start + i] = NAN;
    }
}

static hp_status observe(hp_toy *toy, hp_error *err) {
    hp_study *learned = &toy->learned;
    const hp_pair *pair = learned->data.pair;
    HP_CALL(hp_study_choose_nodes(learned, pair, err));
    HP_CALL(hp_study_observe(learned, pair, toy->vector, err));
    if (toy->has_channels) return HP_OK;
    return hp_observables_fit_window(&learned->observables, &learned->record, NULL, 1, toy->vector,
                                     err);
}

/* A training may be long and end at a potential no solver can do, which is a result too. */
hp_status hp_toy_observe(hp_toy *toy, hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    forget(toy);
    hp_status status = observe(toy, &trouble);
    if (status == HP_ERR_NUMERIC) {
        bool unfinished = toy->has_channels ||
                          isnan(*hp_record_read(&toy->learned.record, toy->vector, HP_ROW_A0));
        if (unfinished) /* some of the phase shifts are in other units */
            forget(toy);
        snprintf(toy->trouble, sizeof toy->trouble, "%.500s", trouble.message);
        return HP_OK;
    }
    if (status != HP_OK && err != NULL) *err = trouble;
    return status;
}
