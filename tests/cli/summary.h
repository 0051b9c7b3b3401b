// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads summary.yaml of the folder out/ as YAML. */
#ifndef HADPOT_TEST_SUMMARY_H
#define HADPOT_TEST_SUMMARY_H

#include <math.h>
#include <yaml.h>
#include "program.h"

static inline yaml_document_t load_summary(const scene *place) {
    size_t size;
    yaml_parser_t parser;
    yaml_document_t document;
    char *text = read_bytes(place, "out/summary.yaml", &size);
    assert_true(yaml_parser_initialize(&parser));
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    assert_true(yaml_parser_load(&parser, &document));
    yaml_parser_delete(&parser);
    test_free(text);
    return document;
}

/* The node under `key` of a mapping. */
static inline yaml_node_t *find_key(yaml_document_t *document, yaml_node_t *mapping,
                                    const char *key) {
    assert_non_null(mapping);
    assert_int_equal(mapping->type, YAML_MAPPING_NODE);
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++) {
        yaml_node_t *found = yaml_document_get_node(document, pair->key);
        if (strcmp((const char *)found->data.scalar.value, key) == 0)
            return yaml_document_get_node(document, pair->value);
    }
    fail_msg("summary.yaml has no key %s", key);
    return NULL;
}

static inline const char *find_text(yaml_document_t *document, const char *key) {
    yaml_node_t *node = find_key(document, yaml_document_get_root_node(document), key);
    assert_int_equal(node->type, YAML_SCALAR_NODE);
    return (const char *)node->data.scalar.value;
}

/* A number as YAML knows it: .nan, and a point in front of every exponent. */
static inline double read_number(const char *text) {
    char *end;
    if (strcmp(text, ".nan") == 0) return NAN;
    double number = strtod(text, &end);
    assert_true(end > text && *end == '\0');
    const char *exponent = strchr(text, 'e');
    assert_true(isfinite(number));
    assert_true(exponent == NULL || memchr(text, '.', (size_t)(exponent - text)) != NULL);
    return number;
}

static inline double find_number(yaml_document_t *document, const char *key, const char *part) {
    yaml_node_t *node = find_key(document, yaml_document_get_root_node(document), key);
    node = find_key(document, node, part);
    return read_number((const char *)node->data.scalar.value);
}

#endif
