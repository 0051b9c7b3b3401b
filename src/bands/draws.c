// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/draws.h"
#include <math.h>
#include <string.h>
#include "draws_parts.h"
#include "hadpot/memory.h"

/* Where a potential is nothing: some keV of 40 MeV. */
static const double NEGLIGIBLE = 1e-4;

/* Bands are some tenths of a degree wide, and of 1600 draws known to a twentieth of that. */
static const double TOLERANCE_DEG = 0.01;

double hp_draws_range(const hp_features *features) {
    double range = 0.0;
    for (int i = 0; i < features->n; i++) {
        const hp_feature *feature = &features->feature[i];
        double widest = fmax(feature->b, feature->c);
        /* exp(-(r/b)^2), exp(-r^2/(2 b^2)) */
        double falls = sqrt(-log(NEGLIGIBLE) * (feature->group == HP_GROUP_LOCAL ? 1.0 : 2.0));
        range = fmax(range, widest * falls);
    }
    return range;
}

/* What hp_nodes_choose carries through. */
typedef struct {
    hp_draws *draws;
    const hp_pair *pair;
    const double *typical;
} filling;

static hp_matrix_interaction matrix_of(const hp_draws *draws) {
    return (hp_matrix_interaction){
        .ncomponent = draws->features->space.ncomponent, .local = draws->w, .kernel = draws->K};
}

static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err) {
    filling *of = context;
    HP_CALL(hp_draws_tabulate(of->draws, grid, err));
    hp_draws_combine(of->draws, of->pair, grid->n, of->typical);
    *interaction = (hp_interaction){.local = of->draws->w, .kernel = of->draws->U};
    return HP_OK;
}

static hp_status fill_matrix(const hp_quadrature *grid, hp_matrix_interaction *interaction,
                             void *context, hp_error *err) {
    filling *of = context;
    HP_CALL(hp_draws_tabulate(of->draws, grid, err));
    hp_draws_combine(of->draws, of->pair, grid->n, of->typical);
    *interaction = matrix_of(of->draws);
    return HP_OK;
}

static hp_status create_s_wave(const hp_draws_setup *setup, hp_draws *draws, hp_error *err) {
    hp_observables_options own = *setup->options;
    filling of = {draws, &draws->observables.pair, setup->typical};
    own.solver = HP_SOLVER_NYSTROEM;
    own.panels = own.order = 0;
    own.tolerance_deg = TOLERANCE_DEG;
    own.fit_e_max_mev = 0.0; /* an effective-range fit has the weights of samples */
    const hp_observables_setup observables = {.options = &own,
                                              .pair = *setup->pair,
                                              .length_fm = setup->length_fm,
                                              .draws = true,
                                              .range = hp_draws_range(setup->features),
                                              .most_panels = HP_NODES_FITTED_PANELS};
    HP_CALL(hp_observables_create(&observables, &draws->observables, err));
    HP_CALL(hp_observables_choose_nodes(&draws->observables, fill, &of, err));
    HP_CALL(hp_draws_tabulate(draws, &draws->observables.nodes[0], err));
    return hp_observables_describe(&draws->observables, &draws->record, err);
}

static hp_status create_channels(const hp_draws_setup *setup, hp_draws *draws, hp_error *err) {
    hp_channel_setup channels = *setup->channels;
    hp_channel_options own = *channels.options;
    filling of = {draws, channels.channels->pair, setup->typical};
    own.solver = HP_SOLVER_NYSTROEM;
    own.panels = own.order = 0;
    own.tolerance_deg = TOLERANCE_DEG;
    own.poles.exact = false;
    channels.options = &own;
    channels.grid = NULL;
    channels.nedge = 0;
    channels.draws = true;
    channels.range = hp_draws_range(setup->features);
    channels.most_panels = HP_NODES_FITTED_PANELS;
    HP_CALL(hp_channel_observables_create(&channels, &draws->channels, err));
    HP_CALL(hp_channel_observables_choose_nodes(&draws->channels, fill_matrix, &of, err));
    HP_CALL(hp_draws_tabulate(draws, &draws->channels.nodes[0], err));
    return hp_channel_observables_describe(&draws->channels, &draws->record, err);
}

hp_status hp_draws_create(const hp_draws_setup *setup, hp_draws *draws, hp_error *err) {
    hp_status status = HP_OK;
    *draws = (hp_draws){.features = setup->features, .several = setup->channels != NULL};
    hp_record_create(&draws->record);
    HP_TRY(setup->channels != NULL ? create_channels(setup, draws, err)
                                   : create_s_wave(setup, draws, err));
cleanup:
    if (status != HP_OK) hp_draws_destroy(draws);
    return status;
}

