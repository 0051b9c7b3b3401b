// SPDX-License-Identifier: GPL-3.0-or-later
/* A toy in the record: its data, the truth beside the learned potential, how they compare. */
#include <math.h>
#include <string.h>
#include "hadpot/given_potential.h"
#include "hadpot/memory.h"
#include "hadpot/units.h"
#include "toy_parts.h"

void hp_toy_add_axes(hp_toy *toy) {
    hp_record *record = &toy->learned.record;
    hp_record_add_axis(record, "r", (size_t)toy->data.n);
    hp_record_add_axis(record, "wave", (size_t)toy->data.nk);
    hp_record_label(
        record, "r",
        &(hp_label){
            .path = "grid/r_fm", .unit = "fm", .text = "radii of the data", .value = toy->data.r});
}

typedef struct constant {
    const double *value;
    hp_row row;
} constant;

/* The data, and what is known of the truth: NULL where the toy has no such part. */
static void add_constants(const hp_toy *toy, hp_record *record) {
    const hp_toy_data *data = &toy->data;
    const hp_record *exact = &toy->exact.record;
    const constant part[] = {
        {data->quadrature,
         {"grid/weight", "fm^3", "quadrature weights of int d^3r", .axis = {"r"}}},
        {toy->learned.data.fitted,
         {"grid/fitted", "1", "1: the radius is within the fit range", .axis = {"r"}}},
        {&data->r[data->n - 1],
         {"grid/r_max_fm", "fm", "last radius of the data", .key = "fit.r_max_fm"}},
        {&toy->h,
         {"grid/hbar2_over_2mu_mev_fm2", "MeV fm^2", "hbar^2/(2 mu)",
          .key = "hbar2_over_2mu_mev_fm2"}},
        {data->k, {"data/k_per_fm", "1/fm", "momenta of the data", .axis = {"wave"}}},
        {data->R,
         {"data/wave", "1/fm",
          "k phi_k = u_k/r, u_k = sin(kr + delta) beyond the range; k = 0: u = r - a0, no unit",
          .axis = {"wave", "r"}}},
        {data->S,
         {"data/source", "1/fm^2", "(E_k - H_0) k phi_k of the true potential, over hbar c",
          .axis = {"wave", "r"}}},
        {toy->learned.prediction,
         {"data/prediction", "1/fm^2",
          "the same of the learned potential, V k phi_k + int U k phi_k", .axis = {"wave", "r"}}},
        {toy->U_exact,
         {"exact/u_mev_fm3", "MeV fm^-3", "true non-local potential U(r,r')", .axis = {"u", "u"}}},
        {toy->V_exact,
         {"exact/v_local_mev", "MeV", "true local potential V(r)", .axis = {"r"},
          .table = toy->f_exact == NULL ? "potential" : NULL, .column = "v_exact_mev"}},
        {toy->f_exact,
         {"exact/f", "1", "f(r') of the true potential", .axis = {"r"}, .table = "potential",
          .column = "f_exact"}},
        {toy->contribution,
         {"exact/contribution", "1", "r'^2 f(r') max_k |k phi_k(r')| over its maximum",
          .axis = {"r"}, .table = "potential"}},
        {hp_record_read(exact, toy->exact_vector, HP_ROW_DELTA),
         {"exact/delta_deg", "deg", "phase shift of the true potential", .axis = {"k"},
          .table = "phase_shift", .column = "delta_exact_deg"}},
        {hp_record_read(exact, toy->exact_vector, HP_ROW_KCOT),
         {"exact/kcot_mev", "MeV", "k cot delta of the true potential", .axis = {"k"},
          .table = "phase_shift", .column = "kcot_exact_mev"}}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i].value != NULL) hp_record_add_constant(record, &part[i].row, part[i].value);
}

/* potential.csv: f of kind partial, else V where there is a local part. */
static void add_table(const hp_toy *toy, hp_record *record) {
    hp_record_add_table(record, "potential", HP_WIDE,
                        toy->f_exact != NULL
                            ? "U(r,r') = scale exp(-decay r) f(r'); contribution: r'^2 f_exact(r') "
                              "max_k |k phi_k(r')|, over its maximum"
                            : NULL);
    if (toy->f_exact != NULL)
        hp_record_set_column(record, HP_ROW_F, "potential", "f", HP_BARE);
    else if (toy->V_exact != NULL)
        hp_record_set_column(record, HP_ROW_V_LOCAL, "potential", "v_mev", HP_BARE);
}

