// SPDX-License-Identifier: GPL-3.0-or-later
/* What becomes of what lies in an output folder: every state against every option. */
#include "support.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/folder.h"

enum { LENGTH = 2 };

static const char job[] = "output: a\nensemble: a.h5\nfit:\n  times: [11]\n";
static const char other_job[] = "fit:\n  times: [12]\n";

/* A run: its job, its input, the fingerprint of its samples, and what has become of it. */
typedef struct run {
    const char *command, *job;
    uint64_t input, fingerprint;
    bool samples, results;
    const char *version; /* NULL: this one */
} run;

static const run finished = {"run", job, 7, 1, false, true, NULL};
static const run unfinished = {"run", job, 7, 1, true, false, NULL};

/* Open and judge as `it`; the status of the first that fails. */
static hp_status judge(const char *path, const run *it, bool resume, bool overwrite,
                       hp_folder *folder, hp_error *err) {
    const hp_checkpoint checkpoint = {
        .folder = path, .fingerprint = it->fingerprint, .length = LENGTH};
    bool keeps = strcmp(it->command, "run") == 0;
    *folder = (hp_folder){.path = path,
                          .command = it->command,
                          .job = it->job,
                          .resume = resume,
                          .overwrite = overwrite};
    HP_CALL(hp_folder_open(folder, err));
    return hp_folder_judge(folder, it->input, keeps ? &checkpoint : NULL, err);
}

/* Leave behind what this run does. */
static void leave(const char *path, const run *it) {
    const hp_checkpoint checkpoint = {
        .folder = path, .fingerprint = it->fingerprint, .length = LENGTH};
    const hp_file file = {"results.h5", hp_file_write_text, "results"};
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    char said[64];
    assert_ok(judge(path, it, false, true, &folder, &err), &err);
    assert_ok(hp_folder_claim(&folder, &err), &err);
    for (int sample = -1; it->samples && sample < 2; sample++)
        assert_ok(hp_checkpoint_write(&checkpoint, sample, (double[LENGTH]){1, 2}, &err), &err);
    if (it->results) assert_ok(hp_folder_finish(&folder, &file, 1, &err), &err);
    hp_folder_close(&folder);
    if (it->version != NULL)
        assert_int_equal(hp_test_run(said, sizeof said,
                                     "sed -i 's/^version: .*/version: %s/' '%s/manifest.yaml'",
                                     it->version, path),
                         0);
}

/* What is expected: a message, or else what becomes of the folder. */
enum { REFUSED = -1, FINISHED = 10 };
typedef struct expectation {
    const run *before;
    bool resume, overwrite;
    int use;
    const char *message;
} expectation;

static void check(const expectation *expected, const run *now) {
    char path[64];
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    hp_test_make_folder(path);
    if (expected->before != NULL) leave(path, expected->before);
    hp_status status = judge(path, now, expected->resume, expected->overwrite, &folder, &err);
    if (expected->use == REFUSED) {
        assert_status(status, HP_ERR_INPUT, &err);
        assert_contains(err.message, expected->message);
    } else {
        assert_ok(status, &err);
        assert_int_equal(folder.finished, expected->use == FINISHED);
        if (!folder.finished) assert_int_equal(folder.use, expected->use);
    }
    hp_folder_close(&folder);
    hp_test_remove_folder(path);
}

static void check_all(const expectation *expected, size_t n, const run *now) {
    for (size_t i = 0; i < n; i++) check(&expected[i], now);
}
#define CHECK(expected, now) check_all(expected, sizeof(expected) / sizeof *(expected), now)

static void results_of_the_same_job(void **state) {
    (void)state;
    const run old = {"run", job, 7, 2, false, true, "0.0.9"};
    const expectation expected[] = {
        {NULL, false, false, HP_FOLDER_REPLACE, NULL},
        {NULL, true, false, HP_FOLDER_REPLACE, NULL},
        {&finished, false, false, HP_FOLDER_REPLACE, NULL},
        {&finished, false, true, HP_FOLDER_REPLACE, NULL},
        {&finished, true, false, FINISHED, NULL},
        {&finished, true, true, FINISHED, NULL},
        {&old, false, false, HP_FOLDER_REPLACE, NULL},
        {&old, false, true, HP_FOLDER_REPLACE, NULL},
        {&old, true, true, HP_FOLDER_REPLACE, NULL},
        {&old, true, false, REFUSED, "run of version 0.0.9, which version " HADPOT_VERSION}};
    CHECK(expected, &finished);
    const run moved = {"run", "output: b\nfit:\n  times: [11]\n", 7, 1, false, true, NULL};
    const expectation same[] = {{&finished, true, false, FINISHED, NULL}};
    CHECK(same, &moved);
}

