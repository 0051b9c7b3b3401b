// SPDX-License-Identifier: GPL-3.0-or-later
/* A folder belongs to one run: what hadpot run does with what lies in its output folder. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "output.h"
#include "small_job.h"

#define RUN "run job.yaml --set resampling.max_samples=2 --set training.steps=5 "
#define KEEP "--set results.keep_checkpoints=true "

static void shell(const scene *place, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void shell(const scene *place, const char *format, ...) {
    char command[1024], said[256];
    va_list list;
    va_start(list, format);
    vsnprintf(command, sizeof command, format, list);
    va_end(list);
    if (hp_test_run(said, sizeof said, "cd '%s' && %s", place->folder, command) != 0)
        fail_msg("%s: %s", command, said);
}

/* The names in a folder of the scene. */
static void assert_names(const scene *place, const char *folder, const char *expected) {
    char names[1024];
    hp_test_run(names, sizeof names, "cd '%s/%s' && LC_ALL=C ls -A | tr '\n' ' '", place->folder,
                folder);
    assert_string_equal(names, expected);
}

#define FILES                                                                                      \
    "forms.csv found.txt job.yaml manifest.yaml observables.csv phase_shift.csv potential.csv "    \
    "results.h5 summary.yaml "

/* The run is refused with one message of these parts, and nothing is changed by that. */
static void assert_refused(scene *place, int ranks, const char *arguments, const char *first,
                           const char *second) {
    shell(place, "rm -rf before && cp -a out before");
    assert_exit(place, run_hadpot(place, ranks, "%s", arguments), 2);
    assert_int_equal(count_lines(place->err, "hadpot: error: "), 1);
    assert_contains(place->err, first);
    assert_contains(place->err, second);
    shell(place, "diff -r out before");
}

static void the_same_job_is_replaced(void **state) {
    scene *place = *state;
    write_small_job(place);
    for (int ranks = 1; ranks < 3; ranks++) {
        assert_exit(place, run_hadpot(place, ranks, RUN), 0);
        assert_int_equal(count_lines(place->err, "hadpot: results of the same job and input in "
                                                 "\"out\" are replaced"),
                         ranks - 1);
        assert_names(place, "out", FILES);
    }
    /* neither the place of the ensemble nor how samples are kept changes the job */
    move(place, "raw.h5", "renamed.h5");
    assert_exit(place, run_hadpot(place, 1, RUN KEEP "--set ensemble=renamed.h5"), 0);
    assert_contains(place->err, "of the same job and input");
    assert_names(place, "out/checkpoint", "average.bin sample_00001.bin sample_00002.bin ");
    assert_exit(place, run_hadpot(place, 1, RUN "--set ensemble=renamed.h5"), 0);
    assert_names(place, "out", FILES);
}

static void another_job_is_refused(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, RUN), 0);
    for (int ranks = 1; ranks < 3; ranks++) {
        assert_refused(place, ranks, RUN "--set training.seed=2 --set fit.times=[12]",
                       "\"out\" holds results of another job: fit.times: [11, 12], now [12]; "
                       "training.seed: 1, now 2; --overwrite replaces them, another output",
                       "");
        assert_refused(place, ranks, RUN "--set training.seed=2 --resume",
                       "training.seed: 1, now 2;", "--overwrite");
    }
    assert_refused(place, 1, "scan-bins none.yaml", "none.yaml", "");
}

static void another_input_is_refused(void **state) {
    scene *place = *state;
    char path[256];
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, RUN), 0);
    scene_path(place, "raw.h5", path);
    small_ensemble_write(path, (small_style){.nsample = SMALL_NSAMPLE, .channel = "another"});
    for (int ranks = 1; ranks < 3; ranks++) {
        assert_refused(place, ranks, RUN, "\"out\" holds results of another input: checksum ",
                       " of raw.h5, now ");
        assert_refused(place, ranks, RUN "--resume", "of another input", "--overwrite");
    }
    assert_exit(place, run_hadpot(place, 2, RUN "--overwrite"), 0);
    assert_contains(place->err, "what another run wrote to \"out\" is overwritten");
}

