// SPDX-License-Identifier: GPL-3.0-or-later
/* Checked allocation. Every block is zeroed unless said otherwise, aligned to a cache line and
 * released with hp_free. */
#ifndef HADPOT_MEMORY_H
#define HADPOT_MEMORY_H

#include <stddef.h>
#include "hadpot/error.h"

/* A zeroed block of count * size bytes (at least one byte), or NULL when memory or size_t runs
 * out. The caller owns it. */
void *hp_alloc(size_t count, size_t size);

/* The same, but not zeroed: for large arrays of which the greatest size is reserved and the part
 * that is used is written first. What is never touched takes neither memory nor time. */
void *hp_alloc_unset(size_t count, size_t size);

/* Release such a block; NULL is allowed. */
void hp_free(void *block);

/* An array of doubles inside a block of several. */
typedef struct hp_part {
    double **array;
    size_t count;
} hp_part;

/* One zeroed block for arrays which are each aligned to a cache line; released with *block. Errors:
 * HP_ERR_MEMORY. */
hp_status hp_alloc_parts(double **block, const hp_part *part, size_t nparts, hp_error *err);

/* Its second and third argument, from rows {&array, count}. */
#define HP_PARTS(...)                                                                              \
    (const hp_part[]){__VA_ARGS__}, sizeof((const hp_part[]){__VA_ARGS__}) / sizeof(hp_part)

/* A copy of a string, owned by the caller; NULL when text is NULL or memory runs out. */
char *hp_copy_string(const char *text);

/* Allocate `count` elements for a pointer, or record HP_ERR_MEMORY and leave: HP_ALLOCATE returns
 * the status (see HP_REQUIRE), HP_NEW goes to cleanup (see HP_CHECK). */
#define HP_ALLOCATE(pointer, count) HP_FILL_POINTER(HP_REQUIRE, hp_alloc, pointer, count)
#define HP_NEW(pointer, count) HP_FILL_POINTER(HP_CHECK, hp_alloc, pointer, count)
#define HP_ALLOCATE_UNSET(pointer, count)                                                          \
    HP_FILL_POINTER(HP_REQUIRE, hp_alloc_unset, pointer, count)
#define HP_NEW_UNSET(pointer, count) HP_FILL_POINTER(HP_CHECK, hp_alloc_unset, pointer, count)
#define HP_FILL_POINTER(check, allocate, pointer, count)                                           \
    do {                                                                                           \
        (pointer) = allocate((size_t)(count), sizeof *(pointer));                                  \
        check((pointer) != NULL, HP_ERR_MEMORY, "no memory for %zu elements of %zu bytes",         \
              (size_t)(count), sizeof *(pointer));                                                 \
    } while (0)

#endif
