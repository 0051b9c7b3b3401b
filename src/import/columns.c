// SPDX-License-Identifier: GPL-3.0-or-later
#include "columns.h"
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hadpot/memory.h"

/* A double has at most 17 significant digits; longer words are read up to this length. */
enum { WORD_MAX = 64, SHOWN_MAX = 24, FIRST_ROWS = 1024 };

/* Below this a sum of digits is an exact double, and so is a power of ten up to 10^22: their
 * product or quotient is rounded once, as strtod rounds. */
#define EXACT_DIGITS 9007199254740992u
enum { EXACT_POWER = 22, MANY_DIGITS = 19 };

/* Where reading is. */
typedef struct reader {
    const char *at, *end;
    int line;
} reader;

static bool separates(char c) {
    return c == ' ' || c == '\t' || c == ',' || c == '\r' || c == '(' || c == ')';
}

static bool ends_line(const reader *in) {
    return in->at >= in->end || *in->at == '\n' || *in->at == '#' || *in->at == '!';
}

static void skip_separators(reader *in) {
    while (in->at < in->end && separates(*in->at)) in->at++;
}

static void skip_line(reader *in) {
    while (in->at < in->end && *in->at != '\n') in->at++;
    if (in->at < in->end) in->at++;
    in->line++;
}

/* Plain decimal numbers of few digits, which most columns hold, without strtod. word[length] is no
 * digit. Returns whether the whole word was such a number. */
