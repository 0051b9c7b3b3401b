// SPDX-License-Identifier: GPL-3.0-or-later
/* How often the total band of a matrix of potentials holds the truth, and what it costs: five
 * truths of two components, seeds from 42001 on, 20 jackknife samples of data with noise that is
 * known (matrix_truth.h). Arguments: seeds of each truth, draws, one truth by its number or -1,
 * total_band.amplitude_mev.
 * results/matrix_bands.txt keeps the last result. OPENBLAS_NUM_THREADS=1. */
#include "matrix_truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "hadpot/draws.h"
#include "hadpot/log.h"
#include "hadpot/mixture.h"
#include "hadpot/totals.h"
#include "hadpot/units.h"

enum { ENERGIES = 6, POLE = 4 * ENERGIES, NUMBERS = POLE + 2, FIRST_SEED = 42001 };

/* Above the lowest threshold, MeV; those of coupled channels open at 69 MeV. */
static const double ENERGY_MEV[] = {5.0, 20.0, 50.0, 80.0, 110.0, 150.0};
static const double NOISE = 0.003;
static double amplitude_mev = 40.0;

/* One number by energy: delta of both, eta of the first, epsilon; Re E and Im E of a pole; nan
 * where it is not there. */
static const char *const number_name[] = {"delta_1", "delta_2", "eta_1", "epsilon", "pole"};

typedef struct tally {
    int known, inside;
    double half, pull2, width[64];
} tally;

typedef struct study {
    truth_data data;
    double energy[ENERGIES], truth[NUMBERS];
    hp_channel_options options;
    hp_spin_state spin[2];
    tally of[NUMBERS];
    double seconds[4]; /* error model, mixture and draws, nodes, solutions */
    double chi2, effective, rejected;
} study;

