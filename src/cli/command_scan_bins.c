// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/scan_bins.h"
#include <stdio.h>
#include "cli.h"

static const char help[] =
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
    "  --set key.path=value  override a key of the job, lists as [12,13]\n" HP_CLI_OVERWRITE;

static void print_help(void) {
    fputs(help, stdout);
}

hp_status hp_cli_scan_bins(int argc, char **argv, hp_error *err) {
    return hp_cli_run_together(argc, argv, 0, print_help, hp_scan_bins, err);
}
