// SPDX-License-Identifier: GPL-3.0-or-later
/* HDF5 files made in memory: HDF5 itself never meets a full disk, which it does not survive. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "hadpot/file.h"
#include "hadpot/hdf5_write.h"

/* How HDF5 keeps the bytes of such a file (H5Pset_file_image_callbacks): in memory of ours, which
 * it hands over instead of freeing it when the file is closed. */
static void *image_malloc(size_t size, H5FD_file_image_op_t op, void *image) {
    (void)op, (void)image;
    return malloc(size);
}

static void *image_realloc(void *bytes, size_t size, H5FD_file_image_op_t op, void *image) {
    (void)op, (void)image;
    return realloc(bytes, size);
}

static herr_t image_free(void *bytes, H5FD_file_image_op_t op, void *image) {
    if (op == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
        ((hp_h5_image *)image)->bytes = bytes;
    else
        free(bytes);
    return 0;
}

static void *same_image(void *image) {
    return image;
}

static herr_t keep_image(void *image) {
    (void)image;
    return 0;
}

hp_status hp_h5_image_begin(hp_h5_image *image, hp_error *err) {
    /* bytes by which memory grows at least; it grows by moving pages, not bytes */
    const size_t step = (size_t)1 << 20;
    char name[32]; /* HDF5 takes two files of one name for the same */
    H5FD_file_image_callbacks_t calls = {.image_malloc = image_malloc,
                                         .image_realloc = image_realloc,
                                         .image_free = image_free,
                                         .udata_copy = same_image,
                                         .udata_free = keep_image,
                                         .udata = image};
    *image = (hp_h5_image){.file = H5I_INVALID_HID};
    snprintf(name, sizeof name, "%p", (void *)image);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_fapl_core(access, step, 0) >= 0 &&
        H5Pset_file_image_callbacks(access, &calls) >= 0)
        image->file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (access >= 0) H5Pclose(access);
    HP_REQUIRE(image->file >= 0, HP_ERR_MEMORY, "no memory for an HDF5 file");
    return HP_OK;
}

hp_status hp_h5_image_end(hp_h5_image *image, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    bool good = H5Fflush(image->file, H5F_SCOPE_GLOBAL) >= 0;
    ssize_t size = good ? H5Fget_file_image(image->file, NULL, 0) : -1;
    good = H5Fclose(image->file) >= 0 && size > 0;
    image->file = H5I_INVALID_HID;
    HP_CHECK(good && image->bytes != NULL, HP_ERR_MEMORY, "no memory for \"%s\"", path);
    HP_TRY(hp_file_write_blocks(path, &(hp_block){image->bytes, (size_t)size}, 1, err));
cleanup:
    hp_h5_image_discard(image);
    return status;
}

void hp_h5_image_discard(hp_h5_image *image) {
    if (image->file >= 0) H5Fclose(image->file);
    free(image->bytes);
    *image = (hp_h5_image){.file = H5I_INVALID_HID};
}
