// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers at given energies: phases, S and K matrices, correlation functions. */
#include "channel_numbers.h"

#include <stdlib.h>
#include "hadpot/coupled_femtoscopy.h"
#include "hadpot/memory.h"
#include "hadpot/smatrix.h"

enum { MOST_ENERGIES = 64 };

static double degrees(double x) {
    return x * 180.0 / M_PI;
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* "E=", "k=", "W=", "T=". */
static double energy_at(const channel_model *m, const char *at) {
    double x = strtod(at + 2, NULL);
    if (at[0] == 'k') return hp_channels_energy(&m->channels, 0, x * x);
    if (at[0] == 'W') return x / m->mev - m->channels.lowest;
    if (at[0] == 'T') return hp_channels_energy(&m->channels, 0, m->lab_k2(x));
    return x;
}

static int place_of(const hp_phases *p, int component) {
    for (int a = 0; a < p->nopen; a++)
        if (p->open[a] == component) return a;
    return 0;
}

/* Angles that hp_phases has, and numbers that need no branch; nan: none of them. */
static double angle(const hp_phases *p, const char *q) {
    int a = place_of(p, q[strcspn(q, "_")] == '_' ? q[strcspn(q, "_") + 1] - '1' : 0);
    if (begins(q, "delta_")) return degrees(p->delta[a]);
    if (strcmp(q, "sum") == 0) return degrees(p->sum);
    if (strcmp(q, "epsilon") == 0) return degrees(p->stapp_epsilon);
    if (strcmp(q, "BB_epsilon") == 0) return degrees(p->blatt_epsilon);
    if (begins(q, "bar_")) return degrees(p->stapp[a]);
    if (begins(q, "BB_")) return degrees(p->blatt[a]);
    return NAN;
}

static double plain(const channel_model *m, const hp_phases *p, const char *q) {
    if (begins(q, "k2_")) return p->k2[m->channels.component[q[3] - '1'].pair];
    if (begins(q, "eta_")) return p->eta[place_of(p, q[4] - '1')];
    if (strncmp(q + 3, "S", 1) != 0) return NAN;
    double complex S = p->S[place_of(p, q[4] - '1') * p->nopen + place_of(p, q[5] - '1')];
    return q[0] == 'R' ? creal(S) : cimag(S);
}

/* The branch of an angle: the other solver's is moved to that of the first. */
static double on_branch(const char *q, double value, const hp_phases *p, const hp_phases *first) {
    if (strcmp(q, "BB_epsilon") == 0) return value;
    if (strcmp(q, "epsilon") != 0)
        return value + 180.0 * nearbyint((angle(first, q) - value) / 180.0);
    double turns = 0.0;
    for (int a = 0; a < 2; a++) turns += nearbyint((first->stapp[a] - p->stapp[a]) / M_PI);
    return fmod(fabs(turns), 2.0) == 1.0 ? -value : value;
}

/* |S12|/k_2^(1/2). */
static hp_status root_of_coupling(channel_model *m, int solver, double energy, double *value,
                                  hp_error *err) {
    hp_tmatrix T;
    hp_phases p;
    HP_CALL(channel_model_solve(m, solver, energy, &T, err));
    HP_CALL(hp_phases_of_t(&m->channels, &T, &p, err));
    *value = cabs(p.S[1]) / pow(p.k2[1], 0.25);
    return HP_OK;
}

/* At threshold the polynomial through k_2 = h, 2h, 3h, 4h: an error of about h^4. */
static hp_status coupling(channel_model *m, int solver, double energy, double *value,
                          hp_error *err) {
    static const double weight[4] = {4.0, -6.0, 4.0, -1.0}, h = 4e-4;
    double threshold = m->channels.threshold[1];
    if (energy != threshold) return root_of_coupling(m, solver, energy, value, err);
    *value = 0.0;
    for (int i = 0; i < 4; i++) {
        double part, k = h * (i + 1);
        HP_CALL(root_of_coupling(m, solver, threshold + k * k, &part, err));
        *value += weight[i] * part;
    }
    return HP_OK;
}

static hp_status kmatrix_element(channel_model *m, int solver, double energy, const char *q,
                                 double *value, hp_error *err) {
    double K[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    hp_tmatrix T;
    HP_CALL(channel_model_solve(m, solver, energy, &T, err));
    HP_CALL(hp_coupled_kmatrix(&m->channels, &T, K, err));
    *value = K[(q[1] - '1') * T.nopen + (q[2] - '1')];
    return HP_OK;
}

/* "C w=(1;0)", R = 0.5. */
static hp_status correlation(channel_model *m, double energy, const char *q, double *value,
                             hp_error *err) {
    hp_status status = HP_OK;
    hp_femto_channels source = {0, {1.0, q[7] - '0'}, 0.5};
    int N = m->channels.ncomponent;
    double *wave = NULL;
    hp_tmatrix T;
    HP_NEW(wave, N * N * m->grid.n);
    HP_TRY(hp_coupled_solve(m->nystroem, energy, &T, wave, err));
    HP_TRY(hp_coupled_femto_excess(&m->grid, &m->channels, &source, &T, wave, value, err));
    *value += 1.0;
cleanup:
    hp_free(wave);
    return status;
}

typedef struct spectrum {
    int n, followed;
    double energy[MOST_ENERGIES], follow[MOST_ENERGIES];
    hp_phases branch[MOST_ENERGIES]; /* at energies of `follow` */
} spectrum;

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_angle(const char *q) {
    return strcmp(q, "sum") == 0 || strcmp(q, "epsilon") == 0 || begins(q, "delta") ||
           begins(q, "bar") || begins(q, "BB");
}

static hp_status solve_nystroem(double energy, hp_tmatrix *T, void *context, hp_error *err) {
    return hp_coupled_solve(context, energy, T, NULL, err);
}

/* Continuous branches at all energies of which an angle is wanted. */
static hp_status follow(channel_model *m, channel_number **row, int n, spectrum *s, hp_error *err) {
    int bound;
    bool in_doubt;
    s->followed = 0;
    for (int i = 0; i < n; i++) {
        double energy = energy_at(m, row[i]->at);
        bool known = !is_angle(row[i]->quantity);
        for (int j = 0; j < s->followed; j++) known = known || s->follow[j] == energy;
        if (known) continue;
        HP_REQUIRE(s->followed < MOST_ENERGIES, HP_ERR_INPUT, "more than %d energies",
                   MOST_ENERGIES);
        s->follow[s->followed++] = energy;
    }
    if (s->followed == 0) return HP_OK;
    qsort(s->follow, (size_t)s->followed, sizeof *s->follow, compare);
    HP_CALL(hp_coupled_count_bound(m->nystroem, &bound, &in_doubt, err));
    return hp_phases_follow(&m->channels, solve_nystroem, m->nystroem, s->follow, s->followed,
                            bound, m->grid.range, s->branch, err);
}

static hp_status phase(channel_model *m, const spectrum *s, double energy, channel_number *row,
                       hp_error *err) {
    const char *q = row->quantity;
    hp_tmatrix T;
    hp_phases p[2];
    for (int solver = 0; solver < 2; solver++) {
        HP_CALL(channel_model_solve(m, solver, energy, &T, err));
        HP_CALL(hp_phases_of_t(&m->channels, &T, &p[solver], err));
        row->found[solver] = plain(m, &p[solver], q);
    }
    if (begins(q, "k2_")) row->found[1] = INFINITY; /* not of a solver */
    if (!is_angle(q)) return HP_OK;
    for (int i = 0; i < s->followed; i++)
        if (s->follow[i] == energy) p[0] = s->branch[i];
    row->found[0] = angle(&p[0], q);
    row->found[1] = on_branch(q, angle(&p[1], q), &p[1], &p[0]);
    if (strstr(q, "mod 180") == NULL) return HP_OK;
    for (int i = 0; i < 2; i++)
        row->found[i] -= 180.0 * nearbyint((row->found[i] - row->expected) / 180.0);
    return HP_OK;
}

hp_status channel_numbers_at_energies(channel_model *m, channel_number **row, int n,
                                      hp_error *err) {
    spectrum s;
    HP_CALL(follow(m, row, n, &s, err));
    for (int i = 0; i < n; i++) {
        const char *q = row[i]->quantity;
        double energy = energy_at(m, row[i]->at);
        if (q[0] == 'C') {
            HP_CALL(correlation(m, energy, q, &row[i]->found[0], err));
        } else if (q[0] == 'K' || q[0] == '|') {
            for (int solver = 0; solver < 2; solver++)
                HP_CALL(q[0] == 'K'
                            ? kmatrix_element(m, solver, energy, q, &row[i]->found[solver], err)
                            : coupling(m, solver, energy, &row[i]->found[solver], err));
        } else {
            HP_CALL(phase(m, &s, energy, row[i], err));
        }
    }
    return HP_OK;
}
