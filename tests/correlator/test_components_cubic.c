// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlators of S and D waves on a cubic lattice: orbits in place of shells, the Laplacian that is
 * stored; and S waves of thick shells. */
#include <math.h>
#include <stdio.h>
#include "hadpot/correlator.h"
#include "hadpot/memory.h"
#include "hand_ensemble.h"
#include "marked_numbers.h"

enum { EXTENT = 8, NFIELD = 3 };
static const double MASS[2] = {0.665, 0.72};

typedef struct scene {
    hp_ensemble ensemble;
    hp_error err;
    int t[3];
    char name[NFIELD][32];
    char *source[NFIELD];
    bool has_ratio[NFIELD];
    hp_ensemble_pair pair;
    hp_ensemble_component component[2];
    hp_ensemble_wave wave;
    hp_ensemble_field field[NFIELD];
    double *row;
} scene;

static double number(int field, int t, int p) {
    return (field == 1 ? -0.1 : 1.0) + 0.3 * sin(1.3 * p + 0.7 * field) - 0.02 * t * (p % 5);
}

static double two_point(int hadron, int t) {
    return (1.2 + hadron) * exp(-MASS[hadron] * t);
}

static void open_scene_of(scene *s, int extent, bool has_ratio) {
    static char path[] = "hand.h5";
    static const char *const names[] = {"wall/XX/3S1", "wall/XX/3D1", "wall/XX/3D1/laplacian"};
    *s = (scene){.err = HP_ERROR_INIT, .t = {9, 10, 11}};
    s->pair = (hp_ensemble_pair){.name = "XX", .mass = {MASS[0], MASS[1]}, .sqrt_z = NAN};
    s->component[0] = (hp_ensemble_component){.name = "XX:3S1", .two_s_plus_1 = 3, .two_j = 2};
    s->component[1] =
        (hp_ensemble_component){.name = "XX:3D1", .l = 2, .two_s_plus_1 = 3, .two_j = 2};
    snprintf(s->wave.name, sizeof s->wave.name, "wall");
    for (int f = 0; f < NFIELD; f++) {
        snprintf(s->name[f], sizeof s->name[f], "%s", names[f]);
        s->source[f] = s->name[f];
        s->has_ratio[f] = has_ratio;
        s->field[f] = (hp_ensemble_field){.component = f > 0, .laplacian = f == 2, .factor = 1.0};
    }
    s->ensemble = (hp_ensemble){.version = 2,
                                .path = path,
                                .mass = {MASS[0], MASS[1]},
                                .nt = 3,
                                .t = s->t,
                                .nsource = NFIELD,
                                .source = s->source,
                                .has_ratio = s->has_ratio,
                                .nsample = 1,
                                .npair = 1,
                                .ncomponent = 2,
                                .nwave = 1,
                                .pair = &s->pair,
                                .component = s->component,
                                .wave = &s->wave,
                                .field = s->field};
    assert_ok(hp_geometry_create_cubic(extent, &s->ensemble.geometry, &s->err), &s->err);
    s->row = test_calloc(hp_ensemble_row_length(&s->ensemble), sizeof *s->row);
    int n = s->ensemble.geometry.npoint;
    for (int f = 0; f < NFIELD; f++)
        for (int t = 0; t < 3; t++) {
            double *block = s->row + hp_ensemble_row_offset(&s->ensemble, f);
            double both = has_ratio ? 1.0 : two_point(0, s->t[t]) * two_point(1, s->t[t]);
            for (int p = 0; p < n; p++) block[t * n + p] = number(f, t, p) * both;
            for (int h = 0; h < 2 && !has_ratio; h++)
                block[3 * n + 3 * h + t] = two_point(h, s->t[t]);
        }
}

static void open_scene(scene *s, bool has_ratio) {
    open_scene_of(s, EXTENT, has_ratio);
}

static void close_scene(scene *s) {
    hp_geometry_destroy(&s->ensemble.geometry);
    test_free(s->row);
}

/* By hand at each orbit: R, and K R of S with neighbours, of D with the stored Laplacian. */
static void check_orbit(const scene *s, const hp_correlator_plan *plan,
                        const hp_correlator *correlator, int k) {
    const hp_geometry *g = &s->ensemble.geometry;
    int p = plan->orbit[k], n = plan->nradius;
    double mu = MASS[0] * MASS[1] / (MASS[0] + MASS[1]);
    double delta = (MASS[0] - MASS[1]) / (MASS[0] + MASS[1]);
    double relativistic = (1.0 + 3.0 * delta * delta) / (8.0 * mu);
    double neighbours = -6.0 * number(0, 1, p);
    for (int i = 0; i < 6; i++) neighbours += number(0, 1, g->neighbour[p][i]);
    const double laplacian[] = {neighbours, number(2, 1, p)};
    for (int a = 0; a < 2; a++) {
        double before = number(a, 0, p), now = number(a, 1, p), after = number(a, 2, p);
        double S = laplacian[a] / (2.0 * mu) - 0.5 * (after - before) +
                   relativistic * (after - 2.0 * now + before);
        assert_close(correlator->R[a * n + k], now, 1e-14, 0); /* one product and quotient */
        assert_close(correlator->S[a * n + k], S, 0, 1e-13);   /* sums of numbers up to 10 */
    }
}

