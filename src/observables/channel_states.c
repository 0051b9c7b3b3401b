// SPDX-License-Identifier: GPL-3.0-or-later
/* Scattering lengths and bound states of coupled channels. */
#include <math.h>
#include "channel_parts.h"

/* Q of 3S1-3D1 is int r^2 (sqrt8 u w - w^2) dr over this (Lambert, Feshbach, Ann. Phys. 76 (1973)
 * 80): a unit charge at half of the distance. */
static const double QUADRUPOLE_PART = 20.0;

static void put(const hp_channel_observables *of, const hp_record *record, double *vector,
                enum hp_channel_length which, int c, double value) {
    char path[HP_CHANNEL_PATH];
    double *at = hp_record_at(record, vector, hp_channel_length_path(of, which, c, path));
    if (at != NULL) *at = value;
}

/* nan where a solver has no solution. */
static hp_status forget(hp_status status, hp_error *err) {
    if (status == HP_ERR_NUMERIC) hp_error_clear(err);
    return status == HP_ERR_NUMERIC ? HP_OK : status;
}

/* T_cc at the lowest threshold, of the open components; nan for others. */
static hp_status lengths_of(hp_channel_observables *of, bool by_ode,
                            double length[HP_MOST_COMPONENTS], hp_error *err) {
    hp_tmatrix T = {0};
    for (int c = 0; c < HP_MOST_COMPONENTS; c++) length[c] = NAN;
    hp_status status = by_ode ? hp_coupled_ode_solve(of->ode, 0.0, &T, err)
                              : hp_coupled_solve(of->coupled, 0.0, &T, NULL, err);
    HP_CALL(forget(status, err));
    for (int a = 0; a < T.nopen && status == HP_OK; a++) length[T.open[a]] = T.T[a * T.nopen + a];
    return HP_OK;
}

/* At the lowest threshold of this sample, which may be that of another pair than of the average. */
static hp_status observe_lowest(hp_channel_observables *of, const hp_channels *channels,
                                const hp_record *record, double *vector, hp_error *err) {
    double length[HP_MOST_COMPONENTS], other[HP_MOST_COMPONENTS], a = NAN, r_eff = NAN;
    HP_CALL(lengths_of(of, of->report_ode, length, err));
    for (int c = 0; c < HP_MOST_COMPONENTS; c++) other[c] = NAN;
    if (of->compare) HP_CALL(lengths_of(of, !of->report_ode, other, err));
    bool first = hp_channel_is_lowest(of, channels, of->first);
    if (first) HP_CALL(forget(hp_coupled_threshold(of->coupled, &a, &r_eff, err), err));
    if (first && (of->charged || !of->report_ode)) length[of->first] = a;
    double l = channels->component[of->first].l;
    put(of, record, vector, HP_LENGTH_RANGE, of->first, r_eff * pow(of->length_fm, 1.0 - 2.0 * l));
    for (int c = 0; c < channels->ncomponent; c++) {
        double unit = pow(of->length_fm, 2.0 * channels->component[c].l + 1.0);
        if (!hp_channel_is_lowest(of, channels, c)) continue;
        put(of, record, vector, HP_LENGTH, c, length[c] * unit);
        put(of, record, vector, HP_LENGTH_INVERSE, c, 1.0 / (length[c] * unit));
        put(of, record, vector, HP_LENGTH_NUMERICAL, c, fabs(other[c] - length[c]) * unit);
        put(of, record, vector, HP_LENGTH_RE, c, length[c] * unit);
        put(of, record, vector, HP_LENGTH_IM, c, 0.0);
    }
    return HP_OK;
}

hp_status hp_channel_observe_thresholds(hp_channel_observables *of, const hp_channels *channels,
                                        const hp_record *record, double *vector, hp_error *err) {
    HP_CALL(observe_lowest(of, channels, record, vector, err));
    for (int c = 0; c < channels->ncomponent; c++) {
        double unit = pow(of->length_fm, 2.0 * channels->component[c].l + 1.0);
        double complex a = NAN;
        if (hp_channel_is_lowest(of, channels, c)) continue;
        hp_status status = hp_coupled_threshold_of(of->coupled, c, &a, err);
        if (status ==
            HP_ERR_INPUT) { /* so high that the nodes do not resolve the open waves there */
            hp_error_clear(err);
            continue;
        }
        HP_CALL(forget(status, err));
        if (status != HP_OK) continue;
        put(of, record, vector, HP_LENGTH_RE, c, creal(a) * unit);
        put(of, record, vector, HP_LENGTH_IM, c, cimag(a) * unit);
    }
    return HP_OK;
}

