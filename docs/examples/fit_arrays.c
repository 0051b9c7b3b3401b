// SPDX-License-Identifier: GPL-3.0-or-later
/* From arrays R(r), S(r) to a potential and its phase shifts. README.md says what is computed. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <hadpot/memory.h>
#include <hadpot/study.h>

enum { N = 80, NWAVE = 6, NK = 6 };
static const double PI = 3.14159265358979323846, MU = 3.3, M = 1.5, LAMBDA = -4.0; /* in fm */
static const double K[NK] = {0.1, 0.3, 0.5, 0.7, 0.9, 1.1};

/* delta of U(r,r') = LAMBDA exp(-M (r + r'))/(8 pi MU), from k cot delta; q = M^2 + k^2. */
static double exact_delta(double k) {
    double q = M * M + k * k;
    double sum = q * q / (2 * M * LAMBDA) - q / (8 * pow(M, 4)) - 1 / (4 * M * M);
    return atan2(k, (k * k - M * M - q * q * sum) / (2 * M));
}

/* R = u/r, u = sin(kr + delta) - sin(delta) (1 + q r/(2M)) exp(-Mr); S = (u'' + k^2 u)/(2 MU r). */
static void fill(hp_fit_data *data) {
    for (int i = 0; i < N * NWAVE; i++) {
        double r = 0.1 * (i % N + 1), k = 0.2 * (i / N + 1), delta = exact_delta(k);
        double q = M * M + k * k, decay = sin(delta) * exp(-M * r);
        data->r[i % N] = r;
        data->quadrature[i % N] = 4 * PI * r * r * 0.1;
        data->R[i] = (sin(k * r + delta) - decay * (1 + q * r / (2 * M))) / r;
        data->S[i] = -decay * q * q / (4 * M * MU);
        data->S_error[i] = 1e-3 * sin(delta) * q * q / (4 * M * MU); /* 0.1 % of S(0) */
    }
    data->pair[0] = hp_pair_of_reduced_mass(MU);
    hp_fit_data_choose(data, 0, data->r[N - 1]);
}

int main(void) {
    gsl_set_error_handler_off(); /* failures become messages; else GSL ends the program */
    hp_error err = HP_ERROR_INIT;
    hp_study study = {0};
    double *found = NULL;
    hp_potential_setup potential = {.kind = hp_potential_kind_find("sdnn"),
                                    .network = hp_network_defaults,
                                    .training = hp_training_defaults};
    hp_observables_options wanted = hp_observables_defaults;
    potential.network.v.n = 0;              /* no V(r), and U(r,r') without envelope: */
    potential.network.envelope = 0;         /* scale softplus(a(r) + a(r')), */
    potential.network.output = HP_SOFTPLUS; /* an exponential where it is small */
    potential.network.scale = -3;
    potential.network.input = HP_INPUT_LINEAR;
    wanted.momentum_kind = HP_MOMENTA;
    wanted.momentum = K;
    wanted.nmomentum = NK;

    hp_status status = hp_fit_data_create(N, NWAVE, &study.data, &err);
    if (status == HP_OK) fill(&study.data);
    if (status == HP_OK) status = hp_fit_data_weigh(&study.data, NULL, &err);
    if (status == HP_OK) status = hp_study_create(&study, &potential, &wanted, &err);
    if (status == HP_OK) status = hp_study_solve(&study, &found, &err);
    if (status != HP_OK) fprintf(stderr, "%s\n", err.message);
    if (status == HP_OK) printf("k_per_fm,delta_deg,exact_deg\n");
    for (int i = 0; status == HP_OK && i < NK; i++)
        printf("%g,%.3f,%.3f\n", K[i], hp_record_read(&study.record, found, HP_ROW_DELTA)[i],
               exact_delta(K[i]) * 180 / PI);
    hp_study_destroy(&study);
    hp_free(found);
    return status != HP_OK;
}
