// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of coupled channels that are there once for each component or pair of components. */
#include <stdio.h>
#include "channel_parts.h"

/* As in rows.c: an a_l below this, in fm^(2l+1), is far from infinity, whatever 1/a_l does. */
#define LARGE_LENGTH 1.0

const char *hp_channel_path(const hp_channel_observables *of, const char *path, int c,
                            const char *suffix, char text[HP_CHANNEL_PATH]) {
    snprintf(text, HP_CHANNEL_PATH, "%s%s%s", path, of->part[c], suffix);
    return text;
}

const char *hp_channel_smatrix_path(const char *part, int c, int d, char text[HP_CHANNEL_PATH]) {
    snprintf(text, HP_CHANNEL_PATH, "smatrix/%s_S_%d%d", part, c + 1, d + 1);
    return text;
}

const char *hp_channel_eigenphase_path(int e, char text[HP_CHANNEL_PATH]) {
    snprintf(text, HP_CHANNEL_PATH, "mixing/eigenphase_%d_deg", e + 1);
    return text;
}

/* "fm", "fm3" of powers 1, 3; "per_fm" of -1. */
static void name_power(int power, char text[16]) {
    int size = power > 0 ? power : -power;
    snprintf(text, 16, size > 1 ? "%sfm%d" : "%sfm", power > 0 ? "" : "per_", size);
}

const char *hp_channel_length_path(const hp_channel_observables *of, enum hp_channel_length which,
                                   int c, char text[HP_CHANNEL_PATH]) {
    static const char *const path[] = {[HP_LENGTH] = "scattering/scattering_length",
                                       [HP_LENGTH_RE] = "scattering/re_scattering_length",
                                       [HP_LENGTH_IM] = "scattering/im_scattering_length",
                                       [HP_LENGTH_RANGE] = "scattering/effective_range",
                                       [HP_LENGTH_INVERSE] = "scattering/inverse_scattering_length",
                                       [HP_LENGTH_NUMERICAL] =
                                           "scattering/scattering_length_numerical_error"};
    int l = of->channels.component[c].l, power = 2 * l + 1;
    char unit[16], suffix[20];
    if (which == HP_LENGTH_RANGE) power = 1 - 2 * l;
    if (which == HP_LENGTH_INVERSE) power = -power;
    name_power(power, unit);
    snprintf(suffix, sizeof suffix, "_%s", unit);
    return hp_channel_path(of, path[which], which == HP_LENGTH_RANGE ? of->first : c, suffix, text);
}

void hp_channel_add_smatrix(const hp_channel_observables *of, hp_record *record) {
    static const char *const part[] = {"re", "im"}, *const word[] = {"real", "imaginary"};
    char path[HP_CHANNEL_PATH];
    for (int c = 0; c < of->channels.ncomponent && of->channels.ncomponent > 1; c++)
        for (int d = c; d < of->channels.ncomponent; d++)
            for (int i = 0; i < 2; i++) {
                const hp_row row = {
                    .path =
                        hp_record_copy(record, "%s", hp_channel_smatrix_path(part[i], c, d, path)),
                    .unit = "1",
                    .text = hp_record_copy(record, "S of %s and %s, %s part; nan: one is closed",
                                           of->name[c], of->name[d], word[i]),
                    .axis = {"energy"},
                    .table = "smatrix",
                    .roles = HP_BUDGET | HP_DRAWN};
                hp_record_add_rows(record, &row, 1);
            }
}

void hp_channel_add_eigenphases(const hp_channel_observables *of, hp_record *record) {
    static const hp_row sum = {HP_ROW_EIGENPHASE_SUM,
                               "deg",
                               "sum of all eigenphases, (1/2) arg det S",
                               .axis = {"energy"},
                               .compare = HP_MODULO_180,
                               .guide = HP_ROW_NBOUND,
                               .table = "mixing",
                               .roles = HP_BUDGET | HP_DRAWN};
    char path[HP_CHANNEL_PATH];
    if (of->channels.ncomponent == 1) return;
    for (int e = 0; e < of->channels.ncomponent; e++) {
        const hp_row row = {.path =
                                hp_record_copy(record, "%s", hp_channel_eigenphase_path(e, path)),
                            .unit = "deg",
                            .text = "eigenphase of S, continuous in energy; nan: fewer are open",
                            .axis = {"energy"},
                            .compare = HP_MODULO_180,
                            .guide = HP_ROW_NBOUND,
                            .table = "mixing"};
        hp_record_add_rows(record, &row, 1);
    }
    hp_record_add_rows(record, &sum, 1);
}

static const char *keep_length(const hp_channel_observables *of, enum hp_channel_length which,
                               int c, hp_record *record) {
    char path[HP_CHANNEL_PATH];
    return hp_record_copy(record, "%s", hp_channel_length_path(of, which, c, path));
}

