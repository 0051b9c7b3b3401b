// SPDX-License-Identifier: GPL-3.0-or-later
/* The record: everything that a command found, without a word on files or on who found it.
 *
 *     axes      named, with labels: momenta, radii, sources, ...
 *     rows      one row is one quantity: a part of the vector of every sample, or a constant
 *     groups    the vectors of all samples [average, sample_1 .. sample_n], with the rule of errors
 *     facts     single numbers and words: attributes of results.h5, keys of summary.yaml
 *     notes     what a reader must know (warnings), put by the stage that knows
 *     tables, sheets, texts   the other files
 *
 * A module lists its rows in a static table beside its code and adds them to the record; nothing
 * else need be touched: results.h5, CSV, summary, budget, covariances and figures follow. Writers
 * (results.h) walk the record. The same record, before any group is known, is the layout of the
 * vector of one sample, which samples fill and checkpoints keep.
 *
 * Functions that add to a record do not fail one by one: running out of memory is remembered and
 * reported by hp_record_check. Strings of rows, axes and places are borrowed and must live as long
 * as the record (literals, or copies by hp_record_copy); all other texts and values are copied. No
 * MPI, no files; nothing here is collective. */
#ifndef HADPOT_RECORD_H
#define HADPOT_RECORD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include "hadpot/error.h"
#include "hadpot/format.h"
#include "hadpot/sample_rule.h"

enum { HP_MAX_AXES = 6 };

/* How values are subtracted and what their bands mean. */
typedef enum hp_compare {
    HP_PLAIN,
    HP_MODULO_180, /* a phase in degrees: modulo 180 where the guide, a number of bound states,
                      differs */
    HP_POLE,       /* infinite where the guide is 0, or a multiple of 180 if that is a phase: there
                      the value has no error; if no phase, it is a constant over the guide, which
                      decides where the value is above `scale` */
    HP_UNBOUND,    /* nan: a state that is not bound, and so at threshold, where the value is 0 */
    HP_FOUND,      /* nan: was not found; the error is that of the samples that have it */
    HP_FREE_LEVELS /* a place among levels of free hadrons, which are at 0, 180, 360, ...: there
                      what it guides is infinite, but not below 0 */
} hp_compare;

/* What else is done with a row; bits of hp_row.roles. */
enum {
    HP_BUDGET = 1,     /* alternatives are compared in it */
    HP_COVARIANCE = 2, /* has a covariance matrix along its last axis, if the job wants any */
    HP_COUNT = 4,      /* an integer, whose average says it all */
    HP_BARE = 8,       /* its error is not written: it is one itself, or a quality of the fit */
    HP_SUMMARY = 16,   /* is in the summary under the last part of its path */
    HP_DRAWN = 32      /* has a total band, where there are draws */
};

struct hp_record;

/* One quantity. With a table (a CSV file) its values are a column of that name, or of the last part
 * of the path; for an element of several in a list and in the summary "%zu" in it becomes the
 * number of the element, from 1 on. */
typedef struct hp_row {
    const char *path;              /* of the dataset, "scattering/delta_deg" */
    const char *unit, *text;       /* text: what it is, one line */
    const char *axis[HP_MAX_AXES]; /* names of axes, outermost first, then NULL */
    hp_compare compare;
    const char *guide;          /* path of the row that decides it */
    double scale;               /* HP_POLE: the value is itself the better number below this */
    const char *table, *column; /* NULL: in no CSV file */
    const char *summary;        /* key, "/" between levels; NULL: not in the summary */
    int place;                  /* on the last screen, from 1 on; of rows with one place the last is
                                   there; 0: it is not */
    const char *symbol; /* what it is called there, "B_%zu"; a guide of HP_POLE has one, too */
    const char *twin;   /* path of the row that is its numerical error */
    const char *key;    /* of the job, "fit.r_max_fm": this is the value of it in use */
    const char *const *words; /* of integers (HP_BARE if sampled): what they stand for, by value */
    unsigned roles;
    /* Fills the row (all its elements) from others of the same vector; NULL: the producer does. */
    void (*derive)(const struct hp_record *record, const double *vector, double *out);
} hp_row;

/* A row of which nothing else is to be said: path, unit, text, names of axes. */
#define HP_PLAIN_ROW(of_path, of_unit, of_text, ...)                                               \
    {                                                                                              \
        .path = (of_path), .unit = (of_unit), .text = (of_text), .axis = { __VA_ARGS__ }           \
    }

