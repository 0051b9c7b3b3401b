// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/budget.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

/* What alternatives are compared in. */
static const hp_set compared[] = {
    HP_SET_DELTA,  HP_SET_KCOT,     HP_SET_KCOT0,     HP_SET_A0,      HP_SET_REFF, HP_SET_FIT_KCOT0,
    HP_SET_FIT_A0, HP_SET_FIT_REFF, HP_SET_FIT_SHAPE, HP_SET_BINDING, HP_SET_RMS};
enum { NCOMPARED = sizeof compared / sizeof *compared };

static void fill_layout(const hp_layout *all, hp_layout *layout);
static void judge(const hp_results *varied, hp_variation *variation);
static void fill_shift(const hp_budget *budget, const hp_results *varied, hp_set set, size_t i,
                       double *shift);
static double difference(hp_set set, double varied, double central, bool other_branch, double near);
static hp_status combine_all(hp_budget *budget, hp_error *err);
static void unbound_at_poles(hp_budget *budget);
static void unbound(hp_budget *budget, hp_set set, size_t i);
static bool holds_multiple(const hp_budget *budget, hp_set set, size_t i, double period);
static double average_of(const hp_results *results, hp_set set, size_t i);
static void log_variation(const hp_budget *budget, int variation, const size_t *k, int nk);
static void log_systematic(const hp_budget *budget, const size_t *k, int nk);
static int choose_momenta(int nk, size_t k[3]);

hp_systematic hp_budget_combine(const double *shift, const int *group, const bool *enters, int n) {
    double largest[HP_NGROUP] = {0}, smallest[HP_NGROUP] = {0};
    hp_systematic squares = {0};
    bool any = false;
    for (int i = 0; i < n; i++) {
        any |= enters[i];
        if (!enters[i] || isnan(shift[i])) continue;
        largest[group[i]] = fmax(largest[group[i]], shift[i]);
        smallest[group[i]] = fmin(smallest[group[i]], shift[i]);
    }
    if (!any) return (hp_systematic){NAN, NAN};
    for (int g = 0; g < HP_NGROUP; g++) {
        squares.plus += largest[g] * largest[g];
        squares.minus += smallest[g] * smallest[g];
    }
    return (hp_systematic){sqrt(squares.plus), sqrt(squares.minus)};
}

bool hp_budget_any_enters(const hp_budget *budget) {
    bool any = false;
    for (int v = 0; v < budget->nvariation; v++) any |= budget->variation[v].enters;
    return any;
}

hp_band hp_budget_shift(const hp_budget *budget, int variation, hp_set set, size_t i) {
    hp_results shifts = budget->central; /* rows of differences have the errors of any rows */
    shifts.layout = &budget->layout;
    shifts.rows = budget->variation[variation].shift;
    return hp_results_band(&shifts, set, i);
}

hp_systematic hp_budget_systematic(const hp_budget *budget, hp_set set, size_t i) {
    if (budget == NULL) return (hp_systematic){0.0, 0.0};
    const hp_dataset *dataset = &budget->layout.dataset[set];
    if (i >= dataset->count) return (hp_systematic){NAN, NAN};
    return (hp_systematic){budget->plus[dataset->start + i], budget->minus[dataset->start + i]};
}

double hp_budget_total(double stat, double systematic) {
    return sqrt(stat * stat + systematic * systematic);
}

void hp_budget_log(const hp_budget *budget) {
    size_t k[3];
    int nk = choose_momenta(budget->central.observables->nk, k);
    char line[256];
    int length =
        snprintf(line, sizeof line, "%-12s %8s %15s", "variation", "chi2/pt", "k cot d(0)/MeV");
    for (int i = 0; i < nk; i++) {
        double energy = hp_observables_energy_mev(budget->central.observables,
                                                  budget->central.observables->k2[k[i]]);
        char head[32];
        snprintf(head, sizeof head, "d(%.3g MeV)", energy);
        length += snprintf(line + length, sizeof line - (size_t)length, " %15s", head);
    }
    hp_log("%s   shift(error of the shift), d in degrees at e_cm", line);
    for (int v = 0; v < budget->nvariation; v++) log_variation(budget, v, k, nk);
    if (!hp_budget_any_enters(budget))
        hp_log("no variation enters: systematic errors are not known");
    log_systematic(budget, k, nk);
}

