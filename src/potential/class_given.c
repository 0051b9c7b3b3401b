// SPDX-License-Identifier: GPL-3.0-or-later
/* A potential that is given as a sum of forms (forms.h), in fm and 1/fm. Its hbar^2/(2 mu) is a
 * given number too, so that the pair is not asked. */
#include <math.h>
#include <string.h>
#include "classes.h"
#include "forms_private.h"
#include "hadpot/memory.h"

/* Parameters in potential/terms where no term has more. */
enum { USUAL_PARAMETERS = 3 };

typedef struct given {
    const hp_forms *forms; /* not owned */
} given;

static void destroy(void *self) {
    hp_free(self);
}

static hp_status create(const hp_potential_setup *setup, void **out, hp_error *err) {
    given *self = NULL;
    HP_ALLOCATE(self, 1);
    self->forms = setup->forms;
    *out = self;
    return HP_OK;
}

static hp_potential_facts describe(const void *self) {
    const hp_forms *forms = ((const given *)self)->forms;
    bool mass = hp_forms_has_mass(forms);
    return (hp_potential_facts){.has_local = hp_forms_has_local(forms) || mass,
                                .has_nonlocal = hp_forms_has_nonlocal(forms),
                                .has_slope = mass,
                                .rescaled = mass,
                                .symmetric = true};
}

/* potential/terms: parameters of each term, its kind and formula as attributes. */
static void add_terms(const hp_forms *forms, hp_record *record) {
    static const char *const name[] = {
#define X(kind, text) #kind,
        HP_FORM_LIST(X)
#undef X
    };
    static const hp_row row = {"potential/terms", "as in the formulas",
                               "parameters of the terms of V and U in the order of their "
                               "formulas, which are attributes; K = 4 pi r r' U/h",
                               .axis = {"term", "term_parameter"}};
    size_t n = (size_t)forms->nterm, width = USUAL_PARAMETERS;
    for (size_t i = 0; i < n; i++) {
        size_t count = (size_t)hp_form_classes[forms->term[i].kind].count;
        if (count > width) width = count;
    }
    double *parameter = hp_record_room(record, n * width, sizeof *parameter);
    const char **kind = hp_record_room(record, n, sizeof *kind);
    const char **formula = hp_record_room(record, n, sizeof *formula);
    if (n == 0 || formula == NULL || kind == NULL || parameter == NULL) return;
    for (size_t i = 0; i < n; i++) {
        const hp_form_term *term = &forms->term[i];
        kind[i] = name[term->kind];
        formula[i] = hp_form_text[term->kind];
        memcpy(parameter + i * width, term->p, width * sizeof *parameter);
    }
    hp_record_add_axis(record, "term", n);
    hp_record_add_axis(record, "term_parameter", width);
    hp_record_add_constant(record, &row, parameter);
    hp_record_put_texts(record, (hp_place){.object = row.path, .attribute = "kind"}, kind,
                        forms->nterm);
    hp_record_put_texts(record, (hp_place){.object = row.path, .attribute = "formula"}, formula,
                        forms->nterm);
}

/* The points of a table, potential/table_v_mev or potential/table_u_mev_fm3. */
static void add_table(const hp_form_table *table, hp_record *record) {
    static const hp_row V = {"potential/table_v_mev", "MeV",
                             "points of V, between them a natural cubic spline, below the "
                             "first one its value, beyond the last one 0",
                             .axis = {"table_v"}};
    static const hp_row U = {"potential/table_u_mev_fm3", "MeV fm^-3",
                             "points of U, between them natural cubic splines in r and "
                             "r', below the first one its value, beyond the last one 0",
                             .axis = {"table_u", "table_u"}};
    bool local = !table->is_nonlocal;
    const hp_row *row = local ? &V : &U;
    hp_record_add_axis(record, row->axis[0], (size_t)table->n);
    hp_record_label(record, row->axis[0],
                    &(hp_label){.column = row->axis[0],
                                .path = local ? "potential/table_v_r_fm" : "potential/table_u_r_fm",
                                .unit = "fm",
                                .text = "radii of these points",
                                .value = table->r});
    hp_record_add_constant(record, row, local ? table->local[0]->y : table->nonlocal[0]->zarr);
}

static void add_rows(const void *self, hp_record *record) {
    static const hp_row row = {"potential/hbar2_over_2mu_mev_fm2", "MeV fm^2", "h = hbar^2/(2 mu)",
                               .key = "hbar2_over_2mu_mev_fm2"};
    const hp_forms *forms = ((const given *)self)->forms;
    hp_record_add_constant(record, &row, &forms->h);
    add_terms(forms, record);
    for (int i = 0; i < forms->ntable; i++) add_table(&forms->table[i], record);
}

/* What a job states must be finite: it is input, unlike a fit. */
static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    size_t n = (size_t)on->nodes->n;
    (void)pair;
    hp_forms_fill(((const given *)self)->forms, HP_FORMS_GIVEN, on->nodes,
                  &(hp_forms_on_grid){on->local, on->slope, on->kernel});
    for (size_t i = 0; on->local != NULL && i < n; i++)
        HP_REQUIRE(isfinite(on->local[i]), HP_ERR_INPUT, "the potential at r = %g fm is not finite",
                   on->nodes->r[i]);
    for (size_t i = 0; on->kernel != NULL && i < n * n; i++)
        HP_REQUIRE(isfinite(on->kernel[i]), HP_ERR_INPUT,
                   "the non-local potential at r = %g fm is not finite", on->nodes->r[i / n]);
    return HP_OK;
}

static void local_at(const void *self, const hp_pair *pair, double r, double *w, double *s) {
    (void)pair;
    hp_forms_local_at(r, w, s, (void *)((const given *)self)->forms);
}

/* Square wells that end at the last node are not cut off. */
static double edge_ratio(const void *self, const hp_node_potential *on) {
    return hp_forms_edge_ratio(((const given *)self)->forms, on->nodes, on->local, on->kernel);
}

const hp_potential_class hp_potential_class_given = {.create = create,
                                                     .destroy = destroy,
                                                     .describe = describe,
                                                     .add_rows = add_rows,
                                                     .fill = fill,
                                                     .local_at = local_at,
                                                     .edge_ratio = edge_ratio};
