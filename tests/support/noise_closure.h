// SPDX-License-Identifier: GPL-3.0-or-later
/* Fits with noise in the radial box: truth K = -9 r r' exp(-(r^2 + r'^2)/1.44), columns R that mix
 * its two lowest states, S with an error of 2 % of max|S| at each of the radii below 6; errors of
 * phase shifts, and pulls with the error of the linearised fit or of a jackknife. */
#ifndef HADPOT_TEST_NOISE_CLOSURE_H
#define HADPOT_TEST_NOISE_CLOSURE_H

#include "radial_box.h"
#include "hadpot/memory.h"
#include "hadpot/potential.h"
#include "hadpot/separable_fit.h"

enum { CLOSURE_ROWS = 5, MOST_ROWS_OF_JACKKNIFE = 64 };

/* What is fitted; length_fm: the unit of length of the box, of which the spacing is 0.1. */
typedef struct closure_fit {
    const char *kind;
    int gaussians;
    double range[2]; /* of Gaussians, in the unit of length; 0: automatic */
    double length_fm;
    bool nonlocal_alone;         /* networks without a local part */
    void (*truth)(radial_box *); /* fills K; NULL: that above */
    int rank;                    /* 0: 1 */
    double noise;                /* 0: 2 % */
} closure_fit;

/* rms errors of delta and its pulls over replicas (degrees), of two error estimates. */
typedef struct closure_result {
    double rms[MOMENTA], bias[MOMENTA], pull[MOMENTA], pull_jackknife[MOMENTA];
    double E0, E0_spread, chi2;
    double steps;
    int failed;
} closure_result;

typedef struct noise_closure {
    radial_box box;
    hp_fit_data data;
    hp_potential_setup setup;
    hp_potential potential;
    hp_record record;
    hp_quadrature nodes;
    hp_node_potential on;
    double *vector, *start, *prediction;
    double exact[MOST_COLUMNS * SITES]; /* S */
} noise_closure;

static inline double closure_shape(double r) {
    return r * exp(-r * r / 1.44);
}

/* R of row 1: v0 - 4 v1; 2: with a zero at 1.2; 3: both; 4: with zeros at 1.2, 0.8, 1.5; 5: three
 * mixtures of the four lowest states. */
static inline int closure_columns(const radial_box *box, int row, double part[MOST_COLUMNS][4]) {
    static const double zero[][3] = {{0}, {1.2}, {1.2, 0}, {1.2, 0.8, 1.5}};
    static const int count[CLOSURE_ROWS] = {1, 1, 2, 3, 3};
    static const double mixed[3][4] = {
        {1, -0.9, 0.15, 0}, {0.4, 0.8, -0.3, 0.1}, {0.2, -0.3, 1, 0.4}};
    memset(part, 0, MOST_COLUMNS * sizeof *part);
    for (int c = 0; c < count[row]; c++) {
        if (row == 4) {
            memcpy(part[c], mixed[c], sizeof mixed[c]);
            continue;
        }
        double at = zero[row][c];
        part[c][0] = 1.0;
        part[c][1] = at > 0.0 ? -box_mixture(box, at, 0.0) : -4.0;
    }
    return count[row];
}

/* The potential for the S of now, which automatic ranges depend on. */
static inline void closure_make(noise_closure *s) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_potential_create(&s->setup, &s->potential, &err), &err);
    hp_record_create(&s->record);
    hp_record_add_slim_axis(&s->record, "component", 1);
    hp_record_add_axis(&s->record, "r", SITES);
    hp_potential_add_rows(&s->potential, &s->record);
    assert_ok(hp_record_check(&s->record, &err), &err);
    s->vector = hp_alloc(2 * s->record.length + MOST_COLUMNS * SITES, sizeof(double));
    assert_non_null(s->vector);
    s->start = s->vector + s->record.length;
    s->prediction = s->start + s->record.length;
    s->nodes = (hp_quadrature){.n = SITES, .r = s->data.r, .range = site(SITES)};
    assert_ok(hp_node_potential_create(&s->potential, &s->nodes, &s->on, &err), &err);
}

static inline void closure_unmake(noise_closure *s) {
    hp_node_potential_destroy(&s->on);
    hp_potential_destroy(&s->potential);
    hp_record_destroy(&s->record);
    hp_free(s->vector);
}

