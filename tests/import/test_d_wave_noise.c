// SPDX-License-Identifier: GPL-3.0-or-later
/* The imaginary part of the D component, which time reversal makes zero, gauges its noise. */
#include "halqcd_tree_case.h"

/* The fake waves rise over the two-point functions by more than mass 0.6 allows. */
static const char *const COMPONENTS = "--set 'halqcd.components=[3S1]' --set mass_1=2";

static int import_tree(scene *place, int ranks, const tree_options *options) {
    write_tree(place, "tree", options);
    return run_hadpot(place, ranks, "import tree.yaml %s", COMPONENTS);
}

static double read_gauge(const scene *place) {
    hid_t file = open_hdf5(place, "tree.h5");
    hid_t group = H5Gopen2(file, "/source/wall/XX/3D1", H5P_DEFAULT);
    hid_t attribute = H5Aopen(group, "imaginary_part", H5P_DEFAULT);
    double value = NAN;
    assert_true(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Gclose(group) >= 0 && H5Fclose(file) >= 0);
    return value;
}

/* phi_D = Tr[S12 M]/(3 sqrt 8) of the one site with 0 < r <= L/4, of all files, relative to
 * phi_S of that and of the origin. */
static double expected_gauge(double phase) {
    const int site[] = {1, 0, 0}, orbit = orbit_number(TREE_EXTENT, site);
    double sums[2] = {0}, nn[3][3];
    spin_matrix tensor = {{0}}, m;
    directions(TREE_EXTENT, site, nn);
    add_tensor(nn, 1.0, tensor);
    for (int c = 0; c < TREE_CONFIGURATIONS; c++)
        for (int r = 0; r < TREE_ROTATIONS; r++)
            for (int t = TREE_FIRST_T; t < TREE_FIRST_T + TREE_TIMES; t++) {
                double complex term[WAVE_TERMS], D = 0.0;
                wave_terms(wave_number(c, r, 0, t), orbit, term);
                wave_at(TREE_EXTENT, site, term, m);
                for (int i = 0; i < 16; i++) D += tensor[i / 4][i % 4] * m[i % 4][i / 4];
                D *= cexp(I * phase);
                double S = pow(creal((term[1] + term[3] / 3.0) * cexp(I * phase)), 2);
                wave_terms(wave_number(c, r, 0, t), 0, term);
                S += pow(creal(term[1] * cexp(I * phase)), 2);
                sums[0] += cimag(D) * cimag(D) / S;
                sums[1] += creal(D) * creal(D) / S;
            }
    return sqrt(sums[0] / sums[1]);
}

/* A phase of all waves; three rows of two waves each. */
static void noise_of_the_d_wave_is_told(void **state) {
    scene *place = *state;
    assert_exit(place, import_tree(place, 2, &(tree_options){.phase = 0.5}), 0);
    assert_contains(place->err,
                    "warning: imaginary part of 3D1 at r <= L/4 in single files is 0.54 "
                    "of the real one, and about 0.22 in the average of 6 waves: noise, "
                    "since it is 0 by time reversal");
    assert_close(read_gauge(place), expected_gauge(0.5), 1e-12, 0); /* 18 squares */
    assert_exit(place, run_hadpot(place, 2, "info tree.h5"), 0);
    assert_contains(place->out, "component   wall/XX/3D1: imaginary part 0.54 of the real one at r "
                                "<= L/4 in single files: noise, 0 by time reversal");
    assert_contains(place->out, "note        imaginary part of 3D1 at r <= L/4");
}

static void real_waves_are_not_marked(void **state) {
    scene *place = *state;
    assert_exit(place, import_tree(place, 1, &(tree_options){.phase = 0.2}), 0); /* 0.2/sqrt 6 */
    assert_contains(place->err, "imaginary part of 3D1 at r <= L/4 in single files is 0.22 of the "
                                "real one: noise, 0 by time reversal");
    assert_null(strstr(place->err, "warning: imaginary part of 3D1"));
    assert_close(read_gauge(place), expected_gauge(0.2), 1e-12, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(noise_of_the_d_wave_is_told),
        scene_test(real_waves_are_not_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
