// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/matrix_study.h"
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/nodes.h"

/* As in given_study.c: phase shifts move by a few times this part of themselves. */
static const double GOOD_EDGE_RATIO = 1e-6;

/* Radii of the table of V. */
enum { POINTS = 500 };

/* What is left of the largest element where potential.csv ends: of a core of 1 GeV 10 eV. */
static const double TABLE_END = 1e-8;

/* Poles move with the tail where the range is 4/5 of what it is; a potential that ends at once, as
 * a square well, has no tail, and is given some room to end in. */
static const double ROOM = 1.25;
static const double STEP = 1e-3; /* of the largest |r V|: ends at once; within this part: */
static const double SAME = 1e-9;

/* What hp_coupled_choose_nodes carries through. */
typedef struct trial {
    const hp_form_matrix *matrix;
    int ncomponent;
    double *local, *kernel;
} trial;

static void trial_free(trial *one) {
    hp_free(one->local);
    hp_free(one->kernel);
    one->local = one->kernel = NULL;
}

/* The matrix on the nodes of a grid; parts that it does not have stay NULL. */
static hp_status fill(const hp_form_matrix *matrix, int ncomponent, hp_form_view view,
                      const hp_quadrature *grid, double **local, double **kernel, hp_error *err) {
    size_t n = (size_t)grid->n, nc = (size_t)ncomponent;
    if (hp_form_matrix_has_local(matrix)) HP_ALLOCATE(*local, nc * nc * n);
    if (hp_form_matrix_has_nonlocal(matrix)) HP_ALLOCATE(*kernel, nc * n * nc * n);
    hp_form_matrix_fill(matrix, view, grid, *local, *kernel);
    return HP_OK;
}

static hp_matrix_interaction interaction_of(const hp_form_matrix *matrix, int ncomponent,
                                            const double *local, const double *kernel) {
    return (hp_matrix_interaction){.ncomponent = ncomponent,
                                   .kernel = kernel,
                                   .local = local,
                                   .local_at = local != NULL ? hp_form_matrix_local_at : NULL,
                                   .context = (void *)matrix};
}

static hp_status fill_trial(const hp_quadrature *grid, hp_matrix_interaction *interaction,
                            void *context, hp_error *err) {
    trial *one = context;
    trial_free(one);
    HP_CALL(
        fill(one->matrix, one->ncomponent, HP_FORMS_GIVEN, grid, &one->local, &one->kernel, err));
    *interaction = interaction_of(one->matrix, one->ncomponent, one->local, one->kernel);
    return HP_OK;
}

/* The largest |r W| at r of all elements. */
static double size_at(const hp_form_matrix *matrix, int ncomponent, double r) {
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS], size = 0.0;
    hp_form_matrix_local_at(r, w, (void *)matrix);
    for (int j = 0; j < ncomponent * ncomponent; j++) size = fmax(size, fabs(r * w[j]));
    return size;
}

/* Whether all ends at r at once. */
static bool ends_at(const hp_form_matrix *matrix, int ncomponent, double r) {
    double largest = 0.0;
    if (!hp_form_matrix_has_local(matrix) || hp_form_matrix_has_table(matrix)) return false;
    for (int i = 1; i < POINTS; i++)
        largest = fmax(largest, size_at(matrix, ncomponent, r * i / POINTS));
    return size_at(matrix, ncomponent, r * (1.0 - SAME)) > STEP * largest &&
           size_at(matrix, ncomponent, r * (1.0 + SAME)) < SAME * largest;
}

/* The panels that the forms and the options ask for; room behind a step where poles are. */
static hp_status create_grid(const hp_matrix_setup *setup, hp_quadrature *grid, hp_error *err) {
    const hp_channel_options *options = setup->options;
    const hp_form_matrix *matrix = setup->matrix;
    bool panels = options->panels > 0;
    hp_forms_grid_options form = {.range = options->range_fm,
                                  .panels = options->panels,
                                  .edges_alone = !panels,
                                  .order = panels && options->order > 0 ? options->order
                                                                        : HP_NODES_ORDER};
    HP_CALL(hp_form_matrix_check(matrix, err));
    double end = form.range > 0.0 ? form.range : hp_form_matrix_reach(matrix);
    if (options->poles.nsheet > 0 && ends_at(matrix, setup->channels->ncomponent, end))
        form.range = ROOM * end;
    HP_CALL_IN(hp_form_matrix_create_grid(matrix, &form, grid, err), "scattering.range_fm");
    return HP_OK;
}

