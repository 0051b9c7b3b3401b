// SPDX-License-Identifier: GPL-3.0-or-later
/* What is to fail, what was counted, who calls. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>
#include "inject.h"

enum { MAX_RANGES = 64, MAX_DEPTH = 32, LIBC = INJECT_NKIND + 1, OURSELVES };

static const struct {
    const char *word;
    int error;
} kinds[] = {
#define X(name, word, error) [name] = {word, error},
    INJECT_KINDS(X)
#undef X
};

static const struct {
    const char *name;
    int error;
} errors[] = {
    {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EFBIG", EFBIG},
    {"ENOMEM", ENOMEM}, {"EACCES", EACCES}, {"EROFS", EROFS},   {"EINTR", EINTR},
    {"EMFILE", EMFILE}, {"ENOLCK", ENOLCK}, {"ESTALE", ESTALE}, {"ENOENT", ENOENT},
};

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"SIGKILL", SIGKILL}, {"SIGSTOP", SIGSTOP}, {"SIGTERM", SIGTERM},
    {"SIGINT", SIGINT},   {"SIGHUP", SIGHUP},   {"SIGUSR1", SIGUSR1},
};

/* Objects whose calls count: the first word that is in the name of the file decides. */
static const struct {
    const char *part;
    int owner;
} objects[] = {
    {"hadpot_inject", OURSELVES},      {"libhadpot", INJECT_MEMORY},
    {"libgsl.", INJECT_MEMORY_GSL},    {"liblapacke", INJECT_MEMORY},
    {"libyaml", INJECT_MEMORY_YAML},   {"libcyaml", INJECT_MEMORY_YAML},
    {"libhdf5", INJECT_MEMORY_HDF5},   {"libz.", LIBC},
    {"libsz.", INJECT_MEMORY_HDF5},    {"libaec.", INJECT_MEMORY_HDF5},
    {"libcrypto", INJECT_MEMORY_HASH}, {"libc.so", LIBC},
};

static struct {
    bool ready;
    inject_kind kind;
    long first; /* 0: nothing is to fail */
    bool on, half;
    int error, rank;
    int signal; /* 0: an error */
    long delay; /* of the signal, in milliseconds */
    char report[512];
    atomic_long count[INJECT_NKIND];
    atomic_int failed;
    struct {
        uintptr_t from, to;
        int owner;
    } range[MAX_RANGES];
    int nrange;
} plan;

static int owner_of(const char *file) {
    if (*file == '\0') return INJECT_MEMORY; /* the program itself */
    const char *name = strrchr(file, '/');
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        if (strstr(name != NULL ? name : file, objects[i].part) != NULL) return objects[i].owner;
    return INJECT_NKIND;
}

static int add_object(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    (void)context;
    int owner = owner_of(info->dlpi_name);
    for (int i = 0; i < info->dlpi_phnum && owner != INJECT_NKIND; i++) {
        if (info->dlpi_phdr[i].p_type != PT_LOAD || plan.nrange == MAX_RANGES) continue;
        uintptr_t from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        plan.range[plan.nrange].from = from;
        plan.range[plan.nrange].to = from + info->dlpi_phdr[i].p_memsz;
        plan.range[plan.nrange++].owner = owner;
    }
    return 0;
}

static int range_owner(uintptr_t address) {
    for (int i = 0; i < plan.nrange; i++)
        if (address >= plan.range[i].from && address < plan.range[i].to) return plan.range[i].owner;
    return INJECT_NKIND;
}

typedef struct {
    int owner, depth;
    uintptr_t gsl; /* the outermost of its functions */
} walk;

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *pointer) {
    walk *at = pointer;
    uintptr_t address = (uintptr_t)_Unwind_GetIP(context);
    int owner = range_owner(address);
    if (owner == INJECT_MEMORY_GSL) at->gsl = address;
    bool inner = owner == LIBC || owner == OURSELVES || owner == INJECT_MEMORY_GSL;
    if (at->gsl == 0 || owner == INJECT_MEMORY_GSL) at->owner = owner;
    return inner && at->depth++ < MAX_DEPTH ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static bool is_allocator(uintptr_t address) {
    static const char end[] = "_alloc";
    Dl_info info = {0};
    if (dladdr((const void *)(address - 1), &info) == 0 || info.dli_sname == NULL) return false;
    return strstr(info.dli_sname, end) != NULL;
}

inject_kind inject_owner(const void *where) {
    if (!plan.ready) return INJECT_NKIND;
    int owner = range_owner((uintptr_t)where);
    if (owner == LIBC || owner == OURSELVES || owner == INJECT_MEMORY_GSL) {
        walk at = {INJECT_NKIND, 0, 0};
        _Unwind_Backtrace(step, &at);
        owner = at.owner;
        if (owner == INJECT_MEMORY_GSL && is_allocator(at.gsl)) owner = INJECT_MEMORY;
    }
    return owner < INJECT_NKIND ? (inject_kind)owner : INJECT_NKIND;
}

bool inject_by_program(const void *where) {
    return plan.ready && range_owner((uintptr_t)where) == INJECT_MEMORY;
}

/* Past our own functions for files. */
static void say(const char *text) {
    if (*plan.report == '\0') return;
    long file =
        syscall(SYS_openat, AT_FDCWD, plan.report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) return;
    (void)!syscall(SYS_write, file, text, strlen(text));
    syscall(SYS_close, file);
}

static void say_failure(inject_kind kind, long n, const void *where, const char *call) {
    char text[1024];
    Dl_info info = {0};
    int found = dladdr(where, &info);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const char *name = found && info.dli_fname != NULL ? strrchr(info.dli_fname, '/') : NULL;
    snprintf(text, sizeof text, "failed %s %ld %s %s+0x%lx at %.3f\n", kinds[kind].word, n, call,
             name != NULL ? name + 1 : "?",
             found ? (unsigned long)((uintptr_t)where - (uintptr_t)info.dli_fbase) : 0UL,
             (double)now.tv_sec + 1e-9 * (double)now.tv_nsec);
    say(text);
}

/* The kernel sends it, whatever the program does meanwhile. */
static void send_later(void) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = plan.signal};
    const struct itimerspec when = {
        .it_value = {.tv_sec = plan.delay / 1000, .tv_nsec = plan.delay % 1000 * 1000000}};
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
        timer_settime(timer, 0, &when, NULL) != 0)
        abort();
}

