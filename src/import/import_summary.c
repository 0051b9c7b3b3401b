// SPDX-License-Identifier: GPL-3.0-or-later
/* What an import has made, in a line. */
#include <stdio.h>
#include <string.h>
#include "hadpot/format.h"
#include "import_parts.h"

static int count_streams(const hp_import_plan *plan) {
    int n = 1;
    for (int row = 1; plan->stream != NULL && row < plan->nrow; row++)
        n += plan->stream[row] != plan->stream[row - 1];
    return n;
}

/* "30 rows (configurations 100 ... 1250, 1 stream)" */
static void describe_rows(const hp_import_plan *plan, char *text, size_t size) {
    hp_format_append(text, size, "%d row%s", plan->nrow, plan->nrow == 1 ? "" : "s");
    if (plan->configuration == NULL) return;
    int nstream = count_streams(plan), least = plan->configuration[0], most = least;
    for (int row = 1; row < plan->nrow; row++) {
        int number = plan->configuration[row];
        least = number < least ? number : least;
        most = number > most ? number : most;
    }
    hp_format_append(text, size, plan->nrow == 1 ? " (configuration %d" : " (configurations %d",
                     least);
    if (plan->nrow > 1) hp_format_append(text, size, " ... %d", most);
    hp_format_append(text, size, ", %d stream%s)", nstream, nstream == 1 ? "" : "s");
}

/* Sources are groups of the datasets, in their order. */
static void describe_sources(const hp_import_plan *plan, char *text, size_t size) {
    const char start[] = "/source/";
    const char *before = "";
    int length_before = 0, n = 0;
    char names[HP_IMPORT_SUMMARY] = "";
    for (int i = 0; i < plan->ndataset; i++) {
        const char *name = plan->dataset[i].path + strlen(start);
        int length = (int)strcspn(name, "/");
        if (length == length_before && strncmp(name, before, (size_t)length) == 0) continue;
        hp_format_append(names, sizeof names, "%s%.*s", n++ > 0 ? ", " : "", length, name);
        before = name;
        length_before = length;
    }
    hp_format_append(text, size, ", source%s %s", n == 1 ? "" : "s", names);
}

void hp_import_describe(const hp_import_plan *plan, char text[HP_IMPORT_SUMMARY]) {
    const size_t size = HP_IMPORT_SUMMARY;
    const hp_geometry *geometry = &plan->geometry;
    *text = '\0';
    describe_rows(plan, text, size);
    if (geometry->kind == HP_GEOMETRY_CUBIC)
        hp_format_append(text, size, ", L = %d", geometry->extent);
    else
        hp_format_append(text, size, ", %d distances", geometry->npoint);
    hp_format_append(text, size, ", t = %d", plan->first_t);
    if (plan->nt > 1) hp_format_append(text, size, " ... %d", plan->first_t + plan->nt - 1);
    describe_sources(plan, text, size);
    hp_format_append(text, size, ": %d file%s", plan->nfile, plan->nfile == 1 ? "" : "s");
}