/* "fm^3" */
static const char *unit_of(int power, hp_record *record) {
    return power == 1 ? "fm" : hp_record_copy(record, "fm^%d", power);
}

/* ", LL:1S0" where an ensemble has several components; jobs of given potentials name them. */
static const char *whose(const hp_channel_observables *of, int c, hp_record *record) {
    bool several = of->lattice && of->channels.ncomponent > 1;
    return several ? hp_record_copy(record, ", %s", of->name[c]) : "";
}

/* At the lowest threshold: a_l, real, with 1/a_l and its numerical error. */
static void add_real(const hp_channel_observables *of, int c, hp_record *record) {
    int l = of->channels.component[c].l, power = 2 * l + 1;
    const char *inverse = keep_length(of, HP_LENGTH_INVERSE, c, record);
    const char *numerical = keep_length(of, HP_LENGTH_NUMERICAL, c, record);
    const hp_row rows[] = {
        {.path = keep_length(of, HP_LENGTH, c, record),
         .unit = unit_of(power, record),
         .text = "a_l; k^(2l+1) cot delta = -1/a_l + r_eff k^2/2",
         .place = c == of->first ? 1 : 0,
         .symbol = hp_record_copy(record, "scattering length a%d%s", l, whose(of, c, record)),
         .compare = HP_POLE,
         .guide = inverse,
         .scale = LARGE_LENGTH,
         .table = "observables",
         .twin = numerical,
         .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
        {.path = inverse,
         .unit = unit_of(-power, record),
         .text = "1/a_l, which is determined also where a_l passes infinity",
         .symbol =
             hp_record_copy(record, "inverse scattering length 1/a%d%s", l, whose(of, c, record)),
         .table = "observables",
         .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN},
        {.path = numerical,
         .unit = unit_of(power, record),
         .text = "difference of the two solvers"}};
    hp_record_add_rows(record, rows, 3);
}

/* At a higher threshold a is complex. */
static void add_complex(const hp_channel_observables *of, int c, hp_record *record) {
    static const char *const text[] = {"a = T_cc at its threshold, real part",
                                       "a = T_cc at its threshold, imaginary part"};
    for (int i = 0; i < 2; i++) {
        const hp_row row = {.path =
                                keep_length(of, i == 0 ? HP_LENGTH_RE : HP_LENGTH_IM, c, record),
                            .unit = unit_of(2 * of->channels.component[c].l + 1, record),
                            .text = text[i],
                            .table = "observables",
                            .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN};
        hp_record_add_rows(record, &row, 1);
    }
}

bool hp_channel_is_lowest(const hp_channel_observables *of, const hp_channels *channels, int c) {
    return channels->threshold[of->channels.component[c].pair] == 0.0;
}

void hp_channel_add_thresholds(const hp_channel_observables *of, hp_record *record) {
    for (int c = 0; c < of->channels.ncomponent; c++)
        if (hp_channel_is_lowest(of, &of->channels, c))
            add_real(of, c, record);
        else
            add_complex(of, c, record);
    const hp_row range = {
        .path = keep_length(of, HP_LENGTH_RANGE, of->first, record),
        .unit = unit_of(1 - 2 * of->channels.component[of->first].l, record),
        .text = "effective range r_eff",
        .place = 2,
        .symbol = hp_record_copy(record, "effective range r_eff%s", whose(of, of->first, record)),
        .table = "observables",
        .roles = HP_SUMMARY | HP_BUDGET | HP_DRAWN};
    hp_record_add_rows(record, &range, 1);
}

/* Of each component of a bound state: its probability and its asymptotic constant. */
void hp_channel_add_states(const hp_channel_observables *of, hp_record *record) {
    char path[HP_CHANNEL_PATH];
    for (int c = 0; c < of->channels.ncomponent; c++) {
        const hp_row probability = {
            .path = hp_record_copy(record, "%s",
                                   hp_channel_path(of, "scattering/probability", c, "", path)),
            .unit = "1",
            .text = "probability of the component in the bound state",
            .axis = {"bound"},
            .compare = HP_FOUND,
            .table = "observables",
            .column = hp_record_copy(record, "probability_%%zu%s", of->part[c]),
            .roles = HP_SUMMARY};
        const hp_row asymptotic = {
            .path = hp_record_copy(record, "%s",
                                   hp_channel_path(of, "scattering/asymptotic", c, "", path)),
            .unit = "fm^(-1/2)",
            .text = "A of r psi -> A exp(-kappa r) (1 + ...) of the component in the bound state",
            .axis = {"bound"},
            .compare = HP_FOUND,
            .table = "observables",
            .column = hp_record_copy(record, "asymptotic_%%zu%s", of->part[c]),
            .roles = HP_SUMMARY};
        if (of->channels.ncomponent > 1) hp_record_add_rows(record, &probability, 1);
        hp_record_add_rows(record, &asymptotic, 1);
    }
}
