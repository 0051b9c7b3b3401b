// SPDX-License-Identifier: GPL-3.0-or-later
/* Which sources and times a job of hadpot init takes, from errors made by hand: two sources, times
 * 7 ... 13, of which 8 ... 12 have neighbours, four radii, two of them up to the middle. */
#include "support.h"

#include <string.h>
#include "../../src/pipeline/starter_parts.h"

enum { NSOURCE = 2, NT = 7, INNER = NT - 2, NSHELL = 4, N = NSOURCE * INNER * NSHELL };

typedef struct scene {
    hp_ensemble ensemble;
    hp_correlator_plan plan;
    hp_lo_errors errors;
    hp_starter starter;
    hp_starter_time time[NT];
    bool takes_source[NSOURCE];
    int t[NT];
    double r[NSHELL], R[N], S[N], R_error[N], S_error[N];
} scene;

/* S = 3, with errors of these per cent at each inner time; those of R are ten times smaller. Beyond
 * the middle all is noise. */
static void open_scene(scene *s, const double percent[NSOURCE][INNER]) {
    memset(s, 0, sizeof *s);
    for (int t = 0; t < NT; t++) s->t[t] = 7 + t;
    for (int i = 0; i < NSHELL; i++) s->r[i] = i + 1;
    for (int i = 0; i < N; i++) {
        double part = percent[i / (INNER * NSHELL)][i / NSHELL % INNER] / 100.0;
        bool far = i % NSHELL >= 2;
        s->R[i] = 2.0;
        s->S[i] = -3.0;
        s->R_error[i] = far ? 50.0 : 2.0 * part / 10.0;
        s->S_error[i] = far ? 50.0 : 3.0 * part;
    }
    s->ensemble = (hp_ensemble){
        .t = s->t, .nt = NT, .nsource = NSOURCE, .inverse_spacing_mev = 197.3269804}; /* a = 1 fm */
    s->ensemble.geometry.r = s->r;
    s->plan = (hp_correlator_plan){
        .ensemble = &s->ensemble, .nsource = NSOURCE, .nt = INNER, .nshell = NSHELL};
    s->errors = (hp_lo_errors){.R = s->R, .S = s->S, .R_error = s->R_error, .S_error = s->S_error};
    s->starter = (hp_starter){.ensemble = &s->ensemble,
                              .middle_fm = 2.5,
                              .takes_source = s->takes_source,
                              .time = s->time};
}

static void assert_choice(scene *s, const double percent[NSOURCE][INNER], const char *times,
                          const char *sources) {
    hp_error err = HP_ERROR_INIT;
    open_scene(s, percent);
    assert_ok(hp_starter_choose(&s->errors, &s->plan, &s->starter, &err), &err);
    for (int t = 0; t < NT; t++) assert_int_equal(s->time[t].taken, times[t] == 'x');
    for (int i = 0; i < NSOURCE; i++) assert_int_equal(s->takes_source[i], sources[i] == 'x');
}

static void the_latest_two_with_signal_are_taken(void **state) {
    (void)state;
    scene s;
    static const double all[NSOURCE][INNER] = {{1, 1, 1, 1, 1}, {1, 2, 3, 4, 5}};
    assert_choice(&s, all, "....xx.", "xx");
    assert_true(s.starter.has_signal && s.time[1].has_signal && !s.time[0].has_neighbours);
    /* rounding */
    assert_close(s.time[5].worst.S, 0.05, 1e-13, 0);
    assert_close(s.time[5].worst.R, 0.005, 1e-13, 0);
    static const double late[NSOURCE][INNER] = {{1, 1, 1, 1, 1}, {1, 19, 21, 40, 90}};
    assert_choice(&s, late, ".xx....", "xx");
}

/* All sources share the times. */
static void a_source_without_signal_is_left_out(void **state) {
    (void)state;
    scene s;
    static const double one[NSOURCE][INNER] = {{50, 60, 70, 80, 90}, {1, 2, 3, 4, 50}};
    assert_choice(&s, one, "...xx..", ".x");
}

static void the_best_time_is_taken_where_none_has_signal(void **state) {
    (void)state;
    scene s;
    static const double none[NSOURCE][INNER] = {{50, 60, 40, 80, 90}, {70, 60, 50, 40, 90}};
    assert_choice(&s, none, "...x...", "xx");
    assert_false(s.starter.has_signal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_latest_two_with_signal_are_taken),
        cmocka_unit_test(a_source_without_signal_is_left_out),
        cmocka_unit_test(the_best_time_is_taken_where_none_has_signal),
    };
    return cmocka_run_group_tests_name("pipeline/starter_choose", tests, NULL, NULL);
}
