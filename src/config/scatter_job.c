// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot scatter`: its schema and the checks between its keys. */
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_scatter_job

/* Lists that must have as many entries as another one. */
typedef struct pair {
    hp_named_list first, other;
} pair;

static hp_status check(const void *data, const char **key, hp_error *err);
static hp_status check_masses(const hp_scatter_job *job, const char **key, hp_error *err);
static hp_status check_local(const hp_scatter_job *job, const char **key, hp_error *err);
static hp_status check_nonlocal(const hp_scatter_job *job, const char **key, hp_error *err);
static hp_status check_choice(const hp_named_list *lists, const char **key, hp_error *err);
static hp_status check_pairs(const pair *pairs, int npair, const char **key, hp_error *err);
static hp_status check_any(const hp_scatter_job *job, const char **key, hp_error *err);
static hp_status check_momenta(const hp_scatter_job *job, const char **key, hp_error *err);

static const hp_key keys[] = {
    HP_SCATTER_JOB_TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP)};
HP_SCATTER_JOB_TABLE(HP_SKIP, HP_FIELDS_OPEN, HP_FIELDS_KEY, HP_FIELDS_CLOSE)
static const cyaml_schema_field_t fields[] = {
    HP_SCATTER_JOB_TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) CYAML_FIELD_END};
static const cyaml_schema_value_t structure = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, hp_scatter_job, fields)};

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

static hp_status check(const void *data, const char **key, hp_error *err) {
    hp_status status = HP_OK;
    const hp_scatter_job *job = data;
    HP_TRY(check_masses(job, key, err));
    HP_TRY(check_local(job, key, err));
    HP_TRY(check_nonlocal(job, key, err));
    HP_TRY(check_any(job, key, err));
    HP_TRY(check_momenta(job, key, err));
cleanup:
    return status;
}

static hp_status check_masses(const hp_scatter_job *job, const char **key, hp_error *err) {
    hp_status status = HP_OK;
    double h = job->hbar2_over_2mu_mev_fm2;
    *key = "mass_1_mev";
    HP_CHECK(job->mass_1_mev > 0 || h > 0, HP_ERR_INPUT,
             "must be > 0, or hbar2_over_2mu_mev_fm2 be given");
    HP_CHECK(job->mass_1_mev == 0 || h == 0, HP_ERR_INPUT,
             "expected masses or hbar2_over_2mu_mev_fm2, found both");
    *key = "mass_2_mev";
    HP_CHECK(job->mass_2_mev == 0 || h == 0, HP_ERR_INPUT,
             "expected masses or hbar2_over_2mu_mev_fm2, found both");
cleanup:
    return status;
}

static hp_status check_local(const hp_scatter_job *job, const char **key, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_scatter_job_yukawas *yukawas = &job->yukawas;
    const struct hp_scatter_job_squared_yukawas *squared = &job->squared_yukawas;
    const hp_named_list masses[] = {{"yukawas.masses_per_fm", &yukawas->masses_per_fm},
                                    {"yukawas.masses_mev", &yukawas->masses_mev}};
    const hp_named_list squared_masses[] = {
        {"squared_yukawas.masses_per_fm", &squared->masses_per_fm},
        {"squared_yukawas.masses_mev", &squared->masses_mev}};
    const hp_named_list amplitudes = {"gaussians.amplitudes_mev", &job->gaussians.amplitudes_mev},
                        strengths = {"yukawas.strengths_mev_fm", &yukawas->strengths_mev_fm},
                        squares = {"squared_yukawas.strengths_mev_fm2",
                                   &squared->strengths_mev_fm2},
                        depths = {"woods_saxon.depths_mev", &job->woods_saxon.depths_mev},
                        wells = {"square_well.depths_mev", &job->square_well.depths_mev};
    const pair pairs[] = {
        {amplitudes, {"gaussians.ranges_fm", &job->gaussians.ranges_fm}},
        {strengths, masses[yukawas->masses_mev.count > 0]},
        {squares, {"squared_yukawas.cutoffs_per_fm2", &squared->cutoffs_per_fm2}},
        {squares, squared_masses[squared->masses_mev.count > 0]},
        {depths, {"woods_saxon.radii_fm", &job->woods_saxon.radii_fm}},
        {depths, {"woods_saxon.diffuseness_fm", &job->woods_saxon.diffuseness_fm}},
        {wells, {"square_well.radii_fm", &job->square_well.radii_fm}}};
    HP_TRY(check_choice(masses, key, err));
    HP_TRY(check_choice(squared_masses, key, err));
    HP_TRY(check_pairs(pairs, sizeof pairs / sizeof *pairs, key, err));
cleanup:
    return status;
}

