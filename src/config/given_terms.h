// SPDX-License-Identifier: GPL-3.0-or-later
/* The form sections of a job as lists of terms, and the elements in which they act. */
#ifndef HADPOT_CONFIG_GIVEN_TERMS_H
#define HADPOT_CONFIG_GIVEN_TERMS_H

#include "hadpot/given_channels.h"

/* Terms of one kind: a list of each of its parameters. */
typedef struct hp_term_lists {
    const char *section;
    const char *elements_key; /* NULL: these terms have no elements */
    hp_form_kind kind;
    const hp_double_list *list[HP_FORM_PARAMETERS]; /* NULL: no such parameter */
    double unit;                    /* of the first list, in that of the kind; 0 stands for 1 */
    const hp_double_list *mass_mev; /* instead of the last list, where it has entries */
    const hp_string_list *elements;
} hp_term_lists;

enum { HP_TERM_LISTS = 19 };
void hp_given_list_terms(const hp_form_keys *keys, hp_term_lists lists[HP_TERM_LISTS]);

/* Parameters of term i, 0 <= i < lists->list[0]->count. */
void hp_given_term(const hp_term_lists *lists, int i, double parameter[HP_FORM_PARAMETERS]);

/* Where a term acts: an operator of a pair, or element (c, d) with r in c and r' in d. */
typedef struct hp_element {
    bool is_operator;
    hp_operator of;
    int pair, c, d;
} hp_element;

/* "X", "X/Y", "V_T", "V_T:PAIR"; empty: the only one. Errors: HP_ERR_INPUT. */
hp_status hp_given_element(const char *text, const hp_given_channels *given, hp_element *element,
                           hp_error *err);

/* Entry i of a list of elements, "" where it is empty. */
const char *hp_given_element_text(const hp_string_list *elements, int i);

#endif
