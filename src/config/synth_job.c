// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot synth`. */
#include <string.h>
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_synth_job
HP_DEFINE_TABLE(HP_SYNTH_JOB_TABLE)

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_synth_job *job = data;
    const hp_string_list *names = &job->sources.names;
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_NO_KEY, HP_TAKE_END)};
    HP_CALL(hp_check_forms(&forms, key, err));
    *key = "sources.names";
    for (int s = 0; s < names->count; s++) /* they become HDF5 groups */
        HP_REQUIRE(strchr(names->values[s], '/') == NULL && strcmp(names->values[s], ".") != 0,
                   HP_ERR_INPUT, "expected a name without '/', found %.60s", names->values[s]);
    return HP_OK;
}

HP_DEFINE_SCHEMA(hp_synth_job, "synth", check)
