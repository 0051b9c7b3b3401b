// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import of small trees: averages, order of rows, layouts of files, ranks, going on. */
#include "halqcd_tree_case.h"

/* Rounding of averages of a few numbers. */
static const double rounding = 1e-14;

static int import(scene *place, int ranks, const char *name, const char *options) {
    return run_hadpot(place, ranks, "import %s.yaml %s", name, options);
}

/* 1S0 of a row of configuration `c`, its two-point functions and two-baryon correlators. */
static void check_row(hid_t file, int row, int c, int positions) {
    table four = read_table(file, "/source/wall/four_point");
    table two = read_table(file, "/source/wall/two_point_2");
    table full = read_table(file, "/source/wall/two_point_full_1");
    table baryon = read_table(file, "/source/wall/two_baryon");
    assert_int_equal(four.shape[2], TREE_ORBITS);
    assert_int_equal(full.shape[1], TREE_T); /* whole, although two baryons end earlier */
    assert_int_equal(baryon.shape[1], TREE_BARYON_T);
    for (int t = 0; t < TREE_TIMES; t++)
        for (int p = 0; p < TREE_ORBITS; p++) {
            double complex mean[WAVE_TERMS];
            mean_terms(c, positions, TREE_FIRST_T + t, p, mean);
            double expected = creal(mean[0] - (p > 0 ? mean[3] : 0.0));
            assert_close(four.values[(row * TREE_TIMES + t) * TREE_ORBITS + p], expected, 0,
                         1e-8 * rounding);
        }
    for (int t = 0; t < TREE_T; t++) {
        double folded =
            0.5 * (mean_correlator(c, 0, t, 1) + mean_correlator(c, 1, (TREE_T - t) % TREE_T, 1));
        assert_close(full.values[row * TREE_T + t], folded, rounding, 0);
        if (t < TREE_BARYON_T)
            assert_close(baryon.values[row * TREE_BARYON_T + t], mean_correlator(c, 2, t, 1),
                         rounding, 0);
        if (t >= TREE_FIRST_T && t < TREE_FIRST_T + TREE_TIMES)
            assert_close(two.values[row * TREE_TIMES + t - TREE_FIRST_T], folded, rounding, 0);
    }
    test_free(four.values);
    test_free(two.values);
    test_free(full.values);
    test_free(baryon.values);
}

static void rotations_of_a_configuration_are_one_row(void **state) {
    static const double numbers[] = {3, 20, 100};
    scene *place = *state;
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", ""), 0);
    assert_contains(place->err, "each row is the average of 2 rotations with 1 source position of "
                                "one configuration");
    assert_contains(place->err, "tree.h5: 3 rows (configurations 3 ... 100, 1 stream), L = 4, t = "
                                "4 ... 6, source wall: 36 files\n");
    assert_contains(place->err, "waves of 4^3 sites, 1/48-compressed, little-endian");
    hid_t file = open_hdf5(place, "tree.h5");
    table number = read_table(file, "/configuration");
    assert_int_equal(number.count, TREE_CONFIGURATIONS);
    for (int row = 0; row < TREE_CONFIGURATIONS; row++) {
        assert_close(number.values[row], numbers[row], 0, 0);
        check_row(file, row, row, 1);
    }
    test_free(number.values);
    assert_true(H5Fclose(file) >= 0);
    assert_exit(place, run_hadpot(place, 1, "info tree.h5"), 0);
    assert_contains(place->out, "each row    average of 2 rotations with 1 source position");
    assert_contains(place->out, "configurations 3 ... 100");
    assert_null(strstr(place->out, "note "));
}

static void imaginary_parts_that_are_not_small_are_noted(void **state) {
    scene *place = *state;
    write_tree(place, "tree", &(tree_options){.phase = 0.5});
    assert_exit(place, import(place, 2, "tree", ""), 0);
    assert_contains(place->err,
                    "warning: imaginary over real part of four_point of 1S0 is not small: "
                    "up to 0.5");
    assert_exit(place, run_hadpot(place, 1, "info tree.h5"), 0);
    assert_contains(place->out, "note        imaginary over real part of four_point of 1S0 is not");
    write_tree(place, "real", &(tree_options){.phase = 0.2});
    assert_exit(place, import(place, 1, "real", ""), 0);
    assert_contains(place->err, "imaginary over real part of four_point of 1S0: up to 0.2");
    assert_null(strstr(place->err, "is not small"));
}

