// SPDX-License-Identifier: GPL-3.0-or-later
/* One interaction in, all observables out. */
#include "hadpot/observables.h"
#include "hadpot/stop.h"
#include <math.h>

/* The second solver judges the first: where it finds no solution the difference is unknown (nan),
 * and the result of the first stands. Only what it is to report itself must be there. */
static hp_status forgive(const hp_observables *observables, hp_status status, hp_error *err) {
    if (status != HP_ERR_NUMERIC || observables->report_ode) return status;
    hp_error_clear(err);
    return HP_OK;
}

/* Momenta of the energies that are given, or energies of the momenta, for this pair, and what
 * there is of C(k) without interaction, which depends on k and, for charges, on mu. */
static hp_status set_momenta(hp_observables *observables, const hp_pair *pair,
                             const hp_record *record, double *vector, hp_error *err) {
    double mev = observables->momentum_mev, *k2 = observables->k2_now;
    double *e_cm = hp_record_at(record, vector, HP_ROW_E_BY_SAMPLE);
    double *k2_row = hp_record_at(record, vector, HP_ROW_K2_BY_SAMPLE);
    double *k_row = hp_record_at(record, vector, HP_ROW_K_BY_SAMPLE);
    for (int k = 0; k < observables->nk; k++) {
        double energy = hp_pair_energy(&observables->pair, observables->k2[k]);
        bool same = pair->mu == observables->pair.mu; /* the average's to the last bit */
        k2[k] = same || !observables->by_energy ? observables->k2[k] : hp_pair_k2(pair, energy);
        if (e_cm != NULL) e_cm[k] = hp_pair_energy(pair, k2[k]) * mev;
        if (k2_row != NULL) k2_row[k] = k2[k];
        if (k_row != NULL) k_row[k] = sqrt(k2[k]) * mev;
    }
    bool charged = observables->pair.charges != 0.0;
    if (observables->nradius == 0 || !(observables->by_energy || charged)) return HP_OK;
    observables->femto.coulomb_strength = 0.0;
    if (charged)
        observables->femto.coulomb_strength = hp_pair_coulomb_strength(
            &(hp_pair){.mu = pair->mu, .charges = observables->pair.charges});
    return hp_observables_find_background(observables, err);
}

static hp_status set_interaction(hp_observables *observables, const hp_pair *pair,
                                 const hp_interaction *interaction, hp_error *err) {
    hp_interaction charged[2];
    hp_pair hadrons = {.mu = pair->mu, .charges = observables->pair.charges};
    observables->coulomb.strength = hp_pair_coulomb_strength(&hadrons);
    for (int i = 0; i < observables->nsolver; i++) {
        charged[i] = interaction[i];
        charged[i].coulomb = observables->coulomb;
    }
    HP_CALL(hp_nystroem_set_interaction(observables->nystroem, &charged[0], err));
    if (observables->nsolver == 1) return HP_OK;
    hp_status status = hp_ode_set_interaction(observables->ode, &charged[1], err);
    observables->compare = status == HP_OK;
    return forgive(observables, status, err);
}

/* The phase with this k cot delta that lies nearest to delta, minus delta. */
static double distance_modulo_pi(double kcot, double k, double delta) {
    double change = atan2(k, kcot) - delta;
    return change - M_PI * nearbyint(change / M_PI);
}

static hp_status observe_phases(hp_observables *observables, double *delta, double *kcot,
                                double *difference, hp_error *err) {
    HP_CALL(hp_nystroem_phase_shifts(observables->nystroem, observables->k2_now, observables->nk,
                                     delta, kcot, err));
    for (int k = 0; k < observables->nk; k++) {
        HP_CALL(hp_stop_check(err));
        double momentum = sqrt(observables->k2_now[k]), other = NAN, tan_over_k = NAN, change = NAN;
        if (observables->compare && !isnan(delta[k])) {
            hp_status status =
                hp_ode_kcot(observables->ode, observables->k2_now[k], &other, &tan_over_k, err);
            HP_CALL(forgive(observables, status, err));
            change = distance_modulo_pi(1.0 / tan_over_k, momentum, delta[k]);
        }
        if (observables->report_ode) {
            delta[k] += change;
            kcot[k] = other;
        }
        difference[k] = fabs(change) * 180.0 / M_PI;
        delta[k] *= 180.0 / M_PI;
        kcot[k] *= observables->momentum_mev;
    }
    return HP_OK;
}

