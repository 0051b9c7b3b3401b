// SPDX-License-Identifier: GPL-3.0-or-later
/* Finished parts of an import, until the ensemble is written. A file begins with a magic number and
 * the fingerprint of the import; what follows are records, and what comes of a killed process is at
 * most an incomplete record at the end. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/evp.h>
#include "hadpot/file.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/text_stream.h"
#include "import_parts.h"

static const char magic[8] = {'h', 'p', 'i', 'm', 'p', 'o', 'r', '2'};

typedef struct record_head {
    uint64_t nvalue, nsha256;
    int64_t began;
    int32_t part, zero;
    unsigned char sum[HP_SHA256]; /* SHA-256 of all above and all that follows */
} record_head;

enum { HEAD_SIZE = sizeof magic + HP_SHA256, NAME_SIZE = 64 };

hp_status hp_import_record_create(const hp_import_plan *plan, hp_import_record *record,
                                  hp_error *err) {
    size_t nvalue = 0, nsha256 = 0;
    for (int part = 0; part < plan->npart; part++) {
        hp_import_record_fit(plan, part, record);
        nvalue = record->nvalue > nvalue ? record->nvalue : nvalue;
        nsha256 = record->nsha256 > nsha256 ? record->nsha256 : nsha256;
    }
    HP_ALLOCATE(record->value, nvalue);
    HP_ALLOCATE(record->sha256, nsha256);
    return HP_OK;
}

void hp_import_record_fit(const hp_import_plan *plan, int part, hp_import_record *record) {
    const hp_import_part *of = &plan->part[part];
    record->nvalue = (size_t)of->nrow * (plan->row_length + 2 * (size_t)plan->ngauge);
    record->nsha256 = (size_t)of->nfile * HP_SHA256;
}

void hp_import_record_destroy(hp_import_record *record) {
    hp_free(record->value);
    hp_free(record->sha256);
    *record = (hp_import_record){0};
}

hp_status hp_import_fingerprint(const hp_import_plan *plan, const char *effective_job,
                                unsigned char fingerprint[HP_SHA256], hp_error *err) {
    hp_status status = HP_OK;
    char *text = NULL, *counted = NULL;
    size_t size = 0;
    FILE *out = NULL;
    HP_TRY(hp_text_open(&text, &size, &out, err));
    HP_TRY(hp_config_select_counted(&hp_import_job_schema, effective_job, &counted, err));
    fprintf(out, "%s\n%s", HADPOT_VERSION, counted);
    for (int i = 0; i < plan->nfile; i++)
        fprintf(out, "%s/%s %llu\n", hp_import_text(plan, plan->file[i].folder),
                hp_import_text(plan, plan->file[i].name), (unsigned long long)plan->file[i].size);
    HP_TRY(hp_text_close(&out, &text, err));
    HP_TRY(hp_import_digest(text, size, fingerprint, err));
cleanup:
    (void)hp_text_close(&out, &text, err); /* after an error that is told */
    free(text);
    hp_free(counted);
    return status;
}

