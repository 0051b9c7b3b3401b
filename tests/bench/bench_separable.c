// SPDX-License-Identifier: GPL-3.0-or-later
/* Phase shifts of separable potentials and of the default network from columns with noise, some of
 * which have a zero: rms errors and pulls over replicas (tests/support/noise_closure.h).
 * bench_separable [replicas [rows of the jackknife]] */
#include "noise_closure.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct fitted {
    const char *name;
    closure_fit with;
    int first_row; /* rows from here on */
} fitted;

static const fitted fits[] = {
    {"separable, 3 Gaussians 0.6, 1.2, 2.4",
     {"separable", 3, {0.6, 2.4}, 1.0, false, NULL, 0, 0},
     0},
    {"separable, 4 Gaussians 0.35 .. 1.2",
     {"separable", 4, {0.35, 1.2}, 1.0, false, NULL, 0, 0},
     2},
    {"separable, 5 Gaussians 0.4 .. 1.6", {"separable", 5, {0.4, 1.6}, 1.0, false, NULL, 0, 0}, 2},
    {"sdnn as a job has it, unit 1 fm", {"sdnn", 0, {1, 1}, 1.0, false, NULL, 0, 0}, 2},
    {"sdnn without local part, unit 1 fm", {"sdnn", 0, {1, 1}, 1.0, true, NULL, 0, 0}, 2},
};

enum { ROWS = 4 };
static const char *const columns[ROWS] = {"v0 - 4 v1", "zero at 1.2", "both",
                                          "zeros at 1.2, 0.8, 1.5"};

static void print_six(const char *name, const double value[MOMENTA], const char *format) {
    printf("    %-22s", name);
    for (int k = 0; k < MOMENTA; k++) printf(format, value[k]);
    printf("\n");
}

int main(int argc, char **argv) {
    int replicas = argc > 1 ? atoi(argv[1]) : 100, jackknife = argc > 2 ? atoi(argv[2]) : 20;
    static noise_closure scene;
    closure_result result;
    openblas_set_num_threads(1);
    printf("# %d replicas, jackknife of %d rows; k = 0.1 0.3 0.5 0.8 1.2 1.8; degrees\n", replicas,
           jackknife);
    for (size_t f = 0; f < sizeof fits / sizeof *fits; f++)
        for (int row = fits[f].first_row; row < ROWS; row++) {
            bool linear = fits[f].with.gaussians > 0;
            closure_open(&fits[f].with, row, &scene);
            closure_measure(&scene, replicas, jackknife, linear, &result);
            printf("%s: row %d, %s\n", fits[f].name, row + 1, columns[row]);
            print_six("rms of delta", result.rms, " %8.3f");
            print_six("bias", result.bias, " %8.3f");
            if (linear) print_six("pull, linearised", result.pull, " %8.2f");
            print_six("pull, jackknife", result.pull_jackknife, " %8.2f");
            printf("    E0 %.4f(%.4f)  chi2/point %.3f  steps %.1f  not converged %d\n", result.E0,
                   result.E0_spread, result.chi2, result.steps, result.failed);
            closure_close(&scene);
        }
    return 0;
}