hp_status hp_matrix_study_create(const hp_matrix_setup *setup, hp_matrix_study *study,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hp_quadrature grid = {0};
    int n = setup->channels->ncomponent;
    trial one = {.matrix = setup->matrix, .ncomponent = n};
    *study = (hp_matrix_study){.matrix = setup->matrix, .channels = *setup->channels};
    HP_TRY(create_grid(setup, &grid, err));
    hp_channel_options asked = *setup->options;
    asked.poles.exact = !hp_form_matrix_has_table(setup->matrix);
    const hp_channel_setup of = {.options = &asked,
                                 .channels = setup->channels,
                                 .pair_name = setup->pair_name,
                                 .component_name = setup->component_name,
                                 .spin = setup->spin,
                                 .length_fm = 1.0,
                                 .grid = setup->options->panels > 0 ? &grid : NULL,
                                 .range = grid.range,
                                 .nedge = grid.panels - 1,
                                 .edge = grid.edge + 1};
    HP_TRY(hp_channel_observables_create(&of, &study->observables, err));
    HP_TRY(hp_channel_observables_choose_nodes(&study->observables, fill_trial, &one, err));
    HP_TRY(hp_channel_observables_describe(&study->observables, &study->record, err));
    HP_NEW(study->vector, study->record.length);
cleanup:
    hp_quadrature_destroy(&grid);
    trial_free(&one);
    if (status != HP_OK) hp_matrix_study_destroy(study);
    return status;
}

void hp_matrix_study_destroy(hp_matrix_study *study) {
    if (study == NULL) return;
    hp_channel_observables_destroy(&study->observables);
    for (int i = 0; i < 2; i++) {
        hp_free(study->local[i]);
        hp_free(study->kernel[i]);
    }
    hp_free(study->vector);
    hp_record_destroy(&study->record);
    *study = (hp_matrix_study){0};
}

/* Both solvers see the same interpolation of tables; other ones tell what it may be wrong by. */
static hp_status judge_tables(hp_matrix_study *study, hp_error *err) {
    hp_status status = HP_OK;
    int n = study->channels.ncomponent;
    hp_matrix_interaction other;
    trial one = {.matrix = study->matrix, .ncomponent = n};
    double *moved = NULL;
    bool any = false;
    HP_NEW(moved, study->record.length);
    for (hp_form_view view = HP_FORMS_GIVEN; view < HP_NVIEW; view++) {
        double part = hp_form_matrix_view_part(study->matrix, view);
        if (part == 0.0) continue;
        any = true;
        trial_free(&one);
        HP_TRY(fill(study->matrix, n, view, &study->observables.nodes[0], &one.local, &one.kernel,
                    err));
        other = (hp_matrix_interaction){.ncomponent = n, .kernel = one.kernel, .local = one.local};
        HP_TRY(hp_channel_observables_move(&study->observables, &study->channels, &other, part,
                                           &study->record, study->vector, moved, err));
    }
    if (any)
        hp_channel_observables_add_moved(&study->observables, &study->record, moved, study->vector);
cleanup:
    trial_free(&one);
    hp_free(moved);
    return status;
}

hp_status hp_matrix_study_observe(hp_matrix_study *study, hp_error *err) {
    hp_channel_observables *observables = &study->observables;
    hp_matrix_interaction interaction[2] = {{0}};
    int n = study->channels.ncomponent;
    for (int i = 0; i < observables->nsolver; i++) {
        HP_CALL(fill(study->matrix, n, HP_FORMS_GIVEN, &observables->nodes[i], &study->local[i],
                     &study->kernel[i], err));
        interaction[i] = interaction_of(study->matrix, n, study->local[i], study->kernel[i]);
    }
    study->edge_ratio = hp_form_matrix_edge_ratio(study->matrix, &observables->nodes[0],
                                                  study->local[0], study->kernel[0]);
    HP_CALL(hp_channel_observables_compute(observables, &study->channels, interaction,
                                           &study->record, study->vector, err));
    return judge_tables(study, err);
}

