// SPDX-License-Identifier: GPL-3.0-or-later
/* Every way in which an ensemble file can be wrong: the same clear message on all ranks. */
#include "mpi_support.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/ensemble_file.h"
#include "hadpot/hdf5_read.h"
#include "refusal.h"
#include "sample_file.h"

static hp_comm comm;
static char folder[64];

typedef enum change { REMOVE, TEXT, REAL, INTEGER, DATA, WORDS, GROUP } change;

/* One thing wrong in a good file, and what the message must say after the name of the file.
 * An attribute is named without, a link with a slash in front. */
typedef struct bad_file {
    const char *name;
    change change;
    const char *expected;
    const char *text; /* TEXT: the new attribute */
    double number;    /* REAL, INTEGER: the new attribute */
    hsize_t count;    /* REAL, INTEGER: how many of them, if not one */
    int rank;         /* DATA, WORDS: the new dataset; zeros where values is NULL */
    hsize_t shape[3];
    const double *values;
    bool cubic, real; /* real: store DATA as floating-point numbers */
} bad_file;

#define BAD(what, how, message) .name = (what), .change = (how), .expected = (message)
#define RADII(...) .rank = 1, .shape = {4}, .values = (const double[]){__VA_ARGS__}, .real = true
#define ROWS(n, ...) .rank = n, .shape = {__VA_ARGS__}, .real = true

static const bad_file attributes[] = {
    {BAD("format", REMOVE, "not an ensemble file: attribute format is missing")},
    {BAD("format", TEXT, "format is \"gauge\", expected \"hadpot-ensemble\""), .text = "gauge"},
    {BAD("format", REAL, "attribute format: must hold a string, found floating-point numbers")},
    {BAD("version", INTEGER, "masses belong to a pair, expected in /pair/NAME"), .number = 2},
    {BAD("version", INTEGER, "version is 3, this program reads versions 1 and 2"), .number = 3},
    {BAD("version", REMOVE, "attribute version: is missing")},
    {BAD("version", REAL, "version: must hold integers, found floating-point numbers"),
     .number = 1},
    {BAD("sampling", TEXT,
         "sampling is \"bootstrap\", expected \"configuration\" or \"jackknife\""),
     .text = "bootstrap"},
    {BAD("sampling", TEXT, "sampling is \"\", expected \"configuration\""), .text = ""},
    {BAD("sampling", REMOVE, "attribute sampling: is missing")},
    {BAD("geometry", TEXT, "geometry is \"cube\", expected \"cubic\" or \"radial\""),
     .text = "cube"},
    {BAD("geometry", REMOVE, "attribute geometry: is missing")},
    {BAD("extent", REMOVE, "attribute extent: is missing"), .cubic = true},
    {BAD("extent", INTEGER, "attribute extent: extent is 5, expected an even number"), .number = 5,
     .cubic = true},
    {BAD("extent", INTEGER, "extent is -4, expected an even number"), .number = -4, .cubic = true},
    {BAD("extent", INTEGER, "extent is 2000000, expected an even number"), .number = 2000000,
     .cubic = true},
    {BAD("extent", INTEGER, "dataset /site: has shape (10, 3), expected (20, 3)"), .number = 6,
     .cubic = true},
    {BAD("inverse_spacing_mev", REAL, "inverse_spacing_mev is 0, expected a positive number")},
    {BAD("inverse_spacing_mev", REMOVE, "attribute inverse_spacing_mev: is missing")},
    {BAD("inverse_spacing_mev", TEXT, "must hold numbers, found strings"), .text = "2333"},
    {BAD("mass_1", REAL, "attribute mass_1 is -0.5, expected a positive number"), .number = -0.5},
    {BAD("mass_1", REAL, "attribute mass_1: holds 2 values, expected one"), .number = 1,
     .count = 2},
    {BAD("mass_2", REAL, "attribute mass_2 is nan, expected a positive number"), .number = NAN},
    {BAD("mass_2", REAL, "attribute mass_2 is inf, expected a positive number"),
     .number = INFINITY},
    {BAD("mass_2", REMOVE, "attribute mass_2: is missing")},
    {BAD("channel", INTEGER, "channel: must hold a string, found integers"), .number = 3},
    {BAD("provenance", INTEGER, "provenance: must hold a string, found integers"), .number = 3},
};

