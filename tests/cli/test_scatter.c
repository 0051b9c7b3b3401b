// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter as a user calls it: its files, tables instead of forms, and bad input. What it
 * computes is tested by test_benchmarks.c. */
#include "output.h"
#include "scatter_mistakes.h"

/* A potential with a bound state. */
static const char job[] = "output: out\n"
                          "channel: two heavy\n"
                          "mass_1_mev: 4796\n"
                          "gaussians:\n"
                          "  amplitudes_mev: [60, -110]\n"
                          "  ranges_fm: [0.25, 0.60]\n"
                          "scattering:\n"
                          "  energies_mev: [1, 10, 40]\n";

static double potential(double r) {
    return 60 * exp(-r * r / (0.25 * 0.25)) - 110 * exp(-r * r / (0.6 * 0.6));
}

/* The same as a table, from r = 0 to 3 fm. */
static void write_local_table(const scene *place, const char *name, double step) {
    char path[256];
    scene_path(place, name, path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs("# V of two heavy hadrons\nr_fm,v_mev\n", out);
    for (int i = 0; i * step < 3 + step / 2; i++)
        fprintf(out, "%.17g,%.17g\n", i * step, potential(i * step));
    assert_int_equal(fclose(out), 0);
}

static void all_files_are_written(void **state) {
    scene *place = *state;
    char text[4096];
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 3, "scatter job.yaml"), 0);
    assert_string_equal(place->out, "");
    assert_int_equal(count_lines(place->err, "two heavy\n"), 1);
    assert_int_equal(count_lines(place->err, "  scattering length a0 "), 1);
    assert_contains(place->err, " 1.6271");
    assert_contains(place->err, "  files       out: job.yaml ");
    read_text(place, "out/phase_shift.csv", text, sizeof text);
    assert_contains(text, "\nk2_per_fm2,k_mev,e_cm_mev,delta_deg,");
    assert_int_equal(count_lines(text, "#") + 1 + 3, count_lines(text, "") - 1);
    read_text(place, "out/potential.csv", text, sizeof text);
    assert_contains(text, "\nr_fm,v_mev\n");
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "channel: \"two heavy\"");
    assert_contains(text, "potential: \"gaussians\"");
    assert_contains(text, "bound_states: 1");
    assert_contains(text, "binding_energy_mev:\n  value: 5.7236");
    assert_true(scene_has(place, "out/results.h5"));
    assert_false(scene_has(place, "out/femtoscopy.csv"));
}

static void the_effective_job_gives_the_same_bytes(void **state) {
    scene *place = *state;
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "scatter out/job.yaml --set output=again"), 0);
    assert_same_bytes(place, "out/phase_shift.csv", "again/phase_shift.csv");
    assert_same_bytes(place, "out/potential.csv", "again/potential.csv");
    assert_same_bytes(place, "out/summary.yaml", "again/summary.yaml");
}

/* A cubic spline errs by 5 h^4/384 V'''' with V'''' up to 12 * 110/0.6^4 = 1e4 MeV/fm^4: 1e-3 MeV
 * of 110 at h = 0.05 fm, and 16 times less at half the distance. */
static void a_table_gives_what_its_form_gives(void **state) {
    scene *place = *state;
    double difference[2];
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    table exact = read_result(place, "out", "scattering/delta_deg");
    for (int i = 0; i < 2; i++) {
        write_local_table(place, "v.csv", i == 0 ? 0.05 : 0.025);
        assert_exit(
            place,
            run_hadpot(place, 1,
                       "scatter job.yaml --overwrite --set output=table --set tables.local=v.csv "
                       "--set gaussians.amplitudes_mev=[] --set gaussians.ranges_fm=[]"),
            0);
        table found = read_result(place, "table", "scattering/delta_deg");
        difference[i] = fabs(found.values[1] - exact.values[1]);
        assert_close(found.values[1], exact.values[1], 0, 1e-2);
        test_free(found.values);
    }
    print_message("a table errs by %.1e and %.1e deg\n", difference[0], difference[1]);
    assert_true(difference[1] < difference[0] / 8);
    test_free(exact.values);
}

