#include "bankfile/libarchive.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define NAMED(member)                                                                              \
    {                                                                                              \
        "archive_" #member, offsetof(struct libarchive, member)                                    \
    }
static const struct {
    const char *name;
    size_t at;
} functions[] = {NAMED(read_new), NAMED(read_support_format_zip_seekable), NAMED(read_open_fd),
    NAMED(read_next_header), NAMED(read_data), NAMED(read_free), NAMED(error_string),
    NAMED(entry_pathname), NAMED(entry_pathname_utf8), NAMED(entry_filetype),
    NAMED(entry_is_encrypted)};

static struct libarchive loaded;
static char why[256]; /* empty: it is loaded */

static void load(void)
{
    void *library = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function)
            library = NULL;
        else
            memcpy((char *)&loaded + functions[i].at, &function, sizeof function);
    }
    if (!library) {
        const char *said = dlerror();
        snprintf(why, sizeof why, "%s", said ? said : "libarchive.so.13");
    }
}

const struct libarchive *libarchive_get(const char **ret_why)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    *ret_why = why;
    return *why ? NULL : &loaded;
}
