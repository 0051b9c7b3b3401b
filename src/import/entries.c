// SPDX-License-Identifier: GPL-3.0-or-later
#include "entries.h"
#include <string.h>
#include "hadpot/memory.h"

static const char *const names[HP_NROLE] = {
    [HP_ROLE_CONFIGURATION] = "configuration",
    [HP_ROLE_T] = "t",
    [HP_ROLE_X] = "x",
    [HP_ROLE_Y] = "y",
    [HP_ROLE_Z] = "z",
    [HP_ROLE_R] = "r",
    [HP_ROLE_RE] = "re",
    [HP_ROLE_IM] = "im",
    [HP_ROLE_SITE] = "site",
};

const char *hp_role_name(hp_role role) {
    return role < HP_NROLE ? names[role] : "-";
}

hp_role hp_role_find(const char *name) {
    for (int role = 0; role < HP_NROLE; role++)
        if (strcmp(names[role], name) == 0) return (hp_role)role;
    return HP_ROLE_NONE;
}

int hp_entries_nplace(const hp_entries *entries) {
    if (entries->has[HP_ROLE_R]) return 1;
    return entries->has[HP_ROLE_X] || entries->has[HP_ROLE_SITE] ? 3 : 0;
}

static void get_row(const hp_entries *entries, size_t i, hp_entry *entry) {
    const double *row = entries->columns.value + i * (size_t)entries->columns.ncolumn;
    const bool *has = entries->has;
    const int *column = entries->column;
    if (has[HP_ROLE_CONFIGURATION]) entry->configuration = (int)row[column[HP_ROLE_CONFIGURATION]];
    if (has[HP_ROLE_T]) entry->t = (int)row[column[HP_ROLE_T]];
    for (int axis = 0; has[HP_ROLE_X] && axis < 3; axis++)
        entry->place[axis] = row[column[HP_ROLE_X + axis]];
    if (has[HP_ROLE_R]) entry->place[0] = row[column[HP_ROLE_R]];
    entry->value[0] = row[column[HP_ROLE_RE]];
    entry->value[1] = has[HP_ROLE_IM] ? row[column[HP_ROLE_IM]] : 0.0;
}

/* The axis `site`: all sites, x fastest, or those that are listed. */
static void get_site(const hp_entries *entries, size_t index, hp_entry *entry) {
    const size_t extent = (size_t)entries->extent;
    size_t site[] = {index % extent, index / extent % extent, index / extent / extent};
    for (int axis = 0; axis < 3; axis++)
        entry->place[axis] =
            entries->site != NULL ? entries->site[index][axis] : (double)site[axis];
}

static void get_element(const hp_entries *entries, size_t i, hp_entry *entry) {
    const hp_image_numbers *numbers = &entries->numbers;
    size_t rest = i;
    for (int axis = numbers->rank - 1; axis >= 0; axis--) {
        size_t index = rest % numbers->shape[axis];
        hp_role role = entries->axis[axis];
        rest /= numbers->shape[axis];
        if (role == HP_ROLE_T) entry->t = entries->first_t + (int)index;
        if (role == HP_ROLE_R) entry->place[0] = entries->r[index];
        if (role == HP_ROLE_SITE) get_site(entries, index, entry);
        if (role >= HP_ROLE_X && role <= HP_ROLE_Z) entry->place[role - HP_ROLE_X] = (double)index;
    }
    memcpy(entry->value, numbers->value + 2 * i, sizeof entry->value);
}

void hp_entries_get(const hp_entries *entries, size_t i, hp_entry *entry) {
    *entry = (hp_entry){.configuration = entries->configuration, .t = entries->t};
    if (entries->columns.value != NULL)
        get_row(entries, i, entry);
    else
        get_element(entries, i, entry);
}

void hp_entries_blame(const hp_entries *entries, size_t i, hp_error *err) {
    if (entries->columns.value != NULL)
        hp_error_add_context(err, "line %d", entries->columns.line[i]);
    else
        hp_error_add_context(err, "element %zu", i);
}

static bool stands_before(const hp_entry *a, const hp_entry *b) {
    if (a->configuration != b->configuration) return a->configuration < b->configuration;
    return a->t < b->t;
}

/* Merge two sorted neighbours of `order` by way of `spare`. */
static void merge(const hp_entries *entries, size_t *order, size_t middle, size_t n,
                  size_t *spare) {
    hp_entry left, right;
    size_t i = 0, j = middle, k = 0;
    memcpy(spare, order, n * sizeof *order);
    while (i < middle && j < n) {
        hp_entries_get(entries, spare[i], &left);
        hp_entries_get(entries, spare[j], &right);
        order[k++] = stands_before(&right, &left) ? spare[j++] : spare[i++];
    }
    while (i < middle) order[k++] = spare[i++];
    while (j < n) order[k++] = spare[j++];
}

hp_status hp_entries_sort(const hp_entries *entries, size_t **order, hp_error *err) {
    hp_status status = HP_OK;
    size_t *spare = NULL, n = entries->n;
    hp_entry before, entry;
    bool sorted = true;
    *order = NULL;
    hp_entries_get(entries, 0, &before);
    for (size_t i = 1; sorted && i < n; i++, before = entry) {
        hp_entries_get(entries, i, &entry);
        sorted = !stands_before(&entry, &before);
    }
    if (sorted) return HP_OK;
    HP_NEW(*order, n);
    HP_NEW(spare, n);
    for (size_t i = 0; i < n; i++) (*order)[i] = i;
    for (size_t width = 1; width < n; width *= 2)
        for (size_t first = 0; first + width < n; first += 2 * width) {
            size_t count = n - first < 2 * width ? n - first : 2 * width;
            merge(entries, *order + first, width, count, spare);
        }
cleanup:
    hp_free(spare);
    return status;
}

void hp_entries_destroy(hp_entries *entries) {
    if (entries == NULL) return;
    hp_columns_destroy(&entries->columns);
    hp_image_numbers_destroy(&entries->numbers);
    hp_free(entries->r);
    hp_free(entries->site);
    *entries = (hp_entries){0};
}
