// SPDX-License-Identifier: GPL-3.0-or-later
/* Closure of the derivative expansion: correlators that obey S = V0 R + V2 nabla^2 R exactly go in,
 * the same V0 and V2 come out, and the phase shifts of the paper's radial equation (Iritani et al.,
 * PRD 99 (2019) 014514), integrated here by another method. */
#include <math.h>
#include "hadpot/gaussians.h"
#include "hadpot/units.h"
#include "output.h"
#include "small_ensemble.h"

enum { NPOINT = 48, NSAMPLE = 7, NT = 3, NENERGY = 3 };
static const double STEP = 0.25, MASS = 0.61;
static const double spacing_mev = 1973.269804; /* a = 0.1 fm */

/* V0 and x = 2 mu V2 (amplitude, range), lattice units */
static const double V0_param[] = {0.9, 1.7, -0.043, 4.9};
static const double x_param[] = {-0.385, 3.1};
static const double energy_mev[NENERGY] = {3.3, 17.0, 61.0};

#define JOB                                                                                        \
    "ensemble: exact.h5\noutput: out\n"                                                            \
    "fit: {sources: [wall, smeared], times: [11], weighting: none}\n"                              \
    "potential: {kind: n2lo, gaussians: 2, n2lo_gaussians: 1, n2lo_shortest_fm: 0.31, "            \
    "n2lo_r_max_fm: 0.9, "                                                                         \
    "n2lo_deviation: 1000}\n"                                                                      \
    "scattering: {energies_mev: [3.3, 17, 61], range_fm: 1.2}\n"

/* Sample j has V0 and x larger by 1 + part(j); the parts add up to zero. */
static double part(int sample) {
    return 0.01 * (sample - (NSAMPLE - 1) / 2);
}

static double ratio(int source, double r) {
    return 1.0 - 0.6 * exp(-r * r / (source == 0 ? 9.0 : 21.0));
}

/* (1/r) d^2(rR)/dr^2 at point i of the grid r = STEP (i + 1), by the rule that the program states:
 * central differences, at the last point the one-sided rule of the same order. */
static double laplacian(int source, int i) {
    double u[4], h2 = STEP * STEP, r = STEP * (i + 1);
    int first = i < NPOINT - 1 ? i - 1 : i - 3;
    for (int j = 0; j < 4; j++)
        u[j] = STEP * (first + j + 1) * ratio(source, STEP * (first + j + 1));
    if (i < NPOINT - 1) return (u[0] - 2.0 * u[1] + u[2]) / h2 / r;
    return (-u[0] + 4.0 * u[1] - 5.0 * u[2] + 2.0 * u[3]) / h2 / r;
}

/* R at t - 1, t, t + 1 = R + d, R, R - d, so that S = d + K = V0 R + x K. */
static double value(int source, int sample, int t, int i) {
    double r = STEP * (i + 1), R = ratio(source, r), K = laplacian(source, i) / MASS;
    double scale = 1.0 + part(sample);
    double d = scale * hp_gaussians_value(V0_param, 2, r) * R +
               (scale * hp_gaussians_value(x_param, 1, r) - 1.0) * K;
    return (source == 0 ? 1.0 : 3e-4) * (R - (t - 1) * d);
}

static void write_ensemble(const scene *place) {
    char path[256];
    double t[NT] = {10, 11, 12}, r[NPOINT], *R = test_malloc(sizeof(double[NSAMPLE][NT][NPOINT]));
    const hsize_t nt = NT, npoint = NPOINT, shape[] = {NSAMPLE, NT, NPOINT};
    scene_path(place, "exact.h5", path);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    small_text(file, "format", "hadpot-ensemble");
    small_number(file, "version", H5T_STD_I32LE, 1);
    small_text(file, "sampling", "jackknife");
    small_text(file, "geometry", "radial");
    small_number(file, "inverse_spacing_mev", H5T_IEEE_F64LE, spacing_mev);
    small_number(file, "mass_1", H5T_IEEE_F64LE, MASS);
    small_number(file, "mass_2", H5T_IEEE_F64LE, MASS);
    for (int i = 0; i < NPOINT; i++) r[i] = STEP * (i + 1);
    small_dataset(file, "/t", H5T_STD_I32LE, 1, &nt, t);
    small_dataset(file, "/r", H5T_IEEE_F64LE, 1, &npoint, r);
    for (int source = 0; source < 2; source++) {
        double *at = R;
        for (int sample = 0; sample < NSAMPLE; sample++)
            for (int time = 0; time < NT; time++)
                for (int i = 0; i < NPOINT; i++) *at++ = value(source, sample, time, i);
        small_dataset(file, source == 0 ? "/source/wall/R" : "/source/smeared/R", H5T_IEEE_F64LE, 3,
                      shape, R);
    }
    assert_true(H5Fclose(file) >= 0);
    test_free(R);
}

/* delta in degrees of u'' = -(k^2 - 2 mu V0)/(1 - x) u by Runge-Kutta steps up to the last radius,
 * where the program's potential ends. */
