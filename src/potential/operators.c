// SPDX-License-Identifier: GPL-3.0-or-later
/* Matrix elements of the operators of two spins 1/2 and of L.S. */
#include <math.h>
#include <stdlib.h>
#include "hadpot/form_matrix.h"

/* J (J + 1) of 2J. */
static double square(int two_j) {
    return 0.25 * two_j * (two_j + 2);
}

static double tensor(int l, int lp, int J) {
    if (l != lp) return abs(l - lp) == 2 ? 6.0 * sqrt(J * (J + 1.0)) / (2 * J + 1) : 0.0;
    if (l == J) return 2.0;
    return l < J ? -2.0 * (J - 1) / (2 * J + 1) : -2.0 * (J + 2) / (2 * J + 1);
}

double hp_operator_element(hp_operator of, int l, hp_spin_state spin, int lp, hp_spin_state spinp) {
    if (spin.two_s_plus_1 != spinp.two_s_plus_1 || spin.two_j != spinp.two_j) return 0.0;
    if (of == HP_TENSOR) return spin.two_s_plus_1 == 3 ? tensor(l, lp, spin.two_j / 2) : 0.0;
    if (l != lp) return 0.0;
    if (of == HP_CENTRAL) return 1.0;
    return 0.5 * (square(spin.two_j) - l * (l + 1.0) - square(spin.two_s_plus_1 - 1));
}
