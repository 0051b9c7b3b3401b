// SPDX-License-Identifier: GPL-3.0-or-later
/* The value of a key is that of the last --set, else that of the file, else the default. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "document.h"
#include "hadpot/memory.h"
#include "hadpot/text_stream.h"
#include "kind.h"
#include "rules.h"

enum { FILE_BYTES_MAX = 1 << 20, ROOT = 1 /* the node of all keys */ };

/* Where values come from. */
typedef struct layers {
    const char *label; /* what messages call the file */
    yaml_document_t file;
    hp_values values;
} layers;

hp_status hp_config_merge(const hp_schema *schema, const char *path, char *const *overrides,
                          int noverrides, char **effective_yaml, hp_error *err) {
    hp_status status = HP_OK;
    struct stat about;
    char *text = NULL;
    *effective_yaml = NULL;
    FILE *file = fopen(path, "rb");
    HP_CHECK(file != NULL, errno == ENOMEM ? HP_ERR_MEMORY : HP_ERR_INPUT,
             "%s: cannot open the job file: %s", path, strerror(errno));
    HP_CHECK(fstat(fileno(file), &about) == 0, HP_ERR_INPUT, "%s: cannot look at the job file: %s",
             path, strerror(errno));
    HP_CHECK(!S_ISDIR(about.st_mode), HP_ERR_INPUT, "%s: expected a job file, found a directory",
             path);
    HP_NEW(text, FILE_BYTES_MAX + 1);
    size_t length = fread(text, 1, FILE_BYTES_MAX + 1, file);
    HP_CHECK(ferror(file) == 0, HP_ERR_INPUT, "%s: cannot read the job file", path);
    HP_CHECK(length <= FILE_BYTES_MAX, HP_ERR_INPUT,
             "%s: expected a job file (YAML), found more than %d bytes", path, FILE_BYTES_MAX);
    HP_CHECK(strlen(text) == length, HP_ERR_INPUT,
             "%s: expected a job file (YAML), found a NUL byte", path);
    HP_TRY(hp_config_merge_text(schema, path, text, overrides, noverrides, effective_yaml, err));
cleanup:
    if (file != NULL) fclose(file);
    hp_free(text);
    return status;
}

/* Where the value of a key came from. */
static void add_origin(hp_error *err, const layers *from, const hp_key *key) {
    char path[HP_KEY_PATH_SIZE];
    if (key == NULL) return;
    const hp_origin *origin = &from->values.origin[key - from->values.schema->keys];
    if (origin->set != NULL)
        hp_error_add_context(err, "--set %s", origin->set);
    else if (origin->line > 0)
        hp_error_add_context(err, "%s:%d: %s", from->label, origin->line, hp_key_path(key, path));
    else
        hp_error_add_context(err, "%s: %s", from->label, hp_key_path(key, path));
}

/* The canonical form of a value that is YAML text. */
static hp_status take_text(layers *from, const hp_key *key, const char *text, int *node,
                           hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t value = {0};
    int line;
    HP_TRY(hp_document_load(text, &value, &line, err));
    HP_TRY(hp_value_copy(key, &value, yaml_document_get_root_node(&value), &from->values.nodes,
                         node, err));
cleanup:
    yaml_document_delete(&value);
    return status;
}

/* All defaults as one YAML list, read at once: a parser for each takes a hundred times as long. */
static hp_status list_defaults(const hp_schema *schema, yaml_document_t *list, hp_error *err) {
    char *text = NULL;
    int line;
    FILE *out = NULL;
    HP_CALL(hp_text_open(&text, NULL, &out, err));
    for (int k = 0; k < schema->nkeys; k++)
        if (schema->keys[k].type != HP_KEY_SECTION && schema->keys[k].fallback != NULL)
            fprintf(out, "- %s\n", schema->keys[k].fallback);
    hp_status status = hp_text_close(&out, &text, err);
    if (status == HP_OK) status = hp_document_load(text, list, &line, err);
    free(text);
    return status;
}

