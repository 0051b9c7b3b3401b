// SPDX-License-Identifier: GPL-3.0-or-later
#include "hdf5_image.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "hadpot/probe.h"

enum { IMAGE_STEP = 1 << 16 };
#define MOST_NUMBERS ((size_t)1 << 40) /* more than any memory holds */

static bool is_hdf5(const void *bytes, size_t size) {
    static const unsigned char signature[] = "\x89HDF\r\n\x1a\n";
    return size >= 8 && memcmp(bytes, signature, 8) == 0;
}

hp_status hp_image_probe(const char *path, const void *bytes, size_t size, hp_error *err) {
    hp_file_identity identity;
    if (!is_hdf5(bytes, size)) return HP_OK;
    HP_CALL_IN(hp_probe_image(path, &identity, err), "%s", path);
    return HP_OK;
}

hp_status hp_image_open(const void *bytes, size_t size, hid_t *file, hp_error *err) {
    char reason[HP_HDF5_REASON], name[32];
    *file = H5I_INVALID_HID;
    snprintf(name, sizeof name, "%p", bytes); /* HDF5 takes two files of one name for the same */
    HP_REQUIRE(is_hdf5(bytes, size), HP_ERR_INPUT, "is no HDF5 file");
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* failures become messages of ours */
    HP_CALL(hp_hdf5_refuse_external_links(err));
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    bool ready = access >= 0 && H5Pset_fapl_core(access, IMAGE_STEP, 0) >= 0 &&
                 H5Pset_file_image(access, (void *)(uintptr_t)bytes, size) >= 0;
    if (ready) *file = H5Fopen(name, H5F_ACC_RDONLY, access);
    if (access >= 0) H5Pclose(access);
    HP_REQUIRE(ready, HP_ERR_MEMORY, "no memory for a file of %zu bytes", size);
    HP_REQUIRE(*file >= 0, HP_ERR_INPUT, "is a damaged HDF5 file (%s)", hp_hdf5_reason(reason));
    return HP_OK;
}

/* Two members of a compound type by the names that programs give them, real part first. */
static bool name_members(hid_t type, const char *names[2]) {
    static const char *const known[][2] = {{"re", "im"}, {"r", "i"}, {"real", "imag"}};
    if (H5Tget_nmembers(type) != 2) return false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int re = H5Tget_member_index(type, known[i][0]),
            im = H5Tget_member_index(type, known[i][1]);
        if (re < 0 || im < 0) continue;
        names[0] = known[i][0];
        names[1] = known[i][1];
        return H5Tget_member_class(type, (unsigned)re) == H5T_FLOAT &&
               H5Tget_member_class(type, (unsigned)im) == H5T_FLOAT;
    }
    return false;
}

hp_status hp_image_memory_type(hid_t dataset, hid_t *type, bool *is_complex, hp_error *err) {
    const char *names[2] = {NULL, NULL};
    hid_t stored = H5Dget_type(dataset);
    H5T_class_t class = stored >= 0 ? H5Tget_class(stored) : H5T_NO_CLASS;
    *is_complex = class == H5T_COMPOUND && name_members(stored, names);
    if (stored >= 0) H5Tclose(stored);
    HP_REQUIRE(*is_complex || class == H5T_FLOAT, HP_ERR_INPUT,
               "must hold floating-point numbers, or complex ones, {re, im} or {r, i}; found %s",
               class == H5T_INTEGER    ? "integers"
               : class == H5T_COMPOUND ? "other compound values"
               : class == H5T_STRING   ? "strings"
                                       : "values of another type");
    *type = *is_complex ? H5Tcreate(H5T_COMPOUND, 2 * sizeof(double)) : H5Tcopy(H5T_NATIVE_DOUBLE);
    bool good = *type >= 0;
    for (size_t i = 0; good && *is_complex && i < 2; i++)
        good = H5Tinsert(*type, names[i], i * sizeof(double), H5T_NATIVE_DOUBLE) >= 0;
    HP_REQUIRE(good, HP_ERR_LIBRARY, "no HDF5 type for complex numbers");
    return HP_OK;
}

