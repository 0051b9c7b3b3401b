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

/* What another key must be for a key to have effect; a key that the job has not never stands in
 * the way. OR stands between conditions that must all hold and others that must all hold. */
typedef struct hp_condition {
    const char *key;    /* a key, or a section: "none" when all its keys have defaults */
    const char *values; /* "a|b" */
    unsigned kinds;     /* or kinds of potential with one of these flags */
    bool other, or_else;
} hp_condition;

/* Rules of a key, those of a section hold for its keys. */
enum {
    HP_RULE_ASCENDING = 1,
    HP_RULE_DISTINCT = 2,
    HP_RULE_OR_EMPTY = 4,     /* as many as another one, or empty */
    HP_RULE_NEEDED = 8,       /* this or what may stand instead of it must be given */
    HP_RULE_NOT_COUNTED = 16, /* does not enter the fingerprint */
    HP_RULE_MAY_VARY = 32     /* alternatives of a job may set it */
};

/* One row of a table. A section is a row too, in front of its keys. */
typedef struct hp_key {
    const char *section; /* "" for keys of no section and for sections */
    const char *name;
    hp_key_type type;
    const char *fallback; /* default as YAML text; NULL: required */
    const char *unit;     /* "" for none */
    hp_allowed allowed;
    const char *help;
    /* Rules; NULL or 0: none. Other keys by path, or those of the same section by name. */
    unsigned rules;
    bool quiet;             /* the effective job has it only where it is not the default */
    const char *instead_of; /* at most one of the keys that are instead of one, and that one */
    const char *as_many_as; /* list of equal length, or what is given instead of it */
    const char *below[2];   /* numbers that are larger; 0 where that is the default: no limit */
    const char *at_most;    /* likewise, or equal */
    hp_condition when[6];   /* the key has effect; up to one without key */
} hp_key;

/* Check between keys that no column can say. key: out, the key that is to blame. */
typedef hp_status (*hp_job_check)(const void *job, const char **key, hp_error *err);

struct hp_schema {
    const char *command; /* subcommand of hadpot that reads such files */
    const hp_key *keys;
    int nkeys;
    const cyaml_schema_value_t *structure; /* all keys optional */
    hp_job_check check;                    /* or NULL */
};

/* Room for "section.name" of any key, and for a list of them. */
enum { HP_KEY_PATH_SIZE = 128, HP_KEY_LIST_SIZE = 1024 };

/* path = "section.name" or "name"; returns path. */
const char *hp_key_path(const hp_key *key, char path[HP_KEY_PATH_SIZE]);

/* The key, or section, with this path; NULL if there is none. */
const hp_key *hp_schema_find(const hp_schema *schema, const char *path);

/* The key that a rule of another one names: one of its section, or the one with this path. */
const hp_key *hp_schema_find_beside(const hp_schema *schema, const hp_key *key, const char *name);

/* The rules of a key and of its section. */
unsigned hp_schema_rules(const hp_schema *schema, const hp_key *key);

/* Whether the key or its section is quiet. */
bool hp_schema_is_quiet(const hp_schema *schema, const hp_key *key);

/* "a, b, c": the keys of a section (NULL: paths of all), or sections, with these rules (0: any). */
void hp_schema_list(const hp_schema *schema, const char *section, unsigned rules,
                    char list[HP_KEY_LIST_SIZE]);

/* Records "unknown key" with the key that was probably meant, or those that exist. */
hp_status hp_schema_reject_key(const hp_schema *schema, const char *path, hp_error *err);

/* "list of integers", "choice" and so on. */
const char *hp_key_type_name(const hp_key *key);

/* "> 0", "from 1 to 8", "one of a, b"; empty when everything is allowed. */
void hp_allowed_describe(const hp_allowed *allowed, char *text, size_t size);

/* Load a complete and valid text into a new job, and release it. Errors: HP_ERR_MEMORY. */
hp_status hp_schema_load(const hp_schema *schema, const char *text, void **job, hp_error *err);
void hp_schema_free(const hp_schema *schema, void **job);

/* A job from text, as described for hp_job_parse. */
hp_status hp_schema_parse(const hp_schema *schema, const char *text, void **job, hp_error *err);

/* How a table is written, see config.h. What is allowed is expanded last, as some preprocessors
 * take its commas for those of arguments. */
