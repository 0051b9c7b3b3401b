// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: GSL's integrator as both solvers by integration use it. */
#ifndef HADPOT_SCATTER_ODE_STEPPER_H
#define HADPOT_SCATTER_ODE_STEPPER_H

#include <gsl/gsl_odeiv2.h>
#include "hadpot/error.h"

/* GSL's objects for one number of equations; owned by the caller. Errors: MEMORY. */
typedef struct hp_ode_stepper {
    gsl_odeiv2_step *step;
    gsl_odeiv2_evolve *evolve;
} hp_ode_stepper;
hp_status hp_ode_stepper_create(size_t equations, hp_ode_stepper *stepper, hp_error *err);
void hp_ode_stepper_destroy(hp_ode_stepper *stepper);

/* Forget the slopes where the last step ended: those beyond differ. */
void hp_ode_stepper_reset(const hp_ode_stepper *stepper);

/* GSL's standard rule of adaption, for gsl_odeiv2_control_type; worst: the largest error over the
 * one allowed. */
int hp_ode_stepper_adapt(double worst, unsigned int order, double *step);

#endif
