// SPDX-License-Identifier: GPL-3.0-or-later
/* Every job of jobs/benchmarks, once as Nystroem and once as the ODE solver reports it: the numbers
 * of expected.csv, and a difference of the solvers below what is claimed for them. */
#include "expectations.h"

#define FOLDER HADPOT_SOURCE_DIR "/jobs/benchmarks"

/* What both solvers promise for a phase shift. */
static const double PHASE_ERROR_DEG = 1e-6;

static void run_job(scene *place, const char *name, const char *solver) {
    int code =
        run_hadpot(place, 1, "scatter '%s/%s.yaml' --set output=%s --set scattering.solver=%s",
                   FOLDER, name, name, solver);
    if (code != 0) print_error("%s\n", name);
    assert_exit(place, code, 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: "), 0);
}

static void check_solvers(const scene *place, const char *name) {
    table error = read_result(place, name, "scattering/delta_numerical_error");
    table length = read_result(place, name, "scattering/scattering_length_numerical_error_fm");
    table a0 = read_result(place, name, "scattering/scattering_length_fm");
    double largest = 0;
    for (size_t i = 0; i < error.count; i++) {
        assert_close(error.values[i], 0, 0, PHASE_ERROR_DEG); /* nan fails: both must have run */
        largest = fmax(largest, error.values[i]);
    }
    assert_close(length.values[0], 0, 0, 1e-6 * fabs(a0.values[0])); /* as promised too */
    print_message("%-22s solvers differ by %.1e deg, a0 by %.1e fm\n", name, largest,
                  length.values[0]);
    test_free(error.values);
    test_free(length.values);
    test_free(a0.values);
}

static void check_benchmarks(scene *place, const char *solver) {
    char current[64] = "";
    int jobs = 0, numbers = 0;
    FILE *in = open_expected(FOLDER);
    for (expectation line; read_expectation(in, &line); numbers++) {
        if (strcmp(line.name, current) != 0) {
            strcpy(current, line.name);
            run_job(place, current, solver);
            check_solvers(place, current);
            jobs++;
        }
        check_value(place, &line);
    }
    assert_int_equal(fclose(in), 0);
    print_message("%d numbers of %d jobs\n", numbers, jobs);
    assert_true(jobs >= 10 && numbers >= 80); /* the file has been read */
}

static void nystroem_gives_the_numbers(void **state) {
    check_benchmarks(*state, "both");
}

static void the_ode_solver_gives_the_numbers(void **state) {
    check_benchmarks(*state, "ode");
}

/* The jobs to start from run without a warning. */
static void the_models_run(void **state) {
    scene *place = *state;
    const char *models = HADPOT_SOURCE_DIR "/jobs/models";
    assert_exit(
        place, run_hadpot(place, 1, "scatter '%s/proton_proton.yaml' --set output=out", models), 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: "), 0);
    table C = read_result(place, "out", "femtoscopy/correlation");
    assert_true(C.values[0] > 0.0 && C.values[0] < 0.5); /* the Coulomb dip */
    test_free(C.values);
    assert_exit(place,
                run_hadpot(place, 1,
                           "scatter '%s/table.yaml' --overwrite --set output=out --set "
                           "'tables.local=\"%s/table.csv\"'",
                           models, models),
                0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: "), 0);
    table a0 = read_result(place, "out", "scattering/scattering_length_fm");
    assert_close(a0.values[0], 1.62713183, 1e-5, 0); /* the spline of a table of 0.02 fm */
    test_free(a0.values);
    assert_false(scene_has(place, "out/femtoscopy.csv")); /* that of the job before is gone */
}

static void every_job_is_expected(void **state) {
    (void)state;
    check_that_all_jobs_are_expected(FOLDER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(nystroem_gives_the_numbers),
        scene_test(the_ode_solver_gives_the_numbers),
        scene_test(the_models_run),
        cmocka_unit_test(every_job_is_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
