// SPDX-License-Identifier: GPL-3.0-or-later
/* Phase shifts, S-matrix and mixing of coupled channels at all energies. */
#include <math.h>
#include "channel_parts.h"
#include "hadpot/units.h"

static const double DEGREES = 180.0 / M_PI;
enum { MB_PER_FM2 = 10 };

hp_status hp_channel_forgive(const hp_channel_observables *of, hp_status status, hp_error *err) {
    if (status != HP_ERR_NUMERIC || of->report_ode) return status;
    hp_error_clear(err);
    return HP_OK;
}

void hp_channel_kinematics(const hp_channel_observables *of, const hp_channels *channels,
                           const double *energy, int which, double *value) {
    double mev = of->momentum_mev, unit = of->lattice ? 1.0 : of->length_fm * of->length_fm;
    for (int e = 0; which == 3 && e < of->nenergy; e++)
        value[e] = (energy[e] + channels->lowest) * mev;
    for (int i = 0; which < 3 && i < channels->ncomponent * of->nenergy; i++) {
        int pair = channels->component[i / of->nenergy].pair;
        double k2 = hp_channels_k2(channels, pair, energy[i % of->nenergy]);
        const double values[] = {k2 / unit, k2 < 0.0 ? NAN : sqrt(k2) * mev,
                                 hp_pair_energy(&channels->pair[pair], k2) * mev};
        value[i] = values[which];
    }
}

/* T of the solver that is reported, with the sign that Nystroem knows; those of the job's energies
 * are kept. */
static hp_status solve(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    hp_channel_observables *of = context;
    HP_CALL(hp_coupled_solve(of->coupled, energy, T, NULL, err));
    double sign = T->sign;
    if (of->report_ode) HP_CALL(hp_coupled_ode_solve(of->ode, energy, T, err));
    T->sign = sign;
    for (int e = 0; e < of->nenergy; e++)
        if (of->energy_now[e] == energy) of->T[e] = *T;
    return HP_OK;
}

/* What the other solver has for the phases at one energy, modulo 180 degrees. */
static hp_status compare(hp_channel_observables *of, const hp_channels *channels, int e,
                         double difference[HP_MOST_COMPONENTS], hp_error *err) {
    const hp_phases *one = &of->phases[e];
    hp_tmatrix T;
    hp_phases other;
    for (int a = 0; a < HP_MOST_COMPONENTS; a++) difference[a] = NAN;
    if (!of->compare || one->nopen == 0) return HP_OK;
    hp_status status = of->report_ode
                           ? hp_coupled_solve(of->coupled, of->energy_now[e], &T, NULL, err)
                           : hp_coupled_ode_solve(of->ode, of->energy_now[e], &T, err);
    if (status == HP_OK) status = hp_phases_of_t(channels, &T, &other, err);
    if (status == HP_ERR_NUMERIC) { /* the other one judges: its difference is not known */
        hp_error_clear(err);
        return HP_OK;
    }
    HP_CALL(status);
    for (int a = 0; a < one->nopen && other.nopen == one->nopen; a++) {
        double change = other.delta[a] - one->delta[a];
        difference[a] = fabs(change - M_PI * nearbyint(change / M_PI)) * DEGREES;
    }
    return HP_OK;
}

/* k^(2l+1) cot delta in 1/L^(2l+1): of one open component -1/T, without the rounding of delta. */
static double kcot_of(const hp_channel_observables *of, const hp_phases *phases, int e, int a,
                      int l) {
    bool alone = phases->nopen == 1 && !of->charged;
    if (alone) return -1.0 / of->T[e].T[0];
    return pow(phases->k2[phases->open[a]], l + 0.5) / tan(phases->delta[a]);
}

