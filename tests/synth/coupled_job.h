// SPDX-License-Identifier: GPL-3.0-or-later
/* A job of jobs/coupled, its ensemble and its truth, for the tests of this folder. */
#ifndef HADPOT_TEST_COUPLED_JOB_H
#define HADPOT_TEST_COUPLED_JOB_H

#include "hadpot/memory.h"
#include "hadpot/record.h"
#include "synth_case.h"

enum { COUPLED_MOST_SETS = 16 };

typedef struct coupled_case {
    hp_synth_job *job;
    hp_synth_truth truth;
    char folder[64], path[128];
} coupled_case;

/* jobs/coupled/NAME.yaml with other values (sets), its file in a folder of its own. */
static inline void coupled_case_read(coupled_case *one, const char *name, char *const *sets,
                                     int nsets) {
    hp_error err = HP_ERROR_INIT;
    char path[512], output[160], *text = NULL, *all[COUPLED_MOST_SETS + 1];
    *one = (coupled_case){.job = NULL};
    hp_test_make_folder(one->folder);
    snprintf(one->path, sizeof one->path, "%s/made.h5", one->folder);
    snprintf(path, sizeof path, HADPOT_SOURCE_DIR "/jobs/coupled/%s.yaml", name);
    snprintf(output, sizeof output, "output=%s", one->path);
    assert_true(nsets <= COUPLED_MOST_SETS);
    for (int i = 0; i < nsets; i++) all[i] = sets[i];
    all[nsets] = output;
    assert_ok(hp_config_merge(&hp_synth_job_schema, path, all, nsets + 1, &text, &err), &err);
    assert_ok(hp_synth_job_parse(text, &one->job, &err), &err);
    hp_free(text);
}

static inline void coupled_case_find_truth(coupled_case *one) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_synth_truth_create(one->job, &one->truth, &err), &err);
}

static inline void coupled_case_write(coupled_case *one) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_synth_write_ensemble(one->job, NULL, &err), &err);
}

/* A row of the truth. */
static inline const double *coupled_case_row(const coupled_case *one, const char *path) {
    const double *values = NULL;
    const hp_record *record = hp_synth_truth_record(&one->truth, &values);
    assert_non_null(record);
    const double *row = hp_record_read(record, values, path);
    assert_non_null(row);
    return row;
}

static inline void coupled_case_destroy(coupled_case *one) {
    hp_synth_truth_destroy(&one->truth);
    hp_synth_job_free(&one->job);
    hp_test_remove_folder(one->folder);
}

#endif