hp_status hp_budget_add(hp_budget *budget, int number, const hp_results *varied, hp_error *err) {
    hp_status status = HP_OK;
    hp_variation *variation = &budget->variation[number];
    const hp_results *central = &budget->central;
    HP_CHECK(varied->ncomputed == central->ncomputed && varied->nsample == central->nsample,
             HP_ERR_INTERNAL, "alternatives have other samples: %d of %d, not %d of %d",
             varied->ncomputed, varied->nsample, central->ncomputed, central->nsample);
    HP_NEW(variation->shift, (size_t)(central->ncomputed + 1) * budget->layout.length);
    for (int c = 0; c < NCOMPARED; c++) {
        const hp_dataset *dataset = &budget->layout.dataset[compared[c]];
        HP_CHECK(varied->layout->dataset[compared[c]].count == dataset->count, HP_ERR_INTERNAL,
                 "alternatives have %zu values of %s, not %zu",
                 varied->layout->dataset[compared[c]].count, dataset->path, dataset->count);
        for (size_t i = 0; i < dataset->count; i++)
            fill_shift(budget, varied, compared[c], i, variation->shift + dataset->start + i);
    }
    judge(varied, variation);
    variation->other_bound_states =
        average_of(varied, HP_SET_NBOUND, 0) != average_of(central, HP_SET_NBOUND, 0);
    variation->enters =
        !variation->fails || strcmp(central->job->results.variations_that_fail, "include") == 0;
cleanup:
    return status;
}

hp_status hp_budget_finish(hp_budget *budget, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(combine_all(budget, err));
    if (hp_budget_any_enters(budget)) unbound_at_poles(budget);
cleanup:
    return status;
}

hp_status hp_budget_create(const hp_results *central, const hp_alternative *alternatives,
                           int nvariation, hp_budget *budget, hp_error *err) {
    hp_status status = HP_OK;
    *budget = (hp_budget){.central = *central, .nvariation = nvariation};
    budget->central.budget = NULL;
    fill_layout(central->layout, &budget->layout);
    HP_NEW(budget->variation, nvariation);
    HP_NEW(budget->plus, budget->layout.length);
    HP_NEW(budget->minus, budget->layout.length);
    for (int v = 0; v < nvariation; v++) budget->variation[v].alternative = &alternatives[v];
cleanup:
    if (status != HP_OK) hp_budget_destroy(budget);
    return status;
}

void hp_budget_destroy(hp_budget *budget) {
    for (int v = 0; budget->variation != NULL && v < budget->nvariation; v++)
        hp_free(budget->variation[v].shift);
    hp_free(budget->variation);
    hp_free(budget->plus);
    hp_free(budget->minus);
    *budget = (hp_budget){0};
}

static void fill_layout(const hp_layout *all, hp_layout *layout) {
    *layout = *all;
    layout->length = 0;
    for (int set = 0; set < HP_NSET; set++) {
        bool is_compared = false;
        for (int i = 0; i < NCOMPARED; i++) is_compared |= (int)compared[i] == set;
        layout->dataset[set].start = layout->length;
        if (!is_compared) layout->dataset[set].count = 0;
        layout->length += layout->dataset[set].count;
    }
}

/* Only the central value of an alternative enters, so that it is the fit of the average that is
 * judged. */
static void judge(const hp_results *varied, hp_variation *variation) {
    char *text = variation->reason;
    size_t size = sizeof variation->reason, length = 0;
    variation->chi2 = average_of(varied, HP_SET_CHI2, 0);
    variation->converged = average_of(varied, HP_SET_CONVERGED, 0) > 0.0;
    bool describes = hp_results_describes_data(varied), ends = hp_results_ends_in_range(varied);
    variation->fails = !describes || !variation->converged || !ends;
    if (!describes) length += (size_t)snprintf(text, size, ", does not describe its data");
    if (!variation->converged)
        length += (size_t)snprintf(text + length, size - length, ", did not converge");
    if (!ends) snprintf(text + length, size - length, ", is cut off at the end of its range");
    if (variation->fails) memmove(text, text + 2, strlen(text + 2) + 1);
}

/* The differences of all rows in one observable, layout.length apart. */
static void fill_shift(const hp_budget *budget, const hp_results *varied, hp_set set, size_t i,
                       double *shift) {
    const hp_results *central = &budget->central;
    for (int row = 0; row <= central->ncomputed; row++) {
        const double *ours = varied->rows + (size_t)row * varied->layout->length;
        const double *theirs = central->rows + (size_t)row * central->layout->length;
        bool other_branch = *hp_layout_read(varied->layout, ours, HP_SET_NBOUND) !=
                            *hp_layout_read(central->layout, theirs, HP_SET_NBOUND);
        shift[(size_t)row * budget->layout.length] = difference(
            set, hp_layout_read(varied->layout, ours, set)[i],
            hp_layout_read(central->layout, theirs, set)[i], other_branch, row > 0 ? *shift : 0.0);
    }
}

/* Potentials with other numbers of bound states scatter alike when their phases differ by a
 * multiple of 180 degrees: the one that brings the difference closest to `near` is taken out. A
 * state that an alternative does not bind is at threshold at most. */
static double difference(hp_set set, double varied, double central, bool other_branch,
                         double near) {
    if (set == HP_SET_DELTA && other_branch)
        return near + remainder(varied - central - near, 180.0);
    if (set == HP_SET_BINDING && isnan(varied)) return -central;
    return varied - central;
}

