// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot info on ensembles of version 2. */
#include <math.h>
#include "../ensemble/components_file.h"
#include "output.h"

enum { NROW = 4, NT = 4 };
static const double radius[] = {0.5, 1.0, 2.0, 3.0, 4.0};
static const double masses[2][NROW] = {{0.9, 1.0, 1.1, 1.0}, {1.2, 1.3, 1.3, 1.4}};
static const double root_z[NROW] = {1.2, 1.3, 1.2, 1.3};

/* Waves that fall as their two-point functions do, with noise of 1 %. */
static double number(const components_file *of, const file_place *at) {
    bool heavy = of->component[at->component][0] == 'N';
    double noise = 1.0 + 0.01 * sin(1.0 + 3.1 * at->sample + 1.7 * at->t + 0.9 * at->point +
                                    5.3 * at->part + 2.9 * at->source + 7.7 * at->component);
    double energy = at->part >= FILE_TWO_POINT_1 && at->part != FILE_TWO_BARYON ? 1.0
                    : of->ratio                                                 ? 0.0
                                                                                : 2.0;
    return exp(-energy * (heavy ? 1.1 : 0.5) * at->t) * noise;
}

static components_file two_pairs(void) {
    return (components_file){
        .nsample = NROW,
        .nt = NT,
        .t0 = 7,
        .npoint = 5,
        .r = radius,
        .inverse_spacing_mev = 2000.0,
        .npair = 2,
        .pair = {{.name = "LL", .mass = {0.5, 0.5}, .identical = 1, .sqrt_z = 1.75},
                 {.name = "NX", .mass = {1.0, 1.3}, .charge = {1, -1}}},
        .ncomponent = 2,
        .component = {"LL:1S0", "NX:1S0"},
        .nsource = 3,
        .source = {{.name = "a", .pair = "NX"},
                   {.name = "b", .pair = ""},
                   {.name = "c", .pair = "LL", .lacks = "NX:1S0"}},
        .number = number};
}

static void write_it(const scene *place, const components_file *of) {
    char path[256];
    scene_path(place, "pairs.h5", path);
    assert_true(write_components_file(path, of));
}

static void what_a_file_holds_is_listed(void **state) {
    scene *place = *state;
    components_file of = two_pairs();
    write_it(place, &of);
    assert_exit(place, run_hadpot(place, 2, "info pairs.h5"), 0);
    static const char *const lines[] = {
        "version     2: several components\n",
        "pair        LL: identical hadrons of masses 0.5, 0.5 (1000.00, 1000.00 MeV), charges 0, "
        "0, sqrt_z 1.75\n",
        "pair        NX: different hadrons of masses 1, 1.3 (2000.00, 2600.00 MeV), charges 1, "
        "-1\n",
        "components  LL:1S0, NX:1S0\n",
        "source      a: all components, of pair NX: four-point and two-point functions\n",
        "source      b: all components, of no pair: four-point and two-point functions\n",
        "note        source 'c' has no component NX:1S0 and is left out",
        "rows        all read, nothing doubtful found\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) assert_contains(place->out, lines[i]);
    assert_null(strstr(place->out, "source      c"));
}

static void rows_of_masses_and_normalisations_are_named(void **state) {
    scene *place = *state;
    components_file of = two_pairs();
    of.jackknife = of.ratio = true;
    of.pair[1] =
        (file_pair){.name = "NX", .mass_1_rows = masses[0], .mass_2_rows = masses[1], .z = root_z};
    write_it(place, &of);
    assert_exit(place, run_hadpot(place, 1, "info pairs.h5"), 0);
    assert_contains(place->out, "pair        NX: different hadrons of masses 1, 1.3 (2000.00, "
                                "2600.00 MeV) of each row, charges 0, 0, sqrt_z 1.25 of each row");
    assert_contains(place->out, "source      a: all components, of pair NX: R\n");
}

static void masses_are_those_of_each_pair(void **state) {
    scene *place = *state;
    components_file of = two_pairs();
    of.full = true;
    of.pair[1].mass[0] = of.pair[1].mass[1] = 0.0;
    write_it(place, &of);
    assert_exit(place, run_hadpot(place, 2, "info --masses pairs.h5"), 0);
    assert_contains(place->out, "NX: different hadrons, masses from two-point functions");
    assert_contains(place->out, "source a, pair LL, first hadron, two-point function at t = 7");
    assert_contains(place->out, "source a, pair NX, second hadron, two-point function at t = 7");
    assert_contains(place->out, "source b, pair NX, first hadron");
    assert_null(strstr(place->out, "source c"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_a_file_holds_is_listed),
        scene_test(rows_of_masses_and_normalisations_are_named),
        scene_test(masses_are_those_of_each_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
