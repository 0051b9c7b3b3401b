// SPDX-License-Identifier: GPL-3.0-or-later
/* Memory of a record: everything it owns is in one list; failure is remembered in record->failed.
 */
#ifndef HADPOT_RECORD_BLOCKS_H
#define HADPOT_RECORD_BLOCKS_H

#include <stdarg.h>
#include "hadpot/record.h"

/* A copy of count elements. */
void *hp_record_keep(hp_record *record, const void *values, size_t count, size_t size);

/* A formatted text; "" when memory runs out. */
const char *hp_record_keep_text(hp_record *record, const char *format, va_list arguments);

/* Copies of count texts. */
const char *const *hp_record_keep_texts(hp_record *record, const char *const *texts, size_t count);

/* One more element at the end of a growing array of *count elements of this size; NULL when memory
 * runs out. */
void *hp_record_grow(hp_record *record, void **array, int *count, size_t size);

/* Remember what cannot be recorded, which hp_record_check reports. */
void hp_record_refuse(hp_record *record, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
