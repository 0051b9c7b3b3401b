// SPDX-License-Identifier: GPL-3.0-or-later
/* What there is to do, and how to say it. */
#include "cli.h"
#include "hadpot/coverage.h"
#include "hadpot/import.h"
#include "hadpot/scan_bins.h"
#include "hadpot/starter_job.h"

#define LIMITS                                                                                     \
    "  --time-limit 23:50:00 stop before, so that what is finished is kept (exit code 75)\n"       \
    "  --stall-limit 1h      end when a rank gives no sign of life for so long; 0: never\n"

#define OVERWRITE                                                                                  \
    "  --overwrite           replace what another job wrote to output, and nothing else\n"

#define PROBE_LIMIT                                                                                \
    "  --probe-limit TIME    foreign HDF5 files are opened first by a process of its own, which "  \
    "may\n"                                                                                        \
    "                        take so much CPU time (20 s); 0: without it "                         \
    "(docs/foreign-files.md)\n"

static const char run_help[] =
    "usage: mpirun -n N hadpot run JOB.yaml [--resume] [--set key.path=value ...] "
    "[--overwrite]\n"
    "                              [--check]\n\n"
    "Fits a potential to every resampled set of an ensemble and solves it for phase\n"
    "shifts. Results, with all samples, go to the folder `output` of the job.\n\n"
    "  --check               say what would be done, how long it takes on these ranks, how much\n"
    "                        memory and disk, and do nothing\n"
    "  --resume              go on from the finished samples of an unfinished run\n"
    "  --set key.path=value  override a key of the job, lists as [12,13]\n" OVERWRITE PROBE_LIMIT
        LIMITS "\n";

static const char synth_help[] =
    "usage: hadpot synth JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
    "Makes a synthetic ensemble of raw configurations from a stated potential, local and\n"
    "non-local terms and tables like those of hadpot scatter, and beside it a YAML file with\n"
    "the potential, its exact phase shifts and bound states.\n\n" OVERWRITE PROBE_LIMIT LIMITS "\n";

static const char scatter_help[] =
    "usage: hadpot scatter JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
    "Phase shifts, scattering length and effective range, bound states and correlation\n"
    "functions of a potential that the job states: a sum of local and non-local terms and of\n"
    "tables. Results go to the folder `output` of the job.\n\n" OVERWRITE PROBE_LIMIT LIMITS "\n";

static const char toy_help[] =
    "usage: hadpot toy NAME|JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
    "Makes waves of a known potential, learns a potential from them with the networks and the\n"
    "training of hadpot run, and compares potentials and phase shifts of both. The training\n"
    "log goes to the terminal, results to the folder `output` of the job.\n\n" OVERWRITE PROBE_LIMIT
        LIMITS "\nNAME is one of\n\n";

static const char scan_bins_help[] =
    "usage: hadpot scan-bins JOB.yaml [--set key.path=value ...] [--overwrite]\n\n"
    "Errors of R and of the leading-order potential S/R against the size of bins, without fits,\n"
    "at short, middle and long r of the fit, for every source and the middle one of its times.\n"
    "Takes the job file of hadpot run (hadpot run --help) with an ensemble of configurations, and\n"
    "may be started with several ranks.\n\n"
    "Bins are 1, 2, 3, 4, 6, 8, 12, ... rows as long as 10 of them are left. Errors are divided "
    "by\n"
    "that of the Gamma method (U. Wolff, Comput. Phys. Commun. 156 (2004) 143): bins are large\n"
    "enough where the ratio has come to 1 within its uncertainty, which is in parentheses. "
    "tau_int\n"
    "is the integrated autocorrelation time in rows; 1/2 means no autocorrelation. All numbers go\n"
    "to scan_bins.csv in the folder `output` of the job; analysis/plot_bins.py draws them.\n\n"
    "  --set key.path=value  override a key of the job, lists as [12,13]\n" OVERWRITE PROBE_LIMIT
        LIMITS;

static const char coverage_help[] =
    "usage: mpirun -n N hadpot coverage JOB.yaml [--resume] [--set key=value ...]\n"
    "       [--overwrite]\n\n"
    "Makes many synthetic ensembles of one known potential, does the whole run on each,\n"
    "and tells how often error bars hold the truth. Each rank takes whole ensembles.\n\n"
    "  --resume                    go on from the finished ensembles of an unfinished "
    "study\n"
    "  --set key=value             override a key of the job\n"
    "  --set synth.key.path=value  override a key of the job that makes ensembles\n"
    "  --set run.key.path=value    override a key of the job that analyses them\n" OVERWRITE
        PROBE_LIMIT LIMITS "\n";

