// SPDX-License-Identifier: GPL-3.0-or-later
/* Tabulated potentials: text files of V(r) and HDF5 files of U(r,r'). */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/forms_read.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "hadpot/probe.h"

enum { MAX_COLUMNS = 64 };

/* Points that are being read. */
typedef struct points {
    double *value[2]; /* (n) r and v */
    int n, room;
    int column[2];    /* where they stand in a line */
    const char *name; /* of the second; NULL: v_mev, or no header */
    bool started;     /* the header, or the first points, have been seen */
} points;

/* Cut a line at commas, without its comment and without blanks around fields. */
static int split(char *line, char **field) {
    int n = 0;
    line[strcspn(line, "#\r\n")] = '\0';
    for (char *next = line; next != NULL && n < MAX_COLUMNS;) {
        char *end = strchr(next, ',');
        if (end != NULL) *end = '\0';
        next += strspn(next, " \t");
        size_t length = strlen(next);
        while (length > 0 && strchr(" \t", next[length - 1]) != NULL) length--;
        next[length] = '\0';
        field[n++] = next;
        next = end != NULL ? end + 1 : NULL;
    }
    return n;
}

static bool is_number(const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value);
}

static hp_status read_header(char *const *field, int nfield, points *found, hp_error *err) {
    const char *const names[] = {"r_fm", found->name != NULL ? found->name : "v_mev"};
    for (int i = 0; i < 2; i++) {
        found->column[i] = -1;
        for (int j = 0; j < nfield; j++)
            if (strcmp(field[j], names[i]) == 0) found->column[i] = j;
        HP_REQUIRE(found->column[i] >= 0, HP_ERR_INPUT, "expected %sa header with the column %s",
                   found->name != NULL ? "" : "numbers separated by commas, or ", names[i]);
    }
    return HP_OK;
}

static hp_status read_line(char *line, points *found, hp_error *err) {
    char *field[MAX_COLUMNS];
    double r, v;
    int nfield = split(line, field);
    if (nfield == 1 && *field[0] == '\0') return HP_OK;
    bool first = !found->started;
    found->started = true;
    if (first && (found->name != NULL || !is_number(field[0], &r)))
        return read_header(field, nfield, found, err);
    int last = found->column[0] > found->column[1] ? found->column[0] : found->column[1];
    HP_REQUIRE(nfield > last, HP_ERR_INPUT, "expected at least %d columns, found %d", last + 1,
               nfield);
    HP_REQUIRE(is_number(field[found->column[0]], &r) && is_number(field[found->column[1]], &v),
               HP_ERR_INPUT, "expected two finite numbers, found \"%.40s\" and \"%.40s\"",
               field[found->column[0]], field[found->column[1]]);
    HP_REQUIRE(r >= 0, HP_ERR_INPUT, "r_fm must be >= 0, found %.15g", r);
    HP_REQUIRE(found->n == 0 || r > found->value[0][found->n - 1], HP_ERR_INPUT,
               "r_fm must ascend, found %.15g after %.15g", r, found->value[0][found->n - 1]);
    if (found->n == found->room) found->room = 2 * found->room + 64;
    for (int i = 0; i < 2; i++) {
        double *more = realloc(found->value[i], (size_t)found->room * sizeof *more);
        HP_REQUIRE(more != NULL, HP_ERR_MEMORY, "no memory for %d elements of %zu bytes",
                   found->room, sizeof *more);
        found->value[i] = more;
        more[found->n] = i == 0 ? r : v;
    }
    found->n++;
    return HP_OK;
}

