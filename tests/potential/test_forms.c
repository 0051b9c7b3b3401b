// SPDX-License-Identifier: GPL-3.0-or-later
/* Potentials of known form: reach, and grids that resolve them. Values are in test_form_values.c,
 * tables in test_table.c. */
#include "one_of_each_form.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include "hadpot/memory.h"
#include "hadpot/nystroem.h"

typedef struct tail {
    const hp_forms *forms;
    int power;
} tail;

/* w r^power, or K(r,1) r^power for a non-local one, or (M - 1) r^power. */
static double moment(double r, const tail *t) {
    double value = hp_forms_has_local(t->forms)  ? hp_forms_local(t->forms, r) / H
                   : hp_forms_has_mass(t->forms) ? hp_forms_mass(t->forms, r, NULL) - 1
                                                 : hp_forms_nonlocal(t->forms, r, 1.0) / H;
    return value * pow(r, t->power);
}

static double size_of_moment(double r, void *context) {
    return fabs(moment(r, context));
}

static double integrate(const hp_forms *forms, int power, double from, double to) {
    double result, abserr;
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(1000);
    gsl_function f = {size_of_moment, &(tail){forms, power}};
    gsl_integration_qag(&f, from, to, 0, 1e-8, 1000, GSL_INTEG_GAUSS31, work, &result, &abserr);
    gsl_integration_workspace_free(work);
    return result;
}

/* What is beyond the reach is 1e-16 of the moments that a0 and r_eff come from, and not much less:
 * where it is cut at 3/4 of the reach some 1e-16 of it can be seen. */
static void what_is_beyond_the_reach_is_negligible(void **state) {
    (void)state;
    for (int kind = 0; kind < HP_NFORM; kind++) {
        hp_forms *forms = create_one(kind);
        double reach = hp_forms_reach(forms);
        print_message("kind %d reaches to %.3f fm\n", kind, reach);
        if (kind == HP_FORM_SQUARE_WELL) {
            assert_close(reach, 2.1, 0, 0);
        } else {
            for (int power = 2; power <= 4; power += 2) {
                double all = integrate(forms, power, 0, reach);
                double left = integrate(forms, power, reach, 2 * reach);
                assert_true(left < 3e-16 * all); /* the reach is a multiple of a quarter tail */
            }
            bool ridge = kind == HP_FORM_NONLOCAL_GAUSSIAN || kind == HP_FORM_PEREY_BUCK ||
                         kind == HP_FORM_PEREY_BUCK_EXPONENTIAL;
            if (!ridge) /* its tail is seen at other r' than 1 */
                assert_true(integrate(forms, 4, 0.75 * reach, reach) >
                            1e-16 * integrate(forms, 4, 0, reach));
        }
        hp_forms_destroy(&forms);
    }
}

/* The largest error of r V(r), or r K(r,1), interpolated in panels, over its largest value. */
static double interpolation_error(const hp_forms *forms, const hp_quadrature *grid) {
    double largest = 0, worst = 0, coefficient[HP_MAX_ORDER];
    tail t = {forms, 1};
    for (int i = 0; i < 997; i++) {
        double r = grid->range * (i + 0.4321) / 997, sum = 0;
        int first = hp_quadrature_interpolate(grid, r, coefficient);
        for (int j = 0; j < grid->order; j++)
            sum += coefficient[j] * moment(grid->r[first + j], &t);
        largest = fmax(largest, fabs(moment(r, &t)));
        worst = fmax(worst, fabs(sum - moment(r, &t)));
    }
    return worst / largest;
}

static void automatic_panels_resolve_every_kind(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    for (int order = 8; order <= 24; order += 8)
        for (int kind = 0; kind < HP_NFORM; kind++) {
            hp_forms *forms = create_one(kind);
            hp_quadrature grid;
            hp_forms_grid_options options = {.k_max = 2.0, .order = order};
            assert_ok(hp_forms_create_grid(forms, &options, &grid, &err), &err);
            double error = interpolation_error(forms, &grid);
            print_message("order %d, kind %d: %d panels to %.2f fm, error %.1e\n", order, kind,
                          grid.panels, grid.range, error);
            /* Half the order gives half the digits on panels half as long. 1e-12 where the poles
             * of Woods-Saxon and 1/r^2 limit the convergence. */
            assert_true(error < (order == 8 ? 1e-7 : 1e-12));
            for (int i = 0; i < grid.panels; i++) /* k h <= order/4 */
                assert_true(2.0 * hp_quadrature_panel_length(&grid, i) <= order / 4.0 * (1 + 1e-9));
            hp_quadrature_destroy(&grid);
            hp_forms_destroy(&forms);
        }
}

