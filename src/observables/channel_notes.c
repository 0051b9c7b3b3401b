// SPDX-License-Identifier: GPL-3.0-or-later
/* What a reader must know of observables of coupled channels. */
#include <math.h>
#include "channel_parts.h"

/* As in notes.c: what converged solutions of a given potential may differ by, in degrees and as
 * part of a number, and what is rounding of both. */
static const double GOOD_PHASE_DEG = 1e-4, GOOD_CONSTANT = 1e-6;
static const double ROUNDING_DEG = 1e-9, ROUNDING = 1e-11; /* of systems N times as large */

static void note_counts(hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int doubted = 0;
    for (int s = 0; s <= samples->n; s++)
        doubted += *hp_record_read(record, samples->value + (size_t)s * record->length,
                                   HP_ROW_NBOUND_DOUBT) > 0.0;
    if (doubted > 0)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION, .cases = doubted},
            "the number of bound states of the channels is in doubt%s: rounding "
            "decides or another grid has others; phase shifts may be wrong by "
            "multiples of 180 degrees",
            samples->n > 0 ? hp_record_copy(record, " in %d of %d vectors", doubted, samples->n + 1)
                           : "");
}

/* A total energy may be below the lowest threshold of a sample. */
static bool is_below(const hp_channel_observables *of, const hp_record *record,
                     const double *vector, int e) {
    if (!of->masses_vary) return false;
    const double *e_cm = hp_record_read(record, vector, HP_ROW_CHANNEL_E);
    bool below = true;
    for (int c = 0; c < of->channels.ncomponent; c++) below &= e_cm[c * of->nenergy + e] < 0.0;
    return below;
}

/* Energies at which an open component has no phase, of the average or of a sample. */
static void note_energies(const hp_channel_observables *of, hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int missing = 0, undefined = 0, below = 0;
    for (int s = 0; s <= samples->n; s++) {
        const double *vector = samples->value + (size_t)s * record->length;
        const double *eta = hp_record_read(record, vector, HP_ROW_ETA);
        const double *delta = hp_record_read(record, vector, HP_ROW_DELTA);
        for (int e = 0; e < of->nenergy; e++) {
            bool any = false;
            for (int c = 0; c < of->channels.ncomponent; c++) {
                int i = c * of->nenergy + e;
                any |= !isnan(eta[i]);
                undefined += !isnan(eta[i]) && isnan(delta[i]);
            }
            below += !any && is_below(of, record, vector, e);
            missing += !any && !is_below(of, record, vector, e);
        }
    }
    if (missing > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = missing},
                           "the equations of the channels have no solution at %d of %d energies%s",
                           missing, (samples->n + 1) * of->nenergy,
                           samples->n > 0 ? ", those of samples included" : "");
    if (below > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = below},
                           "%d of %d energies, those of samples included, are below the lowest "
                           "threshold of their sample: what is found there has no error",
                           below, (samples->n + 1) * of->nenergy);
    if (undefined > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK, .cases = undefined},
                           "|S| of a component is below 1e-3 at %d energies, where its phase has "
                           "no meaning and is nan",
                           undefined);
}

/* Scattering lengths of a sample in which another pair is the lowest are others. */
static void note_order(const hp_channel_observables *of, hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int others = 0;
    for (int s = 1; s <= samples->n && of->masses_vary; s++)
        others +=
            *hp_record_read(record, samples->value + (size_t)s * record->length,
                            HP_ROW_LOWEST_PAIR) != hp_record_value(record, HP_ROW_LOWEST_PAIR, 0);
    if (others > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = others},
                           "another pair than that of the average has the lowest threshold in %d "
                           "of %d samples: energies are above the lowest one of each sample, and "
                           "scattering lengths at the lowest threshold have no error",
                           others, samples->n);
}

static void note_nodes(const hp_channel_observables *of, hp_record *record) {
    double error = hp_record_value(record, HP_ROW_NODES_ERROR, 0);
    if (error > of->tolerance_deg)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "scattering.tolerance_deg = %g is not reached in the channels: with the "
                           "most nodes that there may be the error of phase shifts is %.2g degrees",
                           of->tolerance_deg, error);
}

/* The phase whose numerical error is the largest part of its statistical error, or of what
 * converged solvers differ by. */
static void note_phases(const hp_channel_observables *of, double most, hp_record *record) {
    const hp_entry *entry = hp_record_find(record, HP_ROW_DELTA);
    double worst = 0.0, largest = 0.0;
    size_t at = 0;
    int unknown = 0;
    for (size_t i = 0; i < entry->count; i++) {
        hp_band delta = hp_record_band(record, entry, i);
        double error = hp_record_value(record, HP_ROW_DELTA_NUMERICAL, i);
        double scale = delta.error > 0.0 ? delta.error : GOOD_PHASE_DEG;
        unknown += of->nsolver == 2 && isnan(error) && !isnan(delta.value);
        if (isnan(error)) continue;
        largest = fmax(largest, error);
        if (error <= ROUNDING_DEG || error / scale <= worst) continue;
        worst = error / scale;
        at = i;
    }
    if (of->nsolver == 2) hp_record_put_number(record, hp_key("delta_numerical_error"), largest);
    if (unknown > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK, .cases = unknown},
                           "the second solver of the channels found no solution for %d of %zu "
                           "phases: their numerical error is unknown",
                           unknown, entry->count);
    if (worst <= most) return;
    if (of->interpolated) {
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "the interpolation of the tables of the channels leaves an error of up "
                           "to %.2g degrees: give finer tables, also towards r = 0",
                           largest);
        return;
    }
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "the two solvers of the channels differ by %.2g degrees in %s at E = %.4g "
                       "MeV: lower scattering.tolerance_deg%s",
                       hp_record_value(record, HP_ROW_DELTA_NUMERICAL, at),
                       of->name[at / (size_t)of->nenergy],
                       of->energy[at % (size_t)of->nenergy] * of->momentum_mev,
                       of->panels > 0 ? ", without scattering.panels" : "");
}

/* Scattering lengths and binding energies on which the solvers do not agree. */
static void note_numbers(const hp_channel_observables *of, double most, hp_record *record) {
    for (int e = 0; e < record->nentry; e++) {
        const hp_entry *entry = &record->entry[e];
        for (size_t i = 0; entry->row.twin != NULL && i < entry->count; i++) {
            hp_band band = hp_record_band(record, entry, i);
            double error = hp_record_value(record, entry->row.twin, i), size = fabs(band.value);
            if (entry->row.scale > 0.0) size = fmax(size, size * size / entry->row.scale);
            double allowed = band.error > 0.0 ? most * band.error : GOOD_CONSTANT * size;
            allowed = fmax(allowed, ROUNDING * fmax(1.0, fabs(band.value)));
            bool phase = entry->row.compare == HP_MODULO_180; /* noted with its energy */
            if (phase || !isfinite(band.value) || !(error > allowed)) continue;
            const char *name = hp_row_short_name(entry->row.path);
            if (of->interpolated)
                hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                                   "the tables of the channels leave an error of %.2g in %s = "
                                   "%.6g: give finer tables, also towards r = 0",
                                   error, name, band.value);
            else
                hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                                   "the two solvers of the channels differ by %.2g in %s = %.6g: "
                                   "lower scattering.tolerance_deg",
                                   error, name, band.value);
        }
    }
}

void hp_channel_observables_note(const hp_channel_observables *of, double most, hp_record *record) {
    note_counts(record);
    note_energies(of, record);
    note_order(of, record);
    note_nodes(of, record);
    note_phases(of, most, record);
    note_numbers(of, most, record);
    hp_pole_observables_note(&of->poles, record);
}
