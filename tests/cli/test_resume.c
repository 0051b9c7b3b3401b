// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs that are killed, and what goes on from their checkpoints: the same bits as a run that was
 * left alone, nothing computed twice, and no mixing with another job. */
#include <time.h>
#include "killed_run.h"
#include "output.h"
#include "small_ensemble.h"
#include "small_job.h"

static void prepare(scene *place) {
    char path[256];
    write_text(place, "job.yaml", SMALL_JOB);
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = SMALL_NSAMPLE});
}

/* "out/checkpoint/average.bin" for sample 0, else "out/checkpoint/sample_0000N.bin". */
static const char *sample_name(int sample, char name[64]) {
    snprintf(name, 64, "out/checkpoint/average.bin");
    if (sample > 0) snprintf(name, 64, "out/checkpoint/sample_%05d.bin", sample);
    return name;
}

/* What tells a file that was written again from one that was left alone. */
typedef struct identity {
    bool there;
    ino_t inode;
    struct timespec written;
} identity;

static identity identify(const scene *place, const char *name) {
    char path[256];
    struct stat info;
    scene_path(place, name, path);
    if (stat(path, &info) != 0) return (identity){.there = false};
    return (identity){true, info.st_ino, info.st_mtim};
}

static void assert_untouched(const scene *place, const char *name, identity before) {
    identity now = identify(place, name);
    if (!now.there || now.inode != before.inode || now.written.tv_sec != before.written.tv_sec ||
        now.written.tv_nsec != before.written.tv_nsec)
        fail_msg("%s was written again", name);
}

/* Start on `ranks`, kill them when one has written `file`, beyond which none goes; go on on
 * `ranks_after`; compare with `whole`. */
static void check_killed_run(scene *place, int ranks, const char *file, int ranks_after) {
    static const char job[] = "--set results.keep_checkpoints=true";
    char name[64];
    identity before[1 + SMALL_NSAMPLE];
    int finished = 0;
    if (!scene_has(place, "whole"))
        assert_exit(place, run_hadpot(place, 2, "run job.yaml --set output=whole %s", job), 0);
    pid_t mpiexec = start_run(place, ranks, (hold){file, 1}, job);
    wait_for_file(place, sample_name(ranks > 1, name));
    kill_run(place, mpiexec);
    assert_false(scene_has(place, "out/results.h5"));
    for (int sample = 0; sample <= SMALL_NSAMPLE; sample++) {
        before[sample] = identify(place, sample_name(sample, name));
        finished += before[sample].there;
    }
    assert_in_range(finished, 1, SMALL_NSAMPLE); /* of 1 + SMALL_NSAMPLE: there is work left */
    assert_exit(place, run_hadpot(place, ranks_after, "run job.yaml --resume %s", job), 0);
    assert_same_results(place, "out", "whole");
    for (int sample = 0; sample <= SMALL_NSAMPLE; sample++) {
        assert_true(scene_has(place, sample_name(sample, name)));
        if (before[sample].there) assert_untouched(place, name, before[sample]);
    }
    hp_test_run(place->out, sizeof place->out, "rm -r '%s/out'", place->folder);
}

static void killed_runs_go_on_with_the_same_bits(void **state) {
    scene *place = *state;
    prepare(place);
    check_killed_run(place, 3, "sample_", 2);
    check_killed_run(place, 1, "average", 4);
}

/* ---- unfinished runs made by taking files away from a finished one ---- */

#define KEEP "--set results.keep_checkpoints=true "

static void remove_file(const scene *place, const char *name) {
    char path[256];
    scene_path(place, name, path);
    assert_int_equal(unlink(path), 0);
}

static void copy(const scene *place, const char *from, const char *to) {
    char said[256];
    assert_int_equal(
        hp_test_run(said, sizeof said, "cd '%s' && cp -r %s %s", place->folder, from, to), 0);
}

/* out/ as if a run had been killed with samples 2, 4 and 6 missing; `whole` holds its results. */
static void prepare_unfinished_run(scene *place) {
    char name[64];
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml " KEEP), 0);
    copy(place, "out", "whole");
    for (int sample = 2; sample <= 6; sample += 2) remove_file(place, sample_name(sample, name));
    remove_file(place, "out/results.h5");
}

static void assert_error(scene *place, int code, const char *first, const char *second) {
    assert_exit(place, code, 2);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    assert_contains(place->err, first);
    assert_contains(place->err, second);
    assert_false(scene_has(place, "out/results.h5"));
}