static const bad_file grids[] = {
    {BAD("/t", REMOVE, "dataset /t: is missing")},
    {BAD("/t", GROUP, "dataset /t: cannot be opened as a dataset")},
    {BAD("/t", WORDS, "dataset /t: must hold integers, found strings"), .rank = 1, .shape = {4}},
    {BAD("/t", DATA, "must hold integers, found floating-point numbers"), .rank = 1, .shape = {4},
     .real = true},
    {BAD("/t", DATA, "dataset /t: has shape (0), expected (n > 0)"), .rank = 1, .shape = {0}},
    {BAD("/t", DATA, "dataset /t: has shape (2, 2), expected (n > 0)"), .rank = 2, .shape = {2, 2}},
    {BAD("/t", DATA, "dataset /t: t[2] = 10 after t[1] = 8, expected consecutive times"), .rank = 1,
     .shape = {4}, .values = (const double[]){7, 8, 10, 11}},
    {BAD("/t", DATA, "dataset /t: element 3 does not fit a 32-bit integer"), .rank = 1,
     .shape = {4}, .values = (const double[]){7, 8, 9, 5e9}},
    {BAD("/site", REMOVE, "dataset /site: is missing"), .cubic = true},
    {BAD("/site", DATA, "dataset /site: has shape (10, 2), expected (10, 3)"), .rank = 2,
     .shape = {10, 2}, .cubic = true},
    {BAD("/site", DATA, "dataset /site: has shape (9, 3), expected (10, 3)"), .rank = 2,
     .shape = {9, 3}, .cubic = true},
    {BAD("/site", DATA, "dataset /site: row 1 is (0, 0, 0), expected (1, 0, 0)"), .rank = 2,
     .shape = {10, 3}, .cubic = true},
    {BAD("/site", DATA, "dataset /site: row 3 is (2, 0, 0), expected (1, 1, 1)"), .rank = 2,
     .shape = {10, 3}, .cubic = true, /* by distance, and the first four rows look good */
     .values = (const double[]){0, 0, 0, 1, 0, 0, 1, 1, 0, 2, 0, 0, 1, 1, 1,
                                2, 1, 0, 2, 1, 1, 2, 2, 0, 2, 2, 1, 2, 2, 2}},
    {BAD("/r", REMOVE, "dataset /r: is missing")},
    {BAD("/r", WORDS, "dataset /r: must hold numbers, found strings"), .rank = 1, .shape = {6}},
    {BAD("/r", DATA, "dataset /r: has shape (6, 1), expected (n > 0)"), .rank = 2, .shape = {6, 1}},
    {BAD("/r", DATA, "dataset /r: r[2] = 1 after r[1] = 2, expected ascending"), RADII(0, 2, 1, 3)},
    {BAD("/r", DATA, "dataset /r: r[0] = -1, expected a distance of at least 0"),
     RADII(-1, 2, 3, 4)},
    {BAD("/r", DATA, "dataset /r: r[3] = inf"), RADII(1, 2, 3, INFINITY)},
    {BAD("/r", DATA, "dataset /r: a radial grid needs at least 4 points, found 3"), .rank = 1,
     .shape = {3}, .values = (const double[]){1, 2, 3}},
    {BAD("/configuration", DATA, "dataset /configuration: has shape (2), expected (3)"), .rank = 1,
     .shape = {2}, .cubic = true},
    {BAD("/configuration", DATA, "/configuration: must hold integers"), .rank = 1, .shape = {3},
     .cubic = true, .real = true},
};

#define NUMBERS(...) .rank = 1, .shape = {3}, .values = (const double[]){__VA_ARGS__}, .cubic = true

