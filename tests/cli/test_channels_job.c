// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter with coupled channels as a user calls it: its files, what is said, bad input. What
 * it computes is tested by tests/observables/test_channel_observables.c and tests/physics. */
#include "output.h"
#include "scatter_mistakes.h"

#include <stdlib.h>

/* The wells c1, hbar^2/(2 mu) = 1 MeV fm^2, so that energies in MeV are k^2 in fm^-2. */
static const char wells[] = "output: out\n"
                            "channel: two wells\n"
                            "channels:\n"
                            "  pairs: [A, B]\n"
                            "  components: [\"A:1S0\", \"B:1S0\"]\n"
                            "  hbar2_over_2mu_mev_fm2: [1, 1]\n"
                            "  thresholds_mev: [0, 6]\n"
                            "square_well:\n"
                            "  depths_mev: [1, 1, 5]\n"
                            "  radii_fm: [1, 1, 1]\n"
                            "  elements: [A, A/B, B]\n"
                            "scattering:\n"
                            "  energies_mev: [0.5, 4, 7, 9]\n"
                            "  poles: [\"(-,+)\", \"(+,+)\"]\n"
                            "  pole_region_mev: [-3, 6, 1]\n"
                            "femtoscopy:\n"
                            "  source_radii_fm: [0.5]\n";

/* A deuteron: separable, in S and D waves (test_channel_observables.c has none of its own). */
static const char deuteron[] = "output: out\n"
                               "channel: separable deuteron\n"
                               "hbar2_over_2mu_mev_fm2: 1\n"
                               "channels:\n"
                               "  components: [3S1, 3D1]\n"
                               "separable_kernel:\n"
                               "  strengths: [-7.206, -6.4854, -5.83686]\n"
                               "  powers_1: [0, 0, 2]\n"
                               "  powers_2: [0, 2, 2]\n"
                               "  masses_1_per_fm: [1.4, 1.4, 2]\n"
                               "  masses_2_per_fm: [1.4, 2, 2]\n"
                               "  elements: [3S1, 3S1/3D1, 3D1]\n"
                               "scattering:\n"
                               "  k_per_fm: [0.2, 0.5, 1, 2]\n"
                               "  poles: [\"+\"]\n"
                               "  pole_region_mev: [-1, 1, 0.5]\n";

static double number_after(const char *text, const char *key) {
    const char *at = strstr(text, key);
    if (at == NULL) fail_msg("there is no %s", key);
    return strtod(at + strlen(key), NULL);
}

static void all_files_are_written(void **state) {
    scene *place = *state;
    char text[16384];
    write_text(place, "job.yaml", wells);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    assert_contains(place->err, "  phase shift delta, A:1S0 at E = 0.5 MeV    21.5746");
    assert_contains(place->err,
                    "  poles       resonance on sheet -+: W = 5.13545, Im W = -0.134411 MeV");
    assert_null(strstr(place->err, "warning"));
    assert_null(strstr(place->err, "B:1S0 at E = 0.5 MeV")); /* closed */
    read_text(place, "out/phase_shift.csv", text, sizeof text);
    assert_contains(text, "\ncomponent,k2_per_fm2,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,"
                          "kcot_mev_err,delta_numerical_error,cross_section_fm2,"
                          "cross_section_fm2_err,cross_section_mb,cross_section_mb_err,eta,eta_err,"
                          "w_mev\nA:1S0,0.5,");
    assert_int_equal(count_lines(text, "A:1S0,"), 4);
    assert_int_equal(count_lines(text, "B:1S0,"), 4);
    read_text(place, "out/smatrix.csv", text, sizeof text);
    assert_contains(text, "\ne_mev,w_mev,re_S_11,re_S_11_err,im_S_11,im_S_11_err,re_S_12,");
    assert_close(number_after(text, "\n7,7,"), .891851104228, 0, 1e-11);
    read_text(place, "out/mixing.csv", text, sizeof text);
    assert_contains(text, "\ne_mev,w_mev,eigenphase_1_deg,eigenphase_1_deg_err,eigenphase_2_deg,");
    read_text(place, "out/poles.csv", text, sizeof text);
    assert_contains(text, "\nsheet,re_w_mev,re_w_mev_err,im_w_mev,im_w_mev_err,re_e_mev,"
                          "re_e_mev_err,re_k_mev_A,");
    assert_close(number_after(text, "\n-+,"), 5.1354468566315, 1e-10, 0);
    assert_int_equal(count_lines(text, "++"), 0);
    read_text(place, "out/potential.csv", text, sizeof text);
    assert_contains(text, "\nrow,column,r_fm,v_mev\nA:1S0,A:1S0,");
    assert_contains(text, "\nA:1S0,B:1S0,");
    read_text(place, "out/femtoscopy.csv", text, sizeof text);
    assert_close(number_after(text, "\n0.5,0.5,0.5,139.53124595190496,"), 1.678816384970, 0, 1e-11);
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "thresholds_mev:\n  A: 0\n  B: 6\n");
    assert_contains(text, "potential: \"square_well\"");
}

