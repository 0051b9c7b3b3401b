// SPDX-License-Identifier: GPL-3.0-or-later
/* Every ending has its own sentence and exit code, those of docs/endings.md: numbers aside, each
 * sentence that the program says here stands in a row of the page, with the exit code. */
#include <ctype.h>
#include "running.h"
#include "small_job.h"

/* Fits that last until somebody ends them. */
#define ENDLESS                                                                                    \
    "--set training.optimiser=adam --set training.epochs=60 --set "                                \
    "training.sample_epochs=10000000 "

/* Digits in a row become one #. */
static void mask(const char *text, char *masked, size_t size) {
    size_t n = 0;
    for (; *text != '\0' && n + 1 < size; text++)
        if (!isdigit((unsigned char)*text))
            masked[n++] = *text;
        else if (n == 0 || masked[n - 1] != '#')
            masked[n++] = '#';
    masked[n] = '\0';
}

/* The line of what the program said that tells the ending. */
static void find_sentence(const scene *place, char *sentence, size_t size) {
    const char *found = strstr(place->err, "hadpot: error: ");
    if (found == NULL) found = strstr(place->err, "hadpot: stopped by ");
    if (found == NULL) fail_msg("no ending is told in:\n%s", place->err);
    snprintf(sentence, size, "%.*s", (int)strcspn(found, "\n"), found);
}

/* A row of the page holds `sentence` and `code` in cells of their own. */
static void check_page(const char *sentence, int code) {
    size_t size;
    const scene docs = {.folder = HADPOT_SOURCE_DIR "/docs"};
    char *page = read_bytes(&docs, "endings.md", &size);
    char line[2048], masked[2048], wanted[2048];
    snprintf(line, sizeof line, "| %s |", sentence);
    mask(line, wanted, sizeof wanted);
    bool found = false;
    for (char *row = strtok(page, "\n"); row != NULL && !found; row = strtok(NULL, "\n")) {
        char end[16];
        snprintf(end, sizeof end, "| %d |", code);
        mask(row, masked, sizeof masked);
        found = strstr(masked, wanted) != NULL && strstr(row, end) != NULL;
    }
    test_free(page);
    if (!found) fail_msg("docs/endings.md has no row with exit code %d and\n%s", code, wanted);
}

static void check_ending(const scene *place, int code, int expected) {
    char sentence[1536];
    assert_exit(place, code, expected);
    find_sentence(place, sentence, sizeof sentence);
    check_page(sentence, expected);
}

static void wrong_usage_and_input(void **state) {
    scene *place = *state;
    write_small_job(place);
    check_ending(place, run_hadpot(place, 1, "run"), 2);
    check_ending(place, run_hadpot(place, 1, "run job.yaml --set training.seeed=1"), 2);
}

/* A folder where a file has to be written. */
static void failures(void **state) {
    scene *place = *state;
    write_small_job(place);
    hp_test_run(place->out, sizeof place->out, "mkdir -p '%s/out/results.h5/x'", place->folder);
    check_ending(place, run_hadpot(place, 1, "run job.yaml --overwrite"), 1);
}

/* 100 MB of addresses are not enough for the buffer of OpenBLAS. */
static void memory(void **state) {
    if (HP_TEST_SANITIZED) skip(); /* shadow memory is larger than any limit */
    scene *place = *state;
    write_small_job(place);
    for (int ranks = 1; ranks <= 2; ranks++) {
        int code = hp_test_run(place->out, sizeof place->out,
                               "cd '%s' && '%s' --oversubscribe -n %d sh -c 'ulimit -v 100000; "
                               "exec \"%s\" run job.yaml' >.stdout 2>.stderr",
                               place->folder, HADPOT_MPIEXEC, ranks, HADPOT_PROGRAM);
        read_text(place, ".stderr", place->err, sizeof place->err);
        check_ending(place, code, 71);
    }
}

/* A suspended rank is named after the stall limit; after a stop nobody waits longer than some
 * seconds; what is finished by then is worth as much as ever. */
static void suspended_ranks(void **state) {
    scene *place = *state;
    write_small_job(place);
    running run = start_run(place, 2, ENDLESS "--stall-limit 4");
    wait_for_file(place, "out/checkpoint/average.bin");
    signal_rank(&run, 1, SIGSTOP);
    check_ending(place, end_of_run(place, &run), 1);
    run = start_run(place, 2, ENDLESS "--resume");
    wait_for_text(place, ".stderr", "going on from the samples");
    signal_rank(&run, 1, SIGSTOP);
    signal_rank(&run, 0, SIGTERM);
    check_ending(place, end_of_run(place, &run), 75);
}

/* When a file is there. */
static void check_stop(scene *place, const char *arguments, const char *file) {
    running run = start_run(place, 1, arguments);
    wait_for_file(place, file);
    signal_rank(&run, 0, SIGTERM);
    check_ending(place, end_of_run(place, &run), 75);
}

/* The same with states of fits, kept whenever they can be. */
#define OFTEN ENDLESS "--set results.checkpoint_interval_s=0 "

static void stops(void **state) {
    scene *place = *state;
    write_small_job(place);
    check_ending(place, run_hadpot(place, 1, "run job.yaml --time-limit 0.001"), 75);
    check_stop(place, OFTEN "--set training.epochs=10000000", "out/checkpoint/fit_00000.bin");
    check_stop(place, OFTEN "--overwrite", "out/checkpoint/fit_00001.bin");
    /* more samples than are fitted in a quarter of an hour */
    check_stop(place,
               ENDLESS "--overwrite --set training.sample_epochs=200000 "
                       "--set resampling.method=bootstrap --set resampling.bootstrap_samples=2000",
               "out/checkpoint/sample_00001.bin");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(wrong_usage_and_input), scene_test(failures), scene_test(memory),
        scene_test(suspended_ranks),       scene_test(stops),
    };
    return cmocka_run_group_tests_name("cli/endings", tests, NULL, NULL);
}
