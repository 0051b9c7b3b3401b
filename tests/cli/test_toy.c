// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot toy as a user calls it: the files of each toy, reduced, the training log, bad input. How
 * well potentials are learned is tested by tests/physics. */
#include "output.h"

/* A toy in a form that takes a fraction of a second, and what is special about it. */
typedef struct small_toy {
    const char *name, *sets;
    int nk, n, nu; /* momenta and radii of the data, radii of the map */
    bool symmetric;
    const char *potential_header; /* NULL: no potential.csv */
    int columns;
} small_toy;

#define EPOCHS                                                                                     \
    " --set training.epochs=6 --set training.print_every=4 --set scattering.panels=5 "             \
    "--set scattering.order=8 --set scattering.k_per_fm=[0.2,1]"
#define MAP " --set results.u_points=12 --set data.momenta=3"
static const small_toy toys[] = {
    {"two_parameter", EPOCHS MAP " --set data.points=101", 3, 101, 12, false, NULL, 0},
    {"partial", EPOCHS MAP " --set data.points=51 --set training.optimiser=adam", 3, 51, 12, false,
     "r_fm,f,f_exact,contribution", 4},
    {"mlp", EPOCHS MAP " --set data.points=21 --set potential.f_layers=[6,1]", 3, 21, 12, false,
     NULL, 0},
    {"separable", EPOCHS MAP " --set data.points=21 --set potential.f_layers=[6,4]", 3, 21, 12,
     true, NULL, 0},
    {"yukawa",
     EPOCHS " --set data.momenta=3 --set data.points=40 --set training.optimiser=adam "
            "--set potential.local_layers=[6,1]",
     3, 40, 0, true, "r_fm,v_mev,v_exact_mev", 3},
};
enum { NTOY = sizeof toys / sizeof *toys };

#define PHASE_HEADER                                                                               \
    "k2_per_fm2,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,kcot_mev_err,"                     \
    "delta_numerical_error,cross_section_fm2,cross_section_fm2_err,cross_section_mb,"              \
    "cross_section_mb_err,delta_exact_deg,kcot_exact_mev"

static void assert_shape(hid_t file, const char *path, int rank, const hsize_t *shape) {
    table data = read_table(file, path);
    assert_int_equal(data.rank, rank);
    assert_memory_equal(data.shape, shape, (size_t)rank * sizeof *shape);
    for (size_t i = 0; i < data.count; i++) assert_true(isfinite(data.values[i]));
    test_free(data.values);
}

static bool has_dataset(hid_t file, const char *path) {
    return H5Lexists(file, path, H5P_DEFAULT) > 0;
}

static void check_results(const scene *place, const small_toy *toy) {
    hid_t file = open_hdf5(place, "out/results.h5");
    hsize_t n = (hsize_t)toy->n, nk = (hsize_t)toy->nk, nu = (hsize_t)toy->nu;
    assert_shape(file, "grid/r_fm", 1, (hsize_t[]){n});
    assert_shape(file, "data/k_per_fm", 1, (hsize_t[]){nk});
    assert_shape(file, "data/wave", 2, (hsize_t[]){nk, n});
    assert_shape(file, "data/source", 2, (hsize_t[]){nk, n});
    assert_shape(file, "data/prediction", 2, (hsize_t[]){nk, n});
    assert_true(has_dataset(file, "potential/u_mev_fm3") == (nu > 0));
    assert_true(has_dataset(file, "exact/u_mev_fm3") == (nu > 0));
    if (nu > 0) {
        assert_shape(file, "potential/u_r_fm", 1, (hsize_t[]){nu});
        assert_shape(file, "potential/u_mev_fm3", 3, (hsize_t[]){1, nu, nu});
        assert_shape(file, "exact/u_mev_fm3", 2, (hsize_t[]){nu, nu});
    } else {
        assert_shape(file, "potential/v_local_mev", 2, (hsize_t[]){1, n});
        assert_shape(file, "exact/v_local_mev", 1, (hsize_t[]){n});
    }
    bool partial = strcmp(toy->name, "partial") == 0;
    assert_true(has_dataset(file, "potential/f") == partial);
    if (partial) {
        assert_shape(file, "potential/f", 2, (hsize_t[]){1, n});
        assert_shape(file, "exact/f", 1, (hsize_t[]){n});
    }
    assert_true(H5Fclose(file) >= 0);
}

