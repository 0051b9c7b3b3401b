// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "budget_output.h"
#include "chain_output.h"
#include "hadpot/memory.h"
#include "hadpot/yaml_writer.h"
#include "toy.h"

enum { HP_KEY_SIZE = 320 }; /* a source's name, at most 255 bytes, and a time */

/* Writes something of one source and time under the key. */
typedef hp_status (*column_writer)(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                                   int column, hp_error *err);

static hp_status write_fit(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_columns(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                               column_writer put, hp_error *err);
static hp_status put_chi2(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                          int column, hp_error *err);
static hp_status put_chi2_by_region(const hp_results *results, hp_yaml_writer *yaml,
                                    const char *key, int column, hp_error *err);
static hp_status put_largest_pull(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                                  int column, hp_error *err);
static hp_status write_sources(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_regions(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_scattering(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_warnings(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_levels(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_level_list(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                                  hp_set set, int column, hp_error *err);
static hp_status write_window(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_bound_states(const hp_results *results, hp_yaml_writer *yaml, hp_error *err);
static hp_status write_set(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                           hp_set set, size_t i, hp_error *err);

hp_status hp_results_write_summary(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    hp_yaml_writer yaml = {0};
    FILE *out = fopen(path, "w");
    HP_CHECK(out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    HP_TRY(hp_yaml_writer_create(out, &yaml, err));
    HP_TRY(hp_yaml_writer_text(&yaml, "channel", results->channel, err));
    HP_TRY(hp_yaml_writer_text(&yaml, "potential", results->potential_kind, err));
    if (results->analysis != NULL) HP_TRY(write_fit(results, &yaml, err));
    if (results->toy != NULL) HP_TRY(hp_results_write_toy_summary(results, &yaml, err));
    HP_TRY(write_scattering(results, &yaml, err));
    HP_TRY(hp_results_summarise_variations(results, &yaml, err));
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
    HP_TRY(hp_yaml_writer_text(yaml, "resampling", hp_method_name(hp_results_rule(results).method),
                               err));
    HP_TRY(hp_yaml_writer_integer(yaml, "samples", results->nsample, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "computed_samples", results->ncomputed, err));
    HP_TRY(hp_results_summarise_ensemble(results, yaml, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "converged_samples", hp_results_count_converged(results),
                                  err));
    HP_TRY(hp_yaml_writer_truth(yaml, "average_converged",
                                hp_results_band(results, HP_SET_CONVERGED, 0).value > 0.0, err));
    HP_TRY(hp_yaml_writer_integer(yaml, "points", results->analysis->nfitted, err));
    HP_TRY(hp_yaml_writer_number(yaml, "chi2_per_point",
                                 hp_results_band(results, HP_SET_CHI2, 0).value, err));
    if (results->layout->dataset[HP_SET_CHI2_CORRELATED].count > 0)
        HP_TRY(hp_yaml_writer_number(yaml, "chi2_correlated_per_point",
                                     hp_results_band(results, HP_SET_CHI2_CORRELATED, 0).value,
                                     err));
    HP_TRY(write_sources(results, yaml, err));
    HP_TRY(write_regions(results, yaml, err));
    HP_TRY(
        hp_yaml_writer_truth(yaml, "fit_describes_data", hp_results_describes_data(results), err));
cleanup:
    return status;
}

static hp_status write_sources(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_correlator_plan *plan = results->analysis->plan;
    HP_TRY(hp_yaml_writer_open(yaml, "chi2_per_point_by_source", err));
    for (int s = 0; s < plan->nsource; s++)
        HP_TRY(hp_yaml_writer_number(yaml, results->ensemble->source[plan->source[s]],
                                     hp_results_chi2_of_source(results, s), err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
    HP_TRY(write_columns(results, yaml, "chi2_per_point_by_source_and_time", put_chi2, err));
    HP_TRY(write_columns(results, yaml, "chi2_per_point_by_source_time_and_region",
                         put_chi2_by_region, err));
    HP_TRY(write_columns(results, yaml, "largest_pull_by_source_and_time", put_largest_pull, err));
cleanup:
    return status;
}

/* A mapping of sources, each a mapping of times, with what `put` makes of each. */
static hp_status write_columns(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                               column_writer put, hp_error *err) {
    hp_status status = HP_OK;
    const hp_correlator_plan *plan = results->analysis->plan;
    HP_TRY(hp_yaml_writer_open(yaml, key, err));
    for (int s = 0; s < plan->nsource; s++) {
        HP_TRY(hp_yaml_writer_open(yaml, results->ensemble->source[plan->source[s]], err));
        for (int t = 0; t < plan->nt; t++) {
            char time[16];
            snprintf(time, sizeof time, "%d", results->ensemble->t[plan->time[t]]);
            HP_TRY(put(results, yaml, time, s * plan->nt + t, err));
        }
        HP_TRY(hp_yaml_writer_close(yaml, err));
    }
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

static hp_status put_chi2(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                          int column, hp_error *err) {
    return hp_yaml_writer_number(
        yaml, key, hp_results_band(results, HP_SET_CHI2_BY, (size_t)column).value, err);
}

static hp_status put_chi2_by_region(const hp_results *results, hp_yaml_writer *yaml,
                                    const char *key, int column, hp_error *err) {
    int nregion = results->analysis->nregion;
    const double *chi2 = hp_layout_read(results->layout, results->rows, HP_SET_CHI2_REGION);
    return hp_yaml_writer_numbers(yaml, key, chi2 + column * nregion, nregion, err);
}

static hp_status put_largest_pull(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                                  int column, hp_error *err) {
    hp_status status = HP_OK;
    hp_pull pull = hp_results_largest_pull(results, column);
    HP_TRY(hp_yaml_writer_open(yaml, key, err));
    HP_TRY(hp_yaml_writer_number(yaml, "value", pull.value, err));
    HP_TRY(hp_yaml_writer_number(yaml, "r_fm", pull.r_fm, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

/* Regions of r: where they end, their points in each source and time, chi2 of all these. */
static hp_status write_regions(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_double_list *edges = &results->job->results.chi2_region_edges_fm;
    int nregion = results->analysis->nregion;
    double *chi2 = NULL, *points = NULL;
    HP_NEW(chi2, nregion);
    HP_NEW(points, nregion);
    for (int i = 0; i < nregion; i++) {
        chi2[i] = hp_results_chi2_of_region(results, -1, i);
        points[i] = results->analysis->region_points[i];
    }
    HP_TRY(hp_yaml_writer_open(yaml, "chi2_per_point_by_region", err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "edges_fm", edges->values, edges->count, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "points", points, nregion, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "value", chi2, nregion, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    hp_free(chi2);
    hp_free(points);
    return status;
}

static hp_status write_scattering(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    double part;
    int worst = hp_results_worst_numerical_error(results, &part);
    HP_TRY(hp_yaml_writer_text(yaml, "sign_convention", hp_results_convention(results), err));
    HP_TRY(hp_yaml_writer_text(yaml, "energy_convention",
                               HP_ENERGY_CONVENTION "; " HP_BINDING_CONVENTION, err));
    HP_TRY(write_set(results, yaml, "scattering_length_fm", HP_SET_A0, 0, err));
    HP_TRY(write_set(results, yaml, "effective_range_fm", HP_SET_REFF, 0, err));
    HP_TRY(write_set(results, yaml, "kcot_threshold_mev", HP_SET_KCOT0, 0, err));
    if (results->observables->window_high > 0.0) HP_TRY(write_window(results, yaml, err));
    double bound = hp_results_band(results, HP_SET_NBOUND, 0).value; /* nan: a toy's, not found */
    HP_TRY(isnan(bound) ? hp_yaml_writer_number(yaml, "bound_states", bound, err)
                        : hp_yaml_writer_integer(yaml, "bound_states", (int)bound, err));
    HP_TRY(write_bound_states(results, yaml, err));
    if (worst >= 0)
        HP_TRY(hp_yaml_writer_number(
            yaml, "delta_numerical_error",
            hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)worst).value, err));
    if (results->job != NULL && results->job->finite_volume.levels > 0)
        HP_TRY(write_levels(results, yaml, err));
    if (results->analysis != NULL || results->toy != NULL)
        HP_TRY(hp_yaml_writer_truth(yaml, "potential_ends_in_range",
                                    hp_results_ends_in_range(results), err));
cleanup:
    return status;
}

/* Levels of S/R by source and time, and of the fit: lists of values and errors. */
static hp_status write_levels(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_correlator_plan *plan = results->analysis->plan;
    HP_TRY(hp_yaml_writer_text(yaml, "level_convention", HP_LEVEL_CONVENTION, err));
    HP_TRY(hp_yaml_writer_open(yaml, "finite_volume_levels_mev", err));
    for (int c = 0; c < results->analysis->ncolumn; c++) {
        char key[HP_KEY_SIZE];
        snprintf(key, sizeof key, "%s_t%d", results->ensemble->source[plan->source[c / plan->nt]],
                 results->ensemble->t[plan->time[c % plan->nt]]);
        HP_TRY(write_level_list(results, yaml, key, HP_SET_LEVEL_LO, c, err));
    }
    if (results->layout->dataset[HP_SET_LEVEL].count > 0)
        HP_TRY(write_level_list(results, yaml, "fit", HP_SET_LEVEL, 0, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

static hp_status write_level_list(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                                  hp_set set, int column, hp_error *err) {
    hp_status status = HP_OK;
    int levels = results->job->finite_volume.levels;
    double value[HP_MAX_LEVELS], error[HP_MAX_LEVELS];
    for (int i = 0; i < levels; i++) {
        hp_band band = hp_results_band(results, set, (size_t)(column * levels + i));
        value[i] = band.value;
        error[i] = band.error;
    }
    HP_TRY(hp_yaml_writer_open(yaml, key, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "value", value, levels, err));
    HP_TRY(hp_yaml_writer_numbers(yaml, "stat", error, levels, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

/* The effective-range fit, with its window in MeV. */
static hp_status write_window(const hp_results *results, hp_yaml_writer *yaml, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = results->observables;
    HP_TRY(hp_yaml_writer_open(yaml, "effective_range_fit", err));
    HP_TRY(hp_yaml_writer_number(
        yaml, "e_min_mev", hp_observables_energy_mev(observables, observables->window_low), err));
    HP_TRY(hp_yaml_writer_number(
        yaml, "e_max_mev", hp_observables_energy_mev(observables, observables->window_high), err));
    HP_TRY(write_set(results, yaml, "scattering_length_fm", HP_SET_FIT_A0, 0, err));
    HP_TRY(write_set(results, yaml, "effective_range_fm", HP_SET_FIT_REFF, 0, err));
    HP_TRY(write_set(results, yaml, "kcot_threshold_mev", HP_SET_FIT_KCOT0, 0, err));
    if (observables->shape) HP_TRY(write_set(results, yaml, "shape", HP_SET_FIT_SHAPE, 0, err));
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

/* binding_energy_mev and rms_fm of the deepest state, binding_energy_2_mev and so on of the next
 * ones; nan for the first when there is none. */
static hp_status write_bound_states(const hp_results *results, hp_yaml_writer *yaml,
                                    hp_error *err) {
    hp_status status = HP_OK;
    for (int i = 0; i < results->observables->nbound; i++) {
        char energy[64] = "binding_energy_mev", size[64] = "rms_fm";
        if (i > 0 && isnan(hp_results_band(results, HP_SET_BINDING, (size_t)i).value)) break;
        if (i > 0) snprintf(energy, sizeof energy, "binding_energy_%d_mev", i + 1);
        if (i > 0) snprintf(size, sizeof size, "rms_%d_fm", i + 1);
        HP_TRY(write_set(results, yaml, energy, HP_SET_BINDING, (size_t)i, err));
        HP_TRY(write_set(results, yaml, size, HP_SET_RMS, (size_t)i, err));
    }
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

/* Value, errors and how to quote them; of a given potential the value alone. */
static hp_status write_set(const hp_results *results, hp_yaml_writer *yaml, const char *key,
                           hp_set set, size_t i, hp_error *err) {
    hp_status status = HP_OK;
    char quoted[128];
    hp_band band = hp_results_band(results, set, i);
    hp_systematic both = hp_budget_systematic(results->budget, set, i);
    HP_TRY(hp_yaml_writer_open(yaml, key, err));
    HP_TRY(hp_yaml_writer_number(yaml, "value", band.value, err));
    if (results->analysis != NULL) {
        hp_format_value(band, quoted, sizeof quoted);
        if (results->budget != NULL)
            hp_format_quoted(band, both.plus, both.minus, quoted, sizeof quoted);
        if (isnan(band.value)) snprintf(quoted, sizeof quoted, "none"); /* no bound state */
        HP_TRY(hp_yaml_writer_number(yaml, "stat", band.error, err));
        HP_TRY(hp_results_summarise_systematic(results, yaml, set, i, err));
        HP_TRY(hp_yaml_writer_text(yaml, "quoted", quoted, err));
    }
    if (hp_results_corrects_bias(results)) {
        double bias = hp_results_bias(results, set, i);
        HP_TRY(hp_yaml_writer_number(yaml, "bias", bias, err));
        HP_TRY(hp_yaml_writer_number(yaml, "corrected", band.value - bias, err));
    }
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}
