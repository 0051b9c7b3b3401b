// SPDX-License-Identifier: GPL-3.0-or-later
/* Printed numerical errors of tables hold the true error of their interpolation: tables of known
 * potentials, coarse and fine, from r = 0 or not, against the potentials themselves. */
#include "output.h"

/* A potential with one bound state, as a job and as a function. */
typedef struct model {
    const char *name, *job;
    double (*local)(double r);
    double (*nonlocal)(double r, double rp);
    double end;
} model;

static double two_gaussians(double r) {
    return 60 * exp(-r * r / (0.25 * 0.25)) - 110 * exp(-r * r / (0.6 * 0.6));
}

static double malfliet_tjon(double r) {
    return (1438.72 * exp(-3.11 * r) - 626.885 * exp(-1.55 * r)) / r;
}

static double woods_saxon(double r) {
    return -50 / (1 + exp((r - 2) / 0.3));
}

static double kernel(double r, double rp) {
    return -30 * exp(-(r * r + rp * rp) / (1.5 * 1.5) - (r - rp) * (r - rp) / (0.8 * 0.8));
}

#define NUCLEONS                                                                                   \
    "output: out\nhbar2_over_2mu_mev_fm2: 41.47\nscattering: {energies_mev: [1, 10, 40]}\n"
static const model gaussians = {
    "gaussians",
    "output: out\nhbar2_over_2mu_mev_fm2: 8.1188\nscattering: {energies_mev: [1, 10, 40]}\n"
    "gaussians: {amplitudes_mev: [60, -110], ranges_fm: [0.25, 0.6]}\n",
    two_gaussians, NULL, 3};
static const model deep = {
    "gaussians",
    "output: out\nhbar2_over_2mu_mev_fm2: 4.0594\nscattering: {energies_mev: [1, 10, 40]}\n"
    "gaussians: {amplitudes_mev: [60, -110], ranges_fm: [0.25, 0.6]}\n",
    two_gaussians, NULL, 3};
static const model yukawas = {
    "yukawas",
    NUCLEONS "yukawas: {strengths_mev_fm: [1438.72, -626.885], masses_per_fm: [3.11, 1.55]}\n",
    malfliet_tjon, NULL, 16};
static const model well = {
    "woods_saxon",
    NUCLEONS "woods_saxon: {depths_mev: [50], radii_fm: [2], diffuseness_fm: [0.3]}\n", woods_saxon,
    NULL, 11};
static const model map = {"gaussian_nonlocal",
                          NUCLEONS
                          "gaussian_nonlocal: {amplitudes_mev_per_fm3: [-30], ranges_fm: [1.5], "
                          "widths_fm: [0.8]}\n",
                          NULL, kernel, 6};

/* order: with which the error falls from the case before, 0: not compared. Tables that begin at a
 * first point which moves with the step err there with the square of it when V grows like 1/r, else
 * with the fifth power; splines with the fourth. */
typedef struct sampling {
    const model *of;
    double first, step;
    int order;
} sampling;

static const sampling samplings[] = {{&deep, 0, 0.2, 0},
                                     {&deep, 0, 0.15, 0},
                                     {&deep, 0, 0.1, 0},
                                     {&deep, 0, 0.05, 4},
                                     {&deep, 0.05, 0.1, 0},
                                     {&gaussians, 0, 0.2, 0},
                                     {&gaussians, 0, 0.1, 0},
                                     {&gaussians, 0, 0.05, 4},
                                     {&gaussians, 0, 0.025, 4},
                                     {&gaussians, 0.2, 0.2, 0},
                                     {&gaussians, 0.1, 0.1, 0},
                                     {&gaussians, 0.05, 0.05, 4},
                                     {&gaussians, 0.025, 0.025, 4},
                                     {&yukawas, 0.2, 0.2, 0},
                                     {&yukawas, 0.1, 0.1, 2},
                                     {&yukawas, 0.05, 0.05, 2},
                                     {&yukawas, 0.025, 0.025, 2},
                                     {&yukawas, 0.05, 0.1, 0},
                                     {&yukawas, 0.01, 0.05, 0},
                                     {&well, 0, 0.4, 0},
                                     {&well, 0, 0.2, 4},
                                     {&well, 0, 0.1, 4},
                                     {&well, 0, 0.05, 4},
                                     {&well, 0.1, 0.2, 0},
                                     {&map, 0, 0.4, 0},
                                     {&map, 0, 0.2, 4},
                                     {&map, 0, 0.1, 4},
                                     {&map, 0.2, 0.2, 0},
                                     {&map, 0.1, 0.1, 4}};

/* Tables of many points, or of a first one that is no step: they take as long as all others
 * together, so that only .ci/nightly has them; those of Gaussians are alike. */
static bool is_left_out(const sampling *one) {
    return one->of == &yukawas && (one->step < 0.05 || one->first != one->step) &&
           getenv("HADPOT_NIGHTLY") == NULL;
}

enum { NCASE = sizeof samplings / sizeof *samplings, NPATH = 5, MOST = 128 };

