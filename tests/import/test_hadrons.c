// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import, format hadrons: datasets of complex numbers by path, attributes and axes. */
#include <math.h>
#include <unistd.h>
#include "import_case.h"
#include "mpi_support.h"

enum { T = 20, L = 4 };

static hp_comm comm;
static scene place;

#define JOB                                                                                        \
    "format: hadrons\n" IMPORT_HEAD "hadrons:\n"                                                   \
    "  four_point: \"nbs_{source}.{configuration}.h5\"\n"                                          \
    "  dataset: nbs/corr\n"                                                                        \
    "  axes: [t, r]\n"                                                                             \
    "  first_t: 10\n"                                                                              \
    "  r_dataset: nbs/r\n"                                                                         \
    "  two_point_1: \"two_{source}.{configuration}.h5\"\n"                                         \
    "  two_point_2: \"two_{source}.{configuration}.h5\"\n"                                         \
    "  two_point_1_dataset: meson/[gamma_snk=Gamma5,gamma_src=Gamma5]/corr\n"                      \
    "  two_point_2_dataset: meson/meson_1/corr\n"

/* Complex numbers with an imaginary part that is `im` times the real one. */
static void put_complex(hid_t file, const char *path, int rank, const hsize_t *shape,
                        const double *values, double im) {
    size_t n = 1;
    for (int i = 0; i < rank; i++) n *= shape[i];
    double *numbers = test_calloc(2 * n, sizeof *numbers);
    for (size_t i = 0; i < n; i++) numbers[2 * i] = values[i], numbers[2 * i + 1] = im * values[i];
    hid_t type = H5Tcreate(H5T_COMPOUND, 16), links = H5Pcreate(H5P_LINK_CREATE);
    assert_true(H5Tinsert(type, "re", 0, H5T_NATIVE_DOUBLE) >= 0);
    assert_true(H5Tinsert(type, "im", 8, H5T_NATIVE_DOUBLE) >= 0);
    assert_true(H5Pset_create_intermediate_group(links, 1) >= 0);
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t set = H5Dcreate2(file, path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Tclose(type) >= 0);
    assert_true(H5Pclose(links) >= 0);
    test_free(numbers);
}

static void put_text(hid_t file, const char *path, const char *name, const char *text) {
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    small_text(group, name, text);
    assert_true(H5Gclose(group) >= 0);
}

