// SPDX-License-Identifier: GPL-3.0-or-later
/* Nodes of the solvers: given by the caller or the job, chosen for a potential, kept in results and
 * taken from there. */
#include "well_case.h"

static const double edges[] = {0.0, 0.75, 2.0, 4.5, 9.0};
enum { PANELS = 4 };

/* A workspace whose nodes nobody has given. */
static void open_automatic(scene *s) {
    open_scene(s);
    s->setup.grid = NULL;
    s->setup.range = 9.0;
    s->options.order = 0;
    s->options.tolerance_deg = 1e-4;
    s->options.ode_tolerance = 1e-8;
}

static void put_nodes(scene *s, int panels, int order) {
    hp_quadrature grid;
    assert_ok(hp_quadrature_create_panels(edges, panels, order, &grid, &s->err), &s->err);
    assert_ok(hp_observables_set_nodes(&s->observables, &grid, &s->err), &s->err);
    hp_quadrature_destroy(&grid);
}

static hp_status fill_well(const hp_quadrature *grid, hp_interaction *interaction, void *context,
                           hp_error *err) {
    (void)err;
    static double w[4096];
    assert_true(grid->n <= 4096);
    fill(grid, 1.0, w);
    *interaction = (hp_interaction){.local = w};
    ++*(int *)context;
    return HP_OK;
}

/* The same panels with four nodes more, or fewer where there are no more. */
static void the_second_solver_has_other_nodes(void **state) {
    (void)state;
    static const int order[][2] = {{16, 20}, {60, 64}, {61, 57}, {64, 60}};
    for (int i = 0; i < 4; i++) {
        scene s;
        open_scene(&s);
        hp_quadrature_destroy(&s.grid);
        assert_ok(hp_quadrature_create_panels(edges, PANELS, order[i][0], &s.grid, &s.err), &s.err);
        assert_ok(create(&s), &s.err);
        assert_true(s.observables.given && isnan(s.observables.nodes_error_deg));
        for (int solver = 0; solver < 2; solver++) {
            assert_int_equal(s.observables.nodes[solver].order, order[i][solver]);
            assert_int_equal(s.observables.nodes[solver].panels, PANELS);
            assert_memory_equal(s.observables.nodes[solver].edge, edges, sizeof edges);
        }
        close_scene(&s);
    }
}

/* Equal panels of a job beside an edge that there must be: nothing is compared. */
static void panels_of_a_job_are_given(void **state) {
    (void)state;
    double edge[] = {2.0};
    int calls = 0;
    scene s;
    open_automatic(&s);
    s.options.panels = 5;
    s.setup.nedge = 1;
    s.setup.edge = edge;
    s.options.order = 1;
    assert_status(create(&s), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "scattering.order: must be 0 or from 2 to 64");
    s.options.order = 9;
    assert_ok(create(&s), &s.err);
    edge[0] = 0.0; /* it was copied */
    assert_true(s.observables.given && isnan(s.observables.nodes_error_deg));
    assert_int_equal(s.observables.nodes[0].order, 9);
    bool found = false;
    for (int i = 0; i <= s.observables.nodes[0].panels; i++)
        found |= s.observables.nodes[0].edge[i] == 2.0;
    assert_true(found && s.observables.nodes[0].panels >= 5);
    assert_int_equal(hp_observables_count_edges(&s.observables), s.observables.nodes[0].panels + 1);
    assert_ok(hp_observables_choose_nodes(&s.observables, fill_well, &calls, &s.err), &s.err);
    assert_int_equal(calls, 0);
    close_scene(&s);
}

/* By the potential, to the tolerance: a tenth of which shows in nodes. */
static void chosen_nodes_reach_the_tolerance(void **state) {
    (void)state;
    double edge[] = {2.0, 3.25};
    int calls = 0, n = 0;
    for (int i = 0; i < 2; i++) {
        scene s;
        open_automatic(&s);
        s.setup.nedge = 2;
        s.setup.edge = edge;
        s.options.tolerance_deg = i == 0 ? 1e-1 : 1e-8;
        assert_ok(create(&s), &s.err);
        assert_false(s.observables.given);
        assert_null(s.observables.nystroem); /* not before the potential is known */
        assert_ok(hp_observables_choose_nodes(&s.observables, fill_well, &calls, &s.err), &s.err);
        const hp_quadrature *nodes = &s.observables.nodes[0];
        assert_true(s.observables.nodes_error_deg <= s.options.tolerance_deg);
        assert_true(nodes->n > n);
        n = nodes->n;
        bool first = false, second = false;
        for (int p = 0; p <= nodes->panels; p++) {
            first |= nodes->edge[p] == edge[0];
            second |= nodes->edge[p] == edge[1];
        }
        assert_true(first && second && nodes->edge[nodes->panels] == 9.0);
        close_scene(&s);
    }
    assert_true(calls >= 2);
}

