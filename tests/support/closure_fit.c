// SPDX-License-Identifier: GPL-3.0-or-later
#include "closure_fit.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/random.h"
#include "hadpot/units.h"
#include "support.h"

enum { POINTS = 2 * CLOSURE_POINTS };
static const double TIME[CLOSURE_TIMES] = {8.0, 10.0, 12.0}, LENGTH_FM = 0.4, R_MAX = 10.0;

/* Forces have fallen to 1e-8 at 15, envelopes of fits to 1e-6 there. */
static const double GRID_RANGE = 15.0;

/* R~ = f_a R and S~ = f_a K_t R of sink a, f_a/f_0 = exp(-(th_a - th_0) t) sqrt(Z_a/Z_0), over the
 * largest |R~| of the column. */
static void fill_columns(closure_fit *fit, double noise) {
    const coupled_closure *truth = &fit->truth;
    for (int column = 0; column < CLOSURE_COLUMNS; column++) {
        int b = column / CLOSURE_TIMES;
        double t = TIME[column % CLOSURE_TIMES], largest = 0.0;
        double *R = fit->data.R + column * POINTS, *S = fit->data.S + column * POINTS;
        for (int i = 0; i < POINTS; i++) {
            int a = i / CLOSURE_POINTS, k = i % CLOSURE_POINTS;
            double f = exp(-(truth->threshold[a] - truth->threshold[0]) * t) *
                       sqrt(truth->Z[a] / truth->Z[0]);
            R[i] = f * coupled_closure_wave(truth, a, b, t, k, 0);
            S[i] = f * coupled_closure_source(truth, a, b, t, k);
            largest = fmax(largest, fabs(R[i]));
        }
        for (int a = 0; a < 2; a++) {
            double most = 0.0;
            for (int i = a * CLOSURE_POINTS; i < (a + 1) * CLOSURE_POINTS; i++) {
                R[i] /= largest;
                S[i] /= largest;
                most = fmax(most, fabs(S[i]));
            }
            for (int i = 0; i < CLOSURE_POINTS; i++)
                fit->data.S_error[column * POINTS + a * CLOSURE_POINTS + i] = noise * most;
        }
    }
    memcpy(fit->clean, fit->data.S, sizeof fit->clean);
}

static void create_data(closure_fit *fit, double noise) {
    hp_fit_data *data = &fit->data;
    assert_ok(hp_fit_data_create_components(2, CLOSURE_POINTS, CLOSURE_COLUMNS, data, &fit->err),
              &fit->err);
    data->length_fm = LENGTH_FM;
    data->energy_mev = HP_HBARC_MEV_FM / LENGTH_FM;
    data->npair = 2;
    for (int a = 0; a < 2; a++) {
        data->component[a].pair = a;
        data->pair[a] = hp_pair_of_masses(fit->truth.mass[a][0], fit->truth.mass[a][1]);
    }
    double h = fit->truth.r[1] - fit->truth.r[0];
    for (int i = 0; i < POINTS; i++) {
        data->r[i] = fit->truth.r[i % CLOSURE_POINTS];
        data->quadrature[i] = 4.0 * M_PI * h * data->r[i] * data->r[i];
    }
    for (int c = 0; c < CLOSURE_COLUMNS; c++) data->normalisation[c] = 1.0;
    hp_fit_data_choose(data, 0.0, R_MAX);
    fill_columns(fit, noise);
    assert_ok(hp_fit_data_weigh(data, NULL, &fit->err), &fit->err);
}

static void create_solver(closure_fit *fit) {
    hp_channels *channels = &fit->channels;
    channels->kinematics = HP_RELATIVISTIC;
    channels->npair = channels->ncomponent = 2;
    for (int a = 0; a < 2; a++) {
        channels->pair[a] = fit->data.pair[a];
        channels->component[a] = fit->data.component[a];
    }
    assert_ok(hp_channels_set_thresholds(channels, &fit->err), &fit->err);
    assert_ok(hp_quadrature_create(GRID_RANGE, 10, 12, &fit->grid, &fit->err), &fit->err);
    assert_ok(hp_coupled_create(&fit->grid, 2, &fit->solver, &fit->err), &fit->err);
    assert_ok(hp_node_potential_create(&fit->potential, &fit->grid, &fit->nodes, &fit->err),
              &fit->err);
}

/* The default lengths, which are in fm. */
static hp_model_spec default_network(void) {
    hp_model_spec network = hp_network_defaults;
    network.input_centre /= LENGTH_FM;
    network.input_length /= LENGTH_FM;
    network.envelope /= LENGTH_FM;
    network.local_envelope /= LENGTH_FM;
    return network;
}

