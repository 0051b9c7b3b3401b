// SPDX-License-Identifier: GPL-3.0-or-later
/* results.h5 holds every dataset with shape, unit and description, for all samples or part of
 * them; summary.yaml agrees with it. */
#include <math.h>
#include "hadpot/momentum.h"
#include "hadpot/nodes.h"
#include "hadpot/record.h"
#include "hadpot/units.h"
#include "datasets.h"
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"
#include "summary.h"

enum { NROW = 1 + SMALL_NSAMPLE, SMALL_NREGION = 5 };

static void assert_text_attribute(hid_t object, const char *name, const char *expected) {
    char text[256] = "";
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) fail_msg("there is no attribute %s", name);
    hid_t type = H5Aget_type(attribute);
    char *variable = NULL;
    if (H5Tis_variable_str(type) > 0) {
        assert_true(H5Aread(attribute, type, &variable) >= 0);
        snprintf(text, sizeof text, "%s", variable);
        assert_true(H5free_memory(variable) >= 0);
    } else {
        assert_true(H5Tget_size(type) < sizeof text);
        assert_true(H5Aread(attribute, type, text) >= 0);
    }
    if (expected != NULL) assert_string_equal(text, expected);
    assert_true(strlen(text) > 0);
    assert_true(H5Tclose(type) >= 0 && H5Aclose(attribute) >= 0);
}

/* What all kinds have; then the sizes that a kind adds. */
#define COMMON_EXTENTS                                                                             \
    [AXIS_SOURCE] = 2, [AXIS_T] = SMALL_NFITTED_T, [AXIS_POINT] = SMALL_NPOINT,                    \
    [AXIS_K] = SMALL_NENERGY, [AXIS_PAIR] = 2, [AXIS_BOUND] = 2, [AXIS_BOXED] = 1,                 \
    [AXIS_REGION] = SMALL_NREGION, [AXIS_EDGE] = HP_NODES_FITTED_PANELS + 1

/* nparam of SMALL_JOB: f 1-6-4 has 12 + 28, linear g 4 + 1, v 1-4-1 has 8 + 5. */
static const size_t network_extents[NAXIS] = {
    COMMON_EXTENTS,     [AXIS_LOCAL] = SMALL_NPOINT, [AXIS_U] = SMALL_UPOINTS,
    [AXIS_CURVE] = 201, [AXIS_PARAM] = 58,
};
static const size_t nonlocal_extents[NAXIS] = {
    COMMON_EXTENTS,
    [AXIS_U] = SMALL_UPOINTS,
    [AXIS_CURVE] = 201,
    [AXIS_PARAM] = 45,
};
static const size_t local_extents[NAXIS] = {
    COMMON_EXTENTS,
    [AXIS_LOCAL] = SMALL_NPOINT,
    [AXIS_CURVE] = 201,
    [AXIS_PARAM] = 13,
};
static const size_t gaussian_extents[NAXIS] = {
    COMMON_EXTENTS,
    [AXIS_LOCAL] = SMALL_NPOINT,
    [AXIS_GAUSS] = 3,
};

static bool is_charged(hid_t file) {
    double strength = NAN;
    hid_t attribute = H5Aopen(file, "coulomb_strength_per_fm", H5P_DEFAULT);
    assert_true(H5Aread(attribute, H5T_NATIVE_DOUBLE, &strength) >= 0);
    assert_true(H5Aclose(attribute) >= 0);
    return strength != 0.0;
}

/* Where there is no bound state, as in these fits, and no radius beyond 0.81 fm; nor a formula of
 * Lednicky or a cross section for charged pairs. */
static bool may_be_nan(size_t i, bool charged) {
    return datasets[i].axis[0] == AXIS_BOUND || datasets[i].axis[1] == AXIS_REGION ||
           datasets[i].axis[2] == AXIS_REGION ||
           (charged && (strcmp(datasets[i].path, "femtoscopy/lednicky") == 0 ||
                        strncmp(datasets[i].path, "scattering/cross_section_", 25) == 0));
}

/* Every dataset of the table: there (or not, when it has an axis of extent 0), with one row for the
 * average and one for each sample, finite, with unit and description. And no others. */