#define WARNING "hadpot: warning: the interpolation of the table leaves an error of up to "

/* Where a table is too coarse more panels would not help. At 0.0125 fm even B is uncertain by less
 * than the part 1e-6 that is allowed: by 1e-6 (0.0125/0.025)^4, see jobs/models/README.md. */
static void a_coarse_table_is_warned_of(void **state) {
    scene *place = *state;
    write_text(place, "table.yaml",
               "output: out\nmass_1_mev: 4796\ntables: {local: v.csv}\n"
               "scattering: {energies_mev: [1, 10, 40]}\n");
    write_local_table(place, "v.csv", 0.1);
    assert_exit(place, run_hadpot(place, 1, "scatter table.yaml --overwrite"), 0);
    assert_int_equal(count_lines(place->err, WARNING), 5); /* a0, r_eff, B, rms, phases */
    assert_contains(place->err,
                    " degrees at e_cm = 40 MeV: give a finer table, also towards r = 0");
    assert_contains(place->err, " in a0 = 1.627");
    assert_null(strstr(place->err, "scattering.panels"));
    write_local_table(place, "v.csv", 0.0125);
    assert_exit(place, run_hadpot(place, 1, "scatter table.yaml --overwrite"), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning"), 0);
}

/* A state that another interpolation of the table does not have, bound by 1.4 keV. */
static void a_state_that_hangs_on_the_table_is_uncertain(void **state) {
    scene *place = *state;
    char path[256];
    write_text(place, "table.yaml",
               "output: out\nmass_1_mev: 4796\ntables: {local: v.csv}\n"
               "scattering: {energies_mev: [1, 10], bound_states: 1}\n");
    scene_path(place, "v.csv", path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (int i = 0; i <= 10; i++) fprintf(out, "%.17g,%.17g\n", 0.3 * i, -61 * exp(-0.25 * i * i));
    assert_int_equal(fclose(out), 0);
    assert_exit(place, run_hadpot(place, 1, "scatter table.yaml --overwrite"), 0);
    table B = read_result(place, "out", "scattering/binding_energy_mev");
    table error = read_result(place, "out", "scattering/binding_energy_numerical_error_mev");
    assert_true(B.values[0] > 0 && isnan(error.values[0]));
    assert_contains(place->err, "the second solver, or another interpolation of the table, did not "
                                "find a binding energy of 0.0014");
    test_free(B.values);
    test_free(error.values);
}

/* The solvers know better what they miss: few panels are the cause, not the table. */
static void few_panels_are_told_from_a_coarse_table(void **state) {
    scene *place = *state;
    write_text(place, "table.yaml",
               "output: out\nmass_1_mev: 4796\ntables: {local: v.csv}\n"
               "scattering: {energies_mev: [1, 10, 40], panels: 1, order: 8}\n");
    write_local_table(place, "v.csv", 0.0125);
    assert_exit(place, run_hadpot(place, 1, "scatter table.yaml --overwrite"), 0);
    assert_int_equal(count_lines(place->err, WARNING), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: the two solvers differ by"), 5);
    assert_contains(place->err,
                    "in a0 = 1.66074: lower scattering.tolerance_deg, without scattering.panels");
}

/* A non-local potential from a file of U(r,r'), r from 0 to 6 fm in steps of 0.15 fm. */
static void write_map(const scene *place, const char *name) {
    enum { N = 41 };
    static double r[N], U[N * N];
    char path[256];
    for (int i = 0; i < N; i++) r[i] = 0.15 * i;
    for (int i = 0; i < N * N; i++) {
        double a = r[i / N], b = r[i % N];
        U[i] = -30 * exp(-(a * a + b * b) / (1.5 * 1.5) - (a - b) * (a - b) / (0.8 * 0.8));
    }
    scene_path(place, name, path);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    for (int rank = 1; rank <= 2; rank++) {
        hid_t space = H5Screate_simple(rank, (hsize_t[]){N, N}, NULL);
        hid_t set = H5Dcreate2(file, rank == 1 ? "r_fm" : "u_mev_fm3", H5T_IEEE_F64LE, space,
                               H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                             rank == 1 ? r : U) >= 0);
        assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
    }
    assert_true(H5Fclose(file) >= 0);
}

static void a_map_gives_what_its_form_gives(void **state) {
    scene *place = *state;
    const char *forms =
        "output: out\nhbar2_over_2mu_mev_fm2: 41.47\nscattering: {energies_mev: [1, 10, 40]}\n"
        "gaussian_nonlocal: {amplitudes_mev_per_fm3: [-30], ranges_fm: [1.5], widths_fm: [0.8]}\n";
    write_text(place, "form.yaml", forms);
    write_text(place, "map.yaml",
               "output: map\nhbar2_over_2mu_mev_fm2: 41.47\ntables: {nonlocal: u.h5}\n"
               "scattering: {energies_mev: [1, 10, 40]}\n");
    write_map(place, "u.h5");
    assert_exit(place, run_hadpot(place, 1, "scatter form.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "scatter map.yaml --overwrite"), 0);
    assert_false(scene_has(place, "map/potential.csv")); /* there is no V(r) */
    table exact = read_result(place, "out", "scattering/delta_deg");
    table found = read_result(place, "map", "scattering/delta_deg");
    for (size_t k = 0; k < exact.count; k++) {
        /* h^4/384 of fourth derivatives of 30 * 12/0.7^4 = 1500 MeV/fm^7 is 2e-3 of 30 MeV/fm^3,
         * of either sign: some 1e-5 of the potential remain, and of 80 degrees */
        assert_close(found.values[k], exact.values[k], 0, 1e-3);
    }
    test_free(exact.values);
    test_free(found.values);
}

/* Charges of opposite sign and a force too weak to bind by itself: the state lies less than a
 * factor of two below kappa = |beta|/2, where those of the Coulomb force alone begin. Expected:
 * Chebyshev collocation matched to Whittaker functions in 15 digits; both agree to 1e-12. */
static void a_bound_state_close_to_the_coulomb_ones_is_found(void **state) {
    scene *place = *state;
    write_text(place, "job.yaml",
               "output: out\nhbar2_over_2mu_mev_fm2: 41.47\n"
               "gaussians: {amplitudes_mev: [-20, 400], ranges_fm: [1.5, 0.4]}\n"
               "scattering: {k_per_fm: [0.3], coulomb: point, charge_1: 1, charge_2: -2,\n"
               "  tolerance_deg: 1e-9}\n");
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    table B = read_result(place, "out", "scattering/binding_energy_mev");
    table rms = read_result(place, "out", "scattering/rms_fm");
    table error = read_result(place, "out", "scattering/binding_energy_numerical_error_mev");
    assert_close(B.values[0], 0.05407362914344, 1e-10, 0);
    assert_close(rms.values[0], 46.44764461518, 1e-10, 0);
    assert_close(error.values[0], 0, 0, 1e-10); /* not nan: the second solver finds it too */
    test_free(B.values);
    test_free(rms.values);
    test_free(error.values);
}

/* What is left out at the end of the range moves phase shifts by degrees, and neither solver sees
 * it. */
static void a_potential_that_is_cut_off_is_warned_of(void **state) {
    scene *place = *state;
    char text[4096];
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml --set scattering.range_fm=0.9"), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: the potential is cut off"), 1);
    read_text(place, "out/phase_shift.csv", text, sizeof text);
    assert_contains(text, "# warning: the potential is cut off at 0.9 fm");
    write_text(place, "v.csv", "0,-30\n0.5,-20\n1,-10\n1.5,-5\n");
    write_text(place, "table.yaml",
               "output: out\nmass_1_mev: 4796\ntables: {local: v.csv}\n"
               "scattering: {energies_mev: [1]}\n");
    assert_exit(place, run_hadpot(place, 1, "scatter table.yaml --overwrite"), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: the potential is cut off"), 1);
    write_text(place, "kernel.yaml",
               "output: out\nhbar2_over_2mu_mev_fm2: 41.47\n"
               "yamaguchi: {a_per_fm: [0.23], b_per_fm: [1.39]}\n"
               "scattering: {energies_mev: [1], range_fm: 3}\n");
    assert_exit(place, run_hadpot(place, 1, "scatter kernel.yaml --overwrite"), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: the potential is cut off"), 1);
}

/* A square well ends where it ends. */
static void a_potential_that_ends_is_not_warned_of(void **state) {
    scene *place = *state;
    write_text(place, "job.yaml", job);
    assert_exit(place, run_hadpot(place, 1, "scatter job.yaml"), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning"), 0);
    write_text(place, "well.yaml",
               "output: out\nhbar2_over_2mu_mev_fm2: 41.47\n"
               "square_well: {depths_mev: [20], radii_fm: [2]}\n"
               "scattering: {energies_mev: [1]}\n");
    assert_exit(place, run_hadpot(place, 1, "scatter well.yaml --overwrite"), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning"), 0);
}

/* Momenta choose the grid, which for 1 and 10 MeV is one panel: no reason for a fifth state. */
static void counts_do_not_depend_on_the_momenta(void **state) {
    scene *place = *state;
    char text[4096];
    write_text(place, "well.yaml",
               "output: out\nhbar2_over_2mu_mev_fm2: 41.47\n"
               "square_well: {depths_mev: [1300], radii_fm: [2]}\n"
               "scattering: {momenta_mev: [1, 10]}\n");
    assert_exit(place, run_hadpot(place, 1, "scatter well.yaml --overwrite"), 0);
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "bound_states: 4\n");
    assert_int_equal(count_lines(place->err, "hadpot: warning: number of bound states"), 0);
}

/* q R = pi/2 to rounding, and 1e-6 of it more. */
static void a_state_at_threshold_is_in_doubt(void **state) {
    scene *place = *state;
    char text[4096];
    for (int i = 0; i < 2; i++) {
        double q = M_PI_2 / 1.7 * (1.0 + 1e-6 * i);
        snprintf(text, sizeof text,
                 "output: out\nhbar2_over_2mu_mev_fm2: 41.47\n"
                 "square_well: {depths_mev: [%.17g], radii_fm: [1.7]}\n"
                 "scattering: {energies_mev: [1]}\n",
                 41.47 * q * q);
        write_text(place, "well.yaml", text);
        assert_exit(place, run_hadpot(place, 1, "scatter well.yaml --overwrite"), 0);
        assert_int_equal(
            count_lines(place->err, "hadpot: warning: number of bound states in doubt"), 1 - i);
        table doubt = read_result(place, "out", "scattering/bound_states_in_doubt");
        assert_close(doubt.values[0], 1.0 - i, 0.0, 0.0);
        test_free(doubt.values);
        read_text(place, "out/phase_shift.csv", text, sizeof text);
        assert_int_equal(count_lines(text, "# warning: number of bound states in doubt"), 1 - i);
    }
}

/* Keys of the potential with a table instead. */
#define TABLE "--set gaussians.amplitudes_mev=[] --set gaussians.ranges_fm=[] --set tables.local="

#define SOURCE "--set femtoscopy.source_radii_fm=[1] "

static const mistake mistakes[] = {
    {"none.yaml", {"none.yaml", "No such file"}},
    {"negative.yaml", {"negative.yaml:3", "mass_1_mev", "must be >= 0, found -4796"}},
    {"zero.yaml", {"zero.yaml:8", "scattering.energies_mev", "must be > 0, found 0"}},
    {"lists.yaml", {"lists.yaml:6", "gaussians.ranges_fm", "expected 2 entries"}},
    {"job.yaml --set scattering.momenta_mev=[0]", {"scattering.momenta_mev", "must be > 0"}},
    {"job.yaml " TABLE "turns.csv", {"job.yaml", "tables.local", "turns.csv:4: r_fm must ascend"}},
    {"job.yaml " TABLE "none.csv", {"job.yaml", "tables.local", "none.csv: cannot be opened"}},
    {"job.yaml " TABLE "v.csv --set scattering.range_fm=3.5",
     {"job.yaml", "scattering.range_fm", "exceeds the data of v.csv, which end at 3 fm"}},
    {"job.yaml --set tables.nonlocal=v.csv", {"job.yaml", "tables.nonlocal", "HDF5"}},
    {"job.yaml --set scattering.coulomb=point --set scattering.charge_1=0",
     {"job.yaml", "scattering.coulomb", "charge_1"}},
    {"job.yaml --set scattering.fit_e_max_mev=5", {"job.yaml", "scattering.fit_e_max_mev"}},
    {"job.yaml --set scattering.panels=1 --set scattering.order=2 --set scattering.range_fm=60",
     {"job.yaml", "scattering", "panels"}},
    {"job.yaml --set gaussians.amplitudes_mev=[1e308,0] --set mass_1_mev=1e5",
     {"job.yaml", "the potential at r = ", "not finite"}}, /* V/h overflows */
    {"job.yaml " SOURCE "--set femtoscopy.statistics=bosons",
     {"job.yaml", "femtoscopy.spin", "bosons have an integer spin, found 0.5"}},
    {"job.yaml " SOURCE "--set femtoscopy.statistics=fermions --set femtoscopy.spin=0.3",
     {"job.yaml", "femtoscopy.spin", "found 0.3"}},
    {"job.yaml " SOURCE "--set femtoscopy.statistics=fermions",
     {"job.yaml", "femtoscopy.weight", "at most 0.25 of their spin states, found 1"}},
    {"job.yaml " SOURCE "--set femtoscopy.statistics=bosons --set femtoscopy.spin=0 "
     "--set mass_2_mev=900",
     {"job.yaml", "femtoscopy.statistics", "masses"}},
    {"job.yaml " SOURCE "--set femtoscopy.statistics=bosons --set femtoscopy.spin=0 "
     "--set scattering.coulomb=point --set scattering.charge_2=-1",
     {"job.yaml", "femtoscopy.statistics", "charges"}},
};

static void bad_input_names_file_and_key(void **state) {
    scene *place = *state;
    write_text(place, "job.yaml", job);
    write_changed_text(place, job, "negative.yaml", "4796", "-4796");
    write_changed_text(place, job, "zero.yaml", "[1, 10, 40]", "[0, 10, 40]");
    write_changed_text(place, job, "lists.yaml", "[0.25, 0.60]", "[0.25]");
    write_text(place, "turns.csv", "r_fm,v_mev\n0,-3\n0.5,-2\n0.4,-1\n1,0\n");
    write_local_table(place, "v.csv", 0.1);
    check_mistakes(place, "", mistakes, sizeof mistakes / sizeof *mistakes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(all_files_are_written),
        scene_test(the_effective_job_gives_the_same_bytes),
        scene_test(a_table_gives_what_its_form_gives),
        scene_test(a_coarse_table_is_warned_of),
        scene_test(a_state_that_hangs_on_the_table_is_uncertain),
        scene_test(few_panels_are_told_from_a_coarse_table),
        scene_test(a_map_gives_what_its_form_gives),
        scene_test(a_bound_state_close_to_the_coulomb_ones_is_found),
        scene_test(a_potential_that_is_cut_off_is_warned_of),
        scene_test(a_potential_that_ends_is_not_warned_of),
        scene_test(counts_do_not_depend_on_the_momenta),
        scene_test(a_state_at_threshold_is_in_doubt),
        scene_test(bad_input_names_file_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