static void s_and_d_waves_live_on_orbits(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++) {
        scene s;
        hp_correlator_plan plan;
        hp_correlator correlator;
        open_scene(&s, k == 0);
        assert_ok(hp_correlator_plan_create(&s.ensemble, NULL, 0, NULL, 0, &plan, &s.err), &s.err);
        assert_ok(hp_correlator_create(&plan, &correlator, &s.err), &s.err);
        hp_pair pair = hp_pair_of_row(&plan.masses[0], 0);
        assert_ok(hp_correlator_compute(&plan, &pair, s.row, &correlator, &s.err), &s.err);
        int n = s.ensemble.geometry.npoint, same = 0;
        double sites = 0.0;
        assert_int_equal(plan.nradius, n);
        assert_int_equal(correlator.nshell, 2 * n);
        assert_int_equal(plan.spin[1].two_s_plus_1, 3);
        for (int i = 0; i < n; i++) {
            check_orbit(&s, &plan, &correlator, i);
            assert_true(i == 0 || plan.r[i] >= plan.r[i - 1]);
            same += i > 0 && plan.r[i] == plan.r[i - 1]; /* (3,0,0) and (2,2,1) */
            sites += plan.weight[i];
        }
        assert_int_equal(same, n - s.ensemble.geometry.nshell);
        assert_close(sites, EXTENT * EXTENT * EXTENT, 0, 0);
        assert_int_equal(hp_correlator_plan_two_point(&plan), k == 0 ? -1 : 0);
        hp_correlator_destroy(&correlator);
        hp_correlator_plan_destroy(&plan);
        close_scene(&s);
    }
}

/* 3S1 alone is on shells, as one S wave of version 1. */
static void an_s_wave_alone_is_on_shells(void **state) {
    (void)state;
    scene s;
    hp_correlator_plan plan;
    char *name[] = {"XX:3S1"};
    open_scene(&s, true);
    const hp_correlator_choice choice = {.components = name, .ncomponents = 1};
    assert_ok(hp_correlator_plan_create_from(&s.ensemble, &choice, &plan, &s.err), &s.err);
    assert_null(plan.orbit);
    assert_int_equal(plan.nshell, s.ensemble.geometry.nshell);
    hp_correlator_plan_destroy(&plan);
    close_scene(&s);
}

static void d_waves_need_their_laplacian(void **state) {
    (void)state;
    scene s;
    hp_correlator_plan plan;
    hp_correlator correlator;
    open_scene(&s, true);
    assert_ok(hp_correlator_plan_create(&s.ensemble, NULL, 0, NULL, 0, &plan, &s.err), &s.err);
    assert_ok(hp_correlator_create(&plan, &correlator, &s.err), &s.err);
    hp_pair pair = hp_pair_of_row(&plan.masses[0], 0);
    s.row[hp_ensemble_row_offset(&s.ensemble, 2) + (size_t)s.ensemble.geometry.npoint] = NAN;
    assert_status(hp_correlator_compute(&plan, &pair, s.row, &correlator, &s.err), HP_ERR_INPUT,
                  &s.err);
    assert_contains(s.err.message, "source 'wall/XX/3D1/laplacian': the Laplacian at t = 10");
    hp_correlator_destroy(&correlator);
    hp_correlator_plan_destroy(&plan);
    s.field[2].laplacian = false;
    hp_error_clear(&s.err);
    assert_status(hp_correlator_plan_create(&s.ensemble, NULL, 0, NULL, 0, &plan, &s.err),
                  HP_ERR_INPUT, &s.err);
    assert_contains(s.err.message, "source 'wall' has no Laplacian of XX:3D1");
    close_scene(&s);
}

/* A cubic box of version 1 with two Gaussians of other energies and an l = 4 wave. */
typedef struct box {
    hand_parts parts;
    hp_ensemble ensemble;
    hp_error err;
    double *row;
} box;

static double s_wave(double t, double r) {
    return exp(-0.1 * t - r * r / 25.0) + 0.3 * exp(-0.25 * t - r * r / 36.0);
}

