// SPDX-License-Identifier: GPL-3.0-or-later
/* What may be replaced by an ensemble and its truth. */
#include "synth_parts.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "hadpot/file.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/job_keys.h"
#include "hadpot/log.h"
#include "hadpot/memory.h"
#include "hadpot/probe.h"
#include "hadpot/text_stream.h"

enum { KEYS_SIZE = 900 };

/* A description (hp_synth_describe) as keys of a section synth; NULL: it is none. free. */
static hp_status read_description(const char *text, char **keys, hp_error *err) {
    const char *at =
        text != NULL && strncmp(text, "hadpot ", 7) == 0 ? strstr(text, " synth: ") : NULL;
    FILE *out = NULL;
    *keys = NULL;
    if (at == NULL) return HP_OK;
    HP_CALL(hp_text_open(keys, NULL, &out, err));
    for (at += strlen(" synth: "); *at != '\0'; at += strspn(at, "; ")) {
        int key = (int)strcspn(at, " ;"), all = (int)strcspn(at, ";");
        fprintf(out, "synth.%.*s: %.*s", key, at, all > key ? all - key - 1 : 0, at + key + 1);
        putc('\0', out);
        at += all;
    }
    return hp_text_close(&out, keys, err);
}

/* keys: NULL for a file that hadpot synth has not made. */
static hp_status read_ensemble(const char *path, char **keys, hp_error *err) {
    char *text = NULL;
    hp_file_identity identity;
    *keys = NULL;
    if (hp_probe_file(path, &identity, NULL) != HP_OK) return HP_OK;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) return HP_OK;
    if (hp_hdf5_has_attribute(file, "provenance"))
        (void)hp_hdf5_read_text(file, "provenance", &text, NULL); /* else it is not ours */
    H5Fclose(file);
    hp_status status = read_description(text, keys, err);
    hp_free(text);
    return status;
}

static hp_status check_ensemble(const hp_synth_job *job, bool overwrite, hp_error *err) {
    hp_status status = HP_OK;
    hp_synth_setup setup = {0};
    char *text = NULL, *now = NULL, *before = NULL, keys[KEYS_SIZE];
    HP_TRY(hp_synth_set_up(job, &setup, err));
    HP_TRY(hp_synth_describe(&setup, &text, err));
    HP_TRY(read_description(text, &now, err));
    HP_TRY(read_ensemble(job->output, &before, err));
    HP_CHECK(before != NULL, HP_ERR_INPUT,
             "output: \"%s\" is there, and hadpot synth has not made it: choose another name",
             job->output);
    bool same = hp_keys_compare(before, now, "synth", keys, sizeof keys) == 0;
    HP_CHECK(same || overwrite, HP_ERR_INPUT,
             "\"%s\" is an ensemble of another job: %s; --overwrite replaces it", job->output,
             keys);
    hp_log(same ? "the same ensemble in \"%s\" is replaced"
                : "the ensemble of another job in \"%s\" is overwritten",
           job->output);
cleanup:
    free(before);
    free(now);
    free(text);
    hp_synth_setup_destroy(&setup);
    return status;
}

/* alone: without its ensemble. */
static hp_status check_truth(const char *path, bool alone, bool overwrite, hp_error *err) {
    char *text = NULL;
    size_t size;
    hp_status status = hp_file_read(path, &text, &size, err);
    bool ours = text != NULL && strstr(text, "\nenergy_convention: ") != NULL;
    hp_free(text);
    HP_CALL(status);
    HP_REQUIRE(ours, HP_ERR_INPUT,
               "truth: \"%s\" is there, and hadpot synth has not made it: choose another name",
               path);
    HP_REQUIRE(!alone || overwrite, HP_ERR_INPUT,
               "truth: \"%s\" is there without its ensemble; --overwrite replaces it", path);
    return HP_OK;
}

hp_status hp_synth_check_place(const hp_synth_job *job, const char *truth_path, bool overwrite,
                               hp_error *err) {
    struct stat there;
    const char *const keys[] = {"output", "truth"}, *const paths[] = {job->output, truth_path};
    bool is_there[2];
    for (int i = 0; i < 2; i++) {
        is_there[i] = stat(paths[i], &there) == 0;
        HP_REQUIRE(!is_there[i] || S_ISREG(there.st_mode), HP_ERR_INPUT,
                   "%s: \"%s\" exists and is not a regular file", keys[i], paths[i]);
        if (is_there[i] && lstat(paths[i], &there) == 0)
            is_there[i] = S_ISREG(there.st_mode); /* a link is replaced, not followed */
    }
    HP_REQUIRE(strcmp(job->output, truth_path) != 0, HP_ERR_INPUT,
               "truth: must be another file than output, both are \"%s\"", truth_path);
    if (is_there[0]) HP_CALL(check_ensemble(job, overwrite, err));
    return is_there[1] ? check_truth(truth_path, !is_there[0], overwrite, err) : HP_OK;
}
