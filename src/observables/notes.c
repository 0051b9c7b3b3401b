// SPDX-License-Identifier: GPL-3.0-or-later
/* What a reader must know of observables: how well the two solvers agree, and what the
 * interpolation of a table leaves open. */
#include <math.h>
#include "hadpot/observables.h"

/* Without statistical errors, as of a given potential: solvers that agree worse than this, in
 * degrees, have not converged; their own goal is 1e-6. */
static const double GOOD_PHASE_DEG = 1e-4;

/* And the part of a0, r_eff and B by which converged solutions may differ. */
static const double GOOD_CONSTANT = 1e-6;

/* Differences below this part of a number, and below ROUNDING_DEG of a phase, are rounding of both
 * solvers, whatever the statistical error: systems of some hundred nodes (n eps = 1e-13), ten times
 * that where a solution is large beside what it is asked for. */
static const double ROUNDING = 1e-12;
static const double ROUNDING_DEG = 1e-10;

/* Counts that two ways do not agree on; nan: a toy's, not found. */
static void note_counts(hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    int doubted = 0;
    for (int s = 1; s <= samples->n; s++)
        doubted += *hp_record_read(record, samples->value + (size_t)s * record->length,
                                   HP_ROW_NBOUND_DOUBT) > 0.0;
    if (hp_record_value(record, HP_ROW_NBOUND_DOUBT, 0) > 0.0)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION},
            "number of bound states in doubt: two ways to count them differ or "
            "rounding decides, %g were found; phase shifts may be wrong by multiples "
            "of 180 degrees",
            hp_record_value(record, HP_ROW_NBOUND, 0));
    if (doubted > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = doubted},
                           "the number of bound states of %d of %d samples is in doubt", doubted,
                           samples->n);
}

/* Momenta at which there is no phase shift, of the average or of a sample; nan everywhere: a toy's,
 * not found. */
static void note_momenta(const hp_observables *observables, hp_record *record) {
    const hp_rows *samples = &record->group[HP_SAMPLES];
    const hp_nystroem *solver = observables->nystroem; /* NULL: a toy's, without nodes */
    const char *why = !samples->has_rule && solver != NULL ? hp_nystroem_trouble(solver) : "";
    int missing = 0, momenta = 0;
    for (int k = 0; k < observables->nk; k++) {
        int before = missing;
        for (int s = 0; s <= samples->n; s++)
            missing += isnan(hp_record_read(record, samples->value + (size_t)s * record->length,
                                            HP_ROW_DELTA)[k]);
        momenta += missing > before;
    }
    if (missing == 0 || isnan(hp_record_value(record, HP_ROW_NBOUND, 0))) return;
    const char *all = samples->n == 0 ? ""
                                      : hp_record_copy(record, " (%d of %d with those of samples)",
                                                       missing, (samples->n + 1) * observables->nk);
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = missing},
                       "there is no phase shift at %d of %d momenta%s%s%s", momenta,
                       observables->nk, all, *why != '\0' ? ": " : "", why);
}

/* The most nodes that there may be are not enough. */
static void note_nodes(const hp_observables *observables, hp_record *record) {
    double error = hp_record_value(record, HP_ROW_NODES_ERROR, 0);
    if (!(error > observables->problem.tolerance_deg)) return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "scattering.tolerance_deg = %g is not reached: with the most nodes that the "
                       "radial equation may have the error of phase shifts is %.2g degrees, the "
                       "potential varies too fast",
                       observables->problem.tolerance_deg, error);
}

/* Phase shifts without error, or without value, are not fitted. */
static void note_window(const hp_observables *observables, hp_record *record) {
    bool fitted =
        observables->window_high > 0.0 && !isnan(hp_record_value(record, HP_ROW_FIT_KCOT0, 0));
    if (observables->window_high == 0.0 || fitted ||
        isnan(hp_record_value(record, HP_ROW_NBOUND, 0))) /* a toy's, not found */
        return;
    hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                       "there is no effective-range fit: its window from %g to %g MeV holds too "
                       "few momenta with a finite k cot delta and error",
                       hp_observables_energy_mev(observables, observables->window_low),
                       hp_observables_energy_mev(observables, observables->window_high));
}

static const char *or_table(const hp_observables *observables) {
    return observables->interpolated ? ", or another interpolation of the table," : "";
}

static void note_unknown(const hp_observables *observables, hp_record *record) {
    int unknown = 0;
    for (int k = 0; k < observables->nk; k++)
        unknown += isnan(hp_record_value(record, HP_ROW_DELTA_NUMERICAL, (size_t)k)) &&
                   !isnan(hp_record_value(record, HP_ROW_DELTA, (size_t)k));
    if (unknown > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK, .cases = unknown},
                           "the second solver%s found no solution at %d of %d momenta: their "
                           "numerical error is unknown",
                           or_table(observables), unknown, observables->nk);
}

