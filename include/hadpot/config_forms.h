// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of the tables of config.h: potentials of known form. */
#ifndef HADPOT_CONFIG_FORMS_H
#define HADPOT_CONFIG_FORMS_H

/* clang-format off */
/* Where the terms of a section act between coupled channels. */
#define HP_ELEMENTS_HELP "element of the matrix of each term, see channels (empty: the only one)"
#define HP_WITH_CHANNELS NOT("channels.components", "[]")

/* The sections which `hadpot scatter`, `hadpot synth` and `hadpot toy` share; COLUMNS: whether
 * tables.columns is SHOWN, or QUIET as in jobs that were without this key. */
#define HP_FORM_SECTIONS(SECTION, KEY, COLUMNS, END)                                               \
SECTION(gaussians, "V = sum_i c_i exp(-(r/d_i)^2); all terms of all sections are added")           \
KEY(gaussians, amplitudes_mev, DOUBLE_LIST, "[]", "MeV", ANY, "amplitudes c_i")                    \
KEY(gaussians, ranges_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "ranges d_i, as many",                \
    AS_MANY_AS("amplitudes_mev"))                                                                  \
KEY(gaussians, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,                   \
    AS_MANY_AS("amplitudes_mev"), WHEN(HP_WITH_CHANNELS))                                          \
END(gaussians)                                                                                     \
SECTION(yukawas, "V = sum_i g_i exp(-m_i r)/r")                                                    \
KEY(yukawas, strengths_mev_fm, DOUBLE_LIST, "[]", "MeV fm", ANY, "strengths g_i")                  \
KEY(yukawas, strengths, DOUBLE_LIST, "[]", "", ANY, "g_i/(hbar c), instead",                       \
    INSTEAD_OF("strengths_mev_fm"))                                                                \
KEY(yukawas, masses_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "masses m_i, as many",            \
    AS_MANY_AS("strengths_mev_fm"))                                                                \
KEY(yukawas, masses_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0), "the same in MeV, instead",           \
    INSTEAD_OF("masses_per_fm"))                                                                   \
KEY(yukawas, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,                     \
    AS_MANY_AS("strengths_mev_fm"), WHEN(HP_WITH_CHANNELS))                                        \
END(yukawas)                                                                                       \
SECTION(squared_yukawas, "V = sum_i c_i (1 - exp(-b_i r^2)) (exp(-m_i r)/r)^2")                    \
KEY(squared_yukawas, strengths_mev_fm2, DOUBLE_LIST, "[]", "MeV fm^2", ANY, "strengths c_i")       \
KEY(squared_yukawas, cutoffs_per_fm2, DOUBLE_LIST, "[]", "1/fm^2", ABOVE(0), "b_i, as many",       \
    AS_MANY_AS("strengths_mev_fm2"))                                                               \
KEY(squared_yukawas, masses_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "masses m_i, as many",    \
    AS_MANY_AS("strengths_mev_fm2"))                                                               \
KEY(squared_yukawas, masses_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0), "the same in MeV, instead",   \
    INSTEAD_OF("masses_per_fm"))                                                                   \
KEY(squared_yukawas, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,             \
    AS_MANY_AS("strengths_mev_fm2"), WHEN(HP_WITH_CHANNELS))                                       \
END(squared_yukawas)                                                                               \
SECTION(woods_saxon, "V = sum_i -D_i/(1 + exp((r - R_i)/a_i))")                                    \
KEY(woods_saxon, depths_mev, DOUBLE_LIST, "[]", "MeV", ANY, "depths D_i, > 0 for attraction")      \
KEY(woods_saxon, radii_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "radii R_i, as many",                \
    AS_MANY_AS("depths_mev"))                                                                      \
KEY(woods_saxon, diffuseness_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "surface widths a_i, as many", \
    AS_MANY_AS("depths_mev"))                                                                      \
KEY(woods_saxon, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,                 \
    AS_MANY_AS("depths_mev"), WHEN(HP_WITH_CHANNELS))                                              \
END(woods_saxon)                                                                                   \
SECTION(square_well, "V = sum_i -D_i for r < R_i, or 0")                                           \
KEY(square_well, depths_mev, DOUBLE_LIST, "[]", "MeV", ANY, "depths D_i, > 0 for attraction")      \
KEY(square_well, radii_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "radii R_i, as many",                \
    AS_MANY_AS("depths_mev"))                                                                      \
