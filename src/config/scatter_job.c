// SPDX-License-Identifier: GPL-3.0-or-later
/* The job file of `hadpot scatter`. */
#include <string.h>
#include "check.h"
#include "hadpot/given_channels.h"
#include "hadpot/memory.h"
#include "schema.h"

#define HP_STRUCT hp_scatter_job
HP_DEFINE_TABLE(HP_SCATTER_JOB_TABLE)

static hp_status check_femtoscopy(const hp_scatter_job *job, const hp_form_keys *forms,
                                  const hp_given_channels *given, const char **key, hp_error *err) {
    const struct hp_scatter_job_femtoscopy *femtoscopy = &job->femtoscopy;
    if (femtoscopy->source_radii_fm.count == 0) return HP_OK;
    *key = "femtoscopy.source_radii_fm";
    HP_REQUIRE(forms->momentum_dependent.ranges_fm.count == 0, HP_ERR_INPUT,
               "correlation functions with momentum_dependent terms are not computed");
    *key = "femtoscopy.statistics";
    HP_REQUIRE(given->one_s_wave || strcmp(femtoscopy->statistics, "distinct") == 0, HP_ERR_INPUT,
               "correlation functions of identical particles are those of one S wave, expected "
               "distinct with these channels.components, found %s",
               femtoscopy->statistics);
    return HP_OK;
}

static hp_status check(const void *data, const char **key, hp_error *err) {
    const hp_scatter_job *job = data;
    hp_given_channels given;
    double *energy = NULL;
    int n;
    hp_form_keys forms = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    HP_CALL(hp_given_channels_read(job, &given, key, err));
    HP_CALL(hp_check_forms(&forms, key, err));
    HP_CALL(hp_given_elements_check(&forms, &given, key, err));
    HP_CALL(check_femtoscopy(job, &forms, &given, key, err));
    HP_CALL(hp_given_energies(job, &given, &energy, &n, key, err));
    hp_free(energy);
    return HP_OK;
}

HP_DEFINE_SCHEMA(hp_scatter_job, "scatter", check)
