// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import, format ensemble: parts of an ensemble joined, complex numbers made real. */
#include <unistd.h>
#include "import_case.h"
#include "mpi_support.h"

static hp_comm comm;
static scene place;

#define JOB                                                                                        \
    "format: ensemble\ntree: tree\noutput: new.h5\nensemble:\n"                                    \
    "  files: \"part.{configuration}.h5\"\n"

/* Rows first to first + n - 1 of the small ensemble. im: imaginary over real part, 0: real numbers.
 */
static void put_part(hid_t file, int source, int part, int first, int n, double im) {
    static const char *const parts[] = {"four_point", "two_point_1", "two_point_2"};
    const small_style style = {.nsample = SMALL_NSAMPLE};
    const int npoint = part == 0 ? SMALL_NPOINT : 1, count = n * SMALL_NT * npoint;
    const hsize_t shape[] = {(hsize_t)n, SMALL_NT, SMALL_NPOINT};
    char path[64];
    double *values = test_calloc(2 * (size_t)count, sizeof *values);
    for (int i = 0; i < count; i++) {
        double value = small_value(style, source, part, first + i / npoint / SMALL_NT,
                                   i / npoint % SMALL_NT, i % npoint);
        values[im != 0 ? 2 * i : i] = value;
        if (im != 0) values[2 * i + 1] = im * value;
    }
    snprintf(path, sizeof path, "/source/%s/%s", source == 0 ? "smeared" : "wall", parts[part]);
    hid_t type = im != 0 ? H5Tcreate(H5T_COMPOUND, 16) : H5Tcopy(H5T_NATIVE_DOUBLE);
    if (im != 0) assert_true(H5Tinsert(type, "r", 0, H5T_NATIVE_DOUBLE) >= 0);
    if (im != 0) assert_true(H5Tinsert(type, "i", 8, H5T_NATIVE_DOUBLE) >= 0);
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    assert_true(H5Pset_create_intermediate_group(links, 1) >= 0);
    hid_t space = H5Screate_simple(part == 0 ? 3 : 2, shape, NULL);
    hid_t set = H5Dcreate2(file, path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Tclose(type) >= 0);
    assert_true(H5Pclose(links) >= 0);
    test_free(values);
}

static void write_part(const char *name, int first, int n, bool numbered, double im) {
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    small_text(file, "format", "hadpot-ensemble");
    small_number(file, "version", H5T_STD_I32LE, 1);
    small_text(file, "sampling", "configuration");
    small_text(file, "geometry", "radial");
    small_number(file, "inverse_spacing_mev", H5T_IEEE_F64LE, SMALL_SPACING_MEV);
    small_number(file, "mass_1", H5T_IEEE_F64LE, 0.55);
    small_number(file, "mass_2", H5T_IEEE_F64LE, 0.75);
    small_text(file, "channel", "made up (1S0)");
    small_text(file, "notes", "one finding\nand another");
    double t[SMALL_NT], r[SMALL_NPOINT], number[SMALL_NSAMPLE];
    const hsize_t nt = SMALL_NT, npoint = SMALL_NPOINT, nrow = (hsize_t)n;
    for (int i = 0; i < SMALL_NT; i++) t[i] = SMALL_T0 + i;
    for (int i = 0; i < SMALL_NPOINT; i++) r[i] = SMALL_STEP * i + 0.3;
    for (int i = 0; i < n; i++) number[i] = import_number(first + i);
    small_dataset(file, "/t", H5T_STD_I32LE, 1, &nt, t);
    small_dataset(file, "/r", H5T_IEEE_F64LE, 1, &npoint, r);
    if (numbered) small_dataset(file, "/configuration", H5T_STD_I64LE, 1, &nrow, number);
    for (int source = 0; source < 2; source++)
        for (int part = 0; part < 3; part++) put_part(file, source, part, first, n, im);
    assert_true(H5Fclose(file) >= 0);
}

static void shell(const char *command) {
    char out[256];
    if (hp_test_run(out, sizeof out, "%s", command) != 0) fail_msg("%s: %s", command, out);
}

/* One file for each configuration. */
static void write_parts(bool numbered, double im) {
    shell("rm -rf tree new.h5 && mkdir tree");
    write_text(&place, "import.yaml", JOB);
    write_small_job(&place);
    for (int row = 0; row < SMALL_NSAMPLE; row++) {
        char name[64];
        snprintf(name, sizeof name, "tree/part.%d.h5", import_number(row));
        write_part(name, row, 1, numbered, im);
    }
}

