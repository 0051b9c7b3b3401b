// SPDX-License-Identifier: GPL-3.0-or-later
/* A harness without libFuzzer: gives it every file of the folders that are named, and prints their
 * number. */
#include <dirent.h>
#include <stdbool.h>
#include "fuzz.h"

/* Harnesses that have nothing to begin with have none. */
int __attribute__((weak)) LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    return 0;
}

static void replay(const char *path) {
    FILE *in = fopen(path, "rb");
    FUZZ_EXPECT(in != NULL && fseek(in, 0, SEEK_END) == 0);
    long size = ftell(in);
    FUZZ_EXPECT(size >= 0 && fseek(in, 0, SEEK_SET) == 0);
    uint8_t *data = malloc((size_t)size + 1);
    FUZZ_EXPECT(data != NULL && fread(data, 1, (size_t)size, in) == (size_t)size);
    fclose(in);
    fprintf(stderr, "%s\n", path); /* the last one of these is that which fails */
    (void)LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
}

int main(int argc, char **argv) {
    int count = 0;
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        FUZZ_EXPECT(folder != NULL);
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            char path[4096];
            if (entry->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            replay(path);
            count++;
        }
        closedir(folder);
    }
    printf("%d cases\n", count);
    return count > 0 ? 0 : 1;
}
