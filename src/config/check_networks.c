// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"

/* A network and the names of its keys. */
typedef struct network {
    const char *layers_key, *activations_key;
    const hp_int_list *layers;
    const hp_string_list *activations;
    bool ends_in_one; /* the last layer, which then has no activation of its own */
} network;

static hp_status check_network(const network *of, const char **key, hp_error *err) {
    int last = of->layers->values[of->layers->count - 1], found = of->activations->count;
    int expected = of->layers->count - of->ends_in_one;
    *key = of->layers_key;
    HP_REQUIRE(!of->ends_in_one || last == 1, HP_ERR_INPUT,
               "the last layer must be 1 wide, found %d", last);
    *key = of->activations_key;
    if (expected == 0 || found == 1 || found == expected) return HP_OK;
    HP_REQUIRE(expected > 1, HP_ERR_INPUT, "expected 1 activation, found %d", found);
    HP_REQUIRE(false, HP_ERR_INPUT, "expected 1 activation, or one for each of %d layers, found %d",
               expected, found);
    return HP_OK;
}

hp_status hp_check_networks(const hp_potential_kind *kind, const hp_potential_keys *potential,
                            const char **key, hp_error *err) {
    const network networks[] = {{"potential.f_layers", "potential.f_activations",
                                 &potential->f_layers, &potential->f_activations,
                                 (kind->flags & HP_KIND_F) != 0},
                                {"potential.g_layers", "potential.g_activations",
                                 &potential->g_layers, &potential->g_activations, true},
                                {"potential.local_layers", "potential.local_activations",
                                 &potential->local_layers, &potential->local_activations, true}};
    for (int i = 0; i < 3; i++) HP_CALL(check_network(&networks[i], key, err));
    *key = "potential.cutoff_weight";
    HP_REQUIRE(potential->cutoff_fm == 0 || potential->cutoff_weight > 0, HP_ERR_INPUT,
               "must be > 0 since potential.cutoff_fm = %.15g, found %.15g", potential->cutoff_fm,
               potential->cutoff_weight);
    return HP_OK;
}
