// SPDX-License-Identifier: GPL-3.0-or-later
/* Files that are there whole or not at all. One process writes; nothing here is collective. */
#ifndef HADPOT_FILE_H
#define HADPOT_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include "hadpot/error.h"

/* Writes one complete file at `path`, where nothing is: it makes the file itself
 * (hp_file_write_blocks, hp_text_end, hp_h5_write_image, hp_h5_create_file). */
typedef hp_status (*hp_file_writer)(const void *content, const char *path, hp_error *err);

typedef struct hp_file {
    const char *name; /* in its folder */
    hp_file_writer write;
    const void *content; /* handed to write */
} hp_file;

/* Replace n files of a folder: each is written under a new temporary name, which follows no link
 * and overwrites nothing, and brought to the disk, all are renamed when all are complete, the
 * folder is brought to the disk. A link in the place of a file is replaced, not followed. The
 * caller is the only one who writes these files (lock.h). After an error files of before are as
 * they were, unless renaming itself failed. Errors: HP_ERR_IO, those of the writers. */
hp_status hp_files_replace(const char *folder, const hp_file *file, int n, hp_error *err);

/* The same of one file by its path. */
hp_status hp_file_replace(const char *path, hp_file_writer write, const void *content,
                          hp_error *err);

/* Make a file of n blocks where nothing is, not even a link, and bring it to the disk. Errors:
 * HP_ERR_DISK_FULL with what is needed and what is free, HP_ERR_IO. */
typedef struct hp_block {
    const void *at;
    size_t size; /* bytes */
} hp_block;
hp_status hp_file_write_blocks(const char *path, const hp_block *block, int n, hp_error *err);

/* All bytes, in as many pieces as it takes; false: errno says why. get: at the end of the file it
 * is 0. */
bool hp_file_put(int descriptor, const void *bytes, size_t size);
bool hp_file_get(int descriptor, void *bytes, size_t size);

/* Open a regular file to read: no link is followed, nobody is waited for (a FIFO). Its descriptor
 * and what fstat says; -1 with errno, EINVAL: it is no regular file. */
int hp_file_open_regular(const char *path, struct stat *there);

/* HP_ERR_DISK_FULL for ENOSPC, EDQUOT and EFBIG, HP_ERR_MEMORY for ENOMEM, else HP_ERR_IO. */
hp_status hp_file_status(int number);

/* Bytes that are free where a file is to be; -1: not known. */
double hp_file_room(const char *path);

/* Whether a folder has room for `bytes` more, of what is named. Quotas cannot be seen. Errors:
 * HP_ERR_DISK_FULL. */
hp_status hp_folder_check_room(const char *folder, const char *what, double bytes, hp_error *err);

/* A text that is made in memory and becomes a file at its end (hp_file_write_blocks). It must stay
 * where it is between begin and end. discard: a zeroed or ended one is allowed. Errors:
 * HP_ERR_MEMORY, those of the file. */
typedef struct hp_text {
    FILE *out; /* to write to */
    char *bytes;
    size_t size;
} hp_text;
hp_status hp_text_begin(hp_text *text, hp_error *err);
hp_status hp_text_end(hp_text *text, const char *path, hp_error *err);
void hp_text_discard(hp_text *text);

/* All bytes of a file, with a NUL behind them (hp_free); NULL where no regular file is.
 * Errors: HP_ERR_IO, HP_ERR_MEMORY. */
hp_status hp_file_read(const char *path, char **bytes, size_t *size, hp_error *err);

/* A writer of texts: content is the text. */
hp_status hp_file_write_text(const void *text, const char *path, hp_error *err);

/* Create `folder` and its parents. Errors: HP_ERR_INPUT when a file is in the way, HP_ERR_IO. */
hp_status hp_folder_create(const char *folder, hp_error *err);

/* Whether it could be created, or is there to be written to: the same errors, and nothing is made.
 */
hp_status hp_folder_can_create(const char *folder, hp_error *err);

/* Whether a text can stand in all files of a run: one line of UTF-8 without control characters. */
bool hp_text_is_writable(const char *text);

#endif