static void open_box(box *b, int extent, double quartic) {
    *b = (box){.err = HP_ERROR_INIT};
    b->ensemble = hand_ensemble(&b->parts, NULL, extent, true, MASS);
    const hp_geometry *g = &b->ensemble.geometry;
    b->row = test_calloc(hp_ensemble_row_length(&b->ensemble), sizeof *b->row);
    double *next = b->row;
    for (int column = 0; column < 2 * HAND_NT; column++)
        for (int p = 0; p < g->npoint; p++) {
            const int *site = g->site[p];
            const double x[3] = {site[0], site[1], site[2]};
            double r = g->r[g->shell[p]];
            *next = s_wave(HAND_FIRST_TIME + column % HAND_NT, r);
            if (r > 0.0) *next += quartic * hp_misner_invariant(1, x) * r * exp(-r * r / 36.0);
            next++;
        }
}

static void close_box(box *b) {
    hp_geometry_destroy(&b->ensemble.geometry);
    test_free(b->row);
}

/* Error of R and of S/R at shells that are thick, against the S wave and its exact derivatives in r
 * of the continuum and central differences in t. */
static void find_errors(const box *b, const hp_correlator_plan *plan, const hp_correlator *c,
                        double error[2]) {
    double mu = MASS[0] * MASS[1] / (MASS[0] + MASS[1]);
    double delta = (MASS[0] - MASS[1]) / (MASS[0] + MASS[1]);
    const double w[2] = {0.1, 0.25}, size[2] = {25.0, 36.0}, amount[2] = {1.0, 0.3};
    hp_misner_options usual = {1.0, 4, 4};
    error[0] = error[1] = 0.0;
    for (int k = 0; k < plan->nradius; k++) {
        double t = HAND_FIRST_TIME + 1, r = plan->r[k], S = 0.0;
        if (hp_misner_count(&b->ensemble.geometry, &usual, r) == 0 || r < 4.0) continue;
        for (int n = 0; n < 2; n++) {
            double wave = amount[n] * exp(-w[n] * t - r * r / size[n]);
            S += wave * ((4.0 * r * r / size[n] - 6.0) / size[n] / (2.0 * mu) + sinh(w[n]) +
                         (1.0 + 3.0 * delta * delta) / (8.0 * mu) * (2.0 * cosh(w[n]) - 2.0));
        }
        error[0] = fmax(error[0], fabs(c->R[k] / s_wave(t, r) - 1.0));
        error[1] = fmax(error[1], fabs((c->S[k] - S) / s_wave(t, r)));
    }
}

/* The l = 4 wave is 3 % of the S wave; shells keep up to that of it, thick ones 1/20. Near r = 0
 * and beyond L/2 - D - 1/2 the shell itself stays, to the last bit. */
static void thick_shells_keep_l_4_out(void **state) {
    (void)state;
    box b;
    hp_correlator_plan plan[2];
    hp_correlator of[2];
    double error[2][2];
    const hp_misner_options misner = {1.0, 4, 4};
    open_box(&b, 24, 0.003);
    for (int k = 0; k < 2; k++) {
        const hp_correlator_choice choice = {.misner = k == 1 ? &misner : NULL};
        assert_ok(hp_correlator_plan_create_from(&b.ensemble, &choice, &plan[k], &b.err), &b.err);
        assert_ok(hp_correlator_create(&plan[k], &of[k], &b.err), &b.err);
        hp_pair pair = hp_pair_of_row(&plan[k].masses[0], 0);
        assert_ok(hp_correlator_compute(&plan[k], &pair, b.row, &of[k], &b.err), &b.err);
        find_errors(&b, &plan[k], &of[k], error[k]);
    }
    print_message("relative errors of R %.2g, of S/R %.2g; thick shells %.2g, %.2g\n", error[0][0],
                  error[0][1], error[1][0], error[1][1]);
    assert_true(error[1][0] < error[0][0] / 20.0);
    int kept = 0;
    for (int i = 0; i < plan[1].nradius; i++) {
        bool thick = plan[1].thick[i] >= 0;
        assert_int_equal(thick, plan[1].r[i] > 2.5 && plan[1].r[i] <= 10.5);
        kept += !thick;
        if (thick) continue;
        assert_close(of[1].R[i], of[0].R[i], 0, 0);
        assert_close(of[1].S[i], of[0].S[i], 0, 0);
    }
    print_message("shells that stay: %d of %d\n", kept, plan[1].nradius);
    for (int k = 0; k < 2; k++) {
        hp_correlator_destroy(&of[k]);
        hp_correlator_plan_destroy(&plan[k]);
    }
    close_box(&b);
}

/* A spin matrix M = phi(r) sum_i n_i^2 sigma1_i sigma2_i has 3D1, 3D3 and 3G3 waves. Its number of
 * the D wave, (3 n T n - tr T)/(3 sqrt8) with T_ij = n_i^2 delta_ij, is between 2/(3 sqrt8) on axes
 * and 0 on diagonals; its mean over the sphere, 4/(15 sqrt8), is the 3D1 wave alone. */
