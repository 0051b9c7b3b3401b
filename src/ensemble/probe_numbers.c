// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers that no filter has changed are copied from the file into blocks whose size follows from
 * the shape alone: of these one is read, for the conversion of types. */
#include "probe_numbers.h"
#include <string.h>
#include "hadpot/memory.h"

/* Beyond: no text or attribute that anybody means; chunks that two ranks of a machine could not
 * hold; and grids of chunks most of which are not there, as a damaged shape makes them. */
enum { MOST_TEXT = 1 << 28, MOST_CHUNK = 1 << 29, SPARE_CHUNKS = 1000 };

/* Bytes of a number in any file: of two quadruple ones. */
enum { MOST_NUMBER = 32 };

/* A dataset that is read. */
typedef struct numbers {
    hid_t dataset, space, memory; /* memory: type of its numbers there */
    int rank;
    hsize_t shape[H5S_MAX_RANK];
    size_t size;   /* bytes of a number in memory */
    size_t stored; /* and in the file */
} numbers;

/* As what values of a type are read; H5I_INVALID_HID: not at all. */
static hid_t memory_type(hid_t stored) {
    H5T_class_t class = H5Tget_class(stored);
    if (class == H5T_INTEGER || class == H5T_FLOAT) return H5Tcopy(H5T_NATIVE_DOUBLE);
    if (class == H5T_STRING) return H5Tcopy(stored);
    if (class != H5T_COMPOUND) return H5I_INVALID_HID;
    for (int i = 0; i < H5Tget_nmembers(stored); i++)
        if (H5Tget_member_class(stored, (unsigned)i) != H5T_FLOAT) return H5I_INVALID_HID;
    return H5Tget_native_type(stored, H5T_DIR_ASCEND);
}

void hp_probe_read_attribute(const hp_probe_watch *watch, hid_t attribute, hid_t type,
                             hid_t space) {
    hid_t memory = memory_type(type);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t size = memory >= 0 ? H5Tget_size(memory) : 0;
    if (size > 0 && count > 0 && (size_t)count <= MOST_TEXT / size) {
        void *values = hp_alloc((size_t)count, size);
        bool good = values != NULL && H5Aread(attribute, memory, values) >= 0;
        hp_probe_check(watch, good);
        if (good && H5Tis_variable_str(memory) > 0)
            H5Dvlen_reclaim(memory, space, H5P_DEFAULT, values);
        hp_free(values);
    }
    if (memory >= 0) H5Tclose(memory);
}

