// SPDX-License-Identifier: GPL-3.0-or-later
/* The potential of an ensemble: what of it is stated, and where it is cut off. */
#include "synth_parts.h"

#include <math.h>

int hp_synth_given_keys(const hp_form_keys *keys, hp_synth_key given[HP_SYNTH_MAX_KEYS]) {
/* clang-format off */
#define NOTHING(...)
#define ROW(section, name, type, ...) ROW_##type(#section, #name, keys->section.name)
#define ROW_DOUBLE_LIST(section, name, value) {section, name, &(value), ""},
#define ROW_STRING(section, name, value) {section, name, NULL, value},
    /* clang-format on */
    const hp_synth_key all[] = {HP_FORM_SECTIONS(NOTHING, ROW, NOTHING)};
    _Static_assert(sizeof all / sizeof *all <= HP_SYNTH_MAX_KEYS, "room for every key");
    int count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].list != NULL ? all[i].list->count > 0 : all[i].text[0] != '\0')
            given[count++] = all[i];
    return count;
}

void hp_synth_cut_off(const hp_synth_setup *setup, double *local, double *nonlocal) {
    int points = setup->nseen;
    double end = hp_synth_radius_fm(setup, points - 1), largest = 0, cut = 0;
    double at_end = fabs(end * hp_forms_local(setup->forms, end));
    for (int i = 0; i < points; i++) {
        double r = hp_synth_radius_fm(setup, i);
        largest = fmax(largest, fabs(r * hp_forms_local(setup->forms, r)));
    }
    *local = largest > 0 ? at_end / largest : 0;
    largest = 0;
    for (int i = 0; i < points && hp_forms_has_nonlocal(setup->forms); i++) {
        double r = hp_synth_radius_fm(setup, i);
        cut = fmax(cut, fabs(hp_forms_nonlocal(setup->forms, r, end)));
        for (int j = 0; j <= i; j++)
            largest = fmax(largest,
                           fabs(hp_forms_nonlocal(setup->forms, r, hp_synth_radius_fm(setup, j))));
    }
    *nonlocal = largest > 0 ? cut / largest : 0;
}
