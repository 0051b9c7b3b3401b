// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot coverage`: its schema and the checks between its keys. */
#include <limits.h>
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_coverage_job

static const hp_key keys[] = {
    HP_COVERAGE_JOB_TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP)};
static const cyaml_schema_field_t fields[] = {
    HP_COVERAGE_JOB_TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) CYAML_FIELD_END};
static const cyaml_schema_value_t structure = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, hp_coverage_job, fields)};

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_coverage_job *job = data;
    *key = "first_seed";
    HP_REQUIRE(job->first_seed <= INT_MAX - job->ensembles, HP_ERR_INPUT,
               "must be at most %d for %d ensembles, found %d", INT_MAX - job->ensembles,
               job->ensembles, job->first_seed);
    *key = "levels";
    return hp_check_ascending(&job->levels, err);
}

const hp_schema hp_coverage_job_schema = {.command = "coverage",
                                          .keys = keys,
                                          .nkeys = sizeof keys / sizeof *keys,
                                          .structure = &structure,
                                          .check = check};

hp_status hp_coverage_job_parse(const char *effective_yaml, hp_coverage_job **job, hp_error *err) {
    void *data = NULL;
    hp_status status = hp_schema_parse(&hp_coverage_job_schema, effective_yaml, &data, err);
    *job = data;
    return status;
}

void hp_coverage_job_free(hp_coverage_job **job) {
    void *data = *job;
    hp_schema_free(&hp_coverage_job_schema, &data);
    *job = NULL;
}
