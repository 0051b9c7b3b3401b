// SPDX-License-Identifier: GPL-3.0-or-later
/* Random numbers keyed by what they are for, never by the rank that draws them. */
#ifndef HADPOT_RANDOM_H
#define HADPOT_RANDOM_H

#include <gsl/gsl_rng.h>
#include <stdint.h>
#include "hadpot/error.h"

typedef enum hp_purpose {
    HP_PURPOSE_WEIGHTS = 1,   /* initial weights of a network */
    HP_PURPOSE_NOISE = 2,     /* noise of a synthetic configuration */
    HP_PURPOSE_TEST = 3,      /* numbers drawn by tests */
    HP_PURPOSE_BOOTSTRAP = 4, /* bins of a bootstrap sample */
    HP_PURPOSE_DRAW = 5,      /* of a mixture of forms; sample: which draw */
    HP_PURPOSE_MASS = 6,      /* samples of a given mass; sample: which hadron */
    HP_PURPOSE_TWO_POINT = 7  /* noise of a synthetic configuration at times without waves */
} hp_purpose;

/* A GSL generator (mt19937) for (seed, sample, purpose): equal keys give equal streams, other keys
 * independent ones (the key is hashed with the splitmix64 finaliser, Steele et al. 2014).
 * rng: out, owned by the caller, released with gsl_rng_free. Errors: HP_ERR_MEMORY. */
hp_status hp_random_create(gsl_rng **rng, uint64_t seed, uint64_t sample, hp_purpose purpose,
                           hp_error *err);

#endif
