// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/study.h"
#include <math.h>
#include "hadpot/memory.h"
#include "study_parts.h"

/* What hp_nodes_choose carries through. */
typedef struct trial {
    const hp_potential *potential;
    const hp_pair *pair;
    hp_node_potential on;
} trial;

hp_status hp_study_learn(hp_study *study, const double *start, const hp_tick *tick, double *vector,
                         hp_error *err) {
    const hp_fit_task task = {.data = &study->data,
                              .start = start,
                              .tick = tick,
                              .record = &study->record,
                              .vector = vector,
                              .prediction = study->prediction};
    HP_CALL(hp_potential_fit(&study->potential, &task, err));
    hp_potential_map_store(&study->map, &study->record, vector);
    return HP_OK;
}

/* The potential on a grid that is tried (hp_nodes_fill). */
static hp_status fill_trial(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                            hp_error *err) {
    trial *one = context;
    hp_node_potential_destroy(&one->on);
    HP_CALL(hp_node_potential_create(one->potential, grid, &one->on, err));
    HP_CALL(hp_potential_fill(one->potential, one->pair, 1, &one->on, err));
    *interaction =
        (hp_interaction){.kernel = one->on.kernel, .local = one->on.local, .slope = one->on.slope};
    return HP_OK;
}

hp_status hp_study_make_room(hp_study *study, hp_error *err) {
    bool channels = hp_study_has_channels(study);
    const hp_quadrature *nodes =
        channels ? study->channel_observables.nodes : study->observables.nodes;
    int nsolver = channels ? study->channel_observables.nsolver : study->observables.nsolver;
    for (int i = 0; i < nsolver; i++) {
        hp_node_potential_destroy(&study->on_nodes[i]);
        HP_CALL(hp_node_potential_create(&study->potential, &nodes[i], &study->on_nodes[i], err));
    }
    return HP_OK;
}

hp_status hp_study_choose_nodes(hp_study *study, const hp_pair *pair, hp_error *err) {
    hp_status status = HP_OK;
    trial one = {.potential = &study->potential, .pair = pair};
    if (hp_study_has_channels(study)) return hp_study_choose_channel_nodes(study, pair, err);
    HP_TRY(hp_observables_choose_nodes(&study->observables, fill_trial, &one, err));
    HP_TRY(hp_study_make_room(study, err));
cleanup:
    hp_node_potential_destroy(&one.on);
    return status;
}

hp_status hp_study_take_nodes(hp_study *study, const double *vector, hp_error *err) {
    bool changed = false;
    HP_CALL(hp_study_has_channels(study)
                ? hp_channel_observables_take_nodes(&study->channel_observables, &study->record,
                                                    vector, &changed, err)
                : hp_observables_take_nodes(&study->observables, &study->record, vector, &changed,
                                            err));
    if (changed || study->on_nodes[0].nodes == NULL) HP_CALL(hp_study_make_room(study, err));
    return HP_OK;
}

void hp_study_store_edge(hp_study *study, double *vector) {
    study->edge_ratio = hp_node_potential_edge_ratio(&study->on_nodes[0]);
    if (hp_record_find(&study->record, HP_ROW_EDGE) != NULL)
        *hp_record_at(&study->record, vector, HP_ROW_EDGE) = study->edge_ratio;
}

hp_status hp_study_observe(hp_study *study, const hp_pair *pair, double *vector, hp_error *err) {
    hp_interaction interaction[2] = {0};
    if (hp_study_has_channels(study)) return hp_study_observe_channels(study, pair, vector, err);
    for (int i = 0; i < study->observables.nsolver; i++) {
        HP_CALL(hp_potential_fill(&study->potential, pair, 1, &study->on_nodes[i], err));
        interaction[i] = hp_node_potential_interaction(&study->on_nodes[i]);
    }
    hp_study_store_edge(study, vector);
    return hp_observables_compute(&study->observables, pair, interaction, &study->record, vector,
                                  err);
}

hp_status hp_study_describe(hp_study *study, hp_error *err) {
    static const hp_row edge = {
        HP_ROW_EDGE, "1",
        .text = "largest |r r' U| with r' at the end of the range over the largest of all, or the "
                "same of |r V|, whichever is larger: what is cut off there"};
    hp_record *record = &study->record;
    bool channels = hp_study_has_channels(study);
    hp_record_add_slim_axis(record, "component",
                            channels ? (size_t)study->channels.ncomponent : HP_NCOMPONENT);
    hp_potential_add_rows(&study->potential, record);
    HP_CALL(hp_potential_map_describe(&study->map, &study->data, record, err));
    HP_CALL(channels ? hp_channel_observables_describe(&study->channel_observables, record, err)
                     : hp_observables_describe(&study->observables, record, err));
    if (hp_potential_describe(&study->potential).is_fitted) hp_record_add_rows(record, &edge, 1);
    return hp_record_check(record, err);
}

void hp_study_note_edge(hp_study *study, double edge_ratio, double most) {
    double range_fm = hp_study_range_fm(study);
    bool fitted = hp_potential_describe(&study->potential).is_fitted;
    if (fitted)
        hp_record_put_truth(
            &study->record,
            hp_attribute_and_key("potential_ends_in_range", "potential_ends_in_range"),
            edge_ratio <= most);
    hp_record_show(
        &study->record, "potential", "%s at %.3g fm, where it has %.2g of its maximum, limit %g",
        edge_ratio <= most ? "has fallen off" : "is CUT OFF", range_fm, edge_ratio, most);
    if (edge_ratio <= most) return;
    hp_record_add_note(
        &study->record,
        (hp_note){.severity = HP_CAUTION, .fails = "is cut off at the end of its range"},
        "the potential is cut off at %.3g fm where it is still %.3g %% of its maximum: phase "
        "shifts depend on the cut; %sa larger range may help",
        range_fm, 100.0 * edge_ratio, fitted ? "an envelope or " : "");
}

