// SPDX-License-Identifier: GPL-3.0-or-later
/* Whole HDF5 files: ensembles, maps of non-local potentials, parts of an import. HDF5 itself does
 * not survive all of them, so that a child looks at each first, as in the program (probe.h);
 * what it accepts is opened and read in this process, and must not crash it.
 *
 * With FUZZ_KEEP=FOLDER in the environment, files that the child does not survive are kept there.
 */
#include "fuzz.h"
#include <glob.h>
#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>
#include "../../src/import/ensemble_parts.h"
#include "../../src/import/hdf5_image.h"
#include "hadpot/ensemble_file.h"
#include "hadpot/forms_read.h"
#include "hadpot/hdf5_read.h"
#include "hadpot/memory.h"
#include "hadpot/plausibility.h"
#include "hadpot/probe.h"

/* One second for HDF5; numbers of files that are read; bytes of a report. */
enum { SECONDS = 1, NUMBERS = 1000000, REPORT = 1 << 16 };

static hp_comm comm;
static char path[64], report[64];

/* The sanitizers: huge blocks are refused as they would be without them. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:max_allocation_size_mb=1024:symbolize=0:"
           "detect_leaks=0:quarantine_size_mb=8";
}

static void remove_files(void) {
    hp_probe_end();
    unlink(path);
}

/* The child is this program again. */
static void begin_child(int argc, char *const *argv) {
    if (argc == 3 && strcmp(argv[1], "--probe") == 0) exit(hp_probe_serve(atoi(argv[2])));
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    char options[128];
    hp_error err = HP_ERROR_INIT;
    begin_child(*argc, *argv);
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 1); /* no daemon */
    setenv("OMPI_MCA_sharedfp", "individual", 1);
    setenv("OMPI_MCA_pml", "ob1", 1);
    setenv("OMPI_MCA_btl", "self", 1);
    setenv("OMPI_MCA_opal_signal", "", 1); /* signals are for libFuzzer */
    FUZZ_EXPECT(MPI_Init(argc, argv) == MPI_SUCCESS);
    FUZZ_EXPECT(hp_parallel_wrap(MPI_COMM_SELF, &comm, &err) == HP_OK);
    FUZZ_EXPECT(H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0);
    FUZZ_EXPECT(hp_hdf5_refuse_external_links(&err) == HP_OK);
    snprintf(path, sizeof path, "/dev/shm/hadpot_fuzz_%d.h5", (int)getpid());
    snprintf(report, sizeof report, "/dev/shm/hadpot_fuzz_%d.log", (int)getpid());
    snprintf(options, sizeof options, "log_path=%s", report);
    setenv("ASAN_OPTIONS", options, 1); /* of the child, beside those above */
    setenv("UBSAN_OPTIONS", options, 1);
    atexit(remove_files);
    return 0;
}

/* A report of the sanitizers about the child, whose file is log_path.PID; "": there is none. */
static void take_report(char text[REPORT]) {
    glob_t found = {0};
    char pattern[80];
    *text = '\0';
    snprintf(pattern, sizeof pattern, "%s.*", report);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            FILE *in = fopen(found.gl_pathv[i], "r");
            if (in != NULL) text[fread(text, 1, REPORT - 1, in)] = '\0';
            if (in != NULL) fclose(in);
            unlink(found.gl_pathv[i]);
        }
    globfree(&found);
}

/* Whether it is of a fault in our own functions: the innermost frame that is none of the runtime of
 * the sanitizers, which the linker puts before our functions. */
static bool is_ours(const char *text) {
    extern const char __executable_start;
    size_t first = (size_t)((uintptr_t)__asan_default_options - (uintptr_t)&__executable_start);
    if (strstr(text, "runtime error") != NULL) return true;
    for (const char *frame = strstr(text, "#0 "); frame != NULL; frame = strstr(frame + 1, "#")) {
        const char *end = strchr(frame, '\n'), *of = strstr(frame, "fuzz_ensemble+0x");
        if (end == NULL || of == NULL || of > end) return false; /* of a library */
        if (strtoul(of + strlen("fuzz_ensemble+0x"), NULL, 16) >= first) return true;
    }
    return false;
}

