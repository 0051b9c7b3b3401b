// SPDX-License-Identifier: GPL-3.0-or-later
/* Job files. The first byte tells of which command, the rest is the text. */
#include "fuzz_jobs.h"

enum { USED = 4 }; /* one of so many jobs that are accepted is used, too */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hp_error err = HP_ERROR_INIT;
    char *effective = NULL;
    if (size == 0) return 0;
    const fuzz_command *command = &fuzz_commands[data[0] % FUZZ_COMMANDS];
    char *text = fuzz_text(data + 1, size - 1);
    hp_status status =
        hp_config_merge_text(command->schema, "job.yaml", text, NULL, 0, &effective, &err);
    fuzz_take(command, status, effective, size % USED == 0, &err);
    free(text);
    return 0;
}
