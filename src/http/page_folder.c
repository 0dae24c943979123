/* A page from a folder, read once and whole. */
#include "http/page_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOTAL_MAX (256 * 1024 * 1024) /* a page is not larger: somebody named the wrong folder */
#define DEPTH_MAX 16

struct reader {
    struct arena *memory;
    char root[PATH_MAX]; /* resolved */
    struct page_file *files;
    int count, room;
    size_t total;
    struct err *err;
};

static int failed(struct reader *r, const char *path, int error)
{
    err_set(r->err, ERR_INTERNAL_ERROR, TR("Не удалось прочитать %s: %s", "Cannot read %s: %s"),
        path, strerror(error));
    return -1;
}

static const char *tag_of(struct arena *a, struct str s)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 1099511628211u;
    return arena_printf(a, "%016llx", (unsigned long long)hash).p;
}

static int read_file(struct reader *r, const char *path, struct str *ret_bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        return failed(r, path, error);
    }
    size_t n = 0, size = (size_t)st.st_size;
    r->total += size;
    if (r->total > TOTAL_MAX) {
        close(fd);
        return err_set(r->err, ERR_INTERNAL_ERROR,
            TR("Папка %s больше %d МиБ: это не папка страницы",
                "%s is larger than %d MiB: no folder of a page"),
            r->root, TOTAL_MAX >> 20);
    }
    char *bytes = arena_bytes(r->memory, size + 1);
    while (n < size) {
        ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            int error = errno;
            close(fd);
            return failed(r, path, error);
        }
        if (got == 0)
            break; /* it has become shorter meanwhile */
        n += (size_t)got;
    }
    close(fd);
    *ret_bytes = (struct str){bytes, n};
    return 0;
}

static int add_file(struct reader *r, const char *path)
{
    if (r->count == r->room) {
        r->room = r->room ? r->room * 2 : 64;
        r->files = mem_realloc(r->files, sizeof *r->files * (size_t)r->room);
    }
    struct page_file *file = &r->files[r->count];
    *file = (struct page_file){.path = arena_str(r->memory, str_from(path + strlen(r->root)))};
    if (read_file(r, path, &file->plain) < 0)
        return -1;
    file->tag = tag_of(r->memory, file->plain);
    r->count++;
    return 0;
}

static int walk(struct reader *r, const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return failed(r, folder, errno);
    int result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(dir))) {
        char path[PATH_MAX], real[PATH_MAX];
        struct stat st;
        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
            continue;
        size_t root = strlen(r->root);
        if (!realpath(path, real) || strncmp(real, r->root, root) != 0 || real[root] != '/' ||
            stat(path, &st) < 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
            result = walk(r, path, depth + 1);
        else if (S_ISREG(st.st_mode))
            result = add_file(r, path);
    }
    closedir(dir);
    return result;
}

static int by_path(const void *a, const void *b)
{
    struct str x = ((const struct page_file *)a)->path, y = ((const struct page_file *)b)->path;
    int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
    return order ? order : (x.n > y.n) - (x.n < y.n);
}

static struct page_file *find(struct reader *r, struct str path)
{
    struct page_file key = {.path = path};
    return bsearch(&key, r->files, (size_t)r->count, sizeof key, by_path);
}

/* "x.js.br" beside "x.js" is a form of it, no file of its own. */
static void fold_forms(struct reader *r)
{
    qsort(r->files, (size_t)r->count, sizeof *r->files, by_path);
    for (int i = 0; i < r->count; i++) {
        struct page_file *f = &r->files[i];
        if (f->path.n < 4)
            continue;
        struct str stem = {f->path.p, f->path.n - 3}, end = {f->path.p + stem.n, 3};
        struct page_file *whole = str_is(end, ".br") || str_is(end, ".gz") ? find(r, stem) : NULL;
        if (!whole)
            continue;
        *(end.p[1] == 'b' ? &whole->br : &whole->gz) = f->plain;
        f->tag = NULL;
    }
    int kept = 0;
    for (int i = 0; i < r->count; i++)
        if (r->files[i].tag)
            r->files[kept++] = r->files[i];
    r->count = kept;
}

int page_read_folder(struct arena *a, const char *folder, const struct page_file **ret_files,
    int *ret_count, struct err *ret_err)
{
    struct reader r = {.memory = a, .err = ret_err};
    int result = realpath(folder, r.root) ? walk(&r, r.root, 0) : failed(&r, folder, errno);
    if (result == 0) {
        fold_forms(&r);
        if (r.count == 0 || !find(&r, STR("/index.html")))
            result = err_set(ret_err, ERR_INTERNAL_ERROR,
                TR("В папке страницы %s нет index.html; исправьте OBMEN_STATIC",
                    "The page's folder %s has no index.html; correct OBMEN_STATIC"),
                folder);
    }
    if (result == 0) {
        size_t size = sizeof *r.files * (size_t)r.count;
        *ret_files = memcpy(arena_alloc(a, size), r.files, size);
        *ret_count = r.count;
    }
    free(r.files);
    return result;
}