static void check_datasets(const scene *place, const size_t extent[NAXIS], size_t rows) {
    int there = 0;
    hid_t file = open_hdf5(place, "out/results.h5");
    for (size_t i = 0; i < NDATASET; i++) {
        int axes = 0;
        size_t count = rows;
        const int *axis = datasets[i].axis;
        for (int j = 0; j < 3 && axis[j] != NO_AXIS; j++) {
            count *= extent[axis[j]];
            axes += axis[j] < AXIS_FIRST_SWITCH; /* switches come last, if at all */
        }
        if (count == 0) {
            assert_false(H5Lexists(file, datasets[i].path, H5P_DEFAULT) > 0);
            continue;
        }
        there++;
        table data = read_table(file, datasets[i].path);
        assert_int_equal(data.rank, axes + 1);
        assert_int_equal(data.shape[0], rows);
        for (int j = 0; j < axes; j++) assert_int_equal(data.shape[j + 1], extent[axis[j]]);
        for (size_t j = 0; j < count; j++)
            if (!isfinite(data.values[j]) && !may_be_nan(i, is_charged(file)))
                fail_msg("%s holds a NaN", datasets[i].path);
        test_free(data.values);
        hid_t set = H5Dopen2(file, datasets[i].path, H5P_DEFAULT);
        assert_text_attribute(set, "unit", datasets[i].unit);
        assert_text_attribute(set, "description", NULL);
        assert_true(H5Dclose(set) >= 0);
    }
    assert_int_equal(count_sampled(file), there);
    assert_true(H5Fclose(file) >= 0);
}

static void results_of_networks_are_complete(void **state) {
    scene *place = *state;
    run_small_job(place, "");
    check_datasets(place, network_extents, NROW);
    table U = read_result(place, "out", "potential/u_mev_fm3");
    for (size_t i = 0; i < U.count; i++) {
        size_t row = i / SMALL_UPOINTS / SMALL_UPOINTS, r = i / SMALL_UPOINTS % SMALL_UPOINTS;
        size_t mirrored = (row * SMALL_UPOINTS + i % SMALL_UPOINTS) * SMALL_UPOINTS + r;
        assert_close(U.values[i], U.values[mirrored], 0, 0); /* symmetric to the last bit */
    }
    test_free(U.values);
}

static void results_of_parts_are_complete(void **state) {
    scene *place = *state;
    run_small_job(place, "--set potential.local_part=false");
    check_datasets(place, nonlocal_extents, NROW);
    run_small_job(place, "--set potential.kind=local");
    check_datasets(place, local_extents, NROW);
}

static void results_of_gaussians_are_complete(void **state) {
    scene *place = *state;
    run_small_job(place, "--set potential.kind=gaussians --set potential.gaussians=3");
    check_datasets(place, gaussian_extents, NROW);
}

#define ENERGY "e_cm = k^2/(2 mu), non-relativistic kinetic energy in the centre of mass"

/* The same words in every file with an energy. */
static void energies_say_what_they_are(void **state) {
    scene *place = *state;
    static const char *const files[] = {"out/phase_shift.csv", "out/femtoscopy.csv",
                                        "out/summary.yaml"};
    char text[8192];
    run_small_job(place, "--set femtoscopy.source_radii_fm=[1]");
    for (int i = 0; i < 3; i++) {
        read_text(place, files[i], text, sizeof text);
        assert_contains(text, ENERGY);
    }
    read_text(place, "out/observables.csv", text, sizeof text);
    assert_contains(text, "bound states deepest first, B = kappa^2/(2 mu)");
    hid_t file = open_hdf5(place, "out/results.h5");
    assert_text_attribute(file, "energy_convention",
                          ENERGY "; B = kappa^2/(2 mu) = -e_cm at k = i kappa");
    assert_true(H5Fclose(file) >= 0);
}

