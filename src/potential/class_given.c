// SPDX-License-Identifier: GPL-3.0-or-later
/* A potential that is given as a sum of forms (forms.h), in fm and 1/fm. Its hbar^2/(2 mu) is a
 * given number too, so that the pair is not asked. */
#include <math.h>
#include "classes.h"
#include "hadpot/memory.h"

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
    return (hp_potential_facts){.has_local = hp_forms_has_local(forms),
                                .has_nonlocal = hp_forms_has_nonlocal(forms),
                                .symmetric = true};
}

/* What a job states must be finite: it is input, unlike a fit. */
static hp_status fill(const void *self, const hp_pair *pair, hp_node_potential *on, hp_error *err) {
    size_t n = (size_t)on->nodes->n;
    (void)pair;
    hp_forms_fill(((const given *)self)->forms, on->nodes, on->local, on->kernel);
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
                                                     .fill = fill,
                                                     .local_at = local_at,
                                                     .edge_ratio = edge_ratio};
