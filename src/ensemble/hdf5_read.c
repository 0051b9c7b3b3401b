// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/hdf5_read.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"

enum { SHAPE_TEXT = 256 };

/* h5py and others: two real members. */
static bool is_complex(hid_t type) {
    if (H5Tget_class(type) != H5T_COMPOUND || H5Tget_nmembers(type) != 2) return false;
    return H5Tget_member_class(type, 0) == H5T_FLOAT && H5Tget_member_class(type, 1) == H5T_FLOAT;
}

static hp_status check_kind(hid_t type, hp_hdf5_kind kind, hp_error *err) {
    static const char *const expected[] = {"a string", "integers", "numbers"};
    static const char *const names[H5T_NCLASSES] = {
        [H5T_INTEGER] = "integers",    [H5T_FLOAT] = "floating-point numbers",
        [H5T_STRING] = "strings",      [H5T_COMPOUND] = "compound values",
        [H5T_ENUM] = "an enumeration", [H5T_VLEN] = "lists of variable length"};
    H5T_class_t class = H5Tget_class(type);
    bool good = kind == HP_HDF5_TEXT ? class == H5T_STRING : class == H5T_INTEGER;
    good = good || (kind == HP_HDF5_REAL && class == H5T_FLOAT);
    bool named = class >= 0 && class < H5T_NCLASSES && names[class] != NULL;
    HP_REQUIRE(kind != HP_HDF5_REAL || !is_complex(type), HP_ERR_INPUT,
               "must hold real numbers, found complex ones; `hadpot import` takes real parts and "
               "tells how large the imaginary ones are");
    HP_REQUIRE(good, HP_ERR_INPUT, "must hold %s, found %s", expected[kind],
               named ? names[class] : "values of another type");
    return HP_OK;
}

/* attribute, type: out, closed by the caller, after a failure too. */
static hp_status open_attribute(hid_t file, const char *name, hp_hdf5_kind kind, hid_t *attribute,
                                hid_t *type, hp_error *err) {
    hp_status status = HP_OK;
    hid_t space = H5I_INVALID_HID;
    char reason[HP_HDF5_REASON];
    HP_CHECK(hp_hdf5_has_attribute(file, name), HP_ERR_INPUT, "is missing");
    *attribute = H5Aopen(file, name, H5P_DEFAULT);
    HP_CHECK(*attribute >= 0, HP_ERR_INPUT, "cannot be opened (%s)", hp_hdf5_reason(reason));
    *type = H5Aget_type(*attribute);
    space = H5Aget_space(*attribute);
    HP_CHECK(*type >= 0 && space >= 0, HP_ERR_INPUT, "its type cannot be read (%s)",
             hp_hdf5_reason(reason));
    HP_TRY(check_kind(*type, kind, err));
    long long count = (long long)H5Sget_simple_extent_npoints(space);
    HP_CHECK(count == 1, HP_ERR_INPUT, "holds %lld values, expected one", count);
cleanup:
    if (space >= 0) H5Sclose(space);
    return status;
}

hp_status hp_hdf5_read_text(hid_t file, const char *name, char **text, hp_error *err) {
    hp_status status = HP_OK;
    hid_t attribute = H5I_INVALID_HID, type = H5I_INVALID_HID, memory_type = H5I_INVALID_HID;
    char reason[HP_HDF5_REASON], *stored = NULL;
    HP_TRY(open_attribute(file, name, HP_HDF5_TEXT, &attribute, &type, err));
    if (H5Tis_variable_str(type) > 0) {
        HP_CHECK(H5Aread(attribute, type, &stored) >= 0, HP_ERR_INPUT, "cannot be read (%s)",
                 hp_hdf5_reason(reason));
        *text = hp_copy_string(stored != NULL ? stored : ""); /* NULL: HDF5's empty one */
        HP_CHECK(*text != NULL, HP_ERR_MEMORY, "no memory for a string");
        goto cleanup;
    }
    /* A copy of the stored type keeps its character set, which HDF5 does not convert; one byte
     * more and NUL padding turn every way of padding into a C string. */
    size_t bytes = H5Tget_size(type) + 1;
    memory_type = H5Tcopy(type);
    HP_CHECK(memory_type >= 0 && H5Tset_size(memory_type, bytes) >= 0 &&
                 H5Tset_strpad(memory_type, H5T_STR_NULLTERM) >= 0,
             HP_ERR_LIBRARY, "no type for a string of %zu bytes (%s)", bytes,
             hp_hdf5_reason(reason));
    HP_NEW(*text, bytes);
    HP_CHECK(H5Aread(attribute, memory_type, *text) >= 0, HP_ERR_INPUT, "cannot be read (%s)",
             hp_hdf5_reason(reason));
cleanup:
    if (stored != NULL) H5free_memory(stored);
    if (memory_type >= 0) H5Tclose(memory_type);
    if (type >= 0) H5Tclose(type);
    if (attribute >= 0) H5Aclose(attribute);
    if (status != HP_OK) hp_error_add_context(err, "attribute %s", name);
    return status;
}

