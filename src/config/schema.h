// SPDX-License-Identifier: GPL-3.0-or-later
/* What a table of keys becomes inside the module config: rows, and a libcyaml schema. */
#ifndef HADPOT_CONFIG_SCHEMA_H
#define HADPOT_CONFIG_SCHEMA_H

#include <cyaml/cyaml.h>
#include <math.h>
#include "hadpot/config.h"

typedef enum hp_key_type {
    HP_KEY_SECTION,
    HP_KEY_INT,
    HP_KEY_DOUBLE,
    HP_KEY_BOOL,
    HP_KEY_STRING,
    HP_KEY_INT_LIST,
    HP_KEY_DOUBLE_LIST,
    HP_KEY_STRING_LIST
} hp_key_type;

/* Allowed numbers, or allowed strings; lists: for each entry. */
typedef struct hp_allowed {
    double min, max;
    bool min_excluded, max_excluded;
    const char *choices; /* "a|b|c", or NULL */
} hp_allowed;

/* One row of a table. A section is a row too, in front of its keys. */
typedef struct hp_key {
    const char *section; /* "" for keys of no section and for sections */
    const char *name;
    hp_key_type type;
    const char *fallback; /* default as YAML text; NULL: required */
    const char *unit;     /* "" for none */
    hp_allowed allowed;
    const char *help;
} hp_key;

/* Check between keys. key: out, the key that is to blame when it fails. */
typedef hp_status (*hp_job_check)(const void *job, const char **key, hp_error *err);

struct hp_schema {
    const char *command; /* subcommand of hadpot that reads such files */
    const hp_key *keys;
    int nkeys;
    const cyaml_schema_value_t *structure; /* all keys optional */
    hp_job_check check;
};

enum { HP_KEY_PATH_SIZE = 128 }; /* room for "section.name" of any key */

/* path = "section.name" or "name"; returns path. */
const char *hp_key_path(const hp_key *key, char path[HP_KEY_PATH_SIZE]);

/* The key, or section, with this path; NULL if there is none. */
const hp_key *hp_schema_find(const hp_schema *schema, const char *path);

/* Records "unknown key" with the key that was probably meant, or those that exist. */
hp_status hp_schema_reject_key(const hp_schema *schema, const char *path, hp_error *err);

/* "list of integers", "choice" and so on. */
const char *hp_key_type_name(const hp_key *key);

/* "> 0", "from 1 to 8", "one of a, b"; empty when everything is allowed. */
void hp_allowed_describe(const hp_allowed *allowed, char *text, size_t size);

/* Load text through schema and table into a job (checks between keys included), as described for
 * hp_job_parse, and release it. */
hp_status hp_schema_parse(const hp_schema *schema, const char *text, void **job, hp_error *err);
void hp_schema_free(const hp_schema *schema, void **job);

/* How a table is written, see config.h. */
/* clang-format off */
#define REQUIRED NULL
#define ANY {.min = -INFINITY, .max = INFINITY}
#define AT_LEAST(x) {.min = (x), .max = INFINITY}
#define ABOVE(x) {.min = (x), .max = INFINITY, .min_excluded = true}
#define FROM_TO(x, y) {.min = (x), .max = (y)}
#define FROM_BELOW(x, y) {.min = (x), .max = (y), .max_excluded = true}
#define ONE_OF(list) {.min = -INFINITY, .max = INFINITY, .choices = (list)}

/* Rows: TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP) inside an array of hp_key. */
#define HP_SKIP(...)
#define HP_ROW_TOP(name, type, fallback, unit, allowed, help)                                      \
    {"", #name, HP_KEY_##type, fallback, unit, allowed, help},
#define HP_ROW_SECTION(section, help) {"", #section, HP_KEY_SECTION, "", "", ANY, help},
#define HP_ROW_KEY(section, name, type, fallback, unit, allowed, help)                             \
    {#section, #name, HP_KEY_##type, fallback, unit, allowed, help},

/* libcyaml: TABLE(HP_SKIP, HP_FIELDS_OPEN, HP_FIELDS_KEY, HP_FIELDS_CLOSE) at file scope makes an
 * array of fields for each section, TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) the
 * entries of the top one. HP_STRUCT is the job's type; offsets count from its beginning. */
#define HP_FIELDS_OPEN(section, help) static const cyaml_schema_field_t section##_fields[] = {
#define HP_FIELDS_KEY(section, name, type, ...) HP_FIELD_##type(#name, HP_STRUCT, section.name),
#define HP_FIELDS_CLOSE(section) CYAML_FIELD_END};
#define HP_FIELD_TOP(name, type, ...) HP_FIELD_##type(#name, HP_STRUCT, name),
#define HP_FIELD_SECTION(section, help)                                                            \
    {.key = #section,                                                                              \
     .data_offset = 0,                                                                             \
     .value = {CYAML_VALUE_MAPPING(CYAML_FLAG_OPTIONAL, HP_STRUCT, section##_fields)}},
/* clang-format on */

#define HP_FIELD_INT(key, type, member) CYAML_FIELD_INT(key, CYAML_FLAG_OPTIONAL, type, member)
#define HP_FIELD_DOUBLE(key, type, member) CYAML_FIELD_FLOAT(key, CYAML_FLAG_OPTIONAL, type, member)
#define HP_FIELD_BOOL(key, type, member) CYAML_FIELD_BOOL(key, CYAML_FLAG_OPTIONAL, type, member)
#define HP_FIELD_STRING(key, type, member)                                                         \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER, type, member, 0,         \
                           CYAML_UNLIMITED)
#define HP_FIELD_LIST(key, type, member, entry)                                                    \
    CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER, type, member.values, \
                               member.count, entry, 0, CYAML_UNLIMITED)
#define HP_FIELD_INT_LIST(key, type, member) HP_FIELD_LIST(key, type, member, &hp_cyaml_int)
#define HP_FIELD_DOUBLE_LIST(key, type, member) HP_FIELD_LIST(key, type, member, &hp_cyaml_double)
#define HP_FIELD_STRING_LIST(key, type, member) HP_FIELD_LIST(key, type, member, &hp_cyaml_string)

/* Entries of lists. */
extern const cyaml_schema_value_t hp_cyaml_int, hp_cyaml_double, hp_cyaml_string;

#endif
