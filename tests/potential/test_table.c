// SPDX-License-Identifier: GPL-3.0-or-later
/* Tabulated potentials: what is read comes back, in between a spline, mistakes are named. */
#include "support.h"

#include <gsl/gsl_errno.h>
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include "hadpot/forms_read.h"
#include "hadpot/memory.h"

enum { N = 41 };

typedef struct scene {
    char folder[64], path[128];
    hp_forms *forms;
    hp_error err;
} scene;

static int setup(void **state) {
    scene *place = test_calloc(1, sizeof *place);
    place->err = (hp_error)HP_ERROR_INIT;
    hp_test_make_folder(place->folder);
    *state = place;
    return hp_forms_create(41.47, &place->forms, &place->err) != HP_OK;
}

static int teardown(void **state) {
    scene *place = *state;
    hp_test_remove_folder(place->folder);
    hp_forms_destroy(&place->forms);
    test_free(place);
    return 0;
}

static FILE *create(scene *place, const char *name) {
    snprintf(place->path, sizeof place->path, "%s/%s", place->folder, name);
    FILE *out = fopen(place->path, "w");
    assert_non_null(out);
    return out;
}

static double truth(double r) {
    return 83.1 * exp(-r * r / 0.49) - 41.7 * exp(-r * r / 2.3);
}

/* r from 0.05 fm in steps of 0.1 fm. */
static void write_table(scene *place) {
    FILE *out = create(place, "v.csv");
    fputs("# a potential\nsource, v_mev ,error, r_fm # columns\n\n", out);
    for (int i = 0; i < N; i++)
        fprintf(out, "wall,%.17g,1e-3, %.17g\n", truth(0.05 + 0.1 * i), 0.05 + 0.1 * i);
    assert_int_equal(fclose(out), 0);
}

static void a_table_is_interpolated(void **state) {
    scene *place = *state;
    write_table(place);
    assert_ok(hp_forms_read_local(place->forms, place->path, NULL, &place->err), &place->err);
    assert_true(hp_forms_has_local(place->forms) && !hp_forms_has_nonlocal(place->forms));
    assert_close(hp_forms_reach(place->forms), 4.05, 1e-15, 0);
    for (int i = 0; i < N; i++) {
        double r = 0.05 + 0.1 * i;
        assert_close(hp_forms_local(place->forms, r), truth(r), 1e-13, 1e-13); /* roundings */
    }
    /* h^4/384 of the fourth derivative, 4000 MeV/fm^4 at the centre and far less outside; a natural
     * spline errs more near its ends. */
    for (double r = 0.31; r < 3.8; r += 0.037)
        assert_close(hp_forms_local(place->forms, r), truth(r), 0, r < 1 ? 5e-2 : 1e-3);
    assert_close(hp_forms_local(place->forms, 0.01), truth(0.05), 1e-13, 0);
    assert_close(hp_forms_local(place->forms, 4.06), 0, 0, 0);
}

static void a_table_without_header_has_r_first(void **state) {
    scene *place = *state;
    FILE *out = create(place, "bare.csv");
    fputs("0,-3\r\n0.5,-2\r\n1,-1\r\n", out);
    assert_int_equal(fclose(out), 0);
    assert_ok(hp_forms_read_local(place->forms, place->path, NULL, &place->err), &place->err);
    assert_close(hp_forms_local(place->forms, 0.25), -2.5, 1e-15, 0); /* a line is its own spline */
}

/* What a view makes of a table of 7 points, at the points and between. */
static void views_take_some_of_the_points(void **state) {
    scene *place = *state;
    double r[3] = {0.1, 0.5, 0.7}, odd[3], even[3];
    const hp_quadrature grid = {.n = 3, .r = r};
    FILE *out = create(place, "v.csv");
    for (int i = 0; i < 7; i++) fprintf(out, "%.17g,%.17g\n", 0.1 + 0.2 * i, (double)(i % 2));
    assert_int_equal(fclose(out), 0);
    assert_ok(hp_forms_read_local(place->forms, place->path, NULL, &place->err), &place->err);
    hp_forms_fill(place->forms, HP_FORMS_ODD_POINTS, &grid, &(hp_forms_on_grid){.local = odd});
    hp_forms_fill(place->forms, HP_FORMS_EVEN_POINTS, &grid, &(hp_forms_on_grid){.local = even});
    for (int i = 0; i < 3; i++) assert_close(odd[i], 0, 0, 0); /* 0, and a line between */
    assert_close(even[0] * 41.47, 0, 0, 1e-15);                /* the first point, always */
    assert_close(even[2] * 41.47, 1, 1e-14, 0);                /* the fourth, to rounding */
    assert_true(even[1] * 41.47 > 0.9);                        /* not 0, as the third is */
    assert_close(hp_forms_view_part(place->forms, HP_FORMS_GIVEN), 0, 0, 0);
    assert_true(hp_forms_view_part(place->forms, HP_FORMS_ODD_POINTS) > 0);
    assert_true(hp_forms_view_part(place->forms, HP_FORMS_CONTINUED) > 0);
}

