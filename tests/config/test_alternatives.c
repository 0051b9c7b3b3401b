// SPDX-License-Identifier: GPL-3.0-or-later
/* The section `variations`: how entries are cut into assignments, and what job each becomes. */
#include "support.h"

#include <stdio.h>
#include "hadpot/alternatives.h"
#include "hadpot/memory.h"

/* The alternatives of a job with these lines; status in return. */
static hp_status create(const char *lines, hp_alternatives *alternatives, hp_error *err) {
    char text[1024], *effective = NULL;
    snprintf(text, sizeof text,
             "ensemble: a.h5\noutput: it's out\nfit:\n  times: [13]\nvariations:\n%s", lines);
    hp_status status =
        hp_config_merge_text(&hp_job_schema, "job.yaml", text, NULL, 0, &effective, err);
    if (status == HP_OK) status = hp_alternatives_create(effective, alternatives, err);
    hp_free(effective);
    return status;
}

static void entries_become_jobs(void **state) {
    (void)state;
    hp_alternatives all;
    hp_error err = HP_ERROR_INIT;
    hp_job *job = NULL;
    assert_ok(create("  other: [\"training.seed=7\"]\n"
                     "  times: [\"fit.times=[11, 12];fit.sources=[\\\"a b\\\", 'c;d'] ;\\t"
                     "training.seed=4\", \"fit.times=[12]\"]\n",
                     &all, &err),
              &err);
    assert_int_equal(all.count, 3); /* in the order of the table of keys */
    assert_string_equal(all.entry[0].name, "times_1");
    assert_string_equal(all.entry[1].name, "times_2");
    assert_string_equal(all.entry[2].name, "other_1");
    assert_string_equal(hp_variation_group(all.entry[2].group), "other");
    assert_ok(hp_job_parse(all.entry[0].effective_job, &job, &err), &err);
    assert_string_equal(job->output, "it's out/variations/times_1");
    assert_string_equal(job->ensemble, "a.h5");
    assert_int_equal(job->fit.times.count, 2);
    assert_int_equal(job->fit.times.values[1], 12);
    assert_int_equal(job->fit.sources.count, 2);
    assert_string_equal(job->fit.sources.values[0], "a b");
    assert_string_equal(job->fit.sources.values[1], "c;d");
    assert_int_equal(job->training.seed, 4);
    assert_int_equal(job->variations.times.count + job->variations.other.count, 0);
    hp_job_free(&job);
    hp_alternatives_destroy(&all);
}

static void a_job_without_variations_has_no_alternatives(void **state) {
    (void)state;
    hp_alternatives all;
    hp_error err = HP_ERROR_INIT;
    assert_ok(create("  times: []\n", &all, &err), &err);
    assert_int_equal(all.count, 0);
    hp_alternatives_destroy(&all);
}

/* All of an entry is known of: which one, and what in it. */
static void errors_name_group_and_entry(void **state) {
    (void)state;
    hp_alternatives all;
    hp_error err = HP_ERROR_INIT;
    assert_status(create("  seed: [training.seed=2, training.seed=-1]\n", &all, &err), HP_ERR_INPUT,
                  &err);
    assert_contains(err.message, "variations.seed entry 2: --set training.seed=-1: ");
    assert_contains(err.message, "must be >= 0");
}

/* Neither is what anyone means; the first would count as a choice that does not matter. */
static void entries_change_the_job_and_each_key_once(void **state) {
    (void)state;
    hp_alternatives all;
    hp_error err = HP_ERROR_INIT;
    assert_status(create("  times: ['fit.times=[12]', 'fit.times=[13]']\n", &all, &err),
                  HP_ERR_INPUT, &err);
    assert_contains(err.message, "variations.times entry 2: fit.times=[13] changes nothing");
    hp_error_clear(&err);
    assert_status(create("  seed: ['training.seed=7 training.seed=8']\n", &all, &err), HP_ERR_INPUT,
                  &err);
    assert_contains(err.message, "variations.seed entry 1: training.seed is given twice");
}

static void only_keys_of_fits_may_be_varied(void **state) {
    (void)state;
    hp_alternatives all;
    hp_error err = HP_ERROR_INIT;
    assert_ok(create("  other: [scattering.order=8, fit.r_max_fm=2]\n", &all, &err), &err);
    hp_alternatives_destroy(&all);
    assert_status(create("  other: [resampling.bin=2]\n", &all, &err), HP_ERR_INPUT, &err);
    assert_string_equal(err.message,
                        "variations.other entry 1: resampling.bin may not be varied: alternatives "
                        "differ in how the same observables are found from the same samples; "
                        "channels.delta_factor, masses, fit, partial_waves, misner, potential, "
                        "training, scattering.solver, scattering.range_fm, "
                        "scattering.tolerance_deg, scattering.order, scattering.panels, "
                        "scattering.ode_tolerance, scattering.charge_radius_fm may");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_become_jobs),
        cmocka_unit_test(a_job_without_variations_has_no_alternatives),
        cmocka_unit_test(errors_name_group_and_entry),
        cmocka_unit_test(entries_change_the_job_and_each_key_once),
        cmocka_unit_test(only_keys_of_fits_may_be_varied),
    };
    return cmocka_run_group_tests_name("config/alternatives", tests, NULL, NULL);
}
