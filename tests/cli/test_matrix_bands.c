// SPDX-License-Identifier: GPL-3.0-or-later
/* The total band of coupled channels as a user sees it: a fit of local Gaussians to an ensemble of
 * jobs/coupled whose potentials are not local. */
#include "output.h"

static const char job[] = "ensemble: raw.h5\n"
                          "output: out\n"
                          "resampling: {bin: 20}\n"
                          "fit: {sources: [a, b], times: [8], r_max_fm: 1.2}\n"
                          "potential: {kind: matrix_gaussians}\n"
                          "total_band: {draws: 100}\n"
                          "scattering:\n"
                          "  solver: nystroem\n"
                          "  total_energies_mev: [2091.66599224, 2131.13138832, 2269.2602746]\n";

enum { ENERGIES = 3 };

static void prepare(scene *place) {
    write_text(place, "job.yaml", job);
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth " HADPOT_SOURCE_DIR "/jobs/coupled/synth_nonlocal.yaml --set "
                           "output=raw.h5 --set noise.four_point=0.01 --set "
                           "noise.radial_correlation_fm=0.3"),
                0);
}

/* total (3, count): middle and both sides. */
static void assert_holds(const table *total, size_t i, double truth, double widths) {
    size_t count = total->count / 3;
    double off = truth - total->values[i];
    assert_true(off >= -widths * total->values[count + i] &&
                off <= widths * total->values[2 * count + i]);
}

/* The truth of W = 1.06, 1.08, 1.15 (docs/method-channels.md) within twice the band, where the fit
 * is marked to be outside; the second component opens between them. */
static void band_holds_what_the_fit_misses(void **state) {
    static const double delta[] = {8.670878, 13.980807, 20.344590};
    scene *place = *state;
    char text[1 << 15];
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    assert_contains(place->err, "worst of them b, B:1S0: chi2 per effective point");
    assert_null(strstr(place->err, "has room for it"));
    table total = read_result(place, "out", "total/scattering/delta_deg");
    for (size_t e = 0; e < ENERGIES; e++) assert_holds(&total, e, delta[e], 2.0);
    assert_true(isnan(total.values[ENERGIES]) && isnan(total.values[ENERGIES + 1]));
    assert_false(isnan(total.values[ENERGIES + 2]));
    test_free(total.values);
    table eta = read_result(place, "out", "total/scattering/eta");
    assert_holds(&eta, 2, 0.92933485, 2.0);
    test_free(eta.values);
    read_text(place, "out/phase_shift.csv", text, sizeof text);
    assert_contains(text, ",outside,");
    assert_contains(text, "delta_total_deg,delta_total_minus_deg,delta_total_plus_deg");
    read_text(place, "out/forms.csv", text, sizeof text);
    assert_contains(text, "\nform,component,share,tempered_chi2,e_mev,delta_deg\nlocal,A:1S0,0,");
    assert_int_equal(count_lines(text, "band_0.3_fm,B:1S0,"), ENERGIES);
    assert_contains(text, "\nseparable,A:1S0,0.66666666"); /* the data reject all but one other */
    read_text(place, "out/potential.csv", text, sizeof text);
    assert_contains(text, "v_localised_total_mev");
    read_text(place, "out/smatrix.csv", text, sizeof text);
    assert_contains(text, "re_S_12_total");
}

/* A prior of 10 MeV for a potential ten times as deep as it makes likely. */
static void deep_potentials_are_noted(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set total_band.amplitude_mev=10"), 0);
    assert_contains(place->err, "where the total band takes 22.5 MeV for likely: it may miss the "
                                "truth; total_band.amplitude_mev = ");
    assert_contains(place->err, " instead of 10 has room for it");
}

/* Draws and their bands do not depend on the ranks that solve them. */
static void ranks_do_not_matter(void **state) {
    scene *place = *state;
    prepare(place);
    for (int ranks = 1; ranks <= 3; ranks += 2) {
        char folder[32];
        snprintf(folder, sizeof folder, "ranks_%d", ranks);
        assert_exit(place, run_hadpot(place, ranks, "run job.yaml --set output=%s", folder), 0);
        if (ranks > 1) assert_same_results(place, folder, "ranks_1");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(band_holds_what_the_fit_misses),
                                       scene_test(deep_potentials_are_noted),
                                       scene_test(ranks_do_not_matter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