static void check_tables(const scene *place, const small_toy *toy) {
    static double numbers[400];
    char text[4096];
    int lines = read_csv(place, "out/phase_shift.csv", PHASE_HEADER, 14, numbers, 28);
    assert_int_equal(lines, 2);
    for (int k = 0; k < lines; k++) assert_true(isfinite(numbers[14 * k + 12]));
    assert_true(scene_has(place, "out/potential.csv") == (toy->potential_header != NULL));
    if (toy->potential_header != NULL)
        assert_int_equal(read_csv(place, "out/potential.csv", toy->potential_header, toy->columns,
                                  numbers, 400 / toy->columns),
                         toy->n);
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_contains(text, "\nloss: ");
    assert_contains(text, "\nconverged: ");
    assert_contains(text, "\ndelta_largest_error_deg: ");
    assert_true((strstr(text, "\nu_relative_l2_error: ") != NULL) == (toy->nu > 0));
    assert_true((strstr(text, "\nu_asymmetry: 0\n") != NULL) == (toy->symmetric && toy->nu > 0));
    assert_true((strstr(text, "\nv_largest_relative_error: ") != NULL) == (toy->nu == 0));
    assert_true((strstr(text, "\nf_largest_weighted_error: ") != NULL) == (toy->columns == 4));
}

static void assert_same_toy(const scene *place) {
    static const char *const files[] = {"summary.yaml", "phase_shift.csv", "training.csv"};
    char one[64], other[64];
    for (int i = 0; i < 3; i++) {
        snprintf(one, sizeof one, "out/%s", files[i]);
        snprintf(other, sizeof other, "again/%s", files[i]);
        assert_same_bytes(place, one, other);
    }
    hid_t file = open_hdf5(place, "out/results.h5"), again = open_hdf5(place, "again/results.h5");
    assert_true(compare_datasets(file, again) > 20);
    assert_true(H5Fclose(file) >= 0 && H5Fclose(again) >= 0);
}

/* By name, and from the job it leaves: the same bytes. */
static void each_toy_writes_its_files(void **state) {
    scene *place = *state;
    for (int i = 0; i < NTOY; i++) {
        assert_exit(place,
                    run_hadpot(place, 1, "toy %s%s --overwrite --set output=out", toys[i].name,
                               toys[i].sets),
                    0);
        assert_int_equal(count_lines(place->err, "hadpot: warning: the learned potential is not"),
                         !toys[i].symmetric);
        if (strcmp(toys[i].name, "two_parameter") == 0) /* data to 12.5 fm of a range of 1 fm */
            assert_int_equal(count_lines(place->err, "hadpot: warning: the true potential"), 0);
        check_results(place, &toys[i]);
        check_tables(place, &toys[i]);
        assert_exit(place, run_hadpot(place, 1, "toy out/job.yaml --overwrite --set output=again"),
                    0);
        assert_same_toy(place);
    }
}

static void a_name_stands_for_its_file(void **state) {
    scene *place = *state;
    const small_toy *toy = &toys[2];
    assert_exit(place, run_hadpot(place, 1, "toy %s%s --set output=out", toy->name, toy->sets), 0);
    assert_exit(place,
                run_hadpot(place, 1, "toy '%s/jobs/toys/%s.yaml'%s --set output=again",
                           HADPOT_SOURCE_DIR, toy->name, toy->sets),
                0);
    assert_same_toy(place);
}

/* Lines at epochs 0, 4 and, the last one, 5; the same on the terminal and in the file. */
static void the_training_log_ends_with_the_last_epoch(void **state) {
    scene *place = *state;
    double numbers[12];
    assert_exit(place, run_hadpot(place, 1, "toy separable%s --set output=out", toys[3].sets), 0);
    assert_int_equal(read_csv(place, "out/training.csv", "epoch,loss", 2, numbers, 3), 3);
    assert_true(numbers[0] == 0 && numbers[2] == 4 && numbers[4] == 5);
    assert_int_equal(count_lines(place->out, "epoch,loss"), 1);
    assert_int_equal(count_lines(place->out, ""), 5); /* header, 3 lines, end */
    assert_contains(place->err, "did not converge (stopped after 6 of training.epochs = 6)");
    assert_contains(place->err, "  fit         did NOT converge, loss ");
    assert_contains(place->err, " after 6 epochs\n");
    assert_contains(place->err, "  exact       a0 = ");
    assert_contains(place->err, "  figures     python3 analysis/plot.py out\n");
    assert_exit(
        place,
        run_hadpot(place, 1,
                   "toy separable%s --overwrite --set output=out --set training.restarts=2 ",
                   toys[3].sets),
        0);
    assert_int_equal(count_lines(place->out, "restart,epoch,loss"), 1);
    assert_int_equal(count_lines(place->out, "1,5,"), 1);
}