void hp_draws_destroy(hp_draws *draws) {
    if (draws == NULL) return;
    hp_observables_destroy(&draws->observables);
    hp_channel_observables_destroy(&draws->channels);
    hp_record_destroy(&draws->record);
    hp_draws_forget_tables(draws);
    *draws = (hp_draws){0};
}

/* Poles of the potential theta in place of those that it is tracked from, where it has them. */
static hp_status move_poles(hp_draws *draws, const hp_pair *pair, const double *theta,
                            hp_error *err) {
    hp_status status = HP_OK;
    hp_pole_observables *poles = &draws->channels.poles;
    int count = poles->nsheet * poles->most;
    hp_pole *from = NULL;
    double *vector = NULL;
    if (count == 0) return HP_OK;
    HP_NEW(from, count);
    HP_NEW(vector, draws->record.length);
    memcpy(from, poles->average, (size_t)count * sizeof *from);
    HP_TRY(hp_draws_solve(draws, pair, theta, vector, err));
    hp_pole_observables_take(poles, &draws->record, vector);
    for (int i = 0; i < count; i++)
        if (isnan(creal(poles->average[i].energy)) || poles->average[i].kind != from[i].kind)
            poles->average[i] = from[i];
cleanup:
    hp_free(from);
    hp_free(vector);
    return status;
}

hp_status hp_draws_follow(hp_draws *draws, const hp_record *record, const double *vector,
                          const hp_pair *pair, const double *theta, hp_error *err) {
    if (!draws->several) return HP_OK;
    HP_CALL(hp_channel_observables_follow(&draws->channels, record, vector, &draws->record, err));
    return move_poles(draws, pair, theta, err);
}

static hp_status find_poles(hp_draws *draws, double *vector, hp_error *err) {
    hp_status status = hp_pole_observables_compute(&draws->channels.poles, draws->channels.coupled,
                                                   &draws->record, vector, err);
    if (status == HP_ERR_NUMERIC) hp_error_clear(err);
    return status == HP_ERR_NUMERIC ? HP_OK : status;
}

hp_status hp_draws_follow_potential(hp_draws *draws, const hp_pair *pair, const double *theta,
                                    hp_error *err) {
    hp_status status = HP_OK;
    double *vector = NULL;
    if (!draws->several) return HP_OK;
    HP_NEW(vector, draws->record.length);
    HP_TRY(hp_draws_solve(draws, pair, theta, vector, err));
    HP_TRY(find_poles(draws, vector, err));
    HP_TRY(hp_channel_observables_follow(&draws->channels, &draws->record, vector, &draws->record,
                                         err));
cleanup:
    hp_free(vector);
    return status;
}

static hp_status solve_s_wave(hp_draws *draws, const hp_pair *pair, double *vector, hp_error *err) {
    const hp_interaction interaction = {.local = draws->w, .kernel = draws->U};
    hp_status status = hp_observables_compute(&draws->observables, pair, &interaction,
                                              &draws->record, vector, err);
    if (status != HP_ERR_NUMERIC) return status;
    hp_error_clear(err);
    hp_observables_forget(&draws->record, vector);
    return HP_OK;
}

static hp_status solve_channels(hp_draws *draws, const hp_pair *pair, double *vector,
                                hp_error *err) {
    const hp_matrix_interaction interaction = matrix_of(draws);
    hp_channels channels;
    hp_status status = hp_channels_take_pairs(&draws->channels.channels, pair, &channels, err);
    if (status == HP_OK)
        status = hp_channel_observables_compute(&draws->channels, &channels, &interaction,
                                                &draws->record, vector, err);
    if (status != HP_ERR_NUMERIC) return status;
    hp_error_clear(err);
    hp_channel_observables_forget(&draws->record, vector);
    return HP_OK;
}

hp_status hp_draws_solve(hp_draws *draws, const hp_pair *pair, const double *theta, double *vector,
                         hp_error *err) {
    int n = draws->several ? draws->channels.nodes[0].n : draws->observables.nodes[0].n;
    hp_draws_combine(draws, pair, n, theta);
    return draws->several ? solve_channels(draws, pair, vector, err)
                          : solve_s_wave(draws, pair, vector, err);
}
