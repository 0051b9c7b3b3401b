// SPDX-License-Identifier: GPL-3.0-or-later
/* The matrix of a job's terms and tables. */
#include "given_terms.h"
#include "hadpot/forms_read.h"

static hp_forms *forms_of(hp_form_matrix *matrix, const hp_element *element) {
    bool ascending = element->c <= element->d;
    if (element->is_operator) return hp_form_matrix_operator(matrix, element->pair, element->of);
    return hp_form_matrix_element(matrix, ascending ? element->c : element->d,
                                  ascending ? element->d : element->c);
}

/* K(r,r') as K(r',r): the element was named as Y/X. */
static void mirror(hp_form_kind kind, double parameter[HP_FORM_PARAMETERS]) {
    if (!hp_form_has_two_sides(kind)) return; /* others are symmetric */
    for (int p = 1; p < HP_FORM_PARAMETERS; p += 2) {
        double other = parameter[p];
        parameter[p] = parameter[p + 1];
        parameter[p + 1] = other;
    }
}

static hp_status add_terms(const hp_term_lists *lists, const hp_given_channels *given,
                           hp_form_matrix *matrix, hp_error *err) {
    hp_element element;
    double parameter[HP_FORM_PARAMETERS];
    for (int i = 0; i < lists->list[0]->count; i++) {
        HP_CALL_IN(
            hp_given_element(hp_given_element_text(lists->elements, i), given, &element, err),
            "%s.elements", lists->section);
        hp_given_term(lists, i, parameter);
        if (element.c > element.d) mirror(lists->kind, parameter);
        HP_CALL(hp_forms_add(forms_of(matrix, &element), lists->kind, parameter, err));
    }
    return HP_OK;
}

static hp_status add_tables(const hp_form_keys *keys, const hp_given_channels *given,
                            hp_form_matrix *matrix, hp_error *err) {
    hp_element element;
    const hp_string_list *columns = &keys->tables.columns;
    int ncolumn = *keys->tables.local == '\0' ? 0 : columns->count > 0 ? columns->count : 1;
    for (int i = 0; i < ncolumn; i++) {
        const char *column = columns->count > 0 ? columns->values[i] : NULL;
        const char *text = hp_given_element_text(&keys->tables.elements, i);
        HP_CALL_IN(hp_given_element(text, given, &element, err), "tables.elements");
        HP_CALL_IN(hp_forms_read_local(forms_of(matrix, &element), keys->tables.local, column, err),
                   "tables.local");
    }
    if (*keys->tables.nonlocal == '\0') return HP_OK;
    HP_CALL_IN(hp_given_element(keys->tables.nonlocal_element, given, &element, err),
               "tables.nonlocal_element");
    HP_CALL_IN(hp_forms_read_nonlocal(forms_of(matrix, &element), keys->tables.nonlocal, err),
               "tables.nonlocal");
    return HP_OK;
}

hp_status hp_given_form_matrix(const hp_form_keys *keys, const hp_given_channels *given,
                               hp_form_matrix **matrix, hp_error *err) {
    hp_status status = HP_OK;
    hp_term_lists lists[HP_TERM_LISTS];
    HP_TRY(hp_form_matrix_create(&given->channels, given->spin, matrix, err));
    hp_given_list_terms(keys, lists);
    for (int l = 0; l < HP_TERM_LISTS; l++) HP_TRY(add_terms(&lists[l], given, *matrix, err));
    HP_TRY(add_tables(keys, given, *matrix, err));
    HP_TRY(hp_form_matrix_check(*matrix, err));
cleanup:
    if (status != HP_OK) hp_form_matrix_destroy(matrix);
    return status;
}
