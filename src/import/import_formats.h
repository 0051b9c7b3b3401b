// SPDX-License-Identifier: GPL-3.0-or-later
/* The functions behind the rows of hp_import_formats; see import.h. */
#ifndef HADPOT_IMPORT_FORMATS_H
#define HADPOT_IMPORT_FORMATS_H

#include "hadpot/import.h"

hp_status hp_halqcd_survey(hp_import_plan *plan, hp_error *err);
hp_status hp_halqcd_prepare(const hp_import_plan *plan, void **tables, hp_error *err);
void hp_halqcd_release(void **tables);
hp_status hp_halqcd_decode(const hp_import_plan *plan, void *tables, const hp_import_input *input,
                           hp_import_sum *sum, hp_error *err);
void hp_halqcd_finish(const hp_import_plan *plan, const void *tables, const double *mean,
                      double *row);

/* ascii and hadrons */
hp_status hp_files_survey(hp_import_plan *plan, hp_error *err);
hp_status hp_files_prepare(const hp_import_plan *plan, void **tables, hp_error *err);
void hp_files_release(void **tables);
hp_status hp_files_decode(const hp_import_plan *plan, void *tables, const hp_import_input *input,
                          hp_import_sum *sum, hp_error *err);
void hp_files_finish(const hp_import_plan *plan, const void *tables, const double *mean,
                     double *row);

/* ensemble */
hp_status hp_parts_survey(hp_import_plan *plan, hp_error *err);
hp_status hp_parts_decode(const hp_import_plan *plan, void *tables, const hp_import_input *input,
                          hp_import_sum *sum, hp_error *err);

#endif
