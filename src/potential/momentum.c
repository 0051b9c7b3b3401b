// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/momentum.h"

#include <fftw3.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

struct hp_momentum {
    size_t n;
    fftw_complex *map; /* (n, n) transformed in place */
    fftw_plan plan;
};

void hp_momentum_transform(hp_momentum *momentum, const double *U, double *transformed) {
    size_t pairs = momentum->n * momentum->n;
    for (size_t i = 0; i < pairs; i++) {
        momentum->map[i][0] = U[i];
        momentum->map[i][1] = 0.0;
    }
    fftw_execute(momentum->plan);
    memcpy(transformed, momentum->map, pairs * sizeof *momentum->map);
}

void hp_momentum_axis(int n, double dr, double *p) {
    for (int m = 0; m < n; m++) p[m] = 2.0 * M_PI * (m <= n / 2 ? m : m - n) / (n * dr);
}

hp_status hp_momentum_create(int n, hp_momentum **momentum, hp_error *err) {
    hp_status status = HP_OK;
    hp_momentum *made = NULL;
    *momentum = NULL;
    HP_CHECK(n >= 1, HP_ERR_INTERNAL, "a map of %d radii cannot be transformed", n);
    HP_NEW(made, 1);
    made->n = (size_t)n;
    HP_NEW(made->map, made->n * made->n); /* aligned as FFTW likes it */
    made->plan = fftw_plan_dft_2d(n, n, made->map, made->map, FFTW_FORWARD, FFTW_ESTIMATE);
    HP_CHECK(made->plan != NULL, HP_ERR_LIBRARY, "FFTW has no plan for %d x %d numbers", n, n);
    *momentum = made;
    made = NULL;
cleanup:
    hp_momentum_destroy(&made);
    return status;
}

void hp_momentum_destroy(hp_momentum **momentum) {
    if (momentum == NULL || *momentum == NULL) return;
    fftw_destroy_plan((*momentum)->plan); /* NULL is allowed */
    hp_free((*momentum)->map);
    hp_free(*momentum);
    *momentum = NULL;
}