static hp_status observe_threshold(hp_observables *observables, const hp_record *record,
                                   double *vector, hp_error *err) {
    double a0, r_eff, other_a0 = NAN, other_r_eff = NAN, fm = observables->length_fm;
    HP_CALL(hp_nystroem_threshold(observables->nystroem, &a0, &r_eff, err));
    if (observables->compare) {
        hp_status status = hp_ode_threshold(observables->ode, &other_a0, &other_r_eff, err);
        HP_CALL(forgive(observables, status, err));
    }
    *hp_record_at(record, vector, HP_ROW_A0_NUMERICAL) = fabs(other_a0 - a0) * fm;
    *hp_record_at(record, vector, HP_ROW_REFF_NUMERICAL) = fabs(other_r_eff - r_eff) * fm;
    if (observables->report_ode) {
        a0 = other_a0;
        r_eff = other_r_eff;
    }
    *hp_record_at(record, vector, HP_ROW_A0) = a0 * fm;
    *hp_record_at(record, vector, HP_ROW_REFF) = r_eff * fm;
    *hp_record_at(record, vector, HP_ROW_KCOT0) = -observables->momentum_mev / a0;
    return HP_OK;
}

/* Whether the first solver doubts its count or the second one, on other nodes, finds another. */
static hp_status doubt_count(hp_observables *observables, int found, double *in_doubt,
                             hp_error *err) {
    bool doubt, other_doubt;
    int other;
    HP_CALL(hp_nystroem_bound_in_doubt(observables->nystroem, &doubt, err));
    if (observables->compare) {
        hp_status status = hp_ode_count_bound(observables->ode, &other, &other_doubt, err);
        doubt = doubt || status != HP_OK || other_doubt || other != found;
        HP_CALL(forgive(observables, status, err));
    }
    *in_doubt = doubt;
    return HP_OK;
}

/* The same state by the other solver, searched for half way to its neighbours but not further than
 * a factor of two or, below, kappa = |beta|/2 where the states of an attractive Coulomb force
 * begin; nan where that solver does not find it. */
static hp_status check_bound_state(hp_observables *observables, int state, double *kappa2,
                                   double *mean_square, hp_error *err) {
    const double *known = observables->kappa2;
    double coulomb = fmin(0.5 * observables->coulomb.strength, 0.0);
    double low = fmax(0.5 * known[state], coulomb * coulomb), high = 2.0 * known[state];
    if (state > 0) high = fmin(high, 0.5 * (known[state] + known[state - 1]));
    if (state + 1 < observables->nbound && known[state + 1] > 0.0)
        low = fmax(low, 0.5 * (known[state] + known[state + 1]));
    hp_status status = hp_ode_bound_state(observables->ode, low, high, kappa2, mean_square, err);
    if (status != HP_ERR_NUMERIC) return status;
    hp_error_clear(err);
    *kappa2 = *mean_square = NAN;
    return HP_OK;
}

static hp_status observe_bound_states(hp_observables *observables, const hp_pair *pair,
                                      const hp_record *record, double *vector, hp_error *err) {
    double *binding = hp_record_at(record, vector, HP_ROW_BINDING);
    double *rms = hp_record_at(record, vector, HP_ROW_RMS);
    double *difference = hp_record_at(record, vector, HP_ROW_BINDING_NUMERICAL);
    double *rms_difference = hp_record_at(record, vector, HP_ROW_RMS_NUMERICAL);
    double mev = observables->momentum_mev;
    int found = 0;
    HP_CALL(hp_nystroem_count_bound(observables->nystroem, &found, err));
    *hp_record_at(record, vector, HP_ROW_NBOUND) = found;
    HP_CALL(
        doubt_count(observables, found, hp_record_at(record, vector, HP_ROW_NBOUND_DOUBT), err));
    if (observables->asymmetric) return HP_OK;
    hp_status status =
        hp_nystroem_bound_states(observables->nystroem, observables->nbound, observables->kappa2,
                                 observables->mean_square, NULL, &found, err);
    if (status == HP_ERR_NUMERIC && observables->draws) { /* its phases stand */
        hp_error_clear(err);
        for (int i = 0; i < observables->nbound; i++) observables->kappa2[i] = NAN;
        found = observables->nbound;
        status = HP_OK;
    }
    HP_CALL(status);
    for (int i = 0; i < observables->nbound; i++) {
        double kappa2 = NAN, mean_square = NAN, other = NAN, other_square = NAN;
        if (i < found && observables->kappa2[i] > 0.0) {
            kappa2 = observables->kappa2[i];
            mean_square = observables->mean_square[i];
            if (observables->compare)
                HP_CALL(check_bound_state(observables, i, &other, &other_square, err));
        }
        difference[i] = hp_pair_energy(pair, fabs(other - kappa2)) * mev;
        rms_difference[i] = fabs(sqrt(other_square) - sqrt(mean_square)) * observables->length_fm;
        if (observables->report_ode && isfinite(other)) {
            kappa2 = other;
            mean_square = other_square;
        }
        binding[i] = hp_pair_energy(pair, kappa2) * mev;
        rms[i] = sqrt(mean_square) * observables->length_fm;
    }
    return HP_OK;
}

