// SPDX-License-Identifier: GPL-3.0-or-later
/* How many Gaussians a separable potential has, if its ranges are fitted. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/separable_fit.h"

/* The criterion has its minimum behind it after as many Gaussians without a lower value. */
enum { PATIENCE = 2 };

/* By how much it must be lower with more of them: odds of 20 to 1, "strong evidence" of Kass and
 * Raftery, J. Am. Stat. Assoc. 90 (1995) 773, of 2 log of the odds. */
static const double STRONG = 6.0;

/* A chi2 of exact data. */
static const double NOTHING = 1e-300;

static hp_status judge(const hp_fit_data *data, int rank, hp_gaussian_basis *basis, double *value,
                       hp_error *err) {
    hp_status status = HP_OK;
    hp_separable_fit *fit = NULL;
    hp_separable_report report;
    double *param = NULL, points = data->nfitted;
    size_t size = hp_separable_size(basis, rank);
    /* signs are no parameters, and of one Gaussian log(b_2/b_1) is none */
    size_t parameters = size - (size_t)rank - (basis->count == 1 ? 1 : 0);
    HP_NEW(param, size);
    HP_TRY(hp_separable_fit_create(data, basis, rank, &fit, err));
    HP_TRY(hp_separable_fit_run(fit, data->R, data->S, NULL, param, &report, err));
    hp_separable_set_ranges(basis, rank, param);
    *value = data->inverse_variance ? report.chi2 : points * log(report.chi2 + NOTHING);
    *value += report.prior + (double)parameters * log(points);
cleanup:
    hp_separable_fit_destroy(&fit);
    hp_free(param);
    return status;
}

hp_status hp_separable_choose(const hp_fit_data *data, int rank, hp_gaussian_basis *basis,
                              hp_error *err) {
    double lowest = INFINITY;
    for (int count = 1, worse = 0; count <= HP_MOST_FITTED_RANGES && worse < PATIENCE; count++) {
        hp_gaussian_basis found = hp_gaussian_basis_of(data, count, (double[]){1.0, 1.0});
        double value;
        found.fitted = true;
        bool too_many = data->nfitted <= (int)hp_separable_size(&found, rank) - rank;
        if (count > 1 && too_many) break;
        HP_CALL(judge(data, rank, &found, &value, err));
        worse++;
        if (count > 1 && value >= lowest - STRONG) continue;
        lowest = value;
        *basis = found;
        worse = 0;
    }
    return HP_OK;
}
