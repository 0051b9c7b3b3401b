// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/random.h"

static uint64_t splitmix64(uint64_t x) {
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

hp_status hp_random_create(gsl_rng **rng, uint64_t seed, uint64_t sample, hp_purpose purpose,
                           hp_error *err) {
    uint64_t key = splitmix64(splitmix64(splitmix64(seed) ^ sample) ^ (uint64_t)purpose);
    *rng = gsl_rng_alloc(gsl_rng_mt19937);
    HP_REQUIRE(*rng != NULL, HP_ERR_MEMORY, "no memory for a random number generator");
    gsl_rng_set(*rng, (unsigned long)(key & 0xffffffffu)); /* mt19937 takes 32 bits of seed */
    return HP_OK;
}
