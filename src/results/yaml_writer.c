// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/yaml_writer.h"
#include <errno.h>
#include <string.h>
#include "hadpot/format.h"

enum { NUMBER_SIZE = HP_EXACT_SIZE, WIDTH = 100 };

/* The emitter takes over the event, also when it fails. */
static hp_status emit(hp_yaml_writer *writer, yaml_event_t *event, int initialised, hp_error *err) {
    /* libyaml says no more than that there is no event; malloc leaves errno */
    HP_REQUIRE(initialised || errno != ENOMEM, HP_ERR_MEMORY, "no memory for YAML");
    HP_REQUIRE(initialised, HP_ERR_IO, "text that is not UTF-8 cannot be written as YAML");
    if (yaml_emitter_emit(&writer->emitter, event)) return HP_OK;
    HP_REQUIRE(writer->emitter.error != YAML_MEMORY_ERROR && writer->emitter.error != YAML_NO_ERROR,
               HP_ERR_MEMORY, "no memory for YAML");
    return HP_FAIL(HP_ERR_IO, "cannot write YAML: %s",
                   writer->emitter.problem != NULL ? writer->emitter.problem : "write error");
}

static hp_status open_mapping(hp_yaml_writer *writer, hp_error *err) {
    yaml_event_t event;
    return emit(
        writer, &event,
        yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE), err);
}

hp_status hp_yaml_writer_create(FILE *out, hp_yaml_writer *writer, hp_error *err) {
    hp_status status = HP_OK;
    yaml_event_t event;
    int ready = yaml_emitter_initialize(&writer->emitter);
    HP_CHECK(ready, HP_ERR_MEMORY, "no memory for a YAML emitter");
    yaml_emitter_set_output_file(&writer->emitter, out);
    yaml_emitter_set_width(&writer->emitter, WIDTH);
    yaml_emitter_set_unicode(&writer->emitter, 1);
    HP_TRY(
        emit(writer, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), err));
    HP_TRY(emit(writer, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1),
                err));
    HP_TRY(open_mapping(writer, err));
cleanup:
    if (status != HP_OK) hp_yaml_writer_destroy(writer);
    return status;
}

void hp_yaml_writer_destroy(hp_yaml_writer *writer) {
    if (writer != NULL) yaml_emitter_delete(&writer->emitter); /* zeroes it: twice is allowed */
}

hp_status hp_yaml_writer_finish(hp_yaml_writer *writer, hp_error *err) {
    yaml_event_t event;
    HP_CALL(hp_yaml_writer_close(writer, err));
    HP_CALL(emit(writer, &event, yaml_document_end_event_initialize(&event, 1), err));
    return emit(writer, &event, yaml_stream_end_event_initialize(&event), err);
}

/* Texts are quoted, so that none is taken for a number or a truth value. */
static hp_status put_scalar(hp_yaml_writer *writer, const char *text, int plain, hp_error *err) {
    yaml_event_t event;
    int initialised = yaml_scalar_event_initialize(
        &event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), plain, 1,
        plain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    return emit(writer, &event, initialised, err);
}

static hp_status put_entry(hp_yaml_writer *writer, const char *key, const char *text, int plain,
                           hp_error *err) {
    HP_CALL(put_scalar(writer, key, 1, err));
    return put_scalar(writer, text, plain, err);
}

hp_status hp_yaml_writer_open(hp_yaml_writer *writer, const char *key, hp_error *err) {
    HP_CALL(put_scalar(writer, key, 1, err));
    return open_mapping(writer, err);
}

hp_status hp_yaml_writer_close(hp_yaml_writer *writer, hp_error *err) {
    yaml_event_t event;
    return emit(writer, &event, yaml_mapping_end_event_initialize(&event), err);
}

hp_status hp_yaml_writer_text(hp_yaml_writer *writer, const char *key, const char *text,
                              hp_error *err) {
    return put_entry(writer, key, text, 0, err);
}

hp_status hp_yaml_writer_number(hp_yaml_writer *writer, const char *key, double value,
                                hp_error *err) {
    char text[NUMBER_SIZE];
    hp_format_yaml(value, text, sizeof text);
    return put_entry(writer, key, text, 1, err);
}

hp_status hp_yaml_writer_integer(hp_yaml_writer *writer, const char *key, int value,
                                 hp_error *err) {
    char text[NUMBER_SIZE];
    snprintf(text, sizeof text, "%d", value);
    return put_entry(writer, key, text, 1, err);
}

hp_status hp_yaml_writer_truth(hp_yaml_writer *writer, const char *key, int value, hp_error *err) {
    return put_entry(writer, key, value ? "true" : "false", 1, err);
}

hp_status hp_yaml_writer_numbers(hp_yaml_writer *writer, const char *key, const double *values,
                                 int n, hp_error *err) {
    yaml_event_t event;
    HP_CALL(put_scalar(writer, key, 1, err));
    HP_CALL(
        emit(writer, &event,
             yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_FLOW_SEQUENCE_STYLE),
             err));
    for (int i = 0; i < n; i++) {
        char text[NUMBER_SIZE];
        hp_format_yaml(values[i], text, sizeof text);
        HP_CALL(put_scalar(writer, text, 1, err));
    }
    return emit(writer, &event, yaml_sequence_end_event_initialize(&event), err);
}
