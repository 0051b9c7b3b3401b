// SPDX-License-Identifier: GPL-3.0-or-later
/* Eigenstates of the relative motion in a box and the correlators made of them
 * (docs/method-synth.md). */
#include "synth_parts.h"
#include <math.h>
#include <cblas.h>
#include "hadpot/memory.h"

/* What the sum over the grid with u_n needs of a source: r_i s(r_i), or s times sites of the orbit.
 */
static void fill_source(const hp_synth_setup *setup, double width_fm, double *source) {
    hp_synth_fill_profile(setup, width_fm, setup->nbox, source);
    for (int i = 0; i < setup->nbox; i++)
        source[i] *= setup->cubic ? setup->geometry.multiplicity[i] : (i + 1) * setup->step;
}

/* A exp(-gap t) chi(r); profile: work space. */
static void add_inelastic(const hp_synth_setup *setup, int source, double *profile, double *R) {
    const hp_synth_spec *spec = setup->spec;
    double gap = spec->gap_mev / spec->inverse_spacing_mev;
    hp_synth_fill_profile(setup, spec->inelastic_width_fm, setup->npoint, profile);
    for (int t = 0; t < spec->ntime; t++)
        cblas_daxpy(setup->npoint,
                    spec->inelastic_amplitudes[source] * exp(-gap * (spec->first_time + t)),
                    profile, 1, R + (ptrdiff_t)t * setup->npoint, 1);
}

static hp_status check_finite(const hp_synth_setup *setup, const hp_synth_states *states,
                              int source, const double *R, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)spec->ntime * setup->npoint; i++)
        HP_REQUIRE(isfinite(R[i]), HP_ERR_NUMERIC,
                   "the correlator of source '%s' is not finite at t = %d: the lowest state has "
                   "dW = %g (lattice units)",
                   spec->source_names[source], spec->first_time + (int)(i / setup->npoint),
                   states->shift[0]);
    return HP_OK;
}

hp_status hp_synth_states_correlate(const hp_synth_setup *setup, hp_synth_states *states,
                                    int source, double *R, hp_error *err) {
    const hp_synth_spec *spec = setup->spec;
    const int points = setup->npoint;
    const double measure = setup->cubic ? 1 : setup->step;
    fill_source(setup, spec->widths_fm[source], states->source);
    for (int t = 0; t < spec->ntime; t++) {
        double *at_t = R + (ptrdiff_t)t * points;
        for (int n = 0; n < states->count; n++) {
            double overlap = measure * cblas_ddot(states->nbox, states->source, 1,
                                                  states->u + (ptrdiff_t)n * states->nbox, 1);
            states->weight[n] = overlap * exp(-states->shift[n] * (spec->first_time + t));
        }
        cblas_dgemv(CblasRowMajor, CblasTrans, states->count, points, 1.0, states->u, states->nbox,
                    states->weight, 1, 0.0, at_t, 1);
        for (int i = 0; i < points && !setup->cubic; i++) at_t[i] /= (i + 1) * setup->step;
    }
    if (spec->ninelastic > 0) add_inelastic(setup, source, states->source, R);
    return check_finite(setup, states, source, R, err);
}

/* sqrt(m^2 + k^2) - m without the cancellation that this form has for small k^2. */
static hp_status fill_shifts(const hp_synth_setup *setup, hp_synth_states *states, hp_error *err) {
    for (int n = 0; n < states->count; n++) {
        double k2 = 2 * setup->mu * states->energy[n];
        states->shift[n] = 0;
        for (int hadron = 0; hadron < 2; hadron++) {
            double mass = setup->mass[hadron];
            HP_REQUIRE(k2 > -mass * mass, HP_ERR_INPUT,
                       "potential: it binds a state with E = %g MeV, too deep for hadrons of "
                       "mass %g MeV: m^2 + k^2 is not positive",
                       states->energy[n] * setup->spec->inverse_spacing_mev,
                       mass * setup->spec->inverse_spacing_mev);
            states->shift[n] += k2 / (sqrt(mass * mass + k2) + mass);
        }
    }
    return HP_OK;
}

hp_status hp_synth_states_create(const hp_synth_setup *setup, hp_synth_states *states,
                                 hp_error *err) {
    hp_status status = HP_OK;
    *states = (hp_synth_states){.count = setup->spec->states, .nbox = setup->nbox};
    size_t count = (size_t)states->count, nbox = (size_t)states->nbox;
    HP_NEW(states->energy, nbox); /* LAPACK uses all of it */
    HP_NEW(states->shift, count);
    HP_NEW(states->u, count * nbox);
    HP_NEW(states->source, nbox);
    HP_NEW(states->weight, count);
    HP_TRY(hp_synth_diagonalise(setup, states, err));
    HP_TRY(fill_shifts(setup, states, err));
cleanup:
    if (status != HP_OK) hp_synth_states_destroy(states);
    return status;
}

void hp_synth_states_destroy(hp_synth_states *states) {
    if (states == NULL) return;
    hp_free(states->energy);
    hp_free(states->shift);
    hp_free(states->u);
    hp_free(states->source);
    hp_free(states->weight);
    *states = (hp_synth_states){0};
}
