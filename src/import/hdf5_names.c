// SPDX-License-Identifier: GPL-3.0-or-later
/* Datasets of files by path, by attributes of their groups, or the only one there is. */
#include <stdio.h>
#include <string.h>
#include "hadpot/format.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "hdf5_image.h"

enum { NAME_SIZE = 256, VALUE_SIZE = 128, LIST_SIZE = 700 };

/* An attribute as text: a string or an integer, alone or as a list of one, as Grid writes it; empty
 * for another type, but not where memory has run out. */
static hp_status read_attribute(hid_t object, const char *name, char text[VALUE_SIZE], bool *there,
                                hp_error *err) {
    char *stored = NULL;
    int number = 0;
    text[0] = '\0';
    *there = hp_hdf5_has_attribute(object, name);
    if (!*there) return HP_OK;
    hp_status status = hp_hdf5_read_text(object, name, &stored, NULL);
    if (status == HP_OK)
        snprintf(text, VALUE_SIZE, "%s", stored);
    else if (hp_hdf5_read_number(object, name, HP_HDF5_INTEGER, &number, NULL) == HP_OK)
        snprintf(text, VALUE_SIZE, "%d", number);
    hp_free(stored);
    HP_REQUIRE(status != HP_ERR_MEMORY, HP_ERR_MEMORY, "no memory for the attribute %s", name);
    return HP_OK;
}

/* Whether a group, or its group info, has the attribute. */
static hp_status find_attribute(hid_t group, const char *name, char text[VALUE_SIZE], bool *there,
                                hp_error *err) {
    HP_CALL(read_attribute(group, name, text, there, err));
    if (*there || !hp_hdf5_has_link(group, "info")) return HP_OK;
    hid_t info = H5Oopen(group, "info", H5P_DEFAULT);
    if (info < 0) return HP_OK;
    hp_status status = read_attribute(info, name, text, there, err);
    H5Oclose(info);
    return status;
}

/* Whether a group has all attributes of "a=x,b=y"; list: "name (a = x, b = z)" is appended. */
static hp_status has_attributes(hid_t parent, const char *name, const char *wanted, char *list,
                                bool *all, hp_error *err) {
    hp_status status = HP_OK;
    hid_t group = H5Oopen(parent, name, H5P_DEFAULT);
    *all = group >= 0;
    char copy[HP_IMAGE_PATH], text[VALUE_SIZE], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", wanted);
    hp_format_append(list, LIST_SIZE, "%s%s (", *list != '\0' ? ", " : "", name);
    for (char *pair = strtok_r(copy, ",", &rest); *all && pair != NULL;
         pair = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(pair, '=');
        bool there = false;
        while (*pair == ' ') pair++;
        if (value != NULL) *value++ = '\0';
        HP_TRY(find_attribute(group, pair, text, &there, err));
        hp_format_append(list, LIST_SIZE, "%s%s%s ", pair, there ? " = " : " is missing", text);
        *all = there && value != NULL && strcmp(text, value) == 0;
    }
    list[strlen(list) - 1] = ')';
cleanup:
    if (group >= 0) H5Oclose(group);
    return status;
}

/* The only group of a parent with these attributes. */
static hp_status choose_group(hid_t file, const char *parent_path, const char *wanted,
                              char name[NAME_SIZE], hp_error *err) {
    hp_status status = HP_OK;
    char list[LIST_SIZE] = "", entry[NAME_SIZE];
    H5G_info_t info = {.nlinks = 0};
    int nfound = 0;
    bool there = *parent_path == '\0' || hp_hdf5_has_link(file, parent_path);
    hid_t parent = there ? H5Gopen2(file, *parent_path != '\0' ? parent_path : "/", H5P_DEFAULT)
                         : H5I_INVALID_HID;
    HP_REQUIRE(parent >= 0, HP_ERR_INPUT, "has no group \"%s\"", parent_path);
    bool counted = H5Gget_info(parent, &info) >= 0;
    for (hsize_t i = 0; i < info.nlinks && counted && status == HP_OK; i++) {
        bool all = false;
        if (H5Lget_name_by_idx(parent, ".", H5_INDEX_NAME, H5_ITER_INC, i, entry, sizeof entry,
                               H5P_DEFAULT) < 0)
            continue;
        status = has_attributes(parent, entry, wanted, list, &all, err);
        if (!all) continue;
        snprintf(name, NAME_SIZE, "%s", entry);
        nfound++;
    }
    H5Gclose(parent);
    HP_CALL(status);
    HP_REQUIRE(counted, HP_ERR_INPUT, "group \"%s\" cannot be read", parent_path);
    HP_REQUIRE(nfound == 1, HP_ERR_INPUT, "%d groups of \"%s\" have %s, expected one; found %s",
               nfound, parent_path, wanted, *list != '\0' ? list : "no groups");
    return HP_OK;
}

/* All datasets of a file, one after the other. */
typedef struct survey {
    char list[LIST_SIZE], path[HP_IMAGE_PATH];
    int n;
} survey;

static herr_t visit(hid_t file, const char *name, const H5O_info_t *info, void *data) {
    survey *found = data;
    if (info->type != H5O_TYPE_DATASET) return 0;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), type = H5I_INVALID_HID;
    bool is_complex = false;
    if (dataset >= 0 && hp_image_memory_type(dataset, &type, &is_complex, NULL) == HP_OK) {
        hp_format_append(found->list, LIST_SIZE, "%s%s", found->n > 0 ? ", " : "", name);
        snprintf(found->path, sizeof found->path, "%s", name);
        found->n++;
    }
    if (type >= 0) H5Tclose(type);
    if (dataset >= 0) H5Dclose(dataset);
    return 0;
}

/* false: there may be more. */
static bool list_datasets(hid_t file, survey *found) {
    *found = (survey){.n = 0};
    return H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit, found, H5O_INFO_BASIC) >= 0;
}

hp_status hp_image_find(hid_t file, const char *name, char path[HP_IMAGE_PATH], hp_error *err) {
    survey found;
    char group[NAME_SIZE], parent[HP_IMAGE_PATH], wanted[HP_IMAGE_PATH];
    const char *open = strchr(name, '['), *shut = strchr(name, ']');
    if (open != NULL && shut != NULL && open < shut) {
        size_t before = (size_t)(open - name);
        snprintf(parent, sizeof parent, "%.*s", (int)(before > 0 ? before - 1 : 0), name);
        snprintf(wanted, sizeof wanted, "%.*s", (int)(shut - open - 1), open + 1);
        HP_CALL(choose_group(file, parent, wanted, group, err));
        snprintf(path, HP_IMAGE_PATH, "%.*s%s%.200s", (int)(before % HP_IMAGE_PATH), name, group,
                 shut + 1);
    } else
        snprintf(path, HP_IMAGE_PATH, "%s", name);
    bool there = *path != '\0' && hp_hdf5_has_link(file, path);
    if (there) return HP_OK;
    bool all = list_datasets(file, &found);
    HP_REQUIRE(*path == '\0', HP_ERR_INPUT, "has no dataset \"%s\", found %s", path,
               found.n > 0 ? found.list : "no datasets of numbers");
    HP_REQUIRE(all, HP_ERR_INPUT, "holds datasets that cannot be read; name the one that is meant");
    HP_REQUIRE(found.n == 1, HP_ERR_INPUT,
               "holds %d datasets of numbers, expected one where none is named; found %s", found.n,
               found.n > 0 ? found.list : "none");
    snprintf(path, HP_IMAGE_PATH, "%s", found.path);
    return HP_OK;
}
