// SPDX-License-Identifier: GPL-3.0-or-later
/* How often the window that is recommended for a mass is wrong: fits of synthetic two-point
 * functions whose mass is known (tests/spectrum/spectrum_case.h), 200 ensembles with seeds from
 * 51001 on for each line. Prints the table of docs/method-masses.md. */
#include "support.h"

#include <stdio.h>
#include "../spectrum/spectrum_case.h"

enum { ENSEMBLES = 200, FIRST_SEED = 51001 };

typedef struct counts {
    int two, within_1, beyond_2, beyond_3;
    double t_min, error, pull, square;
} counts;

static void add(const spectrum_case *is, int seed, int states, counts *sum) {
    hp_error err = HP_ERROR_INIT;
    hp_mass_choice choice;
    hp_mass_fit fit;
    hp_two_point C = spectrum_make(is, seed);
    hp_mass_form form = is->extent > 0 ? HP_MASS_COSH : HP_MASS_EXPONENTIAL;
    assert_ok(hp_mass_recommend(&C, form, states, &choice, &err), &err);
    assert_ok(hp_mass_fit_create(&C, &choice.window, &fit, &err), &err);
    double error = hp_mass_error(&C, fit.mass), pull = (fit.mass[0] - is->mass) / error;
    sum->two += choice.window.states == 2;
    sum->t_min += (double)choice.window.t_min / ENSEMBLES;
    sum->error += error / ENSEMBLES;
    sum->pull += pull / ENSEMBLES;
    sum->square += pull * pull / ENSEMBLES;
    sum->within_1 += fabs(pull) < 1.0;
    sum->beyond_2 += fabs(pull) > 2.0;
    sum->beyond_3 += fabs(pull) > 3.0;
    hp_mass_fit_destroy(&fit);
    spectrum_free(&C);
}

static void print_line(const char *name, const spectrum_case *is, int states) {
    counts sum = {0};
    for (int i = 0; i < ENSEMBLES; i++) add(is, FIRST_SEED + i, states, &sum);
    printf("| %s | %s | %d | %.1f | %.5f | %+.2f | %.2f | %.0f %% | %.1f %% | %.1f %% |\n", name,
           states == 0 ? "1 or 2" : "1", sum.two, sum.t_min, sum.error, sum.pull, sqrt(sum.square),
           100.0 * sum.within_1 / ENSEMBLES, 100.0 * sum.beyond_2 / ENSEMBLES,
           100.0 * sum.beyond_3 / ENSEMBLES);
    fflush(stdout);
}

int main(void) {
    const struct {
        const char *name;
        spectrum_case is;
    } lines[] = {
        /* mass, gap, ratio, T, noise, growth, memory, first, nt, bins */
        {"as above", {0.6625, 0.35, 0.4, 0, 0.01, 0.11, 0.8, 3, 18, 100}},
        {"20 bins", {0.6625, 0.35, 0.4, 0, 0.01, 0.11, 0.8, 3, 18, 20}},
        {"400 bins", {0.6625, 0.35, 0.4, 0, 0.01, 0.11, 0.8, 3, 18, 400}},
        {"no second state", {0.6625, 0.35, 0.0, 0, 0.01, 0.11, 0.8, 3, 18, 100}},
        {"small second state, 0.05", {0.6625, 0.35, 0.05, 0, 0.01, 0.11, 0.8, 3, 18, 100}},
        {"low second state, gap 0.2", {0.6625, 0.2, 0.4, 0, 0.01, 0.11, 0.8, 3, 18, 100}},
        {"noise 1/10", {0.6625, 0.35, 0.4, 0, 0.001, 0.11, 0.8, 3, 18, 100}},
        {"cosh, m = 0.2, T = 48", {0.2, 0.35, 0.4, 48, 0.01, 0.0, 0.8, 3, 22, 100}},
        {"t = 10 ... 14 alone", {0.6625, 0.35, 0.4, 0, 0.01, 0.11, 0.8, 10, 5, 100}},
    };
    printf(
        "| case | states | of two | t_min | error | mean pull | r.m.s. pull | within 1 | beyond 2 "
        "| beyond 3 |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (int states = 0; states < 2; states++)
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
            print_line(lines[i].name, &lines[i].is, states);
    return 0;
}
