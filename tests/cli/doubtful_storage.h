// SPDX-License-Identifier: GPL-3.0-or-later
/* Ways to store a good ensemble that are refused, or that look strange and are not. See
 * doubtful_files.h. */
#ifndef HADPOT_DOUBTFUL_STORAGE_H
#define HADPOT_DOUBTFUL_STORAGE_H

#include "doubtful_files.h"

#define ROWS WALL "four_point"

enum { UNKNOWN_FILTER = 300 };

/* ---- types ---- */

static inline void complex_rows(hid_t file, const char *folder) {
    (void)folder;
    const hsize_t shape[] = {DOUBTFUL_ROWS, SMALL_NT, SMALL_NPOINT};
    hid_t type = H5Tcreate(H5T_COMPOUND, 16), space = H5Screate_simple(3, shape, NULL);
    assert_true(H5Tinsert(type, "r", 0, H5T_IEEE_F64LE) >= 0);
    assert_true(H5Tinsert(type, "i", 8, H5T_IEEE_F64LE) >= 0);
    assert_true(H5Ldelete(file, ROWS, H5P_DEFAULT) >= 0);
    hid_t set = H5Dcreate2(file, ROWS, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Tclose(type) >= 0);
}

static inline void words_as_rows(hid_t file, const char *folder) {
    (void)folder;
    const hsize_t shape[] = {DOUBTFUL_ROWS, SMALL_NT};
    hid_t space = H5Screate_simple(2, shape, NULL);
    assert_true(H5Ldelete(file, WALL "two_point_1", H5P_DEFAULT) >= 0);
    hid_t set = H5Dcreate2(file, WALL "two_point_1", H5T_C_S1, space, H5P_DEFAULT, H5P_DEFAULT,
                           H5P_DEFAULT);
    assert_true(set >= 0 && H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
}

/* 16 bits: 1 sign, 5 exponent, 10 mantissa. */
static inline void half_precision(hid_t file, const char *folder) {
    (void)folder;
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    assert_true(H5Tset_fields(type, 15, 10, 5, 0, 10) >= 0 && H5Tset_size(type, 2) >= 0);
    assert_true(H5Tset_ebias(type, 15) >= 0);
    /* its numbers end at 6e-8, those of four_point are smaller */
    assert_true(H5Ldelete(file, "/source/wall", H5P_DEFAULT) >= 0);
    small_rows(file, (small_style){.nsample = DOUBTFUL_ROWS}, 1, 3);
    store_again(file, WALL "R", type, H5P_DEFAULT);
    assert_true(H5Tclose(type) >= 0);
}

static inline void long_double(hid_t file, const char *folder) {
    (void)folder;
    store_again(file, ROWS, H5T_NATIVE_LDOUBLE, H5P_DEFAULT);
}

/* A list of integers in place of one of the same name, if there is one: first, first + step, ... */
static inline void integers(hid_t file, const char *path, hid_t type, int count, double first,
                            double step) {
    const hsize_t shape = (hsize_t)count;
    double value[DOUBTFUL_ROWS];
    for (int i = 0; i < count; i++) value[i] = first + step * i;
    if (H5Lexists(file, path, H5P_DEFAULT) > 0)
        assert_true(H5Ldelete(file, path, H5P_DEFAULT) >= 0);
    small_dataset(file, path, type, 1, &shape, value);
}

static inline void narrow_integers(hid_t file, const char *folder) {
    (void)folder;
    integers(file, "/t", H5T_STD_U8BE, SMALL_NT, SMALL_T0, 1.0);
    integers(file, "/configuration", H5T_STD_I8LE, DOUBTFUL_ROWS, 7.0, 5.0);
    integers(file, WALL "configuration", H5T_STD_I16BE, DOUBTFUL_ROWS, 7.0, 5.0);
    integers(file, "/source/smeared/configuration", H5T_STD_U16LE, DOUBTFUL_ROWS, 7.0, 5.0);
}

static inline void wide_integers(hid_t file, const char *folder) {
    (void)folder;
    integers(file, "/t", H5T_STD_U32BE, SMALL_NT, SMALL_T0, 1.0);
    integers(file, "/configuration", H5T_STD_I64LE, DOUBTFUL_ROWS, 7.0, 10.0);
    integers(file, WALL "configuration", H5T_STD_U64BE, DOUBTFUL_ROWS, 7.0, 10.0);
    integers(file, "/stream", H5T_STD_I32BE, DOUBTFUL_ROWS, 3.0, 0.0);
}

static inline void integers_too_large(hid_t file, const char *folder) {
    (void)folder;
    integers(file, "/configuration", H5T_STD_U64LE, DOUBTFUL_ROWS, 5e9, 10.0);
}

static inline void version_too_large(hid_t file, const char *folder) {
    (void)folder;
    assert_true(H5Adelete(file, "version") >= 0);
    small_number(file, "version", H5T_STD_U64LE, 1e15);
}

/* ---- layouts ---- */

static inline void single_chunks(hid_t file, const char *folder) {
    (void)folder;
    const hsize_t chunk[] = {1, 1, 1};
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_chunk(layout, 3, chunk) >= 0 && H5Pset_deflate(layout, 4) >= 0);
    store_again(file, ROWS, H5T_IEEE_F64BE, layout);
}

