// SPDX-License-Identifier: GPL-3.0-or-later
/* Tables of local potentials. The first byte tells which column is asked for, the rest is the file.
 * A table that is taken has a finite value within its range. */
#include "fuzz.h"
#include <math.h>
#include "hadpot/forms_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const columns[] = {NULL, "v_mev", "vt_mev", "v11"};
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms = NULL;
    if (size == 0) return 0;
    FUZZ_EXPECT(hp_forms_create(1.0, &forms, &err) == HP_OK);
    hp_status status =
        hp_forms_read_local(forms, fuzz_file(data + 1, size - 1), columns[data[0] % 4], &err);
    FUZZ_EXPECT(status == HP_OK || (status == HP_ERR_INPUT && *err.message != '\0'));
    if (status == HP_OK)
        for (double r = 0.0; r < 3.0; r += 0.37) (void)hp_forms_local(forms, r);
    hp_forms_destroy(&forms);
    return 0;
}
