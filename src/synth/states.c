// SPDX-License-Identifier: GPL-3.0-or-later
/* Eigenstates of the relative motion in a box and the correlators made of them
 * (docs/method-synth.md). */
#include "synth_parts.h"
#include <math.h>
#include <cblas.h>
#include "hadpot/box.h"
#include "hadpot/memory.h"

/* What the sum over the grid with u_n needs of a source: r_i s(r_i), or s times sites of the orbit;
 * and that sum. */
static void project_source(const hp_synth_setup *setup, double width_fm, hp_synth_states *states) {
    int n = states->nbox;
    const double *weight = setup->cubic ? setup->geometry.multiplicity : setup->geometry.r;
    hp_synth_fill_profile(setup, width_fm, n, states->source);
    for (int i = 0; i < n; i++) states->source[i] *= weight[i];
    for (int s = 0; s < states->count; s++)
        states->overlap[s] = (setup->cubic ? 1 : setup->step) *
                             cblas_ddot(n, states->source, 1, states->u + (ptrdiff_t)s * n, 1);
}

/* A exp(-gap t) chi(r); profile: work space. */
static void add_inelastic(const hp_synth_setup *setup, int source, double *profile, double *R) {
    const hp_synth_job *job = setup->job;
    double gap = job->inelastic.gap_mev / job->inverse_spacing_mev;
    hp_synth_fill_profile(setup, job->inelastic.width_fm, setup->npoint, profile);
    for (int t = 0; t < job->times.count; t++)
        cblas_daxpy(setup->npoint,
                    job->inelastic.amplitudes.values[source] * exp(-gap * (job->times.first + t)),
                    profile, 1, R + (ptrdiff_t)t * setup->npoint, 1);
}

hp_status hp_synth_states_correlate(const hp_synth_setup *setup, hp_synth_states *states,
                                    int source, double *R, hp_error *err) {
    const hp_synth_job *job = setup->job;
    const int points = setup->npoint;
    project_source(setup, job->sources.widths_fm.values[source], states);
    for (int t = 0; t < job->times.count; t++) {
        double *at_t = R + (ptrdiff_t)t * points;
        for (int n = 0; n < states->count; n++)
            states->weight[n] =
                states->overlap[n] * exp(-states->shift[n] * (job->times.first + t));
        cblas_dgemv(CblasRowMajor, CblasTrans, states->count, points, 1.0, states->u, states->nbox,
                    states->weight, 1, 0.0, at_t, 1);
        for (int i = 0; i < points && !setup->cubic; i++) at_t[i] /= setup->geometry.r[i];
    }
    if (job->inelastic.amplitudes.count > 0) add_inelastic(setup, source, states->source, R);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)job->times.count * points; i++)
        HP_REQUIRE(isfinite(R[i]), HP_ERR_NUMERIC,
                   "the correlator of source '%s' is not finite at t = %d: the lowest state has "
                   "dW = %g (lattice units)",
                   job->sources.names.values[source], job->times.first + (int)(i / points),
                   states->shift[0]);
    return HP_OK;
}

static hp_status fill_shifts(const hp_synth_setup *setup, hp_synth_states *states, hp_error *err) {
    const double *m = setup->mass, unit_mev = setup->job->inverse_spacing_mev;
    for (int n = 0; n < states->count; n++) {
        double k2 = 2 * setup->mu * states->energy[n];
        double mass = k2 > -m[0] * m[0] ? m[1] : m[0];
        HP_REQUIRE(k2 > -mass * mass, HP_ERR_INPUT,
                   "potential: it binds a state with E = %g MeV, too deep for hadrons of "
                   "mass %g MeV: m^2 + k^2 is not positive",
                   states->energy[n] * unit_mev, mass * unit_mev);
        states->shift[n] = hp_box_energy(m[0], m[1], states->energy[n]);
    }
    return HP_OK;
}

hp_status hp_synth_states_create(const hp_synth_setup *setup, hp_synth_states *states,
                                 hp_error *err) {
    hp_status status = HP_OK;
    size_t count = (size_t)setup->job->states.count, nbox = (size_t)setup->geometry.npoint;
    *states = (hp_synth_states){.count = (int)count, .nbox = (int)nbox};
    HP_NEW(states->energy, 2 * nbox + (nbox + 3) * count);
    states->source = states->energy + nbox; /* LAPACK uses all of energy */
    states->u = states->source + nbox;
    states->shift = states->u + nbox * count;
    states->overlap = states->shift + count;
    states->weight = states->overlap + count;
    HP_TRY(hp_synth_diagonalise(setup, states, err));
    HP_TRY(fill_shifts(setup, states, err));
cleanup:
    if (status != HP_OK) hp_synth_states_destroy(states);
    return status;
}

void hp_synth_states_destroy(hp_synth_states *states) {
    if (states == NULL) return;
    hp_free(states->energy);
    *states = (hp_synth_states){0};
}
