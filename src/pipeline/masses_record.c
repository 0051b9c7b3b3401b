// SPDX-License-Identifier: GPL-3.0-or-later
/* Masses in the record of a run: rows of all samples, windows, chi2, notes. */
#include <math.h>
#include <stdio.h>
#include <string.h>
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

/* Of a pair with a name: "masses/LL/mass_1_mev", axis and table "mass_t_LL", "masses_LL". */
enum { NAME_SIZE = 160 };
static const char *under(const hp_masses *masses, const char *path, char text[NAME_SIZE]) {
    if (*masses->name == '\0') return path;
    snprintf(text, NAME_SIZE, "masses/%s/%s", masses->name, path + strlen("masses/"));
    return text;
}

static const char *beside(const hp_masses *masses, const char *name, char text[NAME_SIZE]) {
    if (*masses->name == '\0') return name;
    snprintf(text, NAME_SIZE, "%s_%s", name, masses->name);
    return text;
}

static hp_row row_of(const hp_masses *masses, int i, int which, hp_record *record) {
    hp_row row = rows[i][which];
    char text[NAME_SIZE];
    if (*masses->name == '\0') return row;
    row.path = hp_record_copy(record, "%s", under(masses, row.path, text));
    if (row.summary != NULL) row.summary = row.path;
    if (row.axis[0] != NULL)
        row.axis[0] = hp_record_copy(record, "%s", beside(masses, row.axis[0], text));
    if (row.table != NULL)
        row.table = hp_record_copy(record, "%s", beside(masses, row.table, text));
    row.text = hp_record_copy(record, "%s of pair %s", row.text, masses->name);
    return row;
}

/* "1", or "1 of LL" */
static const char *hadron_text(const hp_masses *masses, int i, char text[NAME_SIZE]) {
    if (*masses->name == '\0')
        snprintf(text, NAME_SIZE, "%d", i + 1);
    else
        snprintf(text, NAME_SIZE, "%d of %s", i + 1, masses->name);
    return text;
}

void hp_masses_add_rows(const hp_masses *masses, hp_record *record) {
    int n = count_times(masses);
    char text[NAME_SIZE];
    if (!has_rows(masses)) return;
    const char *axis = hp_record_copy(record, "%s", beside(masses, "mass_t", text));
    const char *table = hp_record_copy(record, "%s", beside(masses, "masses", text));
    hp_record_add_axis(record, axis, (size_t)n);
    int *t = hp_record_room(record, (size_t)n, sizeof *t);
    if (t == NULL) return;
    for (int i = 0; i < n; i++) t[i] = masses->points.of[0].first + i;
    if (n > 0) {
        hp_record_label(
            record, axis,
            &(hp_label){.column = "t",
                        .path = hp_record_copy(record, "%s", under(masses, "masses/t", text)),
                        .unit = "a",
                        .text = "Euclidean times of effective masses",
                        .integer = t});
        hp_record_add_table(record, table, HP_WIDE,
                            "effective masses from two-point functions at t and t+1; fitted: of "
                            "the fit, within its window");
    }
    for (int i = 0; i < 2; i++)
        for (int which = 0; which < NROW; which++) {
            const hp_row row = row_of(masses, i, which, record);
            hp_record_add_rows(record, &row, 1);
        }
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
    char path[NAME_SIZE];
    if (!has_rows(masses)) return;
    for (int i = 0; i < 2; i++) {
        const hp_hadron_mass *hadron = &masses->hadron[i];
        double mass = masses->rows[i * masses->nrow + (masses->nrow > 1 ? row : 0)];
        *hp_record_at(record, vector, under(masses, rows[i][MASS].path, path)) =
            mass * inverse_spacing_mev;
        *hp_record_at(record, vector, under(masses, rows[i][LATTICE].path, path)) = mass;
        if (n == 0) continue;
        double *effective =
            hp_record_at(record, vector, under(masses, rows[i][EFFECTIVE].path, path));
        for (int t = 0; t < n; t++)
            effective[t] = hadron->effective[(ptrdiff_t)row * n + t] * inverse_spacing_mev;
        store_fitted(&masses->points.of[i], &hadron->fit, inverse_spacing_mev, row,
                     hp_record_at(record, vector, under(masses, rows[i][FITTED].path, path)));
    }
}

/* An attribute of a mass and its key in the summary, masses/fit_1/NAME. */
static hp_place place_of(const hp_masses *masses, hp_record *record, int i, const char *name) {
    char text[NAME_SIZE];
    const char *path = hp_record_copy(record, "%s", under(masses, rows[i][MASS].path, text));
    const char *key = under(masses, "masses/fit_", text);
    return (hp_place){path, name, hp_record_copy(record, "%s%d/%s", key, i + 1, name)};
}