/* what: how large the difference is, and in what; beside: how that is to be judged. */
static void note_difference(const hp_observables *observables, const char *what, const char *beside,
                            hp_record *record) {
    if (observables->interpolated)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "the interpolation of the table leaves an error of up to %s: give a "
                           "finer table, also towards r = 0",
                           what);
    else
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "the two solvers differ by %s%s: lower scattering.tolerance_deg%s", what,
                           beside, observables->given ? ", without scattering.panels" : "");
}

/* A number of which the solvers, or interpolations of a table, have different opinions, or the
 * second has none. */
static void note_scalar(const hp_observables *observables, double most, const char *name,
                        const hp_entry *entry, size_t i, hp_record *record) {
    hp_band band = hp_record_band(record, entry, i);
    double error = hp_record_value(record, entry->row.twin, i);
    double size = fabs(band.value); /* near infinity 1/a0 is what converges */
    if (entry->row.scale > 0.0) size = fmax(size, size * size / entry->row.scale);
    double allowed = band.error > 0.0 ? most * band.error : GOOD_CONSTANT * size;
    allowed = fmax(allowed, ROUNDING * fmax(1.0, fabs(band.value))); /* 1e-12 MeV or fm */
    if (!isfinite(band.value)) return;
    if (isnan(error))
        hp_record_add_note(
            record, (hp_note){.severity = HP_REMARK},
            "the second solver%s did not find %s of %.6g: its numerical error is unknown",
            or_table(observables), name, band.value);
    else if (error > allowed)
        note_difference(observables,
                        hp_record_copy(record, "%.2g in %s = %.6g", error, name, band.value), "",
                        record);
}

/* The momentum whose numerical error is the largest part of its statistical error, or of what
 * converged solvers differ by; -1 when none is known. */
static int find_worst(const hp_observables *observables, const hp_record *record, double *part) {
    int worst = -1;
    *part = 0.0;
    for (int k = 0; k < observables->nk; k++) {
        hp_band delta = hp_record_band_of(record, HP_ROW_DELTA, (size_t)k);
        double error = hp_record_value(record, HP_ROW_DELTA_NUMERICAL, (size_t)k);
        double scale = delta.error > 0.0 ? delta.error : GOOD_PHASE_DEG;
        double ratio = error > ROUNDING_DEG ? error / scale : 0.0;
        if (isnan(error) || (worst >= 0 && ratio <= *part)) continue; /* nan: one solver only */
        *part = ratio;
        worst = k;
    }
    return worst;
}

static void note_phases(const hp_observables *observables, double most, hp_record *record) {
    double part;
    int k = find_worst(observables, record, &part);
    if (k < 0) return;
    double error = hp_record_value(record, HP_ROW_DELTA_NUMERICAL, (size_t)k);
    hp_record_put_number(record, hp_key("delta_numerical_error"), error);
    if (part <= most) return;
    note_difference(observables,
                    hp_record_copy(record, "%.2g degrees at e_cm = %.4g MeV", error,
                                   hp_observables_energy_mev(observables, observables->k2[k])),
                    record->group[HP_SAMPLES].has_rule ? ", not small against the statistical error"
                                                       : ", more than a converged solution would",
                    record);
}

void hp_observables_note(const hp_observables *observables, double most, hp_record *record) {
    static const struct {
        const char *path, *name;
    } scalar[] = {{HP_ROW_A0, "a0"},
                  {HP_ROW_REFF, "r_eff"},
                  {HP_ROW_BINDING, "a binding energy"},
                  {HP_ROW_RMS, "an rms distance"}};
    note_counts(record);
    note_momenta(observables, record);
    note_nodes(observables, record);
    note_window(observables, record);
    if (observables->nsolver == 2) note_unknown(observables, record);
    if (observables->nsolver == 2 || observables->interpolated) {
        for (size_t s = 0; s < sizeof scalar / sizeof *scalar; s++) {
            const hp_entry *entry = hp_record_find(record, scalar[s].path);
            for (size_t i = 0; entry != NULL && i < entry->count; i++)
                note_scalar(observables, most, scalar[s].name, entry, i, record);
        }
    }
    note_phases(observables, most, record);
    hp_pole_observables_note(&observables->poles, record);
}

void hp_observables_note_branches(hp_record *record) {
    int others = hp_record_count_moved(record);
    if (others > 0)
        hp_record_add_note(
            record, (hp_note){.severity = HP_CAUTION, .cases = others},
            "the number of bound states differs between samples: 1/a0 is compatible with zero, or "
            "a bound state is at the edge of what the data resolve; phase shifts of %d of %d "
            "samples were moved by multiples of 180 degrees to be next to that of the average",
            others, record->group[HP_SAMPLES].n);
}
