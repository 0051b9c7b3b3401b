// SPDX-License-Identifier: GPL-3.0-or-later
/* Data, true and learned matrix of potentials in the record. */
#include "hadpot/units.h"
#include "toy_parts.h"

/* Observables of the truth beside those of the learned potential: rows of the same paths. */
static void add_exact(const hp_toy_matrix *of, hp_record *record) {
    static const struct {
        const char *path, *name, *column, *text;
    } rows[] = {
        {HP_ROW_DELTA, "exact/delta_deg", "delta_exact_deg", "phase shift of the true potential"},
        {HP_ROW_KCOT, "exact/kcot_mev", "kcot_exact_mev",
         "k^(2l+1) cot delta of the true potential"},
        {HP_ROW_ETA, "exact/eta", "eta_exact", "|S_cc| of the true potential"},
        {HP_ROW_MIXING_1, "exact/delta_1_deg", "delta_1_exact_deg",
         "delta_1 of the true potential"},
        {HP_ROW_MIXING_2, "exact/delta_2_deg", "delta_2_exact_deg",
         "delta_2 of the true potential"},
        {HP_ROW_EPSILON, "exact/epsilon_deg", "epsilon_exact_deg",
         "mixing parameter of the true potential"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const hp_entry *entry = hp_record_find(&of->exact.record, rows[i].path);
        if (entry == NULL || hp_record_find(record, rows[i].path) == NULL) continue;
        hp_row row = {.path = rows[i].name,
                      .unit = entry->row.unit,
                      .text = rows[i].text,
                      .table = entry->row.table,
                      .column = rows[i].column};
        for (int j = 0; j < entry->naxis; j++) row.axis[j] = entry->row.axis[j];
        hp_record_add_constant(record, &row,
                               hp_record_read(&of->exact.record, of->exact.vector, rows[i].path));
    }
}

/* V_cd learned and true, a line for each element and radius. */
static void add_local(const hp_toy_matrix *of, hp_record *record) {
    static const hp_row learned = {"potential/v_elements_mev",  "MeV",
                                   "learned V_cd(r) = V_dc(r)", .axis = {"element", "r"},
                                   .table = "potential",        .column = "v_mev"};
    static const hp_row exact = {"exact/v_elements_mev", "MeV",
                                 "true V_cd(r)",         .axis = {"element", "r"},
                                 .table = "potential",   .column = "v_exact_mev"};
    const char *row[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    const char *column[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    int count = 0;
    for (int c = 0; c < of->waves.ncomponent; c++)
        for (int d = c; d < of->waves.ncomponent; d++, count++) {
            row[count] = hp_record_copy(record, "%s", of->given.component[c]);
            column[count] = hp_record_copy(record, "%s", of->given.component[d]);
        }
    hp_record_add_slim_axis(record, "element", (size_t)count);
    hp_record_label(record, "element", &(hp_label){.column = "row", .name = row});
    hp_record_label(record, "element", &(hp_label){.column = "column", .name = column});
    hp_record_add_table(record, "potential", HP_WIDE,
                        "local part V_cd(r) = V_dc(r) of the learned and of the true potential");
    hp_record_add_constant(record, &learned, of->V);
    hp_record_add_constant(record, &exact, of->V_exact);
}

static void add_data(const hp_toy *toy, hp_record *record) {
    const hp_toy_waves *waves = &toy->matrix.waves;
    double *energy = hp_record_room(record, (size_t)waves->ncolumn, sizeof *energy);
    for (int column = 0; column < waves->ncolumn && energy != NULL; column++)
        energy[column] = waves->energy[column] * HP_HBARC_MEV_FM;
    const struct {
        const double *value;
        hp_row row;
    } part[] = {
        {waves->quadrature,
         {"grid/weight", "fm^3", "quadrature weights of int d^3r", .axis = {"r"}}},
        {toy->learned.data.fitted,
         {"grid/fitted", "1", "1: the radius is within the fit range", .axis = {"component", "r"}}},
        {&waves->r[waves->nradius - 1],
         {"grid/r_max_fm", "fm", "last radius of the data", .key = "fit.r_max_fm"}},
        {energy,
         {"data/energy_mev", "MeV", "energy of each wave above the lowest threshold",
          .axis = {"wave"}}},
        {waves->component,
         {"data/incoming", "1", "component, counted from 0, with a regular part far outside",
          .axis = {"wave"}}},
        {waves->R,
         {"data/wave", "1/fm", "R^c of standing waves, squared amplitudes of r R^c add up to 1",
          .axis = {"wave", "component", "r"}}},
        {waves->S,
         {"data/source", "1/fm^2", "(E - H_0) R of the true potential, over hbar c",
          .axis = {"wave", "component", "r"}}},
        {toy->learned.prediction,
         {"data/prediction", "1/fm^2", "the same of the learned potential, V R + int U R",
          .axis = {"wave", "component", "r"}}}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i].value != NULL) hp_record_add_constant(record, &part[i].row, part[i].value);
}

void hp_toy_matrix_describe(hp_toy *toy) {
    hp_record *record = &toy->learned.record;
    add_data(toy, record);
    add_local(&toy->matrix, record);
    add_exact(&toy->matrix, record);
}
