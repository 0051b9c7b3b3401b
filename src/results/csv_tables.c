// SPDX-License-Identifier: GPL-3.0-or-later
/* CSV files of numbers that do not depend on momentum: threshold, bound states, levels in the box.
 */
#include "csv.h"

#include <math.h>
#include "hadpot/budget.h"

static void put_row(const hp_results *results, const char *name, hp_set set, size_t i,
                    double numerical, FILE *out);
static double average_of(const hp_results *results, hp_set set, size_t i);

hp_status hp_results_write_observables(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    FILE *out = NULL;
    char name[64];
    bool corrected = hp_results_corrects_bias(results);
    HP_TRY(hp_csv_open(results, path, &out, err));
    fprintf(
        out,
        "# %s\n# numerical_error: difference of the two solvers, and the error of interpolating "
        "tables; bound states deepest first, " HP_BINDING_CONVENTION "\n"
        "%squantity,value,error,numerical_error%s%s\n",
        hp_results_convention(results),
        corrected ? "# bias: of value, by the samples; corrected = value - bias\n" : "",
        corrected ? ",bias,corrected" : "", results->budget != NULL ? ",syst_plus,syst_minus" : "");
    put_row(results, "scattering_length_fm", HP_SET_A0, 0,
            average_of(results, HP_SET_A0_NUMERICAL, 0), out);
    put_row(results, "effective_range_fm", HP_SET_REFF, 0,
            average_of(results, HP_SET_REFF_NUMERICAL, 0), out);
    put_row(results, "kcot_threshold_mev", HP_SET_KCOT0, 0, NAN, out);
    if (results->observables->window_high > 0.0) {
        put_row(results, "fit_scattering_length_fm", HP_SET_FIT_A0, 0, NAN, out);
        put_row(results, "fit_effective_range_fm", HP_SET_FIT_REFF, 0, NAN, out);
        put_row(results, "fit_kcot_threshold_mev", HP_SET_FIT_KCOT0, 0, NAN, out);
    }
    if (results->observables->shape) put_row(results, "fit_shape", HP_SET_FIT_SHAPE, 0, NAN, out);
    put_row(results, "bound_states", HP_SET_NBOUND, 0, NAN, out);
    for (size_t i = 0; i < (size_t)results->observables->nbound; i++) {
        if (isnan(average_of(results, HP_SET_BINDING, i))) break;
        snprintf(name, sizeof name, "binding_energy_%zu_mev", i + 1);
        put_row(results, name, HP_SET_BINDING, i, average_of(results, HP_SET_BINDING_NUMERICAL, i),
                out);
        snprintf(name, sizeof name, "rms_%zu_fm", i + 1);
        put_row(results, name, HP_SET_RMS, i, average_of(results, HP_SET_RMS_NUMERICAL, i), out);
    }
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

hp_status hp_results_write_finite_volume(const hp_results *results, const char *path,
                                         hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = results->analysis;
    const hp_dataset *fit = &results->layout->dataset[HP_SET_LEVEL];
    size_t levels = (size_t)results->job->finite_volume.levels;
    FILE *out = NULL;
    HP_TRY(hp_csv_open(results, path, &out, err));
    fputs("# A1 levels " HP_LEVEL_CONVENTION "; of S/R of a source and time, and of the fit\n"
          "potential,t,level,energy_mev,energy_mev_err\n",
          out);
    for (int c = 0; c < analysis->ncolumn; c++)
        for (size_t level = 0; level < levels; level++) {
            hp_band band = hp_results_band(results, HP_SET_LEVEL_LO, (size_t)c * levels + level);
            fprintf(out, "%s,%d,%zu,",
                    results->ensemble->source[analysis->plan->source[c / analysis->nt]],
                    results->ensemble->t[analysis->plan->time[c % analysis->nt]], level);
            hp_csv_numbers((double[]){band.value, band.error}, 2, '\n', out);
        }
    for (size_t level = 0; level < fit->count; level++) {
        hp_band band = hp_results_band(results, HP_SET_LEVEL, level);
        fprintf(out, "fit,,%zu,", level);
        hp_csv_numbers((double[]){band.value, band.error}, 2, '\n', out);
    }
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

static void put_row(const hp_results *results, const char *name, hp_set set, size_t i,
                    double numerical, FILE *out) {
    hp_band band = hp_results_band(results, set, i);
    fprintf(out, "%s,", name);
    double bias = hp_results_bias(results, set, i),
           numbers[7] = {band.value, band.error, numerical};
    hp_systematic both = hp_budget_systematic(results->budget, set, i);
    int count = 3;
    if (hp_results_corrects_bias(results)) {
        numbers[count++] = bias;
        numbers[count++] = band.value - bias;
    }
    if (results->budget != NULL) {
        numbers[count++] = both.plus;
        numbers[count++] = both.minus;
    }
    hp_csv_numbers(numbers, count, '\n', out);
}

static double average_of(const hp_results *results, hp_set set, size_t i) {
    return hp_layout_read(results->layout, results->rows, set)[i];
}
