// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_look.h"
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_private.h"
#include "probe_numbers.h"

enum { WHAT = 512, MOST_IMAGE = 1 << 28, IMAGE_STEP = 1 << 16 };

void hp_probe_tell(const hp_probe_watch *watch, const char *format, ...) {
    char what[WHAT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    watch->tell(what);
}

static herr_t find_lack(unsigned n, const H5E_error2_t *entry, void *found) {
    (void)n;
    if (entry->maj_num == H5E_RESOURCE && entry->min_num == H5E_NOSPACE) *(bool *)found = true;
    return 0;
}

void hp_probe_check(const hp_probe_watch *watch, bool good) {
    bool lack = false;
    if (good) return;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_lack, &lack);
    if (lack) watch->lack();
}

/* What the program reads of attributes, a text or numbers; the name is that of H5Aiterate2. */
static herr_t look_at_attribute(hid_t object, const char *name, const H5A_info_t *info, void *of) {
    const hp_probe_watch *watch = of;
    (void)info;
    hp_probe_tell(watch, "attribute %s", name);
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = attribute >= 0 ? H5Aget_type(attribute) : H5I_INVALID_HID;
    hid_t space = attribute >= 0 ? H5Aget_space(attribute) : H5I_INVALID_HID;
    if (type >= 0 && space >= 0) hp_probe_read_attribute(watch, attribute, type, space);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (attribute >= 0) H5Aclose(attribute);
    return 0;
}

/* What cannot be listed may still be found by its name, and must not be met unseen by the ranks. */
static void check_list(const hp_probe_watch *watch, bool good, const char *what, const char *of) {
    char reason[HP_HDF5_REASON];
    hp_probe_check(watch, good);
    if (good) return;
    hp_probe_tell(watch, "the list of %s %s (%s)", what, of, hp_hdf5_reason(reason));
    watch->no_list();
}

static void look_at_object(const hp_probe_watch *watch, hid_t from, const char *name) {
    hp_probe_tell(watch, "%s", name);
    hid_t object = H5Oopen(from, name, H5P_DEFAULT);
    hp_probe_check(watch, object >= 0);
    if (object < 0) return;
    herr_t walked = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, look_at_attribute,
                                (void *)(uintptr_t)watch);
    check_list(watch, walked >= 0, "attributes of", name);
    if (H5Iget_type(object) == H5I_DATASET) hp_probe_look_at_dataset(watch, object, name);
    H5Oclose(object);
}

/* Soft links lead to objects that have hard ones, or nowhere. */
static herr_t look_at_link(hid_t group, const char *name, const H5L_info_t *info, void *of) {
    if (info->type == H5L_TYPE_HARD) look_at_object(of, group, name);
    return 0;
}

/* What all ranks ask of an ensemble, with the same calls. */
static void describe(const hp_probe_watch *watch, const char *path) {
    hp_error err = HP_ERROR_INIT;
    hp_ensemble ensemble = {0};
    hp_probe_tell(watch, "the description of the ensemble");
    if (hp_ensemble_describe(path, &ensemble, &err) == HP_ERR_MEMORY) watch->lack();
    hp_ensemble_close(&ensemble);
}

/* Opened by a property list, which is closed. */
static void look_through(const hp_probe_watch *watch, const char *path, hid_t access) {
    hp_probe_tell(watch, "its beginning");
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    hp_probe_check(watch, file >= 0);
    H5Pclose(access);
    if (file < 0) return;
    look_at_object(watch, file, "/");
    herr_t walked =
        H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, look_at_link, (void *)(uintptr_t)watch);
    check_list(watch, walked >= 0, "objects in", "/");
    hp_probe_tell(watch, "its end");
    H5Fclose(file);
}

void hp_probe_look(const char *path, bool image, const hp_probe_watch *watch) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), core = H5I_INVALID_HID;
    struct stat about;
    if (access >= 0 && H5Pset_file_locking(access, 0, 1) >= 0) look_through(watch, path, access);
    describe(watch, path);
    /* An import reads from memory, which gives zeros for what stands behind the end of a file,
     * where reading from the disk fails, and HDF5 goes on: as an image, too. */
    hp_probe_watch again = *watch;
    again.grant = NULL;
    bool small = stat(path, &about) == 0 && about.st_size <= MOST_IMAGE;
    if (image && small) core = H5Pcreate(H5P_FILE_ACCESS);
    if (core >= 0 && H5Pset_fapl_core(core, IMAGE_STEP, 0) >= 0)
        look_through(&again, path, core);
    else if (core >= 0)
        H5Pclose(core);
}