/* Figures, alternatives and samples of the other run go; notes, foreign figures and links stay. */
static void overwrite_touches_nothing_else(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_exit(place,
                run_hadpot(place, 1,
                           RUN KEEP "--set 'variations.times=[\"fit.times=[11]\"]' "
                                    "--set 'variations.seed=[\"training.seed=2\"]'"),
                0);
    assert_names(place, "out/variations", "seed_1 times_1 ");
    shell(place, "echo precious >victim && cd out && mkdir figures && "
                 "touch notes.txt mine.csv checkpoint/notes variations/times_1/notes && "
                 "cd figures && touch mine.pdf ours.pdf ours.png && ln -s ../../victim link.pdf && "
                 "printf 'ours.pdf\nours.png\nlink.pdf\n../notes.txt\n' >.manifest");
    assert_exit(place, run_hadpot(place, 2, RUN "--overwrite --set training.seed=3"), 0);
    assert_names(place, "out",
                 "checkpoint figures forms.csv found.txt job.yaml manifest.yaml mine.csv notes.txt "
                 "observables.csv phase_shift.csv potential.csv results.h5 "
                 "summary.yaml variations ");
    assert_names(place, "out/figures", "link.pdf mine.pdf ");
    assert_names(place, "out/checkpoint", "notes ");
    assert_names(place, "out/variations", "times_1 ");
    assert_names(place, "out/variations/times_1", "notes ");
    shell(place, "grep -q precious victim");
}

/* What lies behind a link is not of the run, also where its files were. */
static void links_are_not_followed(void **state) {
    scene *place = *state;
    write_small_job(place);
    shell(place,
          "echo precious >victim && mkdir out elsewhere && ln -s ../victim out/results.h5 && "
          "ln -s ../victim out/.results.h5.tmp && ln -s ../victim out/.manifest.yaml.tmp");
    assert_exit(place, run_hadpot(place, 1, RUN), 0);
    shell(place, "grep -q precious victim && test ! -L out/results.h5 && "
                 "test -L out/.results.h5.tmp && mv out real && ln -s real out");
    assert_exit(place, run_hadpot(place, 2, RUN), 0); /* the folder itself may be one */
    shell(place, "grep -q precious victim && test -L out && cp real/summary.yaml elsewhere && "
                 "cd real && rm summary.yaml && ln -s ../elsewhere/summary.yaml summary.yaml");
    assert_exit(place, run_hadpot(place, 1, RUN "--overwrite --set training.seed=2"), 0);
    shell(place, "test ! -L real/summary.yaml && test -s elsewhere/summary.yaml && "
                 "ln -s ../victim out/.hadpot.lock");
    assert_exit(place, run_hadpot(place, 1, RUN), 1);
    assert_contains(place->err, "cannot lock \"out\"");
    shell(place, "grep -q precious victim");
}

static void files_without_a_manifest_are_refused(void **state) {
    scene *place = *state;
    write_small_job(place);
    shell(place, "mkdir out && echo mine >out/summary.yaml && touch out/notes");
    assert_refused(place, 1, RUN, "\"out/summary.yaml\" is there, and no manifest says which job",
                   "--overwrite replaces them");
    assert_refused(place, 2, RUN "--resume", "no manifest", "--overwrite replaces them");
    assert_exit(place, run_hadpot(place, 1, RUN "--overwrite"), 0);
    assert_true(scene_has(place, "out/notes"));
    shell(place, "echo '[' >out/manifest.yaml");
    assert_refused(place, 1, RUN, "out/manifest.yaml: malformed YAML", "");
    assert_exit(place, run_hadpot(place, 2, RUN "--overwrite"), 0);
    assert_names(place, "out",
                 "forms.csv found.txt job.yaml manifest.yaml notes observables.csv phase_shift.csv "
                 "potential.csv results.h5 summary.yaml ");
}

static void a_finished_run_has_nothing_to_resume(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 2, RUN "--resume"), 0);
    assert_contains(place->err, "nothing to resume in \"out\": all is computed");
    for (int ranks = 1; ranks < 3; ranks++) {
        shell(place, "rm -rf before && cp -a out before");
        assert_exit(place, run_hadpot(place, ranks, RUN "--resume"), 0);
        assert_contains(place->err, "\"out\" holds the finished results of this job: nothing");
        assert_null(strstr(place->err, "chi2 per point"));
        shell(place, "diff -r out before && test ! out/results.h5 -nt before/results.h5");
    }
    shell(place, "rm out/potential.csv"); /* then it is not finished */
    assert_exit(place, run_hadpot(place, 1, RUN "--resume"), 0);
    assert_names(place, "out", FILES);
}