static void keep(const uint8_t *data, size_t size, const char *message) {
    static int count;
    char name[256];
    const char *folder = getenv("FUZZ_KEEP");
    if (folder == NULL) return;
    snprintf(name, sizeof name, "%s/%d.h5", folder, count);
    FILE *out = fopen(name, "wb");
    FUZZ_EXPECT(out != NULL && fwrite(data, 1, size, out) == size && fclose(out) == 0);
    snprintf(name, sizeof name, "%s/%d.txt", folder, count++);
    out = fopen(name, "w");
    FUZZ_EXPECT(out != NULL && fputs(message, out) >= 0 && fclose(out) == 0);
}

/* Whether HDF5 survives the file. */
static bool is_survived(const uint8_t *data, size_t size) {
    static char text[REPORT];
    hp_error err = HP_ERROR_INIT;
    hp_file_identity identity;
    hp_probe_enable(SECONDS);
    hp_status status = hp_probe_image(path, &identity, &err);
    hp_probe_enable(0); /* those who open it need none of their own */
    if (status == HP_OK) return true;
    take_report(text);
    if (is_ours(text)) fputs(text, stderr);
    FUZZ_EXPECT(!is_ours(text));
    keep(data, size, err.message);
    return false;
}

static void open_ensemble(void) {
    hp_error err = HP_ERROR_INIT;
    hp_ensemble ensemble = {0};
    hp_findings findings = {0};
    hp_status status = hp_ensemble_open(&comm, path, &ensemble, &err);
    FUZZ_EXPECT(status == HP_OK || *err.message != '\0');
    if (status == HP_OK && hp_ensemble_row_length(&ensemble) * (size_t)ensemble.nsample < NUMBERS)
        (void)hp_plausibility_examine(&ensemble, false, &findings, &err);
    hp_findings_destroy(&findings);
    hp_ensemble_close(&ensemble);
}

static void open_map(void) {
    hp_error err = HP_ERROR_INIT;
    hp_forms *forms = NULL;
    FUZZ_EXPECT(hp_forms_create(1.0, &forms, &err) == HP_OK);
    if (hp_forms_read_nonlocal(forms, path, &err) == HP_OK)
        (void)hp_forms_nonlocal(forms, 0.37, 0.81);
    hp_forms_destroy(&forms);
}

static void open_part(const uint8_t *data, size_t size) {
    static const char *const names[] = {"/source/wall/R", "/source/wall/four_point", "/a",
                                        "/source/wall/two_point_1"};
    hp_error err = HP_ERROR_INIT;
    hp_part_layout layout = {.nrow = 0};
    hid_t file = H5I_INVALID_HID;
    if (hp_image_open(data, size, &file, &err) == HP_OK)
        (void)hp_part_layout_read(file, &layout, &err);
    for (size_t i = 0; file >= 0 && i < sizeof names / sizeof *names; i++) {
        hp_image_numbers numbers = {0};
        (void)hp_image_read(file, names[i], &numbers, &err);
        hp_image_numbers_destroy(&numbers);
    }
    hp_part_layout_destroy(&layout);
    if (file >= 0) H5Fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    FILE *out = fopen(path, "wb");
    FUZZ_EXPECT(out != NULL && fwrite(data, 1, size, out) == size && fclose(out) == 0);
    if (!is_survived(data, size)) return 0;
    open_ensemble();
    open_map();
    open_part(data, size);
    FUZZ_EXPECT(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) == 0);
    return 0;
}

/* Bytes keep their places: others would be no HDF5 file. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
    static const uint8_t values[] = {0, 1, 2, 3, 4, 8, 16, 64, 127, 128, 254, 255};
    (void)most;
    if (size < 16) return size;
    unsigned state = seed | 1;
    int count = 1 + (int)(seed % 5);
    for (int i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        size_t at = (state >> 4) % size;
        state = state * 1664525u + 1013904223u;
        unsigned kind = (state >> 8) % 4, value = state >> 16;
        if (kind == 0) data[at] ^= (uint8_t)(1u << (value % 8));
        if (kind == 1) data[at] = values[value % sizeof values];
        if (kind == 2) data[at] = (uint8_t)value;
        if (kind == 3 && at + 8 <= size) memcpy(data + at, data + value % (size - 8), 8);
    }
    return size;
}
