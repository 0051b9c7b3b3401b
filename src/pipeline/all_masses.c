// SPDX-License-Identifier: GPL-3.0-or-later
/* Masses and sqrt(Z) of all pairs of a plan. */
#include <string.h>
#include "hadpot/masses.h"
#include "hadpot/memory.h"

const char *hp_masses_source(const hp_masses *masses, const hp_ensemble *ensemble) {
    if (ensemble->field == NULL) return ensemble->source[masses->source];
    return ensemble->wave[ensemble->field[masses->source].wave].name;
}

/* Of the job, else of the file, of each jackknife row where it has them: 1 + N numbers. */
static hp_status take_sqrt_z(const hp_job *job, hp_sample_rule rule, int pair,
                             hp_correlator_plan *plan, hp_all_masses *masses, hp_error *err) {
    const struct hp_job_channels *keys = &job->channels;
    if (plan->ensemble->pair == NULL) return HP_OK;
    const hp_ensemble_pair *of = &plan->ensemble->pair[plan->pair[pair]];
    double **z = &masses->sqrt_z[pair];
    int N = plan->ensemble->nsample;
    bool given = keys->sqrt_z.count > 0;
    if (!given && of->sqrt_z_rows == NULL) return HP_OK;
    HP_REQUIRE(given || rule.nsample == N, HP_ERR_INPUT,
               "%s: pair %s has sqrt_z of each of %d rows, but there are %d samples: give one "
               "number in channels.sqrt_z",
               plan->ensemble->path, of->name, N, rule.nsample);
    hp_free(*z);
    HP_ALLOCATE(*z, given ? 1 : 1 + N);
    for (int a = 0; a < keys->sqrt_z.count; a++)
        if (strcmp(keys->pairs.values[a], of->name) == 0) **z = keys->sqrt_z.values[a];
    if (!given) **z = of->sqrt_z;
    if (!given) memcpy(*z + 1, of->sqrt_z_rows, (size_t)N * sizeof **z);
    plan->masses[pair].sqrt_z = *z;
    plan->masses[pair].nz = given ? 1 : 1 + N;
    return HP_OK;
}

hp_status hp_all_masses_plan(const hp_job *job, hp_correlator_plan *plan, bool *part,
                             hp_all_masses *masses, hp_error *err) {
    *masses = (hp_all_masses){.npair = plan->npair};
    for (int a = 0; a < plan->npair; a++)
        HP_CALL(hp_masses_plan(job, plan, a, part, &masses->of[a], err));
    return HP_OK;
}

hp_status hp_all_masses_find(const hp_job *job, hp_resampling *resampling, hp_correlator_plan *plan,
                             hp_all_masses *masses, hp_error *err) {
    const hp_sample_rule rule = hp_resampling_rule(resampling);
    hp_status status = HP_OK;
    for (int a = 0; a < masses->npair; a++)
        HP_CALL(hp_masses_find(job, resampling, plan, masses->of, a, &masses->of[a], err));
    for (int a = 0; a < masses->npair && status == HP_OK; a++)
        status = take_sqrt_z(job, rule, a, plan, masses, err);
    return hp_parallel_agree(plan->ensemble->comm, status, err);
}

bool hp_all_masses_vary(const hp_all_masses *masses) {
    bool vary = false;
    for (int a = 0; a < masses->npair; a++) vary |= masses->of[a].nrow > 1;
    return vary;
}

void hp_all_masses_add_rows(const hp_all_masses *masses, hp_record *record) {
    for (int a = 0; a < masses->npair; a++) hp_masses_add_rows(&masses->of[a], record);
}

void hp_all_masses_store(const hp_all_masses *masses, double inverse_spacing_mev, int row,
                         const hp_record *record, double *vector) {
    for (int a = 0; a < masses->npair; a++)
        hp_masses_store(&masses->of[a], inverse_spacing_mev, row, record, vector);
}

void hp_all_masses_describe(const hp_all_masses *masses, const hp_ensemble *ensemble,
                            hp_record *record) {
    for (int a = 0; a < masses->npair; a++) hp_masses_describe(&masses->of[a], ensemble, record);
}

void hp_all_masses_destroy(hp_all_masses *masses) {
    if (masses == NULL) return;
    for (int a = 0; a < masses->npair; a++) hp_masses_destroy(&masses->of[a]);
    for (int a = 0; a < HP_MOST_PAIRS; a++) hp_free(masses->sqrt_z[a]);
    *masses = (hp_all_masses){0};
}