/* Files that a killed write has left: as long as a whole one, but not renamed. */
static void leftovers_do_no_harm(void **state) {
    scene *place = *state;
    prepare_unfinished_run(place);
    write_text(place, "out/checkpoint/.sample_00002.bin.tmp", "half of a sample");
    write_text(place, "out/checkpoint/.average.bin.tmp", "half of it");
    write_text(place, "out/.results.h5.tmp", "half of the results");
    assert_exit(place, run_hadpot(place, 3, "run job.yaml --resume " KEEP), 0);
    assert_same_results(place, "out", "whole");
    assert_false(scene_has(place, "out/.results.h5.tmp"));
    assert_false(scene_has(place, "out/checkpoint/.sample_00002.bin.tmp"));
}

/* A complete run removes its checkpoints, half-written ones too. */
static void checkpoints_go_when_the_run_is_complete(void **state) {
    scene *place = *state;
    prepare(place);
    hp_test_run(place->out, sizeof place->out, "mkdir -p '%s/out/checkpoint'", place->folder);
    write_text(place, "out/checkpoint/.sample_00002.bin.tmp", "half of a sample");
    assert_exit(place, run_hadpot(place, 2, "run job.yaml"), 0);
    assert_false(scene_has(place, "out/checkpoint"));
    assert_true(scene_has(place, "out/results.h5"));
}

/* A run that is killed while it removes its samples has its results; the rest goes with --resume.
 */
static void samples_beside_complete_results_go(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    write_text(place, "kept", "");
    hp_test_run(place->out, sizeof place->out,
                "cd '%s/out' && mkdir checkpoint && cp ../kept checkpoint/sample_00002.bin",
                place->folder);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --resume --check"), 0);
    assert_true(scene_has(place, "out/checkpoint"));
    assert_exit(place, run_hadpot(place, 2, "run job.yaml --resume " KEEP), 0);
    assert_true(scene_has(place, "out/checkpoint"));
    assert_exit(place, run_hadpot(place, 2, "run job.yaml --resume"), 0);
    assert_contains(place->err, "holds the finished results of this job");
    assert_false(scene_has(place, "out/checkpoint"));
}

static void resume_with_nothing_to_resume_runs(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 2, "run --resume job.yaml"), 0);
    move(place, "out", "whole");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml"), 0);
    assert_same_results(place, "out", "whole");
}

/* A rank that fits nothing itself knows as much as one that does: all is in the checkpoint. */
static void what_is_finished_is_written_the_same(void **state) {
    scene *place = *state;
    prepare(place);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml " KEEP), 0);
    hp_test_run(place->out, sizeof place->out, "cp -r '%s/out' '%s/whole'", place->folder,
                place->folder);
    hp_test_run(place->out, sizeof place->out, "rm '%s/out/'*.csv '%s/out/results.h5'",
                place->folder, place->folder);
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --resume " KEEP), 0);
    assert_same_results(place, "out", "whole");
}

static void old_checkpoints_need_resume(void **state) {
    scene *place = *state;
    prepare_unfinished_run(place);
    identity before = identify(place, "out/checkpoint/sample_00001.bin");
    for (int ranks = 1; ranks <= 3; ranks += 2) {
        int code = run_hadpot(place, ranks, "run job.yaml " KEEP);
        assert_error(place, code, "\"out/checkpoint\" holds",
                     "--resume, or start anew with --overwrite");
        assert_null(strstr(place->err, "finished samples are kept")); /* nothing was begun */
        assert_contains(place->err, "5 files");
        assert_untouched(place, "out/checkpoint/sample_00001.bin", before);
    }
}

/* Another job, another input file under the same name. */
static void checkpoints_of_another_job_are_refused(void **state) {
    scene *place = *state;
    char path[256];
    prepare_unfinished_run(place);
    int code = run_hadpot(place, 1, "run job.yaml --resume --set training.seed=2 " KEEP);
    assert_error(place, code, "\"out\" holds unfinished samples of another job",
                 "training.seed: 1, now 2; --overwrite replaces them");
    code = run_hadpot(place, 3, "run job.yaml --resume --set scattering.panels=5 " KEEP);
    assert_error(place, code, "\"out\" holds unfinished samples of another job",
                 "scattering.panels: 0, now 5; --overwrite replaces them");
    move(place, "raw.h5", "kept.h5");
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = SMALL_NSAMPLE, .channel = "another"});
    code = run_hadpot(place, 1, "run job.yaml --resume " KEEP);
    assert_error(place, code, "\"out\" holds unfinished samples of another input: checksum ",
                 " of raw.h5, now ");
    move(place, "kept.h5", "raw.h5");
    assert_exit(place, run_hadpot(place, 1, "run job.yaml --resume " KEEP), 0);
    assert_same_results(place, "out", "whole");
}