static void put_phases(const hp_channel_observables *of, const hp_channels *channels, int e,
                       const double *difference, const hp_record *record, double *vector) {
    const hp_phases *phases = &of->phases[e];
    double mev = of->momentum_mev;
    for (int a = 0; a < phases->nopen; a++) {
        int c = phases->open[a], i = c * of->nenergy + e, l = channels->component[c].l;
        double k2 = phases->k2[c];
        double complex less = phases->S[a * phases->nopen + a] - 1.0;
        double size = cabs(less) * of->length_fm;
        bool charged = channels->coulomb[channels->component[c].pair].strength != 0.0;
        double sigma = charged ? NAN : (2 * l + 1) * M_PI * size * size / k2;
        bool defined = !phases->undefined[a];
        hp_record_at(record, vector, HP_ROW_ETA)[i] = phases->eta[a];
        hp_record_at(record, vector, HP_ROW_DELTA)[i] = defined ? phases->delta[a] * DEGREES : NAN;
        hp_record_at(record, vector, HP_ROW_KCOT)[i] =
            defined ? kcot_of(of, phases, e, a, l) * pow(mev, 2 * l + 1) : NAN;
        hp_record_at(record, vector, HP_ROW_DELTA_NUMERICAL)[i] = difference[a];
        hp_record_at(record, vector, HP_ROW_SIGMA)[i] = sigma;
        hp_record_at(record, vector, HP_ROW_SIGMA_MB)[i] = sigma * MB_PER_FM2;
    }
}

static void put_smatrix(const hp_channel_observables *of, int e, const hp_record *record,
                        double *vector) {
    const hp_phases *phases = &of->phases[e];
    char path[HP_CHANNEL_PATH];
    for (int a = 0; a < phases->nopen && of->channels.ncomponent > 1; a++) {
        for (int b = 0; b < phases->nopen; b++) {
            int c = phases->open[a], d = phases->open[b];
            double complex S = phases->S[a * phases->nopen + b];
            if (c > d) continue;
            hp_record_at(record, vector, hp_channel_smatrix_path("re", c, d, path))[e] = creal(S);
            hp_record_at(record, vector, hp_channel_smatrix_path("im", c, d, path))[e] = cimag(S);
        }
        hp_record_at(record, vector, hp_channel_eigenphase_path(a, path))[e] =
            phases->eigenphase[a] * DEGREES;
    }
    if (phases->nopen > 0 && of->channels.ncomponent > 1)
        hp_record_at(record, vector, HP_ROW_EIGENPHASE_SUM)[e] = phases->sum * DEGREES;
}

/* Rows (parametrisation, energy): Stapp's first where both are asked for. */
static void put_mixing(const hp_channel_observables *of, int e, const hp_record *record,
                       double *vector) {
    static const char *const path[] = {HP_ROW_MIXING_1, HP_ROW_MIXING_2, HP_ROW_EPSILON};
    const hp_phases *phases = &of->phases[e];
    if (of->mixed[0] < 0 || !phases->mixes) return;
    bool turned = phases->open[0] == of->mixed[1]; /* the first open one has the higher l */
    double stapp[] = {phases->stapp[turned], phases->stapp[!turned], phases->stapp_epsilon};
    double blatt[] = {phases->blatt[turned], phases->blatt[!turned], phases->blatt_epsilon};
    for (int i = 0; i < 3; i++) {
        double *value = hp_record_at(record, vector, path[i]) + e;
        if (of->stapp) value[0] = stapp[i] * DEGREES;
        if (of->blatt) value[of->stapp ? of->nenergy : 0] = blatt[i] * DEGREES;
    }
}

/* One basis for all energies is best begun at the highest. */
static hp_status begin_basis(hp_channel_observables *of, hp_error *err) {
    hp_tmatrix T;
    hp_status status =
        hp_coupled_solve(of->coupled, of->energy_now[of->nenergy - 1], &T, NULL, err);
    if (status != HP_ERR_NUMERIC && status != HP_ERR_INPUT) return status;
    hp_error_clear(err);
    return HP_OK;
}

hp_status hp_channel_observe_phases(hp_channel_observables *of, const hp_channels *channels,
                                    int nbound, const hp_record *record, double *vector,
                                    hp_error *err) {
    double difference[HP_MOST_COMPONENTS];
    int below = 0; /* total energies that are none of this sample */
    while (below < of->nenergy && !(of->energy_now[below] > 0.0)) of->phases[below++].nopen = 0;
    if (below < of->nenergy) HP_CALL(begin_basis(of, err));
    if (below < of->nenergy && of->draws)
        HP_CALL(hp_channel_phases_of_each(of, channels, below, err));
    else if (below < of->nenergy)
        HP_CALL(hp_phases_follow(channels, solve, of, of->energy_now + below, of->nenergy - below,
                                 nbound, of->nodes[0].range, of->phases + below, err));
    for (int e = 0; e < of->nenergy; e++) {
        HP_CALL(compare(of, channels, e, difference, err));
        put_phases(of, channels, e, difference, record, vector);
        put_smatrix(of, e, record, vector);
        put_mixing(of, e, record, vector);
    }
    return HP_OK;
}
