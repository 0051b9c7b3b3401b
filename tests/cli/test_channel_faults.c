// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot run of an ensemble of version 2: sources and components that determine nothing, and wrong
 * keys, each with one clear message. */
#include "coupled_run.h"

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
        {"scattering.coulomb=point", "no pair has two charged hadrons in raw.h5"},
        {"potential.kind=gaussians", "potential.kind: gaussians acts in one S wave; of several "
                                     "components, or of l > 0, expected sdnn, local, separable or "
                                     "matrix_gaussians"},
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
    /* what components alone decide is said before rows are read, which would be refused here */
    blank(place, "raw.h5", "source/a/B/1S0/four_point");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strstr(cases[i].set, "poles") == NULL && strstr(cases[i].set, "kind") == NULL) continue;
        assert_exit(place, run_hadpot(place, 1, "run job.yaml --set %s", cases[i].set), 2);
        assert_contains(place->err, cases[i].said);
    }
    assert_exit(place, run_hadpot(place, 1, "init raw.h5"), 2);
    assert_contains(place->err, "raw.h5 has version 2: init writes jobs for one S wave");
}

/* What would have no effect on one S wave is not passed over in silence. */
static void one_s_wave_has_no_channels(void **state) {
    scene *place = *state;
    static const char *const cases[] = {"'channels.pairs=[A]'",
                                        "'channels.components=[\"A:1S0\"]'",
                                        "'channels.flavour_basis=[\"1: 1\"]'",
                                        "channels.delta_factor=exponential",
                                        "potential.tensor=components",
                                        "potential.coupling=false",
                                        "scattering.kinematics=nonrelativistic",
                                        "scattering.eigenphases=blatt",
                                        "scattering.total_energies_mev=[2000]"};
    write_text(place, "synth.yaml",
               "output: one.h5\nmass_1_mev: 938\ninverse_spacing_mev: 985\n"
               "gaussians: {amplitudes_mev: [-20], ranges_fm: [1]}\n"
               "grid: {points: 16}\ntimes: {first: 8, count: 3}\nstates: {count: 2}\n"
               "noise: {configurations: 6}\n");
    write_text(place, "job.yaml", "ensemble: one.h5\noutput: out\nfit: {times: [9]}\n");
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char key[64];
        snprintf(key, sizeof key, "%s", cases[i] + (*cases[i] == '\''));
        *strchr(key, '=') = '\0';
        assert_exit(place, run_hadpot(place, 1, "run job.yaml --set %s", cases[i]), 2);
        assert_contains(place->err, key);
        assert_contains(place->err, "has effect for ensembles of version 2 alone; one.h5 has");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(dependent_sources_are_told), scene_test(a_component_of_zeros_is_refused),
        scene_test(what_is_wrong_is_named), scene_test(one_s_wave_has_no_channels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
