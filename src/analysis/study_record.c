// SPDX-License-Identifier: GPL-3.0-or-later
/* What one resampled set has in the record: correlators, and the grids that all sets share. */
#include "hadpot/analysis.h"
#include <string.h>
#include "hadpot/units.h"
#include "study_parts.h"

static const hp_row rows[] = {
    {HP_ROW_R, "1", "R-correlator, divided by /correlator/normalisation",
     .axis = {"source", "t", "component", "r"}},
    {HP_ROW_LAPLACIAN, "1/a", "nabla^2 R / (2 mu), normalised like R",
     .axis = {"source", "t", "component", "r"}},
    {HP_ROW_DT, "1/a", "-d_t R, normalised like R", .axis = {"source", "t", "component", "r"}},
    {HP_ROW_DT2, "1/a", "(1 + 3 delta^2)/(8 mu) d_t^2 R, normalised like R",
     .axis = {"source", "t", "component", "r"}},
    {HP_ROW_S, "1/a", "sum of laplacian, dt and dt2", .axis = {"source", "t", "component", "r"}},
    {HP_ROW_V_LO, "MeV", "leading-order local potential S/R",
     .axis = {"source", "t", "one_component", "r"}, .table = "potential", .roles = HP_COVARIANCE},
    {HP_ROW_LEVEL_LO, "MeV",
     "A1 energy levels of S/R at every site in the periodic box "
     "of the ensemble, " HP_LEVEL_CONVENTION,
     .axis = {"source", "t", "level"}, .place = 5, .symbol = "level E_%zu of S/R"},
    {HP_ROW_LEVEL, "MeV", "the same of the fitted potential V + U", .axis = {"level", "boxed"},
     .place = 5, .symbol = "level E_%zu in the box"}};

/* Several orbits may have one r: the sites that stand for them. */
static void label_orbits(const hp_correlator_plan *plan, int nradius, hp_record *record) {
    if (plan->orbit == NULL) return;
    const char **name = hp_record_room(record, (size_t)nradius, sizeof *name);
    int *site = hp_record_room(record, 3 * (size_t)nradius, sizeof *site);
    if (record->failed) return;
    for (int k = 0; k < nradius; k++) {
        memcpy(site + 3 * (ptrdiff_t)k, plan->ensemble->geometry.site[plan->orbit[k]],
               3 * sizeof *site);
        name[k] = hp_record_copy(record, "%d %d %d", site[3 * (ptrdiff_t)k],
                                 site[3 * (ptrdiff_t)k + 1], site[3 * (ptrdiff_t)k + 2]);
    }
    hp_record_label(record, "r", &(hp_label){.column = "site", .name = name});
    hp_record_add_axis(record, "xyz", 3);
    const hp_row row = {"grid/site", "a", "site that stands for an orbit", .axis = {"r", "xyz"}};
    hp_record_add_integers(record, &row, site);
}

static hp_status add_axes(const hp_analysis *analysis, hp_record *record, hp_error *err) {
    const hp_correlator_plan *plan = analysis->plan;
    const hp_ensemble *ensemble = plan->ensemble;
    const hp_fit_data *data = &analysis->study.data;
    const char **source = hp_record_room(record, (size_t)plan->nsource, sizeof *source);
    int *t = hp_record_room(record, (size_t)plan->nt, sizeof *t);
    double *r_fm = hp_record_room(record, (size_t)data->nradius, sizeof *r_fm);
    if (record->failed) return hp_record_check(record, err);
    for (int s = 0; s < plan->nsource; s++)
        source[s] = hp_ensemble_wave_name(ensemble, plan->source[s]);
    for (int i = 0; i < plan->nt; i++) t[i] = ensemble->t[plan->time[i]];
    for (int r = 0; r < data->nradius; r++) r_fm[r] = data->r[r] * data->length_fm;
    hp_record_add_slim_axis(record, "component", (size_t)data->ncomponent);
    hp_record_add_axis(record, "source", (size_t)plan->nsource);
    hp_record_add_axis(record, "t", (size_t)plan->nt);
    hp_record_add_axis(record, "r", (size_t)data->nradius);
    hp_record_add_axis(record, "level", (size_t)analysis->options->levels);
    hp_record_add_slim_axis(record, "boxed",
                            !hp_potential_describe(&analysis->study.potential).has_slope);
    hp_record_label(record, "source",
                    &(hp_label){.column = "source", .name = source, .key = "fit.sources"});
    hp_record_label(record, "t", &(hp_label){.column = "t", .integer = t, .key = "fit.times"});
    hp_record_label(
        record, "r",
        &(hp_label){.path = "grid/r_fm", .unit = "fm", .text = "radii of the data", .value = r_fm});
    label_orbits(plan, data->nradius, record);
    hp_record_put_texts(record, hp_attribute("source"), source, plan->nsource);
    hp_record_put_integers(record, hp_attribute("t"), t, plan->nt);
    return HP_OK;
}