/* The ends are what HDF5 clips to. */
static bool fits(int number) {
    return number > INT_MIN && number < INT_MAX;
}

hp_status hp_hdf5_read_number(hid_t file, const char *name, hp_hdf5_kind kind, void *value,
                              hp_error *err) {
    hp_status status = HP_OK;
    hid_t attribute = H5I_INVALID_HID, type = H5I_INVALID_HID;
    hid_t memory_type = kind == HP_HDF5_INTEGER ? H5T_NATIVE_INT : H5T_NATIVE_DOUBLE;
    char reason[HP_HDF5_REASON];
    HP_TRY(open_attribute(file, name, kind, &attribute, &type, err));
    HP_CHECK(H5Aread(attribute, memory_type, value) >= 0, HP_ERR_INPUT, "cannot be read (%s)",
             hp_hdf5_reason(reason));
    if (kind == HP_HDF5_INTEGER)
        HP_CHECK(fits(*(int *)value), HP_ERR_INPUT, "does not fit a 32-bit integer");
cleanup:
    if (type >= 0) H5Tclose(type);
    if (attribute >= 0) H5Aclose(attribute);
    if (status != HP_OK) hp_error_add_context(err, "attribute %s", name);
    return status;
}

hp_status hp_hdf5_read_word(hid_t file, const char *name, const char *const words[2], int *index,
                            hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL;
    HP_TRY(hp_hdf5_read_text(file, name, &text, err));
    *index = strcmp(text, words[0]) == 0 ? 0 : 1;
    HP_CHECK(strcmp(text, words[*index]) == 0, HP_ERR_INPUT,
             "attribute %s is \"%s\", expected \"%s\" or \"%s\"", name, text, words[0], words[1]);
cleanup:
    hp_free(text);
    return status;
}

bool hp_hdf5_has_attribute(hid_t file, const char *name) {
    return H5Aexists(file, name) > 0;
}

bool hp_hdf5_has_link(hid_t file, const char *path) {
    char part[512];
    size_t length = strlen(path);
    if (length >= sizeof part) return false;
    /* H5Lexists looks at the last part of a path and fails when an earlier one is missing. */
    for (size_t end = 1; end <= length; end++) {
        if (path[end] != '/' && path[end] != '\0') continue;
        memcpy(part, path, end);
        part[end] = '\0';
        if (H5Lexists(file, part, H5P_DEFAULT) <= 0) return false;
    }
    return true;
}

/* "(20, 5, 6545)", with the text `zero` for a length of 0. */
static void write_shape(char text[SHAPE_TEXT], int rank, const hsize_t *shape, const char *zero) {
    size_t used = (size_t)snprintf(text, SHAPE_TEXT, "(");
    for (int axis = 0; axis < rank && used < SHAPE_TEXT; axis++) {
        char length[32];
        snprintf(length, sizeof length, "%llu", (unsigned long long)shape[axis]);
        used += (size_t)snprintf(text + used, SHAPE_TEXT - used, "%s%s", axis > 0 ? ", " : "",
                                 shape[axis] > 0 ? length : zero);
    }
    if (used < SHAPE_TEXT) snprintf(text + used, SHAPE_TEXT - used, ")");
}

