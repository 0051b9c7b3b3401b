// SPDX-License-Identifier: GPL-3.0-or-later
/* Of which command a job is, by its keys: commands have job files of their own. */
#include <string.h>
#include "kind.h"

static const hp_schema *const schemas[] = {&hp_job_schema,          &hp_import_job_schema,
                                           &hp_synth_job_schema,    &hp_scatter_job_schema,
                                           &hp_coverage_job_schema, &hp_toy_job_schema};

/* Whether a schema has all keys of the file, sections where they are sections. */
static bool knows(const hp_schema *schema, yaml_document_t *file, const yaml_node_t *root) {
    const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
    for (; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(file, pair->key);
        const yaml_node_t *value = yaml_document_get_node(file, pair->value);
        if (name->type != YAML_SCALAR_NODE) return false;
        const hp_key *key = hp_schema_find(schema, (const char *)name->data.scalar.value);
        bool section = key != NULL && key->type == HP_KEY_SECTION;
        if (key == NULL || *key->section != '\0') return false;
        if (section != (value->type == YAML_MAPPING_NODE)) return false;
    }
    return true;
}

/* Whether all keys are there that must be, but for those of sections. */
static bool is_complete(const hp_schema *schema, yaml_document_t *file, const yaml_node_t *root) {
    for (const hp_key *key = schema->keys; key < schema->keys + schema->nkeys; key++) {
        bool needed = *key->section == '\0' && key->type != HP_KEY_SECTION && key->fallback == NULL;
        const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
        for (; needed && pair < root->data.mapping.pairs.top; pair++) {
            const yaml_node_t *name = yaml_document_get_node(file, pair->key);
            needed = strcmp((const char *)name->data.scalar.value, key->name) != 0;
        }
        if (needed) return false;
    }
    return true;
}

const char *hp_document_command(const hp_schema *schema, yaml_document_t *file) {
    const yaml_node_t *root = yaml_document_get_root_node(file);
    if (root == NULL || root->type != YAML_MAPPING_NODE) return NULL;
    if (schema != NULL && knows(schema, file, root)) return NULL;
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        if (knows(schemas[i], file, root) && is_complete(schemas[i], file, root))
            return schemas[i]->command;
    return NULL;
}

const char *hp_config_find_command(const char *text) {
    yaml_document_t file = {0};
    int line = 0;
    const char *command = NULL;
    if (hp_document_load(text, &file, &line, NULL) == HP_OK)
        command = hp_document_command(NULL, &file);
    yaml_document_delete(&file);
    return command;
}