hp_status hp_study_create_potential(hp_study *study, const hp_potential_setup *potential,
                                    double range_fm, double *range, hp_error *err) {
    const hp_fit_data *data = &study->data;
    double fm = data->length_fm, data_end = data->r[data->n - 1];
    hp_potential_setup setup = *potential;
    setup.data = data;
    HP_CALL(hp_potential_create(&setup, &study->potential, err));
    hp_potential_facts facts = hp_potential_describe(&study->potential);
    *range = facts.end > 0.0 ? facts.end : data_end;
    if (range_fm > 0.0) *range = range_fm / fm;
    HP_REQUIRE(!facts.ends_with_data || *range <= data_end * (1.0 + 1e-9), HP_ERR_INPUT,
               "scattering.range_fm = %g fm is beyond the data, which end at %g fm; a network "
               "without envelope says nothing there",
               range_fm, data_end * fm);
    HP_ALLOCATE(study->prediction, (size_t)data->n * (size_t)data->ncolumn);
    return HP_OK;
}

hp_status hp_study_create(hp_study *study, const hp_potential_setup *potential,
                          const hp_observables_options *options, hp_error *err) {
    const hp_fit_data *data = &study->data;
    double range;
    HP_CALL(hp_study_create_potential(study, potential, options->range_fm, &range, err));
    const hp_observables_setup observables = {
        .options = options,
        .pair = data->pair[0],
        .asymmetric = !hp_potential_describe(&study->potential).symmetric,
        .length_fm = data->length_fm,
        .range = range,
        .most_panels = HP_NODES_FITTED_PANELS};
    return hp_observables_create(&observables, &study->observables, err);
}

/* Poles move with the tail where the range is 4/5 of what it is; a potential that ends at once, as
 * a square well, has no tail, and is given some room to end in. */
static double find_range(const hp_forms *forms, const hp_observables_options *options) {
    static const double ROOM = 1.25, STEP = 1e-3, SAME = 1e-9; /* parts of the range, of |r V| */
    enum { POINTS = 500 };
    double end = options->range_fm > 0.0 ? options->range_fm : hp_forms_reach(forms), largest = 0.0;
    bool tabulated = hp_forms_view_part(forms, HP_FORMS_ODD_POINTS) > 0.0;
    if (options->poles.nsheet == 0 || tabulated) return options->range_fm;
    for (int i = 1; i < POINTS; i++)
        largest = fmax(largest, fabs(i * hp_forms_local(forms, end * i / POINTS)) / POINTS);
    bool ends = fabs(hp_forms_local(forms, end * (1.0 - SAME))) > STEP * largest &&
                fabs(hp_forms_local(forms, end * (1.0 + SAME))) < SAME * largest;
    return ends ? ROOM * end : options->range_fm;
}

hp_status hp_study_prepare_given(hp_study *study, const hp_forms *forms, const hp_pair *pair,
                                 const hp_observables_options *options, hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    bool panels = options->panels > 0;
    const hp_potential_setup given = {.kind = &hp_potential_kinds[HP_KIND_ID_given],
                                      .forms = forms};
    const hp_forms_grid_options form = {.range = find_range(forms, options),
                                        .panels = options->panels,
                                        .edges_alone = !panels,
                                        .order = panels && options->order > 0 ? options->order
                                                                              : HP_NODES_ORDER};
    status = hp_forms_create_grid(forms, &form, &grid, err);
    if (status != HP_OK) hp_error_add_context(err, "scattering.range_fm");
    HP_TRY(status);
    hp_observables_options asked = *options;
    asked.poles.exact = hp_forms_view_part(forms, HP_FORMS_ODD_POINTS) == 0; /* no tables */
    const hp_observables_setup setup = {.options = &asked,
                                        .pair = *pair,
                                        .length_fm = 1,
                                        .grid = panels ? &grid : NULL,
                                        .range = grid.range,
                                        .nedge = grid.panels - 1,
                                        .edge = grid.edge + 1};
    HP_TRY(hp_potential_create(&given, &study->potential, err));
    HP_TRY(hp_observables_create(&setup, &study->observables, err));
    HP_TRY(hp_study_choose_nodes(study, pair, err));
    HP_TRY(hp_study_describe(study, err));
cleanup:
    hp_quadrature_destroy(&grid);
    return status;
}

hp_status hp_study_solve(hp_study *study, double **found, hp_error *err) {
    const hp_pair *pair = study->data.pair;
    *found = NULL;
    hp_record_add_axis(&study->record, "r", (size_t)study->data.n);
    HP_CALL(hp_study_describe(study, err));
    HP_ALLOCATE(*found, study->record.length);
    HP_CALL(hp_study_learn(study, NULL, NULL, *found, err));
    HP_CALL(hp_study_choose_nodes(study, pair, err));
    return hp_study_observe(study, pair, *found, err);
}

void hp_study_destroy(hp_study *study) {
    if (study == NULL) return;
    for (int i = 0; i < 2; i++) hp_node_potential_destroy(&study->on_nodes[i]);
    hp_potential_map_destroy(&study->map);
    hp_observables_destroy(&study->observables);
    hp_channel_observables_destroy(&study->channel_observables);
    hp_potential_destroy(&study->potential);
    hp_fit_data_destroy(&study->data);
    hp_free(study->prediction);
    hp_record_destroy(&study->record);
    *study = (hp_study){0};
}
