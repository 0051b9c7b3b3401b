// SPDX-License-Identifier: GPL-3.0-or-later
/* Every kind of broken or doubtful ensemble file by the functions behind `hadpot info` and `hadpot
 * run`, on 1 to 4 ranks: the same words and exit codes. docs/doubtful-input.md is the table of it;
 * with HADPOT_WRITE_TABLE in the environment the test writes the file. */
#include "doubtful_cases.h"
#include "mpi_support.h"

#include "hadpot/memory.h"
#include "hadpot/variations.h"

static hp_comm comm;
static char folder[64];
static char *effective_job;

/* What a command ended with. */
typedef struct ending {
    int exit_code;
    char sentence[1024]; /* its error, or the first mark; "": none */
} ending;

static void keep_sentence(const char *text, ending *found) {
    const char *from = strstr(text, "raw.h5"), *library = strstr(text, " (HDF5: ");
    assert_non_null(from);
    snprintf(found->sentence, sizeof found->sentence, "%s", from);
    if (library == NULL) return; /* whose words change from version to version */
    found->sentence[library - from] = '\0';
}

static ending end_of(hp_status status, const hp_findings *findings, const hp_error *err) {
    ending found = {.exit_code = hp_status_exit_code(status)};
    if (status != HP_OK)
        keep_sentence(err->message, &found);
    else if (findings->count > 0)
        keep_sentence(findings->list[0].text, &found);
    return found;
}

/* As hp_cli_info does. */
static ending end_of_info(const char *path) {
    hp_error err = HP_ERROR_INIT;
    hp_ensemble ensemble = {0};
    hp_findings findings = {0};
    hp_status status = hp_ensemble_open(&comm, path, &ensemble, &err);
    if (status == HP_OK) status = hp_plausibility_examine(&ensemble, false, &findings, &err);
    if (status == HP_OK) status = hp_findings_check(&findings, &err);
    ending found = end_of(status, &findings, &err);
    hp_findings_destroy(&findings);
    hp_ensemble_close(&ensemble);
    return found;
}

/* As hp_run does, up to the first fit. */
static ending end_of_run(void) {
    hp_error err = HP_ERROR_INIT;
    hp_variations all;
    const hp_pipeline_options quiet = {.no_checkpoints = true, .quiet = true};
    hp_status status = hp_variations_open(&comm, effective_job, &quiet, &all, &err);
    if (status == HP_OK) status = hp_variations_read(&all, &err);
    ending found = end_of(status, status == HP_OK ? &all.ingest.findings : NULL, &err);
    hp_variations_destroy(&all);
    return found;
}

/* All ranks ended alike, and so. */
static void check_ending(const doubtful *one, verdict expected, const ending *found) {
    ending first = *found;
    MPI_Bcast(&first, (int)sizeof first, MPI_BYTE, 0, MPI_COMM_WORLD);
    assert_string_equal(found->sentence, first.sentence);
    if (found->exit_code != (expected == ERROR ? 2 : 0))
        fail_msg("%s: exit code %d, said: %s", one->what, found->exit_code, found->sentence);
    if (expected == SILENT)
        assert_string_equal(found->sentence, "");
    else
        assert_contains(found->sentence, one->part);
}

/* One line of the table. */
static void check_line(const doubtful *one, char *text, size_t size) {
    char path[128];
    snprintf(path, sizeof path, "%s/raw.h5", folder);
    if (comm.rank == 0) make_doubtful(folder, one);
    MPI_Barrier(MPI_COMM_WORLD);
    const ending info = end_of_info(path), run = end_of_run();
    check_ending(one, one->info, &info);
    check_ending(one, one->run, &run);
    if (one->run != SILENT) assert_string_equal(info.sentence, run.sentence);
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    snprintf(text, size, "| %s | %s | %s | %s |\n", one->what,
             info.sentence[0] != '\0' ? info.sentence : "(it is read)", verdict_words[one->info],
             verdict_words[one->run]);
}

#define PAGE HADPOT_SOURCE_DIR "/docs/doubtful-input.md"

/* What stands above the tables. */
static const char page_head[] =
    "# Broken and doubtful input\n\n"
    "What `hadpot info FILE.h5` and `hadpot run` say of ensemble files with something wrong in "
    "them, in the\nsame words on any number of ranks. An error (exit code 2) is said where no "
    "right "
    "result is possible, before\nanything is written; else it is a mark: a line of `info`, a "
    "warning in every output of `run`. `info` looks at\nall sources and times, `run` at those of "
    "its job. How it is judged: [method-plausibility.md](method-plausibility.md).\n\n"
    "Written and compared by tests/cli/test_mpi_doubtful.c; the file is called raw.h5.\n";

static void compare_with_page(const char *table) {
    static char page[1 << 16];
    FILE *file;
    if (getenv("HADPOT_WRITE_TABLE") != NULL) {
        file = fopen(PAGE, "w");
        assert_true(file != NULL && fputs(table, file) >= 0 && fclose(file) == 0);
    }
    file = fopen(PAGE, "r");
    if (file == NULL) fail_msg("%s cannot be read", PAGE);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(page, table);
}

static void append(char **end, const char *text) {
    size_t length = strlen(text);
    memcpy(*end, text, length + 1);
    *end += length;
}

static void every_case_is_said_in_the_same_words(void **state) {
    (void)state;
    static char table[1 << 16];
    char line[2048], *end = table;
    append(&end, page_head);
    for (size_t i = 0; i < DOUBTFUL_TABLES; i++) {
        snprintf(line, sizeof line,
                 "\n## %s\n\n| input | what is said | info | run |\n| --- | --- | --- | --- |\n",
                 doubtful_tables[i].title);
        append(&end, line);
        for (size_t j = 0; j < doubtful_tables[i].count; j++) {
            check_line(&doubtful_tables[i].line[j], line, sizeof line);
            append(&end, line);
        }
    }
    if (comm.rank == 0) compare_with_page(table);
}

static void merge_job(void) {
    hp_error err = HP_ERROR_INIT;
    char job[96], ensemble[96];
    snprintf(job, sizeof job, "%s/job.yaml", folder);
    snprintf(ensemble, sizeof ensemble, "ensemble=%s/raw.h5", folder);
    char *const assignments[] = {ensemble, "fit.times=[11, 12, 13]"}; /* all, as info */
    if (comm.rank == 0) {
        FILE *out = fopen(job, "w");
        assert_true(out != NULL && fputs(SMALL_JOB, out) >= 0 && fclose(out) == 0);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    assert_ok(hp_config_merge(&hp_job_schema, job, assignments, 2, &effective_job, &err), &err);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case_is_said_in_the_same_words)};
    if (hp_test_mpi_begin(&argc, &argv, &comm, folder) != 0) return 1;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    merge_job();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    hp_free(effective_job);
    return hp_test_mpi_end(failed, &comm, folder);
}
