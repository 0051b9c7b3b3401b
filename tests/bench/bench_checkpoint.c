// SPDX-License-Identifier: GPL-3.0-or-later
/* What a checkpoint costs, against one that is an HDF5 file, as they were before:
 *   build/release/tests/bench_checkpoint [FOLDER]
 * In turn, so that both meet the same disk; each is brought to it. Times of the processor are
 * shown, which do not depend on what else runs, and those of a clock. Predicted for n numbers:
 * SHA-256 of 8 n bytes, at 0.3 to 2 GB/s, and two fsync; HDF5 has no checksum, and the same two. */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "hadpot/checkpoint.h"
#include "hadpot/file.h"
#include "hadpot/hdf5_write.h"
#include "hadpot/log.h"

enum { REPEATS = 100 };

typedef struct {
    const double *value;
    size_t length;
} content;

static hp_status write_hdf5(const void *of, const char *path, hp_error *err) {
    const content *it = of;
    uint64_t fingerprint = 17;
    hid_t file;
    HP_CALL(hp_h5_create_file(path, &file, err));
    HP_CALL(hp_h5_write_doubles(file, "values", 1, &it->length, it->value, "1",
                                "all datasets of one sample, one after the other", err));
    HP_CALL(hp_h5_attribute(file, "/", "fingerprint", H5T_NATIVE_UINT64, 0, &fingerprint, err));
    return hp_h5_close_file(path, &file, err);
}

static hp_status measure(const char *folder, size_t length, hp_error *err) {
    char path[256];
    double seconds[3] = {0}, processor[3] = {0}, *value = calloc(length, sizeof *value);
    HP_REQUIRE(value != NULL, HP_ERR_MEMORY, "no memory");
    for (size_t i = 0; i < length; i++) value[i] = sin((double)i);
    const hp_checkpoint checkpoint = {.folder = folder, .fingerprint = 17, .length = length};
    const content of = {value, length};
    snprintf(path, sizeof path, "%s/checkpoint/old.h5", folder);
    for (int i = 0; i < REPEATS; i++) {
        bool found;
        double start = hp_clock_seconds(), from = (double)clock();
        HP_CALL(hp_checkpoint_write(&checkpoint, 0, value, err));
        double written = hp_clock_seconds(), first = (double)clock();
        HP_CALL(hp_file_replace(path, write_hdf5, &of, err));
        double old = hp_clock_seconds(), second = (double)clock();
        HP_CALL(hp_checkpoint_read(&checkpoint, 0, value, &found, err));
        seconds[0] += written - start;
        seconds[1] += old - written;
        seconds[2] += hp_clock_seconds() - old;
        processor[0] += (first - from) / CLOCKS_PER_SEC;
        processor[1] += (second - first) / CLOCKS_PER_SEC;
        processor[2] += ((double)clock() - second) / CLOCKS_PER_SEC;
    }
    static const char *const what[] = {"written", "written as HDF5", "read and judged"};
    for (int k = 0; k < 3; k++)
        printf("%8zu numbers, %-15s: processor %8.3f ms, clock %8.3f ms\n", length, what[k],
               1e3 * processor[k] / REPEATS, 1e3 * seconds[k] / REPEATS);
    free(value);
    unlink(path);
    return hp_checkpoint_remove(folder, err);
}

int main(int argc, char **argv) {
    static const size_t lengths[] = {100, 1000, 10000, 100000, 1000000};
    const char *folder = argc > 1 ? argv[1] : ".";
    char path[256];
    snprintf(path, sizeof path, "%s/checkpoint", folder);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        hp_error err = HP_ERROR_INIT;
        (void)mkdir(path, 0777);
        if (measure(folder, lengths[i], &err) != HP_OK) {
            hp_log_error(&err);
            return 1;
        }
    }
    return 0;
}
