// SPDX-License-Identifier: GPL-3.0-or-later
/* HDF5 files in memory: complex numbers as programs write them, and datasets by their attributes.
 */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "../../src/import/hdf5_image.h"
#include "hadpot/file.h"
#include "hadpot/memory.h"
#include "support.h"

enum { N = 6 };
#define VALUE(i) (1.0 / ((i) + 3.0)) /* has no short decimal form */

/* Complex numbers VALUE(i), -i with these names of their parts; size 4: of single precision. */
static void put_complex(hid_t file, const char *path, const char *re, const char *im, size_t size) {
    const bool swapped = im[0] == '-'; /* imaginary part first */
    hid_t part = size == 4 ? H5T_IEEE_F32LE : H5T_IEEE_F64BE;
    hid_t stored = H5Tcreate(H5T_COMPOUND, 2 * size), memory = H5Tcreate(H5T_COMPOUND, 16);
    const char *name = swapped ? im + 1 : im;
    assert_true(H5Tinsert(stored, re, swapped ? size : 0, part) >= 0);
    assert_true(H5Tinsert(stored, name, swapped ? 0 : size, part) >= 0);
    assert_true(H5Tinsert(memory, re, 0, H5T_NATIVE_DOUBLE) >= 0);
    assert_true(H5Tinsert(memory, name, 8, H5T_NATIVE_DOUBLE) >= 0);
    double value[N][2];
    for (int i = 0; i < N; i++) value[i][0] = VALUE(i), value[i][1] = -i;
    const hsize_t shape[] = {2, 3};
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(2, shape, NULL);
    assert_true(H5Pset_create_intermediate_group(links, 1) >= 0);
    hid_t set = H5Dcreate2(file, path, stored, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Pclose(links) >= 0);
    assert_true(H5Tclose(stored) >= 0 && H5Tclose(memory) >= 0);
}

static void put_real(hid_t file, const char *path, hid_t type, double last) {
    const hsize_t shape[] = {N};
    const double value[N] = {1, 2, 3, 4, 5, last};
    hid_t space = H5Screate_simple(1, shape, NULL);
    hid_t set = H5Dcreate2(file, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
}

/* A list of one string of variable length, as Grid writes it, or an integer. */
static void put_attribute(hid_t file, const char *path, const char *name, const char *text,
                          int number) {
    const hsize_t one[] = {1};
    hid_t object = H5Oopen(file, path, H5P_DEFAULT), space = H5Screate_simple(1, one, NULL);
    hid_t type = text != NULL ? H5Tcopy(H5T_C_S1) : H5Tcopy(H5T_NATIVE_INT);
    if (text != NULL) assert_true(H5Tset_size(type, H5T_VARIABLE) >= 0);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const void *value = text != NULL ? (const void *)&text : (const void *)&number;
    assert_true(H5Awrite(attribute, type, value) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Tclose(type) >= 0 && H5Sclose(space) >= 0);
    assert_true(H5Oclose(object) >= 0);
}

static void fill(hid_t file) {
    put_complex(file, "meson/meson_0/corr", "re", "im", 8);
    put_complex(file, "meson/meson_1/corr", "re", "im", 8);
    put_attribute(file, "meson/meson_0", "gamma_snk", "Gamma5", 0);
    put_attribute(file, "meson/meson_0", "gamma_src", "Gamma5", 0);
    put_attribute(file, "meson/meson_1", "gamma_snk", "GammaT", 0);
    put_attribute(file, "meson/meson_1", "gamma_src", "Gamma5", 0);
    put_complex(file, "baryon/baryon_0/corr", "re", "im", 4);
    put_complex(file, "baryon/baryon_0/info/x", "re", "im", 4);
    put_attribute(file, "baryon/baryon_0/info", "parity", NULL, -1);
    put_complex(file, "numpy", "r", "i", 8);
    put_complex(file, "other", "real", "-imag", 8);
    put_complex(file, "bad", "x", "y", 8);
    put_real(file, "real", H5T_NATIVE_FLOAT, 6);
    put_real(file, "nan", H5T_NATIVE_DOUBLE, NAN);
    put_real(file, "integer", H5T_NATIVE_INT, 6);
}

/* The bytes of such a file, in memory. */
static char *make_image(void (*content)(hid_t), size_t *size) {
    char folder[64], path[128], *bytes = NULL;
    hp_error err = HP_ERROR_INIT;
    hp_test_make_folder(folder);
    snprintf(path, sizeof path, "%s/file.h5", folder);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    content(file);
    assert_true(H5Fclose(file) >= 0);
    assert_ok(hp_file_read(path, &bytes, size, &err), &err);
    hp_test_remove_folder(folder);
    return bytes;
}

typedef struct image {
    char *bytes;
    hid_t file;
} image;

static int setup(void **state) {
    static image is;
    size_t size = 0;
    hp_error err = HP_ERROR_INIT;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    is.bytes = make_image(fill, &size);
    assert_ok(hp_image_open(is.bytes, size, &is.file, &err), &err);
    *state = &is;
    return 0;
}

static int teardown(void **state) {
    image *is = *state;
    assert_true(H5Fclose(is->file) >= 0);
    hp_free(is->bytes);
    return 0;
}

static void complex_numbers_are_read_whatever_their_names(void **state) {
    const image *is = *state;
    static const char *const paths[] = {"meson/meson_0/corr", "numpy", "other",
                                        "baryon/baryon_0/corr"};
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        hp_image_numbers numbers;
        hp_error err = HP_ERROR_INIT;
        assert_ok(hp_image_read(is->file, paths[k], &numbers, &err), &err);
        assert_true(numbers.is_complex);
        assert_int_equal(numbers.rank, 2);
        assert_int_equal(numbers.count, N);
        assert_int_equal(numbers.shape[1], 3);
        for (int i = 0; i < N; i++) {
            /* the last file holds single precision: 2^-24 */
            assert_close(numbers.value[2 * i], VALUE(i), k == 3 ? 6e-8 : 0.0, 0);
            assert_close(numbers.value[2 * i + 1], -i, 0, 0);
        }
        hp_image_numbers_destroy(&numbers);
    }
}

