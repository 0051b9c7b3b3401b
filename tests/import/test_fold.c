// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import: full boxes folded to cubic orbits, two-point functions folded in time. */
#include <math.h>
#include <unistd.h>
#include "import_case.h"
#include "mpi_support.h"

enum { L = 8, T = 16, NROW = 3, FIRST_T = 5, NT = 3 };

static hp_comm comm;
static scene place;

#define JOB                                                                                        \
    "format: ascii\n" IMPORT_HEAD "ascii:\n"                                                       \
    "  four_point: \"box.{configuration}\"\n"                                                      \
    "  two_point_1: \"two.{configuration}\"\n"

/* What the files hold. noise: at each site; origin: of x; first: least coordinate. */
typedef struct box_style {
    double noise;
    int origin, first;
    bool orbits;
} box_style;

static double box_value(box_style style, int row, int t, int x, int y, int z) {
    double square = 0;
    const int site[3] = {x - style.origin, y, z};
    for (int axis = 0; axis < 3; axis++) {
        int c = ((site[axis] % L) + L) % L;
        square += c > L / 2 ? (L - c) * (L - c) : c * c;
    }
    int n = (((x + L) % L * L + (y + L) % L) * L + (z + L) % L) + 1;
    return (1.0 + 0.7 * exp(-square / 5.0)) * exp(-1.1 * (t + FIRST_T)) *
           (1.0 + 0.01 * row + style.noise * small_noise(row, t, n, 1));
}

static double two_value(int row, int t, bool anti) {
    return cosh(0.3 * (t - T / 2.0)) * (1.0 + 0.01 * small_noise(row, anti ? 2 : 1, t, 3));
}

static void write_boxes(box_style style) {
    char out[256];
    assert_int_equal(hp_test_run(out, sizeof out, "rm -rf tree new.h5 && mkdir tree"), 0);
    write_text(&place, "import.yaml", JOB);
    for (int row = 0; row < NROW; row++) {
        char name[64];
        snprintf(name, sizeof name, "box.%d", import_number(row));
        FILE *file = import_open(&place, name);
        for (int t = 0; t < NT; t++)
            for (int n = 0; n < L * L * L; n++) {
                int x = n % L + style.first, y = n / L % L + style.first,
                    z = n / L / L + style.first;
                if (style.orbits && !(L / 2 >= z && z >= y && y >= x && x >= 0)) continue;
                fprintf(file, "%d %d %d %d %.17g\n", t + FIRST_T, x, y, z,
                        box_value(style, row, t, x, y, z));
            }
        assert_int_equal(fclose(file), 0);
        for (int anti = 0; anti < 2; anti++) {
            snprintf(name, sizeof name, "%s.%d", anti ? "anti" : "two", import_number(row));
            file = import_open(&place, name);
            for (int t = 0; t < T; t++)
                fprintf(file, "%d %.17g\n", t, two_value(row, t, anti != 0));
            assert_int_equal(fclose(file), 0);
        }
    }
}

/* The mean of a site's orbit by the group itself: 6 permutations and 8 reflections, each of the 48
 * images with the weight 1/48. */
static double group_mean(box_style style, int row, int t, const int site[3]) {
    static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    double sum = 0;
    for (int i = 0; i < 48; i++) {
        int image[3];
        for (int axis = 0; axis < 3; axis++)
            image[axis] = site[order[i % 6][axis]] * (i / 6 >> axis & 1 ? -1 : 1);
        sum += box_value(style, row, t, image[0], image[1], image[2]) / 48.0;
    }
    return sum;
}

static void compare_with_group(box_style style, double tolerance) {
    hsize_t shape[4];
    double *site = import_read(&place, "new.h5", "/site", shape);
    double *found = import_read(&place, "new.h5", "/source/wall/four_point", shape);
    const int npoint = (L / 2 + 1) * (L / 2 + 2) * (L / 2 + 3) / 6;
    assert_int_equal(shape[0], NROW);
    assert_int_equal(shape[1], NT);
    assert_int_equal(shape[2], npoint);
    for (int i = 0; i < NROW * NT * npoint; i++) {
        const double *s = site + (ptrdiff_t)3 * (i % npoint);
        double expected = group_mean(style, i / npoint / NT, i / npoint % NT,
                                     (int[]){(int)s[0], (int)s[1], (int)s[2]});
        assert_close(found[i], expected, tolerance, 0);
    }
    test_free(site);
    test_free(found);
}