/* Numbers of the closed form, to the digits that are printed. */
static void bound_states_are_in_the_summary(void **state) {
    scene *place = *state;
    char text[16384];
    write_text(place, "job.yaml", deuteron);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    read_text(place, "out/summary.yaml", text, sizeof text);
    double kappa = .2315595975618;
    assert_contains(text, "bound_states: 1\n");
    assert_close(number_after(text, "binding_energy_mev:\n  value: "), kappa * kappa, 1e-11, 0);
    assert_close(number_after(text, "probability_3D1:\n  value: "), .00665912947718, 1e-10, 0);
    assert_close(number_after(text, "quadrupole_fm2:\n  value: "), .12405117339, 1e-10, 0);
    assert_close(number_after(text, "asymptotic_3S1:\n  value: "), .87731280166, 1e-10, 0);
    assert_close(number_after(text, "asymptotic_d_over_s:\n  value: "), .01197487040, 1e-9, 0);
    assert_close(number_after(text, "rms_fm:\n  value: "), 3.86295250512, 1e-10, 0);
    read_text(place, "out/mixing.csv", text, sizeof text);
    assert_contains(text, "\nparametrisation,e_mev,w_mev,delta_1_deg,delta_1_deg_err,delta_2_deg,");
    assert_int_equal(count_lines(text, "stapp,"), 4);
    assert_int_equal(count_lines(text, "blatt,"), 4);
    read_text(place, "out/poles.csv", text, sizeof text);
    assert_close(number_after(text, "\n+,"), -kappa * kappa, 1e-10, 0);
    assert_contains(text, ",bound");
}

/* The same numbers whatever the order of the job says. */
static void order_of_the_job_is_kept(void **state) {
    scene *place = *state;
    char text[16384];
    write_text(place, "job.yaml", wells);
    assert_exit(
        place,
        run_hadpot(
            place, 1,
            "scatter job.yaml --set "
            "'channels.components=[\"B:1S0\",\"A:1S0\"]' --set femtoscopy.source_radii_fm=[]"),
        0);
    read_text(place, "out/smatrix.csv", text, sizeof text);
    assert_contains(text, "1: B:1S0, 2: A:1S0");
    assert_close(number_after(text, "\n7,7,"), -.847789686479, 0, 1e-11);
}

/* A well ends where it ends, also where the job says so: it has no tail that could decide. */
static void wells_have_no_tail(void **state) {
    scene *place = *state;
    char text[8192];
    write_text(place, "job.yaml", wells);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml --set scattering.range_fm=1"), 0);
    assert_null(strstr(place->err, "is refused"));
    read_text(place, "out/poles.csv", text, sizeof text);
    assert_close(number_after(text, "\n-+,"), 5.1354468566315, 1e-10, 0);
    write_text(place, "one.yaml",
               "output: one\nhbar2_over_2mu_mev_fm2: 1\n"
               "square_well: {depths_mev: [2], radii_fm: [1]}\n"
               "scattering: {energies_mev: [1], poles: [\"-\"]}\n");
    assert_exit(place,
                run_hadpot(place, 1, "scatter one.yaml --set scattering.pole_region_mev=[-1,1,1]"),
                0);
    assert_null(strstr(place->err, "is refused"));
    assert_contains(place->err, "  poles       virtual on sheet -: W = -0.");
}

/* Cut off where it still acts; a coupling of S and D that does not vanish at the origin. */
static void cuts_are_noted(void **state) {
    scene *place = *state;
    static const char job[] = "output: out\n"
                              "hbar2_over_2mu_mev_fm2: 41.47\n"
                              "channels: {components: [3S1, 3D1]}\n"
                              "gaussians:\n"
                              "  amplitudes_mev: [-60, -30]\n"
                              "  ranges_fm: [1.5, 1.5]\n"
                              "  elements: [3S1, 3S1/3D1]\n"
                              "scattering: {energies_mev: [1, 10]}\n";
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml --set scattering.tolerance_deg=1e-9"),
                0);
    assert_null(strstr(place->err, "warning"));
    assert_exit(place,
                run_hadpot(place, 1,
                           "scatter job.yaml --overwrite --set scattering.range_fm=3 "
                           "--set 'gaussians.elements=[3S1,3D1]'"),
                0);
    assert_contains(place->err, "the matrix of potentials is cut off at 3 fm where an element is "
                                "still");
}

