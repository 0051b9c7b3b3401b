// SPDX-License-Identifier: GPL-3.0-or-later
/* The elements of the matrix in which the terms of a job act. */
#include <string.h>
#include "given_terms.h"
#include "hadpot/format.h"

enum { LIST_SIZE = 256 };

static const char *const operators[HP_NOPERATOR] = {"V_C", "V_T", "V_LS"};

static bool is_text(const char *text, const char *at, size_t length) {
    return strlen(text) == length && strncmp(text, at, length) == 0;
}

/* The component with this text, its pair or its wave, -1: none; fits: out, how many have it. */
static int find_component(const hp_given_channels *given, const char *at, size_t length,
                          int *fits) {
    int found = -1;
    *fits = 0;
    for (int c = 0; c < given->channels.ncomponent; c++) {
        const char *name = given->component[c], *colon = strchr(name, ':');
        const char *wave = colon != NULL ? colon + 1 : name;
        const char *pair = given->pair[given->channels.component[c].pair];
        if (is_text(name, at, length)) return *fits = 1, c;
        if (!is_text(wave, at, length) && !is_text(pair, at, length)) continue;
        if (found < 0) found = c;
        (*fits)++;
    }
    return found;
}

static const char *list_components(const hp_given_channels *given, char list[LIST_SIZE]) {
    *list = '\0';
    for (int c = 0; c < given->channels.ncomponent; c++)
        hp_format_append(list, LIST_SIZE, "%s%s", c > 0 ? ", " : "", given->component[c]);
    return list;
}

/* A component, or two around the '/' that has components on both sides ("2P1/2" has one, too). */
static hp_status parse_components(const char *text, const hp_given_channels *given,
                                  hp_element *element, hp_error *err) {
    char list[LIST_SIZE];
    int fits = 0, others = 0;
    size_t length = strlen(text);
    element->c = element->d = find_component(given, text, length, &fits);
    others = fits;
    for (const char *at = strchr(text, '/'); fits == 0 && at != NULL; at = strchr(at + 1, '/')) {
        size_t before = (size_t)(at - text);
        element->c = find_component(given, text, before, &fits);
        element->d = find_component(given, at + 1, length - before - 1, &others);
        if (others == 0) fits = 0;
    }
    list_components(given, list);
    HP_REQUIRE(fits > 0 && others > 0, HP_ERR_INPUT,
               "expected X or X/Y with X, Y of %s, or V_C, V_T, V_LS, found \"%.60s\"", list, text);
    HP_REQUIRE(fits == 1 && others == 1, HP_ERR_INPUT,
               "expected components of %s, found \"%.60s\", which fits several", list, text);
    const hp_spin_state *spin = given->spin;
    HP_REQUIRE(spin[element->c].two_j == spin[element->d].two_j, HP_ERR_INPUT,
               "expected components with the same J, found \"%.60s\"", text);
    return HP_OK;
}

static bool acts(const hp_given_channels *given, hp_operator of, int pair) {
    const hp_component *component = given->channels.component;
    bool any = false;
    for (int c = 0; c < given->channels.ncomponent; c++)
        for (int d = 0; d <= c; d++)
            any |= component[c].pair == pair && component[d].pair == pair &&
                   hp_operator_element(of, component[c].l, given->spin[c], component[d].l,
                                       given->spin[d]) != 0;
    return any;
}

static hp_status parse_operator(const char *text, size_t length, const hp_given_channels *given,
                                hp_element *element, hp_error *err) {
    int npair = given->channels.npair;
    bool named = text[length] == ':';
    element->is_operator = true;
    HP_REQUIRE(named || npair == 1, HP_ERR_INPUT,
               "expected %s:PAIR where there are %d pairs, found \"%.40s\"", operators[element->of],
               npair, text);
    while (named && element->pair < npair &&
           strcmp(given->pair[element->pair], text + length + 1) != 0)
        element->pair++;
    HP_REQUIRE(element->pair < npair, HP_ERR_INPUT,
               "expected %s of a pair of channels.pairs, found \"%.40s\"", operators[element->of],
               text);
    HP_REQUIRE(acts(given, element->of, element->pair), HP_ERR_INPUT,
               "%.40s acts on no component: expected one with %s", text,
               element->of == HP_TENSOR ? "2S+1 = 3, as 3S1 with 3D1" : "l > 0 and S > 0");
    return HP_OK;
}

