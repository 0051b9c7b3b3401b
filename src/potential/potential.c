// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials of any kind: what all classes share. */
#include "hadpot/potential.h"
#include <math.h>
#include <string.h>
#include "classes.h"
#include "hadpot/memory.h"

const hp_row hp_potential_row_local = {HP_ROW_V_LOCAL, "MeV", "local part V(r) of the potential",
                                       .axis = {"component", "component", "r"}};

/* The class of each kind: the rows of potential_kinds.h again. */
#define X(name, class, flags, help) extern const hp_potential_class hp_potential_class_##class;
HP_POTENTIAL_KINDS(X)
#undef X

static const hp_potential_class *const classes[HP_NKIND] = {
#define X(name, class, flags, help) &hp_potential_class_##class,
    HP_POTENTIAL_KINDS(X)
#undef X
};

/* Networks of one S wave and of matrices are of two classes. */
static const hp_potential_class *class_of(const hp_potential_setup *setup) {
    const hp_potential_class *class = classes[setup->kind - hp_potential_kinds];
    bool matrix = setup->data != NULL && !hp_fit_data_is_s_wave(setup->data);
    return matrix && class == &hp_potential_class_network ? &hp_potential_class_network_matrix
                                                          : class;
}

hp_status hp_potential_create(const hp_potential_setup *setup, hp_potential *potential,
                              hp_error *err) {
    *potential = (hp_potential){.kind = setup->kind, .class = class_of(setup)};
    hp_status status = potential->class->create(setup, &potential->self, err);
    if (status != HP_OK) hp_potential_destroy(potential);
    return status;
}

void hp_potential_destroy(hp_potential *potential) {
    if (potential == NULL) return;
    if (potential->self != NULL) potential->class->destroy(potential->self);
    *potential = (hp_potential){0};
}

hp_status hp_potential_fit(hp_potential *potential, const hp_fit_task *task, hp_error *err) {
    return potential->class->fit(potential->self, task, err);
}

void hp_potential_load(hp_potential *potential, const hp_record *record, const double *vector) {
    potential->class->load(potential->self, record, vector);
}

hp_potential_facts hp_potential_describe(const hp_potential *potential) {
    hp_potential_facts facts = potential->class->describe(potential->self);
    facts.is_fitted = potential->class->fit != NULL;
    if (facts.ncomponent == 0) facts.ncomponent = 1;
    facts.has_map = facts.has_nonlocal && potential->class->map != NULL;
    return facts;
}

void hp_potential_add_rows(const hp_potential *potential, hp_record *record) {
    potential->class->add_rows(potential->self, record);
}

void hp_potential_note(const hp_potential *potential, hp_record *record) {
    if (potential->class->note != NULL) potential->class->note(potential->self, record);
}

const double *hp_potential_on_shells(hp_potential *potential, const double *r, int n, double *V) {
    return potential->class->on_shells(potential->self, r, n, V);
}

hp_status hp_node_potential_create(const hp_potential *potential, const hp_quadrature *nodes,
                                   hp_node_potential *on, hp_error *err) {
    hp_status status = HP_OK;
    hp_potential_facts facts = hp_potential_describe(potential);
    size_t n = (size_t)nodes->n, pairs = (size_t)facts.ncomponent * (size_t)facts.ncomponent;
    *on =
        (hp_node_potential){.potential = potential, .nodes = nodes, .ncomponent = facts.ncomponent};
    if (facts.has_local || facts.is_fitted) HP_NEW(on->local, pairs * n);
    if (facts.has_slope) HP_NEW(on->slope, pairs * n);
    if (facts.has_nonlocal) HP_NEW(on->kernel, pairs * n * n);
    if (potential->class->prepare != NULL)
        HP_TRY(potential->class->prepare(potential->self, nodes->r, nodes->n, &on->work, err));
cleanup:
    if (status != HP_OK) hp_node_potential_destroy(on);
    return status;
}

void hp_node_potential_destroy(hp_node_potential *on) {
    if (on == NULL) return;
    if (on->work != NULL) on->potential->class->release(on->work);
    hp_free(on->kernel);
    hp_free(on->local);
    hp_free(on->slope);
    *on = (hp_node_potential){0};
}

hp_status hp_potential_fill(const hp_potential *potential, const hp_pair *pair, int npair,
                            hp_node_potential *on, hp_error *err) {
    memcpy(on->pair, pair, (size_t)npair * sizeof *pair);
    return potential->class->fill(potential->self, pair, on, err);
}

/* An hp_local_function. */
static void local_at(double r, double *w, double *s, void *context) {
    const hp_node_potential *on = context;
    on->potential->class->local_at(on->potential->self, on->pair, r, w, s);
}

hp_interaction hp_node_potential_interaction(hp_node_potential *on) {
    bool continuous = on->local != NULL && on->potential->class->local_at != NULL;
    return (hp_interaction){.kernel = on->kernel,
                            .local = on->local,
                            .slope = on->slope,
                            .rescaled = hp_potential_describe(on->potential).rescaled,
                            .local_at = continuous ? local_at : NULL,
                            .context = on};
}

hp_matrix_interaction hp_node_potential_matrix(const hp_node_potential *on) {
    return (hp_matrix_interaction){
        .ncomponent = on->ncomponent, .kernel = on->kernel, .local = on->local, .slope = on->slope};
}

double hp_node_potential_edge_ratio(const hp_node_potential *on) {
    if (on->potential->class->edge_ratio != NULL)
        return on->potential->class->edge_ratio(on->potential->self, on);
    size_t n = (size_t)on->nodes->n, ncomponent = (size_t)on->ncomponent;
    size_t elements = ncomponent * ncomponent, pairs = on->kernel != NULL ? elements * n * n : 0;
    double local = 0.0, local_edge = 0.0, kernel = 0.0, kernel_edge = 0.0;
    for (size_t i = 0; i < elements * n; i++) {
        double size = fabs(on->nodes->r[i % n] * on->local[i]);
        local = fmax(local, size);
        if (i % n == n - 1) local_edge = fmax(local_edge, size);
    }
    for (size_t i = 0; i < pairs; i++) {
        double size = fabs(on->kernel[i]);
        kernel = fmax(kernel, size);
        if (i % n == n - 1) kernel_edge = fmax(kernel_edge, size);
    }
    return fmax(local > 0.0 ? local_edge / local : 0.0, kernel > 0.0 ? kernel_edge / kernel : 0.0);
}