static hid_t create(const char *format, const char *source, int row) {
    char name[128];
    snprintf(name, sizeof name, format, source, import_number(row));
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void write_two_point(const char *name, int source, int row, double im) {
    const small_style numbers = {.nsample = SMALL_NSAMPLE};
    hid_t file = create("tree/two_%s.%d.h5", name, row);
    for (int hadron = 0; hadron < 2; hadron++) {
        double values[T];
        char path[32];
        const hsize_t shape[] = {T};
        for (int t = 0; t < T; t++)
            values[t] = t >= SMALL_T0 && t < SMALL_T0 + SMALL_NT
                            ? small_value(numbers, source, hadron + 1, row, t - SMALL_T0, 0)
                            : exp(-0.6 * t);
        snprintf(path, sizeof path, "meson/meson_%d/corr", hadron);
        put_complex(file, path, 1, shape, values, im);
        path[strlen(path) - 5] = '\0';
        put_text(file, path, "gamma_snk", hadron == 0 ? "Gamma5" : "GammaT");
        put_text(file, path, "gamma_src", "Gamma5");
    }
    assert_true(H5Fclose(file) >= 0);
}

/* The small ensemble, and raw.h5. */
static void write_files(double im) {
    const small_style numbers = {.nsample = SMALL_NSAMPLE};
    char out[256];
    assert_int_equal(hp_test_run(out, sizeof out, "rm -rf tree new.h5 && mkdir tree"), 0);
    write_text(&place, "import.yaml", JOB);
    write_small_job(&place);
    for (int source = 0; source < 2; source++)
        for (int row = 0; row < SMALL_NSAMPLE; row++) {
            const char *name = source == 0 ? "smeared" : "wall";
            const hsize_t shape[] = {SMALL_NT, SMALL_NPOINT}, npoint = SMALL_NPOINT;
            double values[SMALL_NT * SMALL_NPOINT], r[SMALL_NPOINT];
            for (int i = 0; i < SMALL_NT * SMALL_NPOINT; i++)
                values[i] =
                    small_value(numbers, source, 0, row, i / SMALL_NPOINT, i % SMALL_NPOINT);
            for (int i = 0; i < SMALL_NPOINT; i++) r[i] = SMALL_STEP * i + 0.3;
            hid_t file = create("tree/nbs_%s.%d.h5", name, row);
            put_complex(file, "nbs/corr", 2, shape, values, im);
            small_dataset(file, "nbs/r", H5T_IEEE_F64LE, 1, &npoint, r);
            assert_true(H5Fclose(file) >= 0);
            write_two_point(name, source, row, im);
        }
}

static void numbers_come_back(void **state) {
    (void)state;
    hp_error err;
    hsize_t shape[4];
    char text[2048];
    write_files(1e-3);
    assert_ok(import_here(&comm, "", &err), &err);
    import_compare_small(&place);
    double *full = import_read(&place, "new.h5", "/source/wall/two_point_full_1", shape);
    assert_int_equal(shape[1], T);
    assert_close(full[3], exp(-0.6 * 3), 0, 0); /* as written */
    test_free(full);
    import_read_text(&place, "notes", text, sizeof text);
    assert_string_equal(text, "");
    import_read_text(&place, "provenance", text, sizeof text);
    assert_contains(text, "imaginary over real part of four_point of wall: up to 0.001");
}

static void large_imaginary_parts_are_noted(void **state) {
    (void)state;
    hp_error err;
    char text[2048];
    write_files(0.5);
    assert_ok(import_here(&comm, "", &err), &err);
    import_read_text(&place, "notes", text, sizeof text);
    assert_contains(text,
                    "imaginary over real part of four_point of wall is not small: up to 0.5, in 1");
    assert_contains(text,
                    "imaginary over real part of two_point_2 of smeared is not small: up to 0.5");
}

/* A cubic wave, the same on all sites of an orbit, with origin at x = origin. */
static double cubic_value(int row, int t, int x, int y, int z, int origin) {
    const int site[] = {x - origin, y, z};
    double square = 0;
    for (int axis = 0; axis < 3; axis++) {
        int c = (site[axis] + L) % L;
        square += c > L / 2 ? (L - c) * (L - c) : c * c;
    }
    return exp(-0.9 * (t + SMALL_T0)) * (1.0 + 0.01 * row + exp(-square / 3.0));
}

/* axes 4: t, z, y, x; 2: t, site (all, or orbits); 3: z, y, x of one time in each file. */
static void write_boxes(int axes, bool orbits, int origin) {
    write_files(0.0);
    char out[256];
    assert_int_equal(hp_test_run(out, sizeof out, "rm tree/nbs*"), 0);
    for (int row = 0; row < SMALL_NSAMPLE; row++)
        for (int first = 0; first < (axes == 3 ? SMALL_NT : 1); first++) {
            double values[SMALL_NT * L * L * L];
            int n = 0, nt = axes == 3 ? 1 : SMALL_NT;
            for (int i = 0; i < nt * L * L * L; i++) {
                int x = i % L, y = i / L % L, z = i / L / L % L, t = i / L / L / L + first;
                if (orbits) { /* in the order of ensembles: x outermost */
                    int swap = x;
                    x = z, z = swap;
                    if (!(L / 2 >= x && x >= y && y >= z)) continue;
                }
                values[n++] = cubic_value(row, t, x, y, z, origin);
            }
            const hsize_t shapes[3][4] = {
                {SMALL_NT, (hsize_t)(n / SMALL_NT)}, {L, L, L}, {SMALL_NT, L, L, L}};
            char name[64];
            snprintf(name, sizeof name,
                     axes == 3 ? "tree/nbs_t%d_%%s.%%d.h5" : "tree/nbs_%%s.%%d.h5",
                     SMALL_T0 + first);
            hid_t file = create(name, "wall", row);
            put_complex(file, "nbs/corr", axes, shapes[axes - 2], values, 0.0);
            assert_true(H5Fclose(file) >= 0);
        }
}

static void boxes_of_any_axes_are_folded(void **state) {
    (void)state;
    static const struct {
        int axes;
        bool orbits;
        const char *set;
    } cases[] = {{4, false, ""},
                 {4, false, "hadrons.axes=[t,x,y,z]"},
                 {2, false, "hadrons.dataset=\"\""},
                 {2, true, "hadrons.axes=[t,site]"},
                 {3, false, "hadrons.four_point=\"nbs_t{t}_{source}.{configuration}.h5\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err;
        hsize_t shape[4];
        char set[256];
        write_boxes(cases[i].axes, cases[i].orbits, 0);
        snprintf(set, sizeof set, "hadrons.axes=[]|hadrons.r_dataset=\"\"|%s", cases[i].set);
        assert_ok(import_here(&comm, set, &err), &err);
        double *site = import_read(&place, "new.h5", "/site", shape);
        double *found = import_read(&place, "new.h5", "/source/wall/four_point", shape);
        assert_int_equal(shape[1], SMALL_NT);
        assert_int_equal(shape[2], 10);
        for (int k = 0; k < SMALL_NSAMPLE * SMALL_NT * 10; k++) {
            const double *s = site + (ptrdiff_t)3 * (k % 10);
            double expected = cubic_value(k / 10 / SMALL_NT, k / 10 % SMALL_NT, (int)s[0],
                                          (int)s[1], (int)s[2], 0);
            assert_close(found[k], expected, 1e-15, 0); /* contracted products */
        }
        test_free(site);
        test_free(found);
    }
}

static void wrong_boxes_are_refused(void **state) {
    (void)state;
    static const struct {
        int axes, origin;
        const char *set, *words;
    } bad[] = {
        {4, L / 2, "", "the box has no cubic symmetry about its first site: sites of one cubic"},
        {4, 0, "hadrons.axes=[x,t,y,z]", "dataset nbs/corr: has a box of 5 x 4 x 4, expected a"},
        {4, 0, "hadrons.axes=[t,y,z]", "dataset nbs/corr: has 4 axes, and hadrons.axes names 3"},
        {4, 0, "hadrons.axes=[t,x,y,r]", "hadrons.axes must have x, y and z, or site, or r"},
        {2, 0, "hadrons.axes=[t,r]", "hadrons.r_dataset must name the distances of the axis r"},
        {4, 0, "hadrons.extent=6", "64 sites, expected 216 (all of a box of L = 6) or 20"},
        {4, 0, "hadrons.dataset=nbs/core", "has no dataset \"nbs/core\", found nbs/corr"},
        {4, 0, "hadrons.two_point_1_dataset=\"\"", "holds 2 datasets of numbers, expected one"},
        {4, 0, "hadrons.two_point_1_dataset=\"meson/[gamma_src=Gamma5]/corr\"",
         "2 groups of \"meson\" have gamma_src=Gamma5, expected one; found meson_0"},
        {4, 0,
         "hadrons.two_point_1=\"nbs_{source}.{configuration}.h5\"|"
         "hadrons.two_point_1_dataset=nbs/corr",
         "has 4 axes, expected one, t"},
        {4, 0, "hadrons.first_t=18", "four_point has times 18 to 22, but two_point_1 has 0 to 19"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error err;
        char set[512];
        write_boxes(bad[i].axes, false, bad[i].origin);
        snprintf(set, sizeof set, "hadrons.axes=[]|hadrons.r_dataset=\"\"|%s", bad[i].set);
        assert_status(import_here(&comm, set, &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i].words);
    }
}

static void damaged_files_are_refused(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"echo 10 1.5 > tree/nbs_wall.120.h5", "tree/nbs_wall.120.h5: is no HDF5 file"},
        {"truncate -s 3000 tree/nbs_wall.120.h5", "tree/nbs_wall.120.h5: is a damaged HDF5 file"},
        {"cp tree/two_wall.120.h5 tree/nbs_wall.120.h5",
         "tree/nbs_wall.120.h5: has no dataset \"nbs/corr\", found meson/meson_0/corr"},
        {"rm tree/two_wall.130.h5",
         "130: two_point_1 of wall has no file, expected 1 as 100, which has 1 file, "
         "\"two_wall.100.h5\": \"two_wall.130.h5\" is missing"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error err;
        char out[256];
        write_files(0.0);
        assert_int_equal(hp_test_run(out, sizeof out, "%s", bad[i][0]), 0);
        assert_status(import_here(&comm, "", &err), HP_ERR_INPUT, &err);
        assert_contains(err.message, bad[i][1]);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(large_imaginary_parts_are_noted),
        cmocka_unit_test(boxes_of_any_axes_are_folded),
        cmocka_unit_test(wrong_boxes_are_refused),
        cmocka_unit_test(damaged_files_are_refused),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, place.folder) != 0) return 1;
    if (chdir(place.folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, place.folder);
}