static bool read_at(int descriptor, void *to, size_t size, long long offset) {
    for (size_t done = 0; done < size;) {
        ssize_t got =
            pread(descriptor, (char *)to + done, size - done, (off_t)offset + (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        done += (size_t)got;
    }
    return true;
}

static bool add_up(const record_head *head, const hp_import_record *record,
                   unsigned char sum[HP_SHA256]) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
        EVP_DigestUpdate(context, head, offsetof(record_head, sum)) == 1 &&
        EVP_DigestUpdate(context, record->value, record->nvalue * sizeof *record->value) == 1 &&
        EVP_DigestUpdate(context, record->sha256, record->nsha256) == 1 &&
        EVP_DigestFinal_ex(context, sum, NULL) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

/* A record whose head is at `offset`; false: it is not complete, or not as it was written. */
static bool read_record(int descriptor, long long offset, hp_import_record *record, int *part) {
    record_head head;
    size_t nvalue = record->nvalue, nsha256 = record->nsha256;
    if (!read_at(descriptor, &head, sizeof head, offset)) return false;
    *part = head.part;
    if (head.nvalue != nvalue || head.nsha256 != nsha256) return false;
    offset += (long long)sizeof head;
    if (!read_at(descriptor, record->value, nvalue * sizeof(double), offset)) return false;
    offset += (long long)(nvalue * sizeof(double));
    if (!read_at(descriptor, record->sha256, nsha256, offset)) return false;
    unsigned char sum[HP_SHA256];
    return add_up(&head, record, sum) && memcmp(sum, head.sum, sizeof sum) == 0;
}

/* Whether all files of a part are as they were when it was read. */
static bool is_unchanged(const hp_import_plan *plan, int part, int64_t began) {
    const hp_import_file *file = plan->file + plan->part[part].first_file;
    for (int i = 0; i < plan->part[part].nfile; i++)
        if (file[i].changed > began) return false;
    return true;
}

static long long size_of(const hp_import_record *record) {
    size_t bytes = sizeof(record_head) + record->nvalue * sizeof(double) + record->nsha256;
    return (long long)bytes;
}

/* Note where the complete records of a file are; false: some are not as they were written. The last
 * one may be cut off. */
static bool find_records(const hp_import_plan *plan, hp_import_stage *stage, int descriptor,
                         hp_import_place place, hp_import_record *record) {
    record_head head;
    struct stat there;
    if (fstat(descriptor, &there) != 0) return false;
    for (place.offset = HEAD_SIZE; read_at(descriptor, &head, sizeof head, place.offset);) {
        int part = head.part;
        if (part < 0 || part >= plan->npart) return false;
        hp_import_record_fit(plan, part, record);
        if (!read_record(descriptor, place.offset, record, &part))
            return place.offset + size_of(record) > there.st_size;
        if (is_unchanged(plan, part, head.began)) {
            stage->nfinished += stage->place[part].offset == 0;
            stage->place[part] = place;
        }
        place.offset += size_of(record);
    }
    return true;
}

/* "SESSION.RANK"; false: some other file. */
static bool parse_name(const char *name, hp_import_place *place) {
    int length = 0;
    return sscanf(name, "%d.%d%n", &place->session, &place->rank, &length) == 2 &&
           name[length] == '\0';
}

hp_status hp_import_stage_find(const hp_import_plan *plan, hp_import_stage *stage, hp_error *err) {
    hp_status status = HP_OK;
    hp_import_record record = {0};
    char path[HP_IMPORT_PATH + NAME_SIZE], head[HEAD_SIZE];
    struct stat there;
    DIR *directory = opendir(stage->folder);
    if (directory == NULL && errno != ENOENT)
        return HP_FAIL(hp_file_status(errno), "cannot open \"%s\": %s", stage->folder,
                       strerror(errno));
    stage->nfinished = stage->nforeign = 0;
    for (int part = 0; part < plan->npart; part++) stage->place[part] = (hp_import_place){0};
    if (directory == NULL) return HP_OK;
    HP_TRY(hp_import_record_create(plan, &record, err));
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        hp_import_place place = {0};
        if (!parse_name(entry->d_name, &place)) continue;
        if (place.session >= stage->session && stage->descriptor < 0)
            stage->session = place.session + 1;
        snprintf(path, sizeof path, "%s/%.60s", stage->folder, entry->d_name);
        int descriptor = hp_file_open_regular(path, &there);
        bool good = descriptor >= 0 && read_at(descriptor, head, sizeof head, 0) &&
                    memcmp(head, magic, sizeof magic) == 0;
        bool ours = good && memcmp(head + sizeof magic, stage->fingerprint, HP_SHA256) == 0;
        stage->nforeign += good && !ours;
        if (ours) good = find_records(plan, stage, descriptor, place, &record);
        if (descriptor >= 0) close(descriptor);
        /* of a process that was killed before its first row nothing is there */
        if (!good && !stage->told && (descriptor < 0 || there.st_size >= HEAD_SIZE))
            hp_log_warning("\"%s\" is damaged, or no regular file: rows in it that are not whole "
                           "are read again",
                           path);
    }
    stage->told = true;
cleanup:
    closedir(directory);
    hp_import_record_destroy(&record);
    return status;
}

static hp_status prepare(const hp_import_plan *plan, const hp_run_options *options,
                         hp_import_stage *stage, hp_error *err) {
    HP_CALL(hp_import_stage_find(plan, stage, err));
    int finished = stage->nfinished, total = plan->npart;
    const char *output = plan->job->output;
    HP_REQUIRE(finished == 0 || options->resume || options->overwrite, HP_ERR_INPUT,
               "output: an unfinished import of \"%s\" has %d of %d rows; --resume goes on from "
               "them, --overwrite begins anew",
               output, finished, total);
    if (stage->nforeign > 0 && finished == 0 && options->resume && !options->overwrite) {
        char differences[HP_IMPORT_DIFFERENCES];
        hp_import_kept_job_compare(stage, differences, sizeof differences);
        return HP_FAIL(HP_ERR_INPUT,
                       "output: the unfinished import of \"%s\" in \"%s\" is of another job or of "
                       "other files: %s; it cannot be gone on with, --overwrite begins anew",
                       output, stage->folder, differences);
    }
    if (!options->resume || finished == 0) {
        hp_import_stage_remove(stage);
        HP_CALL(hp_import_stage_find(plan, stage, err));
    }
    HP_REQUIRE(mkdir(stage->folder, 0777) == 0 || errno == EEXIST, hp_file_status(errno),
               "output: cannot create the folder \"%s\": %s", stage->folder, strerror(errno));
    if (stage->nfinished > 0) hp_log("%d of %d rows are there already", finished, total);
    return stage->nfinished > 0 ? HP_OK : hp_import_keep_job(stage, err);
}

static hp_status fail_writing(const hp_import_stage *stage, int number, hp_error *err) {
    return HP_FAIL(hp_file_status(number), "cannot write into \"%s\": %s", stage->folder,
                   strerror(number));
}

/* This rank's file. Not before there is something to write: an import with nothing left has none.
 */
static hp_status open_file(hp_import_stage *stage, hp_error *err) {
    char path[HP_IMPORT_PATH + NAME_SIZE];
    snprintf(path, sizeof path, "%s/%d.%d", stage->folder, stage->session, stage->rank);
    stage->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    HP_REQUIRE(stage->descriptor >= 0, hp_file_status(errno), "cannot create \"%s\": %s", path,
               strerror(errno));
    char head[HEAD_SIZE];
    memcpy(head, magic, sizeof magic);
    memcpy(head + sizeof magic, stage->fingerprint, HP_SHA256);
    return hp_file_put(stage->descriptor, head, sizeof head) ? HP_OK
                                                             : fail_writing(stage, errno, err);
}

hp_status hp_import_stage_open(const hp_comm *comm, const hp_import_plan *plan,
                               const hp_run_options *options, hp_import_stage *stage,
                               hp_error *err) {
    hp_status status = HP_OK;
    const char *output = plan->job->output, *slash = strrchr(output, '/');
    int folder = slash != NULL ? (int)(slash - output) + 1 : 0;
    stage->descriptor = -1;
    stage->rank = comm->rank;
    snprintf(stage->folder, sizeof stage->folder, "%.*s.%s.import", folder, output,
             output + folder);
    HP_NEW_TOGETHER(comm, stage->place, plan->npart);
    if (comm->rank == 0) status = prepare(plan, options, stage, err);
    HP_TRY(hp_parallel_agree(comm, status, err));
    HP_TRY(hp_parallel_broadcast(comm, &stage->session, sizeof stage->session, err));
    HP_TRY(hp_parallel_broadcast(comm, stage->fingerprint, sizeof stage->fingerprint, err));
    HP_TRY(
        hp_parallel_broadcast(comm, stage->place, (size_t)plan->npart * sizeof *stage->place, err));
cleanup:
    return status;
}

hp_status hp_import_stage_write(hp_import_stage *stage, int part, const hp_import_record *record,
                                hp_error *err) {
    size_t bytes = record->nvalue * sizeof *record->value;
    record_head head = {
        .nvalue = record->nvalue, .nsha256 = record->nsha256, .began = record->began, .part = part};
    HP_REQUIRE(add_up(&head, record, head.sum), HP_ERR_MEMORY, "no memory for a SHA-256");
    if (stage->descriptor < 0) HP_CALL(open_file(stage, err));
    const struct {
        const void *at;
        size_t size;
    } blocks[] = {{&head, sizeof head}, {record->value, bytes}, {record->sha256, record->nsha256}};
    for (int i = 0; i < 3; i++)
        if (!hp_file_put(stage->descriptor, blocks[i].at, blocks[i].size))
            return fail_writing(stage, errno, err);
    return HP_OK;
}

hp_status hp_import_stage_end(hp_import_stage *stage, hp_error *err) {
    int descriptor = stage->descriptor;
    stage->descriptor = -1;
    return descriptor < 0 || close(descriptor) == 0 ? HP_OK : fail_writing(stage, errno, err);
}

hp_status hp_import_stage_read(const hp_import_stage *stage, int part, hp_import_record *record,
                               hp_error *err) {
    char path[HP_IMPORT_PATH + NAME_SIZE];
    int found = -1;
    const hp_import_place *place = &stage->place[part];
    snprintf(path, sizeof path, "%s/%d.%d", stage->folder, place->session, place->rank);
    struct stat there;
    int descriptor = hp_file_open_regular(path, &there);
    HP_REQUIRE(descriptor >= 0, HP_ERR_IO, "cannot open \"%s\": %s", path, strerror(errno));
    errno = 0; /* which malloc sets */
    bool good = read_record(descriptor, place->offset, record, &found) && found == part;
    int number = good ? 0 : errno;
    close(descriptor);
    HP_REQUIRE(number != ENOMEM, HP_ERR_MEMORY, "no memory for a record of \"%s\"", path);
    HP_REQUIRE(good, HP_ERR_IO, "\"%s\" has changed while it was in use", path);
    return HP_OK;
}

void hp_import_stage_remove(const hp_import_stage *stage) {
    char path[HP_IMPORT_PATH + NAME_SIZE];
    hp_import_place place;
    DIR *directory = opendir(stage->folder);
    if (directory == NULL) return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (!parse_name(entry->d_name, &place)) continue;
        snprintf(path, sizeof path, "%s/%.60s", stage->folder, entry->d_name);
        unlink(path);
    }
    closedir(directory);
    hp_import_kept_job_remove(stage);
    rmdir(stage->folder);
}

void hp_import_stage_close(hp_import_stage *stage) {
    if (stage->place != NULL && stage->descriptor >= 0) close(stage->descriptor);
    hp_free(stage->place);
    free(stage->job);
    *stage = (hp_import_stage){0};
}