static void provenance_is_kept(void **state) {
    scene *place = *state;
    static const char *const filled[] = {"input_crc32", "libraries", "error_function"};
    run_small_job(place, "");
    hid_t file = open_hdf5(place, "out/results.h5");
    assert_text_attribute(file, "format", "hadpot-results");
    assert_text_attribute(file, "hadpot_version", HADPOT_VERSION);
    assert_text_attribute(file, "input", "raw.h5");
    assert_text_attribute(file, "channel", "made up (1S0)");
    assert_text_attribute(file, "input_provenance", "a formula and noise");
    assert_text_attribute(file, "sign_convention", "k cot delta = -1/a0 + r_eff k^2/2 + ...");
    for (int i = 0; i < 3; i++) assert_text_attribute(file, filled[i], NULL);
    assert_true(H5Aexists(file, "job") > 0 && H5Aexists(file, "seed") > 0);
    assert_true(H5Fclose(file) >= 0);
}

static void summary_agrees_with_the_results(void **state) {
    scene *place = *state;
    run_small_job(place, "");
    yaml_document_t summary = load_summary(place);
    assert_string_equal(find_text(&summary, "channel"), "made up (1S0)");
    assert_string_equal(find_text(&summary, "potential"), "sdnn");
    assert_string_equal(find_text(&summary, "samples"), "7");
    assert_string_equal(find_text(&summary, "computed_samples"), "7");
    assert_string_equal(find_text(&summary, "points"), "56"); /* 2 sources, 2 times, 14 radii */
    assert_string_equal(find_text(&summary, "converged_samples"), "7");
    assert_contains(find_text(&summary, "sign_convention"), "-1/a0");
    table chi2 = read_result(place, "out", "training/chi2_per_point");
    table a0 = read_result(place, "out", "scattering/scattering_length_fm");
    table r_eff = read_result(place, "out", "scattering/effective_range_fm");
    table effective = read_result(place, "out", "training/chi2_per_effective_point");
    assert_close(read_number(find_text(&summary, "chi2_per_point")), chi2.values[0], 1e-15, 0);
    assert_close(read_number(find_text(&summary, "chi2_per_effective_point")), effective.values[0],
                 1e-15, 0);
    test_free(effective.values);
    assert_band(&a0, 0, SMALL_NSAMPLE, find_number(&summary, "scattering_length_fm", "value"),
                find_number(&summary, "scattering_length_fm", "stat"));
    assert_band(&r_eff, 0, SMALL_NSAMPLE, find_number(&summary, "effective_range_fm", "value"),
                find_number(&summary, "effective_range_fm", "stat"));
    find_key(&summary, yaml_document_get_root_node(&summary), "bound_states");
    yaml_document_delete(&summary);
    test_free(chi2.values);
    test_free(a0.values);
    test_free(r_eff.values);
}

static void average_alone_has_no_errors(void **state) {
    scene *place = *state;
    double csv[SMALL_NENERGY][PHASE_SHIFT_COLUMNS];
    run_small_job(place, "--set resampling.max_samples=0");
    check_datasets(place, network_extents, 1);
    read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS, csv[0],
             SMALL_NENERGY);
    for (int k = 0; k < SMALL_NENERGY; k++) {
        assert_true(isfinite(csv[k][3]) && isfinite(csv[k][5]));
        assert_true(isnan(csv[k][4]) && isnan(csv[k][6]));
    }
    yaml_document_t summary = load_summary(place);
    assert_string_equal(find_text(&summary, "samples"), "7");
    assert_string_equal(find_text(&summary, "computed_samples"), "0");
    assert_true(isnan(find_number(&summary, "scattering_length_fm", "stat")));
    yaml_document_delete(&summary);
}

