// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot import`. */
#include <string.h>
#include "schema.h"

#define HP_STRUCT hp_import_job
HP_DEFINE_TABLE(HP_IMPORT_JOB_TABLE)

/* Names become groups of the ensemble file. */
static hp_status check_name(const char *name, hp_error *err) {
    HP_REQUIRE(strchr(name, '/') == NULL && strcmp(name, ".") != 0, HP_ERR_INPUT,
               "expected a name without '/', found %.60s", name);
    return HP_OK;
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_import_job *job = data;
    const hp_int_list *times = &job->halqcd.times;
    *key = "source";
    HP_CALL(check_name(job->source, err));
    *key = "pair.name";
    HP_CALL(check_name(job->pair.name, err));
    *key = "inverse_spacing_mev";
    HP_REQUIRE(job->inverse_spacing_mev > 0 || strcmp(job->format, "ensemble") == 0, HP_ERR_INPUT,
               "must be given: 1/a in MeV");
    *key = "ensemble.files";
    HP_REQUIRE(*job->ensemble.files != '\0' || strcmp(job->format, "ensemble") != 0, HP_ERR_INPUT,
               "must be given: names of files below tree, such as part.{configuration}.h5");
    if (strcmp(job->format, "halqcd") != 0) return HP_OK;
    *key = "halqcd.two_point_1";
    HP_REQUIRE(*job->halqcd.two_point_1 != '\0', HP_ERR_INPUT,
               "must be given: the name of the two-point function, such as Xi_CG05_CG05");
    *key = "halqcd.times";
    for (int i = 1; i < times->count; i++)
        HP_REQUIRE(times->values[i] == times->values[i - 1] + 1, HP_ERR_INPUT,
                   "expected consecutive times, found %d after %d", times->values[i],
                   times->values[i - 1]);
    return HP_OK;
}

HP_DEFINE_SCHEMA(hp_import_job, "import", check)
