// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of hp_network_fit_create that have files of their own. */
#ifndef HADPOT_FIT_PARTS_H
#define HADPOT_FIT_PARTS_H

#include "hadpot/network_fit.h"

/* The optimiser of fit->training for fit->loss. */
hp_status hp_network_fit_create_optimiser(hp_network_fit *fit, hp_error *err);

#endif
