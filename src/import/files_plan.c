// SPDX-License-Identifier: GPL-3.0-or-later
/* The plan of formats ascii and hadrons: rows, datasets, cells, and where files belong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"
#include "files_parts.h"
#include "pattern.h"

/* Above this part of the real part imaginary parts are told in every result. They are noise, which
 * is large in one configuration, unless spins or phases are wrong. */
#define IMAGINARY_NOTED 0.3
/* The same for the spread within orbits, of which noise may be the cause: half of the variance. */
#define SPREAD_NOTED 0.7

static int compare_integers(const void *a, const void *b) {
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* Numbers of all configurations in a file that holds several, ascending. list: out (hp_free). */
static hp_status list_in_file(const hp_entries *entries, int **list, int *n, hp_error *err) {
    hp_entry entry;
    int nnew = 0;
    for (size_t i = 0; i < entries->n; i++) {
        hp_entries_get(entries, i, &entry);
        if (nnew > 0 && (*list)[nnew - 1] == entry.configuration) continue;
        HP_CALL(hp_import_grow((void **)list, nnew, sizeof **list, err));
        (*list)[nnew++] = entry.configuration;
    }
    if (nnew > 0) qsort(*list, (size_t)nnew, sizeof **list, compare_integers);
    for (int i = *n = 0; i < nnew; i++)
        if (*n == 0 || (*list)[*n - 1] != (*list)[i]) (*list)[(*n)++] = (*list)[i];
    return HP_OK;
}

/* Empty where every file holds one configuration, as its name says. */
static hp_status list_configurations(const hp_files_survey_work *work, int **list, int *n,
                                     hp_error *err) {
    *list = NULL;
    *n = 0;
    for (hp_quantity q = 0; q < HP_NQUANTITY; q++) {
        if (work->count[q] == 0 || hp_files_source_of(&work->keys, q).configuration_in_name)
            continue;
        HP_REQUIRE(work->entries[q].has[HP_ROLE_CONFIGURATION], HP_ERR_INPUT,
                   "%s.%s: \"%s\" has no {configuration}, and no column is one", work->keys.section,
                   work->keys.name[q], work->keys.pattern[q]);
        return list_in_file(&work->entries[q], list, n, err);
    }
    return HP_OK;
}

static hp_status make_state(hp_files_survey_work *work, const int *list, int n,
                            hp_files_state **state, hp_error *err) {
    hp_import_plan *plan = work->plan;
    const char *fold = work->keys.fold;
    plan->state_size = sizeof **state + (size_t)n * sizeof *list;
    plan->state = *state = hp_alloc(1, plan->state_size);
    HP_REQUIRE(*state != NULL, HP_ERR_MEMORY, "no memory for %d configurations", n);
    (*state)->sites = work->sites.kind;
    (*state)->nsource = work->nsource;
    (*state)->sign = strcmp(fold, "plus") == 0 ? 1 : strcmp(fold, "minus") == 0 ? -1 : 0;
    (*state)->spread_gauge = -1;
    (*state)->nconfiguration = n;
    if (n > 0) memcpy((*state)->configuration, list, (size_t)n * sizeof *list);
    for (hp_quantity q = 0; q < HP_NQUANTITY; q++) {
        bool own = strstr(work->keys.pattern[q], "{source}") != NULL || hp_files_is_wave(q);
        (*state)->nslot[q] = work->count[q] == 0 ? 0 : own ? work->nsource : 1;
        (*state)->gauge[q] = -1;
    }
    return HP_OK;
}

static hp_status add_datasets(hp_files_survey_work *work, hp_error *err) {
    hp_import_plan *plan = work->plan;
    const bool full = plan->nt_full > 0 && work->count[HP_TWO_POINT_1] > 0;
    for (int s = 0; s < work->nsource; s++) {
        const char *name = hp_import_text(plan, work->source[s]);
        HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_WAVE, err, "/source/%s/%s", name,
                                      work->keys.name[HP_FOUR_POINT]));
        for (int hadron = 1; !work->keys.ratio && hadron <= 2; hadron++)
            HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_TIMES, err, "/source/%s/two_point_%d",
                                          name, hadron));
        for (int hadron = 1; full && hadron <= 2; hadron++)
            HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_FULL, err, "/source/%s/two_point_full_%d",
                                          name, hadron));
        if (work->count[HP_TWO_BARYON] > 0)
            HP_CALL(hp_import_add_dataset(plan, HP_IMPORT_TWO_BARYON, err, "/source/%s/two_baryon",
                                          name));
    }
    return HP_OK;
}

