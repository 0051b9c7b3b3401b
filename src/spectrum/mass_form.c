// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether a two-point function is that of one direction of time, or of both. */
#include "hadpot/format.h"
#include "spectrum_private.h"

/* Of the form that is asked for; bad input is no error, but false in *found. */
static hp_status try_form(const hp_two_point *two_point, hp_mass_form form, int states,
                          hp_mass_choice *choice, bool *found, hp_error *err) {
    hp_status status = hp_mass_recommend_form(two_point, form, states, choice, err);
    *found = status == HP_OK;
    if (status != HP_ERR_INPUT) return status;
    hp_error_clear(err);
    return HP_OK;
}

static void say_cosh(const hp_two_point *two_point, hp_mass_choice *choice) {
    hp_format_append(choice->reason, sizeof choice->reason, "; cosh: symmetric about T/2 = %g",
                     0.5 * two_point->extent);
}

/* Far from T/2 both are the same, and exponentials take half the time. */
static hp_status recommend_either(const hp_two_point *two_point, int states, hp_mass_choice *choice,
                                  hp_error *err) {
    hp_mass_choice both = {0};
    bool one_found = false, both_found = false;
    if (!two_point->symmetric)
        HP_CALL(try_form(two_point, HP_MASS_EXPONENTIAL, states, choice, &one_found, err));
    if (one_found && choice->good && choice->window.t_max < two_point->extent / 2) return HP_OK;
    HP_CALL(try_form(two_point, HP_MASS_COSH, states, &both, &both_found, err));
    if (both_found && (both.good || !one_found)) {
        *choice = both;
        say_cosh(two_point, choice);
        return HP_OK;
    }
    if (one_found) return HP_OK;
    return hp_mass_recommend_form(two_point, HP_MASS_EXPONENTIAL, states, choice, err);
}

hp_status hp_mass_recommend(const hp_two_point *two_point, hp_mass_form form, int states,
                            hp_mass_choice *choice, hp_error *err) {
    if (form == HP_MASS_EITHER && two_point->extent > 0)
        return recommend_either(two_point, states, choice, err);
    if (form == HP_MASS_EITHER) form = HP_MASS_EXPONENTIAL;
    return hp_mass_recommend_form(two_point, form, states, choice, err);
}

/* Whether a form describes a window, with a mass above 0. */
static hp_status describes(const hp_two_point *two_point, hp_mass_window window, hp_mass_form form,
                           bool *does, hp_error *err) {
    hp_mass_fit fit = {0};
    window.form = form;
    hp_status status = hp_mass_fit_create(two_point, &window, &fit, err);
    *does = status == HP_OK && fit.failed == 0 && fit.mass[0] > 0.0 &&
            !(fit.probability < HP_MASS_LEAST_PROBABILITY);
    hp_mass_fit_destroy(&fit);
    if (status != HP_ERR_INPUT) return status;
    hp_error_clear(err);
    return HP_OK;
}

hp_status hp_mass_find_form(const hp_two_point *two_point, hp_mass_window *window, hp_error *err) {
    bool one = true, both = false, may = two_point->extent >= 2 * window->t_min + 2;
    if (window->form != HP_MASS_EITHER) return HP_OK;
    window->form = HP_MASS_EXPONENTIAL;
    if (may && two_point->symmetric) window->form = HP_MASS_COSH;
    if (!may || two_point->symmetric) return HP_OK;
    HP_CALL(describes(two_point, *window, HP_MASS_EXPONENTIAL, &one, err));
    if (!one) HP_CALL(describes(two_point, *window, HP_MASS_COSH, &both, err));
    if (both) window->form = HP_MASS_COSH;
    return HP_OK;
}
