// SPDX-License-Identifier: GPL-3.0-or-later
/* Which sources and times of an ensemble have a signal. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "starter_parts.h"

/* A time has signal when errors of R and of S are below these parts of them: S, with its
 * derivatives, is the noisier by one or two orders, and what is left of a fit to an S of which a
 * fifth is noise is mostly its prior. */
static const double MOST_R = 0.05, MOST_S = 0.2;

/* The latest of those that have: other states than elastic ones fade with t, times far apart hold
 * different ones, and each costs as much as the first. Of the published Xi Xi data a fit to the
 * latest three does not converge, one to the latest two does. */
enum { MOST_TIMES = 2 };

static hp_signal measure(const hp_lo_errors *errors, size_t start, int n) {
    double R = 0.0, S = 0.0, R_error = 0.0, S_error = 0.0;
    for (size_t i = start; i < start + (size_t)n; i++) {
        R += errors->R[i] * errors->R[i];
        S += errors->S[i] * errors->S[i];
        R_error += errors->R_error[i] * errors->R_error[i];
        S_error += errors->S_error[i] * errors->S_error[i];
    }
    return (hp_signal){sqrt(R_error / R), sqrt(S_error / S)};
}

static bool is_good(hp_signal signal) {
    return signal.R <= MOST_R && signal.S <= MOST_S; /* not for nan */
}

/* Sources that have signal at some time; all of them where none has. */
static void choose_sources(const hp_signal *signal, int nt, hp_starter *starter) {
    int nsource = starter->ensemble->nsource;
    for (int i = 0; i < nsource * nt; i++) {
        starter->takes_source[i / nt] |= is_good(signal[i]);
        starter->has_signal |= is_good(signal[i]);
    }
    for (int s = 0; s < nsource && !starter->has_signal; s++) starter->takes_source[s] = true;
}

/* The larger of each; nan wins. */
static hp_signal worse(hp_signal one, hp_signal other) {
    return (hp_signal){one.R >= other.R ? one.R : other.R, one.S >= other.S ? one.S : other.S};
}

/* The plan has all times but the first and the last of the file. */
static void judge_times(const hp_signal *signal, int nt, hp_starter *starter) {
    const hp_ensemble *ensemble = starter->ensemble;
    starter->has_signal = false;
    for (int t = 0; t < ensemble->nt; t++) {
        hp_starter_time *time = &starter->time[t];
        *time =
            (hp_starter_time){.t = ensemble->t[t], .has_neighbours = t > 0 && t < ensemble->nt - 1};
        for (int s = 0; s < ensemble->nsource && time->has_neighbours; s++)
            if (starter->takes_source[s]) time->worst = worse(signal[s * nt + t - 1], time->worst);
        time->has_signal = time->has_neighbours && is_good(time->worst);
        starter->has_signal |= time->has_signal;
    }
}

/* The latest with signal; without any, the one whose S has the smallest error. */
static void take_times(hp_starter *starter) {
    int best = 1, count = 0;
    for (int t = starter->ensemble->nt - 2; t > 0; t--) {
        hp_starter_time *time = &starter->time[t];
        time->taken = time->has_signal && count < MOST_TIMES;
        count += time->taken;
        if (time->worst.S < starter->time[best].worst.S) best = t;
    }
    if (count == 0) starter->time[best].taken = true;
}

hp_status hp_starter_choose(const hp_lo_errors *errors, const hp_correlator_plan *plan,
                            hp_starter *starter, hp_error *err) {
    const hp_ensemble *ensemble = starter->ensemble;
    const double *r = ensemble->geometry.r;
    double spacing_fm = hp_spacing_fm(ensemble->inverse_spacing_mev);
    size_t ncolumn = (size_t)plan->nsource * (size_t)plan->nt;
    hp_signal *signal;
    int n = 0;
    HP_ALLOCATE(signal, ncolumn);
    while (n < plan->nshell && r[n] * spacing_fm <= starter->middle_fm) n++;
    for (size_t c = 0; c < ncolumn; c++) signal[c] = measure(errors, c * (size_t)plan->nshell, n);
    choose_sources(signal, plan->nt, starter);
    judge_times(signal, plan->nt, starter);
    take_times(starter);
    hp_free(signal);
    return HP_OK;
}
