// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers that are kept of each row while it is read. */
#ifndef HADPOT_INGEST_WATCHED_H
#define HADPOT_INGEST_WATCHED_H

#include "hadpot/ingest.h"

/* List what is watched, and make room for it. Errors: HP_ERR_MEMORY. */
hp_status hp_ingest_list_watched(hp_ingest *ingest, hp_error *err);

/* Of row number k, the numbers from `place` on. context: the ingest (hp_number_function). */
void hp_ingest_keep_watched(int k, size_t place, size_t count, const double *value, void *context);

#endif
