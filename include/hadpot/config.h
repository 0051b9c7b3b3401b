// SPDX-License-Identifier: GPL-3.0-or-later
/* clang-format off */
/* Job files: YAML read through a schema, `--set` merged in, defaults filled in, values checked.
 *
 * The tables below, with config_fit.h, config_forms.h, config_channels.h, potential_kinds.h,
 * config_masses.h, config_networks.h, config_observables.h, config_bands.h, config_direct.h,
 * config_import.h, config_matrix.h, config_synth.h, config_toy.h, config_variations.h and
 * config_coverage.h, are the only place where keys live. The C struct, the libcyaml schema, the
 * defaults, the checks, `--help`, docs/job-file.md and what enters fingerprints come from them: a
 * new key is a new row.
 *     TOP(name, type, default, unit, allowed, help, ...)           a key of no section
 *     SECTION(section, help, ...) ... END(section)                 around the keys of a section
 *     KEY(section, name, type, default, unit, allowed, help, ...)
 * type: INT, DOUBLE, BOOL, STRING, INT_LIST, DOUBLE_LIST, STRING_LIST. default: YAML text, or
 * REQUIRED. An empty string or list is allowed only where it is the default. allowed (each entry of
 * a list): ANY, AT_LEAST(x), ABOVE(x), FROM_TO(x, y), FROM_BELOW(x, y), ONE_OF("a|b"). Then rules,
 * if any (src/config/schema.h):
 *     ASCENDING, DISTINCT, OR_EMPTY, NEEDED, NOT_COUNTED (in fingerprints), MAY_VARY
 *     QUIET, SHOWN           not in the effective job where it has its default, or there, too
 *     INSTEAD_OF(path)       at most one of that key and those instead of it
 *     AS_MANY_AS(path)       entries, as that list or the one instead of it
 *     BELOW(path, ...), AT_MOST(path)    limits that are other keys; 0 by default: none
 *     WHEN(condition, ...)   the key has effect: IS(path, "a|b"), NOT(path, "a|b"), KIND(flags) of
 *                            potential.kind, all of them, or those after OR
 * What no rule can say is in src/config/run_job.c, scatter_job.c, synth_job.c, toy_job.c,
 * coverage_job.c, import_job.c and check.c.
 */
/* clang-format on */
#ifndef HADPOT_CONFIG_H
#define HADPOT_CONFIG_H

#include <stdbool.h>
#include <stdio.h>
#include "hadpot/config_bands.h"
#include "hadpot/config_channels.h"
#include "hadpot/config_coverage.h"
#include "hadpot/config_direct.h"
#include "hadpot/config_fit.h"
#include "hadpot/config_forms.h"
#include "hadpot/config_import.h"
#include "hadpot/potential_kinds.h"
#include "hadpot/config_masses.h"
#include "hadpot/config_matrix.h"
#include "hadpot/config_networks.h"
#include "hadpot/config_observables.h"
#include "hadpot/config_synth.h"
#include "hadpot/config_toy.h"
#include "hadpot/config_variations.h"
#include "hadpot/error.h"
#include "hadpot/tail.h"
#include "hadpot/units.h"

/* clang-format off */
/* The job file of `hadpot run`. */
#define HP_JOB_TABLE(TOP, SECTION, KEY, END)                                                       \
TOP(ensemble, STRING, REQUIRED, "", ANY,                                                           \
    "ensemble file (HDF5), relative to where hadpot is started", NOT_COUNTED)                      \
TOP(output, STRING, REQUIRED, "", ANY, "folder for the results", NOT_COUNTED)                      \
SECTION(resampling, "the samples from which statistical errors come")                              \
KEY(resampling, method, STRING, "jackknife", "", ONE_OF("jackknife|bootstrap"),                    \
    "averages without one bin each, or of as many bins drawn with replacement, within streams")    \
KEY(resampling, bin, INT, "1", "", AT_LEAST(1),                                                    \
    "configurations per bin; a bin lies within one stream, configurations at the end of a stream " \
    "that fill no bin are left out, and at least 3 bins must remain")                              \
KEY(resampling, max_samples, INT, "-1", "", AT_LEAST(-1),                                          \
    "samples to compute (-1: all, 0: the ensemble average only)", NOT_COUNTED)                     \
KEY(resampling, bootstrap_samples, INT, "200", "", FROM_TO(2, 100000), "samples of a bootstrap",   \
    WHEN(IS("method", "bootstrap")))                                                               \
KEY(resampling, seed, INT, "1", "", AT_LEAST(0), "seed of the bins that a bootstrap draws",        \
    WHEN(IS("method", "bootstrap")))                                                               \
