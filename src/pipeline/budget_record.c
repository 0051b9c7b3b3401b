// SPDX-License-Identifier: GPL-3.0-or-later
/* The error budget in the central record, and in the log. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/budget.h"
#include "hadpot/log.h"
#include "hadpot/observables.h"
#include "hadpot/units.h"

static void add_shifts(const hp_budget *budget, const hp_variation *one, const hp_compared *row,
                       hp_record *record) {
    const hp_entry *entry = hp_record_find(record, row->path);
    size_t n = (size_t)budget->n + 1;
    hp_row shifts = {.path = hp_record_copy(record, "variations/%s/%s", one->alternative->name,
                                            hp_row_short_name(row->path)),
                     .unit = entry->row.unit,
                     .text = "alternative less central analysis, row by row",
                     .axis = {"sample"}};
    double *values = hp_record_room(record, n * row->count, sizeof *values);
    if (values == NULL) return;
    hp_record_take_axes(record, entry, 1, &shifts);
    for (size_t s = 0; s < n; s++)
        memcpy(values + s * row->count, one->shift + s * budget->length + row->start,
               row->count * sizeof *values);
    hp_record_add_axis(record, "sample", n);
    hp_record_add_constant(record, &shifts, values);
    hp_record_put_text(record, (hp_place){shifts.path, "error_function", NULL},
                       hp_method_name(record->group[HP_SAMPLES].rule.method));
}

/* /variations/NAME/OBSERVABLE (1 + n, ...): shifts, with what is known of the fit as attributes of
 * the group; the same in the summary. */
static void describe_variation(const hp_budget *budget, const hp_variation *one,
                               hp_record *record) {
    const char *group = hp_record_copy(record, "variations/%s", one->alternative->name), *key[6];
    static const char *const names[] = {
        "job", "chi2_per_effective_point", "average_converged", "enters", "fails", "listed_only"};
    for (int i = 0; i < 6; i++) key[i] = hp_record_copy(record, "%s/%s", group, names[i]);
    for (int c = 0; c < budget->ncompared; c++)
        add_shifts(budget, one, &budget->compared[c], record);
    hp_record_put_text(record, (hp_place){group, "group", NULL},
                       hp_variation_group(one->alternative->group));
    hp_record_put_text(record, (hp_place){group, "assignments", key[0]},
                       one->alternative->assignments);
    hp_record_put_number(record, (hp_place){group, "chi2_per_effective_point", key[1]}, one->chi2);
    hp_record_put_truth(record, (hp_place){group, "average_converged", key[2]}, one->converged);
    hp_record_put_truth(record, (hp_place){group, "enters", key[3]}, one->enters);
    hp_record_put_text(record, (hp_place){group, "fails", one->fails ? key[4] : NULL}, one->reason);
    if (one->listed != NULL)
        hp_record_put_text(record, (hp_place){group, "listed_only", key[5]}, one->listed);
}

/* Room for hp_budget_unknown. */
enum { UNKNOWN = 256, LINE_SIZE = 256 };

/* Label of element i of a row with one axis; nan: it has others, or no such labels. */
static double label_of(const hp_record *record, const hp_entry *entry, const char *column,
                       size_t i) {
    if (entry->naxis != 1) return NAN;
    const double *labels = hp_record_labels(record, entry->row.axis[0], column);
    return labels != NULL ? labels[i] : NAN;
}

/* Results of channels, which have energies in place of momenta. */
static bool has_channels(const hp_record *record) {
    return hp_record_labels(record, "k", "e_cm_mev") == NULL;
}

/* Of channels: the component of element i, if the row has this axis first, and its energy, along
 * the last. */
static const char *component_of(const hp_record *record, const hp_entry *entry, size_t i) {
    if (entry->naxis < 2 || strcmp(entry->row.axis[0], "component") != 0) return "";
    return hp_record_find_axis(record, "component")
        ->label[0]
        .name[i / (entry->count / entry->extent[0])];
}

static double energy_of(const hp_record *record, const hp_entry *entry, size_t i) {
    if (entry->naxis == 0) return NAN;
    const double *labels = hp_record_labels(record, entry->row.axis[entry->naxis - 1], "e_mev");
    return labels != NULL ? labels[i % entry->extent[entry->naxis - 1]] : NAN;
}

/* k^2 and energy where the row is one of momenta; of channels component and energy. */
static void add_line(const hp_budget *budget, int variation, const hp_compared *row, size_t i,
                     hp_record_sheet *sheet, hp_record *record) {
    const hp_variation *one = &budget->variation[variation];
    const hp_entry *entry = hp_record_find(budget->central, row->path);
    const hp_record *central = budget->central;
    hp_band shift = hp_budget_shift(budget, variation, row->path, i);
    bool channels = has_channels(central);
    hp_cell place = {.number = label_of(central, entry, "k2_lat", i)};
    if (channels) place = (hp_cell){.text = component_of(central, entry, i)};
    const hp_cell line[] = {{.text = hp_variation_group(one->alternative->group)},
                            {.text = one->alternative->name},
                            {.number = one->chi2},
                            {.number = one->converged},
                            {.number = one->enters},
                            {.text = hp_row_short_name(row->path)},
                            {.number = (double)i + 1},
                            place,
                            {.number = channels ? energy_of(central, entry, i)
                                                : label_of(central, entry, "e_cm_mev", i)},
                            {.number = hp_record_value(central, row->path, i)},
                            {.number = shift.value},
                            {.number = shift.error}};
    hp_sheet_add_line(record, sheet, line);
}

