// SPDX-License-Identifier: GPL-3.0-or-later
/* How values of a row are subtracted, and where what it guides has a pole. */
#include <math.h>
#include "hadpot/record.h"

/* Potentials with other numbers of bound states scatter alike when their phases differ by a
 * multiple of 180 degrees: the one that brings the difference closest to `near` is taken out. A
 * state that is not bound is at threshold at most. */
double hp_row_difference(const hp_row *row, double varied, double central, bool other_branch,
                         double near) {
    if (row->compare == HP_MODULO_180 && other_branch)
        return near + remainder(varied - central - near, 180.0);
    if (row->compare == HP_UNBOUND && isnan(varied)) return -central;
    return varied - central;
}

bool hp_row_has_pole(const hp_row *guide, double low, double high) {
    if (guide->compare == HP_MODULO_180) return floor(low / 180.0) != floor(high / 180.0);
    return low <= 0.0 && high >= 0.0;
}
