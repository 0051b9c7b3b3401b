// SPDX-License-Identifier: GPL-3.0-or-later
/* Fields of an ensemble by what they are: source of waves, component, Laplacian. */
#include <string.h>
#include "hadpot/ensemble.h"

int hp_ensemble_find_field(const hp_ensemble *ensemble, int wave, int component, bool laplacian) {
    if (ensemble->field == NULL)
        return wave < ensemble->nsource && component == 0 && !laplacian ? wave : -1;
    for (int i = 0; i < ensemble->nsource; i++) {
        const hp_ensemble_field *field = &ensemble->field[i];
        if (field->wave == wave && field->component == component && field->laplacian == laplacian)
            return i;
    }
    return -1;
}

int hp_ensemble_first_field(const hp_ensemble *ensemble, int wave, int pair) {
    if (ensemble->field == NULL) return hp_ensemble_find_field(ensemble, wave, pair, false);
    for (int i = 0; i < ensemble->nsource; i++) {
        const hp_ensemble_field *field = &ensemble->field[i];
        if (field->wave == wave && ensemble->component[field->component].pair == pair) return i;
    }
    return -1;
}

int hp_ensemble_wave_count(const hp_ensemble *ensemble) {
    return ensemble->field != NULL ? ensemble->nwave : ensemble->nsource;
}

const char *hp_ensemble_wave_name(const hp_ensemble *ensemble, int wave) {
    return ensemble->field != NULL ? ensemble->wave[wave].name : ensemble->source[wave];
}

int hp_ensemble_find_wave(const hp_ensemble *ensemble, const char *name) {
    for (int i = 0; i < hp_ensemble_wave_count(ensemble); i++)
        if (strcmp(hp_ensemble_wave_name(ensemble, i), name) == 0) return i;
    return -1;
}

int hp_ensemble_find_pair(const hp_ensemble *ensemble, const char *name) {
    for (int i = 0; i < ensemble->npair; i++)
        if (strcmp(ensemble->pair[i].name, name) == 0) return i;
    return -1;
}

int hp_ensemble_find_component(const hp_ensemble *ensemble, const char *name) {
    for (int i = 0; i < ensemble->ncomponent; i++)
        if (strcmp(ensemble->component[i].name, name) == 0) return i;
    return -1;
}
