// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/given_study.h"
#include <math.h>
#include "hadpot/memory.h"

/* In examples phase shifts move by up to five times this part of themselves, close to unitarity
 * (docs/method-given.md). */
static const double GOOD_EDGE_RATIO = 1e-6;

/* The part of the largest |r V| below which the table of V ends. */
static const double TABLE_END = 1e-4;

hp_status hp_given_study_create(const hp_forms *forms, const hp_pair *pair,
                                const hp_observables_options *options, hp_given_study *given,
                                hp_error *err) {
    hp_status status = HP_OK;
    *given = (hp_given_study){.forms = forms, .pair = *pair};
    HP_TRY(hp_study_prepare_given(&given->study, forms, pair, options, err));
    HP_NEW(given->vector, given->study.record.length);
cleanup:
    if (status != HP_OK) hp_given_study_destroy(given);
    return status;
}

void hp_given_study_destroy(hp_given_study *given) {
    if (given == NULL) return;
    hp_study_destroy(&given->study);
    hp_free(given->vector);
    *given = (hp_given_study){0};
}

/* Both solvers see the same interpolation of tables; other ones tell what it may be wrong by. */
static hp_status judge_tables(hp_given_study *given, hp_error *err) {
    hp_status status = HP_OK;
    hp_study *study = &given->study;
    hp_node_potential on = {0};
    double *moved = NULL;
    bool any = false;
    HP_NEW(moved, study->record.length);
    HP_TRY(hp_node_potential_create(&study->potential, study->on_nodes[0].nodes, &on, err));
    hp_other_interpolation other = {
        .interaction = {.local = on.local, .slope = on.slope, .kernel = on.kernel}};
    for (hp_form_view view = HP_FORMS_GIVEN; view < HP_NVIEW; view++) {
        other.part = hp_forms_view_part(given->forms, view);
        if (other.part == 0) continue;
        any = true;
        hp_forms_fill(given->forms, view, on.nodes,
                      &(hp_forms_on_grid){on.local, on.slope, on.kernel});
        HP_TRY(hp_observables_move(&study->observables, &other, &study->record, given->vector,
                                   moved, err));
    }
    if (any) hp_observables_add_moved(&study->observables, &study->record, moved, given->vector);
cleanup:
    hp_node_potential_destroy(&on);
    hp_free(moved);
    return status;
}

static void fill_table(hp_given_study *given) {
    const hp_node_potential *on = &given->study.on_nodes[0];
    const hp_quadrature *nodes = on->nodes;
    double largest = 0, end = nodes->range;
    for (int i = 0; i < nodes->n; i++) largest = fmax(largest, fabs(nodes->r[i] * on->local[i]));
    for (int i = nodes->n - 1; i > 0; i--) {
        if (fabs(nodes->r[i] * on->local[i]) > TABLE_END * largest) break;
        end = nodes->r[i];
    }
    if (end == nodes->range) end *= 1.2; /* the step of a well, or of a cut, is to be seen */
    given->npoint = HP_GIVEN_POINTS;
    for (int i = 0; i < HP_GIVEN_POINTS; i++) {
        given->r_fm[i] = end * (i + 1) / HP_GIVEN_POINTS;
        given->v_mev[i] = hp_forms_local(given->forms, given->r_fm[i]);
    }
}

hp_status hp_given_study_observe(hp_given_study *given, hp_error *err) {
    hp_study *study = &given->study;
    HP_CALL(hp_study_observe(study, &given->pair, given->vector, err));
    HP_CALL(judge_tables(given, err));
    HP_CALL(hp_observables_fit_window(&study->observables, &study->record, NULL, 1, given->vector,
                                      err));
    if (hp_forms_has_local(given->forms)) fill_table(given);
    return HP_OK;
}

/* potential.csv: V(r) without the Coulomb force. */
static void add_table(const hp_given_study *given, hp_record *record) {
    hp_record_add_axis(record, "table_r", (size_t)given->npoint);
    hp_record_label(record, "table_r",
                    &(hp_label){.path = "potential/r_fm",
                                .unit = "fm",
                                .text = "radii of v_mev",
                                .value = given->r_fm});
    hp_record_add_table(record, "potential", HP_WIDE, "local part, without the Coulomb force");
    hp_record_add_constant(record,
                           &(hp_row){"potential/v_mev", "MeV", "local part V(r) of the potential",
                                     .axis = {"table_r"}, .table = "potential"},
                           given->v_mev);
}

hp_status hp_given_study_describe(hp_given_study *given, hp_error *err) {
    hp_record *record = &given->study.record;
    hp_record_set_samples(record, &(hp_rows){.value = given->vector});
    hp_record_put_integer(record, hp_attribute("nsample"), 0);
    hp_record_put_text(record, hp_attribute("error_function"), "none: one row");
    if (given->npoint > 0) add_table(given, record);
    hp_study_note_edge(&given->study, given->study.edge_ratio, GOOD_EDGE_RATIO);
    hp_observables_note(&given->study.observables, 1.0, record); /* of what has converged */
    return hp_record_check(record, err);
}
