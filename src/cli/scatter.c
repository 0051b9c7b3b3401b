// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot scatter: all observables of a potential of known form. */
#include <math.h>
#include <stdio.h>
#include "cli.h"
#include "hadpot/given_potential.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/results.h"
#include "hadpot/observables.h"
#include "hadpot/units.h"

/* Points of the table of V(r), and the part of its largest |r V| below which the table ends. */
enum { TABLE_POINTS = 500 };
static const double TABLE_END = 1e-4;

/* What a job becomes, stage by stage; units fm and 1/fm. */
typedef struct scatter_state {
    char *effective_job;
    hp_scatter_job *job;
    hp_form_keys keys; /* borrowed from the job */
    double h;          /* hbar^2/(2 mu), MeV fm^2 */
    hp_pair pair;
    hp_forms *forms;
    hp_observables observables;
    hp_layout layout;
    double edge_ratio;            /* of what is cut off at the end of the range */
    double *local[2], *kernel[2]; /* (nodes), (nodes, nodes): w and K on the nodes of each solver,
                                     NULL where there is none */
    double r_fm[TABLE_POINTS], v_mev[TABLE_POINTS];
    double *values; /* (layout.length) */
} scatter_state;

static void print_help(void);
static hp_status scatter(const hp_cli_arguments *arguments, hp_error *err);
static hp_status read_job(const hp_cli_arguments *arguments, scatter_state *state, hp_error *err);
static hp_status choose_grid(scatter_state *state, hp_error *err);
static double highest_momentum(const scatter_state *state);
static hp_status create_solvers(scatter_state *state, const hp_quadrature *grid, hp_error *err);
static hp_status evaluate_potential(scatter_state *state, hp_error *err);
static void fill_table(scatter_state *state);
static hp_status compute_observables(scatter_state *state, hp_error *err);
static hp_status judge_tables(scatter_state *state, hp_error *err);
static hp_status write_results(const scatter_state *state, hp_error *err);
static void destroy(scatter_state *state);

hp_status hp_cli_scatter(int argc, char **argv, hp_error *err) {
    return hp_cli_run_alone(argc, argv, print_help, scatter, err);
}

static void print_help(void) {
    puts("usage: hadpot scatter JOB.yaml [--set key.path=value ...]\n\n"
         "Phase shifts, scattering length and effective range, bound states and correlation\n"
         "functions of a potential that the job states: a sum of local and non-local terms and of\n"
         "tables. Results go to the folder `output` of the job.\n");
    hp_config_print_reference(stdout, &hp_scatter_job_schema);
}

static hp_status scatter(const hp_cli_arguments *arguments, hp_error *err) {
    hp_status status = HP_OK;
    scatter_state state = {0};
    HP_TRY(read_job(arguments, &state, err));
    status = hp_given_potential(&state.keys, state.h, &state.forms, err);
    if (status == HP_OK) status = choose_grid(&state, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", arguments->path);
    HP_TRY(status);
    HP_TRY(evaluate_potential(&state, err));
    HP_TRY(compute_observables(&state, err));
    HP_TRY(judge_tables(&state, err));
    HP_TRY(write_results(&state, err));
cleanup:
    destroy(&state);
    return status;
}

static hp_status read_job(const hp_cli_arguments *arguments, scatter_state *state, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_config_merge(&hp_scatter_job_schema, arguments->path, arguments->overrides,
                           arguments->noverrides, &state->effective_job, err));
    HP_TRY(hp_scatter_job_parse(state->effective_job, &state->job, err));
    HP_CHECK(hp_text_is_writable(state->job->channel), HP_ERR_INPUT,
             "%s: channel: must be one line of UTF-8", arguments->path);
    const hp_scatter_job *job = state->job;
    state->keys = (hp_form_keys){HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, HP_TAKE_END)};
    state->h = job->hbar2_over_2mu_mev_fm2 > 0
                   ? job->hbar2_over_2mu_mev_fm2
                   : hp_given_hbar2_over_2mu(job->mass_1_mev, job->mass_2_mev);
    state->pair = hp_given_pair(job->mass_1_mev, job->mass_2_mev, state->h);
