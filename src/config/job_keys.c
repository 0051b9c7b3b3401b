// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/job_keys.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "document.h"

enum { PATH_SIZE = 512 };

/* Where results go, how they are computed, and files whose content is compared instead; synth,
 * run: of a coverage study, which compares these jobs themselves. */
static const char *const without_effect[] = {"output",
                                             "truth",
                                             "ensemble",
                                             "resampling.memory_mb",
                                             "results.keep_checkpoints",
                                             "keep_ensembles",
                                             "synth",
                                             "synth_set",
                                             "run",
                                             "run_set"};

/* A scalar, or a list of them as [a, b]; nothing of it ends the line. */
static void put_value(yaml_document_t *document, const yaml_node_t *node, FILE *out) {
    if (node->type == YAML_SCALAR_NODE)
        for (const char *c = (const char *)node->data.scalar.value; *c != '\0'; c++)
            putc(*c == '\n' ? ' ' : *c, out);
    if (node->type != YAML_SEQUENCE_NODE) return;
    const yaml_node_item_t *first = node->data.sequence.items.start, *item = first;
    putc('[', out);
    for (; item < node->data.sequence.items.top; item++) {
        if (item > first) fputs(", ", out);
        put_value(document, yaml_document_get_node(document, *item), out);
    }
    putc(']', out);
}

static void put_mapping(yaml_document_t *document, const yaml_node_t *mapping, const char *prefix,
                        FILE *out) {
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(document, pair->value);
        char path[PATH_SIZE];
        if (key->type != YAML_SCALAR_NODE) continue;
        snprintf(path, sizeof path, "%s%s%s", prefix, *prefix != '\0' ? "." : "",
                 (const char *)key->data.scalar.value);
        if (value->type == YAML_MAPPING_NODE) {
            put_mapping(document, value, path, out);
            continue;
        }
        fprintf(out, "%s: ", path);
        put_value(document, value, out);
        putc('\n', out);
    }
}

hp_status hp_keys_read(const char *yaml, char **keys, hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t document = {0};
    size_t size = 0;
    int line = 0;
    *keys = NULL;
    FILE *out = open_memstream(keys, &size);
    HP_CHECK(out != NULL, HP_ERR_MEMORY, "no memory for the keys of a job");
    HP_TRY(hp_document_load(yaml, &document, &line, err));
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    HP_CHECK(root != NULL && root->type == YAML_MAPPING_NODE, HP_ERR_INPUT, "expected YAML keys");
    put_mapping(&document, root, "", out);
cleanup:
    yaml_document_delete(&document);
    if (out != NULL && fclose(out) != 0 && status == HP_OK)
        status = hp_error_set(err, HP_ERR_MEMORY, __FILE__, __LINE__, "no memory for keys");
    if (status != HP_OK) {
        free(*keys);
        *keys = NULL;
    }
    return status;
}

static const char *next_line(const char *line) {
    line += strcspn(line, "\n");
    return line + (*line == '\n');
}

const char *hp_keys_find(const char *keys, const char *path, size_t *length) {
    size_t n = strlen(path);
    for (const char *line = keys; *line != '\0'; line = next_line(line)) {
        if (strncmp(line, path, n) != 0 || strncmp(line + n, ": ", 2) != 0) continue;
        *length = strcspn(line + n + 2, "\n");
        return line + n + 2;
    }
    return NULL;
}

/* path: without the section; a coverage study has three jobs in sections of their own. */
static bool changes_results(const char *path) {
    static const char *const job[] = {"coverage.", "synth.", "run."};
    for (int i = 0; i < 3; i++)
        if (strncmp(path, job[i], strlen(job[i])) == 0) {
            path += strlen(job[i]);
            break;
        }
    for (size_t i = 0; i < sizeof without_effect / sizeof *without_effect; i++)
        if (strcmp(path, without_effect[i]) == 0) return false;
    return true;
}

/* Differences as a text that ends where `size` does. */
typedef struct differences {
    char *text;
    size_t size, at;
    int count, told;
} differences;

static void add(differences *all, const char *path, const char *had, size_t nhad, const char *has,
                size_t nhas) {
    static const char none[] = "not given";
    const size_t room = sizeof "; and 4294967295 more keys";
    if (had == NULL) had = none, nhad = strlen(none);
    if (has == NULL) has = none, nhas = strlen(none);
    bool fits = all->told == all->count++ &&
                all->at + strlen(path) + nhad + nhas + strlen("; : , now ") + room < all->size;
    if (!fits) return;
    all->at += (size_t)snprintf(all->text + all->at, all->size - all->at, "%s%s: %.*s, now %.*s",
                                all->told++ > 0 ? "; " : "", path, (int)nhad, had, (int)nhas, has);
}

/* Keys of `from` against those of `other`. backwards: `from` is the one before, and of its keys
 * those count that the other has not. */
static void compare(const char *from, const char *other, const char *section, bool backwards,
                    differences *all) {
    size_t prefix = strlen(section);
    for (const char *line = from; *line != '\0'; line = next_line(line)) {
        char path[PATH_SIZE];
        size_t n = 0, nother = 0;
        snprintf(path, sizeof path, "%.*s", (int)strcspn(line, ":"), line);
        if (strncmp(path, section, prefix) != 0 || path[prefix] != '.' ||
            !changes_results(path + prefix + 1))
            continue;
        const char *value = hp_keys_find(from, path, &n);
        const char *its = hp_keys_find(other, path, &nother);
        if (backwards && its == NULL)
            add(all, path + prefix + 1, value, n, NULL, 0);
        else if (!backwards && (its == NULL || n != nother || strncmp(value, its, n) != 0))
            add(all, path + prefix + 1, its, nother, value, n);
    }
}

int hp_keys_compare(const char *before, const char *now, const char *section, char *text,
                    size_t size) {
    differences all = {.text = text, .size = size};
    *text = '\0';
    compare(now, before, section, false, &all);
    compare(before, now, section, true, &all);
    if (all.told < all.count)
        snprintf(text + all.at, size - all.at, "%s%d more keys", all.at > 0 ? "; and " : "",
                 all.count - all.told);
    return all.count;
}

void hp_keys_put_section(const char *name, const char *yaml, FILE *out) {
    fprintf(out, "%s:\n", name);
    for (const char *line = yaml; *line != '\0'; line = next_line(line))
        fprintf(out, "  %.*s\n", (int)strcspn(line, "\n"), line);
}