static void parts_are_joined(void **state) {
    (void)state;
    hp_error err;
    char text[2048];
    for (int numbered = 0; numbered < 2; numbered++) {
        write_parts(numbered != 0, 0.0);
        assert_ok(import_here(&comm, "", &err), &err);
        import_compare_small(&place);
        import_read_text(&place, "channel", text, sizeof text);
        assert_string_equal(text, "made up (1S0)");
        import_read_text(&place, "notes", text, sizeof text);
        assert_string_equal(text, "one finding\nand another");
    }
    assert_ok(import_here(&comm, "channel=other|mass_1=0.6", &err), &err);
    import_read_text(&place, "channel", text, sizeof text);
    assert_string_equal(text, "other");
}

/* Numbers that are in the files alone, several rows in each, the last ones first by name. */
static void parts_of_several_rows_are_joined(void **state) {
    (void)state;
    hp_error err;
    write_parts(true, 0.0);
    shell("rm tree/*");
    write_part("tree/a.h5", 3, 4, true, 0.0);
    write_part("tree/b.h5", 0, 3, true, 0.0);
    assert_ok(import_here(&comm, "ensemble.files=\"*.h5\"", &err), &err);
    import_compare_small(&place);
    static const char *const words[] = {
        "configuration 120 follows 120, expected ascending numbers, each once, when files are put "
        "in the order of their first ones",
        "configuration 110 follows 120"};
    for (int first = 2; first > 0; first--) { /* in both; between those of the other */
        write_part("tree/a.h5", first, first == 2 ? 4 : 1, true, 0.0);
        assert_status(import_here(&comm, "ensemble.files=\"*.h5\"", &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, words[2 - first]);
    }
}

static void put_stream(const char *name, int n, const int *stream) {
    hid_t file = H5Fopen(name, H5F_ACC_RDWR, H5P_DEFAULT);
    double value[SMALL_NSAMPLE] = {0};
    const hsize_t nrow = (hsize_t)n;
    for (int i = 0; i < n; i++) value[i] = stream[i];
    assert_true(file >= 0);
    small_dataset(file, "/stream", H5T_STD_I64LE, 1, &nrow, value);
    assert_true(H5Fclose(file) >= 0);
}

/* Files keep their streams, whose numbers may be the same; files of a stream stand together. */
static void streams_of_files_are_kept(void **state) {
    (void)state;
    static const char *const jobs[] = {"ensemble.files=\"*.h5\"",
                                       "ensemble.files=\"part.{configuration}.h5\""};
    static const int five[] = {5, 5, 5, 5}, two[] = {2, 2, 2, 2}, mixed[] = {2, 2, 3, 3};
    hp_error err;
    hsize_t shape[4];
    write_parts(true, 0.0);
    shell("rm tree/*");
    for (int job = 0; job < 2; job++) {
        const int n = job == 0 ? 2 : 1;
        write_part("tree/part.100.h5", 0, n, true, 0.0); /* 100 and 110, of stream 5 */
        write_part("tree/part.120.h5", 2, n, true, 0.0);
        write_part("tree/part.130.h5", job == 0 ? 0 : 3, n, true, 0.0); /* 100 and 110 again */
        put_stream("tree/part.100.h5", n, five);
        put_stream("tree/part.120.h5", n, two);
        put_stream("tree/part.130.h5", n, two);
        assert_ok(import_here(&comm, jobs[job], &err), &err);
        double *stream = import_read(&place, "new.h5", "/stream", shape);
        double *number = import_read(&place, "new.h5", "/configuration", shape);
        static const int expected[2][6] = {{100, 110, 120, 130, 100, 110}, {120, 130, 100}};
        assert_int_equal((int)shape[0], 3 * n);
        for (int i = 0; i < 3 * n; i++) {
            assert_int_equal((int)stream[i], i < 2 * n ? 2 : 5);
            assert_int_equal((int)number[i], expected[job][i]);
        }
        test_free(stream);
        test_free(number);
    }
    write_part("tree/part.130.h5", 3, 1, true, 0.0);
    assert_status(import_here(&comm, jobs[0], &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "part.130.h5: has no dataset /stream, the first file has one");
    write_part("tree/part.130.h5", 3, 4, true, 0.0);
    put_stream("tree/part.130.h5", 4, mixed);
    assert_status(import_here(&comm, jobs[0], &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "dataset /stream: has streams 2 and 3, expected a file for each");
    write_part("tree/part.130.h5", 2, 2, true, 0.0);
    put_stream("tree/part.130.h5", 2, two);
    assert_status(import_here(&comm, jobs[0], &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "stream 2, configuration 120\" is in another file, too");
}

static void real_parts_are_taken(void **state) {
    (void)state;
    hp_error err;
    char text[2048];
    write_parts(true, 0.01);
    assert_ok(import_here(&comm, "", &err), &err);
    import_compare_small(&place);
    import_read_text(&place, "provenance", text, sizeof text);
    assert_contains(text, "imaginary over real part of /source/wall/four_point: up to 0.01");
    write_parts(true, -0.4);
    assert_ok(import_here(&comm, "", &err), &err);
    import_read_text(&place, "notes", text, sizeof text);
    assert_contains(
        text, "imaginary over real part of /source/wall/four_point is not small: up to 0.4, in 1");
    write_parts(true, 9.0);
    assert_ok(import_here(&comm, "", &err), &err);
    shell("rm new.h5");
    write_parts(true, 30.0);
    assert_status(import_here(&comm, "", &err), HP_ERR_INPUT, &err);
    assert_contains(err.message,
                    "imaginary over real part of /source/smeared/four_point is 30 in all rows, "
                    "expected less than 10: are re and im exchanged");
    assert_false(scene_has(&place, "new.h5"));
    assert_false(scene_has(&place, ".new.h5.import"));
}

/* Rows of a whole ensemble, jackknife ones too, whose numbers are complex. */
static void one_file_is_enough(void **state) {
    (void)state;
    hp_error err;
    write_parts(true, 0.0);
    shell("rm tree/*");
    write_part("tree/whole.h5", 0, SMALL_NSAMPLE, true, 0.01);
    assert_ok(import_here(&comm, "ensemble.files=whole.h5", &err), &err);
    import_compare_small(&place);
    small_ensemble_write("tree/whole.h5", (small_style){.nsample = 5, .jackknife = true});
    assert_ok(import_here(&comm, "ensemble.files=whole.h5", &err), &err);
    shell("mv tree/whole.h5 raw.h5");
    import_compare(&place, "new.h5", "raw.h5", "/source/wall/R");
    shell("cp raw.h5 tree/a.h5; cp raw.h5 tree/b.h5");
    assert_status(import_here(&comm, "ensemble.files=\"*.h5\"", &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "2 files of jackknife rows, which cannot be joined; expected one");
}

static void change_number(const char *path, const char *name, double value) {
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Adelete(file, name) >= 0);
    small_number(file, name, H5T_IEEE_F64LE, value);
    assert_true(H5Fclose(file) >= 0);
}

static void remove_link(const char *path, const char *name) {
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(file) >= 0);
}

static void parts_of_other_ensembles_are_refused(void **state) {
    (void)state;
    static const char *const words[] = {
        "part.130.h5: inverse_spacing_mev is 2000, expected 1973.269804 as in the first file",
        "part.130.h5: number of sources is 1, expected 2 as in the first file",
        "part.130.h5: dataset /source/smeared/two_point_1: is missing",
        "part.130.h5: has 2 rows, expected 1: the one of the configuration in its name",
        "part.130.h5: dataset /configuration: is 140, expected 130 as in the file's name",
        "part.130.h5: dataset /source/smeared/four_point: has complex numbers, expected real ones",
        "part.100.h5: /source/smeared has four_point without two_point_1 and two_point_2",
        "part.100.h5: dataset /r: is missing",
        "ensemble.files: no file in \"tree\" is named \"part.{configuration}.h5\", found no files",
        "part.130.h5: is no HDF5 file",
        "configuration 100\" is in another file, too",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        hp_error err;
        const char *path = "tree/part.130.h5", *first = "tree/part.100.h5";
        write_parts(true, 0.0);
        if (i == 0) change_number(path, "inverse_spacing_mev", 2000);
        if (i == 1) remove_link(path, "/source/wall");
        if (i == 2) remove_link(path, "/source/smeared/two_point_1");
        if (i == 3) write_part(path, 3, 2, true, 0.0);
        if (i == 4) write_part(path, 4, 1, true, 0.0);
        if (i == 5) write_part(path, 3, 1, true, 0.1);
        if (i == 6) remove_link(first, "/source/smeared/two_point_1");
        if (i == 7) remove_link(first, "/r");
        if (i == 8) shell("rm tree/*");
        if (i == 9) shell("echo 1 > tree/part.130.h5");
        if (i == 10) shell("cp tree/part.100.h5 tree/again.h5");
        assert_status(import_here(&comm, i == 10 ? "ensemble.files=\"*.h5\"" : "", &err),
                      HP_ERR_INPUT, &err);
        assert_contains(err.message, words[i]);
        assert_false(scene_has(&place, "new.h5"));
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_joined),
        cmocka_unit_test(parts_of_several_rows_are_joined),
        cmocka_unit_test(streams_of_files_are_kept),
        cmocka_unit_test(real_parts_are_taken),
        cmocka_unit_test(one_file_is_enough),
        cmocka_unit_test(parts_of_other_ensembles_are_refused),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, place.folder) != 0) return 1;
    if (chdir(place.folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, place.folder);
}
