// SPDX-License-Identifier: GPL-3.0-or-later
/* The kinds of potential: what jobs call them, and what the checks of keys must know of them. This
 * is the only place that lists them; src/potential/potential.c joins each row to the class that
 * computes it. A new kind is a row here and, unless its class is there, a file in src/potential.
 *
 *     X(name, class, flags, help)
 *
 * OR stands between rows. */
#ifndef HADPOT_POTENTIAL_KINDS_H
#define HADPOT_POTENTIAL_KINDS_H

enum {
    HP_KIND_FG = 1,            /* networks f and g, which make U symmetric */
    HP_KIND_F = 2,             /* network f alone, which ends in one number */
    HP_KIND_LOCAL = 4,         /* the network of V(r) alone */
    HP_KIND_PRODUCT = 8,       /* U = left(r) right(r'), of a given scale and without regulator */
    HP_KIND_DECAY = 16,        /* left(r) = exp(-decay r) with a given decay */
    HP_KIND_THETA = 32,        /* two parameters theta, with a start */
    HP_KIND_OF_V = 64,         /* fitted to V = S/R with its error, not to S; takes no covariance */
    HP_KIND_TWO_SOURCES = 128, /* needs two sources at one time */
    HP_KIND_FREE = 256,        /* U has an envelope, and a regulator may act on it */
    HP_KIND_MATRIX = 512,      /* takes several components, or one with l > 0 */
    HP_KIND_SEPARABLE = 1024,  /* sum_m s_m v_m(r) v_m(r') of a given rank */
    HP_KIND_BLOCKS = 2048,     /* blocks, each a sum of Gaussians of given ranges */
    HP_KIND_TRAINED = HP_KIND_FG | HP_KIND_F | HP_KIND_LOCAL | HP_KIND_THETA,
    HP_KIND_NONLOCAL = HP_KIND_FG | HP_KIND_F | HP_KIND_THETA,
    HP_KIND_OF_S = HP_KIND_TRAINED | HP_KIND_SEPARABLE | HP_KIND_BLOCKS,
    /* there is a map of U */
    HP_KIND_MAPPED = HP_KIND_NONLOCAL | HP_KIND_SEPARABLE | HP_KIND_BLOCKS,
    HP_KIND_SYMMETRIC =
        HP_KIND_FG | HP_KIND_LOCAL | HP_KIND_OF_V | HP_KIND_SEPARABLE | HP_KIND_BLOCKS
};

/* clang-format off */
/* of hadpot run and hadpot toy */
#define HP_KINDS_OF_BOTH(X, OR)                                                                    \
X(sdnn, network, HP_KIND_FG | HP_KIND_FREE | HP_KIND_MATRIX, "symmetric network U(r,r')") OR       \
X(local, network, HP_KIND_LOCAL | HP_KIND_MATRIX, "local network V(r)")

/* of hadpot run */
#define HP_KINDS_OF_RUNS(X, OR)                                                                    \
X(gaussians, gaussians, HP_KIND_OF_V, "local sum of Gaussians") OR                                 \
X(n2lo, gaussians, HP_KIND_OF_V | HP_KIND_TWO_SOURCES,                                             \
  "derivative expansion V0 + V2 nabla^2 of two sources") OR                                        \
X(separable, separable, HP_KIND_MATRIX | HP_KIND_SEPARABLE,                                        \
  "U = sum_m s_m v_m(r) v_m(r') of a given rank") OR                                               \
X(matrix_gaussians, matrix_gaussians, HP_KIND_MATRIX | HP_KIND_BLOCKS,                             \
  "blocks V_cd, each a sum of Gaussians of given ranges, fitted to S")

/* of hadpot toy */
#define HP_KINDS_OF_TOYS(X, OR)                                                                    \
X(mlp, network, HP_KIND_F | HP_KIND_FREE,                                                          \
  "network U = scale out(f(r,r')) without symmetry") OR                                            \
X(partial, network, HP_KIND_F | HP_KIND_PRODUCT | HP_KIND_DECAY,                                   \
  "U = scale exp(-decay r) out(f(r'))") OR                                                         \
X(two_parameter, network, HP_KIND_PRODUCT | HP_KIND_THETA,                                         \
  "U = scale exp(-theta1 r) exp(-theta2 r')")

/* of no job: hadpot scatter has it alone */
#define HP_KINDS_ALONE(X, OR)                                                                      \
X(given, given, 0, "terms and tables that a job states")

#define HP_POTENTIAL_KINDS(X)                                                                      \
HP_KINDS_OF_BOTH(X, ) HP_KINDS_OF_RUNS(X, ) HP_KINDS_OF_TOYS(X, ) HP_KINDS_ALONE(X, )

/* What potential.kind may be, and its help. */
#define HP_KIND_NAME(name, class, flags, help) #name
#define HP_KIND_HELP(name, class, flags, help) help
#define HP_RUN_KINDS HP_KINDS_OF_BOTH(HP_KIND_NAME, "|") "|" HP_KINDS_OF_RUNS(HP_KIND_NAME, "|")
#define HP_TOY_KINDS HP_KINDS_OF_BOTH(HP_KIND_NAME, "|") "|" HP_KINDS_OF_TOYS(HP_KIND_NAME, "|")
#define HP_RUN_KINDS_HELP                                                                          \
    HP_KINDS_OF_BOTH(HP_KIND_HELP, "; ") "; " HP_KINDS_OF_RUNS(HP_KIND_HELP, "; ")
#define HP_TOY_KINDS_HELP                                                                          \
    HP_KINDS_OF_BOTH(HP_KIND_HELP, "; ") "; " HP_KINDS_OF_TOYS(HP_KIND_HELP, "; ")
/* clang-format on */

/* One row. */
typedef struct hp_potential_kind {
    const char *name;
    unsigned flags;
    const char *text;
} hp_potential_kind;

/* The kinds in the order of HP_POTENTIAL_KINDS. */
enum {
#define X(name, class, flags, help) HP_KIND_ID_##name,
    HP_POTENTIAL_KINDS(X)
#undef X
        HP_NKIND
};
extern const hp_potential_kind hp_potential_kinds[HP_NKIND];

/* The row of a name; NULL: there is none. */
const hp_potential_kind *hp_potential_kind_find(const char *name);

#endif