/* The Coulomb force that acts beside the potential counts: the nodes are those of hp_nodes_choose
 * with it, which leave another error than without. */
static void nodes_are_chosen_with_the_coulomb_force(void **state) {
    (void)state;
    hp_quadrature grid[2];
    double error[2];
    int calls = 0;
    scene s;
    open_automatic(&s);
    s.options.coulomb = HP_CHARGE_POINT;
    s.options.charge_1 = 60.0;
    assert_ok(create(&s), &s.err);
    assert_ok(hp_observables_choose_nodes(&s.observables, fill_well, &calls, &s.err), &s.err);
    for (int charged = 0; charged < 2; charged++) {
        hp_nodes_problem problem = {.range = 9.0,
                                    .tolerance_deg = s.options.tolerance_deg,
                                    .nk = NK,
                                    .k2 = s.observables.k2,
                                    .fill = fill_well,
                                    .context = &calls};
        if (charged) problem.coulomb = s.observables.coulomb;
        assert_ok(hp_nodes_choose(&problem, &grid[charged], &error[charged], &s.err), &s.err);
    }
    const hp_quadrature *nodes = &s.observables.nodes[0];
    assert_int_equal(nodes->n, grid[1].n);
    assert_memory_equal(nodes->r, grid[1].r, (size_t)nodes->n * sizeof *nodes->r);
    assert_close(s.observables.nodes_error_deg, error[1], 0, 0);
    assert_true(error[0] != error[1]);
    for (int i = 0; i < 2; i++) hp_quadrature_destroy(&grid[i]);
    close_scene(&s);
}

/* Before nodes are chosen there must be room for all that there may be. */
static void room_is_left_for_the_most_panels(void **state) {
    (void)state;
    static const int most[] = {0, 1, 7, HP_NODES_FITTED_PANELS};
    for (int i = 0; i < 4; i++) {
        scene s;
        open_automatic(&s);
        s.setup.most_panels = most[i];
        assert_ok(create(&s), &s.err);
        assert_int_equal(hp_observables_count_edges(&s.observables),
                         (i > 0 ? most[i] : HP_NODES_MOST_PANELS) + 1);
        close_scene(&s);
    }
}

/* In fm (L = 0.5 fm), the last edge again and again. */
static void nodes_are_kept_in_results(void **state) {
    (void)state;
    scene s;
    open_automatic(&s);
    s.setup.length_fm = 0.5;
    s.setup.most_panels = 6;
    assert_ok(create(&s), &s.err);
    describe(&s);
    put_nodes(&s, PANELS, 12);
    s.observables.nodes_error_deg = 2.5e-5;
    hp_observables_store_nodes(&s.observables, &s.record, s.values);
    for (int i = 0; i <= 6; i++)
        assert_close(value(&s, HP_ROW_PANEL_EDGES, i), 0.5 * edges[i < PANELS ? i : PANELS], 0, 0);
    assert_close(value(&s, HP_ROW_PANEL_ORDER, 0), 12.0, 0, 0);
    assert_close(value(&s, HP_ROW_NODES_ERROR, 0), 2.5e-5, 0, 0);
    close_scene(&s);
}

/* Another workspace, which has no nodes, or others in their number, order or an edge, then has the
 * same, to the last bit. With as many panels as there is room for, and fewer. */