/* The published log of this toy in single precision, of which the agreement is known to 2e-4 in the
 * loss and 1e-5 in theta (docs/source-talks.md). */
static void the_log_is_the_published_one(void **state) {
    static const double published[][4] = {
        {0, 4.375710964202881, 0.5099999904632568, 0.49000000953674316},
        {200, 0.1396370679140091, 0.950462281703949, 0.39753425121307373}};
    scene *place = *state;
    double numbers[8];
    assert_exit(place,
                run_hadpot(place, 1,
                           "toy two_parameter --set training.epochs=201 --set output=out "
                           "--set scattering.panels=5 --set results.u_points=8"),
                0);
    assert_int_equal(read_csv(place, "out/training.csv", "epoch,loss,theta1,theta2", 4, numbers, 2),
                     2);
    for (int line = 0; line < 2; line++) {
        assert_close(numbers[4 * line + 1], published[line][1], 2e-4, 0);
        for (int i = 2; i < 4; i++)
            assert_close(numbers[4 * line + i], published[line][i], 0, 1e-5);
    }
}

static double summary_number(const scene *place, const char *key) {
    char text[4096], line[128];
    read_text(place, "out/summary.yaml", text, sizeof text);
    snprintf(line, sizeof line, "\n%s: ", key);
    const char *found = strstr(text, line);
    assert_non_null(found);
    return strtod(found + strlen(line), NULL);
}

/* A fit that starts at the true potential and does not move. */
static void the_true_potential_has_no_error(void **state) {
    scene *place = *state;
    assert_exit(place,
                run_hadpot(place, 1,
                           "toy two_parameter --set output=out --set training.epochs=1 "
                           "--set training.learning_rate=1e-30 --set data.points=301 "
                           "--set potential.theta_start=[1,1]"),
                0);
    assert_close(summary_number(place, "u_relative_l2_error"), 0, 0, 1e-14); /* rounding */
    assert_close(summary_number(place, "u_asymmetry"), 0, 0, 1e-14);
    /* two grids of the same solver, one of which ends at 25 fm: exp(-25) of the potential */
    assert_close(summary_number(place, "delta_largest_error_deg"), 0, 0, 1e-6);
    table learned = read_result(place, "out", "potential/u_mev_fm3");
    table exact = read_result(place, "out", "exact/u_mev_fm3");
    for (size_t i = 0; i < exact.count; i++)
        assert_close(learned.values[i], exact.values[i], 1e-12, 0); /* exponents of up to 50 */
    assert_close(exact.values[0], -0.017 * 197.3269804, 1e-14, 0);  /* at r = r' = 0 */
    test_free(learned.values);
    test_free(exact.values);
}

/* f_exact(r') = exp(-r')/10, for the scale of the toy is ten times omega, and what it says of its
 * weights. */
static void the_partial_toy_knows_its_function(void **state) {
    scene *place = *state;
    static double numbers[4 * 51];
    double largest = 0;
    assert_exit(place, run_hadpot(place, 1, "toy partial%s --set output=out", toys[1].sets), 0);
    assert_int_equal(read_csv(place, "out/potential.csv", toys[1].potential_header, 4, numbers, 51),
                     51);
    table wave = read_result(place, "out", "data/wave");
    double weighted = 0, first = 0;
    for (int i = 0; i < 51; i++) {
        const double *row = numbers + 4 * i;
        double most = 0;
        assert_close(row[2], 0.1 * exp(-row[0]), 1e-13, 0);
        for (int k = 0; k < 3; k++) most = fmax(most, fabs(wave.values[51 * k + i]));
        double contribution = row[0] * row[0] * row[2] * most;
        if (i == 4) first = contribution / row[3];
        if (i > 0) assert_close(first == 0 ? 0 : contribution / row[3], first, 1e-12, 0);
        largest = fmax(largest, row[3]);
        if (row[0] <= 4) weighted = fmax(weighted, row[3] * fabs(row[1] / row[2] - 1));
    }
    assert_true(largest == 1);
    assert_close(summary_number(place, "f_largest_weighted_error"), weighted, 1e-14, 0);
    test_free(wave.values);
}

