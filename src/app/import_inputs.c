#include "app/import_inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "obmen/err.h"

void import_inputs_add(struct import_inputs *in, const char *path)
{
    if (in->count < BANKFILE_FILES_MAX)
        in->file[in->count] = (struct import_input){.path = path, .fd = -1};
    in->count++;
}

void import_input_complain(const struct import_input *f, int error)
{
    const char *why =
        error == ENOENT ? TR("такого файла нет", "there is no such file")
        : error == EISDIR
            ? TR("это папка, назовите файлы в ней", "this is a folder, name the files in it")
        : error == EACCES ? TR("нет прав на чтение", "no permission to read it")
        : error == ENOTDIR ? TR("часть пути не папка", "a part of the path is no folder")
                           : NULL;
    if (why)
        fprintf(stderr, "obmen: %s: %s\n", f->path, why);
    else
        fprintf(stderr, "obmen: %s: %s (%s)\n", f->path,
            TR("файл не читается", "the file cannot be read"), strerror(error));
}

static int open_input(struct import_input *f)
{
    struct stat st;
    if (strcmp(f->path, "-") == 0) {
        f->fd = STDIN_FILENO;
        return 0;
    }
    f->fd = open(f->path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0 || fstat(f->fd, &st) < 0)
        return errno;
    return S_ISDIR(st.st_mode) ? EISDIR : 0;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Files of one name in several folders are told apart by their paths. */
static void name_inputs(struct import_inputs *in)
{
    for (int i = 0; i < in->count; i++) {
        struct import_input *f = &in->file[i];
        f->name = strcmp(f->path, "-") == 0 ? "stdin" : last_part(f->path);
        for (int k = 0; k < in->count; k++)
            if (k != i && strcmp(last_part(in->file[k].path), f->name) == 0)
                f->name = f->path;
    }
}

int import_inputs_open(struct import_inputs *in)
{
    int status = 0;
    for (int i = 0; i < in->count; i++) {
        int error = open_input(&in->file[i]);
        if (!error)
            continue;
        import_input_complain(&in->file[i], error);
        status = -1;
    }
    name_inputs(in);
    return status;
}

void import_inputs_close(struct import_inputs *in)
{
    for (int i = 0; i < in->count && i < BANKFILE_FILES_MAX; i++) {
        if (in->file[i].fd > STDIN_FILENO)
            close(in->file[i].fd);
        in->file[i].fd = -1;
    }
}