static const char *const paths[NPATH][2] = {
    {"scattering/delta_deg", "scattering/delta_numerical_error"},
    {"scattering/scattering_length_fm", "scattering/scattering_length_numerical_error_fm"},
    {"scattering/effective_range_fm", "scattering/effective_range_numerical_error_fm"},
    {"scattering/binding_energy_mev", "scattering/binding_energy_numerical_error_mev"},
    {"scattering/rms_fm", "scattering/rms_numerical_error_fm"}};

static int list_radii(const sampling *one, double r[]) {
    int n = (int)floor((one->of->end - one->first) / one->step + 1e-9) + 1;
    for (int i = 0; i < n; i++) r[i] = one->first + i * one->step;
    return n;
}

static void write_local(const scene *place, const sampling *one) {
    static double r[1024];
    char path[256];
    scene_path(place, "v.csv", path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (int i = 0, n = list_radii(one, r); i < n; i++)
        fprintf(out, "%.17g,%.17g\n", r[i], one->of->local(r[i]));
    assert_int_equal(fclose(out), 0);
}

static void write_map(const scene *place, const sampling *one) {
    static double r[MOST], U[MOST * MOST];
    char path[256];
    int n = list_radii(one, r);
    for (int i = 0; i < n * n; i++) U[i] = one->of->nonlocal(r[i / n], r[i % n]);
    scene_path(place, "u.h5", path);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    for (int rank = 1; rank <= 2; rank++) {
        hid_t space = H5Screate_simple(rank, (hsize_t[]){(hsize_t)n, (hsize_t)n}, NULL);
        hid_t set = H5Dcreate2(file, rank == 1 ? "r_fm" : "u_mev_fm3", H5T_IEEE_F64LE, space,
                               H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                             rank == 1 ? r : U) >= 0);
        assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
    }
    assert_true(H5Fclose(file) >= 0);
}

/* The job with a table in place of the last line, which states the potential. */
static void run_table(scene *place, const sampling *one) {
    char text[512];
    snprintf(text, sizeof text, "%s", one->of->job);
    char *line = strstr(text, one->of->name);
    assert_non_null(line);
    bool local = one->of->local != NULL;
    strcpy(line, local ? "tables: {local: v.csv}\n" : "tables: {nonlocal: u.h5}\n");
    write_text(place, "table.yaml", text);
    if (local)
        write_local(place, one);
    else
        write_map(place, one);
    assert_exit(place, run_hadpot(place, 1, "scatter table.yaml --overwrite --set output=table"),
                0);
}

static void run_form(scene *place, const model *of) {
    write_text(place, "form.yaml", of->job);
    assert_exit(place, run_hadpot(place, 1, "scatter form.yaml --overwrite"), 0);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Printed over true error of each number, appended to `ratio`; returns the printed error of the
 * first phase. What rounding and solvers leave of both is below 1e-9. */
static double judge(scene *place, const sampling *one, double *ratio, int *count) {
    double first = 0;
    for (int p = 0; p < NPATH; p++) {
        table exact = read_result(place, "out", paths[p][0]);
        table found = read_result(place, "table", paths[p][0]);
        table error = read_result(place, "table", paths[p][1]);
        if (p == 0) first = error.values[0];
        for (size_t i = 0; i < exact.count && !isnan(exact.values[i]); i++) {
            double missed = fabs(found.values[i] - exact.values[i]) - 1e-9;
            if (!(error.values[i] >= missed))
                fail_msg("%s from %g in steps of %g fm: %s errs by %.3g, printed %.3g",
                         one->of->name, one->first, one->step, paths[p][0], missed,
                         error.values[i]);
            if (missed > 0) ratio[(*count)++] = error.values[i] / missed;
        }
        test_free(exact.values);
        test_free(found.values);
        test_free(error.values);
    }
    return first;
}

static void printed_errors_hold_true_ones(void **state) {
    scene *place = *state;
    static double ratio[NCASE * 16];
    double before = 0;
    int count = 0;
    for (int i = 0; i < NCASE; i++) {
        const sampling *one = &samplings[i];
        if (i == 0 || one->of != samplings[i - 1].of) run_form(place, one->of);
        if (is_left_out(one)) continue;
        run_table(place, one);
        double error = judge(place, one, ratio, &count);
        /* half the step; a factor of two in the leading term for those that follow */
        if (one->order > 0 && !(error < 2 * before * pow(2, -one->order)))
            fail_msg("%s: error %.3g, %.3g of twice the step", one->of->name, error, before);
        before = error;
    }
    qsort(ratio, (size_t)count, sizeof *ratio, compare);
    print_message("%d numbers: printed over true error %.2f to %.3g, median %.2f\n", count,
                  ratio[0], ratio[count - 1], ratio[count / 2]);
    assert_true(count >= 150);
    assert_true(ratio[count / 2] < 10); /* no more than a Richardson estimate of order 2 asks for */
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(printed_errors_hold_true_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
