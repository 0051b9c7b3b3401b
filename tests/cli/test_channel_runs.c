// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot run of an ensemble of version 2, as a user calls it: what it says and writes, the same
 * bits on any number of ranks and after a break, thresholds of samples, and what is wrong. */
#include "output.h"

#include <unistd.h>

/* Two coupled S waves, eight configurations; a = 1 fm. */
static const char synth[] =
    "output: raw.h5\n"
    "channel: two pairs\n"
    "channels:\n"
    "  pairs: [A, B]\n"
    "  masses_1_mev: [98.6634902, 102.610029808]\n"
    "  masses_2_mev: [108.52983922, 118.39618824]\n"
    "  components: [\"A:1S0\", \"B:1S0\"]\n"
    "  z_factors: [0.8, 1.3]\n"
    "inverse_spacing_mev: 197.3269804\n"
    "gaussians:\n"
    "  amplitudes_mev: [-19.73269804, 11.839618824, -39.46539608]\n"
    "  ranges_fm: [3, 3.5, 3]\n"
    "  elements: [A, A/B, B]\n"
    "grid: {spacing_lat: 1, points: 16, box_fm: 40}\n"
    "times: {first: 8, count: 5}\n"
    "states: {count: 5}\n"
    "sources:\n"
    "  names: [a, b]\n"
    "  components: [\"A:1S0\", \"B:1S0\"]\n"
    "  amplitudes: [1, 0.6, 0.4, 0.25, 0.15, -0.5, 0.9, 0.5, 0.7, -0.3]\n"
    "noise: {configurations: 8, four_point: 0.01, two_point: 0.01, radial_correlation_fm: 3}\n"
    "scattering: {total_energies_mev: [212, 227]}\n";

static const char job[] = "ensemble: raw.h5\n"
                          "output: out\n"
                          "fit:\n"
                          "  times: [9, 10]\n"
                          "  r_max_fm: 12\n"
                          "  error_smoothing_fm: 2\n"
                          "potential:\n"
                          "  f_layers: [6, 4]\n"
                          "  local_layers: [6, 1]\n"
                          "  input_centre_fm: 2\n"
                          "  input_length_fm: 1\n"
                          "  envelope_fm: 4\n"
                          "  local_envelope_fm: 6\n"
                          "training: {steps: 30}\n"
                          "scattering:\n"
                          "  energies_mev: [5, 20]\n"
                          "  bound_states: 1\n"
                          "total_band: {draws: 0}\n";

/* A fit with one solution: sums of Gaussians. */
#define GAUSSIANS                                                                                  \
    "--set potential.kind=matrix_gaussians --set potential.gaussians=3 "                           \
    "--set potential.shortest_fm=1.5 --set potential.longest_fm=4 "                                \
    "--set potential.nonlocal_gaussians=2 "

static void prepare(scene *place) {
    write_text(place, "synth.yaml", synth);
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml"), 0);
}

/* All values of a dataset become 0. */
static void blank(const scene *place, const char *name, const char *path) {
    char file_name[256];
    scene_path(place, name, file_name);
    hid_t file = H5Fopen(file_name, H5F_ACC_RDWR, H5P_DEFAULT);
    table data = read_table(file, path);
    memset(data.values, 0, data.count * sizeof *data.values);
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.values) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Fclose(file) >= 0);
    test_free(data.values);
}

/* A dataset becomes `factor` times another one. */
static void overwrite(const scene *place, const char *from, const char *to, double factor) {
    char file_name[256];
    scene_path(place, "raw.h5", file_name);
    hid_t file = H5Fopen(file_name, H5F_ACC_RDWR, H5P_DEFAULT);
    table data = read_table(file, from);
    for (size_t i = 0; i < data.count; i++) data.values[i] *= factor;
    hid_t set = H5Dopen2(file, to, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.values) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Fclose(file) >= 0);
    test_free(data.values);
}

