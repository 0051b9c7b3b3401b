// SPDX-License-Identifier: GPL-3.0-or-later
/* hadpot import, format ascii: numbers come back whatever the layout of the files; what is wrong
 * with files and jobs is said with file and line, and nothing is written. */
#include <sys/stat.h>
#include <unistd.h>
#include "import_case.h"
#include "mpi_support.h"

#define JOB                                                                                        \
    "format: ascii\n" IMPORT_HEAD "ascii:\n"                                                       \
    "  four_point: \"{source}/nbs.{configuration}\"\n"                                             \
    "  two_point_1: \"{source}/first.{configuration}\"\n"                                          \
    "  two_point_2: \"{source}/second.{configuration}\"\n"

static const import_style plain = {"trv", "tv", false, false, false};
static hp_comm comm;
static scene place;

/* One rank changes files, and the others wait. */
static void shell(const char *command) {
    char out[512];
    if (comm.rank == 0 && hp_test_run(out, sizeof out, "{ %s; }", command) != 0)
        fail_msg("%s: %s", command, out);
    assert_int_equal(MPI_Barrier(comm.mpi), MPI_SUCCESS);
}

/* One file for all configurations. */
#define ONE_FILE                                                                                   \
    "ascii.four_point=\"{source}/nbs\"|ascii.two_point_1=\"{source}/first\"|"                      \
    "ascii.two_point_2=\"{source}/second\"|"

/* Each breaks one thing of a good tree; expected: one message, nothing written. */
static const struct {
    const char *command, *set, *words;
} bad[] = {
    {"rm tree/wall/first.00130", "",
     "00130: two_point_1 of wall has no file, expected 1 as 00100, which has 1 file, "
     "\"wall/first.00100\": \"wall/first.00130\" is missing"},
    {":", "ascii.four_point=\"{source}/{conf}\"",
     "ascii.four_point: \"{conf}\" in \"{source}/{conf}\", expected {configuration}, {source} or "
     "{t}"},
    {":",
     "ascii.four_point=\"\"|ascii.two_point_1=\"\"|ascii.two_point_2=\"\"|mass_1=0|"
     "ascii.R=\"{source}/nbs.{configuration}\"",
     "mass_1 must be given, and mass_2 where it is another one: ascii.R has no two-point "
     "functions"},
    {"rm tree/smeared/nbs.00100", "",
     "00100: four_point of smeared has no file, expected 1 as 00110, which has 1 file, "
     "\"smeared/nbs.00110\": \"smeared/nbs.00100\" is missing"},
    {"sed -i 2s/11/10/ tree/wall/first.00120", "", "wall/first.00120: line 2: t = 10 occurs twice"},
    {"sed -i 2d tree/wall/first.00120", "",
     "wall/first.00120: t = 11 is missing, expected 10 to 14"},
    {"sed -i '$s/14/15/' tree/wall/first.00120", "",
     "wall/first.00120: line 5: t = 15, expected 10 to 14 as in the first file"},
    {"sed -i 4d tree/wall/nbs.00120", "",
     "wall/nbs.00120: t = 10: has 13 sites, expected 14 as before"},
    {"sed -i '4s/^\\( 10 \\)[^ ]*/\\10.3/' tree/wall/nbs.00120", "",
     "wall/nbs.00120: line 4: r = 0.3 occurs twice at one time"},
    {"sed -i 's/^\\( 10 \\)2[^ ]*/\\12.2/' tree/wall/nbs.00120", "",
     "r = 2.2 is none of the 14 distances of the first file (the nearest: "},
    {"sed -i '5s/$/ 1/' tree/wall/nbs.00120", "",
     "wall/nbs.00120: line 5: has 4 columns, expected 3 as in line 1"},
    {"sed -i 's/$/ 1/' tree/wall/nbs.00120", "",
     "wall/nbs.00120: has complex numbers, expected real ones as in the first file"},
    {"sed -i '6s/[^ ]*$/nan/' tree/wall/nbs.00120", "",
     "wall/nbs.00120: line 6: column 3 is \"nan\", expected a finite number"},
    {"sed -i '1s/10/10.5/' tree/wall/nbs.00120", "",
     "line 1: t, in column 1, is 10.5, expected an integer from 0 to"},
    {": > tree/wall/nbs.00120", "", "wall/nbs.00120: holds no numbers"},
    {"head -c 200 tree/wall/nbs.00120 > x; mv x tree/wall/nbs.00120", "", "wall/nbs.00120: "},
    {"true", "ascii.four_point=\"{source}/nb.{configuration}\"",
     "ascii.four_point: no file in \"tree\" is named \"{source}/nb.{configuration}\", found "
     "smeared/first.00100, smeared/first.00110, smeared/first.00120, ..."},
    {"true", "ascii.four_point=\"{source}/nbs.{config}\"", "expected {configuration}, {source}"},
    {"true", "ascii.four_point=\"\"", "ascii.four_point or ascii.R must be given"},
    {"true", "ascii.two_point_1=\"\"", "ascii.two_point_1 must be given"},
    {"true", "ascii.columns=[t,re,-]", "expected x, y and z, or r, among them"},
    {"true", "ascii.columns=[t,r,-]", "expected one of them to be re"},
    {"true", "ascii.columns=[-,r,re]", "expected t among them"},
    {"true", "ascii.columns=[t,r,re,im]", "line 1: has 3 columns, expected 4"},
    {"true", "ascii.columns=[t,r,x,re]", "line 1: has 3 columns, expected 4"},
    {"true", "ascii.columns=[t,r,r]", "column r is named twice"},
    {"true", "ascii.times=[9,10]", "t = 9 of ascii.times is not there"},
    {"true", "ascii.times=[10,12]", "expected consecutive times, found 12 after 10"},
    {"true", "ascii.fold=plus", "two_point_1 has times 10 to 14, expected all from 0 to T - 1"},
    {"true", "ascii.temporal_extent=31", "T = 31, expected an even number"},
    {"true", "ascii.temporal_extent=12", "T = 12, but two_point_1 has times up to 14"},
    {"true", "ascii.antiparticle_1=\"{source}/first.{configuration}\"|ascii.fold=plus",
     "ascii.antiparticle_2 must be given beside antiparticle_1"},
    {"true", "ascii.two_point_2=\"\"|ascii.antiparticle_1=\"{source}/first.{configuration}\"",
     "ascii.fold must be plus or minus where there are antiparticles"},
    {"sed -i 5d tree/*/first.* tree/*/second.*", "",
     "four_point has times 10 to 14, but two_point_1 has 10 to 13"},
    {"sed -i '/^ 12/d' tree/*/nbs.*", "", "has times from 10 to 14 without 12"},
    {"true", "rows=file", "rows: file is of format halqcd alone"},
    {"true", "inverse_spacing_mev=0", "must be given: 1/a in MeV"},
    {"true", "tree=nowhere", "\"nowhere/\" cannot be read"},
};

