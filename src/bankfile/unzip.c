#include "bankfile/unzip.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "bankfile/entry_name.h"
#include "bankfile/libarchive.h"
#include "obmen/arena.h"

#define PIECE (64 * 1024)
#define EMPTY_ARCHIVE 22 /* bytes: the end of a directory that has nothing */

enum trouble { FINE, NO_ROOM, NO_LIBRARY, BROKEN, ENCRYPTED, BOMB };

struct unzip {
    uv_work_t work;
    void (*wake)(struct obm_task *t);
    struct obm_task *task; /* NULL: given up */
    uv_loop_t *loop;
    bool busy;
    void (*step)(struct unzip *z);
    /* of the steps, which run one at a time in threads */
    enum trouble trouble;
    int error; /* errno of NO_ROOM */
    int fd;
    int64_t in, out;
    const struct libarchive *lib; /* NULL: not asked for yet, or not there: */
    const char *lib_missing;
    struct archive *archive;
    struct buf bytes;      /* to be spooled */
    bool at_entry, locked; /* it has a password */
    struct buf name;
    char piece[2][PIECE];
    int turn;
    size_t piece_n[2];
};

bool unzip_is_archive(struct str head)
{
    return str_starts(head, STR("PK\3\4")) || str_starts(head, STR("PK\5\6"));
}

const char *unzip_other_archive(struct str head)
{
    static const struct {
        struct str head;
        const char *name;
    } others[] = {{{"Rar!\x1A\x07", 6}, "RAR"}, {{"7z\xBC\xAF\x27\x1C", 6}, "7z"},
        {{"\x1F\x8B", 2}, "gzip"}, {{"BZh", 3}, "bzip2"}, {{"\xFD\x37zXZ", 5}, "xz"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_starts(head, others[i].head))
            return others[i].name;
    return NULL;
}

struct unzip *unzip_new(uv_loop_t *loop, void (*wake)(struct obm_task *t), struct obm_task *task)
{
    struct unzip *z = mem_alloc(sizeof *z);
    z->loop = loop;
    z->wake = wake;
    z->task = task;
    z->fd = -1;
    z->work.data = z;
    return z;
}

static void release(struct unzip *z)
{
    if (z->archive)
        z->lib->read_free(z->archive);
    if (z->fd >= 0)
        close(z->fd);
    buf_release(&z->bytes);
    buf_release(&z->name);
    free(z);
}

void unzip_free(struct unzip *z)
{
    if (!z)
        return;
    z->task = NULL;
    if (!z->busy)
        release(z);
}

bool unzip_busy(const struct unzip *z)
{
    return z->busy;
}

static void on_work(uv_work_t *work)
{
    struct unzip *z = work->data;
    if (z->trouble == FINE)
        z->step(z);
}

static void on_worked(uv_work_t *work, int status)
{
    struct unzip *z = work->data;
    (void)status;
    z->busy = false;
    if (z->task)
        z->wake(z->task);
    else
        release(z);
}

static void begin(struct unzip *z, void (*step)(struct unzip *z))
{
    z->step = step;
    z->busy = true;
    uv_queue_work(z->loop, &z->work, on_work, on_worked);
}

enum unzip_state unzip_state(const struct unzip *z, struct err *ret_err)
{
    switch (z->trouble) {
    case FINE:
        break;
    case NO_ROOM:
        err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
            TR("Не удалось записать временный файл: проверьте место на диске (TMPDIR)",
                "A temporary file could not be written: look at the disk's room (TMPDIR)"));
        err_cause(ret_err, "%s", uv_strerror(-z->error));
        return UNZIP_FAILED;
    case NO_LIBRARY:
        err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
            TR("Для архивов ZIP серверу нужна библиотека libarchive: установите пакет "
               "libarchive13 или загрузите файлы без архива",
                "For ZIP archives the server needs libarchive: install the package libarchive13, "
                "or upload the files without an archive"));
        err_cause(ret_err, "%s", z->lib_missing);
        return UNZIP_FAILED;
    case BROKEN:
        err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            z->at_entry
                ? TR("файл в архиве повреждён: скачайте архив заново",
                      "the file in the archive is damaged: download the archive again")
                : TR("архив повреждён, скачан не до конца или это не ZIP: скачайте его заново",
                      "the archive is damaged, was cut, or is no ZIP: download it again"));
        return UNZIP_REFUSED;
    case ENCRYPTED:
        err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("файл закрыт паролем: распакуйте архив и пришлите файлы",
                "the file has a password: unpack the archive and upload the files"));
        return UNZIP_REFUSED;
    case BOMB:
        err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("архив распаковывается в слишком большой объём и отклонён",
                "the archive unpacks to far too much and is refused"));
        return UNZIP_REFUSED;
    }
    return UNZIP_FINE;
}

