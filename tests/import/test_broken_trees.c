// SPDX-License-Identifier: GPL-3.0-or-later
/* Trees and jobs with something wrong: one message that says what, where, and what was expected;
 * exit code 2; no ensemble; the same on one rank and on three. */
#include <hdf5.h>
#include "halqcd_tree_case.h"

/* Folders and files in the tree; the first configuration by name, and the last. */
#define WAVES "BBwave.dir.S4.00"
#define FIRST WAVES "/beta1.9_100.rot_tyzx/"
#define LAST WAVES "/beta1.9_3.rot_xyzt/"
#define WAVE(t) LAST "NBSwave.+00" #t "+B00.0.0.0.beta1.9_3.rot_xyzt.A.B"
#define XI "correlator.PS.dir/beta1.9_3.rot_xyzt/Xi_CG05_correlator.beta1.9_3.rot_xyzt"
#define BARYONS "correlator.multi.dir/beta1.9_3.rot_xyzt/O06O07_correlator.beta1.9_3.rot_xyzt"
#define OVER(text, at, file)                                                                       \
    "printf '" text "' | dd of='" file "' bs=1 seek=" #at " conv=notrunc 2>/dev/null"

typedef struct broken {
    const char *how;     /* shell, in the tree */
    const char *options; /* of the import */
    const char *says;
} broken;

static void check(scene *place, const broken *cases, int n, const tree_options *tree) {
    char none[64];
    write_tree(place, "whole", tree);
    for (int i = 0; i < n; i++) {
        assert_int_equal(
            hp_test_run(none, sizeof none,
                        "cd '%s' && rm -rf tree .tree.h5.import && cp -r whole tree && "
                        "sed 's/: whole/: tree/' whole.yaml > job.yaml && cd tree && "
                        "{ %s; }",
                        place->folder, cases[i].how),
            0);
        for (int ranks = 1; ranks <= (i % 8 == 0 ? 3 : 1); ranks += 2) {
            int code = run_hadpot(place, ranks, "import job.yaml --resume %s", cases[i].options);
            if (code != 2 || strstr(place->err, cases[i].says) == NULL)
                print_message("case %d, %d ranks: %s\n", i, ranks, cases[i].how);
            assert_exit(place, code, 2);
            assert_contains(place->err, cases[i].says);
            assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
            assert_false(scene_has(place, "tree.h5"));
            assert_false(scene_has(place, ".tree.h5.lock"));
        }
    }
}

static void missing_files_are_named(void **state) {
    static const broken cases[] = {
        {"rm -r " WAVES, "", "\"tree\" holds no folder BBwave.dir.*"},
        {"mkdir BBwave.dir.S3.00", "",
         "holds BBwave.dir.S3.00 and BBwave.dir.S4.00: which of them"},
        {":", "--set halqcd.wave_folder=other",
         "folder \"tree/other\" cannot be read: No such file"},
        {":", "--set tree=nowhere", "folder \"nowhere\" cannot be read: No such file"},
        {"rm " WAVE(5), "",
         "beta1.9_3.rot_xyzt: 0 waves of t = 5, expected 1: every one is missing"},
        {"rm " FIRST "*+005*", "", "waves of t = 4 and 6, but none between them"},
        {"rm " FIRST "*", "", "holds no wave functions NBSwave.+TTT+POSITION.beta1.9_100.rot_tyzx"},
        {"rm -r */beta1.9_3.rot_xyzt", "",
         "beta1.9_3 has 3 waves, expected 6 as beta1.9_100: other rotations or source positions"},
        {"rm " XI, "", "beta1.9_3.rot_xyzt\" holds no file Xi_CG05_correlator*"},
        {"rm correlator.PS.dir/beta1.9_3.rot_xyzt/anti*", "",
         "holds no file antiXi_CG05_correlator*"},
        {"rm -r correlator.PS.dir/beta1.9_20*", "",
         "folder \"tree/correlator.PS.dir/beta1.9_20.rot_tyzx\" cannot be read"},
        {"rm " BARYONS, "", "holds no file O06O07_correlator*"},
        {"cp " XI " " XI ".again", "",
         "halqcd.correlator_suffix: \"tree/correlator.PS.dir/beta1.9_3.rot_xyzt\" holds files "
         "Xi_CG05_correlator* of several kinds, which must not be averaged, \".\", \"..again\": "
         "which "
         "of them must be given"},
        {"cp " XI " " XI ".2", "--set halqcd.correlator_suffix=.",
         "beta1.9_3 has 3 two-point functions, expected 2 as beta1.9_100"},
        {"cp " WAVE(5) " " LAST "NBSwave.+005+B00.0.0.0.beta1.9_3.rot_xyzt.A.C", "",
         "halqcd.operators: there are waves of .A.B and .A.C: which of them must be given"},
        {"mkdir " LAST "NBSwave.+005+B01.0.0.0.beta1.9_3.rot_xyzt.A.B", "",
         "source positions at t = 5 are not those at t = 4"},
    };
    check(*state, cases, sizeof cases / sizeof *cases, &(tree_options){0});
}

