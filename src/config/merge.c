// SPDX-License-Identifier: GPL-3.0-or-later
/* The value of a key is that of the last --set, else that of the file, else the default. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "document.h"
#include "hadpot/memory.h"
#include "structure.h"
#include "value.h"

enum { FILE_BYTES_MAX = 1 << 20 };

/* One --set: the key it names and its value. */
typedef struct assignment {
    const char *text;
    const hp_key *key;
    yaml_document_t value;
} assignment;

/* Where values come from. */
typedef struct layers {
    const hp_schema *schema;
    const char *label; /* what messages call the file */
    const char *text;  /* of the file */
    yaml_document_t file;
    int nassignments;
    assignment *assignments;
} layers;

static hp_status read_file(const char *path, char **text, hp_error *err) {
    hp_status status = HP_OK;
    struct stat about;
    FILE *file = fopen(path, "rb");
    HP_CHECK(file != NULL, HP_ERR_INPUT, "%s: cannot open the job file: %s", path, strerror(errno));
    HP_CHECK(fstat(fileno(file), &about) == 0 && !S_ISDIR(about.st_mode), HP_ERR_INPUT,
             "%s: expected a job file, found a directory", path);
    HP_NEW(*text, FILE_BYTES_MAX + 1);
    size_t length = fread(*text, 1, FILE_BYTES_MAX + 1, file);
    HP_CHECK(ferror(file) == 0, HP_ERR_INPUT, "%s: cannot read the job file", path);
    HP_CHECK(length <= FILE_BYTES_MAX, HP_ERR_INPUT,
             "%s: expected a job file (YAML), found more than %d bytes", path, FILE_BYTES_MAX);
    HP_CHECK(strlen(*text) == length, HP_ERR_INPUT,
             "%s: expected a job file (YAML), found a NUL byte", path);
cleanup:
    if (file != NULL) fclose(file);
    return status;
}

hp_status hp_config_merge(const hp_schema *schema, const char *path, char *const *overrides,
                          int noverrides, char **effective_yaml, hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL;
    *effective_yaml = NULL;
    HP_TRY(read_file(path, &text, err));
    HP_TRY(hp_config_merge_text(schema, path, text, overrides, noverrides, effective_yaml, err));
cleanup:
    hp_free(text);
    return status;
}

/* "label:line: path: message"; line 0 and path NULL are left out. */
static void add_place(hp_error *err, const char *label, int line, const char *path) {
    if (path != NULL) hp_error_add_context(err, "%s", path);
    if (line > 0)
        hp_error_add_context(err, "%s:%d", label, line);
    else
        hp_error_add_context(err, "%s", label);
}

/* line: out, that of the key. */
static yaml_node_t *find_in_file(layers *from, const hp_key *key, int *line) {
    yaml_node_t *parent = yaml_document_get_root_node(&from->file), *name = NULL;
    if (*key->section != '\0') parent = hp_document_find(&from->file, parent, key->section, NULL);
    if (parent == NULL || parent->type != YAML_MAPPING_NODE) return NULL;
    yaml_node_t *value = hp_document_find(&from->file, parent, key->name, &name);
    if (value != NULL) *line = hp_node_line(name);
    return value;
}

static hp_status check_file_values(layers *from, hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t scratch = {0};
    HP_CHECK(yaml_document_initialize(&scratch, NULL, NULL, NULL, 1, 1) == 1, HP_ERR_MEMORY,
             "no memory for a YAML document");
    for (int k = 0; k < from->schema->nkeys; k++) {
        const hp_key *key = &from->schema->keys[k];
        char path[HP_KEY_PATH_SIZE];
        int line, copy;
        const yaml_node_t *value = find_in_file(from, key, &line);
        if (value == NULL) continue;
        if (key->type != HP_KEY_SECTION)
            status = hp_value_copy(key, &from->file, value, &scratch, &copy, err);
        else if (value->type != YAML_MAPPING_NODE)
            status = hp_value_reject(key, value, err);
        if (status != HP_OK) add_place(err, from->label, line, hp_key_path(key, path));
        HP_TRY(status);
    }
cleanup:
    yaml_document_delete(&scratch);
    return status;
}

