// SPDX-License-Identifier: GPL-3.0-or-later
/* What a fitted network is made of, as rows of the record beside its parameters. */
#ifndef HADPOT_POTENTIAL_NETWORK_ROWS_H
#define HADPOT_POTENTIAL_NETWORK_ROWS_H

#include "hadpot/matrix_model.h"
#include "hadpot/record.h"

typedef struct hp_network_parts {
    const char *kind;
    const hp_model *model;         /* inputs, envelopes and f; of one component all of it */
    const hp_mlp *g, *v;           /* of the potential; without layers: not there */
    const hp_matrix_model *matrix; /* terms; NULL: one component */
    double length_fm, energy_mev;
} hp_network_parts;

void hp_network_add_model(const hp_network_parts *of, hp_record *record);

#endif