/* Beyond half of the mass of a Yukawa potential, Im k = -1/2, there are poles of where it is cut
 * off alone; the virtual state above is one of the potential. */
static void poles_beyond_the_tail_are_refused(void **state) {
    scene *place = *state;
    static const char job[] = "output: out\n"
                              "hbar2_over_2mu_mev_fm2: 1\n"
                              "yukawas: {strengths_mev_fm: [-0.8], masses_per_fm: [1]}\n"
                              "scattering:\n"
                              "  energies_mev: [0.1, 1]\n"
                              "  poles: [\"-\"]\n"
                              "  pole_region_mev: [-0.6, 0.2, 0.1]\n";
    char text[8192];
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    assert_contains(place->err, "a pole on sheet - at E = -0.27");
    assert_contains(place->err, "is refused: it moves by");
    read_text(place, "out/poles.csv", text, sizeof text);
    assert_int_equal(count_lines(text, "-,"), 1);
    assert_close(number_after(text, "\n-,"), -0.128125, 1e-5, 0);
    assert_exit(place,
                run_hadpot(place, 1,
                           "scatter job.yaml --overwrite --set 'scattering.pole_region_mev=[-0.2, "
                           "0.2, 0.1]'"),
                0);
    assert_null(strstr(place->err, "is refused"));
}

/* Total energies of one S wave, which has the rows of a job without components. */
static void total_energies_are_those_of_one_s_wave_too(void **state) {
    scene *place = *state;
    write_text(place, "job.yaml",
               "output: out\nmass_1_mev: 938\nmass_2_mev: 939\n"
               "channels: {components: [1S0]}\n"
               "gaussians: {amplitudes_mev: [-50], ranges_fm: [1.5]}\n"
               "scattering: {energies_mev: [5, 40]}\n");
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    assert_exit(place,
                run_hadpot(place, 1,
                           "scatter job.yaml --set output=total --set scattering.energies_mev=[] "
                           "--set scattering.total_energies_mev=[1882,1917]"),
                0);
    const char *const paths[] = {"scattering/e_cm_mev", "scattering/delta_deg"};
    for (int i = 0; i < 2; i++) {
        table given = read_result(place, "out", paths[i]);
        table total = read_result(place, "total", paths[i]);
        assert_int_equal(total.shape[total.rank - 1], 2);
        for (int e = 0; e < 2; e++) /* W - m_1 - m_2 rounds */
            assert_close(total.values[e], given.values[e], 1e-11, 0);
        test_free(given.values);
        test_free(total.values);
    }
    assert_exit(place,
                run_hadpot(place, 1,
                           "scatter job.yaml --set output=low --set scattering.energies_mev=[] "
                           "--set scattering.total_energies_mev=[1800]"),
                2);
    assert_contains(place->err, "must be above the lowest threshold, 1877 MeV, found 1800");
}

static void bad_input_names_file_and_key(void **state) {
    static const mistake mistakes[] = {
        {"--set 'channels.pairs=[A,A]'", {"channels.pairs", "A"}},
        {"--set 'channels.components=[\"A:1S0\",\"A:1S0\"]'", {"channels.components"}},
        {"--set 'channels.components=[\"A:1S0\"]'", {"channels.pairs", "none of B"}},
        {"--set 'scattering.poles=[\"-\"]'", {"scattering.poles"}},
        {"--set 'scattering.energies_mev=[1e9]'", {"job.yaml", "scattering", "momentum"}},
        {"--set scattering.range_fm=0.5 --set scattering.energies_mev=[0]", {"energies_mev"}},
        {"--set scattering.kinematics=relativistic", {"mass"}},
        {"--set scattering.fit_e_max_mev=5", {"job.yaml", "scattering.fit_e_max_mev"}},
        {"--set 'square_well.elements=[A,C,B]'", {"square_well.elements", "C"}},
    };
    scene *place = *state;
    write_text(place, "job.yaml", wells);
    check_mistakes(place, "job.yaml ", mistakes, sizeof mistakes / sizeof *mistakes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(all_files_are_written),
        scene_test(bound_states_are_in_the_summary),
        scene_test(order_of_the_job_is_kept),
        scene_test(wells_have_no_tail),
        scene_test(cuts_are_noted),
        scene_test(poles_beyond_the_tail_are_refused),
        scene_test(total_energies_are_those_of_one_s_wave_too),
        scene_test(bad_input_names_file_and_key),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/channels_job", tests, NULL, NULL);
}
