// SPDX-License-Identifier: GPL-3.0-or-later
/* What the jobs of a folder must give: lines of its expected.csv, "case,dataset,index,expected,
 * tolerance", and the comparison with results.h5. */
#ifndef HADPOT_TEST_EXPECTATIONS_H
#define HADPOT_TEST_EXPECTATIONS_H

#include <dirent.h>
#include "output.h"

/* One line of expected.csv. */
typedef struct expectation {
    char name[64], dataset[96];
    size_t index;
    double expected, tolerance;
} expectation;

static inline FILE *open_expected(const char *folder) {
    char path[512];
    snprintf(path, sizeof path, "%s/expected.csv", folder);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    return in;
}

/* The next line with numbers; false at the end. */
static inline bool read_expectation(FILE *in, expectation *line) {
    char text[512];
    while (fgets(text, sizeof text, in) != NULL) {
        if (*text == '#' || strncmp(text, "case,", 5) == 0) continue;
        int found = sscanf(text, "%63[^,],%95[^,],%zu,%lf,%lf", line->name, line->dataset,
                           &line->index, &line->expected, &line->tolerance);
        if (found != 5) fail_msg("expected.csv has the line %s", text);
        return true;
    }
    return false;
}

/* The first row of a dataset, which alone is there. */
static inline void check_value(const scene *place, const expectation *line) {
    table found = read_result(place, line->name, line->dataset);
    assert_int_equal(found.shape[0], 1);
    assert_true(line->index < found.count);
    double value = found.values[line->index];
    if (!(fabs(value - line->expected) <= line->tolerance))
        print_error("%s: %s[%zu]\n", line->name, line->dataset, line->index);
    assert_close(value, line->expected, 0, line->tolerance); /* as the file says */
    test_free(found.values);
}

/* A job that nobody expects anything of would not be run. */
static inline void check_that_all_jobs_are_expected(const char *path) {
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char *end = strstr(entry->d_name, ".yaml");
        expectation line = {.name = ""};
        if (end == NULL) continue;
        FILE *in = open_expected(path);
        size_t length = (size_t)(end - entry->d_name);
        bool found = false;
        while (!found && read_expectation(in, &line))
            found = strncmp(line.name, entry->d_name, length) == 0 && line.name[length] == '\0';
        if (!found) fail_msg("expected.csv has nothing on %s", entry->d_name);
        assert_int_equal(fclose(in), 0);
    }
    closedir(folder);
}

#endif