static hp_status copy_defaults(layers *from, yaml_document_t *list, hp_error *err) {
    hp_values *values = &from->values;
    yaml_node_t *root = yaml_document_get_root_node(list);
    HP_REQUIRE(root != NULL && root->type == YAML_SEQUENCE_NODE, HP_ERR_INTERNAL,
               "defaults are no list");
    const yaml_node_item_t *item = root->data.sequence.items.start;
    for (int k = 0; k < values->schema->nkeys; k++) {
        const hp_key *key = &values->schema->keys[k];
        if (key->type != HP_KEY_SECTION && key->fallback != NULL)
            HP_CALL(hp_value_copy(key, list, yaml_document_get_node(list, *item++), &values->nodes,
                                  &values->fallback[k], err));
        values->node[k] = values->fallback[k];
    }
    return HP_OK;
}

static hp_status take_defaults(layers *from, hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t list = {0};
    hp_values *values = &from->values;
    int n = values->schema->nkeys;
    HP_NEW(values->node, 2 * n);
    HP_NEW(values->origin, n);
    values->fallback = values->node + n;
    HP_CHECK(yaml_document_initialize(&values->nodes, NULL, NULL, NULL, 1, 1) == 1 &&
                 yaml_document_add_mapping(&values->nodes, NULL, YAML_BLOCK_MAPPING_STYLE) == ROOT,
             HP_ERR_MEMORY, "no memory for a YAML document");
    HP_TRY(list_defaults(values->schema, &list, err));
    HP_TRY(copy_defaults(from, &list, err));
cleanup:
    yaml_document_delete(&list);
    return status;
}

/* path: of the key by name; row: out. */
static hp_status take_key(layers *from, const char *path, const yaml_node_t *name,
                          const yaml_node_t *value, const hp_key **row, hp_error *err) {
    const hp_schema *schema = from->values.schema;
    const hp_key *key = *row = hp_schema_find(schema, path);
    bool dotted = key != NULL && strcmp(key->name, (const char *)name->data.scalar.value) != 0;
    if (key == NULL || dotted) return hp_schema_reject_key(schema, path, err);
    hp_origin *origin = &from->values.origin[key - schema->keys];
    HP_REQUIRE(origin->line == 0, HP_ERR_INPUT, "expected one value, found the key a second time");
    origin->line = hp_node_line(name);
    if (key->type != HP_KEY_SECTION)
        return hp_value_copy(key, &from->file, value, &from->values.nodes,
                             &from->values.node[key - schema->keys], err);
    return value->type == YAML_MAPPING_NODE ? HP_OK : hp_value_reject(key, value, err);
}

/* Keys of the file, or of one of its sections. */
static hp_status take_mapping(layers *from, const char *section, const yaml_node_t *mapping,
                              hp_error *err) {
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(&from->file, pair->key);
        const yaml_node_t *value = yaml_document_get_node(&from->file, pair->value);
        char path[2 * HP_KEY_PATH_SIZE];
        const hp_key *key = NULL;
        HP_REQUIRE(name->type == YAML_SCALAR_NODE, HP_ERR_INPUT,
                   "%s:%d: expected keys that are plain names", from->label, hp_node_line(name));
        snprintf(path, sizeof path, "%s%s%s", section, *section != '\0' ? "." : "",
                 (const char *)name->data.scalar.value);
        HP_CALL_IN(take_key(from, path, name, value, &key, err), "%s:%d: %s", from->label,
                   hp_node_line(name), path);
        if (key->type == HP_KEY_SECTION) HP_CALL(take_mapping(from, key->name, value, err));
    }
    return HP_OK;
}

/* Keys without effect: those of --set, or those of the file by itself, are refused. */
static hp_status check_effect(layers *from, bool set, hp_error *err) {
    hp_values *values = &from->values;
    for (int k = 0; k < values->schema->nkeys; k++) {
        const hp_key *key = &values->schema->keys[k];
        if (set ? values->origin[k].set == NULL : values->origin[k].line == 0) continue;
        hp_status status = hp_rules_check_effect(values, key, err);
        if (status != HP_OK) add_origin(err, from, key);
        if (status != HP_OK) return status;
    }
    return HP_OK;
}

