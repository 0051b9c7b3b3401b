// SPDX-License-Identifier: GPL-3.0-or-later
/* A YAML document of nested mappings, written with libyaml's emitter. */
#ifndef HADPOT_YAML_WRITER_H
#define HADPOT_YAML_WRITER_H

#include <stdio.h>
#include <yaml.h>
#include "hadpot/error.h"

/* Errors of all functions: HP_ERR_IO with what libyaml says. */
typedef struct hp_yaml_writer {
    yaml_emitter_t emitter;
} hp_yaml_writer;

/* Start a document whose top is a mapping. out: stays open, not owned. */
hp_status hp_yaml_writer_create(FILE *out, hp_yaml_writer *writer, hp_error *err);
void hp_yaml_writer_destroy(hp_yaml_writer *writer);

/* Close the top mapping and the document. */
hp_status hp_yaml_writer_finish(hp_yaml_writer *writer, hp_error *err);

/* Entries of the innermost open mapping. Numbers keep their bits when they are read again. */
hp_status hp_yaml_writer_open(hp_yaml_writer *writer, const char *key, hp_error *err);
hp_status hp_yaml_writer_close(hp_yaml_writer *writer, hp_error *err);
hp_status hp_yaml_writer_text(hp_yaml_writer *writer, const char *key, const char *text,
                              hp_error *err);
hp_status hp_yaml_writer_number(hp_yaml_writer *writer, const char *key, double value,
                                hp_error *err);
hp_status hp_yaml_writer_integer(hp_yaml_writer *writer, const char *key, int value, hp_error *err);
hp_status hp_yaml_writer_truth(hp_yaml_writer *writer, const char *key, int value, hp_error *err);
hp_status hp_yaml_writer_numbers(hp_yaml_writer *writer, const char *key, const double *values,
                                 int n, hp_error *err);

#endif
