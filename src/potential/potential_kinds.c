// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/potential_kinds.h"

#include <stddef.h>
#include <string.h>

const hp_potential_kind hp_potential_kinds[HP_NKIND] = {
#define X(name, class, flags, help) {#name, flags, help},
    HP_POTENTIAL_KINDS(X)
#undef X
};

const hp_potential_kind *hp_potential_kind_find(const char *name) {
    for (int kind = 0; kind < HP_NKIND; kind++)
        if (strcmp(hp_potential_kinds[kind].name, name) == 0) return &hp_potential_kinds[kind];
    return NULL;
}