/* Continued below the first point a + b/r is itself. */
static void a_continued_table_grows_like_1_over_r(void **state) {
    scene *place = *state;
    double r[2] = {0.013, 0.02}, local[2];
    const hp_quadrature grid = {.n = 2, .r = r};
    FILE *out = create(place, "v.csv");
    for (int i = 1; i < 30; i++) fprintf(out, "%.17g,%.17g\n", 0.05 * i, -7.3 + 3.1 / (0.05 * i));
    assert_int_equal(fclose(out), 0);
    assert_ok(hp_forms_read_local(place->forms, place->path, NULL, &place->err), &place->err);
    hp_forms_fill(place->forms, HP_FORMS_CONTINUED, &grid, &(hp_forms_on_grid){.local = local});
    for (int i = 0; i < 2; i++)
        assert_close(local[i] * 41.47, -7.3 + 3.1 / r[i], 1e-12, 0); /* rounding of V, 20 times */
    assert_close(hp_forms_local(place->forms, r[0]), -7.3 + 3.1 / 0.05, 1e-14, 0);
}

static void a_table_from_0_needs_no_continuation(void **state) {
    scene *place = *state;
    assert_close(hp_forms_view_part(place->forms, HP_FORMS_ODD_POINTS), 0, 0, 0); /* no table */
    FILE *out = create(place, "v.csv");
    fputs("0,-3\n0.5,-2\n1,-1\n", out);
    assert_int_equal(fclose(out), 0);
    assert_ok(hp_forms_read_local(place->forms, place->path, NULL, &place->err), &place->err);
    assert_close(hp_forms_view_part(place->forms, HP_FORMS_CONTINUED), 0, 0, 0);
}

static void grids_follow_tables(void **state) {
    scene *place = *state;
    hp_quadrature grid;
    write_table(place);
    assert_ok(hp_forms_read_local(place->forms, place->path, NULL, &place->err), &place->err);
    hp_forms_grid_options options = {.order = 8, .k_max = 1};
    assert_ok(hp_forms_create_grid(place->forms, &options, &grid, &place->err), &place->err);
    assert_close(grid.range, 4.05, 1e-15, 0);
    assert_int_equal(grid.panels, N); /* an edge at each point and at 0 */
    assert_close(grid.edge[7], 0.65, 1e-15, 0);
    hp_quadrature_destroy(&grid);
    options.range = 4.1;
    assert_status(hp_forms_create_grid(place->forms, &options, &grid, &place->err), HP_ERR_INPUT,
                  &place->err);
    assert_contains(place->err.message, "4.1 fm exceeds the data of");
    assert_contains(place->err.message, "v.csv, which end at 4.05 fm");
}

/* Several potentials in one file, each by the name of its column. */
static void columns_have_names(void **state) {
    scene *place = *state;
    FILE *out = create(place, "v.csv");
    fputs("r_fm,v_3s1,v_sd\n0.5,1,-4\n1.0,2,-5\n1.5,4,-6\n", out);
    assert_int_equal(fclose(out), 0);
    assert_ok(hp_forms_read_local(place->forms, place->path, "v_sd", &place->err), &place->err);
    assert_close(hp_forms_local(place->forms, 1.0), -5, 1e-14, 0); /* the spline at a point */
    assert_ok(hp_forms_read_local(place->forms, place->path, "v_3s1", &place->err), &place->err);
    assert_close(hp_forms_local(place->forms, 1.5), -2, 1e-14, 0); /* both */
    assert_status(hp_forms_read_local(place->forms, place->path, "v_3d1", &place->err),
                  HP_ERR_INPUT, &place->err);
    assert_contains(place->err.message, "v.csv:1: expected a header with the column v_3d1");
}

typedef struct mistake {
    const char *text, *parts[3];
} mistake;