cleanup:
    return status;
}

static hp_status choose_grid(scatter_state *state, hp_error *err) {
    hp_status status = HP_OK;
    const struct hp_scatter_job_scattering *keys = &state->job->scattering;
    hp_quadrature grid = {0};
    hp_forms_grid_options options = {.range = keys->range_fm,
                                     .k_max = highest_momentum(state),
                                     .panels = keys->panels,
                                     .order = keys->order};
    status = hp_forms_create_grid(state->forms, &options, &grid, err);
    if (status != HP_OK) hp_error_add_context(err, "scattering.range_fm");
    HP_TRY(status);
    HP_TRY(create_solvers(state, &grid, err));
cleanup:
    hp_quadrature_destroy(&grid);
    return status;
}

/* In 1/fm. */
static double highest_momentum(const scatter_state *state) {
    const struct hp_scatter_job_scattering *keys = &state->job->scattering;
    const hp_double_list *k = &keys->k_per_fm, *p = &keys->momenta_mev, *E = &keys->energies_mev;
    if (k->count > 0) return k->values[k->count - 1];
    if (p->count > 0) return p->values[p->count - 1] / HP_HBARC_MEV_FM;
    return sqrt((E->count > 0 ? E->values[E->count - 1] : HP_DEFAULT_ENERGIES) / state->h);
}

static hp_status create_solvers(scatter_state *state, const hp_quadrature *grid, hp_error *err) {
    hp_status status = HP_OK;
    const hp_scatter_job *job = state->job;
    const hp_double_list *k = &job->scattering.k_per_fm;
    size_t extent[HP_NAXIS] = {0};
    double *k2 = NULL;
    HP_NEW(k2, k->count);
    for (int i = 0; i < k->count; i++) k2[i] = k->values[i] * k->values[i];
    hp_scattering_keys keys = {HP_SCATTERING_KEYS(HP_TAKE_KEY)};
    hp_femtoscopy_keys femtoscopy = {HP_FEMTOSCOPY_KEYS(HP_TAKE_KEY)};
    hp_observables_setup setup = {.keys = &keys,
                                  .femtoscopy = &femtoscopy,
                                  .pair = state->pair,
                                  .length_fm = 1,
                                  .nk = k->count,
                                  .k2 = k2,
                                  .grid = grid};
    HP_TRY(hp_observables_create(&setup, &state->observables, err));
    hp_observables_extents(&state->observables, extent);
    hp_layout_fill(&state->layout, extent);
cleanup:
    hp_free(k2);
    return status;
}

static hp_status evaluate_potential(scatter_state *state, hp_error *err) {
    hp_status status = HP_OK;
    const hp_quadrature *nodes = state->observables.nodes;
    for (int i = 0; i < state->observables.nsolver; i++) {
        size_t n = (size_t)nodes[i].n;
        if (hp_forms_has_local(state->forms)) HP_NEW(state->local[i], n);
        if (hp_forms_has_nonlocal(state->forms)) HP_NEW(state->kernel[i], n * n);
        hp_forms_fill(state->forms, &nodes[i], state->local[i], state->kernel[i]);
    }
    state->edge_ratio =
        hp_forms_edge_ratio(state->forms, &nodes[0], state->local[0], state->kernel[0]);
    if (state->local[0] != NULL) fill_table(state);
cleanup:
    return status;
}

/* V(r) to look at: evenly spaced, without r = 0 where it may be infinite, up to where it matters.
 */
static void fill_table(scatter_state *state) {
    const hp_quadrature *nodes = &state->observables.nodes[0];
    double largest = 0, end = nodes->range;
    for (int i = 0; i < nodes->n; i++)
        largest = fmax(largest, fabs(nodes->r[i] * state->local[0][i]));
    for (int i = nodes->n - 1; i > 0; i--) {
        if (fabs(nodes->r[i] * state->local[0][i]) > TABLE_END * largest) break;
        end = nodes->r[i];
    }
    if (end == nodes->range) end *= 1.2; /* the step of a well, or of a cut, is to be seen */
    for (int i = 0; i < TABLE_POINTS; i++) {
        state->r_fm[i] = end * (i + 1) / TABLE_POINTS;
        state->v_mev[i] = hp_forms_local(state->forms, state->r_fm[i]);
    }
}

