// SPDX-License-Identifier: GPL-3.0-or-later
/* Masses in the record of a run: rows of all samples, windows, chi2, notes. */
#include <math.h>
#include <stdio.h>
#include "hadpot/masses.h"

enum { MASS, LATTICE, EFFECTIVE, FITTED, NROW };

/* What has the axis mass_t is there with two-point functions alone. */
static const hp_row rows[2][NROW] = {
    {{HP_ROW_MASS_1, "MeV", "mass of the first hadron", .summary = HP_ROW_MASS_1,
      .roles = HP_BUDGET},
     HP_PLAIN_ROW("masses/mass_1_lat", "1/a", "mass of the first hadron", NULL),
     {"masses/effective_mass_1_mev", "MeV",
      "effective mass of the first hadron from t and t+1; nan: there is none", .axis = {"mass_t"},
      .table = "masses"},
     {"masses/fitted_mass_1_mev", "MeV",
      "the same of the fit of the first hadron, within its window", .axis = {"mass_t"},
      .table = "masses"}},
    {{HP_ROW_MASS_2, "MeV", "mass of the second hadron", .summary = HP_ROW_MASS_2,
      .roles = HP_BUDGET},
     HP_PLAIN_ROW("masses/mass_2_lat", "1/a", "mass of the second hadron", NULL),
     {"masses/effective_mass_2_mev", "MeV",
      "effective mass of the second hadron from t and t+1; nan: there is none", .axis = {"mass_t"},
      .table = "masses"},
     {"masses/fitted_mass_2_mev", "MeV",
      "the same of the fit of the second hadron, within its window", .axis = {"mass_t"},
      .table = "masses"}}};

/* Effective masses; 0: there are no two-point functions. */
static int count_times(const hp_masses *masses) {
    return masses->source >= 0 ? masses->points.of[0].nt - 1 : 0;
}

static bool has_rows(const hp_masses *masses) {
    return masses->nrow > 1 || masses->source >= 0;
}

void hp_masses_add_rows(const hp_masses *masses, hp_record *record) {
    int n = count_times(masses);
    if (!has_rows(masses)) return;
    hp_record_add_axis(record, "mass_t", (size_t)n);
    int *t = hp_record_room(record, (size_t)n, sizeof *t);
    if (t == NULL) return;
    for (int i = 0; i < n; i++) t[i] = masses->points.of[0].first + i;
    if (n > 0) {
        hp_record_label(record, "mass_t",
                        &(hp_label){.column = "t",
                                    .path = "masses/t",
                                    .unit = "a",
                                    .text = "Euclidean times of effective masses",
                                    .integer = t});
        hp_record_add_table(record, "masses", HP_WIDE,
                            "effective masses from two-point functions at t and t+1; fitted: of "
                            "the fit, within its window");
    }
    for (int i = 0; i < 2; i++) hp_record_add_rows(record, rows[i], NROW);
}

/* Effective masses of a fit between the times of its window. */
static void store_fitted(const hp_two_point *C, const hp_mass_fit *fit, double mev, int row,
                         double *out) {
    for (int i = 0; i < C->nt - 1; i++) {
        int t = C->first + i;
        out[i] = NAN;
        if (fit->mass == NULL || t < fit->window.t_min || t >= fit->window.t_max) continue;
        double value[2], mass;
        for (int step = 0; step < 2; step++) value[step] = hp_mass_fit_value(fit, C, row, t + step);
        const hp_two_point two = {
            .nt = 2, .nrow = 1, .first = t, .stride = 2, .value = value, .extent = C->extent};
        hp_effective_masses(&two, fit->window.form, &mass);
        out[i] = mass * mev;
    }
}

void hp_masses_store(const hp_masses *masses, double inverse_spacing_mev, int row,
                     const hp_record *record, double *vector) {
    int n = count_times(masses);
    if (!has_rows(masses)) return;
    for (int i = 0; i < 2; i++) {
        const hp_hadron_mass *hadron = &masses->hadron[i];
        double mass = masses->rows[i * masses->nrow + (masses->nrow > 1 ? row : 0)];
        *hp_record_at(record, vector, rows[i][MASS].path) = mass * inverse_spacing_mev;
        *hp_record_at(record, vector, rows[i][LATTICE].path) = mass;
        if (n == 0) continue;
        double *effective = hp_record_at(record, vector, rows[i][EFFECTIVE].path);
        for (int t = 0; t < n; t++)
            effective[t] = hadron->effective[(ptrdiff_t)row * n + t] * inverse_spacing_mev;
        store_fitted(&masses->points.of[i], &hadron->fit, inverse_spacing_mev, row,
                     hp_record_at(record, vector, rows[i][FITTED].path));
    }
}