static inline void closure_open(const closure_fit *with, int row, noise_closure *s) {
    double part[MOST_COLUMNS][4], fm = with->length_fm;
    memset(s, 0, sizeof *s);
    if (with->truth != NULL)
        with->truth(&s->box);
    else
        box_fill_product(&s->box, -9.0, closure_shape);
    box_solve(&s->box);
    int ncolumn = closure_columns(&s->box, row, part);
    box_columns(&s->box, ncolumn, part, 5.95, with->noise > 0.0 ? with->noise : 0.02, &s->data);
    s->data.length_fm = fm;
    s->data.energy_mev = 197.3269804 / fm;
    memcpy(s->exact, s->data.S, (size_t)(ncolumn * SITES) * sizeof *s->exact);
    s->setup =
        (hp_potential_setup){.kind = hp_potential_kind_find(with->kind),
                             .data = &s->data,
                             .network = hp_network_defaults,
                             .training = hp_training_defaults,
                             .rank = with->rank > 0 ? with->rank : 1,
                             .gaussians = with->gaussians,
                             .gaussian_range_fm = {with->range[0] * fm, with->range[1] * fm}};
    hp_model_spec *network = &s->setup.network;
    network->input_centre /= fm;
    network->input_length /= fm;
    network->envelope /= fm;
    network->local_envelope /= fm;
    if (with->nonlocal_alone) network->v.n = 0;
    closure_make(s);
}

static inline void closure_close(noise_closure *s) {
    closure_unmake(s);
    hp_fit_data_destroy(&s->data);
}

/* K of the potential as it is now. */
static inline void closure_kernel(noise_closure *s, double *K) {
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_potential_fill(&s->potential, s->data.pair, 1, &s->on, &err), &err);
    memset(K, 0, SITES * SITES * sizeof *K);
    if (s->on.kernel != NULL) memcpy(K, s->on.kernel, SITES * SITES * sizeof *K);
    for (int i = 0; i < SITES; i++) K[i * (SITES + 1)] += s->on.local[i] / STEP;
}

/* Fit S; from nothing, or from the results in s->start. */
static inline void closure_run(noise_closure *s, const double *S, bool from_start, double *K,
                               double delta[MOMENTA]) {
    hp_error err = HP_ERROR_INIT;
    memcpy(s->data.S, S, (size_t)(s->data.ncolumn * SITES) * sizeof *S);
    const hp_fit_task task = {.data = &s->data,
                              .record = &s->record,
                              .vector = s->vector,
                              .start = from_start ? s->start : NULL,
                              .prediction = s->prediction};
    assert_ok(hp_potential_fit(&s->potential, &task, &err), &err);
    closure_kernel(s, K);
    box_phases(K, delta);
}

/* Squared error of delta by (J^T J)^-1 of the fit of separable potentials: the same fit once more,
 * and derivatives by differences of a hundredth of an error. */
static inline void closure_linear_errors(noise_closure *s, const double delta[MOMENTA],
                                         double square[MOMENTA]) {
    hp_error err = HP_ERROR_INIT;
    hp_separable_fit *fit = NULL;
    hp_separable_report report;
    static double K[SITES * SITES];
    const hp_gaussian_basis basis =
        hp_gaussian_basis_of(&s->data, s->setup.gaussians, s->setup.gaussian_range_fm);
    double param[HP_MOST_GAUSSIANS + 1], covariance[HP_MOST_GAUSSIANS * HP_MOST_GAUSSIANS];
    double slope[HP_MOST_GAUSSIANS][MOMENTA], moved[MOMENTA];
    int count = basis.count;
    assert_ok(hp_separable_fit_create(&s->data, &basis, 1, &fit, &err), &err);
    assert_ok(hp_separable_fit_run(fit, s->data.R, s->data.S, NULL, param, &report, &err), &err);
    assert_ok(hp_separable_fit_covariance(fit, param, covariance, &err), &err);
    for (int p = 0; p < count; p++) {
        double step = 0.01 * sqrt(covariance[p * (count + 1)]), v[SITES];
        param[1 + p] += step;
        for (int i = 0; i < SITES; i++)
            v[i] = site(i) * hp_separable_value(&basis, 1, param, 0, 0, site(i));
        for (int i = 0; i < SITES * SITES; i++)
            K[i] = 4.0 * M_PI * param[0] * v[i / SITES] * v[i % SITES];
        box_phases(K, moved);
        for (int k = 0; k < MOMENTA; k++) slope[p][k] = box_difference(moved[k], delta[k]) / step;
        param[1 + p] -= step;
    }
    memset(square, 0, MOMENTA * sizeof *square);
    for (int k = 0; k < MOMENTA; k++)
        for (int p = 0; p < count; p++)
            for (int q = 0; q < count; q++)
                square[k] += slope[p][k] * covariance[p * count + q] * slope[q][k];
    hp_separable_fit_destroy(&fit);
}

