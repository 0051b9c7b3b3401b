// SPDX-License-Identifier: GPL-3.0-or-later
/* The closure of two coupled pairs with a non-local truth, fitted by the default matrix potential:
 * without noise, and 20 replicas of noise of 0.5 % of max |S| per sink and column, seeds 1 to 20.
 * Errors of a replica are the spread of 20 fits to its data with further noise of the same size
 * (parametric bootstrap), each from the fit of the replica. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "closure_fit.h"
#include "hadpot/log.h"
#include <cblas.h>

enum { ENERGIES = 7, SAMPLES = 20 };
static const double W[ENERGIES] = {1.06, 1.08, 1.10, 1.115, 1.125, 1.15, 1.18};

static void print_row(const char *name, const double *values) {
    printf("%-26s", name);
    for (int i = 0; i < ENERGIES; i++) printf(" %11.6f", values[i]);
    printf("\n");
}

static void without_noise(const coupled_closure *truth, double noise, const closure_phases *exact) {
    closure_fit fit;
    closure_phases found;
    closure_fit_create(&fit, truth, noise, NULL);
    double start = hp_clock_seconds();
    closure_fit_average(&fit);
    double seconds = hp_clock_seconds() - start;
    closure_fit_phases(&fit, W, ENERGIES, false, &found);
    for (int i = 0; i < ENERGIES; i++) {
        found.delta[i] -= exact->delta[i];
        found.eta[i] -= exact->eta[i];
    }
    printf("without noise, weights of %g: chi2 per point %.3g, %.0f steps, %.2f s\n", noise,
           closure_fit_chi2(&fit), *hp_record_at(&fit.record, fit.average, HP_ROW_EPOCHS), seconds);
    print_row("  delta - truth [deg]", found.delta);
    print_row("  eta - truth", found.eta);
    closure_fit_destroy(&fit);
}

/* Standard deviations of the samples of one replica. */
static void sample_errors(closure_fit *fit, int seed, closure_phases *error, double *seconds) {
    double centre[CLOSURE_VALUES], sum[2][ENERGIES] = {{0}}, square[2][ENERGIES] = {{0}};
    for (int i = 0; i < CLOSURE_VALUES; i++) centre[i] = fit->data.S[i];
    for (int s = 1; s <= SAMPLES; s++) {
        closure_phases one;
        closure_fit_add_noise(fit, centre, seed, s);
        double start = hp_clock_seconds();
        closure_fit_sample(fit);
        *seconds += hp_clock_seconds() - start;
        closure_fit_phases(fit, W, ENERGIES, false, &one);
        for (int i = 0; i < ENERGIES; i++) {
            sum[0][i] += one.delta[i];
            sum[1][i] += one.eta[i];
            square[0][i] += one.delta[i] * one.delta[i];
            square[1][i] += one.eta[i] * one.eta[i];
        }
    }
    for (int i = 0; i < ENERGIES; i++) {
        error->delta[i] =
            sqrt(fmax(0.0, square[0][i] - sum[0][i] * sum[0][i] / SAMPLES) / (SAMPLES - 1));
        error->eta[i] =
            sqrt(fmax(0.0, square[1][i] - sum[1][i] * sum[1][i] / SAMPLES) / (SAMPLES - 1));
    }
}

typedef struct totals {
    double delta[ENERGIES], delta2[ENERGIES], eta[ENERGIES], eta2[ENERGIES];
    double pull2[ENERGIES], eta_pull2[ENERGIES], error[ENERGIES], eta_error[ENERGIES];
} totals;

static void add(const closure_phases *found, const closure_phases *exact,
                const closure_phases *error, totals *sum) {
    for (int i = 0; i < ENERGIES; i++) {
        double delta = found->delta[i] - exact->delta[i], eta = found->eta[i] - exact->eta[i];
        sum->delta[i] += delta;
        sum->delta2[i] += delta * delta;
        sum->eta[i] += eta;
        sum->eta2[i] += eta * eta;
        sum->pull2[i] += pow(delta / error->delta[i], 2);
        if (error->eta[i] > 1e-9) sum->eta_pull2[i] += pow(eta / error->eta[i], 2);
        sum->error[i] += error->delta[i];
        sum->eta_error[i] += error->eta[i];
    }
}

static void print_totals(totals *sum, int replicas) {
    for (int i = 0; i < ENERGIES; i++) {
        sum->delta[i] /= replicas;
        sum->eta[i] /= replicas;
        sum->error[i] /= replicas;
        sum->eta_error[i] /= replicas;
        double *const squares[] = {&sum->delta2[i], &sum->eta2[i], &sum->pull2[i],
                                   &sum->eta_pull2[i]};
        for (int k = 0; k < 4; k++) *squares[k] = sqrt(*squares[k] / replicas);
    }
    print_row("mean of delta - truth", sum->delta);
    print_row("rms of delta - truth", sum->delta2);
    print_row("mean error of delta", sum->error);
    print_row("rms pull of delta", sum->pull2);
    print_row("mean of eta - truth", sum->eta);
    print_row("rms of eta - truth", sum->eta2);
    print_row("mean error of eta", sum->eta_error);
    print_row("rms pull of eta", sum->eta_pull2);
}

static void with_noise(const coupled_closure *truth, const closure_phases *exact, int replicas) {
    totals sum = {0};
    double seconds[2] = {0}, chi2 = 0.0;
    for (int seed = 1; seed <= replicas; seed++) {
        closure_fit fit;
        closure_phases found, error;
        closure_fit_create(&fit, truth, 5e-3, NULL);
        closure_fit_add_noise(&fit, fit.clean, seed, 0);
        double start = hp_clock_seconds();
        closure_fit_average(&fit);
        seconds[0] += hp_clock_seconds() - start;
        chi2 += closure_fit_chi2(&fit);
        closure_fit_phases(&fit, W, ENERGIES, false, &found);
        sample_errors(&fit, seed, &error, &seconds[1]);
        add(&found, exact, &error, &sum);
        closure_fit_destroy(&fit);
    }
    printf("%d replicas: chi2 per point %.3f, %.3f s a fit, %.4f s a sample\n", replicas,
           chi2 / replicas, seconds[0] / replicas, seconds[1] / replicas / SAMPLES);
    print_totals(&sum, replicas);
}

int main(int argc, char **argv) {
    int replicas = argc > 1 ? atoi(argv[1]) : 20;
    static coupled_closure truth;
    closure_fit fit;
    closure_phases exact;
    openblas_set_num_threads(1);
    coupled_closure_create(&truth, argc > 2 ? atof(argv[2]) : CLOSURE_V22, true, 7);
    closure_fit_create(&fit, &truth, 5e-3, NULL);
    closure_fit_phases(&fit, W, ENERGIES, true, &exact);
    closure_fit_destroy(&fit);
    print_row("W", W);
    print_row("true delta", exact.delta);
    print_row("true eta", exact.eta);
    without_noise(&truth, 5e-3, &exact);
    without_noise(&truth, 5e-4, &exact);
    with_noise(&truth, &exact, replicas);
    return 0;
}