static void thick_shells_project_d_waves(void **state) {
    (void)state;
    scene s;
    hp_correlator_plan plan;
    hp_correlator correlator;
    const hp_misner_options misner = {1.0, 2, 4};
    const hp_correlator_choice choice = {.misner = &misner};
    double of_orbits = 0.0, of_shells = 0.0;
    open_scene_of(&s, 16, true);
    const hp_geometry *g = &s.ensemble.geometry;
    for (int f = 1; f < NFIELD; f++)
        for (int k = 0; k < 3 * g->npoint; k++) {
            int p = k % g->npoint;
            double r = g->r[g->shell[p]], fourth = 0.0;
            for (int i = 0; i < 3 && r > 0.0; i++) fourth += pow(g->site[p][i] / r, 4);
            double number = (3.0 * fourth - 1.0) / (3.0 * sqrt(8.0)) * exp(-r * r / 25.0);
            s.row[hp_ensemble_row_offset(&s.ensemble, f) + (size_t)k] =
                f == 2 ? 2.0 * number : number;
            if (k >= g->npoint || f == 2 || r <= 2.5 || r > 6.5) continue;
            of_orbits = fmax(of_orbits, fabs(number / exp(-r * r / 25.0) - 4.0 / 15.0 / sqrt(8.0)));
        }
    assert_ok(hp_correlator_plan_create_from(&s.ensemble, &choice, &plan, &s.err), &s.err);
    assert_ok(hp_correlator_create(&plan, &correlator, &s.err), &s.err);
    hp_pair pair = hp_pair_of_row(&plan.masses[0], 0);
    assert_ok(hp_correlator_compute(&plan, &pair, s.row, &correlator, &s.err), &s.err);
    assert_int_equal(plan.nradius, g->nshell);
    for (int i = 0; i < plan.nradius; i++) {
        const double *D = correlator.R + plan.nradius + i;
        if (plan.thick[i] < 0) continue;
        of_shells =
            fmax(of_shells, fabs(*D / exp(-plan.r[i] * plan.r[i] / 25.0) - 4.0 / 15.0 / sqrt(8.0)));
        /* the Laplacian that is stored is projected likewise, twice the wave here */
        assert_close(correlator.laplacian[plan.nradius + i], 2.0 * *D / (2.0 * pair.mu), 1e-12, 0);
    }
    print_message("3D1 over its radial part, off by %.2g at orbits, %.2g in thick shells\n",
                  of_orbits, of_shells);
    assert_true(of_orbits > 0.09 && of_shells < 0.002); /* radial truncation of the Gaussian */
    hp_correlator_destroy(&correlator);
    hp_correlator_plan_destroy(&plan);
    close_scene(&s);
}

static void boxes_without_thick_shells_are_refused(void **state) {
    (void)state;
    box b;
    hp_correlator_plan plan;
    const hp_misner_options misner = {1.0, 2, 4};
    const hp_correlator_choice choice = {.misner = &misner};
    open_box(&b, 4, 0.0);
    assert_status(hp_correlator_plan_create_from(&b.ensemble, &choice, &plan, &b.err), HP_ERR_INPUT,
                  &b.err);
    assert_contains(b.err.message, "hand.h5: no shell of width 1 between r = 0 and L/2 = 2 a");
    close_box(&b);
}

/* Orbits of an S and a D wave, with its Laplacian; then thick shells, and shells of one distance.
 */
static void numbers_of_a_point_are_marked(void **state) {
    (void)state;
    const hp_misner_options misner = {1.0, 2, 4};
    for (int k = 0; k < 4; k++) {
        scene s;
        hp_correlator_plan plan;
        static char alone[] = "XX:3S1";
        char *one[] = {alone};
        hp_correlator_choice choice = {.misner = k == 2 ? &misner : NULL};
        if (k >= 2) choice.components = one, choice.ncomponents = 1;
        open_scene_of(&s, k == 2 ? 12 : EXTENT, k == 0);
        assert_ok(hp_correlator_plan_create_from(&s.ensemble, &choice, &plan, &s.err), &s.err);
        for (int c = 0; c < plan.ncomponent; c++)
            for (int radius = 0; radius < plan.nradius; radius += k == 2 ? 11 : 3)
                assert_marks(&plan, s.row, (hp_plan_point){0, 0, c, radius});
        hp_correlator_plan_destroy(&plan);
        close_scene(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s_and_d_waves_live_on_orbits),
        cmocka_unit_test(an_s_wave_alone_is_on_shells),
        cmocka_unit_test(d_waves_need_their_laplacian),
        cmocka_unit_test(thick_shells_project_d_waves),
        cmocka_unit_test(thick_shells_keep_l_4_out),
        cmocka_unit_test(boxes_without_thick_shells_are_refused),
        cmocka_unit_test(numbers_of_a_point_are_marked),
    };
    return cmocka_run_group_tests_name("correlator/components_cubic", tests, NULL, NULL);
}