static void bad_tables_name_file_and_line(void **state) {
    scene *place = *state;
    static const mistake mistakes[] = {
        {"r_fm,v_mev\n0,1\n0.2,2\n0.1,3\n", {"bad.csv:4", "must ascend", "0.1 after 0.2"}},
        {"0,1\n0.2,2\n0.2,3\n", {"bad.csv:3", "must ascend"}},
        {"-0.1,1\n0.2,2\n0.3,3\n", {"bad.csv:1", "r_fm must be >= 0", "-0.1"}},
        {"0,1\n0.2,nan\n", {"bad.csv:2", "finite numbers", "nan"}},
        {"0,1\n0.2,2 MeV\n", {"bad.csv:2", "2 MeV"}},
        {"0,1\n0.2\n", {"bad.csv:2", "at least 2 columns, found 1"}},
        {"r,v\n0,1\n", {"bad.csv:1", "column r_fm"}},
        {"r_fm,v\n0,1\n", {"bad.csv:1", "column v_mev"}},
        {"0,1\n0.2,2\n", {"bad.csv", "at least 3 points, found 2"}},
        {"", {"bad.csv", "at least 3 points, found 0"}},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        FILE *out = create(place, "bad.csv");
        fputs(mistakes[i].text, out);
        assert_int_equal(fclose(out), 0);
        assert_status(hp_forms_read_local(place->forms, place->path, NULL, &place->err),
                      HP_ERR_INPUT, &place->err);
        for (int part = 0; part < 3 && mistakes[i].parts[part] != NULL; part++)
            assert_contains(place->err.message, mistakes[i].parts[part]);
        hp_error_clear(&place->err);
        assert_false(hp_forms_has_local(place->forms));
    }
    assert_status(hp_forms_read_local(place->forms, "/nowhere/v.csv", NULL, &place->err),
                  HP_ERR_INPUT, &place->err);
    assert_contains(place->err.message, "/nowhere/v.csv: cannot be opened: No such file");
}

static double U_truth(double r, double rp) {
    return -17.3 * exp(-(r * r + rp * rp) / 1.7 - (r - rp) * (r - rp) / 0.9);
}

typedef struct map_style {
    bool results;     /* as in a results.h5, with a second row */
    double asymmetry; /* of one element */
    int turn;         /* this r is smaller than the one before */
} map_style;

static void write_dataset(hid_t file, const char *name, int rank, const hsize_t *shape,
                          const double *values) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(rank, shape, NULL);
    assert_true(H5Pset_create_intermediate_group(links, 1) >= 0);
    hid_t dataset = H5Dcreate2(file, name, H5T_IEEE_F64LE, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dclose(dataset) >= 0 && H5Sclose(space) >= 0 && H5Pclose(links) >= 0);
}

