// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot toy`: its schema and the checks between its keys. */
#include "check.h"
#include "schema.h"

#define HP_STRUCT hp_toy_job

static const hp_key keys[] = {HP_TOY_JOB_TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP)};
HP_TOY_JOB_TABLE(HP_SKIP, HP_FIELDS_OPEN, HP_FIELDS_KEY, HP_FIELDS_CLOSE)
static const cyaml_schema_field_t fields[] = {
    HP_TOY_JOB_TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) CYAML_FIELD_END};
static const cyaml_schema_value_t structure = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, hp_toy_job, fields)};

static hp_status check_masses(const hp_toy_job *job, const char **key, hp_error *err) {
    hp_given_masses given = {.mass_1_mev = job->mass_1_mev,
                             .mass_2_mev = job->mass_2_mev,
                             .h = job->hbar2_over_2mu_mev_fm2,
                             .reduced_mass_per_fm = job->reduced_mass_per_fm,
                             .has_reduced_mass = true};
    return hp_check_masses(&given, key, err);
}

static hp_status check_data(const hp_toy_job *job, const char **key, hp_error *err) {
    *key = "data.r_max_fm";
    HP_REQUIRE(job->data.r_max_fm > job->data.r_min_fm, HP_ERR_INPUT,
               "must be > data.r_min_fm = %.15g, found %.15g", job->data.r_min_fm,
               job->data.r_max_fm);
    *key = "data.k_max_per_fm";
    HP_REQUIRE(job->data.momenta == 1 || job->data.k_max_per_fm > job->data.k_min_per_fm,
               HP_ERR_INPUT, "must be > data.k_min_per_fm = %.15g, found %.15g",
               job->data.k_min_per_fm, job->data.k_max_per_fm);
    return HP_OK;
}

static int count_fitted(const hp_toy_job *job) {
    const struct hp_toy_job_data *data = &job->data;
    double slack = 1e-9 * data->r_max_fm; /* a limit may miss its radius by rounding */
    double end = job->fit.r_max_fm > 0 ? job->fit.r_max_fm : data->r_max_fm;
    int count = 0;
    for (int i = 0; i < data->points; i++) {
        double r = data->r_min_fm + (data->r_max_fm - data->r_min_fm) * i / (data->points - 1);
        count += r >= job->fit.r_min_fm - slack && r <= end + slack;
    }
    return count;
}

static hp_status check_fit(const hp_toy_job *job, const char **key, hp_error *err) {
    const struct hp_toy_job_fit *fit = &job->fit;
    *key = "fit.r_max_fm";
    HP_REQUIRE(fit->r_max_fm <= job->data.r_max_fm * (1 + 1e-9), HP_ERR_INPUT,
               "must be <= data.r_max_fm = %.15g, found %.15g", job->data.r_max_fm, fit->r_max_fm);
    *key = "fit.r_min_fm";
    HP_REQUIRE(fit->r_max_fm == 0 || fit->r_min_fm <= fit->r_max_fm, HP_ERR_INPUT,
               "must be <= fit.r_max_fm = %.15g, found %.15g", fit->r_max_fm, fit->r_min_fm);
    HP_REQUIRE(count_fitted(job) > 0, HP_ERR_INPUT,
               "none of the %d radii of the data, %.15g to %.15g fm, lies within %.15g to %.15g fm",
               job->data.points, job->data.r_min_fm, job->data.r_max_fm, fit->r_min_fm,
               fit->r_max_fm > 0 ? fit->r_max_fm : job->data.r_max_fm);
    return HP_OK;
}

/* The kind has this property. */
static bool is(const hp_toy_job *job, unsigned flag) {
    return (hp_potential_kind_find(job->potential.kind)->flags & flag) != 0;
}

/* U = left(r) right(r') has a given form in r: nothing that acts on all of it goes with it. */
static hp_status check_product(const hp_toy_job *job, const char **key, hp_error *err) {
    const char *kind = job->potential.kind;
    *key = "potential.cutoff_weight";
    HP_REQUIRE(job->potential.cutoff_weight == 0, HP_ERR_INPUT,
               "kind %s takes no regulator, found %.15g", kind, job->potential.cutoff_weight);
    *key = "potential.scale";
    HP_REQUIRE(job->potential.scale != 0, HP_ERR_INPUT, "must be given for kind %s", kind);
    return HP_OK;
}