static hp_status check_shape(hid_t dataset, int rank, hsize_t *shape, hp_error *err) {
    hp_status status = HP_OK;
    hsize_t found[H5S_MAX_RANK];
    char found_text[SHAPE_TEXT], expected_text[SHAPE_TEXT], reason[HP_HDF5_REASON];
    hid_t space = H5Dget_space(dataset);
    int found_rank = space >= 0 ? H5Sget_simple_extent_dims(space, found, NULL) : -1;
    HP_CHECK(found_rank >= 0, HP_ERR_INPUT, "its shape cannot be read (%s)",
             hp_hdf5_reason(reason));
    bool good = found_rank == rank;
    for (int axis = 0; good && axis < rank; axis++)
        good = shape[axis] == 0 ? found[axis] > 0 && found[axis] <= INT_MAX
                                : found[axis] == shape[axis];
    write_shape(found_text, found_rank, found, "0");
    write_shape(expected_text, rank, shape, "n > 0");
    HP_CHECK(good, HP_ERR_INPUT, "has shape %s, expected %s", found_text, expected_text);
    memcpy(shape, found, (size_t)rank * sizeof *shape);
cleanup:
    if (space >= 0) H5Sclose(space);
    return status;
}

hp_status hp_hdf5_open_dataset(hid_t file, const char *path, hp_hdf5_kind kind, int rank,
                               hsize_t *shape, hid_t *dataset, hp_error *err) {
    hp_status status = HP_OK;
    hid_t type = H5I_INVALID_HID;
    char reason[HP_HDF5_REASON];
    *dataset = H5I_INVALID_HID;
    HP_CHECK(hp_hdf5_has_link(file, path), HP_ERR_INPUT, "is missing");
    *dataset = H5Dopen2(file, path, H5P_DEFAULT);
    HP_CHECK(*dataset >= 0, HP_ERR_INPUT, "cannot be opened as a dataset (%s)",
             hp_hdf5_reason(reason));
    type = H5Dget_type(*dataset);
    HP_CHECK(type >= 0, HP_ERR_INPUT, "its type cannot be read (%s)", hp_hdf5_reason(reason));
    HP_TRY(check_kind(type, kind, err));
    HP_TRY(check_shape(*dataset, rank, shape, err));
cleanup:
    if (type >= 0) H5Tclose(type);
    if (status != HP_OK && *dataset >= 0) H5Dclose(*dataset);
    if (status != HP_OK) *dataset = H5I_INVALID_HID;
    if (status != HP_OK) hp_error_add_context(err, "dataset %s", path);
    return status;
}

/* All of a dataset as int or double. */
static hp_status read_all(hid_t file, const char *path, hp_hdf5_kind kind, int rank, hsize_t *shape,
                          void **values, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    hid_t dataset = H5I_INVALID_HID,
          type = kind == HP_HDF5_INTEGER ? H5T_NATIVE_INT : H5T_NATIVE_DOUBLE;
    size_t count = 1, size = kind == HP_HDF5_INTEGER ? sizeof(int) : sizeof(double);
    HP_TRY(hp_hdf5_open_dataset(file, path, kind, rank, shape, &dataset, err));
    for (int axis = 0; axis < rank; axis++) count *= (size_t)shape[axis];
    *values = hp_alloc(count, size);
    HP_CHECK(*values != NULL, HP_ERR_MEMORY, "no memory for %zu elements of %zu bytes", count,
             size);
    HP_CHECK(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *values) >= 0, HP_ERR_INPUT,
             "dataset %s: cannot be read (%s)", path, hp_hdf5_reason(reason));
    const int *number = *values;
    for (size_t i = 0; kind == HP_HDF5_INTEGER && i < count; i++)
        HP_CHECK(fits(number[i]), HP_ERR_INPUT,
                 "dataset %s: element %zu does not fit a 32-bit integer", path, i);
cleanup:
    if (dataset >= 0) H5Dclose(dataset);
    return status;
}

hp_status hp_hdf5_read_integers(hid_t file, const char *path, int rank, hsize_t *shape,
                                int **values, hp_error *err) {
    return read_all(file, path, HP_HDF5_INTEGER, rank, shape, (void **)values, err);
}

hp_status hp_hdf5_read_reals(hid_t file, const char *path, int rank, hsize_t *shape,
                             double **values, hp_error *err) {
    return read_all(file, path, HP_HDF5_REAL, rank, shape, (void **)values, err);
}

static herr_t keep_deepest(unsigned n, const H5E_error2_t *entry, void *reason) {
    if (n == 0 && entry->desc != NULL) snprintf(reason, HP_HDF5_REASON, "HDF5: %s", entry->desc);
    return 0;
}

const char *hp_hdf5_reason(char reason[HP_HDF5_REASON]) {
    snprintf(reason, HP_HDF5_REASON, "no reason given");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_deepest, reason);
    return reason;
}