/* Trajectory numbers, in the file 410, 420, 440, and streams of its three rows. */
static const bad_file chains[] = {
    {BAD("/configuration", DATA, "configuration 10 is in rows 0 and 2, expected once"),
     NUMBERS(10, 20, 10)},
    {BAD("/configuration", DATA, "dataset /configuration: configuration 20 is in rows 1 and 2"),
     NUMBERS(10, 20, 20)},
    {BAD("/configuration", DATA, "configuration 5 in row 2 after 20, expected ascending numbers"),
     NUMBERS(10, 20, 5)},
    {BAD("/stream", DATA, "dataset /stream: has shape (2), expected (3)"), .rank = 1, .shape = {2}},
    {BAD("/stream", DATA, "dataset /stream: must hold integers"), .rank = 1, .shape = {3},
     .real = true},
    {BAD("/stream", DATA,
         "dataset /stream: row 2 belongs to stream 1 after rows of stream 2, expected the rows of "
         "a stream together"),
     NUMBERS(1, 2, 1)},
    {BAD("/source/wall/configuration", DATA,
         "dataset /source/wall/configuration: row 2 is configuration 450, expected 440 as in "
         "dataset /configuration"),
     NUMBERS(410, 420, 450)},
    {BAD("/source/wall/configuration", DATA,
         "dataset /source/wall/configuration: has shape (4), expected (3)"),
     .rank = 1, .shape = {4}},
};

static const bad_file sources[] = {
    {BAD("/source", REMOVE, "group /source is missing")},
    {BAD("/source", GROUP, "group /source holds no source")},
    {BAD("/source", DATA, "/source cannot be opened as a group"), .rank = 1, .shape = {3}},
    {BAD("/source/wall/R", REMOVE, "/source/wall holds neither R nor four_point")},
    {BAD("/source/wall", DATA, "/source/wall holds neither R nor four_point"), .rank = 1,
     .shape = {3}},
    {BAD("/source/exponential/four_point", REMOVE,
         "/source/exponential holds neither R nor four_point")},
    {BAD("/source/exponential/two_point_1", REMOVE,
         "dataset /source/exponential/two_point_1: is missing")},
    {BAD("/source/exponential/two_point_2", REMOVE,
         "dataset /source/exponential/two_point_2: is missing")},
    {BAD("/source/exponential/two_point_1", DATA,
         "two_point_1: has shape (3, 4, 6), expected (3, 4)"),
     ROWS(3, 3, 4, 6)},
    {BAD("/source/exponential/two_point_2", DATA, "two_point_2: has shape (3, 5), expected (3, 4)"),
     ROWS(2, 3, 5)},
    {BAD("/source/exponential/four_point", DATA,
         "four_point: has shape (0, 4, 6), expected (n > 0, 4, 6)"),
     ROWS(3, 0, 4, 6)},
    {BAD("/source/wall/R", DATA, "/source/wall/R: has shape (2, 4, 6), expected (3, 4, 6)"),
     ROWS(3, 2, 4, 6)},
    {BAD("/source/wall/R", DATA, "/source/wall/R: has shape (3, 4), expected (3, 4, 6)"),
     ROWS(2, 3, 4)},
    {BAD("/source/point/R", DATA, "/source/point/R: has shape (3, 3, 6), expected (3, 4, 6)"),
     ROWS(3, 3, 3, 6)},
    {BAD("/source/point/R", DATA, "/source/point/R: has shape (3, 4, 7), expected (3, 4, 6)"),
     ROWS(3, 3, 4, 7)},
    {BAD("/source/point/R", DATA, "/source/point/R: has shape (), expected (3, 4, 6)"), .rank = 0},
    {BAD("/source/point/R", GROUP, "dataset /source/point/R: cannot be opened as a dataset")},
    {BAD("/source/point/R", WORDS, "dataset /source/point/R: must hold numbers, found strings"),
     .rank = 3, .shape = {3, 4, 6}},
};

/* ---- the machinery ---- */