static hp_status check_potential(const hp_toy_job *job, const char **key, hp_error *err) {
    hp_potential_keys potential = {HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    HP_CALL(hp_check_kind(hp_potential_kind_find(job->potential.kind), &potential, key, err));
    if (job->potential.local_part) HP_CALL(hp_check_local_network(&potential, key, err));
    if (is(job, HP_KIND_PRODUCT)) HP_CALL(check_product(job, key, err));
    HP_CALL(hp_check_regulator(&potential, key, err));
    *key = "potential.cutoff_fm";
    HP_REQUIRE(job->potential.cutoff_fm < job->data.r_max_fm, HP_ERR_INPUT,
               "must be < data.r_max_fm = %.15g, found %.15g", job->data.r_max_fm,
               job->potential.cutoff_fm);
    *key = "potential.theta_start";
    HP_REQUIRE(!is(job, HP_KIND_THETA) || job->potential.theta_start.count == 2, HP_ERR_INPUT,
               "expected 2 entries, found %d", job->potential.theta_start.count);
    return HP_OK;
}

static bool has_local_truth(const hp_toy_job *job) {
    return job->gaussians.ranges_fm.count > 0 || job->yukawas.strengths_mev_fm.count > 0 ||
           job->yukawas.strengths.count > 0 || job->squared_yukawas.cutoffs_per_fm2.count > 0 ||
           job->woods_saxon.radii_fm.count > 0 || job->square_well.radii_fm.count > 0 ||
           *job->tables.local != '\0';
}

static bool has_nonlocal_truth(const hp_toy_job *job) {
    return job->separable_exponential.masses_per_fm.count > 0 ||
           job->yamaguchi.a_per_fm.count > 0 || job->gaussian_nonlocal.ranges_fm.count > 0 ||
           *job->tables.nonlocal != '\0';
}

/* f(r') of a partial potential has an exact counterpart when the truth has the same decay in r. */
static hp_status check_partial(const hp_toy_job *job, const char **key, hp_error *err) {
    const hp_double_list *masses = &job->separable_exponential.masses_per_fm;
    *key = "potential.decay_per_fm";
    HP_REQUIRE(masses->count == 1 && masses->values[0] == job->potential.decay_per_fm, HP_ERR_INPUT,
               "kind partial needs the decay of the true potential, one term of "
               "separable_exponential, found %.15g",
               job->potential.decay_per_fm);
    *key = "potential.kind";
    HP_REQUIRE(
        job->yamaguchi.a_per_fm.count == 0 && job->gaussian_nonlocal.ranges_fm.count == 0 &&
            *job->tables.nonlocal == '\0',
        HP_ERR_INPUT,
        "kind partial needs a true potential that is one term of separable_exponential, found "
        "other non-local terms");
    HP_REQUIRE(job->potential.local_part || !has_local_truth(job), HP_ERR_INPUT,
               "kind partial needs potential.local_part: true, for the true potential has a local "
               "part");
    return HP_OK;
}

static hp_status check_truth(const hp_toy_job *job, const char **key, hp_error *err) {
    bool local = has_local_truth(job), nonlocal = has_nonlocal_truth(job);
    *key = "potential.kind";
    HP_REQUIRE(!is(job, HP_KIND_LOCAL) || (local && !nonlocal), HP_ERR_INPUT,
               "local needs a true potential that is local, found a non-local one");
    HP_REQUIRE(is(job, HP_KIND_LOCAL) || nonlocal || job->potential.local_part, HP_ERR_INPUT,
               "%s needs a true potential that is non-local, or potential.local_part: true",
               job->potential.kind);
    if (is(job, HP_KIND_DECAY)) HP_CALL(check_partial(job, key, err));
    return HP_OK;
}

static hp_status check_momenta(const hp_toy_job *job, const char **key, hp_error *err) {
    const struct hp_toy_job_scattering *scattering = &job->scattering;
    const hp_named_list lists[] = {{"scattering.k_per_fm", &scattering->k_per_fm},
                                   {"scattering.momenta_mev", &scattering->momenta_mev},
                                   {"scattering.energies_mev", &scattering->energies_mev}};
    return hp_check_momenta(lists, 3, key, err);
}

static hp_status check_results(const hp_toy_job *job, const char **key, hp_error *err) {
    const struct hp_toy_job_results *results = &job->results;
    *key = "results.u_error_r_min_fm";
    HP_REQUIRE(results->u_error_r_min_fm < job->data.r_max_fm, HP_ERR_INPUT,
               "must be < data.r_max_fm = %.15g, found %.15g", job->data.r_max_fm,
               results->u_error_r_min_fm);
    double end = results->v_error_r_max_fm > 0 ? results->v_error_r_max_fm : job->data.r_max_fm;
    *key = "results.v_error_r_min_fm";
    HP_REQUIRE(results->v_error_r_min_fm < end, HP_ERR_INPUT, "must be < %.15g, found %.15g", end,
               results->v_error_r_min_fm);
    return HP_OK;
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_toy_job *job = data;
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
    HP_CALL(check_masses(job, key, err));
    HP_CALL(hp_check_forms(&forms, key, err));
    HP_CALL(check_data(job, key, err));
    HP_CALL(check_fit(job, key, err));
    HP_CALL(check_potential(job, key, err));
    HP_CALL(check_truth(job, key, err));
    HP_CALL(check_momenta(job, key, err));
    return check_results(job, key, err);
}

const hp_schema hp_toy_job_schema = {.command = "toy",
                                     .keys = keys,
                                     .nkeys = sizeof keys / sizeof *keys,
                                     .structure = &structure,
                                     .check = check};

hp_status hp_toy_job_parse(const char *effective_yaml, hp_toy_job **job, hp_error *err) {
    void *data = NULL;
    hp_status status = hp_schema_parse(&hp_toy_job_schema, effective_yaml, &data, err);
    *job = data;
    return status;
}

void hp_toy_job_free(hp_toy_job **job) {
    void *data = *job;
    hp_schema_free(&hp_toy_job_schema, &data);
    *job = NULL;
}