static hp_status compute_observables(scatter_state *state, hp_error *err) {
    hp_status status = HP_OK;
    hp_interaction interaction[2] = {0};
    for (int i = 0; i < state->observables.nsolver; i++)
        interaction[i] =
            (hp_interaction){.kernel = state->kernel[i],
                             .local = state->local[i],
                             .local_at = state->local[i] != NULL ? hp_forms_local_at : NULL,
                             .context = state->forms};
    HP_NEW(state->values, state->layout.length);
    HP_TRY(hp_observables_compute(&state->observables, &state->pair, interaction, &state->layout,
                                  state->values, err));
    HP_TRY(hp_observables_fit_window(&state->observables, &state->layout, NULL, 1, state->values,
                                     err));
cleanup:
    return status;
}

/* Both solvers see the same interpolation of tables; w and K become those of other ones. */
static hp_status judge_tables(scatter_state *state, hp_error *err) {
    hp_status status = HP_OK;
    double *moved = NULL;
    hp_other_interpolation other = {
        .interaction = {.kernel = state->kernel[0], .local = state->local[0]}};
    HP_NEW(moved, state->layout.length);
    for (hp_form_view view = HP_FORMS_GIVEN; view < HP_NVIEW; view++) {
        other.part = hp_forms_view_part(state->forms, view);
        if (other.part == 0 || state->observables.nsolver == 1) continue;
        hp_forms_fill_view(state->forms, view, &state->observables.nodes[0], state->local[0],
                           state->kernel[0]);
        HP_TRY(hp_observables_move(&state->observables, &other, &state->layout, state->values,
                                   moved, err));
    }
    hp_observables_add_moved(&state->observables, &state->layout, moved, state->values);
cleanup:
    hp_free(moved);
    return status;
}

static hp_status write_results(const scatter_state *state, hp_error *err) {
    hp_status status = HP_OK;
    const hp_scatter_job *job = state->job;
    char kind[HP_GIVEN_TEXT], warning[HP_MAX_WARNINGS][HP_WARNING_SIZE];
    hp_given_describe(&state->keys, kind);
    hp_results results = {.channel = job->channel,
                          .potential_kind = kind,
                          .effective_job = state->effective_job,
                          .layout = &state->layout,
                          .observables = &state->observables,
                          .rows = state->values,
                          .max_numerical_error = 1, /* of what a converged solution has */
                          .edge_ratio = state->edge_ratio,
                          .table = {.n = state->local[0] != NULL ? TABLE_POINTS : 0,
                                    .r_fm = state->r_fm,
                                    .v_mev = state->v_mev}};
    HP_TRY(hp_folder_create(job->output, err));
    HP_TRY(hp_results_write(&results, job->output, err));
    for (int i = 0, count = hp_results_warn(&results, warning); i < count; i++)
        hp_log_warning("%s", warning[i]);
    hp_log("%s: a0 = %.6g fm, r_eff = %.6g fm, bound states: %g; results in %s", job->channel,
           hp_results_band(&results, HP_SET_A0, 0).value,
           hp_results_band(&results, HP_SET_REFF, 0).value,
           hp_results_band(&results, HP_SET_NBOUND, 0).value, job->output);
cleanup:
    return status;
}

static void destroy(scatter_state *state) {
    hp_free(state->values);
    for (int i = 0; i < 2; i++) hp_free(state->kernel[i]);
    for (int i = 0; i < 2; i++) hp_free(state->local[i]);
    hp_observables_destroy(&state->observables);
    hp_forms_destroy(&state->forms);
    hp_scatter_job_free(&state->job);
    hp_free(state->effective_job);
}
