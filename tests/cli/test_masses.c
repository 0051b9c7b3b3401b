// SPDX-License-Identifier: GPL-3.0-or-later
/* Masses from two-point functions as a user asks for them: hadpot info --masses, the section masses
 * of a run, and what is refused. */
#include "output.h"

#include "small_ensemble.h"

/* The demo at times of its own; wall is fitted, since its source needs no width. */
#define SYNTH                                                                                      \
    "'" HADPOT_SOURCE_DIR "/jobs/demo/synth.yaml' --set output=made.h5 --set truth=made.yaml"
#define TIMES " --set times.two_point_first=2 --set times.two_point_count=22"
static const double TRUE_MASS_MEV = 1700.0;

static const char run_text[] = "ensemble: made.h5\n"
                               "output: out\n"
                               "resampling: {bin: 2}\n"
                               "masses: {from: two_point}\n"
                               "fit: {sources: [smeared, wall], times: [11, 12]}\n"
                               "potential: {kind: gaussians, gaussians: 1}\n"
                               "total_band: {draws: 0}\n"
                               "scattering: {solver: nystroem, energies_mev: [1, 10, 50]}\n";

static void make(scene *place, const char *options) {
    assert_exit(place, run_hadpot(place, 1, "synth " SYNTH " %s", options), 0);
    write_text(place, "run.yaml", run_text);
}

static void run(scene *place, const char *options) {
    assert_exit(place, run_hadpot(place, 1, "run run.yaml --overwrite %s", options), 0);
}

static void refuse(scene *place, const char *options, const char *message) {
    assert_exit(place, run_hadpot(place, 1, "run run.yaml --overwrite %s", options), 2);
    assert_contains(place->err, message);
    assert_false(scene_has(place, "out"));
}

/* Value and error of a row of results.h5 without axes. */
static void read_band(const scene *place, const char *path, int nsample, double *value,
                      double *error) {
    table data = read_result(place, "out", path);
    double mean = 0.0, square = 0.0;
    assert_int_equal(data.count, 1 + nsample);
    for (int k = 1; k <= nsample; k++) mean += data.values[k] / nsample;
    for (int k = 1; k <= nsample; k++) square += pow(data.values[k] - mean, 2);
    *value = data.values[0];
    *error = sqrt((nsample - 1.0) / nsample * square);
    test_free(data.values);
}

/* Within three errors of the fit, the chance of which is 99 %; the error of 40 configurations with
 * noise of 2 % and more, over 22 times, is some tenths of a per mille. */
static void the_demo_finds_its_true_mass(void **state) {
    scene *place = *state;
    double value, error;
    make(place, TIMES);
    assert_exit(place, run_hadpot(place, 3, "info made.h5 --masses"), 0);
    assert_contains(place->out, "source smeared, both hadrons (equal), two-point function at t = 2 "
                                "... 23");
    assert_contains(place->out, "source wall, both hadrons (equal)");
    assert_contains(place->out, "recommended window t = 2 ... 23, 1 state: m = 0.849");
    assert_contains(place->out, "a second state is not seen; it ends with the data");
    run(place, "");
    assert_contains(place->err, "mass        first 169");
    assert_contains(place->err, "source smeared, t = 2 ... 23 (recommended), 1 state, p = ");
    read_band(place, "/masses/mass_1_mev", 20, &value, &error);
    assert_close(value, TRUE_MASS_MEV, 0.0, 3.0 * error);
    assert_true(error > 1e-4 * value && error < 1e-3 * value);
}

/* A second state is seen, and in the window its mass is right. */
static void two_states_are_found(void **state) {
    scene *place = *state;
    double value, error;
    make(place, TIMES " --set times.two_point_excited=0.5 --set times.two_point_gap_mev=500 "
                      "--set noise.two_point=0.005");
    run(place, "");
    assert_contains(place->err, "2 states, p = ");
    read_band(place, "/masses/mass_1_mev", 20, &value, &error);
    assert_close(value, TRUE_MASS_MEV, 0.0, 3.0 * error);
    run(place, "--set masses.states=1 --set masses.t_min=[10] --set masses.t_max=[20,18]");
    assert_contains(place->err, "t = 10 ... 18 (given), 1 state");
}

