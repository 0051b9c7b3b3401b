// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: network potentials and their training, which `hadpot run` and
 * `hadpot toy` share. Their key potential.kind is outside: each has its own kinds. */
#ifndef HADPOT_CONFIG_NETWORKS_H
#define HADPOT_CONFIG_NETWORKS_H

/* clang-format off */
#define HP_ACTIVATIONS "leaky_relu|elu|softplus|silu|tanh|identity"

/* There is a network: of the kind, or of its local part. */
#define HP_WITH_NETWORK HP_WITH(HP_KIND_FG | HP_KIND_F | HP_KIND_LOCAL)
#define HP_WITH_LOCAL_NETWORK HP_WITH(HP_KIND_LOCAL)
#define HP_WITH(kinds) KIND(kinds), OR, IS("potential.local_part", "true")

/* Keys of the section `potential` that belong to networks; a: the lattice spacing, in toys 1 fm. */
#define HP_POTENTIAL_KEYS(KEY)                                                                     \
KEY(potential, input, STRING, "centred_log1p", "", ONE_OF("linear|log1p|centred_log1p"),           \
    "what the networks are fed: r/a (toys: r/fm), log(1+r/l), or input_scale times log(1+r/l) "    \
    "counted from its value at input_centre_fm", WHEN(HP_WITH_NETWORK))                                 \
KEY(potential, input_scale, DOUBLE, "4", "", ABOVE(0),                                             \
    "the larger, the faster potentials can vary", WHEN(IS("input", "centred_log1p")))              \
KEY(potential, input_centre_fm, DOUBLE, "0.5", "fm", AT_LEAST(0),                                  \
    "where it is 0: potentials can vary most around there", WHEN(IS("input", "centred_log1p")))    \
KEY(potential, input_length_fm, DOUBLE, "0.09", "fm", ABOVE(0),                                    \
    "l of these logarithms: below l they resolve r itself, above l its powers of ten",             \
    WHEN(NOT("input", "linear")))                                                                  \
KEY(potential, f_layers, INT_LIST, "[32, 32]", "", FROM_TO(1, 4096), "widths of the layers of f",  \
    WHEN(KIND(HP_KIND_FG | HP_KIND_F)))                                                            \
KEY(potential, f_activations, STRING_LIST, "[silu]", "", ONE_OF(HP_ACTIVATIONS),                   \
    "activations of f: one for all layers, or one per layer",                                      \
    WHEN(KIND(HP_KIND_FG), OR, NOT("f_layers", "[1]")))                                            \
KEY(potential, g_layers, INT_LIST, "[1]", "", FROM_TO(1, 4096),                                    \
    "widths of the layers of g, the last one 1 ([1]: g is linear)", WHEN(KIND(HP_KIND_FG)))        \
KEY(potential, g_activations, STRING_LIST, "[silu]", "", ONE_OF(HP_ACTIVATIONS),                   \
    "activations of the hidden layers of g: one for all, or one each",                             \
    WHEN(NOT("g_layers", "[1]")))                                                                  \
KEY(potential, output_activation, STRING, "identity", "", ONE_OF(HP_ACTIVATIONS),                  \
    "function applied to what g gives", WHEN(KIND(HP_KIND_FG | HP_KIND_F)))                        \
KEY(potential, scale, DOUBLE, "0", "1/a^4; toys: 1/fm^4", ANY,                                     \
    "overall factor omega of U (0: chosen so that a network of output 1 gives S its r.m.s. size)", \
    WHEN(KIND(HP_KIND_NONLOCAL)))                                                                  \
KEY(potential, envelope_shape, STRING, "gaussian", "", ONE_OF("gaussian|exponential"),             \
    "e(y) of the envelope of U: exp(-y^2), or exp(1 - sqrt(1 + y^2)), which falls like exp(-y)",   \
    WHEN(KIND(HP_KIND_FREE)))                                                                      \
KEY(potential, envelope_fm, DOUBLE, "1.2", "fm", AT_LEAST(0),                                      \
    "Lambda of the envelope e(r/Lambda) e(r'/Lambda) of U (0: none)", WHEN(KIND(HP_KIND_FREE)))    \
KEY(potential, cutoff_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                          \
    "Rcut beyond which the loss regulates U (0: no regulator)",                                    \
    BELOW("data.r_max_fm"), WHEN(KIND(HP_KIND_FREE)))                                              \
KEY(potential, cutoff_weight, DOUBLE, "0", "", AT_LEAST(0),                                        \
    "lambda, the weight of the regulator in the loss", WHEN(NOT("cutoff_fm", "0")))                \
KEY(potential, local_part, BOOL, "true", "", ANY, "add a local part V(r) delta(r-r') to U",        \
    WHEN(KIND(HP_KIND_NONLOCAL)))                                                                  \
KEY(potential, local_layers, INT_LIST, "[32, 32, 1]", "", FROM_TO(1, 4096),                        \
    "widths of the layers of V, the last one 1", WHEN(HP_WITH_LOCAL_NETWORK))                      \