/* By the second solver, between the middles to the neighbours of the state that are known. */
static hp_status check_state(hp_channel_observables *of, int i, int known, double *energy,
                             hp_error *err) {
    double own = of->state[i].energy;
    double below = i > 0 ? of->state[i - 1].energy : NAN;
    double above = i + 1 < known ? of->state[i + 1].energy : NAN;
    double low = isnan(below) ? 2.0 * own : 0.5 * (below + own);
    double high = isnan(above) ? 0.5 * own : 0.5 * (above + own);
    *energy = NAN;
    if (!of->compare) return HP_OK;
    return forget(hp_coupled_ode_bound_state(of->ode, low, high, energy, err), err);
}

static void put_of_components(const hp_channel_observables *of, int i, const hp_record *record,
                              double *vector) {
    const hp_bound_state *state = &of->state[i];
    int n = of->channels.ncomponent;
    char path[HP_CHANNEL_PATH];
    for (int c = 0; c < n; c++) { /* A of L^(-1/2) */
        double *probability = hp_record_at(
            record, vector, hp_channel_path(of, "scattering/probability", c, "", path));
        if (probability != NULL) probability[i] = state->probability[c];
        hp_record_at(record, vector, hp_channel_path(of, "scattering/asymptotic", c, "", path))[i] =
            state->asymptotic[c] / sqrt(of->length_fm);
    }
    if (of->deuteron[0] < 0) return;
    int S = of->deuteron[0], D = of->deuteron[1];
    double fm2 = of->length_fm * of->length_fm;
    hp_record_at(record, vector, HP_ROW_QUADRUPOLE)[i] =
        (sqrt(8.0) * state->r2[S * n + D] - state->r2[D * n + D]) / QUADRUPOLE_PART * fm2;
    hp_record_at(record, vector, HP_ROW_D_OVER_S)[i] = state->asymptotic[D] / state->asymptotic[S];
}

hp_status hp_channel_observe_bound(hp_channel_observables *of, int *nbound, const hp_record *record,
                                   double *vector, hp_error *err) {
    int n = of->channels.ncomponent, found = 0;
    bool in_doubt;
    double mev = of->momentum_mev, other;
    HP_CALL(hp_coupled_count_bound(of->coupled, nbound, &in_doubt, err));
    *hp_record_at(record, vector, HP_ROW_NBOUND) = *nbound;
    *hp_record_at(record, vector, HP_ROW_NBOUND_DOUBT) = in_doubt;
    if (of->nbound == 0) return HP_OK;
    hp_status status =
        hp_coupled_bound_states(of->coupled, of->nbound, of->state, NULL, &found, err);
    if (status == HP_ERR_NUMERIC) found = 0; /* the phases stand */
    HP_CALL(forget(status, err));
    int known = found < of->nbound ? found : of->nbound;
    for (int i = 0; i < known; i++) {
        const hp_bound_state *state = &of->state[i];
        if (!(state->energy < 0.0)) continue;
        double square = 0.0, energy = state->energy;
        for (int c = 0; c < n; c++) square += state->r2[c * n + c];
        HP_CALL(check_state(of, i, known, &other, err));
        hp_record_at(record, vector, HP_ROW_BINDING_NUMERICAL)[i] = fabs(other - energy) * mev;
        if (of->report_ode && isfinite(other)) energy = other;
        hp_record_at(record, vector, HP_ROW_BINDING)[i] = -energy * mev;
        hp_record_at(record, vector, HP_ROW_RMS)[i] = sqrt(square) * of->length_fm;
        put_of_components(of, i, record, vector);
    }
    return HP_OK;
}
