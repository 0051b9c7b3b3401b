// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/log.h"
#include "hadpot/memory.h"

enum { TEXT_SIZE = 320, HOST_SIZE = 256 };

/* What the holder has written: "hadpot run, process 12 on node3". */
static void read_holder(int descriptor, char text[TEXT_SIZE]) {
    ssize_t length = pread(descriptor, text, TEXT_SIZE - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    if (*text == '\0') snprintf(text, TEXT_SIZE, "another process");
}

/* The file may have been removed between open and lock: then its lock is worth nothing. */
static bool is_still_there(int descriptor, const char *path) {
    struct stat locked, there;
    return fstat(descriptor, &locked) == 0 && lstat(path, &there) == 0 &&
           locked.st_ino == there.st_ino && locked.st_dev == there.st_dev;
}

/* POSIX locks: they work over NFS, and no child process inherits them. */
static hp_status try_lock(int descriptor, const char *place, bool *locked, hp_error *err) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char holder[TEXT_SIZE];
    *locked = fcntl(descriptor, F_SETLK, &whole) == 0;
    if (*locked) return HP_OK;
    if (errno == EACCES || errno == EAGAIN) {
        read_holder(descriptor, holder);
        HP_REQUIRE(false, HP_ERR_INPUT,
                   "\"%s\" is in use by %s: wait until it has ended, or choose another output",
                   place, holder);
    }
    hp_log_warning("\"%s\" cannot be locked (%s): nothing keeps another run away from it", place,
                   strerror(errno));
    return HP_OK;
}

hp_status hp_lock_take(const char *path, const char *place, const char *user, hp_lock *lock,
                       hp_error *err) {
    hp_status status = HP_OK;
    char host[HOST_SIZE] = "";
    bool locked = false;
    int descriptor = -1;
    *lock = (hp_lock){0};
    do {
        if (descriptor >= 0) close(descriptor);
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
        HP_CHECK(descriptor >= 0, HP_ERR_IO, "cannot lock \"%s\": \"%s\": %s", place, path,
                 strerror(errno));
        HP_TRY(try_lock(descriptor, place, &locked, err));
    } while (locked && !is_still_there(descriptor, path));
    lock->path = hp_copy_string(path);
    HP_CHECK(lock->path != NULL, HP_ERR_MEMORY, "no memory for a lock");
    lock->descriptor = descriptor;
    gethostname(host, sizeof host - 1);
    if (ftruncate(descriptor, 0) == 0)
        dprintf(descriptor, "hadpot %s, process %ld on %s\n", user, (long)getpid(), host);
cleanup:
    if (status != HP_OK && descriptor >= 0) close(descriptor);
    return status;
}

void hp_lock_release(hp_lock *lock) {
    if (lock->path == NULL) return;
    unlink(lock->path); /* before it is unlocked: afterwards it may be another's */
    close(lock->descriptor);
    hp_free(lock->path);
    *lock = (hp_lock){0};
}
