// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"

bool hp_check_has_local(const hp_form_keys *keys) {
    return keys->gaussians.ranges_fm.count > 0 || keys->yukawas.strengths_mev_fm.count > 0 ||
           keys->yukawas.strengths.count > 0 || keys->squared_yukawas.cutoffs_per_fm2.count > 0 ||
           keys->woods_saxon.radii_fm.count > 0 || keys->square_well.radii_fm.count > 0 ||
           keys->regular_yukawas.cutoffs_per_fm2.count > 0 ||
           keys->tensor_yukawas.strengths_mev.count > 0 ||
           keys->oscillating_gaussians.ranges_fm.count > 0 || *keys->tables.local != '\0';
}

bool hp_check_has_nonlocal(const hp_form_keys *keys) {
    return keys->separable_exponential.masses_per_fm.count > 0 ||
           keys->yamaguchi.a_per_fm.count > 0 || keys->gaussian_nonlocal.ranges_fm.count > 0 ||
           keys->perey_buck.ranges_fm.count > 0 ||
           keys->perey_buck_exponential.ranges_fm.count > 0 ||
           keys->separable_kernel.strengths.count > 0 ||
           keys->separable_gaussians.ranges_1_fm.count > 0 || *keys->tables.nonlocal != '\0';
}

/* What no element of coupled channels says: K(r,r') = K(r',r). */
static hp_status check_symmetric(const hp_form_keys *keys, const char **key, hp_error *err) {
    const struct hp_form_keys_separable_kernel *kernel = &keys->separable_kernel;
    *key = "separable_kernel.masses_2_per_fm";
    for (int i = 0; i < kernel->strengths.count && kernel->elements.count == 0; i++)
        HP_REQUIRE(kernel->powers_1.values[i] == kernel->powers_2.values[i] &&
                       kernel->masses_1_per_fm.values[i] == kernel->masses_2_per_fm.values[i],
                   HP_ERR_INPUT,
                   "term %d: expected equal powers and equal masses, as K(r,r') = K(r',r)", i + 1);
    const struct hp_form_keys_separable_gaussians *gaussians = &keys->separable_gaussians;
    *key = "separable_gaussians.ranges_2_fm";
    for (int i = 0; i < gaussians->ranges_1_fm.count && gaussians->elements.count == 0; i++)
        HP_REQUIRE(gaussians->ranges_1_fm.values[i] == gaussians->ranges_2_fm.values[i],
                   HP_ERR_INPUT, "term %d: expected equal ranges, as U(r,r') = U(r',r)", i + 1);
    return HP_OK;
}

hp_status hp_check_forms(const hp_form_keys *keys, const char **key, hp_error *err) {
    *key = "gaussians";
    HP_REQUIRE(hp_check_has_local(keys) || hp_check_has_nonlocal(keys) ||
                   keys->momentum_dependent.ranges_fm.count > 0,
               HP_ERR_INPUT,
               "expected a potential: terms in this section or another one, or tables");
    return check_symmetric(keys, key, err);
}

hp_status hp_check_networks(const hp_potential_kind *kind, const hp_potential_keys *potential,
                            const char **key, hp_error *err) {
    const struct {
        const char *layers_key, *activations_key;
        const hp_int_list *layers;
        const hp_string_list *activations;
        bool ends_in_one; /* the last layer, which then has no activation of its own */
    } networks[] = {{"potential.f_layers", "potential.f_activations", &potential->f_layers,
                     &potential->f_activations, (kind->flags & HP_KIND_F) != 0},
                    {"potential.g_layers", "potential.g_activations", &potential->g_layers,
                     &potential->g_activations, true},
                    {"potential.local_layers", "potential.local_activations",
                     &potential->local_layers, &potential->local_activations, true}};
    for (int i = 0; i < 3; i++) {
        const hp_int_list *layers = networks[i].layers;
        int last = layers->values[layers->count - 1], found = networks[i].activations->count;
        int expected = layers->count - networks[i].ends_in_one;
        *key = networks[i].layers_key;
        HP_REQUIRE(!networks[i].ends_in_one || last == 1, HP_ERR_INPUT,
                   "the last layer must be 1 wide, found %d", last);
        *key = networks[i].activations_key;
        if (expected == 0 || found == 1 || found == expected) continue;
        HP_REQUIRE(expected > 1, HP_ERR_INPUT, "expected 1 activation, found %d", found);
        HP_REQUIRE(false, HP_ERR_INPUT,
                   "expected 1 activation, or one for each of %d layers, found %d", expected,
                   found);
    }
    *key = "potential.cutoff_weight";
    HP_REQUIRE(potential->cutoff_fm == 0 || potential->cutoff_weight > 0, HP_ERR_INPUT,
               "must be > 0 since potential.cutoff_fm = %.15g, found %.15g", potential->cutoff_fm,
               potential->cutoff_weight);
    return HP_OK;
}
