// SPDX-License-Identifier: GPL-3.0-or-later
#include "hdf5_disk.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/file.h"

/* What HDF5 says of a failed call: errno of the system, as "errno = 28", or no memory. */
typedef struct {
    int number;
    bool no_memory;
} cause;

static herr_t look_for_cause(unsigned n, const H5E_error2_t *at, void *found) {
    cause *of = found;
    const char *number = at->desc != NULL ? strstr(at->desc, "errno = ") : NULL;
    (void)n;
    if (number != NULL) of->number = atoi(number + strlen("errno = "));
    of->no_memory |= at->min_num == H5E_NOSPACE || at->min_num == H5E_CANTALLOC;
    return 0;
}

/* Memory in the place of a file that is lost. */
static int open_spare(void) {
    char name[48];
    snprintf(name, sizeof name, "/hadpot.%ld.spare", (long)getpid());
    int spare = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (spare >= 0) shm_unlink(name);
    return spare >= 0 ? spare : open("/dev/null", O_RDWR | O_CLOEXEC);
}

/* -1: the file is none of the disk. */
static int descriptor_of(hid_t file) {
    void *handle = NULL;
    hid_t access = file >= 0 ? H5Fget_access_plist(file) : H5I_INVALID_HID;
    bool on_disk = access >= 0 && H5Pget_driver(access) == H5FD_SEC2 &&
                   H5Fget_vfd_handle(file, access, &handle) >= 0 && handle != NULL;
    if (access >= 0) H5Pclose(access);
    return on_disk ? *(int *)handle : -1;
}

/* A limit of the size of files (ulimit -f) counts for that memory, too: as far as it may be it is
 * lifted, for the program ends now. */
static void give_up(int descriptor) {
    struct rlimit limit;
    int spare = descriptor >= 0 ? open_spare() : -1;
    if (spare < 0) return;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_FSIZE, &limit);
    }
    (void)dup2(spare, descriptor);
    close(spare);
}

static hp_status fail(const char *what, const char *name, hp_error *err) {
    cause found = {0};
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look_for_cause, &found);
    if (found.number == ENOMEM || (found.number == 0 && found.no_memory))
        return HP_FAIL(HP_ERR_MEMORY, "no memory: cannot %s \"%s\"", what, name);
    return HP_FAIL(hp_file_status(found.number), "cannot %s \"%s\"%s%s", what, name,
                   found.number != 0 ? ": " : "", found.number != 0 ? strerror(found.number) : "");
}

hp_status hp_h5_fail(hid_t file, const char *what, const char *name, hp_error *err) {
    hp_status status = fail(what, name, err);
    give_up(descriptor_of(file));
    return status;
}

/* From the end of the file on: all before has been taken already. 0, or errno. */
static int take_room(int descriptor, off_t end, off_t size) {
    int number;
    do number = size > end ? posix_fallocate(descriptor, end, size - end) : 0;
    while (number == EINTR);
    return hp_file_status(number) == HP_ERR_DISK_FULL ? number : 0; /* others: not to be had */
}

hp_status hp_h5_reserve(hid_t file, size_t more, hp_error *err) {
    hsize_t size = 0;
    struct stat there;
    int descriptor = descriptor_of(file);
    if (descriptor < 0 || H5Fget_filesize(file, &size) < 0 || fstat(descriptor, &there) != 0)
        return HP_OK;
    const off_t end = there.st_size, needed = (off_t)size, wanted = needed + (off_t)more;
    if (end >= wanted) return HP_OK;
    int number = take_room(descriptor, end, wanted + (off_t)more);
    if (number != 0) number = take_room(descriptor, end, needed);
    if (number == 0) return HP_OK;
    give_up(descriptor);
    return HP_FAIL(HP_ERR_DISK_FULL, "%s: at least %.0f kB are needed", strerror(number),
                   (double)size / 1024);
}

hp_status hp_h5_create_file(const char *path, hid_t *file, hp_error *err) {
    *file = H5Fcreate(path, H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT);
    return *file >= 0 ? HP_OK : fail("create", path, err);
}

/* What was taken and not used. */
static hp_status give_back(hid_t file, int descriptor, const char *path, hp_error *err) {
    hsize_t size = 0;
    if (H5Fget_filesize(file, &size) < 0) return hp_h5_fail(file, "write", path, err);
    HP_REQUIRE(ftruncate(descriptor, (off_t)size) == 0, hp_file_status(errno),
               "cannot write \"%s\" to its end: %s", path, strerror(errno));
    return HP_OK;
}

hp_status hp_h5_close_file(const char *path, hid_t *file, hp_error *err) {
    hp_status status = HP_OK;
    if (*file < 0) return HP_OK;
    status = hp_h5_reserve(*file, 0, err);
    if (status != HP_OK) hp_error_add_context(err, "cannot write \"%s\"", path);
    if (status == HP_OK && H5Fflush(*file, H5F_SCOPE_GLOBAL) < 0)
        status = hp_h5_fail(*file, "write", path, err);
    int descriptor = descriptor_of(*file);
    if (status == HP_OK && descriptor >= 0) status = give_back(*file, descriptor, path, err);
    if (H5Fclose(*file) < 0) {
        if (status == HP_OK) status = fail("close", path, err);
        if (descriptor >= 0 && fcntl(descriptor, F_GETFD) >= 0) give_up(descriptor);
    }
    *file = H5I_INVALID_HID;
    return status;
}

void hp_h5_discard_file(hid_t *file) {
    if (*file < 0) return;
    give_up(descriptor_of(*file));
    H5Fclose(*file);
    *file = H5I_INVALID_HID;
}
