// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/budget.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/goodness.h"
#include "hadpot/memory.h"
#include "hadpot/network_fit.h"
#include "hadpot/observables.h"

/* A shift within so many of its errors is noise: of 20 samples 6 in 100 are larger by chance. */
static const double NOISE = 2.0;

double hp_budget_clean(hp_band shift) {
    double noise = NOISE * shift.error;
    if (fabs(shift.value) <= noise) return 0.0;
    return copysign(sqrt(shift.value * shift.value - noise * noise), shift.value);
}

hp_systematic hp_budget_combine(const hp_variation *variation, int n, size_t at) {
    double largest[HP_NGROUP] = {0}, smallest[HP_NGROUP] = {0};
    bool counts[HP_NGROUP] = {false}, known[HP_NGROUP] = {false}, any = false;
    hp_systematic squares = {0};
    for (int v = 0; v < n; v++) {
        int group = variation[v].alternative->group;
        counts[group] |= variation[v].listed == NULL;
        if (!variation[v].enters || isnan(variation[v].clean[at])) continue;
        known[group] = any = true;
        largest[group] = fmax(largest[group], variation[v].clean[at]);
        smallest[group] = fmin(smallest[group], variation[v].clean[at]);
    }
    for (int g = 0; g < HP_NGROUP; g++) {
        any &= known[g] || !counts[g];
        squares.plus += largest[g] * largest[g];
        squares.minus += smallest[g] * smallest[g];
    }
    return any ? (hp_systematic){sqrt(squares.plus), sqrt(squares.minus)}
               : (hp_systematic){NAN, NAN};
}

const char *hp_budget_unknown(const hp_budget *budget, char *text, size_t size) {
    bool counts[HP_NGROUP] = {false}, left[HP_NGROUP] = {false}, any = false;
    snprintf(text, size, "the central fit %s", budget->fails);
    if (budget->fails[0] != '\0') return text;
    snprintf(text, size, "%d samples give no errors of shifts", budget->n);
    if (budget->n < 2) return text;
    for (int v = 0; v < budget->nvariation; v++) {
        int group = budget->variation[v].alternative->group;
        any |= counts[group] |= budget->variation[v].listed == NULL;
        left[group] |= budget->variation[v].enters;
    }
    for (int g = 0; g < HP_NGROUP; g++) {
        snprintf(text, size, "no alternative of variations.%s is left", hp_variation_group(g));
        if (counts[g] && !left[g]) return text;
    }
    snprintf(text, size, "no alternative is a choice about data");
    return any ? NULL : text;
}

/* NULL: it is not compared. */
static const hp_compared *find(const hp_budget *budget, const char *path) {
    for (int c = 0; c < budget->ncompared; c++)
        if (strcmp(budget->compared[c].path, path) == 0) return &budget->compared[c];
    return NULL;
}

/* Vectors of differences have the errors of any vectors. */
hp_band hp_budget_shift(const hp_budget *budget, int variation, const char *path, size_t i) {
    const hp_compared *compared = find(budget, path);
    if (compared == NULL) return (hp_band){NAN, NAN};
    const double *first = budget->variation[variation].shift + compared->start + i;
    hp_sample_rule rule = budget->central->group[HP_SAMPLES].rule;
    return (hp_band){*first,
                     hp_sample_error(rule, first + budget->length, budget->n, budget->length)};
}

hp_systematic hp_budget_systematic(const hp_budget *budget, const char *path, size_t i) {
    const hp_compared *compared = find(budget, path);
    if (compared == NULL) return (hp_systematic){NAN, NAN};
    return (hp_systematic){budget->plus[compared->start + i], budget->minus[compared->start + i]};
}

/* The differences of all vectors in one element, length apart. Phases of samples are on the branch
 * of their average (hp_record_join_branches); where the averages differ in bound states the
 * difference is that of the nearest branch, and samples go with it. */
static void fill_shift(const hp_budget *budget, const hp_entry *entry, const hp_record *varied,
                       size_t i, double *shift) {
    const hp_record *central = budget->central;
    const hp_row *row = &entry->row;
    bool other_branch =
        row->compare == HP_MODULO_180 &&
        hp_record_value(varied, row->guide, 0) != hp_record_value(central, row->guide, 0);
    for (int s = 0; s <= budget->n; s++) {
        const double *ours = central->group[HP_SAMPLES].value + (size_t)s * central->length;
        bool none = isnan(hp_record_value(central, row->path, i)); /* no state, no B */
        if (none || s > varied->group[HP_SAMPLES].n) { /* an average beyond hope has no samples */
            shift[(size_t)s * budget->length] = NAN;
            continue;
        }
        const double *theirs = varied->group[HP_SAMPLES].value + (size_t)s * varied->length;
        double value = hp_record_read(varied, theirs, row->path)[i], to = ours[entry->start + i];
        if (other_branch) value = hp_row_nearest(row, value, s > 0 ? to + *shift : to);
        shift[(size_t)s * budget->length] = hp_row_difference(row, value, to);
    }
}