static inline void growing_rows(hid_t file, const char *folder) {
    (void)folder;
    const hsize_t chunk[] = {5, 2, 3}, most[] = {H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED};
    numbers of = take(file, ROWS);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(3, of.shape, most);
    assert_true(H5Pset_chunk(layout, 3, chunk) >= 0);
    assert_true(H5Ldelete(file, ROWS, H5P_DEFAULT) >= 0);
    hid_t set = H5Dcreate2(file, ROWS, H5T_IEEE_F64LE, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Pclose(layout) >= 0);
    put(file, ROWS, of);
}

static inline size_t pass_on(unsigned flags, size_t nvalue, const unsigned *value, size_t bytes,
                             size_t *room, void **block) {
    (void)flags, (void)nvalue, (void)value, (void)room, (void)block;
    return bytes;
}

/* One byte of the first chunk is another one than when its checksum was made: the chunk is found by
 * its first number. */
static inline void damaged_chunk(hid_t file, const char *folder) {
    const hsize_t chunk[] = {1, SMALL_NT, SMALL_NPOINT}, first[] = {0, 0, 0};
    char path[256];
    haddr_t place;
    hsize_t size;
    unsigned mask;
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_chunk(layout, 3, chunk) >= 0 && H5Pset_fletcher32(layout) >= 0);
    store_again(file, ROWS, H5T_IEEE_F64LE, layout);
    hid_t set = H5Dopen2(file, ROWS, H5P_DEFAULT);
    assert_true(H5Dget_chunk_info_by_coord(set, first, &mask, &place, &size) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Fflush(file, H5F_SCOPE_LOCAL) >= 0);
    snprintf(path, sizeof path, "%s/raw.h5", folder);
    FILE *bytes = fopen(path, "r+b");
    assert_non_null(bytes);
    assert_int_equal(fseek(bytes, (long)place + 3, SEEK_SET), 0);
    assert_true(fputc(0x5a, bytes) != EOF && fclose(bytes) == 0);
}

/* A filter that this program alone has. */
static inline void unknown_filter(hid_t file, const char *folder) {
    (void)folder;
    static const H5Z_class2_t filter = {H5Z_CLASS_T_VERS, UNKNOWN_FILTER, 1,    1,
                                        "fpfold",         NULL,           NULL, pass_on};
    const hsize_t chunk[] = {1, SMALL_NT, SMALL_NPOINT};
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Zregister(&filter) >= 0 && H5Pset_chunk(layout, 3, chunk) >= 0);
    assert_true(H5Pset_filter(layout, UNKNOWN_FILTER, H5Z_FLAG_MANDATORY, 0, NULL) >= 0);
    store_again(file, ROWS, H5T_IEEE_F64LE, layout);
}

