// SPDX-License-Identifier: GPL-3.0-or-later
/* Assignments of --set. The first byte tells of which command, each line of the rest is one, on top
 * of a job with few keys. */
#include "fuzz_jobs.h"

enum { MOST = 16, USED = 4 }; /* one of so many jobs that are accepted is used, too */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hp_error err = HP_ERROR_INIT;
    char *effective = NULL, *set[MOST], *rest = NULL;
    int n = 0;
    if (size == 0) return 0;
    const fuzz_command *command = &fuzz_commands[data[0] % FUZZ_COMMANDS];
    char *text = fuzz_text(data + 1, size - 1);
    for (char *line = strtok_r(text, "\n", &rest); line != NULL && n < MOST;
         line = strtok_r(NULL, "\n", &rest))
        set[n++] = line;
    hp_status status =
        hp_config_merge_text(command->schema, "job.yaml", command->job, set, n, &effective, &err);
    fuzz_take(command, status, effective, size % USED == 0, &err);
    free(text);
    return 0;
}