static hp_status take_file(layers *from, const char *text, hp_error *err) {
    int line = 0;
    char place[16] = "";
    hp_status status = hp_document_load(text, &from->file, &line, err);
    if (line > 0) snprintf(place, sizeof place, ":%d", line);
    HP_CALL_IN(status, "%s%s", from->label, place);
    const yaml_node_t *root = yaml_document_get_root_node(&from->file);
    HP_REQUIRE(root != NULL, HP_ERR_INPUT, "%s: expected a job file with keys, found nothing in it",
               from->label);
    HP_REQUIRE(root->type == YAML_MAPPING_NODE, HP_ERR_INPUT,
               "%s:%d: expected lines \"key: value\", found %s", from->label, hp_node_line(root),
               root->type == YAML_SEQUENCE_NODE ? "a list" : "a single value");
    const char *own = from->values.schema->command;
    const char *other = hp_document_command(from->values.schema, &from->file);
    HP_REQUIRE(other == NULL, HP_ERR_INPUT, "%s: this is a job of hadpot %s, not of hadpot %s",
               from->label, other, own);
    HP_CALL(take_mapping(from, "", root, err));
    return check_effect(from, false, err);
}

static hp_status take_assignment(layers *from, const char *text, hp_error *err) {
    char path[HP_KEY_PATH_SIZE];
    const hp_schema *schema = from->values.schema;
    const char *equals = strchr(text, '=');
    HP_REQUIRE(equals != NULL && equals != text, HP_ERR_USAGE,
               "expected KEY=VALUE such as fit.times=[12,13]");
    snprintf(path, sizeof path, "%.*s", (int)(equals - text), text);
    const hp_key *key = hp_schema_find(schema, path);
    if (key == NULL) return hp_schema_reject_key(schema, path, err);
    HP_REQUIRE(key->type != HP_KEY_SECTION, HP_ERR_INPUT,
               "%s is a section, expected one of its keys, %s.KEY=VALUE", path, path);
    bool empty_string = equals[1] == '\0' && key->type == HP_KEY_STRING;
    from->values.origin[key - schema->keys].set = text;
    return take_text(from, key, empty_string ? "\"\"" : equals + 1,
                     &from->values.node[key - schema->keys], err);
}

/* A key of the file that --set has made idle has its default. kept: keys that are written. */
static hp_status drop_idle(layers *from, bool *kept, hp_error *err) {
    hp_values *values = &from->values;
    int section = 0;
    for (int k = 0; k < values->schema->nkeys; k++) {
        const hp_key *key = &values->schema->keys[k];
        char path[HP_KEY_PATH_SIZE];
        if (key->type == HP_KEY_SECTION) section = k;
        if (key->type == HP_KEY_SECTION) continue;
        HP_REQUIRE(values->node[k] != 0, HP_ERR_INPUT, "%s: %s: required key is missing (%s: %s)",
                   from->label, hp_key_path(key, path), hp_key_type_name(key), key->help);
        bool allowed = hp_rules_allow(values, key);
        bool quiet = hp_schema_is_quiet(values->schema, key);
        kept[k] = allowed && (!quiet || hp_rules_is_given(values, key));
        if (*key->section != '\0') kept[section] |= kept[k];
        if (!allowed) values->node[k] = values->fallback[k];
    }
    return HP_OK;
}

/* Every key, in the order of the table. The nodes are used up. */
static hp_status write_all(hp_values *values, char **text, hp_error *err) {
    yaml_document_t *to = &values->nodes;
    int section = ROOT;
    for (int k = 0; k < values->schema->nkeys; k++) {
        const hp_key *key = &values->schema->keys[k];
        int mapping = *key->section == '\0' ? ROOT : section, value = values->node[k];
        int name = yaml_document_add_scalar(to, NULL, (const unsigned char *)key->name, -1,
                                            YAML_PLAIN_SCALAR_STYLE);
        if (key->type == HP_KEY_SECTION)
            value = section = yaml_document_add_mapping(to, NULL, YAML_BLOCK_MAPPING_STYLE);
        HP_REQUIRE(mapping != 0 && name != 0 && value != 0 &&
                       yaml_document_append_mapping_pair(to, mapping, name, value) == 1,
                   HP_ERR_MEMORY, "no memory for a YAML document");
    }
    return hp_document_emit(to, text, err);
}