/* A line for each alternative follows. */
static const char *comment_of(const hp_budget *budget, hp_record *record) {
    char why[UNKNOWN];
    const char *unknown = hp_budget_unknown(budget, why, sizeof why);
    const char *text = hp_record_copy(
        record,
        "shift: value of the alternative less the central one, with the statistical error of that "
        "difference; what enters systematic errors\nis what it has beyond two of its errors, "
        "sqrt(shift^2 - (2 shift_err)^2), or nothing; delta modulo 180 degrees where\nthe numbers "
        "of bound states differ; " HP_ENERGY_CONVENTION "%s%s",
        unknown != NULL ? "\nsystematic errors are not known (nan): " : "",
        unknown != NULL ? unknown : "");
    for (int v = 0; v < budget->nvariation; v++) {
        const hp_variation *one = &budget->variation[v];
        text = hp_record_copy(record, "%s\n%s: %s%s%s%s%s%s", text, one->alternative->name,
                              one->alternative->assignments, one->fails ? "; " : "", one->reason,
                              one->listed != NULL ? "; listed only: " : "",
                              one->listed != NULL ? one->listed : "",
                              one->other_bound_states ? "; other number of bound states" : "");
    }
    return text;
}

/* Systematic errors stand on the alternatives that enter. */
static void add_notes(const hp_budget *budget, hp_record *record) {
    const char *names = "";
    int failing = 0, others = 0;
    char why[UNKNOWN];
    if (hp_budget_unknown(budget, why, sizeof why) != NULL)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = 1},
                           "systematic errors are not known: %s", why);
    for (int v = 0; v < budget->nvariation; v++) {
        const hp_variation *one = &budget->variation[v];
        others += one->other_bound_states;
        if (!one->fails || one->listed != NULL) continue;
        names = hp_record_copy(record, "%s%s%s", names, failing > 0 ? ", " : "",
                               one->alternative->name);
        failing++;
    }
    if (failing > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION, .cases = failing},
                           "%d of %d variations fail and %s systematic errors: %s", failing,
                           budget->nvariation, budget->include_failing ? "enter" : "do not enter",
                           names);
    if (others > 0)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK, .cases = others},
                           "%d of %d variations have another number of bound states: their phase "
                           "shifts are compared modulo 180 degrees",
                           others, budget->nvariation);
}

hp_status hp_budget_describe(const hp_budget *budget, hp_record *record, hp_error *err) {
    record->plus = hp_record_room(record, record->length, sizeof *record->plus);
    record->minus = hp_record_room(record, record->length, sizeof *record->minus);
    for (int c = 0; !record->failed && c < budget->ncompared; c++) {
        const hp_compared *row = &budget->compared[c];
        size_t start = hp_record_find(record, row->path)->start, size = row->count * sizeof(double);
        memcpy(record->plus + start, budget->plus + row->start, size);
        memcpy(record->minus + start, budget->minus + row->start, size);
    }
    for (int v = 0; v < budget->nvariation; v++)
        describe_variation(budget, &budget->variation[v], record);
    hp_record_sheet *sheet = hp_record_add_sheet(
        record, "variations", comment_of(budget, record),
        hp_record_copy(record,
                       "group,alternative,chi2_per_effective_point,converged,entered,observable,"
                       "number,%s,central,shift,shift_err",
                       has_channels(budget->central) ? "component,e_mev" : "k2_lat,e_cm_mev"));
    for (int v = 0; v < budget->nvariation; v++)
        for (int c = 0; c < budget->ncompared; c++)
            for (size_t i = 0; i < budget->compared[c].count; i++)
                add_line(budget, v, &budget->compared[c], i, sheet, record);
    add_notes(budget, record);
    return hp_record_check(record, err);
}

/* "variation  chi2/eff  k cot d(0)/MeV  d(1 MeV) ..." and the energies; of channels the phases of
 * the first component, without a number at threshold. */
static void log_header(const hp_budget *budget, int nk, const size_t *k) {
    const hp_record *central = budget->central;
    bool channels = has_channels(central);
    const double *energy = hp_record_labels(central, "k", channels ? "e_mev" : "e_cm_mev");
    char line[LINE_SIZE], text[64];
    int length = snprintf(line, sizeof line, "%-12s %8s", "variation", "chi2/eff");
    if (!channels)
        length += snprintf(line + length, sizeof line - (size_t)length, " %15s", "k cot d(0)/MeV");
    for (int i = 0; i < nk && energy != NULL; i++) {
        snprintf(text, sizeof text, "d(%.3g MeV)", energy[k[i]]);
        length += snprintf(line + length, sizeof line - (size_t)length, " %15s", text);
    }
    hp_log("%s   shift(error of the shift), d in degrees at %s", line,
           channels ? "E, of the first component" : "e_cm");
}

void hp_budget_log(const hp_budget *budget) {
    size_t k[HP_MOST_CHOSEN];
    int nk = hp_record_choose(budget->central, "k", 3, k);
    char line[LINE_SIZE], text[64];
    log_header(budget, nk, k);
    for (int v = 0; v < budget->nvariation; v++) {
        const hp_variation *one = &budget->variation[v];
        int length = snprintf(line, sizeof line, "%-12s %8.3g", one->alternative->name, one->chi2);
        if (!has_channels(budget->central)) {
            hp_format_value(hp_budget_shift(budget, v, HP_ROW_KCOT0, 0), text, sizeof text);
            length += snprintf(line + length, sizeof line - (size_t)length, " %15s", text);
        }
        for (int i = 0; i < nk; i++) {
            hp_format_value(hp_budget_shift(budget, v, HP_ROW_DELTA, k[i]), text, sizeof text);
            length += snprintf(line + length, sizeof line - (size_t)length, " %15s", text);
        }
        hp_log("%s   %s%s%s%s%s%s", line, one->alternative->assignments, one->fails ? ": " : "",
               one->reason, one->listed != NULL ? ": " : "", one->listed != NULL ? one->listed : "",
               one->enters ? "" : ", does not enter");
    }
}