/* Cells and gauges of one source, or of all, for a quantity. */
static hp_status add_slot(hp_files_survey_work *work, hp_quantity q, int slot,
                          const hp_files_state *state, hp_error *err) {
    hp_import_plan *plan = work->plan;
    const char *what = work->keys.name[q], *of = state->nslot[q] > 1 ? " of " : "";
    const char *name = state->nslot[q] > 1 ? hp_import_text(plan, work->source[slot]) : "";
    size_t nt = (size_t)(q == HP_TWO_BARYON ? plan->nt_two_baryon : plan->nt_full);
    if (!hp_files_is_wave(q))
        HP_CALL(hp_import_add_cell(plan, nt, err, "%s%s%.40s", what, of, name));
    for (int t = 0; hp_files_is_wave(q) && t < plan->nt; t++)
        HP_CALL(hp_import_add_cell(plan, (size_t)plan->geometry.npoint, err, "%s%s%.40s at t = %d",
                                   what, of, name, plan->first_t + t));
    if (state->gauge[q] >= 0)
        HP_CALL(
            hp_import_add_gauge(plan, IMAGINARY_NOTED,
                                q == HP_TWO_BARYON ? HP_IMPORT_NEVER : HP_IMPORT_IMAGINARY_REFUSED,
                                err, "imaginary over real part of %s%s%.40s", what, of, name));
    return HP_OK;
}

static hp_status add_cells(hp_files_survey_work *work, hp_files_state *state, hp_error *err) {
    hp_import_plan *plan = work->plan;
    for (hp_quantity q = 0; q < HP_NQUANTITY; q++) {
        state->first_cell[q] = plan->ncell;
        if (work->count[q] > 0 && work->entries[q].has[HP_ROLE_IM]) state->gauge[q] = plan->ngauge;
        for (int slot = 0; slot < state->nslot[q]; slot++)
            HP_CALL(add_slot(work, q, slot, state, err));
    }
    if (work->sites.kind != HP_SITES_BOX) return HP_OK;
    state->spread_gauge = plan->ngauge;
    for (int s = 0; s < work->nsource; s++)
        HP_CALL(hp_import_add_gauge(plan, SPREAD_NOTED, HP_IMPORT_NEVER, err,
                                    "%s of %.40s: spread within cubic orbits over that of the box",
                                    work->keys.name[HP_FOUR_POINT],
                                    hp_import_text(plan, work->source[s])));
    return HP_OK;
}

/* The row of a file in the one part that there is when files hold several configurations. */
static hp_status find_row(const hp_import_plan *plan, const hp_found_file *file, int *row,
                          hp_error *err) {
    const hp_files_state *state = plan->state;
    const char *name = hp_import_text(plan, file->configuration);
    int stream = 0, number = hp_import_number(name, &stream);
    *row = 0;
    if (*name == '\0') return HP_OK;
    for (int i = 0; i < state->nconfiguration; i++)
        if (state->configuration[i] == number) *row = i, number = -1;
    HP_REQUIRE(number == -1, HP_ERR_INPUT, "%s: configuration %d is not in the other files",
               hp_import_text(plan, file->name), number);
    return HP_OK;
}

int hp_files_find_slot(const hp_files_survey_work *work, const hp_found_file *file) {
    const char *source = hp_import_text(work->plan, file->source);
    int slot = 0;
    if (*source == '\0') return 0;
    while (slot < work->nsource &&
           strcmp(hp_import_text(work->plan, work->source[slot]), source) != 0)
        slot++;
    return slot;
}

