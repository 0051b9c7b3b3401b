// SPDX-License-Identifier: GPL-3.0-or-later
#include "budget_output.h"

#include <math.h>
#include <string.h>
#include "csv.h"
#include "h5write.h"
#include "hadpot/memory.h"

enum { NAME_SIZE = 256 };

static void put_shifts(const hp_results *results, int variation, hp_set set, FILE *out);
static hp_status write_shifts(const hp_budget *budget, int variation, hid_t file, hp_error *err);
static hp_status write_marks(const hp_variation *variation, hid_t file, const char *group,
                             hp_error *err);
static hp_status write_systematic(const hp_budget *budget, hid_t file, hp_error *err);
static const char *short_name(const char *path);

hp_status hp_results_write_variations(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_budget *budget = results->budget;
    FILE *out = NULL;
    HP_TRY(hp_csv_open(results, path, &out, err));
    fputs("# shift: value of the alternative less the central one, with the statistical error of "
          "that "
          "difference;\n# delta modulo 180 degrees where the numbers of bound states "
          "differ; " HP_ENERGY_CONVENTION "\n",
          out);
    if (!hp_budget_any_enters(budget))
        fputs("# no alternative enters: systematic errors are not known (nan)\n", out);
    for (int v = 0; v < budget->nvariation; v++) {
        const hp_variation *one = &budget->variation[v];
        fprintf(out, "# %s: %s%s%s%s\n", one->alternative->name, one->alternative->assignments,
                one->fails ? "; " : "", one->reason,
                one->other_bound_states ? "; other number of bound states" : "");
    }
    fputs("group,alternative,chi2_per_point,converged,entered,observable,number,k2_lat,e_cm_mev,"
          "central,shift,shift_err\n",
          out);
    for (int v = 0; v < budget->nvariation; v++)
        for (int set = 0; set < HP_NSET; set++) put_shifts(results, v, (hp_set)set, out);
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

/* The lines of one observable: of every momentum, or bound state, or one. */
static void put_shifts(const hp_results *results, int variation, hp_set set, FILE *out) {
    const hp_budget *budget = results->budget;
    const hp_variation *one = &budget->variation[variation];
    const hp_observables *observables = results->observables;
    const hp_dataset *dataset = &budget->layout.dataset[set];
    bool by_momentum = set == HP_SET_DELTA || set == HP_SET_KCOT;
    for (size_t i = 0; i < dataset->count; i++) {
        hp_band shift = hp_budget_shift(budget, variation, set, i);
        double k2 = by_momentum ? observables->k2[i] : NAN;
        double row[] = {k2, by_momentum ? hp_observables_energy_mev(observables, k2) : NAN,
                        hp_results_band(results, set, i).value, shift.value, shift.error};
        fprintf(out, "%s,%s,", hp_variation_group(one->alternative->group), one->alternative->name);
        hp_csv_numbers(&one->chi2, 1, ',', out);
        fprintf(out, "%d,%d,%s,%zu,", one->converged, one->enters, short_name(dataset->path),
                i + 1);
        hp_csv_numbers(row, sizeof row / sizeof *row, '\n', out);
    }
}

hp_status hp_results_summarise_systematic(const hp_results *results, hp_yaml_writer *yaml,
                                          hp_set set, size_t i, hp_error *err) {
    hp_status status = HP_OK;
    if (results->budget == NULL) return HP_OK;
    double stat = hp_results_band(results, set, i).error;
    hp_systematic both = hp_budget_systematic(results->budget, set, i);
    HP_TRY(hp_yaml_writer_number(yaml, "syst_plus", both.plus, err));
    HP_TRY(hp_yaml_writer_number(yaml, "syst_minus", both.minus, err));
    HP_TRY(hp_yaml_writer_number(yaml, "total_plus", hp_budget_total(stat, both.plus), err));
    HP_TRY(hp_yaml_writer_number(yaml, "total_minus", hp_budget_total(stat, both.minus), err));
cleanup:
    return status;
}

hp_status hp_results_summarise_variations(const hp_results *results, hp_yaml_writer *yaml,
                                          hp_error *err) {
    hp_status status = HP_OK;
    const hp_budget *budget = results->budget;
    if (budget == NULL) return HP_OK;
    HP_TRY(hp_yaml_writer_open(yaml, "variations", err));
    for (int v = 0; v < budget->nvariation; v++) {
        const hp_variation *one = &budget->variation[v];
        HP_TRY(hp_yaml_writer_open(yaml, one->alternative->name, err));
        HP_TRY(hp_yaml_writer_text(yaml, "job", one->alternative->assignments, err));
        HP_TRY(hp_yaml_writer_number(yaml, "chi2_per_point", one->chi2, err));
        HP_TRY(hp_yaml_writer_truth(yaml, "average_converged", one->converged, err));
        HP_TRY(hp_yaml_writer_truth(yaml, "enters", one->enters, err));
        if (one->fails) HP_TRY(hp_yaml_writer_text(yaml, "fails", one->reason, err));
        HP_TRY(hp_yaml_writer_close(yaml, err));
    }
    HP_TRY(hp_yaml_writer_close(yaml, err));
cleanup:
    return status;
}

hp_status hp_results_write_variations_hdf5(const hp_results *results, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_budget *budget = results->budget;
    if (budget == NULL) return HP_OK;
    for (int v = 0; v < budget->nvariation; v++) HP_TRY(write_shifts(budget, v, file, err));
    HP_TRY(write_systematic(budget, file, err));
cleanup:
    return status;
}

/* /variations/NAME/OBSERVABLE (1 + ncomputed, ...): rows of shifts, with what is known of the fit
 * as attributes of the group. */
static hp_status write_shifts(const hp_budget *budget, int variation, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    const hp_variation *one = &budget->variation[variation];
    size_t rows = (size_t)budget->central.ncomputed + 1, length = budget->layout.length;
    char group[NAME_SIZE], name[NAME_SIZE];
    double *values = NULL;
    HP_NEW(values, rows * length);
    snprintf(group, sizeof group, "variations/%s", one->alternative->name);
    for (int set = 0; set < HP_NSET; set++) {
        const hp_dataset *dataset = &budget->layout.dataset[set];
        if (dataset->count == 0) continue;
        size_t extent[] = {rows, dataset->count};
        for (size_t row = 0; row < rows; row++)
            memcpy(values + row * dataset->count, one->shift + row * length + dataset->start,
                   dataset->count * sizeof *values);
        snprintf(name, sizeof name, "%.128s/%.100s", group, short_name(dataset->path));
        HP_TRY(hp_h5_write_doubles(file, name, dataset->rank + 1, extent, values, dataset->unit,
                                   "alternative less central analysis, row by row", err));
        HP_TRY(hp_h5_attribute_text(file, name, "error_function",
                                    hp_method_name(hp_results_rule(&budget->central).method), err));
    }
    HP_TRY(write_marks(one, file, group, err));
cleanup:
    hp_free(values);
    return status;
}

static hp_status write_marks(const hp_variation *variation, hid_t file, const char *group,
                             hp_error *err) {
    hp_status status = HP_OK;
    int converged = variation->converged, enters = variation->enters;
    HP_TRY(hp_h5_attribute_text(file, group, "group",
                                hp_variation_group(variation->alternative->group), err));
    HP_TRY(
        hp_h5_attribute_text(file, group, "assignments", variation->alternative->assignments, err));
    HP_TRY(hp_h5_attribute_text(file, group, "fails", variation->reason, err));
    HP_TRY(hp_h5_attribute_double(file, group, "chi2_per_point", variation->chi2, err));
    HP_TRY(hp_h5_attribute_ints(file, group, "average_converged", &converged, 0, err));
    HP_TRY(hp_h5_attribute_ints(file, group, "enters", &enters, 0, err));
cleanup:
    return status;
}

/* /variations/syst_plus/OBSERVABLE and syst_minus. */
static hp_status write_systematic(const hp_budget *budget, hid_t file, hp_error *err) {
    hp_status status = HP_OK;
    static const char *const side[] = {"syst_plus", "syst_minus"};
    const double *values[] = {budget->plus, budget->minus};
    char name[NAME_SIZE];
    for (int i = 0; i < 2; i++)
        for (int set = 0; set < HP_NSET; set++) {
            const hp_dataset *dataset = &budget->layout.dataset[set];
            if (dataset->count == 0) continue;
            snprintf(name, sizeof name, "variations/%s/%s", side[i], short_name(dataset->path));
            HP_TRY(hp_h5_write_doubles(
                file, name, 1, &dataset->count, values[i] + dataset->start, dataset->unit,
                i == 0 ? "systematic error upwards" : "systematic error downwards", err));
        }
cleanup:
    return status;
}

static const char *short_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}