KEY(resampling, memory_mb, INT, "512", "MB", AT_LEAST(0),                                          \
    "sums of bins that each rank keeps, as many as fit; the others are read again for every "      \
    "sample", NOT_COUNTED)                                                                         \
END(resampling)                                                                                    \
HP_RUN_CHANNEL_SECTION(SECTION, KEY, END)                                                          \
SECTION(masses, HP_MASSES_HELP, MAY_VARY)                                                          \
HP_MASSES_KEYS(KEY)                                                                                \
END(masses)                                                                                        \
SECTION(fit, "the data that potentials are fitted to", MAY_VARY)                                   \
HP_FIT_KEYS(KEY)                                                                                   \
END(fit)                                                                                           \
HP_PARTIAL_WAVE_SECTIONS(SECTION, KEY, END)                                                        \
SECTION(potential, "the form of the potential U(r,r')", MAY_VARY)                                  \
KEY(potential, kind, STRING, "sdnn", "", ONE_OF(HP_RUN_KINDS), HP_RUN_KINDS_HELP)                  \
HP_POTENTIAL_KEYS(KEY)                                                                             \
KEY(potential, gaussians, INT, "4", "", FROM_TO(1, 8),                                             \
    "number of Gaussians of V, of V0, of each block, or of each v_m of kind separable if their "   \
    "ranges are given", WHEN(KIND(HP_KIND_OF_V | HP_KIND_BLOCKS), OR, NOT("shortest_fm", "0")))    \
KEY(potential, tail, STRING, "none", "", ONE_OF(HP_TAIL_NAMES),                                    \
    "what is added to these Gaussians, c and d fitted: c (1 - exp(-(r/d)^2))^n exp(-m r)/r, or "   \
    "with its square (exp(-m r)/r)^2, the exchange of two pions",                                  \
    WHEN(KIND(HP_KIND_OF_V | HP_KIND_BLOCKS)))                                                     \
KEY(potential, tail_mass_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                     \
    "its mass m, as a rule that of the pion of the ensemble", WHEN(NOT("tail", "none")))           \
KEY(potential, tail_power, INT, "1", "", FROM_TO(1, 4), "the power n of its form factor",          \
    WHEN(NOT("tail", "none")))                                                                     \
KEY(potential, n2lo_gaussians, INT, "8", "", FROM_TO(1, 32),                                       \
    "number of Gaussians exp(-(r/b)^2) of V2, b geometric from n2lo_shortest_fm to "               \
    "n2lo_longest_fm", WHEN(KIND(HP_KIND_TWO_SOURCES)))                                            \
KEY(potential, n2lo_shortest_fm, DOUBLE, "0.1", "fm", ABOVE(0), "the first b",                     \
    WHEN(KIND(HP_KIND_TWO_SOURCES)))                                                               \
KEY(potential, n2lo_longest_fm, DOUBLE, "0.6", "fm", ABOVE(0), "the last b",                       \
    WHEN(NOT("n2lo_gaussians", "1")))                                                              \
KEY(potential, n2lo_deviation, DOUBLE, "1", "", ABOVE(0),                                          \
    "width of the prior of their amplitudes in 2 mu V2", WHEN(KIND(HP_KIND_TWO_SOURCES)))          \
KEY(potential, n2lo_r_max_fm, DOUBLE, "1", "fm", ABOVE(0),                                         \
    "largest distance in the fit of V2; both sources look alike beyond and do not determine it",   \
    WHEN(KIND(HP_KIND_TWO_SOURCES)))                                                               \
HP_MATRIX_POTENTIAL_KEYS(KEY)                                                                      \
END(potential)                                                                                     \
SECTION(training, "how networks are fitted", MAY_VARY)                                             \
HP_TRAINING_KEYS(KEY) HP_SAMPLE_TRAINING_KEYS(KEY)                                                 \
END(training)                                                                                      \
SECTION(scattering, "observables of the fitted potential; give at most one of k2_lat, "            \
    "momenta_mev, energies_mev (none: e_cm of 1, 2, ..., 100 MeV)")                                \
KEY(scattering, k2_lat, DOUBLE_LIST, "[]", "1/a^2", ABOVE(0), "squared momenta, ascending",        \
    ASCENDING, INSTEAD_OF("momenta_mev"))                                                          \
