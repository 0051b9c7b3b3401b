// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <cyaml/cyaml.h>
#include <math.h>
#include <string.h>
#include "hadpot/memory.h"

/* One number with its statistical error. */
typedef struct {
    double value, stat;
    char *quoted;
    char text[64];
} number;

typedef struct {
    char *source;
    int t;
    double chi2_per_point;
} column_fit;

typedef struct {
    char *channel, *potential, *sign_convention;
    int samples, computed_samples, converged_samples, points, bound_states;
    bool average_converged, fit_describes_data;
    double chi2_per_point;
    column_fit *columns;
    unsigned columns_count;
    number scattering_length, effective_range, kcot_threshold;
} summary;

#define TEXT(structure, key) CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER, structure, key, 0, CYAML_UNLIMITED)
#define INTEGER(structure, key) CYAML_FIELD_INT(#key, CYAML_FLAG_DEFAULT, structure, key)
#define REAL(structure, key) CYAML_FIELD_FLOAT(#key, CYAML_FLAG_DEFAULT, structure, key)
#define TRUTH(structure, key) CYAML_FIELD_BOOL(#key, CYAML_FLAG_DEFAULT, structure, key)

static const cyaml_schema_field_t number_fields[] = {
    REAL(number, value), REAL(number, stat), TEXT(number, quoted), CYAML_FIELD_END};
static const cyaml_schema_field_t column_fields[] = {
    TEXT(column_fit, source), INTEGER(column_fit, t), REAL(column_fit, chi2_per_point),
    CYAML_FIELD_END};
static const cyaml_schema_value_t column_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, column_fit, column_fields)};
static const cyaml_schema_field_t summary_fields[] = {
    TEXT(summary, channel),
    TEXT(summary, potential),
    INTEGER(summary, samples),
    INTEGER(summary, computed_samples),
    TRUTH(summary, average_converged),
    INTEGER(summary, converged_samples),
    INTEGER(summary, points),
    REAL(summary, chi2_per_point),
    TRUTH(summary, fit_describes_data),
    CYAML_FIELD_SEQUENCE_COUNT("chi2_per_point_by_source", CYAML_FLAG_POINTER, summary, columns,
                               columns_count, &column_schema, 0, CYAML_UNLIMITED),
    TEXT(summary, sign_convention),
    CYAML_FIELD_MAPPING("scattering_length_fm", CYAML_FLAG_DEFAULT, summary, scattering_length,
                        number_fields),
    CYAML_FIELD_MAPPING("effective_range_fm", CYAML_FLAG_DEFAULT, summary, effective_range,
                        number_fields),
    CYAML_FIELD_MAPPING("kcot_threshold_mev", CYAML_FLAG_DEFAULT, summary, kcot_threshold,
                        number_fields),
    INTEGER(summary, bound_states),
    CYAML_FIELD_END};
static const cyaml_schema_value_t summary_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, summary, summary_fields)};

static void fill_summary(const hp_results *results, summary *all);
static hp_band threshold_band(const hp_results *results);
static void fill_number(number *entry, hp_band band);

hp_status hp_results_write_summary(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    static const cyaml_config_t config = {.log_level = CYAML_LOG_ERROR,
                                          .mem_fn = cyaml_mem,
                                          .flags = CYAML_CFG_STYLE_BLOCK};
    const hp_analysis *analysis = results->analysis;
    summary all;
    memset(&all, 0, sizeof all);
    all.columns_count = (unsigned)analysis->ncolumn;
    HP_NEW(all.columns, all.columns_count);
    fill_summary(results, &all);
    cyaml_err_t code = cyaml_save_file(path, &config, &summary_schema, &all, 0);
    HP_CHECK(code == CYAML_OK, HP_ERR_IO, "cannot write \"%s\": %s", path, cyaml_strerror(code));
cleanup:
    hp_free(all.columns);
    return status;
}

static void fill_summary(const hp_results *results, summary *all) {
    const hp_analysis *analysis = results->analysis;
    all->channel = results->ensemble->channel;
    all->potential = results->job->potential.kind;
    all->sign_convention = "k cot delta = -1/a0 + r_eff k^2/2";
    all->samples = results->nsample;
    all->computed_samples = results->ncomputed;
    all->points = analysis->nfitted;
    all->average_converged = hp_results_band(results, HP_SET_CONVERGED, 0).value > 0.0;
    for (int i = 1; i <= results->ncomputed; i++)
        all->converged_samples +=
            *hp_layout_read(&analysis->layout,
                            results->rows + (size_t)i * analysis->layout.length,
                            HP_SET_CONVERGED) > 0.0;
    all->chi2_per_point = hp_results_band(results, HP_SET_CHI2, 0).value;
    all->fit_describes_data = hp_results_describes_data(results);
    for (int c = 0; c < analysis->ncolumn; c++)
        all->columns[c] = (column_fit){
            results->ensemble->source[analysis->plan->source[c / analysis->nt]],
            results->ensemble->t[analysis->plan->time[c % analysis->nt]],
            hp_results_band(results, HP_SET_CHI2_BY, (size_t)c).value};
    all->bound_states = (int)hp_results_band(results, HP_SET_NBOUND, 0).value;
    fill_number(&all->scattering_length, hp_results_band(results, HP_SET_A0, 0));
    fill_number(&all->effective_range, hp_results_band(results, HP_SET_REFF, 0));
    fill_number(&all->kcot_threshold, threshold_band(results));
}

/* k cot delta at threshold = -1/a0 in MeV: finite errors also where a0 runs through infinity. */
static hp_band threshold_band(const hp_results *results) {
    const hp_layout *layout = &results->analysis->layout;
    double unit = -results->analysis->spacing_fm * results->analysis->inverse_spacing_mev;
    double sum = 0.0, sum2 = 0.0, value = 0.0;
    int n = results->ncomputed;
    for (int i = 0; i <= n; i++) {
        double kcot = unit / *hp_layout_read(layout, results->rows + (size_t)i * layout->length,
                                             HP_SET_A0);
        if (i == 0) value = kcot;
        sum += i > 0 ? kcot - value : 0.0;
        sum2 += i > 0 ? (kcot - value) * (kcot - value) : 0.0;
    }
    double error = n < 2 ? NAN
                         : sqrt((results->nsample - 1.0) / n * fmax(sum2 - sum * sum / n, 0.0));
    return (hp_band){value, error};
}

static void fill_number(number *entry, hp_band band) {
    entry->value = band.value;
    entry->stat = band.error;
    hp_format_value(band, entry->text, sizeof entry->text);
    entry->quoted = entry->text;
}