static void results_of_others(void **state) {
    (void)state;
    const run toy = {"toy", job, 7, 1, false, true, NULL};
    const run input = {"run", job, 8, 1, false, true, NULL};
    const run another = {"run", other_job, 7, 1, false, true, NULL};
    const struct {
        const run *before;
        const char *message;
    } cases[] = {
        {&toy, "holds results of hadpot toy: --overwrite replaces them"},
        {&input,
         "of another input: checksum 0000000000000008 of a.h5, now 0000000000000007 of a.h5; --ov"},
        {&another, "holds results of another job: fit.times: [12], now [11]; --overwrite"}};
    for (int i = 0; i < 3; i++) {
        const expectation expected[] = {{cases[i].before, false, false, REFUSED, cases[i].message},
                                        {cases[i].before, true, false, REFUSED, cases[i].message},
                                        {cases[i].before, false, true, HP_FOLDER_CLEAR, NULL},
                                        {cases[i].before, true, true, HP_FOLDER_CLEAR, NULL}};
        CHECK(expected, &finished);
    }
}

static void samples_that_are_there(void **state) {
    (void)state;
    const run both = {"run", job, 7, 1, true, true, NULL};
    const run old = {"run", job, 7, 1, true, false, "0.0.9"};
    const run mixed = {"run", job, 7, 2, true, false, NULL};
    const run more = {"run", other_job, 7, 1, true, false, NULL}; /* keys without effect on them */
    const run others = {"run", other_job, 7, 2, true, false, NULL};
    const expectation expected[] = {
        {&unfinished, false, false, REFUSED, "(3 files): continue it with --resume, or start anew"},
        {&unfinished, true, false, HP_FOLDER_GO_ON, NULL},
        {&unfinished, true, true, HP_FOLDER_GO_ON, NULL},
        {&unfinished, false, true, HP_FOLDER_REPLACE, NULL},
        {&both, false, false, HP_FOLDER_REPLACE, NULL},
        {&both, true, false, FINISHED, NULL},
        {&old, false, false, REFUSED, "version 0.0.9, which version " HADPOT_VERSION},
        {&mixed, true, false, HP_FOLDER_GO_ON, NULL}, /* each is judged when it is read */
        {&more, true, false, HP_FOLDER_GO_ON, NULL},
        {&more, false, false, REFUSED, "unfinished samples of another job: fit.times"},
        {&others, true, false, REFUSED, "unfinished samples of another job: fit.times"},
        {&others, true, true, HP_FOLDER_CLEAR, NULL}};
    CHECK(expected, &unfinished);
}

