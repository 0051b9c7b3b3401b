// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether every rank can read by itself what the datasets of an ensemble hold. Ranks open the file
 * together and datasets alone: what lies in other files, which would have to be opened together
 * too, works on one rank and hangs or fails on several, and is refused on any number of them. */
#include <stdio.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "ensemble_private.h"

enum { FILE_NAME = 4096 };

/* A link that is not the object itself. */
typedef struct {
    bool external;
    char text[640]; /* what it is, for messages; "": the object itself */
} link_kind;

static hp_status describe_link(hid_t file, const char *path, link_kind *link, hp_error *err) {
    char reason[HP_HDF5_REASON], value[512] = "";
    const char *other = "", *object = "";
    H5L_info_t info;
    *link = (link_kind){.external = false};
    HP_REQUIRE(H5Lget_info(file, path, &info, H5P_DEFAULT) >= 0, HP_ERR_INPUT,
               "%s cannot be looked at (%s)", path, hp_hdf5_reason(reason));
    if (info.type == H5L_TYPE_HARD) return HP_OK;
    if (info.u.val_size < sizeof value) H5Lget_val(file, path, value, sizeof value, H5P_DEFAULT);
    link->external = info.type != H5L_TYPE_SOFT;
    if (info.type == H5L_TYPE_SOFT)
        snprintf(link->text, sizeof link->text, "a link to %s", value);
    else if (info.type == H5L_TYPE_EXTERNAL &&
             H5Lunpack_elink_val(value, info.u.val_size, NULL, &other, &object) >= 0)
        snprintf(link->text, sizeof link->text, "a link to %s of the file %s", object, other);
    else
        snprintf(link->text, sizeof link->text, "a link of an unknown kind");
    return HP_OK;
}

/* Filters of compression and the like. */
static hp_status check_filters(hid_t layout, hp_error *err) {
    int count = H5Pget_nfilters(layout);
    for (int i = 0; i < count; i++) {
        unsigned flags = 0;
        size_t nvalue = 0;
        char name[64] = "";
        H5Z_filter_t filter =
            H5Pget_filter2(layout, (unsigned)i, &flags, &nvalue, NULL, sizeof name, name, NULL);
        HP_REQUIRE(H5Zfilter_avail(filter) > 0, HP_ERR_INPUT,
                   "is stored with the filter %d (%s), which this HDF5 does not have; h5repack -f "
                   "GZIP=4 stores it with one that every HDF5 has",
                   (int)filter, name[0] != '\0' ? name : "without a name");
    }
    return HP_OK;
}

static hp_status check_layout(hid_t dataset, hp_error *err) {
    hp_status status = HP_OK;
    char reason[HP_HDF5_REASON];
    hid_t layout = H5Dget_create_plist(dataset);
    HP_CHECK(layout >= 0, HP_ERR_INPUT, "its layout cannot be read (%s)", hp_hdf5_reason(reason));
    HP_CHECK(H5Pget_layout(layout) != H5D_VIRTUAL, HP_ERR_INPUT,
             "is a virtual dataset, expected numbers in the file itself; h5repack -l CONTI puts "
             "them there");
    HP_CHECK(H5Pget_external_count(layout) == 0, HP_ERR_INPUT,
             "is stored in other files, expected numbers in the file itself; h5repack -l CONTI "
             "puts them there");
    HP_TRY(check_filters(layout, err));
cleanup:
    if (layout >= 0) H5Pclose(layout);
    return status;
}

static hp_status check_object(hid_t file, hid_t object, const link_kind *link, hp_error *err) {
    char here[FILE_NAME] = "", there[FILE_NAME] = "";
    H5Fget_name(file, here, sizeof here);
    H5Fget_name(object, there, sizeof there);
    HP_REQUIRE(strcmp(here, there) == 0, HP_ERR_INPUT,
               "is %s, expected numbers in the file itself; h5copy puts them there",
               link->text[0] != '\0' ? link->text : "in another file");
    return H5Iget_type(object) == H5I_DATASET ? check_layout(object, err) : HP_OK;
}

/* Whether an object is behind a link to another file, which is not followed (links.c). */
static bool is_external(const char *reason) {
    return strstr(reason, hp_hdf5_external_refused) != NULL;
}

/* One link, if it is there, and what it leads to. */
hp_status hp_ensemble_check_path_storage(hid_t file, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    link_kind link;
    char reason[HP_HDF5_REASON];
    hid_t object = H5I_INVALID_HID;
    if (!hp_hdf5_has_link(file, path)) return HP_OK;
    HP_TRY(describe_link(file, path, &link, err));
    if (!link.external) object = H5Oopen(file, path, H5P_DEFAULT);
    link.external = link.external || (object < 0 && is_external(hp_hdf5_reason(reason)));
    HP_CHECK(!link.external, HP_ERR_INPUT,
             "%s: is %s, expected numbers in the file itself; h5copy puts them there", path,
             link.text[0] != '\0' ? link.text : "in another file");
    HP_CHECK(object >= 0 || link.text[0] == '\0', HP_ERR_INPUT, "%s is %s, which is not there",
             path, link.text);
    HP_CHECK(object >= 0, HP_ERR_INPUT, "%s cannot be opened (%s)", path, hp_hdf5_reason(reason));
    HP_TRY_IN(check_object(file, object, &link, err), "%s", path);
cleanup:
    if (object >= 0) H5Oclose(object);
    return status;
}

hp_status hp_ensemble_check_storage(hid_t file, hp_error *err) {
    static const char *const paths[] = {"/t",      "/site",        "/r",      "/configuration",
                                        "/stream", "/two_point_t", "/source", "/component",
                                        "/pair"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        HP_CALL(hp_ensemble_check_path_storage(file, paths[i], err));
    return HP_OK;
}

hp_status hp_ensemble_check_source_storage(hid_t file, const char *source, hp_error *err) {
    static const char *const names[] = {
        "R",          "four_point",    "two_point_1",      "two_point_2",
        "two_baryon", "configuration", "two_point_full_1", "two_point_full_2"};
    char path[HP_DATASET_PATH_MAX];
    snprintf(path, sizeof path, "/source/%s", source);
    HP_CALL(hp_ensemble_check_path_storage(file, path, err));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "/source/%s/%s", source, names[i]);
        HP_CALL(hp_ensemble_check_path_storage(file, path, err));
    }
    return HP_OK;
}
