// SPDX-License-Identifier: GPL-3.0-or-later
#include "pattern.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "hadpot/format.h"
#include "hadpot/import.h"
#include "hadpot/memory.h"

/* Parts in a name: each of them multiplies the ways in which a pattern can fit; and words that are
 * tried for one name, some 0.05 s (usual patterns need tens to thousands). */
enum { TIME_DIGITS = 6, MOST_PARTS = 8, MOST_TRIES = 50000 };

static const char configuration_part[] = "{configuration}", source_part[] = "{source}",
                  time_part[] = "{t}";

static bool begins_with(const char *text, const char *part) {
    return strncmp(text, part, strlen(part)) == 0;
}

bool hp_pattern_has(const char *pattern, const char *part) {
    return strstr(pattern, part) != NULL;
}

/* Parts and stars between two slashes; stars side by side are one. */
static int count_parts(const char *pattern) {
    int most = 0, n = 0;
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '/') n = 0;
        n += *at == '{' || (*at == '*' && at[1] != '*');
        if (n > most) most = n;
    }
    return most;
}

hp_status hp_pattern_check(const char *pattern, hp_error *err) {
    HP_REQUIRE(pattern[0] != '/' && strlen(pattern) < HP_MATCH_PATH, HP_ERR_INPUT,
               "\"%.80s\" must be a name, or a path, below tree", pattern);
    for (const char *at = strpbrk(pattern, "{}"); at != NULL; at = strpbrk(at + 1, "{}")) {
        bool known = begins_with(at, configuration_part) || begins_with(at, source_part) ||
                     begins_with(at, time_part);
        HP_REQUIRE(known, HP_ERR_INPUT,
                   "\"%.*s\" in \"%.80s\", expected {configuration}, {source} or {t}",
                   (int)strcspn(at, "}") + (strchr(at, '}') != NULL), at, pattern);
        at = strchr(at, '}');
    }
    int n = count_parts(pattern);
    HP_REQUIRE(n <= MOST_PARTS, HP_ERR_INPUT,
               "\"%.80s\" has %d parts and stars in one name, expected at most %d", pattern, n,
               MOST_PARTS);
    return HP_OK;
}

/* Whether `length` characters may be what a part stands for. */
static bool may_be_word(const char *name, size_t length, bool of_source) {
    if (length == 0 || length >= HP_MATCH_WORD) return false;
    if (!of_source) return isdigit((unsigned char)name[length - 1]) != 0;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-') return false;
    return true;
}

/* Take the first `length` characters of a name for a word, unless it was another one before. */
static bool take_word(const char *name, size_t length, bool of_source, hp_match *match) {
    char *word = of_source ? match->source : match->configuration;
    if (!may_be_word(name, length, of_source)) return false;
    if (word[0] != '\0') return strlen(word) == length && memcmp(word, name, length) == 0;
    memcpy(word, name, length);
    word[length] = '\0';
    return true;
}

static bool take_time(const char *name, size_t length, hp_match *match) {
    if (length == 0 || length > TIME_DIGITS) return false;
    for (size_t i = 0; i < length; i++)
        if (!isdigit((unsigned char)name[i])) return false;
    char digits[TIME_DIGITS + 1] = "";
    memcpy(digits, name, length);
    int t = atoi(digits);
    if (match->t >= 0) return match->t == t;
    match->t = t;
    return true;
}

/* A configuration does not begin in the middle of a number: digits of one number stay together. */
static bool splits_number(const char *name, size_t length) {
    return length > 0 && isdigit((unsigned char)name[length - 1]) &&
           isdigit((unsigned char)name[length]);
}

/* left: words that may still be tried; below 0: given up. */
static bool fits(const char *pattern, const char *name, hp_match *match, int *left) {
    while (*pattern != '\0' && *pattern != '{' && *pattern != '*')
        if (*pattern++ != *name++) return false;
    if (*pattern == '\0') return *name == '\0';
    while (pattern[0] == '*' && pattern[1] == '*') pattern++;
    bool any = *pattern == '*', time = begins_with(pattern, time_part);
    bool source = begins_with(pattern, source_part);
    const char *rest = any ? pattern + 1 : strchr(pattern, '}') + 1;
    const size_t all = strlen(name);
    for (size_t i = 0; i <= all && --*left >= 0; i++) {
        hp_match tried = *match;
        size_t length = any ? all - i : i;
        bool taken = any || (time ? take_time(name, length, &tried)
                                  : take_word(name, length, source, &tried));
        if (!taken || ((!any || *rest == '{') && splits_number(name, length))) continue;
        if (!fits(rest, name + length, &tried, left)) continue;
        *match = tried;
        return true;
    }
    return false;
}

