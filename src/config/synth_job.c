// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot synth`: its schema and the checks between its keys. */
#include <string.h>
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_synth_job

static const hp_key keys[] = {HP_SYNTH_JOB_TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP)};
HP_SYNTH_JOB_TABLE(HP_SKIP, HP_FIELDS_OPEN, HP_FIELDS_KEY, HP_FIELDS_CLOSE)
static const cyaml_schema_field_t fields[] = {
    HP_SYNTH_JOB_TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) CYAML_FIELD_END};
static const cyaml_schema_value_t structure = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, hp_synth_job, fields)};

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_synth_job *job = data;
    const hp_string_list *names = &job->sources.names;
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
    HP_CALL(hp_check_forms(&forms, key, err));
    *key = "sources.names";
    HP_CALL(hp_check_distinct_strings(names, err));
    for (int s = 0; s < names->count; s++) /* they become HDF5 groups */
        HP_REQUIRE(strchr(names->values[s], '/') == NULL && strcmp(names->values[s], ".") != 0,
                   HP_ERR_INPUT, "expected a name without '/', found %.60s", names->values[s]);
    *key = "sources.widths_fm";
    HP_REQUIRE(job->sources.widths_fm.count == names->count, HP_ERR_INPUT,
               "expected one entry for each of %d sources, found %d", names->count,
               job->sources.widths_fm.count);
    *key = "inelastic.amplitudes";
    HP_REQUIRE(job->inelastic.amplitudes.count == 0 ||
                   job->inelastic.amplitudes.count == names->count,
               HP_ERR_INPUT, "expected one entry for each of %d sources, found %d", names->count,
               job->inelastic.amplitudes.count);
    *key = "phase_shifts.energies_mev";
    return hp_check_ascending(&job->phase_shifts.energies_mev, err);
}

const hp_schema hp_synth_job_schema = {.command = "synth",
                                       .keys = keys,
                                       .nkeys = sizeof keys / sizeof *keys,
                                       .structure = &structure,
                                       .check = check};

hp_status hp_synth_job_parse(const char *effective_yaml, hp_synth_job **job, hp_error *err) {
    void *data = NULL;
    hp_status status = hp_schema_parse(&hp_synth_job_schema, effective_yaml, &data, err);
    *job = data;
    return status;
}

void hp_synth_job_free(hp_synth_job **job) {
    void *data = *job;
    hp_schema_free(&hp_synth_job_schema, &data);
    *job = NULL;
}
