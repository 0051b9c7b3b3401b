// SPDX-License-Identifier: GPL-3.0-or-later
/* What the direct method has in the record: rows, direct.csv, summary, marks. */
#include <math.h>
#include <stdio.h>
#include "direct_parts.h"
#include "hadpot/luescher.h"

#define HP_DIRECT_OF "R summed over the box, and of two_baryon over both two-point functions"

/* Points of one branch of Luescher's curve, 2.5 degrees apart; branches, however large k^2 is. */
enum { CURVE_POINTS = 71, MOST_BRANCHES = 12 };

typedef struct quantity {
    const char *name, *unit, *text;
} quantity;

static const quantity quantities[HP_DIRECT_NROW + 1] = {
    [HP_DIRECT_ENERGY] = {"delta_e_mev", "MeV", "energy of two hadrons less that of both at rest"},
    [HP_DIRECT_K2] = {"k2_lat", "1/a^2", "k^2 of sqrt(m1^2 + k^2) + sqrt(m2^2 + k^2) - m1 - m2"},
    [HP_DIRECT_PLACE] =
        {"place_deg", "deg",
         "place of k^2 among levels of free hadrons, 180 degrees apart, where k cot "
         "delta has poles"},
    [HP_DIRECT_KCOT] = {"kcot_mev", "MeV", "k cot delta = 2/(sqrt(pi) L) Z_00(1; (kL/2pi)^2)"},
    [HP_DIRECT_SUM] = {"R", "1", "R(t)"}};

void hp_direct_path(const hp_direct_set *set, bool plateau, int row, char path[HP_DIRECT_PATH]) {
    snprintf(path, HP_DIRECT_PATH, "direct/%s%s%s", set->two_baryon ? "two_baryon_" : "",
             plateau ? "plateau_" : "", quantities[row].name);
}

static void add_rows(const hp_direct_set *set, bool plateau, hp_record *record) {
    const char *guide = NULL;
    for (int q = 0; q < HP_DIRECT_NROW + !plateau; q++) {
        char path[HP_DIRECT_PATH];
        hp_direct_path(set, plateau, q, path);
        hp_row row = {.path = hp_record_copy(record, "%s", path),
                      .unit = quantities[q].unit,
                      .text = hp_record_copy(record, "%s, of %s of %s", quantities[q].text,
                                             plateau ? "A exp(-Delta E t) fitted to R(t)"
                                                     : "Delta E(t) = ln R(t)/R(t+1)",
                                             set->two_baryon
                                                 ? "two-baryon correlators over two-point functions"
                                                 : "R summed over the box"),
                      .axis = {"component", set->two_baryon ? "two_baryon_source" : "source"}};
        if (!plateau) row.axis[2] = set->two_baryon ? "t_two_baryon" : "t_energy";
        if (q == HP_DIRECT_ENERGY && !plateau) row.roles = HP_COVARIANCE;
        if (q == HP_DIRECT_PLACE) row.compare = HP_FREE_LEVELS, guide = row.path;
        if (q == HP_DIRECT_KCOT) row.compare = HP_POLE, row.guide = guide;
        hp_record_add_rows(record, &row, 1);
    }
}

static void add_times(const hp_direct *direct, const hp_direct_set *set, hp_record *record) {
    int n, *t = hp_record_room(record, (size_t)set->nt, sizeof *t);
    const int *all = hp_direct_times(direct, set, &n);
    const char *axis = set->two_baryon ? "t_two_baryon" : "t_energy";
    hp_row row = {.path = set->two_baryon ? "direct/two_baryon_t" : "direct/t",
                  .unit = "a",
                  .text = "t of Delta E(t) = ln R(t)/R(t+1)",
                  .axis = {axis}};
    if (t == NULL) return;
    for (int i = 0; i < set->nt; i++) t[i] = all[set->time[i]];
    hp_record_add_axis(record, axis, (size_t)set->nt);
    hp_record_add_integers(record, &row, t);
}

static void add_two_baryon_sources(const hp_direct *direct, const hp_direct_set *set,
                                   hp_record *record) {
    const char **name = hp_record_room(record, (size_t)set->nsource, sizeof *name);
    if (name == NULL) return;
    for (int s = 0; s < set->nsource; s++) name[s] = direct->ensemble->source[set->source[s]];
    hp_record_put_texts(record, hp_attribute("direct_two_baryon_source"), name, set->nsource);
    hp_record_add_axis(record, "two_baryon_source", (size_t)set->nsource);
}