/* Beyond a small core the pole of 1/r^2 at 0 limits the panels, not the slow exponential. */
static void panels_follow_the_tail_of_a_small_core(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    hp_quadrature grid;
    hp_forms_grid_options options = {.order = 16};
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_SQUARED_YUKAWA, (double[]){-2.5, 900, 0.31}, &err), &err);
    assert_ok(hp_forms_create_grid(forms, &options, &grid, &err), &err);
    /* interpolation near a pole at the distance of a panel converges like (1 + sqrt(8))^-16 */
    assert_true(interpolation_error(forms, &grid) < 1e-11);
    hp_quadrature_destroy(&grid);
    hp_forms_destroy(&forms);
}

/* Malfliet-Tjon III, Nucl. Phys. A127 (1969) 161, with hbar^2/m = 41.47 MeV fm^2. */
static hp_forms *create_malfliet_tjon(void) {
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    assert_ok(hp_forms_create(41.47, &forms, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_YUKAWA, (double[]){1438.72, 3.11, 0}, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_YUKAWA, (double[]){-626.885, 1.55, 0}, &err), &err);
    return forms;
}

/* N Omega of Iritani et al., PLB 792 (2019) 284: a core of 0.11 fm, a tail of 0.7 fm. */
static hp_forms *create_n_omega(void) {
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    double hbarc = 197.3269804, mu = 954.69 * 1711.53 / (954.69 + 1711.53);
    assert_ok(hp_forms_create(hbarc * hbarc / (2 * mu), &forms, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_GAUSSIAN, (double[]){-313.0, 1 / sqrt(81.7), 0}, &err),
              &err);
    assert_ok(
        hp_forms_add(forms, HP_FORM_SQUARED_YUKAWA, (double[]){-252.0, 0.85, 146 / hbarc}, &err),
        &err);
    return forms;
}

static void solve(const hp_forms *forms, int order, double *a0, double *r_eff, int *nodes) {
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_nystroem *solver;
    hp_forms_grid_options options = {.order = order, .k_max = 1};
    assert_ok(hp_forms_create_grid(forms, &options, &grid, &err), &err);
    double *w = hp_alloc((size_t)grid.n, sizeof *w);
    assert_non_null(w);
    hp_forms_fill(forms, HP_FORMS_GIVEN, &grid, &(hp_forms_on_grid){.local = w});
    assert_ok(hp_nystroem_create(&grid, &solver, &err), &err);
    assert_ok(hp_nystroem_set_interaction(solver, &(hp_interaction){.local = w}, &err), &err);
    assert_ok(hp_nystroem_threshold(solver, a0, r_eff, &err), &err);
    *nodes = grid.n;
    hp_nystroem_destroy(&solver);
    hp_quadrature_destroy(&grid);
    hp_free(w);
}

/* Grids of order 16 and 12 have different panels and agree to the rounding of systems of this size,
 * some 1e-16 times their condition number of 1e3; and give the published numbers. */
static void automatic_grids_give_all_digits(void **state) {
    (void)state;
    static const double published[2][2] = {{5.513202, 1.892989}, {5.1849, 1.2711}};
    static const double digits[2] = {5e-7, 5e-5}; /* half of the last digit */
    for (int i = 0; i < 2; i++) {
        double a0, r_eff, other_a0, other_r_eff;
        int nodes, other_nodes;
        hp_forms *forms = i == 0 ? create_malfliet_tjon() : create_n_omega();
        solve(forms, 16, &a0, &r_eff, &nodes);
        solve(forms, 12, &other_a0, &other_r_eff, &other_nodes);
        print_message("a0 %.12f, r_eff %.12f fm with %d nodes; differences %.1e, %.1e with %d\n",
                      a0, r_eff, nodes, other_a0 - a0, other_r_eff - r_eff, other_nodes);
        assert_close(other_a0, a0, 1e-11, 0);
        assert_close(other_r_eff, r_eff, 1e-11, 0);
        assert_close(a0, published[i][0], 0, digits[i]);
        assert_close(r_eff, published[i][1], 0, digits[i]);
        hp_forms_destroy(&forms);
    }
}

