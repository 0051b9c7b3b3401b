// SPDX-License-Identifier: GPL-3.0-or-later
/* Phases continuous in energy; docs/method-smatrix.md, "Continuity". */
#include "smatrix_private.h"
#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_math.h>

/* 40 halvings resolve a turn within 1e-12 of a step, as for one S wave. */
enum { MOST_PENDING = 40, MOST = HP_MOST_COMPONENTS };

/* Of 300 potentials with up to three closed channels, 5 energies each, two narrow states were in
 * one step of 11 with 1, of 6 with 4, of 3 with 16, of one with this; energies asked for more
 * densely have shorter steps anyhow. */
static const double STEPS_PER_STATE = 32.0;

/* Components that turn by less than this are not coupled, and their phases may cross. */
static const double UNCOUPLED = 1e-9;

/* The first step, in 1/range: there eigenvectors are those of threshold. */
static const double FIRST_STEP = 1e-3;

typedef struct track {
    const hp_channels *channels;
    hp_t_function solve;
    void *context;
    double range;
    hp_phases now; /* as far as phases are known; energy 0: the limit there */
    double period; /* of the sum: 2 pi where the sign of det M is known, else pi */
    double offset; /* sum - that of det M: 0, or pi after a jump */
    double left;   /* solutions still allowed */
} track;

static hp_status solve_at(track *at, double energy, hp_tmatrix *T, hp_error *err) {
    *T = (hp_tmatrix){0};
    HP_REQUIRE(at->left-- > 0.0, HP_ERR_NUMERIC,
               "phases cannot be followed beyond E = %g: rounding decides", at->now.energy);
    HP_CALL(at->solve(energy, T, at->context, err));
    T->energy = energy;
    HP_REQUIRE(T->nopen >= 1 && T->nopen <= at->channels->ncomponent, HP_ERR_INTERNAL,
               "%d of %d components are open at E = %g", T->nopen, at->channels->ncomponent,
               energy);
    return HP_OK;
}

/* What `before` holds, in the numbering of T: phases and vectors of components that open now are 0
 * and their own. */
static void renumber(const hp_phases *before, const hp_tmatrix *T, hp_phases *next) {
    int from[MOST], n = T->nopen;
    *next = (hp_phases){.sum = before->sum,
                        .stapp_epsilon = before->stapp_epsilon,
                        .blatt_epsilon = before->blatt_epsilon};
    for (int a = 0; a < n; a++) {
        from[a] = -1;
        for (int b = 0; b < before->nopen; b++)
            if (before->open[b] == T->open[a]) from[a] = b;
        if (from[a] < 0) continue;
        next->delta[a] = before->delta[from[a]];
        next->eigenphase[a] = before->eigenphase[from[a]];
    }
    for (int e = 0; e < n; e++)
        for (int a = 0; a < n; a++) {
            bool old = from[e] >= 0 && from[a] >= 0;
            next->vector[e * n + a] =
                old ? before->vector[from[e] * before->nopen + from[a]] : (double)(e == a);
        }
}

/* Eigenphases next to those before, their sum the given one: where these differ by pi, a single one
 * that was about to turn that way did. Returns whether they did not. */
static bool branch_eigenphases(const double *before, hp_phases *next) {
    double sum = 0.0;
    int n = next->nopen;
    for (int e = 0; e < n; e++) {
        next->eigenphase[e] = hp_phases_branch(next->eigenphase[e], before[e], M_PI);
        sum += next->eigenphase[e];
    }
    int missing = (int)nearbyint((next->sum - sum) / M_PI);
    for (int turn = 0; turn < abs(missing); turn++) {
        double way = missing > 0 ? 1.0 : -1.0;
        int most = 0;
        for (int e = 1; e < n; e++)
            if (way * (next->eigenphase[e] - before[e]) >
                way * (next->eigenphase[most] - before[most]))
                most = e;
        next->eigenphase[most] += way * M_PI;
    }
    return missing == 0;
}

/* Eigenphases of coupled components never cross, but turn away from each other, and with them their
 * vectors: two that seem to have crossed did so between the energies. Labels by overlap are those
 * of continuity where none does. */
