// SPDX-License-Identifier: GPL-3.0-or-later
/* Errors of observables because their interaction is known at points only. */
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"

/* Observables with numerical errors, and these. */
static const hp_set of[][2] = {{HP_SET_DELTA, HP_SET_DELTA_NUMERICAL},
                               {HP_SET_A0, HP_SET_A0_NUMERICAL},
                               {HP_SET_REFF, HP_SET_REFF_NUMERICAL},
                               {HP_SET_BINDING, HP_SET_BINDING_NUMERICAL},
                               {HP_SET_RMS, HP_SET_RMS_NUMERICAL}};
enum { NSET = sizeof of / sizeof *of };

static void keep_largest(const hp_layout *layout, const double *vector, const double *other,
                         double part, double *moved);

hp_status hp_observables_move(hp_observables *observables, const hp_other_interpolation *other,
                              const hp_layout *layout, const double *vector, double *moved,
                              hp_error *err) {
    hp_status status = HP_OK;
    double *values = NULL;
    hp_observables first = *observables; /* one solver suffices, and no correlation functions */
    first.nsolver = 1;
    first.report_ode = first.compare = false;
    first.nradius = 0;
    HP_NEW(values, layout->length);
    status = hp_observables_compute(&first, &first.pair, &other->interaction, layout, values, err);
    if (status == HP_ERR_NUMERIC) { /* the results stand, with an unknown error */
        for (size_t i = 0; i < layout->length; i++) values[i] = NAN;
        hp_error_clear(err);
        status = HP_OK;
    }
    HP_TRY(status);
    keep_largest(layout, vector, values, other->part, moved);
cleanup:
    hp_free(values);
    return status;
}

void hp_observables_add_moved(hp_observables *observables, const hp_layout *layout,
                              const double *moved, double *vector) {
    double by_tables = 0.0, by_solvers = 0.0;
    for (int s = 0; s < NSET; s++) {
        const double *table = hp_layout_read(layout, moved, of[s][1]);
        double *error = hp_layout_at(layout, vector, of[s][1]);
        for (size_t i = 0; i < layout->dataset[of[s][1]].count; i++) {
            if (s == 0) by_tables += table[i];
            if (s == 0 && isfinite(error[i])) by_solvers += error[i];
            error[i] += table[i];
        }
    }
    observables->interpolated = !(by_tables <= by_solvers); /* also when it is nan */
}

/* nan, which is larger than anything, stays. */
static void keep_largest(const hp_layout *layout, const double *vector, const double *other,
                         double part, double *moved) {
    for (int s = 0; s < NSET; s++) {
        const double *value = hp_layout_read(layout, vector, of[s][0]);
        const double *changed = hp_layout_read(layout, other, of[s][0]);
        double *largest = hp_layout_at(layout, moved, of[s][1]);
        for (size_t i = 0; i < layout->dataset[of[s][0]].count; i++) {
            double change = changed[i] - value[i];
            if (of[s][0] == HP_SET_DELTA) change -= 180.0 * nearbyint(change / 180.0);
            change = part * fabs(change);
            if (!isnan(largest[i]) && !(change <= largest[i])) largest[i] = change;
        }
    }
}
