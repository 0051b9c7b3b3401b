// SPDX-License-Identifier: GPL-3.0-or-later
/* One interaction in, all observables out. */
#include "hadpot/scattering.h"

#include <math.h>
#include <string.h>

static hp_status observe_phases(hp_scattering *scattering, double *delta, double *kcot,
                                double *difference, hp_error *err);
static double distance_modulo_pi(double kcot, double k, double delta);
static hp_status observe_threshold(hp_scattering *scattering, const hp_layout *layout,
                                   double *vector, hp_error *err);
static hp_status observe_bound_states(hp_scattering *scattering, const hp_layout *layout,
                                      double *vector, hp_error *err);
static hp_status check_bound_state(hp_scattering *scattering, int state, double *kappa2,
                                   double *mean_square, hp_error *err);
static hp_status observe_femtoscopy(hp_scattering *scattering, const hp_layout *layout,
                                    double *vector, hp_error *err);

hp_status hp_scattering_observe(hp_scattering *scattering, const hp_interaction *nystroem,
                                const hp_interaction *ode, const hp_layout *layout, double *vector,
                                hp_error *err) {
    hp_status status = HP_OK;
    hp_interaction interaction = *nystroem;
    interaction.coulomb = scattering->coulomb;
    HP_TRY(hp_nystroem_set_interaction(scattering->nystroem, &interaction, err));
    if (scattering->both) {
        interaction = *ode;
        interaction.coulomb = scattering->coulomb;
        HP_TRY(hp_ode_set_interaction(scattering->ode, &interaction, err));
    }
    HP_TRY(observe_phases(scattering, hp_layout_at(layout, vector, HP_SET_DELTA),
                          hp_layout_at(layout, vector, HP_SET_KCOT),
                          hp_layout_at(layout, vector, HP_SET_DELTA_NUMERICAL), err));
    HP_TRY(observe_threshold(scattering, layout, vector, err));
    HP_TRY(observe_bound_states(scattering, layout, vector, err));
    HP_TRY(observe_femtoscopy(scattering, layout, vector, err));
cleanup:
    return status;
}

static hp_status observe_phases(hp_scattering *scattering, double *delta, double *kcot,
                                double *difference, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_nystroem_phase_shifts(scattering->nystroem, scattering->k2, scattering->nk, delta,
                                    kcot, err));
    for (int k = 0; k < scattering->nk; k++) {
        double momentum = sqrt(scattering->k2[k]), other = NAN, tan_over_k = NAN, change = NAN;
        if (scattering->both) {
            HP_TRY(hp_ode_kcot(scattering->ode, scattering->k2[k], &other, &tan_over_k, err));
            change = distance_modulo_pi(1.0 / tan_over_k, momentum, delta[k]);
        }
        if (scattering->report_ode) {
            delta[k] += change;
            kcot[k] = other;
        }
        difference[k] = fabs(change) * 180.0 / M_PI;
        delta[k] *= 180.0 / M_PI;
        kcot[k] *= scattering->momentum_mev;
    }
cleanup:
    return status;
}

/* The phase with this k cot delta that lies nearest to delta, minus delta. */
static double distance_modulo_pi(double kcot, double k, double delta) {
    double change = atan2(k, kcot) - delta;
    return change - M_PI * nearbyint(change / M_PI);
}

static hp_status observe_threshold(hp_scattering *scattering, const hp_layout *layout,
                                   double *vector, hp_error *err) {
    hp_status status = HP_OK;
    double a0, r_eff, other_a0 = NAN, other_r_eff = NAN, fm = scattering->length_fm;
    HP_TRY(hp_nystroem_threshold(scattering->nystroem, &a0, &r_eff, err));
    if (scattering->both) HP_TRY(hp_ode_threshold(scattering->ode, &other_a0, &other_r_eff, err));
    *hp_layout_at(layout, vector, HP_SET_A0_NUMERICAL) = fabs(other_a0 - a0) * fm;
    *hp_layout_at(layout, vector, HP_SET_REFF_NUMERICAL) = fabs(other_r_eff - r_eff) * fm;
    if (scattering->report_ode) {
        a0 = other_a0;
        r_eff = other_r_eff;
    }
    *hp_layout_at(layout, vector, HP_SET_A0) = a0 * fm;
    *hp_layout_at(layout, vector, HP_SET_REFF) = r_eff * fm;
    *hp_layout_at(layout, vector, HP_SET_KCOT0) = -scattering->momentum_mev / a0;
cleanup:
    return status;
}

