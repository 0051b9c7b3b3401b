// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/text_stream.h"

/* Whether a line, from 1 on, has a value, or is one, that begins as a mapping or an alias. */
static bool needs_quotes(const char *text, int line) {
    for (int i = 1; i < line && text != NULL; i++) {
        text = strchr(text, '\n');
        if (text != NULL) text++;
    }
    if (text == NULL) return false;
    const char *end = text + strcspn(text, "\n"), *colon = strstr(text, ": ");
    if (colon != NULL && colon < end) text = colon + 2;
    text += strspn(text, " ");
    return *text == '{' || *text == '*';
}

static hp_status load_next(yaml_parser_t *parser, const char *text, yaml_document_t *document,
                           int *line, hp_error *err) {
    if (yaml_parser_load(parser, document) == 1) return HP_OK;
    /* where memory runs out, libyaml may also stop and name no error */
    HP_REQUIRE(parser->error != YAML_MEMORY_ERROR && parser->error != YAML_NO_ERROR, HP_ERR_MEMORY,
               "no memory for a YAML document");
    *line = (int)parser->problem_mark.line + 1;
    if (parser->error == YAML_READER_ERROR) { /* its bytes run ahead of the parser's marks */
        *line = 1;
        for (size_t i = 0; i < parser->problem_offset && text[i] != '\0'; i++)
            *line += text[i] == '\n';
    }
    HP_REQUIRE(false, HP_ERR_INPUT, "malformed YAML: %s%s%s%s",
               parser->context != NULL ? parser->context : "", parser->context != NULL ? ", " : "",
               parser->problem != NULL ? parser->problem : "unknown problem",
               needs_quotes(text, *line) ? " (a value that begins with { or * needs quotes)" : "");
    return HP_OK;
}

hp_status hp_document_load(const char *text, yaml_document_t *document, int *line, hp_error *err) {
    hp_status status = HP_OK;
    yaml_document_t second = {0};
    yaml_parser_t parser;
    *line = 0;
    HP_CHECK(yaml_parser_initialize(&parser) == 1, HP_ERR_MEMORY, "no memory for a YAML parser");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    status = load_next(&parser, text, document, line, err);
    if (status == HP_OK && yaml_document_get_root_node(document) != NULL)
        status = load_next(&parser, text, &second, line, err);
    if (status == HP_OK && yaml_document_get_root_node(&second) != NULL) {
        *line = (int)second.start_mark.line + 1;
        status = HP_FAIL(HP_ERR_INPUT, "expected one YAML document, found a second one");
    }
    yaml_document_delete(&second);
    yaml_parser_delete(&parser);
cleanup:
    return status;
}

int hp_node_line(const yaml_node_t *node) {
    return (int)node->start_mark.line + 1;
}

hp_status hp_document_emit(yaml_document_t *document, char **text, hp_error *err) {
    hp_status status = HP_OK;
    bool initialised = false;
    yaml_emitter_t emitter;
    FILE *stream = NULL;
    HP_TRY(hp_text_open(text, NULL, &stream, err));
    initialised = yaml_emitter_initialize(&emitter) == 1;
    HP_CHECK(initialised, HP_ERR_MEMORY, "no memory for a YAML emitter");
    yaml_emitter_set_output_file(&emitter, stream);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, -1);
    HP_CHECK(yaml_emitter_open(&emitter) == 1 && yaml_emitter_dump(&emitter, document) == 1 &&
                 yaml_emitter_close(&emitter) == 1,
             HP_ERR_MEMORY, "YAML text cannot be written: %s",
             emitter.problem != NULL ? emitter.problem : "no memory");
cleanup:
    if (initialised) yaml_emitter_delete(&emitter);
    if (hp_text_close(&stream, text, err) != HP_OK && status == HP_OK) status = HP_ERR_MEMORY;
    if (status != HP_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}
