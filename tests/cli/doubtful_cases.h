// SPDX-License-Identifier: GPL-3.0-or-later
/* Every kind of broken or doubtful ensemble file, and how commands take it; docs/doubtful-input.md
 * is the table of it. */
#ifndef HADPOT_DOUBTFUL_CASES_H
#define HADPOT_DOUBTFUL_CASES_H

#include "doubtful_storage.h"

#include <stddef.h>

/* How a command ends: the sentence is that of an error (exit code 2) or of a mark (0), or nothing
 * is said (0). */
typedef enum { SILENT, MARK, ERROR } verdict;
static const char *const verdict_words[] = {"nothing, 0", "mark, 0", "error, 2"};

typedef struct doubtful {
    const char *what; /* in the table */
    void (*change)(hid_t file, const char *folder);
    verdict info, run;
    const char *part; /* of the sentence */
} doubtful;

static const doubtful doubtful_rows[] = {
    {"four_point of a row is zero (a file that was never filled)", zero_row, ERROR, ERROR,
     "four_point is zero at t ="},
    {"a two-point function of a row is zero", zero_two_point, ERROR, ERROR,
     "two_point_2 is zero at t = 12"},
    {"single points of a row are zero", zero_points, MARK, MARK, "at some points"},
    {"rows with nan and inf", nan_in_row, ERROR, ERROR,
     "nan at sample 8 (configuration 180), t = 12, point 5"},
    {"an infinite two-point function", infinite_two_point, ERROR, ERROR, "-inf at sample 7"},
    {"a configuration twice under two numbers", same_configuration_twice, MARK, MARK,
     "row 7 (configuration 170) is equal to row 2 (configuration 120)"},
    {"a configuration twice in one source", same_row_of_one_source, MARK, MARK,
     "source 'wall', row 7"},
    {"a source twice under two names", same_source_twice, MARK, MARK,
     "sources 'smeared' and 'wall' are equal"},
    {"a time twice", same_time_twice, MARK, MARK, "at t = 13 is equal to t = 12"},
    {"a row three times as large", row_of_another_size, MARK, MARK, "is an outlier"},
    {"a two-point function of a row of the other sign", row_of_another_sign, MARK, MARK,
     "is an outlier: two_point_1 at t = 12"},
    {"one wrong number in a row", one_wrong_point, MARK, MARK, "is an outlier"},
    {"a two-point function that is noise at a used time", noisy_two_point, MARK, ERROR,
     "two_point_1 is compatible with zero at t = 12"},
    {"a two-point function that changes sign", turning_two_point, MARK, ERROR,
     "two_point_1 changes sign between t = 11"},
    {"two_point_full_1 that is not two_point_1", other_full_two_point, MARK, MARK,
     "the average two_point_1 at t = 10 is"},
    {"R with a node", turning_ratio, MARK, MARK, "changes sign with r at t = 10 ... 14"},
    {"a four-point function under the name R", four_point_named_R, ERROR, ERROR,
     "R falls like a four-point function"},
    {"R under the name four_point", ratio_named_four_point, ERROR, ERROR,
     "four_point falls like R"},
};

static const doubtful doubtful_attributes[] = {
    {"a mass in MeV", mass_in_mev, ERROR, ERROR, "1085.3 MeV / 1973.27 MeV = 0.55"},
    {"1/a in GeV", spacing_in_gev, ERROR, ERROR, "1.973 GeV would be 1973 MeV"},
    {"a in fm in place of 1/a", spacing_in_fm, ERROR, ERROR, "a = 0.1 fm would be 1973.27 MeV"},
    {"distances in fm", radii_in_fm, ERROR, ERROR, "0.03 fm would be 0.3 a"},
    {"distances in other units", radii_too_large, ERROR, ERROR, "r[0] = 3, expected lattice"},
    {"R and four_point in one source", ratio_and_four_point, ERROR, ERROR,
     "holds both R and four_point"},
    {"a source without numbers", empty_source, ERROR, ERROR, "holds neither R nor four_point"},
    {"times with a gap", missing_time, ERROR, ERROR, "expected consecutive times"},
    {"a source with fewer rows", fewer_rows, ERROR, ERROR, "expected (24, 5, 14)"},
    {"a trajectory number twice", repeated_number, ERROR, ERROR, "rows 4 and 5"},
};

