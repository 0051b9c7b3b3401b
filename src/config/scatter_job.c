// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot scatter`. */
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_scatter_job
HP_DEFINE_TABLE(HP_SCATTER_JOB_TABLE)

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_scatter_job *job = data;
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
    HP_CALL(hp_check_forms(&forms, key, err));
    *key = "femtoscopy.source_radii_fm";
    HP_REQUIRE(
        job->femtoscopy.source_radii_fm.count == 0 || forms.momentum_dependent.ranges_fm.count == 0,
        HP_ERR_INPUT, "correlation functions with momentum_dependent terms are not computed");
    return HP_OK;
}

HP_DEFINE_SCHEMA(hp_scatter_job, "scatter", check)
