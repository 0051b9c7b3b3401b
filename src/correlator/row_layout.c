// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/ensemble.h"

size_t hp_ensemble_time_length(const hp_ensemble *ensemble, int source) {
    return (size_t)ensemble->geometry.npoint + (ensemble->has_ratio[source] ? 0 : 2);
}

size_t hp_ensemble_row_offset(const hp_ensemble *ensemble, int source) {
    size_t offset = 0;
    for (int before = 0; before < source; before++)
        offset += hp_ensemble_time_length(ensemble, before) * (size_t)ensemble->nt;
    return offset;
}

bool hp_ensemble_has_full(const hp_ensemble *ensemble, int source, hp_full which) {
    const bool *has = which == HP_FULL_TWO_BARYON      ? ensemble->has_two_baryon
                      : which >= HP_BESIDE_TWO_POINT_1 ? ensemble->has_beside
                                                       : ensemble->has_full;
    return has != NULL && has[source];
}

int hp_ensemble_full_count(const hp_ensemble *ensemble, hp_full which) {
    if (which >= HP_BESIDE_TWO_POINT_1) return ensemble->nt;
    return which == HP_FULL_TWO_BARYON ? ensemble->nt_two_baryon : ensemble->nt_full;
}

/* Numbers of a source that are no waves, in front of `which`. */
static size_t full_before(const hp_ensemble *ensemble, int source, int which) {
    size_t length = 0;
    for (int i = HP_FULL_TWO_POINT_1; i < which; i++)
        if (hp_ensemble_has_full(ensemble, source, (hp_full)i))
            length += (size_t)hp_ensemble_full_count(ensemble, (hp_full)i);
    return length;
}

static size_t full_length(const hp_ensemble *ensemble, int source) {
    return full_before(ensemble, source, HP_BESIDE_TWO_POINT_2 + 1);
}

size_t hp_ensemble_full_offset(const hp_ensemble *ensemble, int source, hp_full which) {
    size_t offset = hp_ensemble_row_offset(ensemble, ensemble->nsource);
    for (int before = 0; before < source; before++) offset += full_length(ensemble, before);
    return offset + full_before(ensemble, source, which);
}

size_t hp_ensemble_row_length(const hp_ensemble *ensemble) {
    return hp_ensemble_full_offset(ensemble, ensemble->nsource, HP_FULL_TWO_POINT_1);
}

int hp_ensemble_part_count(const hp_ensemble *ensemble) {
    return ensemble->nsource * ensemble->nt + ensemble->nsource;
}

size_t hp_ensemble_part_length(const hp_ensemble *ensemble, int part) {
    int nblock = ensemble->nsource * ensemble->nt;
    if (part >= nblock) return full_length(ensemble, part - nblock);
    return hp_ensemble_time_length(ensemble, part / ensemble->nt);
}
