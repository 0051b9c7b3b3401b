// SPDX-License-Identifier: GPL-3.0-or-later
/* What the program says of 21 kinds of broken and doubtful ensemble files, and its exit code:
 * `info`, and `run` on one and on three ranks, in the same words. (All kinds: test_mpi_doubtful.c.)
 */
#include "doubtful_cases.h"

/* The line that says it, without what stands in front; "" when nothing doubtful is said. */
static void find_sentence(const scene *place, bool info, verdict how, char *text, size_t size) {
    const char *head = how == ERROR ? "hadpot: error: "
                       : info       ? "doubtful    "
                                    : "hadpot: warning: raw.h5";
    const char *line = strstr(info && how == MARK ? place->out : place->err, head);
    text[0] = '\0';
    if (line == NULL) return;
    line = strstr(line, "raw.h5");
    assert_non_null(line);
    snprintf(text, size, "%.*s", (int)strcspn(line, "\n"), line);
}

/* What one command says; sentence[1024]: in, what it must be ("": not known), out. */
static void check_command(scene *place, const doubtful *one, bool info, int ranks, char *sentence) {
    char found[1024];
    verdict how = info ? one->info : one->run;
    int code = info ? run_hadpot(place, ranks, "info raw.h5")
                    : run_hadpot(place, ranks, "run job.yaml --overwrite --set total_band.draws=0");
    if (code != (how == ERROR ? 2 : 0)) print_error("%s, %d ranks\n", one->what, ranks);
    assert_exit(place, code, how == ERROR ? 2 : 0);
    find_sentence(place, info, how == SILENT ? MARK : how, found, sizeof found);
    if (how == SILENT)
        assert_string_equal(found, "");
    else
        assert_contains(found, one->part);
    if (sentence[0] != '\0' && how != SILENT) assert_string_equal(found, sentence);
    snprintf(sentence, 1024, "%s", found);
}

/* The first `count` lines of a table, or all. */
static void check_table(scene *place, int table, size_t count) {
    write_changed_text(place, SMALL_JOB "resampling:\n  max_samples: 0\n", "job.yaml", "[11, 12]",
                       "[11, 12, 13]"); /* all times, as info; one fit */
    for (size_t i = 0; i < doubtful_tables[table].count && i < count; i++) {
        const doubtful *one = &doubtful_tables[table].line[i];
        char sentence[1024] = "";
        make_doubtful(place->folder, one);
        check_command(place, one, true, 1, sentence);
        check_command(place, one, false, 1, sentence);
        check_command(place, one, false, 3, sentence);
    }
}

static void rows_are_judged_alike(void **state) {
    check_table(*state, 0, SIZE_MAX);
}

static void attributes_are_judged_alike(void **state) {
    check_table(*state, 1, 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(rows_are_judged_alike),
                                       scene_test(attributes_are_judged_alike)};
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return cmocka_run_group_tests_name("cli/doubtful_input", tests, NULL, NULL);
}