hp_status hp_forms_read_local(hp_forms *forms, const char *path, const char *column,
                              hp_error *err) {
    hp_status status = HP_OK;
    points found = {.column = {0, 1}, .name = column};
    char *line = NULL;
    size_t size = 0;
    int number = 0;
    FILE *in = fopen(path, "r");
    HP_CHECK(in != NULL, errno == ENOMEM ? HP_ERR_MEMORY : HP_ERR_INPUT, "%s: cannot be opened: %s",
             path, strerror(errno));
    errno = 0;
    while (getline(&line, &size, in) >= 0) {
        number++;
        HP_TRY_IN(read_line(line, &found, err), "%s:%d", path, number);
    }
    HP_CHECK(feof(in), errno == ENOMEM ? HP_ERR_MEMORY : HP_ERR_INPUT, "%s: cannot be read: %s",
             path, strerror(errno));
    HP_TRY(hp_forms_add_local_table(forms, path, found.n, found.value[0], found.value[1], err));
cleanup:
    free(line);
    if (in != NULL) fclose(in);
    free(found.value[0]);
    free(found.value[1]);
    return status;
}

/* All of a dataset; values: owned by the caller, after a failure too. */
static hp_status read_finite(hid_t file, const char *name, int rank, hsize_t *shape,
                             double **values, hp_error *err) {
    size_t count = 1;
    HP_CALL(hp_hdf5_read_reals(file, name, rank, shape, values, err));
    for (int axis = 0; axis < rank; axis++) count *= (size_t)shape[axis];
    for (size_t i = 0; i < count; i++)
        HP_REQUIRE(isfinite((*values)[i]), HP_ERR_INPUT, "dataset %s: element %zu is not finite",
                   name, i);
    return HP_OK;
}

/* Either form of file, whose r (n) and U (n, n) or more are owned by the caller, after a failure
 * too; of a results.h5 the first row, the mean, is used. */
static hp_status read_map(hid_t file, int *n, double **r, double **U, hp_error *err) {
    bool results = hp_hdf5_has_link(file, "potential/u_mev_fm3");
    HP_REQUIRE(results || hp_hdf5_has_link(file, "u_mev_fm3"), HP_ERR_INPUT,
               "holds no map of U: expected datasets r_fm and u_mev_fm3, or a results.h5 of a "
               "non-local potential");
    HP_REQUIRE(
        !hp_hdf5_has_link(file, "potential/v_local_mev"), HP_ERR_INPUT,
        "is of a fit with a local part V(r), which would be lost: its observables are those of "
        "V and U together");
    hsize_t length[1] = {0}, shape[3] = {0};
    HP_CALL(read_finite(file, results ? "potential/u_r_fm" : "r_fm", 1, length, r, err));
    *n = (int)length[0];
    shape[results ? 1 : 0] = shape[results ? 2 : 1] = length[0];
    return read_finite(file, results ? "potential/u_mev_fm3" : "u_mev_fm3", results ? 3 : 2, shape,
                       U, err);
}

hp_status hp_forms_read_nonlocal(hp_forms *forms, const char *path, hp_error *err) {
    hp_status status = HP_OK;
    int n = 0;
    double *r = NULL, *U = NULL;
    char reason[HP_HDF5_REASON];
    hid_t file = H5I_INVALID_HID;
    hp_file_identity identity;
    FILE *in = fopen(path, "rb");
    HP_CHECK(in != NULL, errno == ENOMEM ? HP_ERR_MEMORY : HP_ERR_INPUT, "%s: cannot be opened: %s",
             path, strerror(errno));
    fclose(in);
    HP_TRY_IN(hp_probe_file(path, &identity, err), "%s", path);
    HP_TRY(hp_hdf5_refuse_external_links(err));
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    HP_CHECK(file >= 0, HP_ERR_INPUT, "%s: is not an HDF5 file that can be read (%s)", path,
             hp_hdf5_reason(reason));
    HP_TRY_IN(hp_probe_check_same(path, &identity, err), "%s", path);
    HP_TRY_IN(read_map(file, &n, &r, &U, err), "%s", path);
    HP_TRY(hp_forms_add_nonlocal_table(forms, path, n, r, U, err));
cleanup:
    if (file >= 0) H5Fclose(file);
    hp_free(r);
    hp_free(U);
    return status;
}
