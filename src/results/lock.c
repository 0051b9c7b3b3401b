// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"

enum { TEXT_SIZE = 320, HOST_SIZE = 256, MAX_TRIES = 100 };

/* With what the holder has written: "hadpot run, process 12 on node3". */
static hp_status refuse(int descriptor, const char *place, hp_error *err) {
    char holder[TEXT_SIZE];
    ssize_t length = pread(descriptor, holder, sizeof holder - 1, 0);
    holder[length > 0 ? length : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    HP_REQUIRE(false, HP_ERR_INPUT,
               "\"%s\" is in use by %s: wait until it has ended, or choose another output", place,
               *holder != '\0' ? holder : "another process");
    return HP_OK;
}

/* Whether the file that is open is that of the path: it may have been removed between open and
 * lock, which is worth nothing then. -1: that cannot be found out, with errno. */
static int is_there(int descriptor, const char *path) {
    struct stat locked, there;
    if (fstat(descriptor, &locked) != 0) return -1;
    if (lstat(path, &there) != 0) return errno == ENOENT ? 0 : -1;
    return locked.st_ino == there.st_ino && locked.st_dev == there.st_dev;
}

/* POSIX locks: they work over NFS, and no child process inherits them. */
static hp_status open_locked(const char *path, const char *place, int *descriptor, hp_error *err) {
    int found = 0;
    for (int i = 0; i < MAX_TRIES && found == 0; i++) {
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (*descriptor >= 0) close(*descriptor);
        *descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
        HP_REQUIRE(*descriptor >= 0, hp_file_status(errno), "cannot lock \"%s\": \"%s\": %s", place,
                   path, strerror(errno));
        if (fcntl(*descriptor, F_SETLK, &whole) != 0) {
            if (errno == EACCES || errno == EAGAIN) return refuse(*descriptor, place, err);
            hp_log_warning("\"%s\" cannot be locked (%s): nothing keeps another run away from it",
                           place, strerror(errno));
            return HP_OK;
        }
        found = is_there(*descriptor, path);
    }
    HP_REQUIRE(found > 0, HP_ERR_IO, "cannot lock \"%s\": \"%s\": %s", place, path,
               found < 0 ? strerror(errno) : "others make and remove it all the time");
    return HP_OK;
}

hp_status hp_lock_take(const char *path, const char *place, const char *user, hp_lock *lock,
                       hp_error *err) {
    hp_status status = HP_OK;
    char host[HOST_SIZE] = "";
    *lock = (hp_lock){.descriptor = -1};
    HP_TRY(open_locked(path, place, &lock->descriptor, err));
    lock->path = hp_copy_string(path);
    HP_CHECK(lock->path != NULL, HP_ERR_MEMORY, "no memory for a lock");
    gethostname(host, sizeof host - 1);
    if (ftruncate(lock->descriptor, 0) == 0)
        dprintf(lock->descriptor, "hadpot %s, process %ld on %s\n", user, (long)getpid(), host);
cleanup:
    if (status != HP_OK && lock->descriptor >= 0) close(lock->descriptor);
    return status;
}

void hp_lock_release(hp_lock *lock) {
    if (lock->path == NULL) return;
    unlink(lock->path); /* before it is unlocked: afterwards it may be another's */
    close(lock->descriptor);
    hp_free(lock->path);
    *lock = (hp_lock){0};
}