static inline void stored_outside(hid_t file, const char *folder) {
    char path[256];
    snprintf(path, sizeof path, "%s/rows.bin", folder);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_external(layout, path, 0, H5F_UNLIMITED) >= 0);
    store_again(file, ROWS, H5T_IEEE_F64LE, layout);
}

static inline void virtual_rows(hid_t file, const char *folder) {
    (void)folder;
    const hsize_t shape[] = {DOUBTFUL_ROWS, SMALL_NT, SMALL_NPOINT};
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(3, shape, NULL);
    assert_true(H5Lmove(file, ROWS, file, "/kept", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Pset_virtual(layout, space, ".", "/kept", space) >= 0);
    hid_t set = H5Dcreate2(file, ROWS, H5T_IEEE_F64LE, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Pclose(layout) >= 0);
}

/* ---- links ---- */

static inline void copy_to_other(hid_t file, const char *folder) {
    char path[256];
    snprintf(path, sizeof path, "%s/other.h5", folder);
    hid_t other = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Ocopy(file, ROWS, other, "rows", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(other) >= 0 && H5Ldelete(file, ROWS, H5P_DEFAULT) >= 0);
}

static inline void external_link(hid_t file, const char *folder) {
    copy_to_other(file, folder);
    assert_true(H5Lcreate_external("other.h5", "rows", file, ROWS, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static inline void external_link_to_nothing(hid_t file, const char *folder) {
    (void)folder;
    assert_true(H5Ldelete(file, ROWS, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_external("gone.h5", "rows", file, ROWS, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static inline void soft_link_to_other_file(hid_t file, const char *folder) {
    copy_to_other(file, folder);
    assert_true(H5Lcreate_external("other.h5", "/", file, "/more", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/more/rows", file, ROWS, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static inline void soft_link(hid_t file, const char *folder) {
    (void)folder;
    assert_true(H5Lmove(file, ROWS, file, "/kept", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/kept", file, ROWS, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static inline void soft_link_to_nothing(hid_t file, const char *folder) {
    (void)folder;
    assert_true(H5Ldelete(file, ROWS, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/gone", file, ROWS, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static inline void linked_source(hid_t file, const char *folder) {
    (void)folder;
    assert_true(H5Lmove(file, "/source/wall", file, "/kept", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/kept", file, "/source/wall", H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

/* ---- what is there ---- */

static inline void ratio_and_four_point(hid_t file, const char *folder) {
    (void)folder;
    small_rows(file, (small_style){.nsample = DOUBTFUL_ROWS}, 1, 3);
}

static inline void empty_source(hid_t file, const char *folder) {
    (void)folder;
    hid_t group = H5Gcreate2(file, "/source/point", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(group >= 0 && H5Gclose(group) >= 0);
}

static inline void missing_time(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, "/t");
    for (hsize_t i = 3; i < of.shape[0]; i++) of.value[i] += 1.0;
    put(file, "/t", of);
}

static inline void fewer_rows(hid_t file, const char *folder) {
    (void)folder;
    const char *const parts[] = {WALL "four_point", WALL "two_point_1", WALL "two_point_2"};
    for (int i = 0; i < 3; i++) assert_true(H5Ldelete(file, parts[i], H5P_DEFAULT) >= 0);
    for (int part = 0; part < 3; part++)
        small_rows(file, (small_style){.nsample = DOUBTFUL_ROWS - 1}, 1, part);
}

static inline void repeated_number(hid_t file, const char *folder) {
    (void)folder;
    numbers of = take(file, "/configuration");
    of.value[5] = of.value[4];
    put(file, "/configuration", of);
}

#endif
