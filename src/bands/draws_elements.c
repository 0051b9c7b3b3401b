// SPDX-License-Identifier: GPL-3.0-or-later
#include <cblas.h>
#include <math.h>
#include "draws_parts.h"
#include "hadpot/memory.h"

/* V and 4 pi r r' U of the features of an element. */
static hp_status tabulate(const hp_features *features, const hp_quadrature *grid,
                          hp_draws_element *of, hp_error *err) {
    int n = grid->n, all = features->n, first = features->nlocal;
    of->nlocal = hp_features_between(features, 0, first, of->c, of->d, NULL);
    of->nnonlocal = hp_features_between(features, first, all, of->c, of->d, NULL);
    size_t nodes = (size_t)n, nlocal = (size_t)of->nlocal, nnonlocal = (size_t)of->nnonlocal;
    HP_ALLOCATE(of->index, nlocal + nnonlocal);
    HP_CALL(hp_alloc_parts(&of->block,
                           HP_PARTS({&of->local, nlocal * nodes},
                                    {&of->nonlocal, nnonlocal * nodes * nodes},
                                    {&of->theta, nlocal + nnonlocal}),
                           err));
    (void)hp_features_between(features, 0, all, of->c, of->d, of->index);
    for (int f = 0; f < of->nlocal; f++)
        for (int i = 0; i < n; i++)
            of->local[f * n + i] =
                hp_features_local(features, of->index[f], of->c, of->d, grid->r[i]);
    HP_CALL(hp_features_tabulate(features, of->c, of->d, n, grid->r, of->nonlocal, err));
    for (int f = 0; f < of->nnonlocal; f++)
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                of->nonlocal[(f * n + i) * n + j] *= 4.0 * M_PI * grid->r[i] * grid->r[j];
    return HP_OK;
}

void hp_draws_forget_tables(hp_draws *draws) {
    for (int e = 0; e < draws->nelement; e++) {
        hp_free(draws->element[e].index);
        hp_free(draws->element[e].block);
    }
    hp_free(draws->element);
    hp_free(draws->block);
    draws->element = NULL;
    draws->block = NULL;
    draws->nelement = 0;
}

hp_status hp_draws_tabulate(hp_draws *draws, const hp_quadrature *grid, hp_error *err) {
    int N = draws->features->space.ncomponent;
    size_t n = (size_t)grid->n, elements = (size_t)N * (size_t)N;
    hp_draws_forget_tables(draws);
    HP_ALLOCATE(draws->element, N * (N + 1) / 2);
    draws->nelement = N * (N + 1) / 2;
    HP_CALL(hp_alloc_parts(&draws->block,
                           HP_PARTS({&draws->w, elements * n}, {&draws->U, n * n},
                                    {&draws->K, draws->several ? elements * n * n : 0}),
                           err));
    for (int c = 0, e = 0; c < N; c++)
        for (int d = c; d < N; d++, e++) {
            draws->element[e] = (hp_draws_element){.c = c, .d = d};
            HP_CALL(tabulate(draws->features, grid, &draws->element[e], err));
        }
    return HP_OK;
}

/* Blocks (c, d) and (d, c) are mirror images to the last bit. */
static void place(const hp_draws *draws, const hp_draws_element *of, int n) {
    size_t N = (size_t)draws->features->space.ncomponent, nodes = (size_t)n, row = N * nodes;
    size_t c = (size_t)of->c, d = (size_t)of->d;
    for (size_t i = 0; i < nodes; i++) {
        draws->w[(d * N + c) * nodes + i] = draws->w[(c * N + d) * nodes + i];
        for (size_t j = c == d ? i : 0; j < nodes; j++) {
            double U = draws->U[i * nodes + j];
            draws->K[(c * nodes + i) * row + d * nodes + j] = U;
            draws->K[(d * nodes + j) * row + c * nodes + i] = U;
        }
    }
}

void hp_draws_combine(hp_draws *draws, const hp_pair *pair, int n, const double *theta) {
    const hp_component *component = draws->channels.channels.component;
    int N = draws->features->space.ncomponent;
    for (int e = 0; e < draws->nelement; e++) {
        const hp_draws_element *of = &draws->element[e];
        double twice_mu = 2.0 * pair[0].mu; /* of one S wave to the last bit */
        if (draws->several) twice_mu = hp_components_twice_mu(component, pair, of->c, of->d);
        for (int i = 0; i < of->nlocal + of->nnonlocal; i++) of->theta[i] = theta[of->index[i]];
        cblas_dgemv(CblasRowMajor, CblasTrans, of->nlocal, n, twice_mu, of->local, n, of->theta, 1,
                    0.0, draws->w + (ptrdiff_t)(of->c * N + of->d) * n, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, of->nnonlocal, n * n, twice_mu, of->nonlocal, n * n,
                    of->theta + of->nlocal, 1, 0.0, draws->U, 1);
        if (draws->several) place(draws, of, n);
    }
}
