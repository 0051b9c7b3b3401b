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

size_t hp_ensemble_row_length(const hp_ensemble *ensemble) {
    return hp_ensemble_row_offset(ensemble, ensemble->nsource);
}
