// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: the zero of a function that may fail. */
#ifndef HADPOT_SCATTER_ROOT_H
#define HADPOT_SCATTER_ROOT_H

#include "hadpot/error.h"

typedef hp_status (*hp_root_function)(double x, void *context, double *value, hp_error *err);

/* x of the bound state where f changes its sign between low and high, of one sign or zero, by
 * Brent's method until rounding or the noise of f stops it; what: x in words, for the message.
 * Errors: those of f; HP_ERR_NUMERIC where f does not change its sign; MEMORY. */
hp_status hp_root_find(hp_root_function f, void *context, double low, double high, const char *what,
                       double *x, hp_error *err);

#endif