/* Unknown and repeated keys; whatever else libcyaml objects to is a matter of values. */
static hp_status check_structure(layers *from, hp_error *err) {
    hp_status status = HP_OK;
    hp_structure_fault fault;
    HP_TRY(hp_structure_check(from->schema, from->text, &fault, err));
    if (fault.kind == HP_FAULT_NONE) return HP_OK;
    if (fault.kind == HP_FAULT_OTHER) {
        HP_TRY(check_file_values(from, err));
        HP_CHECK(false, HP_ERR_INPUT, "%s: expected keys that are plain names (libcyaml: %s)",
                 from->label, fault.message);
    }
    yaml_node_t *parent = yaml_document_get_root_node(&from->file);
    if (fault.section[0] != '\0')
        parent = hp_document_find(&from->file, parent, fault.section, NULL);
    bool in_mapping = parent != NULL && parent->type == YAML_MAPPING_NODE;
    int line = in_mapping ? hp_document_last_line(&from->file, parent, fault.name) : 0;
    char path[2 * HP_KEY_PATH_SIZE];
    snprintf(path, sizeof path, "%s%s%s", fault.section, fault.section[0] != '\0' ? "." : "",
             fault.name);
    if (fault.kind == HP_FAULT_UNKNOWN_KEY)
        status = hp_schema_reject_key(from->schema, path, err);
    else
        status = hp_error_set(err, HP_ERR_INPUT, __FILE__, __LINE__,
                              "expected one value, found the key a second time");
    add_place(err, from->label, line, path);
cleanup:
    return status;
}

static hp_status load_file(layers *from, hp_error *err) {
    hp_status status = HP_OK;
    int line = 0;
    status = hp_document_load(from->text, &from->file, &line, err);
    if (status != HP_OK) add_place(err, from->label, line, NULL);
    HP_TRY(status);
    const yaml_node_t *root = yaml_document_get_root_node(&from->file);
    HP_CHECK(root != NULL, HP_ERR_INPUT, "%s: expected a job file with keys, found nothing in it",
             from->label);
    HP_CHECK(root->type == YAML_MAPPING_NODE, HP_ERR_INPUT,
             "%s:%d: expected lines \"key: value\", found %s", from->label, hp_node_line(root),
             root->type == YAML_SEQUENCE_NODE ? "a list" : "a single value");
    HP_TRY(check_structure(from, err));
    HP_TRY(check_file_values(from, err));
cleanup:
    return status;
}

static hp_status check_value(const hp_key *key, yaml_document_t *document, hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t scratch = {0};
    int copy;
    HP_CHECK(yaml_document_initialize(&scratch, NULL, NULL, NULL, 1, 1) == 1, HP_ERR_MEMORY,
             "no memory for a YAML document");
    status =
        hp_value_copy(key, document, yaml_document_get_root_node(document), &scratch, &copy, err);
cleanup:
    yaml_document_delete(&scratch);
    return status;
}

static hp_status load_assignment(const hp_schema *schema, assignment *set, hp_error *err) {
    char path[HP_KEY_PATH_SIZE];
    int line;
    const char *equals = strchr(set->text, '=');
    HP_REQUIRE(equals != NULL && equals != set->text, HP_ERR_USAGE,
               "expected KEY=VALUE such as fit.times=[12,13]");
    snprintf(path, sizeof path, "%.*s", (int)(equals - set->text), set->text);
    set->key = hp_schema_find(schema, path);
    if (set->key == NULL) return hp_schema_reject_key(schema, path, err);
    HP_REQUIRE(set->key->type != HP_KEY_SECTION, HP_ERR_INPUT,
               "%s is a section, expected one of its keys, %s.KEY=VALUE", path, path);
    bool empty_string = equals[1] == '\0' && set->key->type == HP_KEY_STRING;
    HP_CALL(hp_document_load(empty_string ? "\"\"" : equals + 1, &set->value, &line, err));
    return check_value(set->key, &set->value, err);
}

static hp_status load_assignments(layers *from, char *const *overrides, hp_error *err) {
    hp_status status = HP_OK;
    HP_NEW(from->assignments, from->nassignments);
    for (int i = 0; i < from->nassignments; i++) {
        assignment *set = &from->assignments[i];
        set->text = overrides[i];
        status = load_assignment(from->schema, set, err);
        if (status != HP_OK) hp_error_add_context(err, "--set %s", set->text);
        HP_TRY(status);
    }
cleanup:
    return status;
}

static assignment *find_assignment(const layers *from, const hp_key *key) {
    for (int i = from->nassignments - 1; i >= 0; i--)
        if (from->assignments[i].key == key) return &from->assignments[i];
    return NULL;
}

static hp_status copy_default(layers *from, const hp_key *key, yaml_document_t *to, int *copy,
                              hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t value = {0};
    int line;
    char path[HP_KEY_PATH_SIZE];
    HP_CHECK(key->fallback != NULL, HP_ERR_INPUT, "%s: %s: required key is missing (%s: %s)",
             from->label, hp_key_path(key, path), hp_key_type_name(key), key->help);
    HP_TRY(hp_document_load(key->fallback, &value, &line, err));
    HP_TRY(hp_value_copy(key, &value, yaml_document_get_root_node(&value), to, copy, err));
cleanup:
    yaml_document_delete(&value);
    return status;
}

