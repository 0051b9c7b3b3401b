// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts with columns: which column is what. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/format.h"
#include "files_parts.h"

enum { LIST_SIZE = 128 };

static void list_columns(const hp_string_list *names, char text[LIST_SIZE]) {
    text[0] = '\0';
    for (int i = 0; i < names->count; i++)
        hp_format_append(text, LIST_SIZE, "%s%s", i > 0 ? ", " : "", names->values[i]);
}

/* Columns by their number: what is in the name of a file is not in its columns. */
static hp_status guess_columns(const hp_files_source *source, int ncolumn, hp_entries *entries,
                               hp_error *err) {
    static const hp_role wave[][6] = {
        {HP_ROLE_T, HP_ROLE_R, HP_ROLE_RE},
        {HP_ROLE_T, HP_ROLE_R, HP_ROLE_RE, HP_ROLE_IM},
        {HP_ROLE_T, HP_ROLE_X, HP_ROLE_Y, HP_ROLE_Z, HP_ROLE_RE},
        {HP_ROLE_T, HP_ROLE_X, HP_ROLE_Y, HP_ROLE_Z, HP_ROLE_RE, HP_ROLE_IM}};
    static const hp_role times[][6] = {{HP_ROLE_T, HP_ROLE_RE},
                                       {HP_ROLE_T, HP_ROLE_RE, HP_ROLE_IM}};
    const bool is_wave = hp_files_is_wave(source->quantity);
    const int fewest = is_wave ? 3 : 2, most = is_wave ? 6 : 3;
    int in_front = source->configuration_in_name ? 0 : 1;
    int kind = ncolumn - in_front + source->t_in_name;
    HP_REQUIRE(kind >= fewest && kind <= most, HP_ERR_INPUT,
               "has %d column%s, and %s.%s does not say what they are", ncolumn,
               ncolumn == 1 ? "" : "s", source->keys->section,
               is_wave ? "columns" : "two_point_columns");
    const hp_role *role = is_wave ? wave[kind - fewest] : times[kind - fewest];
    if (in_front > 0) entries->column[HP_ROLE_CONFIGURATION] = 0;
    entries->has[HP_ROLE_CONFIGURATION] = in_front > 0;
    for (int i = source->t_in_name; i < kind; i++) {
        entries->has[role[i]] = true;
        entries->column[role[i]] = in_front + i - source->t_in_name;
    }
    return HP_OK;
}

static hp_status take_columns(const hp_string_list *names, hp_entries *entries, hp_error *err) {
    for (int i = 0; i < names->count; i++) {
        hp_role role = hp_role_find(names->values[i]);
        if (role == HP_ROLE_NONE) continue;
        HP_REQUIRE(!entries->has[role], HP_ERR_INPUT, "column %s is named twice", names->values[i]);
        entries->has[role] = true;
        entries->column[role] = i;
    }
    return HP_OK;
}

/* Whether named columns say all that must be known. */
static hp_status check_columns(const hp_files_source *source, const hp_string_list *names,
                               const hp_entries *entries, hp_error *err) {
    const bool *has = entries->has, wave = hp_files_is_wave(source->quantity);
    char list[LIST_SIZE];
    list_columns(names, list);
    const char *key = wave ? "columns" : "two_point_columns", *section = source->keys->section;
    HP_REQUIRE(has[HP_ROLE_RE], HP_ERR_INPUT, "%s.%s: [%s], expected one of them to be re", section,
               key, list);
    HP_REQUIRE(has[HP_ROLE_T] != source->t_in_name, HP_ERR_INPUT, "%s.%s: [%s], expected t %s",
               section, key, list, source->t_in_name ? "in the name alone" : "among them");
    HP_REQUIRE(has[HP_ROLE_CONFIGURATION] != source->configuration_in_name, HP_ERR_INPUT,
               "%s.%s: [%s], expected configuration %s", section, key, list,
               source->configuration_in_name ? "in the name alone"
                                             : "among them, or {configuration} in the name");
    int nxyz = has[HP_ROLE_X] + has[HP_ROLE_Y] + has[HP_ROLE_Z];
    bool placed = wave ? (nxyz == 3 && !has[HP_ROLE_R]) || (nxyz == 0 && has[HP_ROLE_R])
                       : nxyz == 0 && !has[HP_ROLE_R];
    HP_REQUIRE(placed, HP_ERR_INPUT, "%s.%s: [%s], expected %s", section, key, list,
               wave ? "x, y and z, or r, among them" : "no places among them");
    return HP_OK;
}

/* Configurations and times are integers. */
static hp_status check_integers(const hp_entries *entries, hp_error *err) {
    const hp_columns *columns = &entries->columns;
    for (hp_role role = HP_ROLE_CONFIGURATION; role <= HP_ROLE_T; role++)
        for (size_t i = 0; entries->has[role] && i < columns->nrow; i++) {
            int column = entries->column[role], most = role == HP_ROLE_T ? HP_TIMES - 2 : INT_MAX;
            double value = columns->value[i * (size_t)columns->ncolumn + (size_t)column];
            HP_REQUIRE(value == floor(value) && value >= 0 && value <= most, HP_ERR_INPUT,
                       "line %d: %s, in column %d, is %.15g, expected an integer from 0 to %d",
                       columns->line[i], hp_role_name(role), column + 1, value, most);
        }
    return HP_OK;
}

hp_status hp_ascii_read(const hp_files_source *source, const void *bytes, size_t size,
                        hp_entries *entries, hp_error *err) {
    hp_status status = HP_OK;
    const hp_string_list *names = hp_files_is_wave(source->quantity)
                                      ? &source->keys->columns
                                      : &source->keys->two_point_columns;
    *entries = (hp_entries){0};
    HP_TRY(hp_columns_read(bytes, size, names->count, &entries->columns, err));
    entries->n = entries->columns.nrow;
    if (names->count > 0) {
        HP_TRY(take_columns(names, entries, err));
        HP_TRY(check_columns(source, names, entries, err));
    } else
        HP_TRY(guess_columns(source, entries->columns.ncolumn, entries, err));
    HP_TRY(check_integers(entries, err));
cleanup:
    if (status != HP_OK) hp_entries_destroy(entries);
    return status;
}
