// SPDX-License-Identifier: GPL-3.0-or-later
/* Layers of a perceptron from lists that several tests share. */
#ifndef HADPOT_TEST_LAYERS_H
#define HADPOT_TEST_LAYERS_H

#include <string.h>
#include "hadpot/model.h"

static inline hp_layers layers_of(int n, const int *width, const hp_activation *activation) {
    hp_layers layers = {.n = n};
    memcpy(layers.width, width, (size_t)n * sizeof *width);
    memcpy(layers.activation, activation, (size_t)n * sizeof *activation);
    return layers;
}

#endif