static void boxes_are_projected_on_a1(void **state) {
    (void)state;
    hp_error err;
    static const box_style styles[] = {{0.0, 0, 0, false},
                                       {0.3, 0, 0, false},
                                       {0.3, 0, -L / 2, false},
                                       {0.3, 0, 1 - L / 2, false}};
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        write_boxes(styles[i]);
        assert_ok(import_here(&comm, "", &err), &err);
        compare_with_group(styles[i], 1e-14); /* rounding of means over at most 48 sites */
    }
}

static void orbits_are_those_of_the_box(void **state) {
    (void)state;
    hp_error err;
    const box_style style = {.orbits = true};
    write_boxes(style);
    assert_ok(import_here(&comm, "ascii.extent=8", &err), &err);
    hsize_t shape[4];
    double *site = import_read(&place, "new.h5", "/site", shape);
    double *found = import_read(&place, "new.h5", "/source/wall/four_point", shape);
    for (hsize_t p = 0; p < shape[2]; p++) {
        int s[3];
        for (int axis = 0; axis < 3; axis++) s[axis] = (int)site[3 * p + (hsize_t)axis];
        /* as written, but the compiler may contract products and sums here and not there */
        assert_close(found[p], box_value(style, 0, 0, s[0], s[1], s[2]), 1e-15, 0);
    }
    test_free(site);
    test_free(found);
}

/* A spread that noise explains is told, and noted where it is most of the variance. */
static void spread_is_told_and_noted(void **state) {
    (void)state;
    hp_error err;
    char text[2048];
    write_boxes((box_style){.noise = 0.01});
    assert_ok(import_here(&comm, "", &err), &err);
    import_read_text(&place, "notes", text, sizeof text);
    assert_string_equal(text, "");
    import_read_text(&place, "provenance", text, sizeof text);
    assert_contains(
        text, "four_point of wall: spread within cubic orbits over that of the box: up to 0.");
    write_boxes((box_style){.noise = 2.0});
    assert_ok(import_here(&comm, "", &err), &err);
    import_read_text(&place, "notes", text, sizeof text);
    assert_contains(text, "four_point of wall: spread within cubic orbits over that of the box is "
                          "not small: up to 0.9");
}

static void boxes_that_are_not_cubic_are_refused(void **state) {
    (void)state;
    hp_error err;
    for (double noise = 0.0; noise < 0.2; noise += 0.1) {
        write_boxes((box_style){.noise = noise, .origin = L / 2});
        assert_status(import_here(&comm, "", &err), HP_ERR_INPUT, &err);
        assert_contains(err.message,
                        "ascii.four_point: the box has no cubic symmetry about its first site: "
                        "sites of one cubic orbit differ in box.100 and box.120 alike, by ");
        assert_contains(err.message, "check the order of columns, and where the origin is");
    }
}

static void other_numbers_of_sites_are_refused(void **state) {
    (void)state;
    static const char *const bad[][3] = {
        {"sed -i '/^5 7 7 7 /d' tree/box.100", "", "t = 5: 511 sites, expected all L^3 sites of a"},
        {"sed -i '/^6 7 7 7 /d' tree/box.110", "", "box.110: t = 6: has 511 sites, expected 512"},
        {"sed -i 's/^6 7 7 7 /6 7 7 6 /' tree/box.110", "",
         "box.110: line 1024: the site (7, 7, 6) occurs twice at one time"},
        {"sed -i 's/^6 7 7 7 /6 7 7 8 /' tree/box.110", "",
         "box.110: line 1024: z = 8, expected an integer from -4 to 7 (L = 8)"},
        {"sed -i 's/^5 7 7 7 /5 7 7 7.5 /' tree/box.120", "",
         "tree/box.120: line 512: z = 7.5, expected an integer from -4 to 7 (L = 8)"},
        {"true", "ascii.extent=6", "512 sites, expected 216 (all of a box of L = 6) or 20 (one of"},
        {"true", "ascii.columns=[x,t,y,z,re]", "has times from 0 to 7"},
        {"sed -i 's/^[^ ]* \\(.*\\) .* .* /\\1 /' tree/box.110", "", "box.110: "},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hp_error err;
        char out[256];
        write_boxes((box_style){.noise = 0.0});
        assert_int_equal(hp_test_run(out, sizeof out, "%s", bad[i][0]), 0);
        assert_status(import_here(&comm, bad[i][1], &err), HP_ERR_INPUT, &err);
        if (i != 6) assert_contains(err.message, bad[i][2]);
    }
}

