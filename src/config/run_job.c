// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot run`: its schema and the checks between its keys. */
#include <string.h>
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_job

static const hp_key keys[] = {HP_JOB_TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP)};
HP_JOB_TABLE(HP_SKIP, HP_FIELDS_OPEN, HP_FIELDS_KEY, HP_FIELDS_CLOSE)
static const cyaml_schema_field_t fields[] = {
    HP_JOB_TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) CYAML_FIELD_END};
static const cyaml_schema_value_t structure = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, hp_job, fields)};

static hp_status check_fit(const hp_job *job, const char **key, hp_error *err) {
    const struct hp_job_fit *fit = &job->fit;
    *key = "fit.sources";
    HP_CALL(hp_check_distinct_strings(&fit->sources, err));
    *key = "fit.times";
    HP_CALL(hp_check_distinct_ints(&fit->times, err));
    *key = "fit.r_min_fm";
    HP_REQUIRE(fit->r_max_fm == 0 || fit->r_min_fm < fit->r_max_fm, HP_ERR_INPUT,
               "must be < fit.r_max_fm = %.15g, found %.15g", fit->r_max_fm, fit->r_min_fm);
    return HP_OK;
}

/* The covariance is that of S, to which networks are fitted, in units of its error. */
static hp_status check_covariance(const hp_job *job, const char **key, hp_error *err) {
    const hp_potential_kind *kind = hp_potential_kind_find(job->potential.kind);
    if (strcmp(job->fit.covariance, "none") == 0) return HP_OK;
    *key = "fit.covariance";
    HP_REQUIRE((kind->flags & HP_KIND_OF_V) == 0, HP_ERR_INPUT,
               "%s is for potential.kind sdnn and local only, found kind %s: its fits to S/R take "
               "fit.covariance: none",
               job->fit.covariance, kind->name);
    HP_REQUIRE(strcmp(job->fit.weighting, "inverse_variance") == 0, HP_ERR_INPUT,
               "%s needs fit.weighting: inverse_variance, found %s", job->fit.covariance,
               job->fit.weighting);
    return HP_OK;
}

/* Two sources give V0 and V2 of one time; V0 is fitted to the first of them, so that their order
 * matters and they must be named. */
static hp_status check_sources(const hp_job *job, const char **key, hp_error *err) {
    const hp_potential_kind *kind = hp_potential_kind_find(job->potential.kind);
    if ((kind->flags & HP_KIND_TWO_SOURCES) == 0) return HP_OK;
    *key = "fit.sources";
    HP_REQUIRE(job->fit.sources.count == 2, HP_ERR_INPUT,
               "potential.kind: %s needs two sources, found %d", kind->name,
               job->fit.sources.count);
    *key = "fit.times";
    HP_REQUIRE(job->fit.times.count == 1, HP_ERR_INPUT,
               "potential.kind: %s takes one time, each has its own V0 and V2; found %d",
               kind->name, job->fit.times.count);
    return HP_OK;
}

/* Keys of networks that the kind has not are ignored. */
static hp_status check_networks(const hp_job *job, const char **key, hp_error *err) {
    hp_potential_keys keys_of_networks = {HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    const hp_potential_kind *kind = hp_potential_kind_find(job->potential.kind);
    HP_CALL(hp_check_kind(kind, &keys_of_networks, key, err));
    return hp_check_regulator(&keys_of_networks, key, err);
}

static hp_status check_momenta(const hp_job *job, const char **key, hp_error *err) {
    const struct hp_job_scattering *scattering = &job->scattering;
    const hp_named_list lists[] = {{"scattering.k2_lat", &scattering->k2_lat},
                                   {"scattering.momenta_mev", &scattering->momenta_mev},
                                   {"scattering.energies_mev", &scattering->energies_mev}};
    return hp_check_momenta(lists, 3, key, err);
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_job *job = data;
    HP_CALL(check_fit(job, key, err));
    HP_CALL(check_covariance(job, key, err));
    HP_CALL(check_sources(job, key, err));
    HP_CALL(check_networks(job, key, err));
    HP_CALL(check_momenta(job, key, err));
    *key = "results.chi2_region_edges_fm";
    return hp_check_ascending(&job->results.chi2_region_edges_fm, err);
}

const hp_schema hp_job_schema = {.command = "run",
                                 .keys = keys,
                                 .nkeys = sizeof keys / sizeof *keys,
                                 .structure = &structure,
                                 .check = check};

hp_status hp_job_parse(const char *effective_yaml, hp_job **job, hp_error *err) {
    void *data = NULL;
    hp_status status = hp_schema_parse(&hp_job_schema, effective_yaml, &data, err);
    *job = data;
    return status;
}

void hp_job_free(hp_job **job) {
    void *data = *job;
    hp_schema_free(&hp_job_schema, &data);
    *job = NULL;
}