static bool read_short(const char *word, size_t length, double *value) {
    static const double power[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *at = word, *end = word + length;
    bool negative = *at == '-';
    uint64_t digits = 0;
    int ndigit = 0, behind = 0;
    if (*at == '-' || *at == '+') at++;
    for (bool point = false; at < end; at++) {
        if (*at == '.' && !point) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9' || ++ndigit > MANY_DIGITS) return false;
        digits = 10 * digits + (uint64_t)(*at - '0');
        behind += point;
    }
    if (ndigit == 0 || digits > EXACT_DIGITS || behind > EXACT_POWER) return false;
    *value = (double)digits / power[behind];
    if (negative) *value = -*value;
    return true;
}

/* What strtod understands: d and q of Fortran become e, and a sign behind a digit gets its e. */
static bool read_long(const char *word, size_t length, double *value) {
    char copy[WORD_MAX + 2], *end = NULL;
    size_t used = 0;
    bool has_exponent = false;
    if (length >= WORD_MAX || strchr("+-.0123456789", *word) == NULL) return false;
    for (size_t i = 0; i < length; i++) {
        char c = (char)tolower((unsigned char)word[i]);
        bool sign = i > 0 && (c == '-' || c == '+');
        bool letter = c == 'e' || c == 'd' || c == 'q';
        if (!letter && !sign && c != '.' && (c < '0' || c > '9') && i > 0) return false;
        if (!has_exponent && (letter || sign)) copy[used++] = 'e';
        if (!letter) copy[used++] = c;
        if (letter && has_exponent) return false;
        has_exponent = has_exponent || letter || sign;
    }
    copy[used] = '\0';
    *value = strtod(copy, &end);
    return *end == '\0';
}

/* The beginning of a word, in letters that every terminal can print. */
static void show_word(const char *word, size_t length, char shown[SHOWN_MAX + 4]) {
    size_t n = length < SHOWN_MAX ? length : SHOWN_MAX;
    for (size_t i = 0; i < n; i++) shown[i] = word[i] < ' ' || word[i] > '~' ? '?' : word[i];
    snprintf(shown + n, 4, "%s", length > n ? "..." : "");
}

static hp_status read_number(reader *in, int column, double *value, hp_error *err) {
    const char *word = in->at;
    while (!ends_line(in) && !separates(*in->at)) in->at++;
    size_t length = (size_t)(in->at - word);
    HP_REQUIRE(memchr(word, '\0', length) == NULL, HP_ERR_INPUT,
               "line %d: holds a zero byte, expected a text with numbers in columns", in->line);
    if (read_short(word, length, value)) return HP_OK;
    if (read_long(word, length, value) && isfinite(*value)) return HP_OK;
    char shown[SHOWN_MAX + 4];
    show_word(word, length, shown);
    return HP_FAIL(HP_ERR_INPUT,
                   "line %d: column %d is \"%s\", expected a finite number (comments begin with #)",
                   in->line, column + 1, shown);
}

/* One line. row[HP_COLUMNS_MAX]; *ncolumn: 0 in a comment or an empty line. */
static hp_status read_line(reader *in, double *row, int *ncolumn, hp_error *err) {
    *ncolumn = 0;
    for (skip_separators(in); !ends_line(in); skip_separators(in)) {
        HP_REQUIRE(*ncolumn < HP_COLUMNS_MAX, HP_ERR_INPUT, "line %d: has more than %d columns",
                   in->line, HP_COLUMNS_MAX);
        HP_CALL(read_number(in, *ncolumn, &row[*ncolumn], err));
        ++*ncolumn;
    }
    return HP_OK;
}

/* Make room for one more row. */
static hp_status grow(hp_columns *columns, size_t *room, hp_error *err) {
    if (columns->nrow < *room) return HP_OK;
    size_t more = *room > 0 ? 2 * *room : FIRST_ROWS, length = (size_t)columns->ncolumn;
    double *value = hp_alloc(more * length, sizeof *value);
    int *line = hp_alloc(more, sizeof *line);
    if (value != NULL && line != NULL && *room > 0) {
        memcpy(value, columns->value, *room * length * sizeof *value);
        memcpy(line, columns->line, *room * sizeof *line);
    }
    hp_free(columns->value);
    hp_free(columns->line);
    columns->value = value;
    columns->line = line;
    HP_REQUIRE(value != NULL && line != NULL, HP_ERR_MEMORY, "no memory for %zu rows of columns",
               more);
    *room = more;
    return HP_OK;
}

/* Append a row that must have as many columns as those before. */
static hp_status put_row(hp_columns *columns, size_t *room, const double *row, int found, int line,
                         hp_error *err) {
    bool first = columns->nrow == 0;
    if (columns->ncolumn == 0) columns->ncolumn = found;
    char as[48] = "";
    if (!first) snprintf(as, sizeof as, " as in line %d", columns->line[0]);
    HP_REQUIRE(found == columns->ncolumn, HP_ERR_INPUT, "line %d: has %d column%s, expected %d%s",
               line, found, found == 1 ? "" : "s", columns->ncolumn, as);
    HP_CALL(grow(columns, room, err));
    memcpy(columns->value + columns->nrow * (size_t)found, row, (size_t)found * sizeof *row);
    columns->line[columns->nrow++] = line;
    return HP_OK;
}

hp_status hp_columns_read(const char *text, size_t size, int ncolumn, hp_columns *columns,
                          hp_error *err) {
    hp_status status = HP_OK;
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, which some editors put in front */
    reader in = {text, text + size, 1};
    double row[HP_COLUMNS_MAX];
    size_t room = 0;
    *columns = (hp_columns){.ncolumn = ncolumn};
    if (size >= 3 && memcmp(text, mark, 3) == 0) in.at += 3;
    while (in.at < in.end) {
        int found = 0;
        HP_TRY(read_line(&in, row, &found, err));
        if (found > 0) HP_TRY(put_row(columns, &room, row, found, in.line, err));
        skip_line(&in);
    }
    HP_CHECK(columns->nrow > 0, HP_ERR_INPUT, "holds no numbers, expected rows of %s",
             ncolumn > 0 ? "the columns that are named" : "columns");
cleanup:
    if (status != HP_OK) hp_columns_destroy(columns);
    return status;
}

void hp_columns_destroy(hp_columns *columns) {
    if (columns == NULL) return;
    hp_free(columns->value);
    hp_free(columns->line);
    *columns = (hp_columns){0};
}
