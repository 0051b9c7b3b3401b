// SPDX-License-Identifier: GPL-3.0-or-later
/* The long-range part of a local potential as the exchange of pions gives it, with a form factor
 * that makes it regular at r = 0:
 *
 *     shape(r) = (1 - exp(-(r/d)^2))^n (exp(-m r)/r)^q,     q = 1, 2: Yukawa, squared Yukawa.
 *
 * q = 2 with n = 1 is the tail of N Omega (Iritani et al., PLB 792 (2019) 284, b4 = 1/d^2), with
 * n = 2 that of N phi (Lyu et al., PRD 106 (2022) 074507, b3 = d); D D* (PRL 131 (2023) 161901) has
 * one, too. Mass and power are given; the strength and the range d are fitted (gaussians.h). */
#ifndef HADPOT_TAIL_H
#define HADPOT_TAIL_H

/* The names of potential.tail in their order. */
#define HP_TAIL_NAMES "none|yukawa|squared_yukawa"
typedef enum hp_tail_kind { HP_TAIL_NONE, HP_TAIL_YUKAWA, HP_TAIL_SQUARED_YUKAWA } hp_tail_kind;

/* Zero-initialised there is none. */
typedef struct hp_tail {
    hp_tail_kind kind;
    double mass; /* m > 0 in 1/L */
    int power;   /* n >= 1 */
} hp_tail;

/* The shape in 1/L^q at r >= 0 with form factor range d > 0 in L; d_range: out, its derivative with
 * respect to d, or NULL. There must be a tail. */
double hp_tail_shape(const hp_tail *tail, double range, double r, double *d_range);

/* Where it has fallen off, in L: r^2 V, which acts on the scattering length, is 1e-12 of what it is
 * at 1/(q m), and for larger r less. 0: there is no tail. */
double hp_tail_end(const hp_tail *tail);

#endif