/* Keep those lines of a text of write_all, one for each key, those of sections indented. */
static void keep_lines(const hp_schema *schema, char *text, const bool *kept) {
    char *to = text;
    const hp_key *key = schema->keys, *end = key + schema->nkeys;
    for (char *line = text, *next; *line != '\0'; line = next, key++) {
        const char *name = line + strspn(line, " ");
        size_t length = strcspn(name, ":");
        next = line + strcspn(line, "\n");
        next += *next == '\n';
        while (key < end && !((*key->section != '\0') == (*line == ' ') &&
                              strncmp(key->name, name, length) == 0 && key->name[length] == '\0'))
            key++;
        if (key == end) break;
        if (!kept[key - schema->keys]) continue;
        memmove(to, line, (size_t)(next - line));
        to += next - line;
    }
    *to = '\0';
}

/* On success the caller owns both results: the job has defaults where the text has no key. */
static hp_status resolve(layers *from, const char *text, char *const *overrides, int noverrides,
                         char **effective, void **job, hp_error *err) {
    hp_status status = HP_OK;
    hp_values *values = &from->values;
    const hp_schema *schema = values->schema;
    const hp_key *blamed = NULL;
    const char *path = "";
    bool *kept = NULL;
    *effective = NULL;
    *job = NULL;
    HP_NEW(kept, schema->nkeys);
    HP_TRY(take_defaults(from, err));
    HP_TRY(take_file(from, text, err));
    for (int i = 0; i < noverrides; i++)
        HP_TRY_IN(take_assignment(from, overrides[i], err), "--set %s", overrides[i]);
    HP_TRY(check_effect(from, true, err));
    HP_TRY(drop_idle(from, kept, err));
    status = hp_rules_check(values, &blamed, err);
    if (status != HP_OK) add_origin(err, from, blamed);
    HP_TRY(status);
    HP_TRY(write_all(values, effective, err));
    HP_TRY(hp_schema_load(schema, *effective, job, err));
    if (schema->check != NULL) status = schema->check(*job, &path, err);
    if (status != HP_OK) add_origin(err, from, hp_schema_find(schema, path));
    HP_TRY(status);
    keep_lines(schema, *effective, kept);
cleanup:
    if (status != HP_OK) {
        hp_schema_free(schema, job);
        hp_free(*effective);
        *effective = NULL;
    }
    yaml_document_delete(&from->file);
    yaml_document_delete(&values->nodes);
    hp_free(values->node);
    hp_free(values->origin);
    hp_free(kept);
    return status;
}

hp_status hp_config_merge_text(const hp_schema *schema, const char *label, const char *text,
                               char *const *overrides, int noverrides, char **effective_yaml,
                               hp_error *err) {
    void *job;
    layers from = {.label = label, .values.schema = schema};
    hp_status status = resolve(&from, text, overrides, noverrides, effective_yaml, &job, err);
    hp_schema_free(schema, &job);
    return status;
}

hp_status hp_schema_parse(const hp_schema *schema, const char *text, void **job, hp_error *err) {
    char *effective;
    layers from = {.label = "job", .values.schema = schema};
    hp_status status = resolve(&from, text, NULL, 0, &effective, job, err);
    hp_free(effective);
    return status;
}

hp_status hp_config_select_counted(const hp_schema *schema, const char *effective_yaml, char **text,
                                   hp_error *err) {
    hp_status status = HP_OK;
    bool *kept = NULL;
    *text = hp_copy_string(effective_yaml);
    HP_CHECK(*text != NULL, HP_ERR_MEMORY, "no memory for a job");
    HP_NEW(kept, schema->nkeys);
    for (int k = 0; k < schema->nkeys; k++)
        kept[k] = (hp_schema_rules(schema, &schema->keys[k]) & HP_RULE_NOT_COUNTED) == 0;
    keep_lines(schema, *text, kept);
cleanup:
    hp_free(kept);
    return status;
}