static bool apply(hid_t file, const bad_file *bad) {
    const bool link = bad->name[0] == '/';
    const hsize_t count = bad->count > 0 ? bad->count : 1;
    hid_t number = bad->change == REAL || bad->real ? H5T_IEEE_F64LE : H5T_STD_I64LE, group;
    if (bad->change == TEXT) return put_text(file, bad->name, bad->text, false);
    if (!link && bad->change != REMOVE)
        return put_number(file, bad->name, bad->number, number, count);
    if (!link) return H5Adelete(file, bad->name) >= 0;
    if (hp_hdf5_has_link(file, bad->name) && !remove_link(file, bad->name)) return false;
    switch (bad->change) {
    case GROUP:
        group = H5Gcreate2(file, bad->name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        return group >= 0 && H5Gclose(group) >= 0;
    case WORDS:
        return put_dataset(file, bad->name, H5T_C_S1, bad->rank, bad->shape, NULL, false);
    case DATA:
        return put_dataset(file, bad->name, number, bad->rank, bad->shape, bad->values, false);
    default:
        return bad->change == REMOVE;
    }
}

static void check_all(const bad_file *bad, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/bad.h5", folder);
        bool ok = true;
        MPI_Barrier(comm.mpi); /* others may still read what is written anew */
        if (comm.rank == 0) {
            ok = write_sample_file(path, (sample_style){.cubic = bad[i].cubic, .narrow = false});
            hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
            ok = ok && file >= 0 && apply(file, &bad[i]);
            ok = (H5Fclose(file) >= 0) & ok;
        }
        hp_status made = hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL);
        const char *wrong =
            made == HP_OK ? check_refusal(&comm, path, bad[i].expected) : "not written";
        if (wrong[0] != '\0') print_error("%s, case %zu: %s\n", bad[i].name, i, wrong);
        assert_string_equal(wrong, "");
    }
}

/* ---- what is inside ---- */

static void share_from_rank_0(bool ok) {
    assert_int_equal(hp_parallel_agree(&comm, ok ? HP_OK : HP_ERR_IO, NULL), HP_OK);
}

static void bad_attributes_are_refused(void **state) {
    (void)state;
    check_all(attributes, sizeof attributes / sizeof *attributes);
}

static void bad_grids_are_refused(void **state) {
    (void)state;
    check_all(grids, sizeof grids / sizeof *grids);
}

static void bad_chains_are_refused(void **state) {
    (void)state;
    check_all(chains, sizeof chains / sizeof *chains);
}

/* Without /configuration the lists of two sources are compared with each other, and numbers of a
 * stream that descend are named with it. */
static void lists_of_sources_are_compared(void **state) {
    (void)state;
    static const hsize_t shape[] = {3};
    static const double lists[][3] = {{10, 20, 30}, {10, 25, 30}, {7, 8, 8}, {20, 10, 5}};
    char path[128];
    snprintf(path, sizeof path, "%s/lists.h5", folder);
    for (int second = 1; second < 4; second += 2) {
        bool ok = true, streams = second == 3;
        MPI_Barrier(comm.mpi); /* others may still read what is written anew */
        if (comm.rank == 0) {
            ok = write_sample_file(path, (sample_style){false, false});
            hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
            if (streams)
                ok = ok && put_dataset(file, "/stream", H5T_STD_I64LE, 1, shape, lists[2], false);
            else
                ok = ok && put_dataset(file, "/source/point/configuration", H5T_STD_I64LE, 1, shape,
                                       lists[0], false);
            ok = ok && put_dataset(file, "/source/wall/configuration", H5T_STD_I64LE, 1, shape,
                                   lists[second], false);
            ok = (H5Fclose(file) >= 0) & ok;
        }
        share_from_rank_0(ok);
        const char *expected = streams ? "dataset /source/wall/configuration: configuration 5 of "
                                         "stream 8 in row 2 after 10"
                                       : "/source/wall/configuration: row 1 is configuration 25, "
                                         "expected 20 as in dataset /source/point/configuration";
        assert_string_equal(check_refusal(&comm, path, expected), "");
    }
}

static void bad_sources_are_refused(void **state) {
    (void)state;
    check_all(sources, sizeof sources / sizeof *sources);
}

