// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/budget.h"
#include "toy.h"

static void put_systematic(const hp_budget *budget, size_t k, FILE *out);
static void put_fitted_potential(const hp_results *results, FILE *out);
static void put_given_potential(const hp_potential_table *table, FILE *out);
static bool is_charged(const hp_results *results);
static const char *name_of_k2(const hp_results *results);
static void fill_kinematics(const hp_observables *observables, int k, double kinematics[3]);

hp_status hp_results_write_phase_shift(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = results->observables;
    FILE *out = NULL;
    HP_TRY(hp_csv_open(results, path, &out, err));
    fprintf(out,
            "# delta: S-wave phase shift%s, continuous in k%s\n# %s; " HP_ENERGY_CONVENTION "\n"
            "%s,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,kcot_mev_err,"
            "delta_numerical_error%s\n",
            is_charged(results) ? " against Coulomb functions" : "",
            observables->coulomb.strength < 0.0 ? ""
                                                : ", n*180 deg at threshold with n bound states",
            hp_results_convention(results), name_of_k2(results),
            results->toy != NULL      ? ",delta_exact_deg,kcot_exact_mev"
            : results->budget != NULL ? ",delta_deg_syst_plus,delta_deg_syst_minus,"
                                        "kcot_mev_syst_plus,kcot_mev_syst_minus"
                                      : "");
    for (int k = 0; k < observables->nk; k++) {
        hp_band delta = hp_results_band(results, HP_SET_DELTA, (size_t)k);
        hp_band kcot = hp_results_band(results, HP_SET_KCOT, (size_t)k);
        double kinematics[3];
        fill_kinematics(observables, k, kinematics);
        hp_csv_numbers(kinematics, 3, ',', out);
        double row[] = {delta.value, delta.error, kcot.value, kcot.error,
                        hp_results_band(results, HP_SET_DELTA_NUMERICAL, (size_t)k).value};
        bool more = results->toy != NULL || results->budget != NULL;
        hp_csv_numbers(row, sizeof row / sizeof *row, more ? ',' : '\n', out);
        if (results->toy != NULL) hp_results_put_exact_phase(results->toy, k, out);
        if (results->budget != NULL) put_systematic(results->budget, (size_t)k, out);
    }
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

hp_status hp_results_write_femtoscopy(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_observables *observables = results->observables;
    FILE *out = NULL;
    HP_TRY(hp_csv_open(results, path, &out, err));
    fprintf(
        out,
        "# C(k) of a Gaussian source exp(-r^2/(4 R^2)), k the momentum of one hadron in the "
        "pair's rest frame;\n# lednicky: the same from scattering amplitude and effective range, "
        "nan for charged pairs; " HP_ENERGY_CONVENTION
        "\nsource_radius_fm,%s,k_mev,e_cm_mev,correlation,correlation_err,lednicky,"
        "lednicky_err\n",
        name_of_k2(results));
    for (int i = 0; i < observables->nradius; i++)
        for (int k = 0; k < observables->nk; k++) {
            size_t at = (size_t)i * (size_t)observables->nk + (size_t)k;
            hp_band C = hp_results_band(results, HP_SET_CORRELATION, at);
            hp_band lednicky = hp_results_band(results, HP_SET_LEDNICKY, at);
            double radius = observables->radius[i] * observables->length_fm, kinematics[3];
            double row[] = {C.value, C.error, lednicky.value, lednicky.error};
            fill_kinematics(observables, k, kinematics);
            hp_csv_numbers(&radius, 1, ',', out);
            hp_csv_numbers(kinematics, 3, ',', out);
            hp_csv_numbers(row, sizeof row / sizeof *row, '\n', out);
        }
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

hp_status hp_results_write_potential(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    FILE *out = NULL;
    HP_TRY(hp_csv_open(results, path, &out, err));
    if (results->analysis != NULL)
        put_fitted_potential(results, out);
    else if (results->toy != NULL)
        hp_results_put_toy_potential(results->toy, out);
    else
        put_given_potential(&results->table, out);
    HP_TRY(hp_csv_close(out, path, err));
cleanup:
    return status;
}

static void put_systematic(const hp_budget *budget, size_t k, FILE *out) {
    hp_systematic delta = hp_budget_systematic(budget, HP_SET_DELTA, k);
    hp_systematic kcot = hp_budget_systematic(budget, HP_SET_KCOT, k);
    hp_csv_numbers((double[]){delta.plus, delta.minus, kcot.plus, kcot.minus}, 4, '\n', out);
}

static void put_fitted_potential(const hp_results *results, FILE *out) {
    const hp_analysis *analysis = results->analysis;
    const hp_ensemble *ensemble = results->ensemble;
    fputs("source,t,r_fm,v_localised_mev,v_localised_mev_err,v_lo_mev,v_lo_mev_err\n", out);
    for (int c = 0; c < analysis->ncolumn; c++)
        for (int r = 0; r < analysis->n; r++) {
            size_t i = (size_t)c * (size_t)analysis->n + (size_t)r;
            hp_band localised = hp_results_band(results, HP_SET_V_LOCALISED, i);
            hp_band lo = hp_results_band(results, HP_SET_V_LO, i);
            double row[] = {analysis->r[r] * analysis->spacing_fm, localised.value, localised.error,
                            lo.value, lo.error};
            fprintf(out, "%s,%d,", ensemble->source[analysis->plan->source[c / analysis->nt]],
                    ensemble->t[analysis->plan->time[c % analysis->nt]]);
            hp_csv_numbers(row, sizeof row / sizeof *row, '\n', out);
        }
}

static void put_given_potential(const hp_potential_table *table, FILE *out) {
    fputs("# local part, without the Coulomb force\nr_fm,v_mev\n", out);
    for (int i = 0; i < table->n; i++) {
        double row[] = {table->r_fm[i], table->v_mev[i]};
        hp_csv_numbers(row, 2, '\n', out);
    }
}

static bool is_charged(const hp_results *results) {
    return results->observables->coulomb.strength != 0.0;
}

/* Lengths are in lattice spacings for an ensemble, in fm for a given potential. */
static const char *name_of_k2(const hp_results *results) {
    return results->analysis != NULL ? "k2_lat" : "k2_per_fm2";
}

/* k^2, k in MeV, energy in MeV. */
static void fill_kinematics(const hp_observables *observables, int k, double kinematics[3]) {
    kinematics[0] = observables->k2[k];
    kinematics[1] = sqrt(observables->k2[k]) * observables->momentum_mev;
    kinematics[2] = hp_observables_energy_mev(observables, observables->k2[k]);
}

hp_status hp_csv_open(const hp_results *results, const char *path, FILE **out, hp_error *err) {
    hp_status status = HP_OK;
    *out = fopen(path, "w");
    HP_CHECK(*out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    fprintf(*out, "# hadpot %s, %s\n", HADPOT_VERSION, results->channel);
    if (results->analysis != NULL)
        fprintf(*out, "# chi2 per point %.4g, average %s, %d of %d samples converged\n",
                hp_results_band(results, HP_SET_CHI2, 0).value,
                hp_results_band(results, HP_SET_CONVERGED, 0).value > 0.0 ? "converged"
                                                                          : "NOT converged",
                hp_results_count_converged(results), results->ncomputed);
    if (results->toy != NULL)
        fprintf(*out, "# loss %.4g, fit %s\n", hp_results_band(results, HP_SET_LOSS, 0).value,
                hp_results_band(results, HP_SET_CONVERGED, 0).value > 0.0 ? "converged"
                                                                          : "NOT converged");
    char warning[HP_MAX_WARNINGS][HP_WARNING_SIZE];
    for (int i = 0, count = hp_results_warn(results, warning); i < count; i++)
        fprintf(*out, "# warning: %s\n", warning[i]);
cleanup:
    return status;
}

void hp_csv_numbers(const double *values, int count, char end, FILE *out) {
    char text[HP_EXACT_SIZE];
    for (int i = 0; i < count; i++) {
        hp_format_exact(values[i], text, sizeof text);
        fprintf(out, "%s%c", text, i + 1 < count ? ',' : end);
    }
}

hp_status hp_csv_close(FILE *out, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    int failed = ferror(out), closed = fclose(out);
    HP_CHECK(!failed && closed == 0, HP_ERR_IO, "cannot write \"%s\"", path);
cleanup:
    return status;
}
