// SPDX-License-Identifier: GPL-3.0-or-later
/* CSV tables and summary of a toy. */
#include "toy.h"

#include <math.h>
#include "csv.h"

static double exact_of(const hp_toy *toy, hp_set set, int i);
static hp_status write_known(hp_yaml_writer *yaml, const char *key, double value, hp_error *err);
static hp_status write_truth(const hp_toy *toy, hp_yaml_writer *yaml, hp_error *err);

void hp_results_put_exact_phase(const hp_toy *toy, int k, FILE *out) {
    double row[] = {exact_of(toy, HP_SET_DELTA, k), exact_of(toy, HP_SET_KCOT, k)};
    hp_csv_numbers(row, 2, '\n', out);
}

void hp_results_put_toy_potential(const hp_toy *toy, FILE *out) {
    const double *V = hp_layout_read(&toy->learned.layout, toy->vector, HP_SET_V_LOCAL);
    const double *f = hp_layout_read(&toy->learned.layout, toy->vector, HP_SET_F);
    fputs(toy->f_exact != NULL
              ? "# U(r,r') = scale exp(-decay r) f(r'); contribution: r'^2 f_exact(r') max_k |k "
                "phi_k(r')|, over its maximum\nr_fm,f,f_exact,contribution\n"
              : "r_fm,v_mev,v_exact_mev\n",
          out);
    for (int r = 0; r < toy->data.n; r++) {
        double x = toy->data.r[r];
        if (toy->f_exact != NULL)
            hp_csv_numbers((double[]){x, f[r], toy->f_exact[r], toy->contribution[r]}, 4, '\n',
                           out);
        else
            hp_csv_numbers((double[]){x, V[r], toy->V_exact[r]}, 3, '\n', out);
    }
}

hp_status hp_results_write_training(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_toy_log *log = &results->toy->log;
    FILE *out = NULL;
    HP_TRY(hp_csv_open(results, path, &out, err));
    fprintf(out, "# loss before the update of the epoch%s\n",
            log->has_theta ? ", theta (1/fm) after it" : "");
    hp_toy_log_header(log, out);
    for (size_t i = 0; i < log->count; i++) hp_toy_log_line(log, &log->line[i], true, out);
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

hp_status hp_results_write_toy_summary(const hp_results *results, hp_yaml_writer *yaml,
                                       hp_error *err) {
    hp_status status = HP_OK;
    const hp_toy_comparison *found = &results->toy->comparison;
    HP_TRY(hp_yaml_writer_integer(yaml, "points", results->toy->learned.data.nfitted, err));
    HP_TRY(
        hp_yaml_writer_number(yaml, "loss", hp_results_band(results, HP_SET_LOSS, 0).value, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "epochs",
                                  (int)hp_results_band(results, HP_SET_EPOCHS, 0).value, err));
    HP_TRY(hp_yaml_writer_truth(yaml, "converged",
                                hp_results_band(results, HP_SET_CONVERGED, 0).value > 0.0, err));
    HP_TRY(write_known(yaml, "u_relative_l2_error", found->u_error, err));
    HP_TRY(write_known(yaml, "u_asymmetry", found->asymmetry, err));
    HP_TRY(write_known(yaml, "v_largest_relative_error", found->v_error, err));
    HP_TRY(write_known(yaml, "f_largest_weighted_error", found->f_error, err));
    HP_TRY(write_known(yaml, "delta_largest_error_deg", found->delta_error_deg, err));
    HP_TRY(write_truth(results->toy, yaml, err));
cleanup:
    return status;
}

static hp_status write_known(hp_yaml_writer *yaml, const char *key, double value, hp_error *err) {
    return isnan(value) ? HP_OK : hp_yaml_writer_number(yaml, key, value, err);
}

static hp_status write_truth(const hp_toy *toy, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_yaml_writer_open(yaml, "exact", err));
    HP_TRY(hp_yaml_writer_number(yaml, "scattering_length_fm", exact_of(toy, HP_SET_A0, 0), err));
    HP_TRY(hp_yaml_writer_number(yaml, "effective_range_fm", exact_of(toy, HP_SET_REFF, 0), err));
    HP_TRY(hp_yaml_writer_integer(yaml, "bound_states", (int)exact_of(toy, HP_SET_NBOUND, 0), err));
    if (toy->exact.observables.nbound > 0)
        HP_TRY(hp_yaml_writer_number(yaml, "binding_energy_mev", exact_of(toy, HP_SET_BINDING, 0),
                                     err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

static double exact_of(const hp_toy *toy, hp_set set, int i) {
    return hp_layout_read(&toy->exact.layout, toy->exact_vector, set)[i];
}