/* An attribute of a mass and its key in the summary, masses/fit_1/NAME. */
static hp_place place_of(hp_record *record, int i, const char *name) {
    return (hp_place){rows[i][MASS].path, name,
                      hp_record_copy(record, "masses/fit_%d/%s", i + 1, name)};
}

static void put_fit(const hp_masses *masses, const hp_ensemble *ensemble, int i,
                    hp_record *record) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    const hp_mass_fit *fit = &hadron->fit;
    const hp_mass_window *window = &fit->window;
    hp_band mass = {fit->mass[0], hp_mass_error(&masses->points.of[i], fit->mass)};
    hp_record_put_text(record, place_of(record, i, "source"), ensemble->source[masses->source]);
    hp_record_put_text(record, place_of(record, i, "form"),
                       window->form == HP_MASS_COSH ? "cosh" : "exponential");
    hp_record_put_integer(record, place_of(record, i, "states"), window->states);
    hp_record_put_integer(record, place_of(record, i, "t_min"), window->t_min);
    hp_record_put_integer(record, place_of(record, i, "t_max"), window->t_max);
    hp_record_put_text(record, place_of(record, i, "window"),
                       hadron->recommended
                           ? hp_record_copy(record, "recommended: %s", hadron->choice.reason)
                           : "given");
    hp_record_put_number(record, place_of(record, i, "mass_lat"), mass.value);
    hp_record_put_number(record, place_of(record, i, "mass_lat_stat"), mass.error);
    hp_record_put_number(record, place_of(record, i, "chi2"), fit->chi2);
    hp_record_put_number(record, place_of(record, i, "chi2_expected"), fit->expected);
    hp_record_put_number(record, place_of(record, i, "probability"), fit->probability);
}

/* "first 1314.2(13) MeV: source wall, t = 8 ... 14 (given), 1 state, p = 0.4" */
static void show(const hp_masses *masses, const hp_ensemble *ensemble, int i, hp_record *record) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    const hp_mass_fit *fit = &hadron->fit;
    const char *which = i == 0 ? "first" : "second";
    char mass[48], chance[32] = "too few bins for p";
    hp_format_value(hp_record_band_of(record, rows[i][MASS].path, 0), mass, sizeof mass);
    if (!masses->from_two_point) {
        hp_record_show(record, "mass", "%s %s MeV, given%s", which, mass,
                       hadron->given_error > 0.0 ? " with its error" : "");
        return;
    }
    if (isfinite(fit->probability)) snprintf(chance, sizeof chance, "p = %.2g", fit->probability);
    hp_record_show(record, "mass", "%s %s MeV: source %s, t = %d ... %d (%s), %d state%s, %s",
                   which, mass, ensemble->source[masses->source], fit->window.t_min,
                   fit->window.t_max, hadron->recommended ? "recommended" : "given",
                   fit->window.states, fit->window.states > 1 ? "s" : "", chance);
}

static void note_difference(const hp_hadron_mass *hadron, int i, hp_record *record) {
    char text[48];
    hp_format_value(hadron->last_effective, text, sizeof text);
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK},
                       "mass_%d is %g, but the effective mass of its two-point functions at the "
                       "last times of the fit is %s: excited states, or another mass",
                       i + 1, hadron->given, text);
}

static void note(const hp_masses *masses, int i, hp_record *record) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    const hp_mass_window *window = &hadron->fit.window;
    if (hadron->effective_differs) note_difference(hadron, i, record);
    if (!masses->from_two_point) return;
    if (hadron->recommended && !hadron->choice.good)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "no window for the mass of hadron %d can be trusted, t = %d ... %d is "
                           "%s: give masses.t_min and masses.t_max",
                           i + 1, window->t_min, window->t_max, hadron->choice.reason);
    if (hadron->fit.probability < HP_MASS_LEAST_PROBABILITY)
        hp_record_add_note(
            record,
            (hp_note){.severity = HP_CAUTION, .fails = "does not describe its two-point functions"},
            "the fit of the mass of hadron %d to t = %d ... %d does not describe its data: chi2 = "
            "%.3g where %.3g is expected, p = %.2g",
            i + 1, window->t_min, window->t_max, hadron->fit.chi2, hadron->fit.expected,
            hadron->fit.probability);
}

void hp_masses_describe(const hp_masses *masses, const hp_ensemble *ensemble, hp_record *record) {
    for (int i = 0; i < 2; i++) note(masses, i, record);
    if (!has_rows(masses)) return;
    hp_record_put_text(record, (hp_place){NULL, NULL, "masses/from"},
                       masses->from_two_point ? "two_point" : "given");
    for (int i = 0; i < 2; i++) {
        if (masses->hadron[i].fit.mass != NULL) put_fit(masses, ensemble, i, record);
        show(masses, ensemble, i, record);
    }
}