static void source_positions_are_averaged_too(void **state) {
    scene *place = *state;
    write_tree(place, "tree", &(tree_options){.positions = 3});
    assert_exit(place, import(place, 2, "tree", ""), 0);
    assert_contains(place->err, "each row is the average of 2 rotations with 3 source positions");
    hid_t file = open_hdf5(place, "tree.h5");
    for (int row = 0; row < TREE_CONFIGURATIONS; row++) check_row(file, row, row, 3);
    assert_true(H5Fclose(file) >= 0);
}

static void rows_of_files_are_marked(void **state) {
    scene *place = *state;
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", "--set output=new/folder/mean.h5"), 0);
    assert_exit(place, import(place, 1, "tree", "--set output=mean.h5"), 0);
    assert_same_bytes(place, "new/folder/mean.h5", "mean.h5");
    assert_exit(place, import(place, 1, "tree", "--set output=mean.h5/folder/mean.h5"), 2);
    assert_contains(place->err, "output: ");
    assert_exit(place, import(place, 1, "tree", "--set rows=file"), 0);
    assert_contains(place->err, "warning: rows are files: rotations and source positions of the "
                                "same configurations are not independent, and errors are not "
                                "statistical errors");
    assert_exit(place, run_hadpot(place, 3, "info tree.h5"), 0);
    assert_contains(place->out, "note        rows are files:");
    hid_t file = open_hdf5(place, "tree.h5"), other = open_hdf5(place, "mean.h5");
    assert_true(H5Lexists(file, "/configuration", H5P_DEFAULT) == 0);
    table rows = read_table(file, "/source/wall/four_point");
    table mean = read_table(other, "/source/wall/four_point");
    assert_int_equal(rows.shape[0], 6);
    /* rows by name: _100.rot_tyzx, _100.rot_xyzt, _20..., _3... */
    size_t length = mean.count / 3;
    for (size_t i = 0; i < mean.count; i++) {
        const double *pair = rows.values + 2 * (2 - i / length) * length + i % length;
        assert_close(0.5 * (pair[0] + pair[length]), mean.values[i], 0, 1e-8 * rounding);
    }
    test_free(rows.values);
    test_free(mean.values);
    assert_true(H5Fclose(file) >= 0 && H5Fclose(other) >= 0);
}

/* One dataset of two files, but for rounding. */
static void assert_same_numbers(const scene *place, const char *one, const char *other,
                                const char *path) {
    hid_t first = open_hdf5(place, one), second = open_hdf5(place, other);
    table a = read_table(first, path), b = read_table(second, path);
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++)
        assert_close(a.values[i], b.values[i], rounding, 1e-8 * 10 * rounding);
    test_free(a.values);
    test_free(b.values);
    assert_true(H5Fclose(first) >= 0 && H5Fclose(second) >= 0);
}

static void layouts_of_waves_are_told_apart(void **state) {
    static const struct {
        const char *name, *says;
        tree_options options;
    } cases[] = {{"big", "1/48-compressed, big-endian", {.big_endian = true}},
                 {"plain", "plain, [site][spins], little-endian", {.plain = true}},
                 {"both", "plain, [site][spins], big-endian", {.plain = true, .big_endian = true}}};
    static const char *const path[] = {
        "/source/wall/XX/1S0/four_point", "/source/wall/XX/3S1/four_point",
        "/source/wall/XX/3D1/four_point", "/source/wall/XX/3D1/laplacian"};
    scene *place = *state;
    const char *const components = "--set 'halqcd.components=[1S0,3S1]'";
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", components), 0);
    for (int i = 0; i < 3; i++) {
        char file[32];
        write_tree(place, cases[i].name, &cases[i].options);
        assert_exit(place, import(place, 1, cases[i].name, components), 0);
        assert_contains(place->err, cases[i].says);
        snprintf(file, sizeof file, "%s.h5", cases[i].name);
        for (int k = 0; k < 4; k++) assert_same_numbers(place, file, "tree.h5", path[k]);
        if (cases[i].options.plain)
            assert_contains(place->err, "spread of waves at images of a site about their average");
    }
}

static void compressed_files_are_unpacked(void **state) {
    scene *place = *state;
    char none[64];
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", ""), 0);
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s' && cp -r tree packed && find packed -type f | xargs gzip "
                                 "-n && sed 's/: tree/: packed/' tree.yaml > packed.yaml",
                                 place->folder),
                     0);
    assert_exit(place, import(place, 1, "packed", ""), 0);
    static const char *const path[] = {"/source/wall/four_point", "/source/wall/two_point_1",
                                       "/source/wall/two_point_full_2", "/source/wall/two_baryon"};
    for (int k = 0; k < 4; k++) assert_same_numbers(place, "packed.h5", "tree.h5", path[k]);
}