HP_SCATTERING_KEYS(KEY)                                                                            \
HP_RUN_CHANNEL_SCATTERING_KEYS(KEY)                                                                \
HP_POLE_KEYS(KEY)                                                                                  \
END(scattering)                                                                                    \
SECTION(femtoscopy, HP_FEMTOSCOPY_HELP)                                                            \
HP_FEMTOSCOPY_KEYS(KEY)                                                                            \
HP_CHANNEL_FEMTOSCOPY_KEYS(KEY)                                                                    \
END(femtoscopy)                                                                                    \
HP_BOX_SECTIONS(SECTION, KEY, END)                                                                 \
SECTION(total_band, HP_TOTAL_BAND_HELP, NOT_COUNTED)                                               \
HP_TOTAL_BAND_KEYS(KEY)                                                                            \
END(total_band)                                                                                    \
SECTION(variations, HP_VARIATIONS_HELP, NOT_COUNTED)                                               \
HP_VARIATION_KEYS(KEY)                                                                             \
END(variations)                                                                                    \
SECTION(results, "what is written")                                                                \
HP_RESULTS_KEYS(KEY)                                                                               \
KEY(results, u_max_fm, DOUBLE, "0", "fm", AT_LEAST(0),                                             \
    "extent of the map of U(r,r') (0: the range of the fit, at most 3 envelope_fm)",               \
    WHEN(KIND(HP_KIND_MAPPED)))                                                                    \
KEY(results, min_fit_probability, DOUBLE, "0.05", "", FROM_TO(0, 1),                               \
    "a fit does not describe its data, and its results are marked so, where less than this part "  \
    "of right fits has so large a chi2, for all points, or for all sources or all regions of r "   \
    "together; points count as many as are independent")                                           \
KEY(results, chi2_region_edges_fm, DOUBLE_LIST, "[0.2, 0.5, 1.0, 2.0]", "fm", ABOVE(0),            \
    "distances, ascending, between the regions of r for which chi2 is given", ASCENDING)           \
KEY(results, max_numerical_error, DOUBLE, "0.1", "", ABOVE(0),                                     \
    "phase shifts whose numerical error is above this part of the statistical one are warned of",  \
    WHEN(NOT("scattering.solver", "nystroem")))                                                    \
KEY(results, covariance, BOOL, "false", "", ANY,                                                   \
    "also write covariance matrices of V(r), delta, k cot delta and effective energies")           \
KEY(results, bias_correction, BOOL, "false", "", ANY,                                              \
    "also write the bias that the samples give, and values less that bias", NOT_COUNTED)           \
KEY(results, variations_that_fail, STRING, "exclude", "", ONE_OF("exclude|include"),               \
    "whether alternatives that do not describe their data, did not converge or are cut off enter " \
    "systematic errors", NOT_COUNTED, WHEN(NOT("variations", "none")))                             \
KEY(results, keep_checkpoints, BOOL, "false", "", ANY,                                             \
    "keep the folder checkpoint/ after a complete run", NOT_COUNTED)                               \
KEY(results, checkpoint_interval_s, DOUBLE, "60", "s", AT_LEAST(0),                                \
    "a fit that takes longer is kept as often in the folder checkpoint/, so that --resume goes "   \
    "on inside of it", NOT_COUNTED, QUIET)                                                         \
END(results)

/* The job file of `hadpot scatter`. */
#define HP_SCATTER_JOB_TABLE(TOP, SECTION, KEY, END)                                               \
TOP(output, STRING, REQUIRED, "", ANY, "folder for the results")                                   \
TOP(channel, STRING, "model", "", ANY, "name of the channel, for the results")                     \
TOP(mass_1_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                                   \
    "mass of the first hadron (0: hbar2_over_2mu_mev_fm2 is given instead)", NEEDED,               \
    WHEN(HP_WITHOUT_PAIRS))                                                                        \
TOP(mass_2_mev, DOUBLE, "0", "MeV", AT_LEAST(0),                                                   \
    "mass of the second hadron (0: the same as mass_1_mev)", WHEN(NOT("mass_1_mev", "0")))         \
TOP(hbar2_over_2mu_mev_fm2, DOUBLE, "0", "MeV fm^2", AT_LEAST(0),                                  \
    "hbar^2/(2 mu) with the reduced mass mu (0: from the masses)", INSTEAD_OF("mass_1_mev"),       \
    WHEN(HP_WITHOUT_PAIRS))                                                                        \
SECTION(channels, HP_CHANNEL_HELP)                                                                 \
HP_CHANNEL_KEYS(KEY) HP_CHARGED_CHANNEL_KEYS(KEY)                                                  \
END(channels)                                                                                      \
HP_FORM_SECTIONS(SECTION, KEY, SHOWN, END)                                                         \
SECTION(scattering, "observables of the potential; give at most one of k_per_fm, momenta_mev, "    \
    "energies_mev (none: e_cm of 1, 2, ..., 100 MeV)")                                             \
