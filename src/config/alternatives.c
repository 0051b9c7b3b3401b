// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/alternatives.h"
#include <stdio.h>
#include <string.h>
#include "hadpot/memory.h"
#include "schema.h"

/* What stands between assignments. */
#define SEPARATORS " \t;"

#define NAME_OF_KEY(section, name, ...) #name,
static const char *const group_name[HP_NGROUP] = {HP_VARIATION_KEYS(NAME_OF_KEY)};

/* Alternatives get empty lists: they have no alternatives of their own. */
#define EMPTY_LIST(section, name, ...) #section "." #name "=[]",
static char *const without_variations[HP_NGROUP] = {HP_VARIATION_KEYS(EMPTY_LIST)};

const char *hp_variation_group(int group) {
    return group_name[group];
}

const char *hp_variation_listed(int group) {
    static const char *const why[HP_NGROUP] = {
        [HP_GROUP_ansatz] = "is another form, of which the total band is the error",
        [HP_GROUP_envelope] = "is another form, of which the total band is the error",
        [HP_GROUP_seed] = "is a check of convergence"};
    return why[group];
}

/* The next assignment of an entry, cut off in place; NULL when there is none. */
static char *next_assignment(char **rest) {
    char *start = *rest + strspn(*rest, SEPARATORS), *end = start, quote = '\0';
    int depth = 0;
    if (*start == '\0') return NULL;
    for (; *end != '\0'; end++) {
        if (quote != '\0')
            quote = *end == quote ? '\0' : quote;
        else if (*end == '"' || *end == '\'')
            quote = *end;
        else if (depth <= 0 && strchr(SEPARATORS, *end) != NULL)
            break;
        else
            depth += (*end == '[' || *end == '{') - (*end == ']' || *end == '}');
    }
    *rest = end + (*end != '\0');
    *end = '\0';
    return start;
}

/* A key that exists must be one of those that may be varied; unknown ones are left to the merge.
 * It has not been assigned earlier in the entry. */
static hp_status check_key(const char *assignment, char *const *earlier, int nearlier,
                           hp_error *err) {
    char path[HP_KEY_PATH_SIZE], others[HP_KEY_LIST_SIZE];
    int length = (int)strcspn(assignment, "=");
    for (int i = 0; i < nearlier; i++)
        HP_REQUIRE((int)strcspn(earlier[i], "=") != length ||
                       strncmp(assignment, earlier[i], (size_t)length) != 0,
                   HP_ERR_INPUT, "%.*s is given twice", length, assignment);
    snprintf(path, sizeof path, "%.*s", length, assignment);
    const hp_key *key = hp_schema_find(&hp_job_schema, path);
    if (key == NULL || hp_schema_rules(&hp_job_schema, key) & HP_RULE_MAY_VARY) return HP_OK;
    hp_schema_list(&hp_job_schema, NULL, HP_RULE_MAY_VARY, others);
    HP_REQUIRE(false, HP_ERR_INPUT,
               "%s may not be varied: alternatives differ in how the same observables are found "
               "from the same samples; %s may",
               path, others);
    return HP_OK;
}

/* "output='OUTPUT/variations/NAME'", quotes doubled as YAML wants them. */
static hp_status name_output(const hp_job *job, const char *name, char **assignment,
                             hp_error *err) {
    size_t size = 2 * strlen(job->output) + strlen(name) + sizeof "output='/variations/'", at;
    HP_ALLOCATE(*assignment, size);
    at = (size_t)snprintf(*assignment, size, "output='");
    for (const char *c = job->output; *c != '\0'; c++) {
        if (*c == '\'') (*assignment)[at++] = '\'';
        (*assignment)[at++] = *c;
    }
    snprintf(*assignment + at, size - at, "/variations/%s'", name);
    return HP_OK;
}

static hp_status add_entry(const hp_job *job, const char *effective_job, hp_alternative *to,
                           hp_error *err) {
    hp_status status = HP_OK;
    char *text = hp_copy_string(to->assignments), ** override = NULL, *rest = text;
    char *central = NULL, *changed = NULL;
    int count = 1;
    HP_CHECK(text != NULL, HP_ERR_MEMORY, "no memory for a job");
    HP_NEW(override, strlen(text) + 1 + HP_NGROUP);
    HP_TRY(name_output(job, to->name, &override[0], err));
    for (char *one; (one = next_assignment(&rest)) != NULL; override[count++] = one) {
        HP_TRY(check_key(one, override + 1, count - 1, err));
    }
    HP_CHECK(count > 1, HP_ERR_USAGE, "expected KEY=VALUE such as fit.times=[12], found nothing");
    for (int i = 0; i < HP_NGROUP; i++) override[count++] = without_variations[i];
    HP_TRY(hp_config_merge_text(&hp_job_schema, "the job", effective_job, override, count,
                                &to->effective_job, err));
    /* It differs from the job in what it computes. */
    HP_TRY(hp_config_select_counted(&hp_job_schema, effective_job, &central, err));
    HP_TRY(hp_config_select_counted(&hp_job_schema, to->effective_job, &changed, err));
    HP_CHECK(strcmp(changed, central) != 0, HP_ERR_INPUT,
             "%s changes nothing: the job has these values already", to->assignments);
cleanup:
    hp_free(central);
    hp_free(changed);
    if (override != NULL) hp_free(override[0]);
    hp_free(override);
    hp_free(text);
    return status;
}

hp_status hp_alternatives_create(const char *effective_job, hp_alternatives *alternatives,
                                 hp_error *err) {
    hp_status status = HP_OK;
    hp_job *job = NULL;
    int total = 0;
    *alternatives = (hp_alternatives){0};
    HP_TRY(hp_job_parse(effective_job, &job, err));
#define LIST_OF_KEY(section, name, ...) &job->section.name,
    const hp_string_list *const lists[HP_NGROUP] = {HP_VARIATION_KEYS(LIST_OF_KEY)};
    for (int group = 0; group < HP_NGROUP; group++) total += lists[group]->count;
    HP_NEW(alternatives->entry, total);
    for (int group = 0; group < HP_NGROUP; group++)
        for (int i = 0; i < lists[group]->count; i++) {
            hp_alternative *entry = &alternatives->entry[alternatives->count++];
            entry->group = group;
            entry->number = i + 1;
            snprintf(entry->name, sizeof entry->name, "%s_%d", group_name[group], i + 1);
            entry->assignments = hp_copy_string(lists[group]->values[i]);
            HP_CHECK(entry->assignments != NULL, HP_ERR_MEMORY, "no memory for an alternative");
            HP_TRY_IN(add_entry(job, effective_job, entry, err), "variations.%s entry %d",
                      group_name[group], i + 1);
        }
cleanup:
    hp_job_free(&job);
    if (status != HP_OK) hp_alternatives_destroy(alternatives);
    return status;
}

void hp_alternatives_destroy(hp_alternatives *alternatives) {
    for (int i = 0; i < alternatives->count; i++) {
        hp_free(alternatives->entry[i].assignments);
        hp_free(alternatives->entry[i].effective_job);
    }
    hp_free(alternatives->entry);
    *alternatives = (hp_alternatives){0};
}