/* training.csv: a line for each of the log. */
static void add_training(const hp_toy *toy, hp_record *record) {
    const hp_toy_log *log = &toy->log;
    const char *header =
        hp_record_copy(record, "%sepoch,loss%s", log->has_restarts ? "restart," : "",
                       log->has_theta ? ",theta1,theta2" : "");
    hp_record_sheet *sheet = hp_record_add_sheet(
        record, "training",
        log->has_theta ? "loss before the update of the epoch, theta (1/fm) after it"
                       : "loss before the update of the epoch",
        header);
    for (size_t i = 0; i < log->count; i++) {
        const hp_cell line[] = {{.number = log->line[i].restart},
                                {.number = log->line[i].epoch},
                                {.number = log->line[i].loss},
                                {.number = log->line[i].theta[0]},
                                {.number = log->line[i].theta[1]}};
        hp_sheet_add_line(record, sheet, log->has_restarts ? line : line + 1);
    }
}

static void put_known(hp_record *record, const char *key, double value) {
    if (!isnan(value)) hp_record_put_number(record, hp_key(key), value);
}

const hp_record *hp_toy_truth_record(const hp_toy *toy, const double **vector) {
    *vector = toy->has_channels ? toy->matrix.exact.vector : toy->exact_vector;
    return toy->has_channels ? &toy->matrix.exact.record : &toy->exact.record;
}

/* Of components: the worst of them, up to which energy, and what the end of the range does. */
static void show_matrix_comparison(const hp_toy *toy, hp_record *record) {
    const hp_toy_comparison *found = &toy->comparison;
    const hp_toy_waves *waves = &toy->matrix.waves;
    bool mixes = !isnan(found->epsilon_error_deg);
    if (mixes)
        hp_record_show(record, "exact", "largest error of the mixing parameter: %.3g degrees",
                       found->epsilon_error_deg);
    if (!isnan(found->inside_error_deg))
        hp_record_show(record, "exact", "up to E = %.4g MeV, where the data end: %.3g degrees",
                       waves->energy[waves->ncolumn - 1] * HP_HBARC_MEV_FM,
                       found->inside_error_deg);
    if (toy->cut_deg > 0)
        hp_record_show(
            record, "exact", "the true potential cut at %.3g fm: %.2g degrees%s",
            hp_study_range_fm(&toy->learned), toy->cut_deg,
            mixes ? hp_record_copy(record, ", mixing parameter %.2g", toy->matrix.cut_epsilon_deg)
                  : "");
    if (!isnan(found->v_error_mev))
        hp_record_show(record, "exact", "largest error of V: %.3g MeV", found->v_error_mev);
    if (!isnan(found->nonlocal_share))
        hp_record_show(record, "exact", "part of the non-local potential in S: %.2g",
                       found->nonlocal_share);
}

static void show_truth(const hp_toy *toy, hp_record *record) {
    const double *vector;
    const hp_record *exact = hp_toy_truth_record(toy, &vector);
    if (toy->has_channels) {
        hp_record_show(record, "exact", "bound states: %g",
                       *hp_record_read(exact, vector, HP_ROW_NBOUND));
        return;
    }
    hp_record_show(record, "exact", "a0 = %.6g fm, r_eff = %.6g fm, bound states: %g",
                   *hp_record_read(exact, vector, HP_ROW_A0),
                   *hp_record_read(exact, vector, HP_ROW_REFF),
                   *hp_record_read(exact, vector, HP_ROW_NBOUND));
}

/* What is learned against what is exact. */
static void show_comparison(const hp_toy *toy, hp_record *record) {
    const hp_toy_comparison *found = &toy->comparison;
    show_truth(toy, record);
    if (!isnan(found->u_error))
        hp_record_show(record, "exact",
                       "relative error of U (L2, r and r' > %g fm): %.3g; asymmetry %.3g",
                       toy->job->results.u_error_r_min_fm, found->u_error, found->asymmetry);
    if (!isnan(found->v_error))
        hp_record_show(record, "exact", "largest relative error of V: %.3g", found->v_error);
    if (!isnan(found->f_error))
        hp_record_show(record, "exact",
                       "largest relative error of f, weighted by its contribution: %.3g",
                       found->f_error);
    if (!isnan(found->delta_error_deg))
        hp_record_show(record, "exact",
                       "largest error of the phase shifts: %.3g degrees (modulo 180)",
                       found->delta_error_deg);
    if (toy->has_channels) show_matrix_comparison(toy, record);
}