/* Fixed energies: k^2 = 2 mu e_cm of each sample; fixed k^2: e_cm. In phase_shift.csv their errors
 * stand behind the columns of before. */
static void what_is_not_given_is_a_row_of_samples(void **state) {
    scene *place = *state;
    double csv[3][PHASE_SHIFT_COLUMNS + 2];
    make(place, TIMES);
    run(place, "");
    table mass = read_result(place, "out", "/masses/mass_1_lat");
    table k2 = read_result(place, "out", "/scattering/k2_lat_by_sample");
    table k = read_result(place, "out", "/scattering/k_mev_by_sample");
    table cross = read_result(place, "out", "/scattering/cross_section_fm2");
    table delta = read_result(place, "out", "/scattering/delta_deg");
    static const double energy[] = {1.0, 10.0, 50.0};
    for (size_t row = 0; row <= 20; row++)
        for (size_t i = 0; i < 3; i++) {
            size_t at = 3 * row + i; /* mu = m/2; rounding */
            assert_close(k2.values[at], mass.values[row] * energy[i] / 2000.0, 1e-13, 0);
            assert_close(k.values[at], sqrt(k2.values[at]) * 2000.0, 1e-13, 0);
            double wave = sin(delta.values[at] * M_PI / 180) * 197.3269804 / k.values[at];
            assert_close(cross.values[at], 4 * M_PI * wave * wave, 1e-12, 0);
        }
    read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER ",k2_lat_err,k_mev_err",
             PHASE_SHIFT_COLUMNS + 2, csv[0], 3);
    for (size_t i = 0; i < 3; i++) {
        assert_close(csv[i][0], k2.values[i], 0, 0);
        assert_close(csv[i][2], energy[i], 1e-14, 0); /* rounding */
        assert_band(&k2, i, 20, csv[i][0], csv[i][PHASE_SHIFT_COLUMNS]);
        assert_band(&k, i, 20, csv[i][1], csv[i][PHASE_SHIFT_COLUMNS + 1]);
    }
    run(place, "--set scattering.energies_mev=[] --set scattering.k2_lat=[0.001,0.002,0.01]");
    table e_cm = read_result(place, "out", "/scattering/e_cm_mev_by_sample");
    read_csv(place, "out/phase_shift.csv", PHASE_SHIFT_HEADER ",e_cm_mev_err",
             PHASE_SHIFT_COLUMNS + 1, csv[0], 3);
    for (size_t row = 0; row <= 20; row++)
        assert_close(e_cm.values[3 * row], 0.001 / mass.values[row] * 2000.0, 1e-13, 0);
    assert_band(&e_cm, 0, 20, e_cm.values[0], csv[0][PHASE_SHIFT_COLUMNS]);
    table *const all[] = {&mass, &k2, &k, &cross, &delta, &e_cm};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) test_free(all[i]->values);
}

/* Effective masses in the table, the fit in its window alone. */
static void masses_have_a_table(void **state) {
    scene *place = *state;
    double csv[21][9];
    make(place, TIMES);
    run(place, "--set masses.t_min=[5] --set masses.t_max=[15] --set masses.source=wall");
    assert_int_equal(read_csv(place, "out/masses.csv",
                              "t,effective_mass_1_mev,effective_mass_1_mev_err,fitted_mass_1_mev,"
                              "fitted_mass_1_mev_err,effective_mass_2_mev,effective_mass_2_mev_err,"
                              "fitted_mass_2_mev,fitted_mass_2_mev_err",
                              9, csv[0], 21),
                     21);
    for (int i = 0; i < 21; i++) {
        assert_close(csv[i][0], 2 + i, 0, 0);
        assert_close(csv[i][1], TRUE_MASS_MEV, 0.02, 0); /* four errors of the last */
        assert_true(csv[i][2] > 0.0);
        assert_true(isnan(csv[i][3]) == (i < 3 || i >= 13));
    }
    char summary[16384];
    read_text(place, "out/summary.yaml", summary, sizeof summary);
    assert_contains(summary, "window: \"given\"");
    assert_contains(summary, "source: \"wall\"");
}