static hp_status check_nonlocal(const hp_scatter_job *job, const char **key, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_scatter_job_separable_exponential *exponentials = &job->separable_exponential;
    const struct hp_scatter_job_gaussian_nonlocal *gaussians = &job->gaussian_nonlocal;
    const hp_named_list strengths[] = {{"separable_exponential.amplitudes_mev_per_fm3",
                                        &exponentials->amplitudes_mev_per_fm3},
                                       {"separable_exponential.strengths_per_fm5",
                                        &exponentials->strengths_per_fm5}},
                        amplitudes = {"gaussian_nonlocal.amplitudes_mev_per_fm3",
                                      &gaussians->amplitudes_mev_per_fm3};
    const pair pairs[] = {{strengths[exponentials->strengths_per_fm5.count > 0],
                           {"separable_exponential.masses_per_fm", &exponentials->masses_per_fm}},
                          {{"yamaguchi.a_per_fm", &job->yamaguchi.a_per_fm},
                           {"yamaguchi.b_per_fm", &job->yamaguchi.b_per_fm}},
                          {amplitudes, {"gaussian_nonlocal.ranges_fm", &gaussians->ranges_fm}},
                          {amplitudes, {"gaussian_nonlocal.widths_fm", &gaussians->widths_fm}}};
    HP_TRY(check_choice(strengths, key, err));
    HP_TRY(check_pairs(pairs, sizeof pairs / sizeof *pairs, key, err));
cleanup:
    return status;
}

/* Not both of two lists have entries. */
static hp_status check_choice(const hp_named_list *lists, const char **key, hp_error *err) {
    hp_status status = HP_OK;
    *key = lists[1].path;
    HP_CHECK(lists[0].list->count == 0 || lists[1].list->count == 0, HP_ERR_INPUT,
             "expected this or %s, found both", lists[0].path);
cleanup:
    return status;
}

static hp_status check_pairs(const pair *pairs, int npair, const char **key, hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < npair; i++) {
        *key = pairs[i].other.path;
        HP_CHECK(pairs[i].other.list->count == pairs[i].first.list->count, HP_ERR_INPUT,
                 "expected %d entries like %s, found %d", pairs[i].first.list->count,
                 pairs[i].first.path, pairs[i].other.list->count);
    }
cleanup:
    return status;
}

static hp_status check_any(const hp_scatter_job *job, const char **key, hp_error *err) {
    hp_status status = HP_OK;
    int terms = job->gaussians.ranges_fm.count + job->yukawas.strengths_mev_fm.count +
                job->squared_yukawas.cutoffs_per_fm2.count + job->woods_saxon.radii_fm.count +
                job->square_well.radii_fm.count + job->separable_exponential.masses_per_fm.count +
                job->yamaguchi.a_per_fm.count + job->gaussian_nonlocal.ranges_fm.count;
    *key = "gaussians";
    HP_CHECK(terms > 0 || *job->tables.local != '\0' || *job->tables.nonlocal != '\0', HP_ERR_INPUT,
             "expected a potential: terms in this section or another one, or tables");
cleanup:
    return status;
}

static hp_status check_momenta(const hp_scatter_job *job, const char **key, hp_error *err) {
    const struct hp_scatter_job_scattering *scattering = &job->scattering;
    const hp_named_list lists[] = {{"scattering.k_per_fm", &scattering->k_per_fm},
                                   {"scattering.momenta_mev", &scattering->momenta_mev},
                                   {"scattering.energies_mev", &scattering->energies_mev}};
    return hp_check_momenta(lists, 3, key, err);
}
