// SPDX-License-Identifier: GPL-3.0-or-later
/* Files, each read once: bytes into memory, their SHA-256, gunzip. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "hadpot/memory.h"
#include "import_parts.h"

enum { GUNZIP_STEP = 1 << 28 };

static hp_status make_room(unsigned char **block, size_t *room, size_t needed, size_t kept,
                           hp_error *err) {
    unsigned char *larger;
    if (needed <= *room) return HP_OK;
    HP_ALLOCATE(larger, needed);
    if (kept > 0) memcpy(larger, *block, kept);
    hp_free(*block);
    *block = larger;
    *room = needed;
    return HP_OK;
}

static hp_status read_bytes(hp_import_reader *reader, const char *path, int descriptor,
                            size_t *size, hp_error *err) {
    struct stat there;
    HP_REQUIRE(fstat(descriptor, &there) == 0 && S_ISREG(there.st_mode), HP_ERR_INPUT,
               "%s: is not a regular file", path);
    HP_CALL(make_room(&reader->raw, &reader->raw_room, (size_t)there.st_size + 1, 0, err));
    for (*size = 0; *size < (size_t)there.st_size;) {
        ssize_t got = read(descriptor, reader->raw + *size, (size_t)there.st_size - *size);
        if (got < 0 && errno == EINTR) continue;
        HP_REQUIRE(got >= 0, HP_ERR_IO, "%s: cannot be read: %s", path, strerror(errno));
        if (got == 0) break; /* it has become shorter; whoever decodes it finds that */
        *size += (size_t)got;
    }
    return HP_OK;
}

void hp_import_prefetch(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return; /* whoever reads it says why */
    (void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_WILLNEED);
    close(descriptor);
}

hp_status hp_import_digest(const void *bytes, size_t size, unsigned char sha256[HP_SHA256],
                           hp_error *err) {
    HP_REQUIRE(EVP_Digest(bytes, size, sha256, NULL, EVP_sha256(), NULL) == 1, HP_ERR_MEMORY,
               "no memory for a SHA-256");
    return HP_OK;
}

void hp_import_hex(const unsigned char sha256[HP_SHA256], char hex[2 * HP_SHA256 + 1]) {
    for (int i = 0; i < HP_SHA256; i++) snprintf(hex + (ptrdiff_t)2 * i, 3, "%02x", sha256[i]);
}

/* All members of a gzip file, one after the other. */
static hp_status gunzip(hp_import_reader *reader, size_t size, size_t *unpacked, hp_error *err) {
    hp_status status = HP_OK;
    z_stream stream = {.next_in = reader->raw, .avail_in = (uInt)size};
    const int gzip = 16 + MAX_WBITS;
    int code = Z_OK;
    *unpacked = 0;
    HP_CHECK(size <= UINT_MAX, HP_ERR_INPUT, "is a gzip file of 4 GB or more");
    code = inflateInit2(&stream, gzip);
    HP_CHECK(code == Z_OK, code == Z_MEM_ERROR ? HP_ERR_MEMORY : HP_ERR_LIBRARY,
             "zlib does not start");
    while (code != Z_STREAM_END || stream.avail_in > 0) {
        const size_t step = size < GUNZIP_STEP ? 4 * size + 65536 : GUNZIP_STEP;
        HP_CHECK(code != Z_STREAM_END || inflateReset(&stream) == Z_OK, HP_ERR_LIBRARY,
                 "zlib does not go on with the next member");
        HP_TRY(make_room(&reader->unpacked, &reader->unpacked_room, *unpacked + step + 1, *unpacked,
                         err));
        stream.next_out = reader->unpacked + *unpacked;
        stream.avail_out = (uInt)step;
        code = inflate(&stream, Z_NO_FLUSH);
        *unpacked += step - stream.avail_out;
        HP_CHECK(code != Z_MEM_ERROR, HP_ERR_MEMORY, "zlib has no memory");
        HP_CHECK(code == Z_OK || code == Z_STREAM_END, HP_ERR_INPUT, "is a gzip file that %s",
                 code == Z_BUF_ERROR ? "ends too early" : "cannot be unpacked");
    }
cleanup:
    inflateEnd(&stream);
    return status;
}

hp_status hp_import_read(hp_import_reader *reader, const char *path, hp_import_input *input,
                         unsigned char sha256[HP_SHA256], hp_error *err) {
    size_t size = 0;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    HP_REQUIRE(descriptor >= 0, errno == ENOMEM ? HP_ERR_MEMORY : HP_ERR_INPUT,
               "%s: cannot be opened: %s", path, strerror(errno));
    hp_status status = read_bytes(reader, path, descriptor, &size, err);
    close(descriptor);
    HP_CALL(status);
    HP_CALL(hp_import_digest(reader->raw, size, sha256, err));
    input->was_gzip = size > 2 && reader->raw[0] == 0x1f && reader->raw[1] == 0x8b;
    input->bytes = reader->raw;
    input->size = size;
    reader->raw[size] = '\0';
    if (!input->was_gzip) return HP_OK;
    HP_CALL_IN(gunzip(reader, size, &input->size, err), "%s", path);
    input->bytes = reader->unpacked;
    reader->unpacked[input->size] = '\0';
    return HP_OK;
}

void hp_import_reader_destroy(hp_import_reader *reader) {
    hp_free(reader->raw);
    hp_free(reader->unpacked);
    *reader = (hp_import_reader){0};
}