/* The sums of the provenance are those that sha256sum finds. */
static void inputs_are_summed(void **state) {
    scene *place = *state;
    char sum[128], none[64];
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 2, "tree", ""), 0);
    hid_t file = open_hdf5(place, "tree.h5");
    char names[36][128], sums[36][64], list[36 * 200] = "";
    hid_t set = H5Dopen2(file, "/import/file", H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    assert_true(H5Tset_size(type, sizeof names[0]) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0);
    assert_true(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, names) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Tset_size(type, sizeof sums[0]) >= 0);
    set = H5Dopen2(file, "/import/sha256", H5P_DEFAULT);
    assert_true(H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0);
    assert_true(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, sums) >= 0);
    assert_true(H5Dclose(set) >= 0 && H5Tclose(type) >= 0 && H5Fclose(file) >= 0);
    for (int i = 0; i < 36; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%.64s  %s\n", sums[i], names[i]);
    write_text(place, "list", list);
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s/tree' && sha256sum --quiet -c ../list && sha256sum < "
                                 "../list > ../sum",
                                 place->folder),
                     0);
    read_text(place, "sum", sum, sizeof sum);
    sum[64] = '\0';
    assert_exit(place, run_hadpot(place, 1, "info tree.h5"), 0);
    assert_contains(place->out, sum);
}

static void ranks_do_not_matter(void **state) {
    scene *place = *state;
    write_tree(place, "tree", &(tree_options){.positions = 2});
    const char *const components = "--set 'halqcd.components=[1S0,3S1]'";
    for (int ranks = 1; ranks <= 3; ranks++) {
        char options[128];
        snprintf(options, sizeof options, "%s --set output=%d.h5", components, ranks);
        assert_exit(place, import(place, ranks, "tree", options), 0);
    }
    assert_same_bytes(place, "1.h5", "2.h5");
    assert_same_bytes(place, "1.h5", "3.h5");
}

/* In the last row. */
#define LATE                                                                                       \
    "tree/BBwave.dir.S4.00/beta1.9_100.rot_tyzx/"                                                  \
    "NBSwave.+006+B00.0.0.0.beta1.9_100.rot_tyzx.A.B"

/* A file that is damaged late, repaired, and a record that was cut off. */
static void imports_go_on_from_finished_rows(void **state) {
    scene *place = *state;
    char none[64];
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", "--set output=whole.h5"), 0);
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s' && cp '%s' good && printf XXXX | dd of='%s' bs=1 seek=16 "
                                 "conv=notrunc 2>/dev/null",
                                 place->folder, LATE, LATE),
                     0);
    assert_exit(place, import(place, 1, "tree", ""), 2);
    assert_contains(place->err,
                    "2 of 3 rows are kept in \".tree.h5.import\": --resume goes on from them; "
                    "where files are added, removed or get another size, --overwrite "
                    "begins anew");
    assert_false(scene_has(place, "tree.h5"));
    assert_exit(place, import(place, 1, "tree", ""), 2);
    assert_contains(place->err, "has 2 of 3 rows; --resume goes on from them, --overwrite begins "
                                "anew");
    assert_exit(place, import(place, 1, "tree", "--resume --set mass_1=0.7"), 2);
    assert_contains(place->err, "is of another job or of other files: mass_1: 0.6, now 0.7; it "
                                "cannot be gone on with");
    hp_test_run(none, sizeof none, "mv '%s/.tree.h5.import/job' '%s/kept'", place->folder,
                place->folder);
    assert_exit(place, import(place, 1, "tree", "--resume --set mass_1=0.7"), 2);
    assert_contains(place->err, "is of another job or of other files: what differs is not known");
    hp_test_run(none, sizeof none, "mv '%s/kept' '%s/.tree.h5.import/job'", place->folder,
                place->folder);
    /* cut into the second record, and repair the file */
    assert_int_equal(
        hp_test_run(none, sizeof none,
                    "cd '%s' && cat good > '%s' && truncate -s -40 .tree.h5.import/0.0",
                    place->folder, LATE),
        0);
    assert_exit(place, import(place, 2, "tree", "--resume"), 0);
    assert_contains(place->err, "1 of 3 rows are there already");
    assert_same_bytes(place, "tree.h5", "whole.h5");
    assert_false(scene_has(place, ".tree.h5.import"));
    assert_false(scene_has(place, ".tree.h5.lock"));
    assert_exit(place, import(place, 3, "tree", "--resume"), 0);
    assert_contains(place->err, "\"tree.h5\" is complete, nothing is left to do");
    assert_null(strstr(place->err, "rows"));
}