void hp_direct_describe(const hp_direct *direct, hp_record *record) {
    for (int i = 0; i < HP_NDIRECT; i++) {
        const hp_direct_set *set = &direct->set[i];
        if (set->nsource * set->nt == 0) continue;
        if (set->two_baryon) add_two_baryon_sources(direct, set, record);
        add_times(direct, set, record);
        add_rows(set, false, record);
        if (set->nplateau > 0) add_rows(set, true, record);
    }
}

/* ---- after the samples ---- */

static hp_band band_of(const hp_direct_set *set, bool plateau, int row, size_t i,
                       const hp_record *record) {
    char path[HP_DIRECT_PATH];
    hp_direct_path(set, plateau, row, path);
    return hp_record_band_of(record, path, i);
}

/* Lines of a source: its times, then its plateau. */
static void add_lines(const hp_direct *direct, const hp_direct_set *set, int s,
                      hp_record_sheet *sheet, hp_record *record) {
    const hp_ensemble *ensemble = direct->ensemble;
    int n;
    const int *t = hp_direct_times(direct, set, &n);
    for (int i = 0; i < set->nt + (set->nplateau > 0); i++) {
        bool plateau = i == set->nt;
        size_t at = (size_t)(plateau ? s : s * set->nt + i);
        hp_band energy = band_of(set, plateau, HP_DIRECT_ENERGY, at, record);
        hp_band k2 = band_of(set, plateau, HP_DIRECT_K2, at, record);
        hp_band kcot = band_of(set, plateau, HP_DIRECT_KCOT, at, record);
        const char *time = plateau ? "plateau" : hp_record_copy(record, "%d", t[set->time[i]]);
        const hp_cell line[] = {{.text = set->two_baryon ? "two_baryon" : "R"},
                                {.text = ensemble->source[set->source[s]]},
                                {.text = time},
                                {.number = energy.value},
                                {.number = energy.error},
                                {.number = k2.value},
                                {.number = k2.error},
                                {.number = kcot.value},
                                {.number = kcot.error}};
        hp_sheet_add_line(record, sheet, line);
    }
}

static void put_bands(const hp_direct_set *set, bool plateau, int row, int s, const char *key,
                      hp_record *record) {
    int n = plateau ? 1 : set->nt;
    double *value = hp_record_room(record, 2 * (size_t)n, sizeof *value), *error;
    if (value == NULL) return;
    error = value + n;
    for (int i = 0; i < n; i++) {
        hp_band band = band_of(set, plateau, row, (size_t)(plateau ? s : s * n + i), record);
        value[i] = band.value;
        error[i] = band.error;
    }
    const char *name =
        hp_record_copy(record, "%s/%s%s", key, plateau ? "plateau_" : "", quantities[row].name);
    int count = plateau ? 0 : n;
    hp_record_put_numbers(record, hp_key(hp_record_copy(record, "%s/value", name)), value, count);
    hp_record_put_numbers(record, hp_key(hp_record_copy(record, "%s/stat", name)), error, count);
}

/* In the summary: direct/R/SOURCE/... */
static void put_source(const hp_direct *direct, const hp_direct_set *set, int s,
                       hp_record *record) {
    int n;
    const int *t = hp_direct_times(direct, set, &n);
    double *times = hp_record_room(record, (size_t)set->nt, sizeof *times);
    const char *key = hp_record_copy(record, "direct/%s/%s", set->two_baryon ? "two_baryon" : "R",
                                     direct->ensemble->source[set->source[s]]);
    if (times == NULL) return;
    for (int i = 0; i < set->nt; i++) times[i] = t[set->time[i]];
    hp_record_put_numbers(record, hp_key(hp_record_copy(record, "%s/t", key)), times, set->nt);
    const int fitted = set->nplateau > 0 ? 1 : 0;
    for (int plateau = 0; plateau <= fitted; plateau++) {
        put_bands(set, plateau, HP_DIRECT_ENERGY, s, key, record);
        put_bands(set, plateau, HP_DIRECT_KCOT, s, key, record);
    }
    if (set->nplateau == 0) return;
    const hp_direct_quality *quality = &set->quality[s];
    const double value[] = {quality->chi2, quality->expected, quality->probability};
    static const char *const name[] = {"chi2", "chi2_expected", "chi2_probability"};
    for (int i = 0; i < 3; i++)
        hp_record_put_number(record, hp_key(hp_record_copy(record, "%s/plateau_%s", key, name[i])),
                             value[i]);
}