void closure_fit_create(closure_fit *fit, const coupled_closure *truth, double noise,
                        const hp_model_spec *network) {
    memset(fit, 0, sizeof *fit);
    fit->truth = *truth;
    create_data(fit, noise);
    fit->setup = (hp_potential_setup){.kind = hp_potential_kind_find("sdnn"),
                                      .data = &fit->data,
                                      .network = network != NULL ? *network : default_network(),
                                      .training = hp_training_defaults};
    assert_ok(hp_potential_create(&fit->setup, &fit->potential, &fit->err), &fit->err);
    hp_record_create(&fit->record);
    hp_record_add_axis(&fit->record, "r", CLOSURE_POINTS);
    hp_potential_add_rows(&fit->potential, &fit->record);
    assert_ok(hp_record_check(&fit->record, &fit->err), &fit->err);
    fit->average = hp_alloc(fit->record.length, sizeof *fit->average);
    fit->sample = hp_alloc(fit->record.length, sizeof *fit->sample);
    fit->prediction = hp_alloc(CLOSURE_VALUES, sizeof *fit->prediction);
    create_solver(fit);
    size_t n = (size_t)fit->grid.n;
    fit->kernel = hp_alloc(4 * n * n, sizeof *fit->kernel);
    fit->local = hp_alloc(4 * n, sizeof *fit->local);
    assert_true(fit->average != NULL && fit->sample != NULL && fit->prediction != NULL);
    assert_true(fit->kernel != NULL && fit->local != NULL);
}

void closure_fit_destroy(closure_fit *fit) {
    hp_coupled_destroy(&fit->solver);
    hp_node_potential_destroy(&fit->nodes);
    hp_quadrature_destroy(&fit->grid);
    hp_potential_destroy(&fit->potential);
    hp_record_destroy(&fit->record);
    hp_fit_data_destroy(&fit->data);
    double *const blocks[] = {fit->average, fit->sample, fit->prediction, fit->kernel, fit->local};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) hp_free(blocks[i]);
}

void closure_fit_add_noise(closure_fit *fit, const double *centre, int seed, int sample) {
    gsl_rng *rng;
    assert_ok(hp_random_create(&rng, (uint64_t)seed, (uint64_t)sample, HP_PURPOSE_TEST, &fit->err),
              &fit->err);
    for (int i = 0; i < CLOSURE_VALUES; i++)
        fit->data.S[i] = centre[i] + fit->data.S_error[i] * gsl_ran_ugaussian(rng);
    gsl_rng_free(rng);
}

static double run(closure_fit *fit, const double *start, double *vector) {
    const hp_fit_task task = {.data = &fit->data,
                              .start = start,
                              .record = &fit->record,
                              .vector = vector,
                              .prediction = fit->prediction};
    assert_ok(hp_potential_fit(&fit->potential, &task, &fit->err), &fit->err);
    assert_true(*hp_record_at(&fit->record, vector, HP_ROW_CONVERGED) == 1.0);
    return *hp_record_at(&fit->record, vector, HP_ROW_LOSS);
}

double closure_fit_average(closure_fit *fit) {
    return run(fit, NULL, fit->average);
}

double closure_fit_sample(closure_fit *fit) {
    return run(fit, fit->average, fit->sample);
}

double closure_fit_chi2(const closure_fit *fit) {
    double sum = 0.0;
    for (int i = 0; i < CLOSURE_VALUES; i++) {
        double pull = (fit->data.S[i] - fit->prediction[i]) / fit->data.S_error[i];
        if (fit->data.fitted[i % POINTS] > 0.0) sum += pull * pull;
    }
    return sum / fit->data.nfitted;
}

/* K_cd and W_cd of the truth as coupled.h has them. */
static hp_matrix_interaction true_interaction(const closure_fit *fit) {
    int n = fit->grid.n;
    const double *r = fit->grid.r;
    for (int i = 0; i < 2 * n; i++)
        for (int j = 0; j < 2 * n; j++) {
            int a = i / n, d = j / n;
            double mu = 2.0 * sqrt(fit->truth.mu[a] * fit->truth.mu[d]), x = r[i % n], y = r[j % n];
            double U = i <= j ? coupled_closure_U(&fit->truth, a, d, x, y)
                              : coupled_closure_U(&fit->truth, d, a, y, x);
            fit->kernel[i * 2 * n + j] = mu * 4.0 * M_PI * (x * y) * U;
            if (i % n == j % n)
                fit->local[(a * 2 + d) * n + i % n] = mu * coupled_closure_V(&fit->truth, a, d, x);
        }
    return (hp_matrix_interaction){.ncomponent = 2, .kernel = fit->kernel, .local = fit->local};
}

void closure_fit_phases(closure_fit *fit, const double *W, int n, bool of_truth,
                        closure_phases *phases) {
    hp_matrix_interaction interaction;
    if (!of_truth)
        assert_ok(hp_potential_fill(&fit->potential, fit->data.pair, 2, &fit->nodes, &fit->err),
                  &fit->err);
    interaction = of_truth ? true_interaction(fit) : hp_node_potential_matrix(&fit->nodes);
    assert_ok(hp_coupled_set(fit->solver, &fit->channels, &interaction, &fit->err), &fit->err);
    for (int i = 0; i < n; i++) {
        hp_tmatrix T;
        hp_phases at;
        double energy = W[i] - fit->channels.lowest;
        assert_ok(hp_coupled_solve(fit->solver, energy, &T, NULL, &fit->err), &fit->err);
        assert_ok(hp_phases_of_t(&fit->channels, &T, &at, &fit->err), &fit->err);
        phases->delta[i] = at.delta[0] * 180.0 / M_PI;
        phases->eta[i] = at.eta[0];
    }
}