/* One byte of the first finished row. */
static void damaged_rows_are_not_used(void **state) {
    scene *place = *state;
    char none[64];
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", "--set output=whole.h5"), 0);
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s' && cp -p '%s' good && printf XXXX | dd of='%s' bs=1 "
                                 "seek=16 conv=notrunc 2>/dev/null",
                                 place->folder, LATE, LATE),
                     0);
    assert_exit(place, import(place, 1, "tree", ""), 2);
    assert_int_equal(
        hp_test_run(none, sizeof none,
                    "cd '%s' && cp -p good '%s' && printf X | dd of=.tree.h5.import/0.0 "
                    "bs=1 seek=200 conv=notrunc 2>/dev/null",
                    place->folder, LATE),
        0);
    assert_exit(place, import(place, 1, "tree", "--resume"), 0);
    assert_contains(place->err, "0.0\" is damaged, or no regular file: rows in it that are not");
    assert_same_bytes(place, "tree.h5", "whole.h5");
}

/* Files that have changed since they were read are read again. */
static void changed_files_are_read_again(void **state) {
    scene *place = *state;
    char none[64];
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", "--set output=whole.h5"), 0);
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s' && cp -p '%s' good && printf XXXX | dd of='%s' bs=1 "
                                 "seek=16 conv=notrunc 2>/dev/null",
                                 place->folder, LATE, LATE),
                     0);
    assert_exit(place, import(place, 1, "tree", ""), 2);
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s' && cp -p good '%s' && touch "
                                 "tree/BBwave.dir.S4.00/beta1.9_3.rot_xyzt/*+005*",
                                 place->folder, LATE),
                     0);
    assert_exit(place, import(place, 1, "tree", "--resume"), 0);
    assert_contains(place->err, "1 of 3 rows are there already");
    assert_same_bytes(place, "tree.h5", "whole.h5");
}

static void components_are_version_2(void **state) {
    scene *place = *state;
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place,
                import(place, 2, "tree",
                       "--set 'halqcd.components=[3S1]' --set pair.name=XiXi --set "
                       "pair.charge_1=-1 --set halqcd.fold=none --set mass_1=2"),
                0);
    assert_exit(place, run_hadpot(place, 2, "info tree.h5"), 0);
    assert_contains(place->out, "version     2: several components");
    assert_contains(place->out, "components  XiXi:3S1, XiXi:3D1");
    assert_contains(place->out, "pair        XiXi: different hadrons of masses 2, 2 (4000.00, "
                                "4000.00 MeV), charges -1, 0");
    assert_contains(place->out, "source      wall: all components, of pair XiXi: four-point and "
                                "two-point functions, two-point functions at all their times");
    assert_contains(place->out, "rows        all read, nothing doubtful found");
    hid_t file = open_hdf5(place, "tree.h5");
    table full = read_table(file, "/source/wall/XiXi/two_point_full_1");
    for (int t = 0; t < TREE_T; t++)
        assert_close(full.values[t], mean_correlator(0, 0, t, 1), rounding, 0);
    test_free(full.values);
    table baryon = read_table(file, "/source/wall/XiXi/3S1/two_baryon");
    assert_close(baryon.values[2], mean_correlator(0, 2, 2, 3), rounding, 0);
    test_free(baryon.values);
    assert_true(H5Fclose(file) >= 0);
}

/* All-mode averages beside the exact and sloppy solutions of which they are made: neither may be
 * averaged with the other, and rotations or positions in the names of correlators are. */
