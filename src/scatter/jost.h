// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to scatter: the phase of the Jost function, which fixes delta up to 2 pi. */
#ifndef HADPOT_SCATTER_JOST_H
#define HADPOT_SCATTER_JOST_H

#include "hadpot/nystroem.h"

/* -arg F(k) in (-pi, pi] with F = det(1 - G_k^+ A) = det(M) (1 - i tan delta); docs/method.md,
 * "Scattering". kcot as in hp_nystroem_kcot, and the same errors. */
hp_status hp_nystroem_jost_phase(hp_nystroem *solver, double k, double *phase, double *kcot,
                                 hp_error *err);

#endif