static bool has_crossing(const hp_phases *before, const hp_phases *next) {
    int n = next->nopen;
    for (int e = 0; e < n; e++)
        for (int f = 0; f < e; f++) {
            double was = before->eigenphase[e] - before->eigenphase[f], coupling = 0.0;
            double is = next->eigenphase[e] - next->eigenphase[f];
            for (int a = 0; a < n; a++)
                coupling += before->vector[e * n + a] * next->vector[f * n + a];
            if (floor(was / M_PI) != floor(is / M_PI) && fabs(coupling) > UNCOUPLED) return true;
        }
    return false;
}

/* From `before` to T; *small: nothing has moved so far that another branch might be meant. */
static hp_status step_to(const track *at, const hp_tmatrix *T, hp_phases *next, bool *small,
                         hp_error *err) {
    hp_phases start;
    double sum = hp_phases_sign(at->channels, T) < 0.0 ? M_PI : 0.0;
    renumber(&at->now, T, &start);
    *next = start;
    HP_CALL(hp_phases_diagonalise(at->channels, T, next, err));
    for (int e = 0; e < next->nopen; e++) sum += next->eigenphase[e];
    double period = T->sign == 0.0 ? M_PI : at->period;
    next->sum = hp_phases_branch(sum + at->offset, start.sum, period);
    *small = fabs(next->sum - start.sum) <= M_PI_4;
    if (!branch_eigenphases(start.eigenphase, next)) *small = false;
    hp_phases_parametrise(at->channels, next);
    bool first = at->now.energy == 0.0;
    for (int a = 0; a < next->nopen; a++) {
        if (fabs(next->eigenphase[a] - start.eigenphase[a]) > M_PI_4) *small = false;
        bool defined = !next->undefined[a] && !at->now.undefined[a];
        if (!first && defined && fabs(next->delta[a] - start.delta[a]) > M_PI_4) *small = false;
    }
    if (!first && has_crossing(&start, next)) *small = false;
    return HP_OK;
}

/* The highest threshold that is not above an energy: structures begin with its momentum. */
static int highest_pair(const hp_channels *channels, double energy) {
    int highest = -1;
    for (int a = 0; a < channels->npair; a++)
        if (channels->threshold[a] <= energy &&
            (highest < 0 || channels->threshold[a] > channels->threshold[highest]))
            highest = a;
    return highest;
}

/* The energy with momentum k(low) + x (k(high) - k(low)) of that pair. */
static double between(const hp_channels *channels, double low, double high, double x) {
    int pair = highest_pair(channels, low);
    double k_low = sqrt(fmax(0.0, hp_channels_k2(channels, pair, low)));
    double k_high = sqrt(fmax(0.0, hp_channels_k2(channels, pair, high)));
    return hp_channels_energy(channels, pair, gsl_pow_2(k_low + x * (k_high - k_low)));
}

/* A solution on the way: where there is none the way goes on without. */
static hp_status try_at(track *at, double energy, hp_tmatrix *T, bool *possible, hp_error *err) {
    hp_error trouble = HP_ERROR_INIT;
    hp_status status = solve_at(at, energy, T, &trouble);
    *possible = status == HP_OK;
    bool none_there = status == HP_ERR_NUMERIC || status == HP_ERR_INPUT;
    if (status == HP_OK || (none_there && at->left >= 0.0)) return HP_OK;
    if (err != NULL) *err = trouble;
    return status;
}

/* A solution between two energies, not exactly in the middle where there is none. */
static hp_status solve_between(track *at, double low, double high, hp_tmatrix *T, bool *possible,
                               hp_error *err) {
    static const double places[] = {0.5, 0.45};
    *possible = false;
    for (int i = 0; i < 2 && !*possible; i++) {
        double energy = between(at->channels, low, high, places[i]);
        if (energy > low && energy < high) HP_CALL(try_at(at, energy, T, possible, err));
    }
    return HP_OK;
}

static bool is_attractive(const hp_channels *channels, int pair) {
    return channels->coulomb[pair].strength < 0.0;
}

/* The Coulomb force of opposite charges has states without number below its threshold, and phases
 * that are not 0 above: there is no way through, and no sum to be continued. */
static bool is_barred(const track *at, double energy) {
    for (int a = 0; a < at->channels->npair; a++) {
        double threshold = at->channels->threshold[a];
        bool first = at->now.energy == 0.0 && threshold == 0.0;
        bool between = at->now.energy < threshold && threshold <= energy;
        if (is_attractive(at->channels, a) && (first || between)) return true;
    }
    return false;
}

/* Move to T, halving the way while it is not small. Where that does not help (a resonance narrower
 * than rounding) the nearest branch modulo pi continues. */