static void damaged_waves_are_named(void **state) {
    static const broken cases[] = {
        {"truncate -s 2600 " WAVE(5), "",
         "B00.0.0.0.beta1.9_3.rot_xyzt.A.B: has 2600 bytes: it is cut off, expected 2668 of a wave "
         "function of 4^3 sites"},
        {"printf x >> " WAVE(5), "", "has 2669 bytes, expected 2668"},
        {": > " WAVE(5), "", "is a plain wave function, others are 1/48-compressed"},
        {OVER("\\13", 24, WAVE(5)), "",
         "record 2 has the lengths 11 and 40 before and behind it, expected 40"},
        {OVER("\\4\\4\\4\\4", 2664, WAVE(5)), "", "record 4 has the lengths 2560 and"},
        {OVER("\\6\\0\\0\\0\\6\\0\\0\\0\\6\\0\\0\\0\\24", 4, WAVE(5)), "",
         "has 2668 bytes: it is cut off, expected 5268 of a wave function of 6^3 sites"},
        {"{ printf "
         "'\\20\\0\\0\\0\\6\\0\\0\\0\\6\\0\\0\\0\\6\\0\\0\\0\\24\\0\\0\\0\\20\\0\\0\\0\\120\\0\\0\\"
         "0'; head "
         "-c 80 /dev/zero; printf '\\120\\0\\0\\0\\24\\0\\0\\0'; head -c 12 /dev/zero; printf "
         "'\\24\\0\\0\\0\\0\\1\\0\\0\\24\\0\\0\\0\\0\\24\\0\\0'; head -c 5120 /dev/zero; printf "
         "'\\0\\24\\0\\0'; } > " WAVE(5),
         "", "A.B: is of a box of 6^3 sites, others of 4^3"},
        {OVER("\\6", 4, WAVE(5)), "", "is of a box of 6 x 4 x 4 sites, expected a cube"},
        {OVER("\\5\\0\\0\\0\\5\\0\\0\\0\\5", 4, WAVE(5)), "",
         "box of the wave function: extent is 5, expected an even number"},
        {OVER("\\11", 16, WAVE(5)), "", "has 9 cubic orbits, expected 10 of a box of 4^3 sites"},
        {OVER("\\2", 28, WAVE(5)), "", "has other representatives of orbits than the other files"},
        {OVER("\\11", 88, WAVE(5)), "",
         "record 3 tells of 9 orbits of 256 bytes, expected 10 of 256"},
        {OVER("\\1", 80, WAVE(5)), "", "record 3: boundary condition 2 is 1, expected 0: periodic"},
        {OVER("\\0\\0\\0\\0\\0\\0\\360\\177", 104, WAVE(5)), "",
         "holds a number that is not finite"},
        {OVER("\\0\\0\\0\\0\\0\\0\\100\\77", 160, WAVE(5)), "",
         "spins at site (0, 0, 0) are changed by a rotation that leaves the site in its place"},
        {"gzip -n " WAVE(5) " && truncate -s -30 " WAVE(5) ".gz", "",
         "is a gzip file that ends too early"},
        {"gzip -n " WAVE(5) " && " OVER("xxxx", 40, WAVE(5) ".gz"), "", "is a gzip file that"},
        {"for f in " FIRST "*; do echo text > $f; done", "",
         "has 5 bytes and no records: neither a 1/48-compressed wave function nor 256 bytes for "
         "each "
         "site of a cube"},
    };
    check(*state, cases, sizeof cases / sizeof *cases, &(tree_options){0});
}

static void damaged_plain_waves_are_named(void **state) {
    static const broken cases[] = {
        {"truncate -s 16000 " WAVE(5), "", "has 16000 bytes and no records"},
        {"head -c 16384 /dev/urandom > " WAVE(5), "",
         "waves at images of a site under rotations have nothing to do with each other"},
    };
    check(*state, cases, sizeof cases / sizeof *cases, &(tree_options){.plain = true});
}