static void long_source_name_is_refused(void **state) {
    (void)state;
    char path[128], name[300];
    bool ok = true;
    snprintf(path, sizeof path, "%s/long.h5", folder);
    snprintf(name, sizeof name, "/source/%0*d", 256, 0);
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) {
        ok = write_sample_file(path, (sample_style){false, false});
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        hid_t group = H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        ok = (H5Gclose(group) >= 0) & (H5Fclose(file) >= 0) & ok;
    }
    share_from_rank_0(ok);
    const char *expected = "name of source 0 has 256 bytes, expected at most 255";
    assert_string_equal(check_refusal(&comm, path, expected), "");
}

/* ---- not our files at all ---- */

static void other_files_are_refused(void **state) {
    (void)state;
    char path[4][128];
    const char *names[] = {"missing.h5", "text.h5", "empty.h5", "foreign.h5"};
    for (int i = 0; i < 4; i++) snprintf(path[i], sizeof path[i], "%s/%s", folder, names[i]);
    bool ok = true;
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) {
        FILE *text = fopen(path[1], "w"), *empty = fopen(path[2], "w");
        ok = text != NULL && empty != NULL && fprintf(text, "%2000s", "t,r,R\n1,2,3\n") > 0;
        ok = ok && fclose(text) == 0 && fclose(empty) == 0;
        hid_t file = H5Fcreate(path[3], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        ok = ok && H5Fclose(file) >= 0;
    }
    share_from_rank_0(ok);
    assert_string_equal(check_refusal(&comm, path[0], "cannot be opened: No such file"), "");
    assert_string_equal(check_refusal(&comm, path[1], "truncated or not an HDF5 file"), "");
    assert_string_equal(check_refusal(&comm, path[2], "truncated or not an HDF5 file"), "");
    assert_string_equal(check_refusal(&comm, path[3], "not an ensemble file"), "");
    assert_string_equal(check_refusal(&comm, folder, "is a directory, expected an HDF5 file"), "");
    assert_string_equal(check_refusal(&comm, "/dev/null", "is not a regular file"), "");
}

static void truncated_file_is_refused(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/truncated.h5", folder);
    for (int eighths = 1; eighths < 8; eighths++) {
        bool ok = true;
        MPI_Barrier(comm.mpi); /* others may still read what is written anew */
        if (comm.rank == 0) {
            struct stat info;
            ok = write_sample_file(path, (sample_style){.cubic = true, .narrow = true});
            ok = ok && stat(path, &info) == 0;
            ok = ok && truncate(path, info.st_size * eighths / 8) == 0;
        }
        share_from_rank_0(ok);
        assert_string_equal(check_refusal(&comm, path, "truncated or not an HDF5 file (HDF5: "),
                            "");
    }
}

static void file_missing_on_the_last_rank_alone_is_refused(void **state) {
    (void)state;
    char path[128], missing[128];
    hp_error err = HP_ERROR_INIT;
    hp_ensemble e;
    bool ok = true;
    snprintf(path, sizeof path, "%s/good.h5", folder);
    snprintf(missing, sizeof missing, "%s/elsewhere.h5", folder);
    MPI_Barrier(comm.mpi); /* others may still read what is written anew */
    if (comm.rank == 0) ok = write_sample_file(path, (sample_style){false, false});
    share_from_rank_0(ok);
    const char *mine = comm.rank == comm.size - 1 ? missing : path;
    hp_status found = hp_ensemble_open(&comm, mine, &e, &err);
    assert_status(found, HP_ERR_INPUT, &err);
    assert_contains(err.message, "elsewhere.h5: cannot be opened");
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_attributes_are_refused),
        cmocka_unit_test(bad_grids_are_refused),
        cmocka_unit_test(bad_chains_are_refused),
        cmocka_unit_test(lists_of_sources_are_compared),
        cmocka_unit_test(bad_sources_are_refused),
        cmocka_unit_test(long_source_name_is_refused),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(truncated_file_is_refused),
        cmocka_unit_test(file_missing_on_the_last_rank_alone_is_refused),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, folder);
}