static hp_status copy_winner(layers *from, const hp_key *key, yaml_document_t *to, int *copy,
                             hp_error *err) {
    int line;
    assignment *set = find_assignment(from, key);
    if (set != NULL)
        return hp_value_copy(key, &set->value, yaml_document_get_root_node(&set->value), to, copy,
                             err);
    const yaml_node_t *value = find_in_file(from, key, &line);
    if (value != NULL) return hp_value_copy(key, &from->file, value, to, copy, err);
    return copy_default(from, key, to, copy, err);
}

static hp_status append(yaml_document_t *to, int mapping, const char *name, int value,
                        hp_error *err) {
    int key = yaml_document_add_scalar(to, NULL, (const unsigned char *)name, -1,
                                       YAML_PLAIN_SCALAR_STYLE);
    HP_REQUIRE(mapping != 0 && key != 0 && value != 0 &&
                   yaml_document_append_mapping_pair(to, mapping, key, value) == 1,
               HP_ERR_MEMORY, "no memory for a YAML document");
    return HP_OK;
}

static hp_status build_effective(layers *from, yaml_document_t *to, hp_error *err) {
    HP_REQUIRE(yaml_document_initialize(to, NULL, NULL, NULL, 1, 1) == 1, HP_ERR_MEMORY,
               "no memory for a YAML document");
    int root = yaml_document_add_mapping(to, NULL, YAML_BLOCK_MAPPING_STYLE), parent = root;
    for (int k = 0; k < from->schema->nkeys; k++) {
        const hp_key *key = &from->schema->keys[k];
        int value = 0;
        if (key->type == HP_KEY_SECTION)
            value = yaml_document_add_mapping(to, NULL, YAML_BLOCK_MAPPING_STYLE);
        else
            HP_CALL(copy_winner(from, key, to, &value, err));
        HP_CALL(append(to, *key->section == '\0' ? root : parent, key->name, value, err));
        if (key->type == HP_KEY_SECTION) parent = value;
    }
    return HP_OK;
}

/* Where the value of a key came from. */
static void add_origin(hp_error *err, layers *from, const hp_key *key) {
    char path[HP_KEY_PATH_SIZE];
    int line = 0;
    const assignment *set = key != NULL ? find_assignment(from, key) : NULL;
    if (key == NULL) return;
    if (set == NULL) find_in_file(from, key, &line);
    if (set != NULL)
        hp_error_add_context(err, "--set %s", set->text);
    else
        add_place(err, from->label, line, hp_key_path(key, path));
}

/* On success the caller owns both results. */
static hp_status resolve(layers *from, char *const *overrides, char **effective, void **job,
                         hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t merged = {0};
    const char *blamed = "";
    HP_TRY(load_file(from, err));
    HP_TRY(load_assignments(from, overrides, err));
    HP_TRY(build_effective(from, &merged, err));
    HP_TRY(hp_document_emit(&merged, effective, err));
    HP_TRY(hp_structure_load(from->schema, *effective, job, err));
    status = from->schema->check(*job, &blamed, err);
    if (status != HP_OK) add_origin(err, from, hp_schema_find(from->schema, blamed));
cleanup:
    if (status != HP_OK) {
        hp_schema_free(from->schema, job);
        hp_free(*effective);
        *effective = NULL;
    }
    for (int i = 0; from->assignments != NULL && i < from->nassignments; i++)
        yaml_document_delete(&from->assignments[i].value);
    hp_free(from->assignments);
    yaml_document_delete(&from->file);
    yaml_document_delete(&merged);
    return status;
}

hp_status hp_config_merge_text(const hp_schema *schema, const char *label, const char *text,
                               char *const *overrides, int noverrides, char **effective_yaml,
                               hp_error *err) {
    void *job = NULL;
    layers from = {.schema = schema, .label = label, .text = text, .nassignments = noverrides};
    *effective_yaml = NULL;
    hp_status status = resolve(&from, overrides, effective_yaml, &job, err);
    hp_schema_free(schema, &job);
    return status;
}

hp_status hp_schema_parse(const hp_schema *schema, const char *text, void **job, hp_error *err) {
    char *effective = NULL;
    layers from = {.schema = schema, .label = "job", .text = text};
    *job = NULL;
    hp_status status = resolve(&from, NULL, &effective, job, err);
    hp_free(effective);
    return status;
}