static hp_status take_shifts(const hp_budget *budget, int number, const hp_record *varied,
                             hp_error *err) {
    hp_variation *variation = &budget->variation[number];
    HP_ALLOCATE(variation->shift, (size_t)(budget->n + 2) * budget->length);
    variation->clean = variation->shift + (size_t)(budget->n + 1) * budget->length;
    for (int c = 0; c < budget->ncompared; c++) {
        const hp_compared *row = &budget->compared[c];
        const hp_entry *entry = hp_record_find(budget->central, row->path);
        HP_REQUIRE(hp_record_count(varied, row->path) == row->count, HP_ERR_INTERNAL,
                   "alternatives have %zu values of %s, not %zu",
                   hp_record_count(varied, row->path), row->path, row->count);
        for (size_t i = 0; i < row->count; i++) {
            fill_shift(budget, entry, varied, i, variation->shift + row->start + i);
            variation->clean[row->start + i] =
                hp_budget_clean(hp_budget_shift(budget, number, row->path, i));
        }
    }
    return HP_OK;
}

static size_t count_sources(const hp_record *record) {
    const hp_axis_entry *axis = hp_record_find_axis(record, "source");
    return axis != NULL ? axis->extent : 0;
}

hp_status hp_budget_add(hp_budget *budget, int number, const hp_record *varied, hp_error *err) {
    hp_variation *variation = &budget->variation[number];
    const hp_record *central = budget->central;
    const hp_rows *ours = &central->group[HP_SAMPLES], *theirs = &varied->group[HP_SAMPLES];
    HP_REQUIRE((theirs->n == 0 || theirs->n >= budget->n) &&
                   theirs->rule.nsample == ours->rule.nsample,
               HP_ERR_INTERNAL, "alternatives have other samples: %d of %d, not %d of %d",
               theirs->n, theirs->rule.nsample, budget->n, ours->rule.nsample);
    HP_CALL(take_shifts(budget, number, varied, err));
    /* Only the central value of an alternative enters: it is the fit of the average that is judged.
     */
    variation->chi2 = hp_record_value(varied, HP_ROW_EFFECTIVE, 0);
    variation->converged = hp_record_value(varied, HP_ROW_CONVERGED, 0) > 0.0;
    variation->fails = hp_record_fails(varied, variation->reason, sizeof variation->reason);
    variation->other_bound_states =
        hp_record_value(varied, HP_ROW_NBOUND, 0) != hp_record_value(central, HP_ROW_NBOUND, 0);
    variation->listed = hp_variation_listed(variation->alternative->group);
    if (variation->listed == NULL && count_sources(varied) < count_sources(central))
        variation->listed = "has fewer sources, which determine less of U";
    variation->enters = (!variation->fails || budget->include_failing) &&
                        variation->listed == NULL && budget->fails[0] == '\0';
    return HP_OK;
}

/* Shifts are no measure where the systematic band of the guide holds a pole: k cot delta passes
 * infinity where delta is a multiple of 180 degrees, a0 where -1/a0 is 0. */
static void unbound_at_poles(hp_budget *budget, const hp_compared *row) {
    const hp_record *central = budget->central;
    const hp_row *about = &hp_record_find(central, row->path)->row;
    for (size_t i = 0; about->compare == HP_POLE && i < row->count; i++) {
        hp_systematic both = hp_budget_systematic(budget, about->guide, i);
        double value = hp_record_value(central, about->guide, i);
        const hp_row *guide = &hp_record_find(central, about->guide)->row;
        if (!isnan(both.plus) && fabs(hp_record_value(central, row->path, i)) >= about->scale &&
            hp_row_has_pole(guide, value - both.minus, value + both.plus))
            budget->plus[row->start + i] = budget->minus[row->start + i] = INFINITY;
    }
}

void hp_budget_finish(hp_budget *budget) {
    for (int c = 0; c < budget->ncompared; c++)
        for (size_t i = 0; i < budget->compared[c].count; i++) {
            size_t at = budget->compared[c].start + i;
            hp_systematic both = hp_budget_combine(budget->variation, budget->nvariation, at);
            bool none = isnan(hp_record_value(budget->central, budget->compared[c].path, i));
            budget->plus[at] = none ? NAN : both.plus;
            budget->minus[at] = none ? NAN : both.minus;
        }
    for (int c = 0; c < budget->ncompared; c++) unbound_at_poles(budget, &budget->compared[c]);
}

hp_status hp_budget_create(const hp_budget_setup *setup, hp_budget *budget, hp_error *err) {
    hp_status status = HP_OK;
    *budget = (hp_budget){.central = setup->central,
                          .n = setup->central->group[HP_SAMPLES].n,
                          .include_failing = setup->include_failing,
                          .nvariation = setup->alternatives->count};
    hp_record_fails(setup->central, budget->fails, sizeof budget->fails);
    HP_NEW(budget->compared, setup->central->nentry);
    for (int i = 0; i < setup->central->nentry; i++) {
        const hp_entry *entry = &setup->central->entry[i];
        if ((entry->row.roles & HP_BUDGET) == 0) continue;
        budget->compared[budget->ncompared++] =
            (hp_compared){entry->row.path, budget->length, entry->count};
        budget->length += entry->count;
    }
    HP_NEW(budget->variation, budget->nvariation);
    HP_NEW(budget->plus, 2 * budget->length);
    budget->minus = budget->plus + budget->length;
    for (int v = 0; v < budget->nvariation; v++)
        budget->variation[v].alternative = &setup->alternatives->entry[v];
cleanup:
    if (status != HP_OK) hp_budget_destroy(budget);
    return status;
}

void hp_budget_destroy(hp_budget *budget) {
    for (int v = 0; budget->variation != NULL && v < budget->nvariation; v++)
        hp_free(budget->variation[v].shift);
    hp_free(budget->variation);
    hp_free(budget->compared);
    hp_free(budget->plus);
    *budget = (hp_budget){0};
}
