// SPDX-License-Identifier: GPL-3.0-or-later
/* Effective energies of the published Xi Xi (1S0) data: numbers of an independent calculation (sums
 * in numpy, images in mpmath), and R summed over the box against the two-baryon correlators of the
 * raw files. Skipped, and said so, where the data are not present. */
#include <math.h>
#include <unistd.h>
#include "output.h"

#define HEADER                                                                                     \
    "correlator,source,t,delta_e_mev,delta_e_mev_err,k2_lat,k2_lat_err,kcot_mev,kcot_mev_err"

static const char *data_path(void) {
    const char *path = getenv("HADPOT_XIXI");
    return path != NULL ? path : HADPOT_SOURCE_DIR "/../shared/data/xixi_1s0_l64.h5";
}

static void tree_path(char path[1024]) {
    const char *data = data_path(), *slash = strrchr(data, '/');
    snprintf(path, 1024, "%.*s/halqcd_xixi_l48", slash != NULL ? (int)(slash - data) : 1,
             slash != NULL ? data : ".");
}

/* Of wall, t = 10 ... 13, then of smeared: Delta E, its error, k^2, k cot delta. */
static const double expected[8][4] = {
    {-0.84159970604083, 0.23912567539618, -2.55051548267e-4, 310.3848},
    {-1.03967389646132, 0.27106520451451, -3.15068356067e-4, 230.7439},
    {-1.26678878943667, 0.30956477552573, -3.83879529573e-4, 169.6649},
    {-1.39488061114583, 0.35899833044760, -4.22686372108e-4, 143.8143},
    {-4.29138276571665, 0.78077846274229, -1.299758930151e-3, -39.1742563},
    {-5.13053928253407, 0.87560458978165, -1.553696106286e-3, -56.5485221},
    {-5.37507072265380, 0.98366893483498, -1.627680009195e-3, -60.8173441},
    {-4.18028971539467, 1.24339739195783, -1.266135576544e-3, -36.4691582}};

static void energies_are_those_of_an_independent_sum(void **state) {
    scene *place = *state;
    double found[8][6];
    assert_exit(place,
                run_hadpot(place, 1,
                           "run '%s/jobs/xixi/lo.yaml' --overwrite --set ensemble='%s' "
                           "--set output=out --set total_band.draws=0 "
                           "--set fit.sources=[wall,smeared] --set finite_volume.levels=0 "
                           "--set direct.times=[10,11,12,13]",
                           HADPOT_SOURCE_DIR, data_path()),
                0);
    assert_int_equal(read_csv(place, "out/direct.csv", HEADER, 6, found[0], 8), 8);
    for (int i = 0; i < 8; i++) {
        /* the order in which 6545 numbers are added */
        assert_close(found[i][0], expected[i][0], 1e-10, 0);
        assert_close(found[i][1], expected[i][1], 1e-10, 0);
        assert_close(found[i][2], expected[i][2], 1e-10, 0);
        assert_close(found[i][4], expected[i][3], 0, 1e-4); /* the digits above */
    }
}

/* The sink of both is summed over the box, by different programs. */
static void two_baryon_correlators_are_summed_waves(void **state) {
    scene *place = *state;
    double found[40][6];
    char tree[1024], text[8192];
    tree_path(tree);
    assert_exit(place,
                run_hadpot(place, 1,
                           "import '%s/jobs/halqcd_raw/import.yaml' --set tree='%s' "
                           "--set output=raw.h5",
                           HADPOT_SOURCE_DIR, tree),
                0);
    assert_exit(place,
                run_hadpot(place, 1,
                           "run '%s/jobs/halqcd_raw/run.yaml' --set ensemble=raw.h5 "
                           "--set output=raw --set potential.kind=gaussians "
                           "--set total_band.draws=0 --set direct.two_baryon_times=[9,10]",
                           HADPOT_SOURCE_DIR),
                0);
    assert_int_equal(read_csv(place, "raw/direct.csv", HEADER, 6, found[0], 40), 4);
    read_text(place, "raw/direct.csv", text, sizeof text);
    assert_contains(text, "\nR,wall,9,");
    assert_contains(text, "\ntwo_baryon,wall,10,");
    for (int i = 0; i < 2; i++)
        for (int column = 0; column < 4; column++) /* rounding of sums of 48^3 numbers */
            assert_close(found[2 + i][column], found[i][column], 1e-10, 0);
    assert_close(found[0][0], -2.0925127512, 1e-9, 0); /* as before */
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(energies_are_those_of_an_independent_sum),
                                       scene_test(two_baryon_correlators_are_summed_waves)};
    char tree[1024];
    tree_path(tree);
    if (access(data_path(), R_OK) != 0 || access(tree, R_OK) != 0) {
        printf("SKIPPED: %s or %s is not there\n", data_path(), tree);
        return 0;
    }
    return cmocka_run_group_tests_name("cli/direct_xixi", tests, NULL, NULL);
}
