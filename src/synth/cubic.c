// SPDX-License-Identifier: GPL-3.0-or-later
/* The A1 states of a local potential in the periodic box (docs/method-box.md). */
#include "synth_parts.h"
#include <math.h>
#include "hadpot/box.h"
#include "hadpot/memory.h"

/* In lattice units, at the orbits. */
static hp_status fill_potential(const hp_synth_setup *setup, double *V, hp_error *err) {
    for (int i = 0; i < setup->npoint; i++) {
        double r_fm = hp_synth_radius_fm(setup, setup->geometry.shell[i]);
        V[i] = hp_forms_local(setup->forms, r_fm) / setup->spec->inverse_spacing_mev;
        HP_REQUIRE(isfinite(V[i]), HP_ERR_INPUT, "the potential is not finite at r = %g fm", r_fm);
    }
    return HP_OK;
}

hp_status hp_synth_diagonalise_cubic(const hp_synth_setup *setup, hp_synth_states *states,
                                     hp_error *err) {
    hp_status status = HP_OK;
    hp_box *box = NULL;
    double *V = NULL;
    HP_NEW(V, setup->npoint);
    HP_TRY(fill_potential(setup, V, err));
    HP_TRY(hp_box_create(&setup->geometry, setup->mu, states->count, &box, err));
    HP_TRY(hp_box_states(box, V, NULL, 0, states->energy, states->u, err));
cleanup:
    hp_box_destroy(&box);
    hp_free(V);
    return status;
}