/* What a job may ask for besides phase shifts: source radii, an effective-range fit, charges. */
static void further_observables_are_written(void **state) {
    scene *place = *state;
    double csv[2 * SMALL_NENERGY][8];
    run_small_job(place,
                  "--set femtoscopy.source_radii_fm=[1.0,1.5] --set scattering.coulomb=point "
                  "--set scattering.fit_e_max_mev=20 --set scattering.range_fm=0.81");
    size_t extent[NAXIS];
    memcpy(extent, network_extents, sizeof extent);
    extent[AXIS_RADIUS] = 2;
    extent[AXIS_WINDOW] = 1;
    check_datasets(place, extent, NROW);
    int lines = read_csv(place, "out/femtoscopy.csv",
                         "source_radius_fm,k2_lat,k_mev,e_cm_mev,correlation,correlation_err,"
                         "lednicky,lednicky_err",
                         8, csv[0], 2 * SMALL_NENERGY);
    assert_int_equal(lines, 2 * SMALL_NENERGY);
    table C = read_result(place, "out", "femtoscopy/correlation");
    for (int i = 0; i < lines; i++) {
        assert_close(csv[i][0], i < SMALL_NENERGY ? 1.0 : 1.5, 1e-14,
                     0); /* fm to lattice and back */
        assert_band(&C, (size_t)i, SMALL_NSAMPLE, csv[i][4], csv[i][5]);
        assert_true(isnan(csv[i][6])); /* no such formula for charged pairs */
    }
    test_free(C.values);
    yaml_document_t summary = load_summary(place);
    assert_contains(find_text(&summary, "sign_convention"), "C^2 k cot delta + 2 k eta h(eta)");
    yaml_document_delete(&summary);
    size_t size;
    char *text = read_bytes(place, "out/observables.csv", &size);
    assert_contains(text, "\nquantity,value,error,numerical_error,total,total_minus,total_plus\n"
                          "scattering_length_fm,");
    assert_contains(text, "\nfit_effective_range_fm,");
    test_free(text);
}

/* results.momentum_space: the transform of the map of the average and each sample, and its axis. */
static void momentum_space_is_the_transform_of_the_map(void **state) {
    scene *place = *state;
    enum { N = SMALL_UPOINTS };
    static const int order[N] = {0, 1, 2, -2, -1};
    hp_error err = HP_ERROR_INIT;
    hp_momentum *momentum = NULL;
    double expected[2 * N * N];
    size_t extent[NAXIS];
    memcpy(extent, network_extents, sizeof extent);
    extent[AXIS_U_P] = N;
    run_small_job(place, "--set results.momentum_space=true");
    check_datasets(place, extent, NROW);
    table U = read_result(place, "out", "potential/u_mev_fm3");
    table transformed = read_result(place, "out", "potential/u_momentum_mev_fm3");
    table r = read_result(place, "out", "potential/u_r_fm");
    table p = read_result(place, "out", "potential/u_p_mev");
    assert_ok(hp_momentum_create(N, &momentum, &err), &err);
    for (size_t row = 0; row < NROW; row++) { /* the same library, numbers, machine */
        hp_momentum_transform(momentum, U.values + row * N * N, expected);
        assert_memory_equal(transformed.values + row * 2 * N * N, expected, sizeof expected);
    }
    hp_momentum_destroy(&momentum);
    for (int m = 0; m < N; m++) /* roundings of fm and MeV to lattice units and back */
        assert_close(p.values[m], 2.0 * M_PI * HP_HBARC_MEV_FM * order[m] / (N * r.values[1]),
                     1e-14, 0);
    test_free(U.values);
    test_free(transformed.values);
    test_free(r.values);
    test_free(p.values);
}

/* The first three samples are those of the whole run; the error is that of all seven, estimated
 * from three. */
static void first_samples_alone(void **state) {
    scene *place = *state;
    double csv[SMALL_NENERGY][PHASE_SHIFT_COLUMNS];
    run_small_job(place, "--set output=all");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --set resampling.max_samples=3"), 0);
    check_datasets(place, network_extents, 4);
    table all = read_result(place, "all", "scattering/delta_deg");
    table some = read_result(place, "out", "scattering/delta_deg");
    assert_memory_equal(some.values, all.values, some.count * sizeof *some.values);
    read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER, PHASE_SHIFT_COLUMNS, csv[0],
             SMALL_NENERGY);
    assert_band(&some, 1, SMALL_NSAMPLE, csv[1][3], csv[1][4]);
    test_free(all.values);
    test_free(some.values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(results_of_networks_are_complete),
        scene_test(results_of_parts_are_complete),
        scene_test(results_of_gaussians_are_complete),
        scene_test(energies_say_what_they_are),
        scene_test(provenance_is_kept),
        scene_test(summary_agrees_with_the_results),
        scene_test(average_alone_has_no_errors),
        scene_test(further_observables_are_written),
        scene_test(momentum_space_is_the_transform_of_the_map),
        scene_test(first_samples_alone),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/results", tests, NULL, NULL);
}