/* clang-format off */
#define REQUIRED NULL
#define HP_ALLOW_ANY {.min = -INFINITY, .max = INFINITY}
#define HP_ALLOW_AT_LEAST(x) {.min = (x), .max = INFINITY}
#define HP_ALLOW_ABOVE(x) {.min = (x), .max = INFINITY, .min_excluded = true}
#define HP_ALLOW_FROM_TO(x, y) {.min = (x), .max = (y)}
#define HP_ALLOW_FROM_BELOW(x, y) {.min = (x), .max = (y), .max_excluded = true}
#define HP_ALLOW_ONE_OF(list) {.min = -INFINITY, .max = INFINITY, .choices = (list)}
#define ASCENDING .rules = HP_RULE_ASCENDING
#define DISTINCT .rules = HP_RULE_DISTINCT
#define OR_EMPTY .rules = HP_RULE_OR_EMPTY
#define NEEDED .rules = HP_RULE_NEEDED
#define NOT_COUNTED .rules = HP_RULE_NOT_COUNTED
#define MAY_VARY .rules = HP_RULE_MAY_VARY
#define QUIET .quiet = true
#define SHOWN .quiet = false
#define INSTEAD_OF(path) .instead_of = (path)
#define AS_MANY_AS(path) .as_many_as = (path)
#define BELOW(...) .below = {__VA_ARGS__}
#define AT_MOST(path) .at_most = (path)
#define WHEN(...) .when = {__VA_ARGS__}
#define IS(path, list) {.key = (path), .values = (list)}
#define NOT(path, list) {.key = (path), .values = (list), .other = true}
#define KIND(flags) {.key = "potential.kind", .kinds = (flags)}
#define OR {.or_else = true}

/* Rows inside an array of hp_key, and libcyaml: an array of fields for each section, then the top
 * one. HP_STRUCT is the job's type; offsets count from its beginning. */
#define HP_SKIP(...)
#define HP_ROW_TOP(n, t, f, u, a, ...)                                                             \
    {.section = "", .name = #n, .type = HP_KEY_##t, .fallback = f, .unit = u,                      \
     .allowed = HP_ALLOW_##a, .help = __VA_ARGS__},
#define HP_ROW_SECTION(s, ...)                                                                     \
    {.section = "", .name = #s, .type = HP_KEY_SECTION, .fallback = "", .unit = "",                \
     .allowed = HP_ALLOW_ANY, .help = __VA_ARGS__},
#define HP_ROW_KEY(s, n, t, f, u, a, ...)                                                          \
    {.section = #s, .name = #n, .type = HP_KEY_##t, .fallback = f, .unit = u,                      \
     .allowed = HP_ALLOW_##a, .help = __VA_ARGS__},
#define HP_FIELDS_OPEN(section, ...) static const cyaml_schema_field_t section##_fields[] = {
#define HP_FIELDS_KEY(section, name, type, ...) HP_FIELD_##type(#name, HP_STRUCT, section.name),
#define HP_FIELDS_CLOSE(section) CYAML_FIELD_END};
#define HP_FIELD_TOP(name, type, ...) HP_FIELD_##type(#name, HP_STRUCT, name),
#define HP_FIELD_SECTION(section, ...)                                                             \
    {.key = #section,                                                                              \
     .data_offset = 0,                                                                             \
     .value = {CYAML_VALUE_MAPPING(CYAML_FLAG_OPTIONAL, HP_STRUCT, section##_fields)}},

/* Everything of a kind of job file: at file scope, with HP_STRUCT defined as its struct. */
#define HP_DEFINE_TABLE(TABLE)                                                                     \
    static const hp_key keys[] = {TABLE(HP_ROW_TOP, HP_ROW_SECTION, HP_ROW_KEY, HP_SKIP)};         \
    TABLE(HP_SKIP, HP_FIELDS_OPEN, HP_FIELDS_KEY, HP_FIELDS_CLOSE)                                 \
    static const cyaml_schema_field_t fields[] = {                                                 \
        TABLE(HP_FIELD_TOP, HP_FIELD_SECTION, HP_SKIP, HP_SKIP) CYAML_FIELD_END};                  \
    static const cyaml_schema_value_t structure = {                                                \
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, HP_STRUCT, fields)};
#define HP_DEFINE_SCHEMA(job_type, subcommand, check_function)                                     \
    const hp_schema job_type##_schema = {.command = subcommand,                                    \
                                         .keys = keys,                                             \
                                         .nkeys = sizeof keys / sizeof *keys,                      \
                                         .structure = &structure,                                  \
                                         .check = check_function};                                 \
    hp_status job_type##_parse(const char *effective_yaml, job_type **job, hp_error *err) {        \
        void *data = NULL;                                                                         \
        hp_status status = hp_schema_parse(&job_type##_schema, effective_yaml, &data, err);        \
        *job = data;                                                                               \
        return status;                                                                             \
    }                                                                                              \
    void job_type##_free(job_type **job) {                                                         \
        void *data = *job;                                                                         \
        hp_schema_free(&job_type##_schema, &data);                                                 \
        *job = NULL;                                                                               \
    }
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