static hp_status read_shape(hid_t dataset, hp_image_numbers *numbers, hp_error *err) {
    hsize_t shape[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset);
    int rank = space >= 0 ? H5Sget_simple_extent_dims(space, shape, NULL) : -1;
    if (space >= 0) H5Sclose(space);
    HP_REQUIRE(rank >= 0 && rank <= HP_IMAGE_RANK, HP_ERR_INPUT, "has %d axes, expected at most %d",
               rank, HP_IMAGE_RANK);
    numbers->rank = rank;
    numbers->count = 1;
    for (int axis = 0; axis < rank; axis++) {
        numbers->shape[axis] = (size_t)shape[axis];
        HP_REQUIRE(shape[axis] > 0, HP_ERR_INPUT, "is empty");
        HP_REQUIRE(numbers->count < MOST_NUMBERS / shape[axis], HP_ERR_INPUT,
                   "is damaged: it has too many numbers");
        numbers->count *= (size_t)shape[axis];
    }
    return HP_OK;
}

/* A damaged shape would ask for any amount of memory: what is stored as it is has its size. */
static hp_status check_size(hid_t dataset, const hp_image_numbers *numbers, hp_error *err) {
    hid_t list = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    bool plain = list >= 0 && H5Pget_layout(list) == H5D_CONTIGUOUS;
    size_t bytes = type >= 0 ? numbers->count * H5Tget_size(type) : 0;
    if (list >= 0) H5Pclose(list);
    if (type >= 0) H5Tclose(type);
    hsize_t stored = H5Dget_storage_size(dataset); /* 0: never written */
    HP_REQUIRE(!plain || stored == 0 || stored == bytes, HP_ERR_INPUT,
               "is damaged: its %zu numbers have %llu bytes, expected %zu", numbers->count,
               (unsigned long long)stored, bytes);
    return HP_OK;
}

/* Real numbers are read into the first half of the block and get their imaginary parts. */
static void spread_real(hp_image_numbers *numbers) {
    for (size_t i = numbers->count; i-- > 0;) {
        numbers->value[2 * i] = numbers->value[i];
        numbers->value[2 * i + 1] = 0.0;
    }
}

hp_status hp_image_read(hid_t file, const char *path, hp_image_numbers *numbers, hp_error *err) {
    hp_status status = HP_OK;
    hid_t dataset = H5I_INVALID_HID, type = H5I_INVALID_HID;
    char reason[HP_HDF5_REASON];
    *numbers = (hp_image_numbers){0};
    HP_CHECK(hp_hdf5_has_link(file, path), HP_ERR_INPUT, "is missing");
    dataset = H5Dopen2(file, path, H5P_DEFAULT);
    HP_CHECK(dataset >= 0, HP_ERR_INPUT, "cannot be opened as a dataset (%s)",
             hp_hdf5_reason(reason));
    HP_TRY(hp_image_memory_type(dataset, &type, &numbers->is_complex, err));
    HP_TRY(read_shape(dataset, numbers, err));
    HP_TRY(check_size(dataset, numbers, err));
    HP_NEW(numbers->value, 2 * numbers->count);
    HP_CHECK(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers->value) >= 0,
             HP_ERR_INPUT, "cannot be read (%s)", hp_hdf5_reason(reason));
    if (!numbers->is_complex) spread_real(numbers);
    for (size_t i = 0; i < 2 * numbers->count; i++)
        HP_CHECK(isfinite(numbers->value[i]), HP_ERR_INPUT, "element %zu is %g", i / 2,
                 numbers->value[i]);
cleanup:
    if (type >= 0) H5Tclose(type);
    if (dataset >= 0) H5Dclose(dataset);
    if (status != HP_OK) hp_error_add_context(err, "dataset %s", path);
    if (status != HP_OK) hp_image_numbers_destroy(numbers);
    return status;
}

void hp_image_numbers_destroy(hp_image_numbers *numbers) {
    if (numbers == NULL) return;
    hp_free(numbers->value);
    *numbers = (hp_image_numbers){0};
}
