// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers of bound states, thresholds, poles, and constants of an interaction. */
#include "channel_numbers.h"

#include <stdlib.h>

enum { MOST_POLES = 20 };

static double of_state(const channel_model *m, const hp_bound_state *s, const char *q) {
    int N = m->channels.ncomponent;
    double square = 0.0;
    for (int c = 0; c < N; c++) square += s->r2[c * (N + 1)];
    if (strcmp(q, "B") == 0) return -s->energy * m->mev;
    if (strcmp(q, "E") == 0) return m->origin + s->energy * m->mev;
    if (strcmp(q, "kappa") == 0) return s->kappa[0];
    if (strcmp(q, "P_D") == 0) return 100.0 * s->probability[1];
    if (strcmp(q, "rms") == 0) return sqrt(square);
    if (strcmp(q, "rms/2") == 0) return 0.5 * sqrt(square);
    if (strcmp(q, "Q") == 0) return (sqrt(8.0) * s->r2[1] - s->r2[3]) / 20.0;
    if (strcmp(q, "A_S") == 0) return s->asymptotic[0];
    if (strcmp(q, "eta") == 0) return s->asymptotic[1] / s->asymptotic[0];
    return NAN;
}

/* The only state; the other solver has its energy alone, from a window of 4 per cent. */
static hp_status bound(channel_model *m, channel_number *row, hp_error *err) {
    hp_bound_state state, other = {0};
    int found;
    HP_CALL(hp_coupled_bound_states(m->nystroem, 1, &state, NULL, &found, err));
    HP_REQUIRE(found == 1, HP_ERR_NUMERIC, "%s: %d bound states, expected 1", row->of, found);
    row->found[0] = of_state(m, &state, row->quantity);
    if (strchr("BEk", row->quantity[0]) == NULL) return HP_OK;
    HP_CALL(hp_coupled_ode_bound_state(m->ode, 1.02 * state.energy, 0.98 * state.energy,
                                       &other.energy, err));
    other.kappa[0] = sqrt(-hp_channels_k2(&m->channels, 0, other.energy));
    row->found[1] = of_state(m, &other, row->quantity);
    return HP_OK;
}

/* r_eff of the other solver: derivative of -1/T by a difference of fourth order in k^2. */
static hp_status ode_effective_range(channel_model *m, double *r_eff, hp_error *err) {
    static const double weight[5] = {-25.0, 48.0, -36.0, 16.0, -3.0}, h = 2e-4;
    double slope = 0.0;
    for (int i = 0; i < 5; i++) {
        hp_tmatrix T;
        double energy = hp_channels_energy(&m->channels, 0, h * i);
        HP_CALL(hp_coupled_ode_solve(m->ode, energy, &T, err));
        slope -= weight[i] / T.T[0] / (12.0 * h);
    }
    *r_eff = 2.0 * slope;
    return HP_OK;
}

/* Depth of a well or Gaussian at which 1/a = 0, by secants. */
static hp_status critical_depth(channel_model *m, int solver, double *depth, hp_error *err) {
    double v[2] = {-m->W[0], -m->W[0] * 1.01}, value[2];
    hp_tmatrix T;
    for (int step = 0; step < 30 && v[1] != v[0]; step++) {
        for (int i = 0; i < 2; i++) {
            m->W[0] = -v[i];
            HP_CALL(channel_model_set(m, err));
            HP_CALL(channel_model_solve(m, solver, 0.0, &T, err));
            value[i] = 1.0 / T.T[0];
        }
        double next = v[1] - value[1] * (v[1] - v[0]) / (value[1] - value[0]);
        v[0] = v[1];
        v[1] = next;
        if (fabs(v[1] - v[0]) < 1e-13) break;
    }
    *depth = v[1];
    return HP_OK;
}

/* a of the second pair, with outgoing waves in the first. */
static hp_status upper_length(channel_model *m, channel_number *row, hp_error *err) {
    double complex a[2];
    hp_tmatrix T;
    HP_CALL(hp_coupled_threshold_of(m->nystroem, 1, &a[0], err));
    HP_CALL(hp_coupled_ode_solve(m->ode, m->channels.threshold[1], &T, err));
    HP_REQUIRE(T.nopen == 2, HP_ERR_NUMERIC, "%d open components at threshold", T.nopen);
    double complex ik = I * sqrt(T.k2[0]);
    a[1] = T.T[3] - ik * T.T[1] * T.T[2] / (1.0 + ik * T.T[0]);
    for (int i = 0; i < 2; i++) row->found[i] = row->quantity[0] == 'R' ? creal(a[i]) : cimag(a[i]);
    return HP_OK;
}

