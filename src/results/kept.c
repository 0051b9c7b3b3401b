// SPDX-License-Identifier: GPL-3.0-or-later
/* What is kept of something that ends before it is finished. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/checkpoint.h"

enum { PATH_SIZE = 4200, WORD_SIZE = 32 };

/* Of the program, which has one thing to do: who says how it has ended knows nothing of folders. */
static struct {
    char folder[PATH_SIZE], what[WORD_SIZE];
    int count;
    bool others;
} watched;

void hp_checkpoint_watch(const char *folder, const char *what, int count, bool others) {
    snprintf(watched.folder, sizeof watched.folder, "%.4000s/checkpoint", folder);
    snprintf(watched.what, sizeof watched.what, "%s", what);
    watched.count = count;
    watched.others = others;
}

void hp_checkpoint_unwatch(void) {
    *watched.folder = '\0';
}

typedef struct findings {
    int finished, fits, averages;
} findings;

static bool ends_with(const char *name, const char *end) {
    size_t length = strlen(name), of = strlen(end);
    return length >= of && strcmp(name + length - of, end) == 0;
}

static findings look(void) {
    findings found = {0};
    DIR *directory = opendir(watched.folder);
    if (directory == NULL) return found;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const char *name = entry->d_name;
        int number;
        if (ends_with(name, ".tmp")) continue;
        found.finished += sscanf(name, "sample_%d.", &number) == 1 && number <= watched.count;
        found.fits += sscanf(name, "fit_%d.", &number) == 1;
        found.averages += strncmp(name, "average.", 8) == 0;
    }
    closedir(directory);
    return found;
}

void hp_checkpoint_describe_kept(char *text, size_t size) {
    const char *beside = watched.others ? ", those of the analyses before it beside them" : "";
    char fits[64] = "";
    if (*watched.folder == '\0') {
        snprintf(text, size, "nothing is kept");
        return;
    }
    findings found = look();
    if (found.fits > 0)
        snprintf(fits, sizeof fits, " and the state of %d fit%s", found.fits,
                 found.fits == 1 ? "" : "s");
    if (found.finished > 0)
        snprintf(text, size, "%d of %d %s%s are kept in \"%s\"%s; go on with --resume",
                 found.finished, watched.count, watched.what, fits, watched.folder, beside);
    else if (found.fits > 0 || found.averages > 0)
        snprintf(text, size,
                 "none of %d %s is finished, but %s%s is kept in \"%s\"%s; go on with "
                 "--resume",
                 watched.count, watched.what, found.averages > 0 ? "the average" : "",
                 found.averages > 0 ? fits : fits + strlen(" and "), watched.folder, beside);
    else
        snprintf(text, size, "nothing is kept yet%s; go on with --resume, or begin anew", beside);
}