/* Labels of an axis: one of value, integer and name. */
typedef struct hp_label {
    const char *column;      /* of CSV files; NULL: the last part of the path */
    const char *path;        /* of a dataset of values; NULL: none is written */
    const char *unit, *text; /* of that dataset */
    const char *key;         /* of the job: these are the values of it in use */
    const char *symbol;      /* of values along which rows are curves, on the last screen */
    bool aside;              /* no column of CSV files: a row is */
    const double *value;     /* (extent) */
    const int *integer;      /* (extent) */
    const char *const *name; /* (extent) */
} hp_label;

enum { HP_MAX_LABELS = 3 };
typedef struct hp_axis_entry {
    const char *name;
    size_t extent;
    bool slim; /* of extent 1 it is no axis of the dataset */
    int nlabel;
    hp_label label[HP_MAX_LABELS];
} hp_axis_entry;

/* A row of this record. */
typedef struct hp_entry {
    hp_row row; /* its axes are those that the dataset has */
    int naxis;
    size_t extent[HP_MAX_AXES];
    size_t count;           /* product of extents */
    size_t start;           /* of a sampled row: its place in the vector */
    const double *constant; /* (count) of a constant row, else NULL */
    const int *integer;     /* (count) of a constant row of integers, else NULL */
    const double *total;    /* (3, count) total band: centre, its error downwards and upwards;
                               NULL: none */
} hp_entry;

/* A part of the vector of every sample; else a constant. */
static inline bool hp_entry_is_sampled(const hp_entry *entry) {
    return entry->constant == NULL && entry->integer == NULL;
}

/* A group of vectors and what it means: resampled sets, or draws from all that the data allow,
 * whose bands are percentiles. */
typedef enum hp_group { HP_SAMPLES, HP_DRAWS, HP_NROW_GROUPS } hp_group;
typedef struct hp_rows {
    int n; /* vectors after the first; nsample of the rule, unless fewer are computed; draws,
              of which there is no first */
    double *value; /* (1 + n, length) the average first, (n, length) draws; borrowed */
    hp_sample_rule rule;
    bool has_rule;                  /* false: one vector without errors, as of a given potential */
    const struct hp_record *layout; /* of draws, which have some of the rows; borrowed */
} hp_rows;

/* A systematic error, upwards and downwards; both >= 0, inf where it has no bound, nan where
 * nothing is known of it. */
typedef struct hp_systematic {
    double plus, minus;
} hp_systematic;

/* Where a fact stands; NULL: not there. */
typedef struct hp_place {
    const char *object, *attribute; /* of results.h5: "/", "bin" */
    const char *summary;            /* key of summary.yaml, "/" between levels */
} hp_place;

typedef enum hp_fact_kind { HP_TEXT, HP_INTEGER, HP_NUMBER, HP_TRUTH } hp_fact_kind;
typedef struct hp_fact {
    hp_place place;
    const char *head; /* of a text on the last screen; NULL: it is not there */
    hp_fact_kind kind;
    int count;               /* 0: a single one */
    const char *const *text; /* (count or 1), and so on */
    const int *integer;
    const double *number;
} hp_fact;

/* How grave a note is. */
typedef enum hp_severity {
    HP_REMARK,  /* something to know */
    HP_CAUTION, /* numbers may be wrong */
    HP_FAILURE  /* numbers are wrong: the program ends with exit code 1 */
} hp_severity;
typedef struct hp_note {
    hp_severity severity;
    int cases;         /* how many samples, momenta, ... are concerned; 0: does not apply */
    const char *fails; /* why an alternative fails for it, "did not converge"; NULL: it does not */
    const char *text;
} hp_note;

/* A CSV file: WIDE, a line for each point of the axes of its rows; STATES, those of them alone
 * whose first sampled value is not nan; LIST, a line for each element of its rows. Its header line
 * follows from the columns. */
typedef enum hp_form { HP_WIDE, HP_LIST, HP_STATES } hp_form;
typedef struct hp_table {
    const char *name; /* "phase_shift": phase_shift.csv */
    hp_form form;
    const char *comment; /* lines without "# "; NULL: none */
} hp_table;

/* A CSV file that is no view of rows, line by line. */
typedef struct hp_cell {
    const char *text; /* NULL: a number */
    double number;
} hp_cell;
typedef struct hp_record_sheet {
    const char *name, *comment;
    const char *header; /* names of the columns with commas between them */
    int nline, ncolumn;
    hp_cell *cell; /* (nline, ncolumn) */
} hp_record_sheet;

/* A text file: the job. */
typedef struct hp_text_file {
    const char *name, *text;
} hp_text_file;

