// SPDX-License-Identifier: GPL-3.0-or-later
/* The closure of two coupled pairs with a non-local potential (tests/support/coupled_closure.h),
 * fitted by blocks of Gaussians that do not contain it: errors of delta_1 and eta at seven energies
 * without noise, and with noise of 0.5 % of max|S| of each sink and column.
 * bench_block_fit [replicas] */
#include "support.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "coupled_closure.h"
#include "hadpot/coupled.h"
#include "hadpot/memory.h"
#include "hadpot/potential.h"
#include "hadpot/random.h"
#include "hadpot/smatrix.h"

enum { TIMES = 3, COLUMNS = TIMES * CLOSURE_SOURCES, POINTS = 2 * CLOSURE_POINTS, ENERGIES = 7 };

static const double TIME[TIMES] = {8, 10, 12}, NOISE = 0.005;
static const double W[ENERGIES] = {1.06, 1.08, 1.10, 1.115, 1.125, 1.15, 1.18};
static const double DELTA[ENERGIES] = {8.670878,  13.980807, 17.019802, 18.941827,
                                       20.260318, 20.344590, 20.290295};
static const double ETA[ENERGIES] = {1, 1, 1, 1, 0.96205291, 0.92933485, 0.92405257};

typedef struct bench {
    hp_error err;
    coupled_closure closure;
    hp_fit_data data;
    double exact[COLUMNS * POINTS], prediction[COLUMNS * POINTS];
    hp_channels channels;
    hp_quadrature nodes;
    hp_coupled *solver;
} bench;

/* R~^a = f_a R^a, f_a = exp(-(th_a - th_1) t) sqrt(Z_a/Z_1), of columns (source, time). */
static void fill_data(bench *b) {
    hp_fit_data *data = &b->data;
    assert_ok(hp_fit_data_create_components(2, CLOSURE_POINTS, COLUMNS, data, &b->err), &b->err);
    data->npair = 2;
    data->component[1].pair = 1;
    for (int a = 0; a < 2; a++)
        data->pair[a] = hp_pair_of_masses(b->closure.mass[a][0], b->closure.mass[a][1]);
    for (int i = 0; i < COLUMNS * POINTS; i++) {
        int column = i / POINTS, a = i % POINTS / CLOSURE_POINTS, k = i % CLOSURE_POINTS;
        double t = TIME[column % TIMES], r = b->closure.r[k];
        double f = exp(-(b->closure.threshold[a] - b->closure.threshold[0]) * t) *
                   sqrt(b->closure.Z[a] / b->closure.Z[0]);
        data->r[i % POINTS] = r;
        data->quadrature[i % POINTS] = 4.0 * M_PI * r * r * (b->closure.r[1] - b->closure.r[0]);
        data->R[i] = f * coupled_closure_wave(&b->closure, a, column / TIMES, t, k, 0);
        data->S[i] = f * coupled_closure_source(&b->closure, a, column / TIMES, t, k);
    }
    for (int i = 0; i < COLUMNS * POINTS; i += CLOSURE_POINTS) {
        double largest = 0.0;
        for (int k = 0; k < CLOSURE_POINTS; k++) largest = fmax(largest, fabs(data->S[i + k]));
        for (int k = 0; k < CLOSURE_POINTS; k++) data->S_error[i + k] = NOISE * largest;
    }
    memcpy(b->exact, data->S, sizeof b->exact);
    hp_fit_data_choose(data, 0.0, INFINITY);
    assert_ok(hp_fit_data_weigh(data, NULL, &b->err), &b->err);
}

static void open_solver(bench *b) {
    hp_channels *channels = &b->channels;
    *channels = (hp_channels){.kinematics = HP_RELATIVISTIC, .npair = 2, .ncomponent = 2};
    channels->component[1].pair = 1;
    memcpy(channels->pair, b->data.pair, 2 * sizeof *channels->pair);
    assert_ok(hp_channels_set_thresholds(channels, &b->err), &b->err);
    assert_ok(hp_quadrature_create(26.0, 13, 10, &b->nodes, &b->err), &b->err);
    assert_ok(hp_coupled_create(&b->nodes, 2, &b->solver, &b->err), &b->err);
}

/* delta_1 in degrees and eta of an interaction. */
static void scatter(bench *b, const hp_matrix_interaction *matrix, double delta[ENERGIES],
                    double eta[ENERGIES]) {
    assert_ok(hp_coupled_set(b->solver, &b->channels, matrix, &b->err), &b->err);
    for (int e = 0; e < ENERGIES; e++) {
        hp_tmatrix T;
        hp_phases phases;
        assert_ok(hp_coupled_solve(b->solver, W[e] - b->channels.lowest, &T, NULL, &b->err),
                  &b->err);
        assert_ok(hp_phases_of_t(&b->channels, &T, &phases, &b->err), &b->err);
        delta[e] = phases.delta[0] * 180.0 / M_PI;
        eta[e] = phases.eta[0];
    }
}