/* The largest k^2 of the average, and of the momenta of phase shifts. */
static double largest_k2(const hp_direct *direct, const hp_record *record) {
    const hp_axis_entry *momenta = hp_record_find_axis(record, "k");
    const double *k2 = hp_record_labels(record, "k", "k2_lat");
    double largest = k2 != NULL ? k2[momenta->extent - 1] : 0.0;
    for (int i = 0; i < HP_NDIRECT; i++) {
        char path[HP_DIRECT_PATH];
        hp_direct_path(&direct->set[i], false, HP_DIRECT_K2, path);
        for (size_t k = 0; k < hp_record_count(record, path); k++)
            largest = fmax(largest, hp_record_value(record, path, k));
    }
    return largest;
}

/* k cot delta of Luescher's formula on its branches up to that of the largest k^2, evenly in the
 * angle. */
static void add_curves(const hp_direct *direct, hp_record *record) {
    double L = direct->ensemble->geometry.extent, unit = 2.0 * M_PI / L;
    int branches = hp_luescher_branch(largest_k2(direct, record) / (unit * unit)) + 1;
    if (branches > MOST_BRANCHES) branches = MOST_BRANCHES;
    size_t n = (size_t)branches * CURVE_POINTS;
    double *k2 = hp_record_room(record, 2 * n, sizeof *k2), *kcot;
    if (k2 == NULL) return;
    kcot = k2 + n;
    for (size_t i = 0; i < n; i++) {
        double angle = M_PI * (double)(CURVE_POINTS - i % CURVE_POINTS) / (CURVE_POINTS + 1);
        double value = unit / tan(angle);
        k2[i] = hp_luescher_k2(value, L, (int)(i / CURVE_POINTS));
        kcot[i] = value * direct->ensemble->inverse_spacing_mev;
    }
    hp_record_add_axis(record, "luescher_branch", (size_t)branches);
    hp_record_add_axis(record, "luescher_point", CURVE_POINTS);
    const hp_row rows[] = {{"direct/curve_k2_lat", "1/a^2",
                            "levels at which Luescher's formula has k cot delta",
                            .axis = {"luescher_branch", "luescher_point"}},
                           {"direct/curve_kcot_mev", "MeV",
                            "k cot delta of Luescher's formula on branches between "
                            "levels of free hadrons",
                            .axis = {"luescher_branch", "luescher_point"}}};
    hp_record_add_constant(record, &rows[0], k2);
    hp_record_add_constant(record, &rows[1], kcot);
}

void hp_direct_write(const hp_direct *direct, const hp_pair *pair, hp_record *record) {
    double decay = hp_direct_decay_time(direct, pair);
    if (direct->set[0].nsource == 0) return;
    hp_record_put_number(record, hp_attribute_and_key("direct_decay_time", "direct/one_over_gap"),
                         decay);
    hp_record_sheet *sheet = hp_record_add_sheet(
        record, "direct",
        hp_record_copy(
            record,
            "Delta E(t) = ln R(t)/R(t+1) of " HP_DIRECT_OF ", k^2 of "
            "it and k cot delta by Luescher's formula\n1/gap = %.4g, gap = (2 pi/L)^2/(2 "
            "mu): at shorter t excited states of the box have not decayed, and a plateau "
            "may be a fake one",
            decay),
        "correlator,source,t,delta_e_mev,delta_e_mev_err,k2_lat,k2_lat_err,kcot_mev,kcot_mev_err");
    for (int i = 0; i < HP_NDIRECT; i++)
        for (int s = 0; s < direct->set[i].nsource && direct->set[i].nt > 0; s++) {
            add_lines(direct, &direct->set[i], s, sheet, record);
            put_source(direct, &direct->set[i], s, record);
        }
    add_curves(direct, record);
}