typedef struct hp_record {
    size_t length; /* doubles of the vector of one sample */
    int naxis, nentry, nfact, nnote, ntable, nsheet, ntext;
    hp_axis_entry *axis;
    hp_entry *entry;
    hp_fact *fact;
    hp_note *note;
    hp_table *table;
    hp_record_sheet *sheet;
    hp_text_file *text;
    hp_rows group[HP_NROW_GROUPS];
    double *plus, *minus;  /* (length) systematic errors of rows with HP_BUDGET; NULL: none */
    bool corrects_bias;    /* biases and corrected values are written, too */
    const char *channel;   /* the first line of CSV files */
    const char *headline;  /* their second line; NULL: none */
    const char *file_name; /* of the HDF5 file; NULL: results.h5 */
    int nblock;
    void **block;      /* all that it owns */
    bool failed;       /* memory ran out */
    const char *wrong; /* what cannot be recorded, the first of it; NULL: nothing */
} hp_record;

/* An empty record; release all that it owns. */
void hp_record_create(hp_record *record);
void hp_record_destroy(hp_record *record);

/* Whether all that was added is there. Errors: HP_ERR_MEMORY; HP_ERR_INTERNAL, a row or label of an
 * axis that nobody added, an axis of two extents, or too many axes or labels. */
hp_status hp_record_check(const hp_record *record, hp_error *err);