static void all_files_are_written(void **state) {
    scene *place = *state;
    char text[16384];
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    assert_contains(place->err, "\n  phase shift delta, A:1S0 at E = 5 MeV ");
    assert_contains(place->err, "chi2 per point by source: a A:1S0 ");
    read_text(place, "out/phase_shift.csv", text, sizeof text);
    assert_contains(text, "\ncomponent,k2_lat,k_mev,e_cm_mev,delta_deg,delta_deg_err,");
    assert_int_equal(count_lines(text, "B:1S0,"), 2);
    read_text(place, "out/smatrix.csv", text, sizeof text);
    assert_contains(text, "\ne_mev,w_mev,re_S_11,re_S_11_err,im_S_11,im_S_11_err,re_S_12,");
    read_text(place, "out/potential.csv", text, sizeof text);
    assert_contains(text, "\nt,row,column,r_fm,v_localised_mev,v_localised_mev_err,v_lo_mev,"
                          "v_lo_mev_err\n9,A:1S0,A:1S0,1,");
    assert_int_equal(count_lines(text, "9,A:1S0,B:1S0,"), 12);
    assert_true(scene_has(place, "out/mixing.csv") && scene_has(place, "out/hermiticity.csv"));
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "\nthresholds_mev:\n  A: 207.19");
    assert_contains(text, "chi2_per_point_by_source");
    const struct {
        const char *path;
        int rank;
        hsize_t shape[4];
    } datasets[] = {{"scattering/delta_deg", 3, {9, 2, 2}},
                    {"smatrix/re_S_12", 2, {9, 2}},
                    {"correlator/normalisation", 2, {2, 2}},
                    {"grid/fitted", 2, {2, 12}}};
    for (size_t i = 0; i < sizeof datasets / sizeof *datasets; i++) {
        table data = read_result(place, "out", datasets[i].path);
        assert_int_equal(data.rank, datasets[i].rank);
        for (int axis = 0; axis < data.rank; axis++)
            assert_int_equal(data.shape[axis], datasets[i].shape[axis]);
        test_free(data.values);
    }
}

static void ranks_do_not_matter(void **state) {
    scene *place = *state;
    prepare(place);
    for (int ranks = 1; ranks <= 4; ranks++) {
        char folder[16];
        snprintf(folder, sizeof folder, "ranks_%d", ranks);
        assert_exit(place,
                    run_hadpot(place, ranks,
                               "run job.yaml --set output=%s --set masses.from=two_point", folder),
                    0);
        if (ranks > 1) assert_same_results(place, folder, "ranks_1");
    }
}

static void unfinished_runs_go_on(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set output=whole"), 0);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set results.keep_checkpoints=true"), 0);
    static const char *const lost[] = {"out/results.h5", "out/checkpoint/sample_00002.h5",
                                       "out/checkpoint/sample_00005.h5"};
    for (int i = 0; i < 3; i++) {
        char path[256];
        scene_path(place, lost[i], path);
        assert_int_equal(unlink(path), 0);
    }
    assert_exit(place, run_hadpot(place, 2, "run job.yaml --resume"), 0);
    assert_same_results(place, "out", "whole");
}

/* Another order of components: the same fit but for rounding, of numbers of order 1. */
static void components_permute(void **state) {
    scene *place = *state;
    static const char *const pairs[][2] = {{"smatrix/re_S_11", "smatrix/re_S_22"},
                                           {"smatrix/im_S_11", "smatrix/im_S_22"},
                                           {"smatrix/re_S_12", "smatrix/re_S_12"},
                                           {"smatrix/im_S_22", "smatrix/im_S_11"}};
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml " GAUSSIANS), 0);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run job.yaml " GAUSSIANS "--set output=other "
                           "--set 'channels.components=[\"B:1S0\",\"A:1S0\"]'"),
                0);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        table one = read_result(place, "out", pairs[i][0]);
        table other = read_result(place, "other", pairs[i][1]);
        for (size_t j = 0; j < one.count; j++)
            if (!isnan(one.values[j])) assert_close(other.values[j], one.values[j], 0, 1e-12);
        test_free(one.values);
        test_free(other.values);
    }
}

/* V in a basis of flavour is O V O^T; rounding of numbers up to 100 MeV. */
static void flavours_are_rotated(void **state) {
    scene *place = *state;
    static const double O[2][2] = {{0.6, 0.8}, {0.8, -0.6}};
    prepare(place);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run job.yaml --set "
                           "'channels.flavour_basis=[\"27: 0.6 0.8\",\"8: 0.8 -0.6\"]'"),
                0);
    table V = read_result(place, "out", "potential/lo_matrix_mev");
    table F = read_result(place, "out", "potential/lo_flavour_mev");
    size_t n = 12, element = n, matrix = 4 * n;
    for (size_t i = 0; i < V.count / matrix; i++)
        for (size_t r = 0; r < n; r++) {
            const double *v = V.values + i * matrix + r, *f = F.values + i * matrix + r;
            for (int a = 0; a < 2; a++)
                for (int b = 0; b < 2; b++) {
                    double sum = 0.0;
                    for (int c = 0; c < 4; c++)
                        sum += O[a][c / 2] * O[b][c % 2] * v[(size_t)c * element];
                    assert_close(f[(size_t)(2 * a + b) * element], sum, 1e-10, 1e-9);
                }
        }
    test_free(V.values);
    test_free(F.values);
}