static hp_status observe_bound_states(hp_scattering *scattering, const hp_layout *layout,
                                      double *vector, hp_error *err) {
    hp_status status = HP_OK;
    double *binding = hp_layout_at(layout, vector, HP_SET_BINDING);
    double *rms = hp_layout_at(layout, vector, HP_SET_RMS);
    double *difference = hp_layout_at(layout, vector, HP_SET_BINDING_NUMERICAL);
    double *rms_difference = hp_layout_at(layout, vector, HP_SET_RMS_NUMERICAL);
    int found = 0;
    HP_TRY(hp_nystroem_bound_states(scattering->nystroem, scattering->nbound, scattering->kappa2,
                                    scattering->mean_square, NULL, &found, err));
    *hp_layout_at(layout, vector, HP_SET_NBOUND) = found;
    for (int i = 0; i < scattering->nbound; i++) {
        double kappa2 = NAN, mean_square = NAN, other = NAN, other_square = NAN;
        if (i < found && scattering->kappa2[i] > 0.0) {
            kappa2 = scattering->kappa2[i];
            mean_square = scattering->mean_square[i];
            if (scattering->both)
                HP_TRY(check_bound_state(scattering, i, &other, &other_square, err));
        }
        difference[i] = hp_scattering_energy_mev(scattering, fabs(other - kappa2));
        rms_difference[i] = fabs(sqrt(other_square) - sqrt(mean_square)) * scattering->length_fm;
        if (scattering->report_ode && isfinite(other)) {
            kappa2 = other;
            mean_square = other_square;
        }
        binding[i] = hp_scattering_energy_mev(scattering, kappa2);
        rms[i] = sqrt(mean_square) * scattering->length_fm;
    }
cleanup:
    return status;
}

/* The same state by the other solver, searched for half way to its neighbours but not further than
 * a factor of two, and nan where that solver does not find it. */
static hp_status check_bound_state(hp_scattering *scattering, int state, double *kappa2,
                                   double *mean_square, hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    const double *known = scattering->kappa2;
    double low = 0.5 * known[state], high = 2.0 * known[state];
    if (state > 0) high = fmin(high, 0.5 * (known[state] + known[state - 1]));
    if (state + 1 < scattering->nbound && known[state + 1] > 0.0)
        low = fmax(low, 0.5 * (known[state] + known[state + 1]));
    hp_status status =
        hp_ode_bound_state(scattering->ode, low, high, kappa2, mean_square, &trouble);
    if (status == HP_ERR_NUMERIC) {
        *kappa2 = *mean_square = NAN;
        return HP_OK;
    }
    if (status != HP_OK && err != NULL) *err = trouble;
    return status;
}

static hp_status observe_femtoscopy(hp_scattering *scattering, const hp_layout *layout,
                                    double *vector, hp_error *err) {
    hp_status status = HP_OK;
    double *C = hp_layout_at(layout, vector, HP_SET_CORRELATION);
    double *lednicky = hp_layout_at(layout, vector, HP_SET_LEDNICKY);
    double r_eff = *hp_layout_at(layout, vector, HP_SET_REFF) / scattering->length_fm;
    double factor = hp_femto_factor(&scattering->pair), strength = scattering->coulomb.strength;
    for (int k = 0; k < scattering->nk && scattering->nradius > 0; k++) {
        double k2 = scattering->k2[k], tan_delta, X;
        HP_TRY(hp_nystroem_wave(scattering->nystroem, k2, scattering->wave, &tan_delta, err));
        double kcot = sqrt(k2) / tan_delta;
        for (int i = 0; i < scattering->nradius; i++) {
            int at = i * scattering->nk + k;
            double R = scattering->radius[i], background = scattering->background[at];
            HP_TRY(hp_femto_excess(&scattering->nodes, scattering->wave, tan_delta, k2, strength, R,
                                   &X, err));
            C[at] = background + factor * X;
            lednicky[at] =
                strength != 0.0 ? NAN : background + factor * hp_femto_lednicky(kcot, r_eff, k2, R);
        }
    }
cleanup:
    return status;
}
