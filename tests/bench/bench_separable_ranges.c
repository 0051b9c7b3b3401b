// SPDX-License-Identifier: GPL-3.0-or-later
/* Separable potentials whose ranges are fitted, and given ranges, on truths that nothing was
 * tuned on. bench_separable_ranges [replicas [rows of the jackknife [first truth [last]]]]; first
 * truth 10: the closure in other units of length. */
#include "noise_closure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double narrow(double r) {
    return r * exp(-r * r / 0.09);
}
static double wide(double r) {
    return r * exp(-r * r / 3.24);
}
static double yamaguchi_2(double r) {
    return exp(-2.0 * r);
}
static double yamaguchi_35(double r) {
    return exp(-3.5 * r);
}
static double node(double r) {
    return r * (exp(-r * r / 1.0) - 2.0 * exp(-r * r / 0.3));
}
static double shell(double r) {
    return r * r * r * exp(-r * r / 0.8);
}

static void fill_closure(radial_box *box) {
    box_fill_product(box, -9.0, closure_shape);
}
static void fill_narrow(radial_box *box) {
    box_fill_product(box, -1500.0, narrow);
}
static void fill_wide(radial_box *box) {
    box_fill_product(box, -1.0, wide);
}
static void fill_y2(radial_box *box) {
    box_fill_product(box, -24.0, yamaguchi_2);
}
static void fill_y35(radial_box *box) {
    box_fill_product(box, -130.0, yamaguchi_35);
}
static void fill_node(radial_box *box) {
    box_fill_product(box, -40.0, node);
}
static void fill_shell(radial_box *box) {
    box_fill_product(box, -6.0, shell);
}
static double core(double r) {
    return r * exp(-r * r / 0.25);
}
static void fill_two(radial_box *box) {
    for (int i = 0; i < SITES; i++)
        for (int j = 0; j < SITES; j++)
            box->K[i * SITES + j] = -6.0 * closure_shape(site(i)) * closure_shape(site(j)) +
                                    60.0 * core(site(i)) * core(site(j));
}
static void fill_local(radial_box *box) {
    memset(box->K, 0, sizeof box->K);
    for (int i = 0; i < SITES; i++)
        box->K[i * SITES + i] = -4.0 * exp(-pow(site(i) / 1.5, 2)) / STEP;
}

typedef struct scene_of {
    const char *name;
    void (*truth)(radial_box *);
    int row, rank;
} scene_of;

static const scene_of scenes[] = {
    {"closure, row 3", fill_closure, 2, 1},
    {"closure, row 4", fill_closure, 3, 1},
    {"Gaussian 0.3, row 3", fill_narrow, 2, 1},
    {"Gaussian 1.8, row 3", fill_wide, 2, 1},
    {"Yamaguchi 2, row 3", fill_y2, 2, 1},
    {"Yamaguchi 3.5, row 3", fill_y35, 2, 1},
    {"with a node, row 3", fill_node, 2, 1},
    {"shell r^2, row 3", fill_shell, 2, 1},
    {"two terms, - +, three mixed columns", fill_two, 4, 2},
    {"local, rank 3, three mixed columns", fill_local, 4, 3},
};

static void print_six(const char *name, const double value[MOMENTA], const char *format) {
    printf("    %-16s", name);
    for (int k = 0; k < MOMENTA; k++) printf(format, value[k]);
    printf("\n");
}

static void measure(const scene_of *of, const closure_fit *with, const char *name, int replicas,
                    int jackknife) {
    static noise_closure scene;
    closure_result result;
    clock_t start = clock();
    closure_open(with, of->row, &scene);
    closure_measure(&scene, replicas, jackknife, false, &result);
    printf("%s, noise %g %%: %s\n", of->name, 100.0 * with->noise, name);
    print_six("truth", scene.box.delta, " %8.2f");
    print_six("rms of delta", result.rms, " %8.3f");
    print_six("bias", result.bias, " %8.3f");
    print_six("pull, jackknife", result.pull_jackknife, " %8.2f");
    size_t count = hp_record_find_axis(&scene.record, "gaussian")->extent;
    printf("    E0 %.4f(%.4f)  chi2/point %.3f  steps %.1f  failed %d  Gaussians %zu  %.1f s\n",
           result.E0, result.E0_spread, result.chi2, result.steps, result.failed, count,
           (double)(clock() - start) / CLOCKS_PER_SEC);
    fflush(stdout);
    closure_close(&scene);
}

/* Given ranges that suit one unit of length, where the box has another one: fm. */
static void measure_units(int replicas, int jackknife) {
    static const double unit[] = {0.3, 0.5, 0.7, 1.0, 1.4};
    char name[80];
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++)
        for (int given = 0; given < 2; given++) {
            closure_fit with = {"separable", 4, {0, 0}, unit[i], false, fill_closure, 1, 0.02};
            if (given) with.range[0] = 0.35 / unit[i];
            if (given) with.range[1] = 1.2 / unit[i];
            snprintf(name, sizeof name, "unit %g fm, %s", unit[i],
                     given ? "4 from 0.35 to 1.2 fm" : "fitted");
            measure(&scenes[0], &with, name, replicas, jackknife);
        }
}

int main(int argc, char **argv) {
    enum { LAST = sizeof scenes / sizeof *scenes - 1 };
    int replicas = argc > 1 ? atoi(argv[1]) : 40, jackknife = argc > 2 ? atoi(argv[2]) : 20;
    int first = argc > 3 ? atoi(argv[3]) : 0, last = argc > 4 ? atoi(argv[4]) : LAST;
    openblas_set_num_threads(1);
    printf("# %d replicas, jackknife of %d rows; k = 0.1 0.3 0.5 0.8 1.2 1.8; degrees\n", replicas,
           jackknife);
    for (int s = first; s <= last && s <= LAST; s++)
        for (int given = 0; given < 2; given++)
            for (int low = 0; low < 2; low++) {
                closure_fit with = {
                    "separable",       4, {0, 0}, 1.0, false, scenes[s].truth, scenes[s].rank,
                    low ? 0.005 : 0.02};
                if (given) with.range[0] = 0.35;
                if (given) with.range[1] = 1.2;
                measure(&scenes[s], &with, given ? "4 from 0.35 to 1.2" : "fitted", replicas,
                        jackknife);
            }
    if (first > LAST) measure_units(replicas, jackknife);
    return 0;
}