KEY(potential, local_activations, STRING_LIST, "[silu]", "", ONE_OF(HP_ACTIVATIONS),               \
    "activations of the hidden layers of V: one for all, or one each",                             \
    WHEN(NOT("local_layers", "[1]")))                                                              \
KEY(potential, local_output_activation, STRING, "identity", "", ONE_OF(HP_ACTIVATIONS),            \
    "function applied to what the network of V gives", WHEN(HP_WITH_LOCAL_NETWORK))                \
KEY(potential, local_scale, DOUBLE, "0", "1/a; toys: 1/fm", ANY,                                   \
    "overall factor of V (0: chosen like scale)", WHEN(HP_WITH_LOCAL_NETWORK))                     \
KEY(potential, local_envelope_shape, STRING, "gaussian", "", ONE_OF("gaussian|exponential"),       \
    "e(y) of the envelope of V", WHEN(HP_WITH_LOCAL_NETWORK))                                      \
KEY(potential, local_envelope_fm, DOUBLE, "1.6", "fm", AT_LEAST(0),                                \
    "Lambda of the envelope e(r/Lambda) of V (0: none)", WHEN(HP_WITH_LOCAL_NETWORK))

/* Keys of the section `training`. */
#define HP_TRAINING_KEYS(KEY)                                                                      \
KEY(training, optimiser, STRING, "levenberg_marquardt", "", ONE_OF("levenberg_marquardt|adam"),    \
    "levenberg_marquardt: second order, to the minimum; adam: first order, as in the papers",      \
    WHEN(KIND(HP_KIND_TRAINED)))                                                                   \
KEY(training, penalty, DOUBLE, "1", "", AT_LEAST(0),                                               \
    "kappa, weight of a Gaussian prior of the network weights around their initial values (last "  \
    "layers: around 0), in units of chi2 (0: none)", WHEN(KIND(HP_KIND_TRAINED)))                  \
KEY(training, hidden_deviation, DOUBLE, "0.1", "", ABOVE(0),                                       \
    "width of that prior in all layers but the last, in units of that of the initial values",      \
    WHEN(KIND(HP_KIND_FG | HP_KIND_F | HP_KIND_LOCAL), NOT("penalty", "0"), OR,                    \
         IS("potential.local_part", "true"), NOT("penalty", "0")))                                 \
KEY(training, steps, INT, "500", "", FROM_TO(1, 10000000),                                         \
    "most steps of a fit", WHEN(IS("optimiser", "levenberg_marquardt")))                           \
KEY(training, step_tolerance, DOUBLE, "1e-6", "", FROM_BELOW(0, 1),                                \
    "a fit has converged when one more Newton step would lower the loss by "                       \
    "less than this fraction", WHEN(IS("optimiser", "levenberg_marquardt")))                       \
KEY(training, warm_up_epochs, INT, "0", "", FROM_TO(0, 10000000),                                  \
    "epochs of adam before it, for fits that start from drawn weights",                            \
    WHEN(IS("optimiser", "levenberg_marquardt")))                                                  \
KEY(training, epochs, INT, "5000", "", FROM_TO(1, 10000000),                                       \
    "epochs of the ensemble average", WHEN(IS("optimiser", "adam")))                               \
KEY(training, learning_rate, DOUBLE, "1e-2", "", ABOVE(0), "learning rate at the start",           \
    WHEN(IS("optimiser", "adam"), OR, NOT("warm_up_epochs", "0")))                                 \
KEY(training, schedule, STRING, "cosine", "", ONE_OF("constant|cosine"),                           \
    "course of the learning rate over the epochs",                                                 \
    WHEN(IS("optimiser", "adam"), OR, NOT("warm_up_epochs", "0")))                                 \
KEY(training, tolerance, DOUBLE, "0", "", AT_LEAST(0),                                             \
    "stop when the loss changed by less than this fraction over the last tenth of the "            \
    "epochs done, at least 100, and did so for 100 epochs in a row (0: run all epochs)",           \
    WHEN(IS("optimiser", "adam")))                                                                 \
KEY(training, seed, INT, "1", "", AT_LEAST(0), "seed of the initial weights",                      \
    WHEN(HP_WITH_NETWORK))                                                                         \
KEY(training, restarts, INT, "1", "", FROM_TO(1, 10000),                                           \
    "initial weights tried for the ensemble average; the best fit is kept", WHEN(HP_WITH_NETWORK))

/* Keys of that section for fits to samples. */
#define HP_SAMPLE_TRAINING_KEYS(KEY)                                                               \
KEY(training, sample_epochs, INT, "0", "", FROM_TO(0, 10000000),                                   \
    "epochs of each sample (0: the same as epochs)", WHEN(IS("optimiser", "adam")))                \
KEY(training, sample_learning_rate, DOUBLE, "0", "", AT_LEAST(0),                                  \
    "learning rate of each sample (0: the same as learning_rate)", WHEN(IS("optimiser", "adam")))  \
KEY(training, warm_start, BOOL, "true", "", ANY,                                                   \
    "start samples from the fitted average (false: from the initial weights of its best fit)",     \
    WHEN(KIND(HP_KIND_TRAINED)))
/* clang-format on */

#endif
