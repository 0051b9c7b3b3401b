// SPDX-License-Identifier: GPL-3.0-or-later
/* Bytes of files, with every call checked. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/text_stream.h"

enum { PATH_SIZE = 4096 + 320, KB = 1024 };

hp_status hp_file_status(int number) {
    if (number == ENOMEM) return HP_ERR_MEMORY;
    return number == ENOSPC || number == EDQUOT || number == EFBIG ? HP_ERR_DISK_FULL : HP_ERR_IO;
}

double hp_file_room(const char *path) {
    char folder[PATH_SIZE] = ".";
    struct statvfs system;
    const char *slash = strrchr(path, '/');
    if (slash != NULL) snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    /* file systems that do not know say that they have no blocks at all */
    if (statvfs(folder, &system) != 0 || system.f_blocks == 0) return -1.0;
    return (double)system.f_bavail * (double)system.f_frsize;
}

hp_status hp_folder_check_room(const char *folder, const char *what, double bytes, hp_error *err) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.4000s/", folder);
    double room = hp_file_room(path);
    HP_REQUIRE(room < 0 || bytes <= room, HP_ERR_DISK_FULL,
               "\"%s\": %s: %s need at least %.0f kB, %.0f kB are free", folder, strerror(ENOSPC),
               what, ceil(bytes / KB), floor(room / KB));
    return HP_OK;
}

/* room: what was free before */
static hp_status fail_writing(const char *path, int number, double size, double room,
                              hp_error *err) {
    hp_status status = hp_file_status(number);
    char sizes[96] = "";
    if (status == HP_ERR_DISK_FULL && size > 0 && room >= 0)
        snprintf(sizes, sizeof sizes, ": %.0f kB are needed, %.0f kB are free", ceil(size / KB),
                 floor(room / KB));
    return HP_FAIL(status, "cannot write \"%s\": %s%s", path, strerror(number != 0 ? number : EIO),
                   sizes);
}

bool hp_file_put(int descriptor, const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t put = write(descriptor, (const char *)bytes + done, size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put == 0) errno = ENOSPC; /* no progress, and nothing that says why */
        if (put <= 0) return false;
        done += (size_t)put;
    }
    return true;
}

bool hp_file_get(int descriptor, void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t got = read(descriptor, (char *)bytes + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = 0; /* it ends here */
        if (got <= 0) return false;
        done += (size_t)got;
    }
    return true;
}

hp_status hp_file_write_blocks(const char *path, const hp_block *block, int n, hp_error *err) {
    double size = 0, room = hp_file_room(path);
    for (int i = 0; i < n; i++) size += (double)block[i].size;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    HP_REQUIRE(descriptor >= 0, hp_file_status(errno), "cannot create \"%s\": %s", path,
               strerror(errno));
    bool good = true;
    for (int i = 0; good && i < n; i++) good = hp_file_put(descriptor, block[i].at, block[i].size);
    if (good) good = fsync(descriptor) == 0;
    int number = good ? 0 : errno;
    if (close(descriptor) != 0 && good) {
        good = false;
        number = errno; /* over a network this is where a full disk may show */
    }
    return good ? HP_OK : fail_writing(path, number, size, room, err);
}

int hp_file_open_regular(const char *path, struct stat *there) {
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0 || (fstat(descriptor, there) == 0 && S_ISREG(there->st_mode)))
        return descriptor;
    close(descriptor);
    errno = EINVAL;
    return -1;
}

hp_status hp_text_begin(hp_text *text, hp_error *err) {
    *text = (hp_text){0};
    return hp_text_open(&text->bytes, &text->size, &text->out, err);
}

hp_status hp_text_end(hp_text *text, const char *path, hp_error *err) {
    hp_status status = hp_text_close(&text->out, &text->bytes, err);
    if (status == HP_OK)
        status = hp_file_write_blocks(path, &(hp_block){text->bytes, text->size}, 1, err);
    else
        hp_error_add_context(err, "%s", path);
    hp_text_discard(text);
    return status;
}

void hp_text_discard(hp_text *text) {
    (void)hp_text_close(&text->out, &text->bytes, NULL); /* nobody wants it */
    free(text->bytes);
    *text = (hp_text){0};
}