static hp_status threshold(channel_model *m, channel_number *row, hp_error *err) {
    double a, r_eff;
    hp_tmatrix T;
    if (strcmp(row->at, "threshold 2") == 0) return upper_length(m, row, err);
    if (strcmp(row->quantity, "critical v") == 0) {
        double first = m->W[0];
        for (int solver = 0; solver < 2; solver++) {
            m->W[0] = first;
            HP_CALL(critical_depth(m, solver, &row->found[solver], err));
        }
        return HP_OK;
    }
    HP_CALL(hp_coupled_threshold(m->nystroem, &a, &r_eff, err));
    row->found[0] = row->quantity[0] == 'a' ? a : r_eff;
    if (row->quantity[0] == 'r') return ode_effective_range(m, &row->found[1], err);
    HP_CALL(hp_coupled_ode_solve(m->ode, 0.0, &T, err));
    row->found[1] = T.T[0];
    return HP_OK;
}

static double of_pole(const channel_model *m, const hp_pole *pole, const char *q) {
    double complex value = pole->energy;
    if (strcmp(q, "kappa") == 0) return fabs(cimag(pole->k[0]));
    if (strcmp(q, "E MeV") == 0) return creal(value) * m->mev;
    if (q[3] == 'k') value = pole->k[q[4] - '1'];
    if (q[3] == 'W') value = (value + m->channels.lowest) * m->mev;
    return q[0] == 'R' ? creal(value) : cimag(value);
}

/* "(-+) 5.1": the sheet, and about Re E or Re W of the pole; nothing: the only one. */
static hp_status poles(channel_model *m, channel_number *row, hp_error *err) {
    const char *end = strchr(row->at, ')') + 1;
    hp_pole pole[MOST_POLES];
    hp_sheet sheet = 0;
    int found, best = 0;
    bool complete;
    for (int a = 0; a < m->channels.npair; a++)
        if (row->at[1 + a] == '-') sheet |= 1U << a;
    HP_CALL(
        hp_poles_find(m->nystroem, sheet, &m->region, MOST_POLES, pole, &found, &complete, err));
    HP_REQUIRE(complete && found <= MOST_POLES, HP_ERR_NUMERIC, "%s %s: poles are missing", row->of,
               row->at);
    row->found[0] = found;
    if (strcmp(row->quantity, "poles") == 0) return HP_OK;
    HP_REQUIRE(found == 1 || (found > 1 && *end != '\0'), HP_ERR_NUMERIC, "%s %s: %d poles",
               row->of, row->at, found);
    double about = strtod(end, NULL) / m->mev - m->channels.lowest;
    for (int i = 1; i < found; i++)
        if (fabs(creal(pole[i].energy) - about) < fabs(creal(pole[best].energy) - about)) best = i;
    row->found[0] = of_pole(m, &pole[best], row->quantity);
    return HP_OK;
}

/* U_cd = C_cd exp(-b r)/r exp(-b r')/r' of K, "C_12". */
static double constant(const channel_model *m, const char *q) {
    int c = q[2] - '1', d = q[3] - '1';
    double mu = sqrt(m->channels.pair[c].mu * m->channels.pair[d].mu);
    return m->lambda[c * m->channels.ncomponent + d] / (8.0 * M_PI * mu);
}

hp_status channel_numbers_of_states(channel_model *m, channel_number **row, int n, hp_error *err) {
    for (int i = 0; i < n; i++) {
        const char *at = row[i]->at;
        if (strcmp(at, "units") == 0)
            row[i]->found[0] = constant(m, row[i]->quantity);
        else if (at[0] == '(')
            HP_CALL_IN(poles(m, row[i], err), "%s %s", row[i]->of, at);
        else if (strcmp(at, "bound") == 0)
            HP_CALL_IN(bound(m, row[i], err), "%s", row[i]->of);
        else
            HP_CALL_IN(threshold(m, row[i], err), "%s", row[i]->of);
    }
    return HP_OK;
}