/* C(t) and its image, of the correlator itself or of the antiparticle. */
static void two_point_functions_are_folded(void **state) {
    (void)state;
    static const struct {
        const char *set;
        int sign;
        bool anti;
    } cases[] = {{"ascii.fold=plus", 1, false},
                 {"ascii.fold=minus|ascii.antiparticle_1=\"anti.{configuration}\"", -1, true},
                 {"ascii.fold=plus|ascii.antiparticle_1=\"anti.{configuration}\"", 1, true},
                 {"ascii.fold=none|ascii.temporal_extent=16", 0, false}};
    write_boxes((box_style){.noise = 0.0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hp_error err;
        hsize_t shape[4];
        assert_ok(import_here(&comm, cases[i].set, &err), &err);
        double *full = import_read(&place, "new.h5", "/source/wall/two_point_full_2", shape);
        assert_int_equal(shape[1], T);
        double *some = import_read(&place, "new.h5", "/source/wall/two_point_1", shape);
        assert_int_equal(shape[1], NT);
        for (int k = 0; k < NROW * T; k++) {
            int row = k / T, t = k % T, sign = t == 0 ? 1 : cases[i].sign;
            double back = two_value(row, (T - t) % T, cases[i].anti);
            double expected = cases[i].sign == 0 ? two_value(row, t, false)
                                                 : (two_value(row, t, false) + sign * back) / 2.0;
            /* rounding; with the minus sign both terms cancel */
            assert_close(full[k], expected, 1e-14, 1e-14);
            if (t >= FIRST_T && t < FIRST_T + NT)
                assert_close(some[row * NT + t - FIRST_T], full[k], 0, 0); /* copies */
        }
        test_free(full);
        test_free(some);
    }
}

static void two_baryon_correlators_and_ratios_are_kept(void **state) {
    (void)state;
    hp_error err;
    hsize_t shape[4];
    write_boxes((box_style){.noise = 0.0});
    assert_ok(import_here(&comm, "ascii.two_baryon=\"anti.{configuration}\"", &err), &err);
    double *found = import_read(&place, "new.h5", "/source/wall/two_baryon", shape);
    for (int k = 0; k < NROW * T; k++)
        /* as written, but the compiler may contract products and sums here and not there */
        assert_close(found[k], two_value(k / T, k % T, true), 1e-15, 0);
    test_free(found);
    assert_ok(import_here(&comm,
                          "ascii.four_point=\"\"|ascii.R=\"box.{configuration}\"|"
                          "ascii.two_point_1=\"\"|source=point|ascii.times=[6,7]",
                          &err),
              &err);
    found = import_read(&place, "new.h5", "/source/point/R", shape);
    assert_int_equal(shape[1], 2);
    assert_close(found[0], box_value((box_style){.noise = 0.0}, 0, 1, 0, 0, 0), 1e-15, 0);
    test_free(found);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_are_projected_on_a1),
        cmocka_unit_test(orbits_are_those_of_the_box),
        cmocka_unit_test(spread_is_told_and_noted),
        cmocka_unit_test(boxes_that_are_not_cubic_are_refused),
        cmocka_unit_test(other_numbers_of_sites_are_refused),
        cmocka_unit_test(two_point_functions_are_folded),
        cmocka_unit_test(two_baryon_correlators_and_ratios_are_kept),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, place.folder) != 0) return 1;
    if (chdir(place.folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, place.folder);
}