static const doubtful doubtful_storage[] = {
    {"complex numbers", complex_rows, ERROR, ERROR, "`hadpot import`"},
    {"words in place of numbers", words_as_rows, ERROR, ERROR, "must hold numbers, found strings"},
    {"numbers of 16 bits", half_precision, SILENT, SILENT, NULL},
    {"long double", long_double, SILENT, SILENT, NULL},
    {"integers of 8 and 16 bits, signed or not", narrow_integers, SILENT, SILENT, NULL},
    {"integers of 32 and 64 bits, signed or not", wide_integers, SILENT, SILENT, NULL},
    {"trajectory numbers above 2^31", integers_too_large, ERROR, ERROR, "32-bit integer"},
    {"an attribute above 2^31", version_too_large, ERROR, ERROR, "32-bit integer"},
    {"chunks of one number", single_chunks, SILENT, SILENT, NULL},
    {"axes without limit", growing_rows, SILENT, SILENT, NULL},
    {"a damaged chunk with a checksum", damaged_chunk, ERROR, ERROR, "sample 0 cannot be read"},
    {"a filter that HDF5 does not have", unknown_filter, ERROR, ERROR, "filter 300 (fpfold)"},
    {"rows in a file of their own", stored_outside, ERROR, ERROR, "is stored in other files"},
    {"a virtual dataset", virtual_rows, ERROR, ERROR, "is a virtual dataset"},
};

static const doubtful doubtful_links[] = {
    {"a link to another file", external_link, ERROR, ERROR, "is a link to rows of the file"},
    {"a link to a file that is gone", external_link_to_nothing, ERROR, ERROR,
     "is a link to rows of the file gone.h5, expected numbers in the file itself"},
    {"a link through another file", soft_link_to_other_file, ERROR, ERROR,
     "is a link to /more/rows, expected numbers in the file itself"},
    {"a link within the file", soft_link, SILENT, SILENT, NULL},
    {"a link to nothing", soft_link_to_nothing, ERROR, ERROR,
     "is a link to /gone, which is not there"},
    {"a source that is a link within the file", linked_source, SILENT, SILENT, NULL},
};

#define TABLE(title, table)                                                                        \
    { title, table, sizeof table / sizeof *table }
static const struct {
    const char *title;
    const doubtful *line;
    size_t count;
} doubtful_tables[] = {TABLE("Rows", doubtful_rows),
                       TABLE("Attributes and grids", doubtful_attributes),
                       TABLE("How it is stored", doubtful_storage), TABLE("Links", doubtful_links)};
#undef TABLE
enum { DOUBTFUL_TABLES = sizeof doubtful_tables / sizeof *doubtful_tables };

/* raw.h5 in a folder. */
static inline void make_doubtful(const char *folder, const doubtful *one) {
    char path[256];
    double number[DOUBTFUL_ROWS];
    const hsize_t n = DOUBTFUL_ROWS;
    snprintf(path, sizeof path, "%s/raw.h5", folder);
    small_ensemble_write(path, (small_style){.nsample = DOUBTFUL_ROWS});
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    for (int i = 0; i < DOUBTFUL_ROWS; i++) number[i] = 100.0 + 10.0 * i;
    small_dataset(file, "/configuration", H5T_STD_I32LE, 1, &n, number);
    one->change(file, folder);
    assert_true(H5Fclose(file) >= 0);
    /* HDF5 does not have it any more */
    if (H5Zfilter_avail(UNKNOWN_FILTER) > 0) assert_true(H5Zunregister(UNKNOWN_FILTER) >= 0);
}

#endif
