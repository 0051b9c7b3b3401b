// SPDX-License-Identifier: GPL-3.0-or-later
/* Channels of a synthetic ensemble: pairs, components and the matrix of potentials between them. */
#include <float.h>
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "synth_parts.h"

/* As for one S wave (synth_setup.c): dense matrices, and what int U R may miss. */
enum { MAX_DENSE = 1 << 12 };
static const double MAX_CUT_OFF = 1e-2;

int hp_synth_first_of_pair(const hp_synth_setup *setup, int component) {
    const hp_channels *channels = &setup->channels->lattice;
    int c = 0;
    while (channels->component[c].pair != channels->component[component].pair) c++;
    return c;
}

/* The same channels with a as unit of length. */
static hp_status set_lattice(hp_synth_setup *setup, hp_error *err) {
    hp_synth_channels *of = setup->channels;
    const hp_double_list *first = &setup->job->channels.masses_1_mev;
    const hp_double_list *second = &setup->job->channels.masses_2_mev;
    double unit_mev = setup->job->inverse_spacing_mev;
    of->lattice = of->given.channels;
    for (int a = 0; a < of->lattice.npair; a++)
        of->lattice.pair[a] =
            hp_pair_of_masses(first->values[a] / unit_mev, second->values[a] / unit_mev);
    return hp_channels_set_thresholds(&of->lattice, err);
}

/* Setups of all pairs, and how their correlators are stored. */
static hp_status set_pairs(hp_synth_setup *setup, hp_error *err) {
    hp_synth_channels *of = setup->channels;
    const struct hp_synth_job_channels *keys = &setup->job->channels;
    for (int a = 0; a < of->lattice.npair; a++) {
        hp_synth_setup *pair = &of->pair[a];
        *pair = *setup;
        if (keys->z_factors.count > 0) pair->root_z = sqrt(keys->z_factors.values[a]);
        of->stored[a] =
            keys->identical.count > 0 && keys->identical.values[a] == 1 ? sqrt(2.0) : 1.0;
        HP_CALL_IN(hp_synth_set_hadrons(pair, keys->masses_1_mev.values[a],
                                        keys->masses_2_mev.values[a], err),
                   "pair %s", of->given.pair[a]);
        HP_REQUIRE(of->stored[a] == 1.0 || pair->identical, HP_ERR_INPUT,
                   "channels.identical: expected 0 for hadrons of different masses, found 1 of %s",
                   of->given.pair[a]);
    }
    return HP_OK;
}

hp_status hp_synth_channels_cut_off(const hp_synth_setup *setup, double *local, double *nonlocal,
                                    hp_error *err) {
    hp_status status = HP_OK;
    const hp_form_matrix *matrix = setup->channels->matrix;
    size_t n = (size_t)setup->npoint, N = (size_t)setup->channels->lattice.ncomponent;
    double *r = NULL, *V = NULL, *K = NULL;
    *local = *nonlocal = 0;
    HP_NEW(r, n);
    for (size_t i = 0; i < n; i++) r[i] = hp_synth_radius_fm(setup, (int)i);
    const hp_quadrature grid = {.n = (int)n, .r = r, .range = r[n - 1]};
    if (hp_form_matrix_has_local(matrix)) HP_NEW(V, N * N * n);
    if (hp_form_matrix_has_nonlocal(matrix)) HP_NEW(K, N * n * N * n);
    hp_form_matrix_fill(matrix, HP_FORMS_GIVEN, &grid, V, K);
    if (V != NULL) *local = hp_form_matrix_edge_ratio(matrix, &grid, V, NULL);
    if (K != NULL) *nonlocal = hp_form_matrix_edge_ratio(matrix, &grid, NULL, K);
cleanup:
    hp_free(r);
    hp_free(V);
    hp_free(K);
    return status;
}

static hp_status check_matrix(const hp_synth_setup *setup, hp_error *err) {
    int n = setup->geometry.npoint * setup->channels->lattice.ncomponent;
    double local, nonlocal;
    HP_REQUIRE(n <= MAX_DENSE, HP_ERR_INPUT,
               "grid.box_fm: the box holds %d radii, with %d components more than the %d numbers "
               "of a wave that are allowed",
               setup->geometry.npoint, setup->channels->lattice.ncomponent, MAX_DENSE);
    HP_CALL(hp_synth_channels_cut_off(setup, &local, &nonlocal, err));
    HP_REQUIRE(nonlocal <= MAX_CUT_OFF, HP_ERR_INPUT,
               "grid.points: the non-local potential must have fallen off where the grid ends, at "
               "%.4g fm; found |r r' U| at %.2g of its maximum, allowed is %g",
               hp_synth_radius_fm(setup, setup->nseen - 1), nonlocal, MAX_CUT_OFF);
    return HP_OK;
}

hp_status hp_synth_set_channels(hp_synth_setup *setup, hp_error *err) {
    const hp_synth_job *job = setup->job;
    const char *key = "";
    HP_ALLOCATE(setup->channels, 1);
    hp_synth_channels *of = setup->channels;
    hp_scatter_job scatter = hp_given_scatter_of_synth(job);
    setup->potential =
        (hp_form_keys){HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
    HP_CALL(hp_given_channels_read(&scatter, &of->given, &key, err));
    HP_CALL(set_lattice(setup, err));
    HP_CALL(set_pairs(setup, err));
    HP_CALL(hp_given_form_matrix(&setup->potential, &of->given, &of->matrix, err));
    return check_matrix(setup, err);
}

void hp_synth_channels_destroy(hp_synth_channels **channels) {
    if (*channels == NULL) return;
    hp_form_matrix_destroy(&(*channels)->matrix);
    hp_free(*channels);
    *channels = NULL;
}