/* Pairs of one threshold: masses of two-point functions order them otherwise in some samples. */
static void thresholds_may_change_their_order(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place,
                run_hadpot(place, 1,
                           "synth synth.yaml --set output=one.h5 --set truth=one.yaml --set "
                           "channels.masses_1_mev=[98.66,98.66] --set "
                           "channels.masses_2_mev=[108.53,108.53]"),
                0);
    assert_exit(place,
                run_hadpot(place, 1, "run job.yaml --set ensemble=one.h5 --set output=given"), 0);
    table given = read_result(place, "given", "scattering/delta_deg");
    for (size_t i = 0; i < given.count; i++) assert_true(isfinite(given.values[i])); /* all open */
    test_free(given.values);
    assert_exit(
        place,
        run_hadpot(place, 1, "run job.yaml --set ensemble=one.h5 --set masses.from=two_point"), 0);
    assert_contains(place->err,
                    "another pair than that of the average has the lowest threshold in ");
    table lowest = read_result(place, "out", "scattering/lowest_pair");
    int second = 0;
    for (size_t i = 0; i < lowest.count; i++) second += lowest.values[i] == 2.0;
    assert_in_range(second, 1, lowest.count - 1);
    test_free(lowest.values);
    table mass = read_result(place, "out", "masses/B/mass_1_mev");
    assert_close(mass.values[0], 98.66, 5e-3, 0); /* two errors of 0.2 MeV */
    test_free(mass.values);
    assert_true(scene_has(place, "out/masses_A.csv") && scene_has(place, "out/masses_B.csv"));
}

static void dependent_sources_are_told(void **state) {
    scene *place = *state;
    prepare(place);
    static const char *const names[] = {"A/1S0/four_point", "B/1S0/four_point", "A/two_point_1",
                                        "A/two_point_2",    "B/two_point_1",    "B/two_point_2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char from[64], to[64];
        snprintf(from, sizeof from, "source/a/%s", names[i]);
        snprintf(to, sizeof to, "source/b/%s", names[i]);
        overwrite(place, from, to, i < 2 ? 2.0 : 1.0);
    }
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    assert_contains(place->err, "sources are linearly dependent: det R is compatible with 0");
}

static void a_component_of_zeros_is_refused(void **state) {
    scene *place = *state;
    prepare(place);
    blank(place, "raw.h5", "source/a/B/1S0/four_point");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 2);
    assert_contains(place->err, "source 'a/B/1S0', row 0 (configuration 1): four_point is zero");
    assert_false(scene_has(place, "out/results.h5"));
}

static void what_is_wrong_is_named(void **state) {
    scene *place = *state;
    static const struct {
        const char *set, *said;
    } cases[] = {
        {"channels.pairs=[A,C]", "channels.pairs: there is no pair 'C'; the file has A, B"},
        {"channels.pairs=[A,A]", "expected different entries, found A twice"},
        {"'channels.components=[\"A:1S0\",\"C:1S0\"]'",
         "channels.components: there is no component 'C:1S0'; the file has A:1S0, B:1S0"},
        {"channels.pairs=[A,B] --set 'channels.components=[\"B:1S0\",\"A:1S0\"]'",
         "expected components in the order of channels.pairs, found B:1S0 in front of A:1S0"},
        {"channels.pairs=[A,B] --set 'channels.components=[\"A:1S0\"]'",
         "expected a component of each pair in channels.components, found none of B"},
        {"fit.sources=[a]", "potentials between 2 pairs need as many independent sources, found 1, "
                            "and none for B"},
        {"fit.sources=[c]", "there is no source 'c'; the file has a, b"},
        {"finite_volume.levels=2", "are those of one S wave of an ensemble of version 1"},
        {"direct.plateau_t_max=10", "direct: effective energies are those of one S wave"},
        {"potential.kind=gaussians", "potential.kind: gaussians acts in one S wave"},
        {"'channels.flavour_basis=[\"1: 0.6 0.8\"]'",
         "channels.flavour_basis: expected as many states as components, 2, found 1"},
        {"'channels.flavour_basis=[\"1: 0.6 0.8\",\"8: 0.8 0.6\"]'",
         "states must be orthonormal, found 0.96 for the product of states 1 and 2"},
        {"'channels.flavour_basis=[\"1: 0.6 0.8\",\"8: 0.8\"]'",
         "expected a name and 2 coefficients, as \"27: 0.6325 0.7746\", found \"8: 0.8\""},
        {"scattering.energies_mev=[] --set scattering.total_energies_mev=[100]",
         "must be above the lowest threshold, 207.1933294 MeV, found 100"},
        {"'scattering.poles=[\"-\"]' --set scattering.pole_region_mev=[0,20,4]",
         "a sheet has the sign of Im k, + or -, of each of 2 pairs"},
        {"masses.mass_1=0.5", "raw.h5 has version 2: give channels.masses_1 and masses_2"},
        {"channels.pairs=[A,B] --set channels.masses_1=[98,102] --set channels.masses_2=[1,1]",
         "channels.masses_1 is 98, expected lattice units, at most 5; 98 MeV / 197.327 MeV"},
        {"scattering.fit_e_max_mev=10", "the effective-range fit is that of one S wave"},
        {"partial_waves.projection=misner", "the Misner projection needs a cubic lattice"},
        {"femtoscopy.source_radii_fm=[1] --set femtoscopy.statistics=fermions",
         "correlation functions of identical particles are those of one S wave"}};
    prepare(place);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_exit(place, run_hadpot(place, 1, "run job.yaml --set %s", cases[i].set), 2);
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        assert_contains(place->err, cases[i].said);
        assert_false(scene_has(place, "out/results.h5"));
    }
    assert_exit(place, run_hadpot(place, 1, "init raw.h5"), 2);
    assert_contains(place->err, "raw.h5 has version 2: init writes jobs for one S wave");
}