/* Two commands, the same grid and the same solver. */
static void exact_phases_are_those_of_scatter(void **state) {
    scene *place = *state;
    write_text(place, "given.yaml",
               "output: given\nhbar2_over_2mu_mev_fm2: 29.8980273333333333\n"
               "separable_exponential: {amplitudes_per_fm4: [-0.017], masses_per_fm: [1]}\n"
               "scattering: {k_per_fm: [0.2, 1], solver: nystroem, order: 8}\n");
    assert_exit(place, run_hadpot(place, 1, "scatter given.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "toy separable%s --set output=out", toys[3].sets), 0);
    table exact = read_result(place, "out", "exact/delta_deg");
    table given = read_result(place, "given", "scattering/delta_deg");
    /* hbar c/(2 m) above is rounded in the 17th digit */
    for (int k = 0; k < 2; k++) assert_close(exact.values[k], given.values[k], 1e-10, 0);
    test_free(exact.values);
    test_free(given.values);
}

static void a_map_in_momentum_space_is_written_on_demand(void **state) {
    scene *place = *state;
    assert_exit(
        place,
        run_hadpot(place, 1,
                   "toy separable%s --overwrite --set output=out --set results.momentum_space=true",
                   toys[3].sets),
        0);
    hid_t file = open_hdf5(place, "out/results.h5");
    assert_shape(file, "potential/u_p_mev", 1, (hsize_t[]){12});
    assert_shape(file, "potential/u_momentum_mev_fm3", 4, (hsize_t[]){1, 12, 12, 2});
    assert_true(H5Fclose(file) >= 0);
}

/* The fit, and the observables that came before the first that was not found, are kept. */
static void a_potential_beyond_the_solvers_is_a_result(void **state) {
    static const struct {
        const char *name, *sets, *reason;
        bool phases;
    } cases[] = {{"separable", "potential.scale=-1e4", "bound too deeply", true},
                 {"two_parameter", "potential.theta_start=[-5,-5]", "rounding decides", false}};
    scene *place = *state;
    for (int i = 0; i < 2; i++) {
        char text[4096];
        const char *small = i == 0 ? toys[3].sets : toys[0].sets;
        assert_exit(
            place,
            run_hadpot(place, 1,
                       "toy %s%s --overwrite --set training.epochs=1 --set output=out --set %s",
                       cases[i].name, small, cases[i].sets),
            0);
        assert_contains(place->err, cases[i].reason);
        table delta = read_result(place, "out", "scattering/delta_deg");
        for (int k = 0; k < 2; k++) assert_true(isfinite(delta.values[k]) == cases[i].phases);
        test_free(delta.values);
        read_text(place, "out/summary.yaml", text, sizeof text);
        /* states that are bound too deeply are counted */
        assert_true((strstr(text, "\nbound_states: .nan\n") == NULL) == cases[i].phases);
        assert_true((strstr(text, "\ndelta_largest_error_deg: ") != NULL) == cases[i].phases);
        assert_contains(text, "\nu_relative_l2_error: ");
    }
}

/* Beyond a well V is 0 and has no relative error; with nothing but such radii there is none. */
static void a_truth_of_zero_has_no_relative_error(void **state) {
    scene *place = *state;
    char text[4096];
    write_text(place, "well.yaml",
               "output: out\nreduced_mass_per_fm: 3.3\n"
               "square_well: {depths_mev: [-9], radii_fm: [1.1]}\n"
               "data: {points: 30, r_min_fm: 0.05, r_max_fm: 4, momenta: 2}\n"
               "potential: {kind: local, local_layers: [4, 1]}\ntraining: {steps: 3}\n"
               "scattering: {k_per_fm: [0.5], panels: 4}\n");
    assert_exit(place, run_hadpot(place, 1, "toy well.yaml"), 0);
    assert_true(isfinite(summary_number(place, "v_largest_relative_error")));
    assert_exit(place,
                run_hadpot(place, 1, "toy well.yaml --overwrite --set results.v_error_r_min_fm=2"),
                0);
    read_text(place, "out/summary.yaml", text, sizeof text);
    assert_null(strstr(text, "v_largest_relative_error"));
}

/* A folder that cannot be is found before the training, which says nothing then. */
static void the_folder_is_made_before_the_training(void **state) {
    scene *place = *state;
    write_text(place, "file", "");
    assert_exit(place, run_hadpot(place, 1, "toy separable --set output=file/below"), 2);
    assert_string_equal(place->out, "");
    assert_contains(place->err, "not a folder");
    assert_exit(place, run_hadpot(place, 1, "toy separable --set output=/proc/hadpot"), 1);
    assert_string_equal(place->out, "");
}

static void help_lists_the_names(void **state) {
    scene *place = *state;
    assert_exit(place, run_hadpot(place, 1, "toy --help"), 0);
    for (int i = 0; i < NTOY; i++) assert_contains(place->out, toys[i].name);
    assert_contains(place->out, "  separable            the symmetric network U(r,r')");
    assert_contains(place->out, "ends in .yaml or .yml is a job file");
    assert_contains(place->out, "print_every");
}

typedef struct mistake {
    const char *arguments, *parts[2];
} mistake;

static const mistake mistakes[] = {
    {"none", {"unknown name \"none\"", "--help lists them"}},
    {"", {"takes one job file, found 0"}},
    {"separable yukawa", {"takes one job file, found 2"}},
    {"separable --set output=a training.epochs=2",
     {"toy: expected a --set of its own before \"training.epochs=2\""}},
    {"none.yaml", {"none.yaml: cannot open the job file"}},
    {"none.yml", {"none.yml: cannot open the job file"}},
    {"separable --set output=out --set data.ponits=3", {"data.ponits", "did you mean data.points"}},
    {"separable --set output=out --set data.points=3", {"data.points", "found 3"}},
    {"separable --set output=out --set potential.kind=local",
     {"needs a true potential that is local"}},
    {"yukawa --set output=out --set data.r_min_fm=0", {"toy yukawa: data: "}},
    {"yukawa --set output=out --set scattering.range_fm=6",
     {"toy yukawa: scattering.range_fm = 6 fm is beyond the data"}},
    {"partial --set output=out --set potential.decay_per_fm=2",
     {"potential.decay_per_fm", "found 2"}},
    {"partial --set output=out --set fit.r_max_fm=2",
     {"fit.r_max_fm=2: must be >= fit.r_min_fm = 2.5", "found 2"}},
    {"separable --set output=out --set scattering.panels=1 --set scattering.order=2",
     {"toy separable: scattering", "raise scattering.panels"}},
    {"separable --set output=out --set results.u_max_fm=0.005",
     {"toy separable: results.u_max_fm", "before the data begin at 0.01 fm"}},
    {"separable --set output=out --set results.u_max_fm=13",
     {"toy separable: results.u_max_fm", "beyond the data, which end at 12.5 fm"}},
    {"separable --set output=out --set data.r_min_fm=0 --set fit.r_max_fm=0.01 "
     "--set fit.weighting=radial",
     {"toy separable: fit.weighting: radial", "weight 0"}},
    {"separable --set output=out --set mass_1_mev=939", {"mass_1_mev", "found both"}},
};

static void bad_input_is_one_message_and_nothing_else(void **state) {
    scene *place = *state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        int code = run_hadpot(place, 1, "toy %s", mistakes[i].arguments);
        if (code != 2) print_error("hadpot toy %s\n", mistakes[i].arguments);
        assert_exit(place, code, 2);
        assert_string_equal(place->out, "");
        assert_int_equal(count_lines(place->err, "hadpot: "), 1);
        for (int part = 0; part < 2 && mistakes[i].parts[part] != NULL; part++)
            assert_contains(place->err, mistakes[i].parts[part]);
        if (scene_has(place, "out")) fail_msg("toy %s left a folder", mistakes[i].arguments);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(each_toy_writes_its_files),
        scene_test(a_name_stands_for_its_file),
        scene_test(the_training_log_ends_with_the_last_epoch),
        scene_test(the_log_is_the_published_one),
        scene_test(the_true_potential_has_no_error),
        scene_test(the_partial_toy_knows_its_function),
        scene_test(exact_phases_are_those_of_scatter),
        scene_test(a_map_in_momentum_space_is_written_on_demand),
        scene_test(a_potential_beyond_the_solvers_is_a_result),
        scene_test(a_truth_of_zero_has_no_relative_error),
        scene_test(the_folder_is_made_before_the_training),
        scene_test(help_lists_the_names),
        scene_test(bad_input_is_one_message_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
