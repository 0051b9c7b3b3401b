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
    HP_REQUIRE(geometry->kind == HP_GEOMETRY_CUBIC, HP_ERR_INPUT,
               "finite_volume.levels = %d needs a cubic ensemble, \"%s\" is radial", levels,
               ensemble->path);
    HP_CALL(hp_box_create(geometry, analysis->study.data.pair.mu, levels, &analysis->box, err));
    HP_ALLOCATE(analysis->box_V, (size_t)geometry->nshell + (size_t)geometry->npoint);
    HP_ALLOCATE(analysis->box_level, levels);
    return HP_OK;
}

/* Levels of V on the orbits and U on the radii of the data as energies relative to threshold. */
static hp_status store_levels(hp_analysis *analysis, const double *V, const double *U,
                              double *level_mev, hp_error *err) {
    const hp_fit_data *data = &analysis->study.data;
    const double *mass = data->pair.mass;
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
    hp_box_set_mass(analysis->box, study->data.pair.mu);
    double *on_shells = analysis->box_V, *V = on_shells + geometry->nshell;
    for (int c = 0; c < study->data.ncolumn; c++) {
        HP_CALL(hp_correlator_point_potential(analysis->plan, &study->data.pair, row, c, V, err));
        HP_CALL(store_levels(analysis, V, NULL, level + (ptrdiff_t)c * levels, err));
    }
    if (hp_record_find(&study->record, HP_ROW_LEVEL) == NULL) return HP_OK;
    const double *U =
        hp_potential_on_shells(&study->potential, geometry->r, geometry->nshell, on_shells);
    for (int p = 0; p < geometry->npoint; p++) V[p] = on_shells[geometry->shell[p]];
    return store_levels(analysis, V, U, hp_record_at(&study->record, vector, HP_ROW_LEVEL), err);
}

/* Lines of finite_volume.csv: of S/R of a source and time, and of the fit. They live as long as the
 * record. */
typedef struct {
    int ncolumn; /* with that of the fit, if there is one */
    const char **potential, **t;
    int *level;
    double *energy, *error;
} lines;

static void fill_lines(const hp_analysis *analysis, hp_record *record, lines *all) {
    const hp_correlator_plan *plan = analysis->plan;
    int levels = analysis->options->levels;
    for (int i = 0; i < all->ncolumn * levels; i++) {
        int c = i / levels;
        bool of_fit = c == analysis->study.data.ncolumn;
        hp_band band = hp_record_band_of(record, of_fit ? HP_ROW_LEVEL : HP_ROW_LEVEL_LO,
                                         (size_t)(of_fit ? i % levels : i));
        all->potential[i] = of_fit ? "fit" : plan->ensemble->source[plan->source[c / plan->nt]];
        all->t[i] =
            of_fit ? "" : hp_record_copy(record, "%d", plan->ensemble->t[plan->time[c % plan->nt]]);
        all->level[i] = i % levels;
        all->energy[i] = band.value;
        all->error[i] = band.error;
    }
}

static void put_levels(const lines *all, int levels, hp_record *record) {
    for (int c = 0; c < all->ncolumn; c++) {
        int first = c * levels;
        const char *t = all->t[first], *of = *t != '\0' ? "_t" : "";
        const char *key =
            hp_record_copy(record, "finite_volume_levels_mev/%s%s%s", all->potential[first], of, t);
        hp_record_put_numbers(record, hp_key(hp_record_copy(record, "%s/value", key)),
                              all->energy + first, levels);
        hp_record_put_numbers(record, hp_key(hp_record_copy(record, "%s/stat", key)),
                              all->error + first, levels);
    }
}

hp_status hp_analysis_note_levels(hp_analysis *analysis, hp_error *err) {
    hp_record *record = &analysis->study.record;
    int levels = analysis->options->levels;
    bool fit = hp_record_find(record, HP_ROW_LEVEL) != NULL;
    lines all = {.ncolumn = analysis->study.data.ncolumn + fit};
    size_t nline = (size_t)levels * (size_t)all.ncolumn;
    if (levels == 0) return HP_OK;
    all.potential = hp_record_room(record, nline, sizeof *all.potential);
    all.t = hp_record_room(record, nline, sizeof *all.t);
    all.level = hp_record_room(record, nline, sizeof *all.level);
    all.energy = hp_record_room(record, nline, sizeof *all.energy);
    all.error = hp_record_room(record, nline, sizeof *all.error);
    if (record->failed) return hp_record_check(record, err);
    fill_lines(analysis, record, &all);
    hp_record_put_text(record, hp_key("level_convention"), HP_LEVEL_CONVENTION);
    put_levels(&all, levels, record);
    hp_sheet *sheet = hp_record_add_sheet(
        record, "finite_volume",
        "A1 levels " HP_LEVEL_CONVENTION "; of S/R of a source and time, and of the fit", nline);
    hp_sheet_add_texts(record, sheet, "potential", all.potential);
    hp_sheet_add_texts(record, sheet, "t", all.t);
    hp_sheet_add_integers(record, sheet, "level", all.level);
    hp_sheet_add_numbers(record, sheet, "energy_mev", all.energy);
    hp_sheet_add_numbers(record, sheet, "energy_mev_err", all.error);
    return HP_OK;
}