KEY(square_well, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,                 \
    AS_MANY_AS("depths_mev"), WHEN(HP_WITH_CHANNELS))                                              \
END(square_well)                                                                                   \
SECTION(regular_yukawas, "V = sum_i g_i (1 - exp(-b_i r^2)) exp(-m_i r)/r")                        \
KEY(regular_yukawas, strengths_mev_fm, DOUBLE_LIST, "[]", "MeV fm", ANY, "strengths g_i")          \
KEY(regular_yukawas, cutoffs_per_fm2, DOUBLE_LIST, "[]", "1/fm^2", ABOVE(0), "b_i, as many",       \
    AS_MANY_AS("strengths_mev_fm"))                                                                \
KEY(regular_yukawas, masses_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "masses m_i, as many",    \
    AS_MANY_AS("strengths_mev_fm"))                                                                \
KEY(regular_yukawas, masses_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0), "the same in MeV, instead",   \
    INSTEAD_OF("masses_per_fm"))                                                                   \
KEY(regular_yukawas, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,             \
    AS_MANY_AS("strengths_mev_fm"), WHEN(HP_WITH_CHANNELS))                                        \
END(regular_yukawas)                                                                               \
SECTION(tensor_yukawas, "V = sum_i g_i [(1 + 3/x + 3/x^2) exp(-x) - (3 c_i/x + 3/x^2) "            \
    "exp(-c_i x)]/x, x = m_i r: the tensor force of an exchanged meson, which 1/r is left of at "  \
    "r = 0")                                                                                       \
KEY(tensor_yukawas, strengths_mev, DOUBLE_LIST, "[]", "MeV", ANY, "strengths g_i")                 \
KEY(tensor_yukawas, cutoffs, DOUBLE_LIST, "[]", "", ABOVE(0), "c_i, as many",                       \
    AS_MANY_AS("strengths_mev"))                                                                   \
KEY(tensor_yukawas, masses_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "masses m_i, as many",     \
    AS_MANY_AS("strengths_mev"))                                                                   \
KEY(tensor_yukawas, masses_mev, DOUBLE_LIST, "[]", "MeV", ABOVE(0), "the same in MeV, instead",    \
    INSTEAD_OF("masses_per_fm"))                                                                   \
KEY(tensor_yukawas, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,              \
    AS_MANY_AS("strengths_mev"), WHEN(HP_WITH_CHANNELS))                                           \
END(tensor_yukawas)                                                                                \
SECTION(oscillating_gaussians, "V = sum_i c_i exp(-(r/d_i)^2) cos(q_i r)")                         \
KEY(oscillating_gaussians, amplitudes_mev, DOUBLE_LIST, "[]", "MeV", ANY, "amplitudes c_i")        \
KEY(oscillating_gaussians, ranges_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "ranges d_i, as many",    \
    AS_MANY_AS("amplitudes_mev"))                                                                  \
KEY(oscillating_gaussians, wave_numbers_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0),               \
    "q_i, as many", AS_MANY_AS("amplitudes_mev"))                                                  \
KEY(oscillating_gaussians, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,       \
    AS_MANY_AS("amplitudes_mev"), WHEN(HP_WITH_CHANNELS))                                          \
END(oscillating_gaussians)                                                                         \
SECTION(momentum_dependent, "{p^2, V2}, hermitian, V2 = sum_i c_i exp(-(r/d_i)^2) with "           \
    "1 + 4 mu V2 > 0; no rms distances and correlation functions")                                 \
KEY(momentum_dependent, amplitudes_mev_fm2, DOUBLE_LIST, "[]", "MeV fm^2", ANY, "amplitudes c_i")  \
KEY(momentum_dependent, ranges_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "ranges d_i, as many",       \
    AS_MANY_AS("amplitudes_mev_fm2"))                                                              \
END(momentum_dependent)                                                                            \
SECTION(separable_exponential, "non-local U = sum_i omega_i exp(-m_i r) exp(-m_i r'), "            \
    "or K = 8 pi mu r r' U/hbar^2 = sum_i L_i r r' exp(-m_i (r + r'))")                            \