static double exact_phase(double k2) {
    enum { STEPS = 24000 };
    double end = STEP * NPOINT, h = end / STEPS, k = sqrt(k2), u = 0.0, v = 1.0;
    for (int i = 0; i < STEPS; i++) {
        double f[3];
        for (int j = 0; j < 3; j++) {
            double r = h * (i + 0.5 * j);
            f[j] = -(k2 - MASS * hp_gaussians_value(V0_param, 2, r)) /
                   (1.0 - hp_gaussians_value(x_param, 1, r));
        }
        double a1 = v, b1 = f[0] * u, a2 = v + 0.5 * h * b1, b2 = f[1] * (u + 0.5 * h * a1);
        double a3 = v + 0.5 * h * b2, b3 = f[1] * (u + 0.5 * h * a2);
        double a4 = v + h * b3, b4 = f[2] * (u + h * a3);
        u += h / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        v += h / 6.0 * (b1 + 2.0 * b2 + 2.0 * b3 + b4);
    }
    double delta = atan2(k * u, v) - k * end;
    return 180.0 / M_PI * (delta - M_PI * round(delta / M_PI));
}

static void expansion_is_recovered(void **state) {
    scene *place = *state;
    double fm = hp_spacing_fm(spacing_mev), v2_unit = spacing_mev * fm * fm / MASS;
    write_ensemble(place);
    write_text(place, "job.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    table v2 = read_result(place, "out", "potential/v2_gaussians");
    table v0 = read_result(place, "out", "potential/gaussians");
    table point = read_result(place, "out", "potential/v2_mev_fm2");
    table fit = read_result(place, "out", "potential/v2_fit_mev_fm2");
    assert_int_equal(v2.count, (1 + NSAMPLE) * 2);
    assert_int_equal(v0.count, (1 + NSAMPLE) * 4);
    for (int row = 0; row <= NSAMPLE; row++) {
        double scale = row == 0 ? 1.0 : 1.0 + part(row - 1);
        const double *a = v2.values + row * 2, *b = v0.values + row * 4;
        /* Rounding of R, 2e-16, grows by 1/h^2 = 16 in K and by what the sources differ in K/R,
         * some 1e-3 at the far end of the fit, to about 1e-12 of x. */
        assert_close(a[0], scale * x_param[0] * v2_unit, 1e-9, 0);
        assert_close(a[1], x_param[1] * fm, 1e-9, 0);
        for (int i = 0; i < 4; i++)
            assert_close(b[i], V0_param[i] * (i % 2 == 0 ? scale * spacing_mev : fm), 1e-9, 0);
        for (int i = 0; i < 36; i++)
            assert_close(point.values[row * NPOINT + i], fit.values[row * NPOINT + i], 1e-8, 1e-8);
    }
    test_free(v2.values);
    test_free(v0.values);
    test_free(point.values);
    test_free(fit.values);
}

static void phases_are_those_of_the_equation(void **state) {
    scene *place = *state;
    write_ensemble(place);
    write_text(place, "job.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    table delta = read_result(place, "out", "scattering/delta_deg");
    table numerical = read_result(place, "out", "scattering/delta_numerical_error");
    for (int k = 0; k < NENERGY; k++) {
        double expected = exact_phase(MASS * energy_mev[k] / spacing_mev);
        /* 1e-9 of the parameters; the integration here has an error of h^4 = 1e-13 */
        assert_close(remainder(delta.values[k], 180.0), expected, 0, 1e-6);
        assert_close(numerical.values[k], 0.0, 0, 1e-6); /* the goal of both solvers */
    }
    test_free(delta.values);
    test_free(numerical.values);
}

/* V2 = 0 describes other correlators than these: what it leaves is seen in chi2. */
static void both_sources_are_described(void **state) {
    scene *place = *state;
    write_ensemble(place);
    write_text(place, "job.yaml", JOB);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --overwrite"), 0);
    table with = read_result(place, "out", "training/chi2_per_point_by_source");
    table v2 = read_result(place, "out", "training/v2_chi2_per_point");
    assert_exit(place,
                run_hadpot(place, 1, "run job.yaml --overwrite --set potential.kind=gaussians"), 0);
    table without = read_result(place, "out", "training/chi2_per_point_by_source");
    for (int source = 0; source < 2; source++) {
        assert_true(with.values[source] < 1e-9); /* (1e-9 of V)^2 over (1 % of V)^2, and margin */
        assert_true(without.values[source] > 1.0);
    }
    assert_true(v2.values[0] < 1e-9);
    test_free(with.values);
    test_free(without.values);
    test_free(v2.values);
}

static void jobs_that_cannot_be_are_refused(void **state) {
    scene *place = *state;
    static const struct {
        const char *set, *message;
    } cases[] = {
        {"fit.sources=[wall]", "potential.kind: n2lo needs two sources, found 1"},
        {"fit.sources=[]", "potential.kind: n2lo needs two sources, found 0"},
        {"fit.times=[]", "potential.kind: n2lo takes one time"},
        {"potential.n2lo_r_max_fm=0.01",
         "exact.h5\": at no radius up to potential.n2lo_r_max_fm = 0.01 fm have both sources"},
        {"potential.n2lo_deviation=0", "potential.n2lo_deviation"},
        {"fit.r_max_fm=0.1", "points to fit"},
    };
    write_ensemble(place);
    write_text(place, "job.yaml", JOB);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_exit(place, run_hadpot(place, 1, "run job.yaml --set '%s'", cases[i].set), 2);
        assert_contains(place->err, cases[i].message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(expansion_is_recovered),
        scene_test(phases_are_those_of_the_equation),
        scene_test(both_sources_are_described),
        scene_test(jobs_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests_name("cli/n2lo", tests, NULL, NULL);
}
