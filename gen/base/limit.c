/* limit.c: bounds for a process that reads what strangers made, and libraries loaded on demand */
#include "base.h"

#include <dlfcn.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The sanitizers reserve terabytes of addresses: a bound on memory would stop them at once. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#endif

enum { TOO_LONG = 1 };

static const char *last_words;

/* Only what a signal handler may call. */
static void give_up(int signal_number) {
    (void)signal_number;
    ssize_t ignored = write(STDERR_FILENO, last_words, strlen(last_words));
    (void)ignored;
    _exit(TOO_LONG);
}

void process_limit(size_t memory, unsigned seconds, const char *words) {
    struct rlimit time = {seconds, seconds + 1};
    last_words = words;
    signal(SIGXCPU, give_up);
    setrlimit(RLIMIT_CPU, &time);
#ifdef SANITIZED
    (void)memory;
#else
    struct rlimit room = {memory, memory};
    setrlimit(RLIMIT_AS, &room);
#endif
}

void *library_open(const char *const *names) {
    for (void *found; *names; names++)
        if ((found = dlopen(*names, RTLD_LAZY | RTLD_LOCAL)) != NULL)
            return found;
    return NULL;
}

bool library_function(void *library, const char *name, void *pointer) {
    void *found = dlsym(library, name);
    /* C has no cast from void * to a function; POSIX says that they are of one size. */
    memcpy(pointer, &found, sizeof found);
    return found != NULL;
}