/* What is done to the files before they are imported. */
#define IN_EACH(files, command)                                                                    \
    "for f in " files "; do " command " $f >x && mv x $f || exit 1; done"
#define MOVE(from, to)                                                                             \
    "for f in tree/*/" from "*; do mv $f ${f%" from "*}" to "${f#*" from "}; done"

static void numbers_come_back_whatever_the_layout(void **state) {
    (void)state;
    static const struct {
        import_style style;
        const char *set, *change;
    } layouts[] = {
        {{"trv", "tv", false, false, false}, "", "true"},
        {{"trvi", "tvi", false, false, true}, "", MOVE("nbs.", "nbs.00")}, /* 00100 and 0000100 */
        {{"ivrt", "v-t", false, false, true},
         "ascii.columns=[im,re,r,t]|ascii.two_point_columns=[re,-,t]",
         IN_EACH("tree/*/*", "tac")}, /* lines in any order */
        {{"rv", "tv", true, false, false},
         "ascii.four_point=\"{source}/nbs.t{t}.{configuration}\"",
         IN_EACH("tree/wall/*", "gzip -c")},
        {{"ctrv", "ctv", false, true, false}, ONE_FILE, IN_EACH("tree/*/*", "tac")},
        {{"vrtc", "tvc", false, true, true},
         ONE_FILE "ascii.columns=[re,r,t,configuration]|"
                  "ascii.two_point_columns=[t,re,configuration]",
         IN_EACH("tree/*/*", "sort -r")},
    };
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        hp_error err = HP_ERROR_INIT;
        if (comm.rank == 0) import_write_texts(&place, layouts[i].style);
        shell(layouts[i].change);
        assert_ok(import_here(&comm, layouts[i].set, &err), &err);
        if (comm.rank == 0) import_compare_small(&place);
        shell("rm new.h5");
    }
}

