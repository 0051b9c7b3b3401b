// SPDX-License-Identifier: GPL-3.0-or-later
/* Every job of jobs/benchmarks, once as Nystroem and once as the ODE solver reports it: the numbers
 * of expected.csv, and a difference of the solvers below what is claimed for them. */
#include "output.h"

#include <dirent.h>

#define FOLDER HADPOT_SOURCE_DIR "/jobs/benchmarks"

/* What both solvers promise for a phase shift. */
static const double PHASE_ERROR_DEG = 1e-6;

/* One line of expected.csv. */
typedef struct expectation {
    char name[64], dataset[64];
    size_t index;
    double expected, tolerance;
} expectation;

static FILE *open_expected(void) {
    FILE *in = fopen(FOLDER "/expected.csv", "r");
    assert_non_null(in);
    return in;
}

/* The next line with numbers; false at the end. */
static bool read_expectation(FILE *in, expectation *line) {
    char text[512];
    while (fgets(text, sizeof text, in) != NULL) {
        if (*text == '#' || strncmp(text, "case,", 5) == 0) continue;
        int found = sscanf(text, "%63[^,],%63[^,],%zu,%lf,%lf", line->name, line->dataset,
                           &line->index, &line->expected, &line->tolerance);
        if (found != 5) fail_msg("expected.csv has the line %s", text);
        return true;
    }
    return false;
}

static void run_job(scene *place, const char *name, const char *solver) {
    int code =
        run_hadpot(place, 1, "scatter '%s/%s.yaml' --set output=%s --set scattering.solver=%s",
                   FOLDER, name, name, solver);
    if (code != 0) print_error("%s\n", name);
    assert_exit(place, code, 0);
    assert_int_equal(count_lines(place->err, "hadpot: warning: "), 0);
}

/* The first row of a dataset, which alone is there. */
static void check_value(const scene *place, const expectation *line) {
    table found = read_result(place, line->name, line->dataset);
    assert_int_equal(found.shape[0], 1);
    assert_true(line->index < found.count);
    double value = found.values[line->index];
    if (!(fabs(value - line->expected) <= line->tolerance))
        print_error("%s: %s[%zu]\n", line->name, line->dataset, line->index);
    assert_close(value, line->expected, 0, line->tolerance); /* as the file says */
    test_free(found.values);
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
    FILE *in = open_expected();
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

/* A job that nobody expects anything of would not be run. */
static void every_job_is_expected(void **state) {
    (void)state;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char *end = strstr(entry->d_name, ".yaml");
        expectation line = {.name = ""};
        if (end == NULL) continue;
        FILE *in = open_expected();
        size_t length = (size_t)(end - entry->d_name);
        bool found = false;
        while (!found && read_expectation(in, &line))
            found = strncmp(line.name, entry->d_name, length) == 0 && line.name[length] == '\0';
        if (!found) fail_msg("expected.csv has nothing on %s", entry->d_name);
        assert_int_equal(fclose(in), 0);
    }
    closedir(folder);
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