static void real_numbers_have_no_imaginary_part(void **state) {
    const image *is = *state;
    hp_image_numbers numbers;
    hp_error err = HP_ERROR_INIT;
    assert_ok(hp_image_read(is->file, "real", &numbers, &err), &err);
    assert_false(numbers.is_complex);
    for (int i = 0; i < N; i++) {
        assert_close(numbers.value[2 * i], i + 1, 0, 0);
        assert_close(numbers.value[2 * i + 1], 0, 0, 0);
    }
    hp_image_numbers_destroy(&numbers);
}

static void datasets_are_found_by_attributes(void **state) {
    const image *is = *state;
    static const char *const good[][2] = {
        {"meson/[gamma_snk=Gamma5,gamma_src=Gamma5]/corr", "meson/meson_0/corr"},
        {"meson/[gamma_snk=GammaT, gamma_src=Gamma5]/corr", "meson/meson_1/corr"},
        {"baryon/[parity=-1]/corr", "baryon/baryon_0/corr"},
        {"meson/meson_1/corr", "meson/meson_1/corr"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char path[HP_IMAGE_PATH];
        hp_error err = HP_ERROR_INIT;
        assert_ok(hp_image_find(is->file, good[i][0], path, &err), &err);
        assert_string_equal(path, good[i][1]);
    }
}

static void datasets_that_are_not_there_are_told_of(void **state) {
    const image *is = *state;
    static const char *const bad[][2] = {
        {"meson/[gamma_src=Gamma5]/corr", "2 groups of \"meson\" have gamma_src=Gamma5, expected "
                                          "one; found meson_0 (gamma_src = Gamma5), meson_1"},
        {"meson/[gamma_snk=Gamma5,x=1]/corr",
         "0 groups of \"meson\" have gamma_snk=Gamma5,x=1, expected one; found meson_0 (gamma_snk "
         "= Gamma5 x is missing), meson_1 (gamma_snk = GammaT)"},
        {"mesons/[a=b]/corr", "has no group \"mesons\""},
        {"meson/meson_7/corr", "has no dataset \"meson/meson_7/corr\", found baryon/baryon_0/corr"},
        {"", "holds 8 datasets of numbers, expected one where none is named; found baryon/"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char path[HP_IMAGE_PATH];
        hp_error err = HP_ERROR_INIT;
        assert_status(hp_image_find(is->file, bad[i][0], path, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i][1]);
    }
}

static void other_values_are_refused(void **state) {
    const image *is = *state;
    static const char *const bad[][2] = {
        {"bad", "dataset bad: must hold floating-point numbers, or complex ones, {re, im} or {r, "
                "i}; found other compound values"},
        {"integer", "dataset integer: must hold floating-point numbers, or complex ones, {re, im} "
                    "or {r, i}; found integers"},
        {"nan", "dataset nan: element 5 is nan"},
        {"nothing", "dataset nothing: is missing"},
        {"meson", "dataset meson: cannot be opened as a dataset"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_image_numbers numbers;
        hp_error err = HP_ERROR_INIT;
        assert_status(hp_image_read(is->file, bad[i][0], &numbers, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i][1]);
        assert_null(numbers.value);
    }
}

static void put_one(hid_t file) {
    put_complex(file, "group/only", "re", "im", 8);
    put_real(file, "numbers", H5T_NATIVE_INT, 0);
}

static void the_only_dataset_needs_no_name(void **state) {
    (void)state;
    char path[HP_IMAGE_PATH];
    size_t size = 0;
    hid_t file = H5I_INVALID_HID;
    hp_error err = HP_ERROR_INIT;
    char *bytes = make_image(put_one, &size);
    assert_ok(hp_image_open(bytes, size, &file, &err), &err);
    assert_ok(hp_image_find(file, "", path, &err), &err);
    assert_string_equal(path, "group/only");
    assert_true(H5Fclose(file) >= 0);
    hp_free(bytes);
}

static void what_is_no_hdf5_file_is_refused(void **state) {
    (void)state;
    hid_t file;
    hp_error err = HP_ERROR_INIT;
    assert_status(hp_image_open("10 1.5\n11 2.5\n", 14, &file, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "is no HDF5 file");
    hp_error_clear(&err);
    assert_status(hp_image_open("\x89HDF\r\n\x1a\n 1234567890", 19, &file, &err), HP_ERR_INPUT,
                  &err);
    assert_contains(err.message, "is a damaged HDF5 file");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complex_numbers_are_read_whatever_their_names),
        cmocka_unit_test(real_numbers_have_no_imaginary_part),
        cmocka_unit_test(datasets_are_found_by_attributes),
        cmocka_unit_test(datasets_that_are_not_there_are_told_of),
        cmocka_unit_test(other_values_are_refused),
        cmocka_unit_test(the_only_dataset_needs_no_name),
        cmocka_unit_test(what_is_no_hdf5_file_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
