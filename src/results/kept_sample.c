// SPDX-License-Identifier: GPL-3.0-or-later
#include "kept_sample.h"
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "hadpot/file.h"
#include "hadpot/memory.h"

enum { SUM_SIZE = 32, LAYOUT = 1 };

static const char MAGIC[8] = {'h', 'p', 's', 'a', 'm', 'p', 'l', 'e'};
static const uint32_t ORDER = 0x01020304;

typedef struct {
    char magic[sizeof MAGIC];
    uint32_t order, layout, kind;
    int32_t sample;
    uint64_t fingerprint, length;
    unsigned char sum[SUM_SIZE];
} sample_head;

_Static_assert(sizeof(sample_head) == 72 && offsetof(sample_head, sum) == 40, "no padding");

static bool add_up(const sample_head *head, const double *value, unsigned char sum[SUM_SIZE]) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(context, head, offsetof(sample_head, sum)) == 1 &&
                EVP_DigestUpdate(context, value, (size_t)head->length * sizeof *value) == 1 &&
                EVP_DigestFinal_ex(context, sum, NULL) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

hp_status hp_sample_file_write(const void *content, const char *path, hp_error *err) {
    const hp_sample_content *of = content;
    sample_head head = {.order = ORDER,
                        .layout = LAYOUT,
                        .kind = of->kind,
                        .sample = of->sample,
                        .fingerprint = of->fingerprint,
                        .length = of->length};
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    HP_REQUIRE(add_up(&head, of->value, head.sum), HP_ERR_MEMORY,
               "no memory for the SHA-256 of \"%s\"", path);
    const hp_block block[] = {{&head, sizeof head}, {of->value, of->length * sizeof *of->value}};
    return hp_file_write_blocks(path, block, 2, err);
}

/* What is wrong with the head of a file of `size` bytes; NULL: nothing. */
static const char *judge_head(const sample_head *head, long long size) {
    const long long room = size - (long long)sizeof *head;
    if (memcmp(head->magic, MAGIC, sizeof MAGIC) != 0) return "is no file of a sample";
    if (head->order != ORDER) return "was written by a machine with another order of bytes";
    if (head->layout != LAYOUT) return "has the layout of another version of hadpot";
    /* compared in numbers that cannot overflow, whatever stands there */
    if (head->length > (uint64_t)room / sizeof(double)) return "is cut off";
    if (head->length * sizeof(double) != (uint64_t)room) return "has more bytes than values";
    return NULL;
}

/* Its head and values (hp_free); NULL, with a reason: nothing can be trusted. Without one it is not
 * there. */
static double *read_whole(const char *path, sample_head *head, const char **reason) {
    struct stat there;
    unsigned char sum[SUM_SIZE];
    double *values = NULL;
    *reason = NULL;
    int descriptor = hp_file_open_regular(path, &there);
    if (descriptor < 0 && errno != ENOENT)
        *reason = errno == ELOOP    ? "is a link"
                  : errno == EINVAL ? "is no regular file"
                                    : "cannot be opened";
    if (descriptor < 0) return NULL;
    if ((size_t)there.st_size < sizeof *head || !hp_file_get(descriptor, head, sizeof *head))
        *reason = "is cut off";
    else
        *reason = judge_head(head, there.st_size);
    if (*reason == NULL) {
        size_t size = (size_t)head->length * sizeof *values;
        values = hp_alloc((size_t)head->length, sizeof *values);
        if (values == NULL)
            *reason = "is too large for the memory";
        else if (!hp_file_get(descriptor, values, size))
            *reason = "cannot be read to its end";
        else if (!add_up(head, values, sum) || memcmp(sum, head->sum, SUM_SIZE) != 0)
            *reason = "has a wrong checksum";
    }
    close(descriptor);
    if (*reason == NULL) return values;
    hp_free(values);
    return NULL;
}

double *hp_sample_file_read(const hp_sample_content *wanted, const char *path, size_t *length,
                            char reason[HP_SAMPLE_REASON]) {
    sample_head head;
    const char *why;
    double *values = read_whole(path, &head, &why);
    *reason = '\0';
    if (why != NULL) snprintf(reason, HP_SAMPLE_REASON, "%s", why);
    if (values == NULL) return NULL;
    *length = (size_t)head.length;
    if (head.fingerprint != wanted->fingerprint)
        snprintf(reason, HP_SAMPLE_REASON,
                 "belongs to another job, input file or version of hadpot");
    else if (head.sample != wanted->sample && head.sample < 0)
        snprintf(reason, HP_SAMPLE_REASON, "holds the average");
    else if (head.sample != wanted->sample)
        snprintf(reason, HP_SAMPLE_REASON, "holds number %d", head.sample + 1);
    else if (head.kind != (uint32_t)wanted->kind)
        snprintf(reason, HP_SAMPLE_REASON, "holds %s",
                 head.kind == HP_SAMPLE_FINISHED ? "what is finished" : "a fit that goes on");
    if (*reason == '\0') return values;
    hp_free(values);
    return NULL;
}

bool hp_sample_file_is_of(uint64_t fingerprint, const char *path) {
    sample_head head;
    const char *why;
    double *values = read_whole(path, &head, &why);
    bool is_of = values != NULL && head.fingerprint == fingerprint;
    hp_free(values);
    return is_of;
}