static hp_status bridge(track *at, const hp_tmatrix *T, hp_error *err) {
    hp_tmatrix pending[MOST_PENDING];
    int waiting = 1;
    pending[0] = *T;
    while (waiting > 0) {
        const hp_tmatrix *target = &pending[waiting - 1];
        hp_phases next;
        bool small, possible = false;
        HP_CALL(step_to(at, target, &next, &small, err));
        if (!small && waiting < MOST_PENDING && !is_barred(at, target->energy))
            HP_CALL(solve_between(at, at->now.energy, target->energy, &pending[waiting], &possible,
                                  err));
        if (possible) {
            waiting++;
            continue;
        }
        if (!small) {
            double period = at->period, sum = next.sum;
            at->period = M_PI;
            HP_CALL(step_to(at, target, &next, &small, err));
            at->offset += next.sum - sum;
            at->period = period;
        }
        at->now = next;
        waiting--;
    }
    return HP_OK;
}

/* How far momenta of components move in all, in units of what may be one step: with sum + R sum k
 * rising with energy (Wigner), the sum falls by about pi at most on the way, or by pi/4 where it is
 * known modulo pi alone. A closed component counts as one with q = pi/R in its well: about every
 * pi in qR it has a state, a narrow resonance perhaps, of which a step should hold one at most. */
static double steps_to(const track *at, const hp_tmatrix *T) {
    double way = 0.0, q = M_PI / at->range;
    for (int c = 0; c < at->channels->ncomponent; c++) {
        int pair = at->channels->component[c].pair;
        double before = hp_channels_k2(at->channels, pair, at->now.energy), now = T->k2[c];
        if (now > 0.0) way += sqrt(now) - sqrt(fmax(0.0, before));
        if (now <= 0.0) way += STEPS_PER_STATE * (sqrt(q * q + fmax(0.0, now - before)) - q);
    }
    return ceil(way * at->range / (at->period > 1.5 * M_PI ? M_PI : M_PI_4));
}

/* To an energy without thresholds in between. */
static hp_status walk(track *at, const hp_tmatrix *T, hp_error *err) {
    double start = at->now.energy, steps = steps_to(at, T);
    for (int step = 1; step < steps; step++) {
        hp_tmatrix next;
        bool possible;
        double energy = between(at->channels, start, T->energy, step / steps);
        if (!(energy > at->now.energy && energy < T->energy)) continue;
        HP_CALL(try_at(at, energy, &next, &possible, err));
        if (possible) HP_CALL(bridge(at, &next, err));
    }
    return bridge(at, T, err);
}

/* The lowest threshold between two energies, or the upper of these. */
static double next_threshold(const hp_channels *channels, double low, double high) {
    double next = high;
    for (int a = 0; a < channels->npair; a++)
        if (channels->threshold[a] > low && !is_attractive(channels, a))
            next = fmin(next, channels->threshold[a]);
    return next;
}

/* To an energy, with a stop at each threshold on the way: phases have a cusp there. */
static hp_status advance(track *at, double energy, hp_error *err) {
    hp_tmatrix end, stop;
    HP_CALL(solve_at(at, energy, &end, err));
    double next = next_threshold(at->channels, at->now.energy, energy);
    while (next < energy) {
        bool possible;
        HP_CALL(try_at(at, next, &stop, &possible, err));
        if (possible) HP_CALL(walk(at, &stop, err));
        next = next_threshold(at->channels, next, energy);
    }
    return walk(at, &end, err);
}

/* The limit at the lowest threshold: n_bound pi belong to its lowest partial wave. Opposite
 * charges: delta is in ((n_bound - 1) pi, n_bound pi] there (hp_coulomb_phase), the branch next to
 * its middle. */
static void start_at_threshold(track *at, int n_bound) {
    const hp_channels *channels = at->channels;
    int first = -1;
    at->now = (hp_phases){.sum = n_bound * M_PI};
    for (int c = 0; c < channels->ncomponent; c++) {
        int l = channels->component[c].l, a = at->now.nopen;
        if (channels->threshold[channels->component[c].pair] > 0.0) continue;
        if (first < 0 || l < channels->component[at->now.open[first]].l) first = a;
        at->now.open[a] = c;
        at->now.nopen++;
        if (!is_attractive(channels, channels->component[c].pair)) continue;
        at->now.eigenphase[a] = at->now.delta[a] = -M_PI_2;
        at->now.sum -= M_PI_2;
    }
    for (int e = 0; e < at->now.nopen; e++) at->now.vector[e * at->now.nopen + e] = 1.0;
    at->now.eigenphase[first] += n_bound * M_PI;
    at->now.delta[first] += n_bound * M_PI;
}

