// SPDX-License-Identifier: GPL-3.0-or-later
/* Records of analyses with observables made by hand, and a budget of them. */
#ifndef HADPOT_TEST_BUDGET_CASE_H
#define HADPOT_TEST_BUDGET_CASE_H

#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/budget.h"
#include "hadpot/goodness.h"
#include "hadpot/network_fit.h"
#include "hadpot/observables.h"

enum {
    TIMES = HP_GROUP_times,
    SOURCES = HP_GROUP_sources,
    ANSATZ = HP_GROUP_ansatz,
    RANGE = HP_GROUP_range,
    NROW = 4 /* the average and three samples */
};

/* What the rows of an analysis hold: two momenta and one bound state. */
typedef struct numbers {
    double delta[2], kcot[2], kcot0, a0, binding, nbound;
} numbers;

/* A record with samples, for as long as the struct lives. */
typedef struct analysis {
    double k2[2];
    hp_record record;
    hp_rows samples;
} analysis;

/* L = 1/(1000 MeV), e_cm = 10 and 40 MeV. chi2 above 2 fails. */
static inline void fill(analysis *made, const numbers *row, double chi2) {
    static const hp_row fit[] = {{.path = HP_ROW_EFFECTIVE, .unit = "1", .text = "chi2"},
                                 {.path = HP_ROW_CONVERGED, .unit = "1", .text = "converged"}};
    hp_error err = HP_ERROR_INIT;
    *made = (analysis){.k2 = {0.01, 0.04}};
    const hp_observables observables = {.pair = {.mu = 0.5},
                                        .length_fm = 0.2,
                                        .momentum_mev = 1000.0,
                                        .lattice = true,
                                        .nk = 2,
                                        .k2 = made->k2,
                                        .nbound = 1};
    hp_record *record = &made->record;
    hp_record_create(record);
    assert_ok(hp_observables_describe(&observables, record, &err), &err);
    hp_record_add_rows(record, fit, 2);
    double *rows = test_calloc(NROW * record->length, sizeof *rows);
    for (int i = 0; i < NROW; i++) {
        double *vector = rows + (size_t)i * record->length;
        memcpy(hp_record_at(record, vector, HP_ROW_DELTA), row[i].delta, sizeof row->delta);
        memcpy(hp_record_at(record, vector, HP_ROW_KCOT), row[i].kcot, sizeof row->kcot);
        *hp_record_at(record, vector, HP_ROW_KCOT0) = row[i].kcot0;
        *hp_record_at(record, vector, HP_ROW_A0) = row[i].a0;
        *hp_record_at(record, vector, HP_ROW_BINDING) = row[i].binding;
        *hp_record_at(record, vector, HP_ROW_NBOUND) = row[i].nbound;
        *hp_record_at(record, vector, HP_ROW_EFFECTIVE) = chi2;
        *hp_record_at(record, vector, HP_ROW_CONVERGED) = 1.0;
        hp_record_derive(record, vector);
    }
    made->samples = (hp_rows){NROW - 1, rows, {HP_METHOD_JACKKNIFE, NROW - 1}, true, NULL};
    hp_record_set_samples(record, &made->samples);
    if (chi2 > 2.0)
        hp_record_add_note(record, (hp_note){.fails = "does not describe its data"}, "chi2");
}

static inline void empty(analysis *made) {
    test_free(made->samples.value);
    hp_record_destroy(&made->record);
}

static hp_alternative two[] = {
    {.group = TIMES, .number = 1, .name = "times_1", .assignments = (char *)"fit.times=[12]"},
    {.group = TIMES, .number = 2, .name = "times_2", .assignments = (char *)"fit.times=[14]"}};

/* The first `count` of two alternatives. */
static inline hp_status compare(const analysis *central, const analysis *const *varied, int count,
                                bool include, hp_budget *budget, hp_error *err) {
    hp_status status = HP_OK;
    const hp_alternatives alternatives = {count, two};
    const hp_budget_setup setup = {
        .central = &central->record, .alternatives = &alternatives, .include_failing = include};
    HP_TRY(hp_budget_create(&setup, budget, err));
    for (int v = 0; v < count; v++) HP_TRY(hp_budget_add(budget, v, &varied[v]->record, err));
    hp_budget_finish(budget);
cleanup:
    return status;
}

#endif