KEY(separable_exponential, amplitudes_mev_per_fm3, DOUBLE_LIST, "[]", "MeV/fm^3", ANY, "omega_i")  \
KEY(separable_exponential, strengths_per_fm5, DOUBLE_LIST, "[]", "1/fm^5", ANY, "L_i, instead",    \
    INSTEAD_OF("amplitudes_mev_per_fm3"))                                                          \
KEY(separable_exponential, amplitudes_per_fm4, DOUBLE_LIST, "[]", "1/fm^4", ANY,                   \
    "omega_i/(hbar c), instead", INSTEAD_OF("amplitudes_mev_per_fm3"))                             \
KEY(separable_exponential, masses_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "m_i, as many",     \
    AS_MANY_AS("amplitudes_mev_per_fm3"))                                                          \
KEY(separable_exponential, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,       \
    AS_MANY_AS("amplitudes_mev_per_fm3"), WHEN(HP_WITH_CHANNELS))                                  \
END(separable_exponential)                                                                         \
SECTION(yamaguchi, "non-local K = sum_i -2 b_i (a_i + b_i)^2 exp(-b_i (r + r')); one term alone "  \
    "binds at k = i a")                                                                            \
KEY(yamaguchi, a_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "binding momenta a_i")               \
KEY(yamaguchi, b_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "b_i, as many",                      \
    AS_MANY_AS("a_per_fm"))                                                                        \
KEY(yamaguchi, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,                   \
    AS_MANY_AS("a_per_fm"), WHEN(HP_WITH_CHANNELS))                                                \
END(yamaguchi)                                                                                     \
SECTION(gaussian_nonlocal, "U = sum_i C_i exp(-(r^2 + r'^2)/d_i^2) exp(-(r - r')^2/b_i^2)")        \
KEY(gaussian_nonlocal, amplitudes_mev_per_fm3, DOUBLE_LIST, "[]", "MeV/fm^3", ANY, "C_i")          \
KEY(gaussian_nonlocal, ranges_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "ranges d_i, as many",        \
    AS_MANY_AS("amplitudes_mev_per_fm3"))                                                          \
KEY(gaussian_nonlocal, widths_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0),                               \
    "widths b_i of the non-locality, as many", AS_MANY_AS("amplitudes_mev_per_fm3"))               \
KEY(gaussian_nonlocal, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,           \
    AS_MANY_AS("amplitudes_mev_per_fm3"), WHEN(HP_WITH_CHANNELS))                                  \
END(gaussian_nonlocal)                                                                             \
SECTION(perey_buck, "non-local U = sum_i A_i N_i(r,r') exp(-(r^2 + r'^2)/(2 d_i^2)), N = "         \
    "(exp(-((r - r')/b)^2) - exp(-((r + r')/b)^2))/(4 pi^(3/2) b r r')")                           \
KEY(perey_buck, amplitudes_mev, DOUBLE_LIST, "[]", "MeV", ANY,                                     \
    "A_i; for b to 0 the local A exp(-(r/d)^2)")                                                   \
KEY(perey_buck, ranges_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "ranges d_i, as many",               \
    AS_MANY_AS("amplitudes_mev"))                                                                  \
KEY(perey_buck, widths_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0),                                      \
    "widths b_i of the non-locality, as many", AS_MANY_AS("amplitudes_mev"))                       \
KEY(perey_buck, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,                  \
    AS_MANY_AS("amplitudes_mev"), WHEN(HP_WITH_CHANNELS))                                          \
END(perey_buck)                                                                                    \
SECTION(perey_buck_exponential, "non-local U = sum_i A_i N_i(r,r') exp(-(r + r')/d_i), N as "      \
    "in perey_buck")                                                                               \
KEY(perey_buck_exponential, amplitudes_mev, DOUBLE_LIST, "[]", "MeV", ANY,                         \
    "A_i; for b to 0 the local A exp(-2 r/d)")                                                     \
KEY(perey_buck_exponential, ranges_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0),                          \
    "ranges d_i, as many", AS_MANY_AS("amplitudes_mev"))                                           \