static const char import_help[] =
    "usage: hadpot import JOB.yaml [--resume] [--set key.path=value ...] [--overwrite]\n"
    "       mpirun -n N hadpot import JOB.yaml ...\n\n"
    "Makes an ensemble file of the files of a collaboration, as they are: each is read once, by\n"
    "one of the ranks; rotations and source positions of a configuration are averaged.\n\n"
    "A job for numbers in columns, t r re or t x y z re im (docs/method-import-formats.md):\n\n"
    "  format: ascii\n"
    "  tree: /data/mine\n"
    "  output: mine.h5\n"
    "  inverse_spacing_mev: 2194\n"
    "  ascii:\n"
    "    four_point: \"{source}/nbs.{configuration}.dat\"\n"
    "    two_point_1: \"baryon.{configuration}.dat\"\n\n"
    "  --resume              go on from the finished rows of an unfinished import\n"
    "  --set key.path=value  override a key of the job, lists as [12,13]\n" OVERWRITE PROBE_LIMIT
        LIMITS "\n";

static const char info_help[] =
    "usage: mpirun -n N hadpot info FILE.h5 [--masses]\n\n"
    "Says what an ensemble file holds, then reads all its rows once and says what is\n"
    "doubtful: rows that are zero, equal or far from all others, two-point functions\n"
    "without signal, signs. Files that cannot give a right result are errors.\n\n"
    "  --masses  effective masses of both hadrons with errors, fits of one state from each time "
    "on,\n"
    "            and the window that is recommended for the mass, with its reason\n" PROBE_LIMIT;

static const char init_help[] =
    "usage: hadpot init FILE.h5 [--output JOB.yaml] [--overwrite]\n\n"
    "Writes a job of hadpot run for an ensemble, with comments: its sources, the times that have\n"
    "both neighbours and a signal, bins as autocorrelation asks for, the range of r, energies. It\n"
    "runs as it is.\n\n"
    "  --output JOB.yaml     where to write it (FILE.yaml in this folder; -: to the terminal)\n"
    "  --overwrite           replace what hadpot init wrote there, and nothing else\n" PROBE_LIMIT;

const hp_cli_command hp_cli_commands[] = {
    {"import", "JOB.yaml", "a collaboration's own files to an ensemble", import_help,
     .schema = &hp_import_job_schema, .options = HP_CLI_SET | HP_CLI_RESUME, .together = hp_import},
    {"init", "FILE.h5", "write a job for an ensemble, to start from", init_help,
     .options = HP_CLI_OUTPUT, .together = hp_starter_job},
    {"info", "FILE.h5", "say what an ensemble file holds", info_help, .options = HP_CLI_MASSES,
     .together = hp_cli_info},
    {"run", "JOB.yaml", "ensemble in, potentials and phase shifts with error bands out", run_help,
     .schema = &hp_job_schema, .options = HP_CLI_SET | HP_CLI_RESUME | HP_CLI_CHECK,
     .together = hp_run},
    {"scan-bins", "JOB.yaml", "errors against the size of bins, before a run", scan_bins_help,
     .options = HP_CLI_SET, .together = hp_scan_bins},
    {"scatter", "JOB.yaml", "phase shifts and more of a potential of known form", scatter_help,
     .schema = &hp_scatter_job_schema, .options = HP_CLI_SET, .alone = hp_cli_scatter},
    {"synth", "JOB.yaml", "make a synthetic ensemble with a known potential", synth_help,
     .schema = &hp_synth_job_schema, .options = HP_CLI_SET, .alone = hp_cli_synth},
    {"toy", "NAME", "learn a known potential from its own waves, and compare", toy_help,
     .print_help = hp_cli_list_toys, .schema = &hp_toy_job_schema, .options = HP_CLI_SET,
     .alone = hp_cli_toy},
    {"coverage", "JOB.yaml",
     "whether error bars hold the truth: the whole run on many synthetic ensembles", coverage_help,
     .schema = &hp_coverage_job_schema, .options = HP_CLI_SET | HP_CLI_RESUME,
     .together = hp_coverage_study},
};
const int hp_cli_ncommand = sizeof hp_cli_commands / sizeof *hp_cli_commands;
