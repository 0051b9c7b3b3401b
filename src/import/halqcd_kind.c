// SPDX-License-Identifier: GPL-3.0-or-later
/* Correlators of one kind: all-mode averages, for one, stand beside the exact and the sloppy
 * solutions of which they are made. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "hadpot/format.h"
#include "halqcd_parts.h"

enum { TEXT = HP_HALQCD_TEXT };

static bool begins_with(const char *text, const char *start) {
    return *start != '\0' && strncmp(text, start, strlen(start)) == 0;
}

void hp_halqcd_find_kind(const hp_halqcd_tree *tree, const char *folder, const char *suffix,
                         char kind[HP_HALQCD_TEXT]) {
    size_t used = 0;
    const char *rotation = tree->job->halqcd.rotation;
    for (const char *at = suffix; *at != '\0' && strcmp(at, ".gz") != 0 && used + 1 < TEXT;) {
        if (begins_with(at, folder))
            at += strlen(folder);
        else if (begins_with(at, rotation)) {
            at += strlen(rotation);
            at += strcspn(at, ".");
        } else if (isdigit((unsigned char)*at)) {
            while (isdigit((unsigned char)*at)) at++;
            kind[used++] = '#';
        } else if (*at == '+' || *at == '-') /* of positions */
            at++;
        else
            kind[used++] = *at++;
    }
    kind[used] = '\0';
}

static void add_kind(const char *kind, char *names, size_t size) {
    hp_format_append(names, size, "%s\"%s\"", *names != '\0' ? ", " : "", kind);
}

hp_status hp_halqcd_check_kinds(const hp_halqcd_tree *tree, const char *folder, const char *path,
                                const char *start, char *const *list, int n,
                                char kind[HP_HALQCD_TEXT], hp_error *err) {
    char names[TEXT] = "", own[TEXT], quoted[TEXT + 2];
    int nkind = 0;
    const size_t length = strlen(start);
    if (*tree->job->halqcd.correlator_suffix != '\0') return HP_OK;
    if (*kind != '\0') {
        add_kind(kind + 1, names, sizeof names);
        nkind = 1;
    }
    for (int i = 0; i < n; i++) {
        if (!begins_with(list[i], start)) continue;
        hp_halqcd_find_kind(tree, folder, list[i] + length, own);
        snprintf(quoted, sizeof quoted, "\"%s\"", own);
        if (nkind > 0 && strstr(names, quoted) != NULL) continue;
        if (nkind++ == 0) snprintf(kind, TEXT, "*%.*s", TEXT - 2, own); /* never empty */
        add_kind(own, names, sizeof names);
    }
    return nkind < 2 ? HP_OK
                     : HP_FAIL(HP_ERR_INPUT,
                               "halqcd.correlator_suffix: \"%s\" holds files %s* of several kinds, "
                               "which must not be averaged, %s: which of them must be given",
                               path, start, names);
}
