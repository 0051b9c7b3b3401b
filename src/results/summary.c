// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/yaml_writer.h"

static hp_status write_fit(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_columns(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_scattering(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_warnings(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_band(hp_yaml_writer *yaml, const char *key, hp_band band, hp_error *err);

hp_status hp_results_write_summary(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    hp_yaml_writer yaml = {0};
    FILE *out = fopen(path, "w");
    HP_CHECK(out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    HP_TRY(hp_yaml_writer_create(out, &yaml, err));
    HP_TRY(hp_yaml_writer_text(&yaml, "channel", results->ensemble->channel, err));
    HP_TRY(hp_yaml_writer_text(&yaml, "potential", results->job->potential.kind, err));
    HP_TRY(write_fit(results, &yaml, err));
    HP_TRY(write_scattering(results, &yaml, err));
    HP_TRY(write_warnings(results, &yaml, err));
    HP_TRY(hp_yaml_writer_finish(&yaml, err));
    int closed = fclose(out);
    out = NULL;
    HP_CHECK(closed == 0, HP_ERR_IO, "cannot write \"%s\"", path);
cleanup:
    hp_yaml_writer_destroy(&yaml);
    if (out != NULL) fclose(out);
    return status;
}

static hp_status write_fit(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_yaml_writer_integer(yaml, "samples", results->nsample, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "computed_samples", results->ncomputed, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "converged_samples", hp_results_count_converged(results),
                                  err));
    HP_TRY(hp_yaml_writer_truth(yaml, "average_converged",
                                hp_results_band(results, HP_SET_CONVERGED, 0).value > 0.0, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "points", results->analysis->nfitted, err));
    HP_TRY(hp_yaml_writer_number(yaml, "chi2_per_point",
                                 hp_results_band(results, HP_SET_CHI2, 0).value, err));
    HP_TRY(hp_yaml_writer_open(yaml, "chi2_per_point_by_source_and_time", err));
    HP_TRY(write_columns(results, yaml, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
    HP_TRY(
        hp_yaml_writer_truth(yaml, "fit_describes_data", hp_results_describes_data(results), err));
cleanup:
    return status;
}

static hp_status write_columns(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_correlator_plan *plan = results->analysis->plan;
    for (int s = 0; s < plan->nsource; s++) {
        HP_TRY(hp_yaml_writer_open(yaml, results->ensemble->source[plan->source[s]], err));
        for (int t = 0; t < plan->nt; t++) {
            char key[16];
            snprintf(key, sizeof key, "%d", results->ensemble->t[plan->time[t]]);
            size_t column = (size_t)(s * plan->nt + t);
            HP_TRY(hp_yaml_writer_number(
                yaml, key, hp_results_band(results, HP_SET_CHI2_BY, column).value, err));
        }
        HP_TRY(hp_yaml_writer_close(yaml, err));
    }
cleanup:
    return status;
}

static hp_status write_scattering(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    HP_TRY(hp_yaml_writer_text(yaml, "sign_convention", "k cot delta = -1/a0 + r_eff k^2/2", err));
    HP_TRY(write_band(yaml, "scattering_length_fm", hp_results_band(results, HP_SET_A0, 0), err));
    HP_TRY(write_band(yaml, "effective_range_fm", hp_results_band(results, HP_SET_REFF, 0), err));
    HP_TRY(write_band(yaml, "kcot_threshold_mev", hp_results_band(results, HP_SET_KCOT0, 0), err));
    HP_TRY(hp_yaml_writer_integer(yaml, "bound_states",
                                  (int)hp_results_band(results, HP_SET_NBOUND, 0).value, err));
    HP_TRY(hp_yaml_writer_truth(yaml, "potential_ends_in_range", hp_results_ends_in_range(results),
                                err));
cleanup:
    return status;
}

static hp_status write_warnings(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    char warning[HP_MAX_WARNINGS][HP_WARNING_SIZE], key[16];
    int count = hp_results_warn(results, warning);
    HP_TRY(hp_yaml_writer_open(yaml, "warnings", err));
    for (int i = 0; i < count; i++) {
        snprintf(key, sizeof key, "%d", i + 1);
        HP_TRY(hp_yaml_writer_text(yaml, key, warning[i], err));
    }
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

static hp_status write_band(hp_yaml_writer *yaml, const char *key, hp_band band, hp_error *err) {
    hp_status status = HP_OK;
    char quoted[64];
    hp_format_value(band, quoted, sizeof quoted);
    HP_TRY(hp_yaml_writer_open(yaml, key, err));
    HP_TRY(hp_yaml_writer_number(yaml, "value", band.value, err));
    HP_TRY(hp_yaml_writer_number(yaml, "stat", band.error, err));
    HP_TRY(hp_yaml_writer_text(yaml, "quoted", quoted, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}