/* The samples of a given mass have its error, and k^2 varies with them. */
static void a_given_mass_may_have_an_error(void **state) {
    scene *place = *state;
    double value, error;
    make(place, "");
    run(place, "--set masses.from=given --set masses.mass_1_error=0.01 "
               "--set masses.mass_2=0.845 --set masses.mass_2_error=0.002 "
               "--set masses.form=exponential"); /* of the comparison */
    assert_contains(place->err, "MeV, given with its error");
    read_band(place, "/masses/mass_1_lat", 20, &value, &error);
    assert_close(value, 0.85, 0, 0);
    assert_close(error, 0.01, 1e-12, 0); /* rounding */
    read_band(place, "/masses/mass_2_lat", 20, &value, &error);
    assert_close(value, 0.845, 0, 0);
    assert_close(error, 0.002, 1e-12, 0);
}

/* The file states equal masses: what is said of the first is of both, as one deviation. */
static void one_hadron_has_one_mass(void **state) {
    scene *place = *state;
    make(place, "");
    run(place, "--set masses.from=given --set masses.mass_1=0.851 "
               "--set masses.mass_1_error=0.01");
    table mass[2] = {read_result(place, "out", "/masses/mass_1_lat"),
                     read_result(place, "out", "/masses/mass_2_lat")};
    assert_close(mass[0].values[0], 0.851, 0, 0);
    for (int row = 0; row <= 20; row++)
        assert_close(mass[1].values[row], mass[0].values[row], 0, 0);
    assert_true(mass[0].values[1] != mass[0].values[0]);
    for (int i = 0; i < 2; i++) test_free(mass[i].values);
}

static void masses_in_other_units_are_refused(void **state) {
    scene *place = *state;
    make(place, "");
    refuse(place, "--set masses.from=given --set masses.mass_1=1700",
           "masses.mass_1 is 1700, expected lattice units, at most 5; 1700 MeV / 2000 MeV = 0.85");
    refuse(place, "--set masses.from=given --set masses.mass_1=0.85 --set masses.mass_2=640",
           "masses.mass_2 is 640, expected lattice units, at most 5; 640 MeV / 2000 MeV = 0.32");
}

/* Weights and noise are those of data with the masses of the average: a fit follows the masses of
 * its sample, so that their error is no noise. The fit of the average, and how well it describes
 * its data, are the same to the last bit; errors are larger. */
static void errors_of_masses_are_no_noise(void **state) {
    scene *place = *state;
    static const char *const same[] = {"/training/chi2_per_effective_point",
                                       "/scattering/scattering_length_fm"};
    double before[2], value, errors[2];
    make(place, "");
    for (int i = 0; i < 2; i++) {
        run(place, i == 0 ? "--set masses.from=given"
                          : "--set masses.from=given --set masses.mass_1_error=0.2 "
                            "--set masses.mass_2_error=0.2");
        for (int k = 0; k < 2; k++) {
            table data = read_result(place, "out", same[k]);
            if (i == 0) before[k] = data.values[0];
            assert_close(data.values[0], before[k], 0, 0);
            test_free(data.values);
        }
        read_band(place, "/scattering/effective_range_fm", 20, &value, &errors[i]);
    }
    assert_true(errors[1] != errors[0]);
}

