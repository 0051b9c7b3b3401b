// SPDX-License-Identifier: GPL-3.0-or-later
/* What is noted in a record, and its facts. */
#ifndef HADPOT_TEST_NOTES_H
#define HADPOT_TEST_NOTES_H

#include "support.h"

#include <string.h>
#include "hadpot/record.h"

/* There is one note, and it is this; text NULL: there is none. */
static inline void assert_only_note(const hp_record *record, const char *text) {
    if (text == NULL && record->nnote > 0) fail_msg("noted: %s", record->note[0].text);
    if (text == NULL) return;
    for (int i = 1; i < record->nnote; i++) fail_msg("noted, too: %s", record->note[i].text);
    assert_int_equal(record->nnote, 1);
    assert_string_equal(record->note[0].text, text);
}

/* The fact of a key of the summary; NULL: there is none. */
static inline const hp_fact *fact_of_key(const hp_record *record, const char *key) {
    for (int i = 0; i < record->nfact; i++)
        if (record->fact[i].place.summary != NULL &&
            strcmp(record->fact[i].place.summary, key) == 0)
            return &record->fact[i];
    return NULL;
}

/* The same of an attribute of an object. */
static inline const hp_fact *fact_of_attribute(const hp_record *record, const char *object,
                                               const char *attribute) {
    for (int i = 0; i < record->nfact; i++) {
        const hp_place *place = &record->fact[i].place;
        if (place->object != NULL && strcmp(place->object, object) == 0 &&
            strcmp(place->attribute, attribute) == 0)
            return &record->fact[i];
    }
    return NULL;
}

/* The row of a path with constant numbers. */
static inline const double *constants(const hp_record *record, const char *path) {
    const hp_entry *entry = hp_record_find(record, path);
    if (entry == NULL || entry->constant == NULL) fail_msg("there is no constant %s", path);
    return entry->constant;
}

#endif
