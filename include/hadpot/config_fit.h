// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: the data that `hadpot run` fits. */
#ifndef HADPOT_CONFIG_FIT_H
#define HADPOT_CONFIG_FIT_H

/* clang-format off */
/* Keys of the section `fit`. */
#define HP_FIT_KEYS(KEY)                                                                           \
KEY(fit, sources, STRING_LIST, "[]", "", ANY, "sources, fitted jointly (empty: all)", DISTINCT)    \
KEY(fit, times, INT_LIST, "[]", "", ANY,                                                           \
    "Euclidean times, fitted jointly (empty: all with both neighbours)", DISTINCT)                 \
KEY(fit, r_min_fm, DOUBLE, "0", "fm", AT_LEAST(0), "smallest distance in the fit",                 \
    BELOW("r_max_fm"))                                                                             \
KEY(fit, r_max_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                                 \
    "largest distance in the fit (0: to the end of the data, L/2 for a cubic box)")                \
KEY(fit, weighting, STRING, "inverse_variance", "", ONE_OF("inverse_variance|none"),               \
    "weights of the squared deviations: 1/error^2 from the resampling, or 1")                      \
KEY(fit, relative_floor, DOUBLE, "0", "", AT_LEAST(0),                                             \
    "part of S (kinds gaussians and n2lo: of S/R) added to its error in quadrature, in weights "   \
    "and chi2, for lattice artefacts where statistical errors are tiny")                           \
KEY(fit, rotation_breaking, DOUBLE, "0.2", "", AT_LEAST(0),                                        \
    "part of S at one spacing, falling as (a/r)^2, by which a cubic lattice breaks rotations: "    \
    "no function of r can follow; added in quadrature to errors where fits are judged and in the " \
    "total band, not in the weights of fits")                                                      \
KEY(fit, error_smoothing_fm, DOUBLE, "0.2", "fm", AT_LEAST(0),                                     \
    "errors of S and S/R in weights and chi2 are averaged over distances up to this far away and " \
    "over the times of a source, since few samples know each of them only roughly (0: as the "     \
    "samples give them)", WHEN(IS("covariance", "none")))                                          \
KEY(fit, covariance, STRING, "none", "", ONE_OF("none|shrinkage|eigenvalue_cut"),                  \
    "correlations between the points of a fit to S: none, or the samples' covariance, shrunk "  \
    "towards its diagonal, or with small eigenvalues raised (errors come out too small unless "    \
    "samples far outnumber points)",                                                               \
    WHEN(KIND(HP_KIND_OF_S), IS("weighting", "inverse_variance")))                              \
KEY(fit, covariance_parameter, DOUBLE, "0.1", "", FROM_TO(1e-6, 1),                                \
    "b of that covariance: (1-b) correlation matrix + b 1, or the smallest eigenvalue that the "   \
    "correlation matrix keeps", WHEN(NOT("covariance", "none")))
/* clang-format on */

#endif