static void add_noise(bench *b, uint64_t replica) {
    gsl_rng *rng = NULL;
    assert_ok(hp_random_create(&rng, 1, replica, HP_PURPOSE_TEST, &b->err), &b->err);
    for (int i = 0; i < COLUMNS * POINTS; i++)
        b->data.S[i] = b->exact[i] + b->data.S_error[i] *
                                         sqrt(-2.0 * log(gsl_rng_uniform_pos(rng))) *
                                         cos(2.0 * M_PI * gsl_rng_uniform(rng));
    gsl_rng_free(rng);
}

/* One fit; errors of delta and eta. Returns chi2 per point. */
static double fit(bench *b, const hp_potential_setup *setup, double delta[ENERGIES],
                  double eta[ENERGIES]) {
    hp_potential potential;
    hp_record record;
    hp_node_potential on;
    assert_ok(hp_potential_create(setup, &potential, &b->err), &b->err);
    hp_record_create(&record);
    hp_record_add_axis(&record, "r", CLOSURE_POINTS);
    hp_potential_add_rows(&potential, &record);
    double *vector = hp_alloc(record.length, sizeof *vector);
    assert_non_null(vector);
    const hp_fit_task task = {
        .data = &b->data, .record = &record, .vector = vector, .prediction = b->prediction};
    assert_ok(hp_potential_fit(&potential, &task, &b->err), &b->err);
    double chi2 = *hp_record_read(&record, vector, HP_ROW_LOSS) / b->data.nfitted;
    assert_ok(hp_node_potential_create(&potential, &b->nodes, &on, &b->err), &b->err);
    assert_ok(hp_potential_fill(&potential, b->data.pair, 2, &on, &b->err), &b->err);
    hp_matrix_interaction matrix = hp_node_potential_matrix(&on);
    scatter(b, &matrix, delta, eta);
    for (int e = 0; e < ENERGIES; e++) {
        delta[e] -= DELTA[e];
        eta[e] -= ETA[e];
    }
    hp_node_potential_destroy(&on);
    hp_potential_destroy(&potential);
    hp_record_destroy(&record);
    hp_free(vector);
    return chi2;
}

static void print_seven(const char *name, const double value[ENERGIES], const char *format) {
    printf("  %-24s", name);
    for (int e = 0; e < ENERGIES; e++) printf(format, value[e]);
    printf("\n");
}

static void measure(bench *b, const hp_potential_setup *setup, int replicas) {
    double delta[ENERGIES], eta[ENERGIES], rms_delta[ENERGIES] = {0}, rms_eta[ENERGIES] = {0};
    double chi2 = 0.0;
    memcpy(b->data.S, b->exact, sizeof b->exact);
    fit(b, setup, delta, eta);
    print_seven("delta, no noise", delta, " %9.4f");
    print_seven("eta, no noise", eta, " %9.5f");
    for (int replica = 0; replica < replicas; replica++) {
        add_noise(b, (uint64_t)replica);
        chi2 += fit(b, setup, delta, eta) / replicas;
        for (int e = 0; e < ENERGIES; e++) {
            rms_delta[e] += delta[e] * delta[e] / replicas;
            rms_eta[e] += eta[e] * eta[e] / replicas;
        }
    }
    for (int e = 0; e < ENERGIES; e++) {
        rms_delta[e] = sqrt(rms_delta[e]);
        rms_eta[e] = sqrt(rms_eta[e]);
    }
    print_seven("rms of delta", rms_delta, " %9.4f");
    print_seven("rms of eta", rms_eta, " %9.5f");
    printf("  chi2/point %.3f\n", chi2);
}

int main(int argc, char **argv) {
    int replicas = argc > 1 ? atoi(argv[1]) : 20;
    static const double range[][2] = {{1.0, 4.0}, {1.0, 3.4}, {1.2, 3.2}, {1.0, 5.0}};
    static bench b;
    b.err = (hp_error)HP_ERROR_INIT;
    openblas_set_num_threads(1);
    coupled_closure_create(&b.closure, CLOSURE_V22, true, CLOSURE_MOST_STATES);
    fill_data(&b);
    open_solver(&b);
    for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
        const hp_potential_setup setup = {.kind = hp_potential_kind_find("matrix_gaussians"),
                                          .data = &b.data,
                                          .gaussians = 4,
                                          .nonlocal_gaussians = 4,
                                          .gaussian_range_fm = {range[i][0], range[i][1]}};
        printf("4 local and 4x4 non-local Gaussians of each block, %g to %g a; %d replicas\n",
               range[i][0], range[i][1], replicas);
        measure(&b, &setup, replicas);
    }
    hp_coupled_destroy(&b.solver);
    hp_quadrature_destroy(&b.nodes);
    hp_fit_data_destroy(&b.data);
    return 0;
}