/* Of another version results are replaced, and nothing is gone on with. */
static void another_version_is_replaced(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_exit(place, run_hadpot(place, 1, RUN KEEP), 0);
    shell(place, "sed -i 's/^version: .*/version: 0.0.9/' out/manifest.yaml");
    shell(place, "for f in out/checkpoint/*; do head -c 100 $f >x && mv x $f; done");
    assert_refused(place, 1, RUN KEEP "--resume", "version 0.0.9, which", "");
    shell(place, "rm -r out/checkpoint");
    for (int ranks = 1; ranks < 3; ranks++)
        assert_refused(place, ranks, RUN "--resume",
                       "\"out\" holds a run of version 0.0.9, which version " HADPOT_VERSION
                       " does not go on with: without --resume it is replaced",
                       "");
    assert_exit(place, run_hadpot(place, 1, RUN KEEP), 0);
    assert_contains(place->err,
                    "results of the same job and input in \"out\", of version 0.0.9, are");
    shell(place, "rm out/results.h5 && sed -i 's/^version: .*/version: 0.0.9/' out/manifest.yaml");
    assert_refused(place, 2, RUN KEEP, "a run of version 0.0.9", "--overwrite starts it anew");
    assert_exit(place, run_hadpot(place, 2, RUN "--overwrite"), 0);
    assert_names(place, "out", FILES);
}

/* A run that is told of other alternatives goes on from its samples. */
static void alternatives_come_and_go(void **state) {
    scene *place = *state;
    write_small_job(place);
    assert_exit(place,
                run_hadpot(place, 1, RUN KEEP "--set 'variations.times=[\"fit.times=[11]\"]'"), 0);
    assert_exit(
        place,
        run_hadpot(place, 2, RUN KEEP "--resume --set 'variations.times=[\"fit.times=[12]\"]'"), 2);
    assert_contains(place->err, "variations.times entry 1: \"out/variations/times_1\" holds ");
    assert_contains(place->err, "of another job: fit.times: [11], now [12]; --overwrite");
    assert_exit(place,
                run_hadpot(place, 2,
                           RUN KEEP "--resume --overwrite "
                                    "--set 'variations.seed=[\"training.seed=2\"]'"),
                0);
    assert_contains(place->err, "going on from the samples in out/checkpoint");
    assert_names(place, "out/variations", "seed_1 ");
    assert_exit(place, run_hadpot(place, 1, RUN KEEP "--resume"), 0);
    assert_false(scene_has(place, "out/variations"));
    assert_false(scene_has(place, "out/variations.csv"));
}

/* ---- two at once ---- */

static pid_t start(const scene *place, const char *arguments) {
    char command[1024];
    snprintf(command, sizeof command, "cd '%s' && exec '%s' %s >.first 2>&1 </dev/null",
             place->folder, HADPOT_PROGRAM, arguments);
    return start_shell(command);
}

static void two_runs_do_not_share_a_folder(void **state) {
    scene *place = *state;
    char holder[64];
    int outcome;
    write_small_job(place);
    pid_t first = start(place, "run job.yaml --set training.optimiser=adam "
                               "--set training.epochs=60 --set training.sample_epochs=10000000");
    wait_for_file(place, "out/checkpoint/average.bin");
    snprintf(holder, sizeof holder, "in use by hadpot run, process %ld on ", (long)first);
    for (int ranks = 1; ranks < 3; ranks++) {
        assert_exit(place, run_hadpot(place, ranks, RUN "--overwrite"), 2);
        assert_int_equal(count_lines(place->err, "hadpot: error: \"out\" is "), 1);
        assert_contains(place->err, holder);
    }
    assert_exit(place, run_hadpot(place, 1, "scan-bins job.yaml"), 2);
    assert_contains(place->err, holder);
    assert_int_equal(kill(first, SIGKILL), 0);
    assert_int_equal(waitpid(first, &outcome, 0), first);
    assert_true(scene_has(place, "out/.hadpot.lock")); /* which locks nothing any more */
    assert_exit(place, run_hadpot(place, 2, RUN "--overwrite"), 0);
    assert_names(place, "out", FILES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_same_job_is_replaced),
        scene_test(another_job_is_refused),
        scene_test(another_input_is_refused),
        scene_test(overwrite_touches_nothing_else),
        scene_test(links_are_not_followed),
        scene_test(files_without_a_manifest_are_refused),
        scene_test(a_finished_run_has_nothing_to_resume),
        scene_test(another_version_is_replaced),
        scene_test(alternatives_come_and_go),
        scene_test(two_runs_do_not_share_a_folder),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/folders", tests, NULL, NULL);
}
