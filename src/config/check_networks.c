// SPDX-License-Identifier: GPL-3.0-or-later
/* Checks of the section that states a network potential. */
#include "check.h"

static hp_status check_activations(const hp_string_list *activations, int layers, hp_error *err) {
    if (layers == 0 || activations->count == 1 || activations->count == layers) return HP_OK;
    HP_REQUIRE(layers > 1, HP_ERR_INPUT, "expected 1 activation, found %d", activations->count);
    HP_REQUIRE(false, HP_ERR_INPUT, "expected 1 activation, or one for each of %d layers, found %d",
               layers, activations->count);
    return HP_OK;
}

static hp_status check_last_layer(const hp_int_list *layers, hp_error *err) {
    int last = layers->values[layers->count - 1];
    HP_REQUIRE(last == 1, HP_ERR_INPUT, "the last layer must be 1 wide, found %d", last);
    return HP_OK;
}

static hp_status check_symmetric(const hp_potential_keys *potential, const char **key,
                                 hp_error *err) {
    *key = "potential.f_activations";
    HP_CALL(check_activations(&potential->f_activations, potential->f_layers.count, err));
    *key = "potential.g_layers";
    HP_CALL(check_last_layer(&potential->g_layers, err));
    *key = "potential.g_activations";
    HP_CALL(check_activations(&potential->g_activations, potential->g_layers.count - 1, err));
    return hp_check_local_network(potential, key, err);
}

static hp_status check_single(const hp_potential_keys *potential, const char **key, hp_error *err) {
    *key = "potential.f_layers";
    HP_CALL(check_last_layer(&potential->f_layers, err));
    *key = "potential.f_activations";
    return check_activations(&potential->f_activations, potential->f_layers.count - 1, err);
}

hp_status hp_check_kind(const hp_potential_kind *kind, const hp_potential_keys *potential,
                        const char **key, hp_error *err) {
    if (kind->flags & (HP_KIND_FG | HP_KIND_LOCAL)) return check_symmetric(potential, key, err);
    if (kind->flags & HP_KIND_F) return check_single(potential, key, err);
    return HP_OK;
}

hp_status hp_check_local_network(const hp_potential_keys *potential, const char **key,
                                 hp_error *err) {
    *key = "potential.local_layers";
    HP_CALL(check_last_layer(&potential->local_layers, err));
    *key = "potential.local_activations";
    return check_activations(&potential->local_activations, potential->local_layers.count - 1, err);
}

hp_status hp_check_regulator(const hp_potential_keys *potential, const char **key, hp_error *err) {
    *key = "potential.cutoff_weight";
    HP_REQUIRE(potential->cutoff_fm == 0 || potential->cutoff_weight > 0, HP_ERR_INPUT,
               "must be > 0 since potential.cutoff_fm = %.15g, found %.15g", potential->cutoff_fm,
               potential->cutoff_weight);
    *key = "potential.cutoff_fm";
    HP_REQUIRE(potential->cutoff_weight == 0 || potential->cutoff_fm > 0, HP_ERR_INPUT,
               "must be > 0 since potential.cutoff_weight = %.15g, found %.15g",
               potential->cutoff_weight, potential->cutoff_fm);
    return HP_OK;
}
