// SPDX-License-Identifier: GPL-3.0-or-later
/* What harnesses share. A harness is a function that takes any bytes; libFuzzer calls it with bytes
 * that it makes up (tests/fuzz/README.md), replay.c with those of corpus/NAME. */
#ifndef HADPOT_TEST_FUZZ_H
#define HADPOT_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The names are those of libFuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What a harness expects of the program beside that it survives. */
#define FUZZ_EXPECT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);               \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Bytes as a text with its NUL; free. */
static inline char *fuzz_text(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    FUZZ_EXPECT(text != NULL);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* A file in memory with these bytes, always the same one, and its path. */
static inline const char *fuzz_file(const uint8_t *data, size_t size) {
    static int descriptor = -1;
    static char path[32];
    if (descriptor < 0) {
        descriptor = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    }
    FUZZ_EXPECT(descriptor >= 0 && ftruncate(descriptor, 0) == 0);
    FUZZ_EXPECT(size == 0 || pwrite(descriptor, data, size, 0) == (ssize_t)size);
    return path;
}

#endif