static bool has(const char *folder, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* Opening and judging change nothing; claiming removes what is of another run. */
static void nothing_goes_before_the_folder_is_claimed(void **state) {
    (void)state;
    const run both = {"run", other_job, 7, 2, true, true, NULL};
    char path[64], below[96];
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    hp_test_make_folder(path);
    leave(path, &both);
    assert_ok(judge(path, &finished, false, true, &folder, &err), &err);
    assert_true(has(path, "results.h5") && has(path, "checkpoint/average.bin"));
    hp_folder_close(&folder);
    assert_true(has(path, "results.h5") && has(path, "checkpoint/average.bin"));
    assert_false(has(path, ".hadpot.lock"));
    assert_ok(judge(path, &finished, false, true, &folder, &err), &err);
    assert_ok(hp_folder_claim(&folder, &err), &err);
    assert_false(has(path, "results.h5") || has(path, "checkpoint/average.bin"));
    hp_folder_close(&folder);
    snprintf(below, sizeof below, "%s/new", path);
    assert_ok(judge(below, &finished, false, false, &folder, &err), &err);
    assert_true(has(path, "new"));
    hp_folder_close(&folder); /* never claimed: it goes */
    assert_false(has(path, "new"));
    hp_test_remove_folder(path);
}

/* Whatever a manifest says, and wherever a link leads. */
static void what_lies_outside_stays(void **state) {
    (void)state;
    const run another = {"run", other_job, 7, 1, false, true, NULL};
    char path[64], below[96], said[64];
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    hp_test_make_folder(path);
    snprintf(below, sizeof below, "%s/run", path);
    leave(below, &another);
    assert_int_equal(hp_test_run(said, sizeof said,
                                 "cd '%s' && mkdir others && touch victim others/a.pdf && "
                                 "echo a.pdf >others/.manifest && ln -s ../others run/figures && "
                                 "sed -i 's,^files:,files:\\n- ../victim,' run/manifest.yaml",
                                 path),
                     0);
    assert_ok(judge(below, &finished, false, true, &folder, &err), &err);
    assert_ok(hp_folder_claim(&folder, &err), &err);
    hp_folder_close(&folder);
    assert_false(has(below, "results.h5"));
    assert_true(has(path, "victim") && has(path, "others/a.pdf"));
    hp_test_remove_folder(path);
}

/* With all of theirs; what the user has put there stays. */
static void runs_below_go_with_the_one_above(void **state) {
    (void)state;
    const run another = {"run", other_job, 7, 1, false, true, NULL};
    const run both = {"run", other_job, 7, 1, true, true, NULL};
    for (int mine = 0; mine < 2; mine++) {
        char path[64], below[96], said[256];
        hp_error err = HP_ERROR_INIT;
        hp_folder folder;
        hp_test_make_folder(path);
        snprintf(below, sizeof below, "%s/variations/a", path);
        leave(path, &another);
        leave(below, &both);
        assert_int_equal(hp_test_run(said, sizeof said,
                                     "cd '%s' && %s && mkdir variations/a/figures && cd "
                                     "variations/a/figures && echo a.pdf >.manifest && touch a.pdf "
                                     "&& sed -i 's,^files:,files:\\n- variations/a,' "
                                     "../../../manifest.yaml",
                                     path, mine ? "touch variations/a/mine" : "true"),
                         0);
        assert_ok(judge(path, &finished, false, true, &folder, &err), &err);
        assert_ok(hp_folder_claim(&folder, &err), &err);
        hp_folder_close(&folder);
        assert_int_equal(hp_test_run(said, sizeof said, "cd '%s' && LC_ALL=C find * | sort", path),
                         0);
        assert_string_equal(said, mine ? "checkpoint\nmanifest.yaml\nvariations\nvariations/a\n"
                                         "variations/a/mine\n"
                                       : "checkpoint\nmanifest.yaml\n");
        hp_test_remove_folder(path);
    }
}

static void files_without_a_manifest_are_named(void **state) {
    (void)state;
    char path[64], said[64];
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    hp_test_make_folder(path);
    assert_int_equal(hp_test_run(said, sizeof said, "touch '%s/potential.csv'", path), 0);
    assert_status(judge(path, &finished, false, false, &folder, &err), HP_ERR_INPUT, &err);
    assert_contains(err.message, "/potential.csv\" is there, and no manifest says which job it is "
                                 "of: --overwrite replaces them");
    hp_folder_close(&folder);
    hp_test_remove_folder(path);
}

/* The manifest decides then: of another input, or version, they are another's. */
static void samples_without_an_average_are_those_of_the_manifest(void **state) {
    (void)state;
    const run input = {"run", job, 8, 2, true, false, NULL};
    const run old = {"run", job, 7, 2, true, false, "0.0.9"};
    const struct {
        const run *before;
        hp_status status;
    } cases[] = {{&unfinished, HP_OK}, {&input, HP_ERR_INPUT}, {&old, HP_ERR_INPUT}};
    for (int i = 0; i < 3; i++) {
        char path[64], average[96];
        hp_error err = HP_ERROR_INIT;
        hp_folder folder;
        hp_test_make_folder(path);
        leave(path, cases[i].before);
        snprintf(average, sizeof average, "%s/checkpoint/average.bin", path);
        assert_int_equal(unlink(average), 0);
        assert_status(judge(path, &unfinished, true, false, &folder, &err), cases[i].status, &err);
        if (cases[i].status == HP_OK) assert_int_equal(folder.use, HP_FOLDER_GO_ON);
        hp_folder_close(&folder);
        hp_test_remove_folder(path);
    }
}

/* What is said of a folder that `before` has left, NULL: nobody. */
static void assert_said(const run *before, bool resume, const char *expected) {
    char path[64], said[256];
    hp_error err = HP_ERROR_INIT;
    hp_folder folder;
    FILE *log = tmpfile();
    assert_non_null(log);
    hp_test_make_folder(path);
    if (before != NULL) leave(path, before);
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    hp_status status = judge(path, &finished, resume, false, &folder, &err);
    fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0);
    assert_ok(status, &err);
    rewind(log);
    said[fread(said, 1, sizeof said - 1, log)] = '\0';
    fclose(log);
    if (*expected == '\0')
        assert_string_equal(said, "");
    else
        assert_contains(said, expected);
    hp_folder_close(&folder);
    hp_test_remove_folder(path);
}

static void what_becomes_of_it_is_said(void **state) {
    (void)state;
    assert_said(NULL, false, "");
    assert_said(NULL, true, "hadpot: nothing to resume in \"");
    assert_said(&unfinished, true, "");
    assert_said(&finished, false, "hadpot: results of the same job and input in \"");
    assert_said(&finished, true, "\" holds the finished results of this job: nothing is left");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_of_the_same_job),
        cmocka_unit_test(results_of_others),
        cmocka_unit_test(samples_that_are_there),
        cmocka_unit_test(nothing_goes_before_the_folder_is_claimed),
        cmocka_unit_test(what_lies_outside_stays),
        cmocka_unit_test(runs_below_go_with_the_one_above),
        cmocka_unit_test(files_without_a_manifest_are_named),
        cmocka_unit_test(samples_without_an_average_are_those_of_the_manifest),
        cmocka_unit_test(what_becomes_of_it_is_said),
    };
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("results/folder", tests, NULL, NULL);
}