static double now(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

static hp_channel_setup setup_of(const study *s, const hp_channels *channels) {
    static const char *const pair[] = {"A", "B"}, *const component[] = {"1", "2"};
    return (hp_channel_setup){.options = &s->options,
                              .channels = channels,
                              .pair_name = pair,
                              .component_name = component,
                              .spin = s->spin,
                              .length_fm = TRUTH_FM,
                              .range = 40.0,
                              .most_panels = HP_NODES_FITTED_PANELS};
}

static void collect(const hp_record *record, const double *vector, double numbers[NUMBERS]) {
    const double *delta = hp_record_read(record, vector, HP_ROW_DELTA);
    const double *eta = hp_record_read(record, vector, HP_ROW_ETA);
    const double *epsilon = hp_record_read(record, vector, HP_ROW_EPSILON);
    for (int e = 0; e < ENERGIES; e++) {
        numbers[e] = delta[e];
        numbers[ENERGIES + e] = delta[ENERGIES + e];
        numbers[2 * ENERGIES + e] = isnan(delta[ENERGIES + e]) ? NAN : eta[e];
        numbers[3 * ENERGIES + e] =
            epsilon != NULL && hp_record_count(record, HP_ROW_EPSILON) > 0 ? epsilon[e] : NAN;
    }
    const double *re = hp_record_read(record, vector, HP_ROW_POLE_E);
    const double *im = hp_record_read(record, vector, HP_ROW_POLE_WIDTH);
    numbers[POLE] = re != NULL ? re[0] : NAN;
    numbers[POLE + 1] = im != NULL ? im[0] : NAN;
}

typedef struct fill_context {
    const study *s;
    double *block, *local, *kernel;
} fill_context;

static hp_status fill_truth(const hp_quadrature *grid, hp_matrix_interaction *interaction,
                            void *context, hp_error *err) {
    fill_context *of = context;
    size_t n = (size_t)grid->n;
    hp_free(of->block);
    HP_CALL(
        hp_alloc_parts(&of->block, HP_PARTS({&of->local, 4 * n}, {&of->kernel, 4 * n * n}), err));
    truth_fill(of->s->data.kind, &of->s->data.channels, grid, of->local, of->kernel);
    *interaction =
        (hp_matrix_interaction){.ncomponent = 2, .local = of->local, .kernel = of->kernel};
    return HP_OK;
}

static hp_status find_truth(study *s, hp_record *record, double **vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_channel_observables of = {0};
    fill_context context = {.s = s};
    hp_channel_setup setup = setup_of(s, &s->data.channels);
    hp_matrix_interaction interaction = {0};
    HP_TRY(hp_channel_observables_create(&setup, &of, err));
    HP_TRY(hp_channel_observables_choose_nodes(&of, fill_truth, &context, err));
    HP_TRY(hp_channel_observables_describe(&of, record, err));
    HP_NEW(*vector, record->length);
    HP_TRY(fill_truth(&of.nodes[0], &interaction, &context, err));
    HP_TRY(
        hp_channel_observables_compute(&of, &s->data.channels, &interaction, record, *vector, err));
    collect(record, *vector, s->truth);
cleanup:
    hp_free(context.block);
    hp_channel_observables_destroy(&of);
    return status;
}

static void judge(study *s, int number, double *x, int n) {
    bool phase = number < 2 * ENERGIES;
    double truth = s->truth[number], centre = 0.0;
    tally *of = &s->of[number];
    if (isnan(truth)) return;
    if (phase) { /* residuals to the circular mean, as totals.h has it */
        double sine = 0.0, cosine = 0.0;
        for (int i = 0; i < n; i++) {
            if (isnan(x[i])) continue;
            sine += sin(x[i] * M_PI / 90.0);
            cosine += cos(x[i] * M_PI / 90.0);
        }
        centre = 90.0 / M_PI * atan2(sine, cosine);
        for (int i = 0; i < n; i++) x[i] = remainder(x[i] - centre, 180.0);
    }
    hp_interval band = hp_interval_of(x, (size_t)n);
    double off = phase ? remainder(truth - centre - band.value, 180.0) : truth - band.value;
    double side = off > 0.0 ? band.plus : band.minus;
    of->width[of->known++] = 0.5 * (band.minus + band.plus);
    of->inside += fabs(off) <= side;
    of->pull2 += off * off / (side * side);
}

static hp_status run_seed(study *s, uint64_t seed, int ndraw, const hp_record *truth_record,
                          const double *truth_vector, hp_error *err) {
    hp_status status = HP_OK;
    hp_features features = {0};
    hp_error_model model = {0};
    hp_mixture mixture = {0};
    hp_draws draws = {0};
    truth_data *data = &s->data;
    double *theta = NULL, *vector = NULL, *found = NULL, numbers[NUMBERS];
    hp_feature_space space;
    hp_feature_space_take(2, data->channels.component, s->spin, data->kind == TRUTH_TENSOR, &space);
    truth_make(data->kind, NOISE, seed, data);
    double start = now();
    const hp_feature_grid grid = {TRUTH_POINTS, data->r, data->quadrature};
    HP_TRY(hp_features_create(&TRUTH_LADDERS, &space, TRUTH_FM, &features, err));
    double unit = TRUTH_FM / HP_HBARC_MEV_FM;
    const hp_core_data core = {grid, data->fitted, TRUTH_COLUMNS, data->R, data->S, 300.0 * unit};
    HP_TRY(hp_features_take_core(&features, &core, err));
    const double w = (TRUTH_SAMPLES - 1.0) / TRUTH_SAMPLES;
    const hp_error_data noise = {.features = &features,
                                 .grid = grid,
                                 .fitted = data->fitted,
                                 .ncolumn = TRUTH_COLUMNS,
                                 .nsample = TRUTH_SAMPLES,
                                 .R = data->R,
                                 .S = data->S,
                                 .sample_weight = w,
                                 .freedom = TRUTH_SAMPLES - 1,
                                 .length_fm = TRUTH_FM,
                                 .amplitude = amplitude_mev * unit};
    HP_TRY(hp_error_model_create(&noise, &model, err));
    s->seconds[0] += now() - start;
    start = now();
    const hp_mixture_data from = {&features,         &model,  grid,   TRUTH_SAMPLES, w,
                                  TRUTH_SAMPLES - 1, data->R, data->S};
    const hp_mixture_options options = {amplitude_mev * unit, 300.0 * unit, 15, ndraw, 1, 1.5};
    HP_TRY(hp_mixture_create(&from, &options, &mixture, err));
    for (int form = 0; form < mixture.nform; form++)
        s->chi2 += mixture.weight[form] * mixture.chi2[form] / model.effective_points,
            s->rejected += mixture.weight[form] == 0.0;
    s->effective += model.effective_points;
    HP_NEW(theta, features.n);
    for (int form = 0; form < mixture.nform; form++)
        for (int i = 0; i < features.n; i++)
            theta[i] += mixture.weight[form] *
                        mixture.theta[(ptrdiff_t)form * (1 + TRUTH_SAMPLES) * features.n + i];
    s->seconds[1] += now() - start;
    start = now();
    const hp_channel_setup channels = setup_of(s, &data->channels);
    const hp_draws_setup setup = {
        .features = &features, .channels = &channels, .length_fm = TRUTH_FM, .typical = theta};
    HP_TRY(hp_draws_create(&setup, &draws, err));
    HP_TRY(hp_draws_follow(&draws, truth_record, truth_vector, data->channels.pair, theta, err));
    HP_NEW(vector, draws.record.length);
    HP_NEW(found, NUMBERS * (size_t)ndraw);
    s->seconds[2] += now() - start;
    start = now();
    for (int i = 0; i < ndraw; i++) {
        HP_TRY(hp_mixture_draw(&mixture, i, theta, err));
        HP_TRY(hp_draws_solve(&draws, data->channels.pair, theta, vector, err));
        collect(&draws.record, vector, numbers);
        for (int k = 0; k < NUMBERS; k++) found[k * ndraw + i] = numbers[k];
    }
    s->seconds[3] += now() - start;
    if (seed == FIRST_SEED)
        printf("# %d features, %d points, %d nodes, %d panels\n", features.n, TRUTH_VALUES,
               draws.channels.nodes[0].n, draws.channels.nodes[0].panels);
    for (int k = 0; k < NUMBERS; k++) judge(s, k, found + (ptrdiff_t)k * ndraw, ndraw);
cleanup:
    hp_free(theta);
    hp_free(vector);
    hp_free(found);
    hp_draws_destroy(&draws);
    hp_mixture_destroy(&mixture);
    hp_error_model_destroy(&model);
    hp_features_destroy(&features);
    return status;
}

static int ascending(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void report(study *s, int seeds, int ndraw) {
    for (int k = 0; k < NUMBERS; k++) {
        tally *of = &s->of[k];
        if (of->known == 0) continue;
        qsort(of->width, (size_t)of->known, sizeof *of->width, ascending);
        printf("%-18s %-8s %5g MeV  truth %9.4f  inside %3.0f %% of %d  half-width %8.4g  rms pull "
               "%.2f\n",
               truth_name[s->data.kind], number_name[k / ENERGIES],
               k < POLE ? ENERGY_MEV[k % ENERGIES] : k - POLE, s->truth[k],
               100.0 * of->inside / of->known, of->known, of->width[of->known / 2],
               sqrt(of->pull2 / of->known));
    }
    printf("%-18s chi2 per effective point %.2f of %.1f, %.1f forms rejected; CPU s of a seed: "
           "error model %.2f, mixture "
           "%.2f, nodes %.2f, %d draws %.2f\n",
           truth_name[s->data.kind], s->chi2 / seeds, s->effective / seeds, s->rejected / seeds,
           s->seconds[0] / seeds, s->seconds[1] / seeds, s->seconds[2] / seeds, ndraw,
           s->seconds[3] / seeds);
    (void)fflush(stdout);
}

static hp_status run_truth(truth_kind kind, int seeds, int ndraw, hp_error *err) {
    hp_status status = HP_OK;
    static study s;
    hp_record record;
    double *vector = NULL;
    memset(&s, 0, sizeof s);
    hp_record_create(&record);
    s.data.kind = kind;
    s.data.channels = truth_channels(kind);
    truth_spin(s.spin);
    for (int e = 0; e < ENERGIES; e++) s.energy[e] = ENERGY_MEV[e] * TRUTH_FM / HP_HBARC_MEV_FM;
    s.options = (hp_channel_options){.nenergy = ENERGIES,
                                     .energy = s.energy,
                                     .solver = HP_SOLVER_NYSTROEM,
                                     .tolerance_deg = 1e-6,
                                     .bound_states = 2,
                                     .stapp = true};
    static const char *const sheet[] = {"-+"};
    if (kind == TRUTH_RESONANCE)
        s.options.poles = (hp_pole_options){1, sheet, true, {20.0, 90.0, 30.0}, 1, false};
    HP_TRY(find_truth(&s, &record, &vector, err));
    for (int i = 0; i < seeds; i++)
        HP_TRY(run_seed(&s, FIRST_SEED + (uint64_t)i, ndraw, &record, vector, err));
    report(&s, seeds, ndraw);
cleanup:
    hp_free(vector);
    hp_record_destroy(&record);
    return status;
}

int main(int argc, char **argv) {
    hp_error err = HP_ERROR_INIT;
    int seeds = argc > 1 ? atoi(argv[1]) : 40, ndraw = argc > 2 ? atoi(argv[2]) : 400;
    if (seeds > 64) seeds = 64;
    if (argc > 4) amplitude_mev = atof(argv[4]);
    for (int kind = 0; kind < TRUTH_KINDS; kind++) {
        if (argc > 3 && atoi(argv[3]) >= 0 && atoi(argv[3]) != kind) continue;
        if (run_truth((truth_kind)kind, seeds, ndraw, &err) != HP_OK) {
            printf("%s: %s\n", truth_name[kind], err.message);
            return 1;
        }
    }
    return 0;
}