/* An unfinished run is damaged by a shell command in its folder of samples: it is said, and
 * the results are right. */
static void check_damaged(scene *place, int ranks, const char *command, const char *said) {
    int code = hp_test_run(place->out, sizeof place->out,
                           "cd '%s' && cp -a unfinished out && cd out/checkpoint && %s",
                           place->folder, command);
    assert_int_equal(code, 0);
    assert_exit(place, run_hadpot(place, ranks, "run job.yaml --resume " KEEP), 0);
    assert_contains(place->err, said);
    assert_contains(place->err, ": it is not used, and computed again\n");
    assert_same_results(place, "out", "whole");
    hp_test_run(place->out, sizeof place->out, "cd '%s' && rm -r out", place->folder);
}

/* A new value for every number x behind the head of 72 bytes. */
#define SPOIL(file, value)                                                                         \
    "python3 -c \"import array; b = open('" file "', 'rb').read(); a = array.array('d', b[72:]); " \
    "open('" file "', 'wb').write(b[:72] + array.array('d', [" value " for x in a]).tobytes())\""

/* Of another job, swapped, multiplied by 1.5, without numbers, cut off, empty, a FIFO, a link. */
static void damaged_samples_are_computed_again(void **state) {
    static const char *const cases[][2] = {
        {"cp ../../other/checkpoint/sample_00004.bin .",
         "\"out/checkpoint/sample_00004.bin\" belongs to another job, input file or version"},
        {"cp ../../other/checkpoint/average.bin .",
         "\"out/checkpoint/average.bin\" belongs to another job, input file or version"},
        {"cp sample_00001.bin sample_00002.bin", "sample_00002.bin\" holds number 1"},
        {"mv sample_00001.bin t && mv average.bin sample_00001.bin && mv t average.bin",
         "average.bin\" holds number 1"},
        {SPOIL("sample_00001.bin", "1.5 * x"), "sample_00001.bin\" has a wrong checksum"},
        {SPOIL("average.bin", "float('nan')"), "average.bin\" has a wrong checksum"},
        {"truncate -s 200 average.bin", "average.bin\" is cut off"},
        {"truncate -s 0 sample_00002.bin", "sample_00002.bin\" is cut off"},
        {"rm average.bin && mkfifo average.bin", "average.bin\" is no regular file"},
        {"rm -f sample_00002.bin && mkfifo sample_00002.bin",
         "sample_00002.bin\" is no regular file"},
        {"mkdir -p sample_00004.bin/mine", "sample_00004.bin\" is no regular file"},
        {"rm average.bin && ln -s sample_00001.bin average.bin", "average.bin\" is a link"},
        {"mv sample_00001.bin .. && ln -s ../sample_00001.bin .", "sample_00001.bin\" is a link"}};
    scene *place = *state;
    prepare_unfinished_run(place);
    assert_exit(place,
                run_hadpot(place, 1, "run job.yaml --set training.seed=2 --set output=other " KEEP),
                0);
    assert_int_equal(
        hp_test_run(place->out, sizeof place->out, "cd '%s' && mv out unfinished", place->folder),
        0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_damaged(place, 1 + (int)i % 2, cases[i][0], cases[i][1]);
}

/* All temporary names of a file are taken, by folders, which nobody removes. */
static void a_sample_that_cannot_be_kept_ends_the_run(void **state) {
    scene *place = *state;
    prepare_unfinished_run(place);
    hp_test_run(place->out, sizeof place->out,
                "cd '%s/out/checkpoint' && mkdir .sample_00004.bin.tmp && for i in `seq 99`; do "
                "mkdir .sample_00004.bin.$i.tmp; done",
                place->folder);
    for (int ranks = 1; ranks <= 3; ranks += 2) {
        assert_exit(place, run_hadpot(place, ranks, "run job.yaml --resume " KEEP), 1);
        assert_contains(place->err, "99 names like it are taken");
        assert_contains(place->err, "; finished samples are kept in \"out/checkpoint\", go on with "
                                    "--resume");
        assert_false(scene_has(place, "out/results.h5"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(killed_runs_go_on_with_the_same_bits),
        scene_test(leftovers_do_no_harm),
        scene_test(checkpoints_go_when_the_run_is_complete),
        scene_test(samples_beside_complete_results_go),
        scene_test(resume_with_nothing_to_resume_runs),
        scene_test(what_is_finished_is_written_the_same),
        scene_test(old_checkpoints_need_resume),
        scene_test(checkpoints_of_another_job_are_refused),
        scene_test(damaged_samples_are_computed_again),
        scene_test(a_sample_that_cannot_be_kept_ends_the_run),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/resume", tests, NULL, NULL);
}
