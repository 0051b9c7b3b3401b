// SPDX-License-Identifier: GPL-3.0-or-later
/* Toys with channels: the true matrix of potentials, its waves, and observables of both. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/options.h"
#include "toy_parts.h"

/* Energies of the data above the lowest threshold, from momenta of the pair that has it. */
static hp_status list_energies(const hp_toy *toy, double **energy, int *n, hp_error *err) {
    const struct hp_toy_job_data *data = &toy->job->data;
    const hp_channels *channels = &toy->matrix.given.channels;
    int lowest = 0;
    bool listed = data->k_per_fm.count > 0;
    while (channels->threshold[lowest] > 0) lowest++;
    *n = listed ? data->k_per_fm.count : data->momenta;
    HP_ALLOCATE(*energy, *n);
    for (int i = 0; i < *n; i++) {
        double part = *n > 1 ? (double)i / (*n - 1) : 0.0;
        double k = data->k_min_per_fm + part * (data->k_max_per_fm - data->k_min_per_fm);
        if (listed) k = data->k_per_fm.values[i];
        (*energy)[i] = hp_channels_energy(channels, lowest, k * k);
    }
    return HP_OK;
}

hp_status hp_toy_matrix_create_data(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_toy_job_data *data = &toy->job->data;
    hp_toy_matrix *of = &toy->matrix;
    hp_channels uncharged = of->given.channels; /* a Coulomb force is one of observables alone */
    double *energy = NULL;
    for (int a = 0; a < uncharged.npair; a++) {
        uncharged.coulomb[a] = (hp_coulomb){0};
        uncharged.pair[a].charges = 0;
    }
    hp_toy_waves_options options = {.points = data->points,
                                    .r_min = data->r_min_fm,
                                    .r_max = data->r_max_fm,
                                    .differences = strcmp(data->source, "differences") == 0};
    HP_TRY(list_energies(toy, &energy, &options.nenergy, err));
    options.energy = energy;
    HP_TRY(hp_given_form_matrix(&toy->forms, &of->given, &of->truth, err));
    HP_TRY_IN(hp_toy_waves_create(of->truth, &uncharged, &options, &of->waves, err), "data");
cleanup:
    hp_free(energy);
    return status;
}

/* Whether a pair has two components, for which potential.tensor decides what V is made of. */
static bool has_tensor(const hp_channels *channels) {
    bool any = false;
    for (int c = 1; c < channels->ncomponent; c++)
        for (int d = 0; d < c; d++)
            any |= channels->component[c].pair == channels->component[d].pair;
    return any;
}

static void list_names(const hp_given_channels *given, const char **pair, const char **component) {
    for (int a = 0; a < given->channels.npair; a++) pair[a] = given->pair[a];
    for (int c = 0; c < given->channels.ncomponent; c++) component[c] = given->component[c];
}

hp_status hp_toy_matrix_create_study(hp_toy *toy, hp_error *err) {
    const char *pair[HP_MOST_PAIRS], *component[HP_MOST_COMPONENTS], *key = NULL;
    hp_toy_matrix *of = &toy->matrix;
    const struct hp_toy_job_potential *keys = &toy->job->potential;
    int nenergy = 0;
    list_names(&of->given, pair, component);
    HP_CALL(hp_given_energies(&of->job, &of->given, &of->energy, &nenergy, &key, err));
    of->options = hp_options_of_channels(&of->job, &of->given, of->energy, nenergy);
    hp_channel_options options = of->options;
    if (options.range_fm == 0.0) options.range_fm = of->waves.r[of->waves.nradius - 1];
    toy->potential.of_operators =
        strcmp(keys->tensor, "vc_vt") == 0 && has_tensor(&of->given.channels);
    toy->potential.diagonal = !keys->coupling;
    const hp_study_channels channels = {.channels = &of->given.channels,
                                        .pair_name = pair,
                                        .component_name = component,
                                        .spin = of->given.spin,
                                        .options = &options};
    return hp_study_create_channels(&toy->learned, &toy->potential, &channels, err);
}

