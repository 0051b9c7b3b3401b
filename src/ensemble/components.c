// SPDX-License-Identifier: GPL-3.0-or-later
/* Version 2: the components of waves, and the pairs of hadrons that they are of. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "ensemble_private.h"

_Static_assert((int)HP_MOST_PAIRS >= (int)HP_MOST_COMPONENTS, "each component may have its pair");

/* "1", or "1/2": twice J; -1: neither. */
static int read_two_j(const char *text) {
    if (!isdigit((unsigned char)text[0])) return -1;
    int j = text[0] - '0';
    if (text[1] == '\0') return 2 * j;
    return strcmp(text + 1, "/2") == 0 && j % 2 == 1 ? j : -1;
}

/* J of l and S: |l - S| <= J <= l + S, in whole steps. */
static bool is_triangle(int two_s, int l, int two_j) {
    int low = two_s > 2 * l ? two_s - 2 * l : 2 * l - two_s;
    return two_j >= low && two_j <= two_s + 2 * l && (two_j - low) % 2 == 0;
}

/* "XX:3D1" without its pair. */
static hp_status parse_component(const char *text, hp_ensemble_component *to, hp_error *err) {
    static const char letters[] = "SPDFG";
    const char *colon = strchr(text, ':');
    const char *letter = colon != NULL && isdigit((unsigned char)colon[1]) && colon[2] != '\0'
                             ? strchr(letters, colon[2])
                             : NULL;
    int two_j = letter != NULL ? read_two_j(colon + 3) : -1;
    HP_REQUIRE(two_j >= 0 && colon > text && memchr(text, '/', (size_t)(colon - text)) == NULL,
               HP_ERR_INPUT,
               "dataset /component: \"%.80s\", expected PAIR:2S+1LJ with L = S, P, D, F or G, such "
               "as XX:3D1",
               text);
    snprintf(to->name, sizeof to->name, "%s", text);
    to->l = (int)(letter - letters);
    to->two_s_plus_1 = colon[1] - '0';
    to->two_j = two_j;
    HP_REQUIRE(to->two_s_plus_1 > 0 && is_triangle(to->two_s_plus_1 - 1, to->l, two_j),
               HP_ERR_INPUT,
               "dataset /component: \"%.80s\": no J = %s is made of l = %d and S = %g", text,
               colon + 3, to->l, 0.5 * (to->two_s_plus_1 - 1));
    return HP_OK;
}

static hp_status read_identical(hid_t file, const char *path, bool *identical, hp_error *err) {
    hp_status status = HP_OK;
    int found = 0;
    char reason[HP_HDF5_REASON];
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    HP_CHECK(group >= 0, HP_ERR_INPUT, "cannot be opened as a group (%s)", hp_hdf5_reason(reason));
    if (hp_hdf5_has_attribute(group, "identical"))
        HP_TRY(hp_hdf5_read_number(group, "identical", HP_HDF5_INTEGER, &found, err));
    HP_CHECK(found == 0 || found == 1, HP_ERR_INPUT, "attribute identical is %d, expected 0 or 1",
             found);
    *identical = found == 1;
cleanup:
    if (group >= 0) H5Gclose(group);
    return status;
}

/* The pair of a component, which is a new one where no component before has it. */
static hp_status find_pair(hid_t file, hp_ensemble *ensemble, hp_ensemble_component *of,
                           hp_error *err) {
    char path[HP_ENSEMBLE_NAME + 8], name[HP_ENSEMBLE_NAME];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(of->name, ":"), of->name);
    of->pair = hp_ensemble_find_pair(ensemble, name);
    if (of->pair >= 0) return HP_OK;
    snprintf(path, sizeof path, "/pair/%s", name);
    HP_CALL(hp_ensemble_check_path_storage(file, path, err));
    HP_REQUIRE(hp_hdf5_has_link(file, path), HP_ERR_INPUT, "group %s of component %s is missing",
               path, of->name);
    of->pair = ensemble->npair++;
    snprintf(ensemble->pair[of->pair].name, sizeof name, "%s", name);
    hp_status status = read_identical(file, path, &ensemble->pair[of->pair].identical, err);
    if (status != HP_OK) hp_error_add_context(err, "%s", path);
    return status;
}

/* Each group in /pair belongs to a component; the attribute pairs counts them. */
static hp_status check_pairs(hid_t file, const hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    char name[HP_ENSEMBLE_NAME] = "", reason[HP_HDF5_REASON];
    int found = ensemble->npair;
    H5G_info_t info;
    hid_t group = H5Gopen2(file, "/pair", H5P_DEFAULT);
    HP_CHECK(group >= 0 && H5Gget_info(group, &info) >= 0, HP_ERR_INPUT,
             "/pair cannot be opened as a group (%s)", hp_hdf5_reason(reason));
    for (hsize_t i = 0; i < info.nlinks; i++) {
        ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                            sizeof name, H5P_DEFAULT);
        HP_CHECK(length > 0 && hp_ensemble_find_pair(ensemble, name) >= 0, HP_ERR_INPUT,
                 "group /pair/%s: no component of dataset /component is of this pair", name);
    }
    if (hp_hdf5_has_attribute(file, "pairs"))
        HP_TRY(hp_hdf5_read_number(file, "pairs", HP_HDF5_INTEGER, &found, err));
    HP_CHECK(found == ensemble->npair, HP_ERR_INPUT,
             "attribute pairs is %d, expected %d, the pairs of dataset /component", found,
             ensemble->npair);
cleanup:
    if (group >= 0) H5Gclose(group);
    return status;
}

hp_status hp_ensemble_read_components(hid_t file, hp_ensemble *ensemble, hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL;
    int n = 0;
    HP_TRY(hp_hdf5_read_texts(file, "/component", HP_ENSEMBLE_NAME, &n, &text, err));
    HP_CHECK(n <= HP_MOST_COMPONENTS, HP_ERR_INPUT,
             "dataset /component: %d components, expected at most %d", n, HP_MOST_COMPONENTS);
    HP_NEW(ensemble->pair, n);
    HP_NEW(ensemble->component, n);
    for (int i = 0; i < n; i++) {
        hp_ensemble_component *new = &ensemble->component[i];
        const char *name = text + (ptrdiff_t)i * HP_ENSEMBLE_NAME;
        HP_CHECK(hp_ensemble_find_component(ensemble, name) < 0, HP_ERR_INPUT,
                 "dataset /component: %s is there twice", name);
        HP_TRY(parse_component(name, new, err));
        HP_TRY(find_pair(file, ensemble, new, err));
        ensemble->ncomponent++;
    }
    HP_TRY(check_pairs(file, ensemble, err));
cleanup:
    hp_free(text);
    return status;
}