/* A formatted text that lives as long as the record ("" when memory has run out). */
const char *hp_record_copy(hp_record *record, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A zeroed block of count * size bytes that lives as long; NULL when memory has run out. */
void *hp_record_room(hp_record *record, size_t count, size_t size);

/* An axis of this extent; 0: rows with it are not there. An axis may be added again as it
 * is. Labels are copied, their strings but names borrowed. */
void hp_record_add_axis(hp_record *record, const char *name, size_t extent);

/* An axis that is no axis of datasets where it has one element: components, and switches of extent
 * 1 or 0. */
void hp_record_add_slim_axis(hp_record *record, const char *name, size_t extent);
void hp_record_label(hp_record *record, const char *axis, const hp_label *label);

/* n sampled rows; those with an axis of extent 0 are left out. Axes come first. */
void hp_record_add_rows(hp_record *record, const hp_row *rows, int n);

/* A constant row (count of the extents of its axes). */
void hp_record_add_constant(hp_record *record, const hp_row *row, const double *values);
void hp_record_add_integers(hp_record *record, const hp_row *row, const int *values);

/* The axes of an entry as axes of another row, from place `at` on. */
void hp_record_take_axes(hp_record *record, const hp_entry *entry, int at, hp_row *row);

/* The row of a path; NULL: it is not in this record. Until the next row is added, as all pointers
 * to entries and sheets. */
const hp_entry *hp_record_find(const hp_record *record, const char *path);

/* An axis; NULL: it is not in this record. */
const hp_axis_entry *hp_record_find_axis(const hp_record *record, const char *name);

/* Make a row a column of a table; more roles are added. */
void hp_record_set_column(hp_record *record, const char *path, const char *table,
                          const char *column, unsigned roles);

/* Labels of an axis, (extent); NULL: it has none of this column. */
const double *hp_record_labels(const hp_record *record, const char *axis, const char *column);

/* At most `most` elements of an axis along which rows are curves, in ascending order: its end and,
 * down to a hundredth of it or the beginning, what is next to steps of equal ratios. Returns how
 * many; 0: rows are no curves along it. */
enum { HP_MOST_CHOSEN = 6 };
int hp_record_choose(const hp_record *record, const char *axis, int most,
                     size_t chosen[HP_MOST_CHOSEN]);

/* Elements of a row, 0 when it is not there, and its place in a vector (NULL then, and for constant
 * rows). */
size_t hp_record_count(const hp_record *record, const char *path);
double *hp_record_at(const hp_record *record, double *vector, const char *path);
const double *hp_record_read(const hp_record *record, const double *vector, const char *path);

/* A value of a row on the branch next to `target`: of a phase, modulo 180 degrees. */
double hp_row_nearest(const hp_row *row, double value, double target);

/* varied - central of two values of a row; a state that is not bound is at threshold, in either. */
double hp_row_difference(const hp_row *row, double varied, double central);

/* Rows that this one guides have a pole somewhere from low to high of its values; nan: not known,
 * none. */
bool hp_row_has_pole(const hp_row *guide, double low, double high);

/* The last part of a path; a name in which "%zu" is the number of element i, from 1 on. */
const char *hp_row_short_name(const char *path);
void hp_row_element_name(const char *pattern, size_t i, char *name, size_t size);

/* Fill all rows that derive from others, in the order of the rows. */
void hp_record_derive(const hp_record *record, double *vector);

/* The vectors of all samples. value: borrowed. */
void hp_record_set_samples(hp_record *record, const hp_rows *samples);

/* Value of the average, and its error by the rule of the group (nan with fewer than 2 samples): the
 * only way to an error bar. Of HP_FOUND the samples that have it count. A sample without the state
 * counts as one at threshold (with fewer than two that have it the error is infinite); the error is
 * infinite where that of the guide reaches a pole, and that of the guide where samples alone are
 * beyond it. */
hp_band hp_record_band(const hp_record *record, const hp_entry *entry, size_t i);

/* The same of the row of a path, which must be there. */
hp_band hp_record_band_of(const hp_record *record, const char *path, size_t i);
double hp_record_value(const hp_record *record, const char *path, size_t i);

/* Where a value has a pole within the (total) error of its guide it lies outside of limits[2]
 * instead of within an error: a0 is below the one or above the other. False: it has no such pole.
 */
bool hp_record_outside(const hp_record *record, const hp_entry *entry, size_t i, double limits[2]);

/* How to quote an element: value(stat)(+syst)(-syst), without the latter two where alternatives are
 * not compared, "none" where it is nan, and where it has a pole what decides it and the limits
 * outside of which it lies. */
enum { HP_QUOTED = 256 };
void hp_record_quote(const hp_record *record, const hp_entry *entry, size_t i,
                     char text[HP_QUOTED]);

/* Phases of samples with another number of bound states than the average are moved by multiples of
 * 180 degrees to be next to that of the average: potentials that differ by a state at threshold
 * scatter alike, and else the error would be that of the branch. All that comes later, in files
 * too, has them so. Returns how many samples that are; hp_record_count_moved the same afterwards.
 */
int hp_record_join_branches(hp_record *record);
int hp_record_count_moved(const hp_record *record);

/* Bias of the value by the samples (hp_sample_bias). */
double hp_record_bias(const hp_record *record, const hp_entry *entry, size_t i);

/* Systematic error of an element; nan for what is not compared, 0 without budget. */
hp_systematic hp_record_systematic(const hp_record *record, const hp_entry *entry, size_t i);

/* Quadrature of a statistical error and one side of the systematic one. */
double hp_total_error(double stat, double systematic);

/* Facts. */
void hp_record_put_text(hp_record *record, hp_place place, const char *text);
void hp_record_put_texts(hp_record *record, hp_place place, const char *const *texts, int count);
void hp_record_put_integer(hp_record *record, hp_place place, int value);
void hp_record_put_integers(hp_record *record, hp_place place, const int *values, int count);
void hp_record_put_number(hp_record *record, hp_place place, double value);
void hp_record_put_numbers(hp_record *record, hp_place place, const double *values, int count);
void hp_record_put_truth(hp_record *record, hp_place place, bool value);

/* A text below the table of the last screen, and nowhere else; head: what it is about, of 10
 * letters at most. */
void hp_record_show(hp_record *record, const char *head, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The number that stands in an attribute of the file; nan: there is none. */
double hp_record_find_number(const hp_record *record, const char *attribute);

/* Places: an attribute of the file, a key of the summary, both. */
hp_place hp_attribute(const char *name);
hp_place hp_key(const char *summary);
hp_place hp_attribute_and_key(const char *name, const char *summary);

/* A note; see hp_note for its parts, of which the text is left out. */
void hp_record_add_note(hp_record *record, hp_note parts, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Why an alternative with these results fails: the reasons of its notes, joined by commas into
 * text[size]; returns whether it does. */
bool hp_record_fails(const hp_record *record, char *text, size_t size);

/* Other files. */
void hp_record_add_table(hp_record *record, const char *name, hp_form form, const char *comment);
hp_record_sheet *hp_record_add_sheet(hp_record *record, const char *name, const char *comment,
                                     const char *header);
/* One cell for each column, copied with its text. */
void hp_sheet_add_line(hp_record *record, hp_record_sheet *sheet, const hp_cell *line);
void hp_record_add_text(hp_record *record, const char *name, const char *text);

/* covariance/PATH of every row with HP_COVARIANCE, along its last axis, from at least 2 samples.
 * largest_rank: directions that deviations of samples can span. */
void hp_record_add_covariances(hp_record *record, int largest_rank);

#endif