/* A box of numbers; values: room for them. */
static void read_box(const hp_probe_watch *watch, const numbers *of, const hsize_t *start,
                     const hsize_t *count, void *values) {
    hid_t memory = H5Screate_simple(of->rank, count, NULL);
    bool good = memory >= 0 &&
                H5Sselect_hyperslab(of->space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
    if (good)
        hp_probe_check(
            watch, H5Dread(of->dataset, of->memory, memory, of->space, H5P_DEFAULT, values) >= 0);
    if (memory >= 0) H5Sclose(memory);
}

static void read_one(const hp_probe_watch *watch, const numbers *of) {
    hsize_t start[H5S_MAX_RANK] = {0}, count[H5S_MAX_RANK];
    void *value = hp_alloc(1, of->size);
    for (int axis = 0; axis < of->rank; axis++) count[axis] = 1;
    if (value != NULL) read_box(watch, of, start, count, value);
    hp_free(value);
}

/* Texts: those of variable length stand in heaps, which are read and released with them. */
static void read_texts(const hp_probe_watch *watch, const numbers *of) {
    hssize_t count = H5Sget_simple_extent_npoints(of->space);
    if (count <= 0 || (size_t)count > MOST_TEXT / of->size) return;
    void *values = hp_alloc((size_t)count, of->size);
    bool good = values != NULL &&
                H5Dread(of->dataset, of->memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    hp_probe_check(watch, good);
    if (good && H5Tis_variable_str(of->memory) > 0)
        H5Dvlen_reclaim(of->memory, of->space, H5P_DEFAULT, values);
    hp_free(values);
}

/* Filters that give a chunk of the right size or fail: an Adler-32 guards what deflate makes. */
static bool filters_are_sound(hid_t layout) {
    for (int i = 0; i < H5Pget_nfilters(layout); i++) {
        size_t none = 0;
        unsigned flags;
        H5Z_filter_t filter =
            H5Pget_filter2(layout, (unsigned)i, &flags, &none, NULL, 0, NULL, NULL);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
            filter != H5Z_FILTER_FLETCHER32)
            return false;
    }
    return true;
}

/* Chunks of a dataset: bytes of one, in all; whether each is read. */
typedef struct chunks {
    hsize_t shape[H5S_MAX_RANK];
    double bytes, count;
    bool all;
} chunks;

/* The first one shows what the shape of all leads to; and that no filter is left out for one of
 * them is said for each by itself: what then is copied may end before the chunk does. */
static bool has_to_be_read(const numbers *of, const chunks *grid, const hsize_t *start) {
    unsigned skipped = 0;
    haddr_t place = HADDR_UNDEF;
    hsize_t stored = 0;
    bool first = true;
    for (int axis = 0; axis < of->rank; axis++) first = first && start[axis] == 0;
    if (first || grid->all) return true;
    return H5Dget_chunk_info_by_coord(of->dataset, start, &skipped, &place, &stored) < 0 ||
           (place != HADDR_UNDEF && skipped != 0);
}

/* Each once; in this order, whatever the order of the file. */
static void read_chunks(const hp_probe_watch *watch, const numbers *of, const chunks *grid,
                        void *values) {
    hsize_t start[H5S_MAX_RANK] = {0}, count[H5S_MAX_RANK];
    for (int axis = 0; axis >= 0;) {
        for (int i = 0; i < of->rank; i++)
            count[i] =
                of->shape[i] - start[i] < grid->shape[i] ? of->shape[i] - start[i] : grid->shape[i];
        if (has_to_be_read(of, grid, start)) {
            watch->grant(grid->bytes);
            read_box(watch, of, start, count, values);
        }
        for (axis = of->rank - 1; axis >= 0; axis--) {
            start[axis] += grid->shape[axis];
            if (start[axis] < of->shape[axis]) break;
            start[axis] = 0;
        }
    }
}

static void read_filtered(const hp_probe_watch *watch, const numbers *of, hid_t layout,
                          hsize_t nchunk, const char *name) {
    chunks grid = {.count = 1.0, .bytes = (double)of->size, .all = !filters_are_sound(layout)};
    if (H5Pget_chunk(layout, H5S_MAX_RANK, grid.shape) != of->rank) return;
    for (int axis = 0; axis < of->rank; axis++) {
        if (grid.shape[axis] == 0) return;
        hsize_t along = (of->shape[axis] + grid.shape[axis] - 1) / grid.shape[axis];
        grid.count *= (double)along;
        grid.bytes *= (double)grid.shape[axis];
    }
    if (watch->grant == NULL || grid.bytes > MOST_CHUNK ||
        grid.count > 4.0 * (double)nchunk + SPARE_CHUNKS)
        return;
    void *values = hp_alloc((size_t)grid.bytes, 1);
    if (values == NULL) return;
    hp_probe_tell(watch, "the chunks of %s", name);
    read_chunks(watch, of, &grid, values);
    hp_free(values);
}

/* HDF5 copies as many bytes as shape and type ask for, whether they are there or not. */
static void check_bytes(const hp_probe_watch *watch, const numbers *of, hid_t layout,
                        const char *name) {
    hsize_t there = H5Dget_storage_size(of->dataset);
    double asked = (double)of->stored * (double)H5Sget_simple_extent_npoints(of->space);
    bool number = H5Tget_class(of->memory) == H5T_FLOAT;
    bool less = H5Pget_layout(layout) != H5D_CHUNKED && there > 0 && (double)there < asked;
    if (!less && !(number && of->stored > MOST_NUMBER)) return;
    hp_probe_tell(watch, "%s, %g bytes by shape and type (%zu each), found %g", name, asked,
                  of->stored, (double)there);
    watch->no_list();
}

/* Where its numbers stand, and what is between them and the file. Others are refused later. */
static void look_at_layout(const hp_probe_watch *watch, const numbers *of, hid_t layout,
                           const char *name) {
    hsize_t nchunk = 0;
    bool chunked = H5Pget_layout(layout) == H5D_CHUNKED;
    if (H5Pget_layout(layout) == H5D_VIRTUAL || H5Pget_external_count(layout) != 0) return;
    check_bytes(watch, of, layout, name);
    if (chunked) hp_probe_tell(watch, "the index of chunks of %s", name);
    if (chunked && H5Dget_num_chunks(of->dataset, of->space, &nchunk) < 0) return;
    if (of->memory < 0 || of->size == 0 || H5Sget_simple_extent_npoints(of->space) <= 0) return;
    hp_probe_tell(watch, "%s", name);
    if (H5Tget_class(of->memory) == H5T_STRING)
        read_texts(watch, of);
    else if (chunked && H5Pget_nfilters(layout) != 0)
        read_filtered(watch, of, layout, nchunk, name);
    else
        read_one(watch, of);
}

void hp_probe_look_at_dataset(const hp_probe_watch *watch, hid_t dataset, const char *name) {
    numbers of = {.dataset = dataset, .space = H5Dget_space(dataset), .memory = H5I_INVALID_HID};
    hid_t layout = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    if (type >= 0) of.memory = memory_type(type);
    if (of.memory >= 0) of.size = H5Tget_size(of.memory);
    if (of.memory >= 0) of.stored = H5Tget_size(type);
    if (of.space >= 0) of.rank = H5Sget_simple_extent_dims(of.space, of.shape, NULL);
    if (layout >= 0 && of.space >= 0 && of.rank >= 0) look_at_layout(watch, &of, layout, name);
    if (of.memory >= 0) H5Tclose(of.memory);
    if (type >= 0) H5Tclose(type);
    if (layout >= 0) H5Pclose(layout);
    if (of.space >= 0) H5Sclose(of.space);
}
