// SPDX-License-Identifier: GPL-3.0-or-later
#include "tail_rows.h"
#include <math.h>
#include "hadpot/potential.h"

/* Errors within which a number is not told from 0. */
static const double ERRORS_FROM_ZERO = 2.0;

static const hp_row strength_rows[] = {
    [HP_TAIL_YUKAWA] = {.path = "potential/tail_strength_mev_fm",
                        .unit = "MeV fm",
                        .text = "strength c of the tail c (1 - exp(-(r/d)^2))^n exp(-m r)/r of V",
                        .roles = HP_SUMMARY},
    [HP_TAIL_SQUARED_YUKAWA] = {.path = "potential/tail_strength_mev_fm2",
                                .unit = "MeV fm^2",
                                .text = "strength c of the tail c (1 - exp(-(r/d)^2))^n "
                                        "(exp(-m r)/r)^2 of V",
                                .roles = HP_SUMMARY}};
static const hp_row range_row = {.path = HP_ROW_TAIL_RANGE,
                                 .unit = "fm",
                                 .text = "range d of the form factor of the tail",
                                 .roles = HP_SUMMARY};
static const hp_row mass_row = {"potential/tail_mass_mev", "MeV", "mass m of the tail",
                                .key = "potential.tail_mass_mev"};
static const hp_row power_row = {"potential/tail_power", "1", "power n of its form factor",
                                 .key = "potential.tail_power"};

/* MeV fm^q in units of c in L. */
static double strength_unit(const hp_tail_results *of) {
    double fm = of->length_fm;
    return of->energy_mev * (of->tail.kind == HP_TAIL_YUKAWA ? fm : fm * fm);
}

void hp_tail_add_rows(const hp_tail_results *of, hp_record *record) {
    if (of->tail.kind == HP_TAIL_NONE) return;
    const double mass = of->tail.mass * of->energy_mev;
    hp_record_add_rows(record, &strength_rows[of->tail.kind], 1);
    hp_record_add_rows(record, &range_row, 1);
    hp_record_add_constant(record, &mass_row, &mass);
    hp_record_add_integers(record, &power_row, &of->tail.power);
}

void hp_tail_store(const hp_tail_results *of, const hp_record *record, double *vector,
                   const double *param) {
    if (of->tail.kind == HP_TAIL_NONE) return;
    *hp_record_at(record, vector, strength_rows[of->tail.kind].path) = param[0] * strength_unit(of);
    *hp_record_at(record, vector, range_row.path) = param[1] * of->length_fm;
}

void hp_tail_load(const hp_tail_results *of, const hp_record *record, const double *vector,
                  double *param) {
    if (of->tail.kind == HP_TAIL_NONE) return;
    param[0] =
        *hp_record_read(record, vector, strength_rows[of->tail.kind].path) / strength_unit(of);
    param[1] = *hp_record_read(record, vector, range_row.path) / of->length_fm;
}

/* A Gaussian that reaches further than the form factor makes the long-range part; the tail then
 * stands for the core, where errors are small and lattice artefacts large. */
static void note_role(double range, hp_record *record) {
    double longest = 0.0;
    size_t count = hp_record_count(record, HP_ROW_GAUSSIANS) / 2;
    for (size_t i = 0; i < count; i++)
        longest = fmax(longest, hp_record_value(record, HP_ROW_GAUSSIANS, 2 * i + 1));
    if (!(longest > range)) return;
    hp_record_add_note(record, (hp_note){.severity = HP_REMARK},
                       "the fit takes the tail of the potential for its core: a Gaussian has a "
                       "longer range, %.3g fm, than the form factor of the tail, %.3g fm; this "
                       "fit is no evidence of an exchange of pions",
                       longest, range);
}

void hp_tail_note(const hp_tail_results *of, hp_record *record) {
    if (of->tail.kind == HP_TAIL_NONE) return;
    const char *path = strength_rows[of->tail.kind].path;
    hp_band strength = hp_record_band_of(record, path, 0);
    hp_band range = hp_record_band_of(record, range_row.path, 0);
    double shortest = 0.5 * of->shortest * of->length_fm, longest = of->longest * of->length_fm;
    bool weak = fabs(strength.value) < ERRORS_FROM_ZERO * strength.error;
    bool inside = range.value >= shortest && range.value <= longest;
    bool vague = range.value < ERRORS_FROM_ZERO * range.error;
    char quoted[2][HP_QUOTED];
    if (!weak && inside && !vague) {
        note_role(range.value, record);
        return;
    }
    hp_record_quote(record, hp_record_find(record, path), 0, quoted[0]);
    hp_record_quote(record, hp_record_find(record, range_row.path), 0, quoted[1]);
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "the data do not determine the tail of the potential: strength %s %s, form "
                       "factor range %s fm%s; phase shifts depend on its form",
                       quoted[0], strength_rows[of->tail.kind].unit, quoted[1],
                       inside ? "" : ", which is outside of their distances");
}
