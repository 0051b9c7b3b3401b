// SPDX-License-Identifier: GPL-3.0-or-later
/* Energy levels in the box of the ensemble: what the potential makes of the energies that a lattice
 * calculation would measure (docs/method-box.md). */
#include "study_parts.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"

hp_status hp_analysis_create_box(hp_analysis *analysis, hp_error *err) {
    const hp_ensemble *ensemble = analysis->plan->ensemble;
    const hp_geometry *geometry = &ensemble->geometry;
    int levels = analysis->options->levels;
    if (levels == 0) return HP_OK;
    HP_REQUIRE(ensemble->field == NULL, HP_ERR_INPUT,
               "finite_volume.levels = %d are those of one S wave of an ensemble of version 1, "
               "\"%s\" has version 2, expected 0",
               levels, ensemble->path);
    HP_REQUIRE(geometry->kind == HP_GEOMETRY_CUBIC, HP_ERR_INPUT,
               "finite_volume.levels = %d needs a cubic ensemble, \"%s\" is radial", levels,
               ensemble->path);
    HP_CALL(hp_box_create(geometry, analysis->study.data.pair[0].mu, levels, &analysis->box, err));
    HP_ALLOCATE(analysis->box_V, (size_t)geometry->nshell + (size_t)geometry->npoint);
    HP_ALLOCATE(analysis->box_level, levels);
    return HP_OK;
}

/* Levels of V on the orbits and U on the radii of the data as energies relative to threshold. */
static hp_status store_levels(hp_analysis *analysis, const double *V, const double *U,
                              double *level_mev, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    const double *mass = data->pair[0].mass;
    HP_CALL(hp_box_levels(analysis->box, V, U, data->n, analysis->box_level, err));
    for (int i = 0; i < analysis->options->levels; i++)
        level_mev[i] = data->energy_mev * hp_box_energy(mass[0], mass[1], analysis->box_level[i]);
    return HP_OK;
}

hp_status hp_analysis_find_levels(hp_analysis *analysis, const double *row, double *vector,
                                  hp_error *err) {
    hp_study *study = &analysis->study;
    const hp_geometry *geometry = &analysis->plan->ensemble->geometry;
    int levels = analysis->options->levels;
    double *level = hp_record_at(&study->record, vector, HP_ROW_LEVEL_LO);
    if (analysis->box == NULL) return HP_OK;
    hp_box_set_mass(analysis->box, study->data.pair[0].mu);
    double *on_shells = analysis->box_V, *V = on_shells + geometry->nshell;
    for (int c = 0; c < study->data.ncolumn; c++) {
        HP_CALL(hp_correlator_point_potential(analysis->plan, study->data.pair, row, c, V, err));
        HP_CALL(store_levels(analysis, V, NULL, level + (ptrdiff_t)c * levels, err));
    }
    if (hp_record_find(&study->record, HP_ROW_LEVEL) == NULL) return HP_OK;
    const double *U =
        hp_potential_on_shells(&study->potential, geometry->r, geometry->nshell, on_shells);
    for (int p = 0; p < geometry->npoint; p++) V[p] = on_shells[geometry->shell[p]];
    return store_levels(analysis, V, U, hp_record_at(&study->record, vector, HP_ROW_LEVEL), err);
}

static void put_levels(hp_record *record, const char *path, size_t first, int levels,
                       const char *name) {
    double value[HP_MAX_LEVELS], error[HP_MAX_LEVELS];
    for (int i = 0; i < levels; i++) {
        hp_band band = hp_record_band_of(record, path, first + (size_t)i);
        value[i] = band.value;
        error[i] = band.error;
    }
    const char *key = hp_record_copy(record, "finite_volume_levels_mev/%s", name);
    hp_record_put_numbers(record, hp_key(hp_record_copy(record, "%s/value", key)), value, levels);
    hp_record_put_numbers(record, hp_key(hp_record_copy(record, "%s/stat", key)), error, levels);
}

/* Of S/R of a column of the data, or of the fit: lines of the sheet, and in the summary. */
static void describe_levels(const hp_analysis *analysis, int column, hp_record_sheet *sheet,
                            hp_record *record) {
    const hp_correlator_plan *plan = analysis->plan;
    int levels = analysis->options->levels;
    bool of_fit = column == analysis->study.data.ncolumn;
    const char *path = of_fit ? HP_ROW_LEVEL : HP_ROW_LEVEL_LO, *potential = "fit", *t = "";
    size_t first = of_fit ? 0 : (size_t)column * (size_t)levels;
    if (!of_fit) {
        potential = plan->ensemble->source[plan->source[column / plan->nt]];
        t = hp_record_copy(record, "%d", plan->ensemble->t[plan->time[column % plan->nt]]);
    }
    for (int l = 0; l < levels; l++) {
        hp_band band = hp_record_band_of(record, path, first + (size_t)l);
        const hp_cell line[] = {{.text = potential},
                                {.text = t},
                                {.number = l},
                                {.number = band.value},
                                {.number = band.error}};
        hp_sheet_add_line(record, sheet, line);
    }
    put_levels(record, path, first, levels,
               hp_record_copy(record, "%s%s%s", potential, of_fit ? "" : "_t", t));
}

void hp_analysis_note_levels(hp_analysis *analysis) {
    hp_record *record = &analysis->study.record;
    bool fit = hp_record_find(record, HP_ROW_LEVEL) != NULL;
    if (analysis->options->levels == 0) return;
    hp_record_put_text(record, hp_key("level_convention"), HP_LEVEL_CONVENTION);
    hp_record_sheet *sheet = hp_record_add_sheet(record, "finite_volume",
                                                 "A1 levels " HP_LEVEL_CONVENTION
                                                 "; of S/R of a source and time, and of the fit",
                                                 "potential,t,level,energy_mev,energy_mev_err");
    for (int column = 0; column < analysis->study.data.ncolumn + fit; column++)
        describe_levels(analysis, column, sheet, record);
}
