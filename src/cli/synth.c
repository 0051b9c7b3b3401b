// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli.h"

hp_status hp_cli_synth(int argc, char **argv, hp_error *err) {
    (void)argc;
    (void)argv;
    return hp_error_set(err, HP_ERR_USAGE, __FILE__, __LINE__, "synth is not there yet");
}