/* The name of a configuration with its number as it is, so that 0410 and 410 are the same. */
static void name_configuration(const char *found, char name[HP_MATCH_WORD]) {
    int stream = 0, number = hp_import_number(found, &stream);
    if (number < 0)
        snprintf(name, HP_MATCH_WORD, "%s", found);
    else
        snprintf(name, HP_MATCH_WORD, "%.*s%d", stream, found, number);
}

static hp_status add_file(hp_files_survey_work *work, const hp_found_file *file, hp_error *err) {
    hp_import_plan *plan = work->plan;
    const hp_files_state *state = plan->state;
    const bool several = state->nconfiguration > 0;
    int slot = hp_files_find_slot(work, file), part = 0, row = 0;
    /* Copies: the texts of the plan move when there are more. */
    char configuration[HP_MATCH_WORD], folder[HP_MATCH_PATH], name[HP_MATCH_PATH];
    if (slot == work->nsource) return HP_OK;
    if (several) HP_CALL(find_row(plan, file, &row, err));
    name_configuration(several ? "all configurations" : hp_import_text(plan, file->configuration),
                       configuration);
    snprintf(folder, sizeof folder, "%s", hp_import_text(plan, file->folder));
    snprintf(name, sizeof name, "%s", hp_import_text(plan, file->name));
    HP_CALL(
        hp_import_find_part(plan, configuration, several ? state->nconfiguration : 1, &part, err));
    return hp_import_add_file(plan, part, folder, name, (int)file->quantity + HP_NQUANTITY * slot,
                              file->t + 1 + HP_TIMES * row, err);
}

/* Contributions that each cell must get in every row: files of a quantity, shared out evenly. */
static void count_contributions(const hp_files_survey_work *work, const hp_files_state *state) {
    hp_import_plan *plan = work->plan;
    const int nrow = state->nconfiguration > 0 ? state->nconfiguration : plan->npart;
    for (hp_quantity q = 0; q < HP_NQUANTITY; q++) {
        if (state->nslot[q] == 0) continue;
        const hp_files_source source = hp_files_source_of(&work->keys, q);
        const int ncell = state->nslot[q] * (hp_files_is_wave(q) ? plan->nt : 1);
        int nfile = 0, each = source.configuration_in_name ? nrow : 1;
        for (int i = 0; i < plan->nfile; i++) nfile += plan->file[i].what % HP_NQUANTITY == (int)q;
        each *= source.t_in_name ? ncell : state->nslot[q];
        for (int i = 0; i < ncell; i++)
            plan->cell[state->first_cell[q] + i].count = (nfile + each - 1) / each;
    }
}

/* What a row is the average of, where several files have the same. */
static hp_status tell_averages(hp_files_survey_work *work, const hp_files_state *state,
                               hp_error *err) {
    hp_import_plan *plan = work->plan;
    const int n = plan->cell[state->first_cell[HP_FOUR_POINT]].count;
    if (n < 2) return HP_OK;
    snprintf(plan->average, sizeof plan->average, "%d files of %s of one configuration", n,
             work->keys.name[HP_FOUR_POINT]);
    return hp_import_fact(plan, err, "each row is the average of %s", plan->average);
}

hp_status hp_files_fill_plan(hp_files_survey_work *work, hp_error *err) {
    hp_status status = HP_OK;
    hp_import_plan *plan = work->plan;
    hp_files_state *state = NULL;
    int *list = NULL, n = 0;
    HP_TRY(list_configurations(work, &list, &n, err));
    HP_TRY(make_state(work, list, n, &state, err));
    HP_TRY(add_datasets(work, err));
    HP_TRY(add_cells(work, state, err));
    for (int i = 0; i < work->nfile; i++) HP_TRY(add_file(work, &work->file[i], err));
    if (n > 0) HP_TRY(hp_import_number_rows(plan, 0, list, err));
    count_contributions(work, state);
    HP_TRY(tell_averages(work, state, err));
cleanup:
    hp_free(list);
    return status;
}