/* Systematic errors of channels are told by component and energy above the lowest threshold. */
static void alternatives_are_compared(void **state) {
    scene *place = *state;
    char text[32768];
    prepare(place);
    assert_exit(place,
                run_hadpot(place, 2,
                           "run job.yaml " GAUSSIANS
                           "--set 'variations.times=[\"fit.times=[10,11]\"]' "
                           "--set 'variations.other=[\"channels.delta_factor=exponential\"]'"),
                0);
    assert_contains(place->err, "variation    chi2/eff        d(5 MeV)       d(20 MeV)   ");
    assert_contains(place->err, "d in degrees at E, of the first component");
    read_text(place, "out/variations.csv", text, sizeof text);
    assert_contains(text, ",observable,number,component,e_mev,central,shift,shift_err\n");
    assert_contains(text, ",delta_deg,3,B:1S0,5,");
    assert_contains(text, ",re_S_12,2,,20,");
    read_text(place, "out/smatrix.csv", text, sizeof text);
    assert_contains(text, ",re_S_11_syst_plus,");
    assert_true(scene_has(place, "out/variations/other_1/smatrix.csv"));
}

/* hbarc 197.327 MeV fm, a = 1 fm: 0.5 is 98.66 MeV; sqrt(Z) that is given moves V_AB by it. */
static void masses_and_z_factors_can_be_given(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml " GAUSSIANS), 0);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run job.yaml " GAUSSIANS
                           "--set output=given --set channels.pairs=[A,B] "
                           "--set channels.masses_1=[0.5,0.52] --set channels.masses_2=[0.55,0.6] "
                           "--set channels.sqrt_z=[0.89442719099991588,2.2803508501982757]"),
                0);
    table one = read_result(place, "out", "potential/lo_matrix_mev");
    table other = read_result(place, "given", "potential/lo_matrix_mev");
    for (size_t r = 0; r < 12; r++) { /* sqrt(Z_B) twice as large; masses to the 9 digits of jobs */
        assert_close(other.values[12 + r], 2.0 * one.values[12 + r], 1e-6, 1e-6);
        assert_close(other.values[24 + r], 0.5 * one.values[24 + r], 1e-6, 1e-6);
        assert_close(other.values[r], one.values[r], 1e-6, 1e-6);
    }
    test_free(one.values);
    test_free(other.values);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(all_files_are_written),
                                       scene_test(ranks_do_not_matter),
                                       scene_test(unfinished_runs_go_on),
                                       scene_test(components_permute),
                                       scene_test(flavours_are_rotated),
                                       scene_test(thresholds_may_change_their_order),
                                       scene_test(dependent_sources_are_told),
                                       scene_test(a_component_of_zeros_is_refused),
                                       scene_test(what_is_wrong_is_named),
                                       scene_test(alternatives_are_compared),
                                       scene_test(masses_and_z_factors_can_be_given)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
