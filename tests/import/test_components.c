// SPDX-License-Identifier: GPL-3.0-or-later
/* Ensembles of version 2 in which something is wrong: hadpot info says what and where. */
#include "halqcd_tree_case.h"

#define GROUP "/source/wall/XX"

static void set_integer(hid_t file, const char *object, const char *name, int value) {
    if (H5Aexists_by_name(file, object, name, H5P_DEFAULT) > 0)
        assert_true(H5Adelete_by_name(file, object, name, H5P_DEFAULT) >= 0);
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate_by_name(file, object, name, H5T_NATIVE_INT, space, H5P_DEFAULT,
                                        H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &value) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Sclose(space) >= 0);
}

static void set_component(hid_t file, const char *text) {
    hsize_t one = 1;
    hid_t space = H5Screate_simple(1, &one, NULL), type = H5Tcopy(H5T_C_S1);
    assert_true(H5Tset_size(type, H5T_VARIABLE) >= 0);
    assert_true(H5Ldelete(file, "/component", H5P_DEFAULT) >= 0);
    hid_t set = H5Dcreate2(file, "/component", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Tclose(type) >= 0 && H5Sclose(space) >= 0);
}

static void without_wave(hid_t file) {
    assert_true(H5Ldelete(file, GROUP "/3D1/four_point", H5P_DEFAULT) >= 0);
}

static void without_laplacian(hid_t file) {
    assert_true(H5Ldelete(file, GROUP "/3D1/laplacian", H5P_DEFAULT) >= 0);
}

static void with_ratio_too(hid_t file) {
    assert_true(H5Lcreate_hard(file, GROUP "/3S1/four_point", file, GROUP "/3S1/R", H5P_DEFAULT,
                               H5P_DEFAULT) >= 0);
}

static void without_two_point(hid_t file) {
    assert_true(H5Ldelete(file, GROUP "/two_point_2", H5P_DEFAULT) >= 0);
}

static void with_other_shape(hid_t file) {
    assert_true(H5Ldelete(file, GROUP "/3S1/four_point", H5P_DEFAULT) >= 0 &&
                H5Lmove(file, GROUP "/two_point_1", file, GROUP "/3S1/four_point", H5P_DEFAULT,
                        H5P_DEFAULT) >= 0);
}

static void with_nan(hid_t file) {
    static double values[TREE_CONFIGURATIONS * TREE_TIMES * TREE_ORBITS];
    hid_t set = H5Dopen2(file, GROUP "/3D1/laplacian", H5P_DEFAULT);
    values[TREE_TIMES * TREE_ORBITS + 4] = NAN;
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dclose(set) >= 0);
}

static void without_pair(hid_t file) {
    assert_true(H5Lmove(file, "/pair/XX", file, "/pair/YY", H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static void with_wrong_identity(hid_t file) {
    set_integer(file, "/pair/XX", "identical", 2);
}

static void without_one_mass(hid_t file) {
    assert_true(H5Adelete_by_name(file, "/pair/XX", "mass_2", H5P_DEFAULT) >= 0);
}

static void with_wrong_wave(hid_t file) {
    set_component(file, "XX:3Q1");
}

static void with_other_wave(hid_t file) {
    set_component(file, "XX:1P1");
}

static void with_later_version(hid_t file) {
    set_integer(file, "/", "version", 3);
}

static void without_mass(hid_t file) {
    assert_true(H5Adelete_by_name(file, "/pair/XX", "mass_1", H5P_DEFAULT) >= 0 &&
                H5Adelete_by_name(file, "/pair/XX", "mass_2", H5P_DEFAULT) >= 0);
}

static void with_one_component(hid_t file) {
    set_component(file, "XX:3S1");
}

static void damage(const scene *place, void (*how)(hid_t file)) {
    char path[256], none[64];
    assert_int_equal(
        hp_test_run(none, sizeof none, "cd '%s' && cp whole.h5 file.h5", place->folder), 0);
    scene_path(place, "file.h5", path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    how(file);
    assert_true(H5Fclose(file) >= 0);
}

static void make_whole(scene *place) {
    write_tree(place, "whole", &(tree_options){0});
    assert_exit(place, run_hadpot(place, 1, "import whole.yaml --set 'halqcd.components=[3S1]'"),
                0);
}

static void what_is_wrong_is_named(void **state) {
    static const struct {
        void (*how)(hid_t file);
        const char *says;
    } cases[] = {
        {without_wave, "/source/wall/XX/3D1 holds neither R nor four_point"},
        {with_ratio_too, GROUP "/3S1 holds both R and four_point, expected one of them"},
        {without_laplacian, "dataset " GROUP "/3D1/laplacian: "},
        {without_two_point, "dataset " GROUP "/two_point_2: "},
        {with_other_shape, "has shape (3, 3), expected (n > 0, 3, 10)"},
        {without_pair, "group /pair/XX of component XX:3S1 is missing"},
        {with_wrong_identity, "/pair/XX: attribute identical is 2, expected 0 or 1"},
        {without_one_mass, "/pair/XX: attributes mass_1 and mass_2 are 0.6 and nan, expected two "
                           "positive numbers"},
        {with_wrong_wave, "dataset /component: \"XX:3Q1\", expected PAIR:2S+1LJ with L = "},
        {with_other_wave, "no source has all components: source 'wall' has no component XX:1P1"},
        {with_later_version, "attribute version is 3, this program reads versions 1 and 2"},
    };
    scene *place = *state;
    make_whole(place);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        damage(place, cases[i].how);
        assert_exit(place, run_hadpot(place, i == 0 ? 3 : 1, "info file.h5"), 2);
        assert_contains(place->err, cases[i].says);
        assert_contains(place->err, "file.h5: ");
        assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
        assert_string_equal(place->out, "");
    }
}

static void numbers_are_checked_while_they_are_read(void **state) {
    scene *place = *state;
    make_whole(place);
    damage(place, with_nan);
    assert_exit(place, run_hadpot(place, 1, "info file.h5"), 2);
    assert_contains(place->err, "file.h5: dataset " GROUP "/3D1/laplacian: nan at sample 1");
    assert_contains(place->err, "t = 4, point 4, expected a finite number");
}

static void what_may_be_absent_may_be(void **state) {
    scene *place = *state;
    make_whole(place);
    damage(place, without_mass);
    assert_exit(place, run_hadpot(place, 1, "info file.h5"), 0);
    assert_contains(place->out,
                    "pair        XX: different hadrons, masses from two-point functions");
    damage(place, with_one_component); /* a text of variable length */
    assert_exit(place, run_hadpot(place, 1, "info file.h5"), 0);
    assert_contains(place->out, "components  XX:3S1\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_is_wrong_is_named),
        scene_test(numbers_are_checked_while_they_are_read),
        scene_test(what_may_be_absent_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
