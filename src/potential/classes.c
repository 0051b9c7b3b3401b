// SPDX-License-Identifier: GPL-3.0-or-later
/* The class of each kind: the rows of potential_kinds.h again. */
#include "classes.h"

#define X(name, class, flags, help) extern const hp_potential_class hp_potential_class_##class;
HP_POTENTIAL_KINDS(X)
#undef X

static const hp_potential_class *const classes[HP_NKIND] = {
#define X(name, class, flags, help) &hp_potential_class_##class,
    HP_POTENTIAL_KINDS(X)
#undef X
};

const hp_potential_class *hp_potential_class_find(const hp_potential_kind *kind) {
    return classes[kind - hp_potential_kinds];
}