static hp_status combine_all(hp_budget *budget, hp_error *err) {
    hp_status status = HP_OK;
    double *shift = NULL;
    int *group = NULL;
    bool *enters = NULL;
    HP_NEW(shift, budget->nvariation);
    HP_NEW(group, budget->nvariation);
    HP_NEW(enters, budget->nvariation);
    for (int v = 0; v < budget->nvariation; v++) {
        group[v] = budget->variation[v].alternative->group;
        enters[v] = budget->variation[v].enters;
    }
    for (int c = 0; c < NCOMPARED; c++)
        for (size_t i = 0; i < budget->layout.dataset[compared[c]].count; i++) {
            size_t at = budget->layout.dataset[compared[c]].start + i;
            for (int v = 0; v < budget->nvariation; v++)
                shift[v] = hp_budget_shift(budget, v, compared[c], i).value;
            hp_systematic both = hp_budget_combine(shift, group, enters, budget->nvariation);
            if (isnan(average_of(&budget->central, compared[c], i)))
                both = (hp_systematic){NAN, NAN};
            budget->plus[at] = both.plus;
            budget->minus[at] = both.minus;
        }
cleanup:
    hp_free(shift);
    hp_free(group);
    hp_free(enters);
    return status;
}

/* k cot delta passes infinity where the band of delta holds a multiple of 180 degrees, a0 where
 * that of -1/a0 holds zero; shifts are no measure there. */
static void unbound_at_poles(hp_budget *budget) {
    for (size_t k = 0; k < budget->layout.dataset[HP_SET_DELTA].count; k++)
        if (holds_multiple(budget, HP_SET_DELTA, k, 180.0)) unbound(budget, HP_SET_KCOT, k);
    if (holds_multiple(budget, HP_SET_KCOT0, 0, INFINITY)) unbound(budget, HP_SET_A0, 0);
    if (budget->layout.dataset[HP_SET_FIT_KCOT0].count > 0 &&
        holds_multiple(budget, HP_SET_FIT_KCOT0, 0, INFINITY))
        unbound(budget, HP_SET_FIT_A0, 0);
}

static void unbound(hp_budget *budget, hp_set set, size_t i) {
    size_t at = budget->layout.dataset[set].start + i;
    budget->plus[at] = budget->minus[at] = INFINITY;
}

/* The systematic band holds a multiple of the period; INFINITY: it holds zero. */
static bool holds_multiple(const hp_budget *budget, hp_set set, size_t i, double period) {
    hp_systematic both = hp_budget_systematic(budget, set, i);
    double value = hp_results_band(&budget->central, set, i).value;
    if (isinf(period)) return value - both.minus <= 0.0 && value + both.plus >= 0.0;
    return floor((value - both.minus) / period) != floor((value + both.plus) / period);
}

static double average_of(const hp_results *results, hp_set set, size_t i) {
    return hp_layout_read(results->layout, results->rows, set)[i];
}

static void log_variation(const hp_budget *budget, int variation, const size_t *k, int nk) {
    const hp_variation *one = &budget->variation[variation];
    char line[256], text[64];
    hp_band shift = hp_budget_shift(budget, variation, HP_SET_KCOT0, 0);
    hp_format_value(shift, text, sizeof text);
    int length =
        snprintf(line, sizeof line, "%-12s %8.3g %15s", one->alternative->name, one->chi2, text);
    for (int i = 0; i < nk; i++) {
        hp_format_value(hp_budget_shift(budget, variation, HP_SET_DELTA, k[i]), text, sizeof text);
        length += snprintf(line + length, sizeof line - (size_t)length, " %15s", text);
    }
    hp_log("%s   %s%s%s%s", line, one->alternative->assignments, one->fails ? ": " : "",
           one->reason, one->enters ? "" : ", does not enter");
}

static void log_systematic(const hp_budget *budget, const size_t *k, int nk) {
    char line[256], text[96];
    const hp_results *central = &budget->central;
    hp_systematic both = hp_budget_systematic(budget, HP_SET_KCOT0, 0);
    hp_format_quoted(hp_results_band(central, HP_SET_KCOT0, 0), both.plus, both.minus, text,
                     sizeof text);
    hp_log("value(stat)(+syst)(-syst): k cot delta(0) = %s MeV (-1/a0)", text);
    for (int i = 0; i < nk; i++) {
        both = hp_budget_systematic(budget, HP_SET_DELTA, k[i]);
        hp_format_quoted(hp_results_band(central, HP_SET_DELTA, k[i]), both.plus, both.minus, text,
                         sizeof text);
        snprintf(line, sizeof line, "delta(e_cm = %.4g MeV) = %s degrees",
                 hp_observables_energy_mev(central->observables, central->observables->k2[k[i]]),
                 text);
        hp_log("%s", line);
    }
}

/* A low one, the middle and the highest of the momenta, which often begin near threshold. */
static int choose_momenta(int nk, size_t k[3]) {
    const int chosen[] = {nk / 8, nk / 2, nk - 1};
    int count = nk < 3 ? nk : 3;
    for (int i = 0; i < count; i++) k[i] = (size_t)(nk < 3 ? i : chosen[i]);
    return count;
}
