// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_terms.h"
#include "hadpot/form_matrix.h"

/* The matrix of an operator between the components of pairs a and b; false: it has no element. */
static bool fill_operator(const hp_fit_data *data, hp_operator of, int a, int b, double *element) {
    int N = data->ncomponent;
    bool there = false;
    for (int c = 0; c < N; c++)
        for (int d = 0; d < N; d++) {
            const hp_component *to = &data->component[c], *from = &data->component[d];
            bool between = (to->pair == a && from->pair == b) || (to->pair == b && from->pair == a);
            element[c * N + d] =
                between ? hp_operator_element(of, to->l, data->spin[c], from->l, data->spin[d])
                        : 0.0;
            there = there || element[c * N + d] != 0.0;
        }
    return there;
}

/* V_C and V_T of each pair, and (not diagonal) between pairs; one network f per pair. */
static hp_status terms_of_operators(const hp_fit_data *data, bool diagonal, hp_matrix_terms *terms,
                                    hp_error *err) {
    int most = 0;
    HP_REQUIRE(!diagonal || data->npair > 1, HP_ERR_INPUT,
               "potential.coupling: false has no effect on V_C and V_T of one pair, which couple S "
               "and D waves; potential.tensor: components leaves the coupling out");
    *terms = (hp_matrix_terms){.ncomponent = data->ncomponent, .nnetwork = data->npair};
    for (int c = 0; c < data->ncomponent; c++) {
        terms->network[c] = data->component[c].pair;
        HP_REQUIRE(data->spin[c].two_s_plus_1 > 0, HP_ERR_INPUT,
                   "potential.tensor: vc_vt needs components with spin and J, which component %d "
                   "does not state",
                   c + 1);
    }
    for (int a = 0; a < data->npair; a++)
        for (int b = a; b < (diagonal ? a + 1 : data->npair); b++)
            for (int of = HP_CENTRAL; of <= HP_TENSOR; of++) {
                HP_REQUIRE(terms->nterm < HP_MOST_TERMS, HP_ERR_INPUT,
                           "potential.tensor: vc_vt of %d pairs has more than %d operators",
                           data->npair, HP_MOST_TERMS);
                if (!fill_operator(data, (hp_operator)of, a, b, terms->element[terms->nterm]))
                    continue;
                terms->nterm++;
                if (of == HP_TENSOR) most++;
            }
    HP_REQUIRE(most > 0, HP_ERR_INPUT,
               "potential.tensor: vc_vt needs components with S = 1, between which S12 acts; with "
               "others it is components");
    return HP_OK;
}

hp_status hp_matrix_terms_of_setup(const hp_potential_setup *setup, hp_matrix_terms *terms,
                                   hp_error *err) {
    if (setup->of_operators) return terms_of_operators(setup->data, setup->diagonal, terms, err);
    *terms = hp_matrix_terms_of_elements(setup->data->ncomponent, setup->diagonal);
    return HP_OK;
}
