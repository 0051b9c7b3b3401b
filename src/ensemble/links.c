// SPDX-License-Identifier: GPL-3.0-or-later
/* Links to other files are never followed: such a file could be a pipe that blocks, or one that
 * HDF5 does not survive, and ranks would have to open it together. */
#include <string.h>
#include "hadpot/hdf5_read.h"

static hid_t refuse(const char *name, hid_t group, const void *value, size_t size, hid_t links,
                    hid_t transfer) {
    (void)name, (void)group, (void)value, (void)size, (void)links, (void)transfer;
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_LINK, H5E_TRAVERSE, "%s",
             hp_hdf5_external_refused);
    return H5I_INVALID_HID;
}

/* The names of file and object, for messages. */
static ssize_t query(const char *name, const void *value, size_t size, void *to, size_t room) {
    (void)name;
    if (to != NULL) memcpy(to, value, size < room ? size : room);
    return (ssize_t)size;
}

const char hp_hdf5_external_refused[] = "links to other files are not followed";

hp_status hp_hdf5_refuse_external_links(hp_error *err) {
    static const H5L_class_t external = {H5L_LINK_CLASS_T_VERS,
                                         H5L_TYPE_EXTERNAL,
                                         "external",
                                         NULL,
                                         NULL,
                                         NULL,
                                         refuse,
                                         NULL,
                                         query};
    HP_REQUIRE(H5Lregister(&external) >= 0, HP_ERR_LIBRARY,
               "HDF5 goes on following links to other files");
    return HP_OK;
}
