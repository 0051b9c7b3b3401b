// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot scatter`: its schema and the checks between its keys. */
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_scatter_job

static const hp_key keys[] = {
    HP_SCATTER_JOB_TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP)};
HP_SCATTER_JOB_TABLE(HP_SKIP, HP_FIELDS_OPEN, HP_FIELDS_KEY, HP_FIELDS_CLOSE)
static const cyaml_schema_field_t fields[] = {
    HP_SCATTER_JOB_TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) CYAML_FIELD_END};
static const cyaml_schema_value_t structure = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, hp_scatter_job, fields)};

static hp_status check_momenta(const hp_scatter_job *job, const char **key, hp_error *err) {
    const struct hp_scatter_job_scattering *scattering = &job->scattering;
    const hp_named_list lists[] = {{"scattering.k_per_fm", &scattering->k_per_fm},
                                   {"scattering.momenta_mev", &scattering->momenta_mev},
                                   {"scattering.energies_mev", &scattering->energies_mev}};
    return hp_check_momenta(lists, 3, key, err);
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_scatter_job *job = data;
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
    hp_given_masses given = {.mass_1_mev = job->mass_1_mev,
                             .mass_2_mev = job->mass_2_mev,
                             .h = job->hbar2_over_2mu_mev_fm2};
    HP_CALL(hp_check_masses(&given, key, err));
    HP_CALL(hp_check_forms(&forms, key, err));
    return check_momenta(job, key, err);
}

const hp_schema hp_scatter_job_schema = {.command = "scatter",
                                         .keys = keys,
                                         .nkeys = sizeof keys / sizeof *keys,
                                         .structure = &structure,
                                         .check = check};

hp_status hp_scatter_job_parse(const char *effective_yaml, hp_scatter_job **job, hp_error *err) {
    void *data = NULL;
    hp_status status = hp_schema_parse(&hp_scatter_job_schema, effective_yaml, &data, err);
    *job = data;
    return status;
}

void hp_scatter_job_free(hp_scatter_job **job) {
    void *data = *job;
    hp_schema_free(&hp_scatter_job_schema, &data);
    *job = NULL;
}
