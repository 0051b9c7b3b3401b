// SPDX-License-Identifier: GPL-3.0-or-later
/* What a reader must know of observables: how well the two solvers agree, and what the
 * interpolation of a table leaves open. */
#include <math.h>
#include "hadpot/observables.h"

/* Of a given potential, which has no statistical error: solvers that agree worse than this, in
 * degrees, have not converged; their own goal is 1e-6. */
static const double GOOD_PHASE_DEG = 1e-4;

/* And the part of a0, r_eff and B by which converged solutions may differ. */
static const double GOOD_CONSTANT = 1e-6;

static void note_unknown(const hp_observables *observables, hp_record *record);
static const char *or_table(const hp_observables *observables);
static void note_scalar(const hp_observables *observables, double most, const char *name,
                        const hp_entry *entry, size_t i, hp_record *record);
static void note_phases(const hp_observables *observables, double most, hp_record *record);
static int find_worst(const hp_observables *observables, const hp_record *record, double *part);

void hp_observables_note(const hp_observables *observables, double most, hp_record *record) {
    static const struct {
        const char *path, *name;
    } scalar[] = {{HP_ROW_A0, "a0"},
                  {HP_ROW_REFF, "r_eff"},
                  {HP_ROW_BINDING, "a binding energy"},
                  {HP_ROW_RMS, "an rms distance"}};
    if (observables->nsolver == 2) {
        note_unknown(observables, record);
        for (size_t s = 0; s < sizeof scalar / sizeof *scalar; s++) {
            const hp_entry *entry = hp_record_find(record, scalar[s].path);
            for (size_t i = 0; entry != NULL && i < entry->count; i++)
                note_scalar(observables, most, scalar[s].name, entry, i, record);
        }
    }
    note_phases(observables, most, record);
}

void hp_observables_note_branches(hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    double average = hp_record_value(record, HP_ROW_NBOUND, 0);
    int others = 0;
    for (int s = 1; s <= samples->n; s++)
        others += *hp_record_read(record, samples->value + (size_t)s * record->length,
                                  HP_ROW_NBOUND) != average;
    if (others > 0)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION, .cases = others},
            "the number of bound states differs between samples: 1/a0 is compatible with zero, or "
            "a bound state is at the edge of what the data resolve");
}

static void note_unknown(const hp_observables *observables, hp_record *record) {
    int unknown = 0;
    for (int k = 0; k < observables->nk; k++)
        unknown += isnan(hp_record_value(record, HP_ROW_DELTA_NUMERICAL, (size_t)k));
    if (unknown > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK, .cases = unknown},
                           "the second solver%s found no solution at %d of %d momenta: their "
                           "numerical error is unknown",
                           or_table(observables), unknown, observables->nk);
}

static const char *or_table(const hp_observables *observables) {
    return observables->interpolated ? ", or another interpolation of the table," : "";
}

/* A number of which the solvers, or interpolations of a table, have different opinions, or the
 * second has none. */
static void note_scalar(const hp_observables *observables, double most, const char *name,
                        const hp_entry *entry, size_t i, hp_record *record) {
    hp_band band = hp_record_band(record, entry, i);
    double error = hp_record_value(record, entry->row.twin, i);
    double allowed =
        record->group[HP_SAMPLES].has_rule ? most * band.error : GOOD_CONSTANT * fabs(band.value);
    if (!isfinite(band.value)) return;
    if (isnan(error))
        hp_record_add_note(
            record, (hp_note){.severity = HP_REMARK},
            "the second solver%s did not find %s of %.6g: its numerical error is unknown",
            or_table(observables), name, band.value);
    else if (error > allowed)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION},
            observables->interpolated
                ? "the interpolation of the table leaves an error of up to %.2g in %s = %.6g: give "
                  "a finer table, also towards r = 0"
                : "the two solvers differ by %.2g in %s = %.6g: raise scattering.panels",
            error, name, band.value);
}

static void note_phases(const hp_observables *observables, double most, hp_record *record) {
    double part;
    int k = find_worst(observables, record, &part);
    if (k < 0) return;
    double error = hp_record_value(record, HP_ROW_DELTA_NUMERICAL, (size_t)k);
    hp_record_put_number(record, hp_key("delta_numerical_error"), error);
    if (part <= most) return;
    if (observables->interpolated)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION},
            "the interpolation of the table leaves an error of up to %.2g degrees at e_cm = %.4g "
            "MeV: give a finer table, also towards r = 0",
            error, hp_observables_energy_mev(observables, observables->k2[k]));
    else
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "the two solvers differ by %.2g degrees at e_cm = %.4g MeV, %s: raise "
                           "scattering.panels or lower scattering.ode_tolerance",
                           error, hp_observables_energy_mev(observables, observables->k2[k]),
                           record->group[HP_SAMPLES].has_rule
                               ? "not small against the statistical error"
                               : "more than a converged solution would");
}

/* The momentum whose numerical error is the largest part of its statistical error, or of what
 * converged solvers differ by; -1 when none is known. */
static int find_worst(const hp_observables *observables, const hp_record *record, double *part) {
    bool has_errors = record->group[HP_SAMPLES].has_rule;
    int worst = -1;
    *part = 0.0;
    for (int k = 0; k < observables->nk; k++) {
        hp_band delta = hp_record_band_of(record, HP_ROW_DELTA, (size_t)k);
        double error = hp_record_value(record, HP_ROW_DELTA_NUMERICAL, (size_t)k);
        double ratio = error / (has_errors ? delta.error : GOOD_PHASE_DEG);
        if (isnan(ratio) || (worst >= 0 && ratio <= *part)) continue; /* nan: 0/0, or one solver */
        *part = ratio;
        worst = k;
    }
    return worst;
}