static void damaged_correlators_are_named(void **state) {
    static const broken cases[] = {
        {"head -n 11 " XI " > x && mv x " XI, "",
         "Xi_CG05_correlator.beta1.9_3.rot_xyzt: has 11 lines, expected 12 as in the first one: it "
         "is cut off"},
        {"truncate -s -40 " XI, "", "line 12: column 11 is no number, expected 11 columns"},
        {"sed -i '3s/e/x/' " XI, "", "line 3: column 1 is no number"},
        {"sed -i 's/$/ 0/' " XI, "", "line 1 has more than 11 columns"},
        {"sed -i 2d " XI, "", "line 2 is of t = 2, expected 1"},
        {"sed -i '4s/^\\(\\S* \\)\\S*/\\1nan/' " XI, "", "holds a number that is not finite"},
        {"for f in correlator.PS.dir/*/Xi*; do head -n 5 $f > x; mv x $f; done", "",
         "ends with t = 4, before the waves, which end with t = 6"},
        {"head -n 6 " BARYONS " > x && mv x " BARYONS, "", "has 6 lines, expected 7"},
    };
    check(*state, cases, sizeof cases / sizeof *cases, &(tree_options){0});
}

static void wrong_jobs_are_refused(void **state) {
    static const broken cases[] = {
        {":", "--set halqcd.two_point_1=Sigma", "holds no file Sigma_correlator*"},
        {":", "--set 'halqcd.two_point_1=\"\"'",
         "two_point_1=\"\": must be given: the name of the two-point function"},
        {":", "--set 'halqcd.times=[4,6]'",
         "halqcd.times=[4,6]: expected consecutive times, found 6 after 4"},
        {":", "--set 'halqcd.times=[6,7]'", ": 0 waves of t = 7, expected 1"},
        {":", "--set 'halqcd.components=[]'",
         "halqcd.components=[]: expected a list of strings like [a, b]"},
        {":", "--set 'halqcd.components=[3D1]'", "halqcd.components=[3D1]: "},
        {":", "--set source=a/b", "source=a/b: expected a name without '/', found a/b"},
        {":", "--set pair.name=a/b", "pair.name=a/b: expected a name without '/', found a/b"},
        {":", "--set halqcd.operators=.C.D", "rot_tyzx.C.D"},
        {"echo text > ../file", "--set output=file/where.h5",
         "output: \"file\" exists and is not a folder"},
        {"mkdir ../folder.h5", "--set output=folder.h5",
         "output: \"folder.h5\" exists and is not a regular file"},
        {"echo text > ../text.h5", "--set output=text.h5 --overwrite",
         "output: \"text.h5\" is there, and hadpot import has not made it: choose another name"},
    };
    check(*state, cases, sizeof cases / sizeof *cases, &(tree_options){0});
}

static void files_as_rows_need_one_position(void **state) {
    static const broken cases[] = {
        {":", "--set rows=file",
         "rows: file needs one source position in each folder, found 2 in "
         "\"beta1.9_100.rot_tyzx\""},
        {"rm " LAST "*B01*", "",
         "1 wave of t = 4, expected 2: one of the source positions is missing"},
        {"rm " LAST "*+006+B01*", "",
         "1 wave of t = 6, expected 2: one of the source positions is missing"},
    };
    check(*state, cases, sizeof cases / sizeof *cases, &(tree_options){.positions = 2});
}

static void another_ensemble_is_not_replaced_by_itself(void **state) {
    scene *place = *state;
    write_tree(place, "tree", &(tree_options){0});
    assert_exit(place, run_hadpot(place, 1, "import tree.yaml"), 0);
    assert_exit(place, run_hadpot(place, 1, "import tree.yaml"), 0);
    assert_contains(place->err, "the same ensemble in \"tree.h5\" will be replaced");
    assert_exit(place, run_hadpot(place, 1, "import tree.yaml --set mass_1=0.5"), 2);
    assert_contains(
        place->err,
        "is an ensemble of another job or of other files: mass_1: 0.6, now 0.5; --overwrite "
        "replaces it");
    char path[128];
    snprintf(path, sizeof path, "%s/tree.h5", place->folder);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Adelete_by_name(file, "/import", "job", H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(file) >= 0);
    assert_exit(place, run_hadpot(place, 1, "import tree.yaml --set mass_1=0.5"), 2);
    assert_contains(place->err, "job or of other files: what differs is not known; --overwrite ");
    assert_exit(place, run_hadpot(place, 1, "import tree.yaml --set mass_1=0.5 --overwrite"), 0);
    assert_contains(place->err,
                    "the ensemble of another import in \"tree.h5\" will be overwritten");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(missing_files_are_named),
        scene_test(damaged_waves_are_named),
        scene_test(damaged_plain_waves_are_named),
        scene_test(damaged_correlators_are_named),
        scene_test(wrong_jobs_are_refused),
        scene_test(files_as_rows_need_one_position),
        scene_test(another_ensemble_is_not_replaced_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
