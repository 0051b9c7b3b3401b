// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/draws.h"
#include <cblas.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

/* Where a potential is nothing: some keV of 40 MeV. */
static const double NEGLIGIBLE = 1e-4;

/* Bands are some tenths of a degree wide, and of 1600 draws known to a twentieth of that. */
static const double TOLERANCE_DEG = 0.01;

double hp_draws_range(const hp_features *features) {
    double range = 0.0;
    for (int i = 0; i < features->n; i++) {
        const hp_feature *feature = &features->feature[i];
        double widest = fmax(feature->b, feature->c);
        /* exp(-(r/b)^2), exp(-r^2/(2 b^2)) */
        double falls = sqrt(-log(NEGLIGIBLE) * (feature->group == HP_GROUP_LOCAL ? 1.0 : 2.0));
        range = fmax(range, widest * falls);
    }
    return range;
}

/* V and 4 pi r r' U of all features on a grid. */
static hp_status tabulate(const hp_features *features, const hp_quadrature *grid, double *local,
                          double *nonlocal, hp_error *err) {
    int n = grid->n;
    for (int f = 0; f < features->nlocal; f++)
        for (int i = 0; i < n; i++)
            local[f * n + i] = hp_features_local(features, f, 0, 0, grid->r[i]);
    HP_CALL(hp_features_tabulate(features, 0, 0, n, grid->r, nonlocal, err));
    for (int f = 0; f < features->n - features->nlocal; f++)
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                nonlocal[(f * n + i) * n + j] *= 4.0 * M_PI * grid->r[i] * grid->r[j];
    return HP_OK;
}

/* w = 2 mu V, K = 2 mu 4 pi r r' U of theta */
static void combine(const hp_draws *draws, const hp_pair *pair, int n, const double *theta) {
    int nlocal = draws->features->nlocal, rest = draws->features->n - nlocal;
    double factor = 2.0 * pair->mu;
    cblas_dgemv(CblasRowMajor, CblasTrans, nlocal, n, factor, draws->local, n, theta, 1, 0.0,
                draws->w, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, rest, n * n, factor, draws->nonlocal, n * n,
                theta + nlocal, 1, 0.0, draws->K, 1);
}

static hp_status allocate(hp_draws *draws, const hp_quadrature *grid, hp_error *err) {
    size_t n = (size_t)grid->n, nlocal = (size_t)draws->features->nlocal;
    size_t rest = (size_t)draws->features->n - nlocal;
    hp_free(draws->block);
    draws->block = NULL;
    HP_CALL(hp_alloc_parts(&draws->block,
                           HP_PARTS({&draws->local, nlocal * n}, {&draws->nonlocal, rest * n * n},
                                    {&draws->w, n}, {&draws->K, n * n}),
                           err));
    return tabulate(draws->features, grid, draws->local, draws->nonlocal, err);
}

typedef struct {
    hp_draws *draws;
    const double *typical;
} filling;

static hp_status fill(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                      hp_error *err) {
    filling *of = context;
    HP_CALL(allocate(of->draws, grid, err));
    combine(of->draws, &of->draws->observables.pair, grid->n, of->typical);
    *interaction = (hp_interaction){.local = of->draws->w, .kernel = of->draws->K};
    return HP_OK;
}

hp_status hp_draws_create(const hp_features *features, const hp_observables_options *options,
                          const hp_pair *pair, double length_fm, const double *typical,
                          hp_draws *draws, hp_error *err) {
    hp_status status = HP_OK;
    hp_observables_options own = *options;
    filling of = {draws, typical};
    own.solver = HP_SOLVER_NYSTROEM;
    own.panels = own.order = 0;
    own.tolerance_deg = TOLERANCE_DEG;
    own.fit_e_max_mev = 0.0; /* an effective-range fit has the weights of samples */
    const hp_observables_setup setup = {.options = &own,
                                        .pair = *pair,
                                        .length_fm = length_fm,
                                        .draws = true,
                                        .range = hp_draws_range(features),
                                        .most_panels = HP_NODES_FITTED_PANELS};
    *draws = (hp_draws){.features = features};
    hp_record_create(&draws->record);
    HP_TRY(hp_observables_create(&setup, &draws->observables, err));
    HP_TRY(hp_observables_choose_nodes(&draws->observables, fill, &of, err));
    HP_TRY(allocate(draws, &draws->observables.nodes[0], err));
    HP_TRY(hp_observables_describe(&draws->observables, &draws->record, err));
cleanup:
    if (status != HP_OK) hp_draws_destroy(draws);
    return status;
}

void hp_draws_destroy(hp_draws *draws) {
    if (draws == NULL) return;
    hp_observables_destroy(&draws->observables);
    hp_record_destroy(&draws->record);
    hp_free(draws->block);
    *draws = (hp_draws){0};
}

hp_status hp_draws_solve(hp_draws *draws, const hp_pair *pair, const double *theta, double *vector,
                         hp_error *err) {
    combine(draws, pair, draws->observables.nodes[0].n, theta);
    const hp_interaction interaction = {.local = draws->w, .kernel = draws->K};
    hp_status status = hp_observables_compute(&draws->observables, pair, &interaction,
                                              &draws->record, vector, err);
    if (status != HP_ERR_NUMERIC) return status;
    hp_error_clear(err);
    hp_observables_forget(&draws->record, vector);
    return HP_OK;
}
