// SPDX-License-Identifier: GPL-3.0-or-later
/* Allocations. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include "inject.h"

/* Those of glibc, whose own search for the next function would allocate. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size);
int posix_memalign(void **block, size_t alignment, size_t size);

static bool fails(const void *where, const char *call) {
    inject_kind owner = inject_owner(where);
    return owner != INJECT_NKIND && inject_now(owner, where, call);
}

#define FAILS(call) fails(__builtin_return_address(0), call)

void *malloc(size_t size) {
    return FAILS("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return FAILS("calloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    return size > 0 && FAILS("realloc") ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return FAILS("aligned_alloc") ? NULL : __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    return FAILS("memalign") ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (FAILS("posix_memalign")) return ENOMEM;
    *block = __libc_memalign(alignment, size);
    return *block != NULL ? 0 : ENOMEM;
}
