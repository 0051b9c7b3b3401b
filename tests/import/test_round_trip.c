// SPDX-License-Identifier: GPL-3.0-or-later
/* A cubic ensemble of hadpot synth as full boxes, in texts and in HDF5: an import gives the same
 * ensemble back, and a run the same results. */
#include "import_case.h"

enum { L = 8, NPOINT = 35, NT = 4, NROW = 6 };

#define SYNTH                                                                                      \
    "output: raw.h5\nchannel: box\nmass_1_mev: 1700\ninverse_spacing_mev: 2000\n"                  \
    "gaussians:\n  amplitudes_mev: [250.0, -60.0]\n  ranges_fm: [0.2, 0.3]\n"                      \
    "grid:\n  geometry: cubic\n  extent: 8\ntimes:\n  first: 10\n  count: 4\n"                     \
    "noise:\n  configurations: 6\n  four_point: 0.002\n  two_point: 0.02\n"                        \
    "phase_shifts:\n  energies_mev: [5]\n"

#define IMPORT_OF(format, end)                                                                     \
    "format: " format                                                                              \
    "\ntree: tree\noutput: new.h5\nchannel: box\ninverse_spacing_mev: 2000\nmass_1: 0.85\n"        \
    "" format ":\n  four_point: \"nbs_{source}.{configuration}" end "\"\n"                         \
    "  two_point_1: \"two_{source}.{configuration}" end "\"\n"

#define RUN                                                                                        \
    "ensemble: raw.h5\noutput: out\nfit:\n  times: [11, 12]\npotential:\n  kind: gaussians\n"      \
    "  gaussians: 2\nscattering:\n  energies_mev: [5]\ntotal_band:\n  draws: 0\n"

/* Sites of a box, x fastest, from numbers of orbits. */
static void fill_box(const double *orbit, const double *site, double *box) {
    for (int n = 0; n < L * L * L; n++) {
        const int c[] = {n % L, n / L % L, n / L / L};
        int found = hp_geometry_find_point(L, c);
        const double *s = site + (ptrdiff_t)3 * found;
        assert_true(s[0] >= s[1] && s[1] >= s[2]);
        box[n] = orbit[found];
    }
}

static void write_text_files(const scene *place, int row, const double *boxes, const double *two) {
    char name[64];
    snprintf(name, sizeof name, "nbs_wall.%d", row + 1);
    FILE *out = import_open(place, name);
    for (int i = 0; i < NT * L * L * L; i++) {
        int n = i % (L * L * L);
        fprintf(out, "%d %d %d %d %.17g\n", 10 + i / (L * L * L), n % L, n / L % L, n / L / L,
                boxes[i]);
    }
    assert_int_equal(fclose(out), 0);
    snprintf(name, sizeof name, "two_wall.%d", row + 1);
    out = import_open(place, name);
    for (int t = 0; t < NT; t++) fprintf(out, "%d %.17g\n", 10 + t, two[t]);
    assert_int_equal(fclose(out), 0);
}

/* Real numbers with axes t, z, y, x; the two-point function from t = 0 on. */
static void write_hdf5_files(const scene *place, int row, const double *boxes, const double *two) {
    const hsize_t shape[] = {NT, L, L, L}, nt = 10 + NT;
    double whole[10 + NT];
    char path[256];
    for (int t = 0; t < 10 + NT; t++) whole[t] = t < 10 ? exp(-0.85 * t) : two[t - 10];
    snprintf(path, sizeof path, "%s/tree/nbs_wall.%d.h5", place->folder, row + 1);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    small_dataset(file, "nbs/corr", H5T_IEEE_F64LE, 4, shape, boxes);
    assert_true(H5Fclose(file) >= 0);
    snprintf(path, sizeof path, "%s/tree/two_wall.%d.h5", place->folder, row + 1);
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    small_dataset(file, "baryon/baryon_0/corr", H5T_IEEE_F64LE, 1, &nt, whole);
    assert_true(H5Fclose(file) >= 0);
}

static void write_files(const scene *place, bool hdf5) {
    hsize_t shape[4];
    char out[64];
    double *site = import_read(place, "raw.h5", "/site", shape);
    double *two = import_read(place, "raw.h5", "/source/wall/two_point_1", shape);
    double *four = import_read(place, "raw.h5", "/source/wall/four_point", shape);
    double *boxes = test_calloc(NT * L * L * L, sizeof *boxes);
    assert_int_equal(shape[0], NROW);
    assert_int_equal(shape[2], NPOINT);
    hp_test_run(out, sizeof out, "rm -rf '%s/tree' && mkdir '%s/tree'", place->folder,
                place->folder);
    for (int row = 0; row < NROW; row++) {
        for (int t = 0; t < NT; t++)
            fill_box(four + (ptrdiff_t)(row * NT + t) * NPOINT, site,
                     boxes + (ptrdiff_t)t * L * L * L);
        (hdf5 ? write_hdf5_files : write_text_files)(place, row, boxes, two + (ptrdiff_t)row * NT);
    }
    test_free(site);
    test_free(two);
    test_free(four);
    test_free(boxes);
}

static void boxes_become_the_ensemble_that_they_were(void **state) {
    scene *place = *state;
    static const char *const paths[] = {"/site",
                                        "/t",
                                        "/configuration",
                                        "/source/wall/four_point",
                                        "/source/wall/two_point_1",
                                        "/source/wall/two_point_2"};
    size_t size = 0;
    write_text(place, "synth.yaml", SYNTH);
    write_text(place, "run.yaml", RUN);
    assert_exit(place, run_hadpot(place, 1, "synth synth.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "run run.yaml"), 0);
    char *expected = read_bytes(place, "out/phase_shift.csv", &size);
    for (int hdf5 = 0; hdf5 < 2; hdf5++) {
        write_text(place, "import.yaml",
                   hdf5 ? IMPORT_OF("hadrons", ".h5") "  first_t: 10\n" : IMPORT_OF("ascii", ""));
        write_files(place, hdf5 != 0);
        assert_exit(place, run_hadpot(place, 1 + hdf5, "import import.yaml --overwrite"), 0);
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
            import_compare(place, "new.h5", "raw.h5", paths[i]);
        assert_exit(place,
                    run_hadpot(place, 1,
                               "run run.yaml --overwrite --set ensemble=new.h5 --set "
                               "output=again"),
                    0);
        char *found = read_bytes(place, "again/phase_shift.csv", &size);
        assert_string_equal(found, expected);
        test_free(found);
    }
    test_free(expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(boxes_become_the_ensemble_that_they_were)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