bool hp_pattern_match(const char *pattern, const char *name, hp_match *match) {
    int left = MOST_TRIES;
    return fits(pattern, name, match, &left);
}

/* The same with an error where it is given up. */
static hp_status match_name(const char *pattern, const char *name, hp_match *match, bool *fit,
                            hp_error *err) {
    int left = MOST_TRIES;
    *fit = fits(pattern, name, match, &left);
    HP_REQUIRE(
        *fit || left >= 0, HP_ERR_INPUT,
        "\"%.80s\" may fit the name \"%.80s\" in more than %d ways, expected fewer stars and "
        "parts",
        pattern, name, MOST_TRIES);
    return HP_OK;
}

/* One level of folders. */
typedef struct level {
    const char *tree;
    hp_pattern_found found;
    void *context;
    int *nfound;
} level;

static hp_status find_below(const level *in, const char *folder, const char *pattern,
                            const hp_match *match, hp_error *err);

/* Go into the entry `name` of a folder, or tell of it if it is what the pattern ends with. */
static hp_status take_entry(const level *in, const char *folder, const char *name, const char *rest,
                            const hp_match *match, hp_error *err) {
    char below[HP_MATCH_PATH], path[2 * HP_MATCH_PATH];
    struct stat there;
    int length = snprintf(below, sizeof below, "%s%s%s", folder, *folder != '\0' ? "/" : "", name);
    HP_REQUIRE(length < (int)sizeof below, HP_ERR_INPUT, "\"%.200s...\" is too long a path", below);
    snprintf(path, sizeof path, "%s/%s", in->tree, below);
    if (stat(path, &there) != 0 || S_ISDIR(there.st_mode) != (rest != NULL)) return HP_OK;
    if (rest != NULL) return find_below(in, below, rest, match, err);
    ++*in->nfound;
    return in->found(folder, name, match, in->context, err);
}

static hp_status find_below(const level *in, const char *folder, const char *pattern,
                            const hp_match *match, hp_error *err) {
    hp_status status = HP_OK;
    char component[HP_MATCH_PATH], path[2 * HP_MATCH_PATH], **list = NULL;
    int n = 0;
    const char *slash = strchr(pattern, '/'), *rest = slash != NULL ? slash + 1 : NULL;
    snprintf(component, sizeof component, "%.*s",
             (int)(slash != NULL ? (size_t)(slash - pattern) : strlen(pattern)), pattern);
    if (strpbrk(component, "{*") == NULL)
        return take_entry(in, folder, component, rest, match, err);
    snprintf(path, sizeof path, "%s/%s", in->tree, folder);
    HP_TRY(hp_import_list(path, &list, &n, err));
    for (int i = 0; i < n; i++) {
        hp_match deeper = *match;
        bool fit = false;
        HP_TRY(match_name(component, list[i], &deeper, &fit, err));
        if (!fit) continue;
        HP_TRY(take_entry(in, folder, list[i], rest, &deeper, err));
    }
cleanup:
    hp_free(list);
    return status;
}

hp_status hp_pattern_find(const char *tree, const char *pattern, hp_pattern_found found,
                          void *context, int *nfound, hp_error *err) {
    const level in = {tree, found, context, nfound};
    const hp_match nothing = HP_MATCH_NOTHING;
    HP_CALL(hp_pattern_check(pattern, err));
    return find_below(&in, "", pattern, &nothing, err);
}

/* The first names that are found. */
enum { EXAMPLES = 3, LIST_SIZE = 512 };
typedef struct examples {
    char list[LIST_SIZE];
    int n;
} examples;

static hp_status keep_example(const char *folder, const char *name, const hp_match *match,
                              void *context, hp_error *err) {
    examples *found = context;
    (void)match;
    (void)err;
    if (++found->n <= EXAMPLES)
        hp_format_append(found->list, LIST_SIZE, "%s%s%s%s", found->n > 1 ? ", " : "", folder,
                         *folder != '\0' ? "/" : "", name);
    return HP_OK;
}

hp_status hp_pattern_reject(const char *key, const char *tree, const char *pattern, hp_error *err) {
    static const char *const depths[] = {"*", "*/*", "*/*/*", "*/*/*/*"};
    examples found = {.n = 0};
    for (size_t i = 0; found.n == 0 && i < sizeof depths / sizeof *depths; i++) {
        int n = 0;
        HP_CALL(hp_pattern_find(tree, depths[i], keep_example, &found, &n, err));
    }
    return HP_FAIL(HP_ERR_INPUT, "%s: no file in \"%s\" is named \"%s\", found %s%s", key, tree,
                   pattern, found.n > 0 ? found.list : "no files",
                   found.n > EXAMPLES ? ", ..." : "");
}
