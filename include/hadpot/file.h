// SPDX-License-Identifier: GPL-3.0-or-later
/* Files that are there whole or not at all. One process writes; nothing here is collective. */
#ifndef HADPOT_FILE_H
#define HADPOT_FILE_H

#include <stdbool.h>
#include "hadpot/error.h"

/* Writes one complete file at `path`. */
typedef hp_status (*hp_file_writer)(const void *content, const char *path, hp_error *err);

typedef struct hp_file {
    const char *name; /* in its folder */
    hp_file_writer write;
    const void *content; /* handed to write */
} hp_file;

/* Replace n files of a folder: each is written under a temporary name and brought to the disk, all
 * are renamed when all are complete, the folder is brought to the disk. After an error files of
 * before are as they were, unless renaming itself failed. Errors: HP_ERR_IO, those of the writers.
 */
hp_status hp_files_replace(const char *folder, const hp_file *file, int n, hp_error *err);

/* Put a complete file in the place of another of the same folder, on the disk: the end of writers
 * that cannot be one function. Errors: HP_ERR_IO. */
hp_status hp_file_commit(const char *temporary, const char *path, hp_error *err);

/* Bring a file or folder to the disk (fsync). Errors: HP_ERR_IO. */
hp_status hp_file_synchronise(const char *path, hp_error *err);

/* A writer of texts: content is the text. */
hp_status hp_file_write_text(const void *text, const char *path, hp_error *err);

/* Create `folder` and its parents. Errors: HP_ERR_INPUT when a file is in the way, HP_ERR_IO. */
hp_status hp_folder_create(const char *folder, hp_error *err);

/* Whether a text can stand in all files of a run: one line of UTF-8 without control characters. */
bool hp_text_is_writable(const char *text);

#endif
