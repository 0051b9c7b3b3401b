// SPDX-License-Identifier: GPL-3.0-or-later
#include "given_potential.h"

#include <stdio.h>
#include <string.h>
#include "hadpot/units.h"

static hp_status add_local(const hp_scatter_job *job, hp_forms *forms, hp_error *err);
static hp_status add_nonlocal(const hp_scatter_job *job, hp_forms *forms, hp_error *err);
static hp_status add_tables(const hp_scatter_job *job, hp_forms *forms, hp_error *err);
static hp_status add(hp_forms *forms, hp_form_kind kind, const hp_double_list *first,
                     const hp_double_list *second, const hp_double_list *third, hp_error *err);
static hp_status add_with_mass(hp_forms *forms, hp_form_kind kind,
                               const hp_double_list *const *lists, const hp_double_list *mass_mev,
                               hp_error *err);

double hp_given_hbar2_over_2mu(const hp_scatter_job *job) {
    if (job->hbar2_over_2mu_mev_fm2 > 0) return job->hbar2_over_2mu_mev_fm2;
    double second = job->mass_2_mev > 0 ? job->mass_2_mev : job->mass_1_mev;
    double mu = job->mass_1_mev * second / (job->mass_1_mev + second);
    return HP_HBARC_MEV_FM * HP_HBARC_MEV_FM / (2 * mu);
}

hp_status hp_given_potential(const hp_scatter_job *job, hp_forms **forms, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_forms_create(hp_given_hbar2_over_2mu(job), forms, err));
    HP_TRY(add_local(job, *forms, err));
    HP_TRY(add_nonlocal(job, *forms, err));
    HP_TRY(add_tables(job, *forms, err));
cleanup:
    if (status != HP_OK) hp_forms_destroy(forms);
    return status;
}

void hp_given_describe(const hp_scatter_job *job, char text[HP_GIVEN_TEXT]) {
    const struct {
        const char *name;
        int terms;
    } sections[] = {{"gaussians", job->gaussians.ranges_fm.count},
                    {"yukawas", job->yukawas.strengths_mev_fm.count},
                    {"squared_yukawas", job->squared_yukawas.cutoffs_per_fm2.count},
                    {"woods_saxon", job->woods_saxon.radii_fm.count},
                    {"square_well", job->square_well.radii_fm.count},
                    {"separable_exponential", job->separable_exponential.masses_per_fm.count},
                    {"yamaguchi", job->yamaguchi.a_per_fm.count},
                    {"gaussian_nonlocal", job->gaussian_nonlocal.ranges_fm.count},
                    {"tables.local", *job->tables.local != '\0'},
                    {"tables.nonlocal", *job->tables.nonlocal != '\0'}};
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof sections / sizeof *sections && used < HP_GIVEN_TEXT; i++)
        if (sections[i].terms > 0)
            used += (size_t)snprintf(text + used, HP_GIVEN_TEXT - used, "%s%s",
                                     used > 0 ? ", " : "", sections[i].name);
}

static hp_status add_local(const hp_scatter_job *job, hp_forms *forms, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_scatter_job_yukawas *yukawas = &job->yukawas;
    const struct hp_scatter_job_squared_yukawas *squared = &job->squared_yukawas;
    const hp_double_list *yukawa[] = {&yukawas->strengths_mev_fm, &yukawas->masses_per_fm, NULL};
    const hp_double_list *square[] = {&squared->strengths_mev_fm2, &squared->cutoffs_per_fm2,
                                      &squared->masses_per_fm};
    HP_TRY(add(forms, HP_FORM_GAUSSIAN, &job->gaussians.amplitudes_mev, &job->gaussians.ranges_fm,
               NULL, err));
    HP_TRY(add_with_mass(forms, HP_FORM_YUKAWA, yukawa, &yukawas->masses_mev, err));
    HP_TRY(add_with_mass(forms, HP_FORM_SQUARED_YUKAWA, square, &squared->masses_mev, err));
    HP_TRY(add(forms, HP_FORM_WOODS_SAXON, &job->woods_saxon.depths_mev, &job->woods_saxon.radii_fm,
               &job->woods_saxon.diffuseness_fm, err));
    HP_TRY(add(forms, HP_FORM_SQUARE_WELL, &job->square_well.depths_mev, &job->square_well.radii_fm,
               NULL, err));
cleanup:
    return status;
}

static hp_status add_nonlocal(const hp_scatter_job *job, hp_forms *forms, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_scatter_job_separable_exponential *exponentials = &job->separable_exponential;
    const struct hp_scatter_job_gaussian_nonlocal *gaussians = &job->gaussian_nonlocal;
    HP_TRY(add(forms, HP_FORM_EXPONENTIAL, &exponentials->amplitudes_mev_per_fm3,
               &exponentials->masses_per_fm, NULL, err));
    HP_TRY(add(forms, HP_FORM_EXPONENTIAL_KERNEL, &exponentials->strengths_per_fm5,
               &exponentials->masses_per_fm, NULL, err));
    HP_TRY(add(forms, HP_FORM_YAMAGUCHI, &job->yamaguchi.a_per_fm, &job->yamaguchi.b_per_fm, NULL,
               err));
    HP_TRY(add(forms, HP_FORM_NONLOCAL_GAUSSIAN, &gaussians->amplitudes_mev_per_fm3,
               &gaussians->ranges_fm, &gaussians->widths_fm, err));
cleanup:
    return status;
}

static hp_status add_tables(const hp_scatter_job *job, hp_forms *forms, hp_error *err) {
    hp_status status = HP_OK;
    if (*job->tables.local != '\0')
        status = hp_forms_add_local_table(forms, job->tables.local, err);
    if (status != HP_OK) hp_error_add_context(err, "tables.local");
    HP_TRY(status);
    if (*job->tables.nonlocal != '\0')
        status = hp_forms_add_nonlocal_table(forms, job->tables.nonlocal, err);
    if (status != HP_OK) hp_error_add_context(err, "tables.nonlocal");
cleanup:
    return status;
}

/* One term for each entry of the first list, which may be empty while the others are not. */
static hp_status add(hp_forms *forms, hp_form_kind kind, const hp_double_list *first,
                     const hp_double_list *second, const hp_double_list *third, hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < first->count; i++) {
        double parameter[HP_FORM_PARAMETERS] = {first->values[i], second->values[i],
                                                third != NULL ? third->values[i] : 0};
        HP_TRY(hp_forms_add(forms, kind, parameter, err));
    }
cleanup:
    return status;
}

/* The last of the lists is a mass in 1/fm, and empty where it is given in MeV. */
static hp_status add_with_mass(hp_forms *forms, hp_form_kind kind,
                               const hp_double_list *const *lists, const hp_double_list *mass_mev,
                               hp_error *err) {
    hp_status status = HP_OK;
    int last = lists[2] != NULL ? 2 : 1;
    for (int i = 0; i < lists[0]->count; i++) {
        double parameter[HP_FORM_PARAMETERS] = {0};
        for (int p = 0; p < last; p++) parameter[p] = lists[p]->values[i];
        parameter[last] =
            mass_mev->count > 0 ? mass_mev->values[i] / HP_HBARC_MEV_FM : lists[last]->values[i];
        HP_TRY(hp_forms_add(forms, kind, parameter, err));
    }
cleanup:
    return status;
}