static void square_wells_get_edges(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_forms *forms = create_one(HP_FORM_SQUARE_WELL);
    assert_ok(hp_forms_add(forms, HP_FORM_SQUARE_WELL, (double[]){-35, 0.7, 0}, &err), &err);
    hp_forms_grid_options options = {.k_max = 1, .order = 10, .range = 3.3};
    for (options.panels = 0; options.panels < 8; options.panels += 7) {
        bool found[2] = {false, false};
        assert_ok(hp_forms_create_grid(forms, &options, &grid, &err), &err);
        assert_close(grid.range, 3.3, 0, 0);
        for (int i = 0; i <= grid.panels; i++) {
            if (grid.edge[i] == 0.7) found[0] = true;
            if (grid.edge[i] == 2.1) found[1] = true;
        }
        assert_true(found[0] && found[1]);
        if (options.panels == 7) assert_int_equal(grid.panels, 9);
        hp_quadrature_destroy(&grid);
    }
    options = (hp_forms_grid_options){.order = 10, .range = 1.4}; /* cut within a well */
    assert_ok(hp_forms_create_grid(forms, &options, &grid, &err), &err);
    assert_close(grid.range, 1.4, 0, 0);
    hp_quadrature_destroy(&grid);
    hp_forms_destroy(&forms);
}

/* A surface thinner than rounding ends where it is. */
static void a_sharp_surface_is_no_trap(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms;
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_WOODS_SAXON, (double[]){50, 2.5, 1e-20}, &err), &err);
    assert_close(hp_forms_reach(forms), 2.5, 0, 0);
    hp_forms_destroy(&forms);
}

static void bad_parameters_are_refused(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    hp_quadrature grid;
    hp_forms *forms = NULL;
    assert_status(hp_forms_create(-1, &forms, &err), HP_ERR_INPUT, &err);
    assert_null(forms);
    hp_error_clear(&err);
    assert_ok(hp_forms_create(H, &forms, &err), &err);
    assert_status(hp_forms_add(forms, HP_FORM_YUKAWA, (double[]){1, -1.5, 0}, &err), HP_ERR_INPUT,
                  &err);
    assert_contains(err.message, "m [1/fm]: parameter 2 must be > 0, found -1.5");
    hp_error_clear(&err);
    assert_status(hp_forms_add(forms, HP_FORM_GAUSSIAN, (double[]){NAN, 1, 0}, &err), HP_ERR_INPUT,
                  &err);
    hp_error_clear(&err);
    hp_forms_grid_options options = {.order = 16};
    assert_status(hp_forms_create_grid(forms, &options, &grid, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "range"); /* no term: no range */
    hp_error_clear(&err);
    assert_ok(hp_forms_add(forms, HP_FORM_GAUSSIAN, (double[]){1, 1e-3, 0}, &err), &err);
    assert_ok(hp_forms_add(forms, HP_FORM_YUKAWA, (double[]){1, 1e-3, 0}, &err), &err);
    options.k_max = 100;
    assert_status(hp_forms_create_grid(forms, &options, &grid, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "needs more than 256 panels of 16 nodes");
    hp_forms_destroy(&forms);
    hp_forms_destroy(&forms);
    hp_forms_destroy(NULL);
}

/* A sum that is infinite, a term that becomes inf * 0: an end, and an answer, nevertheless. */
static void overflow_is_refused(void **state) {
    (void)state;
    const hp_form_kind kind[] = {HP_FORM_GAUSSIAN, HP_FORM_EXPONENTIAL_KERNEL};
    hp_forms_grid_options options = {.order = 16, .k_max = 1.0};
    for (int i = 0; i < 2; i++) {
        hp_error err = HP_ERROR_INIT;
        hp_quadrature grid;
        hp_forms *forms = NULL;
        assert_ok(hp_forms_create(H, &forms, &err), &err);
        for (int term = 0; term < 2; term++)
            assert_ok(hp_forms_add(forms, kind[i], (double[]){1.7e308, 1, 0}, &err), &err);
        assert_true(hp_forms_reach(forms) < 1e3); /* exp(-r) is zero there */
        hp_status status = hp_forms_create_grid(forms, &options, &grid, &err);
        if (i == 0) assert_status(status, HP_ERR_INPUT, &err);
        if (i == 0) assert_contains(err.message, "needs more than 256 panels of 16 nodes");
        hp_quadrature_destroy(&grid);
        hp_forms_destroy(&forms);
    }
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_beyond_the_reach_is_negligible),
        cmocka_unit_test(automatic_panels_resolve_every_kind),
        cmocka_unit_test(panels_follow_the_tail_of_a_small_core),
        cmocka_unit_test(automatic_grids_give_all_digits),
        cmocka_unit_test(square_wells_get_edges),
        cmocka_unit_test(a_sharp_surface_is_no_trap),
        cmocka_unit_test(bad_parameters_are_refused),
        cmocka_unit_test(overflow_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
