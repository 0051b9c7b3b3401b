// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot coverage`. */
#include <limits.h>
#include "schema.h"

#define HP_STRUCT hp_coverage_job
HP_DEFINE_TABLE(HP_COVERAGE_JOB_TABLE)

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_coverage_job *job = data;
    *key = "first_seed";
    HP_REQUIRE(job->first_seed <= INT_MAX - job->ensembles, HP_ERR_INPUT,
               "must be at most %d for %d ensembles, found %d", INT_MAX - job->ensembles,
               job->ensembles, job->first_seed);
    return HP_OK;
}

HP_DEFINE_SCHEMA(hp_coverage_job, "coverage", check)