/* Where all elements have fallen to a part of the largest for good: the rest of a long tail would
 * leave few of the radii of a table to the core. */
static double table_end(const hp_matrix_study *study) {
    enum { LOOKED_AT = 4000 };
    int n = study->channels.ncomponent, last = 1;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS], size[LOOKED_AT + 1], largest = 0.0;
    double end = hp_form_matrix_reach(study->matrix);
    for (int i = 1; i <= LOOKED_AT; i++) {
        hp_form_matrix_local_at(end * i / LOOKED_AT, w, (void *)study->matrix);
        size[i] = 0.0;
        for (int c = 0; c < n; c++)
            for (int d = c; d < n; d++)
                size[i] = fmax(size[i], fabs(hp_form_matrix_h(study->matrix, c, d) * w[c * n + d]));
        largest = fmax(largest, size[i]);
    }
    for (int i = 1; i <= LOOKED_AT; i++)
        if (size[i] > TABLE_END * largest) last = i;
    return end * last / LOOKED_AT;
}

/* potential.csv: V_cd(r) without the Coulomb force, a line for each element and radius. */
static void add_table(const hp_matrix_study *study, hp_record *record) {
    static const hp_row row_of = {"potential/v_mev", "MeV", "local part V_cd(r) of the potential",
                                  .axis = {"element", "table_r"}, .table = "potential"};
    int n = study->channels.ncomponent, most = n * (n + 1) / 2, count = 0;
    double w[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS], end = table_end(study);
    double *v = hp_record_room(record, (size_t)most * POINTS, sizeof *v), r[POINTS];
    const char *row[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    const char *column[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    if (v == NULL) return;
    for (int i = 0; i < POINTS; i++) r[i] = end * (i + 1) / POINTS;
    for (int c = 0; c < n; c++)
        for (int d = c; d < n; d++, count++) {
            row[count] = study->observables.name[c];
            column[count] = study->observables.name[d];
            double h = hp_form_matrix_h(study->matrix, c, d);
            for (int i = 0; i < POINTS; i++) {
                hp_form_matrix_local_at(r[i], w, (void *)study->matrix);
                v[count * POINTS + i] = h * w[c * n + d];
            }
        }
    hp_record_add_slim_axis(record, "element", (size_t)count);
    hp_record_label(record, "element", &(hp_label){.column = "row", .name = row});
    hp_record_label(record, "element", &(hp_label){.column = "column", .name = column});
    hp_record_add_axis(record, "table_r", POINTS);
    hp_record_label(
        record, "table_r",
        &(hp_label){.path = "potential/r_fm", .unit = "fm", .text = "radii of v_mev", .value = r});
    hp_record_add_table(record, "potential", HP_WIDE,
                        "local part V_cd(r) = V_dc(r), without the Coulomb force");
    hp_record_add_constant(record, &row_of, v);
}

static void note_edge(hp_matrix_study *study) {
    double range = study->observables.nodes[0].range, ratio = study->edge_ratio;
    bool good = ratio <= GOOD_EDGE_RATIO;
    hp_record_show(&study->record, "potential",
                   "%s at %.3g fm, where it has %.2g of its maximum, limit %g",
                   good ? "has fallen off" : "is CUT OFF", range, ratio, GOOD_EDGE_RATIO);
    if (!good)
        hp_record_add_note(&study->record, (hp_note){.severity = HP_CAUTION},
                           "the matrix of potentials is cut off at %.3g fm where an element is "
                           "still %.3g %% of the largest: phase shifts depend on the cut; a larger "
                           "range may help",
                           range, 100.0 * ratio);
}

hp_status hp_matrix_study_describe(hp_matrix_study *study, hp_error *err) {
    hp_record *record = &study->record;
    hp_record_set_samples(record, &(hp_rows){.value = study->vector});
    hp_record_put_integer(record, hp_attribute("nsample"), 0);
    hp_record_put_text(record, hp_attribute("error_function"), "none: one row");
    if (hp_form_matrix_has_local(study->matrix)) add_table(study, record);
    note_edge(study);
    hp_channel_observables_note(&study->observables, 1.0, record); /* of what has converged */
    return hp_record_check(record, err);
}