/* ---- in the thread pool ---- */

static void trouble(struct unzip *z, enum trouble what)
{
    z->trouble = what;
    z->error = errno;
}

static void do_spool(struct unzip *z)
{
    const char *folder = getenv("TMPDIR");
    if (z->fd < 0)
        z->fd = open(folder && *folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (z->fd < 0) {
        trouble(z, NO_ROOM);
        return;
    }
    for (size_t at = 0; at < z->bytes.n;) {
        ssize_t n = write(z->fd, z->bytes.p + at, z->bytes.n - at);
        if (n < 0 && errno != EINTR) {
            trouble(z, NO_ROOM);
            return;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    z->in += (int64_t)z->bytes.n;
}

static bool open_archive(struct unzip *z)
{
    z->archive = z->lib->read_new();
    return z->archive && z->lib->read_support_format_zip_seekable(z->archive) == ARCHIVE_OK &&
           lseek(z->fd, 0, SEEK_SET) == 0 &&
           z->lib->read_open_fd(z->archive, z->fd, PIECE) == ARCHIVE_OK;
}

/* libarchive gives names out in the thread's locale; the program's own is C. */
static locale_t utf8_locale;

static void make_locale(void)
{
    utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static void next_entry(struct unzip *z)
{
    struct archive_entry *entry;
    z->at_entry = false;
    z->lib = libarchive_get(&z->lib_missing);
    if (!z->lib) {
        trouble(z, NO_LIBRARY);
        return;
    }
    if (z->in == EMPTY_ARCHIVE)
        return;
    if (!z->archive && !open_archive(z)) {
        trouble(z, BROKEN);
        return;
    }
    for (;;) {
        int r = z->lib->read_next_header(z->archive, &entry);
        if (r == ARCHIVE_EOF)
            return;
        if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
            trouble(z, BROKEN);
            return;
        }
        /* in UTF-8 when the archive says so; else as it stands there */
        const char *path = z->lib->entry_pathname_utf8(entry);
        path = path ? path : z->lib->entry_pathname(entry);
        if (!path)
            path = "?"; /* its bytes are no text at all */
        /* some writers leave the type out */
        bool file = z->lib->entry_filetype(entry) == AE_IFREG || z->lib->entry_filetype(entry) == 0;
        if (!file || !bankfile_entry_name(str_from(path), &z->name))
            continue;
        buf_addc(&z->name, 0);
        z->locked = z->lib->entry_is_encrypted(entry);
        z->at_entry = true;
        return;
    }
}

static void do_next_entry(struct unzip *z)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_locale);
    locale_t before = utf8_locale ? uselocale(utf8_locale) : (locale_t)0;
    next_entry(z);
    if (before)
        uselocale(before);
}

static void do_read(struct unzip *z)
{
    z->turn = !z->turn;
    z->piece_n[z->turn] = 0;
    size_t n = 0;
    if (z->locked) {
        trouble(z, ENCRYPTED);
        return;
    }
    while (n < PIECE) {
        la_ssize_t got = z->lib->read_data(z->archive, z->piece[z->turn] + n, PIECE - n);
        if (got < 0) {
            trouble(z, BROKEN);
            return;
        }
        if (got == 0)
            break;
        n += (size_t)got;
    }
    z->out += (int64_t)n;
    if (z->out > UNZIP_MAX || (z->out > UNZIP_FREE && z->out > z->in * UNZIP_RATIO))
        trouble(z, BOMB);
    else
        z->piece_n[z->turn] = n;
}

/* ---- steps ---- */

void unzip_spool(struct unzip *z, struct str bytes)
{
    buf_clear(&z->bytes);
    buf_add_str(&z->bytes, bytes);
    begin(z, do_spool);
}

void unzip_next_entry(struct unzip *z)
{
    begin(z, do_next_entry);
}

void unzip_read(struct unzip *z)
{
    begin(z, do_read);
}

bool unzip_go_on(struct unzip *z)
{
    if (z->trouble != BROKEN && z->trouble != ENCRYPTED)
        return false;
    z->trouble = FINE;
    begin(z, do_next_entry);
    return true;
}

const char *unzip_entry(const struct unzip *z)
{
    return z->at_entry ? z->name.p : NULL;
}

struct str unzip_bytes(const struct unzip *z)
{
    return (struct str){z->piece[z->turn], z->piece_n[z->turn]};
}