/* The first step, where the sum is near its limit: det M has the sign that goes with it, whatever
 * number of states the grid itself has. */
static hp_status leave_threshold(track *at, double first_energy, hp_error *err) {
    hp_tmatrix T;
    bool possible;
    int pair = highest_pair(at->channels, 0.0);
    double start = hp_channels_energy(at->channels, pair, gsl_pow_2(FIRST_STEP / at->range));
    HP_CALL(try_at(at, fmin(start, first_energy), &T, &possible, err));
    if (!possible) return HP_OK;
    HP_CALL(bridge(at, &T, err));
    if (T.sign == 0.0) return HP_OK;
    at->period = 2.0 * M_PI;
    at->offset = at->now.sum - (hp_phases_sign(at->channels, &T) < 0.0 ? M_PI : 0.0);
    for (int e = 0; e < at->now.nopen; e++) at->offset -= remainder(at->now.eigenphase[e], M_PI);
    return HP_OK;
}

/* The energies of hp_phases_follow; how many solutions these may take: a resonance as narrow as
 * rounding takes MOST_PENDING halvings on either side, and there is about one on the way to each
 * energy and in each step. More are noise, of which each half would be halved without end. */
static hp_status check_energies(const track *at, const double *energy, int n, double *allowed,
                                hp_error *err) {
    const hp_channels *channels = at->channels;
    double steps = n + channels->npair + 1.0;
    HP_REQUIRE(isfinite(at->range) && at->range > 0.0, HP_ERR_INPUT,
               "phases need the range of the interaction, found %g", at->range);
    for (int i = 0; i < n; i++)
        HP_REQUIRE(isfinite(energy[i]) && energy[i] > (i == 0 ? 0.0 : energy[i - 1]), HP_ERR_INPUT,
                   "phases need positive, ascending energies: number %d is %g after %g", i + 1,
                   energy[i], i == 0 ? 0.0 : energy[i - 1]);
    for (int c = 0; n > 0 && c < channels->ncomponent; c++) {
        double k2 = hp_channels_k2(channels, channels->component[c].pair, energy[n - 1]);
        steps += sqrt(fmax(0.0, k2)) * at->range / M_PI_4;
    }
    *allowed = 2.0 * MOST_PENDING * steps;
    return HP_OK;
}

/* What an energy without solution has. */
static hp_phases nothing_at(double energy) {
    hp_phases none = {.energy = energy, .sum = NAN, .stapp_epsilon = NAN, .blatt_epsilon = NAN};
    for (int a = 0; a < MOST; a++) none.delta[a] = none.eta[a] = none.eigenphase[a] = NAN;
    for (int i = 0; i < 2; i++) none.stapp[i] = none.blatt[i] = NAN;
    return none;
}

hp_status hp_phases_follow(const hp_channels *channels, hp_t_function solve, void *context,
                           const double *energy, int n, int n_bound, double range,
                           hp_phases *phases, hp_error *err) {
    track at = {
        .channels = channels, .solve = solve, .context = context, .range = range, .period = M_PI};
    hp_error first = HP_ERROR_INIT;
    int found = 0;
    HP_CALL(hp_channels_check(channels, err));
    HP_CALL(check_energies(&at, energy, n, &at.left, err));
    start_at_threshold(&at, n_bound);
    if (n > 0) HP_CALL(leave_threshold(&at, energy[0], err));
    for (int i = 0; i < n; i++) {
        hp_error trouble = HP_ERROR_INIT;
        hp_status status = advance(&at, energy[i], &trouble);
        if (status == HP_OK) found++;
        phases[i] = status == HP_OK ? at.now : nothing_at(energy[i]);
        if (status != HP_OK && first.status == HP_OK) first = trouble;
        bool hopeless = at.left < 0.0 || (i + 1 == n && found == 0);
        if (status == HP_OK || (status == HP_ERR_NUMERIC && !hopeless)) continue;
        if (err != NULL) *err = status == HP_ERR_NUMERIC ? first : trouble;
        return status;
    }
    return HP_OK;
}
