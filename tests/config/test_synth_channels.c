// SPDX-License-Identifier: GPL-3.0-or-later
/* Jobs of `hadpot synth` with several components. */
#include "job_file.h"
#include "hadpot/given_channels.h"

/* Two pairs, the second one with 3S1 and 3D1. */
#define COUPLED                                                                                    \
    "output: s.h5\n"                                                                               \
    "inverse_spacing_mev: 2000\n"                                                                  \
    "channels: {pairs: [A, B], masses_1_mev: [900, 950], masses_2_mev: [1100, 1150], "             \
    "components: [\"A:1S0\", \"B:1S0\", \"B:1D2\"]}\n"                                             \
    "gaussians: {amplitudes_mev: [-60, 20, -30], ranges_fm: [0.8, 0.7, 0.6], elements: [A, "       \
    "\"A/B:1S0\", V_C:B]}\n"                                                                       \
    "sources: {names: [w, v], widths_fm: [0, 0.5], components: [\"A:1S0\", \"B:1D2\"]}\n"

static void a_job_with_components_is_one_of_scatter(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_synth_job *job;
    hp_given_channels given;
    const char *key = "";
    assert_ok(hp_synth_job_parse(COUPLED "scattering: {total_energies_mev: [2001, 2150], poles: "
                                         "[\"-+\"], pole_region_mev: [-5, 120, 30]}\n",
                                 &job, &err),
              &err);
    hp_scatter_job scatter = hp_given_scatter_of_synth(job);
    assert_ok(hp_given_channels_read(&scatter, &given, &key, &err), &err);
    assert_int_equal(given.channels.npair, 2);
    assert_int_equal(given.channels.ncomponent, 3);
    assert_int_equal(given.channels.component[2].l, 2);
    assert_int_equal(given.channels.kinematics, HP_RELATIVISTIC);
    assert_int_equal(given.nsheet, 1);
    assert_false(given.one_s_wave);
    assert_int_equal(scatter.scattering.energies_mev.count, 0);
    assert_close(scatter.scattering.total_energies_mev.values[1], 2150, 0, 0);
    assert_int_equal(hp_given_source_component(job, &given, 0), 0);
    assert_int_equal(hp_given_source_component(job, &given, 1), 2);
    hp_synth_job_free(&job);
}

static void bad_keys_have_one_message(void **state) {
    (void)state;
    static const struct {
        const char *set, *message;
    } cases[] = {
        {"channels.pairs=[A,A]", "expected different entries, found A twice"},
        {"channels.pairs=[A]", "channels.masses_1_mev: expected 1 entries like channels.pairs"},
        {"channels.pairs=[A,3S1]", "expected a name that is no partial wave"},
        {"channels.components=[\"A:1S0\"]", "expected a component of each pair"},
        {"channels.components=[\"A:1S0\",\"B:1S0\",\"C:1S0\"]",
         "expected a pair of channels.pairs"},
        {"channels.masses_2_mev=[1100]", "expected 2 entries"},
        {"channels.masses_1_mev=[900,-1]", "channels.masses_1_mev"},
        {"channels.z_factors=[1]", "expected 2 entries like channels.pairs"},
        {"channels.z_factors=[1,0]", "must be > 0, found 0"},
        {"channels.identical=[1,2]", "must be from 0 to 1, found 2"},
        {"mass_1_mev=900", "has effect only for channels.pairs: []"},
        {"gaussians.elements=[A,B,B]", "which fits several"},
        {"gaussians.elements=[]", "expected an element for each term"},
        {"sources.components=[\"A:1S0\",\"B\"]",
         "expected names of channels.components, found \"B\""},
        {"sources.components=[\"A:1S0\"]", "expected 2 entries like sources.names, found 1"},
        {"sources.widths_fm=[0.3,0]",
         "a wall makes no wave of l = 2, expected a width > 0 of source v"},
        {"sources.amplitudes=[1,2]",
         "expected 24 amplitudes, those of 12 levels (states.count) in each of 2 sources, found 2"},
        {"inelastic.amplitudes=[1,2]", "has effect only for channels.components: []"},
        {"scattering.total_energies_mev=[1999]", "must be above the lowest threshold, 2000 MeV"},
        {"scattering.poles=[\"(-)\"]", "expected the sign of Im k of each of 2"},
        {"scattering.poles=[\"(-,+)\"]", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err = HP_ERROR_INIT;
        char *effective = NULL, *sets[] = {(char *)cases[i].set};
        hp_status status =
            hp_config_merge_text(&hp_synth_job_schema, "job", COUPLED, sets, 1, &effective, &err);
        if (cases[i].message == NULL) {
            assert_ok(status, &err);
            hp_free(effective);
            continue;
        }
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, cases[i].message);
    }
}

/* What has effect only with components. */
static void jobs_of_one_wave_refuse_it(void **state) {
    (void)state;
    static const char one[] = "output: s.h5\nmass_1_mev: 900\ninverse_spacing_mev: 2000\n"
                              "gaussians: {amplitudes_mev: [-60], ranges_fm: [0.8]}\n";
    static const char *const sets[] = {"channels.pairs=[A]",
                                       "sources.amplitudes=[1]",
                                       "sources.components=[\"A:1S0\"]",
                                       "scattering.poles=[\"-\"]",
                                       "scattering.total_energies_mev=[2000]",
                                       "gaussians.elements=[\"A:1S0\"]"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        hp_error err = HP_ERROR_INIT;
        char *effective = NULL, *set[] = {(char *)sets[i]};
        assert_status(
            hp_config_merge_text(&hp_synth_job_schema, "job", one, set, 1, &effective, &err),
            HP_ERR_INPUT, &err);
        assert_contains(err.message, "channels.");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_with_components_is_one_of_scatter),
        cmocka_unit_test(bad_keys_have_one_message),
        cmocka_unit_test(jobs_of_one_wave_refuse_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