static void put_fit(const hp_masses *masses, const hp_ensemble *ensemble, int i,
                    hp_record *record) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    const hp_mass_fit *fit = &hadron->fit;
    const hp_mass_window *window = &fit->window;
    hp_band mass = {fit->mass[0], hp_mass_error(&masses->points.of[i], fit->mass)};
    hp_record_put_text(record, place_of(masses, record, i, "source"),
                       hp_masses_source(masses, ensemble));
    hp_record_put_text(record, place_of(masses, record, i, "form"),
                       window->form == HP_MASS_COSH ? "cosh" : "exponential");
    hp_record_put_integer(record, place_of(masses, record, i, "states"), window->states);
    hp_record_put_integer(record, place_of(masses, record, i, "t_min"), window->t_min);
    hp_record_put_integer(record, place_of(masses, record, i, "t_max"), window->t_max);
    hp_record_put_text(record, place_of(masses, record, i, "window"),
                       hadron->recommended
                           ? hp_record_copy(record, "recommended: %s", hadron->choice.reason)
                           : "given");
    hp_record_put_number(record, place_of(masses, record, i, "mass_lat"), mass.value);
    hp_record_put_number(record, place_of(masses, record, i, "mass_lat_stat"), mass.error);
    hp_record_put_number(record, place_of(masses, record, i, "chi2"), fit->chi2);
    hp_record_put_number(record, place_of(masses, record, i, "chi2_expected"), fit->expected);
    hp_record_put_number(record, place_of(masses, record, i, "probability"), fit->probability);
}

/* "first 1314.2(13) MeV: source wall, t = 8 ... 14 (given), 1 state, p = 0.4" */
static void show(const hp_masses *masses, const hp_ensemble *ensemble, int i, hp_record *record) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    const hp_mass_fit *fit = &hadron->fit;
    const char *which = i == 0 ? "first" : "second";
    char mass[48], path[NAME_SIZE], chance[32] = "too few bins for p";
    if (*masses->name != '\0') which = hp_record_copy(record, "%s, %s", masses->name, which);
    hp_format_value(hp_record_band_of(record, under(masses, rows[i][MASS].path, path), 0), mass,
                    sizeof mass);
    if (!masses->from_two_point) {
        hp_record_show(record, "mass", "%s %s MeV, given%s", which, mass,
                       hadron->given_error > 0.0 ? " with its error" : "");
        return;
    }
    if (isfinite(fit->probability)) snprintf(chance, sizeof chance, "p = %.2g", fit->probability);
    hp_record_show(record, "mass", "%s %s MeV: source %s, t = %d ... %d (%s), %d state%s, %s",
                   which, mass, hp_masses_source(masses, ensemble), fit->window.t_min,
                   fit->window.t_max, hadron->recommended ? "recommended" : "given",
                   fit->window.states, fit->window.states > 1 ? "s" : "", chance);
}

static void note_difference(const hp_masses *masses, int i, hp_record *record) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    char text[48], which[NAME_SIZE];
    hp_format_value(hadron->last_effective, text, sizeof text);
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK},
                       "mass_%s is %g, but the effective mass of its two-point functions at the "
                       "last times of the fit is %s: excited states, or another mass",
                       hadron_text(masses, i, which), hadron->given, text);
}

static void note(const hp_masses *masses, int i, hp_record *record) {
    const hp_hadron_mass *hadron = &masses->hadron[i];
    const hp_mass_window *window = &hadron->fit.window;
    char which[NAME_SIZE];
    if (hadron->effective_differs) note_difference(masses, i, record);
    if (!masses->from_two_point) return;
    if (hadron->recommended && !hadron->choice.good)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "no window for the mass of hadron %s can be trusted, t = %d ... %d is "
                           "%s: give masses.t_min and masses.t_max",
                           hadron_text(masses, i, which), window->t_min, window->t_max,
                           hadron->choice.reason);
    if (hadron->fit.probability < HP_MASS_LEAST_PROBABILITY)
        hp_record_add_note(
            record,
            (hp_note){.severity = HP_CAUTION, .fails = "does not describe its two-point functions"},
            "the fit of the mass of hadron %s to t = %d ... %d does not describe its data: chi2 = "
            "%.3g where %.3g is expected, p = %.2g",
            hadron_text(masses, i, which), window->t_min, window->t_max, hadron->fit.chi2,
            hadron->fit.expected, hadron->fit.probability);
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
