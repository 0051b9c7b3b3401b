// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers in columns of a text. */
#ifndef HADPOT_IMPORT_COLUMNS_H
#define HADPOT_IMPORT_COLUMNS_H

#include <stddef.h>
#include "hadpot/error.h"

enum { HP_COLUMNS_MAX = 64 };

typedef struct hp_columns {
    int ncolumn;   /* numbers in every row */
    size_t nrow;   /* lines with numbers */
    double *value; /* (nrow, ncolumn) */
    int *line;     /* (nrow) where each stands in the text, from 1 on */
} hp_columns;

/* All numbers of a text: a row for each line, `ncolumn` numbers in it (0: as many as in the first).
 * Numbers are separated by blanks, tabulators, commas or the parentheses of Fortran's complex
 * numbers; exponents are e, d or q, or Fortran's bare sign (1.5-101). `#` and `!` begin a comment,
 * empty lines do not count. columns: out, owned by the
 * caller, hp_columns_destroy. Errors: HP_ERR_INPUT "line 7: ..." with what was expected and found
 * for what is no finite number, another number of columns, no numbers at all, binary files;
 * HP_ERR_MEMORY. */
hp_status hp_columns_read(const char *text, size_t size, int ncolumn, hp_columns *columns,
                          hp_error *err);
void hp_columns_destroy(hp_columns *columns);

#endif
