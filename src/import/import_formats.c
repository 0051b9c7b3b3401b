// SPDX-License-Identifier: GPL-3.0-or-later
/* The formats of files that can be imported. */
#include "import_formats.h"

const hp_import_format hp_import_formats[] = {
    {.name = "halqcd",
     .survey = hp_halqcd_survey,
     .prepare = hp_halqcd_prepare,
     .release = hp_halqcd_release,
     .decode = hp_halqcd_decode,
     .finish = hp_halqcd_finish},
    {.name = "ascii",
     .survey = hp_files_survey,
     .prepare = hp_files_prepare,
     .release = hp_files_release,
     .decode = hp_files_decode,
     .finish = hp_files_finish},
    {.name = "hadrons",
     .survey = hp_files_survey,
     .prepare = hp_files_prepare,
     .release = hp_files_release,
     .decode = hp_files_decode,
     .finish = hp_files_finish},
    {.name = "ensemble", .survey = hp_parts_survey, .decode = hp_parts_decode},
};
const int hp_import_nformat = sizeof hp_import_formats / sizeof *hp_import_formats;
