// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/layout.h"

typedef struct {
    const char *path, *unit, *description;
    hp_axis axis[3];
} row;

static const row table[HP_NSET] = {
#define X(enumerator, path, first, second, third, unit, description)                               \
    {path, unit, description, {HP_AXIS_##first, HP_AXIS_##second, HP_AXIS_##third}},
    HP_DATASET_LIST(X)
#undef X
};

void hp_layout_fill(hp_layout *layout, const size_t extent[HP_NAXIS]) {
    layout->length = 0;
    for (int set = 0; set < HP_NSET; set++) {
        hp_dataset *dataset = &layout->dataset[set];
        *dataset = (hp_dataset){.path = table[set].path,
                                .unit = table[set].unit,
                                .description = table[set].description,
                                .start = layout->length,
                                .count = 1};
        for (int i = 0; i < 3 && table[set].axis[i] != HP_AXIS_NONE; i++) {
            hp_axis axis = table[set].axis[i];
            dataset->count *= extent[axis];
            if (axis < HP_AXIS_FIRST_SWITCH) dataset->extent[dataset->rank++] = extent[axis];
        }
        layout->length += dataset->count;
    }
}