static void add_facts(const hp_analysis *analysis, hp_record *record) {
    const hp_ensemble *ensemble = analysis->plan->ensemble;
    hp_record_put_number(record, hp_attribute("inverse_spacing_mev"),
                         ensemble->inverse_spacing_mev);
    const hp_study_channels *channels = analysis->options->channels;
    if (channels == NULL) {
        hp_record_put_number(record, hp_attribute("mass_1"), ensemble->mass[0]);
        hp_record_put_number(record, hp_attribute("mass_2"), ensemble->mass[1]);
        return;
    }
    double mass[2][HP_MOST_PAIRS];
    int npair = analysis->plan->npair;
    for (int a = 0; a < npair; a++)
        for (int i = 0; i < 2; i++) mass[i][a] = analysis->study.data.pair[a].mass[i];
    hp_record_put_texts(record, hp_attribute("pairs"), channels->pair_name, npair);
    hp_record_put_numbers(record, hp_attribute("mass_1"), mass[0], npair);
    hp_record_put_numbers(record, hp_attribute("mass_2"), mass[1], npair);
}

static void add_grids(const hp_analysis *analysis, hp_record *record) {
    const hp_fit_data *data = &analysis->study.data;
    const hp_analysis_options *options = analysis->options;
    const hp_row grid[] = {
        {"grid/weight", "a^3", "quadrature weights of int d^3r", .axis = {"r"}},
        {"grid/fitted", "1", "1: the radius is within the fit range", .axis = {"component", "r"}},
        {"grid/chi2_region_edges_fm", "fm",
         "where the regions of training/chi2_per_point_by_region end", .axis = {"region_edge"}},
        {"grid/r_max_fm", "fm", "last radius of the data", .key = "fit.r_max_fm"},
        {"correlator/S_error", "1/a",
         "error of S in fit and chi2: of the samples, with fit.error_smoothing_fm and "
         "fit.relative_floor",
         .axis = {"source", "t", "component", "r"}},
        {"correlator/normalisation", "1",
         "mean of |R| over the radii, by which R and S are divided", .axis = {"source", "t"}}};
    const double end = data->r[data->n - 1] * data->length_fm;
    const double *const value[] = {data->quadrature,        data->fitted,
                                   options->region_edge_fm, &end,
                                   data->S_error,           data->normalisation};
    hp_record_add_axis(record, "region_edge", (size_t)options->nregion_edge);
    for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
        hp_record_add_constant(record, &grid[i], value[i]);
}

hp_status hp_analysis_describe(hp_analysis *analysis, hp_error *err) {
    hp_record *record = &analysis->study.record;
    bool covariance = analysis->options->covariance != HP_COVARIANCE_NONE;
    HP_CALL(add_axes(analysis, record, err));
    hp_record_add_table(record, "potential", HP_WIDE, NULL);
    /* the localised potential is the first column of potential.csv */
    hp_goodness_describe(&analysis->goodness, covariance, record);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
    if (analysis->options->channels != NULL) hp_leading_describe(&analysis->leading, record);
    hp_direct_describe(&analysis->direct, record);
    HP_CALL(hp_study_describe(&analysis->study, err));
    add_facts(analysis, record);
    add_grids(analysis, record);
    return hp_record_check(record, err);
}

hp_status hp_analysis_finish(hp_analysis *analysis, int freedom, hp_error *err) {
    if (analysis->plan->ensemble->field != NULL) return HP_OK; /* not of version 2 */
    return hp_direct_fit(&analysis->direct, analysis->plan->masses, freedom,
                         &analysis->study.record, err);
}

hp_status hp_analysis_note(hp_analysis *analysis, hp_error *err) {
    hp_study *study = &analysis->study;
    const hp_analysis_options *options = analysis->options;
    HP_CALL(hp_goodness_note(&analysis->goodness, &study->data, options->min_fit_probability,
                             &study->record, err));
    hp_potential_note(&study->potential, &study->record);
    hp_study_note_edge(study, hp_record_value(&study->record, HP_ROW_EDGE, 0),
                       options->max_edge_ratio);
    if (hp_study_has_channels(study))
        hp_channel_observables_note(&study->channel_observables, options->max_numerical_error,
                                    &study->record);
    else
        hp_observables_note(&study->observables, options->max_numerical_error, &study->record);
    hp_analysis_note_levels(analysis);
    if (options->channels != NULL) hp_leading_note(&analysis->leading, &study->record);
    hp_leading_note_z(analysis->plan, &study->record);
    if (analysis->plan->ensemble->field != NULL) return HP_OK;
    hp_pair pair = hp_pair_of_row(analysis->plan->masses, 0);
    hp_direct_note(&analysis->direct, &pair, options->min_fit_probability, &study->record);
    return HP_OK;
}