/* The window is a choice about the data, whose error is systematic. */
static void windows_enter_the_budget(void **state) {
    scene *place = *state;
    make(place, TIMES);
    run(place, "--set masses.t_min=[6] --set masses.t_max=[14] "
               "--set 'variations.other=[\"masses.t_min=[4]\",\"masses.t_max=[18]\"]'");
    char summary[32768];
    read_text(place, "out/summary.yaml", summary, sizeof summary);
    assert_contains(summary, "masses.t_min=[4]");
    const char *mass = strstr(summary, "mass_1_mev:");
    assert_non_null(mass);
    assert_contains(mass, "syst");
}

static void the_bytes_do_not_depend_on_ranks(void **state) {
    scene *place = *state;
    make(place, TIMES);
    for (int ranks = 1; ranks <= 3; ranks += 2)
        assert_exit(place,
                    run_hadpot(place, ranks,
                               "run run.yaml --set output=out%d "
                               "--set total_band.draws=100",
                               ranks),
                    0);
    static const char *const files[] = {"masses.csv", "phase_shift.csv", "potential.csv"};
    for (int i = 0; i < 3; i++) {
        char one[64], other[64];
        snprintf(one, sizeof one, "out1/%s", files[i]);
        snprintf(other, sizeof other, "out3/%s", files[i]);
        assert_same_bytes(place, one, other);
    }
}

static void masses_that_cannot_be_fitted_are_refused(void **state) {
    scene *place = *state;
    make(place, TIMES);
    refuse(place, "--set masses.t_min=[1] --set masses.t_max=[9]",
           "the window t = 1 ... 9 of a mass is not within t = 2 ... 23");
    refuse(place, "--set masses.t_min=[9] --set masses.t_max=[9]", "must be above masses.t_min");
    refuse(place, "--set masses.t_min=[1,2,3]", "one time or one of each hadron, found 3");
    refuse(place, "--set masses.source=other", "made.h5 has no source 'other'");
    refuse(place, "--set masses.form=cosh", "needs the temporal extent of the lattice");
    refuse(place, "--set masses.states=2", "shows two states");
    refuse(place, "--set masses.mass_1=0.85", "masses.mass_1");
    refuse(place, "--set masses.from=given --set masses.mass_1=0.9",
           "masses.mass_1 is 0.9 (1800.00 MeV), but its two-point functions (source smeared, t = 2 "
           "... 23) say 0.849");
    char path[256];
    scene_path(place, "made.h5", path);
    small_ensemble_write(path, (small_style){.nsample = 8, .jackknife = true});
    refuse(place, "--set resampling.bin=1",
           "holds no two-point functions of the sources of the fit");
}

/* two_point_1 of a source from an index of its times on, of every row, times (-1)^row: lost. */
static void lose(const scene *place, const char *dataset, hsize_t first) {
    char path[256];
    hsize_t shape[2];
    scene_path(place, "made.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t set = H5Dopen2(file, dataset, H5P_DEFAULT), space = H5Dget_space(set);
    assert_true(set >= 0 && H5Sget_simple_extent_dims(space, shape, NULL) == 2);
    double *value = test_calloc(shape[0] * shape[1], sizeof *value);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
    for (hsize_t row = 0; row < shape[0]; row++)
        for (hsize_t t = first; t < shape[1]; t++)
            if (row % 2 == 1) value[row * shape[1] + t] *= -1.0;
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Fclose(file) >= 0);
    test_free(value);
}

/* Masses read all times of the waves, and their window ends before C is lost. */
static void times_behind_the_window_may_be_lost(void **state) {
    scene *place = *state;
    make(place, " --set times.first=5 --set times.count=14");
    for (int hadron = 1; hadron <= 2; hadron++) {
        char dataset[64];
        snprintf(dataset, sizeof dataset, "/source/wall/two_point_%d", hadron);
        lose(place, dataset, 11); /* from t = 16 on */
    }
    refuse(place, "--set masses.source=wall --set fit.times=[8,15]",
           "two_point_1 is compatible with zero at t = 16 ... 18");
    run(place, "--set masses.source=wall --set fit.times=[8,9]");
    assert_contains(place->err, "two_point_1 is compatible with zero at t = 16 ... 18");
    assert_contains(place->err, "t = 5 ... 15 (recommended)");
}

