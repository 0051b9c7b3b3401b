// SPDX-License-Identifier: GPL-3.0-or-later
#include "root.h"
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>

/* What GSL's root finder, a caller of plain functions, has to carry. */
typedef struct search {
    hp_root_function f;
    void *context;
    hp_status status;
    hp_error *err;
} search;

static double value_at(double x, void *context) {
    search *task = context;
    double value = NAN;
    task->status = task->f(x, task->context, &value, task->err);
    return task->status == HP_OK ? value : NAN;
}

hp_status hp_root_find(hp_root_function f, void *context, double low, double high, const char *what,
                       double *x, hp_error *err) {
    enum { MOST_ITERATIONS = 200 };
    const double resolution = 1e-14; /* relative; far below the error of any tolerance */
    hp_status status = HP_OK;
    search task = {f, context, HP_OK, err};
    gsl_function function = {value_at, &task};
    gsl_root_fsolver *root = NULL;
    double at_low = value_at(low, &task);
    HP_TRY(task.status);
    double at_high = value_at(high, &task);
    HP_TRY(task.status);
    HP_CHECK((at_low < 0.0) != (at_high < 0.0), HP_ERR_NUMERIC,
             "there is not one bound state with %s between %g and %g", what, low, high);
    root = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    HP_CHECK(root != NULL, HP_ERR_MEMORY, "no memory for a root finder");
    int code = gsl_root_fsolver_set(root, &function, low, high);
    for (int i = 0; code == GSL_SUCCESS && i < MOST_ITERATIONS; i++) {
        code = gsl_root_fsolver_iterate(root);
        HP_TRY(task.status);
        low = gsl_root_fsolver_x_lower(root);
        high = gsl_root_fsolver_x_upper(root);
        if (high - low <= resolution * fmax(fabs(low), fabs(high))) break;
    }
    HP_CHECK(code == GSL_SUCCESS, HP_ERR_NUMERIC, "the bound state was not found: %s",
             gsl_strerror(code));
    *x = gsl_root_fsolver_root(root);
cleanup:
    if (root != NULL) gsl_root_fsolver_free(root);
    return status;
}