KEY(perey_buck_exponential, widths_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0),                          \
    "widths b_i of the non-locality, as many", AS_MANY_AS("amplitudes_mev"))                       \
KEY(perey_buck_exponential, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,      \
    AS_MANY_AS("amplitudes_mev"), WHEN(HP_WITH_CHANNELS))                                          \
END(perey_buck_exponential)                                                                        \
SECTION(separable_kernel, "non-local K = 8 pi sqrt(mu mu') r r' U/hbar^2 = sum_i L_i r^p_i "       \
    "exp(-a_i r) r'^q_i exp(-b_i r'), r in X and r' in Y of an element X/Y; p = q and a = b in "   \
    "all others")                                                                                  \
KEY(separable_kernel, strengths, DOUBLE_LIST, "[]", "1/fm^(3+p+q)", ANY, "L_i")                    \
KEY(separable_kernel, powers_1, DOUBLE_LIST, "[]", "", FROM_TO(0, 16), "p_i, as many",             \
    AS_MANY_AS("strengths"))                                                                       \
KEY(separable_kernel, powers_2, DOUBLE_LIST, "[]", "", FROM_TO(0, 16), "q_i, as many",             \
    AS_MANY_AS("strengths"))                                                                       \
KEY(separable_kernel, masses_1_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "a_i, as many",        \
    AS_MANY_AS("strengths"))                                                                       \
KEY(separable_kernel, masses_2_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "b_i, as many",        \
    AS_MANY_AS("strengths"))                                                                       \
KEY(separable_kernel, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,            \
    AS_MANY_AS("strengths"), WHEN(HP_WITH_CHANNELS))                                               \
END(separable_kernel)                                                                              \
SECTION(separable_gaussians, "U = sum_i C_i exp(-(r/d_i)^2) exp(-(r'/e_i)^2), r in X and r' in Y " \
    "of an element X/Y; d = e in all others", QUIET)                                               \
KEY(separable_gaussians, amplitudes_mev_per_fm3, DOUBLE_LIST, "[]", "MeV/fm^3", ANY, "C_i")        \
KEY(separable_gaussians, ranges_1_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "d_i, as many",           \
    AS_MANY_AS("amplitudes_mev_per_fm3"))                                                          \
KEY(separable_gaussians, ranges_2_fm, DOUBLE_LIST, "[]", "fm", ABOVE(0), "e_i, as many",           \
    AS_MANY_AS("amplitudes_mev_per_fm3"))                                                          \
KEY(separable_gaussians, elements, STRING_LIST, "[]", "", ANY, HP_ELEMENTS_HELP, OR_EMPTY,         \
    AS_MANY_AS("amplitudes_mev_per_fm3"), WHEN(HP_WITH_CHANNELS))                                  \
END(separable_gaussians)                                                                           \
SECTION(tables, "tabulated potentials; zero beyond the last point; `hadpot scatter` adds the "     \
    "error of the interpolation to numerical errors")                                              \
KEY(tables, local, STRING, "\"\"", "", ANY,                                                        \
    "text file of V(r): comma-separated columns r_fm, v_mev, interpolated by a cubic spline "      \
    "(empty: none)")                                                                               \
KEY(tables, nonlocal, STRING, "\"\"", "", ANY,                                                     \
    "HDF5 file of U(r,r'): r_fm [n], u_mev_fm3 [n][n], symmetric, interpolated bicubically; or a " \
    "results.h5 with a map of U (empty: none)")                                                    \
KEY(tables, columns, STRING_LIST, "[]", "", ANY,                                                   \
    "columns of the file local that are added, by name (empty: v_mev)", COLUMNS,                   \
    WHEN(NOT("local", "")))                                                                        \
KEY(tables, elements, STRING_LIST, "[]", "", ANY,                                                  \
    "element of the matrix of each column, see channels (empty: the only one)",                    \
    WHEN(NOT("local", ""), HP_WITH_CHANNELS))                                                      \
KEY(tables, nonlocal_element, STRING, "\"\"", "", ANY,                                             \
    "element of the matrix of the file nonlocal (empty: the only one)",                            \
    WHEN(NOT("nonlocal", ""), HP_WITH_CHANNELS))                                                   \
END(tables)
/* clang-format on */

#endif
