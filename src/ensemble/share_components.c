// SPDX-License-Identifier: GPL-3.0-or-later
/* What version 2 adds goes from rank 0 to all. */
#include "ensemble_private.h"

static hp_status share_pairs(hp_ensemble *ensemble, hp_error *err) {
    const hp_comm *comm = ensemble->comm;
    size_t bytes = (size_t)ensemble->nsample * sizeof(double);
    HP_CALL(hp_parallel_broadcast_block(comm, (void **)&ensemble->pair,
                                        (size_t)ensemble->npair * sizeof *ensemble->pair, err));
    for (int i = 0; i < ensemble->npair && comm->rank != 0; i++) { /* addresses of rank 0 */
        hp_ensemble_pair *pair = &ensemble->pair[i];
        pair->mass_rows[0] = pair->mass_rows[1] = pair->sqrt_z_rows = NULL;
    }
    for (int i = 0; i < ensemble->npair; i++) {
        hp_ensemble_pair *pair = &ensemble->pair[i];
        double **const rows[] = {&pair->mass_rows[0], &pair->mass_rows[1], &pair->sqrt_z_rows};
        for (int k = 0; k < 3; k++)
            HP_CALL(hp_parallel_broadcast_block(comm, (void **)rows[k], bytes, err));
    }
    return HP_OK;
}

hp_status hp_ensemble_share_components(hp_ensemble *ensemble, hp_error *err) {
    const struct {
        void **block;
        size_t bytes;
    } lists[] = {
        {(void **)&ensemble->component, (size_t)ensemble->ncomponent * sizeof *ensemble->component},
        {(void **)&ensemble->wave, (size_t)ensemble->nwave * sizeof *ensemble->wave},
        {(void **)&ensemble->field, (size_t)ensemble->nsource * sizeof *ensemble->field}};
    if (ensemble->version != 2) return HP_OK;
    HP_CALL(share_pairs(ensemble, err));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        HP_CALL(hp_parallel_broadcast_block(ensemble->comm, lists[i].block, lists[i].bytes, err));
    return HP_OK;
}