/* Two rotations of each configuration, 2 v and 0, whose mean has no rounding. */
static void rotations_are_averaged(void **state) {
    (void)state;
    static const char rotate[] =
        "for f in tree/*/nbs.*; do awk '{printf \"%s %s %.17g\\n\", $1, $2, 2*$3}' $f >$f.xyz && "
        "awk '{print $1, $2, 0}' $f >$f.yzx && rm $f || exit 1; done";
    static const char set[] = "ascii.four_point=\"{source}/nbs.{configuration}.*\"";
    hp_error err = HP_ERROR_INIT;
    char text[1024] = "2 files of four_point of one configuration";
    if (comm.rank == 0) import_write_texts(&place, plain);
    shell(rotate);
    assert_ok(import_here(&comm, set, &err), &err);
    if (comm.rank == 0) import_compare_small(&place);
    if (comm.rank == 0) import_read_text(&place, "average", text, sizeof text);
    assert_string_equal(text, "2 files of four_point of one configuration");
    shell("rm new.h5 tree/wall/nbs.00120.yzx");
    assert_status(import_here(&comm, set, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message,
                    "00120: four_point of wall has 1 file, \"wall/nbs.00120.xyz\", expected 2 as "
                    "00100, which has 2 files, \"wall/nbs.00100.xyz\" and others: "
                    "\"wall/nbs.00120.yzx\" is missing");
    shell("cp tree/wall/nbs.00120.xyz tree/wall/nbs.00120.yzx; "
          "cp tree/wall/nbs.00120.xyz tree/wall/nbs.00120.again");
    assert_status(import_here(&comm, set, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "00120: four_point of wall has 3 files, ");
    assert_contains(err.message, " and others, expected 2 as 00100, which has 2 files, ");
    assert_null(strstr(err.message, "missing"));
}

/* What stands before the number is the stream. */
static void streams_are_kept(void **state) {
    (void)state;
    static const double expected[] = {1, 1, 1, 1, 2, 2, 2};
    hp_error err = HP_ERROR_INIT;
    hsize_t shape[4];
    if (comm.rank == 0) import_write_texts(&place, plain);
    shell("for f in tree/*/*; do n=${f##*.}; b=a_; test $n -lt 140 || b=b_; "
          "mv $f ${f%.*}.$b$n; done");
    assert_ok(import_here(&comm, "", &err), &err);
    if (comm.rank == 0) {
        double *stream = import_read(&place, "new.h5", "/stream", shape);
        for (int i = 0; i < SMALL_NSAMPLE; i++) assert_close(stream[i], expected[i], 0, 0);
        test_free(stream);
        import_compare_small(&place);
    }
    char text[1024] = "";
    if (comm.rank == 0) import_read_text(&place, "notes", text, sizeof text);
    assert_string_equal(text, "");
    shell("rm new.h5");
}

/* Names that end in a source position: 12 rows of 6 configurations. */
static void many_short_streams_are_noted(void **state) {
    (void)state;
    hp_error err = HP_ERROR_INIT;
    char text[1024] = "";
    for (int one = 0; one < 2; one++) {
        if (comm.rank == 0) import_write_texts(&place, plain);
        if (one == 0)
            shell("rm tree/*/*.00160; for f in tree/*/*; do mv $f ${f%.*}.r1_n${f##*.}_src0; cp "
                  "${f%.*}.r1_n${f##*.}_src0 ${f%.*}.r1_n${f##*.}_src1; done");
        assert_ok(import_here(&comm, "", &err), &err);
        if (comm.rank == 0) import_read_text(&place, "notes", text, sizeof text);
        if (comm.rank == 0 && one == 0)
            assert_string_equal(text,
                                "6 streams with at most 2 rows each, as of r1_n00100_src0 and of "
                                "r1_n00110_src0: source positions and rotations of a configuration "
                                "are not independent, and are averaged where * stands for them "
                                "(format halqcd: halqcd.rotation)");
        if (one == 1) assert_string_equal(text, "");
        shell("rm new.h5");
    }
}

static void bad_input_is_refused(void **state) {
    (void)state;
    struct stat there;
    if (comm.rank == 0) import_write_texts(&place, plain);
    shell("mv tree good");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char command[512];
        hp_error err = HP_ERROR_INIT;
        snprintf(command, sizeof command, "rm -rf tree .new* && cp -r good tree && %s",
                 bad[i].command);
        shell(command);
        hp_status status = import_here(&comm, bad[i].set, &err);
        if (status != HP_ERR_INPUT || strstr(err.message, bad[i].words) == NULL)
            fail_msg("%s %s: expected \"%s\", found \"%s\"", bad[i].command, bad[i].set,
                     bad[i].words, err.message);
        assert_int_not_equal(stat("new.h5", &there), 0);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back_whatever_the_layout),
        cmocka_unit_test(rotations_are_averaged),
        cmocka_unit_test(streams_are_kept),
        cmocka_unit_test(many_short_streams_are_noted),
        cmocka_unit_test(bad_input_is_refused),
    };
    if (hp_test_mpi_begin(&argc, &argv, &comm, place.folder) != 0) return 1;
    if (comm.rank == 0) write_text(&place, "import.yaml", JOB);
    if (chdir(place.folder) != 0) return 1;
    return hp_test_mpi_end(cmocka_run_group_tests(tests, NULL, NULL), &comm, place.folder);
}
