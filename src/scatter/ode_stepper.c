// SPDX-License-Identifier: GPL-3.0-or-later
#include "ode_stepper.h"
#include <math.h>

hp_status hp_ode_stepper_create(size_t equations, hp_ode_stepper *stepper, hp_error *err) {
    stepper->step = gsl_odeiv2_step_alloc(gsl_odeiv2_step_rk8pd, equations);
    stepper->evolve = gsl_odeiv2_evolve_alloc(equations);
    HP_REQUIRE(stepper->step != NULL && stepper->evolve != NULL, HP_ERR_MEMORY,
               "no memory for an integrator of %zu equations", equations);
    return HP_OK;
}

void hp_ode_stepper_destroy(hp_ode_stepper *stepper) {
    if (stepper->step != NULL) gsl_odeiv2_step_free(stepper->step);
    if (stepper->evolve != NULL) gsl_odeiv2_evolve_free(stepper->evolve);
    *stepper = (hp_ode_stepper){0};
}

void hp_ode_stepper_reset(const hp_ode_stepper *stepper) {
    gsl_odeiv2_evolve_reset(stepper->evolve);
    gsl_odeiv2_step_reset(stepper->step);
}

int hp_ode_stepper_adapt(double worst, unsigned int order, double *step) {
    const double safety = 0.9, most = 5.0, least = 0.2;
    if (!(worst <= 1.1)) {
        *step *= fmax(least, safety / pow(worst, 1.0 / order));
        return GSL_ODEIV_HADJ_DEC;
    }
    if (worst > 0.5) return GSL_ODEIV_HADJ_NIL;
    *step *= fmax(1.0, fmin(most, safety / pow(worst, 1.0 / (order + 1.0))));
    return GSL_ODEIV_HADJ_INC;
}