static void nodes_of_results_are_taken(void **state) {
    (void)state;
    for (int most = PANELS; most <= PANELS + 2; most++) {
        scene s, other;
        bool changed;
        open_automatic(&s);
        s.setup.most_panels = most;
        assert_ok(create(&s), &s.err);
        describe(&s);
        put_nodes(&s, PANELS, 12);
        s.observables.nodes_error_deg = 2.5e-5;
        hp_observables_store_nodes(&s.observables, &s.record, s.values);
        open_automatic(&other);
        assert_ok(create(&other), &other.err);
        for (int trial = 0; trial < 5; trial++) {
            if (trial == 1) put_nodes(&other, PANELS - 1, 16);
            if (trial == 2) put_nodes(&other, PANELS, 13);
            if (trial == 3) other.observables.nodes[0].edge[1] += 1e-9;
            other.observables.nodes_error_deg = 0.0;
            assert_ok(hp_observables_take_nodes(&other.observables, &s.record, s.values, &changed,
                                                &other.err),
                      &other.err);
            assert_int_equal(changed, trial < 4); /* the last time there is nothing to change */
            assert_int_equal(other.observables.nodes[0].panels, PANELS);
            assert_int_equal(other.observables.nodes[0].order, 12);
            assert_memory_equal(other.observables.nodes[0].edge, edges, sizeof edges);
            assert_memory_equal(other.observables.nodes[1].edge, edges, sizeof edges);
            assert_close(other.observables.nodes_error_deg, 2.5e-5, 0, 0);
        }
        other.observables.given = true; /* they stay what the job says */
        put_nodes(&other, 3, 16);
        assert_ok(hp_observables_take_nodes(&other.observables, &s.record, s.values, &changed,
                                            &other.err),
                  &other.err);
        assert_false(changed);
        assert_int_equal(other.observables.nodes[0].panels, 3);
        close_scene(&other);
        close_scene(&s);
    }
}

/* n nodes up to r resolve k = n/r, not more: 9 nodes up to 4.5 L, k = 2/L. L = 0.5 fm. */
static void momenta_need_nodes(void **state) {
    (void)state;
    double k2[] = {0.01, 4.0};
    scene s;
    hp_quadrature grid;
    open_automatic(&s);
    s.setup.length_fm = 0.5;
    s.options.momentum_kind = HP_MOMENTA_SQUARED;
    s.options.nmomentum = 2;
    s.options.momentum = k2;
    assert_ok(create(&s), &s.err);
    assert_ok(hp_quadrature_create(4.5, 3, 3, &grid, &s.err), &s.err);
    assert_ok(hp_observables_set_nodes(&s.observables, &grid, &s.err), &s.err);
    s.observables.k2[1] = 4.001;
    assert_status(hp_observables_set_nodes(&s.observables, &grid, &s.err), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "a potential that reaches to 2.25 fm needs more than 3 panels "
                                   "of 3 nodes for the highest momentum, 789.407 MeV");
    hp_error_clear(&s.err);
    s.observables.given = true;
    assert_status(hp_observables_set_nodes(&s.observables, &grid, &s.err), HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "the highest momentum is 789.407 MeV, but 3 panels of order 3 "
                                   "up to 2.25 fm resolve at most 789.308 MeV");
    hp_quadrature_destroy(&grid);
    close_scene(&s);
}

static void make_and_destroy(void) {
    scene s;
    bool changed;
    int calls = 0;
    open_automatic(&s);
    s.options.tolerance_deg = 1e-1;
    s.setup.most_panels = 8;
    assert_ok(create(&s), &s.err);
    describe(&s);
    assert_ok(hp_observables_choose_nodes(&s.observables, fill_well, &calls, &s.err), &s.err);
    hp_observables_store_nodes(&s.observables, &s.record, s.values);
    put_nodes(&s, PANELS, 12);
    assert_ok(hp_observables_take_nodes(&s.observables, &s.record, s.values, &changed, &s.err),
              &s.err);
    close_scene(&s);
}

static void all_memory_is_given_back(void **state) {
    (void)state;
    assert_no_leak(make_and_destroy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_solver_has_other_nodes),
        cmocka_unit_test(panels_of_a_job_are_given),
        cmocka_unit_test(chosen_nodes_reach_the_tolerance),
        cmocka_unit_test(nodes_are_chosen_with_the_coulomb_force),
        cmocka_unit_test(room_is_left_for_the_most_panels),
        cmocka_unit_test(nodes_are_kept_in_results),
        cmocka_unit_test(nodes_of_results_are_taken),
        cmocka_unit_test(momenta_need_nodes),
        cmocka_unit_test(all_memory_is_given_back),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("observables/nodes_in_use", tests, NULL, NULL);
}
