// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/results.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static hp_status open_csv(const hp_results *results, const char *path, FILE **out, hp_error *err);
static void put_numbers(const double *values, int count, FILE *out);
static hp_status close_csv(FILE *out, const char *path, hp_error *err);

hp_status hp_results_write_phase_shift(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = results->analysis;
    FILE *out = NULL;
    HP_TRY(open_csv(results, path, &out, err));
    fputs("# delta: S-wave phase shift, continuous in k, n*180 deg at threshold with n bound states"
          "\n# k cot delta = -1/a0 + r_eff k^2/2 + ...; e_cm = k^2/(2 mu)\n"
          "k2_lat,k_mev,e_cm_mev,delta_deg,delta_deg_err,kcot_mev,kcot_mev_err\n",
          out);
    for (int k = 0; k < analysis->nk; k++) {
        double k2 = analysis->k2[k];
        hp_band delta = hp_results_band(results, HP_SET_DELTA, (size_t)k);
        hp_band kcot = hp_results_band(results, HP_SET_KCOT, (size_t)k);
        double row[] = {k2,
                        sqrt(k2) * analysis->inverse_spacing_mev,
                        hp_analysis_energy_mev(analysis, k2),
                        delta.value,
                        delta.error,
                        kcot.value,
                        kcot.error};
        put_numbers(row, sizeof row / sizeof *row, out);
    }
    HP_TRY(close_csv(out, path, err));
cleanup:
    return status;
}

hp_status hp_results_write_potential(const hp_results *results, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    const hp_analysis *analysis = results->analysis;
    const hp_ensemble *ensemble = results->ensemble;
    FILE *out = NULL;
    HP_TRY(open_csv(results, path, &out, err));
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
            put_numbers(row, sizeof row / sizeof *row, out);
        }
    HP_TRY(close_csv(out, path, err));
cleanup:
    return status;
}

static hp_status open_csv(const hp_results *results, const char *path, FILE **out, hp_error *err) {
    hp_status status = HP_OK;
    *out = fopen(path, "w");
    HP_CHECK(*out != NULL, HP_ERR_IO, "cannot create \"%s\": %s", path, strerror(errno));
    fprintf(*out, "# hadpot %s, %s\n", HADPOT_VERSION, results->ensemble->channel);
    char warning[HP_MAX_WARNINGS][HP_WARNING_SIZE];
    for (int i = 0, count = hp_results_warn(results, warning); i < count; i++)
        fprintf(*out, "# warning: %s\n", warning[i]);
cleanup:
    return status;
}

/* The rest of a line; every number reads back to the same bits. */
static void put_numbers(const double *values, int count, FILE *out) {
    char text[HP_EXACT_SIZE];
    for (int i = 0; i < count; i++) {
        hp_format_exact(values[i], text, sizeof text);
        fprintf(out, "%s%c", text, i + 1 < count ? ',' : '\n');
    }
}

/* A write error of any line shows here at the latest. */
static hp_status close_csv(FILE *out, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    int failed = ferror(out), closed = fclose(out);
    HP_CHECK(!failed && closed == 0, HP_ERR_IO, "cannot write \"%s\"", path);
cleanup:
    return status;
}