static void write_map(scene *place, map_style style) {
    static double r[N], U[2 * N * N];
    for (int i = 0; i < N; i++) r[i] = 0.1 * i;
    for (int i = 0; i < N * N; i++) U[i] = U_truth(r[i / N], r[i % N]);
    for (int i = N * N; i < 2 * N * N; i++) U[i] = 1e3;
    U[3 * N + 7] += style.asymmetry;
    if (style.turn > 0) r[style.turn] = r[style.turn - 1] - 0.01;
    snprintf(place->path, sizeof place->path, "%s/u.h5", place->folder);
    hid_t file = H5Fcreate(place->path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    write_dataset(file, style.results ? "potential/u_r_fm" : "r_fm", 1, (hsize_t[]){N}, r);
    if (style.results)
        write_dataset(file, "potential/u_mev_fm3", 3, (hsize_t[]){2, N, N}, U);
    else
        write_dataset(file, "u_mev_fm3", 2, (hsize_t[]){N, N}, U);
    assert_true(H5Fclose(file) >= 0);
}

static void a_map_is_interpolated(void **state) {
    scene *place = *state;
    for (int results = 0; results < 2; results++) {
        write_map(place, (map_style){.results = results});
        assert_ok(hp_forms_read_nonlocal(place->forms, place->path, &place->err), &place->err);
        assert_true(!hp_forms_has_local(place->forms) && hp_forms_has_nonlocal(place->forms));
        for (double r = 0.43; r < 3.5; r += 0.17)
            for (double rp = 0.37; rp < 3.5; rp += 0.29) {
                double measure = 4 * M_PI * r * rp;
                double U = hp_forms_nonlocal(place->forms, r, rp) / measure;
                /* h^4/384 of fourth derivatives of 1e3 MeV/fm^7 */
                assert_close(U, U_truth(r, rp), 0, 2e-3);
                assert_close(hp_forms_nonlocal(place->forms, rp, r) / measure, U, 1e-12, 1e-14);
            }
        double at_a_point = hp_forms_nonlocal(place->forms, 0.7, 1.1) / (4 * M_PI * 0.7 * 1.1);
        assert_close(at_a_point, U_truth(0.7, 1.1), 1e-12, 0);
        assert_close(hp_forms_nonlocal(place->forms, 1, 4.01), 0, 0, 0);
        assert_close(hp_forms_reach(place->forms), 4.0, 1e-15, 0);
        hp_forms_destroy(&place->forms);
        assert_ok(hp_forms_create(41.47, &place->forms, &place->err), &place->err);
    }
}

/* The same in both arguments of a map of n points, from 4, which leave three. */
static void a_continued_map_grows_in_both_arguments(void **state) {
    scene *place = *state;
    double r[4] = {0.2, 0.3, 0.5, 0.6}, U[16], node[2] = {0.07, 0.44}, K[4];
    const hp_quadrature grid = {.n = 2, .r = node};
    for (int i = 0; i < 16; i++) U[i] = (0.7 - 0.3 / r[i / 4]) * (0.7 - 0.3 / r[i % 4]);
    snprintf(place->path, sizeof place->path, "%s/u.h5", place->folder);
    hid_t file = H5Fcreate(place->path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    write_dataset(file, "r_fm", 1, (hsize_t[]){4}, r);
    write_dataset(file, "u_mev_fm3", 2, (hsize_t[]){4, 4}, U);
    assert_true(H5Fclose(file) >= 0);
    assert_ok(hp_forms_read_nonlocal(place->forms, place->path, &place->err), &place->err);
    hp_forms_fill(place->forms, HP_FORMS_CONTINUED, &grid, &(hp_forms_on_grid){.kernel = K});
    double first = 0.7 - 0.3 / 0.07, measure = 4 * M_PI / 41.47;
    assert_close(K[0], measure * 0.07 * 0.07 * first * first, 1e-13, 0); /* rounding */
    double beside = hp_forms_nonlocal(place->forms, 0.2, 0.44) / (0.2 * 0.44) / (4 * M_PI);
    assert_close(K[1], measure * 0.07 * 0.44 * beside * first / (0.7 - 0.3 / 0.2), 2e-2, 0);
    hp_forms_fill(place->forms, HP_FORMS_EVEN_POINTS, &grid, &(hp_forms_on_grid){.kernel = K});
    /* straight lines between 0.3 and 0.6 */
    double low = 0.7 - 0.3 / 0.3, high = 0.7 - 0.3 / 0.6, at = low + (high - low) * 0.14 / 0.3;
    assert_close(K[3], measure * 0.44 * 0.44 * at * at, 1e-13, 0);
}

static void map_fails(scene *place, const char *part, const char *other) {
    assert_status(hp_forms_read_nonlocal(place->forms, place->path, &place->err), HP_ERR_INPUT,
                  &place->err);
    assert_contains(place->err.message, place->path);
    assert_contains(place->err.message, part);
    assert_contains(place->err.message, other);
    hp_error_clear(&place->err);
}

static void bad_maps_name_file_and_dataset(void **state) {
    scene *place = *state;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    write_map(place, (map_style){.asymmetry = 1e-5});
    map_fails(place, "u_mev_fm3: must be symmetric", "(7, 3)");
    write_map(place, (map_style){.asymmetry = NAN});
    map_fails(place, "u_mev_fm3", "not finite");
    write_map(place, (map_style){.turn = 5});
    map_fails(place, "r_fm: must ascend", "0.39 after 0.4");
    FILE *out = create(place, "text.h5");
    fputs("no HDF5 file", out);
    assert_int_equal(fclose(out), 0);
    map_fails(place, "not an HDF5 file", "");
    snprintf(place->path, sizeof place->path, "%s/none.h5", place->folder);
    map_fails(place, "cannot be opened", "No such file");
    snprintf(place->path, sizeof place->path, "%s/empty.h5", place->folder);
    hid_t file = H5Fcreate(place->path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    write_dataset(file, "r_fm", 1, (hsize_t[]){5}, (double[]){0, 1, 2, 3, 4});
    assert_true(H5Fclose(file) >= 0);
    map_fails(place, "u_mev_fm3", "holds no map of U");
    snprintf(place->path, sizeof place->path, "%s/fit.h5", place->folder);
    file = H5Fcreate(place->path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    write_dataset(file, "u_mev_fm3", 1, (hsize_t[]){1}, (double[]){0});
    hid_t group = H5Gcreate2(file, "potential", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    write_dataset(group, "v_local_mev", 1, (hsize_t[]){1}, (double[]){0});
    assert_true(H5Gclose(group) >= 0 && H5Fclose(file) >= 0);
    map_fails(place, "a fit with a local part", "would be lost");
}

#define folder_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        folder_test(a_table_is_interpolated),
        folder_test(a_table_without_header_has_r_first),
        folder_test(grids_follow_tables),
        folder_test(columns_have_names),
        folder_test(bad_tables_name_file_and_line),
        folder_test(views_take_some_of_the_points),
        folder_test(a_continued_table_grows_like_1_over_r),
        folder_test(a_table_from_0_needs_no_continuation),
        folder_test(a_continued_map_grows_in_both_arguments),
        folder_test(a_map_is_interpolated),
        folder_test(bad_maps_name_file_and_dataset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
