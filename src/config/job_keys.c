// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/job_keys.h"
#include "hadpot/text_stream.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "document.h"

enum { PATH_SIZE = 512 };

/* Where results go, how they are computed, and files whose content is compared instead; synth,
 * run: of a coverage study, which compares these jobs themselves. */
static const char without_effect[] =
    " output truth ensemble resampling.memory_mb results.keep_checkpoints "
    "results.checkpoint_interval_s keep_ensembles synth synth_set run run_set ";

/* A scalar, or a list of them as [a, b], in one line. */
static void put_value(yaml_document_t *document, const yaml_node_t *node, FILE *out) {
    if (node->type == YAML_SCALAR_NODE)
        for (const char *c = (const char *)node->data.scalar.value; *c != '\0'; c++)
            putc(*c == '\n' ? ' ' : *c, out);
    if (node->type != YAML_SEQUENCE_NODE) return;
    const yaml_node_item_t *first = node->data.sequence.items.start, *item = first;
    for (; item < node->data.sequence.items.top; item++) {
        fputs(item > first ? ", " : "[", out);
        put_value(document, yaml_document_get_node(document, *item), out);
    }
    fputs(item > first ? "]" : "[]", out);
}

/* prefix: "section.". */
static void put_mapping(yaml_document_t *document, const yaml_node_t *mapping, const char *prefix,
                        FILE *out) {
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(document, pair->value);
        char path[PATH_SIZE];
        bool is_section = value->type == YAML_MAPPING_NODE;
        if (key->type != YAML_SCALAR_NODE) continue;
        snprintf(path, sizeof path, "%s%s%s", prefix, (const char *)key->data.scalar.value,
                 is_section ? "." : "");
        if (is_section) {
            put_mapping(document, value, path, out);
        } else {
            fprintf(out, "%s: ", path);
            put_value(document, value, out);
            putc('\0', out);
        }
    }
}

hp_status hp_keys_read(const char *yaml, char **keys, hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t document = {0};
    int line = 0;
    FILE *out = NULL;
    HP_TRY(hp_text_open(keys, NULL, &out, err));
    HP_TRY(hp_document_load(yaml, &document, &line, err));
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    HP_CHECK(root != NULL && root->type == YAML_MAPPING_NODE, HP_ERR_INPUT, "expected YAML keys");
    put_mapping(&document, root, "", out);
cleanup:
    yaml_document_delete(&document);
    if (hp_text_close(&out, keys, err) != HP_OK && status == HP_OK) status = HP_ERR_MEMORY;
    if (status == HP_OK) return HP_OK;
    free(*keys);
    *keys = NULL;
    return status;
}

const char *hp_keys_find(const char *keys, const char *path) {
    size_t n = strlen(path);
    for (const char *key = keys; *key != '\0'; key += strlen(key) + 1)
        if (strncmp(key, path, n) == 0 && strncmp(key + n, ": ", 2) == 0) return key + n + 2;
    return NULL;
}

/* path: without the section; a coverage study has three jobs in sections of their own. */
static bool changes_results(const char *path) {
    static const char *const job[] = {"coverage.", "synth.", "run."};
    char word[PATH_SIZE + 2];
    for (int i = 0; i < 3; i++)
        if (strncmp(path, job[i], strlen(job[i])) == 0) {
            path += strlen(job[i]);
            break;
        }
    snprintf(word, sizeof word, " %s ", path);
    return strstr(without_effect, word) == NULL;
}

int hp_keys_compare(const char *before, const char *now, const char *section, char *text,
                    size_t size) {
    const size_t prefix = strlen(section), room = sizeof "; and 4294967295 more keys";
    const char *const all[] = {now, before}; /* of the latter those that are no longer given */
    int count = 0, told = 0;
    size_t at = 0;
    *text = '\0';
    for (int i = 0; i < 2; i++)
        for (const char *key = all[i]; *key != '\0'; key += strlen(key) + 1) {
            char path[PATH_SIZE];
            snprintf(path, sizeof path, "%.*s", (int)strcspn(key, ":"), key);
            if (strncmp(path, section, prefix) != 0 || path[prefix] != '.' ||
                !changes_results(path + prefix + 1))
                continue;
            const char *had = hp_keys_find(before, path), *has = hp_keys_find(now, path);
            if (i == 0 ? had != NULL && has != NULL && strcmp(had, has) == 0 : has != NULL)
                continue;
            if (had == NULL) had = "not given";
            if (has == NULL) has = "not given";
            size_t length =
                strlen(path + prefix + 1) + strlen(had) + strlen(has) + strlen("; : , now ");
            if (told < count++ || at + length + room >= size) continue;
            at += (size_t)snprintf(text + at, size - at, "%s%s: %s, now %s", told++ > 0 ? "; " : "",
                                   path + prefix + 1, had, has);
        }
    if (told < count)
        snprintf(text + at, size - at, "%s%d more keys", at > 0 ? "; and " : "", count - told);
    return count;
}

void hp_keys_put_section(const char *name, const char *yaml, FILE *out) {
    fprintf(out, "%s:\n", name);
    for (const char *line = yaml; *line != '\0'; line += strspn(line, "\n")) {
        int length = (int)strcspn(line, "\n");
        fprintf(out, "  %.*s\n", length, line);
        line += length;
    }
}