KEY(scattering, k_per_fm, DOUBLE_LIST, "[]", "1/fm", ABOVE(0), "momenta, ascending",               \
    ASCENDING, INSTEAD_OF("momenta_mev"))                                                          \
HP_SCATTERING_KEYS(KEY)                                                                            \
HP_CHANNEL_SCATTERING_KEYS(KEY)                                                                    \
HP_POLE_KEYS(KEY)                                                                                  \
END(scattering)                                                                                    \
SECTION(femtoscopy, HP_FEMTOSCOPY_HELP)                                                            \
HP_FEMTOSCOPY_KEYS(KEY)                                                                            \
HP_CHANNEL_FEMTOSCOPY_KEYS(KEY)                                                                    \
END(femtoscopy)
/* clang-format on */

/* Lists; values is NULL when count is 0. */
typedef struct hp_int_list {
    int *values;
    int count;
} hp_int_list;
typedef struct hp_double_list {
    double *values;
    int count;
} hp_double_list;
typedef struct hp_string_list {
    char **values;
    int count;
} hp_string_list;

/* hp_job, hp_synth_job, hp_scatter_job, hp_toy_job, hp_coverage_job, hp_import_job: one member per
 * key, one struct (struct hp_job_fit, ...) per section, so job->fit.r_max_fm,
 * job->fit.times.values[i], job->fit.times.count. Strings are never NULL. */
/* clang-format off */
#define HP_MEMBER_INT int
#define HP_MEMBER_DOUBLE double
#define HP_MEMBER_BOOL bool
#define HP_MEMBER_STRING char *
#define HP_MEMBER_INT_LIST hp_int_list
#define HP_MEMBER_DOUBLE_LIST hp_double_list
#define HP_MEMBER_STRING_LIST hp_string_list
#define HP_MEMBER_TOP(name, type, ...) HP_MEMBER_##type name;
#define HP_MEMBER_KEY(section, name, type, ...) HP_MEMBER_##type name;
#define HP_MEMBER_JOB_SECTION(section, ...) struct hp_job_##section {
#define HP_MEMBER_SYNTH_JOB_SECTION(section, ...) struct hp_synth_job_##section {
#define HP_MEMBER_SCATTER_JOB_SECTION(section, ...) struct hp_scatter_job_##section {
#define HP_MEMBER_TOY_JOB_SECTION(section, ...) struct hp_toy_job_##section {
#define HP_MEMBER_IMPORT_JOB_SECTION(section, ...) struct hp_import_job_##section {
#define HP_MEMBER_FORM_SECTION(section, ...) struct hp_form_keys_##section {
#define HP_MEMBER_END(section) } section; /* NOLINT(bugprone-macro-parentheses): a member */
/* clang-format on */

/* The keys that several jobs share, as structs of their own. */
typedef struct hp_scattering_keys {
    HP_SCATTERING_KEYS(HP_MEMBER_KEY)
} hp_scattering_keys;
typedef struct hp_pole_keys {
    HP_POLE_KEYS(HP_MEMBER_KEY)
} hp_pole_keys;
typedef struct hp_femtoscopy_keys {
    HP_FEMTOSCOPY_KEYS(HP_MEMBER_KEY)
} hp_femtoscopy_keys;
typedef struct hp_potential_keys {
    HP_POTENTIAL_KEYS(HP_MEMBER_KEY)
} hp_potential_keys;
typedef struct hp_training_keys {
    HP_TRAINING_KEYS(HP_MEMBER_KEY) HP_SAMPLE_TRAINING_KEYS(HP_MEMBER_KEY)
} hp_training_keys;
typedef struct hp_form_keys {
    HP_FORM_SECTIONS(HP_MEMBER_FORM_SECTION, HP_MEMBER_KEY, SHOWN, HP_MEMBER_END)
} hp_form_keys;

/* hp_scattering_keys keys = {HP_SCATTERING_KEYS(HP_TAKE_KEY)}; from a job of any kind (borrowed).
 */
#define HP_TAKE_KEY(section, name, ...) .name = job->section.name,

/* hp_form_keys keys = {HP_FORM_SECTIONS(HP_TAKE_SECTION, HP_TAKE_KEY, SHOWN, HP_TAKE_END)};
 * likewise; HP_TAKE_KEY twice where the job has the keys of coupled channels. */
/* clang-format off */
#define HP_TAKE_SECTION(section, ...) .section = {
#define HP_TAKE_END(section) },
/* clang-format on */

