// SPDX-License-Identifier: GPL-3.0-or-later
/* Activation functions, with their derivatives, on arrays. */
#ifndef HADPOT_ACTIVATION_H
#define HADPOT_ACTIVATION_H

#include <stddef.h>
#include "hadpot/error.h"

/* X(name in a job file, enumerator) */
#define HP_ACTIVATION_LIST(X)                                                                      \
    X("leaky_relu", HP_LEAKY_RELU) /* z > 0 ? z : 0.01 z */                                        \
    X("elu", HP_ELU)               /* z > 0 ? z : exp(z) - 1 */                                    \
    X("softplus", HP_SOFTPLUS)     /* log(1 + exp(z)) */                                           \
    X("silu", HP_SILU)             /* z / (1 + exp(-z)) */                                         \
    X("tanh", HP_TANH)             /* tanh(z) */                                                   \
    X("identity", HP_IDENTITY)     /* z */

typedef enum hp_activation {
#define X(name, enumerator) enumerator,
    HP_ACTIVATION_LIST(X)
#undef X
        HP_NACTIVATION
} hp_activation;

/* Activation of a name. Errors: HP_ERR_INPUT listing the names there are. */
hp_status hp_activation_from_name(const char *name, hp_activation *activation, hp_error *err);
const char *hp_activation_name(hp_activation activation);

/* y[i] = activation(y[i]) in place, slope[i] = derivative at the old y[i]. Good to a few ulp, and
 * the last of them may depend on i and n (vectors), never on anything else. */
void hp_activation_apply(hp_activation activation, size_t n, double *y, double *slope);

#endif