static void put_fit(const hp_toy *toy, hp_record *record) {
    const hp_toy_comparison *found = &toy->comparison;
    double loss = hp_record_value(record, HP_ROW_LOSS, 0);
    bool converged = hp_record_value(record, HP_ROW_CONVERGED, 0) > 0.0;
    hp_record_put_integer(record, hp_key("points"), toy->learned.data.nfitted);
    hp_record_put_number(record, hp_key("loss"), loss);
    hp_record_put_integer(record, hp_key("epochs"), (int)hp_record_value(record, HP_ROW_EPOCHS, 0));
    hp_record_put_truth(record, hp_attribute_and_key("converged", "converged"), converged);
    hp_record_show(record, "fit", "%s, loss %.4g after %g %s",
                   converged ? "converged" : "did NOT converge", loss,
                   hp_record_value(record, HP_ROW_EPOCHS, 0),
                   toy->potential.training.optimiser == HP_ADAM ? "epochs" : "steps");
    put_known(record, "u_relative_l2_error", found->u_error);
    put_known(record, "u_asymmetry", found->asymmetry);
    put_known(record, "v_largest_relative_error", found->v_error);
    put_known(record, "f_largest_weighted_error", found->f_error);
    put_known(record, "delta_largest_error_deg", found->delta_error_deg);
    put_known(record, "v_largest_error_mev", found->v_error_mev);
    put_known(record, "epsilon_largest_error_deg", found->epsilon_error_deg);
    put_known(record, "largest_error_up_to_data_deg", found->inside_error_deg);
    put_known(record, "nonlocal_part_of_source", found->nonlocal_share);
    if (toy->has_channels && toy->cut_deg > 0) {
        put_known(record, "exact/cut_delta_deg", toy->cut_deg);
        put_known(record, "exact/cut_epsilon_deg", toy->matrix.cut_epsilon_deg);
    }
    record->headline = hp_record_copy(record, "loss %.4g, fit %s", loss,
                                      converged ? "converged" : "NOT converged");
}

static void put_truth(const hp_toy *toy, hp_record *record) {
    const double *vector;
    const hp_record *exact = hp_toy_truth_record(toy, &vector);
    int nbound = (int)*hp_record_read(exact, vector, HP_ROW_NBOUND);
    if (!toy->has_channels) {
        hp_record_put_number(record, hp_key("exact/scattering_length_fm"),
                             *hp_record_read(exact, vector, HP_ROW_A0));
        hp_record_put_number(record, hp_key("exact/effective_range_fm"),
                             *hp_record_read(exact, vector, HP_ROW_REFF));
    }
    hp_record_put_integer(record, hp_key("exact/bound_states"), nbound);
    if (toy->has_channels ? nbound > 0 && hp_record_count(exact, HP_ROW_BINDING) > 0
                          : toy->exact.observables.nbound > 0)
        hp_record_put_number(record, hp_key("exact/binding_energy_mev"),
                             *hp_record_read(exact, vector, HP_ROW_BINDING));
}

static void add_notes(hp_toy *toy, hp_record *record) {
    const hp_training_options *training = &toy->potential.training;
    char cut[HP_TOY_TEXT];
    double learned = hp_record_value(record, HP_ROW_NBOUND, 0);
    const double *vector;
    const hp_record *truth = hp_toy_truth_record(toy, &vector);
    double exact = *hp_record_read(truth, vector, HP_ROW_NBOUND);
    bool adam = training->optimiser == HP_ADAM;
    if (hp_record_value(record, HP_ROW_CONVERGED, 0) == 0.0)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "the fit did not converge (stopped after %g of training.%s = %d)",
                           hp_record_value(record, HP_ROW_EPOCHS, 0), adam ? "epochs" : "steps",
                           adam ? training->epochs : training->steps);
    hp_study_note_edge(&toy->learned, hp_record_value(record, HP_ROW_EDGE, 0),
                       toy->job->results.max_edge_ratio);
    if (toy->learned.observables.asymmetric)
        hp_record_add_note(record, (hp_note){.severity = HP_REMARK},
                           "the learned potential is not symmetric: no second solver, so no "
                           "numerical error is given; bound states are counted, their energies are "
                           "not given");
    if (toy->trouble[0] != '\0')
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "observables of the learned potential that are nan were not found: %s",
                           toy->trouble);
    if (hp_toy_describe_cut(toy, cut))
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION}, "%s", cut);
    if (!isnan(learned) && learned != exact)
        hp_record_add_note(record, (hp_note){.severity = HP_CAUTION},
                           "the learned potential has %g bound states, the true one %g: their "
                           "phase shifts differ by multiples of 180 degrees at threshold",
                           learned, exact);
}

hp_status hp_toy_describe(hp_toy *toy, hp_error *err) {
    hp_record *record = &toy->learned.record;
    char truth[HP_GIVEN_TEXT];
    hp_record_set_samples(record, &(hp_rows){.value = toy->vector});
    hp_given_describe(&toy->forms, truth);
    hp_record_put_text(record, hp_attribute("true_potential"), truth);
    hp_record_put_integer(record, hp_attribute("seed"), toy->potential.training.seed);
    hp_record_put_integer(record, hp_attribute("nsample"), 0);
    hp_record_put_text(record, hp_attribute("error_function"), "none: one row");
    if (toy->has_channels)
        hp_toy_matrix_describe(toy);
    else
        add_constants(toy, record);
    if (!toy->has_channels) add_table(toy, record);
    add_training(toy, record);
    put_fit(toy, record);
    show_comparison(toy, record);
    put_truth(toy, record);
    add_notes(toy, record);
    if (toy->has_channels)
        hp_channel_observables_note(&toy->learned.channel_observables, 1.0, record);
    else
        hp_observables_note(&toy->learned.observables, 1.0, record);
    return hp_record_check(record, err);
}