typedef struct hp_job {
    HP_JOB_TABLE(HP_MEMBER_TOP, HP_MEMBER_JOB_SECTION, HP_MEMBER_KEY, HP_MEMBER_END)
} hp_job;

typedef struct hp_synth_job {
    HP_SYNTH_JOB_TABLE(HP_MEMBER_TOP, HP_MEMBER_SYNTH_JOB_SECTION, HP_MEMBER_KEY, HP_MEMBER_END)
} hp_synth_job;

typedef struct hp_scatter_job {
    HP_SCATTER_JOB_TABLE(HP_MEMBER_TOP, HP_MEMBER_SCATTER_JOB_SECTION, HP_MEMBER_KEY, HP_MEMBER_END)
} hp_scatter_job;

typedef struct hp_toy_job {
    HP_TOY_JOB_TABLE(HP_MEMBER_TOP, HP_MEMBER_TOY_JOB_SECTION, HP_MEMBER_KEY, HP_MEMBER_END)
} hp_toy_job;

typedef struct hp_coverage_job {
    HP_COVERAGE_JOB_TABLE(HP_MEMBER_TOP, HP_MEMBER_COVERAGE_JOB_SECTION, HP_MEMBER_KEY,
                          HP_MEMBER_END)
} hp_coverage_job;

typedef struct hp_import_job {
    HP_IMPORT_JOB_TABLE(HP_MEMBER_TOP, HP_MEMBER_IMPORT_JOB_SECTION, HP_MEMBER_KEY, HP_MEMBER_END)
} hp_import_job;

/* A kind of job file: its keys and its checks. */
typedef struct hp_schema hp_schema;

/* Read a job file, put `--set` assignments on top and defaults below, check everything.
 * path: the YAML file; overrides: noverrides texts "section.key=value" with a value in YAML, later
 * ones win. effective_yaml: out, the job as YAML text with every key that has effect, in table
 * order, released by the caller with hp_free; the same job gives the same text, and the text read
 * as a job file gives itself; numbers keep their bits. A key without effect is an error where it is
 * written; a key of the file that has lost its effect by `--set` is left out. Not collective: rank
 * 0 calls it and sends the text. Errors: HP_ERR_INPUT "file:line: section.key: what is wrong", or
 * "--set section.key=value: what is wrong"; HP_ERR_USAGE for an assignment without '=' or key;
 * HP_ERR_MEMORY. */
hp_status hp_config_merge(const hp_schema *schema, const char *path, char *const *overrides,
                          int noverrides, char **effective_yaml, hp_error *err);

/* The same for the text of a job file that is at hand; label: what messages call it. */
hp_status hp_config_merge_text(const hp_schema *schema, const char *label, const char *text,
                               char *const *overrides, int noverrides, char **effective_yaml,
                               hp_error *err);

/* The command whose job a text is by the names of its keys; NULL: of none. */
const char *hp_config_find_command(const char *text);

/* Those lines of an effective job that decide what its samples are, for fingerprints. text: out,
 * released by the caller with hp_free. Errors: HP_ERR_MEMORY. */
hp_status hp_config_select_counted(const hp_schema *schema, const char *effective_yaml, char **text,
                                   hp_error *err);

/* Turn YAML text, usually that of hp_config_merge, into a job. Keys that are absent get their
 * defaults, and the text is checked like a file named "job". Not collective, reads no file.
 * job: out, owned by the caller, hp_job_free. Errors: HP_ERR_INPUT, HP_ERR_MEMORY.
 * hp_job_schema, hp_job_parse, hp_job_free, and so on for the other kinds. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a type */
#define HP_DECLARE_SCHEMA(job_type)                                                                \
    extern const hp_schema job_type##_schema;                                                      \
    hp_status job_type##_parse(const char *effective_yaml, job_type **job, hp_error *err);         \
    void job_type##_free(job_type **job)
/* NOLINTEND(bugprone-macro-parentheses) */
HP_DECLARE_SCHEMA(hp_job);
HP_DECLARE_SCHEMA(hp_synth_job);
HP_DECLARE_SCHEMA(hp_scatter_job);
HP_DECLARE_SCHEMA(hp_toy_job);
HP_DECLARE_SCHEMA(hp_coverage_job);
HP_DECLARE_SCHEMA(hp_import_job);

/* Print every key with type, default, unit, allowed values and help, for a terminal of 100 columns
 * (`hadpot run --help` and so on). */
void hp_config_print_reference(FILE *out, const hp_schema *schema);

/* The same in Markdown, for docs/job-file.md. */
void hp_config_print_markdown(FILE *out, const hp_schema *schema);

#endif