/* The true matrix, up to a range, or for 0 as far as it reaches, on the grid that resolves it. */
static hp_status create_exact(const hp_toy *toy, double range, hp_matrix_study *exact,
                              hp_error *err) {
    const char *pair[HP_MOST_PAIRS], *component[HP_MOST_COMPONENTS];
    const hp_toy_matrix *of = &toy->matrix;
    hp_channel_options wanted = of->options;
    wanted.solver = HP_SOLVER_NYSTROEM;
    wanted.range_fm = range;
    wanted.order = wanted.panels = 0;
    list_names(&of->given, pair, component);
    const hp_matrix_setup setup = {.matrix = of->truth,
                                   .channels = &of->given.channels,
                                   .pair_name = pair,
                                   .component_name = component,
                                   .spin = of->given.spin,
                                   .options = &wanted};
    return hp_matrix_study_create(&setup, exact, err);
}

/* As for one S wave: the truth as far as the learned potential goes. */
static hp_status observe_cut(hp_toy *toy, hp_error *err) {
    hp_status status = HP_OK;
    hp_toy_matrix *of = &toy->matrix;
    hp_matrix_study cut = {0};
    double end = hp_study_range_fm(&toy->learned);
    if (end >= hp_form_matrix_reach(of->truth)) return HP_OK;
    HP_TRY(create_exact(toy, end, &cut, err));
    status = hp_matrix_study_observe(&cut, err);
    toy->cut_deg = of->cut_epsilon_deg = NAN;
    if (status == HP_OK) {
        int N = of->waves.ncomponent, n = of->options.nenergy;
        toy->cut_deg = hp_toy_matrix_distance(of, &cut.record, cut.vector, HP_ROW_DELTA, N, n);
        of->cut_epsilon_deg =
            hp_toy_matrix_distance(of, &cut.record, cut.vector, HP_ROW_EPSILON, 1, n);
    }
    if (status == HP_ERR_NUMERIC) {
        hp_error_clear(err);
        status = HP_OK;
    }
cleanup:
    hp_matrix_study_destroy(&cut);
    return status;
}

/* V_true between all pairs of components c <= d on the radii, and room for the learned one. */
static hp_status fill_truth(hp_toy_matrix *of, hp_error *err) {
    int n = of->waves.nradius, N = of->waves.ncomponent;
    size_t values = (size_t)(N * (N + 1) / 2) * (size_t)n, at = 0;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS] = {0};
    HP_ALLOCATE(of->V_exact, 2 * values);
    of->V = of->V_exact + values;
    for (int c = 0; c < N; c++)
        for (int d = c; d < N; d++)
            for (int i = 0; i < n; i++) {
                if (hp_form_matrix_has_local(of->truth))
                    hp_form_matrix_local_at(of->waves.r[i], w, of->truth);
                of->V_exact[at++] = hp_form_matrix_h(of->truth, c, d) * w[c * N + d];
            }
    return HP_OK;
}

hp_status hp_toy_matrix_create_observables(hp_toy *toy, hp_error *err) {
    hp_toy_matrix *of = &toy->matrix;
    HP_CALL(create_exact(toy, 0, &of->exact, err));
    hp_record_add_axis(&toy->learned.record, "r", (size_t)of->waves.nradius);
    hp_record_add_axis(&toy->learned.record, "wave", (size_t)of->waves.ncolumn);
    hp_record_label(
        &toy->learned.record, "r",
        &(hp_label){
            .path = "grid/r_fm", .unit = "fm", .text = "radii of the data", .value = of->waves.r});
    HP_CALL(hp_study_describe(&toy->learned, err));
    HP_ALLOCATE(toy->vector, toy->learned.record.length);
    HP_CALL(fill_truth(of, err));
    HP_CALL(hp_matrix_study_observe(&of->exact, err));
    return observe_cut(toy, err);
}

void hp_toy_matrix_destroy(hp_toy_matrix *matrix) {
    hp_node_potential_destroy(&matrix->on_radii);
    hp_matrix_study_destroy(&matrix->exact);
    hp_toy_waves_destroy(&matrix->waves);
    hp_form_matrix_destroy(&matrix->truth);
    hp_free(matrix->energy);
    hp_free(matrix->V_exact);
    *matrix = (hp_toy_matrix){0};
}