/* Squared error of delta by a jackknife of `rows` rows of S, from the fit in s->start. */
static inline void closure_jackknife(noise_closure *s, const double *S, uint64_t replica, int rows,
                                     const double delta[MOMENTA], double square[MOMENTA]) {
    static double noise[MOST_ROWS_OF_JACKKNIFE][MOST_COLUMNS * SITES], K[SITES * SITES];
    double found[MOST_ROWS_OF_JACKKNIFE][MOMENTA], mean[MOMENTA] = {0};
    int points = s->data.ncolumn * SITES;
    memset(noise, 0, sizeof noise);
    for (int j = 0; j < rows; j++)
        box_add_noise(&s->data, 100000 + 1000 * replica + (uint64_t)j, 1.0, noise[j]);
    for (int i = 0; i < points; i++) {
        double sum = 0.0;
        for (int j = 0; j < rows; j++) sum += noise[j][i] / rows;
        for (int j = 0; j < rows; j++)
            noise[j][i] = S[i] + (noise[j][i] - sum) * sqrt((double)rows) / (rows - 1);
    }
    for (int j = 0; j < rows; j++) {
        closure_run(s, noise[j], true, K, found[j]);
        for (int k = 0; k < MOMENTA; k++) {
            found[j][k] = box_difference(found[j][k], delta[k]);
            mean[k] += found[j][k] / rows;
        }
    }
    memset(square, 0, MOMENTA * sizeof *square);
    for (int j = 0; j < rows; j++)
        for (int k = 0; k < MOMENTA; k++)
            square[k] += pow(found[j][k] - mean[k], 2.0) * (rows - 1) / rows;
}

/* `replicas` fits of one row; jackknife: rows, 0 for none; linear: errors of the linearised fit. */
static inline void closure_measure(noise_closure *s, int replicas, int jackknife, bool linear,
                                   closure_result *result) {
    static double K[SITES * SITES];
    double S[MOST_COLUMNS * SITES], delta[MOMENTA], square[MOMENTA], E0 = 0.0, E0_square = 0.0;
    memset(result, 0, sizeof *result);
    for (int replica = 0; replica < replicas; replica++) {
        memcpy(S, s->exact, sizeof S);
        box_add_noise(&s->data, (uint64_t)replica, 1.0, S);
        if (s->setup.gaussian_range_fm[0] == 0.0) { /* automatic: chosen for this replica */
            memcpy(s->data.S, S, (size_t)(s->data.ncolumn * SITES) * sizeof *S);
            closure_unmake(s);
            closure_make(s);
        }
        closure_run(s, S, false, K, delta);
        memcpy(s->start, s->vector, s->record.length * sizeof *s->start);
        result->chi2 +=
            hp_fit_weights_chi2(&s->data.weights, S, s->prediction) / s->data.nfitted / replicas;
        result->steps += *hp_record_read(&s->record, s->vector, HP_ROW_EPOCHS) / replicas;
        result->failed += *hp_record_read(&s->record, s->vector, HP_ROW_CONVERGED) == 0.0;
        double lowest = box_lowest(K), error[MOMENTA];
        E0 += lowest / replicas;
        E0_square += lowest * lowest / replicas;
        for (int k = 0; k < MOMENTA; k++) {
            error[k] = box_difference(delta[k], s->box.delta[k]);
            result->bias[k] += error[k] / replicas;
            result->rms[k] += error[k] * error[k] / replicas;
        }
        if (linear) closure_linear_errors(s, delta, square);
        for (int k = 0; linear && k < MOMENTA; k++)
            result->pull[k] += error[k] * error[k] / square[k] / replicas;
        if (jackknife > 0) closure_jackknife(s, S, (uint64_t)replica, jackknife, delta, square);
        for (int k = 0; jackknife > 0 && k < MOMENTA; k++)
            result->pull_jackknife[k] += error[k] * error[k] / square[k] / replicas;
    }
    result->E0 = E0;
    result->E0_spread = sqrt(fmax(E0_square - E0 * E0, 0.0));
    for (int k = 0; k < MOMENTA; k++) {
        result->rms[k] = sqrt(result->rms[k]);
        result->pull[k] = sqrt(result->pull[k]);
        result->pull_jackknife[k] = sqrt(result->pull_jackknife[k]);
    }
}

#endif