static hp_status observe_femtoscopy(hp_observables *observables, const hp_record *record,
                                    double *vector, hp_error *err) {
    double *C = hp_record_at(record, vector, HP_ROW_CORRELATION);
    double *lednicky = hp_record_at(record, vector, HP_ROW_LEDNICKY);
    double r_eff = *hp_record_at(record, vector, HP_ROW_REFF) / observables->length_fm;
    double factor = hp_femto_factor(&observables->femto), strength = observables->coulomb.strength;
    for (int k = 0; k < observables->nk && observables->nradius > 0; k++) {
        double k2 = observables->k2_now[k], tan_delta, X;
        bool known = !isnan(hp_record_at(record, vector, HP_ROW_DELTA)[k]);
        for (int i = 0; i < observables->nradius && !known; i++)
            C[i * observables->nk + k] = lednicky[i * observables->nk + k] = NAN;
        if (!known) continue;
        HP_CALL(hp_nystroem_wave(observables->nystroem, k2, observables->wave, &tan_delta, err));
        double kcot = sqrt(k2) / tan_delta;
        for (int i = 0; i < observables->nradius; i++) {
            int at = i * observables->nk + k;
            double R = observables->radius[i], background = observables->background[at];
            HP_CALL(hp_femto_excess(&observables->nodes[0], observables->wave, tan_delta, k2,
                                    strength, R, &X, err));
            C[at] = background + factor * X;
            lednicky[at] =
                strength != 0.0 ? NAN : background + factor * hp_femto_lednicky(kcot, r_eff, k2, R);
        }
    }
    return HP_OK;
}

/* Poles in the plane of e_cm = k^2/(2 mu), by the solver of coupled channels. */
static hp_status observe_poles(hp_observables *observables, const hp_pair *pair,
                               const hp_interaction *interaction, const hp_record *record,
                               double *vector, hp_error *err) {
    const hp_channels channels = {
        .npair = 1,
        .ncomponent = 1,
        .pair = {{.mass = {pair->mass[0], pair->mass[1]}, .mu = pair->mu}},
        .lowest = pair->mass[0] + pair->mass[1]};
    const hp_matrix_interaction matrix = {.ncomponent = 1,
                                          .kernel = interaction->kernel,
                                          .local = interaction->local,
                                          .slope = interaction->slope};
    if (observables->poles.nsheet == 0) return HP_OK;
    HP_CALL(hp_coupled_set(observables->coupled, &channels, &matrix, err));
    return hp_pole_observables_compute(&observables->poles, observables->coupled, record, vector,
                                       err);
}

/* What needs the wave itself where the interaction is that of a rescaled one. */
static void forget_distances(const hp_record *record, double *vector) {
    static const char *const rows[] = {HP_ROW_RMS, HP_ROW_RMS_NUMERICAL, HP_ROW_CORRELATION};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const hp_entry *entry = hp_record_find(record, rows[i]);
        for (size_t j = 0; entry != NULL && j < entry->count; j++)
            hp_record_at(record, vector, rows[i])[j] = NAN;
    }
}

hp_status hp_observables_compute(hp_observables *observables, const hp_pair *pair,
                                 const hp_interaction *interaction, const hp_record *record,
                                 double *vector, hp_error *err) {
    hp_observables_store_nodes(observables, record, vector);
    if (observables->masses_vary) HP_CALL(set_momenta(observables, pair, record, vector, err));
    HP_CALL(set_interaction(observables, pair, interaction, err));
    HP_CALL(observe_phases(observables, hp_record_at(record, vector, HP_ROW_DELTA),
                           hp_record_at(record, vector, HP_ROW_KCOT),
                           hp_record_at(record, vector, HP_ROW_DELTA_NUMERICAL), err));
    HP_CALL(observe_threshold(observables, record, vector, err));
    HP_CALL(observe_bound_states(observables, pair, record, vector, err));
    HP_CALL(observe_femtoscopy(observables, record, vector, err));
    HP_CALL(observe_poles(observables, pair, interaction, record, vector, err));
    if (interaction->rescaled) forget_distances(record, vector);
    hp_record_derive(record, vector);
    return HP_OK;
}
