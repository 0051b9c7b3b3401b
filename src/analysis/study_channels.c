// SPDX-License-Identifier: GPL-3.0-or-later
/* The study of a matrix of potentials that is fitted, in coupled channels or one wave of l > 0. */
#include "hadpot/memory.h"
#include "study_parts.h"

/* What hp_coupled_choose_nodes carries through. */
typedef struct trial {
    const hp_potential *potential;
    const hp_pair *pair;
    int npair;
    hp_node_potential on;
} trial;

bool hp_study_has_channels(const hp_study *study) {
    return study->channels.ncomponent > 0;
}

double hp_study_range_fm(const hp_study *study) {
    return hp_study_has_channels(study)
               ? study->channel_observables.range * study->channel_observables.length_fm
               : study->observables.problem.range * study->observables.length_fm;
}

hp_status hp_study_create_channels(hp_study *study, const hp_potential_setup *potential,
                                   const hp_study_channels *channels, hp_error *err) {
    double range;
    HP_CALL(hp_study_create_potential(study, potential, channels->options->range_fm, &range, err));
    int found = hp_potential_describe(&study->potential).ncomponent;
    HP_REQUIRE(
        found == channels->channels->ncomponent, HP_ERR_INPUT,
        "potential.kind: %s acts in one S wave; of several components, or of l > 0, expected "
        "sdnn, local, separable or matrix_gaussians",
        potential->kind->name);
    study->channels = *channels->channels;
    const hp_channel_setup setup = {.options = channels->options,
                                    .channels = channels->channels,
                                    .pair_name = channels->pair_name,
                                    .component_name = channels->component_name,
                                    .spin = channels->spin,
                                    .length_fm = study->data.length_fm,
                                    .range = range,
                                    .most_panels = HP_NODES_FITTED_PANELS};
    return hp_channel_observables_create(&setup, &study->channel_observables, err);
}

/* The potential on a grid that is tried (hp_coupled_fill). */
static hp_status fill_trial(const hp_quadrature *grid, hp_matrix_interaction *interaction,
                            void *context, hp_error *err) {
    trial *one = context;
    hp_node_potential_destroy(&one->on);
    HP_CALL(hp_node_potential_create(one->potential, grid, &one->on, err));
    HP_CALL(hp_potential_fill(one->potential, one->pair, one->npair, &one->on, err));
    *interaction = hp_node_potential_matrix(&one->on);
    return HP_OK;
}

hp_status hp_study_choose_channel_nodes(hp_study *study, const hp_pair *pair, hp_error *err) {
    hp_status status = HP_OK;
    trial one = {.potential = &study->potential, .pair = pair, .npair = study->channels.npair};
    HP_TRY(hp_channel_observables_choose_nodes(&study->channel_observables, fill_trial, &one, err));
    HP_TRY(hp_study_make_room(study, err));
cleanup:
    hp_node_potential_destroy(&one.on);
    return status;
}

hp_status hp_study_observe_channels(hp_study *study, const hp_pair *pair, double *vector,
                                    hp_error *err) {
    hp_matrix_interaction interaction[2] = {{0}};
    hp_channels channels;
    HP_CALL(hp_channels_take_pairs(&study->channels, pair, &channels, err));
    for (int i = 0; i < study->channel_observables.nsolver; i++) {
        HP_CALL(
            hp_potential_fill(&study->potential, pair, channels.npair, &study->on_nodes[i], err));
        interaction[i] = hp_node_potential_matrix(&study->on_nodes[i]);
    }
    HP_CALL(hp_channel_observables_compute(&study->channel_observables, &channels, interaction,
                                           &study->record, vector, err)); /* forgets its group */
    hp_study_store_edge(study, vector);
    return HP_OK;
}