/* Raw correlators of other times than those of the waves are not there: the last ones tell, but
 * hold excited states, too. */
static void a_wrong_mass_is_seen_in_the_waves_alone(void **state) {
    scene *place = *state;
    make(place, "");
    refuse(place, "--set masses.from=given --set masses.mass_1=1.1",
           "masses.mass_1 is 1.1 (2200.00 MeV), but its two-point functions at the last times of "
           "the fit say 0.8");
    run(place, "--set masses.from=given --set masses.mass_1=0.9");
    assert_contains(place->err, "mass_1 is 0.9, but the effective mass of its two-point functions "
                                "at the last times of the fit is 0.8");
    run(place, "--set masses.from=given --set masses.mass_1=0.8501");
    assert_null(strstr(place->err, "but the effective mass of its two-point functions"));
}

/* A second state in the window of one: chi2 tells, and where it is seen at all times no window is
 * right. */
static void doubtful_masses_are_marked(void **state) {
    scene *place = *state;
    make(place, TIMES " --set times.two_point_excited=0.5 --set times.two_point_gap_mev=500 "
                      "--set noise.two_point=0.005");
    run(place, "--set masses.t_min=[2] --set masses.t_max=[20]");
    assert_contains(place->err, "the fit of the mass of hadron 1 to t = 2 ... 20 does not describe "
                                "its data: chi2 = ");
    run(place, "--set masses.t_min=[2] --set masses.t_max=[20] --set masses.states=2 "
               "--set 'variations.other=[\"masses.states=1\"]'");
    assert_null(strstr(place->err, "warning: the fit of the mass of hadron"));
    assert_null(strstr(place->err, "no window for the mass of hadron"));
    assert_contains(place->err, "does not describe its two-point functions");
    make(place, "--overwrite" TIMES " --set times.two_point_excited=0.5 "
                "--set times.two_point_gap_mev=500 "
                "--set noise.two_point=0.0005");
    run(place, "--set masses.states=1");
    assert_contains(place->err, "no window for the mass of hadron 1 can be trusted, t = ");
    run(place, "");
    assert_null(strstr(place->err, "no window for the mass of hadron"));
}

/* hadpot init writes what such a file needs. */
static void a_file_without_masses_is_fitted(void **state) {
    scene *place = *state;
    char path[256], job[8192];
    make(place, TIMES);
    scene_path(place, "made.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Adelete(file, "mass_1") >= 0 && H5Adelete(file, "mass_2") >= 0);
    assert_true(H5Fclose(file) >= 0);
    refuse(place, "--set masses.from=given",
           "made.h5 states no mass_1: give masses.mass_1, or masses.from: two_point");
    run(place, "");
    assert_contains(place->err, "mass        first 169");
    assert_exit(place, run_hadpot(place, 1, "init made.h5 --output job.yaml"), 0);
    read_text(place, "job.yaml", job, sizeof job);
    assert_contains(job, "\n  from: two_point\n  t_min: [");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_demo_finds_its_true_mass),
        scene_test(two_states_are_found),
        scene_test(what_is_not_given_is_a_row_of_samples),
        scene_test(masses_have_a_table),
        scene_test(a_given_mass_may_have_an_error),
        scene_test(one_hadron_has_one_mass),
        scene_test(masses_in_other_units_are_refused),
        scene_test(errors_of_masses_are_no_noise),
        scene_test(windows_enter_the_budget),
        scene_test(the_bytes_do_not_depend_on_ranks),
        scene_test(masses_that_cannot_be_fitted_are_refused),
        scene_test(times_behind_the_window_may_be_lost),
        scene_test(a_wrong_mass_is_seen_in_the_waves_alone),
        scene_test(doubtful_masses_are_marked),
        scene_test(a_file_without_masses_is_fitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
