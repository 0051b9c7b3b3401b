// SPDX-License-Identifier: GPL-3.0-or-later
/* One toy of jobs/toys, learned in this process. */
#ifndef HADPOT_TEST_TOY_CASE_H
#define HADPOT_TEST_TOY_CASE_H

#include "support.h"

#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/toy.h"

enum { MOST_SETS = 12 };

typedef struct outcome {
    hp_toy_job *job;
    hp_toy toy;
} outcome;

static inline const char *preset_text(const char *name) {
    for (int i = 0; i < hp_toy_npreset; i++)
        if (strcmp(hp_toy_presets[i].name, name) == 0) return hp_toy_presets[i].text;
    fail_msg("there is no toy %s", name);
    return NULL;
}

/* name: what messages call the job. */
static inline void learn_text(const char *name, const char *text, char *const *overrides, int count,
                              outcome *out) {
    hp_error err = HP_ERROR_INIT;
    char *effective = NULL;
    assert_ok(
        hp_config_merge_text(&hp_toy_job_schema, name, text, overrides, count, &effective, &err),
        &err);
    assert_ok(hp_toy_job_parse(effective, &out->job, &err), &err);
    hp_free(effective);
    assert_ok(hp_toy_create(out->job, &out->toy, &err), &err);
    assert_ok(hp_toy_learn(&out->toy, NULL, &err), &err);
    assert_ok(hp_toy_observe(&out->toy, &err), &err);
    assert_ok(hp_toy_compare(&out->toy, &err), &err);
}

/* sets: ends with NULL. Phase shifts by one solver: that two of them agree is tested elsewhere. */
static inline void learn(const char *name, const char *const *sets, outcome *out) {
    char *overrides[MOST_SETS] = {(char *)"output=none", (char *)"scattering.bound_states=0"};
    int count = 2;
    if (strncmp(name, "separable", 9) == 0 || strcmp(name, "yukawa") == 0) /* others have one */
        overrides[count++] = (char *)"scattering.solver=nystroem";
    for (; *sets != NULL; sets++) {
        assert_true(count < MOST_SETS);
        overrides[count++] = (char *)*sets;
    }
    learn_text(name, preset_text(name), overrides, count, out);
    const hp_toy_comparison *found = &out->toy.comparison;
    print_message("%s: %d steps; U off by %.3g, asymmetry %.3g, V %.3g, f %.3g, delta %.3g deg\n",
                  name, out->toy.log.latest.epoch + 1, found->u_error, found->asymmetry,
                  found->v_error, found->f_error, found->delta_error_deg);
}

static inline void end(outcome *out) {
    hp_toy_destroy(&out->toy);
    hp_toy_job_free(&out->job);
}

#endif