hp_status hp_given_element(const char *text, const hp_given_channels *given, hp_element *element,
                           hp_error *err) {
    *element = (hp_element){.is_operator = false};
    if (*text == '\0') {
        HP_REQUIRE(given->channels.ncomponent == 1, HP_ERR_INPUT,
                   "expected an element for each term, as there are %d components, found none",
                   given->channels.ncomponent);
        return HP_OK;
    }
    for (hp_operator of = HP_CENTRAL; of < HP_NOPERATOR; of++) {
        size_t length = strlen(operators[of]);
        if (strncmp(text, operators[of], length) != 0) continue;
        if (text[length] != '\0' && text[length] != ':') continue;
        element->of = of;
        return parse_operator(text, length, given, element, err);
    }
    return parse_components(text, given, element, err);
}

const char *hp_given_element_text(const hp_string_list *elements, int i) {
    return elements != NULL && elements->count > 0 ? elements->values[i] : "";
}

/* K(r,r') of a component with itself, or of an operator, must be K(r',r). */
static hp_status check_symmetric(const hp_term_lists *lists, int i, const hp_element *element,
                                 hp_error *err) {
    double p[HP_FORM_PARAMETERS];
    bool mirrored = element->is_operator || element->c == element->d;
    if (!hp_form_has_two_sides(lists->kind) || !mirrored) return HP_OK;
    hp_given_term(lists, i, p);
    HP_REQUIRE(lists->kind != HP_FORM_SEPARABLE_GAUSSIAN || p[1] == p[2], HP_ERR_INPUT,
               "term %d: expected equal ranges, as U(r,r') = U(r',r) in this element, found %.15g "
               "and %.15g",
               i + 1, p[1], p[2]);
    if (lists->kind == HP_FORM_SEPARABLE_GAUSSIAN) return HP_OK;
    HP_REQUIRE(p[1] == p[2] && p[3] == p[4], HP_ERR_INPUT,
               "term %d: expected equal powers and equal masses, as K(r,r') = K(r',r) in this "
               "element, found r^%.15g exp(-%.15g r) and r'^%.15g exp(-%.15g r')",
               i + 1, p[1], p[3], p[2], p[4]);
    return HP_OK;
}

static hp_status check_tables(const hp_form_keys *keys, const hp_given_channels *given,
                              const char **key, hp_error *err) {
    hp_element element;
    const hp_string_list *elements = &keys->tables.elements;
    int ncolumn = keys->tables.columns.count > 0 ? keys->tables.columns.count : 1;
    *key = "tables.elements";
    HP_REQUIRE(elements->count == 0 || elements->count == ncolumn, HP_ERR_INPUT,
               "expected %d entries like tables.columns, found %d", ncolumn, elements->count);
    for (int i = 0; *keys->tables.local != '\0' && i < ncolumn; i++)
        HP_CALL(hp_given_element(hp_given_element_text(elements, i), given, &element, err));
    *key = "tables.nonlocal_element";
    if (*keys->tables.nonlocal == '\0') return HP_OK;
    return hp_given_element(keys->tables.nonlocal_element, given, &element, err);
}

hp_status hp_given_elements_check(const hp_form_keys *keys, const hp_given_channels *given,
                                  const char **key, hp_error *err) {
    hp_term_lists lists[HP_TERM_LISTS];
    hp_element element;
    hp_given_list_terms(keys, lists);
    for (int l = 0; l < HP_TERM_LISTS; l++) {
        bool mass = lists[l].elements_key == NULL;
        *key = mass ? "momentum_dependent.amplitudes_mev_fm2" : lists[l].elements_key;
        HP_REQUIRE(!mass || lists[l].list[0]->count == 0 || given->one_s_wave, HP_ERR_INPUT,
                   "terms {p^2, V2} act in one non-relativistic S wave alone, found other "
                   "channels.components");
        for (int i = 0; i < lists[l].list[0]->count; i++) {
            const char *text = hp_given_element_text(lists[l].elements, i);
            HP_CALL(hp_given_element(text, given, &element, err));
            HP_CALL(check_symmetric(&lists[l], i, &element, err));
        }
    }
    return check_tables(keys, given, key, err);
}