static void correlators_of_one_kind_are_taken(void **state) {
    scene *place = *state;
    char none[64];
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, import(place, 1, "tree", "--set output=whole.h5"), 0);
    assert_int_equal(
        hp_test_run(none, sizeof none,
                    "cd '%s/tree' && for f in correlator.*/*/*; do d=${f%%/*}; r=${f##*.rot_}; "
                    "n=${f##*/}; n=${n%%_correlator*}_correlator; for k in ama exact sloppy; do "
                    "cp $f $d/$n.$k.rot_$r; done; rm $f; done",
                    place->folder),
        0);
    assert_exit(place, import(place, 2, "tree", ""), 2);
    assert_contains(place->err,
                    "tree.yaml: halqcd.correlator_suffix: "
                    "\"tree/correlator.PS.dir/beta1.9_100.rot_tyzx\" holds files "
                    "Xi_CG05_correlator* of several kinds, which must not be averaged, \".ama\", "
                    "\".exact\", \".sloppy\": which of them must be given");
    assert_exit(place, import(place, 1, "tree", "--set halqcd.correlator_suffix=.none"), 2);
    assert_contains(place->err, "holds no file Xi_CG05_correlator.none*");
    assert_exit(place, import(place, 1, "tree", "--set halqcd.correlator_suffix=.ama"), 0);
    assert_same_numbers(place, "tree.h5", "whole.h5", "/source/wall/two_point_full_1");
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s/tree' && rm correlator.*/*/*.exact.* && for f in "
                                 "correlator.*/*/*.ama.*; do cp $f ${f%%.ama*}.sloppy.+08.-1.gz; "
                                 "mv $f ${f%%.ama*}.sloppy.10.1; done; rm "
                                 "correlator.*/*/*.sloppy.rot_*; for f in correlator.*/*/*.gz; do "
                                 "mv $f ${f%%.gz}; done",
                                 place->folder),
                     0);
    assert_exit(place, import(place, 1, "tree", "--overwrite"), 0);
    assert_same_numbers(place, "tree.h5", "whole.h5", "/source/wall/two_point_full_1");
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s/tree/correlator.PS.dir/beta1.9_3.rot_xyzt' && for f in "
                                 "*sloppy*; do mv $f $(echo $f | sed s/sloppy/exact/); done",
                                 place->folder),
                     0);
    assert_exit(place, import(place, 1, "tree", "--overwrite"), 2); /* in another folder */
    assert_contains(place->err, "several kinds, which must not be averaged, \".sloppy.#.#\", "
                                "\".exact.#.#\"");
}

static void two_hadrons_may_differ(void **state) {
    scene *place = *state;
    char none[64];
    write_tree(place, "tree", &(tree_options){0});
    /* a second hadron: what was the antiparticle, and its own antiparticle what was the particle */
    assert_int_equal(hp_test_run(none, sizeof none,
                                 "cd '%s/tree/correlator.PS.dir' && for d in *; do cp "
                                 "$d/antiXi_CG05_correlator.$d $d/N_correlator.$d && cp "
                                 "$d/Xi_CG05_correlator.$d $d/antiN_correlator.$d; done",
                                 place->folder),
                     0);
    assert_exit(place,
                import(place, 1, "tree",
                       "--set halqcd.two_point_2=N --set mass_2=0.5 --set halqcd.fold=minus --set "
                       "'halqcd.times=[4,5]'"),
                0);
    hid_t file = open_hdf5(place, "tree.h5");
    table one = read_table(file, "/source/wall/two_point_full_1");
    table two = read_table(file, "/source/wall/two_point_full_2");
    table t = read_table(file, "/t");
    assert_int_equal(t.count, 2);
    for (int i = 0; i < TREE_BARYON_T; i++) {
        int back = (TREE_T - i) % TREE_T;
        int sign = i == 0 ? 1 : -1; /* of T, a whole period away, twice that of the boundary */
        double a = mean_correlator(0, 0, i, 1) + sign * mean_correlator(0, 1, back, 1);
        double b = mean_correlator(0, 1, i, 1) + sign * mean_correlator(0, 0, back, 1);
        assert_close(one.values[i], 0.5 * a, rounding, rounding);
        assert_close(two.values[i], 0.5 * b, rounding, rounding);
    }
    test_free(one.values);
    test_free(two.values);
    test_free(t.values);
    assert_true(H5Fclose(file) >= 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(rotations_of_a_configuration_are_one_row),
        scene_test(imaginary_parts_that_are_not_small_are_noted),
        scene_test(source_positions_are_averaged_too),
        scene_test(rows_of_files_are_marked),
        scene_test(layouts_of_waves_are_told_apart),
        scene_test(compressed_files_are_unpacked),
        scene_test(inputs_are_summed),
        scene_test(ranks_do_not_matter),
        scene_test(imports_go_on_from_finished_rows),
        scene_test(damaged_rows_are_not_used),
        scene_test(changed_files_are_read_again),
        scene_test(components_are_version_2),
        scene_test(correlators_of_one_kind_are_taken),
        scene_test(two_hadrons_may_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