bool inject_now(inject_kind kind, const void *where, const char *call) {
    if (!plan.ready) return false;
    long n = atomic_fetch_add(&plan.count[kind], 1) + 1;
    if (plan.first == 0 || plan.kind != kind || n < plan.first) return false;
    if (n > plan.first && !plan.on) return false;
    if (atomic_fetch_add(&plan.failed, 1) == 0) say_failure(kind, n, where, call);
    if (plan.signal != 0 && plan.delay > 0) send_later();
    if (plan.signal != 0 && plan.delay == 0) kill(getpid(), plan.signal);
    if (plan.signal != 0) return false;
    errno = plan.error;
    return true;
}

bool inject_is_short(void) {
    return plan.half;
}

void *inject_next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}

static void refuse(const char *text) {
    fprintf(stderr, "HADPOT_FAULT=%s: expected KIND:N[+][:ERROR|:SIGNAL[~MS]][@RANK]\n", text);
    _exit(99);
}

static void read_error(const char *name, const char *text) {
    plan.half = strcmp(name, "SHORT") == 0;
    if (plan.half) return;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(name, errors[i].name) == 0) {
            plan.error = errors[i].error;
            return;
        }
    size_t length = strcspn(name, "~");
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (strlen(signals[i].name) == length && strncmp(name, signals[i].name, length) == 0)
            plan.signal = signals[i].number;
    if (plan.signal == 0) refuse(text);
    if (name[length] != '\0') plan.delay = atol(name + length + 1);
}

static void read_plan(const char *text) {
    char copy[128], *rest, *word = copy;
    snprintf(copy, sizeof copy, "%s", text);
    char *at = strchr(copy, '@'), *colon = strchr(copy, ':');
    int wanted = at != NULL ? atoi(at + 1) : 0;
    if (colon == NULL) refuse(text);
    if (at != NULL) *at = '\0';
    *colon = '\0';
    while (plan.kind < INJECT_NKIND && strcmp(kinds[plan.kind].word, word) != 0) plan.kind++;
    if (plan.kind == INJECT_NKIND) refuse(text);
    plan.error = kinds[plan.kind].error;
    long first = strtol(colon + 1, &rest, 10);
    plan.on = *rest == '+';
    rest += plan.on;
    if (first < 1 || (*rest != '\0' && *rest != ':')) refuse(text);
    if (*rest == ':') read_error(rest + 1, text);
    if (wanted == plan.rank) plan.first = first;
}

__attribute__((constructor)) static void begin(void) {
    const char *rank = getenv("OMPI_COMM_WORLD_RANK"), *text = getenv("HADPOT_FAULT");
    const char *report = getenv("HADPOT_FAULT_REPORT");
    walk warm = {INJECT_NKIND, 0, 0};
    plan.rank = rank != NULL ? atoi(rank) : 0;
    if (report != NULL) snprintf(plan.report, sizeof plan.report, "%s.%d", report, plan.rank);
    if (text != NULL) read_plan(text);
    dl_iterate_phdr(add_object, NULL);
    _Unwind_Backtrace(step, &warm); /* it allocates when it is used for the first time */
    unsetenv("HADPOT_FAULT");       /* not those that the program starts */
    unsetenv("HADPOT_FAULT_REPORT");
    plan.ready = true;
}

__attribute__((destructor)) static void end(void) {
    char text[64];
    for (int kind = 0; kind < INJECT_NKIND; kind++) {
        snprintf(text, sizeof text, "count %s %ld\n", kinds[kind].word,
                 atomic_load(&plan.count[kind]));
        say(text);
    }
}
